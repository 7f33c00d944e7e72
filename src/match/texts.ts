/**
 * match: documents of an index, tokenised on demand and kept while room lasts (least recently used goes first).
 */
import { combine } from '../hash.ts'
import { copyStream, TokenBuffer } from '../text/buffer.ts'
import { tokenise } from '../text/tokens.ts'
import type { Document, TokenStream } from '../types.ts'
import { parseRow, type ReferenceIndex, type TextBlock } from './reference.ts'

/** A document with its streams. */
export interface Passage {
  document: Document
  stream: TokenStream
  /** 3-grams of its prompt (`trigramsOf`); made when first asked for */
  promptTrigrams: () => ReadonlySet<number>
}

/** Unpacked text blocks that are kept, about 16 KiB each. */
const maxBlocks = 512

const noTrigrams: ReadonlySet<number> = new Set()

/** Hash of the raw 3-gram at token `i`, signed: V8 keeps a set of such numbers without an allocation for each. */
export function trigramAt({ hash }: TokenStream, i: number): number {
  return combine(combine(hash[i], hash[i + 1]), hash[i + 2]) | 0
}

/** Hashes of all raw 3-grams of a prompt; none for null. */
export function trigramsOf(prompt: string | null, buffer: TokenBuffer): ReadonlySet<number> {
  if (prompt === null || prompt === '') return noTrigrams
  const stream = tokenise(prompt, buffer)
  const out = new Set<number>()
  for (let i = 0; i + 2 < stream.n; i++) out.add(trigramAt(stream, i))
  return out
}

/** Texts of one index. Holds about `maxUnits` UTF-16 units of text with their tokens. */
export class TextCache {
  private readonly index: ReferenceIndex
  private readonly maxUnits: number
  private readonly buffer = new TokenBuffer()
  private readonly passages = new Map<number, Passage>()
  private readonly blocks = new Map<number, TextBlock>()
  private heldUnits = 0

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
    let trigrams: ReadonlySet<number> | undefined
    const passage: Passage = {
      document: row,
      stream: copyStream(tokenise(row.text, this.buffer)),
      promptTrigrams: () => {
        trigrams ??= trigramsOf(row.prompt, this.buffer)
        return trigrams
      },
    }
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
    let rows = this.blocks.get(block)
    if (rows === undefined) {
      rows = this.index.readBlock(block)
      this.blocks.set(block, rows)
      if (this.blocks.size > maxBlocks) this.blocks.delete(this.blocks.keys().next().value as number)
    }
    return parseRow(rows, document)
  }
}
