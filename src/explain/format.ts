/**
 * explain: equal tokens that are set or pointed otherwise → `format` edits.
 *
 * Case, width, quotes, punctuation, markdown and layout. Neighbouring differences are one edit, and a passage set
 * otherwise throughout keeps few, wide ones: nothing is left out. Linear in the passage.
 */
import type { Block, Edit, Span } from '../types.ts'
import type { Side } from './sides.ts'

/** More format edits than this in one alignment are merged with their neighbours. */
const maxFormatEdits = 50

/**
 * Format edits of an alignment.
 *
 * @param blocks all blocks
 * @param ordered those that rise in the reference too
 */
export function compareFormats(suspect: Side, reference: Side, blocks: Block[], ordered: Block[]): Edit[] {
  const formats: Edit[] = []
  for (const block of blocks) compareSetting(suspect, reference, block, formats)
  compareJoins(suspect, reference, ordered, formats)
  return mergeFormats(suspect, reference, formats)
}

/** Differences of form and of what stands between the equal tokens of a block. */
function compareSetting(suspect: Side, reference: Side, block: Block, out: Edit[]): void {
  if (block.n === 0) return
  const a = suspect.stream
  const b = reference.stream
  const wholeA: Span = [a.start[block.s], a.end[block.s + block.n - 1]]
  const wholeB: Span = [b.start[block.r], b.end[block.r + block.n - 1]]
  if (isSame(suspect.text, wholeA, reference.text, wholeB)) return
  for (let i = 0; i < block.n; i++) {
    const s = block.s + i
    const r = block.r + i
    const tokenA: Span = [a.start[s], a.end[s]]
    const tokenB: Span = [b.start[r], b.end[r]]
    if (!isSame(suspect.text, tokenA, reference.text, tokenB)) pushFormat(suspect, reference, tokenA, tokenB, out)
    if (i + 1 === block.n) break
    const betweenA: Span = [a.end[s], a.start[s + 1]]
    const betweenB: Span = [b.end[r], b.start[r + 1]]
    if (!isSame(suspect.text, betweenA, reference.text, betweenB))
      pushFormat(suspect, reference, betweenA, betweenB, out)
  }
}

/** Differences around replacements: what stands before and behind them on both sides. */
function compareJoins(suspect: Side, reference: Side, ordered: Block[], out: Edit[]): void {
  for (let i = 1; i < ordered.length; i++) {
    const p = ordered[i - 1]
    const q = ordered[i]
    const gapS = q.s - p.s - p.n
    const gapR = q.r - p.r - p.n
    if (gapS === 0 && gapR > 0) continue
    if (gapR === 0 && gapS > 0) continue
    compareBetween(suspect, reference, p.s + p.n, p.r + p.n, out)
    if (gapS > 0) compareBetween(suspect, reference, q.s, q.r, out)
  }
}

/** What stands before the suspect token `s` against what stands before the reference token `r`. */
function compareBetween(suspect: Side, reference: Side, s: number, r: number, out: Edit[]): void {
  const a: Span = [suspect.stream.end[s - 1], suspect.stream.start[s]]
  const b: Span = [reference.stream.end[r - 1], reference.stream.start[r]]
  if (a[1] >= a[0] && b[1] >= b[0] && !isSame(suspect.text, a, reference.text, b))
    pushFormat(suspect, reference, a, b, out)
}

function isSame(a: string, spanA: Span, b: string, spanB: Span): boolean {
  const length = spanA[1] - spanA[0]
  if (length !== spanB[1] - spanB[0]) return false
  for (let i = 0; i < length; i++) if (a.charCodeAt(spanA[0] + i) !== b.charCodeAt(spanB[0] + i)) return false
  return true
}

function pushFormat(suspect: Side, reference: Side, s: Span, r: Span, out: Edit[]): void {
  out.push(describeFormat(suspect, reference, s, r))
}

function describeFormat(suspect: Side, reference: Side, s: Span, r: Span): Edit {
  const from = reference.text.slice(...r)
  const to = suspect.text.slice(...s)
  const op = from === '' ? 'insert' : to === '' ? 'delete' : 'replace'
  return { op, kind: 'format', from, to, suspect: s, reference: r }
}

/** Neighbouring format edits become one; the reach grows until no more than `maxFormatEdits` are left. */
function mergeFormats(suspect: Side, reference: Side, formats: Edit[]): Edit[] {
  let merged = [...formats].sort((a, b) => a.suspect[0] - b.suspect[0] || a.reference[0] - b.reference[0])
  for (let reach = 0; ; reach = reach * 4 + 16) {
    merged = joinFormats(suspect, reference, merged, reach)
    if (merged.length <= maxFormatEdits || reach > suspect.text.length)
      return merged.map(edit => trimFormat(suspect, reference, edit))
  }
}

/** A format edit without what both sides begin and end with. */
function trimFormat(suspect: Side, reference: Side, edit: Edit): Edit {
  const { from, to } = edit
  const shorter = Math.min(from.length, to.length)
  let head = 0
  while (head < shorter && from.charCodeAt(head) === to.charCodeAt(head)) head++
  let tail = 0
  while (tail < shorter - head && from.charCodeAt(from.length - 1 - tail) === to.charCodeAt(to.length - 1 - tail))
    tail++
  return describeFormat(
    suspect,
    reference,
    [edit.suspect[0] + head, edit.suspect[1] - tail],
    [edit.reference[0] + head, edit.reference[1] - tail],
  )
}

function joinFormats(suspect: Side, reference: Side, formats: Edit[], reach: number): Edit[] {
  const joined: Edit[] = []
  for (const edit of formats) {
    const last = joined[joined.length - 1]
    const apart = last === undefined ? -1 : edit.suspect[0] - last.suspect[1]
    const apartR = last === undefined ? -1 : edit.reference[0] - last.reference[1]
    if (apart >= 0 && apart <= reach && apartR >= 0 && apartR <= reach * 4)
      joined[joined.length - 1] = describeFormat(
        suspect,
        reference,
        [last.suspect[0], edit.suspect[1]],
        [last.reference[0], edit.reference[1]],
      )
    else joined.push(edit)
  }
  return joined
}
