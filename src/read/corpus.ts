/**
 * read: the room's door. Corpora → sources → parts → batches of documents, with an account in which records
 * and bytes balance.
 *
 * Texts are as decoded. Bytes that are not UTF-8 are read as U+FFFD, scanned, and remarked on in the
 * account (`invalid-utf8`); spans are exact in the decoded text. Errors: `usage` for arguments that name
 * nothing; everything that a file can do wrong is a problem in the account, never an exception.
 */
import { createHash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import type { Document, LedgerCounts, LedgerFile, LedgerProblem } from '../types.ts'
import { readArrow } from './arrow.ts'
import { BlockSource } from './containers.ts'
import { Desk, type RecordReader } from './desk.ts'
import { checkClaims, readClaims } from './folders.ts'
import { createCounts, leftOut, noRecords, type Trouble } from './ledger.ts'
import { readParquet } from './parquet.ts'
import { type Bounds, findBounds, isWhole, type Part, planParts } from './parts.ts'
import { createReader } from './records.ts'
import { defaultReadOptions, pieceBytes, type ReadOptions } from './settings.ts'
import { listSources, type Source } from './sources.ts'
import { decodeBlocks, describeFault, openFile, readRange } from './streams.ts'

export { digestDivided, digestParts } from './digests.ts'
export { type Claim, checkClaims, readClaims } from './folders.ts'
export type { LayoutDecision } from './layouts.ts'
export { isShapeIndex, layoutNames } from './layouts.ts'
export type { Part } from './parts.ts'
export { isWhole, planParts } from './parts.ts'
export type { ReadOptions } from './settings.ts'
export { defaultReadOptions } from './settings.ts'
export type { Source } from './sources.ts'
export { listSources } from './sources.ts'
export { digestFile } from './streams.ts'

/** What a reader hands on at a time: about 1 MiB of text. */
export interface Batch {
  documents: Document[]
  problems: LedgerProblem[]
  /** what this batch adds to the account */
  counts: LedgerCounts
  /** numbers of records that this batch uses, those of rows that are lost together among them: the next part counts on */
  numbers: number
  /** line ends that this batch adds, for numbering the lines of the next part */
  lines: number
  /** with the last batch of a part: the account of the part; `sha256` is null unless the part is the whole file */
  last: LedgerFile | null
}

/** Follows one part while it is read. */
interface Progress {
  desk: Desk
  /** the fault after which nothing more could be read */
  cut: Trouble | null
  sha256: string | null
}

/**
 * Reads one part. Records and lines are numbered within the part.
 *
 * @throws the signal's reason if the signal aborts
 */
export async function* readPart(part: Part, options: ReadOptions): AsyncGenerator<Batch> {
  const { source } = part
  const desk = new Desk(source.file, source.layout, options, part.maxRecords)
  const progress: Progress = { desk, cut: null, sha256: null }
  const known = createCounts()
  let knownNumbers = 0
  let knownLines = 0
  const takeBatch = (last: LedgerFile | null): Batch => {
    const counts = createCounts()
    for (const key of Object.keys(counts) as (keyof LedgerCounts)[]) {
      counts[key] = desk.account.counts[key] - known[key]
      known[key] = desk.account.counts[key]
    }
    const lines = desk.lines - knownLines
    knownLines = desk.lines
    const numbers = desk.account.numbers - knownNumbers
    knownNumbers = desk.account.numbers
    return { ...desk.take(), counts, numbers, lines, last }
  }
  if (source.problem) desk.account.drop(source.problem, source.problem.bytes, null, false)
  else {
    for await (const _ of readBytes(part, progress, options)) {
      options.signal?.throwIfAborted()
      if (desk.isFull) yield takeBatch(null)
    }
  }
  if (isWhole(part) && desk.account.counts.recordsIn === 0) desk.account.drop(noRecords, 0, null, false)
  const { sizeBytes, chain } = source
  const account = desk.close({ sizeBytes, sha256: progress.sha256, chain })
  yield takeBatch(account)
}

/** Opens the file, reads it through `reader`, and books what the operating system says. */
async function* readBytes(part: Part, progress: Progress, options: ReadOptions): AsyncGenerator<void> {
  const { source } = part
  const { account } = progress.desk
  let handle: FileHandle
  try {
    handle = await openFile(source.path)
  } catch (error) {
    account.drop(describeFault(error, 'the file cannot be opened'), part.end - part.start, null, false)
    return
  }
  try {
    yield* readOpened(handle, part, progress, options)
    const change = await findChange(handle, source)
    if (change) {
      progress.sha256 = null
      account.drop(change, 0, null, false)
    }
  } finally {
    await handle.close()
  }
}

/** Whether the file is still the one that was listed. */
async function findChange(handle: FileHandle, source: Source): Promise<Trouble | null> {
  try {
    const { size, mtimeMs } = await handle.stat()
    if (size === source.sizeBytes && mtimeMs === source.mtimeMs) return null
    const reason = `the file changed while it was read: ${source.sizeBytes} bytes before, ${size} after`
    return { outcome: 'rejected', code: 'changed', reason }
  } catch (error) {
    return describeFault(error, 'the file could not be checked for changes')
  }
}

async function* readOpened(
  handle: FileHandle,
  part: Part,
  progress: Progress,
  options: ReadOptions,
): AsyncGenerator<void> {
  const { source } = part
  const { desk } = progress
  const hash = isWhole(part) || part.sha256 !== undefined ? createHash('sha256') : null
  let { start, end } = part
  let footer = source.sizeBytes
  let at = start
  let reader: RecordReader | null = null
  try {
    ;({ start, end, footer } = await findBounds(handle, part))
    at = start
    if (part.maxRecords === 0) {
      if (start < end) desk.account.leave('limit', end - start)
      return
    }
    const raw = readRange(handle, start, end, block => {
      hash?.update(block)
      at += block.length
    })
    const report = (trouble: Trouble, isFatal: boolean): void => {
      if (isFatal) progress.cut = trouble
      else desk.account.drop(trouble, 0, null, false)
    }
    const format = source.chain.at(-1)
    const blocks = decodeBlocks(raw, source.chain, options.maxRatio, report)
    if (format === 'parquet') yield* readParquet(handle, source, desk, options, { start, end })
    else if (format === 'arrow-file' || format === 'arrow-stream') {
      yield* readArrow(new BlockSource(blocks), format === 'arrow-file', desk)
    } else {
      reader = createReader(format, desk, options)
      yield* feedBlocks(blocks, start === 0, reader, desk)
    }
    if (hash !== null) {
      await finishRaw(raw)
      for await (const block of readRange(handle, footer, source.sizeBytes)) hash.update(block)
    }
  } catch (error) {
    progress.cut = describeFault(error, `reading stopped at byte ${at}`)
  }
  if (reader) reader.end(progress.cut)
  else if (progress.cut) desk.account.drop(progress.cut, 0, null, false)
  const unread = source.chain.length === 1 ? end - start - desk.account.counts.bytesIn : 0
  if (unread > 0) desk.account.extendLast(unread)
  const digest = hash && at === end ? hash.digest('hex') : null
  if (isWhole(part)) progress.sha256 = digest
  if (part.sha256 === undefined || digest === part.sha256) return
  // a reader that stopped early has not seen all bytes
  if (digest === null && (await digestBounds(handle, { start, end, footer }, source.sizeBytes)) === part.sha256) return
  const reason = `bytes ${part.start} to ${part.end} of the file are not those that were planned`
  desk.account.drop({ outcome: 'rejected', code: 'changed', reason }, 0, null, false)
}

/** Digest of what a part reads of a file; null where it cannot be read. */
async function digestBounds(
  handle: FileHandle,
  { start, end, footer }: Bounds,
  sizeBytes: number,
): Promise<string | null> {
  const hash = createHash('sha256')
  try {
    for await (const block of readRange(handle, start, end)) hash.update(block)
    for await (const block of readRange(handle, footer, sizeBytes)) hash.update(block)
    return hash.digest('hex')
  } catch {
    return null
  }
}

/** Feeds a reader in pieces small enough for a batch each; a byte order mark is passed over. */
async function* feedBlocks(
  blocks: AsyncIterable<Buffer>,
  isStart: boolean,
  reader: RecordReader,
  desk: Desk,
): AsyncGenerator<void> {
  let isFirst = isStart
  for await (const block of blocks) {
    const mark = isFirst && block[0] === 0xef && block[1] === 0xbb && block[2] === 0xbf ? 3 : 0
    isFirst = false
    desk.account.pass(mark)
    for (let from = mark; from < block.length; from += pieceBytes) {
      reader.feed(block.subarray(from, from + pieceBytes))
      yield
    }
  }
}

/** Reads what a fault left unread, so that the digest is of the whole file. */
async function finishRaw(raw: AsyncIterable<Buffer>): Promise<void> {
  for await (const _ of raw) {
    // the digest is taken as the blocks pass
  }
}

/**
 * Limits parts to the first records of the corpus, those of a sample where one is asked for. Reads as many, since how
 * many records a part holds is not known before.
 */
export async function limitParts(parts: readonly Part[], maxRecords: number, options: ReadOptions): Promise<Part[]> {
  const limited: Part[] = []
  let left = maxRecords
  for (const part of parts) {
    const own = { ...part, maxRecords: left }
    limited.push(own)
    if (left === 0 || limited.length === parts.length) continue
    for await (const { counts, problems } of readPart(own, options)) {
      left -= counts.recordsIn
      for (const { code, records } of problems)
        if (code === leftOut.sample.code || code === leftOut.limit.code) left += records ?? 1
    }
    left = Math.max(0, left)
  }
  return limited
}

/** A batch whose problems and documents count records from the first of the file. */
function renumber(batch: Batch, records: number, lines: number): Batch {
  if (records === 0) return batch
  for (const document of batch.documents) document.record += records
  for (const problem of batch.problems) {
    if (problem.record !== null) problem.record += records
    if (problem.line !== null) problem.line += lines
  }
  return batch
}

/**
 * Reads corpora from end to end, one part after the other, with records and lines numbered within their
 * files: the simple way for references, and what the parallel way is tested against.
 *
 * @throws {PalimpsestError} `usage` as `listSources` does
 */
export async function* readCorpus(corpora: string[], options: Partial<ReadOptions> = {}): AsyncGenerator<Batch> {
  const all = { ...defaultReadOptions, ...options }
  const sources = await listSources(corpora, all)
  const files: LedgerFile[] = []
  let records = 0
  let lines = 0
  for (const part of planParts(sources, all)) {
    if (part.index === 0) records = lines = 0
    let partRecords = 0
    let partLines = 0
    for await (const batch of readPart(part, all)) {
      partRecords += batch.numbers
      partLines += batch.lines
      if (batch.last) files.push(batch.last)
      yield renumber(batch, records, lines)
    }
    records += partRecords
    lines += partLines
  }
  const problems = checkClaims(await readClaims(sources), files)
  if (problems.length === 0) return
  const counts = createCounts()
  for (const { outcome } of problems) {
    counts.recordsIn++
    counts[outcome]++
  }
  yield { documents: [], problems, counts, numbers: 0, lines: 0, last: null }
}
