/**
 * weigh: what stands unmatched between two blocks of an alignment, and what it costs. Changed names and a word or two in the
 * place of as many are what a copy has between its matches; independent answers have stretches of any length there.
 */
import { type Block, identityBits, TokenKind, type TokenStream } from '../types.ts'

/** Bits that an unmatched stretch between two blocks costs: a start, and less and less for each token more. */
const gapOpenBits = 4
const gapTokenBits = 6
/** Bits that a gap costs when only identity-bearing tokens stand in it: names may change in any copy. */
const identityGapBits = 3
/** Longer gaps are no changed name. */
const maxIdentityGapTokens = 16
/** A code identifier, by its bits; and how many of them in a row may be renamed without breaking a run. */
const codeName = TokenKind.code | TokenKind.name
const maxRenamedTokens = 2
/** So many tokens in the place of as many are words that were replaced one by one. */
const maxReplacedTokens = 2

/** Unmatched tokens between two blocks on each side; of a moved block, how far it was moved. */
export function measureGap(before: Block, block: Block): { inSuspect: number; inReference: number } {
  return { inSuspect: block.s - before.s - before.n, inReference: Math.abs(block.r - before.r - before.n) }
}

/** What the unmatched tokens between two blocks cost; a moved block costs as a gap of its own. */
export function gapBits(suspect: TokenStream, reference: TokenStream, before: Block, block: Block): number {
  if (isRenaming(suspect, reference, before, block)) return 0
  if (isChangedName(suspect, reference, before, block)) return identityGapBits
  const { inSuspect, inReference } = measureGap(before, block)
  const tokens = Math.min(inSuspect, inReference) + 0.5 * Math.abs(inSuspect - inReference)
  return gapTokens(2 * tokens)
}

/** Unmatched tokens between blocks, on the longer side of each gap; changed names and words replaced one by one aside. */
export function countUneven(suspect: TokenStream, reference: TokenStream, blocks: readonly Block[]): number {
  let uneven = 0
  for (let b = 1; b < blocks.length; b++) {
    const before = blocks[b - 1]
    const block = blocks[b]
    if (isReplacement(before, block) || isChangedName(suspect, reference, before, block)) continue
    const { inSuspect, inReference } = measureGap(before, block)
    uneven += Math.max(inSuspect, inReference)
  }
  return uneven
}

/** Bits of the shorter gaps, by half tokens. */
const knownGaps = Float64Array.from({ length: 1024 }, (_, halves) => computeGap(halves))

function gapTokens(halves: number): number {
  return halves < knownGaps.length ? knownGaps[halves] : computeGap(halves)
}

function computeGap(halves: number): number {
  return gapOpenBits + gapTokenBits * Math.log2(1 + halves / 2)
}

/**
 * Do two blocks touch, or stand as many code identifiers between them on one side as on the other? Identifiers are the
 * names of code: renamed, they neither cost nor break a run.
 */
export function isRenaming(suspect: TokenStream, reference: TokenStream, before: Block, block: Block): boolean {
  const s0 = before.s + before.n
  const r0 = before.r + before.n
  const length = block.s - s0
  if (block.r - r0 !== length || length > maxRenamedTokens) return false
  for (let i = 0; i < length; i++)
    if ((suspect.kind[s0 + i] & reference.kind[r0 + i] & codeName) !== codeName) return false
  return true
}

/** Do two blocks touch, or stand a word or two between them on one side where as many stand on the other? */
function isReplacement(before: Block, block: Block): boolean {
  const length = block.s - before.s - before.n
  return length <= maxReplacedTokens && block.r - before.r - before.n === length
}

/** Stand only identity-bearing tokens between two blocks, few of them, and none was moved? */
function isChangedName(suspect: TokenStream, reference: TokenStream, before: Block, block: Block): boolean {
  const s0 = before.s + before.n
  const r0 = before.r + before.n
  if (block.r < r0 || block.s - s0 + block.r - r0 > maxIdentityGapTokens) return false
  return isIdentityOnly(suspect, s0, block.s) && isIdentityOnly(reference, r0, block.r)
}

function isIdentityOnly({ kind }: TokenStream, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if ((kind[i] & identityBits) === 0) return false
  return true
}
