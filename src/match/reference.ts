/**
 * match: documents → a static index, and back. Build → finish → query, flatbush style: one buffer, no parsing.
 *
 * File: 16-byte prefix (`PALI`, version, header bytes, 0), UTF-8 JSON header, then sections at multiples of 8.
 * The header holds the parameters, the counts, the place of each section and the SHA-256 of all sections.
 * Texts lie in deflated blocks and are inflated for alignment only. All numbers are little-endian.
 */
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import { dirname } from 'node:path'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { PalimpsestError } from '../errors.ts'
import { combine } from '../hash.ts'
import { sketchDefaults } from '../options.ts'
import { TokenBuffer } from '../text/buffer.ts'
import { tokenise } from '../text/tokens.ts'
import type { Document, TokenStream } from '../types.ts'
import { chooseSeeds, SeedBuffer, type SketchParameters } from './minimizers.ts'
import { bucketShiftOf, filterBit, sortPostings } from './postings.ts'

const magic = 0x494c4150 // "PALI", little-endian
/** Raised whenever the sections, the tokeniser or the seeds change. */
export const indexVersion = 4
/** UTF-16 units of text in a block: 8 Ki mostly inflate into one chunk of zlib's and deflate nearly as well as 64 Ki. */
const blockUnits = 8192
/** Entries of the token count table: 2^18 counts of 4 bytes. */
export const countBits = 18
/** One entry of `documentOfStride` for so many masked tokens. */
const stride = 64
const prefixBytes = 16

type SectionName =
  | 'bucket'
  | 'hash'
  | 'position'
  | 'start'
  | 'stride'
  | 'prompt'
  | 'wholeHash'
  | 'wholeDocument'
  | 'count'
  | 'blockStart'
  | 'blockDocument'
  | 'blocks'

interface Header {
  name: string
  model: string | null
  sketch: SketchParameters
  documents: number
  tokens: number
  maskedTokens: number
  seeds: number
  /** digests of the corpus files, by name */
  sources: { file: string; sizeBytes: number; sha256: string | null }[]
  sections: Record<SectionName, { offset: number; bytes: number }>
  sha256: string
}

/** What an index says of itself. */
export type IndexFacts = Omit<Header, 'sections'>

/** Collects documents; `finish` gives the index. Memory: about 3 B a token and the deflated texts. */
export class IndexBuilder {
  private readonly sketch: SketchParameters
  private readonly tokens = new TokenBuffer()
  private readonly promptTokens = new TokenBuffer()
  private readonly seeds = new SeedBuffer()
  private hashes = new Uint32Array(1 << 16)
  private positions = new Uint32Array(1 << 16)
  private nSeeds = 0
  private readonly starts: number[] = [0]
  private nTokens = 0
  private nMasked = 0
  private readonly counts = new Uint32Array(1 << countBits)
  private readonly prompts: number[] = []
  private readonly wholes: number[] = []
  private readonly blocks: Uint8Array[] = []
  private readonly blockDocuments: number[] = []
  private pending: Document[] = []
  private pendingUnits = 0
  private finished = false

  constructor(sketch: SketchParameters = sketchDefaults) {
    this.sketch = sketch
  }

  /** Adds one document. @throws Error after `finish` */
  add(document: Document): void {
    if (this.finished) throw new Error('the index is finished: no document can be added')
    const stream = tokenise(document.text, this.tokens)
    const { n, hash, position } = chooseSeeds(stream, this.sketch, this.seeds)
    while (this.nSeeds + n > this.hashes.length) this.growSeeds()
    for (let i = 0; i < n; i++) {
      this.hashes[this.nSeeds] = hash[i]
      this.positions[this.nSeeds++] = this.nMasked + position[i]
    }
    for (let i = 0; i < stream.n; i++) this.counts[stream.hash[i] >>> (32 - countBits)]++
    this.nTokens += stream.n
    this.nMasked += stream.nMasked
    this.starts.push(this.nMasked)
    this.wholes.push(hashStream(stream))
    this.prompts.push(document.prompt === null ? 0 : hashPrompt(document.prompt, this.promptTokens))
    this.pending.push(document)
    this.pendingUnits += document.text.length + (document.prompt?.length ?? 0)
    if (this.pendingUnits >= blockUnits) this.closeBlock()
  }

  private growSeeds(): void {
    const hashes = new Uint32Array(this.hashes.length * 2)
    hashes.set(this.hashes)
    this.hashes = hashes
    const positions = new Uint32Array(this.positions.length * 2)
    positions.set(this.positions)
    this.positions = positions
  }

  private closeBlock(): void {
    if (this.pending.length === 0) return
    this.blockDocuments.push(this.starts.length - 1 - this.pending.length)
    this.blocks.push(deflateRawSync(this.pending.map(document => JSON.stringify(document)).join('\n'), { level: 4 }))
    this.pending = []
    this.pendingUnits = 0
  }

  /**
   * Ends the building.
   *
   * @param facts name shown in findings, the model that wrote the corpus if known, and its files
   */
  finish(facts: Pick<IndexFacts, 'name' | 'model' | 'sources'>): ReferenceIndex {
    this.closeBlock()
    this.finished = true
    const { bucket, hash, position } = sortPostings(this.hashes, this.positions, this.nSeeds)
    const start = Uint32Array.from(this.starts)
    const order = Uint32Array.from(this.wholes.keys()).sort((a, b) => this.wholes[a] - this.wholes[b] || a - b)
    const blockStart = new Float64Array(this.blocks.length + 1)
    for (const [i, block] of this.blocks.entries()) blockStart[i + 1] = blockStart[i] + block.length
    const blocks = new Uint8Array(blockStart[this.blocks.length])
    for (const [i, block] of this.blocks.entries()) blocks.set(block, blockStart[i])
    const sections: [SectionName, ArrayBufferView][] = [
      ['bucket', bucket],
      ['hash', hash],
      ['position', position],
      ['start', start],
      ['stride', documentsByStride(start, this.nMasked)],
      ['prompt', Uint32Array.from(this.prompts)],
      ['wholeHash', Uint32Array.from(order, document => this.wholes[document])],
      ['wholeDocument', order],
      ['count', this.counts],
      ['blockStart', blockStart],
      ['blockDocument', Uint32Array.from(this.blockDocuments)],
      ['blocks', blocks],
    ]
    return new ReferenceIndex(
      layOut(sections, {
        ...facts,
        sketch: this.sketch,
        documents: start.length - 1,
        tokens: this.nTokens,
        maskedTokens: this.nMasked,
        seeds: this.nSeeds,
      }),
    )
  }
}

/** Hash of a prompt's raw tokens: equal for prompts that differ in case, marks and layout only; 0 for none. */
export function hashPrompt(prompt: string, buffer: TokenBuffer = new TokenBuffer()): number {
  return hashStream(tokenise(prompt, buffer))
}

/** Hash of all raw tokens in order; 0 for none. Texts that differ in case, marks and layout only have the same. */
export function hashStream({ n, hash }: TokenStream): number {
  let h = 0
  for (let i = 0; i < n; i++) h = combine(h, hash[i])
  return h
}

/** First index of an ascending array whose value is not below `value`. */
function lowerBound(array: Uint32Array, value: number): number {
  let lo = 0
  let hi = array.length
  while (lo < hi) {
    const mid = (lo + hi) >>> 1
    if (array[mid] < value) lo = mid + 1
    else hi = mid
  }
  return lo
}

/** The document that holds the first masked token of every stride. */
function documentsByStride(start: Uint32Array, nMasked: number): Uint32Array {
  const out = new Uint32Array(Math.ceil(nMasked / stride) + 1)
  let document = 0
  for (let i = 0; i < out.length; i++) {
    while (document + 1 < start.length - 1 && start[document + 1] <= i * stride) document++
    out[i] = document
  }
  return out
}

/** Bits of the length of a cell: 4,096 masked tokens, or more where a document is longer. */
function cellShiftOf(start: Uint32Array): number {
  let longest = 4096
  for (let d = 0; d + 1 < start.length; d++) longest = Math.max(longest, start[d + 1] - start[d])
  return Math.ceil(Math.log2(longest))
}

function bytesOf(view: ArrayBufferView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength)
}

/** Puts prefix, header and sections into one shared buffer. */
function layOut(sections: [SectionName, ArrayBufferView][], facts: Omit<IndexFacts, 'sha256'>): SharedArrayBuffer {
  const places = {} as Header['sections']
  const digest = createHash('sha256')
  let offset = 0
  for (const [name, view] of sections) {
    places[name] = { offset, bytes: view.byteLength }
    digest.update(name).update(bytesOf(view))
    offset += Math.ceil(view.byteLength / 8) * 8
  }
  const header: Header = { ...facts, sections: places, sha256: digest.digest('hex') }
  const json = Buffer.from(JSON.stringify(header))
  const headerBytes = Math.ceil(json.length / 8) * 8
  const buffer = new SharedArrayBuffer(prefixBytes + headerBytes + offset)
  new Uint32Array(buffer, 0, 4).set([magic, indexVersion, json.length, 0])
  const bytes = new Uint8Array(buffer)
  bytes.set(json, prefixBytes)
  for (const [name, view] of sections) bytes.set(bytesOf(view), prefixBytes + headerBytes + places[name].offset)
  return buffer
}

/** A finished index over one buffer, read-only, shareable between threads. */
export class ReferenceIndex {
  readonly buffer: SharedArrayBuffer
  readonly facts: IndexFacts
  private readonly bucket: Uint32Array
  private readonly bucketShift: number
  private readonly hash: Uint32Array
  /** global masked position of each posting */
  readonly position: Uint32Array
  /** first global masked position of each document; one entry more than documents */
  readonly start: Uint32Array
  private readonly documentOfStride: Uint32Array
  private readonly prompt: Uint32Array
  private readonly wholeHash: Uint32Array
  private readonly wholeDocument: Uint32Array
  private sortedPrompts: Uint32Array | undefined
  private readonly count: Uint32Array
  private readonly blockStart: Float64Array
  private readonly blockDocument: Uint32Array
  private readonly blocks: Uint8Array
  /** masked positions are told into cells of 2^cellShift, none shorter than the longest document */
  readonly cellShift: number
  /** first posting of the last `find` that succeeded */
  from = 0

  /** @throws PalimpsestError `integrity` where the buffer is no index, of another version, or damaged */
  constructor(buffer: SharedArrayBuffer, origin = 'index') {
    const header = readHeader(buffer, origin)
    const { sections, ...facts } = header
    this.buffer = buffer
    this.facts = facts
    const at = prefixBytes + Math.ceil(new Uint32Array(buffer, 0, 4)[2] / 8) * 8
    const words = (name: SectionName) => new Uint32Array(buffer, at + sections[name].offset, sections[name].bytes / 4)
    this.bucket = words('bucket')
    this.bucketShift = bucketShiftOf(this.bucket.length)
    this.hash = words('hash')
    this.position = words('position')
    this.start = words('start')
    this.cellShift = cellShiftOf(this.start)
    this.documentOfStride = words('stride')
    this.prompt = words('prompt')
    this.wholeHash = words('wholeHash')
    this.wholeDocument = words('wholeDocument')
    this.count = words('count')
    this.blockStart = new Float64Array(buffer, at + sections.blockStart.offset, sections.blockStart.bytes / 8)
    this.blockDocument = words('blockDocument')
    this.blocks = new Uint8Array(buffer, at + sections.blocks.offset, sections.blocks.bytes)
  }

  /** Number of postings of a seed; the first is `from`. */
  find(hash: number): number {
    const { hash: hashes, bucket, bucketShift } = this
    const b = (hash >>> bucketShift) * 2
    if (((bucket[b + 1] >>> filterBit(hash, bucketShift)) & 1) === 0) return 0
    let lo = bucket[b]
    const end = bucket[b + 2]
    if (end - lo > 16) {
      let hi = end
      while (lo < hi) {
        const mid = (lo + hi) >>> 1
        if (hashes[mid] < hash) lo = mid + 1
        else hi = mid
      }
    } else while (lo < end && hashes[lo] < hash) lo++
    if (lo === end || hashes[lo] !== hash) return 0
    this.from = lo
    let hi = lo + 1
    if (end - hi > 16) {
      // a crowded bucket: the end of a long run by halving
      let last = end
      while (hi < last) {
        const mid = (hi + last) >>> 1
        if (hashes[mid] === hash) hi = mid + 1
        else last = mid
      }
    } else while (hi < end && hashes[hi] === hash) hi++
    return hi - lo
  }

  /** Document that holds a global masked position. */
  documentAt(position: number): number {
    let document = this.documentOfStride[Math.floor(position / stride)]
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
    this.sortedPrompts ??= this.prompt.slice().sort()
    return lowerBound(this.sortedPrompts, prompt + 1) - lowerBound(this.sortedPrompts, prompt)
  }

  /** Number of the text block that holds a document. */
  blockOf(document: number): number {
    let lo = 0
    let hi = this.blockDocument.length
    while (hi - lo > 1) {
      const mid = (lo + hi) >>> 1
      if (this.blockDocument[mid] <= document) lo = mid
      else hi = mid
    }
    return lo
  }

  /** First document of a text block. */
  firstOfBlock(block: number): number {
    return this.blockDocument[block]
  }

  /** Inflates one text block: a document a line, as JSON (`parseRow`). */
  readBlock(block: number): Buffer {
    return inflateRawSync(this.blocks.slice(this.blockStart[block], this.blockStart[block + 1]))
  }
}

/** The document in a line of a text block. */
export function parseRow(block: Buffer, line: number): Document {
  let from = 0
  for (let i = 0; i < line; i++) from = block.indexOf(10, from) + 1
  const to = block.indexOf(10, from)
  return JSON.parse(block.toString('utf8', from, to < 0 ? block.length : to))
}

function readHeader(buffer: SharedArrayBuffer, origin: string): Header {
  const damaged = (what: string) =>
    new PalimpsestError('integrity', `${origin}: ${what}; build it again with palimpsest index`)
  if (buffer.byteLength < prefixBytes) throw damaged(`expected an index, got ${buffer.byteLength} bytes`)
  const [mark, version, jsonBytes] = new Uint32Array(buffer, 0, 4)
  if (mark !== magic) throw damaged('expected an index, its first bytes are not PALI')
  if (version !== indexVersion) throw damaged(`expected index version ${indexVersion}, got version ${version}`)
  const body = prefixBytes + Math.ceil(jsonBytes / 8) * 8
  if (body > buffer.byteLength) throw damaged('the index is cut short inside its header')
  let header: Header
  try {
    header = JSON.parse(Buffer.from(new Uint8Array(buffer, prefixBytes, jsonBytes)).toString('utf8'))
  } catch {
    throw damaged('the header of the index is not JSON')
  }
  const digest = createHash('sha256')
  for (const [name, { offset, bytes }] of Object.entries(header?.sections ?? {})) {
    if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(bytes) || offset < 0 || bytes < 0)
      throw damaged(`expected the place of section ${name}, got ${offset} and ${bytes}`)
    if (body + offset + bytes > buffer.byteLength)
      throw damaged(`expected ${body + offset + bytes} bytes or more, got ${buffer.byteLength}: the index is cut short`)
    digest.update(name).update(new Uint8Array(buffer, body + offset, bytes))
  }
  if (digest.digest('hex') !== header?.sha256) throw damaged('the digest of the index does not match its content')
  return header
}

/** Is this file an index? Looks at its first four bytes. */
export function isIndexFile(path: string): boolean {
  const fd = fs.openSync(path, 'r')
  try {
    const head = Buffer.alloc(4)
    return fs.readSync(fd, head, 0, 4, 0) === 4 && head.readUInt32LE(0) === magic
  } finally {
    fs.closeSync(fd)
  }
}

/** Reads an index file into a shared buffer. @throws PalimpsestError `integrity` */
export function openIndex(path: string): ReferenceIndex {
  const fd = fs.openSync(path, 'r')
  try {
    const bytes = fs.fstatSync(fd).size
    const buffer = new SharedArrayBuffer(bytes)
    for (let at = 0; at < bytes; ) {
      const read = fs.readSync(
        fd,
        new Uint8Array(buffer, at, Math.min(bytes - at, 1 << 26)),
        0,
        Math.min(bytes - at, 1 << 26),
        at,
      )
      if (read === 0)
        throw new PalimpsestError(
          'integrity',
          `${path}: expected ${bytes} bytes, got ${at}: it changed while it was read`,
        )
      at += read
    }
    return new ReferenceIndex(buffer, path)
  } finally {
    fs.closeSync(fd)
  }
}

/** Writes an index file: under another name first, then by rename, so a cut-short build leaves no index. */
export function writeIndex(path: string, index: ReferenceIndex): void {
  fs.mkdirSync(dirname(path), { recursive: true })
  const partial = `${path}.partial`
  const fd = fs.openSync(partial, 'w')
  try {
    const bytes = new Uint8Array(index.buffer)
    for (let at = 0; at < bytes.length; ) at += fs.writeSync(fd, bytes, at, Math.min(bytes.length - at, 1 << 26))
    fs.fsyncSync(fd)
  } finally {
    fs.closeSync(fd)
  }
  fs.renameSync(partial, path)
}
