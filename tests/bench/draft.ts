/**
 * Bench: a text under treatment. Draft → parts kept, put and moved → draft. Every treatment is a sequence of
 * such steps, so that the planted edits and the copied part keep their true places however many are combined.
 */
import type { EditKind, Span } from '../../src/types.ts'

/** One change that a treatment made. */
export interface Planted {
  /** text before; empty for an insertion */
  from: string
  /** text after; empty for a deletion */
  to: string
  kind: EditKind
  /** UTF-16 units of the new text; empty where something was deleted */
  span: Span
}

/** A text with the truth about it. */
export interface Draft {
  text: string
  planted: Planted[]
  /** UTF-16 units of the new text that come from the copied source */
  copied: Span
}

/** A piece of the next draft: a stretch of the last one, or new text. */
export type Part =
  | { keep: Span; moved?: true }
  /** `outside`: not part of the copy, e.g. the host document around it; it is not listed as planted */
  | { put: string; from: string; kind: EditKind; outside?: true }

/** A change in place: `[start, end)` of the last draft becomes `to`. */
export interface Change {
  start: number
  end: number
  to: string
  kind: EditKind
}

/** Starts a draft whose whole text is the copy. */
export function startDraft(text: string): Draft {
  return { text, planted: [], copied: [0, text.length] }
}

/** Builds the next draft from parts, in order. What no part keeps is gone. */
export function composeDraft(draft: Draft, parts: readonly Part[]): Draft {
  const planted: Planted[] = []
  const taken = new Set<Planted>()
  let text = ''
  let copiedStart = -1
  let copiedEnd = -1
  const cover = (start: number, end: number): void => {
    if (copiedStart < 0) copiedStart = start
    copiedEnd = Math.max(copiedEnd, end)
  }
  for (const part of parts) {
    const at = text.length
    if ('put' in part) {
      text += part.put
      if (part.put !== part.from && !part.outside) {
        planted.push({ from: part.from, to: part.put, kind: part.kind, span: [at, text.length] })
      }
      if (!part.outside && part.put !== '') cover(at, text.length)
      continue
    }
    const [start, end] = part.keep
    const kept = draft.text.slice(start, end)
    text += kept
    for (const edit of draft.planted) {
      if (taken.has(edit) || edit.span[0] < start || edit.span[1] > end) continue
      taken.add(edit)
      planted.push({ ...edit, span: [edit.span[0] - start + at, edit.span[1] - start + at] })
    }
    if (part.moved && kept !== '') {
      planted.push({ from: kept, to: kept, kind: 'reorder', span: [at, text.length] })
    }
    const from = Math.max(start, draft.copied[0])
    const to = Math.min(end, draft.copied[1])
    if (from < to) cover(from - start + at, to - start + at)
  }
  planted.sort((a, b) => a.span[0] - b.span[0] || a.span[1] - b.span[1])
  return { text, planted, copied: copiedStart < 0 ? [0, 0] : [copiedStart, copiedEnd] }
}

/**
 * Applies changes in place. Changes that overlap an earlier one of the list, or a change planted by an earlier
 * step, are left out: a surrogate name is not reworded again.
 */
export function changeDraft(draft: Draft, changes: readonly Change[]): Draft {
  const sorted = [...changes].sort((a, b) => a.start - b.start || a.end - b.end)
  const parts: Part[] = []
  let at = 0
  let next = 0
  let reach = -1
  const earlier = draft.planted.filter(edit => edit.kind !== 'reorder')
  for (const change of sorted) {
    const from = draft.text.slice(change.start, change.end)
    if (change.start < at || from === change.to) continue
    while (next < earlier.length && earlier[next]!.span[0] < change.end) {
      reach = Math.max(reach, earlier[next]!.span[1])
      next++
    }
    if (reach > change.start) continue
    parts.push({ keep: [at, change.start] }, { put: change.to, from, kind: change.kind })
    at = change.end
  }
  if (parts.length === 0) return draft
  parts.push({ keep: [at, draft.text.length] })
  return composeDraft(draft, parts)
}

/** A word with its place. */
export interface Word {
  text: string
  start: number
  end: number
}

const wordPattern = /\p{Script=Han}+|(?:(?!\p{Script=Han})[\p{L}\p{N}])+(?:['’-](?:(?!\p{Script=Han})[\p{L}\p{N}])+)*/gu

/** Words of a text (runs of letters and digits, inner apostrophes and hyphens kept); a run of Han is a word apart. */
export function findWords(text: string): Word[] {
  const words: Word[] = []
  for (const match of text.matchAll(wordPattern)) {
    words.push({ text: match[0], start: match.index, end: match.index + match[0].length })
  }
  return words
}

/** Counts words by white space; Chinese by characters. */
export function countWords(text: string, lang: string): number {
  if (lang === 'zh') return text.match(/[\p{L}\p{N}]/gu)?.length ?? 0
  return text.match(/\S+/g)?.length ?? 0
}

const abbreviation = /(?:^|[\s(])(?:Dr|Mr|Mrs|Ms|Prof|St|vs|etc|e\.g|i\.e|No|Inc|Jr|Sr|\p{L})\.\s*$/u
const segmenters = new Map<string, Intl.Segmenter>()

/**
 * Sentences as spans that cover the text; white space after a sentence belongs to it. List numbers stay with
 * their item, and a fenced code block is one sentence.
 */
export function splitSentences(text: string, lang: string): Span[] {
  const locale = lang === 'zh' ? 'zh' : 'en'
  let segmenter = segmenters.get(locale)
  if (!segmenter) {
    segmenter = new Intl.Segmenter(locale, { granularity: 'sentence' })
    segmenters.set(locale, segmenter)
  }
  const spans: Span[] = []
  let open = -1
  let fenced = false
  for (const { segment, index } of segmenter.segment(text)) {
    if (open < 0) open = index
    const end = index + segment.length
    if ((segment.match(/```/g)?.length ?? 0) % 2 === 1) fenced = !fenced
    const unfinished = fenced || !/\p{L}{2}|\p{Script=Han}/u.test(text.slice(open, end)) || abbreviation.test(segment)
    if (unfinished && end < text.length) continue
    spans.push([open, end])
    open = -1
  }
  return spans
}
