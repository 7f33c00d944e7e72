/**
 * text: large sets of word hashes, as Bloom filters. A word that is in the set is found always, another one seldom.
 */
import { mix } from '../hash.ts'

/** A filter as it is stored. */
export interface StoredFilter {
  log2Bits: number
  /** bits that a word sets */
  nHashes: number
  /** the bits, in base64 */
  filter: string
}

/** A Bloom filter of word hashes, by double hashing (Kirsch and Mitzenmacher 2006). */
export class WordFilter {
  private readonly bytes: Uint8Array
  private readonly mask: number
  private readonly nHashes: number

  constructor({ log2Bits, nHashes, filter }: StoredFilter) {
    this.bytes = Uint8Array.from(atob(filter), unit => unit.charCodeAt(0))
    this.mask = 2 ** log2Bits - 1
    this.nHashes = nHashes
  }

  /** Is the word of that hash in the set, as far as its bits tell? */
  has(hash: number): boolean {
    const { bytes, mask, nHashes } = this
    const step = mix(hash) | 1
    for (let i = 0, at = hash | 0; i < nHashes; i++, at = (at + step) | 0)
      if ((bytes[(at & mask) >> 3] & (1 << (at & 7))) === 0) return false
    return true
  }

  /** Adds the word of that hash. */
  add(hash: number): void {
    const { bytes, mask, nHashes } = this
    const step = mix(hash) | 1
    for (let i = 0, at = hash | 0; i < nHashes; i++, at = (at + step) | 0) bytes[(at & mask) >> 3] |= 1 << (at & 7)
  }

  /** The bits in base64. */
  write(): string {
    return btoa(String.fromCharCode(...this.bytes))
  }
}

/** A filter of nothing. */
export function emptyFilter(log2Bits: number, nHashes: number): WordFilter {
  return new WordFilter({ log2Bits, nHashes, filter: btoa('\0'.repeat(2 ** log2Bits / 8)) })
}
