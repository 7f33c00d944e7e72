/**
 * weigh: what stands beside the matches. Suspect, reference and claim → how alike the words are that were not matched.
 * Two answers that share a quotation go on about the same subject in other words; a passage set into another document
 * has nothing else in common with its source. Blind where nearly all is matched: then there is no rest.
 */
import { type Block, identityBits, type Span, type TokenStream } from '../types.ts'
import type { Claim } from './claim.ts'
import type { Information } from './information.ts'

/** Words of fewer bits are everybody's. */
const minWordBits = 7
/** A rest of fewer bits on either side is too small to be compared. */
const minRestBits = 60

/** What the unmatched words say, 0–1. */
export interface Rest {
  /** outside the claimed passages: bits of the words that both have, as a share of the smaller side */
  restAlike: number
  /** between the matches: bits of the smaller side at words that the other has not, against the bits of the claim */
  reworded: number
}

/** Compares what a claim leaves unmatched. */
export function compareRest(
  suspect: TokenStream,
  reference: TokenStream,
  claim: Claim,
  information: Information,
): Rest {
  const ours = sortWords(suspect, claim.blocks, ({ s }) => s, claim.suspect, information)
  const theirs = sortWords(reference, claim.blocks, ({ r }) => r, claim.reference, information)
  const outside = compareWords(ours.outside, theirs.outside)
  const between = compareWords(ours.between, theirs.between)
  const matched = claim.bits.reduce((sum, bits) => sum + bits, 0)
  return {
    restAlike: outside.least < minRestBits ? 0 : Math.min(1, outside.shared / outside.least),
    reworded: Math.min(1, Math.max(0, between.least - between.shared) / Math.max(1, matched)),
  }
}

/** Telling words, with their bits. */
type Words = Map<number, number>

function sortWords(
  { n, hash, kind }: TokenStream,
  blocks: readonly Block[],
  startOf: (block: Block) => number,
  [from, to]: Readonly<Span>,
  information: Information,
): { outside: Words; between: Words } {
  const isMatched = new Uint8Array(n)
  for (const block of blocks) isMatched.fill(1, startOf(block), startOf(block) + block.n)
  const outside: Words = new Map()
  const between: Words = new Map()
  for (let i = 0; i < n; i++) {
    if (isMatched[i] === 1 || (kind[i] & identityBits) !== 0) continue
    const bits = information.bits(hash[i])
    if (bits >= minWordBits) (i >= from && i < to ? between : outside).set(hash[i], bits)
  }
  return { outside, between }
}

/** Bits of the list that weighs less, and of the words of the first that the second has too. */
function compareWords(a: Words, b: Words): { least: number; shared: number } {
  let shared = 0
  for (const [word, bits] of a) if (b.has(word)) shared += bits
  return { least: Math.min(sumBits(a), sumBits(b)), shared }
}

function sumBits(words: Words): number {
  let sum = 0
  for (const bits of words.values()) sum += bits
  return sum
}
