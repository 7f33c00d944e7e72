/**
 * explain: what models and chat pages left of themselves in a text. Documents → counters → rates.
 *
 * Phrases (`corpora/phrases/residue.json`) are found in one pass over the tokens; a document counts once for each
 * kind. Answers to "Who trained you?" are compared with each other by the words that are no names: the same answer
 * in many rows was put there. What is seen is listed, whoever wrote it: people quote models too.
 */
import { combine, hashUnits } from '../hash.ts'
import { clopperPearson } from '../stats.ts'
import { TokenBuffer } from '../text/buffer.ts'
import { tokenise } from '../text/tokens.ts'
import { identityBits, type Rate, TokenKind } from '../types.ts'
import { type Counters, countEvent, counterOf, mergeCounters, rateOf } from './counters.ts'
import type { TraceDocument } from './glance.ts'
import { readPhrasebook } from './phrasebook.ts'
import { findPhrases, followPhrases } from './phrases.ts'
import { limitByHash } from './samples.ts'

/** Daggers of one text that are looked at. */
const maxMarks = 1000
/** Prompts longer than this are no question about identity. */
const maxQuestionUnits = 240
/** An answer that gives an identity does so early, and is short. */
const maxStatementToken = 12
const maxStatementTokens = 160
/** Masked tokens by which answers are compared. */
const templateTokens = 12
/** Fewer masked tokens say the same by chance (`My name is …`), unless the prompt asked. */
const minTemplateTokens = 6
/** Rows with the same answer that make it a template. */
const minTemplateRows = 5
const maxTemplates = 1 << 16
const level = 0.95

/** What is printed; the other categories help to find identity templates. */
const shownCategories = ['selfIdentification', 'refusal', 'knowledgeCutoff', 'toolArtefact']

/** What the residue of a corpus is counted in; plain data. */
export interface ResidueState {
  documents: number
  /** documents that ask for or state an identity */
  identityDocuments: number
  counters: Counters
  /** template hash → rows with it; hashes at or above the threshold are not kept */
  templates: Map<number, { rows: number; example: { rank: number; text: string } }>
  threshold: number
}

/** An empty state. */
export function createResidue(): ResidueState {
  return { documents: 0, identityDocuments: 0, counters: new Map(), templates: new Map(), threshold: 2 ** 32 }
}

/** Looks for residue in one document. Linear in its tokens and its text. */
export function addResidue(state: ResidueState, document: TraceDocument): void {
  state.documents++
  const { automaton, categories, alone } = readPhrasebook()
  const { text, stream, glance } = document
  const seen = new Map<string, { from: number; to: number }>()
  const onPhrase = (label: number, from: number, to: number): void => {
    const category = categories[label]
    if (alone[label] && !standsAlone(document, from, to)) return
    if (category === 'identityStatement' && (from > maxStatementToken || stream.n > maxStatementTokens)) return
    if (!seen.has(category)) seen.set(category, { from: stream.start[from], to: stream.end[to - 1] })
  }
  const { at, n } = glance.phrases
  for (let p = 0, next = 0; p < n; p++) if (at[p] >= next) next = followPhrases(automaton, stream, at[p], onPhrase).to
  const artefact = seen.get('toolArtefact') ?? findAddress(document) ?? findMark(text)
  if (artefact !== undefined) seen.set('toolArtefact', artefact)
  for (const category of shownCategories) {
    const place = seen.get(category)
    if (place !== undefined) countEvent(counterOf(state.counters, category), document, place.from, place.to)
  }
  const isStated = seen.has('identityStatement') && stream.nMasked >= minTemplateTokens
  if (isStated || asksIdentity(document.prompt)) addTemplate(state, document)
}

/** A button of a chat page is a line of its own. */
function standsAlone(document: TraceDocument, from: number, to: number): boolean {
  const { text, stream } = document
  const start = stream.start[from]
  let end = stream.end[to - 1]
  while (text.charCodeAt(end) === 32 || text.charCodeAt(end) === 13) end++
  return (start === 0 || text.charCodeAt(start - 1) === 10) && (end === text.length || text.charCodeAt(end) === 10)
}

function findAddress(document: TraceDocument): { from: number; to: number } | undefined {
  const { text, stream, glance } = document
  if ((glance.kinds & TokenKind.address) === 0) return undefined
  const { at, n } = glance.names
  for (let a = 0; a < n; a++) {
    const i = at[a]
    if ((stream.kind[i] & TokenKind.address) === 0) continue
    const address = text.slice(stream.start[i], Math.min(stream.end[i], stream.start[i] + 512)).toLowerCase()
    if (readPhrasebook().addresses.some(known => address.includes(known)))
      return { from: stream.start[i], to: stream.end[i] }
  }
  return undefined
}

function findMark(text: string): { from: number; to: number } | undefined {
  // one search for the rare sign that all marks begin with; a text full of it is no answer
  let looked = 0
  for (let at = text.indexOf('†'); at >= 0 && looked < maxMarks; at = text.indexOf('†', at + 1), looked++)
    if (readPhrasebook().marks.some(mark => text.startsWith(mark, at))) return { from: at, to: at + 8 }
  return undefined
}

/** Scratch of one thread. */
const promptTokens = new TokenBuffer()

function asksIdentity(prompt: string | null): boolean {
  if (prompt === null || prompt.length > maxQuestionUnits || !/you|你/i.test(prompt)) return false
  const { automaton, categories } = readPhrasebook()
  let asks = false
  findPhrases(automaton, tokenise(prompt, promptTokens), label => {
    if (categories[label] === 'identityQuestion') asks = true
  })
  return asks
}

/** Counts the answer by its first words that are no names: `I am X, a model trained by Y` whatever X and Y. */
function addTemplate(state: ResidueState, document: TraceDocument): void {
  state.identityDocuments++
  const { stream, text } = document
  let n = 0
  let template = 0
  for (let j = 0; j < stream.nMasked && n < templateTokens; j++) {
    const i = stream.masked[j]
    // `Harbour` may be a name here, however common a word it is
    if ((stream.kind[i] & (identityBits | TokenKind.code)) === TokenKind.name) continue
    template = combine(template, stream.hash[i])
    n++
  }
  if (n < 3) return
  if (template >= state.threshold) return
  const shown = text.slice(0, 160)
  const example = { rank: hashUnits(shown), text: shown }
  const seen = state.templates.get(template)
  state.templates.set(template, {
    rows: (seen?.rows ?? 0) + 1,
    example: seen === undefined ? example : first(seen.example, example),
  })
  if (state.templates.size > maxTemplates) state.threshold = limitByHash(state.templates, state.threshold, maxTemplates)
}

function first<T extends { rank: number; text: string }>(a: T, b: T): T {
  return a.rank < b.rank || (a.rank === b.rank && a.text <= b.text) ? a : b
}

/** Adds the content of another worker; no document may stand in both. */
export function mergeResidue(into: ResidueState, other: ResidueState): void {
  into.documents += other.documents
  into.identityDocuments += other.identityDocuments
  mergeCounters(into.counters, other.counters)
  into.threshold = Math.min(into.threshold, other.threshold)
  for (const [template, theirs] of other.templates) {
    const mine = into.templates.get(template)
    if (mine === undefined) into.templates.set(template, theirs)
    else into.templates.set(template, { rows: mine.rows + theirs.rows, example: first(mine.example, theirs.example) })
  }
  into.threshold = limitByHash(into.templates, into.threshold, maxTemplates)
}

/**
 * The residue as rates, by name. `refusal` is there even when none was seen, and when the background refuses
 * clearly more often, `refusalsAbsent` says so: count and rate are then those of the suspect.
 *
 * @param background state of the background, if there is one
 */
export function rateResidue(state: ResidueState, background?: ResidueState): Record<string, Rate> {
  const rates: Record<string, Rate> = {}
  for (const category of shownCategories) {
    const counter = { ...counterOf(state.counters, category), of: state.documents }
    if (counter.count === 0 && category !== 'refusal') continue
    const theirs = background && {
      count: background.counters.get(category)?.count ?? 0,
      of: background.documents,
      examples: [],
    }
    const rate = rateOf(counter, theirs)
    if (counter.count > 0 || theirs !== undefined) rates[category] = { ...rate, reported: counter.count > 0 }
    if (category === 'refusal' && theirs !== undefined && isAbsent(counter, theirs))
      rates.refusalsAbsent = { ...rate, reported: true }
  }
  const templates = rateTemplates(state, background)
  if (templates !== undefined) rates.identityTemplate = templates
  return rates
}

function isAbsent(mine: { count: number; of: number }, theirs: { count: number; of: number }): boolean {
  if (mine.of === 0 || theirs.of === 0) return false
  return clopperPearson(mine.count, mine.of, level).high < clopperPearson(theirs.count, theirs.of, level).low / 4
}

/** Rows whose answer to who they are is one that many rows give. */
function rateTemplates(state: ResidueState, background?: ResidueState): Rate | undefined {
  const counter = {
    count: 0,
    of: Math.max(1, state.identityDocuments),
    examples: [] as { rank: number; text: string }[],
  }
  const shared = sharedTemplates(state)
  if (shared.length === 0) return undefined
  for (const { rows, example } of shared) {
    counter.count += rows
    if (counter.examples.length < 5) counter.examples.push({ rank: 0, text: `${rows} rows: ${example.text}` })
  }
  const theirs = background && {
    count: sharedTemplates(background).reduce((sum, { rows }) => sum + rows, 0),
    of: background.identityDocuments,
    examples: [],
  }
  return { ...rateOf(counter, theirs), reported: true }
}

function sharedTemplates(state: ResidueState): { rows: number; example: { rank: number; text: string } }[] {
  return [...state.templates.values()]
    .filter(({ rows }) => rows >= minTemplateRows)
    .sort((a, b) => b.rows - a.rows || (a.example.text < b.example.text ? -1 : 1))
}
