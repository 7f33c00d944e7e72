/**
 * run: parts → results, in this thread or in workers that pull the next piece of work from a shared counter.
 * Results come in any order; each says which piece it is of.
 */
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { isIndexOf, type SharedIndex } from '../match/reference.ts'
import type { Part, ReadOptions } from '../read/corpus.ts'
import type { Checkpoints } from './checkpoints.ts'
import { accountOf } from './merge.ts'
import { makeRuns, type Run, type RunOptions, type Stretch, type StretchResult } from './runs.ts'
import { type PartResult, Scanner, type Sides } from './scan.ts'

/** What a worker is given: plain data and shared buffers. */
export type WorkerSetup = ScanSetup | BuildSetup

/** Parts to scan. */
interface ScanSetup {
  work: 'scan'
  parts: Part[]
  /** places in the list of the parts to scan */
  orders: number[]
  indexes: { references: SharedIndex[]; backgrounds: SharedIndex[]; decoys: SharedIndex[] }
  wantsSample: boolean
  options: ReadOptions
  /** the next part to take */
  next: SharedArrayBuffer
}

/** Stretches to index. */
interface BuildSetup {
  work: 'build'
  stretches: readonly Stretch[]
  orders: number[]
  /** where the runs of each stretch go, without their number; null to keep them in memory */
  places: string[] | null
  options: RunOptions
  next: SharedArrayBuffer
}

/** What a worker posts. */
export type WorkerMessage =
  | { progress: { bytes: number; records: number } }
  | { result: PartResult }
  | { runs: StretchResult }

type OnProgress = (bytes: number, records: number) => void

/** How parts are scanned. */
export interface Pace {
  threads: number
  onProgress: OnProgress
  /** results that are known already, and where new ones are kept */
  checkpoints?: Checkpoints<PartResult>
}

/**
 * Scans parts, except those that a checkpoint holds.
 *
 * @param parts all parts of the corpus
 * @param wanted places in `parts` of those to scan
 * @param take is given the result of each of `wanted`, in its order and as soon as it is its turn
 */
export async function scanParts(
  parts: Part[],
  wanted: readonly number[],
  sides: Sides,
  options: ReadOptions,
  { threads, onProgress, checkpoints }: Pace,
  take: (result: PartResult) => void,
): Promise<void> {
  /** results that wait for those before them */
  const early = new Map<number, PartResult>()
  let taken = 0
  const accept = (result: PartResult): void => {
    early.set(result.part, result)
    for (let next = early.get(wanted[taken]); next !== undefined; next = early.get(wanted[taken])) {
      early.delete(wanted[taken++])
      take(next)
    }
  }
  const orders: number[] = []
  for (const order of wanted) {
    const known = checkpoints?.load([parts[order]])
    if (known === undefined) {
      orders.push(order)
      continue
    }
    const { bytesIn, recordsIn } = accountOf(known)
    onProgress(bytesIn, recordsIn)
    accept({ ...known, part: order })
  }
  const keep = (result: PartResult): void => {
    checkpoints?.save([parts[result.part]], result)
    accept(result)
  }
  if (threads <= 1 || orders.length <= 1) {
    const scanner = new Scanner(sides, options)
    for (const order of orders) keep(await scanner.scanPart(parts[order], order, onProgress))
    return
  }
  const { signal: _signal, ...plain } = options
  const setup: ScanSetup = {
    work: 'scan',
    parts,
    orders,
    indexes: {
      references: sides.references.map(index => index.share()),
      backgrounds: sides.backgrounds.map(index => index.share()),
      decoys: sides.decoys.map(index => index.share()),
    },
    wantsSample: sides.wantsSample,
    options: plain,
    next: new SharedArrayBuffer(4),
  }
  await runWorkers(setup, Math.min(threads, orders.length), message => {
    if ('result' in message) keep(message.result)
    else if ('progress' in message) onProgress(message.progress.bytes, message.progress.records)
  })
}

/** Indexes all stretches that no checkpoint holds; the results are in the order of the stretches. */
export async function makeRunsOf(
  stretches: readonly Stretch[],
  options: RunOptions,
  threads: number,
  onProgress: OnProgress,
  checkpoints?: Checkpoints<StretchResult>,
): Promise<StretchResult[]> {
  const results = new Array<StretchResult>(stretches.length)
  for (const [order, stretch] of stretches.entries()) {
    const known = checkpoints?.load(stretch)
    if (known === undefined || !known.runs.every(isThere)) continue
    results[order] = { ...known, order }
    onProgress(known.counts.bytesIn, known.counts.recordsIn)
  }
  const orders = [...stretches.keys()].filter(order => results[order] === undefined)
  const places = checkpoints === undefined ? null : stretches.map(stretch => checkpoints.fileOf(stretch, 'run'))
  const keep = (result: StretchResult): void => {
    results[result.order] = result
    checkpoints?.save(stretches[result.order], result)
  }
  if (threads <= 1 || orders.length <= 1) {
    for (const order of orders)
      keep(await makeRuns(stretches[order], order, options, placeOf(places, order), onProgress))
    return results
  }
  const { signal: _signal, ...read } = options.read
  const next = new SharedArrayBuffer(4)
  const setup: BuildSetup = { work: 'build', stretches, orders, places, options: { ...options, read }, next }
  await runWorkers(setup, Math.min(threads, orders.length), message => {
    if ('runs' in message) keep(message.runs)
    else if ('progress' in message) onProgress(message.progress.bytes, message.progress.records)
  })
  return results
}

/** Is a run of an earlier build there, and what it was? */
function isThere(run: Run): boolean {
  return 'path' in run && isIndexOf(run.path, run.sha256)
}

/** Where the runs of a stretch go, by their number. */
export function placeOf(places: readonly string[] | null, order: number): ((run: number) => string) | undefined {
  return places === null ? undefined : run => `${places[order]}${run}`
}

async function runWorkers(
  setup: WorkerSetup,
  count: number,
  onMessage: (message: WorkerMessage) => void,
): Promise<void> {
  await Promise.all(Array.from({ length: count }, () => runWorker(setup, onMessage)))
}

function runWorker(setup: WorkerSetup, onMessage: (message: WorkerMessage) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(fileURLToPath(new URL('./run/worker.js', import.meta.url)), { workerData: setup })
    worker.on('message', message => {
      try {
        onMessage(message)
      } catch (error) {
        reject(error)
        worker.terminate()
      }
    })
    worker.on('error', reject)
    worker.on('exit', code => (code === 0 ? resolve() : reject(new Error(`a worker ended with code ${code}`))))
  })
}
