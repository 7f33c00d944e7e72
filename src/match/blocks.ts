/**
 * match: the text blocks of an index. A block holds documents next to each other: a line of JSON with all that is known of them
 * but their texts, then the texts as they are, packed by Brotli. (Texts in JSON took six times as long to write.)
 */
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib'
import type { Document } from '../types.ts'

/** Brotli's fastest packs twice as fast as any level of zlib's, into 4 % more bytes. */
const quality = 0
/** Bytes of one UTF-16 unit in UTF-8, at most. */
const maxUnitBytes = 3

/** What stands in the line for a text: the bytes that it has behind it, or itself where UTF-8 cannot hold it. */
type Held = number | string

type Head = Omit<Document, 'text' | 'prompt'> & { text: Held; prompt: Held | null }

/** Packs documents into one block. */
export function packBlock(documents: readonly Document[]): Uint8Array {
  const units = documents.reduce((sum, { text, prompt }) => sum + text.length + (prompt?.length ?? 0), 0)
  const texts = Buffer.allocUnsafe(units * maxUnitBytes)
  let end = 0
  const hold = (text: string): Held => {
    if (!text.isWellFormed()) return text
    const bytes = texts.write(text, end)
    end += bytes
    return bytes
  }
  const heads = documents.map((document): Head => {
    const text = hold(document.text)
    return { ...document, text, prompt: document.prompt === null ? null : hold(document.prompt) }
  })
  const block = Buffer.concat([Buffer.from(`${JSON.stringify(heads)}\n`), texts.subarray(0, end)])
  const params = { [constants.BROTLI_PARAM_QUALITY]: quality, [constants.BROTLI_PARAM_SIZE_HINT]: block.length }
  return brotliCompressSync(block, { params })
}

/** An unpacked block. */
export class TextBlock {
  private readonly bytes: Buffer
  private readonly heads: readonly Head[]
  /** where the texts of each document begin in `bytes` */
  private readonly starts: readonly number[]
  /** number of the first document */
  private readonly first: number
  /** what is added to the record numbers */
  private readonly record: number

  /** @throws Error where the bytes are no block */
  constructor(packed: Uint8Array, first: number, record: number) {
    this.bytes = brotliDecompressSync(packed)
    const end = this.bytes.indexOf(10)
    this.heads = JSON.parse(this.bytes.toString('utf8', 0, end))
    let at = end + 1
    this.starts = this.heads.map(({ text, prompt }) => {
      const start = at
      at += bytesOf(text) + bytesOf(prompt)
      return start
    })
    this.first = first
    this.record = record
  }

  /** One of its documents, by its number in the index. */
  read(document: number): Document {
    const head = this.heads[document - this.first]
    const start = this.starts[document - this.first]
    return {
      ...head,
      record: head.record + this.record,
      text: this.readText(head.text, start),
      prompt: head.prompt === null ? null : this.readText(head.prompt, start + bytesOf(head.text)),
    }
  }

  private readText(held: Held, start: number): string {
    return typeof held === 'string' ? held : this.bytes.toString('utf8', start, start + held)
  }
}

function bytesOf(held: Held | null): number {
  return typeof held === 'number' ? held : 0
}
