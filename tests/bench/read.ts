/**
 * Speed of the read room per format, against the floor of bare block reading and JSON.parse.
 *
 * npx tsx tests/bench/read.ts [MB of JSON lines, default 64] [runs, default 3]
 *
 * All rows are made here from a seed. MB/s are of the JSON lines that hold the same rows, so formats compare;
 * the best run counts; on a busy machine read the rate per CPU second (all threads). `zst` is packed by the zstd tool and left out without it.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, openSync, readSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import zlib from 'node:zlib'
import { tableFromArrays, tableToIPC } from '@uwdata/flechette'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { readCorpus } from '../../src/read/corpus.ts'
import { createRandom } from '../read/mutate.ts'

const targetBytes = Number(process.argv[2] ?? 64) * 1e6
const nRuns = Number(process.argv[3] ?? 3)
const folder = mkdtempSync(path.join(os.tmpdir(), 'palimpsest-bench-'))
const random = createRandom(7)

const syllables = 'ba ke li mo nu ra si to ve wi xa yo ze an el in or un ast erg'.split(' ')
const vocabulary = Array.from({ length: 20_000 }, () =>
  Array.from({ length: 1 + Math.floor(random() * 4) }, () => syllables[Math.floor(random() * syllables.length)]).join(
    '',
  ),
)
const write = (n: number): string =>
  Array.from({ length: n }, () => vocabulary[Math.floor(random() ** 2 * vocabulary.length)]).join(' ')

interface ChatRow {
  id: string
  messages: { role: string; content: string }[]
}

type Write = () => Uint8Array | string | null

/** What was written: the files, and what they hold. */
interface Written {
  files: { name: string; file: string | null }[]
  nRows: number
  jsonlBytes: number
  units: number
}

/** Writes every file; a function of its own, so that the rows are gone from memory when reading is measured. */
function writeFiles(): Written {
  const rows: ChatRow[] = []
  const lines: string[] = []
  for (let bytes = 0; bytes < targetBytes; bytes += lines[lines.length - 1].length) {
    const content = `${write(120)}.\n\n- "${write(20)}"\n- ${write(60)} é 山`
    rows.push({
      id: `r${rows.length}`,
      messages: [
        { role: 'user', content: write(20) },
        { role: 'assistant', content },
      ],
    })
    lines.push(`${JSON.stringify(rows[rows.length - 1])}\n`)
  }
  const jsonl = Buffer.from(lines.join(''))
  const flat = {
    id: rows.map(row => row.id),
    prompt: rows.map(row => row.messages[0].content),
    response: rows.map(row => row.messages[1].content),
  }
  const nestedSchema = [
    { name: 'root', num_children: 1 },
    { name: 'messages', repetition_type: 'OPTIONAL', num_children: 1, converted_type: 'LIST' },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    { name: 'element', repetition_type: 'OPTIONAL', num_children: 2 },
    { name: 'role', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
    { name: 'content', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
  ]

  function writeCsv(): string {
    const quote = (cell: string): string => `"${cell.replaceAll('"', '""')}"`
    return `id,prompt,response\n${rows.map((row, i) => `${row.id},${flat.prompt[i]},${quote(flat.response[i])}\n`).join('')}`
  }

  /** The zstd tool's output, or null without the tool. */
  function packZstd(bytes: Buffer): Buffer | null {
    try {
      return execFileSync('zstd', ['-q', '-c'], { input: bytes, maxBuffer: 2 ** 31 })
    } catch {
      return null
    }
  }

  const columnData = [{ name: 'messages', data: rows.map(row => row.messages) }]
  const flatData = Object.entries(flat).map(([name, data]) => ({ name, data, type: 'STRING' as const }))
  const toZstd = { ZSTD: (bytes: Uint8Array) => new Uint8Array(packZstd(Buffer.from(bytes))!) }
  const zst = packZstd(jsonl)
  const rowGroupSize = 10_000

  const formats: [name: string, write: Write][] = [
    ['plain.jsonl', () => jsonl],
    ['array.json', () => JSON.stringify(rows)],
    ['packed.jsonl.gz', () => zlib.gzipSync(jsonl)],
    ['packed.jsonl.zst', () => zst],
    ['quoted.csv', writeCsv],
    ['flat-snappy.parquet', () => new Uint8Array(parquetWriteBuffer({ columnData: flatData, rowGroupSize }))],
    [
      'nested-zstd.parquet',
      () => {
        if (zst === null) return null
        const options = {
          columnData,
          schema: nestedSchema,
          codec: 'ZSTD',
          compressors: toZstd,
          rowGroupSize,
          pageSize: 1 << 20,
        }
        return new Uint8Array(parquetWriteBuffer(options as Parameters<typeof parquetWriteBuffer>[0]))
      },
    ],
    ['stream.arrow', () => tableToIPC(tableFromArrays(flat, { maxBatchRows: 1000 } as object), { format: 'stream' })],
    ['utf-16.jsonl', () => Buffer.from(`\ufeff${jsonl.toString('utf8')}`, 'utf16le')],
  ]

  const files = formats.map(([name, make]) => {
    const bytes = make()
    const file = path.join(folder, name)
    if (bytes !== null) writeFileSync(file, bytes)
    return { name, file: bytes === null ? null : file }
  })
  const units = flat.response.reduce((sum, text) => sum + text.length, 0)
  return { files, nRows: rows.length, jsonlBytes: jsonl.length, units }
}

/** Blocks, lines, JSON.parse, and nothing else. */
function parseBarely(file: string): number {
  const handle = openSync(file, 'r')
  const buffer = Buffer.allocUnsafe(4 << 20)
  let units = 0
  for (let held = 0; ; ) {
    const n = readSync(handle, buffer, held, buffer.length - held, null)
    if (n === 0) return units
    const end = held + n
    let start = 0
    for (let at = buffer.indexOf(10); at >= 0 && at < end; at = buffer.indexOf(10, start)) {
      units += (JSON.parse(buffer.toString('utf8', start, at)) as ChatRow).messages[1].content.length
      start = at + 1
    }
    buffer.copyWithin(0, start, end)
    held = end - start
  }
}

const written = writeFiles()

async function readWhole(file: string): Promise<number> {
  let units = 0
  for await (const batch of readCorpus([file])) for (const { text } of batch.documents) units += text.length
  return units
}

async function measure(name: string, read: () => number | Promise<number>): Promise<void> {
  let bestMs = Number.POSITIVE_INFINITY
  let bestCpuMs = Number.POSITIVE_INFINITY
  for (let run = 0; run < nRuns; run++) {
    const started = performance.now()
    const cpu = process.cpuUsage()
    const units = await read()
    const { user, system } = process.cpuUsage(cpu)
    bestMs = Math.min(bestMs, performance.now() - started)
    bestCpuMs = Math.min(bestCpuMs, (user + system) / 1e3)
    if (units !== written.units) throw new Error(`${name}: expected ${written.units} units of text, got ${units}`)
  }
  const rss = Math.round(process.memoryUsage().rss / 1e6)
  const rate = (ms: number): string => (written.jsonlBytes / 1e3 / ms).toFixed(0).padStart(5)
  console.log(`${name.padEnd(22)} ${rate(bestMs)} MB/s ${rate(bestCpuMs)} MB per CPU second   rss ${rss} MB`)
}

const megabytes = (written.jsonlBytes / 1e6).toFixed(0)
console.log(`${written.nRows} rows, ${megabytes} MB as JSON lines, Node ${process.version}, best of ${nRuns}`)
for (const { name, file } of written.files) {
  if (file === null) {
    console.log(`${name.padEnd(22)}   not run: the zstd tool is absent`)
    continue
  }
  if (name === 'plain.jsonl') await measure('floor: bare JSON.parse', () => parseBarely(file))
  await measure(name, () => readWhole(file))
}
rmSync(folder, { recursive: true })
