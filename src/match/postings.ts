/**
 * match: (seed hash, masked position) pairs → packed buckets that are probed with one or two cache misses, and back.
 *
 * The top bits of a hash name its bucket. A bucket holds the rest of each hash and then each position, bit by bit, no
 * wider than they need to be; beside its first posting the directory holds a filter of 64 bits (Bloom 1970, two bits a
 * hash), which turns 94 in 100 absent seeds away. Seeds that stand everywhere are listed up to a bound and counted beyond it.
 */
import { multiplier } from '../hash.ts'

/** Words of a directory entry: first posting, filter low, filter high. */
export const entryWords = 3
/** Fewer buckets would not let runs be merged in slices; more would make the directory dear to hold. */
const minBucketBits = 12
const maxBucketBits = 26
/** Packed words that are handed on at a time. */
const chunkWords = 1 << 16
/** Bits of a digit that pairs are sorted by: so many places to write to still stand in the nearest cache. */
const maxDigitBits = 11

/** Pairs of equal length, by hash and then by position. */
export interface Pairs {
  hash: Uint32Array
  position: Uint32Array
}

/** What says how a bucket is packed. */
export interface Packing {
  /** bits of a hash that name its bucket */
  bucketBits: number
  /** bits of a position */
  positionBits: number
}

/** Packed postings of one shard. */
export interface Postings extends Packing {
  /** of each bucket its first posting and its filter; one entry more ends the last */
  bucket: Uint32Array
  /** of each bucket the low bits of its hashes, then its positions */
  packed: Uint32Array
  /** seeds that are not listed in full, ascending */
  frequentHash: Uint32Array
  /** how often each of them stands in the corpus */
  frequentCount: Uint32Array
}

/** Bits of bucket number for n postings: eight to sixteen postings a bucket. */
export function bucketBitsOf(n: number): number {
  return Math.max(minBucketBits, Math.min(maxBucketBits, Math.floor(Math.log2(n + 1)) - 3))
}

/** Bits that hold every number below n. */
export function bitsBelow(n: number): number {
  return Math.max(1, 32 - Math.clz32(Math.max(0, n - 1)))
}

/** Words of `postings` packed ones from the beginning of a group of 32. */
export function wordsOf(postings: number, width: number): number {
  return (postings >>> 5) * width + Math.ceil(((postings & 31) * width) / 32)
}

/** The first bit of a hash in the filter of its bucket: its next six bits. */
function firstBit(hash: number, shift: number): number {
  return (hash >>> (shift - 6)) & 63
}

/** The second bit: six bits of all mixed (Knuth 1973, §6.4). */
function secondBit(hash: number): number {
  return Math.imul(hash, multiplier) >>> 26
}

/** 1 if both bits of a hash are set in the filter of the bucket with this directory entry, else 0. */
function isInFilter(bucket: Uint32Array, entry: number, hash: number, shift: number): number {
  const first = firstBit(hash, shift)
  const second = secondBit(hash)
  const filter = entry + 1
  return (bucket[filter + (first >>> 5)] >>> (first & 31)) & (bucket[filter + (second >>> 5)] >>> (second & 31)) & 1
}

/**
 * Sorts the first `n` pairs by hash; those of one hash keep their order (radix sort from the low digits up, Knuth 1973,
 * §5.2.5). The arrays serve as room for it and hold nothing afterwards, or what is returned.
 */
export function sortPairs(hashes: Uint32Array, positions: Uint32Array, n: number): Pairs {
  // the bits that all share say nothing: a slice of the hashes has fewer to sort by
  let differing = 0
  for (let i = 1; i < n; i++) differing |= hashes[i] ^ hashes[0]
  const bits = 32 - Math.clz32(differing)
  const passes = Math.ceil(bits / maxDigitBits)
  const digitBits = Math.ceil(bits / Math.max(1, passes))
  let from: Pairs = { hash: hashes.subarray(0, n), position: positions.subarray(0, n) }
  let to: Pairs = passes === 0 ? from : { hash: new Uint32Array(n), position: new Uint32Array(n) }
  for (let pass = 0; pass < passes; pass++) {
    sortByDigit(from, to, pass * digitBits, 2 ** digitBits)
    const sorted = to
    to = from
    from = sorted
  }
  return from
}

function sortByDigit(from: Pairs, to: Pairs, shift: number, digits: number): void {
  const { hash, position } = from
  const { hash: toHash, position: toPosition } = to
  const n = hash.length
  const next = new Int32Array(digits)
  for (let i = 0; i < n; i++) next[(hash[i] >>> shift) & (digits - 1)]++
  for (let d = 0, before = 0; d < digits; d++) {
    const count = next[d]
    next[d] = before
    before += count
  }
  for (let i = 0; i < n; i++) {
    const h = hash[i]
    const at = next[(h >>> shift) & (digits - 1)]++
    toHash[at] = h
    toPosition[at] = position[i]
  }
}

/** How many of sorted pairs are listed when of each hash no more than `limit` are. */
export function countListed({ hash }: Pairs, limit: number): number {
  let listed = 0
  for (let i = 0, run = 0; i < hash.length; i++) {
    run = i > 0 && hash[i] === hash[i - 1] ? run + 1 : 1
    if (run <= limit) listed++
  }
  return listed
}

/** Packs pairs that come in order. Memory: the directory, and a chunk of the rest. */
export class PostingsPacker implements Packing {
  readonly bucketBits: number
  readonly positionBits: number
  readonly bucket: Uint32Array
  private readonly shift: number
  private readonly limit: number
  private readonly onWords: (words: Uint32Array) => void
  private readonly words = new Uint32Array(chunkWords)
  private nWords = 0
  private open = 0
  private openBits = 0
  /** postings of the bucket at hand, and its number */
  private rests = new Uint32Array(256)
  private positions = new Uint32Array(256)
  private held = 0
  private current = 0
  private nPostings = 0
  /** the hash added last, and how often it came */
  private last = -1
  private times = 0
  private readonly unlisted: ReadonlyMap<number, number>
  private readonly frequent: { hash: number; count: number }[] = []

  /**
   * @param expected postings to come, at most
   * @param limit postings of one hash that are listed
   * @param unlisted occurrences that pairs do not come for, by hash
   * @param onWords takes the packed words in order; valid until it returns
   */
  constructor(
    expected: number,
    positionBits: number,
    limit: number,
    unlisted: ReadonlyMap<number, number>,
    onWords: (words: Uint32Array) => void,
  ) {
    this.bucketBits = bucketBitsOf(expected)
    this.positionBits = positionBits
    this.shift = 32 - this.bucketBits
    this.limit = limit
    this.unlisted = unlisted
    this.onWords = onWords
    this.bucket = new Uint32Array((2 ** this.bucketBits + 1) * entryWords)
  }

  /** Adds the next pairs. */
  add({ hash: hashes, position: positions }: Pairs): void {
    const { shift, limit, bucket } = this
    const rest = (1 << shift) - 1
    for (let i = 0; i < hashes.length; i++) {
      const hash = hashes[i]
      if (hash !== this.last) this.closeSeed(hash)
      if (++this.times > limit) continue
      const number = hash >>> shift
      if (number !== this.current) this.closeBucket(number)
      if (this.held === this.rests.length) this.growBucket()
      this.rests[this.held] = hash & rest
      this.positions[this.held++] = positions[i]
      const filter = number * entryWords + 1
      const first = firstBit(hash, shift)
      const second = secondBit(hash)
      bucket[filter + (first >>> 5)] |= 1 << (first & 31)
      bucket[filter + (second >>> 5)] |= 1 << (second & 31)
    }
  }

  /** Ends the packing: what is left is handed on. */
  finish(): { postings: number; frequentHash: Uint32Array; frequentCount: Uint32Array } {
    this.closeSeed(-1)
    this.closeBucket(2 ** this.bucketBits)
    if (this.openBits > 0) this.words[this.nWords++] = this.open
    if (this.nWords > 0) this.onWords(this.words.subarray(0, this.nWords))
    return {
      postings: this.nPostings,
      frequentHash: Uint32Array.from(this.frequent, ({ hash }) => hash),
      frequentCount: Uint32Array.from(this.frequent, ({ count }) => count),
    }
  }

  private closeSeed(next: number): void {
    if (this.last >= 0) {
      // nearly always there is nothing to look up
      const count = this.times + (this.unlisted.size > 0 ? (this.unlisted.get(this.last) ?? 0) : 0)
      if (count > this.limit) this.frequent.push({ hash: this.last, count })
    }
    this.last = next
    this.times = 0
  }

  private growBucket(): void {
    for (const name of ['rests', 'positions'] as const) {
      const larger = new Uint32Array(this[name].length * 2)
      larger.set(this[name])
      this[name] = larger
    }
  }

  /** Writes the bucket at hand and goes on to bucket `next`. */
  private closeBucket(next: number): void {
    this.pushBits(this.rests, this.shift)
    this.pushBits(this.positions, this.positionBits)
    this.nPostings += this.held
    this.held = 0
    for (let b = this.current + 1; b <= next; b++) this.bucket[b * entryWords] = this.nPostings
    this.current = next
  }

  /** Packs one value of each posting of the bucket at hand. */
  private pushBits(values: Uint32Array, width: number): void {
    const { words, held } = this
    let { open, openBits, nWords } = this
    for (let i = 0; i < held; i++) {
      const value = values[i]
      open |= value << openBits
      openBits += width
      if (openBits < 32) continue
      words[nWords++] = open
      openBits -= 32
      open = openBits > 0 ? value >>> (width - openBits) : 0
      if (nWords === chunkWords) {
        this.onWords(words)
        nWords = 0
      }
    }
    this.open = open
    this.openBits = openBits
    this.nWords = nWords
  }
}

/** `width` bits from bit `bit` after word `word`; width 1–32. */
function readBits(words: Uint32Array, word: number, bit: number, width: number): number {
  const at = word + (bit >>> 5)
  const shift = bit & 31
  let value = words[at] >>> shift
  if (shift + width > 32) value |= words[at + 1] << (32 - shift)
  // shifts, not powers, which take as long as a cache miss
  return (width === 32 ? value : value & ((1 << width) - 1)) >>> 0
}

/** Probes packed postings. Reads of one probe follow its `find`; one per thread. */
export class PostingsReader {
  private readonly postings: Postings
  private readonly shift: number
  private readonly width: number
  /** word and bit of the first position of the seed found last */
  private foundWord = 0
  private foundBit = 0

  constructor(postings: Postings) {
    this.postings = postings
    this.shift = 32 - postings.bucketBits
    this.width = this.shift + postings.positionBits
  }

  /**
   * Sets `may[i]` to 1 for each of the first `n` hashes that the filters do not turn away. The probes do not wait for
   * one another, so many cache misses are under way at once.
   */
  sift(hashes: Uint32Array, n: number, may: Uint8Array): void {
    const { shift } = this
    const { bucket } = this.postings
    for (let i = 0; i < n; i++) {
      const hash = hashes[i]
      may[i] |= isInFilter(bucket, (hash >>> shift) * entryWords, hash, shift)
    }
  }

  /**
   * Touches the buckets of the first `n` hashes that `which` names, so that `find` will not wait for them one by one. The
   * sum says nothing; it keeps the reads from being left out.
   */
  touch(hashes: Uint32Array, which: Uint32Array, n: number): number {
    const { shift, width } = this
    const { bucket, packed } = this.postings
    let sum = 0
    for (let i = 0; i < n; i++) {
      const first = bucket[(hashes[which[i]] >>> shift) * entryWords]
      sum ^= packed[(first >>> 5) * width + (((first & 31) * width) >>> 5)]
    }
    return sum
  }

  /** How many postings of a seed are listed; `read` gives them. */
  find(hash: number): number {
    const { shift, width } = this
    const { bucket, packed, positionBits } = this.postings
    const entry = (hash >>> shift) * entryWords
    if (isInFilter(bucket, entry, hash, shift) === 0) return 0
    const first = bucket[entry]
    const n = bucket[entry + entryWords] - first
    const start = (first & 31) * width
    const word = (first >>> 5) * width + (start >>> 5)
    const bit = start & 31
    const rest = hash & ((1 << shift) - 1)
    let lo = 0
    for (let hi = n; hi - lo > 16; ) {
      const mid = (lo + hi) >>> 1
      if (readBits(packed, word, bit + mid * shift, shift) < rest) lo = mid + 1
      else hi = mid
    }
    // a rest has 20 bits at most: no sign stands in the way, and the word behind it can always be read along
    const mask = (1 << shift) - 1
    const last = packed.length - 1
    let found = 0
    for (let at = bit + lo * shift; lo + found < n; at += shift) {
      const w = word + (at >>> 5)
      const next = packed[w < last ? w + 1 : last]
      const other = ((packed[w] >>> (at & 31)) | ((next << 1) << (31 - (at & 31)))) & mask
      if (other > rest) break
      if (other === rest) found++
      else lo++
    }
    this.foundWord = word
    this.foundBit = bit + n * shift + lo * positionBits
    return found
  }

  /** Writes the first `n` positions of the seed found last, each with `base` added, to `into` from `at`. */
  read(into: Int32Array | Uint32Array, at: number, n: number, base: number): void {
    const { packed, positionBits } = this.postings
    const { foundWord } = this
    const mask = positionBits === 32 ? -1 : (1 << positionBits) - 1
    let bit = this.foundBit
    for (let i = 0; i < n; i++) {
      const word = foundWord + (bit >>> 5)
      const shift = bit & 31
      let value = packed[word] >>> shift
      if (shift + positionBits > 32) value |= packed[word + 1] << (32 - shift)
      into[at + i] = base + ((value & mask) >>> 0)
      bit += positionBits
    }
  }

  /** How often a seed stands in the corpus, of which `listed` are listed. */
  count(hash: number, listed: number, limit: number): number {
    if (listed < limit) return listed
    const { frequentHash, frequentCount } = this.postings
    const at = lowerBound(frequentHash, hash)
    return frequentHash[at] === hash ? frequentCount[at] : listed
  }
}

/**
 * Unpacks whole buckets, in order.
 *
 * @param bucket directory entries of the buckets, and the one after them
 * @param packed words from those of the group of 32 postings on in which the first bucket begins
 * @param firstBucket number of the first bucket
 * @param base is added to every position
 * @returns how many pairs were written from `at`
 */
export function unpackBuckets(
  { bucketBits, positionBits }: Packing,
  bucket: Uint32Array,
  packed: Uint32Array,
  firstBucket: number,
  base: number,
  { hash, position }: Pairs,
  at: number,
): number {
  const shift = 32 - bucketBits
  const width = shift + positionBits
  const group = bucket[0] >>> 5
  let out = at
  for (let e = 0; e + entryWords < bucket.length; e += entryWords) {
    const first = bucket[e]
    const n = bucket[e + entryWords] - first
    const start = (first & 31) * width
    const word = ((first >>> 5) - group) * width + (start >>> 5)
    const bit = start & 31
    const top = ((firstBucket + e / entryWords) << shift) >>> 0
    for (let i = 0; i < n; i++) {
      hash[out] = (top | readBits(packed, word, bit + i * shift, shift)) >>> 0
      position[out++] = base + readBits(packed, word, bit + n * shift + i * positionBits, positionBits)
    }
  }
  return out - at
}

/** First index of an ascending array whose value is not below `value`. */
export function lowerBound(array: Uint32Array, value: number): number {
  let lo = 0
  let hi = array.length
  while (lo < hi) {
    const mid = (lo + hi) >>> 1
    if (array[mid] < value) lo = mid + 1
    else hi = mid
  }
  return lo
}
