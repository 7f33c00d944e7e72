/**
 * explain: a name that no list knows, in many unrelated documents: a stock surrogate, told without any background.
 *
 * Whoever replaces names by made-up ones needs few of them, and uses each often. In untouched corpora names that no word
 * list holds (`vocabulary.ts`) stand in one or two documents each. Judged by the prompts whose answers hold the name, by
 * the words around it (a template is one thing said again) and the names before it (a story has its few). False positives: a corpus about a thing
 * that few know (then most of it is about that), and characters of stories beyond those of `known.json`.
 */
import { combine, hashUnits } from '../hash.ts'
import { clopperPearson } from '../stats.ts'
import { TokenKind } from '../types.ts'
import type { TraceDocument } from './glance.ts'
import { isCapitalAt } from './letters.ts'
import { addSmallest, countDifferent, limitByHash, mergeSmallest } from './samples.ts'
import { isInListedLanguage } from './surroundings.ts'
import { isKnownName } from './vocabulary.ts'

/** Names that are kept at once; beyond it a share of them, chosen by hash. */
const maxNames = 1 << 15
/** Names of one document that are counted, and the shortest; shorter capitals are abbreviations. */
const maxOfDocument = 32
/** Names of one document that stand in no listed language: behind so many, none of it is looked for. */
const maxForeign = 1000
const minNameUnits = 4
const minCapitalUnits = 6
/** Capitals that nobody can say are letters one by one (`CFLAGS`); made-up names are made to be said. */
const unspeakable = /^(?!S[CHPT][RL])[^AEIOUY](?![HLRW])[^AEIOUY][^AEIOUY]/
/** Tokens of one name. */
const maxNameTokens = 4
/** Hashes of prompts and of surroundings that a name remembers, and prompts that the corpus remembers. */
const maxRemembered = 48
const maxPrompts = 1024
/** Units of either end of a prompt, or of the text where there is none, by which it is told from others. */
const maxEndUnits = 48
/** Prompts in whose answers a surrogate stands at least; untouched corpora show up to five. */
const minPrompts = 10
/** Share of the prompts that it exceeds at least, by the lower bound: in large corpora anything is said eight times. */
const minShare = 0.0003
/**
 * Where no surrogate is used so often, several that are used less tell the same: names that stand in the answers to so many
 * prompts, and to such a share of all. Untouched corpora show up to two.
 */
const minPromptsOfSeveral = 5
const minShareOfSeveral = 0.0015
const minSeveral = 4
/** What more prompts speak of than this share is what the corpus is about. */
const maxShare = 0.4
/** Different surroundings for each prompt, and different names before it for each document that has any. */
const minSurroundings = 0.7
const minNeighbours = 0.5
/** A name most of whose prompts another coined name shares is part of one story, which was asked about again and again. */
const maxCompany = 0.6
/** Share of its documents in which a surrogate is a word, an identifier or part of an address besides, at most. */
const maxCommon = 0.1
const maxAddressUnits = 128
const level = 0.999

/** Documents of a coined name. */
interface CoinedName {
  text: string
  documents: number
  /** documents in which another name stands before it */
  accompanied: number
  /** documents in which it is a word, an identifier or a part of an address besides */
  common: number
  /** smallest hashes, ascending, of the prompts that these documents answer, */
  prompts: number[]
  /** of the words before and behind the name, */
  surroundings: number[]
  /** and of the names before it */
  neighbours: number[]
}

/** Coined names by hash; plain data. */
export interface CoinedCounts {
  threshold: number
  names: Map<number, CoinedName>
  /** smallest hashes of all prompts, ascending */
  prompts: number[]
}

/** An empty state. */
export function createCoined(): CoinedCounts {
  return { threshold: 2 ** 32, names: new Map(), prompts: [] }
}

/** Counts the coined names of one document, each once. */
export function addCoined(counts: CoinedCounts, document: TraceDocument): void {
  const { text, stream, glance } = document
  const prompt = hashEnds(document.prompt ?? text)
  addSmallest(counts.prompts, prompt, maxPrompts)
  let seen: Map<number, CoinedName> | undefined
  let neighbour = 0
  let last = -2
  let foreign = 0
  for (let g = 0; g < glance.names.n; g++) {
    const i = glance.names.at[g]
    // a name and nothing else: no code, no number, not at the opening of a sentence
    if (stream.kind[i] !== TokenKind.name) continue
    const hash = stream.hash[i]
    // the first name of a person may open the line
    const previous = i > 0 && isFirstName(document, i - 1) ? stream.hash[i - 1] : neighbour
    neighbour = hash
    const isSeen = seen?.has(hash) === true
    if (!isSeen && (isKnownName(hash) || !isPlainName(document, i))) continue
    // of a coined name of several words the first stands for all
    const isRest = i === last + 1 && stream.start[i] === stream.end[last] + 1
    last = i
    if (isSeen || isRest || hash >= counts.threshold) continue
    if (!isInListedLanguage(stream, i)) {
      if (++foreign === maxForeign) break
      continue
    }
    seen ??= new Map()
    if (seen.size === maxOfDocument) break
    const before = i > 0 ? stream.hash[i - 1] : 0
    let next = i + 1
    while (next < stream.n && next < i + maxNameTokens && (stream.kind[next] & TokenKind.name) !== 0) next++
    if (isCredited(document, i, next)) continue
    const behind = next < stream.n ? stream.hash[next] : 0
    const name = nameOf(counts, hash, text.slice(stream.start[i], stream.end[i]).replace(/['’]s?$/, ''))
    seen.set(hash, name)
    name.documents++
    addSmallest(name.prompts, prompt, maxRemembered)
    addSmallest(name.surroundings, combine(before, behind), maxRemembered)
    if (previous === 0) continue
    name.accompanied++
    addSmallest(name.neighbours, previous, maxRemembered)
  }
  if (seen !== undefined) countCommon(seen, document)
  if (counts.names.size > maxNames) counts.threshold = limitByHash(counts.names, counts.threshold, maxNames)
}

/**
 * `Distutils` beside `import distutils`, `WHATWG` beside whatwg.org: what is also written small, in code or in an address is
 * the name of a thing, however few lists hold it. A find-and-replace writes its surrogates as names only.
 */
function countCommon(seen: ReadonlyMap<number, CoinedName>, { text, stream, glance }: TraceDocument): void {
  let bits = 0
  for (const hash of seen.keys()) bits |= 1 << (hash & 31)
  const common = new Set<CoinedName>()
  for (let i = 0; i < stream.n; i++) {
    if (((bits >> (stream.hash[i] & 31)) & 1) === 0) continue
    const name = seen.get(stream.hash[i])
    if (name !== undefined && ((stream.kind[i] & TokenKind.code) !== 0 || !isCapitalAt(text, stream.start[i])))
      common.add(name)
  }
  if ((glance.kinds & TokenKind.address) !== 0) {
    for (let g = 0; g < glance.names.n; g++) {
      const i = glance.names.at[g]
      if ((stream.kind[i] & TokenKind.address) === 0) continue
      const address = text
        .slice(stream.start[i], Math.min(stream.end[i], stream.start[i] + maxAddressUnits))
        .toLowerCase()
      for (const name of seen.values()) if (address.includes(name.text.toLowerCase())) common.add(name)
    }
  }
  for (const name of common) name.common++
}

/** Tells prompts apart by their length, beginning and end. */
function hashEnds(text: string): number {
  if (text.length <= 2 * maxEndUnits) return hashUnits(text)
  return combine(combine(hashUnits(text.slice(0, maxEndUnits)), hashUnits(text.slice(-maxEndUnits))), text.length)
}

/** A capital and lower-case letters, or capitals, between marks of prose: no identifier, no part of an address or compound. */
function isPlainName({ text, stream }: TraceDocument, i: number): boolean {
  const start = stream.start[i]
  const isCapitals = text.charCodeAt(start + 1) < 97
  let end = start
  for (let unit = text.charCodeAt(end); isLetter(unit); unit = text.charCodeAt(end)) {
    if (unit < 97 !== (isCapitals || end === start)) return false
    end++
  }
  if (end - start < (isCapitals ? minCapitalUnits : minNameUnits) || isPlural(text, start, end)) return false
  if (isCapitals && unspeakable.test(text.slice(start, start + 3))) return false
  const before = text[start - 1] ?? ' '
  const behind = text[end] ?? ' '
  if ('-./_#@'.includes(before) || '-_/(='.includes(behind)) return false
  return behind !== '.' || !isLetter(text.charCodeAt(end + 1))
}

/** `Americans`, `Tuesdays`: lists hold the singular only. */
function isPlural(text: string, start: number, end: number): boolean {
  return (text.charCodeAt(end - 1) | 32) === 115 && isKnownName(hashUnits(text.slice(start, end - 1).toLowerCase()))
}

/** `2002, Ann Lee`, `Ann Lee <ann@example.org>`: credits name authors again and again. */
function isCredited({ text, stream }: TraceDocument, i: number, next: number): boolean {
  if (/^\s<[^\s<>]*@/.test(text.slice(stream.end[next - 1], stream.end[next - 1] + maxAddressUnits))) return true
  if (i === 0 || (stream.kind[i - 1] & TokenKind.number) === 0) return false
  return /^\d{4},? $/.test(text.slice(stream.start[i - 1], stream.start[i]))
}

/** A name that opens a sentence, and one space behind it. */
function isFirstName({ stream }: TraceDocument, i: number): boolean {
  return stream.kind[i] === (TokenKind.name | TokenKind.opening) && stream.start[i + 1] === stream.end[i] + 1
}

function isLetter(unit: number): boolean {
  return (unit >= 97 && unit <= 122) || (unit >= 65 && unit <= 90)
}

/** The state of a name, made if new; of its spellings the first in order is shown. */
function nameOf(counts: CoinedCounts, hash: number, text: string): CoinedName {
  let name = counts.names.get(hash)
  if (name === undefined) {
    name = { text, documents: 0, accompanied: 0, common: 0, prompts: [], surroundings: [], neighbours: [] }
    counts.names.set(hash, name)
  } else if (text < name.text) name.text = text
  return name
}

/** Adds the names of another worker; no document may stand in both. */
export function mergeCoined(into: CoinedCounts, other: CoinedCounts): void {
  into.threshold = Math.min(into.threshold, other.threshold)
  into.prompts = mergeSmallest(into.prompts, other.prompts, maxPrompts)
  for (const [hash, theirs] of other.names) {
    const mine = into.names.get(hash)
    if (mine === undefined) {
      const { prompts, surroundings, neighbours } = theirs
      const lists = { prompts: [...prompts], surroundings: [...surroundings], neighbours: [...neighbours] }
      into.names.set(hash, { ...theirs, ...lists })
      continue
    }
    mine.documents += theirs.documents
    mine.accompanied += theirs.accompanied
    mine.common += theirs.common
    for (const list of ['prompts', 'surroundings', 'neighbours'] as const)
      mine[list] = mergeSmallest(mine[list], theirs[list], maxRemembered)
    if (theirs.text < mine.text) mine.text = theirs.text
  }
  into.threshold = limitByHash(into.names, into.threshold, maxNames)
}

/** Coined names in the answers to many prompts, or several in the answers to some; those of most documents first. */
export function listCoined(counts: CoinedCounts): { hash: number; text: string; documents: number }[] {
  const n = countDifferent(counts.prompts, maxPrompts)
  const least = Math.max(minPromptsOfSeveral, minShareOfSeveral * n)
  const beside = groupByPrompt(counts.names.values())
  const often: [number, CoinedName][] = []
  const several: [number, CoinedName][] = []
  for (const entry of counts.names) {
    const ours = countDifferent(entry[1].prompts, maxRemembered)
    const [isOne, isOneOfSeveral] = [isOften(ours, n), ours >= least]
    if (!(isOne || isOneOfSeveral) || ours > maxShare * n || !isSpread(entry[1]) || hasCompany(entry[1], beside))
      continue
    if (isOne) often.push(entry)
    if (isOneOfSeveral) several.push(entry)
  }
  // one hand writes its surrogates alike
  const alike = [true, false].map(isInCapitals =>
    several.filter(([, { text }]) => isCapitalAt(text, 1) === isInCapitals),
  )
  const chosen = often.length > 0 ? often : alike.filter(some => some.length >= minSeveral).flat()
  return chosen
    .map(([hash, { text, documents }]) => ({ hash, text, documents }))
    .sort((a, b) => b.documents - a.documents || (a.text < b.text ? -1 : 1))
}

/** Are `ours` of `n` prompts enough for a single name? */
function isOften(ours: number, n: number): boolean {
  return ours >= minPrompts && clopperPearson(Math.min(n, ours), n, 2 * level - 1).low > minShare
}

/** Does a name stand as a name only, in surroundings, and beside names, that are not the same? */
function isSpread({ accompanied, common, documents, prompts, surroundings, neighbours }: CoinedName): boolean {
  if (common > maxCommon * documents) return false
  if (surroundings.length < minSurroundings * prompts.length) return false
  return neighbours.length >= minNeighbours * Math.min(accompanied, maxRemembered)
}

/** The names of each prompt; of those in few prompts, none can share most of a name that counts. */
function groupByPrompt(names: Iterable<CoinedName>): Map<number, CoinedName[]> {
  const groups = new Map<number, CoinedName[]>()
  for (const name of names) {
    if (name.prompts.length < minPromptsOfSeveral * maxCompany) continue
    for (const prompt of name.prompts) {
      const group = groups.get(prompt)
      if (group === undefined) groups.set(prompt, [name])
      else group.push(name)
    }
  }
  return groups
}

/** Does another coined name stand in the answers to most prompts of this one? */
function hasCompany(name: CoinedName, beside: ReadonlyMap<number, CoinedName[]>): boolean {
  const others = new Set(name.prompts.flatMap(prompt => beside.get(prompt) ?? []))
  others.delete(name)
  return [...others].some(other => isCompany(name, other))
}

/** Does `other` stand in the answers to most prompts of `name`? Of more prompts than are remembered the smallest tell. */
function isCompany(name: CoinedName, other: CoinedName): boolean {
  const reach = other.prompts.length < maxRemembered ? 2 ** 32 : other.prompts[maxRemembered - 1]
  const comparable = name.prompts.filter(prompt => prompt <= reach)
  const theirs = new Set(other.prompts)
  return comparable.filter(prompt => theirs.has(prompt)).length >= Math.max(1, maxCompany * comparable.length)
}
