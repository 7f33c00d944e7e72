/**
 * text: what single marks, and short runs of them, may stand for: ends of words, operators, placeholders, addresses.
 */
import { hashUnits } from '../hash.ts'
import { foldWord } from './fold.ts'
import { placeholderWords } from './words.ts'

/** 1 for the ASCII marks, and the end of the text, before which a word ends without further thought. */
export const endsPlainWord: Uint8Array = new Uint8Array(128)
for (const mark of ' \t\n\r,;!?()[]{}<>"/\\*=&%$#^|~') endsPlainWord[mark.charCodeAt(0)] = 1
endsPlainWord[0] = 1

export function isOperator(unit: number): boolean {
  switch (unit) {
    case 33: // !
    case 37: // %
    case 38: // &
    case 42: // *
    case 43: // +
    case 45: // -
    case 47: // /
    case 58: // :
    case 60: // <
    case 61: // =
    case 62: // >
    case 63: // ?
    case 94: // ^
    case 124: // |
    case 126: // ~
      return true
    default:
      return false
  }
}

export function isMailUnit(unit: number): boolean {
  return (
    (unit >= 97 && unit <= 122) ||
    (unit >= 65 && unit <= 90) ||
    (unit >= 48 && unit <= 57) ||
    unit === 46 ||
    unit === 45 ||
    unit === 43 ||
    unit === 95
  )
}

export function isLineStart(units: Uint16Array, at: number): boolean {
  let i = at - 1
  while (i >= 0 && (units[i] === 32 || units[i] === 9)) i--
  return i < 0 || units[i] === 10
}

export function isRepeatedX(units: Uint16Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if ((units[i] | 32) !== 120) return false
  return true
}

export function isUpperWord(units: Uint16Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) {
    const unit = units[i]
    if (unit >= 97 && unit <= 122) return false
  }
  return true
}

export function closingBracket(unit: number): number {
  switch (unit) {
    case 60:
      return 62
    case 91:
      return 93
    case 123:
      return 125
    case 0x3010:
      return 0x3011
    case 0xff3b:
      return 0xff3d
    default:
      return 0
  }
}

/** Upper-case labels (`NAME_1`, `PERSON`), or known placeholder words in any case, with an optional number. */
export function isPlaceholderContent(inside: string, bracket: number): boolean {
  const trimmed = inside.trim()
  if (/^[A-Z][A-Z0-9]*(?:[ _-][A-Z0-9]+){0,4}$/.test(trimmed) && trimmed.length >= (bracket === 60 ? 2 : 3)) return true
  const words = trimmed.split(/[\s_:.\d#-]+/).filter(Boolean)
  if (words.length === 0 || words.length > 4) return false
  return words.every(word => placeholderWords.has(hashUnits(foldWord(word))))
}
