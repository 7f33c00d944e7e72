/** run: the body of a worker thread: takes the next part until none is left, and posts what it found. */
import { parentPort, workerData } from 'node:worker_threads'
import { ReferenceIndex, type SharedIndex } from '../match/reference.ts'
import type { WorkerMessage, WorkerSetup } from './pool.ts'
import { Scanner } from './scan.ts'

const { parts, orders, indexes, wantsSample, options, next } = workerData as WorkerSetup
const open = (list: SharedIndex[]): ReferenceIndex[] => list.map(parts => ReferenceIndex.attach(parts))
const scanner = new Scanner(
  {
    references: open(indexes.references),
    backgrounds: open(indexes.backgrounds),
    decoys: open(indexes.decoys),
    wantsSample,
  },
  options,
)
const counter = new Int32Array(next)
const post = (message: WorkerMessage): void => parentPort?.postMessage(message)
for (let at = Atomics.add(counter, 0, 1); at < orders.length; at = Atomics.add(counter, 0, 1)) {
  const order = orders[at]
  const result = await scanner.scanPart(parts[order], order, (bytes, records) => post({ progress: { bytes, records } }))
  post({ result })
}
