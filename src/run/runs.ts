/**
 * run: a stretch of corpora → runs: small indexes that are merged into one. The same code runs in the calling thread
 * and in workers; what it gives is plain data, shared memory and files.
 */
import { hashUnits } from '../hash.ts'
import { IndexBuilder } from '../match/builder.ts'
import { type MemoryStore, writeFile, writeMemory } from '../match/store.ts'
import { isWhole, type Part, type ReadOptions, readPart } from '../read/corpus.ts'
import { addCounts, createCounts } from '../read/ledger.ts'
import type { Document, LedgerCounts, LedgerFile, LedgerProblem } from '../types.ts'

/** Neighbouring parts that are indexed together: one part of a divided file, or several whole files. */
export type Stretch = readonly Part[]

/** Which documents are taken: all, or one side of what is held back from a background. */
export type Take = 'all' | 'held-back' | 'kept'

/** How runs are made; plain data. */
export interface RunOptions {
  read: ReadOptions
  /** the model that wrote the texts; rows with a model column keep their own */
  model: string | null
  take: Take
}

/** A finished run: in memory, or in a file with its digest. */
export type Run = { memory: SharedArrayBuffer } | { path: string; sha256: string }

/** What a stretch gives. Record and line numbers count from its start. */
export interface StretchResult {
  /** position in the list of stretches */
  order: number
  runs: Run[]
  /** documents taken */
  documents: number
  /** numbers of records that the stretch uses, for numbering those of the next part */
  numbers: number
  /** line ends, for numbering the lines of the next part */
  lines: number
  accounts: LedgerFile[]
  problems: LedgerProblem[]
  counts: LedgerCounts
}

/** Masked tokens after which a run is closed: some 100 MB of text. */
const runTokens = 1 << 24
/** Whole files are indexed together up to so many bytes. */
const stretchBytes = 32 << 20

/** Divides parts into stretches, by their sizes alone. */
export function planStretches(parts: readonly Part[]): Stretch[] {
  const stretches: Part[][] = []
  let bytes = Number.POSITIVE_INFINITY
  for (const part of parts) {
    const size = isWhole(part) ? part.end - part.start : Number.POSITIVE_INFINITY
    if (bytes + size > stretchBytes) {
      stretches.push([])
      bytes = 0
    }
    stretches[stretches.length - 1].push(part)
    bytes += size
  }
  return stretches
}

/** Share of the background's prompts that serve as decoy when none is given: one in so many. */
const heldBackOneIn = 5

/** Is this document held back from the background as a decoy? All answers to one prompt go together. */
export function isHeldBack(document: Document): boolean {
  return (
    hashUnits(`held back ${document.model ?? document.file} ${document.prompt ?? document.text}`) % heldBackOneIn === 0
  )
}

const isTaken: Record<Take, (document: Document) => boolean> = {
  all: () => true,
  'held-back': isHeldBack,
  kept: document => !isHeldBack(document),
}

/**
 * Indexes one stretch.
 *
 * @param place the file for each of its runs by number; undefined to keep them in memory
 * @param onProgress called after each batch with the bytes and records it held
 */
export async function makeRuns(
  stretch: Stretch,
  order: number,
  { read, model, take }: RunOptions,
  place: ((run: number) => string) | undefined,
  onProgress: (bytes: number, records: number) => void,
): Promise<StretchResult> {
  const result: StretchResult = {
    order,
    runs: [],
    documents: 0,
    numbers: 0,
    lines: 0,
    accounts: [],
    problems: [],
    counts: createCounts(),
  }
  let builder = new IndexBuilder()
  const close = (): void => {
    if (builder.documents === 0) return
    result.runs.push(writeRun(builder, place?.(result.runs.length)))
    builder = new IndexBuilder()
  }
  for (const part of stretch) {
    for await (const batch of readPart(part, read)) {
      for (const document of batch.documents) {
        if (!isTaken[take](document)) continue
        if (model !== null) document.model ??= model
        builder.add(document)
        result.documents++
      }
      for (const problem of batch.problems) result.problems.push(problem)
      addCounts(result.counts, batch.counts)
      result.numbers += batch.numbers
      result.lines += batch.lines
      if (batch.last !== null) result.accounts.push(batch.last)
      onProgress(batch.counts.bytesIn, batch.counts.recordsIn)
      if (builder.maskedTokens >= runTokens) close()
    }
  }
  close()
  return result
}

function writeRun(builder: IndexBuilder, path: string | undefined): Run {
  const names = { name: 'a run', model: null, sources: [] }
  if (path === undefined) return { memory: (builder.write(writeMemory('a run'), names).store as MemoryStore).buffer }
  const { store, header } = builder.write(writeFile(path), names)
  store.close()
  return { path, sha256: header.sha256 }
}
