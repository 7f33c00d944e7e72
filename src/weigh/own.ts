/**
 * weigh: how much of the wording of its own each side has matched. Tokens that a prompt explains, that bear identity or
 * are code are left out on both sides: an answer that repeats its prompt is judged by the rest of it, and changed names
 * leave no gap. A copy keeps nearly all of that, however short it is; answers that share a phrase do not.
 */
import { type Block, identityBits, TokenKind, type TokenStream } from '../types.ts'
import type { Claim } from './claim.ts'
import type { Prompt } from './prompts.ts'
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
  reserve(stream.n)
  tokens.markPrompted(prompts, 0, stream.n, marks)
  return matchedShare(stream, blocks, ({ s }) => s)
}

/** The same share of the reference. */
export function shareOfReference(reference: TokenStream, { blocks }: Claim, prompts: readonly Prompt[]): number {
  reserve(reference.n)
  markPrompted(reference, prompts, marks)
  return matchedShare(reference, blocks, ({ r }) => r)
}

function reserve(n: number): void {
  if (marks.length < n) marks = new Uint8Array(2 * n)
}

/** The share of a side, whose prompted tokens are marked. */
function matchedShare({ n, kind }: TokenStream, blocks: readonly Block[], startOf: (block: Block) => number): number {
  let own = 0
  for (let i = 0; i < n; i++) {
    if (marks[i] !== 0 || (kind[i] & notWording) !== 0) continue
    marks[i] = isOwn
    own++
  }
  let matched = 0
  for (const block of blocks) {
    const from = startOf(block)
    for (let i = from; i < from + block.n; i++) if (marks[i] === isOwn) matched++
  }
  return matched / Math.max(1, own)
}
