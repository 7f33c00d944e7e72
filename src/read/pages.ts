/**
 * read: one row group of Parquet → rows. The decoder trusts what pages say of themselves: a length that is
 * missing makes it run for ever, a wrong one fills the memory. So every page header is checked before
 * anything is decoded, and the decoding of a column has a limit of time.
 *
 * Faults: run lengths inside a page are only bounded by that time.
 */
import { type AsyncBuffer, type Compressors, type FileMetaData, parquetSchema } from 'hyparquet'
import { parquetHeader, readColumn } from 'hyparquet/src/column.js'
import { DEFAULT_PARSERS } from 'hyparquet/src/convert.js'
import { assembleAsync, asyncGroupToRows } from 'hyparquet/src/rowgroup.js'
import { getTreePath } from 'hyparquet/src/schema.js'
import type { Row } from './fields.ts'
import { decodeWithin, LimitFault } from './watchdog.ts'

/** Which rows of which group; `from` and `to` count within the group. */
export interface GroupPlan {
  index: number
  /** number of the group's first row in the file */
  start: number
  nRows: number
  from: number
  to: number
}

/** Values of a column for each row of its group, lists included; more than this is taken for a lie. */
const maxValuesPerByte = 65_536

type Column = NonNullable<FileMetaData['row_groups'][number]['columns'][number]['meta_data']>

function isCount(value: unknown, limit: number): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= limit
}

/** Walks the pages of a column chunk by their headers. @throws if one does not agree with the chunk or the footer */
function checkPages(bytes: ArrayBuffer, column: Column): void {
  const reader = { view: new DataView(bytes), offset: 0 }
  const nExpected = Number(column.num_values)
  if (!isCount(nExpected, Math.max(1 << 20, bytes.byteLength * maxValuesPerByte))) {
    throw new LimitFault(`${bytes.byteLength} bytes claim to hold ${nExpected} values`)
  }
  let nValues = 0
  while (reader.offset < bytes.byteLength - 1) {
    const header = parquetHeader(reader)
    const size = header.compressed_page_size
    const page = header.data_page_header ?? header.data_page_header_v2 ?? header.dictionary_page_header
    // a dictionary may hold entries that no row uses, but each takes at least a byte
    const most = header.dictionary_page_header ? header.uncompressed_page_size : nExpected - nValues
    const isSound =
      isCount(size, bytes.byteLength - reader.offset) &&
      isCount(header.uncompressed_page_size, 2 ** 31) &&
      page !== undefined &&
      isCount(page.num_values, most)
    if (!isSound) throw new Error(`a page of ${column.path_in_schema.join('.')} has a damaged header`)
    if (header.data_page_header_v2) checkLevels(header.data_page_header_v2, size)
    if (!header.dictionary_page_header) nValues += page.num_values
    reader.offset += size
  }
  if (nValues !== nExpected) {
    throw new Error(`the pages of ${column.path_in_schema.join('.')} hold ${nValues} of ${nExpected} values`)
  }
}

function checkLevels(page: NonNullable<ReturnType<typeof parquetHeader>['data_page_header_v2']>, size: number): void {
  const levels = [page.definition_levels_byte_length, page.repetition_levels_byte_length, page.num_nulls, page.num_rows]
  const isSound = levels.every(value => isCount(value, 2 ** 31)) && levels[0] + levels[1] <= size
  if (!isSound || page.num_nulls > page.num_values || page.num_rows > page.num_values) {
    throw new Error('a page has damaged levels')
  }
}

/**
 * Decodes rows of a row group.
 *
 * @param columns top-level columns to decode
 * @returns one object for each row from `plan.from` to `plan.to`
 * @throws if pages are damaged, {LimitFault} if they are over a limit
 */
export async function decodeRows(
  file: AsyncBuffer,
  metadata: FileMetaData,
  plan: GroupPlan,
  columns: string[],
  compressors: Compressors,
): Promise<Row[]> {
  const tree = parquetSchema(metadata)
  const select = { groupStart: plan.start, groupRows: plan.nRows, selectStart: plan.from, selectEnd: plan.to }
  const asyncColumns = []
  for (const { meta_data: column } of metadata.row_groups[plan.index].columns) {
    if (!column || !columns.includes(column.path_in_schema[0])) continue
    const start = Number(column.dictionary_page_offset || column.data_page_offset)
    const end = start + Number(column.total_compressed_size)
    const bytes = await file.slice(start, end)
    checkPages(bytes, column)
    const schemaPath = getTreePath(tree, column.path_in_schema)
    const { element } = schemaPath[schemaPath.length - 1]
    const { path_in_schema: pathInSchema } = column
    const decoder = { pathInSchema, element, schemaPath, ...column, compressors, parsers: DEFAULT_PARSERS, utf8: true }
    const decode = (): ReturnType<typeof readColumn> =>
      readColumn({ view: new DataView(bytes), offset: 0 }, select, decoder)
    const data = decodeWithin(Number(column.total_uncompressed_size), decode)
    asyncColumns.push({ pathInSchema, data: Promise.resolve(data) })
  }
  const assembled = assembleAsync({ ...select, asyncColumns }, tree)
  for (const { data } of assembled.asyncColumns) data.catch(() => {}) // all are awaited below, the first to fail tells
  const rows: Row[] = await asyncGroupToRows(assembled, plan.from, plan.to, columns, 'object')
  if (rows.length !== plan.to - plan.from) throw new Error(`expected ${plan.to - plan.from} rows, got ${rows.length}`)
  const isShort =
    asyncColumns.length > 0 &&
    (await Promise.all(assembled.asyncColumns.map(c => c.data))).some(({ data, skipped }) => {
      return skipped + data.reduce((sum, chunk) => sum + chunk.length, 0) < plan.to
    })
  if (isShort) throw new Error('a column holds fewer rows than the footer claims')
  return rows
}
