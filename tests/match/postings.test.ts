import { expect, test } from 'vitest'
import { bucketShiftOf, filterBit, sortPostings } from '../../src/match/postings.ts'

/** Sorted pairs by the plainest means. */
function sortSlowly(hashes: Uint32Array): [number, number][] {
  return [...hashes].map((hash, i): [number, number] => [hash, i]).sort((a, b) => a[0] - b[0] || a[1] - b[1])
}

function expectSorted(hashes: Uint32Array): void {
  const { bucket, hash, position } = sortPostings(hashes, Uint32Array.from(hashes.keys()), hashes.length)
  expect([...hash].map((h, i) => [h, position[i]])).toEqual(sortSlowly(hashes))
  const shift = bucketShiftOf(bucket.length)
  for (const h of hashes) {
    const b = (h >>> shift) * 2
    expect((bucket[b + 1] >>> filterBit(h, shift)) & 1).toBe(1)
    expect(hash.indexOf(h)).toBeGreaterThanOrEqual(bucket[b])
    expect(hash.lastIndexOf(h)).toBeLessThan(bucket[b + 2])
  }
}

test('postings stand by hash, then position, and no filter denies one that is there', () => {
  expectSorted(Uint32Array.from({ length: 2000 }, (_, i) => Math.imul(i % 1500, 0x9e3779b1) >>> 0))
})

test('a bucket crowded by many hashes is sorted like any other', () => {
  expectSorted(Uint32Array.from({ length: 500 }, (_, i) => (i * 7919) % 97))
})

test('a bucket that all of a large corpus falls into is sorted in little time', () => {
  const hashes = Uint32Array.from({ length: 200_000 }, (_, i) => (i * 7919) % 4093)
  const started = performance.now()
  const { hash } = sortPostings(hashes, Uint32Array.from(hashes.keys()), hashes.length)
  expect(performance.now() - started).toBeLessThan(4000)
  for (let i = 1; i < hash.length; i++) if (hash[i - 1] > hash[i]) throw new Error(`out of order at ${i}`)
})
