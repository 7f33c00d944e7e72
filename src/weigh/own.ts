/**
 * weigh: how much of the wording of its own each side has matched, and where. Tokens that a prompt explains, that bear identity or
 * are code are left out on both sides: an answer that repeats its prompt is judged by the rest of it, and changed names
 * leave no gap. A copy keeps nearly all of that, however short it is, in one sentence after another and from its first words
 * on; answers that share a phrase do not.
 */
import { type Block, identityBits, type Span, TokenKind, type TokenStream } from '../types.ts'
import type { Claim } from './claim.ts'
import type { Prompt } from './prompts.ts'
import { inReference, inSuspect, surroundingsOf } from './surroundings.ts'
import { markPrompted, type Tokens } from './tokens.ts'

/** Scratch of one thread: what the tokens of one side are, 1 for those that a prompt explains. */
let marks = new Uint8Array(1024)
const isOwn = 2
const isMatched = 3
/** Kinds of tokens that are no wording. */
const notWording = identityBits | TokenKind.code
/** Fewer tokens of a sentence may be matched by chance. */
const minHeldTokens = 3

/** What a claim matches of the own wording of one side. */
export interface Own {
  /** share of it, 0 where there is none */
  share: number
  /** sentences, lines and list items that hold some tokens of it (`minHeldTokens`) */
  sentences: number
  /** tokens of it that stand before the first match */
  before: number
}

/**
 * The own wording of the surroundings of the claim in the suspect (`surroundingsOf`).
 * @param prompts those of both sides, the suspect's first
 */
export function describeSuspect(tokens: Tokens, reference: TokenStream, claim: Claim, prompts: readonly Prompt[]): Own {
  const near = surroundingsOf(tokens.stream, reference, claim, inSuspect)
  reserve(near[1] - near[0])
  tokens.markPrompted(prompts, ...near, marks)
  return describeSide(tokens.stream, near, claim.blocks, inSuspect)
}

/** The same in the reference. */
export function describeReference(
  suspect: TokenStream,
  reference: TokenStream,
  claim: Claim,
  prompts: readonly Prompt[],
): Own {
  const near = surroundingsOf(reference, suspect, claim, inReference)
  reserve(near[1] - near[0])
  markPrompted(reference, prompts, near, marks)
  return describeSide(reference, near, claim.blocks, inReference)
}

/** What both sides say: the weaker of them. */
export function joinSides(ours: Own, theirs: Own): Own {
  return {
    share: Math.min(ours.share, theirs.share),
    sentences: Math.min(ours.sentences, theirs.sentences),
    before: Math.max(ours.before, theirs.before),
  }
}

function reserve(n: number): void {
  if (marks.length < n) marks = new Uint8Array(2 * n)
}

/** The own wording among tokens `[from, to)` of a side, of which those that are prompted are marked, by token − from. */
function describeSide(
  { kind }: TokenStream,
  [from, to]: Span,
  blocks: readonly Block[],
  startOf: (block: Block) => number,
): Own {
  let own = 0
  for (let i = from; i < to; i++) {
    if (marks[i - from] !== 0 || (kind[i] & notWording) !== 0) continue
    marks[i - from] = isOwn
    own++
  }
  let matched = 0
  let first = to
  for (const block of blocks) {
    const start = Math.max(startOf(block), from)
    const end = Math.min(startOf(block) + block.n, to)
    if (start >= end) continue
    first = Math.min(first, start)
    for (let i = start; i < end; i++) {
      if (marks[i - from] !== isOwn) continue
      marks[i - from] = isMatched
      matched++
    }
  }
  return { share: matched / Math.max(1, own), sentences: countHeld(kind, from, to), before: countOwn(first - from) }
}

/** Sentences with enough matched tokens. */
function countHeld(kind: Uint8Array, from: number, to: number): number {
  let sentences = 0
  let held = 0
  for (let i = from; i < to; i++) {
    if ((kind[i] & TokenKind.opening) !== 0) held = 0
    if (marks[i - from] === isMatched && ++held === minHeldTokens) sentences++
  }
  return sentences
}

/** Unmatched tokens of own wording among the first marks. */
function countOwn(end: number): number {
  let own = 0
  for (let i = 0; i < end; i++) if (marks[i] === isOwn) own++
  return own
}
