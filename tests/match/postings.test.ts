import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  bitsBelow,
  countListed,
  entryWords,
  type Pairs,
  PostingsPacker,
  PostingsReader,
  sortPairs,
  unpackBuckets,
} from '../../src/match/postings.ts'

/** Sorted pairs by the plainest means. */
function sortSlowly(hashes: Uint32Array): [number, number][] {
  return [...hashes].map((hash, i): [number, number] => [hash, i]).sort((a, b) => a[0] - b[0] || a[1] - b[1])
}

const toList = ({ hash, position }: Pairs): [number, number][] => [...hash].map((h, i) => [h, position[i]])

/** Packs the places of hashes; the packed words and what the packer tells. */
function pack(hashes: Uint32Array, limit: number, unlisted = new Map<number, number>()) {
  const pairs = sortPairs(
    hashes.slice(),
    Uint32Array.from(hashes, (_, i) => i),
    hashes.length,
  )
  const words: number[] = []
  const positionBits = bitsBelow(hashes.length)
  const packer = new PostingsPacker(countListed(pairs, limit), positionBits, limit, unlisted, more =>
    words.push(...more),
  )
  // in two pieces: a seed and a bucket may go on in the next
  const middle = hashes.length >>> 1
  for (const [from, to] of [
    [0, middle],
    [middle, hashes.length],
  ])
    packer.add({ hash: pairs.hash.subarray(from, to), position: pairs.position.subarray(from, to) })
  const ended = packer.finish()
  const { bucketBits, bucket } = packer
  return { bucketBits, positionBits, bucket, packed: Uint32Array.from(words), ...ended }
}

/** Hashes of many kinds: spread, alike in their high bits, alike in their low bits, often the same. */
const anyHashes = fc
  .array(
    fc.oneof(
      fc.nat(0xffffffff),
      fc.nat(40),
      fc.nat(300).map(h => (0xabc00000 + h) >>> 0),
      fc.nat(300).map(h => Math.imul(h, 0x9e3779b1) >>> 0),
    ),
    { maxLength: 400 },
  )
  .map(list => Uint32Array.from(list))

test('pairs are sorted by hash, and those of one hash stay in order', () => {
  fc.assert(
    fc.property(anyHashes, hashes => {
      const sorted = sortPairs(
        hashes.slice(),
        Uint32Array.from(hashes, (_, i) => i),
        hashes.length,
      )
      expect(toList(sorted)).toEqual(sortSlowly(hashes))
    }),
    { numRuns: 200, seed: 1 },
  )
})

test('packed postings give back every hash with its first places and its number, and no other hash', () => {
  fc.assert(
    fc.property(anyHashes, fc.integer({ min: 1, max: 5 }), (hashes, limit) => {
      const packed = pack(hashes, limit)
      const reader = new PostingsReader(packed)
      const all = sortSlowly(hashes)
      for (const hash of new Set(hashes)) {
        const places = all.filter(([h]) => h === hash).map(([, at]) => at)
        const listed = reader.find(hash)
        expect(listed).toBe(Math.min(limit, places.length))
        expect(reader.count(hash, listed, limit)).toBe(places.length)
        const read = new Uint32Array(listed + 1)
        reader.read(read, 1, listed, 7)
        expect([...read.slice(1)]).toEqual(places.slice(0, limit).map(at => at + 7))
      }
      for (const hash of hashes)
        for (const other of [hash ^ 1, hash ^ 0x80000000])
          if (!hashes.includes(other >>> 0)) expect(reader.find(other >>> 0)).toBe(0)
    }),
    { numRuns: 200, seed: 2 },
  )
})

test('whole buckets are unpacked from any of them on', () => {
  const hashes = Uint32Array.from({ length: 3000 }, (_, i) => Math.imul(i % 2500, 0x9e3779b1) >>> 0)
  const packed = pack(hashes, 128)
  const width = 32 - packed.bucketBits + packed.positionBits
  const half = 2 ** (packed.bucketBits - 1)
  const into: Pairs = { hash: new Uint32Array(3000), position: new Uint32Array(3000) }
  let n = 0
  for (const from of [0, half]) {
    const bucket = packed.bucket.slice(from * entryWords, (from + half) * entryWords + 1)
    const words = packed.packed.slice((bucket[0] >>> 5) * width)
    n += unpackBuckets(packed, bucket, words, from, 0, into, n)
  }
  expect(n).toBe(3000)
  expect(toList(into)).toEqual(sortSlowly(hashes))
})

test('occurrences that are listed nowhere are counted', () => {
  const hashes = Uint32Array.from([5, 5, 9, 9, 9])
  const packed = pack(
    hashes,
    2,
    new Map([
      [5, 100],
      [9, 0],
    ]),
  )
  const reader = new PostingsReader(packed)
  expect([5, 9].map(hash => reader.count(hash, reader.find(hash), 2))).toEqual([102, 3])
})

test('a bucket that all of a large corpus falls into is sorted, packed and probed in little time', () => {
  const hashes = Uint32Array.from({ length: 200_000 }, (_, i) => (i * 7919) % 4093)
  const started = performance.now()
  const reader = new PostingsReader(pack(hashes, 128))
  for (let i = 0; i < 10_000; i++) expect(reader.find(i) > 0).toBe(i < 4093)
  expect(performance.now() - started).toBeLessThan(4000)
})
