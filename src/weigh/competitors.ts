/**
 * weigh: which other texts explain a claim, and how well. Two directions: texts at hand that match the claimed span
 * of the suspect, and texts that match the claimed passage of the reference. An independent answer and the
 * competitors are exchangeable, so a claim stands by its margin over them.
 */
import { alignCandidate } from '../match/align.ts'
import { findCandidates } from '../match/chains.ts'
import { chooseSeeds, SeedBuffer, type SketchParameters } from '../match/minimizers.ts'
import { alignPair } from '../match/pair.ts'
import type { ReferenceIndex } from '../match/reference.ts'
import { type Passage, TextCache } from '../match/texts.ts'
import type { Alignment, Span, TokenStream } from '../types.ts'
import { type Claim, makeClaim, type Prompts } from './claim.ts'
import type { Information } from './information.ts'
import { markQuoted } from './quotes.ts'
import { makeSkeleton, type Skeleton } from './skeleton.ts'

/** Share of a reference passage that another reference must hold to be its near-copy. */
const nearCopyShare = 0.6
/** How many documents of an index are aligned, and the bits that their best chain must have. */
export interface Search {
  limit: number
  minBits: number
}

/** Competitors are sought with care: one that is overlooked makes a commonplace look like a copy. */
export const competitorSearch: Search = { limit: 4, minBits: 0 }

/** An index with its texts. */
export interface Side {
  index: ReferenceIndex
  texts: TextCache
}

/** A claim that was tried. */
export interface Tried {
  /** which index of its side */
  side: number
  document: number
  reference: Passage
  claim: Claim
}

/** A document's tokens, and what is found out about them when it is first asked for. */
export class Tokens {
  readonly stream: TokenStream
  private readonly text: string
  private readonly buffer: SeedBuffer
  private marked: Uint8Array | undefined
  private sketch: SketchParameters | undefined
  private bare: Skeleton | undefined

  /** @param buffer where the seeds go; they are valid until its next use */
  constructor(text: string, stream: TokenStream, buffer: SeedBuffer) {
    this.text = text
    this.stream = stream
    this.buffer = buffer
  }

  /** 1 for every raw token inside a long quotation (`markQuoted`). */
  get quoted(): Uint8Array {
    this.marked ??= markQuoted(this.text, this.stream)
    return this.marked
  }

  /** The code, whatever its names and comments are. */
  get skeleton(): Skeleton {
    this.bare ??= makeSkeleton(this.text, this.stream)
    return this.bare
  }

  /** The seeds. Indexes mostly agree in how they are chosen: once for all of them then. */
  chooseSeeds(sketch: SketchParameters): SeedBuffer {
    if (this.sketch?.k !== sketch.k || this.sketch.w !== sketch.w) chooseSeeds(this.stream, sketch, this.buffer)
    this.sketch = sketch
    return this.buffer
  }
}

/** Makes sides of indexes. */
export function openSides(indexes: readonly ReferenceIndex[]): Side[] {
  return indexes.map(index => ({ index, texts: new TextCache(index) }))
}

/** Tries the best documents of the sides on masked tokens `[from, to)` of a stream. */
export function tryDocuments(
  tokens: Tokens,
  sides: readonly Side[],
  [from, to]: Span,
  { limit, minBits }: Search,
  prompts: (reference: Passage) => Prompts,
  information: Information,
  isWanted: (side: number, document: number) => boolean = () => true,
): Tried[] {
  const out: Tried[] = []
  const { stream } = tokens
  for (const [side, { index, texts }] of sides.entries()) {
    const { sketch } = index.facts
    const seeds = tokens.chooseSeeds(sketch)
    for (const candidate of findCandidates(index, seeds, from, to, limit, minBits)) {
      if (!isWanted(side, candidate.document)) continue
      const reference = texts.read(candidate.document)
      const alignment = alignCandidate(stream, reference.stream, candidate, sketch.k)
      if (alignment === undefined) continue
      const claim = makeClaim(stream, reference.stream, alignment, prompts(reference), tokens.quoted, information)
      if (claim !== undefined) out.push({ side, document: candidate.document, reference, claim })
    }
  }
  return out
}

/** Skeletons of passages, for as long as these are kept. */
const skeletons = new WeakMap<Passage, Skeleton>()

/** The code of a reference, whatever its names and comments are. */
export function skeletonOf(reference: Passage): Skeleton {
  let skeleton = skeletons.get(reference)
  if (skeleton === undefined) {
    skeleton = makeSkeleton(reference.document.text, reference.stream)
    skeletons.set(reference, skeleton)
  }
  return skeleton
}

/** Alignments of passages with others, for as long as both are kept: suspects that answer one prompt ask again and again. */
const alignments = new WeakMap<Passage, WeakMap<Passage, Alignment | null>>()

function alignPassages(reference: Passage, other: Passage): Alignment | null {
  let known = alignments.get(reference)
  if (known === undefined) {
    known = new WeakMap()
    alignments.set(reference, known)
  }
  let alignment = known.get(other)
  if (alignment === undefined) {
    alignment = alignPair(reference.stream, other.stream) ?? null
    known.set(other, alignment)
  }
  return alignment
}

/** Does `other` hold most of tokens `[from, to)` of `reference`? Then it cannot bear witness against it. */
export function isNearCopy(reference: Passage, [from, to]: Span, other: Passage): boolean {
  const alignment = alignPassages(reference, other)
  if (alignment === null) return false
  let held = 0
  for (const { s, n } of alignment.blocks) held += Math.max(0, Math.min(s + n, to) - Math.max(s, from))
  return held >= nearCopyShare * (to - from)
}

/** Share of `[a)` that lies in `[b)`. */
export function shareInside(a: Readonly<Span>, b: Readonly<Span>): number {
  return Math.max(0, Math.min(a[1], b[1]) - Math.max(a[0], b[0])) / Math.max(1, a[1] - a[0])
}

/** Bits of a competitor's claim, no more of it than lies in the claimed span. */
export function bitsWithin(claim: Claim, other: Claim): number {
  return other.score * shareInside(other.suspect, claim.suspect)
}

/** Share of the claim's bits at tokens that the other claim matches too. */
export function sharedBits(claim: Claim, other: Claim): number {
  const [from, to] = claim.suspect
  let all = 0
  for (const bits of claim.bits) all += bits
  let shared = 0
  for (const { s, n } of other.blocks)
    for (let i = Math.max(s, from); i < Math.min(s + n, to); i++) shared += claim.bits[i - from]
  return all === 0 ? 0 : shared / all
}

/** A text that explains part of a reference document. */
interface Rival {
  score: number
  /** raw tokens of the reference document */
  span: Span
}

/** How commonplace reference passages are. Each document's rivals are sought once, when it is first claimed. */
export class Rivals {
  private readonly references: readonly Side[]
  private readonly backgrounds: readonly Side[]
  private readonly information: Information
  private readonly known: Map<number, Rival[]>[]
  private readonly seeds = new SeedBuffer()

  constructor(references: readonly Side[], backgrounds: readonly Side[], information: Information) {
    this.references = references
    this.backgrounds = backgrounds
    this.information = information
    this.known = references.map(() => new Map())
  }

  /** Bits by which the best independent text explains the claimed passage of the reference, 0 if none does. */
  weigh({ side, document, reference, claim }: Tried): number {
    let rivals = this.known[side].get(document)
    if (rivals === undefined) {
      rivals = this.find(side, document, reference)
      this.known[side].set(document, rivals)
    }
    let best = 0
    for (const { score, span } of rivals) best = Math.max(best, score * shareInside(span, claim.reference))
    return best
  }

  private find(side: number, document: number, reference: Passage): Rival[] {
    const { stream } = reference
    const tokens = new Tokens(reference.document.text, stream, this.seeds)
    const all: Span = [0, stream.nMasked]
    const prompts = (): Prompts => [reference.promptTrigrams()]
    const toRival = ({ claim }: Tried): Rival => ({ score: claim.score, span: claim.suspect })
    const { information } = this
    const backgrounds = tryDocuments(tokens, this.backgrounds, all, competitorSearch, prompts, information)
    const others = tryDocuments(
      tokens,
      this.references,
      all,
      competitorSearch,
      prompts,
      information,
      (s, d) => s !== side || d !== document,
    )
    const independent = others.filter(other => !isNearCopy(reference, other.claim.suspect, other.reference))
    return [...backgrounds, ...independent].map(toRival)
  }
}
