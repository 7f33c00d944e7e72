/**
 * Bench: a corpus of 1 GiB in 16 shards against an index of 200,000 documents on two Ray nodes, of which one is lost
 * after four shards, beside one scan of the same on this machine. Fails unless the bundles are the same, byte for byte.
 *
 *     PALIMPSEST_PYTHON=venv/bin/python npm run bench:ray -- [--folder DIR] [--bytes N] [--documents N] [--shards 16]
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { driveRay, hasRay, listDifferences, rayAdvice, startNodes } from '../cluster/ray.ts'
import { makeClusterCorpus } from './cluster-corpus.ts'
import { measuredProgram, readUsage, runMeasured, sumUsage } from './usage.ts'

const { values } = parseArgs({
  options: {
    folder: { type: 'string', default: join(tmpdir(), 'palimpsest-cluster') },
    bytes: { type: 'string', default: String(2 ** 30) },
    documents: { type: 'string', default: '200000' },
    shards: { type: 'string', default: '16' },
  },
})
const shardsBeforeLoss = 4

if (!hasRay()) throw new Error(rayAdvice)
const bytes = Number(values.bytes)
const corpus = await makeClusterCorpus(values.folder, bytes, Number(values.documents))
const scratch = mkdtempSync(join(values.folder, 'ray-'))
const place = (name: string): string => join(scratch, name)
const log = place('usage.jsonl')
const args = [corpus.vendor, '--reference', corpus.index]
try {
  const seconds = async (work: () => Promise<unknown>): Promise<number> => {
    const started = performance.now()
    await work()
    return (performance.now() - started) / 1000
  }
  const scanning = await seconds(() => runMeasured(log, ['scan', ...args, '--threads', '2', '--out', place('whole')]))
  const planning = await seconds(() =>
    runMeasured(log, ['plan', ...args, '--shards', values.shards, '--out', place('plan.json')]),
  )
  const nodes = await startNodes()
  let done = 0
  let killing: Promise<void> | undefined
  const driving = await seconds(async () => {
    const drive = ['plan.json', '--out', 'merged', '--node-folder', place('node')]
    const { code, progress } = await driveRay(nodes, drive, { cwd: scratch, program: measuredProgram(log) }, line => {
      console.error(line)
      if (++done === shardsBeforeLoss) killing = nodes.kill().then(() => console.error('one node is lost'))
    })
    await killing
    if (code !== 0 && code !== 1) throw new Error(`the driver ended with ${code}: ${progress.at(-1)}`)
  }).finally(() => nodes.stop())
  const different = listDifferences(place('merged'), place('whole'))
  const usage = readUsage(log)
  const of = (command: string) => sumUsage(usage.filter(({ args: [name] }) => name === command))
  console.log(`${bytes} bytes, ${values.documents} documents in the index, ${values.shards} shards, two nodes of one processor
| command | runs | CPU s | wall s | peak MB |
| --- | --: | --: | --: | --: |`)
  for (const [command, wall] of [
    ['scan', scanning],
    ['plan', planning],
    ['work', driving],
    ['merge', Number.NaN],
  ] as const) {
    const { runs, cpuSeconds, peakBytes } = of(command)
    const wallText = Number.isNaN(wall) ? 'with work' : wall.toFixed(1)
    console.log(`| ${command} | ${runs} | ${cpuSeconds.toFixed(1)} | ${wallText} | ${(peakBytes / 1e6).toFixed(0)} |`)
  }
  console.log(
    `one node was lost after ${shardsBeforeLoss} shards; files that differ: ${different.join(', ') || 'none'}`,
  )
  if (different.length > 0) process.exitCode = 1
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
