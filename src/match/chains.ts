/**
 * match: seeds of a suspect × an index → reference documents worth aligning, each with its anchors in order.
 *
 * Documents are ranked by the weight of the seeds they share (log₂ of seeds per occurrence), then by their
 * best chain of collinear anchors (minimap2, Li 2018, §2.1, quadratic with a bounded look-back). False
 * positives cost an alignment; false negatives are documents with fewer than `minSeeds` shared seeds.
 */
import { multiplier } from '../hash.ts'
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

/**
 * Seeds of which the index lists some places only, in one suspect: beyond so many, boilerplate that all texts share, one of so
 * many is followed. The rest of the run is found by alignment.
 */
const manyFrequent = 32
const frequentStride = 8

/** A document that shares seeds, while it is counted. */
interface Count {
  document: number
  weight: number
  seeds: number
  lastSeed: number
  /** hits */
  hits: number
  /** number among the documents that are chained, −1 for others */
  rank: number
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
  /** which count each hit belongs to */
  count: new Int32Array(4096),
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
  const kept = keepHeaviest(nDocuments, Math.max(limit, matchDefaults.maxChained), minBits)
  if (kept.length === 0) return []
  return chainDocuments(index, seeds, kept, nHits)
    .filter(({ score }) => score >= minBits)
    .sort((a, b) => b.score - a.score || a.document - b.document)
    .slice(0, limit)
    .map(toCandidate)
}

/** The documents whose seeds weigh most, and enough for a candidate, heaviest first. */
function keepHeaviest(nDocuments: number, limit: number, minBits: number): Count[] {
  const kept: Count[] = []
  for (let d = 0; d < nDocuments; d++) {
    const count = scratch.counts[d]
    if (count.seeds < matchDefaults.minSeeds || count.weight < minBits) continue
    if (kept.length === limit) {
      if (!isHeavier(count, kept[limit - 1])) continue
      kept.pop()
    }
    let at = kept.length
    while (at > 0 && isHeavier(count, kept[at - 1])) at--
    kept.splice(at, 0, count)
  }
  return kept
}

function isHeavier(a: Count, b: Count): boolean {
  return a.weight > b.weight || (a.weight === b.weight && a.document < b.document)
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
  let frequent = 0
  for (let i = 0; i < nSifted; i++) {
    const s = which[i]
    const at = seeds.position[s]
    if (at < from || at >= to) continue
    const occurrences = index.find(seeds.hash[s])
    if (occurrences === 0) continue
    if (n >= manyHits && (n >= maxHits || occurrences > commonOccurrences)) continue
    if (occurrences > index.facts.maxOccurrences && ++frequent > manyFrequent && frequent % frequentStride !== 0)
      continue
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
  for (const name of ['document', 'position', 'seed', 'count'] as const) {
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
    let at = (Math.imul(document, multiplier) >>> 0) & (size - 1)
    while (slot[at] !== 0 && counts[slot[at] - 1].document !== document) at = (at + 1) & (size - 1)
    if (slot[at] === 0) {
      if (n === counts.length) counts.push({ document, weight: 0, seeds: 0, lastSeed: -1, hits: 0, rank: -1 })
      const fresh = counts[n]
      fresh.document = document
      fresh.weight = 0
      fresh.seeds = 0
      fresh.lastSeed = -1
      fresh.hits = 0
      fresh.rank = -1
      slot[at] = ++n
    }
    const count = counts[slot[at] - 1]
    scratch.count[i] = slot[at] - 1
    count.hits++
    if (count.lastSeed === scratch.seed[i]) continue
    count.lastSeed = scratch.seed[i]
    count.seeds++
    count.weight += scratch.weight[scratch.seed[i]]
  }
  return n
}

/** Scratch of one thread: the anchors of all documents that are chained, one document after the other. */
const anchors = { suspect: new Int32Array(1024), reference: new Int32Array(1024), weight: new Float32Array(1024) }

/** A document that is chained, with its anchors `[from, to)`. */
interface Chained {
  document: number
  from: number
  to: number
  /** last anchor of the best chain */
  end: number
  score: number
}

/** Chains the anchors of the documents that are worth it. */
function chainDocuments(index: ReferenceIndex, seeds: SeedBuffer, kept: readonly Count[], nHits: number): Chained[] {
  let all = 0
  const chained = kept.map((count, rank) => {
    count.rank = rank
    const from = all
    all += Math.min(count.hits, maxAnchors)
    return { document: count.document, from, to: from, end: -1, score: 0 }
  })
  if (anchors.suspect.length < all) {
    anchors.suspect = new Int32Array(2 * all)
    anchors.reference = new Int32Array(2 * all)
    anchors.weight = new Float32Array(2 * all)
  }
  const { suspect, reference, weight } = anchors
  const { counts, count, seed, position } = scratch
  for (let i = 0; i < nHits; i++) {
    const { rank, document } = counts[count[i]]
    if (rank < 0) continue
    const own = chained[rank]
    if (own.to - own.from === maxAnchors) continue
    suspect[own.to] = seeds.position[seed[i]]
    reference[own.to] = (position[i] >>> 0) - index.start[document]
    weight[own.to++] = scratch.weight[seed[i]]
  }
  for (const own of chained) {
    own.end = linkAnchors(suspect, reference, weight, own.from, own.to)
    own.score = own.end < 0 ? 0 : chainBits[own.end]
  }
  return chained
}

/** Copies what was chained out of the scratch. */
function toCandidate({ document, from, to, end, score }: Chained): Candidate {
  return {
    document,
    suspect: anchors.suspect.slice(from, to),
    reference: anchors.reference.slice(from, to),
    weight: anchors.weight.slice(from, to),
    chain: listChain(end, from),
    score,
  }
}

/**
 * Scratch of one thread: of each anchor the bits of the best chain that ends there, of the best one that ends there or
 * before, and the anchor before it.
 */
let chainBits = new Float32Array(1024)
let chainMost = new Float32Array(1024)
let chainBefore = new Int32Array(1024)

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
  const end = linkAnchors(suspect, reference, weight, 0, suspect.length, alive)
  return { chain: listChain(end, 0), score: end < 0 ? 0 : chainBits[end] }
}

/** Links anchors `[from, to)` to chains; returns the last anchor of the best one, −1 where none is alive. */
function linkAnchors(
  suspect: Int32Array,
  reference: Int32Array,
  weight: Float32Array,
  from: number,
  to: number,
  alive?: Uint8Array,
): number {
  if (chainBits.length < to) {
    const larger = new Float32Array(2 * to)
    larger.set(chainBits)
    chainBits = larger
    chainMost = new Float32Array(2 * to)
    const before = new Int32Array(2 * to)
    before.set(chainBefore)
    chainBefore = before
  }
  const best = chainBits
  const most = chainMost
  const before = chainBefore
  let end = -1
  for (let i = from; i < to; i++) {
    if (alive !== undefined && alive[i] === 0) continue
    best[i] = weight[i]
    before[i] = -1
    for (let j = i - 1, looked = 0; j >= from && looked < lookBack; j--) {
      if (alive !== undefined && alive[j] === 0) continue
      looked++
      // gaps cost, so no predecessor helps by more than it has
      if (most[j] + weight[i] <= best[i]) break
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
    most[i] = best[end]
  }
  return end
}

/** Indexes of the anchors of the chain that ends at one, counted from `from`. */
function listChain(end: number, from: number): Int32Array {
  let length = 0
  for (let i = end; i >= 0; i = chainBefore[i]) length++
  const chain = new Int32Array(length)
  for (let i = end; i >= 0; i = chainBefore[i]) chain[--length] = i - from
  return chain
}

/** Bits that a gap between two anchors costs: little for distance, more for a shift of the diagonal. */
function gapCost(ds: number, dr: number): number {
  const shift = Math.abs(ds - dr)
  if (shift === 0) return Math.min(24, 0.01 * ds)
  return Math.min(24, 0.05 * shift + 0.5 * Math.log2(1 + shift) + 0.01 * Math.min(ds, dr))
}
