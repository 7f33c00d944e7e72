import { expect, test } from 'vitest'
import { BlockSource } from '../../src/read/containers.ts'
import { unzstd } from '../../src/read/zstd.ts'
import { storeZstd } from './scratch.ts'

// `zstd -19` of the text below (one segment, checksum), and python-zstandard, level 3, of its first 800 bytes (no size, no checksum)
const packed = Buffer.from(
  'KLUv/QRoPQoAFhMwGIBNOiQ+X1xj4kYlTDeSTbZMKe1UPNFUPTcAJQAjAGdY7tllMQGVgOCsiRQeO2sKaxSLRRSDSBwGSCGxQ6IZ' +
    'wrEzyMHAkDT2YBQWOyQIgUGgmRyaACVLsWlduY9oHNOFbyEyxWKTT5rnLWs5eXhom0moEhkuqEdk1VMDPz83Y9Rk5ovL2fNS3az9' +
    '1wt9fLxaEVO9FnWpVtNfch3v1gHuauipmFWNqqoqcTXe9dZS1qlT5u699rXo9Xr6af/VbyEDgJCoMUy7+38HgLuxBhLwEowQ/CPc' +
    'QlHABD9A9V+uiZzPNvzyv9evSsHw8h2t6yHF0vO1rdLpMG16fNI64UjTxOfYflTdRucVoirPckH+xqJo/AK6PpkR8aXUGP0vtj0S' +
    'TUg+0TW9D54hu0fM0ShJ4sFdqwAmQLg8HqrmoCRY0A1gqMsqUKupYw==',
  'base64',
)
const packedHead = Buffer.from(
  'KLUv/QAA5QQAckYWGoC3OswwCiqzeGc7XHkGtYNs2yLZDZATnaoHSf9nZmOKvS2FVP0pKUPanhLp0Vp5QMIEjndxio/XeY3Di+Fo' +
    'SIrooB9cExIfx1cghoIVxB1+cGAEZg9vDSIiIJBzCztKlh2khPEo7RwlY41CeS+GNnMFOyG7EruQXRHDshlS32aACfsugzVb7o2h' +
    'zVyBoc36CiKGajNgWFAU',
  'base64',
)
const text = Array.from(
  { length: 60 },
  (_, i) => `{"text":"The lamp number ${i} of the harbour is lit at ${(i * 37) % 60} past ${(i * 7) % 12}."}\n`,
).join('')

async function unpack(
  bytes: Uint8Array,
  blockSize = 1 << 16,
  maxRatio = 200,
): Promise<{ out: string; codes: string[] }> {
  async function* blocks(): AsyncGenerator<Buffer> {
    for (let at = 0; at < bytes.length; at += blockSize) yield Buffer.from(bytes.subarray(at, at + blockSize))
  }
  const codes: string[] = []
  const pieces: Buffer[] = []
  const report = ({ code }: { code: string }): void => void codes.push(code)
  for await (const block of unzstd(new BlockSource(blocks()), { maxRatio, outBytes: 0 }, report)) pieces.push(block)
  return { out: Buffer.concat(pieces).toString(), codes }
}

test('frames of several writers, one after the other, cut anywhere, with padding and skippable frames', async () => {
  const skippable = Buffer.from([0x53, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3])
  const stored = storeZstd(Buffer.from(text), 1000)
  const all = Buffer.concat([skippable, packed, Buffer.alloc(300), packedHead, skippable, stored, Buffer.alloc(5)])
  for (const blockSize of [1, 13, 1000, 1 << 20]) {
    const { out, codes } = await unpack(all, blockSize)
    expect(codes).toEqual([])
    expect(out).toBe(text + text.slice(0, 800) + text)
  }
})

test('a file cut at any place is reported', async () => {
  for (let end = 1; end < packed.length; end++) {
    const { out, codes } = await unpack(packed.subarray(0, end))
    expect(codes, `cut at ${end}`).toEqual([end < 4 ? 'trailing-junk' : 'truncated-zstd'])
    expect(text.startsWith(out)).toBe(true)
  }
})

test('a flipped bit in a frame with a checksum is reported, wherever it is', async () => {
  for (let at = 4; at < packed.length; at++) {
    const bad = Buffer.from(packed)
    bad[at] ^= 1 << (at % 8)
    const { out, codes } = await unpack(bad)
    const isUnused = out === text // RFC 8878 has readers ignore one bit of the header
    expect(codes.length > 0 || isUnused, `flipped byte ${at}`).toBe(true)
  }
})

test('junk after the last frame is reported and costs nothing before it', async () => {
  const { out, codes } = await unpack(Buffer.concat([packed, Buffer.from('junk!')]))
  expect(out).toBe(text)
  expect(codes).toEqual(['trailing-junk'])
})

test('a window that only long mode may ask for is refused as a limit, and a dictionary by name', async () => {
  const long = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 21 << 3, 1, 0, 0])
  expect((await unpack(long)).codes).toEqual(['zstd-window'])
  const dictionary = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x21, 7, 0, 1, 0, 0])
  expect((await unpack(dictionary)).codes).toEqual(['zstd-dictionary'])
})

test('a bomb of repeated bytes is stopped', async () => {
  const head = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 10 << 3]) // a window of 1 MiB
  const repeat = Buffer.from([2, 0, 16, 0x61]) // 131,072 times the letter a
  repeat.writeUIntLE((131_072 << 3) | 2, 0, 3)
  const bomb = Buffer.concat([head, ...Array.from({ length: 4000 }, () => repeat)])
  const { out, codes } = await unpack(bomb)
  expect(codes).toEqual(['decompression-ratio'])
  expect(out.length).toBeLessThan(20 << 20)
})
