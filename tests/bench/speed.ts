/**
 * Bench: speed and memory, `npm run bench`. Indexes alpaca_davinci003 and scans alpaca_eval_dev against it through the
 * real command line on one thread, beside the floor of reading and parsing the same bytes, and prints a Markdown table.
 *
 *     npm run bench -- [--runs 3] [--json FILE]
 *
 * The corpora are unpacked into a temporary folder first, so that no inflation is measured.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, openSync, readFileSync, readSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { dataFolder } from './data.ts'
import { writeTable } from './tally.ts'

const { values } = parseArgs({ options: { runs: { type: 'string', default: '3' }, json: { type: 'string' } } })
const root = join(import.meta.dirname, '../..')
const megabyte = 1e6
const blockBytes = 4 * 1024 * 1024

/** Wanted: rate of the scan, and memory beyond the index. */
const goals = { scanBytesPerS: 30 * megabyte, beyondIndexBytes: 400 * megabyte }

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

/** Reads a file in blocks and parses every line: what no scanner of JSON lines can undercut. */
function readAndParse(file: string): number {
  const descriptor = openSync(file, 'r')
  const block = Buffer.allocUnsafe(blockBytes)
  let rest = Buffer.alloc(0)
  let nRows = 0
  for (;;) {
    const n = readSync(descriptor, block, 0, blockBytes, null)
    if (n === 0) break
    const bytes = rest.length > 0 ? Buffer.concat([rest, block.subarray(0, n)]) : block.subarray(0, n)
    let at = 0
    for (let end = bytes.indexOf(10, at); end >= 0; end = bytes.indexOf(10, at)) {
      JSON.parse(bytes.toString('utf8', at, end))
      nRows++
      at = end + 1
    }
    rest = Buffer.from(bytes.subarray(at))
  }
  return nRows
}

const timed = <T>(work: () => T): { seconds: number; result: T } => {
  const started = performance.now()
  const result = work()
  return { seconds: (performance.now() - started) / 1000, result }
}

/** What a process that ended had used, written by a hook as it exits. */
interface Usage {
  cpuSeconds: number
  peakBytes: number
}

const hook = `data:text/javascript,${encodeURIComponent(
  `import fs from 'node:fs'; process.on('exit', () => {
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
    fs.writeFileSync(process.env.BENCH_USAGE, JSON.stringify({ cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, peakBytes: maxRSS * 1024 }))
  })`,
)}`

/** Runs the program; anything but a full scan is a failure. */
function runProgram(args: readonly string[], folder: string): Usage {
  const usage = join(folder, 'usage.json')
  const program = ['--import', hook, join(root, 'bin/palimpsest.js'), ...args]
  const env = { ...process.env, BENCH_USAGE: usage }
  const { status, stderr } = spawnSync(process.execPath, program, { encoding: 'utf8', env })
  if (status !== 0) throw new Error(`palimpsest ${args[0]} ended with ${status}: ${stderr.slice(-2000)}`)
  return JSON.parse(readFileSync(usage, 'utf8'))
}

interface ScanFacts {
  usage: Usage
  seconds: number
  wholeSeconds: number
  summary: string
}

/** One scan: from the opening of the suspect to the end, by the program's own clock, and as a whole. */
function scan(suspect: string, index: string, folder: string): ScanFacts {
  const out = join(folder, 'out')
  rmSync(out, { recursive: true, force: true })
  const args = ['scan', suspect, '--reference', index, '--out', out, '--threads', '1', '--fail-on', 'never']
  const { seconds: wholeSeconds, result: usage } = timed(() => runProgram(args, folder))
  const { suspectOpenedAt, finishedAt } = JSON.parse(readFileSync(join(out, 'run.json'), 'utf8')).facts
  const seconds = (Date.parse(finishedAt) - Date.parse(suspectOpenedAt)) / 1000
  return { usage, seconds, wholeSeconds, summary: readFileSync(join(out, 'summary.json'), 'utf8') }
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
  scans: Timing
  whole: Timing
  indexBytes: number
  summary: string
}

function measure(folder: string, nRuns: number): Measured {
  const reference = unpack('alpaca_davinci003', folder)
  const suspect = unpack('alpaca_eval_dev', folder)
  const index = join(folder, 'reference.pali')
  const suspectBytes = statSync(suspect).size
  const floor = startTiming('floor: read + JSON.parse', suspectBytes)
  const build = startTiming('index', statSync(reference).size)
  const scans = startTiming('scan', suspectBytes)
  const whole = startTiming('scan, with start and opening of the index', suspectBytes)
  const summaries = new Set<string>()
  for (let i = 0; i < nRuns; i++) {
    addRun(floor, timed(() => readAndParse(suspect)).seconds)
    const built = timed(() => runProgram(['index', reference, '--out', index], folder))
    addRun(build, built.seconds, built.result)
    const facts = scan(suspect, index, folder)
    addRun(scans, facts.seconds)
    addRun(whole, facts.wholeSeconds, facts.usage)
    summaries.add(facts.summary)
  }
  if (summaries.size > 1) throw new Error(`${nRuns} scans of the same input gave ${summaries.size} different summaries`)
  return { floor, build, scans, whole, indexBytes: statSync(index).size, summary: [...summaries][0]! }
}

function tabulateGoals({ floor, scans, whole, indexBytes, summary }: Measured): string {
  const seconds = Math.min(...scans.seconds)
  const { classA, classB, classC, n } = JSON.parse(summary).documents
  const inMegabytes = (bytes: number): string => (bytes / megabyte).toFixed(bytes < 100 * megabyte ? 1 : 0)
  return writeTable(
    ['what', 'goal', 'measured'],
    [
      ['scan', `≥ ${goals.scanBytesPerS / megabyte} MB/s`, `${inMegabytes(scans.bytes / seconds)} MB/s`],
      [
        'memory beyond the index',
        `≤ ${goals.beyondIndexBytes / megabyte} MB`,
        `${inMegabytes(whole.peakBytes! - indexBytes)} MB`,
      ],
      ['share of the floor', '', `${((100 * Math.min(...floor.seconds)) / seconds).toFixed(1)} %`],
      ['index file', '', `${inMegabytes(indexBytes)} MB`],
      ['documents, and findings A · B · C', '', `${n}: ${classA} · ${classB} · ${classC}`],
    ],
  )
}

function main(): void {
  if (!existsSync(join(root, 'dist/cli/main.js'))) throw new Error('the program is not built: run npm run build first')
  const nRuns = Math.max(1, Number(values.runs))
  const folder = mkdtempSync(join(tmpdir(), 'palimpsest-bench-'))
  try {
    const measured = measure(folder, nRuns)
    const { floor, build, scans, whole, indexBytes } = measured
    const head = ['what', 'MB', 'best s', 'best MB/s', 'mean MB/s ± sd', 'MB per CPU second', 'peak MB']
    console.log(`Node ${process.version}, one thread, ${nRuns} runs, ${new Date().toISOString().slice(0, 10)}\n`)
    console.log(`${writeTable(head, [floor, build, scans, whole].map(describe))}\n`)
    console.log(tabulateGoals(measured))
    if (values.json) writeFileSync(values.json, `${JSON.stringify({ floor, build, scans, whole, indexBytes })}\n`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

main()
