/**
 * text: a region of code → tokens: identifiers, keywords, numbers, literals, operators; the words of comments are prose.
 */
import { hashUnits } from '../hash.ts'
import { TokenKind } from '../types.ts'
import { Shape } from './buffer.ts'
import { type Cutter, literalSymbol } from './cutter.ts'
import { classMask, foldWord, UnitClass, unitFold } from './fold.ts'
import { isLineStart, isOperator } from './marks.ts'

/** Units a string literal may span. */
const maxLiteralUnits = 200

/** Code until the line turns into prose. */
export function cutCode(cutter: Cutter): void {
  const { text, units } = cutter
  const length = text.length
  while (cutter.at < length) {
    const i = cutter.at
    const unit = units[i]
    switch (cutter.classAt(i) & classMask) {
      case UnitClass.letter:
      case UnitClass.underscore:
        cutter.cutWord(TokenKind.code)
        break
      case UnitClass.digit:
        cutter.cutNumber(TokenKind.code)
        break
      case UnitClass.ideograph:
        cutter.pushCharacter(unitFold[unit], i, i + 1)
        break
      case UnitClass.surrogate:
        cutter.cutAstral(TokenKind.code)
        break
      case UnitClass.newline:
        cutter.at = i + 1
        cutter.opening = true
        cutter.out.atLineBreak = Shape.lineStart
        if (cutter.at < length) cutter.enterLine()
        if (!cutter.inCode) return
        break
      case UnitClass.ignored:
        cutter.at = i + 1
        break
      default:
        if (unit <= 32 || unit === 0xa0) cutter.at = i + 1
        else if (cutComment(cutter, unit)) break
        else if (unit === 34 || unit === 39 || unit === 96) cutLiteral(cutter, unit)
        else cutOperator(cutter)
    }
  }
}

function cutLiteral(cutter: Cutter, quote: number): void {
  const { text, units, at } = cutter
  const limit = Math.min(text.length, at + maxLiteralUnits)
  let i = at + 1
  while (i < limit) {
    const unit = units[i]
    if (unit === 92) i++
    else if (unit === quote || unit === 10) break
    i++
  }
  if (i >= limit || units[i] !== quote) {
    cutter.at = at + 1
    return
  }
  if (i > at + 1) {
    const hash = hashUnits(foldWord(text.slice(at + 1, i)))
    cutter.out.push(hash, at + 1, i, TokenKind.code | TokenKind.name, 0, literalSymbol)
  }
  cutter.at = i + 1
}

/** A comment's words are prose; its marks are no tokens. */
function cutComment(cutter: Cutter, unit: number): boolean {
  const { units, at } = cutter
  const next = units[at + 1]
  const opens =
    (unit === 47 && (next === 47 || next === 42)) || // // and /*
    (unit === 42 && (next === 47 || isLineStart(units, at))) || // */ and the star of a block comment's line
    (unit === 35 && (next === 32 || next === 33)) || // "# " and "#!"
    (unit === 45 && next === 45 && units[at + 2] === 32) // "-- "
  if (!opens) return false
  let end = cutter.endOfLine(at)
  if (unit === 47 && next === 42) {
    const close = findClose(units, at + 2, end)
    if (close >= 0) end = close + 2
  }
  cutter.at = at + 1
  cutter.opening = true
  while (cutter.at < end) {
    const cls = cutter.classAt(cutter.at) & classMask
    if (cls === UnitClass.letter) cutter.cutWord(0)
    else if (cls === UnitClass.digit) cutter.cutNumber(0)
    else if (cls === UnitClass.ideograph) cutter.pushCharacter(unitFold[units[cutter.at]], cutter.at, cutter.at + 1)
    else cutter.at++
  }
  return true
}

/** Where a block comment closes in `[from, end)`, -1 if it does not. */
function findClose(units: Uint16Array, from: number, end: number): number {
  for (let i = from; i < end; i++) if (units[i] === 42 && units[i + 1] === 47) return i
  return -1
}

function cutOperator(cutter: Cutter): void {
  const { text, units, at } = cutter
  let end = at + 1
  if (isOperator(units[at])) while (end - at < 4 && isOperator(units[end])) end++
  const hash = hashUnits(text.slice(at, end))
  cutter.out.push(hash, at, end, TokenKind.code, 0, hash)
  cutter.at = end
}
