/**
 * match: (seed hash, position) pairs → buckets that are probed with one or two cache misses.
 *
 * Counting sort by the top bits of the hash, then a sort inside each bucket: O(n) for hashes that are spread, and
 * stable, so postings of a seed stand in order of position. Beside its first posting each bucket holds a filter of 32
 * bits (Bloom 1970, one bit a hash), which turns most seeds away that do not occur before the postings are touched.
 */

/** Sorted postings. `hash` and `position` have equal length. */
export interface Postings {
  /** of each bucket its first posting and its filter, and one entry more that ends the last */
  bucket: Uint32Array
  hash: Uint32Array
  position: Uint32Array
}

/** Larger buckets are not sorted by insertion: many hashes crowd there, by an unlucky or a hostile corpus. */
const crowdedPostings = 64

/** Bits of bucket number for n postings: about four postings a bucket. */
export function bucketBits(n: number): number {
  return Math.max(8, Math.min(28, Math.ceil(Math.log2(n + 1)) - 2))
}

/** How far a hash is shifted to the number of its bucket, for a directory (`Postings.bucket`) of this length. */
export function bucketShiftOf(length: number): number {
  return 32 - Math.log2(length / 2 - 1)
}

/** The bit of a hash in the filter of its bucket: its next five bits. */
export function filterBit(hash: number, bucketShift: number): number {
  return (hash >>> (bucketShift > 5 ? bucketShift - 5 : 0)) & 31
}

/** Sorts the first `n` pairs. */
export function sortPostings(hashes: Uint32Array, positions: Uint32Array, n: number): Postings {
  const bits = bucketBits(n)
  const shift = 32 - bits
  const next = new Uint32Array((1 << bits) + 1)
  const bucket = new Uint32Array(next.length * 2)
  for (let i = 0; i < n; i++) {
    const b = hashes[i] >>> shift
    next[b + 1]++
    bucket[2 * b + 1] |= 1 << filterBit(hashes[i], shift)
  }
  for (let b = 1; b < next.length; b++) {
    next[b] += next[b - 1]
    bucket[2 * b] = next[b]
  }
  const hash = new Uint32Array(n)
  const position = new Uint32Array(n)
  for (let i = 0; i < n; i++) {
    const at = next[hashes[i] >>> shift]++
    hash[at] = hashes[i]
    position[at] = positions[i]
  }
  for (let b = 0; b + 2 < bucket.length; b += 2) sortBucket(hash, position, bucket[b], bucket[b + 2])
  return { bucket, hash, position }
}

function sortBucket(hash: Uint32Array, position: Uint32Array, from: number, to: number): void {
  if (to - from > crowdedPostings) {
    sortCrowded(hash, position, from, to)
    return
  }
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

/** Sorts by hash and position as one key: postings came in order of position, so that is stable too. */
function sortCrowded(hash: Uint32Array, position: Uint32Array, from: number, to: number): void {
  const keys = new BigUint64Array(to - from)
  for (let i = from; i < to; i++) keys[i - from] = (BigInt(hash[i]) << 32n) | BigInt(position[i])
  keys.sort()
  for (let i = from; i < to; i++) {
    hash[i] = Number(keys[i - from] >> 32n)
    position[i] = Number(keys[i - from] & 0xffffffffn)
  }
}
