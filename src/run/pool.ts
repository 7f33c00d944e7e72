/**
 * run: parts → results, in this thread or in workers that pull the next part from a shared counter.
 * Results come in any order; each says which part it is of.
 */
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { SharedIndex } from '../match/reference.ts'
import type { Part, ReadOptions } from '../read/corpus.ts'
import type { Checkpoints } from './checkpoints.ts'
import { accountOf } from './merge.ts'
import { type PartResult, Scanner, type Sides } from './scan.ts'

/** What a worker is given: plain data and shared buffers. */
export interface WorkerSetup {
  parts: Part[]
  /** places in the list of the parts to scan */
  orders: number[]
  indexes: { references: SharedIndex[]; backgrounds: SharedIndex[]; decoys: SharedIndex[] }
  wantsSample: boolean
  options: ReadOptions
  /** the next part to take */
  next: SharedArrayBuffer
}

/** What a worker posts. */
export type WorkerMessage = { progress: { bytes: number; records: number } } | { result: PartResult }

type OnProgress = (bytes: number, records: number) => void

/** How parts are scanned. */
export interface Pace {
  threads: number
  onProgress: OnProgress
  /** results that are known already, and where new ones are kept */
  checkpoints?: Checkpoints
}

/**
 * Scans parts, except those that a checkpoint holds.
 *
 * @param parts all parts of the corpus
 * @param wanted places in `parts` of those to scan
 * @returns a result for each of `wanted`, in its order
 */
export async function scanParts(
  parts: Part[],
  wanted: readonly number[],
  sides: Sides,
  options: ReadOptions,
  { threads, onProgress, checkpoints }: Pace,
): Promise<PartResult[]> {
  const results = new Map<number, PartResult>()
  for (const order of wanted) {
    const known = checkpoints?.load(parts[order])
    if (known === undefined) continue
    results.set(order, { ...known, part: order })
    const { bytesIn, recordsIn } = accountOf(known)
    onProgress(bytesIn, recordsIn)
  }
  const orders = wanted.filter(order => !results.has(order))
  const list = (): PartResult[] => wanted.flatMap(order => results.get(order) ?? [])
  const keep = (result: PartResult): void => {
    results.set(result.part, result)
    checkpoints?.save(parts[result.part], result)
  }
  if (threads <= 1 || orders.length <= 1) {
    const scanner = new Scanner(sides, options)
    for (const order of orders) keep(await scanner.scanPart(parts[order], order, onProgress))
    return list()
  }
  const { signal: _signal, ...plain } = options
  const setup: WorkerSetup = {
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
  const workers = Math.min(threads, orders.length)
  await Promise.all(Array.from({ length: workers }, () => runWorker(setup, keep, onProgress)))
  return list()
}

function runWorker(setup: WorkerSetup, keep: (result: PartResult) => void, onProgress: OnProgress): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(fileURLToPath(new URL('./run/worker.js', import.meta.url)), { workerData: setup })
    worker.on('message', (message: WorkerMessage) => {
      if ('result' in message) keep(message.result)
      else onProgress(message.progress.bytes, message.progress.records)
    })
    worker.on('error', reject)
    worker.on('exit', code => (code === 0 ? resolve() : reject(new Error(`a worker ended with code ${code}`))))
  })
}
