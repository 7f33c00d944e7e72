/**
 * explain: one name in many unrelated documents, far beyond the background: a stock surrogate.
 *
 * Documents by name, and for each name the names it stands beside: a subject (`Bitcoin`) keeps company with the same
 * few, a surrogate with anybody. Only beside a background can it be told from a name that everybody uses. False
 * positives: a corpus about a subject that the background lacks, told in many ways.
 */
import { clopperPearson } from '../stats.ts'
import { TokenKind } from '../types.ts'
import type { TraceDocument } from './glance.ts'

/** Names that are kept at once; beyond it a share of them, chosen by hash. */
const maxNames = 1 << 16
/** Neighbour hashes that a name remembers. */
const maxNeighbours = 48
/** Documents that a surrogate stands in at least, and how far beyond the background. */
const minDocuments = 8
const minRatio = 8
/** Different neighbours for each document, up to what is remembered: below it the documents are about one thing. */
const minNeighbourShare = 0.5
const minNameUnits = 3
const level = 0.999

/** Documents of a name. */
export interface NameState {
  text: string
  documents: number
  /** smallest hashes of names that stand in the same documents, ascending */
  neighbours: number[]
}

/** Names by hash; plain data. */
export interface NameCounts {
  threshold: number
  names: Map<number, NameState>
}

/** An empty state. */
export function createNames(): NameCounts {
  return { threshold: 2 ** 32, names: new Map() }
}

/** A state that counts nothing: without a background no name can be judged. */
export function createNoNames(): NameCounts {
  return { threshold: 0, names: new Map() }
}

/** Counts the names of one document, each once. */
export function addNames(counts: NameCounts, document: TraceDocument): void {
  if (counts.threshold === 0) return
  const { text, stream, glance } = document
  const seen = new Map<number, number>()
  for (let g = 0; g < glance.names.n && seen.size < 64; g++) {
    const i = glance.names.at[g]
    const kind = stream.kind[i]
    if ((kind & TokenKind.name) === 0 || (kind & (TokenKind.code | TokenKind.opening)) !== 0) continue
    if (stream.end[i] - stream.start[i] >= minNameUnits && !seen.has(stream.hash[i])) seen.set(stream.hash[i], i)
  }
  let previous = 0
  for (const [hash, i] of seen) {
    if (hash < counts.threshold) countName(counts, hash, text.slice(stream.start[i], stream.end[i]), previous)
    previous = hash
  }
  limitNames(counts)
}

function countName(counts: NameCounts, hash: number, text: string, neighbour: number): void {
  const name = counts.names.get(hash)
  if (name === undefined) {
    counts.names.set(hash, { text, documents: 1, neighbours: neighbour === 0 ? [] : [neighbour] })
    return
  }
  name.documents++
  if (text < name.text) name.text = text
  if (neighbour !== 0) addNeighbour(name.neighbours, neighbour)
}

/** Keeps the smallest hashes, ascending, each once. */
function addNeighbour(neighbours: number[], hash: number): void {
  let at = neighbours.length
  if (at === maxNeighbours && hash > neighbours[at - 1]) return
  while (at > 0 && neighbours[at - 1] >= hash) at--
  if (neighbours[at] === hash) return
  neighbours.splice(at, 0, hash)
  if (neighbours.length > maxNeighbours) neighbours.pop()
}

function smallest(hashes: number[]): number[] {
  return [...new Set(hashes)].sort((a, b) => a - b).slice(0, maxNeighbours)
}

function limitNames(counts: NameCounts): void {
  while (counts.names.size > maxNames) {
    counts.threshold /= 2
    for (const hash of [...counts.names.keys()]) if (hash >= counts.threshold) counts.names.delete(hash)
  }
}

/** Adds the names of another worker; no document may stand in both. */
export function mergeNames(into: NameCounts, other: NameCounts): void {
  into.threshold = Math.min(into.threshold, other.threshold)
  for (const [hash, theirs] of other.names) {
    const mine = into.names.get(hash)
    if (mine === undefined) into.names.set(hash, { ...theirs, neighbours: [...theirs.neighbours] })
    else {
      mine.documents += theirs.documents
      mine.neighbours = smallest([...mine.neighbours, ...theirs.neighbours])
      if (theirs.text < mine.text) mine.text = theirs.text
    }
  }
  for (const hash of [...into.names.keys()]) if (hash >= into.threshold) into.names.delete(hash)
  limitNames(into)
}

/** A name that stands in far more unrelated documents than in the background. */
export interface Surrogate {
  text: string
  documents: number
  background: number
}

/**
 * The stock surrogates, those of most documents first. Names that the background had to drop for want of room are
 * not judged.
 *
 * @param n documents behind `counts`, and `nBackground` behind `background`
 */
export function listSurrogates(
  counts: NameCounts,
  n: number,
  background: NameCounts,
  nBackground: number,
): Surrogate[] {
  if (n === 0 || nBackground === 0) return []
  const found: Surrogate[] = []
  for (const [hash, name] of counts.names) {
    if (name.documents < minDocuments || hash >= background.threshold) continue
    if (name.neighbours.length < minNeighbourShare * Math.min(name.documents, maxNeighbours)) continue
    const theirs = background.names.get(hash)?.documents ?? 0
    // the cheap condition first: nearly all names end here
    if (name.documents / n <= (minRatio * (theirs + 1)) / nBackground) continue
    const low = clopperPearson(name.documents, n, level).low
    const high = clopperPearson(theirs, nBackground, level).high
    if (low > high) found.push({ text: name.text, documents: name.documents, background: theirs })
  }
  return found.sort((a, b) => b.documents - a.documents || (a.text < b.text ? -1 : 1))
}
