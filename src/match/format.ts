/**
 * match: the index file. Sections in any order at multiples of 8, then a header of JSON that says where they lie.
 *
 * Prefix, 32 bytes: `PALI`, version, bytes of the header, 0, place of the header (64 bits), 0, 0. All numbers are
 * little-endian. The digest covers all bytes between prefix and header, and all facts of the header but the name.
 */
import { createHash, type Hash } from 'node:crypto'
import { PalimpsestError } from '../errors.ts'
import type { SketchParameters } from './minimizers.ts'
import type { Packing } from './postings.ts'
import { pieceBytes, type Sink, type Store } from './store.ts'

const magic = 0x494c4150 // "PALI", little-endian
/** Raised whenever the sections, the packing of texts, the tokeniser or the seeds change. */
export const indexVersion = 9
const prefixBytes = 32
/** A header is some hundred bytes a shard; more than this is none. */
const maxHeaderBytes = 1 << 24

/** Sections of the whole index; those of shard 0 are called `bucket0`, `packed0` and so on. */
export type SectionName =
  | 'blocks'
  | 'origin'
  | 'start'
  | 'stride'
  | 'prompt'
  | 'sortedPrompt'
  | 'wholeHash'
  | 'wholeDocument'
  | 'count'
  | 'blockStart'
  | 'blockDocument'
  | 'blockRecord'
  | `${'bucket' | 'packed' | 'frequentHash' | 'frequentCount'}${number}`

/** A stretch of masked positions with postings of its own. */
export interface Shard extends Packing {
  /** its first masked position; those in its postings count from there */
  from: number
  maskedTokens: number
  /** postings listed */
  postings: number
}

/** A place in the file, in bytes. */
export interface Place {
  at: number
  bytes: number
}

/** What an index says of itself. */
export interface IndexFacts {
  name: string
  /** the model that wrote all of it, if one did */
  model: string | null
  sketch: SketchParameters
  /** postings of one seed that a shard lists */
  maxOccurrences: number
  documents: number
  tokens: number
  maskedTokens: number
  seeds: number
  /** masked tokens of the longest document */
  longestDocument: number
  /** corpus files it was built from */
  files: number
  shards: Shard[]
  /** digest of the content */
  sha256: string
}

/** All of the header. */
export interface Header extends IndexFacts {
  /** by `SectionName`; a damaged header may lack some */
  sections: Record<string, Place>
}

/** Where a section lies. @throws PalimpsestError `integrity` where there is none */
export function placeOf({ sections }: Header, name: SectionName, origin: string): Place {
  if (sections[name] === undefined)
    throw new PalimpsestError(
      'integrity',
      `${origin}: the index lacks its ${name}; build it again with palimpsest index`,
    )
  return sections[name]
}

/** Bytes of a view, whatever its type. */
export function bytesOf(view: ArrayBufferView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength)
}

function digestFacts(digest: Hash, header: Omit<Header, 'sha256'>): string {
  const { name: _name, ...rest } = header
  return digest.update(JSON.stringify(rest)).digest('hex')
}

/** Writes an index section by section. */
export class IndexWriter {
  private readonly sink: Sink
  private readonly digest = createHash('sha256')
  private readonly sections: Header['sections'] = {}
  private at = prefixBytes
  private current: Place | undefined

  constructor(sink: Sink) {
    this.sink = sink
    sink.write(new Uint8Array(prefixBytes))
  }

  /** Begins a section; `append` fills it. */
  begin(name: SectionName): void {
    this.align()
    this.current = { at: this.at, bytes: 0 }
    this.sections[name] = this.current
  }

  /** Adds to the section begun last. */
  append(view: ArrayBufferView): void {
    const bytes = bytesOf(view)
    for (let from = 0; from < bytes.length; from += pieceBytes) this.put(bytes.subarray(from, from + pieceBytes))
    if (this.current !== undefined) this.current.bytes += bytes.length
  }

  /** Writes a whole section. */
  write(name: SectionName, view: ArrayBufferView): void {
    this.begin(name)
    this.append(view)
  }

  /** Ends the index. */
  finish(facts: Omit<IndexFacts, 'sha256'>): { store: Store; header: Header } {
    this.align()
    const { sections } = this
    const header: Header = { ...facts, sections, sha256: digestFacts(this.digest, { ...facts, sections }) }
    const json = Buffer.from(JSON.stringify(header))
    this.sink.write(json)
    const prefix = new Uint32Array(prefixBytes / 4)
    prefix.set([magic, indexVersion, json.length, 0, this.at >>> 0, Math.floor(this.at / 2 ** 32)])
    return { store: this.sink.finish(bytesOf(prefix)), header }
  }

  private align(): void {
    if (this.at % 8 > 0) this.put(new Uint8Array(8 - (this.at % 8)))
  }

  private put(bytes: Uint8Array): void {
    this.digest.update(bytes)
    this.sink.write(bytes)
    this.at += bytes.length
  }
}

/** Do these first bytes of a file belong to an index? */
export function isIndexStart(head: Uint8Array): boolean {
  return head.length >= 4 && new DataView(head.buffer, head.byteOffset).getUint32(0, true) === magic
}

const damage = (store: Store, what: string): PalimpsestError =>
  new PalimpsestError('integrity', `${store.origin}: ${what}; build it again with palimpsest index`)

/**
 * Reads the header; `checkContent` must follow before anything of the index is used.
 *
 * @throws PalimpsestError `integrity` where the store is no index, of another version, or cut short
 */
export function readHeader(store: Store): Header {
  if (store.sizeBytes < prefixBytes) throw damage(store, `expected an index, got ${store.sizeBytes} bytes`)
  const prefix = new Uint32Array(prefixBytes / 4)
  store.read(0, bytesOf(prefix))
  const [mark, version, jsonBytes, , low, high] = prefix
  if (mark !== magic) throw damage(store, 'expected an index, its first bytes are not PALI')
  if (version !== indexVersion) throw damage(store, `expected index version ${indexVersion}, got version ${version}`)
  const body = low + high * 2 ** 32
  if (body < prefixBytes || jsonBytes > maxHeaderBytes || body + jsonBytes !== store.sizeBytes)
    throw damage(store, `expected ${body + jsonBytes} bytes, got ${store.sizeBytes}: the index is cut short`)
  const json = Buffer.alloc(jsonBytes)
  store.read(body, json)
  let header: Header
  try {
    header = JSON.parse(json.toString('utf8'))
  } catch {
    throw damage(store, 'the header of the index is not JSON')
  }
  checkPlaces(store, header, body)
  return header
}

/**
 * Checks the digest over all bytes of the content.
 *
 * @param onBytes is given the bytes as they pass, and where they lie
 * @throws PalimpsestError `integrity` where one of them is not what was written
 */
export function checkContent(
  store: Store,
  header: Header,
  onBytes: (bytes: Uint8Array, at: number) => void = () => undefined,
): void {
  const digest = createHash('sha256')
  const end = Object.values(header.sections).reduce((last, { at, bytes }) => Math.max(last, at + bytes), prefixBytes)
  const body = Math.ceil(end / 8) * 8
  const piece = Buffer.allocUnsafe(Math.min(pieceBytes, Math.max(1, body - prefixBytes)))
  for (let at = prefixBytes; at < body; at += piece.length) {
    const bytes = piece.subarray(0, Math.min(piece.length, body - at))
    store.read(at, bytes)
    digest.update(bytes)
    onBytes(bytes, at)
  }
  const { sha256, ...facts } = header
  if (digestFacts(digest, facts) !== sha256) throw damage(store, 'the digest of the index does not match its content')
}

function checkPlaces(store: Store, header: Header, body: number): void {
  const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0
  if (header === null || typeof header !== 'object' || !Array.isArray(header.shards))
    throw damage(store, 'the header of the index lacks its shards')
  let end = prefixBytes
  for (const [name, place] of Object.entries(header.sections ?? {})) {
    if (!isCount(place?.at) || !isCount(place?.bytes) || place.at < prefixBytes || place.at % 8 > 0)
      throw damage(store, `expected the place of section ${name}, got ${JSON.stringify(place)}`)
    end = Math.max(end, Math.ceil((place.at + place.bytes) / 8) * 8)
  }
  if (end !== body) throw damage(store, `expected sections up to byte ${body}, got ${end}`)
}
