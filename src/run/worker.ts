/** run: the body of a worker thread: takes the next piece of work until none is left, and posts what it gave. */
import { parentPort, workerData } from 'node:worker_threads'
import { ReferenceIndex, type SharedIndex } from '../match/reference.ts'
import { placeOf, type WorkerMessage, type WorkerSetup } from './pool.ts'
import { makeRuns } from './runs.ts'
import { Scanner } from './scan.ts'

const setup = workerData as WorkerSetup
const post = (message: WorkerMessage): void => parentPort?.postMessage(message)
const onProgress = (bytes: number, records: number): void => post({ progress: { bytes, records } })
const open = (list: SharedIndex[]): ReferenceIndex[] => list.map(parts => ReferenceIndex.attach(parts))

/** Gives the places in the list that this worker takes. */
function* takeOrders(): Generator<number> {
  const counter = new Int32Array(setup.next)
  for (let at = Atomics.add(counter, 0, 1); at < setup.orders.length; at = Atomics.add(counter, 0, 1))
    yield setup.orders[at]
}

if (setup.work === 'scan') {
  const { parts, indexes, wantsSample, options } = setup
  const { references, backgrounds, decoys } = indexes
  const sides = {
    references: open(references),
    backgrounds: open(backgrounds),
    decoys: open(decoys),
    wantsSample,
  }
  const scanner = new Scanner(sides, options)
  for (const order of takeOrders()) post({ result: await scanner.scanPart(parts[order], order, onProgress) })
} else {
  const { stretches, places, options } = setup
  for (const order of takeOrders())
    post({ runs: await makeRuns(stretches[order], order, options, placeOf(places, order), onProgress) })
}
