/**
 * weigh: how much a token says, in bits: −log₂ of its share of the tokens of all corpora at hand.
 *
 * Counts come from the token tables of the indexes, so the words that are common in these corpora are worth
 * little whatever the language. Two words that share a table entry share a count: a few words too little.
 */
import type { ReferenceIndex } from '../match/reference.ts'
import { countBits } from '../match/tables.ts'

/** Bits of the commonest and of the rarest token: beyond this the counts of small corpora are noise. */
const minBits = 1
const maxBits = 13

/** Bits of tokens over several indexes. */
export class Information {
  private readonly indexes: readonly ReferenceIndex[]
  private readonly total: number
  /** bits by entry of the token tables, 0 where they were not asked for yet */
  private readonly known: Float64Array = new Float64Array(1 << countBits)

  constructor(indexes: readonly ReferenceIndex[]) {
    this.indexes = indexes
    this.total = indexes.reduce((sum, index) => sum + index.facts.tokens, 0)
  }

  /** Bits of a token, `minBits`–`maxBits`. */
  bits(hash: number): number {
    const entry = hash >>> (32 - countBits)
    const known = this.known[entry]
    if (known !== 0) return known
    let count = 0
    for (const index of this.indexes) count += index.countToken(hash)
    const bits = Math.max(minBits, Math.min(maxBits, Math.log2((this.total + 1) / (count + 1))))
    this.known[entry] = bits
    return bits
  }
}
