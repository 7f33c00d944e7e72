/**
 * weigh: which pairs of neighbouring tokens stand more than once in a document. A pair is named by the place where it
 * stands first, so that counting it again needs no hashing.
 */
import { combine } from '../hash.ts'
import type { TokenStream } from '../types.ts'
import { HashTable } from './table.ts'

/** Scratch of one thread: by pair, the number of tokens up to where it stood first. */
const firsts = new HashTable()

/**
 * Names the pair that ends at each token.
 * @param into by token: the first token at which the same pair ends, −1 where no other does
 */
export function namePairs({ n, hash }: TokenStream, into: Int32Array): void {
  firsts.clear(n)
  let before = 0
  for (let i = 0; i < n; i++) {
    const entry = firsts.enter(combine(before, hash[i]))
    before = hash[i]
    const first = firsts.value[entry] - 1
    into[i] = first
    if (first < 0) firsts.value[entry] = i + 1
    else into[first] = first
  }
}
