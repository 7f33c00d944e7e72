/**
 * explain: what the placeholders in the edits stand for. Where every name became `<PERSON>`, a table of pairs has a row for
 * each name and none that says what was done; here each placeholder has one row.
 */
import { hashUnits } from '../hash.ts'
import type { EditKind, PlaceholderUse } from '../types.ts'
import { nameStandIn } from './dialects.ts'
import { addSmallest, countDifferent, limitByHash, mergeSmallest } from './samples.ts'

/** Placeholders that are kept at once; beyond it a share of them, chosen by hash. */
const maxPlaceholders = 1 << 12
/** Smallest hashes of replaced words that a placeholder remembers; up to as many the count is exact. */
const maxReplaced = 256
const maxExamples = 3
const minDocuments = 2
/** Fewer different words are pairs like any other. */
const minReplaced = 2

/** One placeholder as it is gathered. */
interface UseState {
  /** as it was written first by the order of letters, of those in other case or with other numbers */
  placeholder: string
  places: number
  documents: number
  lastDocument: string
  kinds: Map<EditKind, number>
  /** smallest hashes of the words that it replaced, ascending */
  replaced: number[]
  /** the words with the smallest hashes */
  examples: Map<number, string>
}

/** Everything known of the placeholders, by hash; plain data, so it crosses threads. */
export interface PlaceholderUses {
  threshold: number
  placeholders: Map<number, UseState>
}

/** One place at which a placeholder stands for words. */
export interface PlaceholderPlace {
  /** folded (`foldName`), as `replaced` is */
  key: string
  /** as it was written: one that has a dialect */
  placeholder: string
  replaced: string
  /** the words as they were written */
  example: string
  kind: EditKind
}

/** Without any placeholder. */
export function createUses(): PlaceholderUses {
  return { threshold: 2 ** 32, placeholders: new Map() }
}

/** Adds a place. Those of a document come one after another. */
export function addUse(all: PlaceholderUses, place: PlaceholderPlace, document: string): void {
  const hash = hashUnits(place.key)
  if (hash >= all.threshold) return
  let use = all.placeholders.get(hash)
  if (use === undefined) {
    use = {
      placeholder: place.placeholder,
      places: 0,
      documents: 0,
      lastDocument: '',
      kinds: new Map(),
      replaced: [],
      examples: new Map(),
    }
    all.placeholders.set(hash, use)
    all.threshold = limitByHash(all.placeholders, all.threshold, maxPlaceholders)
  }
  if (place.placeholder < use.placeholder) use.placeholder = place.placeholder
  use.places++
  if (use.lastDocument !== document) use.documents++
  use.lastDocument = document
  use.kinds.set(place.kind, (use.kinds.get(place.kind) ?? 0) + 1)
  const word = hashUnits(place.replaced)
  addSmallest(use.replaced, word, maxReplaced)
  addExample(use.examples, word, place.example)
}

/** Keeps the words with the smallest hashes: the same whatever the order of arrival. */
function addExample(examples: Map<number, string>, hash: number, text: string): void {
  const seen = examples.get(hash)
  if (seen !== undefined && seen <= text) return
  examples.set(hash, text)
  if (examples.size > maxExamples) examples.delete(Math.max(...examples.keys()))
}

/** Adds what another state knows; no document may stand in both. */
export function mergeUses(into: PlaceholderUses, other: PlaceholderUses): void {
  into.threshold = Math.min(into.threshold, other.threshold)
  for (const [hash, theirs] of other.placeholders) {
    const mine = into.placeholders.get(hash)
    if (mine === undefined) {
      into.placeholders.set(hash, theirs)
      continue
    }
    if (theirs.placeholder < mine.placeholder) mine.placeholder = theirs.placeholder
    mine.places += theirs.places
    mine.documents += theirs.documents
    for (const [kind, places] of theirs.kinds) mine.kinds.set(kind, (mine.kinds.get(kind) ?? 0) + places)
    mine.replaced = mergeSmallest(mine.replaced, theirs.replaced, maxReplaced)
    for (const [word, text] of theirs.examples) addExample(mine.examples, word, text)
  }
  into.threshold = limitByHash(into.placeholders, into.threshold, maxPlaceholders)
}

/** Has a placeholder, folded, a row of its own? */
export function isListed(all: PlaceholderUses, key: string): boolean {
  const use = all.placeholders.get(hashUnits(key))
  return use !== undefined && isRow(use)
}

function isRow({ documents, replaced }: UseState): boolean {
  return documents >= minDocuments && replaced.length >= minReplaced
}

/** The placeholders that stand for several words in several documents, those of most places first. */
export function listUses(all: PlaceholderUses): PlaceholderUse[] {
  return [...all.placeholders.values()]
    .filter(isRow)
    .map(({ placeholder, places, documents, kinds, replaced, examples }) => ({
      placeholder,
      dialect: nameStandIn(placeholder)!,
      places,
      documents,
      replaced: countDifferent(replaced, maxReplaced),
      kinds: [...kinds].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([kind]) => kind),
      examples: [...examples].sort((a, b) => a[0] - b[0]).map(([, text]) => text),
    }))
    .sort((a, b) => b.places - a.places || (a.placeholder < b.placeholder ? -1 : 1))
}
