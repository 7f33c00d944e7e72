/**
 * report: the data that a page carries, as `pack.ts` writes it and `page/` reads it. Shapes only.
 *
 * An index of columns holds what list, search and filter need. The rest stands in chunks of findings, each with
 * the texts that its findings share, and is read when it is looked at.
 */

import type { Finding, FindingKind } from '../types.ts'

/** Order in which a kind is written as a digit. */
export const kindOrder: readonly FindingKind[] = ['verbatim', 'anonymised', 'edited', 'passage']

/** Columns over all findings in the order of findings.jsonl, and the names that they point to. */
export interface PageIndex {
  n: number
  /** findings in each chunk but the last */
  chunkSize: number
  files: string[]
  references: string[]
  id: string[]
  /** one letter `A`, `B` or `C` for each finding */
  class: string
  /** one digit for each finding: its place in `kindOrder` */
  kind: string
  /** one letter for each finding, what the baseline says of it: `n`ew, `k`nown or `e`xpired; empty without one */
  state: string
  /** place in `files` */
  file: number[]
  record: number[]
  /** place in `references` */
  reference: number[]
  tokens: number[]
  distinctive: number[]
  edits: number[]
  score: number[]
  /** what stands in place of the list if it is empty */
  none: string
  /** findings that are not listed, since a browser would not bear them */
  findingsLeftOut: number
  /** listed findings whose texts were left out to keep the page small */
  textsLeftOut: number
}

/** What the list shows and the search reads of each finding; a block of its own, since it is not needed to open. */
export interface PageWords {
  /** the first words of the passage, or its edits where texts are redacted */
  gist: string[]
  /** further words to search: row ids and edits */
  terms: string[]
}

/** A document's text, cut to the stretch that its findings need. */
export interface PageText {
  text: string
  /** UTF-16 units of the document before `text` */
  start: number
  /** UTF-16 units of the whole document */
  of: number
}

/** A finding without texts, and where in the chunk its texts stand; -1 where there is none. */
export interface PageFinding {
  finding: Finding
  suspect: number
  reference: number
}

export interface PageChunk {
  texts: PageText[]
  findings: PageFinding[]
}

/** Element ids of the data in the page. */
export const indexElement = 'palimpsest-index'
export const wordsElement = 'palimpsest-words'
export const chunkElement = (chunk: number): string => `palimpsest-chunk-${chunk}`
