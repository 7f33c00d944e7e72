/**
 * weigh: alignment → the claim: the part of it that holds together, and what each of its tokens weighs.
 *
 * Matched tokens count their bits unless the prompt explains them or they repeat what was matched before;
 * unmatched tokens between them cost. The claim is the heaviest stretch (Smith & Waterman 1981, over blocks),
 * joined by further stretches that stand by themselves. False positives are commonplaces, which competitors
 * and the rule must catch.
 */
import { extentOf } from '../match/align.ts'
import type { Alignment, Block, TokenStream } from '../types.ts'
import { gapBits, isRenaming, measureGap } from './gaps.ts'
import type { Information } from './information.ts'
import type { Prompt } from './prompts.ts'
import type { Tokens } from './tokens.ts'

/** A matched token is distinctive while repetition has left it so much. */
export const minDistinctiveBits = 0.25
/** Bits a stretch needs to join the claim beside the heaviest one. */
const minStretchBits = 60
/** The first tokens of a run may meet by chance: share of their bits that counts, by place in the run. */
const runShare = [0.35, 0.5, 0.7, 0.85]

/** The part of an alignment that is claimed, with its weights. */
export interface Claim extends Alignment {
  /** bits of the matched tokens less the cost of gaps */
  score: number
  /** bits of each raw suspect token, 0 where unmatched or explained; indexed by token − suspect[0] */
  bits: Float32Array
  /** 1 for each raw suspect token that a prompt explains, matched or not; indexed like `bits` */
  isPrompted: Uint8Array
  /** matched tokens */
  matches: number
  /** matched tokens that a prompt explains */
  prompted: number
  /** matched tokens that weigh something: neither prompted nor repetition */
  distinctive: number
  /** tokens of the longest matched run that weigh something */
  longestRun: number
  /** matches and the longer side of every gap between them */
  columns: number
  /** all blocks of the alignment, claimed or not */
  aligned: readonly Block[]
}

/**
 * Finds the claim of an alignment.
 *
 * @param prompts those of both sides, the suspect's first: a token inside one of their 3-grams is explained by them
 * @returns undefined when nothing that is matched weighs anything
 */
export function makeClaim(
  tokens: Tokens,
  reference: TokenStream,
  alignment: Alignment,
  prompts: readonly Prompt[],
  information: Information,
): Claim | undefined {
  const suspect = tokens.stream
  const weights = weighTokens(tokens, reference, alignment, prompts, information)
  const cost = (before: Alignment['blocks'][number], block: Alignment['blocks'][number]): number =>
    gapBits(suspect, reference, before, block)
  const blocks = pickStretches(alignment.blocks, weights, cost)
  if (blocks.length === 0) return undefined
  return summarise(blocks, alignment.blocks, weights, cost)
}

type GapCost = (before: Alignment['blocks'][number], block: Alignment['blocks'][number]) => number

/** Scratch of one thread: bits by token, and how often a pair was matched, 0 between calls. */
let scratchBits = new Float32Array(1024)
let scratchPrompted = new Uint8Array(1024)
let pairTimes = new Int32Array(1024)

/** Weights of the suspect tokens of an alignment, by token − offset. */
interface Weights {
  offset: number
  /** both valid until the next tokens are weighed */
  bits: Float32Array
  isPrompted: Uint8Array
}

function weighTokens(
  tokens: Tokens,
  reference: TokenStream,
  alignment: Alignment,
  prompts: readonly Prompt[],
  information: Information,
): Weights {
  const { stream: suspect } = tokens
  const [offset, end] = alignment.suspect
  const length = end - offset
  if (scratchBits.length < length) {
    scratchBits = new Float32Array(2 * length)
    scratchPrompted = new Uint8Array(2 * length)
  }
  if (pairTimes.length < suspect.n) pairTimes = new Int32Array(2 * suspect.n)
  const bits = scratchBits.fill(0, 0, length)
  const times = pairTimes
  const isPrompted = scratchPrompted
  tokens.markPrompted(prompts, offset, end, isPrompted)
  const { bits: bitsOf, share: shareOf, pair } = tokens.weigh(information)
  let run = 0
  let before: Alignment['blocks'][number] | undefined
  for (const block of alignment.blocks) {
    const { s, n } = block
    if (before === undefined || !isRenaming(suspect, reference, before, block)) run = 0
    for (let i = s; i < s + n; i++) {
      // a pair of tokens that was matched before says less each time
      const nth = pair[i] < 0 ? 1 : ++times[pair[i]]
      if (isPrompted[i - offset] === 1) continue
      const share = run < runShare.length ? runShare[run] : 1
      run++
      bits[i - offset] = (share * shareOf[i] * bitsOf[i]) / nth
    }
    before = block
  }
  for (const { s, n } of alignment.blocks) for (let i = s; i < s + n; i++) if (pair[i] >= 0) times[pair[i]] = 0
  return { offset, bits, isPrompted }
}

/** Blocks of the heaviest stretch, and of the others that stand by themselves. */
function pickStretches(blocks: Alignment['blocks'], weights: Weights, costOf: GapCost): Alignment['blocks'] {
  const stretches: { from: number; to: number; bits: number }[] = []
  let from = 0
  let sum = 0
  let best = 0
  let bestTo = 0
  const close = (): void => {
    if (best > 0) stretches.push({ from, to: bestTo, bits: best })
  }
  for (let b = 0; b < blocks.length; b++) {
    const cost = b === 0 ? 0 : costOf(blocks[b - 1], blocks[b])
    // a stretch ends where the gap costs more than it has, or where it fell far below its best
    if (b === 0 || sum - cost <= 0 || best - (sum - cost) > minStretchBits) {
      if (b > 0) close()
      from = b
      sum = 0
      best = 0
      bestTo = b
    } else sum -= cost
    sum += blockBits(blocks[b], weights)
    if (sum > best) {
      best = sum
      bestTo = b + 1
    }
  }
  close()
  const heaviest = stretches.reduce((most, stretch) => Math.max(most, stretch.bits), 0)
  return stretches
    .filter(({ bits }) => bits === heaviest || bits >= minStretchBits)
    .flatMap(stretch => blocks.slice(stretch.from, stretch.to))
}

function blockBits({ s, n }: { s: number; n: number }, { offset, bits }: Weights): number {
  let sum = 0
  for (let j = 0; j < n; j++) sum += bits[s + j - offset]
  return sum
}

function summarise(
  blocks: Alignment['blocks'],
  aligned: Alignment['blocks'],
  weights: Weights,
  costOf: GapCost,
): Claim {
  const extent = extentOf(blocks)
  const [from, to] = extent.suspect
  const claim: Claim = {
    blocks,
    ...extent,
    score: 0,
    bits: new Float32Array(to - from),
    isPrompted: weights.isPrompted.slice(from - weights.offset, to - weights.offset),
    matches: 0,
    prompted: 0,
    distinctive: 0,
    longestRun: 0,
    columns: 0,
    aligned,
  }
  let run = 0
  for (const [b, block] of blocks.entries()) {
    if (b > 0) {
      const before = blocks[b - 1]
      const { inSuspect, inReference } = measureGap(before, block)
      claim.score -= costOf(before, block)
      claim.columns += block.moved || before.moved ? inSuspect : Math.max(inSuspect, inReference)
      if (inSuspect > 0 || inReference > 0) run = 0
    }
    for (let j = 0; j < block.n; j++) {
      const at = block.s + j - weights.offset
      const bits = weights.bits[at]
      claim.bits[block.s + j - from] = bits
      claim.score += bits
      if (weights.isPrompted[at] === 1) claim.prompted++
      else if (bits >= minDistinctiveBits) claim.distinctive++
      run = bits > 0 ? run + 1 : 0
      if (run > claim.longestRun) claim.longestRun = run
    }
    claim.matches += block.n
    claim.columns += block.n
  }
  return claim
}
