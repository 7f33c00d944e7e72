/**
 * Bench: what dividing an audit costs: plan, work on all shards and merge, beside one scan of the same file on the same
 * processors. Wanted: at most 10 % more processor time. Prints a Markdown table.
 *
 *     npm run bench:cluster -- [--folder DIR] [--bytes N] [--documents N] [--shards 16] [--processes 2]
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { listDifferences } from '../cluster/ray.ts'
import { makeClusterCorpus } from './cluster-corpus.ts'
import { readUsage, runMeasured, sumUsage } from './usage.ts'

const { values } = parseArgs({
  options: {
    folder: { type: 'string', default: join(tmpdir(), 'palimpsest-cluster') },
    bytes: { type: 'string', default: String(2 ** 30) },
    documents: { type: 'string', default: '200000' },
    shards: { type: 'string', default: '16' },
    processes: { type: 'string', default: '2' },
  },
})
const goal = 0.1

const bytes = Number(values.bytes)
const corpus = await makeClusterCorpus(values.folder, bytes, Number(values.documents))
const scratch = mkdtempSync(join(values.folder, 'cluster-'))
const place = (name: string): string => join(scratch, name)
const log = place('usage.jsonl')
const args = [corpus.vendor, '--reference', corpus.index]
try {
  const wall: { [command: string]: number } = {}
  const time = async (command: string, work: () => Promise<unknown>): Promise<void> => {
    const started = performance.now()
    await work()
    wall[command] = (performance.now() - started) / 1000
  }
  await time('scan', () => runMeasured(log, ['scan', ...args, '-t', values.processes, '--out', place('whole')]))
  const plan = place('plan.json')
  await time('plan', () => runMeasured(log, ['plan', ...args, '--shards', values.shards, '--out', plan]))
  // each process takes its share of the shards, in their order
  const nShards = Number(values.shards)
  const nProcesses = Number(values.processes)
  const bound = (p: number): number => Math.floor((nShards * p) / nProcesses)
  const work = (p: number): Promise<void> =>
    runMeasured(log, ['work', plan, '--shard', `${bound(p)}-${bound(p + 1) - 1}`])
  await time('work', () => Promise.all(Array.from({ length: nProcesses }, (_, p) => work(p))))
  await time('merge', () => runMeasured(log, ['merge', plan, '--out', place('merged')]))
  const usage = readUsage(log)
  const cpu: { [command: string]: number } = {}
  console.log(`${bytes} bytes, ${values.documents} documents in the index, ${values.shards} shards, ${values.processes} at a time
| command | runs | CPU s | wall s | peak MB |
| --- | --: | --: | --: | --: |`)
  for (const command of ['scan', 'plan', 'work', 'merge']) {
    const { runs, cpuSeconds, peakBytes } = sumUsage(usage.filter(({ args: [name] }) => name === command))
    cpu[command] = cpuSeconds
    const figures = [runs, cpuSeconds.toFixed(1), wall[command].toFixed(1), (peakBytes / 1e6).toFixed(0)]
    console.log(`| ${command} | ${figures.join(' | ')} |`)
  }
  const overhead = (cost: { [command: string]: number }): number => (cost.plan + cost.work + cost.merge) / cost.scan - 1
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`
  console.log(`overhead: ${percent(overhead(cpu))} CPU, ${percent(overhead(wall))} wall; goal ≤ ${percent(goal)}`)
  const different = listDifferences(place('merged'), place('whole'))
  console.log(`files that differ: ${different.join(', ') || 'none'}`)
  if (different.length > 0) process.exitCode = 1
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
