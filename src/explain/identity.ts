/**
 * explain: are the edits those of anonymisation? Two exact tests over clusters of unrelated findings.
 *
 * Placement: edited tokens fall on identity-bearing tokens more often than if the same edits, as long and as
 * clumped as they are, stood anywhere else in the passage. The null is the rotation of the edit pattern along the
 * reference passage, enumerated in full; the clusters' distributions are convolved. Mapping: equal `from` became
 * equal `to` in unrelated clusters more often than under shuffled surrogates. Statistics, not intent. A passage
 * whose names were edited because they were wrong counts like one whose names were hidden.
 */
import { hashUnits } from '../hash.ts'
import { createRandom } from '../stats.ts'
import { type Alignment, identityBits, type TokenStream } from '../types.ts'
import { isKnownWord } from './synonyms.ts'
import type { TableState } from './table.ts'

/** Clusters that take part in the test, those with the smallest key hash: bounds time and memory, hides nothing. */
const maxClusters = 2000
/** Rotations that are enumerated times runs of edits; longer passages are rotated in equal strides. */
const maxRotationWork = 1 << 20
/** Multiplications the convolution may take. */
const maxConvolutionWork = 2e8
const smallestP = 1e-300

const nPermutations = 9999
const maxShuffledPlaces = 20_000

/** What the placement test needs to know of one finding; plain data. */
export interface IdentityCount {
  cluster: string
  /** identity of the finding: of a cluster's findings, the smallest takes part */
  finding: string
  /** reference tokens that were replaced or deleted */
  edited: number
  /** those of them that are identity-bearing */
  hits: number
  /** rotations of the edit pattern under which 0, 1, 2 … tokens would be hit */
  rotations: number[]
}

/** Result of a test. */
export interface IdentityTest {
  observed: number
  expected: number
  /** one-sided, P(at least as many as observed) under the null; 1 if there was nothing to test */
  pValue: number
  /** observed / expected; 1 when nothing is expected */
  effect: number
  /** clusters that took part */
  clusters: number
}

/**
 * Counts one finding for the placement test; null if no token of the reference was edited.
 *
 * @param cluster key of the group of near-equal references
 * @param finding identity of the finding
 */
export function countIdentityEdits(
  cluster: string,
  finding: string,
  reference: TokenStream,
  alignment: Alignment,
): IdentityCount | null {
  const [from, to] = alignment.reference
  const n = to - from
  const isKept = new Uint8Array(n)
  for (const block of alignment.blocks) isKept.fill(1, block.r - from, block.r - from + block.n)
  const runs: [number, number][] = []
  for (let i = 0; i < n; i++) {
    if (isKept[i] === 1) continue
    const start = i
    while (i < n && isKept[i] === 0) i++
    runs.push([start, i - start])
  }
  if (runs.length === 0) return null
  // identity-bearing tokens up to each place, twice round
  const sums = new Uint32Array(2 * n + 1)
  for (let i = 0; i < 2 * n; i++)
    sums[i + 1] = sums[i] + ((reference.kind[from + (i % n)] & identityBits) !== 0 ? 1 : 0)
  const rotations: number[] = []
  const stride = Math.max(1, Math.ceil((n * runs.length) / maxRotationWork))
  for (let turn = 0; turn < n; turn += stride) {
    const hits = countHits(sums, runs, turn)
    while (rotations.length <= hits) rotations.push(0)
    rotations[hits]++
  }
  const edited = runs.reduce((sum, [, length]) => sum + length, 0)
  return { cluster, finding, edited, hits: countHits(sums, runs, 0), rotations }
}

function countHits(sums: Uint32Array, runs: [number, number][], turn: number): number {
  let hits = 0
  for (const [start, length] of runs) hits += sums[turn + start + length] - sums[turn + start]
  return hits
}

/** Counts of the clusters that take part, by cluster; plain data. */
export type IdentityCounts = Map<string, IdentityCount>

/** Adds the count of one finding; the same counts remain whatever the order. */
export function addIdentityCount(counts: IdentityCounts, count: IdentityCount): void {
  const mine = counts.get(count.cluster)
  if (mine !== undefined && mine.finding <= count.finding) return
  counts.set(count.cluster, count)
  if (counts.size > 2 * maxClusters) trimClusters(counts)
}

function trimClusters(counts: IdentityCounts): void {
  for (const cluster of sortClusters(counts).slice(maxClusters)) counts.delete(cluster)
}

function sortClusters(counts: IdentityCounts): string[] {
  const hashes = new Map([...counts.keys()].map(cluster => [cluster, hashUnits(cluster)]))
  return [...counts.keys()].sort((a, b) => hashes.get(a)! - hashes.get(b)! || (a < b ? -1 : 1))
}

/** Adds the counts of another worker. */
export function mergeIdentityCounts(into: IdentityCounts, other: IdentityCounts): void {
  for (const count of other.values()) addIdentityCount(into, count)
}

/**
 * The placement test over clusters: do edited tokens fall on identity-bearing tokens beyond their base rate?
 * Exact for the clusters that take part.
 */
export function testIdentityEdits(counts: IdentityCounts): IdentityTest {
  let law = Float64Array.of(1)
  let observed = 0
  let expected = 0
  let work = 0
  let clusters = 0
  for (const cluster of sortClusters(counts).slice(0, maxClusters)) {
    const { rotations, hits } = counts.get(cluster)!
    work += law.length * rotations.length
    if (work > maxConvolutionWork) break
    const total = rotations.reduce((sum, n) => sum + n, 0)
    const shares = rotations.map(n => n / total)
    law = convolve(law, shares)
    observed += hits
    expected += shares.reduce((sum, share, k) => sum + share * k, 0)
    clusters++
  }
  if (clusters === 0) return { observed: 0, expected: 0, pValue: 1, effect: 1, clusters: 0 }
  let tail = 0
  for (let k = law.length - 1; k >= observed; k--) tail += law[k]
  const pValue = Math.min(1, Math.max(tail, smallestP))
  return { observed, expected, pValue, effect: expected > 0 ? observed / expected : 1, clusters }
}

function convolve(law: Float64Array, shares: number[]): Float64Array<ArrayBuffer> {
  const sum = new Float64Array(law.length + shares.length - 1)
  for (let k = 0; k < shares.length; k++) {
    const share = shares[k]
    if (share === 0) continue
    for (let i = 0; i < law.length; i++) sum[i + k] += share * law[i]
  }
  return sum
}

/** Scratch of one thread: by number of a name, how often it was met, 0 between calls. */
const timesMet = new Uint32Array(2 * maxShuffledPlaces)

/**
 * The mapping test: the number of pairs of places in different clusters that agree in `from` and in `to`, against
 * surrogates shuffled among the places of names. Clusters stand for places, so repeats within one count once.
 * A single placeholder for everything agrees always, observed and shuffled alike: p is then 1.
 */
export function testMapping(table: TableState): IdentityTest {
  const places = listPlaces(table)
  const clusters = places.from.length
  const observed = countAgreements(places.from, places.to)
  const fromPairs = countPairs(places.from)
  const expected = clusters < 2 ? 0 : (fromPairs * countPairs(places.to)) / ((clusters * (clusters - 1)) / 2)
  if (fromPairs === 0) return { observed: 0, expected: 0, pValue: 1, effect: 1, clusters }
  const random = createRandom(0x70616c69)
  const shuffled = [...places.to]
  const n = Math.max(99, Math.min(nPermutations, Math.floor(2e7 / clusters)))
  let atLeast = 0
  for (let i = 0; i < n; i++) {
    random.shuffle(shuffled)
    if (countAgreements(places.from, shuffled) >= observed) atLeast++
  }
  const pValue = (1 + atLeast) / (1 + n)
  return { observed, expected, pValue, effect: expected > 0 ? observed / expected : 1, clusters }
}

/**
 * One entry for each pair of names and each cluster that showed it, in a fixed order, those of one name together. A pair of ordinary words that
 * stood in titles (`Client` → `Customer`) names nobody: whoever swaps synonyms does so alike throughout.
 */
function listPlaces(table: TableState): { from: number[]; to: number[] } {
  const from: number[] = []
  const to: number[] = []
  const ids = new Map<string, number>()
  const idOf = (text: string): number => {
    const id = ids.get(text) ?? ids.size
    ids.set(text, id)
    return id
  }
  for (const key of [...table.named.pairs.keys()].sort()) {
    const cut = key.indexOf('\u0000')
    if (isKnownWord(key.slice(0, cut)) && isKnownWord(key.slice(cut + 1))) continue
    const n = table.named.pairs.get(key)!.clusters.length
    for (let i = 0; i < n && from.length < maxShuffledPlaces; i++) {
      from.push(idOf(`f${key.slice(0, cut)}`))
      to.push(idOf(`t${key.slice(cut + 1)}`))
    }
  }
  return { from, to }
}

function countPairs(values: number[]): number {
  const counts = new Map<number, number>()
  let pairs = 0
  for (const value of values) {
    const n = counts.get(value) ?? 0
    pairs += n
    counts.set(value, n + 1)
  }
  return pairs
}

/** Pairs of places that agree on both sides. @param from equal ones stand together */
function countAgreements(from: number[], to: number[]): number {
  let pairs = 0
  for (let start = 0, end = 0; start < from.length; start = end) {
    for (; end < from.length && from[end] === from[start]; end++) pairs += timesMet[to[end]]++
    for (let i = start; i < end; i++) timesMet[to[i]] = 0
  }
  return pairs
}
