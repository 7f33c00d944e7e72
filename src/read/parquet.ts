/**
 * read: Parquet → rows, one row group at a time, a large one in windows of rows; columns that cannot hold
 * text are not read. A row group that is damaged is rejected with its number of rows, and the next is read.
 *
 * Rows have no bytes of their own: those of the file are shared out over row groups and rows, so that the
 * account still balances. Faults: writers put no checksum on pages, so a flipped byte inside a text may
 * pass; the digest of the file stands in the account.
 */
import type { FileHandle } from 'node:fs/promises'
import { type AsyncBuffer, type FileMetaData, parquetMetadataAsync, parquetSchema, type SchemaTree } from 'hyparquet'
import { createCompressors } from './codecs.ts'
import type { Desk } from './desk.ts'
import { classifyField } from './fields.ts'
import type { Trouble } from './ledger.ts'
import { decodeRows, type GroupPlan } from './pages.ts'
import type { ReadOptions } from './settings.ts'
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

/** The file as hyparquet wants it. */
function openBuffer(handle: FileHandle, sizeBytes: number): AsyncBuffer {
  return {
    byteLength: sizeBytes,
    slice: async (start, end = sizeBytes) => {
      if (!(start >= 0 && end >= start && end <= sizeBytes)) {
        throw new Error(`bytes ${start} to ${end} were asked of a file of ${sizeBytes}`)
      }
      const bytes = new Uint8Array(end - start)
      for (let at = 0; at < bytes.length; ) {
        const { bytesRead } = await handle.read(bytes, at, bytes.length - at, start + at)
        if (bytesRead === 0) throw new Error(`the file ends at byte ${start + at}`)
        at += bytesRead
      }
      return bytes.buffer
    },
  }
}

function listLeaves(tree: SchemaTree): SchemaTree[] {
  return tree.children.length === 0 ? [tree] : tree.children.flatMap(listLeaves)
}

/** Top-level columns that may hold text, an id or a model's name; all of them if none is known to. */
function chooseColumns(metadata: FileMetaData): string[] {
  const tops = parquetSchema(metadata).children
  const isText = ({ element }: SchemaTree): boolean =>
    element.converted_type === 'UTF8' || element.converted_type === 'JSON' || element.logical_type?.type === 'STRING'
  const hasAnnotation = tops.some(top => listLeaves(top).some(isText))
  const chosen = tops.filter(top => {
    const role = classifyField(top.element.name)
    if (role === 'id' || role === 'model' || top.element.name === 'label') return true
    const leaves = listLeaves(top)
    return (
      leaves.some(isText) ||
      (!(hasAnnotation && role === 'other') && leaves.some(leaf => leaf.element.type === 'BYTE_ARRAY'))
    )
  })
  return chosen.map(top => top.element.name)
}

/** Of one row group: its rows, and its share of the bytes of the file. */
interface Group {
  index: number
  nRows: number
  start: number
  bytes: number
  /** of the chosen columns */
  compressedBytes: number
  uncompressedBytes: number
}

function listGroups(metadata: FileMetaData, columns: string[], sizeBytes: number): Group[] {
  const sizes = metadata.row_groups.map(group =>
    group.columns.reduce((sum, { meta_data: m }) => sum + Math.max(0, Number(m?.total_compressed_size ?? 0)), 0),
  )
  const total = sizes.reduce((sum, size) => sum + size, 0)
  let row = 0
  let seen = 0
  let before = 0
  return metadata.row_groups.map((group, index) => {
    seen += sizes[index]
    const isLast = index === metadata.row_groups.length - 1
    const after = isLast || total === 0 ? sizeBytes : Math.floor((sizeBytes * seen) / total)
    const chosen = group.columns.filter(({ meta_data: m }) => m && columns.includes(m.path_in_schema[0]))
    const made: Group = {
      index,
      nRows: Number(group.num_rows),
      start: row,
      bytes: after - before,
      compressedBytes: chosen.reduce((sum, { meta_data: m }) => sum + Number(m!.total_compressed_size), 0),
      uncompressedBytes: chosen.reduce((sum, { meta_data: m }) => sum + Number(m!.total_uncompressed_size), 0),
    }
    row += made.nRows
    before = after
    return made
  })
}

/**
 * Reads a Parquet file; yields between batches.
 *
 * @param maxRows rows read at a time at most; few for a sample
 * @throws the operating system's error
 */
export async function* readParquet(
  handle: FileHandle,
  sizeBytes: number,
  desk: Desk,
  options: ReadOptions,
  maxRows: number = Number.POSITIVE_INFINITY,
): AsyncGenerator<void> {
  const { account } = desk
  const file = openBuffer(handle, sizeBytes)
  let metadata: FileMetaData
  let columns: string[]
  let groups: Group[]
  try {
    if (sizeBytes < 12) throw new Error(`a file of ${sizeBytes} bytes is too short`)
    metadata = await parquetMetadataAsync(file, { geoparquet: false })
    columns =
      options.textField === undefined
        ? chooseColumns(metadata)
        : parquetSchema(metadata).children.map(c => c.element.name)
    groups = listGroups(metadata, columns, sizeBytes)
    checkGroups(groups, Number(metadata.num_rows))
  } catch (error) {
    if (isSystemError(error)) throw error
    account.drop(describeFault(error, 'the footer of the file cannot be read'), sizeBytes, null, false)
    return
  }
  const compressors = await createCompressors(options.maxRatio)
  let done = 0
  for (const group of groups) {
    const windowRows = chooseWindow(metadata, group, maxRows)
    for (let from = 0; from < group.nRows; from += windowRows) {
      const to = Math.min(group.nRows, from + windowRows)
      const share = (row: number): number => Math.floor((group.bytes * row) / group.nRows)
      try {
        checkGroup(group)
        const plan: GroupPlan = { index: group.index, start: group.start, nRows: group.nRows, from, to }
        const rows = await decodeRows(file, metadata, plan, columns, compressors)
        for (const [i, row] of rows.entries()) {
          desk.takeRow(row, share(from + i + 1) - share(from + i))
          if (i % stepRows === 0) yield
        }
      } catch (error) {
        if (isSystemError(error)) throw error
        const what = `rows ${group.start + from} to ${group.start + group.nRows - 1} of row group ${group.index}`
        account.drop(describeFault(error, what), share(group.nRows) - share(from), null, false)
        account.passNumbers(group.nRows - from - 1)
        break
      }
      yield
    }
    done += group.bytes
  }
  if (done < sizeBytes) account.pass(sizeBytes - done)
}

/** Rows decoded at a time. Nested columns can only be decoded whole; a window would decode them again and again. */
function chooseWindow(metadata: FileMetaData, group: Group, maxRows: number): number {
  const isFlat = parquetSchema(metadata).children.every(column => column.children.length === 0)
  if (!isFlat) return Math.max(1, group.nRows)
  return Math.max(1, Math.min(maxRows, Math.floor((group.nRows * windowBytes) / (group.uncompressedBytes + 1))))
}

/** The footer may claim anything; what it says must at least agree with itself. */
function checkGroups(groups: Group[], nRows: number): void {
  const sum = groups.reduce((n, group) => n + group.nRows, 0)
  if (sum !== nRows) throw new Error(`the footer claims ${nRows} rows, its row groups hold ${sum}`)
  for (const group of groups) {
    if (!(group.nRows >= 0 && group.bytes >= 0)) throw new Error(`row group ${group.index} claims ${group.nRows} rows`)
  }
}

function checkGroup(group: Group): void {
  if (group.nRows > 1_000_000 && group.nRows > maxRowsPerByte * group.compressedBytes) {
    throw new LimitFault(`${group.compressedBytes} bytes claim to hold ${group.nRows} rows`)
  }
  if (group.uncompressedBytes > maxGroupBytes) {
    throw new LimitFault(`a row group of ${group.uncompressedBytes} bytes is over the limit of ${maxGroupBytes}`)
  }
}
