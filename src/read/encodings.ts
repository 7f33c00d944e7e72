/**
 * read: UTF-16 blocks → UTF-8 blocks. Lone surrogates become U+FFFD, as Python's and the web's decoders
 * have it with replacement; `isDamaged` then says so.
 */
import type { Encoding } from './formats.ts'

/** Turns a stream of UTF-16 blocks into UTF-8, whatever the borders of the blocks. */
export class Transcoder {
  /** true once something was not valid UTF-16 */
  isDamaged = false
  private readonly isBigEndian: boolean
  private rest: Buffer = Buffer.alloc(0)
  private isFirst = true

  constructor(encoding: Encoding) {
    this.isBigEndian = encoding === 'utf-16be'
  }

  /** UTF-8 of what is complete so far. */
  feed(block: Buffer): Buffer {
    const bytes = this.rest.length > 0 ? Buffer.concat([this.rest, block]) : Buffer.from(block)
    let end = bytes.length & ~1
    if (end >= 2) {
      const last = this.isBigEndian ? bytes[end - 2] : bytes[end - 1]
      if (last >= 0xd8 && last <= 0xdb) end -= 2
    }
    this.rest = Buffer.from(bytes.subarray(end))
    return this.decode(bytes.subarray(0, end))
  }

  /** UTF-8 of the incomplete end: at most half a character, which becomes one U+FFFD. */
  end(): Buffer {
    if (this.rest.length === 0) return this.rest
    this.isDamaged = true
    return Buffer.from('\ufffd')
  }

  private decode(bytes: Buffer): Buffer {
    if (bytes.length === 0) return bytes
    if (this.isBigEndian) bytes.swap16()
    let text = bytes.toString('utf16le')
    if (this.isFirst && text.charCodeAt(0) === 0xfeff) text = text.slice(1)
    this.isFirst = false
    if (/\p{Surrogate}/u.test(text)) this.isDamaged = true
    return Buffer.from(text, 'utf8')
  }
}
