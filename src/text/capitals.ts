/**
 * text: what a capital or a full stop says of the word before it, judged by the streams so far.
 */
import { hashUnits } from '../hash.ts'
import { Shape, type TokenBuffer } from './buffer.ts'
import { abbreviations, functionWords } from './words.ts'

/** The pronoun that is written in upper case and is no name. */
export const pronoun: number = hashUnits('i')

/** Could a word that opens a sentence be part of a name? */
export function isNameLike(hash: number, shape: number): boolean {
  return (shape & Shape.firstUpper) !== 0 && !functionWords.has(hash)
}

/** Is the full stop at a unit that of `Dr.` or of an initial? @param n tokens before it */
export function isShortened({ hash, start, end, shape }: TokenBuffer, at: number, n: number): boolean {
  const last = n - 1
  if (last < 0 || end[last] !== at) return false
  if (abbreviations.has(hash[last])) return true
  return (shape[last] & Shape.firstUpper) !== 0 && at - start[last] === 1 && hash[last] !== pronoun
}
