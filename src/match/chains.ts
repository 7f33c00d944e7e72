/**
 * match: seeds of a suspect × an index → reference documents worth aligning, each with its anchors in order.
 *
 * Documents are ranked by the weight of the seeds they share (log₂ of seeds per occurrence), then by their
 * best chain of collinear anchors (minimap2, Li 2018, §2.1, quadratic with a bounded look-back). False
 * positives cost an alignment; false negatives are documents with fewer than `minSeeds` shared seeds.
 */
import { matchDefaults } from '../options.ts'
import type { SeedBuffer } from './minimizers.ts'
import type { ReferenceIndex } from './reference.ts'

/** Anchors of one suspect with one reference document, in order of suspect position. */
export interface Candidate {
  document: number
  /** masked positions in the suspect, ascending */
  suspect: Int32Array
  /** masked positions in the reference document */
  reference: Int32Array
  /** bits of each anchor */
  weight: Float32Array
  /** indexes of the anchors of the best chain, ascending */
  chain: Int32Array
  /** bits of the best chain */
  score: number
}

/** Anchors that one candidate may keep, and how far a chain looks back for its predecessor. */
const maxAnchors = 4096
const lookBack = 48

/** Bits of a seed: those of the rarest, and of any however common. */
const maxSeedBits = 16
const minSeedBits = 0.5
/** Hits of one suspect: beyond the first number common seeds are passed over, beyond the second all. */
const manyHits = 1 << 22
const maxHits = 1 << 23
/** Occurrences from which a seed is common. */
const commonOccurrences = 16

/** A document that shares seeds, while it is counted. */
interface Count {
  document: number
  weight: number
  seeds: number
  lastSeed: number
}

/** Scratch of one thread: every posting met, and one slot a document. Grows, never shrinks. */
const scratch = {
  document: new Int32Array(4096),
  position: new Int32Array(4096),
  seed: new Int32Array(4096),
  weight: new Float32Array(1024),
  /** the seeds that may stand in the index */
  which: new Uint32Array(1024),
  /** hits in each cell of the index (`cellShift`), 0 between calls */
  cell: new Uint16Array(0),
  slot: new Int32Array(8192),
  counts: [] as Count[],
}

/**
 * Finds the reference documents that share collinear seeds with a suspect, best first.
 *
 * @param seeds those of the suspect; only positions in `[from, to)` of the masked stream are used
 * @param limit how many candidates are wanted at most
 * @param minBits bits that the best chain of a candidate must have
 */
export function findCandidates(
  index: ReferenceIndex,
  seeds: SeedBuffer,
  from = 0,
  to = 0xffffffff,
  limit: number = matchDefaults.maxAligned,
  minBits: number = matchDefaults.minChainBits,
): Candidate[] {
  const minHits = Math.max(matchDefaults.minSeeds, Math.ceil(minBits / maxSeedBits))
  const nHits = collectHits(index, seeds, from, to, minHits)
  if (nHits === 0) return []
  const nDocuments = countDocuments(nHits)
  const worth: Count[] = []
  for (let d = 0; d < nDocuments; d++) {
    const count = scratch.counts[d]
    if (count.seeds >= matchDefaults.minSeeds && count.weight >= minBits) worth.push(count)
  }
  if (worth.length === 0) return []
  worth.sort((a, b) => b.weight - a.weight || a.document - b.document)
  const kept = worth.slice(0, Math.max(limit, matchDefaults.maxChained))
  const candidates = gatherAnchors(index, seeds, kept, nHits)
    .filter(({ score }) => score >= minBits)
    .sort((a, b) => b.score - a.score || a.document - b.document)
  return candidates.slice(0, limit)
}

/**
 * Looks up the seeds; writes document, position and seed of the postings to the scratch, those aside that stand too
 * lonely in the index to make a candidate, which needs `minHits`.
 */
function collectHits(index: ReferenceIndex, seeds: SeedBuffer, from: number, to: number, minHits: number): number {
  const n = lookUp(index, seeds, from, to)
  return n < minHits ? 0 : keepCrowded(index, n, minHits)
}

function lookUp(index: ReferenceIndex, seeds: SeedBuffer, from: number, to: number): number {
  const all = Math.log2(index.facts.seeds + 2)
  if (scratch.weight.length < seeds.n) {
    scratch.weight = new Float32Array(seeds.n * 2)
    scratch.which = new Uint32Array(seeds.n * 2)
  }
  const { weight, which } = scratch
  const nSifted = index.sift(seeds.hash, seeds.n, which)
  let n = 0
  for (let i = 0; i < nSifted; i++) {
    const s = which[i]
    const at = seeds.position[s]
    if (at < from || at >= to) continue
    const occurrences = index.find(seeds.hash[s])
    if (occurrences === 0) continue
    if (n >= manyHits && (n >= maxHits || occurrences > commonOccurrences)) continue
    weight[s] = Math.min(maxSeedBits, Math.max(minSeedBits, all - Math.log2(occurrences)))
    if (n + matchDefaults.maxOccurrences > scratch.position.length) growHits()
    const { position, seed } = scratch
    const followed = index.readPositions(position, n, matchDefaults.maxOccurrences)
    for (const end = n + followed; n < end; n++) seed[n] = s
  }
  return n
}

/**
 * Keeps the hits whose cell and its two neighbours hold enough of them for a document, and finds their documents. A
 * cell is as long as a document or longer, but for those of which all hits are kept, so no document with enough hits
 * is lost, and most hits by chance are dropped before they cost two more cache misses.
 */
function keepCrowded(index: ReferenceIndex, nHits: number, minHits: number): number {
  const { cellShift, longCells } = index
  const nCells = (index.facts.maskedTokens >>> cellShift) + 3
  if (scratch.cell.length < nCells) scratch.cell = new Uint16Array(nCells)
  const { cell, position, seed, document } = scratch
  for (let i = 0; i < nHits; i++) {
    const c = ((position[i] >>> 0) >>> cellShift) + 1
    if (cell[c] < minHits) cell[c]++
  }
  for (let i = 0; i < nHits; i++) {
    const at = position[i] >>> 0
    const c = (at >>> cellShift) + 1
    const isLonely = cell[c - 1] + cell[c] + cell[c + 1] < minHits && (longCells.length === 0 || longCells[c - 1] === 0)
    document[i] = isLonely ? -1 : index.documentAt(at)
  }
  let n = 0
  for (let i = 0; i < nHits; i++) {
    cell[((position[i] >>> 0) >>> cellShift) + 1] = 0
    if (document[i] < 0) continue
    position[n] = position[i]
    seed[n] = seed[i]
    document[n++] = document[i]
  }
  return n
}

function growHits(): void {
  for (const name of ['document', 'position', 'seed'] as const) {
    const larger = new Int32Array(scratch[name].length * 2)
    larger.set(scratch[name])
    scratch[name] = larger
  }
}

/** Sums seeds and weights by document, in an open-addressing table; each seed counts once a document. */
function countDocuments(nHits: number): number {
  let size = 64
  while (size < nHits * 2) size *= 2
  if (size > scratch.slot.length) scratch.slot = new Int32Array(size)
  const { slot, counts } = scratch
  slot.fill(0, 0, size)
  let n = 0
  for (let i = 0; i < nHits; i++) {
    const document = scratch.document[i]
    let at = (Math.imul(document, 0x9e3779b1) >>> 0) & (size - 1)
    while (slot[at] !== 0 && counts[slot[at] - 1].document !== document) at = (at + 1) & (size - 1)
    if (slot[at] === 0) {
      if (n === counts.length) counts.push({ document, weight: 0, seeds: 0, lastSeed: -1 })
      const fresh = counts[n]
      fresh.document = document
      fresh.weight = 0
      fresh.seeds = 0
      fresh.lastSeed = -1
      slot[at] = ++n
    }
    const count = counts[slot[at] - 1]
    if (count.lastSeed === scratch.seed[i]) continue
    count.lastSeed = scratch.seed[i]
    count.seeds++
    count.weight += scratch.weight[scratch.seed[i]]
  }
  return n
}

/** The anchors of the documents that are worth it, chained. */
function gatherAnchors(index: ReferenceIndex, seeds: SeedBuffer, kept: readonly Count[], nHits: number): Candidate[] {
  const anchors = new Map<number, { suspect: number[]; reference: number[]; weights: number[] }>()
  for (const { document } of kept) anchors.set(document, { suspect: [], reference: [], weights: [] })
  for (let i = 0; i < nHits; i++) {
    const own = anchors.get(scratch.document[i])
    if (own === undefined || own.suspect.length >= maxAnchors) continue
    const seed = scratch.seed[i]
    own.suspect.push(seeds.position[seed])
    own.reference.push((scratch.position[i] >>> 0) - index.start[scratch.document[i]])
    own.weights.push(scratch.weight[seed])
  }
  return [...anchors].map(([document, own]) => {
    const suspect = new Int32Array(own.suspect)
    const reference = new Int32Array(own.reference)
    const weight = new Float32Array(own.weights)
    const { chain, score } = chainAnchors(suspect, reference, weight)
    return { document, suspect, reference, weight, chain, score }
  })
}

/** Scratch of one thread: of each anchor the bits of the best chain that ends there, and the anchor before it. */
let chainBits = new Float32Array(256)
let chainBefore = new Int32Array(256)

/**
 * Best chain of anchors that rise strictly in both texts.
 *
 * @param alive 1 for the anchors that may be used; all if left out
 * @returns indexes of its anchors, ascending, and its bits less what its gaps cost
 */
export function chainAnchors(
  suspect: Int32Array,
  reference: Int32Array,
  weight: Float32Array,
  alive?: Uint8Array,
): { chain: Int32Array; score: number } {
  const n = suspect.length
  if (chainBits.length < n) {
    chainBits = new Float32Array(2 * n)
    chainBefore = new Int32Array(2 * n)
  }
  const best = chainBits
  const before = chainBefore
  let end = -1
  for (let i = 0; i < n; i++) {
    if (alive !== undefined && alive[i] === 0) continue
    best[i] = weight[i]
    before[i] = -1
    for (let j = i - 1, looked = 0; j >= 0 && looked < lookBack; j--) {
      if (alive !== undefined && alive[j] === 0) continue
      looked++
      // gaps cost, so no predecessor helps by more than it has
      if (best[j] + weight[i] <= best[i]) continue
      const ds = suspect[i] - suspect[j]
      const dr = reference[i] - reference[j]
      if (ds <= 0 || dr <= 0) continue
      const score = best[j] + weight[i] - gapCost(ds, dr)
      if (score > best[i]) {
        best[i] = score
        before[i] = j
      }
    }
    if (end < 0 || best[i] > best[end]) end = i
  }
  let length = 0
  for (let i = end; i >= 0; i = before[i]) length++
  const chain = new Int32Array(length)
  for (let i = end; i >= 0; i = before[i]) chain[--length] = i
  return { chain, score: end < 0 ? 0 : best[end] }
}

/** Bits that a gap between two anchors costs: little for distance, more for a shift of the diagonal. */
function gapCost(ds: number, dr: number): number {
  const shift = Math.abs(ds - dr)
  if (shift === 0) return Math.min(24, 0.01 * ds)
  return Math.min(24, 0.05 * shift + 0.5 * Math.log2(1 + shift) + 0.01 * Math.min(ds, dr))
}
