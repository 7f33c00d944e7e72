/**
 * text: the raw stream of a document → its masked stream: second thoughts on capitals, then all tokens that bear no
 * identity, those of small alphabets mixed with the ones before them.
 */
import { mix } from '../hash.ts'
import { identityBits, TokenKind } from '../types.ts'
import { Shape, type TokenBuffer } from './buffer.ts'
import { functionWords } from './words.ts'

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
function judgeCapitals({ n, kind, shape, start, end, hash, lineBreak }: TokenBuffer): void {
  for (let i = 0; i < n; i++) {
    if (kind[i] !== TokenKind.opening || (shape[i] & Shape.firstUpper) === 0 || functionWords.has(hash[i])) continue
    const isLast = i + 1 === n || lineBreak[i + 1] === 1
    const beforeName = !isLast && start[i + 1] - end[i] <= 2 && (kind[i + 1] & identityBits) !== 0
    if ((isLast && (i === 0 || lineBreak[i] === 1 || (kind[i - 1] & TokenKind.number) !== 0)) || beforeName)
      kind[i] |= TokenKind.name
  }
  let from = 0
  for (let i = 0; i <= n; i++) {
    const isCapital = i < n && isPlainCapital(kind[i], shape[i])
    if (isCapital && (from === i || end[i - 1] + 1 === start[i])) continue
    if (i - from >= minHeadlineTokens) for (let j = from; j < i; j++) kind[j] &= ~TokenKind.name
    from = isCapital ? i : i + 1
  }
}

const capitalShapes = Shape.firstUpper | Shape.allUpper

/** A capitalised word that is a name for its capital alone. */
function isPlainCapital(kind: number, shape: number): boolean {
  if ((kind & TokenKind.code) !== 0 || (shape & capitalShapes) === 0) return false
  return (kind & identityBits & ~TokenKind.name) === 0 && (shape & Shape.innerUpper) === 0
}

/** The masked stream from the raw one: no identity-bearing token; code tokens by their symbols. */
export function fillMasked(buffer: TokenBuffer): void {
  judgeCapitals(buffer)
  const { n, kind, hash, symbol, masked, maskedHash } = buffer
  let nMasked = 0
  for (let i = 0; i < n; i++) {
    const bits = kind[i]
    if ((bits & mixedBits) === 0) {
      if ((bits & identityBits) !== 0) continue
      masked[nMasked] = i
      symbol[nMasked] = hash[i]
      maskedHash[nMasked++] = hash[i]
      continue
    }
    const isCode = (bits & TokenKind.code) !== 0
    if (!isCode && (bits & identityBits) !== 0) continue
    masked[nMasked] = i
    symbol[nMasked] = isCode ? symbol[i] : hash[i]
    // ideographs and code marks say little alone: mixed with those before, a seed of four spans 6 or 9 of them
    const reach = isCode ? codeReach : ideographReach
    let h = symbol[nMasked]
    for (let j = 1; j <= reach && j <= nMasked; j++) h = (Math.imul(h, 0x9e3779b1) + symbol[nMasked - j]) | 0
    maskedHash[nMasked++] = mix(h)
  }
  buffer.nMasked = nMasked
}

/** Tokens that stand in the masked stream mixed with those before them. */
const mixedBits = TokenKind.code | TokenKind.ideograph
