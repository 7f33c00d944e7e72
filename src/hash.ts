/**
 * Ground floor: 32-bit hashing in integer arithmetic.
 *
 * FNV-1a over 16-bit units, finished with the murmur3 mixer (Appleby 2011): the byte-serial chain is cheap
 * and the mixer spreads it. Not cryptographic: two different words collide once in about 2^32 pairs.
 */

export const fnvOffset = 0x811c9dc5
export const fnvPrime = 0x01000193

/** Odd multiplier of polynomials over hashes (2^32 / golden ratio). */
export const multiplier = 0x9e3779b1

/** Spreads the bits of a 32-bit value (murmur3 finaliser); returns an unsigned 32-bit integer. */
export function mix(value: number): number {
  let h = value | 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** Hash of a string's UTF-16 units, unsigned 32-bit. Equals what the tokeniser gives for an already folded word. */
export function hashUnits(text: string): number {
  let h = fnvOffset
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), fnvPrime)
  return mix(h)
}

/** Hash of bytes `[start, end)`, unsigned 32-bit. */
export function hashBytes(bytes: Uint8Array, start = 0, end: number = bytes.length): number {
  let h = fnvOffset
  for (let i = start; i < end; i++) h = Math.imul(h ^ bytes[i], fnvPrime)
  return mix(h)
}

/** Hash of an ordered pair of hashes, unsigned 32-bit. */
export function combine(a: number, b: number): number {
  return mix((Math.imul(a, multiplier) + b) | 0)
}
