/**
 * weigh: a document's tokens, and what is found out about them when it is first asked for, once for all texts that the
 * document is held against.
 */
import { type Candidate, findCandidates } from '../match/chains.ts'
import { chooseSeeds, SeedBuffer, type SketchParameters } from '../match/minimizers.ts'
import { hashStream, type ReferenceIndex } from '../match/reference.ts'
import { identityBits, type Span, TokenKind, type TokenStream } from '../types.ts'
import type { Information } from './information.ts'
import { namePairs } from './pairs.ts'
import { hasTrigram, type Prompt } from './prompts.ts'
import { markQuoted } from './quotes.ts'
import { makeSkeleton, type Skeleton } from './skeleton.ts'

/** Share of the bits of names and numbers that counts: equal facts are no equal wording. */
const identityShare = 0.2
/** Share of the bits of common words with the capital of a name that counts: in a heading they are wording, in a title a fact. */
const capitalShare = 0.5
/** Share of the bits of tokens in long quotations that counts. */
const quotedShare = 0.25
/** Share of the bits of code tokens that counts: what a task needs is written alike by all who solve it. */
const codeShare = 0.4

/** Prompted tokens so near to each other explain what stands between them. */
const maxPromptGapTokens = 4

/** How many documents of an index are wanted, and the bits that their best chain must have. */
export interface Search {
  limit: number
  minBits: number
}

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
  private hashed: number | undefined
  private bare: Skeleton | undefined
  private readonly candidates = new Map<ReferenceIndex, { minBits: number; best: Candidate[] }>()

  constructor(text: string, stream: TokenStream, room: TokenRoom = new TokenRoom()) {
    this.text = text
    this.stream = stream
    this.room = room
  }

  /** Hash of all raw tokens (`hashStream`). */
  get hash(): number {
    this.hashed ??= hashStream(this.stream)
    return this.hashed
  }

  /** 1 for every raw token inside a long quotation (`markQuoted`). */
  private get quoted(): Uint8Array {
    this.marked ??= markQuoted(this.text, this.stream)
    return this.marked
  }

  /** The code, whatever its names and comments are. */
  get skeleton(): Skeleton {
    this.bare ??= makeSkeleton(this.text, this.stream)
    return this.bare
  }

  /** The seeds. Indexes mostly agree in how they are chosen: once for all of them then. */
  private chooseSeeds(sketch: SketchParameters): SeedBuffer {
    if (this.sketch?.k !== sketch.k || this.sketch.w !== sketch.w) chooseSeeds(this.stream, sketch, this.room.seeds)
    this.sketch = sketch
    return this.room.seeds
  }

  /**
   * The documents of an index that share collinear seeds with masked tokens `[from, to)` (`findCandidates`). The best of
   * the whole document are remembered: who asks for fewer of them has no need to look again.
   */
  findCandidates(index: ReferenceIndex, [from, to]: Span, { limit, minBits }: Search): Candidate[] {
    const seeds = this.chooseSeeds(index.facts.sketch)
    const isWhole = seeds.n > 0 && from <= seeds.position[0] && to > seeds.position[seeds.n - 1]
    const known = isWhole ? this.candidates.get(index) : undefined
    // what was left out before has fewer bits than it had to have then
    if (
      known !== undefined &&
      known.best.length >= limit &&
      known.best[limit - 1].score > Math.max(minBits, known.minBits) + 1
    )
      return known.best.slice(0, limit)
    const best = findCandidates(index, seeds, from, to, limit, minBits)
    if (isWhole) this.candidates.set(index, { minBits, best })
    return best
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
    // a name that stays in the masked stream is a common word
    for (let j = 0; j < stream.nMasked; j++) {
      const i = stream.masked[j]
      if ((stream.kind[i] & (identityBits | TokenKind.code)) === TokenKind.name)
        weights.share[i] = capitalShare * shareOfKind(TokenKind.word, quoted[i])
    }
    namePairs(stream, weights.pair)
    this.weighed = { information, weights }
    return weights
  }

  /**
   * Sets `marks[token − from]` to 1 for each raw token of `[from, to)` that the prompts explain (`markPrompted`), else to 0.
   * @param prompts the first is that of the document: it is held against all its tokens once
   */
  markPrompted(prompts: readonly Prompt[], from: number, to: number, marks: Uint8Array): void {
    if (prompts.length === 0) {
      marks.fill(0, 0, to - from)
      return
    }
    const own = prompts[0]
    if (this.asked?.prompt !== own) {
      const all = new Uint8Array(this.stream.n)
      markTrigrams(all, this.stream, 0, this.stream.n, own)
      this.asked = { prompt: own, marks: all }
    }
    const known = this.asked.marks
    for (let i = from; i < to; i++) marks[i - from] = known[i]
    for (const prompt of prompts) if (prompt !== own) markTrigrams(marks, this.stream, from, to, prompt)
    fillPromptGaps(marks, to - from)
  }
}

/**
 * Sets `marks[token − from]` to 1 for each raw token of `[from, to)` that the prompts explain, else to 0: those inside their
 * 3-grams, and few between two such.
 */
export function markPrompted(
  stream: TokenStream,
  prompts: readonly Prompt[],
  [from, to]: Span,
  marks: Uint8Array,
): void {
  marks.fill(0, 0, to - from)
  for (const prompt of new Set(prompts)) markTrigrams(marks, stream, from, to, prompt)
  fillPromptGaps(marks, to - from)
}

/** What stands between prompted tokens close to each other comes from the prompt too: corrected or reordered. */
function fillPromptGaps(isPrompted: Uint8Array, length: number): void {
  let last = -1
  for (let i = 0; i < length; i++) {
    if (isPrompted[i] === 0) continue
    if (last >= 0 && i - last - 1 <= maxPromptGapTokens) isPrompted.fill(1, last + 1, i)
    last = i
  }
}

/** Marks the tokens of `[from, to)` inside 3-grams of the prompt, by token − from. */
function markTrigrams(marks: Uint8Array, stream: TokenStream, from: number, to: number, prompt: Prompt): void {
  if (prompt.trigrams.size === 0) return
  for (let i = Math.max(0, from - 2); i < to && i + 2 < stream.n; i++)
    if (hasTrigram(prompt, stream, i)) for (let j = Math.max(i, from); j < i + 3 && j < to; j++) marks[j - from] = 1
}

/** Share of a token's bits that counts for what it is. */
function shareOfKind(kind: number, isQuoted: number): number {
  const share = isQuoted === 1 ? quotedShare : 1
  if ((kind & TokenKind.code) !== 0) return share * codeShare
  return (kind & identityBits) !== 0 ? share * identityShare : share
}
