/** read: CRC-32 (IEEE), by zlib where Node has it (20.15 and later), else by table. */
import zlib from 'node:zlib'

const table: Uint32Array = new Uint32Array(256)
for (let i = 0; i < 256; i++) {
  let value = i
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
  table[i] = value
}

/** CRC-32 by table; `before` is the checksum of the bytes before. */
export function crc32ByTable(bytes: Uint8Array, before = 0): number {
  let value = ~before
  for (let i = 0; i < bytes.length; i++) value = table[(value ^ bytes[i]) & 255] ^ (value >>> 8)
  return ~value >>> 0
}

/** CRC-32 of the bytes, going on from `before`. */
export const crc32: (bytes: Uint8Array, before?: number) => number = zlib.crc32 ?? crc32ByTable
