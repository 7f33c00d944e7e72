/**
 * run: parts → results, in this thread or in workers that pull the next part from a shared counter.
 * Results come in any order; each says which part it is of.
 */
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { Part, ReadOptions } from '../read/corpus.ts'
import { type PartResult, Scanner, type Sides } from './scan.ts'

/** What a worker is given: plain data and shared buffers. */
export interface WorkerSetup {
  parts: Part[]
  buffers: { references: SharedArrayBuffer[]; backgrounds: SharedArrayBuffer[]; decoys: SharedArrayBuffer[] }
  options: ReadOptions
  /** the next part to take */
  next: SharedArrayBuffer
}

/** What a worker posts. */
export type WorkerMessage = { progress: { bytes: number; records: number } } | { result: PartResult }

type OnProgress = (bytes: number, records: number) => void

/** Scans all parts; the results are in the order of the parts. */
export async function scanParts(
  parts: Part[],
  sides: Sides,
  options: ReadOptions,
  threads: number,
  onProgress: OnProgress,
): Promise<PartResult[]> {
  const results = new Array<PartResult>(parts.length)
  if (threads <= 1 || parts.length <= 1) {
    const scanner = new Scanner(sides, options)
    for (const [order, part] of parts.entries()) results[order] = await scanner.scanPart(part, order, onProgress)
    return results
  }
  const { signal: _signal, ...plain } = options
  const setup: WorkerSetup = {
    parts,
    buffers: {
      references: sides.references.map(index => index.buffer),
      backgrounds: sides.backgrounds.map(index => index.buffer),
      decoys: sides.decoys.map(index => index.buffer),
    },
    options: plain,
    next: new SharedArrayBuffer(4),
  }
  const workers = Math.min(threads, parts.length)
  await Promise.all(Array.from({ length: workers }, () => runWorker(setup, results, onProgress)))
  return results
}

function runWorker(setup: WorkerSetup, results: PartResult[], onProgress: OnProgress): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(fileURLToPath(new URL('./run/worker.js', import.meta.url)), { workerData: setup })
    worker.on('message', (message: WorkerMessage) => {
      if ('result' in message) results[message.result.part] = message.result
      else onProgress(message.progress.bytes, message.progress.records)
    })
    worker.on('error', reject)
    worker.on('exit', code => (code === 0 ? resolve() : reject(new Error(`a worker ended with code ${code}`))))
  })
}
