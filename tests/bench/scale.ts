/**
 * Bench: how speed and memory hold as both sides grow, `npm run bench:scale`. References and suspects are made from a
 * seed (`language.ts`) and scanned by the built program; prints tables and writes their plots as SVG.
 *
 *     npm run bench:scale -- [--references 1e4,1e5,1e6] [--suspects 1e7,1e8,1e9] [--threads 1] [--out DIR] [--keep DIR]
 *
 * The speed of a scan is the slope between two sizes of suspect, so the opening of the index does not count. `--keep`
 * names a folder in which corpora and indexes stay for the next run.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { inspectIndexFile } from '../../src/run/build.ts'
import { drawRange, drawSuspects, writeRows } from './language.ts'
import { drawLines } from './plot.ts'
import { runProgram, type Usage } from './program.ts'
import { writeTable } from './tally.ts'

const { values } = parseArgs({
  options: {
    references: { type: 'string', default: '1e4,1e5,1e6' },
    suspects: { type: 'string', default: '1e7,1e8,1e9' },
    threads: { type: 'string', default: '1' },
    out: { type: 'string', default: 'bench-scale' },
    keep: { type: 'string' },
  },
})
const numbersOf = (list: string): number[] => (list === '' ? [] : list.split(',').map(Number))
const megabyte = 1e6
/** Sizes of suspect whose difference gives the speed. */
const slopeBytes = [10 * megabyte, 40 * megabyte] as const
/** Copies planted in every suspect: findings stay in memory until the end, so their number must not grow with it. */
const nCopies = 200

const folder = values.keep ?? mkdtempSync(join(tmpdir(), 'palimpsest-scale-'))
mkdirSync(folder, { recursive: true })

function makeCorpus(name: string, make: (file: string) => void): string {
  const file = join(folder, name)
  if (!existsSync(file)) make(file)
  return file
}

const makeSuspect = (bytes: number): string =>
  makeCorpus(`suspect-${bytes}.jsonl`, file => writeRows(file, drawSuspects(nCopies), bytes))

interface ScanFacts {
  usage: Usage
  bytes: number
  found: number
}

function scan(suspect: string, index: string): ScanFacts {
  const out = join(folder, 'out')
  rmSync(out, { recursive: true, force: true })
  const args = ['scan', suspect, '--reference', index, '--out', out, '--fail-on', 'never', '--threads', values.threads]
  const usage = runProgram(args, folder)
  const { documents } = JSON.parse(readFileSync(join(out, 'summary.json'), 'utf8'))
  return { usage, bytes: statSync(suspect).size, found: documents.classA + documents.classB }
}

interface IndexFacts {
  documents: number
  corpusBytes: number
  build: Usage | null
  index: string
  bytes: number
  tokens: number
  seedBytes: number
}

function makeIndex(documents: number): IndexFacts {
  const corpus = makeCorpus(`reference-${documents}.jsonl`, file => writeRows(file, drawRange(0, documents)))
  const index = join(folder, `reference-${documents}.pali`)
  const build = existsSync(index)
    ? null
    : runProgram(['index', corpus, '--out', index, '--threads', values.threads], folder)
  const { facts, sizeBytes } = inspectIndexFile(index)
  const seedBytes = Object.entries(facts.sections).reduce(
    (sum, [name, { bytes }]) => (/^(packed|bucket|frequent)/.test(name) ? sum + bytes : sum),
    0,
  )
  return {
    documents,
    corpusBytes: statSync(corpus).size,
    build,
    index,
    bytes: sizeBytes,
    tokens: facts.tokens,
    seedBytes,
  }
}

const inMegabytes = (bytes: number): string => (bytes / megabyte).toFixed(bytes < 100 * megabyte ? 1 : 0)

function growReferences(sizes: readonly number[]): void {
  const rows: string[][] = []
  const speeds: [number, number][] = []
  const builds: [number, number][] = []
  const memory: [number, number][] = []
  for (const documents of sizes) {
    const facts = makeIndex(documents)
    const { build, corpusBytes, bytes, tokens, seedBytes, index } = facts
    // an index that the file cache does not hold would be paid for by the first scan alone
    scan(makeSuspect(slopeBytes[0]), index)
    const [small, large] = slopeBytes.map(size => scan(makeSuspect(size), index)) as [ScanFacts, ScanFacts]
    const perSecond = (large.bytes - small.bytes) / megabyte / (large.usage.cpuSeconds - small.usage.cpuSeconds)
    speeds.push([documents, perSecond])
    if (build !== null) builds.push([documents, corpusBytes / megabyte / build.cpuSeconds])
    memory.push([documents, (large.usage.peakBytes - bytes) / megabyte])
    rows.push([
      documents.toLocaleString('en'),
      inMegabytes(corpusBytes),
      build === null ? 'kept' : (corpusBytes / megabyte / build.seconds).toFixed(1),
      build === null ? 'kept' : (corpusBytes / megabyte / build.cpuSeconds).toFixed(1),
      build === null ? 'kept' : inMegabytes(build.peakBytes),
      inMegabytes(bytes),
      (seedBytes / tokens).toFixed(2),
      perSecond.toFixed(1),
      inMegabytes(large.usage.peakBytes),
      inMegabytes(large.usage.peakBytes - bytes),
      String(large.found),
    ])
    console.error(rows.at(-1)!.join(' · '))
  }
  const head = [
    'documents',
    'MB',
    'build MB/s',
    'build MB per CPU s',
    'build peak MB',
    'index MB',
    'B a token for seeds and places',
    'scan MB per CPU s',
    'scan peak MB',
    'beyond the index MB',
    'A + B',
  ]
  console.log(`${writeTable(head, rows)}\n`)
  if (speeds.length < 2) return
  const slowdown = speeds[0]![1] / speeds.at(-1)![1]
  console.log(
    `Scan over references of ${sizes[0]} to ${sizes.at(-1)} documents slows ${slowdown.toFixed(2)} times (goal: up to 2).\n`,
  )
  writeFileSync(
    join(values.out, 'reference-speed.svg'),
    drawLines('Speed over the size of the reference', 'documents of the reference', 'MB per CPU second', [
      { name: 'scan', points: speeds },
      ...(builds.length > 1 ? [{ name: 'index', points: builds }] : []),
    ]),
  )
  writeFileSync(
    join(values.out, 'reference-memory.svg'),
    drawLines('Memory of a scan beyond the index', 'documents of the reference', 'MB', [
      { name: 'scan', points: memory },
    ]),
  )
}

function growSuspects(sizes: readonly number[], documents: number): void {
  const { index, bytes } = makeIndex(documents)
  const facts = sizes.map(size => {
    const one = scan(makeSuspect(size), index)
    console.error(`${size} bytes: ${one.usage.cpuSeconds.toFixed(1)} CPU s, ${inMegabytes(one.usage.peakBytes)} MB`)
    return one
  })
  const rows = facts.map(({ usage, bytes: size, found }) => [
    inMegabytes(size),
    (size / megabyte / usage.seconds).toFixed(1),
    (size / megabyte / usage.cpuSeconds).toFixed(1),
    inMegabytes(usage.peakBytes),
    inMegabytes(usage.peakBytes - bytes),
    String(found),
  ])
  console.log(
    `${writeTable(['suspect MB', 'MB/s', 'MB per CPU s', 'peak MB', 'beyond the index MB', 'A + B'], rows)}\n`,
  )
  const peaks = facts.map(({ usage, bytes: size }): [number, number] => [size, usage.peakBytes / megabyte])
  const growth = peaks.at(-1)![1] / peaks[0]![1] - 1
  console.log(
    `Memory from ${sizes[0]} to ${sizes.at(-1)} bytes of suspect grows ${(100 * growth).toFixed(1)} % (goal: within 5).`,
  )
  writeFileSync(
    join(values.out, 'suspect-memory.svg'),
    drawLines('Memory of a scan', 'bytes of the suspect', 'MB', [{ name: 'peak', points: peaks }]),
  )
}

mkdirSync(values.out, { recursive: true })
try {
  console.log(`Node ${process.version}, ${values.threads} threads, ${new Date().toISOString().slice(0, 10)}\n`)
  const references = numbersOf(values.references)
  const suspects = numbersOf(values.suspects)
  if (references.length > 0) growReferences(references)
  if (suspects.length > 0) growSuspects(suspects, 10_000)
} finally {
  if (values.keep === undefined) rmSync(folder, { recursive: true, force: true })
}
