/**
 * match: (seed hash, position) pairs → buckets that are probed with one or two cache misses.
 *
 * Counting sort by the top bits of the hash, then insertion sort inside each bucket: O(n) for hashes that
 * are spread, and stable, so postings of a seed stand in order of position.
 */

/** Sorted postings. `hash` and `position` have equal length; `bucket` has one entry more than there are buckets. */
export interface Postings {
  /** first posting of each bucket */
  bucket: Uint32Array
  hash: Uint32Array
  position: Uint32Array
}

/** Bits of bucket number for n postings: about four postings a bucket. */
export function bucketBits(n: number): number {
  return Math.max(8, Math.min(28, Math.ceil(Math.log2(n + 1)) - 2))
}

/** Sorts the first `n` pairs. */
export function sortPostings(hashes: Uint32Array, positions: Uint32Array, n: number): Postings {
  const bits = bucketBits(n)
  const shift = 32 - bits
  const bucket = new Uint32Array((1 << bits) + 1)
  for (let i = 0; i < n; i++) bucket[(hashes[i] >>> shift) + 1]++
  for (let b = 1; b < bucket.length; b++) bucket[b] += bucket[b - 1]
  const next = bucket.slice()
  const hash = new Uint32Array(n)
  const position = new Uint32Array(n)
  for (let i = 0; i < n; i++) {
    const at = next[hashes[i] >>> shift]++
    hash[at] = hashes[i]
    position[at] = positions[i]
  }
  for (let b = 0; b + 1 < bucket.length; b++) sortBucket(hash, position, bucket[b], bucket[b + 1])
  return { bucket, hash, position }
}

function sortBucket(hash: Uint32Array, position: Uint32Array, from: number, to: number): void {
  for (let i = from + 1; i < to; i++) {
    const h = hash[i]
    if (hash[i - 1] <= h) continue
    const p = position[i]
    let j = i
    while (j > from && hash[j - 1] > h) {
      hash[j] = hash[j - 1]
      position[j] = position[j - 1]
      j--
    }
    hash[j] = h
    position[j] = p
  }
}
