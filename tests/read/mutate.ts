/** Files of every format, and seeded damage to them: for the conservation test and the long fuzzing script. */
import zlib from 'node:zlib'
import { tableFromArrays, tableToIPC } from '@uwdata/flechette'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { storeZstd, toLines } from './scratch.ts'

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

const rows: { [key: string]: unknown }[] = Array.from({ length: 30 }, (_, i) => ({
  id: `r${i}`,
  messages: [
    { role: 'user', content: `Wie hoch ist der Berg ${i}?` },
    { role: 'assistant', content: `The hill number ${i} is ${i * 31} m high, "they" say; 山。\nSo it is.` },
  ],
  score: i / 7,
}))
const flat = rows.map((row, i) => ({
  id: String(row.id),
  prompt: `Question ${i}?`,
  response: `An answer, with "quotes",\nnumber ${i}.`,
}))
const columns = { id: flat.map(r => r.id), prompt: flat.map(r => r.prompt), response: flat.map(r => r.response) }

function writeParquet(codec: 'SNAPPY' | 'GZIP' | 'ZSTD' | 'BROTLI'): Buffer {
  const compressors = {
    GZIP: (bytes: Uint8Array) => new Uint8Array(zlib.gzipSync(bytes)),
    BROTLI: (bytes: Uint8Array) => new Uint8Array(zlib.brotliCompressSync(bytes)),
    ZSTD: (bytes: Uint8Array) => new Uint8Array(storeZstd(bytes)),
  }
  const columnData = Object.entries(columns).map(([name, data]) => ({ name, data, type: 'STRING' as const }))
  return Buffer.from(
    parquetWriteBuffer({ columnData, codec, rowGroupSize: 11, ...(codec === 'SNAPPY' ? {} : { compressors }) }),
  )
}

const csv = [['id', 'prompt', 'response'], ...flat.map(r => [r.id, r.prompt, r.response])]
  .map(cells => cells.map(cell => `"${cell.replaceAll('"', '""')}"`).join(','))
  .join('\r\n')

/** Sound files by name. */
export const soundFiles: { [name: string]: Buffer } = {
  'a.jsonl': Buffer.from(toLines(rows)),
  'b.json': Buffer.from(JSON.stringify(rows, null, 1)),
  'c.json': Buffer.from(JSON.stringify({ data: rows })),
  'd.csv': Buffer.from(csv),
  'e.txt': Buffer.from(flat.map(r => r.response).join('\n\n')),
  'f.jsonl': Buffer.from(`\ufeff${toLines(rows)}`, 'utf16le'),
  'g.jsonl.gz': zlib.gzipSync(toLines(rows)),
  'h.json.gz': Buffer.concat([
    zlib.gzipSync(JSON.stringify(rows).slice(0, 900)),
    Buffer.alloc(20),
    zlib.gzipSync(JSON.stringify(rows).slice(900)),
  ]),
  'i.jsonl.zst': storeZstd(Buffer.from(toLines(rows)), 700),
  'j.parquet': writeParquet('SNAPPY'),
  'k.parquet': writeParquet('ZSTD'),
  'l.parquet': writeParquet('GZIP'),
  'm.arrow': Buffer.from(tableToIPC(tableFromArrays(columns), { format: 'stream' })!),
  'n.arrow': Buffer.from(tableToIPC(tableFromArrays(columns), { format: 'file' })!),
}

/** The bytes with one to four wounds: flips, cuts, gaps, repeats, foreign bytes. */
export function wound(sound: Buffer, random: () => number): Buffer {
  let bytes = Buffer.from(sound)
  const place = (): number => Math.floor(random() * (bytes.length + 1))
  for (let left = 1 + Math.floor(random() * 4); left > 0; left--) {
    const [from, to] = [place(), place()].sort((a, b) => a - b)
    const kind = Math.floor(random() * 7)
    if (kind <= 1 && bytes.length > 0) bytes[Math.min(from, bytes.length - 1)] ^= 1 << Math.floor(random() * 8)
    else if (kind === 2) bytes = bytes.subarray(0, to)
    else if (kind === 3) bytes = Buffer.concat([bytes.subarray(0, from), bytes.subarray(Math.min(to, from + 200))])
    else if (kind === 4) bytes = Buffer.concat([bytes.subarray(0, to), bytes.subarray(from)])
    else if (kind === 5) bytes.fill(Math.floor(random() * 256), from, Math.min(to, from + 64))
    else {
      const foreign = ['\0', '"', '{', ']', '\n', '\r', '\ufeff', '\xff', '{"text":"x"}\n', '\\'][
        Math.floor(random() * 10)
      ]
      bytes = Buffer.concat([bytes.subarray(0, from), Buffer.from(foreign, 'latin1'), bytes.subarray(from)])
    }
    bytes = Buffer.from(bytes)
  }
  return bytes
}
