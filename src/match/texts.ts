/**
 * match: documents of an index, tokenised on demand and kept while room lasts (least recently used goes first).
 */
import { copyStream, TokenBuffer } from '../text/buffer.ts'
import { tokenise } from '../text/tokens.ts'
import type { Document, TokenStream } from '../types.ts'
import type { TextBlock } from './blocks.ts'
import type { ReferenceIndex } from './reference.ts'

/** A document with its streams. */
export interface Passage {
  document: Document
  stream: TokenStream
}

/** Unpacked text blocks that are kept, about 16 KiB each. */
const maxBlocks = 512

const shared = new WeakMap<ReferenceIndex, TextCache>()

/** Texts of one index. Holds about `maxUnits` UTF-16 units of text with their tokens. */
export class TextCache {
  private readonly index: ReferenceIndex
  private readonly maxUnits: number
  private readonly buffer = new TokenBuffer()
  private readonly passages = new Map<number, Passage>()
  private readonly blocks = new Map<number, TextBlock>()
  private heldUnits = 0

  /** The one that all of this thread share: whoever asks for a text again finds it there. */
  static of(index: ReferenceIndex): TextCache {
    let texts = shared.get(index)
    if (texts === undefined) {
      texts = new TextCache(index)
      shared.set(index, texts)
    }
    return texts
  }

  constructor(index: ReferenceIndex, maxUnits = 16_000_000) {
    this.index = index
    this.maxUnits = maxUnits
  }

  /** The document and its streams; valid for as long as the caller keeps them. */
  read(document: number): Passage {
    const known = this.passages.get(document)
    if (known !== undefined) {
      this.passages.delete(document)
      this.passages.set(document, known)
      return known
    }
    const row = this.readDocument(document)
    const passage: Passage = { document: row, stream: copyStream(tokenise(row.text, this.buffer)) }
    this.passages.set(document, passage)
    this.heldUnits += row.text.length
    for (const [oldest, { document: old }] of this.passages) {
      if (this.heldUnits <= this.maxUnits || oldest === document) break
      this.passages.delete(oldest)
      this.heldUnits -= old.text.length
    }
    return passage
  }

  /** The document without streams. */
  readDocument(document: number): Document {
    const block = this.index.blockOf(document)
    let texts = this.blocks.get(block)
    if (texts === undefined) {
      texts = this.index.readBlock(block)
      this.blocks.set(block, texts)
      if (this.blocks.size > maxBlocks) this.blocks.delete(this.blocks.keys().next().value as number)
    }
    return texts.read(document)
  }
}
