/**
 * read: blocks of bytes → the values of a JSON array, or of a file of values one after the other.
 *
 * A whole-file JSON.parse ends at 512 MiB (the longest string), so values are cut out by depth and parsed
 * one by one. Strings are crossed with `indexOf('"')`. Faults: an element with an unclosed string
 * runs on to where quotes balance again; it is rejected or limited, with its bytes.
 */

/** A value within `bytes[start, end)`; valid until the call returns. `line` is 1-based, of its first byte. */
type OnValue = (bytes: Buffer, start: number, end: number, line: number) => void

/** What the splitter tells its owner. */
export interface ValueHandler {
  onValue: OnValue
  /** a value over the limit has ended */
  onOversize(size: number, line: number): void
  /** bytes between values */
  onGap(size: number): void
}

const quote = 34
const backslash = 92
const comma = 44
const newline = 10

function isBlank(byte: number): boolean {
  return byte === 32 || byte === newline || byte === 13 || byte === 9
}

function countNewlines(bytes: Buffer, start: number, end: number): number {
  const part = bytes.subarray(start, end) // bounded: indexOf on the block would look past the value each time
  let n = 0
  for (let at = part.indexOf(newline); at >= 0; at = part.indexOf(newline, at + 1)) n++
  return n
}

/**
 * Which values are cut out: `values` one after the other, the `elements` of an array, or of an object the
 * `members` that are objects and the elements of those that are arrays (its other members hold no records).
 */
export type ValueLevel = 'values' | 'elements' | 'members'

/** Cuts values out of JSON text. */
export class ValueSplitter {
  /** may be changed before the first byte that is not blank */
  level: ValueLevel
  private readonly maxBytes: number
  private readonly handler: ValueHandler
  private depth = 0
  private base = 0 // depth around the open value
  private isInString = false
  private isEscaped = false
  private isScalar = false
  private isInValue = false
  private valueLine = 1
  private line = 1
  private pieces: Buffer[] = []
  private heldBytes = 0

  constructor(level: ValueLevel, maxBytes: number, handler: ValueHandler) {
    this.level = level
    this.maxBytes = maxBytes
    this.handler = handler
  }

  /** True if the enclosing array was closed and no value is open. */
  get isComplete(): boolean {
    return this.depth === 0 && !this.isInValue
  }

  /** Takes the next block; the caller may reuse it afterwards. */
  feed(block: Buffer): void {
    const n = block.length
    let at = 0
    let start = 0 // of the open value, or of the gap
    while (at < n) {
      if (this.isInString) {
        at = this.crossString(block, at)
        if (!this.isInString && this.isInValue && this.isScalar) start = this.finish(block, start, at)
        continue
      }
      const byte = block[at]
      if (!this.isInValue) {
        at++
        if (isBlank(byte) || byte === comma) continue
        if (this.isAround(byte)) this.depth++
        else if (this.isBetween(byte)) this.isInString = byte === quote
        else if (byte === 93 || byte === 125) this.depth = Math.max(0, this.depth - 1)
        else {
          this.gap(block, start, at - 1)
          start = at - 1
          this.open(byte)
        }
        continue
      }
      if (this.isScalar) {
        if (isBlank(byte) || byte === comma || byte === 93 || byte === 125) start = this.finish(block, start, at)
        else at++
        continue
      }
      at++
      if (byte === quote) this.isInString = true
      else if (byte === 123 || byte === 91) this.depth++
      else if ((byte === 125 || byte === 93) && --this.depth === this.base) start = this.finish(block, start, at)
    }
    if (this.isInValue) this.hold(block, start)
    else this.gap(block, start, n)
  }

  /** Ends the stream; a scalar that is open is the last value. Returns the bytes of a value left unfinished. */
  end(): number {
    if (this.isInValue && this.isScalar && !this.isInString) this.finish(Buffer.alloc(0), 0, 0)
    const bytes = this.heldBytes
    this.release()
    return bytes
  }

  /** 1-based line at which the open value began, or where the reader stands. */
  get openLine(): number {
    return this.isInValue ? this.valueLine : this.line
  }

  /** True for a bracket that opens a container of values. */
  private isAround(byte: number): boolean {
    if (this.level === 'elements') return this.depth === 0 && byte === 91
    return this.level === 'members' && ((this.depth === 0 && byte === 123) || (this.depth === 1 && byte === 91))
  }

  /** True for what stands between members: keys, colons, and scalars. */
  private isBetween(byte: number): boolean {
    return this.level === 'members' && this.depth === 1 && byte !== 123 && byte !== 93 && byte !== 125
  }

  private open(byte: number): void {
    this.isInValue = true
    this.base = this.depth
    this.valueLine = this.line
    this.isScalar = byte !== 123 && byte !== 91
    if (byte === quote) this.isInString = true
    else if (!this.isScalar) this.depth++
  }

  /** Moves past the end of the string, or to the end of the block. */
  private crossString(block: Buffer, from: number): number {
    let at = from
    if (this.isEscaped) {
      this.isEscaped = false
      at++
    }
    for (;;) {
      const end = at < block.length ? block.indexOf(quote, at) : -1
      const stop = end < 0 ? block.length : end
      let slashes = 0
      while (stop - 1 - slashes >= at && block[stop - 1 - slashes] === backslash) slashes++
      const isOdd = (slashes & 1) === 1
      if (end < 0) {
        this.isEscaped = isOdd
        return block.length
      }
      at = end + 1
      if (!isOdd) {
        this.isInString = false
        return at
      }
    }
  }

  private gap(block: Buffer, start: number, end: number): void {
    if (end <= start) return
    this.line += countNewlines(block, start, end)
    this.handler.onGap(end - start)
  }

  private hold(block: Buffer, start: number): void {
    this.heldBytes += block.length - start
    this.line += countNewlines(block, start, block.length)
    if (this.heldBytes > this.maxBytes) this.pieces = []
    else this.pieces.push(Buffer.from(block.subarray(start)))
  }

  private finish(block: Buffer, start: number, end: number): number {
    const held = this.heldBytes
    const size = held + end - start
    const { pieces, valueLine } = this
    this.line += countNewlines(block, start, end)
    this.release()
    if (size > this.maxBytes) this.handler.onOversize(size, valueLine)
    else if (held === 0) this.handler.onValue(block, start, end, valueLine)
    else this.handler.onValue(Buffer.concat([...pieces, block.subarray(start, end)], size), 0, size, valueLine)
    return end
  }

  private release(): void {
    this.isInValue = false
    this.isScalar = false
    this.isInString = false
    this.isEscaped = false
    this.pieces = []
    this.heldBytes = 0
  }
}
