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

interface Hits {
  document: number
  weight: number
  seeds: number
  lastSeed: number
  suspect: number[]
  reference: number[]
  weights: number[]
}

/**
 * Finds the reference documents that share collinear seeds with a suspect, best first.
 *
 * @param seeds those of the suspect; only positions in `[from, to)` of the masked stream are used
 * @param limit how many candidates are wanted at most
 */
export function findCandidates(
  index: ReferenceIndex,
  seeds: SeedBuffer,
  from = 0,
  to = 0xffffffff,
  limit: number = matchDefaults.maxAligned,
): Candidate[] {
  const byDocument = collectHits(index, seeds, from, to)
  const worth: Hits[] = []
  for (const hits of byDocument.values()) if (hits.seeds >= matchDefaults.minSeeds) worth.push(hits)
  worth.sort((a, b) => b.weight - a.weight || a.document - b.document)
  worth.length = Math.min(worth.length, Math.max(limit, matchDefaults.maxChained))
  const candidates = worth.map(toCandidate)
  candidates.sort((a, b) => b.score - a.score || a.document - b.document)
  candidates.length = Math.min(candidates.length, limit)
  return candidates
}

function collectHits(index: ReferenceIndex, seeds: SeedBuffer, from: number, to: number): Map<number, Hits> {
  const byDocument = new Map<number, Hits>()
  const all = Math.log2(index.facts.seeds + 2)
  for (let s = 0; s < seeds.n; s++) {
    const at = seeds.position[s]
    if (at < from || at >= to) continue
    const occurrences = index.find(seeds.hash[s])
    if (occurrences === 0) continue
    const weight = Math.min(16, Math.max(0.5, all - Math.log2(occurrences)))
    const first = index.from
    const last = first + Math.min(occurrences, matchDefaults.maxOccurrences)
    for (let p = first; p < last; p++) {
      const position = index.position[p]
      const document = index.documentAt(position)
      let hits = byDocument.get(document)
      if (hits === undefined) {
        hits = { document, weight: 0, seeds: 0, lastSeed: -1, suspect: [], reference: [], weights: [] }
        byDocument.set(document, hits)
      }
      if (hits.lastSeed !== s) {
        hits.lastSeed = s
        hits.seeds++
        hits.weight += weight
      }
      if (hits.suspect.length < maxAnchors) {
        hits.suspect.push(at)
        hits.reference.push(position - index.start[document])
        hits.weights.push(weight)
      }
    }
  }
  return byDocument
}

function toCandidate(hits: Hits): Candidate {
  const suspect = Int32Array.from(hits.suspect)
  const reference = Int32Array.from(hits.reference)
  const weight = Float32Array.from(hits.weights)
  const alive = new Uint8Array(suspect.length).fill(1)
  const { chain, score } = chainAnchors(suspect, reference, weight, alive)
  return { document: hits.document, suspect, reference, weight, chain, score }
}

/**
 * Best chain of anchors that rise strictly in both texts.
 *
 * @param alive 1 for the anchors that may be used
 * @returns indexes of its anchors, ascending, and its bits less what its gaps cost
 */
export function chainAnchors(
  suspect: Int32Array,
  reference: Int32Array,
  weight: Float32Array,
  alive: Uint8Array,
): { chain: Int32Array; score: number } {
  const n = suspect.length
  const best = new Float32Array(n)
  const before = new Int32Array(n).fill(-1)
  let end = -1
  for (let i = 0; i < n; i++) {
    if (alive[i] === 0) continue
    best[i] = weight[i]
    for (let j = i - 1, looked = 0; j >= 0 && looked < lookBack; j--) {
      if (alive[j] === 0) continue
      looked++
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
  const chain: number[] = []
  for (let i = end; i >= 0; i = before[i]) chain.push(i)
  return { chain: Int32Array.from(chain.reverse()), score: end < 0 ? 0 : best[end] }
}

/** Bits that a gap between two anchors costs: little for distance, more for a shift of the diagonal. */
function gapCost(ds: number, dr: number): number {
  const shift = Math.abs(ds - dr)
  return Math.min(24, 0.05 * shift + 0.5 * Math.log2(1 + shift) + 0.01 * Math.min(ds, dr))
}
