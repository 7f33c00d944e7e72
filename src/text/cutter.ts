/**
 * text: the state of one pass over a text, and the careful way to cut each sort of prose token: words of any script,
 * numbers, characters, addresses, placeholders. `prose.ts` cuts the plain cases itself and leaves the others to this;
 * `listing.ts` cuts code.
 */
import { fnvOffset, fnvPrime, hashUnits, mix } from '../hash.ts'
import { TokenKind } from '../types.ts'
import { Shape, type TokenBuffer } from './buffer.ts'
import { isNameLike, isShortened, pronoun } from './capitals.ts'
import { judgeLine, LineShape } from './code.ts'
import {
  asciiLetter,
  classMask,
  fillPage,
  foldAstral,
  ligatures,
  readyPages,
  UnitClass,
  unitClass,
  unitFold,
  upperBit,
} from './fold.ts'
import { closingBracket, isMailUnit, isPlaceholderContent, isRepeatedX, isUpperWord } from './marks.ts'
import { codeKeywords, modelWords } from './words.ts'

const identifierSymbol = hashUnits('\u0001identifier')
/** What stands for a string literal of code, and for an address in it. */
export const literalSymbol: number = hashUnits('\u0001literal')
/** What stands for a number in the masked stream of code. */
export const numberSymbol: number = hashUnits('\u0001number')
/** Units a bracketed placeholder may span. */
const maxPlaceholderUnits = 40

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

/** Where a pass stands, and what the next token would be. */
export class Cutter {
  readonly text: string
  /** the units of `text`, and zeros behind them: an array is read several times as fast as a string */
  readonly units: Uint16Array
  readonly out: TokenBuffer
  /** the next unit */
  at = 0
  /** would the next token open a sentence? */
  opening = true
  /** does the line stand between fences? */
  inFence = false
  inCode = false
  /** has the line at the cursor been entered? */
  isEntered = false
  /** is there a mail address anywhere? Without an at sign not */
  readonly mayHoldMail: boolean
  private lineEnd = -1
  private wordHash = 0
  private wordShape = 0

  constructor(text: string, out: TokenBuffer) {
    this.text = text
    this.units = readUnits(text)
    this.mayHoldMail = text.includes('@')
    this.out = out
  }

  /** At the start of a line: is it code? Fences toggle `inFence`, and their tag is passed over. */
  enterLine(): void {
    const { text, units, at } = this
    this.isEntered = true
    let first = at
    while (units[first] === 32 || units[first] === 9) first++
    if (
      (units[first] === 96 && text.startsWith('```', first)) ||
      (units[first] === 126 && text.startsWith('~~~', first))
    ) {
      this.inFence = !this.inFence
      this.inCode = false
      // the language tag of an opening fence is no token
      const end = this.endOfLine(first)
      this.at = end - first <= 24 ? end : first + 3
      return
    }
    if (this.inFence) {
      this.inCode = true
      return
    }
    const shape = judgeLine(units, at, this.endOfLine(at))
    if (shape === LineShape.strong) this.inCode = true
    else if (shape === LineShape.none) this.inCode = false
  }

  /** Where the line ends that a unit stands in. Found once for a line, however often it is asked. */
  endOfLine(at: number): number {
    if (at > this.lineEnd) {
      const end = this.text.indexOf('\n', at)
      this.lineEnd = end < 0 ? this.text.length : end
    }
    return this.lineEnd
  }

  /** Class and upper-case bit of a unit (`fold.ts`). */
  classAt(i: number): number {
    const unit = this.units[i]
    if (readyPages[unit >> 8] === 0) fillPage(unit >> 8)
    return unitClass[unit]
  }

  /** Cuts whatever stands at the cursor in prose, line ends aside. */
  cutCarefully(): void {
    const { units, at } = this
    const unit = units[at]
    switch (this.classAt(at) & classMask) {
      case UnitClass.letter:
        this.cutWord(0)
        break
      case UnitClass.digit:
        this.cutNumber(0)
        break
      case UnitClass.ideograph:
        if (!this.cutMarkedBlank(unit)) this.pushCharacter(unitFold[unit], at, at + 1)
        break
      case UnitClass.surrogate:
        this.cutAstral(0)
        break
      case UnitClass.stop:
        this.opening ||= unit !== 46 || !isShortened(this.out, at, this.out.n)
        this.at = at + 1
        break
      case UnitClass.underscore:
        this.cutBlank()
        break
      case UnitClass.special:
        if (!this.cutBracketed(unit) && !this.cutHandle(unit) && !this.cutMarkedBlank(unit)) this.at = at + 1
        break
      default:
        this.at = at + 1
    }
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

  cutWord(code: number): void {
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
    if (hash === pronoun) return kind
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
    if (isNameLike(out.hash[last], out.shape[last])) out.kind[last] |= TokenKind.name
  }

  cutNumber(code: number): void {
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

  pushCharacter(folded: number, start: number, end: number): void {
    const kind = TokenKind.ideograph | (this.opening ? TokenKind.opening : 0)
    this.out.push(mix(Math.imul(fnvOffset ^ folded, fnvPrime)), start, end, kind, 0, 0)
    this.opening = false
    this.at = end
  }

  cutAstral(code: number): void {
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

  private looksLikeMail(from: number): boolean {
    const { text, units } = this
    if (!this.mayHoldMail) return false
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
}
