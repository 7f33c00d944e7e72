/**
 * Evidence: do the edits of a finding account for every difference between its passages? Both documents are cut into
 * tokens again, and with the edited places left out, both passages must read the same.
 * No alignment is involved: a wrong edit list cannot hide behind the code that made it.
 */
import { tokenise } from '../text/tokens.ts'
import type { Finding, Span } from '../types.ts'

/** Hashes of the tokens of a passage that lie outside every edited place. */
function readUnedited(text: string, passage: Span, edited: readonly Span[]): Uint32Array {
  const stream = tokenise(text)
  const spans = edited.toSorted((a, b) => a[0] - b[0] || a[1] - b[1])
  const unedited = new Uint32Array(stream.n)
  let n = 0
  let next = 0
  let editedUntil = 0
  for (let i = 0; i < stream.n; i++) {
    const start = stream.start[i]
    const end = stream.end[i]
    for (; next < spans.length && spans[next][0] < end; next++) editedUntil = Math.max(editedUntil, spans[next][1])
    if (start >= passage[0] && end <= passage[1] && start >= editedUntil) unedited[n++] = stream.hash[i]
  }
  return unedited.subarray(0, n)
}

/**
 * Whether the passages of a finding are equal but for its edits.
 * @param suspectText the whole suspect document
 * @param referenceText the whole reference document
 */
export function replayEdits(suspectText: string, referenceText: string, finding: Finding): boolean {
  const { suspect, reference, edits } = finding
  const ours = readUnedited(
    suspectText,
    suspect.span,
    edits.map(edit => edit.suspect),
  )
  const theirs = readUnedited(
    referenceText,
    reference.span,
    edits.map(edit => edit.reference),
  )
  return ours.length === theirs.length && ours.every((hash, i) => hash === theirs[i])
}
