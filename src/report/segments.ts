/**
 * report: a finding and its two texts → segments of text, each plain, equal or one side of an edit, so that what
 * belongs together on both sides carries the same pair. Pure; used by the page and by the summary without scripts.
 *
 * Spans are believed only as far as they fit: what lies outside the text or overlaps an earlier span is clipped.
 */

import type { Edit, Finding, Span } from '../types.ts'
import type { PageText } from './format.ts'

/** What explains a stretch apart from the reference. */
type Explainer = keyof NonNullable<Finding['explained']>

export interface Segment {
  text: string
  /** `outside` lies before or after the passage; `gap` stands for text that is not shown */
  role: 'outside' | 'equal' | 'edit' | 'gap'
  /** place in the finding's edits; -1 for other roles */
  edit: number
  /** equal for the two sides of an edit, and for runs of equal text that answer each other; empty outside */
  pair: string
  /** what explains this stretch of the suspect apart from the reference; empty if nothing does */
  explained: '' | Explainer
}

interface Cut {
  span: Span
  edit: number
}

/** Segments of one side of a finding, in the order of its text. */
export function segmentSide(finding: Finding, side: 'suspect' | 'reference', page: PageText): Segment[] {
  const passage = clip(finding[side].span, [page.start, page.start + page.text.length])
  const slice = (from: number, to: number): string => page.text.slice(from - page.start, to - page.start)
  const segments: Segment[] = []
  const add = (role: Segment['role'], from: number, to: number, edit: number, pair: string): void => {
    if (to > from || role === 'edit') segments.push({ text: slice(from, to), role, edit, pair, explained: '' })
  }
  const addEqual = (from: number, to: number, pair: string): void => {
    let at = from
    for (const { span, by } of side === 'suspect' ? listExplained(finding) : []) {
      const [start, end] = clip(span, [at, to])
      if (end <= start) continue
      add('equal', at, start, -1, pair)
      add('equal', start, end, -1, pair)
      segments[segments.length - 1].explained = by
      at = end
    }
    add('equal', at, to, -1, pair)
  }
  if (page.start > 0) segments.push(gap())
  add('outside', page.start, passage[0], -1, '')
  let position = passage[0]
  let run = 'start'
  for (const { span, edit } of cutsOf(finding.edits, side)) {
    const from = Math.max(span[0], position)
    const to = Math.min(span[1], passage[1])
    if (from > passage[1] || to < from) continue
    addEqual(position, from, `run-${run}`)
    add('edit', from, to, edit, `edit-${edit}`)
    position = to
    if (finding.edits[edit].op !== 'move') run = String(edit)
  }
  addEqual(position, passage[1], `run-${run}`)
  add('outside', passage[1], page.start + page.text.length, -1, '')
  if (page.start + page.text.length < page.of) segments.push(gap())
  return segments
}

/** Explained stretches in the order of the text; where two overlap, the earlier one has it. */
function listExplained({ explained = {} }: Finding): { span: Span; by: Explainer }[] {
  const all = (['prompt', 'background', 'complexity'] as const).flatMap(by =>
    (explained[by] ?? []).map(span => ({ span, by })),
  )
  return all.sort((a, b) => a.span[0] - b.span[0])
}

function gap(): Segment {
  return { text: '…', role: 'gap', edit: -1, pair: '', explained: '' }
}

function clip(span: Span, bounds: Span): Span {
  const start = Math.min(Math.max(span[0], bounds[0]), bounds[1])
  return [start, Math.min(Math.max(span[1], start), bounds[1])]
}

function cutsOf(edits: readonly Edit[], side: 'suspect' | 'reference'): Cut[] {
  const cuts = edits.map((edit, i) => ({ span: edit[side], edit: i }))
  return cuts.sort((a, b) => a.span[0] - b.span[0] || a.span[1] - b.span[1] || a.edit - b.edit)
}

/**
 * Segments of both texts in one: the suspect's text, with what the reference has instead carried by each edit.
 * Where only the reference's text is at hand, its side is used.
 */
export function segmentInline(
  finding: Finding,
  suspect: PageText | undefined,
  reference: PageText | undefined,
): Segment[] {
  if (suspect) return segmentSide(finding, 'suspect', suspect)
  return reference ? segmentSide(finding, 'reference', reference) : []
}
