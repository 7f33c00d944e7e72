/**
 * weigh: how much of the wording of its own each side has matched. Tokens that a prompt explains, that bear identity or
 * are code are left out on both sides: an answer that repeats its prompt is judged by the rest of it, and changed names
 * leave no gap. A copy keeps nearly all of that, however short it is; answers that share a phrase do not.
 */
import { type Block, identityBits, type Span, TokenKind, type TokenStream } from '../types.ts'
import type { Claim } from './claim.ts'
import type { Prompt } from './prompts.ts'
import { surroundingsOf } from './surroundings.ts'
import { markPrompted, type Tokens } from './tokens.ts'

/** Scratch of one thread: what the tokens of one side are, 1 for those that a prompt explains. */
let marks = new Uint8Array(1024)
const isOwn = 2
/** Kinds of tokens that are no wording. */
const notWording = identityBits | TokenKind.code

/**
 * Share of the own wording of the suspect that a claim matches; 0 where it has none.
 * @param prompts those of both sides, the suspect's first
 */
export function shareOfSuspect(tokens: Tokens, { blocks }: Claim, prompts: readonly Prompt[]): number {
  const { stream } = tokens
  const all: Span = [0, stream.n]
  reserve(stream.n)
  tokens.markPrompted(prompts, 0, stream.n, marks)
  return matchedShare(stream, all, blocks, ({ s }) => s)
}

/** The same share of the surroundings of the claim in the reference (`surroundingsOf`). */
export function shareOfReference(
  suspect: TokenStream,
  reference: TokenStream,
  claim: Claim,
  prompts: readonly Prompt[],
): number {
  const near = surroundingsOf(suspect, reference, claim)
  reserve(near[1] - near[0])
  markPrompted(reference, prompts, near, marks)
  return matchedShare(reference, near, claim.blocks, ({ r }) => r)
}

function reserve(n: number): void {
  if (marks.length < n) marks = new Uint8Array(2 * n)
}

/** The share of tokens `[from, to)` of a side, of which those that are prompted are marked. */
function matchedShare(
  { kind }: TokenStream,
  [from, to]: Span,
  blocks: readonly Block[],
  startOf: (block: Block) => number,
): number {
  let own = 0
  for (let i = from; i < to; i++) {
    if (marks[i - from] !== 0 || (kind[i] & notWording) !== 0) continue
    marks[i - from] = isOwn
    own++
  }
  let matched = 0
  for (const block of blocks) {
    const start = startOf(block)
    const end = Math.min(start + block.n, to)
    for (let i = Math.max(start, from); i < end; i++) if (marks[i - from] === isOwn) matched++
  }
  return matched / Math.max(1, own)
}
