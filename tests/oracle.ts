/**
 * Slow and plain versions of what `match` does fast: every window looked through, every pair of anchors, the whole
 * table of an alignment, postings by search. Written from the definitions.
 */
import type { TokenStream } from '../src/types.ts'

/** A stream of tokens that are all plain words: the masked stream is the raw one. */
export function makeStream(tokens: readonly number[]): TokenStream {
  const n = tokens.length
  const hash = Uint32Array.from(tokens)
  const places = Uint32Array.from(tokens, (_, i) => i)
  return {
    n,
    hash,
    start: places.map(i => i * 2),
    end: places.map(i => i * 2 + 1),
    kind: new Uint8Array(n),
    nMasked: n,
    masked: places,
    maskedHash: hash,
  }
}

/** The murmur3 finaliser in whole numbers of any size. */
function mixWide(value: bigint): number {
  const word = 0xffffffffn
  let h = value & word
  h = ((h ^ (h >> 16n)) * 0x85ebca6bn) & word
  h = ((h ^ (h >> 13n)) * 0xc2b2ae35n) & word
  return Number(h ^ (h >> 16n))
}

/** Hash of tokens `[at, at + k)`, null where fewer than three of them differ. */
export function hashGram(tokens: ArrayLike<number>, at: number, k: number): number | null {
  let sum = 0n
  const different = new Set<number>()
  for (let j = 0; j < k; j++) {
    sum = sum * 0x9e3779b1n + BigInt(tokens[at + j])
    different.add(tokens[at + j])
  }
  return different.size < 3 ? null : mixWide(sum)
}

/** Of every window of w k-grams the last of the smallest, each place once: `[position, hash]`. */
export function listMinimizers(tokens: ArrayLike<number>, n: number, k: number, w: number): [number, number][] {
  const grams = Array.from({ length: Math.max(0, n - k + 1) }, (_, i) => hashGram(tokens, i, k) ?? Infinity)
  const kept = new Map<number, number>()
  for (let from = 0; from === 0 || from + w <= grams.length; from++) {
    const window = grams.slice(from, from + w)
    const least = Math.min(...window)
    if (Number.isFinite(least)) kept.set(from + window.lastIndexOf(least), least)
  }
  return [...kept].sort(([a], [b]) => a - b).map(([at, least]) => [at, spread(least)])
}

/** The hash that stands in an index for a k-gram's: times 2^32 / golden ratio, modulo 2^32. */
function spread(hash: number): number {
  return Number((BigInt(hash) * 0x9e3779b1n) & 0xffffffffn)
}

/** Bits of the best chain of anchors: every predecessor is looked at. */
export function scoreBestChain(
  suspect: readonly number[],
  reference: readonly number[],
  weight: readonly number[],
): number {
  const best: number[] = []
  for (let i = 0; i < suspect.length; i++) {
    best[i] = weight[i]
    for (let j = 0; j < i; j++) {
      const ds = suspect[i] - suspect[j]
      const dr = reference[i] - reference[j]
      if (ds > 0 && dr > 0) best[i] = Math.max(best[i], best[j] + weight[i] - costOfGap(ds, dr))
    }
  }
  return Math.max(0, ...best)
}

/** What a gap between two anchors costs: 0.05 a token of shift and half its logarithm, 0.01 a token of way; 24 at most. */
export function costOfGap(ds: number, dr: number): number {
  const shift = Math.abs(ds - dr)
  return Math.min(24, 0.05 * shift + 0.5 * Math.log2(1 + shift) + 0.01 * Math.min(ds, dr))
}

/** Length of the longest common subsequence, by the whole table. */
export function countCommon(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let row = new Array<number>(b.length + 1).fill(0)
  for (let i = 0; i < a.length; i++) {
    const next = [0]
    for (let j = 0; j < b.length; j++) next.push(a[i] === b[j] ? row[j] + 1 : Math.max(row[j + 1], next[j]))
    row = next
  }
  return row[b.length]
}

/** Where seeds with a hash stand: `[document, masked position in it]`, in order of the documents. */
export function findPostings(seeds: readonly (readonly [number, number][])[], hash: number): [number, number][] {
  return seeds.flatMap((own, document) =>
    own.filter(([, h]) => h === hash).map(([at]): [number, number] => [document, at]),
  )
}
