/**
 * read: Parquet → rows, one row group at a time, a large one in windows of rows; columns that cannot hold
 * text are not read. A row group that is damaged is rejected with its number of rows, and the next is read.
 *
 * Rows have no bytes of their own: those of a row group (`footers.ts`) are shared out over its rows, so that the
 * account still balances. Faults: writers put no checksum on pages, so a flipped byte inside a text may
 * pass; the digest of the file stands in the account.
 */
import type { FileHandle } from 'node:fs/promises'
import { type FileMetaData, parquetSchema } from 'hyparquet'
import { createCompressors } from './codecs.ts'
import type { Desk } from './desk.ts'
import { type Footer, type Group, openBuffer, readFooter } from './footers.ts'
import { noRecords, type Trouble } from './ledger.ts'
import { decodeRows, type GroupPlan } from './pages.ts'
import type { ReadOptions } from './settings.ts'
import type { Source } from './sources.ts'
import { isSystemError } from './streams.ts'
import { LimitFault } from './watchdog.ts'

/** Uncompressed bytes that are decoded at a time; also about what a window of rows takes in memory. */
const windowBytes = 64 << 20

/** Uncompressed bytes of a row group that may be read. */
const maxGroupBytes = 4 * 2 ** 30

/** Rows between two looks at whether a batch is full. */
const stepRows = 256

/** Rows that one compressed byte may stand for before a row group is taken for a bomb. */
const maxRowsPerByte = 4096

function describeFault(error: unknown, what: string): Trouble {
  const reason = `${what}: ${error instanceof Error ? error.message.slice(0, 200) : 'unknown error'}`
  if (error instanceof LimitFault) return { outcome: 'limited', code: 'page-bytes', reason }
  return { outcome: 'rejected', code: 'corrupt-parquet', reason }
}

/** Bytes of a row group's columns that are read. */
interface Load {
  compressedBytes: number
  uncompressedBytes: number
}

function measureLoad(group: Group, columns: readonly string[]): Load {
  const load: Load = { compressedBytes: 0, uncompressedBytes: 0 }
  for (const { name, compressedBytes, uncompressedBytes } of group.columns) {
    if (!columns.includes(name)) continue
    load.compressedBytes += compressedBytes
    load.uncompressedBytes += uncompressedBytes
  }
  return load
}

/**
 * Reads the row groups of a Parquet file that belong to a part; yields between batches.
 *
 * @param span bytes of the part, from the start of a row group to that of another (`findGroupStart`)
 * @param maxRows rows read at a time at most; few for a sample
 * @throws the operating system's error
 */
export async function* readParquet(
  handle: FileHandle,
  source: Pick<Source, 'sizeBytes'>,
  desk: Desk,
  options: ReadOptions,
  span: { start: number; end: number },
  maxRows: number = Number.POSITIVE_INFINITY,
): AsyncGenerator<void> {
  const { account } = desk
  const footer = await readFooter(handle, source)
  if (!('groups' in footer)) {
    // a fault of the whole file is told by its first part
    if (span.start === 0) account.drop(footer, source.sizeBytes, null, false)
    return
  }
  if (span.start === 0 && footer.groups.every(({ nRows }) => nRows === 0)) account.drop(noRecords, 0, null, false)
  const own = footer.groups.filter(({ place }) => place >= span.start && place < span.end)
  const done = own.reduce((sum, { bytes }) => sum + bytes, 0)
  for (const group of own) yield* readGroup(handle, source, desk, options, { footer, group, maxRows })
  if (done < span.end - span.start) account.pass(span.end - span.start - done)
}

async function* readGroup(
  handle: FileHandle,
  { sizeBytes }: Pick<Source, 'sizeBytes'>,
  desk: Desk,
  options: ReadOptions,
  { footer, group, maxRows }: { footer: Footer; group: Group; maxRows: number },
): AsyncGenerator<void> {
  const { account } = desk
  const { metadata } = footer
  const file = openBuffer(handle, sizeBytes)
  const columns =
    options.textField === undefined ? footer.columns : parquetSchema(metadata).children.map(c => c.element.name)
  const compressors = await createCompressors(options.maxRatio)
  const load = measureLoad(group, columns)
  const windowRows = chooseWindow(metadata, group, load, maxRows)
  if (group.nRows === 0) account.pass(group.bytes)
  for (let from = 0; from < group.nRows; from += windowRows) {
    const to = Math.min(group.nRows, from + windowRows)
    const share = (row: number): number => Math.floor((group.bytes * row) / group.nRows)
    try {
      checkLoad(group, load)
      const plan: GroupPlan = { index: group.index, start: group.firstRow, nRows: group.nRows, from, to }
      const rows = await decodeRows(file, metadata, plan, columns, compressors)
      for (const [i, row] of rows.entries()) {
        desk.takeRow(row, share(from + i + 1) - share(from + i))
        if (i % stepRows === 0) yield
      }
    } catch (error) {
      if (isSystemError(error)) throw error
      const what = `rows ${group.firstRow + from} to ${group.firstRow + group.nRows - 1} of row group ${group.index}`
      account.drop(describeFault(error, what), share(group.nRows) - share(from), null, false)
      account.passNumbers(group.nRows - from - 1)
      break
    }
    yield
  }
}

/** Rows decoded at a time. Nested columns can only be decoded whole; a window would decode them again and again. */
function chooseWindow(metadata: FileMetaData, { nRows }: Group, load: Load, maxRows: number): number {
  const isFlat = parquetSchema(metadata).children.every(column => column.children.length === 0)
  if (!isFlat) return Math.max(1, nRows)
  return Math.max(1, Math.min(maxRows, Math.floor((nRows * windowBytes) / (load.uncompressedBytes + 1))))
}

function checkLoad({ nRows }: Group, { compressedBytes, uncompressedBytes }: Load): void {
  if (nRows > 1_000_000 && nRows > maxRowsPerByte * compressedBytes) {
    throw new LimitFault(`${compressedBytes} bytes claim to hold ${nRows} rows`)
  }
  if (uncompressedBytes > maxGroupBytes) {
    throw new LimitFault(`a row group of ${uncompressedBytes} bytes is over the limit of ${maxGroupBytes}`)
  }
}
