import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isLocked, lockStore, unlockStore } from '../../src/match/lock.ts'
import { openMemory, type Store, writeMemory } from '../../src/match/store.ts'

const key = Buffer.alloc(32, 7)
const chunk = 65_536

function storeOf(bytes: Uint8Array): Store {
  const buffer = new SharedArrayBuffer(bytes.length)
  new Uint8Array(buffer).set(bytes)
  return openMemory(buffer, 'x.pali')
}

function readAll(store: Store): Buffer {
  const bytes = Buffer.alloc(store.sizeBytes)
  store.read(0, bytes)
  return bytes
}

const lock = (plain: Uint8Array): Buffer => readAll(lockStore(storeOf(plain), writeMemory('x.pali'), key))
const open = (locked: Uint8Array, by: Uint8Array | undefined = key): Buffer => readAll(unlockStore(storeOf(locked), by))
const noise = (bytes: number): Buffer =>
  Buffer.from(Uint8Array.from({ length: bytes }, (_, i) => (i * 2_654_435_761) >>> 24))

describe('a locked index', () => {
  it.each([0, 1, 100, chunk - 1, chunk, chunk + 1, 3 * chunk + 7])('of %i bytes opens to the same bytes', bytes => {
    const locked = lock(noise(bytes))
    expect(isLocked(locked)).toBe(true)
    expect(open(locked).equals(noise(bytes))).toBe(true)
  })

  it('is read at any place alone', () => {
    const plain = noise(40 * chunk)
    const store = unlockStore(storeOf(lock(plain)), key)
    fc.assert(
      fc.property(fc.nat(plain.length - 1), fc.nat(2 * chunk), (at, length) => {
        const into = Buffer.alloc(Math.min(length, plain.length - at))
        store.read(at, into)
        expect(into.equals(plain.subarray(at, at + into.length))).toBe(true)
      }),
      { numRuns: 60 },
    )
    expect(() => store.read(plain.length - 1, Buffer.alloc(2))).toThrow(expect.objectContaining({ code: 'integrity' }))
  })

  it('is the same for the same index and key, and shares nothing with any other', () => {
    const plain = Buffer.alloc(640, 'the same words again ')
    const locked = lock(plain)
    expect(lock(plain).equals(locked)).toBe(true)
    const changed = Buffer.from(plain)
    changed[639]++
    const other = lock(changed)
    const equal = [...locked.subarray(16)].filter((byte, i) => byte === other[16 + i]).length
    expect(equal).toBeLessThan(locked.length / 20)
  })

  it('shows no run of its text, and looks like noise', () => {
    const locked = lock(Buffer.from('a stitch in time saves nine, said the tailor to the king; '.repeat(2000)))
    expect(locked.includes('tailor')).toBe(false)
    const counts = new Array<number>(256).fill(0)
    for (const byte of locked.subarray(48)) counts[byte]++
    const mean = (locked.length - 48) / 256
    const chiSquare = counts.reduce((sum, count) => sum + (count - mean) ** 2 / mean, 0)
    // 255 degrees of freedom: 99.99 % of random data lies between these
    expect(chiSquare).toBeGreaterThan(175)
    expect(chiSquare).toBeLessThan(350)
  })

  it('is refused when any byte was changed, and when it was cut, lengthened or its chunks moved', () => {
    const refuse = (bytes: Uint8Array): void =>
      expect(() => open(bytes)).toThrow(expect.objectContaining({ code: 'integrity' }))
    const short = lock(noise(200))
    for (let at = 4; at < short.length; at++) {
      const changed = Buffer.from(short)
      changed[at] ^= 1
      refuse(changed)
    }
    for (let length = 4; length < short.length; length++) refuse(short.subarray(0, length))
    refuse(Buffer.concat([short, Buffer.from([0])]))
    const long = lock(noise(3 * chunk))
    const at = (i: number): Buffer => long.subarray(48 + i * (chunk + 16), 48 + (i + 1) * (chunk + 16))
    refuse(long.subarray(0, 48 + 2 * (chunk + 16)))
    refuse(Buffer.concat([long.subarray(0, 48), at(1), at(0), at(2)]))
    refuse(Buffer.concat([long.subarray(0, 48), at(0), at(2)]))
  })

  it('does not open without its key, with another, or with one that is too short to be a key', () => {
    const locked = lock(Buffer.from('words'))
    expect(() => unlockStore(storeOf(locked), undefined)).toThrow('x.pali: the index is locked')
    expect(() => open(locked, Buffer.alloc(32, 8))).toThrow('this key does not open the index')
    expect(() => open(locked, Buffer.from('password'))).toThrow('expected a key of 32 bytes or more, got 8')
    expect(() => lockStore(storeOf(locked), writeMemory('x'), Buffer.alloc(8))).toThrow('32 bytes or more')
  })
})
