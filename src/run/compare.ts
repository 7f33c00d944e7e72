/**
 * run: two texts, without corpora → their alignment and edits.
 */
import { explainAlignment } from '../explain/edits.ts'
import { alignPair } from '../match/pair.ts'
import { tokenise } from '../text/tokens.ts'
import type { Edit, Span } from '../types.ts'

/** What two texts share. */
export interface Comparison {
  /** matched tokens / columns of the alignment */
  identity: number
  /** share of the tokens of each text inside the alignment */
  suspectContainment: number
  referenceContainment: number
  /** UTF-16 units of each text */
  suspect: Span
  reference: Span
  edits: Edit[]
}

/** Aligns a suspect text with a reference text and explains the edits; null when they share no passage. */
export function compareTexts(suspect: string, reference: string): Comparison | null {
  const ours = tokenise(suspect)
  const theirs = tokenise(reference)
  const alignment = alignPair(ours, theirs)
  if (alignment === undefined) return null
  const { blocks } = alignment
  let matches = 0
  let columns = 0
  for (const [b, block] of blocks.entries()) {
    const before = b === 0 ? undefined : blocks[b - 1]
    matches += block.n
    columns += block.n
    if (before !== undefined)
      columns += Math.max(
        block.s - before.s - before.n,
        block.moved || before.moved ? 0 : block.r - before.r - before.n,
      )
  }
  const [s0, s1] = alignment.suspect
  const [r0, r1] = alignment.reference
  return {
    identity: matches / columns,
    suspectContainment: (s1 - s0) / ours.n,
    referenceContainment: (r1 - r0) / theirs.n,
    suspect: [ours.start[s0], ours.end[s1 - 1]],
    reference: [theirs.start[r0], theirs.end[r1 - 1]],
    edits: explainAlignment({ text: suspect, stream: ours }, { text: reference, stream: theirs }, alignment),
  }
}
