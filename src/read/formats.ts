/**
 * read: first bytes of a file → container or format. Content decides; the name only where content cannot
 * (CSV against text). What is recognised and not supported is refused by name, never read as text.
 */
import { isUtf8 } from 'node:buffer'
import path from 'node:path'
import type { Trouble } from './ledger.ts'

/** Formats whose rows this room reads. */
export type Format =
  | 'jsonl'
  | 'jsonl-cr'
  | 'json'
  | 'json-object'
  | 'csv'
  | 'tsv'
  | 'parquet'
  | 'arrow-file'
  | 'arrow-stream'
  | 'text'

/** Containers that are opened on the way. */
export type Container = 'gzip' | 'zstd'

/** Character encodings other than UTF-8, which is not named. */
export type Encoding = 'utf-16le' | 'utf-16be'

function startsWith(head: Buffer, bytes: readonly number[], at = 0): boolean {
  return head.length >= at + bytes.length && bytes.every((byte, i) => head[at + i] === byte)
}

const refusals: readonly { name: string; magic: readonly number[]; at?: number; remedy: string }[] = [
  { name: 'bzip2', magic: [0x42, 0x5a, 0x68], remedy: 'decompress it first (bunzip2)' },
  { name: 'xz', magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0], remedy: 'decompress it first (unxz)' },
  { name: 'lz4', magic: [0x04, 0x22, 0x4d, 0x18], remedy: 'decompress it first (unlz4)' },
  { name: 'zip', magic: [0x50, 0x4b, 3, 4], remedy: 'unpack it and give the folder' },
  { name: 'zip', magic: [0x50, 0x4b, 5, 6], remedy: 'unpack it and give the folder' },
  { name: 'tar', magic: [0x75, 0x73, 0x74, 0x61, 0x72], at: 257, remedy: 'unpack it and give the folder' },
  { name: '7z', magic: [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], remedy: 'unpack it and give the folder' },
  { name: 'rar', magic: [0x52, 0x61, 0x72, 0x21, 0x1a, 7], remedy: 'unpack it and give the folder' },
  { name: 'sqlite', magic: [...Buffer.from('SQLite format 3\0')], remedy: 'export the table as JSON lines' },
  { name: 'orc', magic: [0x4f, 0x52, 0x43], remedy: 'convert it to Parquet' },
  { name: 'avro', magic: [0x4f, 0x62, 0x6a, 1], remedy: 'convert it to Parquet or JSON lines' },
  { name: 'pdf', magic: [0x25, 0x50, 0x44, 0x46], remedy: 'extract its text first' },
  { name: 'feather-v1', magic: [0x46, 0x45, 0x41, 0x31], remedy: 'convert it to Parquet' },
  { name: 'hdf5', magic: [0x89, 0x48, 0x44, 0x46], remedy: 'convert it to Parquet' },
  { name: 'numpy', magic: [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59], remedy: 'export it as JSON lines' },
]

const lfsPointer = 'version https://git-lfs.github.com/spec/'

/** The reason why a file is refused, if its first bytes tell one. */
export function findRefusal(head: Buffer, name: string): Trouble | null {
  for (const { name: format, magic, at, remedy } of refusals) {
    if (startsWith(head, magic, at)) return refuse('unsupported-format', `${format} is not read; ${remedy}`)
  }
  if (head.subarray(0, lfsPointer.length).toString('latin1') === lfsPointer) {
    return refuse('lfs-pointer', 'a git-LFS pointer stands in place of the data; fetch it (git lfs pull)')
  }
  if (/\.br$/i.test(name)) return refuse('unsupported-format', 'brotli is not read; decompress it first')
  return null
}

function refuse(code: string, reason: string): Trouble {
  return { outcome: 'rejected', code, reason }
}

/** The container that the first bytes open, if any. */
export function findContainer(head: Buffer): Container | null {
  if (startsWith(head, [0x1f, 0x8b])) return 'gzip'
  if (startsWith(head, [0x28, 0xb5, 0x2f, 0xfd])) return 'zstd'
  return head.length >= 4 && (head[0] & 0xf0) === 0x50 && startsWith(head, [0x2a, 0x4d, 0x18], 1) ? 'zstd' : null
}

/** The encoding that a byte order mark, or every other byte being NUL, tells; null for UTF-8. */
export function findEncoding(head: Buffer): Encoding | null {
  if (startsWith(head, [0xff, 0xfe])) return 'utf-16le'
  if (startsWith(head, [0xfe, 0xff])) return 'utf-16be'
  const n = Math.min(head.length & ~1, 512)
  if (n < 16) return null
  let evenNuls = 0
  let oddNuls = 0
  for (let i = 0; i < n; i += 2) {
    if (head[i] === 0) evenNuls++
    if (head[i + 1] === 0) oddNuls++
  }
  if (oddNuls > n * 0.35 && evenNuls < n * 0.02) return 'utf-16le'
  return evenNuls > n * 0.35 && oddNuls < n * 0.02 ? 'utf-16be' : null
}

/** The binary format that the first bytes tell. */
export function findBinaryFormat(head: Buffer): Format | null {
  if (startsWith(head, [0x50, 0x41, 0x52, 0x31])) return 'parquet'
  if (startsWith(head, [0x41, 0x52, 0x52, 0x4f, 0x57, 0x31])) return 'arrow-file'
  const isStream = startsWith(head, [0xff, 0xff, 0xff, 0xff]) && head.length >= 8
  return isStream && head.readInt32LE(4) > 0 && head.readInt32LE(4) < 1 << 28 ? 'arrow-stream' : null
}

/** True if the bytes cannot be text: many control characters, or few of them valid. */
function isBinary(head: Buffer): boolean {
  let nControl = 0
  const n = Math.min(head.length, 4096)
  for (let i = 0; i < n; i++) {
    const byte = head[i]
    if (byte < 32 && byte !== 9 && byte !== 10 && byte !== 12 && byte !== 13 && byte !== 27) nControl++
  }
  return nControl > n * 0.1
}

function parses(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null
  } catch {
    return false
  }
}

/** True if the first `[` opens an array over several lines or with elements after which the text goes on. */
function isArrayFile(text: string): boolean {
  const lineEnd = text.indexOf('\n')
  if (lineEnd < 0) return true
  const first = text.slice(0, lineEnd).trim()
  const rest = text.slice(lineEnd + 1).trimStart()
  return !(parses(first) && (rest.startsWith('[') || rest.startsWith('{')))
}

/**
 * The text format of decoded bytes.
 *
 * @param head first bytes after containers, in UTF-8
 * @param name file name without the endings of its containers
 * @returns null if this is not text
 */
export function findTextFormat(head: Buffer, name: string): Format | null {
  if (isBinary(head)) return null
  const text = decodeHead(head)
  const body = text.replace(/^\ufeff/, '').trimStart()
  const ending = path.extname(name).toLowerCase()
  if (/^\.(jsonl|ndjson|jsonlines)$/.test(ending)) return usesBareCr(body) ? 'jsonl-cr' : 'jsonl'
  if (body[0] === '[' && /^\[\s*(?:[[{"\]\d-]|true|false|null|$)/.test(body)) {
    if (isArrayFile(body)) return ending === '.md' || (ending === '.txt' && !/^\[\s*\{/.test(body)) ? 'text' : 'json'
    return 'jsonl'
  }
  if (body[0] === '{' && /^\{\s*(?:"|\}|$)/.test(body)) {
    if (usesBareCr(body)) return 'jsonl-cr'
    const lineEnd = body.trimEnd().indexOf('\n')
    if (lineEnd < 0) return 'json' // one line: a record, or an object that holds records
    const first = body.slice(0, lineEnd).trim()
    if (parses(first)) return 'jsonl'
    const second = body.slice(lineEnd).trimStart()
    return ending !== '.json' && (/^\{.*\}$/.test(first) || /^\{\s*"/.test(second)) ? 'jsonl' : 'json'
  }
  if (ending === '.json') return 'json'
  if (ending === '.csv') return 'csv'
  return ending === '.tsv' || ending === '.tab' ? 'tsv' : 'text'
}

function usesBareCr(text: string): boolean {
  return !text.includes('\n') && /\}[ \t]*\r[ \t]*\{/.test(text)
}

/** Text of the first bytes without a character cut off at their end. */
function decodeHead(head: Buffer): string {
  for (let cut = 0; cut < 4 && cut < head.length; cut++) {
    const part = head.subarray(0, head.length - cut)
    if (isUtf8(part)) return part.toString('utf8')
  }
  return head.toString('utf8')
}
