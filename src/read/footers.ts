/**
 * read: Parquet file → its footer: row groups, each with the bytes that it takes of the file, and the columns that
 * may hold text. Groups that lie one behind the other divide the file; one whose groups do not is one piece.
 * A footer may claim anything, so it is looked at as a whole before a group is read.
 */
import type { FileHandle } from 'node:fs/promises'
import { type AsyncBuffer, type FileMetaData, parquetMetadataAsync, parquetSchema, type SchemaTree } from 'hyparquet'
import { classifyField } from './fields.ts'
import type { Trouble } from './ledger.ts'
import type { Source } from './sources.ts'
import { isSystemError } from './streams.ts'

/** One row group. */
export interface Group {
  index: number
  nRows: number
  /** number of its first row in the file */
  firstRow: number
  /** the byte that says which part it belongs to: where it starts, or 0 in a file that is one piece */
  place: number
  /** of the file; those of all groups are the file */
  bytes: number
  /** sizes of its columns, by the top-level column that they belong to */
  columns: { name: string; compressedBytes: number; uncompressedBytes: number }[]
}

/** What stands in a footer. */
export interface Footer {
  metadata: FileMetaData
  groups: Group[]
  /** top-level columns that may hold text, an id or a model's name */
  columns: string[]
  /** the byte at which the footer starts */
  start: number
}

/** The file as hyparquet wants it. */
export function openBuffer(handle: FileHandle, sizeBytes: number): AsyncBuffer {
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

/** The footer that was read last: parts of one file are read one after the other. */
let known: { source: Pick<Source, 'sizeBytes'>; footer: Footer } | undefined

/**
 * Reads the footer of a Parquet file.
 *
 * @returns the footer, or why it cannot be read
 * @throws the operating system's error
 */
export async function readFooter(handle: FileHandle, source: Pick<Source, 'sizeBytes'>): Promise<Footer | Trouble> {
  if (known?.source === source) return known.footer
  const { sizeBytes } = source
  try {
    if (sizeBytes < 12) throw new Error(`a file of ${sizeBytes} bytes is too short`)
    const metadata = await parquetMetadataAsync(openBuffer(handle, sizeBytes), { geoparquet: false })
    const start = sizeBytes - 8 - metadata.metadata_length
    const groups = listGroups(metadata, start, sizeBytes)
    checkGroups(groups, Number(metadata.num_rows))
    const footer = { metadata, groups, columns: chooseColumns(metadata), start }
    known = { source, footer }
    return footer
  } catch (error) {
    if (isSystemError(error)) throw error
    const why = error instanceof Error ? error.message.slice(0, 200) : 'unknown error'
    const reason = `the footer of the file cannot be read: ${why}`
    return { outcome: 'rejected', code: 'corrupt-parquet', reason }
  }
}

/** Where the first row group starts at or after `at`; the end of the file where none does. */
export function findGroupStart(footer: Footer | Trouble, at: number, sizeBytes: number): number {
  if (at === 0 || !('groups' in footer)) return at === 0 ? 0 : sizeBytes
  return footer.groups.find(({ place }) => place >= at)?.place ?? sizeBytes
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

/** Where the columns of each group start and end, or null unless the groups lie one behind the other. */
function placeGroups({ row_groups: groups }: FileMetaData, footerStart: number): number[] | null {
  const starts: number[] = []
  let before = 4
  for (const { columns } of groups) {
    const spans = columns.map(({ meta_data: m }) => {
      const start = Number(m?.dictionary_page_offset || m?.data_page_offset)
      return { start, end: start + Number(m?.total_compressed_size) }
    })
    const start = Math.min(...spans.map(span => span.start))
    const end = Math.max(...spans.map(span => span.end))
    if (!(start >= before && end > start && end <= footerStart)) return null
    starts.push(start)
    before = end
  }
  return starts
}

/** Shares of the file by the sizes of the groups, where their places say nothing; the end of each. */
function shareBytes(sizes: readonly number[], sizeBytes: number): number[] {
  const total = sizes.reduce((sum, size) => sum + size, 0)
  let seen = 0
  return sizes.map((size, index) => {
    seen += size
    return index === sizes.length - 1 || total === 0 ? sizeBytes : Math.floor((sizeBytes * seen) / total)
  })
}

function listGroups(metadata: FileMetaData, footerStart: number, sizeBytes: number): Group[] {
  const columnsOf = metadata.row_groups.map(({ columns }) =>
    columns.flatMap(({ meta_data: m }) => {
      if (!m) return []
      const [name] = m.path_in_schema
      const [compressedBytes, uncompressedBytes] = [m.total_compressed_size, m.total_uncompressed_size].map(Number)
      return [{ name, compressedBytes, uncompressedBytes }]
    }),
  )
  const starts = placeGroups(metadata, footerStart)
  const sizes = columnsOf.map(list => list.reduce((sum, column) => sum + Math.max(0, column.compressedBytes), 0))
  // the head of the file goes with the first group, the footer with the last
  const ends = starts === null ? shareBytes(sizes, sizeBytes) : [...starts.slice(1), sizeBytes]
  let firstRow = 0
  return metadata.row_groups.map((group, index) => {
    const before = index === 0 ? 0 : ends[index - 1]
    const nRows = Number(group.num_rows)
    firstRow += nRows
    const place = starts === null ? 0 : before
    return { index, nRows, firstRow: firstRow - nRows, place, bytes: ends[index] - before, columns: columnsOf[index] }
  })
}

/** What a footer says must at least agree with itself. */
function checkGroups(groups: Group[], nRows: number): void {
  const sum = groups.reduce((n, group) => n + group.nRows, 0)
  if (sum !== nRows) throw new Error(`the footer claims ${nRows} rows, its row groups hold ${sum}`)
  for (const group of groups) {
    if (!(group.nRows >= 0 && group.bytes >= 0)) throw new Error(`row group ${group.index} claims ${group.nRows} rows`)
  }
}
