/**
 * weigh: what stands beside the matches. Suspect, reference and claim → how alike the words are that were not matched.
 * Two answers that share a quotation go on about the same subject in other words; a passage set into another document
 * has nothing else in common with its source. Blind where nearly all is matched: then there is no rest.
 */
import { combine } from '../hash.ts'
import { type Block, identityBits, type Span, TokenKind, type TokenStream } from '../types.ts'
import type { Claim } from './claim.ts'
import type { Information } from './information.ts'
import { inReference, inSuspect, surroundingsOf } from './surroundings.ts'
import { HashTable } from './table.ts'
import type { Tokens } from './tokens.ts'

/** Words of fewer bits are everybody's. */
const minWordBits = 7
/** Equal runs of so many tokens are aligned with reason even outside the claim; shorter ones may meet by chance. */
export const minAlignedTokens = 5
/** A rest of fewer bits on either side is too small to be compared. */
const minRestBits = 60

/** What the unmatched words say, 0–1. */
export interface Rest {
  /** outside the claimed passages: bits of the words that both have, as a share of the smaller side */
  restAlike: number
  /** between the matches: bits of the smaller side at words that the other has not, against the bits of the claim */
  reworded: number
}

/** Telling words of one side, each counted once: bits outside the claim and between its matches. */
interface Telling {
  outside: number
  between: number
  /** of those, words that the side weighed before has at the like place */
  sharedOutside: number
  sharedBetween: number
}

/** Where a word stands unmatched, on the side weighed first; shifted, on the other one. */
const isOutside = 1
const isBetween = 2
const toSecond = 2

/** Scratch of one thread: by word, where it stands unmatched; 1 for the matched tokens of one side. */
const places = new HashTable()
let isMatched = new Uint8Array(1024)

/** Compares what a claim leaves unmatched, in its surroundings on either side (`surroundingsOf`). */
export function compareRest(tokens: Tokens, reference: TokenStream, claim: Claim, information: Information): Rest {
  const suspect = tokens.stream
  const { bits } = tokens.weigh(information)
  const there = surroundingsOf(reference, suspect, claim, inReference)
  const here = surroundingsOf(suspect, reference, claim, inSuspect)
  places.clear(here[1] - here[0] + there[1] - there[0])
  markMatched(there, claim, inReference)
  const theirs = weighWords(reference, there, claim.reference, 0, information)
  markMatched(here, claim, inSuspect)
  const ours = weighWords(suspect, here, claim.suspect, toSecond, information, bits)
  const outside = Math.min(ours.outside, theirs.outside)
  const between = Math.min(ours.between, theirs.between)
  let matched = 0
  for (const bits of claim.bits) matched += bits
  return {
    restAlike: outside < minRestBits ? 0 : Math.min(1, ours.sharedOutside / outside),
    reworded: Math.min(1, Math.max(0, between - ours.sharedBetween) / Math.max(1, matched)),
  }
}

/** Marks what the claim matches of tokens `[from, to)`, and runs that are aligned outside it, by token − from. */
function markMatched([from, to]: Span, { blocks, aligned }: Claim, startOf: (block: Block) => number): void {
  const n = to - from
  if (isMatched.length < n) isMatched = new Uint8Array(2 * n)
  else isMatched.fill(0, 0, n)
  const mark = (block: Block): void => {
    const start = startOf(block) - from
    isMatched.fill(1, Math.max(0, start), Math.max(0, Math.min(start + block.n, n)))
  }
  for (const block of blocks) mark(block)
  for (const block of aligned) if (block.n >= minAlignedTokens) mark(block)
}

/** Weighs the unmatched telling words among tokens `[first, end)` of a side. @param known bits by token, where they are known */
function weighWords(
  { hash, kind }: TokenStream,
  [first, end]: Span,
  [from, to]: Readonly<Span>,
  shift: number,
  information: Information,
  known?: Float64Array,
): Telling {
  const telling: Telling = { outside: 0, between: 0, sharedOutside: 0, sharedBetween: 0 }
  for (let i = first; i < end; i++) {
    if (isMatched[i - first] === 1 || (kind[i] & identityBits) !== 0) continue
    let word = hash[i]
    let bits = known === undefined ? information.bits(word) : known[i]
    if ((kind[i] & TokenKind.ideograph) !== 0) {
      // a word is two ideographs: single ones are shared by texts on any subject
      if (i + 1 === end || isMatched[i + 1 - first] === 1 || (kind[i + 1] & TokenKind.ideograph) === 0) continue
      bits = (bits + (known === undefined ? information.bits(hash[i + 1]) : known[i + 1])) / 2
      word = combine(word, hash[i + 1])
    }
    if (bits < minWordBits) continue
    const place = i >= from && i < to ? isBetween : isOutside
    const entry = places.enter(word)
    const before = places.value[entry]
    if ((before & (place << shift)) !== 0) continue
    places.value[entry] = before | (place << shift)
    const isShared = shift > 0 && (before & place) !== 0
    if (place === isOutside) {
      telling.outside += bits
      if (isShared) telling.sharedOutside += bits
    } else {
      telling.between += bits
      if (isShared) telling.sharedBetween += bits
    }
  }
  return telling
}
