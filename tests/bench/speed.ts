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

/** Runs the program; anything but a full scan is a failure. */
function runProgram(args: readonly string[]): void {
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'bin/palimpsest.js'), ...args], {
    encoding: 'utf8',
  })
  if (status !== 0)
    throw new Error(`palimpsest ${args[0]} ended with ${status}: ${stderr.slice(-2000)}`)
}

interface ScanFacts {
  seconds: number
  wholeSeconds: number
  peakBytes: number
  summary: string
}

/** One scan: from the opening of the suspect to the end, by the program's own clock, and as a whole. */
function scan(suspect: string, index: string, out: string): ScanFacts {
  rmSync(out, { recursive: true, force: true })
  const { seconds: wholeSeconds } = timed(() =>
    runProgram(['scan', suspect, '--reference', index, '--out', out, '--threads', '1', '--fail-on', 'never']),
  )
  const run = JSON.parse(readFileSync(join(out, 'run.json'), 'utf8')).facts
  const opened = Date.parse(run.suspectOpenedAt)
  const seconds = (Date.parse(run.finishedAt) - opened) / 1000
  return {
    seconds,
    wholeSeconds,
    peakBytes: run.peakRssBytes,
    summary: readFileSync(join(out, 'summary.json'), 'utf8'),
  }
}

function describe({ what, bytes, seconds, peakBytes }: Timing): string[] {
  const rates = seconds.map(s => bytes / megabyte / s)
  const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length
  const deviation = Math.sqrt(rates.reduce((sum, rate) => sum + (rate - mean) ** 2, 0) / Math.max(1, rates.length - 1))
  return [
    what,
    (bytes / megabyte).toFixed(1),
    Math.min(...seconds).toFixed(2),
    Math.max(...rates).toFixed(1),
    rates.length > 1 ? `${mean.toFixed(1)} ± ${deviation.toFixed(1)}` : '–',
    peakBytes === null ? '–' : (peakBytes / megabyte).toFixed(0),
  ]
}

function main(): void {
  if (!existsSync(join(root, 'dist/cli/main.js'))) throw new Error('the program is not built: run npm run build first')
  const nRuns = Math.max(1, Number(values.runs))
  const folder = mkdtempSync(join(tmpdir(), 'palimpsest-bench-'))
  try {
    const reference = unpack('alpaca_davinci003', folder)
    const suspect = unpack('alpaca_eval_dev', folder)
    const index = join(folder, 'reference.pali')
    const suspectBytes = statSync(suspect).size
    const floor: Timing = { what: 'floor: read + JSON.parse', bytes: suspectBytes, seconds: [], peakBytes: null }
    const build: Timing = { what: 'index', bytes: statSync(reference).size, seconds: [], peakBytes: null }
    const scans: Timing = { what: 'scan', bytes: suspectBytes, seconds: [], peakBytes: 0 }
    const whole: Timing = {
      what: 'scan, with start and opening of the index',
      bytes: suspectBytes,
      seconds: [],
      peakBytes: null,
    }
    const summaries = new Set<string>()
    for (let i = 0; i < nRuns; i++) {
      floor.seconds.push(timed(() => readAndParse(suspect)).seconds)
      build.seconds.push(timed(() => runProgram(['index', reference, '--out', index])).seconds)
      const facts = scan(suspect, index, join(folder, 'out'))
      scans.seconds.push(facts.seconds)
      whole.seconds.push(facts.wholeSeconds)
      scans.peakBytes = Math.max(scans.peakBytes!, facts.peakBytes)
      summaries.add(facts.summary)
    }
    if (summaries.size > 1)
      throw new Error(`${nRuns} scans of the same input gave ${summaries.size} different summaries`)
    const timings = [floor, build, scans, whole]
    const head = ['what', 'MB', 'best s', 'best MB/s', 'mean MB/s ± sd', 'peak MB']
    console.log(`Node ${process.version}, one thread, ${nRuns} runs, ${new Date().toISOString().slice(0, 10)}\n`)
    console.log(writeTable(head, timings.map(describe)))
    const rate = suspectBytes / Math.min(...scans.seconds)
    const indexBytes = statSync(index).size
    const beyond = scans.peakBytes! - indexBytes
    const { classA, classB, classC, n } = JSON.parse([...summaries][0]!).documents
    console.log(
      `\n${writeTable(
        ['what', 'goal', 'measured'],
        [
          ['scan', `≥ ${goals.scanBytesPerS / megabyte} MB/s`, `${(rate / megabyte).toFixed(1)} MB/s`],
          [
            'memory beyond the index',
            `≤ ${goals.beyondIndexBytes / megabyte} MB`,
            `${(beyond / megabyte).toFixed(0)} MB`,
          ],
          [
            'share of the floor',
            '',
            `${((100 * Math.min(...floor.seconds)) / Math.min(...scans.seconds)).toFixed(0)} %`,
          ],
          ['index file', '', `${(indexBytes / megabyte).toFixed(1)} MB`],
          ['documents, and findings A · B · C', '', `${n}: ${classA} · ${classB} · ${classC}`],
        ],
      )}`,
    )
    if (values.json) writeFileSync(values.json, `${JSON.stringify({ timings, indexBytes, rate, beyond })}\n`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

main()
