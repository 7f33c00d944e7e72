/**
 * Style: text → masked codes: identity-bearing tokens become one symbol, digits another, white space is folded.
 *
 * What an anonymiser changes must not move the score; what the author does with words, marks and lines stays.
 */
import { TokenBuffer } from '../text/buffer.ts'
import { tokenise } from '../text/tokens.ts'
import { TokenKind } from '../types.ts'
import { CodeClass, codeClass, entityCode, numberCode } from './words.ts'

/** Text without identities, as UTF-16 units and the two symbols. */
export interface MaskedText {
  /** `n` codes count */
  codes: Uint16Array
  n: number
  /** start of each word in `codes`; `nWords` count. An ideograph or a symbol is a word. */
  wordStart: Uint32Array
  nWords: number
}

const nameBits = TokenKind.name | TokenKind.placeholder | TokenKind.address | TokenKind.model
const newline = 10
const space = 32

/** Masks one document at a time into arrays of its own, which the next call overwrites. */
export class TextMasker {
  private readonly buffer: TokenBuffer = new TokenBuffer()
  private codes: Uint16Array = new Uint16Array(1 << 14)
  private wordStart: Uint32Array = new Uint32Array(1 << 14)
  private n = 0
  private nWords = 0
  /** whether the last code is of a word of letters */
  private inWord = false

  /** Masks a text; the result holds until the next call, see {@link copyMasked}. */
  mask(text: string): MaskedText {
    const stream = tokenise(text, this.buffer)
    if (this.codes.length <= text.length) {
      this.codes = new Uint16Array(text.length * 2)
      this.wordStart = new Uint32Array(text.length * 2)
    }
    this.n = this.nWords = 0
    this.inWord = false
    let at = 0
    for (let t = 0; t < stream.n; t++) {
      const kind = stream.kind[t]
      if ((kind & (nameBits | TokenKind.number)) === 0 || (kind & TokenKind.code) !== 0) continue
      this.copyFolded(text, at, stream.start[t])
      this.addSymbol((kind & nameBits) !== 0 ? entityCode : numberCode)
      at = stream.end[t]
    }
    this.copyFolded(text, at, text.length)
    const { codes, n, wordStart, nWords } = this
    return { codes, n, wordStart, nWords }
  }

  private addSymbol(symbol: number): void {
    const { codes, n } = this
    // a run of names is one name: `Ada B. Lovelace` and `<PERSON>` look the same
    if (symbol === entityCode && n > 1 && codes[n - 1] === space && codes[n - 2] === entityCode) this.n--
    else if (n === 0 || codes[n - 1] !== symbol) {
      this.wordStart[this.nWords++] = n
      codes[this.n++] = symbol
    }
    this.inWord = false
  }

  /** Copies `[from, to)`; runs of blanks become one blank, runs of line ends at most two. */
  private copyFolded(text: string, from: number, to: number): void {
    const { codes, wordStart } = this
    let { n, nWords, inWord } = this
    for (let i = from; i < to; i++) {
      const code = text.charCodeAt(i)
      const kind = codeClass(code)
      if (kind === CodeClass.letter) {
        if (!inWord) wordStart[nWords++] = n
        inWord = true
        codes[n++] = code
        continue
      }
      inWord = false
      if (kind !== CodeClass.space) {
        if (kind !== CodeClass.mark) wordStart[nWords++] = n
        codes[n++] = code
      } else if (n === 0) continue
      else if (code !== newline) {
        if (codes[n - 1] !== space && codes[n - 1] !== newline) codes[n++] = space
      } else if (codes[n - 1] === space) codes[n - 1] = newline
      else if (codes[n - 1] !== newline || codes[n - 2] !== newline) codes[n++] = newline
    }
    this.n = n
    this.nWords = nWords
    this.inWord = inWord
  }
}

/** A copy that lasts, as small as the text. */
export function copyMasked(text: MaskedText): MaskedText {
  const { codes, n, wordStart, nWords } = text
  return { codes: codes.slice(0, n), n, wordStart: wordStart.slice(0, nWords), nWords }
}
