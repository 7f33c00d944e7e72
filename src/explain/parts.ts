/**
 * explain: a run of names of one gap → its parts: between punctuation, and number by number where numbers stand in the same
 * places. A date or telephone number stays whole.
 */
import { type Span, TokenKind } from '../types.ts'
import { nameDialect } from './dialects.ts'
import { english } from './lexicon.ts'
import { type Pair, type Side, textOf, tokenText } from './sides.ts'

/**
 * A run of names as pairs: part by part when both sides have as many parts between their punctuation (`Ann Lee, Bob` →
 * `<PERSON>, <PERSON>`), else one pair.
 */
export function pairNames(suspect: Side, reference: Side, whole: Pair): Pair[] {
  const partsS = cutParts(suspect, whole.suspect)
  const partsR = cutParts(reference, whole.reference)
  if (partsS.length !== partsR.length) return splitNumbers(suspect, reference, whole)
  return partsS.flatMap((part, i) => splitNumbers(suspect, reference, { suspect: part, reference: partsR[i] }))
}

/** A date or telephone number, whose parts are one. */
const wholeNumber = /^\d{4}[-/.]\d{1,2}[-/.]\d{1,2}$|^\d{1,2}[-/.]\d{1,2}[-/.](?:\d{2}|\d{4})$|^[+(]?\d[\d ().-]{7,}\d$/

/** `25-30` → `69-85` and `Boeing 747` → `Air Express 320`: where numbers stand in the same places, each became another. */
function splitNumbers(suspect: Side, reference: Side, pair: Pair): Pair[] {
  if ([textOf(suspect, pair.suspect), textOf(reference, pair.reference)].some(text => wholeNumber.test(text)))
    return [pair]
  const [s, r] = [cutNumbers(suspect, pair.suspect), cutNumbers(reference, pair.reference)]
  if (s.length < 2 || s.length !== r.length) return [pair]
  for (let i = 0; i < r.length; i++) {
    const [ours, theirs] = [s[i][0], r[i][0]]
    const isNumber = isPlainNumber(reference, theirs)
    const isLike = isNumber
      ? isPlainNumber(suspect, ours) || isPlaceholder(suspect, ours)
      : !isPlainNumber(suspect, ours)
    if (!isLike) return [pair]
  }
  return s.map((part, i) => ({ suspect: part, reference: r[i] }))
}

/** The numbers, and placeholders, of a span one by one, and the runs of names between them; the span itself if it has a month. */
function cutNumbers(side: Side, tokens: Span): Span[] {
  const parts: Span[] = []
  let isOpen = false
  for (let i = tokens[0]; i < tokens[1]; i++) {
    if (isMonth(side, i)) return [tokens]
    const isAlone = isPlainNumber(side, i) || isPlaceholder(side, i)
    if (isOpen && !isAlone) parts[parts.length - 1][1]++
    else parts.push([i, i + 1])
    isOpen = !isAlone
  }
  return parts
}

export function isPlainNumber(side: Side, token: number): boolean {
  return /^\d[\d.,]*$/.test(tokenText(side, token))
}

function isPlaceholder(side: Side, token: number): boolean {
  return (side.stream.kind[token] & TokenKind.placeholder) !== 0 || nameDialect(tokenText(side, token)) !== null
}

function isMonth(side: Side, token: number): boolean {
  return english.months.has(tokenText(side, token).toLowerCase())
}

/** The stretches of a span between which punctuation stands. */
export function cutParts(side: Side, tokens: Span): Span[] {
  const parts: Span[] = []
  let from = tokens[0]
  for (let i = tokens[0] + 1; i < tokens[1]; i++) {
    if (!isApart(side, i - 1, i) || isYearOfDate(side, i)) continue
    parts.push([from, i])
    from = i
  }
  parts.push([from, tokens[1]])
  return parts
}

/** The year of `December 17, 1903`, whose comma is part of the date. */
function isYearOfDate(side: Side, token: number): boolean {
  if (token < 2 || !/^\d{4}$/.test(tokenText(side, token))) return false
  return isMonth(side, token - 1) || (/^\d{1,2}$/.test(tokenText(side, token - 1)) && isMonth(side, token - 2))
}

export function isApart(side: Side, p: number, q: number): boolean {
  const between = side.text.slice(side.stream.end[p], side.stream.start[q])
  return /[^\s.\-/'’]|\n/.test(between) || (/^\.\s/.test(between) && /^\d/.test(tokenText(side, p)))
}
