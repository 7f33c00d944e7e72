/**
 * Makes the shipped demo corpora from their hand-written sources (shapes: `corpora/README.md`).
 * In: `corpora/demo/{en,zh,code}/*`, `corpora/demo/human/human.jsonl`. Out: `reference.jsonl`, `background.jsonl`,
 * `decoy.jsonl`, `vendor.jsonl`, `truth.json` in `corpora/demo/`. Deterministic; run `npx tsx tests/bench/demo-corpora.ts`.
 *
 * A source that names a text which does not occur is an error, so the truth cannot drift from the texts.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { reformat, type Step } from './demo-steps.ts'

/** One row of `reference`, `background`, `decoy` and `innocent`. */
export interface SourceRow {
  id: string
  model: string
  prompt: string
  text: string
  /** why an independent row shares much with a reference, if it does */
  overlap?: 'prompt' | 'commonplace'
}

interface HumanRow {
  id: string
  text: string
  prompt?: string
}

interface Pair {
  from: string
  to: string
  kind: string
}

type Dialect = 'angle' | 'numbered' | 'bare' | 'redacted' | 'xxxx' | 'chinese'

interface Copy {
  id: string
  treatment: string
  passage?: { from: string; to: string }
  replace?: { from: string; to: string }[]
  map?: boolean
  pairs?: Pair[]
  names?: { text: string; kind: string }[]
  dialect?: Dialect
  steps?: Step[]
  before?: string
  after?: string
  prompt?: string
}

interface Edits {
  map: Pair[]
  copies: Copy[]
}

/** A row of the vendor's file, Alpaca layout. */
export interface VendorRow {
  id: string
  instruction: string
  input: string
  output: string
}

/** A replacement planted in one record, and how often it was made there. */
export interface Planted extends Pair {
  places: number
}

/** What is true of one vendor record. */
export interface TruthRecord {
  id: string
  origin: 'copy' | 'innocent' | 'human'
  language: string
  /** id of the reference copied, else of the source row */
  source: string
  treatment?: string
  substitutions?: Planted[]
  /** UTF-16 units of the vendor's output that came from the reference */
  span?: [start: number, end: number]
  overlap?: 'prompt' | 'commonplace'
}

/** Content of `truth.json`. */
export interface Truth {
  records: TruthRecord[]
  substitutions: (Pair & { documents: number })[]
}

type Unplaced = { vendor: Omit<VendorRow, 'id'>; truth: Omit<TruthRecord, 'id'>; mapped: Planted[] }

const languages = ['en', 'zh', 'code']
const shuffleSeed = 20240607

const placeholderLabels: Record<string, [latin: string, chinese: string]> = {
  person: ['PERSON', '某人'],
  organisation: ['ORG', '某公司'],
  place: ['LOCATION', '某地'],
  name: ['NAME', '某某'],
  number: ['NUMBER', '某某'],
  date: ['DATE', '某日'],
  contact: ['CONTACT', '某某'],
  model: ['MODEL', '某某'],
  identifier: ['ID', '某某'],
}

const latinWord = '[A-Za-z0-9_\\u00c0-\\u024f]'

/** Pattern for a literal: word boundaries where it begins or ends with a Latin letter or digit, none beside ideographs. */
function matchLiteral(text: string): string {
  const escaped = text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
  const isWord = new RegExp(`^${latinWord}$`)
  const before = isWord.test(text[0]!) ? `(?<!${latinWord})` : ''
  const after = isWord.test(text.at(-1)!) ? `(?!${latinWord})` : ''
  return before + escaped + after
}

/** Replaces every `from` by its `to`, longest first, in one pass, and counts places. */
function replaceAll(text: string, pairs: Pair[], eatSpace = false): { text: string; planted: Planted[] } {
  if (pairs.length === 0) return { text, planted: [] }
  const sorted = [...pairs].sort((a, b) => b.from.length - a.from.length)
  const byFrom = new Map(sorted.map(pair => [pair.from, { ...pair, places: 0 }]))
  const literals = sorted.map(pair => matchLiteral(pair.from)).join('|')
  const replaced = text.replace(new RegExp(`${eatSpace ? ' ?' : ''}(${literals})`, 'g'), (_, found: string) => {
    const pair = byFrom.get(found)!
    pair.places++
    return pair.to
  })
  return { text: replaced, planted: [...byFrom.values()].filter(pair => pair.places > 0) }
}

/** What a listed name becomes in a dialect; `nth` is its 1-based number among the names of its kind. */
function writePlaceholder(dialect: Dialect, kind: string, nth: number): string {
  const labels = placeholderLabels[kind]
  if (!labels) throw new Error(`unknown kind ${kind}`)
  switch (dialect) {
    case 'angle':
      return `<${labels[0]}>`
    case 'numbered':
      return `[${labels[0]}_${nth}]`
    case 'bare':
      return `${labels[0]}_${nth}`
    case 'redacted':
      return '[REDACTED]'
    case 'xxxx':
      return 'XXXX'
    case 'chinese':
      return labels[1]
  }
}

/** The pairs that turn the listed names into placeholders, or into nothing. */
function pairNames(copy: Copy): Pair[] {
  const counts = new Map<string, number>()
  return (copy.names ?? []).map(({ text, kind }) => {
    const nth = (counts.get(kind) ?? 0) + 1
    counts.set(kind, nth)
    return { from: text, to: copy.dialect ? writePlaceholder(copy.dialect, kind, nth) : '', kind }
  })
}

/** Cuts the passage, from the first place of `from` to the end of the next place of `to`. */
function cutPassage(text: string, copy: Copy): string {
  if (!copy.passage) return text
  const start = text.indexOf(copy.passage.from)
  const end = start < 0 ? -1 : text.indexOf(copy.passage.to, start)
  if (end < 0) throw new Error(`${copy.id}: passage not found; write its first and last words as they stand`)
  return text.slice(start, end + copy.passage.to.length)
}

/** Applies one entry of `edits.json` to its reference, in the order that the README gives. */
function treat(row: SourceRow, copy: Copy, map: Pair[], language: string): Unplaced {
  let text = cutPassage(row.text, copy)
  for (const { from, to } of copy.replace ?? []) {
    if (!text.includes(from)) throw new Error(`${copy.id}: nothing to replace: ${JSON.stringify(from)}`)
    text = text.replaceAll(from, () => to)
  }
  const pairs = [...(copy.pairs ?? []), ...(copy.map ? map : [])]
  const renamed = replaceAll(text, pairs)
  const names = pairNames(copy)
  const hidden = replaceAll(renamed.text, names, !copy.dialect)
  const body = reformat(hidden.text, copy.steps ?? [])
  const before = copy.before ?? ''
  const renamedPrompt = replaceAll(row.prompt, pairs)
  const hiddenPrompt = replaceAll(renamedPrompt.text, names, !copy.dialect)
  const planted = [renamed, hidden, renamedPrompt, hiddenPrompt].flatMap(part => part.planted)
  for (const { from } of [...(copy.pairs ?? []), ...names])
    if (!planted.some(pair => pair.from === from))
      throw new Error(`${copy.id}: name neither in the text nor in the prompt: ${JSON.stringify(from)}`)
  const prompt = copy.prompt ?? hiddenPrompt.text
  return {
    vendor: { ...splitPrompt(prompt), output: before + body + (copy.after ?? '') },
    truth: {
      origin: 'copy',
      language,
      source: row.id,
      treatment: copy.treatment,
      substitutions: [...renamed.planted, ...hidden.planted],
      span: [before.length, before.length + body.length],
    },
    mapped: renamed.planted,
  }
}

/** Alpaca keeps the material apart from the task: what follows the first blank line is the input. */
function splitPrompt(prompt: string): { instruction: string; input: string } {
  const at = prompt.indexOf('\n\n')
  return at < 0
    ? { instruction: prompt, input: '' }
    : { instruction: prompt.slice(0, at), input: prompt.slice(at + 2).trim() }
}

function readRows<T>(path: string): T[] {
  if (!existsSync(path)) return []
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter(line => line.trim() !== '')
    .map(line => JSON.parse(line) as T)
}

/** Small seeded generator (mulberry32): the shuffle must be the same everywhere. */
function makeRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

function shuffle<T>(items: T[]): T[] {
  const random = makeRandom(shuffleSeed)
  for (let i = items.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    ;[items[i], items[j]] = [items[j]!, items[i]!]
  }
  return items
}

/** Vendor rows of one language: copies as `edits.json` says, innocent rows as they stand. */
function gatherLanguage(folder: string, language: string): Unplaced[] {
  const references = new Map(readRows<SourceRow>(join(folder, 'reference.jsonl')).map(row => [row.id, row]))
  const editsPath = join(folder, 'edits.json')
  const edits: Edits = existsSync(editsPath) ? JSON.parse(readFileSync(editsPath, 'utf8')) : { map: [], copies: [] }
  const copies = edits.copies.map(copy => {
    const row = references.get(copy.id)
    if (!row) throw new Error(`${language}/edits.json: no such reference, or copied twice: ${copy.id}`)
    references.delete(copy.id)
    return treat(row, copy, edits.map, language)
  })
  const innocent = readRows<SourceRow>(join(folder, 'innocent.jsonl')).map(row => ({
    vendor: { ...splitPrompt(row.prompt), output: row.text },
    truth: { origin: 'innocent' as const, language, source: row.id, ...(row.overlap && { overlap: row.overlap }) },
    mapped: [],
  }))
  return [...copies, ...innocent]
}

function gatherHuman(path: string): Unplaced[] {
  return readRows<HumanRow>(path).map(row => {
    const isChinese = /\p{Script=Han}/u.test(row.text)
    const prompt = row.prompt ?? (isChinese ? '用自己的话写一段文字。' : 'Write something in your own words.')
    return {
      vendor: { ...splitPrompt(prompt), output: row.text },
      truth: { origin: 'human', language: isChinese ? 'zh' : 'en', source: row.id },
      mapped: [],
    }
  })
}

/** Pairs planted in at least two records, and in three quarters of those in which `from` was replaced; commonest first. */
function sumSubstitutions(rows: Unplaced[]): Truth['substitutions'] {
  const byFrom = new Map<string, Map<string, Pair & { documents: number }>>()
  for (const { mapped } of rows)
    for (const { from, to, kind } of mapped) {
      const targets = byFrom.get(from) ?? new Map<string, Pair & { documents: number }>()
      const entry = targets.get(to) ?? { from, to, kind, documents: 0 }
      entry.documents++
      targets.set(to, entry)
      byFrom.set(from, targets)
    }
  return [...byFrom.values()]
    .flatMap(targets => {
      const entries = [...targets.values()]
      const nDocuments = entries.reduce((sum, entry) => sum + entry.documents, 0)
      return entries.filter(entry => entry.documents >= 2 && entry.documents >= 0.75 * nDocuments)
    })
    .sort((a, b) => b.documents - a.documents || (a.from < b.from ? -1 : 1))
}

function writeLines(rows: object[]): string {
  return rows.map(row => `${JSON.stringify(row)}\n`).join('')
}

/** A JSON document with one array element a line, so that a change shows as a line. */
function writeTruth(truth: Truth): string {
  const list = (rows: object[]): string => `[\n${rows.map(row => JSON.stringify(row)).join(',\n')}\n]`
  return `{"records":${list(truth.records)},\n"substitutions":${list(truth.substitutions)}}\n`
}

/**
 * Makes every generated file from the sources.
 * @param folder the demo folder, `corpora/demo`
 * @returns content by file name
 * @throws if a source names a text or a reference that is not there
 */
export function makeDemoCorpora(folder: string): Record<string, string> {
  const gather = (side: string): SourceRow[] =>
    languages
      .flatMap(language => readRows<SourceRow>(join(folder, language, `${side}.jsonl`)))
      .map(({ id, model, prompt, text }) => ({ id, model, prompt, text }))
  const unplaced = languages.flatMap(language => gatherLanguage(join(folder, language), language))
  const rows = shuffle([...unplaced, ...gatherHuman(join(folder, 'human/human.jsonl'))])
  const name = (index: number): string => `v-${String(index + 1).padStart(4, '0')}`
  const truth: Truth = {
    records: rows.map((row, index) => ({ id: name(index), ...row.truth })),
    substitutions: sumSubstitutions(rows),
  }
  return {
    'reference.jsonl': writeLines(gather('reference')),
    'background.jsonl': writeLines(gather('background')),
    'decoy.jsonl': writeLines(gather('decoy')),
    'vendor.jsonl': writeLines(rows.map((row, index) => ({ id: name(index), ...row.vendor }))),
    'truth.json': writeTruth(truth),
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const folder = fileURLToPath(new URL('../../corpora/demo/', import.meta.url))
  for (const [name, content] of Object.entries(makeDemoCorpora(folder))) {
    writeFileSync(join(folder, name), content)
    console.log(`${name}: ${content.split('\n').length - 1} lines`)
  }
}
