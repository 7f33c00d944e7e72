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

/** Different bits that are remembered. */
const maxValues = 1 << 16

/** Bits of tokens over several indexes. */
export class Information {
  private readonly indexes: readonly ReferenceIndex[]
  private readonly total: number
  /** number in `values` of the bits of each entry of the token tables, 0 where they were not asked for yet */
  private readonly number = new Uint16Array(1 << countBits)
  /** different bits by their number: far fewer than entries, so that both stay in a near cache */
  private readonly values = new Float64Array(maxValues)
  private readonly numbers = new Map<number, number>()

  constructor(indexes: readonly ReferenceIndex[]) {
    this.indexes = indexes
    this.total = indexes.reduce((sum, index) => sum + index.facts.tokens, 0)
  }

  /** Bits of a token, `minBits`–`maxBits`. */
  bits(hash: number): number {
    const entry = hash >>> (32 - countBits)
    const number = this.number[entry]
    return number === 0 ? this.look(entry, hash) : this.values[number]
  }

  private look(entry: number, hash: number): number {
    let count = 0
    for (const index of this.indexes) count += index.countToken(hash)
    const bits = Math.max(minBits, Math.min(maxBits, Math.log2((this.total + 1) / (count + 1))))
    let number = this.numbers.get(bits)
    if (number === undefined && this.numbers.size + 1 < maxValues) {
      number = this.numbers.size + 1
      this.numbers.set(bits, number)
      this.values[number] = bits
    }
    this.number[entry] = number ?? 0
    return bits
  }
}
