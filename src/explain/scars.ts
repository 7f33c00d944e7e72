/**
 * explain: what careless anonymisation leaves in a text, with or without a reference. Documents → counters → rates.
 *
 * Every detector walks the tokens that deserve a look (`glance.ts`), looks at a bounded stretch around each and counts a document (or a word of
 * it) once, so that one odd document is one. Templates (`[Name]`), fill-in exercises and typing errors look alike;
 * the ceilings below are what untouched corpora show, and a rate is reported only when it clearly exceeds them.
 */
import { hashUnits } from '../hash.ts'
import { type Rate, TokenKind } from '../types.ts'
import { Article, articleFor, articleForLetter } from './articles.ts'
import { type Counters, countEvent, counterOf, mergeCounters, rateOf } from './counters.ts'
import type { TraceDocument } from './glance.ts'
import { nameDialect } from './placeholders.ts'
import { addNames, createNames, createNoNames, listSurrogates, mergeNames, type NameCounts } from './surrogates.ts'
import { countWounds } from './wounds.ts'

/** What the scars of a corpus are counted in; plain data. */
export interface ScarState {
  documents: number
  counters: Counters
  names: NameCounts
}

/**
 * What untouched text is granted. Of twenty untouched corpora (`tests/bench/explain.ts scars`) none has a lower bound
 * above these; the rates themselves are mostly a tenth of them. Articles are granted the lower-case rate on top.
 */
const untouchedRates: Record<string, number> = {
  articleDisagreement: 0.004,
  chineseLeftover: 0.002,
  danglingPunctuation: 0.006,
  deletedSelfIdentification: 0.002,
  doubledName: 0.002,
  gluedPlaceholder: 0.001,
  maskedNumbers: 0.005,
  possessiveLeftover: 0.001,
  'placeholder: blanks': 0.006,
  'placeholder: square brackets': 0.005,
  'placeholder: capitalised square brackets': 0.01,
  'placeholder: run of x': 0.005,
}
const untouchedPlaceholder = 0.002
const minArticles = 10
/** Dialects that people write too, for other reasons. */
const weakDialects = new Set([
  'blanks',
  'run of x',
  'capitalised square brackets',
  'stars',
  'hashes',
  'blocks',
  'some (某)',
])
/** Placeholders of one document that are looked at; a dialect counts once in it. */
const maxPlaceholders = 500
/** Letters and forms to be filled in; their brackets are nobody's. */
const templateMarks =
  /\[(?:your|insert|recipient|my|enter|add|include|specify|choose|describe|list|product|link|company name|the )|\b(?:dear|sincerely|regards|subject:|signature|invoice)\b|尊敬的|亲爱的|此致|您的/i

const wordSet = (words: string): Set<number> => new Set(words.split(' ').map(hashUnits))
const conjunctions = wordSet('and or vs')
const chineseDoubles = new Set(['公司', '集团', '大学', '银行', '医院', '学院', '助手', '模型', '先生', '女士', '教授'])

/** An empty state. @param hasBackground will there be a background to judge names by? They are not counted otherwise */
export function createScars(hasBackground = true): ScarState {
  return { documents: 0, counters: new Map(), names: hasBackground ? createNames() : createNoNames() }
}

/** Adds the content of another worker; no document may stand in both. */
export function mergeScars(into: ScarState, other: ScarState): void {
  into.documents += other.documents
  mergeCounters(into.counters, other.counters)
  mergeNames(into.names, other.names)
}

/** Looks for scars in one document. Linear in its tokens. */
export function addScars(state: ScarState, document: TraceDocument): void {
  state.documents++
  countArticles(state.counters, document)
  countWounds(state.counters, document)
  countPlaceholders(state.counters, document)
  countDoubles(state.counters, document)
  addNames(state.names, document)
}

/**
 * The scars as rates, by name; those that were never seen are left out.
 *
 * @param background state of the background, if there is one
 */
export function rateScars(state: ScarState, background?: ScarState): Record<string, Rate> {
  const rates: Record<string, Rate> = {}
  for (const name of [...state.counters.keys()].sort()) {
    const counter = { ...state.counters.get(name)! }
    if (counter.count === 0 || name.endsWith('LowerCase')) continue
    if (counter.of === 0) counter.of = state.documents
    const theirs = background?.counters.get(name)
    const ofBackground = background && {
      count: theirs?.count ?? 0,
      of: theirs?.of || background.documents,
      examples: [],
    }
    // words are counted there, not documents: a few are enough
    const least = name === 'articleDisagreement' ? minArticles : undefined
    rates[name] = rateOf(counter, ofBackground, untouchedOf(state, name), least)
  }
  const surrogates = background && rateSurrogates(state, background)
  if (surrogates) rates.repeatedSurrogate = surrogates
  return rates
}

/** The name that stands in most unrelated documents beyond the background, with the others as examples. */
function rateSurrogates(state: ScarState, background: ScarState): Rate | undefined {
  const [most, ...others] = listSurrogates(state.names, background.names)
  if (most === undefined) return undefined
  const examples = [most, ...others.slice(0, 9)].map((name, rank) => ({
    rank,
    text: `${name.text}: ${name.documents} documents (background ${name.background})`,
  }))
  const counter = { count: most.documents, of: state.documents, examples }
  return { ...rateOf(counter, { count: most.background, of: background.documents, examples: [] }), reported: true }
}

/** The ceiling of a scar; articles also answer for how the corpus writes them before lower-case words. */
function untouchedOf(state: ScarState, name: string): number {
  const ceiling = untouchedRates[name] ?? untouchedPlaceholder
  if (name !== 'articleDisagreement') return ceiling
  const lower = counterOf(state.counters, 'articleLowerCase')
  return ceiling + (lower.of === 0 ? 0 : lower.count / lower.of)
}

/** `a`/`an` before capitalised and before lower-case words; a word counts once in a document. */
function countArticles(counters: Counters, document: TraceDocument): void {
  const { text, stream } = document
  const { at, n } = document.glance.articles
  if (n === 0) return
  const seen = new Set<number>()
  for (let g = 0; g < n; g++) {
    const i = at[g]
    if (i + 1 === stream.n) continue
    const start = stream.start[i]
    const units = stream.end[i] - start
    if (units > 2 || (text.charCodeAt(start) | 32) !== 97 || (units === 2 && text.charCodeAt(start + 1) !== 110))
      continue
    const next = stream.start[i + 1]
    if (next !== stream.end[i] + 1 || text.charCodeAt(next) > 122 || stream.end[i + 1] - next < 3) continue
    if (((stream.kind[i] | stream.kind[i + 1]) & (TokenKind.code | TokenKind.placeholder | TokenKind.address)) !== 0)
      continue
    countArticle(counters, document, i, units === 1 ? Article.a : Article.an, seen)
  }
}

function countArticle(
  counters: Counters,
  document: TraceDocument,
  i: number,
  written: number,
  seen: Set<number>,
): void {
  const { text, stream } = document
  const start = stream.start[i + 1]
  const second = text.charCodeAt(start + 1)
  const third = text.charCodeAt(start + 2)
  // letters spelled out, and codes, tell nothing
  if (second < 97 || second > 122 || third < 97 || third > 122) return
  const first = text.charCodeAt(start)
  const isCapital = first < 97
  const wanted =
    articleForLetter(first | 32) ?? articleFor(text.slice(start, Math.min(stream.end[i + 1], start + 8)).toLowerCase())
  if (wanted === Article.open || (written === Article.an && (first | 32) === 104)) return
  const key = (stream.hash[i + 1] ^ written) >>> 0
  if (isCapital && seen.has(key)) return
  if (isCapital && seen.size < 256) seen.add(key)
  const counter = counterOf(counters, isCapital ? 'articleDisagreement' : 'articleLowerCase')
  counter.of++
  if (wanted === written) return
  if (isCapital) countEvent(counter, document, stream.start[i], stream.end[i + 1])
  else counter.count++
}

/** Placeholders by dialect, those glued to letters, and numbers written with X; a document counts once for each. */
function countPlaceholders(counters: Counters, document: TraceDocument): void {
  const { text, stream, glance } = document
  if ((glance.kinds & (TokenKind.placeholder | TokenKind.number)) === 0) return
  const { at, n } = glance.names
  const seen = new Set<string>()
  const count = (name: string, start: number, end: number) => {
    if (seen.has(name)) return
    seen.add(name)
    countEvent(counterOf(counters, name), document, start, end)
  }
  let judged = 0
  let template: boolean | undefined
  const isTemplate = () => {
    template ??= templateMarks.test(text)
    return template
  }
  for (let g = 0; g < n; g++) {
    const i = at[g]
    const kind = stream.kind[i]
    if ((kind & (TokenKind.placeholder | TokenKind.number)) === 0 || (kind & TokenKind.code) !== 0) continue
    const start = stream.start[i]
    const end = stream.end[i]
    if ((kind & TokenKind.number) !== 0 && isPlainNumber(text, start, end)) continue
    if (isMaskedNumber(text, start, end)) {
      count('maskedNumbers', start, end)
      continue
    }
    if (++judged > maxPlaceholders) return
    const token = text.slice(start, Math.min(end, start + 64))
    const dialect = nameDialect(token) ?? nameDialect(token.replace(/s$/, ''))
    if (dialect === null || (/brackets|braces/.test(dialect) && isTemplate())) continue
    count(`placeholder: ${dialect}`, start, end)
    if (!weakDialects.has(dialect)) count('placeholders', start, end)
    if (isGlued(text, token, end)) count('gluedPlaceholder', start, end)
  }
}

/** Digits and marks only, or beginning and ending so: the common case, cheaply told. */
function isPlainNumber(text: string, start: number, end: number): boolean {
  if (end - start > 64) return true
  for (let i = start; i < end; i++) {
    const unit = text.charCodeAt(i)
    if ((unit >= 65 && unit <= 90) || (unit >= 97 && unit <= 122)) return false
  }
  return true
}

/** `$XX`, `XX%`, `20XX`, `555-XXXX`. */
function isMaskedNumber(text: string, start: number, end: number): boolean {
  let crosses = 0
  let digits = 0
  for (let i = start; i < end; i++) {
    const unit = text.charCodeAt(i)
    if (unit === 88) crosses++
    else if (unit >= 48 && unit <= 57) digits++
    else if (unit !== 44 && unit !== 46) return false
  }
  if (crosses < 2) return false
  if (digits > 0) return true
  const before = text.charCodeAt(start - 1)
  const after = text.charCodeAt(end)
  return before === 36 /* $ */ || after === 37 /* % */ || (before === 45 && isDigitBefore(text, start - 1))
}

function isDigitBefore(text: string, at: number): boolean {
  const unit = text.charCodeAt(at - 1)
  return (unit >= 48 && unit <= 57) || unit === 88
}

/** A letter directly behind a placeholder: `[NAME]s`, `User7s`, `<PERSON>ian`. */
function isGlued(text: string, token: string, end: number): boolean {
  const after = text.charCodeAt(end)
  if (/[a-z]$/.test(token) && /\d/.test(token) && nameDialect(token) === null) return true
  return /[\])>}]$/.test(token) && after >= 97 && after <= 122
}

/** A name tied to itself (`Acme and Acme`), and in Chinese a doubled kind of institution (`某公司公司`). */
function countDoubles(counters: Counters, document: TraceDocument): void {
  const { stream } = document
  const { at, n } = document.glance.names
  let hasDouble = false
  let hasChinese = false
  for (let g = 0; g < n && !(hasDouble && hasChinese); g++) {
    const i = at[g]
    if (i + 1 === stream.n) break
    const kind = stream.kind[i]
    if (!hasChinese && (kind & TokenKind.ideograph) !== 0 && isChineseDouble(document, i)) {
      hasChinese = true
      countEvent(counterOf(counters, 'chineseLeftover'), document, stream.start[i], stream.end[i + 3])
    }
    if (hasDouble || (kind & (TokenKind.name | TokenKind.model)) === 0 || (kind & TokenKind.code) !== 0) continue
    const last = doubledName(document, i)
    if (last > 0) {
      hasDouble = true
      countEvent(counterOf(counters, 'doubledName'), document, stream.start[i], stream.end[last])
    }
  }
}

function isChineseDouble(document: TraceDocument, i: number): boolean {
  const { text, stream } = document
  if (i + 3 >= stream.n || stream.hash[i] !== stream.hash[i + 2] || stream.hash[i + 1] !== stream.hash[i + 3])
    return false
  if (stream.hash[i] === stream.hash[i + 1]) return false
  const start = stream.start[i]
  return stream.end[i + 3] === start + 4 && chineseDoubles.has(text.slice(start, start + 2))
}

/** The last token of `X and X`, `X (X`; X of one or two names; -1 if there is none at `i`. */
function doubledName(document: TraceDocument, i: number): number {
  const { text, stream } = document
  if (i > 0 && (stream.kind[i - 1] & TokenKind.name) !== 0 && stream.end[i - 1] + 1 === stream.start[i]) return -1
  for (let n = 1; n <= 2 && i + n < stream.n; n++) {
    if (n === 2 && ((stream.kind[i + 1] & TokenKind.name) === 0 || stream.start[i + 1] !== stream.end[i] + 1)) return -1
    const isJoined = conjunctions.has(stream.hash[i + n])
    const second = i + n + (isJoined ? 1 : 0)
    if (second + n > stream.n || stream.hash[second] !== stream.hash[i] || stream.end[i] - stream.start[i] < 3) continue
    if (n === 2 && stream.hash[second + 1] !== stream.hash[i + 1]) continue
    const between = text.slice(stream.end[i + n - 1], Math.min(stream.start[second], stream.end[i + n - 1] + 8))
    if (isJoined ? !/^ \w+ $/.test(between) : between !== ' (') continue
    if (isCapitalAt(text, stream.start[second]) && isCapitalAt(text, stream.start[i])) return second + n - 1
  }
  return -1
}

function isCapitalAt(text: string, at: number): boolean {
  const unit = text.charCodeAt(at)
  return unit >= 65 && unit <= 90
}
