/**
 * text: the raw stream of a document → its masked stream: second thoughts on capitals, then all tokens that bear no
 * identity, those of small alphabets mixed with the ones before them.
 */
import { mix, multiplier } from '../hash.ts'
import { identityBits, TokenKind } from '../types.ts'
import { Shape, type TokenBuffer } from './buffer.ts'
import { isNameLike } from './capitals.ts'
import { isCommonWord } from './common.ts'

/** So many capitalised words in a row are a headline, not a name. */
const minHeadlineTokens = 5

/** How many masked tokens before it a code token or an ideograph is mixed with. */
const codeReach = 5
const ideographReach = 2

/**
 * Second thoughts on capitals, each from its neighbours alone, so that a changed name changes no other judgement:
 * five or more capitalised words in a row are a headline or shouting, not a name; a capitalised word that opens a
 * line and stands alone in it, or just before a name or number, is one.
 */
function judgeCapitals({ n, kind, shape, start, end, hash, capital, nCapitals }: TokenBuffer): void {
  for (let c = 0; c < nCapitals; c++) {
    const i = capital[c]
    if (kind[i] !== TokenKind.opening || !isNameLike(hash[i], shape[i])) continue
    const isLast = i + 1 === n || (shape[i + 1] & Shape.lineStart) !== 0
    const beforeName = !isLast && start[i + 1] - end[i] <= 2 && (kind[i + 1] & identityBits) !== 0
    const isAlone = isLast && (i === 0 || (shape[i] & Shape.lineStart) !== 0 || (kind[i - 1] & TokenKind.number) !== 0)
    if (isAlone || beforeName) kind[i] |= TokenKind.name
  }
  let from = 0
  for (let c = 0; c <= nCapitals; c++) {
    const i = c < nCapitals && isPlainCapital(kind[capital[c]], shape[capital[c]]) ? capital[c] : -1
    if (i >= 0 && c > from && i - 1 === capital[c - 1] && end[i - 1] + 1 === start[i]) continue
    if (c - from >= minHeadlineTokens) for (let j = from; j < c; j++) kind[capital[j]] &= ~TokenKind.name
    from = i >= 0 ? c : c + 1
  }
}

/** A capitalised word that is a name for its capital alone. */
function isPlainCapital(kind: number, shape: number): boolean {
  if ((kind & TokenKind.code) !== 0) return false
  return (kind & identityBits & ~TokenKind.name) === 0 && (shape & Shape.innerUpper) === 0
}

/** `Shape.common` shifted by so much is 1. */
const commonShift = 7

/** 1 for the kinds that stand in the masked stream, unless they are code: only there a name does. */
const isKept = Uint8Array.from({ length: 256 }, (_, kind) => ((kind & identityBits) === 0 ? 1 : 0))

/**
 * Marks the capitalised words that stay in the masked stream although they have the form of a name: common words, but for
 * acronyms. Judged by the word alone, so that it stays wherever it is moved.
 */
function keepCommonWords({ kind, shape, hash, capital, nCapitals }: TokenBuffer): void {
  for (let c = 0; c < nCapitals; c++) {
    const i = capital[c]
    if ((kind[i] & ~TokenKind.opening) !== TokenKind.name || (shape[i] & Shape.allUpper) !== 0) continue
    if (isCommonWord(hash[i])) shape[i] |= Shape.common
  }
}

/** The masked stream from the raw one: no identity-bearing token but common words; code tokens by their symbols. */
export function fillMasked(buffer: TokenBuffer): void {
  judgeCapitals(buffer)
  keepCommonWords(buffer)
  const { n, kind, shape, hash, masked, maskedHash, kinds } = buffer
  if ((kinds & mixedBits) !== 0) {
    fillMixed(buffer)
    return
  }
  let nMasked = 0
  for (let i = 0; i < n; i++) {
    masked[nMasked] = i
    maskedHash[nMasked] = hash[i]
    nMasked += isKept[kind[i]] | (shape[i] >> commonShift)
  }
  buffer.nMasked = nMasked
}

/** As `fillMasked`, where tokens of small alphabets are mixed with the ones before them. */
function fillMixed(buffer: TokenBuffer): void {
  const { n, kind, shape, hash, symbol, masked, maskedHash } = buffer
  let nMasked = 0
  for (let i = 0; i < n; i++) {
    const bits = kind[i]
    const isCode = (bits & TokenKind.code) !== 0
    if (!isCode && (bits & identityBits) !== 0 && (shape[i] & Shape.common) === 0) continue
    masked[nMasked] = i
    symbol[nMasked] = isCode ? symbol[i] : hash[i]
    let h = symbol[nMasked]
    if ((bits & mixedBits) === 0) maskedHash[nMasked++] = h
    else {
      // ideographs and code marks say little alone: mixed with those before, a seed of four spans 6 or 9 of them
      const reach = isCode ? codeReach : ideographReach
      for (let j = 1; j <= reach && j <= nMasked; j++) h = (Math.imul(h, multiplier) + symbol[nMasked - j]) | 0
      maskedHash[nMasked++] = mix(h)
    }
  }
  buffer.nMasked = nMasked
}

/** Tokens that stand in the masked stream mixed with those before them. */
const mixedBits = TokenKind.code | TokenKind.ideograph
