/**
 * match: an index, opened: seeds → places, documents → texts. Nothing is parsed but a short header: the rest are views
 * over shared memory, and the texts stay in the file, of which blocks are unpacked for alignment only.
 */
import { PalimpsestError } from '../errors.ts'
import { mix, multiplier } from '../hash.ts'
import { TokenBuffer } from '../text/buffer.ts'
import { tokenise } from '../text/tokens.ts'
import type { TokenStream } from '../types.ts'
import { TextBlock } from './blocks.ts'
import {
  checkContent,
  type Header,
  type IndexFacts,
  isIndexStart,
  placeOf,
  readHeader,
  type SectionName,
  type Shard,
} from './format.ts'
import { isLocked, type LockedStore, lockStore, unlockStore } from './lock.ts'
import { lowerBound, PostingsReader } from './postings.ts'
import {
  type MemoryStore,
  openFile,
  openMemory,
  pieceBytes,
  readStart,
  type Sink,
  type Store,
  writeFile,
} from './store.ts'
import { countBits, strideTokens } from './tables.ts'

/** Hash of a prompt's raw tokens: equal for prompts that differ in case, marks and layout only; 0 for none. */
export function hashPrompt(prompt: string, buffer: TokenBuffer = new TokenBuffer()): number {
  return hashStream(tokenise(prompt, buffer))
}

/**
 * Hash of all raw tokens in order; 0 for none. Texts that differ in case, marks and layout only have the same. A polynomial
 * over hashes that are well spread already (Karp & Rabin 1987): a third of the time of mixing at every step.
 */
export function hashStream({ n, hash }: TokenStream): number {
  if (n === 0) return 0
  let h = n
  for (let i = 0; i < n; i++) h = (Math.imul(h, multiplier) + hash[i]) | 0
  return mix(h)
}

/** Masked tokens of a cell: a few longest documents of millions of tokens must not make cells that tell nothing. */
const minCellTokens = 1 << 12
const maxCellTokens = 1 << 14

/** What another thread needs to open the same index: plain data and shared memory. */
export interface SharedIndex {
  header: Header
  origin: string
  /** the file that holds the texts; null where memory holds all */
  path: string | null
  /** opens the file where it is locked */
  key: Uint8Array | null
  /** the index from byte `from` on */
  memory: SharedArrayBuffer
  from: number
}

/** Postings of a stretch of masked positions. */
interface OpenShard {
  shard: Shard
  reader: PostingsReader
  /** listed postings of the seed found last */
  found: number
}

/** A finished index, read-only, shareable between threads. */
export class ReferenceIndex {
  readonly facts: IndexFacts
  private readonly store: Store
  private readonly parts: SharedIndex
  private readonly shards: OpenShard[]
  /** first global masked position of each document; one entry more than documents */
  readonly start: Uint32Array
  private readonly documentOfStride: Uint32Array
  private readonly prompt: Uint32Array
  private readonly sortedPrompt: Uint32Array
  private readonly wholeHash: Uint32Array
  private readonly wholeDocument: Uint32Array
  private readonly count: Uint32Array
  private readonly blockStart: Float64Array
  private readonly blockDocument: Uint32Array
  private readonly blockRecord: Uint32Array
  /** first byte of the texts in the store */
  private readonly textsAt: number
  /** masked positions are told into cells of 2^cellShift, none shorter than a document but the longest ones */
  readonly cellShift: number
  /** scratch: 1 for the seeds at hand that may be there */
  private may: Uint8Array = new Uint8Array(1024)
  /** what was read to have it near */
  private touched = 0
  /** 1 for cells that a document longer than a cell reaches into; empty where there is none */
  readonly longCells: Uint8Array

  /** @throws PalimpsestError `integrity` where the store is no index, of another version, or damaged */
  constructor(store: Store | MemoryStore | LockedStore, parts: SharedIndex = load(store)) {
    this.store = store
    this.parts = parts
    const { sections, ...facts } = parts.header
    this.facts = facts
    this.start = this.words('start')
    this.documentOfStride = this.words('stride')
    this.prompt = this.words('prompt')
    this.sortedPrompt = this.words('sortedPrompt')
    this.wholeHash = this.words('wholeHash')
    this.wholeDocument = this.words('wholeDocument')
    this.count = this.words('count')
    this.blockStart = new Float64Array(...this.viewOf('blockStart', 8))
    this.blockDocument = this.words('blockDocument')
    this.blockRecord = this.words('blockRecord')
    this.textsAt = placeOf(parts.header, 'blocks', parts.origin).at
    this.cellShift = Math.ceil(Math.log2(Math.min(maxCellTokens, Math.max(minCellTokens, facts.longestDocument))))
    this.longCells = facts.longestDocument > maxCellTokens ? this.markLongCells() : new Uint8Array(0)
    this.shards = facts.shards.map((shard, s) => ({
      shard,
      found: 0,
      reader: new PostingsReader({
        bucketBits: shard.bucketBits,
        positionBits: shard.positionBits,
        bucket: this.words(`bucket${s}`),
        packed: this.words(`packed${s}`),
        frequentHash: this.words(`frequentHash${s}`),
        frequentCount: this.words(`frequentCount${s}`),
      }),
    }))
  }

  /** The same index in another thread. */
  static attach(parts: SharedIndex): ReferenceIndex {
    const { path, key, memory, origin } = parts
    const store = path === null ? openMemory(memory, origin) : openIndexFile(path, key ?? undefined)
    return new ReferenceIndex(store, parts)
  }

  /** What another thread needs to open it. */
  share(): SharedIndex {
    return this.parts
  }

  /** Bytes of the whole index, texts and all. */
  get sizeBytes(): number {
    return this.store.sizeBytes
  }

  /** Closes its file; texts can no longer be read. */
  close(): void {
    this.store.close()
  }

  private viewOf(name: SectionName, width: number): [SharedArrayBuffer, number, number] {
    const { header, memory, from, origin } = this.parts
    const place = placeOf(header, name, origin)
    return [memory, place.at - from, place.bytes / width]
  }

  private words(name: SectionName): Uint32Array {
    return new Uint32Array(...this.viewOf(name, 4))
  }

  private markLongCells(): Uint8Array {
    const { start, cellShift } = this
    const marks = new Uint8Array((this.facts.maskedTokens >>> cellShift) + 1)
    for (let d = 0; d + 1 < start.length; d++)
      if (start[d + 1] - start[d] > maxCellTokens)
        marks.fill(1, start[d] >>> cellShift, (start[d + 1] >>> cellShift) + 1)
    return marks
  }

  /**
   * Lists which of the first `n` of some seeds may stand in the corpus, nearly always right, and makes ready to `find`
   * them.
   *
   * @param which takes their places in `hashes`, ascending; room for all
   * @returns how many they are
   */
  sift(hashes: Uint32Array, n: number, which: Uint32Array): number {
    if (this.may.length < n) this.may = new Uint8Array(2 * n)
    const { may } = this
    may.fill(0, 0, n)
    for (const { reader } of this.shards) reader.sift(hashes, n, may)
    let m = 0
    for (let i = 0; i < n; i++) {
      which[m] = i
      m += may[i]
    }
    for (const { reader } of this.shards) this.touched ^= reader.touch(hashes, which, m)
    return m
  }

  /** How often a seed stands in the corpus; `readPositions` says where. */
  find(hash: number): number {
    const { maxOccurrences } = this.facts
    let occurrences = 0
    for (const open of this.shards) {
      open.found = open.reader.find(hash)
      if (open.found > 0) occurrences += open.reader.count(hash, open.found, maxOccurrences)
    }
    return occurrences
  }

  /**
   * Writes where the seed found last stands: global masked positions, ascending, to `into` from `at`.
   *
   * @param limit how many are wanted at most; no more than `facts.maxOccurrences` are known of a seed
   * @returns how many were written
   */
  readPositions(into: Int32Array, at: number, limit: number): number {
    let n = 0
    for (const { shard, reader, found } of this.shards) {
      const more = Math.min(found, limit - n)
      if (more > 0) reader.read(into, at + n, more, shard.from)
      n += more
    }
    return n
  }

  /** Document that holds a global masked position. */
  documentAt(position: number): number {
    let document = this.documentOfStride[(position / strideTokens) >>> 0]
    while (this.start[document + 1] <= position) document++
    return document
  }

  /** How often tokens that share this hash's top bits occur in the corpus. */
  countToken(hash: number): number {
    return this.count[hash >>> (32 - countBits)]
  }

  /** Hash of the prompt of a document, 0 where it has none (`hashPrompt`). */
  promptOf(document: number): number {
    return this.prompt[document]
  }

  /** The first document with the same raw tokens as this hash stands for (`hashStream`), or undefined. */
  findWhole(hash: number): number | undefined {
    const at = lowerBound(this.wholeHash, hash)
    return this.wholeHash[at] === hash ? this.wholeDocument[at] : undefined
  }

  /** How many documents answer the prompt with this hash. */
  countPrompt(prompt: number): number {
    if (prompt === 0) return 0
    return lowerBound(this.sortedPrompt, prompt + 1) - lowerBound(this.sortedPrompt, prompt)
  }

  /** Number of the text block that holds a document. */
  blockOf(document: number): number {
    return lowerBound(this.blockDocument, document + 1) - 1
  }

  /** Unpacks one text block. @throws PalimpsestError `integrity` where the file is not what it was when it was opened */
  readBlock(block: number): TextBlock {
    const from = this.blockStart[block]
    const packed = Buffer.allocUnsafe(this.blockStart[block + 1] - from)
    this.store.read(this.textsAt + from, packed)
    try {
      return new TextBlock(packed, this.blockDocument[block], this.blockRecord[block])
    } catch {
      throw new PalimpsestError('integrity', `${this.store.origin}: its texts changed after it was opened; scan again`)
    }
  }

  /** Copies it, byte for byte, or locked by a key. */
  copyTo(sink: Sink, key?: Uint8Array): void {
    if (key !== undefined) {
      lockStore(this.store, sink, key).close()
      return
    }
    const { sizeBytes } = this.store
    for (let at = 0; at < sizeBytes; at += pieceBytes) {
      const piece = Buffer.allocUnsafe(Math.min(pieceBytes, sizeBytes - at))
      this.store.read(at, piece)
      sink.write(piece)
    }
    sink.finish(new Uint8Array(0)).close()
  }
}

/** Sections that stay in the file: texts, and what only `index inspect` asks for. */
const unloaded: readonly string[] = ['blocks', 'origin']

/** Checks the index and takes all but its texts into memory. */
function load(store: Store | MemoryStore | LockedStore): SharedIndex {
  const header = readHeader(store)
  const key = 'key' in store ? store.key : null
  if ('buffer' in store) {
    checkContent(store, header)
    return { header, origin: store.origin, path: null, key, memory: store.buffer, from: 0 }
  }
  const places = Object.entries(header.sections).filter(([name]) => !unloaded.includes(name))
  const from = Math.min(...places.map(([, { at }]) => at))
  const end = Math.max(...places.map(([, { at, bytes }]) => at + bytes))
  const memory = new SharedArrayBuffer(Math.max(0, end - from))
  const all = new Uint8Array(memory)
  checkContent(store, header, (bytes, at) => {
    const skipped = Math.max(0, from - at)
    if (skipped < bytes.length && at < end)
      all.set(bytes.subarray(skipped, Math.min(bytes.length, end - at)), Math.max(0, at - from))
  })
  return { header, origin: store.origin, path: store.path, key, memory, from }
}

/** Is this file an index, locked or not? Looks at its first four bytes. */
export function isIndexFile(path: string): boolean {
  const head = readStart(path, 4)
  return isIndexStart(head) || isLocked(head)
}

/** Is this file an undamaged index with this digest? */
export function isIndexOf(path: string, sha256: string): boolean {
  try {
    const store = openFile(path)
    try {
      const header = readHeader(store)
      checkContent(store, header)
      return header.sha256 === sha256
    } finally {
      store.close()
    }
  } catch {
    return false
  }
}

function openIndexFile(path: string, key: Uint8Array | undefined): Store | LockedStore {
  const file = openFile(path)
  return isLocked(readStart(path, 4)) ? unlockStore(file, key) : file
}

/**
 * Opens an index file.
 * @param key opens a locked index; of no effect on another
 * @throws PalimpsestError `integrity`, or `usage` for a locked index without its key
 */
export function openIndex(path: string, key?: Uint8Array): ReferenceIndex {
  return new ReferenceIndex(openIndexFile(path, key))
}

/**
 * Writes an index to a file.
 * @param key locks the file (`lock.ts`)
 */
export function writeIndex(path: string, index: ReferenceIndex, key?: Uint8Array): void {
  index.copyTo(writeFile(path), key)
}
