/**
 * Bench: input made to cost, `npm run bench:bounded`: boilerplate that seeds everywhere, a document of 50 MB, one record
 * over and over, a reference of near-identical answers. Processor time a byte beside that of normal text against a
 * normal reference (goal: up to three times), and memory. Ends with code 1 where a goal is missed.
 *
 *     npm run bench:bounded -- [--megabytes 10] [--runs 3] [--case NAME…]
 *
 * Of each scan the run with the least processor time counts.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Drawn, drawRange, drawSuspects, writeRows } from './language.ts'
import { runProgram, type Usage } from './program.ts'
import { writeTable } from './tally.ts'

const { values } = parseArgs({
  options: {
    megabytes: { type: 'string', default: '10' },
    runs: { type: 'string', default: '3' },
    case: { type: 'string', multiple: true },
  },
})
const megabyte = 1e6
const bytes = Number(values.megabytes) * megabyte
const maxTimes = 3
const referenceRows = 10_000
const boilerplate: Drawn = { seed: 0x10000001, isRenamed: false }
const folder = mkdtempSync(join(tmpdir(), 'palimpsest-bounded-'))

function* repeat(drawn: Drawn): Generator<Drawn> {
  for (;;) yield drawn
}

function* withBoilerplate(source: Iterable<Drawn>): Generator<Drawn> {
  for (const drawn of source) yield { ...drawn, boilerplate: boilerplate.seed }
}

/** One document that is as long as the whole file. */
function* asOne(): Generator<Drawn> {
  yield { seed: 0x20000000, isRenamed: false, nTokens: Math.floor(bytes / 6.2) }
}

/** Answers that differ in one word in fifty. */
function* nearlyEqual(rows: number, from = 0): Generator<Drawn> {
  for (let i = from; i < from + rows; i++) yield { seed: 77, isRenamed: false, slip: i + 1 }
}

interface Case {
  name: string
  reference: () => Iterable<Drawn>
  suspect: () => Iterable<Drawn>
  background?: () => Iterable<Drawn>
  /** further arguments of index and scan */
  args?: string[]
}

const normalReference = (): Iterable<Drawn> => drawRange(0, referenceRows)
const normalSuspect = (): Iterable<Drawn> => drawSuspects(0)
const long = ['--max-record-bytes', String(2 ** 27)]

const cases: readonly Case[] = [
  { name: 'normal text', reference: normalReference, suspect: normalSuspect },
  {
    name: 'boilerplate in every text of all sides',
    reference: () => withBoilerplate(normalReference()),
    suspect: () => withBoilerplate(normalSuspect()),
    background: () => withBoilerplate(drawRange(0x30000000, 0x30000000 + referenceRows / 10)),
  },
  { name: 'one document, suspect', reference: normalReference, suspect: asOne, args: long },
  {
    name: 'one long document in the reference',
    reference: function* () {
      yield* asOne()
      yield* normalReference()
    },
    suspect: normalSuspect,
    args: long,
  },
  {
    name: 'one record over and over, in no reference',
    reference: normalReference,
    suspect: () => repeat({ seed: 0x20000005, isRenamed: false }),
  },
  { name: 'one copy over and over', reference: normalReference, suspect: () => repeat({ seed: 12, isRenamed: false }) },
  {
    name: 'near-identical answers in the reference, normal suspect',
    reference: () => nearlyEqual(referenceRows),
    suspect: normalSuspect,
  },
  {
    name: 'near-identical answers in the reference, one of them over and over',
    reference: () => nearlyEqual(referenceRows),
    suspect: () => repeat({ seed: 77, isRenamed: false, slip: 3 }),
  },
  {
    name: 'near-identical answers in the reference, others like them',
    reference: () => nearlyEqual(referenceRows),
    suspect: () => nearlyEqual(Infinity, 2 * referenceRows),
  },
  {
    name: 'a copy in every record, each of another answer',
    reference: normalReference,
    suspect: () => drawRange(0, referenceRows),
  },
]

interface Measured {
  megabytes: number
  usage: Usage
  idle: Usage
  build: Usage
}

function measure({ reference, suspect, background, args = [] }: Case): Measured {
  const files = {
    reference: join(folder, 'reference.jsonl'),
    suspect: join(folder, 'suspect.jsonl'),
    one: join(folder, 'one.jsonl'),
  }
  const index = join(folder, 'reference.pali')
  writeRows(files.reference, reference())
  writeRows(files.suspect, suspect(), bytes)
  writeRows(files.one, drawRange(0x20000000, 0x20000001))
  const sides = ['--reference', index]
  if (background !== undefined) {
    const corpus = join(folder, 'background.jsonl')
    writeRows(corpus, background())
    // given as an index, so that none of it is held back
    sides.push('--background', join(folder, 'background.pali'))
    runProgram(['index', corpus, '--out', join(folder, 'background.pali'), ...args], folder)
  }
  const build = runProgram(['index', files.reference, '--out', index, ...args], folder)
  const scan = (file: string): Usage => {
    const out = join(folder, 'audit')
    const runs = Array.from({ length: Number(values.runs) }, () => {
      rmSync(out, { recursive: true, force: true })
      return runProgram(['scan', file, ...sides, '--out', out, '--fail-on', 'never', ...args], folder)
    })
    return runs.reduce((best, run) => (run.cpuSeconds < best.cpuSeconds ? run : best))
  }
  return {
    megabytes: statSync(files.suspect).size / megabyte,
    idle: scan(files.one),
    usage: scan(files.suspect),
    build,
  }
}

try {
  const rows: string[][] = []
  let normal = 0
  for (const one of cases) {
    if (values.case !== undefined && one !== cases[0] && !values.case.some(name => one.name.includes(name))) continue
    const { megabytes, idle, usage, build } = measure(one)
    const perMegabyte = (usage.cpuSeconds - idle.cpuSeconds) / megabytes
    if (normal === 0) normal = perMegabyte
    const times = perMegabyte / normal
    if (times > maxTimes) process.exitCode = 1
    rows.push([
      one.name,
      megabytes.toFixed(1),
      (perMegabyte * 1000).toFixed(0),
      times.toFixed(2),
      (usage.peakBytes / megabyte).toFixed(0),
      (build.peakBytes / megabyte).toFixed(0),
      build.cpuSeconds.toFixed(1),
    ])
    console.error(rows.at(-1)!.join(' · '))
  }
  const head = ['input', 'MB', 'CPU ms a MB', 'times normal', 'scan peak MB', 'index peak MB', 'index CPU s']
  console.log(writeTable(head, rows))
} finally {
  rmSync(folder, { recursive: true, force: true })
}
