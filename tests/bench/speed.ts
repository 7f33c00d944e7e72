/**
 * Bench: speed and memory, `npm run bench`. Through the real command line, beside the floor of reading and parsing the
 * same bytes in the same run, as Markdown tables:
 *
 * - easy: alpaca_eval_dev against an index of alpaca_davinci003; few answers have anything to do with the reference
 * - long: the same file four times over, on one thread and on two; starting and warming up count for little
 * - two floors: two processes that do nothing but read and parse, against one; what a second thread of this machine is
 *   worth to any program
 * - hard: the answers of 46 models against those of 8 others to the same prompts, with 15 more as background
 *
 *     npm run bench -- [--runs 3] [--json FILE]
 *
 * The corpora are unpacked into a temporary folder first, so that no inflation is measured.
 */
import { fork } from 'node:child_process'
import { existsSync, mkdtempSync, openSync, readFileSync, readSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { backgroundModels, dataFolder, excludedModels, referenceModels } from './data.ts'
import { runProgram, type Usage } from './program.ts'
import { writeTable } from './tally.ts'

const { values } = parseArgs({
  // --floor is what the bench gives to its own processes
  options: { runs: { type: 'string', default: '3' }, json: { type: 'string' }, floor: { type: 'string' } },
})
const megabyte = 1e6
const blockBytes = 4 * 1024 * 1024

/** Wanted: rates and shares of a scan, and memory beyond the index. */
const goals = {
  scanBytesPerS: 100 * megabyte,
  shareOfFloor: 0.25,
  hardBytesPerS: 15 * megabyte,
  twoThreads: 1.8,
  beyondIndexBytes: 400 * megabyte,
}
const timesOver = 4
/** How often a process of the floor reads its file: long enough that starting together is no matter. */
const floorRounds = 20

interface Timing {
  what: string
  bytes: number
  /** wall seconds of each run */
  seconds: number[]
  /** processor seconds of each run, where they were measured: they hold on a busy machine too */
  cpuSeconds: number[]
  /** largest of the runs; null where it was not measured */
  peakBytes: number | null
}

function unpack(name: string, folder: string): string {
  const packed = join(dataFolder, `${name}.jsonl.gz`)
  if (!existsSync(packed)) {
    throw new Error(`measuring corpus not found: expected ${packed}; set PALIMPSEST_DATA to the folder that holds it`)
  }
  const file = join(folder, `${name}.jsonl`)
  writeFileSync(file, gunzipSync(readFileSync(packed)))
  return file
}

/** Reads a file in blocks and parses every line: what no scanner of JSON lines can undercut. Returns seconds. */
function readAndParse(file: string): number {
  const started = performance.now()
  const descriptor = openSync(file, 'r')
  const block = Buffer.allocUnsafe(blockBytes)
  let rest = Buffer.alloc(0)
  for (;;) {
    const n = readSync(descriptor, block, 0, blockBytes, null)
    if (n === 0) break
    const bytes = rest.length > 0 ? Buffer.concat([rest, block.subarray(0, n)]) : block.subarray(0, n)
    let at = 0
    for (let end = bytes.indexOf(10, at); end >= 0; end = bytes.indexOf(10, at)) {
      JSON.parse(bytes.toString('utf8', at, end))
      at = end + 1
    }
    rest = Buffer.from(bytes.subarray(at))
  }
  return (performance.now() - started) / 1000
}

/** Seconds that each of so many processes takes to read and parse a file over and over, all at once. */
function timeFloors(file: string, processes: number): Promise<number[]> {
  const run = (): Promise<number> =>
    new Promise((resolve, reject) => {
      const child = fork(fileURLToPath(import.meta.url), ['--floor', file])
      child.on('message', seconds => resolve(Number(seconds)))
      child.on('error', reject)
    })
  return Promise.all(Array.from({ length: processes }, run))
}

/** By how much two processes at once outrun one. */
async function measureTwoFloors(file: string): Promise<number> {
  const [one] = await timeFloors(file, 1)
  return (2 * one!) / Math.max(...(await timeFloors(file, 2)))
}

interface ScanFacts {
  usage: Usage
  seconds: number
  summary: string
}

/** One scan: from the opening of the suspect to the end, by the program's own clock, and as a whole. */
function scan(suspect: string, sides: readonly string[], folder: string, threads = 1): ScanFacts {
  const out = join(folder, 'out')
  rmSync(out, { recursive: true, force: true })
  const args = ['scan', suspect, ...sides, '--out', out, '--threads', String(threads), '--fail-on', 'never']
  const usage = runProgram(args, folder)
  const { suspectOpenedAt, finishedAt } = JSON.parse(readFileSync(join(out, 'run.json'), 'utf8')).facts
  const seconds = (Date.parse(finishedAt) - Date.parse(suspectOpenedAt)) / 1000
  return { usage, seconds, summary: readFileSync(join(out, 'summary.json'), 'utf8') }
}

/** Divides the answers to the same prompts by their models into files. */
function divideByModel(file: string, folder: string): { suspect: string; reference: string; background: string } {
  const rolesOfModels = new Map<string, string>([
    ...referenceModels.map(model => [model, 'reference'] as const),
    ...backgroundModels.map(model => [model, 'background'] as const),
    ...excludedModels.map(model => [model, 'excluded'] as const),
  ])
  const lines = new Map<string, string[]>()
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    if (line === '') continue
    const role = rolesOfModels.get(JSON.parse(line).model) ?? 'suspect'
    const list = lines.get(role)
    if (list === undefined) lines.set(role, [line])
    else list.push(line)
  }
  const write = (role: string): string => {
    const path = join(folder, `${role}.jsonl`)
    writeFileSync(path, `${lines.get(role)!.join('\n')}\n`)
    return path
  }
  return { suspect: write('suspect'), reference: write('reference'), background: write('background') }
}

function startTiming(what: string, bytes: number): Timing {
  return { what, bytes, seconds: [], cpuSeconds: [], peakBytes: null }
}

/** Adds a run to a timing. */
function addRun(timing: Timing, seconds: number, usage?: Usage): void {
  timing.seconds.push(seconds)
  if (!usage) return
  timing.cpuSeconds.push(usage.cpuSeconds)
  timing.peakBytes = Math.max(timing.peakBytes ?? 0, usage.peakBytes)
}

function describe({ what, bytes, seconds, cpuSeconds, peakBytes }: Timing): string[] {
  const rates = seconds.map(s => bytes / megabyte / s)
  const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length
  const deviation = Math.sqrt(rates.reduce((sum, rate) => sum + (rate - mean) ** 2, 0) / Math.max(1, rates.length - 1))
  return [
    what,
    (bytes / megabyte).toFixed(1),
    Math.min(...seconds).toFixed(2),
    Math.max(...rates).toFixed(1),
    rates.length > 1 ? `${mean.toFixed(1)} ± ${deviation.toFixed(1)}` : '–',
    cpuSeconds.length > 0 ? (bytes / megabyte / Math.min(...cpuSeconds)).toFixed(1) : '–',
    peakBytes === null ? '–' : (peakBytes / megabyte).toFixed(0),
  ]
}

interface Measured {
  floor: Timing
  build: Timing
  easy: Timing
  whole: Timing
  long: Timing
  twoThreads: Timing
  hardFloor: Timing
  hard: Timing
  indexBytes: number
  /** what two processes of the floor do in the time of one */
  twoFloors: number
  /** summaries of the easy and the hard scan */
  summaries: [easy: string, hard: string]
}

/** The one summary that all runs gave. */
function oneOf(what: string, summaries: ReadonlySet<string>): string {
  if (summaries.size > 1) throw new Error(`scans of the same ${what} input gave ${summaries.size} different summaries`)
  return [...summaries][0]!
}

async function measure(folder: string, nRuns: number): Promise<Measured> {
  const reference = unpack('alpaca_davinci003', folder)
  const suspect = unpack('alpaca_eval_dev', folder)
  const long = join(folder, 'long.jsonl')
  writeFileSync(long, Buffer.concat(Array.from({ length: timesOver }, () => readFileSync(suspect))))
  const hard = divideByModel(suspect, folder)
  const index = join(folder, 'reference.pali')
  const hardSides = ['reference', 'background'].map(side => join(folder, `hard-${side}.pali`))
  runProgram(['index', hard.reference, '--out', hardSides[0]!], folder)
  runProgram(['index', hard.background, '--out', hardSides[1]!], folder)
  const easySides = ['--reference', index]
  const sidesOfHard = ['--reference', hardSides[0]!, '--background', hardSides[1]!]
  const [bytes, longBytes, hardBytes] = [suspect, long, hard.suspect].map(file => statSync(file).size)
  const timings = {
    floor: startTiming('floor: read + JSON.parse', bytes!),
    build: startTiming('index', statSync(reference).size),
    easy: startTiming('scan', bytes!),
    whole: startTiming('scan, with start and opening of the index', bytes!),
    long: startTiming(`scan, ${timesOver} times over`, longBytes!),
    twoThreads: startTiming(`scan, ${timesOver} times over, two threads`, longBytes!),
    hardFloor: startTiming('floor of the hard case', hardBytes!),
    hard: startTiming('hard scan: same prompts, with background', hardBytes!),
  }
  const seen = { easy: new Set<string>(), long: new Set<string>(), hard: new Set<string>() }
  for (let i = 0; i < nRuns; i++) {
    addRun(timings.floor, readAndParse(suspect))
    const built = runProgram(['index', reference, '--out', index], folder)
    addRun(timings.build, built.seconds, built)
    const facts = scan(suspect, easySides, folder)
    addRun(timings.easy, facts.seconds)
    addRun(timings.whole, facts.usage.seconds, facts.usage)
    seen.easy.add(facts.summary)
    for (const [timing, threads] of [[timings.long, 1] as const, [timings.twoThreads, 2] as const]) {
      const { seconds, usage, summary } = scan(long, easySides, folder, threads)
      addRun(timing, seconds, usage)
      seen.long.add(summary)
    }
    addRun(timings.hardFloor, readAndParse(hard.suspect))
    const { seconds, usage, summary } = scan(hard.suspect, sidesOfHard, folder)
    addRun(timings.hard, seconds, usage)
    seen.hard.add(summary)
  }
  oneOf('long', seen.long)
  const summaries: Measured['summaries'] = [oneOf('easy', seen.easy), oneOf('hard', seen.hard)]
  const twoFloors = await measureTwoFloors(suspect)
  return { ...timings, indexBytes: statSync(index).size, twoFloors, summaries }
}

/** Share of the floor that a scan reaches: ratio of their best rates. */
function shareOf(floor: Timing, scanned: Timing): number {
  return Math.max(...scanned.seconds.map(s => scanned.bytes / s)) / Math.max(...floor.seconds.map(s => floor.bytes / s))
}

function tabulateGoals(measured: Measured): string {
  const { floor, easy, whole, long, twoThreads, hardFloor, hard, indexBytes, twoFloors, summaries } = measured
  const rate = ({ bytes, seconds }: Timing): string => `${(bytes / megabyte / Math.min(...seconds)).toFixed(1)} MB/s`
  const inMegabytes = (bytes: number): string => (bytes / megabyte).toFixed(bytes < 100 * megabyte ? 1 : 0)
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`
  const gain = Math.min(...long.seconds) / Math.min(...twoThreads.seconds)
  const describeFound = (summary: string): string => {
    const { classA, classB, classC, n } = JSON.parse(summary).documents
    return `${n}: ${classA} · ${classB} · ${classC}`
  }
  return writeTable(
    ['what', 'goal', 'measured'],
    [
      ['scan', `≥ ${goals.scanBytesPerS / megabyte} MB/s`, rate(easy)],
      [`scan, ${timesOver} times over`, `≥ ${goals.scanBytesPerS / megabyte} MB/s`, rate(long)],
      ['its share of the floor', `≥ ${percent(goals.shareOfFloor)}`, percent(shareOf(floor, long))],
      ['two threads against one', `≥ ${goals.twoThreads}`, gain.toFixed(2)],
      ['two floors against one', '', twoFloors.toFixed(2)],
      ['hard scan', `≥ ${goals.hardBytesPerS / megabyte} MB/s`, rate(hard)],
      ['its share of the floor', '', percent(shareOf(hardFloor, hard))],
      [
        'memory beyond the index',
        `≤ ${goals.beyondIndexBytes / megabyte} MB`,
        `${inMegabytes(whole.peakBytes! - indexBytes)} MB`,
      ],
      ['index file', '', `${inMegabytes(indexBytes)} MB`],
      ['documents, and findings A · B · C', '', describeFound(summaries[0])],
      ['of the hard scan', '', describeFound(summaries[1])],
    ],
  )
}

async function main(): Promise<void> {
  const nRuns = Math.max(1, Number(values.runs))
  const folder = mkdtempSync(join(tmpdir(), 'palimpsest-bench-'))
  try {
    const measured = await measure(folder, nRuns)
    const { summaries: _, indexBytes, twoFloors: _two, ...timings } = measured
    const head = ['what', 'MB', 'best s', 'best MB/s', 'mean MB/s ± sd', 'MB per CPU second', 'peak MB']
    console.log(`Node ${process.version}, ${nRuns} runs, ${new Date().toISOString().slice(0, 10)}\n`)
    console.log(`${writeTable(head, Object.values(timings).map(describe))}\n`)
    console.log(tabulateGoals(measured))
    if (values.json) writeFileSync(values.json, `${JSON.stringify({ ...timings, indexBytes })}\n`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

if (values.floor === undefined) await main()
else {
  let seconds = 0
  for (let i = 0; i < floorRounds; i++) seconds += readAndParse(values.floor)
  process.send!(seconds)
}
