/**
 * weigh: one suspect document × reference and background indexes → matches with their measures.
 *
 * For every claim the same span is tried on the best background document and on the best other reference
 * that is no near-copy of the claimed one: were the suspect an independent answer, they would explain the
 * span about as well (exchangeability). Errors: a commonplace that no competitor holds looks like a copy.
 */
import { alignCandidate } from '../match/align.ts'
import { type Candidate, findCandidates } from '../match/chains.ts'
import { chooseSeeds, SeedBuffer } from '../match/minimizers.ts'
import { alignPair } from '../match/pair.ts'
import { hashPrompt, type ReferenceIndex } from '../match/reference.ts'
import { type Passage, TextCache } from '../match/texts.ts'
import { TokenBuffer, tokenise } from '../text/tokens.ts'
import { type Document, identityBits, type Span, TokenKind, type TokenStream } from '../types.ts'
import { addTrigrams, type Claim, makeClaim } from './claim.ts'
import { Information } from './information.ts'

/** A claim worth competitors, in bits: below this nothing is reported. */
export const minClaimBits = 24
/** Share of the claimed reference passage that another reference must hold to be its near-copy. */
const nearCopyShare = 0.6
/** Competitors aligned per claim and index. */
const maxCompetitors = 4
/** Claims on one suspect may overlap so far, as a share of the smaller; beyond it the weaker is only counted. */
const maxOverlapShare = 0.5

/** What is known of one claim; the rule decides on these numbers alone. */
export interface Measures {
  /** bits of the claim */
  score: number
  /** bits of the best background document on the same span, 0 if none matched */
  background: number
  /** bits of the best other reference on the same span, near-copies aside, 0 if none matched */
  otherReference: number
  /** bits by which the best independent text explains the claimed passage of the reference itself, 0 if none */
  commonplace: number
  /** share of the claim's bits that the best background document matches too */
  explainedByBackground: number
  /** share of the claim's bits that the best other reference matches too */
  explainedByReference: number
  /** matched tokens / columns */
  identity: number
  matches: number
  distinctive: number
  longestRun: number
  /** share of the suspect document's tokens inside the claim */
  suspectContainment: number
  /** share of the reference document's tokens inside the claim */
  referenceContainment: number
  /** share of matched tokens that a prompt explains */
  explainedByPrompt: number
  /** share of matched tokens that are code */
  codeShare: number
  /** share of matched tokens that are identity-bearing */
  identityShare: number
  /** share of matched tokens that are ideographs */
  ideographShare: number
  /** documents at hand, near-copies of the reference aside, known to answer the same prompt */
  peers: number
}

/** One suspect passage tied to one reference document. */
export interface Match {
  /** which of the reference indexes */
  index: number
  /** document of that index */
  document: number
  reference: Passage
  claim: Claim
  measures: Measures
  competitor: { side: 'background' | 'reference'; index: number; document: number; row: Document } | null
  alsoMatches: number
}

interface Side {
  index: ReferenceIndex
  texts: TextCache
}

/** A text that explains part of a reference document. */
interface Rival {
  score: number
  /** raw tokens of the reference document */
  suspect: Span
}

interface Tried {
  side: number
  document: number
  reference: Passage
  claim: Claim
}

/** Weighs suspect documents against fixed indexes. Not re-entrant: one per thread. */
export class Scale {
  private readonly references: Side[]
  private readonly backgrounds: Side[]
  private readonly information: Information
  /** of each reference index: the rivals of the documents that were claimed */
  private readonly rivals: Map<number, Rival[]>[]
  private readonly tokens = new TokenBuffer()
  private readonly promptTokens = new TokenBuffer()
  private readonly seeds = new SeedBuffer()

  constructor(references: readonly ReferenceIndex[], backgrounds: readonly ReferenceIndex[]) {
    this.references = references.map(index => ({ index, texts: new TextCache(index) }))
    this.backgrounds = backgrounds.map(index => ({ index, texts: new TextCache(index) }))
    this.rivals = references.map(() => new Map())
    this.information = new Information([...references, ...backgrounds])
  }

  /** Streams of the document weighed last; valid until the next `weigh`. */
  get stream(): TokenStream {
    return this.tokens
  }

  /** Matches of a document, in order of suspect position; empty where nothing is worth reporting. */
  weigh(document: Document): Match[] {
    const stream = tokenise(document.text, this.tokens)
    const suspectPrompt = document.prompt === null ? undefined : this.trigramsOf(document.prompt)
    const tried: Tried[] = []
    for (const [side, { index, texts }] of this.references.entries()) {
      chooseSeeds(stream, index.facts.sketch, this.seeds)
      for (const candidate of findCandidates(index, this.seeds)) {
        const reference = texts.read(candidate.document)
        const claim = this.tryCandidate(stream, reference, candidate, index, suspectPrompt)
        if (claim !== undefined && claim.score >= minClaimBits)
          tried.push({ side, document: candidate.document, reference, claim })
      }
    }
    tried.sort((a, b) => b.claim.score - a.claim.score || a.side - b.side || a.document - b.document)
    const kept: Match[] = []
    for (const one of tried) {
      const rival = kept.find(({ claim }) => overlapShare(claim.suspect, one.claim.suspect) > maxOverlapShare)
      if (rival !== undefined) rival.alsoMatches++
      else kept.push(this.measure(document, stream, suspectPrompt, one, tried))
    }
    return kept.sort((a, b) => a.claim.suspect[0] - b.claim.suspect[0])
  }

  private trigramsOf(prompt: string): Set<number> {
    return addTrigrams(tokenise(prompt, this.promptTokens), new Set())
  }

  private tryCandidate(
    stream: TokenStream,
    reference: Passage,
    candidate: Candidate,
    index: ReferenceIndex,
    suspectPrompt: ReadonlySet<number> | undefined,
  ): Claim | undefined {
    const alignment = alignCandidate(stream, reference.stream, candidate, index.facts.sketch.k)
    if (alignment === undefined) return undefined
    const prompted = this.promptsOf(reference, suspectPrompt)
    return makeClaim(stream, reference.stream, alignment, prompted, this.information)
  }

  private promptsOf(reference: Passage, suspectPrompt: ReadonlySet<number> | undefined): ReadonlySet<number> {
    const { prompt } = reference.document
    if (prompt === null) return suspectPrompt ?? new Set()
    return addTrigrams(tokenise(prompt, this.promptTokens), new Set(suspectPrompt))
  }

  private measure(
    document: Document,
    stream: TokenStream,
    suspectPrompt: ReadonlySet<number> | undefined,
    one: Tried,
    tried: readonly Tried[],
  ): Match {
    const { claim, reference } = one
    const [from, to] = maskedRange(stream, claim.suspect)
    const backgrounds = this.tryCompetitors(stream, this.backgrounds, from, to, suspectPrompt, () => true)
    const others = tried.filter(other => other !== one && overlapShare(claim.suspect, other.claim.suspect) > 0)
    const distinct = others.some(other => !isNearCopy(reference, claim.reference, other.reference))
    const more = distinct
      ? []
      : this.tryCompetitors(
          stream,
          this.references,
          from,
          to,
          suspectPrompt,
          (side, doc) =>
            (side !== one.side || doc !== one.document) &&
            !others.some(other => other.side === side && other.document === doc),
        )
    const nearCopies = new Set<Tried>()
    const references = [...others, ...more].filter(other => {
      if (!isNearCopy(reference, claim.reference, other.reference)) return true
      nearCopies.add(other)
      return false
    })
    const best = (list: readonly Tried[]): Tried | undefined =>
      list.reduce<Tried | undefined>(
        (a, b) => (a === undefined || withinScore(claim, b.claim) > withinScore(claim, a.claim) ? b : a),
        undefined,
      )
    const background = best(backgrounds)
    const otherReference = best(references)
    const b = background === undefined ? 0 : withinScore(claim, background.claim)
    const r2 = otherReference === undefined ? 0 : withinScore(claim, otherReference.claim)
    const winner = b >= r2 ? background : otherReference
    return {
      index: one.side,
      document: one.document,
      reference,
      claim,
      alsoMatches: 0,
      measures: {
        ...describeClaim(stream, reference, claim),
        background: b,
        otherReference: r2,
        commonplace: this.weighCommonplace(one),
        explainedByBackground: background === undefined ? 0 : sharedBits(claim, background.claim),
        explainedByReference: otherReference === undefined ? 0 : sharedBits(claim, otherReference.claim),
        peers: this.countPeers(document, one, nearCopies),
      },
      competitor:
        winner === undefined
          ? null
          : {
              side: winner === background ? 'background' : 'reference',
              index: winner.side,
              document: winner.document,
              row: winner.reference.document,
            },
    }
  }

  private tryCompetitors(
    stream: TokenStream,
    sides: readonly Side[],
    from: number,
    to: number,
    suspectPrompt: ReadonlySet<number> | undefined,
    isWanted: (side: number, document: number) => boolean,
  ): Tried[] {
    const out: Tried[] = []
    for (const [side, { index, texts }] of sides.entries()) {
      chooseSeeds(stream, index.facts.sketch, this.seeds)
      for (const candidate of findCandidates(index, this.seeds, from, to, maxCompetitors)) {
        if (!isWanted(side, candidate.document)) continue
        const reference = texts.read(candidate.document)
        const claim = this.tryCandidate(stream, reference, candidate, index, suspectPrompt)
        if (claim !== undefined) out.push({ side, document: candidate.document, reference, claim })
      }
    }
    return out
  }

  /**
   * How well an independent text explains the claimed passage of the reference: a passage that others write too
   * proves little. Found once per reference document.
   */
  private weighCommonplace({ side, document, reference, claim }: Tried): number {
    const { index } = this.references[side]
    const known = this.rivals[side].get(document)
    const rivals = known ?? this.findRivals(document, reference, index)
    if (known === undefined) this.rivals[side].set(document, rivals)
    let best = 0
    for (const rival of rivals) best = Math.max(best, rival.score * overlapOf(rival.suspect, claim.reference))
    return best
  }

  private findRivals(document: number, reference: Passage, own: ReferenceIndex): Rival[] {
    const { stream } = reference
    const prompted = this.promptsOf(reference, undefined)
    const rivals: Rival[] = []
    const sides = [...this.backgrounds, ...this.references]
    for (const { index, texts } of sides) {
      chooseSeeds(stream, index.facts.sketch, this.seeds)
      for (const candidate of findCandidates(index, this.seeds, 0, stream.nMasked, maxCompetitors)) {
        if (index === own && candidate.document === document) continue
        const other = texts.read(candidate.document)
        const alignment = alignCandidate(stream, other.stream, candidate, index.facts.sketch.k)
        if (alignment === undefined) continue
        const claim = makeClaim(stream, other.stream, alignment, prompted, this.information)
        if (claim === undefined) continue
        if (this.references.some(ref => ref.index === index) && isNearCopy(reference, claim.suspect, other)) continue
        rivals.push({ score: claim.score, suspect: claim.suspect })
      }
    }
    return rivals
  }

  /** Answers to the prompt of the suspect or of the reference, other than the reference and its near-copies. */
  private countPeers(document: Document, one: Tried, nearCopies: ReadonlySet<Tried>): number {
    const own = this.references[one.side].index.promptOf(one.document)
    const asked = document.prompt === null ? 0 : hashPrompt(document.prompt)
    let peers = 0
    for (const prompt of new Set([own, asked])) {
      for (const { index } of this.backgrounds) peers += index.countPrompt(prompt)
      for (const { index } of this.references) peers += index.countPrompt(prompt)
      for (const copy of nearCopies) if (this.references[copy.side].index.promptOf(copy.document) === prompt) peers--
      if (own === prompt && own !== 0) peers--
    }
    return Math.max(0, peers)
  }
}

function overlapShare(a: readonly [number, number], b: readonly [number, number]): number {
  const shared = Math.min(a[1], b[1]) - Math.max(a[0], b[0])
  return shared <= 0 ? 0 : shared / Math.max(1, Math.min(a[1] - a[0], b[1] - b[0]))
}

/** Masked positions whose raw tokens lie in `[from, to)`. */
function maskedRange(stream: TokenStream, [from, to]: readonly [number, number]): [number, number] {
  let lo = 0
  while (lo < stream.nMasked && stream.masked[lo] < from) lo++
  let hi = lo
  while (hi < stream.nMasked && stream.masked[hi] < to) hi++
  return [lo, hi]
}

/** Score of a competitor's claim, no more of it than lies in the claimed span. */
function withinScore(claim: Claim, other: Claim): number {
  return other.score * overlapOf(other.suspect, claim.suspect)
}

/** Share of `[a)` that lies in `[b)`. */
function overlapOf(a: readonly [number, number], b: readonly [number, number]): number {
  return Math.max(0, Math.min(a[1], b[1]) - Math.max(a[0], b[0])) / Math.max(1, a[1] - a[0])
}

/** Share of the claim's bits at tokens that the other claim matches too. */
function sharedBits(claim: Claim, other: Claim): number {
  const [from, to] = claim.suspect
  let all = 0
  for (const bits of claim.bits) all += bits
  let shared = 0
  for (const { s, n } of other.blocks)
    for (let i = Math.max(s, from); i < Math.min(s + n, to); i++) shared += claim.bits[i - from]
  return all === 0 ? 0 : shared / all
}

/** Does `other` hold most of the claimed passage of `reference`? Then it cannot bear witness against it. */
function isNearCopy(reference: Passage, [from, to]: Span, other: Passage): boolean {
  const alignment = alignPair(reference.stream, other.stream)
  if (alignment === undefined) return false
  let held = 0
  for (const { s, n } of alignment.blocks) held += Math.max(0, Math.min(s + n, to) - Math.max(s, from))
  return held >= nearCopyShare * (to - from)
}

function describeClaim(stream: TokenStream, reference: Passage, claim: Claim) {
  let code = 0
  let identity = 0
  let ideographs = 0
  for (const { s, n } of claim.blocks)
    for (let i = s; i < s + n; i++) {
      const kind = stream.kind[i]
      if ((kind & TokenKind.code) !== 0) code++
      else if ((kind & identityBits) !== 0) identity++
      if ((kind & TokenKind.ideograph) !== 0) ideographs++
    }
  const { matches } = claim
  return {
    score: claim.score,
    matches,
    distinctive: claim.distinctive,
    longestRun: claim.longestRun,
    identity: matches / Math.max(1, claim.columns),
    suspectContainment: (claim.suspect[1] - claim.suspect[0]) / Math.max(1, stream.n),
    referenceContainment: (claim.reference[1] - claim.reference[0]) / Math.max(1, reference.stream.n),
    explainedByPrompt: claim.prompted / Math.max(1, matches),
    codeShare: code / Math.max(1, matches),
    identityShare: identity / Math.max(1, matches),
    ideographShare: ideographs / Math.max(1, matches),
  }
}
