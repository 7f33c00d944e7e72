/**
 * text: a document → its raw and masked token streams, in one pass over the UTF-16 units.
 *
 * Words of alphabetic scripts, single characters of unspaced scripts, numbers, placeholders and addresses
 * become tokens; in code (fenced, or judged so by its lines) marks are tokens too. Capitals inside a
 * sentence mark names. False positives: title case; false negatives: names that open a sentence, names
 * in lower case or in unspaced scripts. Both cost seeds around them, not the match.
 */
import { fnvOffset, fnvPrime, hashUnits, mix } from '../hash.ts'
import { TokenKind, type TokenStream } from '../types.ts'
import { Shape, TokenBuffer } from './buffer.ts'
import { judgeLine, LineShape } from './code.ts'
import {
  asciiLetter,
  classMask,
  fillPage,
  foldAstral,
  foldWord,
  ligatures,
  readyPages,
  UnitClass,
  unitClass,
  unitFold,
  upperBit,
} from './fold.ts'
import {
  closingBracket,
  endsPlainWord,
  isLineStart,
  isMailUnit,
  isOperator,
  isPlaceholderContent,
  isRepeatedX,
  isUpperWord,
} from './marks.ts'
import { fillMasked } from './masking.ts'
import { abbreviations, codeKeywords, functionWords, modelWords } from './words.ts'

const identifierSymbol = hashUnits('\u0001identifier')
const literalSymbol = hashUnits('\u0001literal')
const numberSymbol = hashUnits('\u0001number')
const iHash = hashUnits('i')
/** Units a bracketed placeholder may span, and a string literal of code. */
const maxPlaceholderUnits = 40
const maxLiteralUnits = 200
/**
 * Cuts `text` into tokens.
 *
 * @param buffer where the streams go; they are valid until its next use. A new one if left out.
 */
export function tokenise(text: string, buffer: TokenBuffer = new TokenBuffer()): TokenStream {
  buffer.n = 0
  buffer.nMasked = 0
  buffer.atLineBreak = 1
  const cutter = new Cutter(text, buffer)
  cutter.cutAll()
  fillMasked(buffer)
  return buffer
}

/** Scratch of one thread: the units of the text being cut, as numbers and as bytes. Let go once it held a giant one. */
let scratchUnits = new Uint16Array(1 << 16)
let scratchBytes = Buffer.from(scratchUnits.buffer)
const maxScratchUnits = 1 << 22
/** No look ahead goes further than over so many zeros. */
const lookAheadUnits = 4

/** The units of a text in an array, zeros behind them; valid until its next use. */
function readUnits(text: string): Uint16Array {
  const { length } = text
  const room = length + lookAheadUnits
  if (room > scratchUnits.length || (scratchUnits.length > maxScratchUnits && room < maxScratchUnits)) {
    scratchUnits = new Uint16Array(Math.max(1 << 16, room + (room >> 1)))
    scratchBytes = Buffer.from(scratchUnits.buffer)
  }
  scratchBytes.write(text, 'utf16le')
  scratchUnits.fill(0, length, room)
  return scratchUnits
}

/** The state of one pass: where it stands, and what the next token would be. */
class Cutter {
  private readonly text: string
  /** the units of `text`, and zeros behind them: an array is read several times as fast as a string */
  private readonly units: Uint16Array
  private readonly out: TokenBuffer
  private at = 0
  private opening = true
  private inFence = false
  private inCode = false
  private wordHash = 0
  private wordShape = 0

  constructor(text: string, out: TokenBuffer) {
    this.text = text
    this.units = readUnits(text)
    this.out = out
  }

  cutAll(): void {
    const { text } = this
    const length = text.length
    this.enterLine()
    while (this.at < length) {
      if (this.inCode) this.cutCode()
      else this.cutProse()
    }
  }

  /** At the start of a line: is it code? Fences toggle. */
  private enterLine(): void {
    const { text, units, at } = this
    let first = at
    while (units[first] === 32 || units[first] === 9) first++
    if (
      (units[first] === 96 && text.startsWith('```', first)) ||
      (units[first] === 126 && text.startsWith('~~~', first))
    ) {
      this.inFence = !this.inFence
      this.inCode = false
      // the language tag of an opening fence is no token
      let end = text.indexOf('\n', first)
      if (end < 0) end = text.length
      this.at = end - first <= 24 ? end : first + 3
      return
    }
    if (this.inFence) {
      this.inCode = true
      return
    }
    let end = text.indexOf('\n', at)
    if (end < 0) end = text.length
    const shape = judgeLine(units, at, end)
    if (shape === LineShape.strong) this.inCode = true
    else if (shape === LineShape.none) this.inCode = false
  }

  private classAt(i: number): number {
    const unit = this.units[i]
    if (readyPages[unit >> 8] === 0) fillPage(unit >> 8)
    return unitClass[unit]
  }

  /** Prose until the line turns into code. */
  private cutProse(): void {
    const { text, units } = this
    const length = text.length
    while (this.at < length) {
      const i = this.at
      const unit = units[i]
      if (unit === 32) {
        this.at = i + 1
        continue
      }
      if (readyPages[unit >> 8] === 0) fillPage(unit >> 8)
      switch (unitClass[unit] & classMask) {
        case UnitClass.letter:
          if (unit > 127 || !this.cutPlainWord(i, unit)) this.cutWord(0)
          break
        case UnitClass.digit:
          this.cutNumber(0)
          break
        case UnitClass.ideograph:
          if (!this.cutMarkedBlank(unit)) this.pushCharacter(unitFold[unit], i, i + 1)
          break
        case UnitClass.surrogate:
          this.cutAstral(0)
          break
        case UnitClass.stop:
          if (unit !== 46 || !this.afterAbbreviation()) this.opening = true
          this.at = i + 1
          break
        case UnitClass.newline:
          this.at = i + 1
          this.opening = true
          this.out.atLineBreak = 1
          if (this.at < length) this.enterLine()
          if (this.inCode) return
          break
        case UnitClass.underscore:
          this.cutBlank()
          break
        case UnitClass.special:
          if (!this.cutBracketed(unit) && !this.cutHandle(unit) && !this.cutMarkedBlank(unit)) this.at = i + 1
          break
        default:
          this.at = i + 1
      }
    }
  }

  /** Code until the line turns into prose. */
  private cutCode(): void {
    const { text, units } = this
    const length = text.length
    while (this.at < length) {
      const i = this.at
      const unit = units[i]
      if (readyPages[unit >> 8] === 0) fillPage(unit >> 8)
      switch (unitClass[unit] & classMask) {
        case UnitClass.letter:
        case UnitClass.underscore:
          this.cutWord(TokenKind.code)
          break
        case UnitClass.digit:
          this.cutNumber(TokenKind.code)
          break
        case UnitClass.ideograph:
          this.pushCharacter(unitFold[unit], i, i + 1)
          break
        case UnitClass.surrogate:
          this.cutAstral(TokenKind.code)
          break
        case UnitClass.newline:
          this.at = i + 1
          this.opening = true
          this.out.atLineBreak = 1
          if (this.at < length) this.enterLine()
          if (!this.inCode) return
          break
        case UnitClass.ignored:
          this.at = i + 1
          break
        default:
          if (unit <= 32 || unit === 0xa0) this.at = i + 1
          else if (this.cutComment(unit)) break
          else if (unit === 34 || unit === 39 || unit === 96) this.cutLiteral(unit)
          else this.cutOperator()
      }
    }
  }

  /**
   * The commonest case in one loop: an ASCII word, lower case but perhaps for its first letter, before a mark that
   * cannot go on with it. Any other word is left to `cutWord`, which gives the same token for these.
   */
  private cutPlainWord(at: number, first: number): boolean {
    const { units, out } = this
    let h = Math.imul(fnvOffset ^ (first | 32), fnvPrime)
    let i = at + 1
    let unit = units[i]
    while (unit >= 97 && unit <= 122) {
      h = Math.imul(h ^ unit, fnvPrime)
      unit = units[++i]
    }
    // a full stop before white space ends the word, any other may stand in an address
    if (unit === 46 ? units[i + 1] > 32 : !(unit < 128 && endsPlainWord[unit] === 1)) return false
    const hash = mix(h)
    this.at = i
    let shape: number = i - at > 1 ? Shape.letters2 : 0
    let kind: number
    if (first >= 97) {
      kind = this.opening ? TokenKind.opening : 0
      if (modelWords.has(hash)) kind |= TokenKind.model
    } else {
      shape |= Shape.firstUpper
      kind = this.judgeWord(hash, shape, at)
    }
    out.push(hash, at, i, kind, shape, 0)
    this.opening = false
    return true
  }

  /** Reads the word at the cursor into `wordHash` and `wordShape`; returns its end. */
  private readWord(from: number): number {
    const { text, units } = this
    const length = text.length
    let h = fnvOffset
    let letters = 0
    let upper = 0
    let shape = 0
    let i = from
    for (; i < length; i++) {
      const unit = units[i]
      if (unit < 128 && asciiLetter[unit] !== 0) {
        if (unit < 97) {
          upper++
          if (letters === 0) shape |= Shape.firstUpper
          else if (upper < letters + 1) shape |= Shape.innerUpper
        }
        letters++
        h = Math.imul(h ^ asciiLetter[unit], fnvPrime)
        continue
      }
      if (readyPages[unit >> 8] === 0) fillPage(unit >> 8)
      const cls = unitClass[unit]
      const kind = cls & classMask
      if (kind === UnitClass.letter) {
        if ((cls & upperBit) !== 0) {
          upper++
          if (letters === 0) shape |= Shape.firstUpper
          else if (upper < letters + 1) shape |= Shape.innerUpper
        }
        letters++
        if (unit >= 0xfb00 && unit <= 0xfb06) {
          for (const c of ligatures[unit - 0xfb00]) h = Math.imul(h ^ c.charCodeAt(0), fnvPrime)
        } else h = Math.imul(h ^ unitFold[unit], fnvPrime)
      } else if (kind === UnitClass.digit) {
        shape |= Shape.digit
        h = Math.imul(h ^ unitFold[unit], fnvPrime)
      } else if (kind === UnitClass.underscore) {
        const next = this.classAt(i + 1) & classMask
        if (next !== UnitClass.letter && next !== UnitClass.digit && next !== UnitClass.underscore) break
        shape |= Shape.underscore
        h = Math.imul(h ^ 95, fnvPrime)
      } else if (kind === UnitClass.apostrophe) {
        if ((this.classAt(i + 1) & classMask) !== UnitClass.letter || this.isPossessive(i)) break
      } else if (kind !== UnitClass.ignored) break
    }
    if (letters > 1) shape |= Shape.letters2
    if (letters > 1 && upper === letters) shape = (shape & ~Shape.innerUpper) | Shape.allUpper
    this.wordHash = mix(h)
    this.wordShape = shape
    return i
  }

  /** An apostrophe with `s` and no further letter behind it. */
  private isPossessive(apostrophe: number): boolean {
    const unit = this.units[apostrophe + 1]
    if (unit !== 115 && unit !== 83) return false
    const after = this.classAt(apostrophe + 2) & classMask
    return after !== UnitClass.letter && after !== UnitClass.digit && after !== UnitClass.apostrophe
  }

  private cutWord(code: number): void {
    const { text, units, at } = this
    let end = this.readWord(at)
    const hash = this.wordHash
    const shape = this.wordShape
    const next = units[end]
    if (code === 0) {
      if (next === 58 && (text.startsWith('://', end) || (text.startsWith('mailto:', at) && end - at === 6))) {
        this.cutAddress(at)
        return
      }
      if (next === 46 && end - at === 3 && (text.startsWith('www.', at) || text.startsWith('WWW.', at))) {
        this.cutAddress(at)
        return
      }
      if ((next === 64 || next === 46 || next === 45 || next === 43) && this.looksLikeMail(end)) {
        this.cutAddress(at)
        return
      }
    }
    if (end === at) end = at + 1
    if (this.skipPossessive(end)) this.at = end + 2
    else this.at = end
    if (code !== 0) {
      const symbol = codeKeywords.has(hash) ? hash : identifierSymbol
      this.out.push(hash, at, end, code | (symbol === hash ? 0 : TokenKind.name), shape, symbol)
      return
    }
    this.out.push(hash, at, end, this.judgeWord(hash, shape, at), shape, 0)
    this.opening = false
  }

  private skipPossessive(end: number): boolean {
    return (this.classAt(end) & classMask) === UnitClass.apostrophe && this.isPossessive(end)
  }

  /** `TokenKind` bits of a prose word by its form and place. */
  private judgeWord(hash: number, shape: number, at: number): number {
    const kind = this.opening ? TokenKind.opening : 0
    if (modelWords.has(hash)) return kind | TokenKind.model
    if ((shape & Shape.digit) !== 0) return kind | TokenKind.number
    if ((shape & Shape.underscore) !== 0 && (shape & Shape.allUpper) !== 0) return kind | TokenKind.placeholder
    if ((shape & (Shape.firstUpper | Shape.innerUpper)) === 0) return kind
    if ((shape & Shape.innerUpper) !== 0) return kind | TokenKind.name
    if ((shape & Shape.allUpper) !== 0)
      return kind | (isRepeatedX(this.units, at, this.at) ? TokenKind.placeholder : TokenKind.name)
    if (hash === iHash) return kind
    if (!this.opening) {
      this.promoteOpening(at)
      return kind | TokenKind.name
    }
    return kind
  }

  /** The capitalised word that opens the sentence is part of a name when a name follows it directly. */
  private promoteOpening(at: number): void {
    const { out } = this
    const last = out.n - 1
    if (last < 0 || out.kind[last] !== TokenKind.opening || out.end[last] + 1 !== at) return
    if ((out.shape[last] & Shape.firstUpper) !== 0 && !functionWords.has(out.hash[last]))
      out.kind[last] |= TokenKind.name
  }

  private cutNumber(code: number): void {
    const { text, units, at } = this
    const length = text.length
    let h = fnvOffset
    let i = at
    for (; i < length; i++) {
      const unit = units[i]
      const cls = this.classAt(i) & classMask
      if (cls === UnitClass.digit || cls === UnitClass.letter) h = Math.imul(h ^ unitFold[unit], fnvPrime)
      else if (unit === 46 || unit === 44 || unit === 58) {
        if ((this.classAt(i + 1) & classMask) !== UnitClass.digit) break
        h = Math.imul(h ^ unit, fnvPrime)
      } else if (cls !== UnitClass.ignored) break
    }
    this.out.push(
      mix(h),
      at,
      i,
      TokenKind.number | code | (this.opening ? TokenKind.opening : 0),
      Shape.digit,
      numberSymbol,
    )
    this.at = i
    // the number of a list item leaves the sentence still to open
    if (this.opening && code === 0) this.opening = this.startsItem(at, i)
  }

  private startsItem(at: number, end: number): boolean {
    const next = this.units[end]
    return end - at <= 3 && (next === 46 || next === 41 || next === 0x3001 || next === 0xff09)
  }

  private pushCharacter(folded: number, start: number, end: number): void {
    const kind = TokenKind.ideograph | (this.opening ? TokenKind.opening : 0)
    this.out.push(mix(Math.imul(fnvOffset ^ folded, fnvPrime)), start, end, kind, 0, 0)
    this.opening = false
    this.at = end
  }

  private cutAstral(code: number): void {
    const { text, at } = this
    const codePoint = text.codePointAt(at) as number
    if (codePoint < 0x10000) {
      this.at = at + 1
      return
    }
    const packed = foldAstral(codePoint)
    const cls = (packed >>> 16) & classMask
    if (cls === UnitClass.ideograph) this.pushCharacter(packed & 0xffff, at, at + 2)
    else if (cls === UnitClass.letter || cls === UnitClass.digit) this.cutAstralWord(code)
    else this.at = at + 2
  }

  /** A word in mathematical or other styled letters: folded to plain ones. */
  private cutAstralWord(code: number): void {
    const { text, at } = this
    let h = fnvOffset
    let i = at
    let shape = 0
    while (i < text.length) {
      const codePoint = text.codePointAt(i) as number
      const packed = codePoint >= 0x10000 ? foldAstral(codePoint) : (this.classAt(i) << 16) | unitFold[codePoint]
      const cls = (packed >>> 16) & classMask
      if (cls !== UnitClass.letter && cls !== UnitClass.digit) break
      if (cls === UnitClass.digit) shape |= Shape.digit
      if (i === at && ((packed >>> 16) & upperBit) !== 0) shape |= Shape.firstUpper
      h = Math.imul(h ^ (packed & 0xffff), fnvPrime)
      i += codePoint >= 0x10000 ? 2 : 1
    }
    const hash = mix(h)
    this.at = i
    this.out.push(
      hash,
      at,
      i,
      code === 0 ? this.judgeWord(hash, shape, at) : code | TokenKind.name,
      shape,
      identifierSymbol,
    )
    this.opening = false
  }

  /** Is the full stop at the cursor that of `Dr.` or of an initial? */
  private afterAbbreviation(): boolean {
    const { out, at } = this
    const last = out.n - 1
    if (last < 0 || out.end[last] !== at) return false
    if (abbreviations.has(out.hash[last])) return true
    return (
      (out.shape[last] & Shape.firstUpper) !== 0 && out.end[last] - out.start[last] === 1 && out.hash[last] !== iHash
    )
  }

  private looksLikeMail(from: number): boolean {
    const { text, units } = this
    let i = from
    const limit = Math.min(text.length, from + 64)
    while (i < limit && isMailUnit(units[i])) i++
    if (units[i] !== 64) return false
    const after = i + 1
    i = after
    while (i < limit + 64 && isMailUnit(units[i])) i++
    return i > after + 1 && text.slice(after, i).includes('.')
  }

  /** URL or e-mail address: everything up to white space, a quote or a wide character is one token. */
  private cutAddress(at: number): void {
    const { text, units } = this
    // its first letter may be wide itself
    let i = at + 1
    while (i < text.length) {
      const unit = units[i]
      if (
        unit <= 32 ||
        unit > 0x2000 ||
        unit === 34 ||
        unit === 60 ||
        unit === 62 ||
        unit === 41 ||
        unit === 93 ||
        unit === 96
      )
        break
      i++
    }
    while (i > at + 1 && /[.,;:!?'*_]/.test(text[i - 1])) i--
    this.out.push(hashUnits(text.slice(at, i).toLowerCase()), at, i, TokenKind.address, 0, literalSymbol)
    this.opening = false
    this.at = i
  }

  /** `@handle`, and the placeholders `@NAME1` of essay corpora. */
  private cutHandle(unit: number): boolean {
    if (unit !== 64 || (this.classAt(this.at + 1) & classMask) !== UnitClass.letter) return false
    const { at } = this
    const end = this.readWord(at + 1)
    const isPlaceholder = (this.wordShape & Shape.digit) !== 0 && isUpperWord(this.units, at + 1, end)
    this.out.push(this.wordHash, at, end, isPlaceholder ? TokenKind.placeholder : TokenKind.address, this.wordShape, 0)
    this.opening = false
    this.at = end
    return true
  }

  /** `<PERSON>`, `[NAME_1]`, `{{name}}`, `【公司】`: one token when the content reads like a placeholder. */
  private cutBracketed(unit: number): boolean {
    const close = closingBracket(unit)
    if (close === 0) return false
    const { text, units, at } = this
    let from = at + 1
    while (from < at + 3 && units[from] === unit) from++
    const limit = Math.min(text.length, from + maxPlaceholderUnits)
    let to = from
    while (to < limit && units[to] !== close && units[to] !== 10) to++
    if (to === from || to >= limit || units[to] !== close) return false
    const inside = text.slice(from, to)
    if (!isPlaceholderContent(inside, unit)) return false
    let end = to
    while (units[end] === close && end - to < from - at) end++
    if (unit === 91 && units[end] === 40) return false // a markdown link keeps its words
    const kind = TokenKind.placeholder | (this.opening ? TokenKind.opening : 0)
    this.out.push(hashUnits(inside.toUpperCase()), at, end, kind, 0, identifierSymbol)
    this.opening = false
    this.at = end
    return true
  }

  /** A run of three or more underscores stands for something left blank; one or two are emphasis. */
  private cutBlank(): void {
    const { units, at } = this
    let end = at
    while (units[end] === 95) end++
    if (end - at >= 3 && end - at <= 24) {
      this.out.push(hashUnits('___'), at, end, TokenKind.placeholder, 0, identifierSymbol)
      this.opening = false
    }
    this.at = end
  }

  /** `某某`, `××`, `███`, `****`-like fillers beside words. */
  private cutMarkedBlank(unit: number): boolean {
    const filler = unit === 0x67d0 || unit === 0xd7 || unit === 0x2588 || unit === 0x25a0 || unit === 0x25cb
    if (!filler) return false
    const { text, units, at } = this
    let end = at
    while (units[end] === unit) end++
    if (end - at < 2) return false
    this.out.push(hashUnits(text[at]), at, end, TokenKind.placeholder, 0, identifierSymbol)
    this.opening = false
    this.at = end
    return true
  }

  private cutLiteral(quote: number): void {
    const { text, units, at } = this
    const limit = Math.min(text.length, at + maxLiteralUnits)
    let i = at + 1
    while (i < limit) {
      const unit = units[i]
      if (unit === 92) i++
      else if (unit === quote || unit === 10) break
      i++
    }
    if (i >= limit || units[i] !== quote) {
      this.at = at + 1
      return
    }
    if (i > at + 1) {
      const hash = hashUnits(foldWord(text.slice(at + 1, i)))
      this.out.push(hash, at + 1, i, TokenKind.code | TokenKind.name, 0, literalSymbol)
    }
    this.at = i + 1
  }

  /** A comment's words are prose; its marks are no tokens. */
  private cutComment(unit: number): boolean {
    const { text, units, at } = this
    const next = units[at + 1]
    const opens =
      (unit === 47 && (next === 47 || next === 42)) || // // and /*
      (unit === 42 && (next === 47 || isLineStart(units, at))) || // */ and the star of a block comment's line
      (unit === 35 && (next === 32 || next === 33)) || // "# " and "#!"
      (unit === 45 && next === 45 && units[at + 2] === 32) // "-- "
    if (!opens) return false
    let end = text.indexOf('\n', at)
    if (end < 0) end = text.length
    const close = unit === 47 && next === 42 ? text.indexOf('*/', at + 2) : -1
    if (close >= 0 && close < end) end = close + 2
    this.at = at + 1
    this.opening = true
    while (this.at < end) {
      const cls = this.classAt(this.at) & classMask
      if (cls === UnitClass.letter) this.cutWord(0)
      else if (cls === UnitClass.digit) this.cutNumber(0)
      else if (cls === UnitClass.ideograph) this.pushCharacter(unitFold[units[this.at]], this.at, this.at + 1)
      else this.at++
    }
    return true
  }

  private cutOperator(): void {
    const { text, units, at } = this
    let end = at + 1
    if (isOperator(units[at])) while (end - at < 4 && isOperator(units[end])) end++
    const hash = hashUnits(text.slice(at, end))
    this.out.push(hash, at, end, TokenKind.code, 0, hash)
    this.at = end
  }
}
