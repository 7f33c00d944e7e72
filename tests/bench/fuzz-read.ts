/**
 * Long fuzzing of the read room: damaged files of every format must be accounted for to the last record and
 * byte, without a fault that nobody foresaw, and in time.
 *
 * npx tsx tests/bench/fuzz-read.ts [cases per format, default 700] [seed, default 1] [name of one format]
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { readCorpus } from '../../src/read/corpus.ts'
import type { LedgerCounts } from '../../src/types.ts'
import { createRandom, soundFiles, wound } from '../read/mutate.ts'

const nCases = Number(process.argv[2] ?? 700)
const seed = Number(process.argv[3] ?? 1)
const only = process.argv[4]
const slowMs = 5000

const folder = mkdtempSync(path.join(os.tmpdir(), 'palimpsest-fuzz-'))

/** What is wrong with the reading of the file, or null. */
async function findFault(file: string, sizeBytes: number): Promise<string | null> {
  const sum: { [key: string]: number } = {}
  let nProblems = 0
  let chain: string[] = []
  const started = performance.now()
  for await (const batch of readCorpus([file], { maxRecordBytes: 1 << 20 })) {
    for (const [key, n] of Object.entries(batch.counts)) sum[key] = (sum[key] ?? 0) + n
    nProblems += batch.problems.length
    const unforeseen = batch.problems.find(problem => problem.code === 'reader-fault')
    if (unforeseen) return unforeseen.reason
    if (batch.last) chain = batch.last.chain
  }
  const c = sum as unknown as LedgerCounts
  if (c.recordsIn !== c.scanned + c.rejected + c.limited + c.skipped) return 'records do not balance'
  if (c.bytesIn !== c.bytesScanned + c.bytesRejected + c.bytesLimited + c.bytesSkipped) return 'bytes do not balance'
  if (nProblems !== c.rejected + c.limited + c.skipped) return 'problems do not match the counts'
  if (chain.length <= 1 && c.bytesIn !== sizeBytes) return `${c.bytesIn} of ${sizeBytes} bytes are in the account`
  if (c.recordsIn === 0 && sizeBytes > 0) return 'no record and no problem'
  return performance.now() - started > slowMs ? 'too slow' : null
}

let nFaults = 0
for (const [name, sound] of Object.entries(soundFiles)) {
  if (only !== undefined && only !== name) continue
  const random = createRandom(seed)
  const started = performance.now()
  for (let i = 0; i < nCases; i++) {
    const bytes = wound(sound, random)
    const file = path.join(folder, name)
    writeFileSync(file, bytes)
    const fault = await findFault(file, bytes.length)
    if (fault === null) continue
    nFaults++
    const kept = path.join(os.tmpdir(), `palimpsest-fault-${seed}-${i}-${name}`)
    writeFileSync(kept, bytes)
    console.log(`${name} case ${i}: ${fault}; kept as ${kept}`)
  }
  console.log(`${name}: ${nCases} cases in ${((performance.now() - started) / 1000).toFixed(1)} s`)
}
rmSync(folder, { recursive: true })
console.log(`${nFaults} faults, seed ${seed}`)
process.exitCode = nFaults > 0 ? 1 : 0
