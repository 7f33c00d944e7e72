import zlib from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { crc32, crc32ByTable } from '../../src/read/checksum.ts'
import { BlockSource, gunzip } from '../../src/read/containers.ts'

async function* inBlocks(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function unpack(
  bytes: Buffer,
  blockSize = 1 << 16,
  maxRatio = 200,
): Promise<{ out: Buffer; codes: string[]; reasons: string[] }> {
  const codes: string[] = []
  const reasons: string[] = []
  const pieces: Buffer[] = []
  const source = new BlockSource(inBlocks(bytes, blockSize))
  const report = ({ code, reason }: { code: string; reason: string }): void => {
    codes.push(code)
    reasons.push(reason)
  }
  for await (const block of gunzip(source, { maxRatio, outBytes: 0 }, report)) pieces.push(block)
  return { out: Buffer.concat(pieces), codes, reasons }
}

const text = Buffer.from(Array.from({ length: 3000 }, (_, i) => `line ${i} of ${(i * 7919) % 1013}\n`).join(''))
const first = zlib.gzipSync(text)
const second = zlib.gzipSync(Buffer.from('second member\n'))

test('members, zero padding between and after them, and any cut into blocks give all the data', async () => {
  for (const blockSize of [1, 7, 1000, 1 << 20]) {
    for (const padding of [0, 1, 511, 70_000]) {
      if (blockSize === 1 && padding > 1) continue
      const zeros = Buffer.alloc(padding)
      const { out, codes } = await unpack(Buffer.concat([first, zeros, second, zeros]), blockSize)
      expect(codes).toEqual([])
      expect(out.equals(Buffer.concat([text, Buffer.from('second member\n')]))).toBe(true)
    }
  }
})

test('all optional fields of a header are crossed', async () => {
  const body = second.subarray(10)
  const head = Buffer.from(second.subarray(0, 10))
  head[3] = 2 + 4 + 8 + 16
  const fields = Buffer.from([3, 0, 1, 2, 3, ...Buffer.from('name\0'), ...Buffer.from('comment\0'), 9, 9])
  const { out, codes } = await unpack(Buffer.concat([head, fields, body]), 3)
  expect(codes).toEqual([])
  expect(out.toString()).toBe('second member\n')
})

test('junk after the last member is reported with its place and costs nothing before it', async () => {
  const { out, codes, reasons } = await unpack(Buffer.concat([first, Buffer.from('junk')]))
  expect(out.equals(text)).toBe(true)
  expect(codes).toEqual(['trailing-junk'])
  expect(reasons[0]).toContain(`at byte ${first.length}`)
})

test('a stream cut at any place is reported and gives a prefix of the data', async () => {
  const small = zlib.gzipSync(text.subarray(0, 4000))
  for (let end = 1; end < small.length; end++) {
    const { out, codes } = await unpack(small.subarray(0, end))
    expect(codes, `cut at ${end}`).toEqual([end === 1 ? 'trailing-junk' : 'truncated-gzip'])
    expect(text.subarray(0, out.length).equals(out)).toBe(true)
  }
})

test('a flipped bit never passes in silence', async () => {
  const small = zlib.gzipSync(text.subarray(0, 2000))
  for (let at = 10; at < small.length; at += 3) {
    const bad = Buffer.from(small)
    bad[at] ^= 1 << (at % 8)
    const { out, codes } = await unpack(bad)
    const isWhole = out.equals(text.subarray(0, 2000)) // a bit that pads the last byte of the stream says nothing
    expect(codes.length > 0 || isWhole, `flipped byte ${at}`).toBe(true)
  }
})

test('damage late in a long member leaves what stands before it', async () => {
  const bad = Buffer.from(first)
  bad.fill(0xff, first.length - 200, first.length - 100)
  const { out, codes } = await unpack(bad)
  expect(codes.length).toBe(1)
  expect(out.length).toBeGreaterThan(text.length / 2)
  const same = out.subarray(0, Math.floor(text.length / 2))
  expect(same.equals(text.subarray(0, same.length))).toBe(true)
})

test('a bomb is stopped with little of it unpacked', async () => {
  const bomb = zlib.gzipSync(Buffer.alloc(64 << 20))
  const { out, codes } = await unpack(bomb)
  expect(codes).toEqual(['decompression-ratio'])
  expect(out.length).toBeLessThan(40 << 20)
})

test('the checksum by table is the one of zlib, also in pieces', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(200), (bytes, cut) => {
      const head = bytes.subarray(0, cut)
      const tail = bytes.subarray(cut)
      expect(crc32ByTable(tail, crc32ByTable(head))).toBe(crc32(bytes))
    }),
    { seed: 4 },
  )
})
