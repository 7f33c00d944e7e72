/**
 * weigh: which other texts explain a claim, and how well. Two directions: texts at hand that match the claimed span
 * of the suspect, and texts that match the claimed passage of the reference. An independent answer and the
 * competitors are exchangeable, so a claim stands by its margin over them.
 */
import { alignCandidate } from '../match/align.ts'
import { alignPair } from '../match/pair.ts'
import type { ReferenceIndex } from '../match/reference.ts'
import { type Passage, TextCache } from '../match/texts.ts'
import type { Alignment, Span } from '../types.ts'
import { type Claim, makeClaim } from './claim.ts'
import type { Information } from './information.ts'
import type { Prompt, PromptCache } from './prompts.ts'
import { makeSkeleton, type Skeleton } from './skeleton.ts'
import { type Search, TokenRoom, Tokens } from './tokens.ts'

/** Shares of a reference passage, and of its whole document, that another reference must hold to be its near-copy. */
const nearCopyShare = 0.6
const nearCopyDocumentShare = 0.4
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

/** Makes sides of indexes. */
export function openSides(indexes: readonly ReferenceIndex[]): Side[] {
  return indexes.map(index => ({ index, texts: TextCache.of(index) }))
}

/** Tries the best documents of the sides on a span of masked tokens. */
export function tryDocuments(
  tokens: Tokens,
  sides: readonly Side[],
  span: Span,
  search: Search,
  prompts: (reference: Passage) => readonly Prompt[],
  information: Information,
  isWanted: (side: number, document: number) => boolean = () => true,
): Tried[] {
  const out: Tried[] = []
  const { stream } = tokens
  for (const [side, { index, texts }] of sides.entries()) {
    const { sketch } = index.facts
    for (const candidate of tokens.findCandidates(index, span, search)) {
      if (!isWanted(side, candidate.document)) continue
      const reference = texts.read(candidate.document)
      const alignment = alignCandidate(stream, reference.stream, candidate, sketch.k)
      if (alignment === undefined) continue
      const claim = makeClaim(tokens, reference.stream, alignment, prompts(reference), information)
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

/**
 * Does `other` hold most of tokens `[from, to)` of `reference`, and much of the rest? Then it cannot bear witness against it: it
 * is a re-run or a student. One that holds the same quotation in an answer of its own can.
 */
export function isNearCopy(reference: Passage, [from, to]: Span, other: Passage): boolean {
  // what is too short to hold so much of it need not be aligned
  const minInAll = nearCopyDocumentShare * reference.stream.n
  if (other.stream.n < minInAll) return false
  const alignment = alignPassages(reference, other)
  if (alignment === null) return false
  let held = 0
  let inAll = 0
  for (const { s, n } of alignment.blocks) {
    held += Math.max(0, Math.min(s + n, to) - Math.max(s, from))
    inAll += n
  }
  return held >= nearCopyShare * (to - from) && inAll >= minInAll
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
  private readonly prompts: PromptCache
  private readonly room = new TokenRoom()

  constructor(
    references: readonly Side[],
    backgrounds: readonly Side[],
    information: Information,
    prompts: PromptCache,
  ) {
    this.references = references
    this.backgrounds = backgrounds
    this.information = information
    this.prompts = prompts
    this.known = references.map(() => new Map())
  }

  /** Bits by which the best independent text explains the claimed passage of the reference, 0 if none does. */
  weigh(tried: Tried): number {
    let best = 0
    for (const { score, span } of this.list(tried))
      best = Math.max(best, score * shareInside(span, tried.claim.reference))
    return best
  }

  /** How many independent texts explain so many bits of the reference document, claimed or not. */
  count(tried: Tried, minBits: number): number {
    return this.list(tried).filter(({ score }) => score >= minBits).length
  }

  private list({ side, document, reference }: Tried): readonly Rival[] {
    let rivals = this.known[side].get(document)
    if (rivals === undefined) {
      rivals = this.find(side, document, reference)
      this.known[side].set(document, rivals)
    }
    return rivals
  }

  private find(side: number, document: number, reference: Passage): Rival[] {
    const { stream } = reference
    const tokens = new Tokens(reference.document.text, stream, this.room)
    const all: Span = [0, stream.nMasked]
    const asked = [this.prompts.read(reference.document.prompt)]
    const prompts = (): readonly Prompt[] => asked
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
