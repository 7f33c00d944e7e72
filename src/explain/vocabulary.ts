/**
 * explain: is a name known, as a word of English or as a name of our lists? Token hash → yes or no.
 *
 * Words stand in a Bloom filter (`corpora/phrases/vocabulary.json`), and listed names are added to it (`known.json`,
 * `names.json`). What it does not hold was coined, or is known to few; one such name in fifty is taken for known.
 */
import known from '../../corpora/phrases/known.json' with { type: 'json' }
import vocabulary from '../../corpora/phrases/vocabulary.json' with { type: 'json' }
import { hashUnits, mix } from '../hash.ts'
import { WordSet } from '../text/words.ts'
import { english } from './lexicon.ts'

const { log2Bits, nHashes } = vocabulary
const mask = 2 ** log2Bits - 1

let filter: Uint8Array | undefined
const stock = new WordSet(known.stock.words)

/** Bits of a filter that a hash sets, by double hashing (Kirsch and Mitzenmacher 2006). */
export function placesInFilter(hash: number, log2Bits: number, nHashes: number): number[] {
  const step = mix(hash) | 1
  return Array.from({ length: nHashes }, (_, i) => (hash + Math.imul(i, step)) & (2 ** log2Bits - 1))
}

/** Is the token of that hash known? Stock names of anonymisers are not, whatever the lists say. */
export function isKnownName(hash: number): boolean {
  filter ??= fillFilter()
  const step = mix(hash) | 1
  for (let i = 0, at = hash | 0; i < nHashes; i++, at = (at + step) | 0)
    if ((filter[(at & mask) >> 3] & (1 << (at & 7))) === 0) return false
  return !stock.has(hash)
}

/** The filter of words, with the listed names added. */
function fillFilter(): Uint8Array {
  const bytes = Uint8Array.from(atob(vocabulary.filter), unit => unit.charCodeAt(0))
  const add = (words: string): void => {
    for (const word of words.split(' '))
      for (const place of placesInFilter(hashUnits(word), log2Bits, nHashes)) bytes[place >> 3] |= 1 << (place & 7)
  }
  for (const list of Object.values(english)) for (const phrase of list) add(phrase)
  for (const list of known.lists) add(list.words)
  return bytes
}
