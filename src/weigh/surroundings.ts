/**
 * weigh: how much of a reference is read for one claim. What stands far from the passage in a book tells nothing of it, and
 * a scan whose every claim read the whole book would take as long as somebody wants it to.
 */
import type { Block, Span, TokenStream } from '../types.ts'
import type { Claim } from './claim.ts'

/** Tokens of a reference that are read however short the suspect is, and times its own that are read of a longer one. */
const minTokens = 1 << 14
const maxTimesSuspect = 16

/** The tokens of the reference around the longest block of a claim: all of them, unless it is far longer than the suspect. */
export function surroundingsOf({ n: ours }: TokenStream, { n }: TokenStream, { blocks }: Claim): Span {
  const length = Math.max(minTokens, maxTimesSuspect * ours)
  if (n <= length) return [0, n]
  const longest = blocks.reduce<Block>((best, block) => (block.n > best.n ? block : best), blocks[0])
  const middle = longest.r + (longest.n >>> 1)
  const from = Math.min(Math.max(0, middle - (length >>> 1)), n - length)
  return [from, from + length]
}
