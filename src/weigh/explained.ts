/**
 * weigh: a claim and its best background document → which of the claim's matched tokens something else explains: a
 * prompt, the background, or that they tell too little (repetition, quotation). The shares that a finding states are
 * sums over these tokens, so a reader can check them against what is struck out.
 */
import type { Block, Span } from '../types.ts'
import { type Claim, minDistinctiveBits } from './claim.ts'

/** Raw suspect tokens, as rising and disjoint spans; `background` may overlap `complexity`, no other two overlap. */
export interface Explained {
  /** matched, and inside 3-grams of a prompt */
  prompt: Span[]
  /** matched, weighing something, and matched by the best background document too */
  background: Span[]
  /** matched, and too light to be distinctive */
  complexity: Span[]
}

/**
 * Says what explains the tokens of a claim.
 * @param background blocks of the best background document's alignment with the same span
 */
export function explainTokens(claim: Claim, background: readonly Block[]): Explained {
  const [from, to] = claim.suspect
  const matched = markBlocks(claim.blocks, from, to)
  const shared = markBlocks(background, from, to)
  const collect = (isWanted: (token: number) => boolean): Span[] => collectSpans(from, to, isWanted)
  return {
    prompt: collect(i => matched[i] === 1 && claim.isPrompted[i] === 1),
    background: collect(i => shared[i] === 1 && claim.bits[i] > 0),
    complexity: collect(i => matched[i] === 1 && claim.isPrompted[i] === 0 && claim.bits[i] < minDistinctiveBits),
  }
}

function markBlocks(blocks: readonly Block[], from: number, to: number): Uint8Array {
  const marks = new Uint8Array(to - from)
  for (const { s, n } of blocks)
    if (s < to && s + n > from) marks.fill(1, Math.max(0, s - from), Math.min(s + n, to) - from)
  return marks
}

/** Runs of tokens in `[from, to)` for which it holds; it is asked with token − from. */
function collectSpans(from: number, to: number, isWanted: (token: number) => boolean): Span[] {
  const spans: Span[] = []
  for (let i = from; i < to; i++) {
    if (!isWanted(i - from)) continue
    const last = spans.at(-1)
    if (last?.[1] === i) last[1]++
    else spans.push([i, i + 1])
  }
  return spans
}
