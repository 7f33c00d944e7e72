/**
 * explain: edits of the whole corpus → the substitution table.
 *
 * A row is a pair (from → to), both folded so that `OpenAI`, `Open AI` and `OpenAI's` are one. Its consistency is
 * the share of the aligned places of `from` that became `to`; the places where `from` was kept are counted in a
 * count-min sketch (Cormode and Muthukrishnan 2005), which may overstate them, so a consistency is understated
 * if anything. All state is plain data, sums are commutative: workers merge in any order.
 */
import { combine, hashUnits, mix } from '../hash.ts'
import { tokenise } from '../text/tokens.ts'
import { type Alignment, type Edit, type EditKind, identityBits, type Substitution, TokenKind } from '../types.ts'
import { nameStandIn } from './dialects.ts'
import { isFragment, listStrangers, type Word, widenFragment } from './fragments.ts'
import { addSmallest, countDifferent, mergeSmallest } from './samples.ts'
import type { Side } from './sides.ts'
import { addUse, createUses, isListed, mergeUses, type PlaceholderUses } from './uses.ts'

/** The sketch: rows × cells; 12 MiB. A name in 1 % of the findings is overstated by well under a tenth. */
const sketchRows = 3
const sketchCells = 1 << 20
/** Names of up to so many tokens are followed. */
const maxNameTokens = 4
/** Pairs that are kept at once, of names and of other words; beyond it a share of them, chosen by hash. */
const maxPairs = 1 << 18
/** Documents that make a row: names, listed synonyms and placeholders seldom recur by chance, other words and numbers do. */
const minNamedDocuments = 2
const minOtherDocuments = 3
/** Ordinary words become anything now and then; below this consistency a pair must beat chance to be a row. */
const minWordingConsistency = 0.3
/** Longer texts are wording, not a substitution. */
const maxSideUnits = 60
/** Smallest cluster hashes that a pair remembers; up to as many clusters the count is exact. */
const maxClusterHashes = 256
const maxExamples = 3
/** Different spellings of a side that are counted; the most frequent one is shown. */
const maxForms = 8

const namedKinds: ReadonlySet<EditKind> = new Set<EditKind>([
  'person',
  'organisation',
  'place',
  'name',
  'contact',
  'model',
  'placeholder',
])

/** One pair as it is gathered. */
export interface PairState {
  /** how it was written → how often */
  from: Map<string, number>
  to: Map<string, number>
  kinds: Map<EditKind, number>
  /** places (edits) at which `from` became `to` */
  places: number
  documents: number
  /** documents that were counted for the same pair in the other store before */
  shared: number
  lastDocument: string
  /** smallest hashes of the clusters, ascending */
  clusters: number[]
  /** documents, those with the smallest hash first */
  examples: string[]
}

/** Pairs whose key hashes below the threshold. */
export interface PairStore {
  threshold: number
  pairs: Map<string, PairState>
}

/** Everything the table knows; plain data, so it crosses threads. */
export interface TableState {
  named: PairStore
  other: PairStore
  /** count-min sketch of the token runs that stand in blocks */
  kept: Uint32Array
  /** what placeholders stand for */
  uses: PlaceholderUses
}

/** Edits of one finding. The findings of a document come one after another. */
export interface TableEntry {
  /** identity of the suspect document, e.g. `vendor.jsonl:412:output` */
  document: string
  /** key of the group of near-equal references that the finding belongs to */
  cluster: string
  edits: Edit[]
  reference: Side
  alignment: Alignment
}

/** A row of the table. */
export interface SubstitutionRow extends Substitution {
  /** groups of unrelated references in which the pair was seen; an estimate above 256 */
  clusters: number
  /** up to three suspect documents that show it */
  examples: string[]
}

/** An empty table. */
export function createTable(): TableState {
  return {
    named: { threshold: 2 ** 32, pairs: new Map() },
    other: { threshold: 2 ** 32, pairs: new Map() },
    kept: new Uint32Array(sketchRows * sketchCells),
    uses: createUses(),
  }
}

/** Adds the edits of one finding. */
export function addEdits(table: TableState, entry: TableEntry): void {
  countKept(table.kept, entry.reference, entry.alignment)
  const cluster = hashUnits(entry.cluster)
  entry.edits.forEach((edit, i) => {
    if (edit.op !== 'replace' || edit.kind === 'format' || edit.kind === 'reorder') return
    if (edit.from.length > maxSideUnits || edit.to.length > maxSideUnits) return
    const words: Word[] = isFragment(edit) ? widenFragment(entry.reference.text, entry.edits, i) : [edit]
    for (const word of words) addWord(table, word, entry.document, cluster)
  })
}

function addWord(table: TableState, { from, to, kind }: Word, document: string, cluster: number): void {
  const placeholder = dropPossessive(to)
  const isStandIn = nameStandIn(placeholder) !== null
  const [ours, theirs] = [foldName(from), fold(placeholder, isStandIn)]
  if (ours === '' || theirs === '' || ours === theirs) return
  if (isStandIn) addUse(table.uses, { key: theirs, placeholder, replaced: ours, example: from, kind }, document)
  const key = `${ours}\u0000${theirs}`
  const [store, other] = namedKinds.has(kind) ? [table.named, table.other] : [table.other, table.named]
  const isShared = other.pairs.get(key)?.lastDocument === document
  addPair(store, key, { from, to, kind }, document, cluster, isShared)
}

/** Folds spellings of one name: case, spaces, hyphens, quotes, possessive; the numbers of placeholders. Not the point of 2.5. */
export function foldName(text: string): string {
  const plain = dropPossessive(text)
  return fold(plain, nameStandIn(plain) !== null)
}

function fold(plain: string, isStandIn: boolean): string {
  const numberless = isStandIn ? plain.replace(/\d+/g, '#') : plain
  // a placeholder of stars or lines is all marks
  return numberless.toLowerCase().replace(/(?!(?<=\d)[.-]\d)[\s\-_.'’"“”*]+/g, '') || numberless
}

function dropPossessive(text: string): string {
  return text.replace(/['’`´][sS]?$/, '')
}

/** Up to three different texts, by hash: the same whatever the order of arrival. */
function smallest(texts: string[]): string[] {
  return [...new Set(texts)].sort((a, b) => hashUnits(a) - hashUnits(b) || (a < b ? -1 : 1)).slice(0, maxExamples)
}

function addPair(
  store: PairStore,
  key: string,
  edit: Word,
  document: string,
  cluster: number,
  isShared: boolean,
): void {
  if (hashUnits(key) >= store.threshold) return
  let pair = store.pairs.get(key)
  if (pair === undefined) {
    pair = {
      from: new Map(),
      to: new Map(),
      kinds: new Map(),
      places: 0,
      documents: 0,
      shared: 0,
      lastDocument: '',
      clusters: [],
      examples: [],
    }
    store.pairs.set(key, pair)
    limitPairs(store)
  }
  countForm(pair.from, edit.from)
  countForm(pair.to, edit.to)
  pair.kinds.set(edit.kind, (pair.kinds.get(edit.kind) ?? 0) + 1)
  pair.places++
  if (pair.lastDocument !== document) {
    pair.lastDocument = document
    pair.documents++
    if (isShared) pair.shared++
    pair.examples = smallest([...pair.examples, document])
  }
  addSmallest(pair.clusters, cluster, maxClusterHashes)
}

function countForm(forms: Map<string, number>, form: string): void {
  const plain = dropPossessive(form)
  const seen = forms.get(plain)
  if (seen !== undefined || forms.size < maxForms) forms.set(plain, (seen ?? 0) + 1)
}

/** Halves the threshold until the store is small enough: the same pairs remain whatever the order. */
function limitPairs(store: PairStore): void {
  while (store.pairs.size > maxPairs) {
    store.threshold /= 2
    for (const key of [...store.pairs.keys()]) if (hashUnits(key) >= store.threshold) store.pairs.delete(key)
  }
}

/** Counts the token runs of the blocks: single words, runs of up to four names, runs of two to four ideographs. */
function countKept(sketch: Uint32Array, reference: Side, alignment: Alignment): void {
  const { hash, kind } = reference.stream
  for (const block of alignment.blocks) {
    const end = block.r + block.n
    for (let i = block.r; i < end; i++) {
      let run = hash[i]
      countRun(sketch, run)
      const follows = (kind[i] & identityBits) !== 0 ? identityBits : kind[i] & TokenKind.ideograph
      if (follows === 0) continue
      for (let j = i + 1; j < end && j < i + maxNameTokens && (kind[j] & follows) !== 0; j++) {
        run = combine(run, hash[j])
        countRun(sketch, run)
      }
    }
  }
}

function countRun(sketch: Uint32Array, run: number): void {
  for (let row = 0; row < sketchRows; row++) sketch[cellOf(row, run)]++
}

function cellOf(row: number, run: number): number {
  return row * sketchCells + (mix(run + Math.imul(row + 1, 0x9e3779b1)) & (sketchCells - 1))
}

/** Places at which a text stands unchanged in aligned passages; an upper bound. */
function countOf(sketch: Uint32Array, text: string): number {
  const { hash, n } = tokenise(text)
  if (n === 0 || n > maxNameTokens) return 0
  let run = hash[0]
  for (let i = 1; i < n; i++) run = combine(run, hash[i])
  let least = Number.POSITIVE_INFINITY
  for (let row = 0; row < sketchRows; row++) least = Math.min(least, sketch[cellOf(row, run)])
  return least
}

/** Adds the content of another table; no document may stand in both. */
export function mergeTables(into: TableState, other: TableState): void {
  mergeStore(into.named, other.named)
  mergeStore(into.other, other.other)
  for (let i = 0; i < into.kept.length; i++) into.kept[i] += other.kept[i]
  mergeUses(into.uses, other.uses)
}

function mergeStore(into: PairStore, other: PairStore): void {
  into.threshold = Math.min(into.threshold, other.threshold)
  for (const [key, pair] of other.pairs) {
    const mine = into.pairs.get(key)
    into.pairs.set(key, mine === undefined ? pair : mergePair(mine, pair))
  }
  for (const key of [...into.pairs.keys()]) if (hashUnits(key) >= into.threshold) into.pairs.delete(key)
  limitPairs(into)
}

function mergePair(a: PairState, b: PairState): PairState {
  return {
    from: mergeCounts(a.from, b.from),
    to: mergeCounts(a.to, b.to),
    kinds: mergeCounts(a.kinds, b.kinds),
    places: a.places + b.places,
    documents: a.documents + b.documents,
    shared: a.shared + b.shared,
    lastDocument: a.lastDocument,
    clusters: mergeSmallest(a.clusters, b.clusters, maxClusterHashes),
    examples: smallest([...a.examples, ...b.examples]),
  }
}

function mergeCounts<K>(a: Map<K, number>, b: Map<K, number>): Map<K, number> {
  const sum = new Map(a)
  for (const [key, count] of b) sum.set(key, (sum.get(key) ?? 0) + count)
  return sum
}

/**
 * The rows, those of most documents first, each document counted by the consistency of its row. Numbers that became a
 * placeholder come last: the placeholder has a row of its own (`uses.ts`).
 *
 * @param minDocuments pairs seen in fewer documents are left out; absent: two for names, numbers and synonyms, three for other words
 * @param maxRows how many rows at most
 */
export function listSubstitutions(table: TableState, minDocuments?: number, maxRows = 1000): SubstitutionRow[] {
  const pairs = joinStores(table)
  const changed = new Map<string, { places: number; forms: Set<string> }>()
  const written = new Map<string, number>()
  let places = 0
  for (const [key, pair] of pairs) {
    const [from, to] = key.split('\u0000')
    const total = changed.get(from) ?? { places: 0, forms: new Set() }
    total.places += pair.places
    for (const form of pair.from.keys()) total.forms.add(form)
    changed.set(from, total)
    written.set(to, (written.get(to) ?? 0) + pair.places)
    places += pair.places
  }
  const rows: (SubstitutionRow & { key: string; isLast: boolean })[] = []
  const strangers = listStrangers(pairs)
  for (const [key, pair] of pairs) {
    if (strangers.has(key)) continue
    const documents = pair.documents - pair.shared
    const kind = mostFrequent(pair.kinds)
    const isNamed =
      namedKinds.has(kind) || kind === 'synonym' || kind === 'number' || nameStandIn(mostFrequent(pair.to)) !== null
    if (documents < (minDocuments ?? (isNamed ? minNamedDocuments : minOtherDocuments))) continue
    const [from, to] = key.split('\u0000')
    const total = changed.get(from)!
    let kept = 0
    for (const form of total.forms) kept += countOf(table.kept, form)
    const consistency = pair.places / (total.places + kept)
    const byChance = (total.places * written.get(to)!) / places
    if (kind === 'wording' && consistency < minWordingConsistency && pair.places < maxByChance(byChance)) continue
    rows.push({
      key,
      isLast: kind === 'number' && isListed(table.uses, to),
      from: mostFrequent(pair.from),
      to: mostFrequent(pair.to),
      kind,
      documents,
      consistency,
      clusters: countDifferent(pair.clusters, maxClusterHashes),
      examples: pair.examples,
    })
  }
  // a digit that became any other in turn stands behind a name that always became the same
  const weight = ({ documents, consistency }: SubstitutionRow): number => documents * consistency
  rows.sort(
    (a, b) =>
      Number(a.isLast) - Number(b.isLast) ||
      weight(b) - weight(a) ||
      b.documents - a.documents ||
      (a.key < b.key ? -1 : 1),
  )
  return rows.slice(0, maxRows).map(({ key: _, isLast: __, ...row }) => row)
}

/** Places at which two words that have nothing to do with each other may meet, if so many are expected: three standard deviations. */
function maxByChance(expected: number): number {
  return 1 + expected + 3 * Math.sqrt(expected)
}

/** Pairs of both stores by key; a pair may have been judged a name here and a word there. */
function joinStores(table: TableState): Map<string, PairState> {
  const joined = new Map(table.named.pairs)
  for (const [key, pair] of table.other.pairs) {
    const mine = joined.get(key)
    joined.set(key, mine === undefined ? pair : mergePair(mine, pair))
  }
  return joined
}

function mostFrequent<K extends string>(counts: Map<K, number>): K {
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0][0]
}
