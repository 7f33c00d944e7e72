/**
 * text: the growing arrays that hold the streams of one document, and copies of them that outlive it.
 */
import type { TokenStream } from '../types.ts'

/** Marks of a word that has been cut, beside its hash. */
export const Shape: Readonly<
  Record<
    'firstUpper' | 'innerUpper' | 'allUpper' | 'digit' | 'underscore' | 'letters2' | 'lineStart' | 'common',
    number
  >
> = {
  firstUpper: 1,
  innerUpper: 2,
  allUpper: 4,
  digit: 8,
  underscore: 16,
  letters2: 32,
  /** a line break stands between the token and the one before */
  lineStart: 64,
  /** a common word with the form of a name: it stays in the masked stream */
  common: 128,
}

/** Shapes of a capitalised word. */
export const capitalShapes: number = Shape.firstUpper | Shape.allUpper

/** Growing arrays that hold the streams of one document at a time; reuse one per thread. */
export class TokenBuffer implements TokenStream {
  n = 0
  nMasked = 0
  hash: Uint32Array = new Uint32Array(1024)
  start: Uint32Array = new Uint32Array(1024)
  end: Uint32Array = new Uint32Array(1024)
  kind: Uint8Array = new Uint8Array(1024)
  masked: Uint32Array = new Uint32Array(1024)
  maskedHash: Uint32Array = new Uint32Array(1024)
  /** shape bits of each raw token: how it was written */
  shape: Uint8Array = new Uint8Array(1024)
  /** symbol that stands for a code token in the masked stream; of other tokens undefined */
  symbol: Uint32Array = new Uint32Array(1024)
  /** the capitalised tokens, ascending; `nCapitals` count */
  capital: Uint32Array = new Uint32Array(1024)
  nCapitals = 0
  /** all kinds seen, and perhaps more */
  kinds = 0
  /** `Shape.lineStart` when a line break was passed since the last token, else 0 */
  atLineBreak = 0

  constructor() {
    // arrays that change before any code is compiled do not cost that code later
    this.grow()
  }

  /** Empties the buffer for the next text. */
  clear(): void {
    this.n = 0
    this.nMasked = 0
    this.nCapitals = 0
    this.kinds = 0
    this.atLineBreak = Shape.lineStart
  }

  /** Appends a raw token. */
  push(hash: number, start: number, end: number, kind: number, shape: number, symbol: number): void {
    const n = this.n
    if (n === this.hash.length) this.grow()
    this.hash[n] = hash
    this.start[n] = start
    this.end[n] = end
    this.kind[n] = kind
    this.shape[n] = shape | this.atLineBreak
    this.symbol[n] = symbol
    this.kinds |= kind
    if ((shape & capitalShapes) !== 0) this.capital[this.nCapitals++] = n
    this.atLineBreak = 0
    this.n = n + 1
  }

  /** Doubles the room. */
  grow(): void {
    const size = this.hash.length * 2
    this.hash = enlarge(this.hash, size)
    this.start = enlarge(this.start, size)
    this.end = enlarge(this.end, size)
    this.masked = enlarge(this.masked, size)
    this.maskedHash = enlarge(this.maskedHash, size)
    this.symbol = enlarge(this.symbol, size)
    this.capital = enlarge(this.capital, size)
    const kind = new Uint8Array(size)
    kind.set(this.kind)
    this.kind = kind
    const shape = new Uint8Array(size)
    shape.set(this.shape)
    this.shape = shape
  }
}

function enlarge(array: Uint32Array, size: number): Uint32Array {
  const larger = new Uint32Array(size)
  larger.set(array)
  return larger
}

/** A copy of a stream that holds nothing but its entries, in one piece of memory; for streams that outlive the buffer. */
export function copyStream(stream: TokenStream): TokenStream {
  const { n, nMasked } = stream
  const memory = new ArrayBuffer(4 * (3 * n + 2 * nMasked) + n)
  let at = 0
  const place = (source: Uint32Array, length: number): Uint32Array => {
    const copy = new Uint32Array(memory, at, length)
    at += copy.byteLength
    // short arrays are copied faster by hand
    if (length < 64) for (let i = 0; i < length; i++) copy[i] = source[i]
    else copy.set(source.subarray(0, length))
    return copy
  }
  const hash = place(stream.hash, n)
  const start = place(stream.start, n)
  const end = place(stream.end, n)
  const masked = place(stream.masked, nMasked)
  const maskedHash = place(stream.maskedHash, nMasked)
  const kind = new Uint8Array(memory, at, n)
  kind.set(stream.kind.subarray(0, n))
  return { n, nMasked, hash, start, end, kind, masked, maskedHash }
}
