/**
 * weigh: how much of either side is read for one claim. What stands far from the passage in a book tells nothing of it, and
 * a scan whose every claim read the whole book would take as long as somebody wants it to.
 */
import type { Block, Span, TokenStream } from '../types.ts'
import type { Claim } from './claim.ts'

/** Tokens of a side that are read however short the other is, and times those of the other that are read of a longer one. */
const minTokens = 1 << 14
const maxTimesOther = 16

/** Where a block begins on either side. */
export const inSuspect = ({ s }: Block): number => s
export const inReference = ({ r }: Block): number => r

/**
 * The tokens of a side around the longest block of a claim: all of them, unless it is far longer than the other side.
 * @param startOf where a block begins on that side
 */
export function surroundingsOf(
  { n }: TokenStream,
  other: TokenStream,
  { blocks }: Claim,
  startOf: (block: Block) => number,
): Span {
  const length = Math.max(minTokens, maxTimesOther * other.n)
  if (n <= length) return [0, n]
  const longest = blocks.reduce<Block>((best, block) => (block.n > best.n ? block : best), blocks[0])
  const middle = startOf(longest) + (longest.n >>> 1)
  const from = Math.min(Math.max(0, middle - (length >>> 1)), n - length)
  return [from, from + length]
}
