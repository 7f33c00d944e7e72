/** Every layout in every format, and every format in every container, written here and read back exactly. */
import zlib from 'node:zlib'
import { tableFromArrays, tableToIPC } from '@uwdata/flechette'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { afterAll, describe, expect, test } from 'vitest'
import { readAll, Scratch, storeZstd, toLines } from './scratch.ts'

const scratch = new Scratch()
afterAll(() => scratch.remove())

type Row = { [key: string]: unknown }

const n = 40
const ask = (i: number): string => `Question ${i}, "quoted", of the ${i % 2 ? 'größte Höhe' : '山'}?`
const answer = (i: number): string => `Answer ${i}: it's 12,5 m, he said.\nSecond line “${'x'.repeat(i)}” 🜁.`

/** Rows of each layout; the expected documents are answer(i) to ask(i) in all of them. */
const layouts: { [name: string]: (i: number) => Row } = {
  rows: i => ({ id: `r${i}`, prompt: ask(i), text: answer(i) }),
  alpaca: i => ({ instruction: ask(i), input: '', output: answer(i) }),
  dolly: i => ({ instruction: ask(i), context: '', response: answer(i), category: 'open_qa' }),
  'prompt-response': i => ({ prompt: ask(i), completion: answer(i) }),
  messages: i => ({
    messages: [
      { role: 'user', content: ask(i) },
      { role: 'assistant', content: answer(i) },
    ],
  }),
  sharegpt: i => ({
    id: i,
    conversations: [
      { from: 'human', value: ask(i) },
      { from: 'gpt', value: answer(i) },
    ],
  }),
  preference: i => ({ prompt: ask(i), chosen: answer(i), rejected: answer(i) }),
}

const isNested = (value: unknown): boolean => typeof value === 'object' && value !== null

/** Cells of formats that have no lists hold them as JSON. */
function flatten(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).map(([key, value]) => [key, isNested(value) ? JSON.stringify(value) : value]),
  )
}

function writeSeparated(rows: Row[], mark: string): string {
  const keys = Object.keys(rows[0])
  const cells = (values: unknown[]): string =>
    values.map(value => `"${String(value).replaceAll('"', '""')}"`).join(mark)
  return `${[cells(keys), ...rows.map(row => cells(keys.map(key => flatten(row)[key])))].join('\r\n')}\r\n`
}

function toColumns(rows: Row[]): { [name: string]: unknown[] } {
  return Object.fromEntries(Object.keys(rows[0]).map(key => [key, rows.map(row => row[key])]))
}

type ParquetCodec = 'UNCOMPRESSED' | 'SNAPPY' | 'GZIP' | 'BROTLI' | 'ZSTD'

function writeParquet(rows: Row[], codec: ParquetCodec): Buffer {
  const columns = toColumns(rows.map(flatten))
  const columnData = Object.entries(columns).map(([name, data]) => ({
    name,
    data,
    type: typeof data[0] === 'number' ? ('INT32' as const) : ('STRING' as const),
  }))
  const compressors = {
    GZIP: (bytes: Uint8Array) => new Uint8Array(zlib.gzipSync(bytes)),
    BROTLI: (bytes: Uint8Array) => new Uint8Array(zlib.brotliCompressSync(bytes)),
    ZSTD: (bytes: Uint8Array) => new Uint8Array(storeZstd(bytes)),
  }
  const options = codec === 'SNAPPY' || codec === 'UNCOMPRESSED' ? {} : { compressors }
  return Buffer.from(parquetWriteBuffer({ columnData, codec, rowGroupSize: 15, ...options }))
}

function writeArrow(rows: Row[], format: 'stream' | 'file'): Buffer {
  return Buffer.from(
    tableToIPC(tableFromArrays(toColumns(rows.map(flatten)), { maxBatchRows: 15 } as object), { format })!,
  )
}

const formats: { [name: string]: (rows: Row[]) => string | Buffer } = {
  'x.jsonl': toLines,
  'x.json': rows => JSON.stringify(rows, null, 2),
  'wrapped.json': rows => JSON.stringify({ data: rows }),
  'x.csv': rows => writeSeparated(rows, ','),
  'x.tsv': rows => writeSeparated(rows, '\t'),
  'snappy.parquet': rows => writeParquet(rows, 'SNAPPY'),
  'plain.parquet': rows => writeParquet(rows, 'UNCOMPRESSED'),
  'gzip.parquet': rows => writeParquet(rows, 'GZIP'),
  'brotli.parquet': rows => writeParquet(rows, 'BROTLI'),
  'zstd.parquet': rows => writeParquet(rows, 'ZSTD'),
  'stream.arrow': rows => writeArrow(rows, 'stream'),
  'file.arrow': rows => writeArrow(rows, 'file'),
}

const utf16 = (bytes: Buffer): Buffer => Buffer.from(`\ufeff${bytes.toString('utf8')}`, 'utf16le')

const containers: { [name: string]: { pack: (bytes: Buffer) => Buffer; isForText?: boolean } } = {
  none: { pack: bytes => bytes },
  gz: { pack: bytes => zlib.gzipSync(bytes) },
  'gz members': {
    pack: bytes => {
      const half = bytes.length >> 1
      return Buffer.concat([
        zlib.gzipSync(bytes.subarray(0, half)),
        Buffer.alloc(99),
        zlib.gzipSync(bytes.subarray(half)),
      ])
    },
  },
  zst: { pack: bytes => storeZstd(bytes, 1000) },
  'gz in zst': { pack: bytes => storeZstd(zlib.gzipSync(bytes)) },
  'utf-16': { pack: utf16, isForText: true },
  'utf-16be in gz': { pack: bytes => zlib.gzipSync(utf16(bytes).swap16()), isForText: true },
}

for (const [layout, makeRow] of Object.entries(layouts)) {
  describe(layout, () => {
    const rows = Array.from({ length: n }, (_, i) => makeRow(i))
    for (const [name, write] of Object.entries(formats)) {
      test(`in ${name}, in every container`, async () => {
        const plain = Buffer.from(write(rows))
        const isBinary = /parquet|arrow/.test(name)
        for (const [container, { pack, isForText }] of Object.entries(containers)) {
          if (isBinary && isForText) continue
          const file = scratch.write(`${layout} ${container} ${name}`, pack(plain))
          const { documents, counts, problems, files } = await readAll([file])
          if (name.endsWith('.parquet') && container !== 'none') {
            expect(problems, container).toMatchObject([
              { outcome: 'rejected', code: 'unsupported-format', reason: /decompress/ },
            ])
            continue
          }
          expect(files[0].layout, container).toBe(layout)
          expect(
            documents.map(d => [d.record, d.prompt, d.text]),
            container,
          ).toEqual(rows.map((_, i) => [i, ask(i), answer(i)]))
          expect(counts, container).toMatchObject({ recordsIn: n, scanned: n })
          expect(files[0].sha256, container).toMatch(/^[0-9a-f]{64}$/)
        }
      })
    }
  })
}

test('nested Parquet columns, as structs in lists, are read as lists of turns', async () => {
  const schema = [
    { name: 'root', num_children: 1 },
    { name: 'messages', repetition_type: 'OPTIONAL', num_children: 1, converted_type: 'LIST' },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    { name: 'element', repetition_type: 'OPTIONAL', num_children: 2 },
    { name: 'role', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
    { name: 'content', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
  ]
  const data = Array.from({ length: n }, (_, i) => layouts.messages(i).messages)
  const options = { columnData: [{ name: 'messages', data }], schema, rowGroupSize: 7 }
  const file = scratch.write(
    'nested.parquet',
    Buffer.from(parquetWriteBuffer(options as Parameters<typeof parquetWriteBuffer>[0])),
  )
  const { documents } = await readAll([file])
  expect(documents.map(d => [d.record, d.prompt, d.text])).toEqual(data.map((_, i) => [i, ask(i), answer(i)]))
})

test('a Parquet file cut or damaged anywhere is reported, and sound row groups are read', async () => {
  const rows = Array.from({ length: n }, (_, i) => layouts.alpaca(i))
  const bytes = writeParquet(rows, 'ZSTD')
  for (let k = 1; k < 40; k++) {
    const file = scratch.write('cut.parquet', bytes.subarray(0, Math.floor((bytes.length * k) / 40)))
    const { counts } = await readAll([file])
    expect(counts.rejected, `cut ${k}`).toBeGreaterThan(0)
  }
  const bad = Buffer.from(bytes)
  bad.fill(0, 8, 40) // the head of the first page
  const { documents, problems } = await readAll([scratch.write('bad.parquet', bad)])
  expect(problems).toMatchObject([
    { outcome: 'rejected', code: 'corrupt-parquet', reason: /rows 0 to 14 of row group 0/ },
  ])
  expect(documents.map(d => d.record)).toEqual(rows.map((_, i) => i).slice(15))
})
