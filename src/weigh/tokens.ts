/**
 * weigh: a document's tokens, and what is found out about them when it is first asked for, once for all texts that the
 * document is held against.
 */
import { chooseSeeds, SeedBuffer, type SketchParameters } from '../match/minimizers.ts'
import { identityBits, TokenKind, type TokenStream } from '../types.ts'
import type { Information } from './information.ts'
import { namePairs } from './pairs.ts'
import { type Prompt, trigramAt } from './prompts.ts'
import { markQuoted } from './quotes.ts'

/** Share of the bits of names and numbers that counts: equal facts are no equal wording. */
const identityShare = 0.2
/** Share of the bits of tokens in long quotations that counts. */
const quotedShare = 0.25
/** Share of the bits of code tokens that counts: what a task needs is written alike by all who solve it. */
const codeShare = 0.4

/** What each raw token weighs by itself, by token. */
export interface Weights {
  /** bits (`Information`) */
  bits: Float64Array
  /** share of them that counts for what the token is */
  share: Float64Array
  /** which pair of tokens ends here, −1 for one that stands nowhere else in the document (`namePairs`) */
  pair: Int32Array
}

/** Room for the tokens of one document at a time. Grows, never shrinks. */
export class TokenRoom {
  readonly seeds: SeedBuffer = new SeedBuffer()
  private held: Weights = { bits: new Float64Array(0), share: new Float64Array(0), pair: new Int32Array(0) }

  /** Weights of `n` tokens at least, to be written. */
  weights(n: number): Weights {
    if (this.held.bits.length < n)
      this.held = { bits: new Float64Array(2 * n), share: new Float64Array(2 * n), pair: new Int32Array(2 * n) }
    return this.held
  }
}

/** A document's tokens. What is found out about them is valid until the next document that uses the same room. */
export class Tokens {
  readonly stream: TokenStream
  private readonly text: string
  private readonly room: TokenRoom
  private marked: Uint8Array | undefined
  private sketch: SketchParameters | undefined
  private weighed: { information: Information; weights: Weights } | undefined
  private asked: { prompt: Prompt; marks: Uint8Array } | undefined

  constructor(text: string, stream: TokenStream, room: TokenRoom = new TokenRoom()) {
    this.text = text
    this.stream = stream
    this.room = room
  }

  /** 1 for every raw token inside a long quotation (`markQuoted`). */
  private get quoted(): Uint8Array {
    this.marked ??= markQuoted(this.text, this.stream)
    return this.marked
  }

  /** The seeds. Indexes mostly agree in how they are chosen: once for all of them then. */
  chooseSeeds(sketch: SketchParameters): SeedBuffer {
    if (this.sketch?.k !== sketch.k || this.sketch.w !== sketch.w) chooseSeeds(this.stream, sketch, this.room.seeds)
    this.sketch = sketch
    return this.room.seeds
  }

  /** What each raw token weighs. */
  weigh(information: Information): Weights {
    if (this.weighed?.information === information) return this.weighed.weights
    const { stream, quoted } = this
    const weights = this.room.weights(stream.n)
    for (let i = 0; i < stream.n; i++) {
      weights.bits[i] = information.bits(stream.hash[i])
      weights.share[i] = shareOfKind(stream.kind[i], quoted[i])
    }
    namePairs(stream, weights.pair)
    this.weighed = { information, weights }
    return weights
  }

  /**
   * 1 for each raw token of `[from, to)` that stands inside a 3-gram of the prompts.
   * @param prompts the first is that of the document: it is held against all its tokens once
   */
  markPrompted(prompts: readonly Prompt[], from: number, to: number): Uint8Array {
    const [own, ...others] = prompts
    if (own === undefined) return new Uint8Array(to - from)
    if (this.asked?.prompt !== own) {
      const marks = new Uint8Array(this.stream.n)
      markTrigrams(marks, this.stream, 0, this.stream.n, own)
      this.asked = { prompt: own, marks }
    }
    const marks = this.asked.marks.slice(from, to)
    for (const prompt of others) if (prompt !== own) markTrigrams(marks, this.stream, from, to, prompt)
    return marks
  }
}

/** Marks the tokens of `[from, to)` inside 3-grams of the prompt, by token − from. */
function markTrigrams(marks: Uint8Array, stream: TokenStream, from: number, to: number, { trigrams }: Prompt): void {
  if (trigrams.size === 0) return
  for (let i = Math.max(0, from - 2); i < to && i + 2 < stream.n; i++)
    if (trigrams.has(trigramAt(stream, i)))
      for (let j = Math.max(i, from); j < i + 3 && j < to; j++) marks[j - from] = 1
}

/** Share of a token's bits that counts for what it is. */
function shareOfKind(kind: number, isQuoted: number): number {
  const share = isQuoted === 1 ? quotedShare : 1
  if ((kind & TokenKind.code) !== 0) return share * codeShare
  return (kind & identityBits) !== 0 ? share * identityShare : share
}
