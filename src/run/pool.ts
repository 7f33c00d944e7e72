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

/** Scans all parts that no checkpoint holds; the results are in the order of the parts. */
export async function scanParts(
  parts: Part[],
  sides: Sides,
  options: ReadOptions,
  threads: number,
  onProgress: OnProgress,
  checkpoints?: Checkpoints,
): Promise<PartResult[]> {
  const results = new Array<PartResult>(parts.length)
  for (const [order, part] of parts.entries()) {
    const known = checkpoints?.load(part)
    if (known === undefined) continue
    results[order] = { ...known, part: order }
    const { bytesIn, recordsIn } = accountOf(known)
    onProgress(bytesIn, recordsIn)
  }
  const orders = [...parts.keys()].filter(order => results[order] === undefined)
  const keep = (result: PartResult): void => {
    results[result.part] = result
    checkpoints?.save(parts[result.part], result)
  }
  if (threads <= 1 || orders.length <= 1) {
    const scanner = new Scanner(sides, options)
    for (const order of orders) keep(await scanner.scanPart(parts[order], order, onProgress))
    return results
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
  return results
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
