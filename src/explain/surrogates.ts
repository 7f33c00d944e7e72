/**
 * explain: one name in many unrelated documents, far beyond the background: a stock surrogate.
 *
 * Documents by name, and for each name the names it stands beside: a subject (`Bitcoin`) keeps company with the same
 * few, a surrogate with anybody. Only beside a background can it be told from a name that everybody uses. False
 * positives: a corpus about a subject that the background lacks, told in many ways.
 */
import { hashUnits } from '../hash.ts'
import { clopperPearson } from '../stats.ts'
import { TokenKind } from '../types.ts'
import type { TraceDocument } from './glance.ts'
import { addSmallest, countDifferent, limitByHash, mergeSmallest } from './samples.ts'

/** Names that are kept at once; beyond it a share of them, chosen by hash. */
const maxNames = 1 << 16
/** Neighbour and prompt hashes that a name remembers, and prompts that the corpus remembers. */
const maxNeighbours = 48
const maxPrompts = 1024
/** Prompts in whose answers a surrogate stands at least, and how far beyond the background. */
const minPrompts = 8
const minRatio = 8
/** Different neighbours for each document that has any, up to what is remembered: below it they are about one thing. */
const minNeighbourShare = 0.5
const minNameUnits = 3
const level = 0.999
/** Units of a prompt, or of the text where there is none, by which it is told from others. */
const maxPromptUnits = 4096

/** Documents of a name. */
export interface NameState {
  text: string
  documents: number
  /** documents in which another name stands before it */
  accompanied: number
  /** smallest hashes of names that stand in the same documents, ascending */
  neighbours: number[]
  /** smallest hashes of the prompts that these documents answer, ascending: answers to one prompt share its names */
  prompts: number[]
}

/** Names by hash; plain data. */
export interface NameCounts {
  threshold: number
  names: Map<number, NameState>
  /** smallest hashes of all prompts, ascending */
  prompts: number[]
}

/** An empty state. */
export function createNames(): NameCounts {
  return { threshold: 2 ** 32, names: new Map(), prompts: [] }
}

/** A state that counts nothing: without a background no name can be judged. */
export function createNoNames(): NameCounts {
  return { threshold: 0, names: new Map(), prompts: [] }
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
  const prompt = hashUnits((document.prompt ?? text).slice(0, maxPromptUnits))
  addSmallest(counts.prompts, prompt, maxPrompts)
  let previous = 0
  for (const [hash, i] of seen) {
    if (hash < counts.threshold) countName(counts, hash, text.slice(stream.start[i], stream.end[i]), previous, prompt)
    previous = hash
  }
  if (counts.names.size > maxNames) counts.threshold = limitByHash(counts.names, counts.threshold, maxNames)
}

function countName(counts: NameCounts, hash: number, text: string, neighbour: number, prompt: number): void {
  let name = counts.names.get(hash)
  if (name === undefined) {
    name = { text, documents: 0, accompanied: 0, neighbours: [], prompts: [] }
    counts.names.set(hash, name)
  }
  name.documents++
  if (text < name.text) name.text = text
  if (neighbour !== 0) {
    name.accompanied++
    addSmallest(name.neighbours, neighbour, maxNeighbours)
  }
  addSmallest(name.prompts, prompt, maxNeighbours)
}

/** Adds the names of another worker; no document may stand in both. */
export function mergeNames(into: NameCounts, other: NameCounts): void {
  into.threshold = Math.min(into.threshold, other.threshold)
  into.prompts = mergeSmallest(into.prompts, other.prompts, maxPrompts)
  for (const [hash, theirs] of other.names) {
    const mine = into.names.get(hash)
    if (mine === undefined)
      into.names.set(hash, { ...theirs, neighbours: [...theirs.neighbours], prompts: [...theirs.prompts] })
    else {
      mine.documents += theirs.documents
      mine.accompanied += theirs.accompanied
      mine.neighbours = mergeSmallest(mine.neighbours, theirs.neighbours, maxNeighbours)
      mine.prompts = mergeSmallest(mine.prompts, theirs.prompts, maxNeighbours)
      if (theirs.text < mine.text) mine.text = theirs.text
    }
  }
  into.threshold = limitByHash(into.names, into.threshold, maxNames)
}

/** A name that stands in far more unrelated documents than in the background. */
export interface Surrogate {
  text: string
  documents: number
  background: number
}

/**
 * The stock surrogates, those of most documents first. What is compared is the prompts whose answers hold the name: a
 * prompt that dozens of models answered is one. Names that the background dropped for want of room are not judged.
 */
export function listSurrogates(counts: NameCounts, background: NameCounts): Surrogate[] {
  const n = countDifferent(counts.prompts, maxPrompts)
  const nBackground = countDifferent(background.prompts, maxPrompts)
  if (n === 0 || nBackground === 0) return []
  const found: Surrogate[] = []
  for (const [hash, name] of counts.names) {
    const ours = Math.min(n, countDifferent(name.prompts, maxNeighbours))
    if (ours < minPrompts || hash >= background.threshold) continue
    if (name.neighbours.length < minNeighbourShare * Math.min(name.accompanied, maxNeighbours)) continue
    const known = background.names.get(hash)
    const theirs = Math.min(nBackground, countDifferent(known?.prompts ?? [], maxNeighbours))
    // the cheap condition first: nearly all names end here
    if (ours / n <= (minRatio * (theirs + 1)) / nBackground) continue
    const { low } = clopperPearson(ours, n, level)
    const { high } = clopperPearson(theirs, nBackground, level)
    if (low > high) found.push({ text: name.text, documents: name.documents, background: known?.documents ?? 0 })
  }
  return found.sort((a, b) => b.documents - a.documents || (a.text < b.text ? -1 : 1))
}
