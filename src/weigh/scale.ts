/**
 * weigh: one suspect document × reference and background indexes → matches with their measures.
 *
 * For every claim the same span is tried on the best background documents and on the best other references that
 * are no near-copies of the claimed one, and the claimed passage of the reference on the same (`competitors.ts`).
 * Errors: a commonplace that no competitor holds looks like a copy.
 */
import type { ReferenceIndex } from '../match/reference.ts'
import type { Passage } from '../match/texts.ts'
import { matchDefaults } from '../options.ts'
import { TokenBuffer } from '../text/buffer.ts'
import { tokenise } from '../text/tokens.ts'
import type { Block, Document, Span, TokenStream } from '../types.ts'
import { type Claim, makeClaim } from './claim.ts'
import {
  bitsWithin,
  competitorSearch,
  isNearCopy,
  openSides,
  Rivals,
  type Side,
  sharedBits,
  skeletonOf,
  type Tried,
  tryDocuments,
} from './competitors.ts'
import { Information } from './information.ts'
import { isTranslation } from './language.ts'
import { describeClaim, type Measures } from './measures.ts'
import { describeReference, describeSuspect, joinSides, type Own } from './own.ts'
import { type Prompt, PromptCache } from './prompts.ts'
import { compareRest } from './rest.ts'
import { isCode } from './rule.ts'
import { compareSymbols, type Symbols } from './symbols.ts'
import { TokenRoom, Tokens } from './tokens.ts'

/** A claim worth competitors, in bits: below this nothing is reported. */
export const minClaimBits = 24
/** A text that explains so many bits of a claim, or of the document that it names, speaks of the same. */
const minWitnessBits = 10
/** Claims on one suspect may overlap so far, as a share of the smaller; beyond it the weaker is only counted. */
const maxOverlapShare = 0.5

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
  /** blocks of the best background document with the same span; empty if none matched */
  backgroundBlocks: readonly Block[]
  /** further references that tie to the same passage */
  alsoMatches: number
}

/** Weighs suspect documents against fixed indexes. Not re-entrant: one per thread. */
export class Scale {
  private readonly references: readonly Side[]
  private readonly backgrounds: readonly Side[]
  private readonly information: Information
  private readonly rivals: Rivals
  private readonly tokens = new TokenBuffer()
  private readonly prompts = new PromptCache()
  private readonly room = new TokenRoom()
  private readonly isWorth: (measures: Measures) => boolean

  /** @param isWorth is a claim worth further competitors? Given its measures with those known; others are not returned */
  constructor(
    references: readonly ReferenceIndex[],
    backgrounds: readonly ReferenceIndex[],
    isWorth: (measures: Measures) => boolean = () => true,
  ) {
    this.isWorth = isWorth
    this.references = openSides(references)
    this.backgrounds = openSides(backgrounds)
    this.information = new Information([...references, ...backgrounds])
    this.rivals = new Rivals(this.references, this.backgrounds, this.information, this.prompts)
  }

  /** Cuts a document into its tokens; they are valid until the next `read`. */
  read({ text }: Document): Tokens {
    return new Tokens(text, tokenise(text, this.tokens), this.room)
  }

  /**
   * Matches of a document, in order of suspect position; empty where nothing is worth reporting.
   *
   * @param tokens those of the document, where another scale has read it
   */
  weigh(document: Document, tokens: Tokens = this.read(document)): Match[] {
    const all: Span = [0, tokens.stream.nMasked]
    let asked: Prompt | undefined
    const prompts = (reference: Passage): readonly Prompt[] => {
      asked ??= this.prompts.read(document.prompt)
      return [asked, this.prompts.read(reference.document.prompt)]
    }
    const wholes = this.tryWholes(tokens, prompts)
    const seeded = tryDocuments(
      tokens,
      this.references,
      all,
      { limit: matchDefaults.maxAligned, minBits: matchDefaults.minChainBits },
      prompts,
      this.information,
      (side, number) => !wholes.some(whole => whole.side === side && whole.document === number),
    ).filter(({ claim }) => claim.score >= minClaimBits)
    const tried = [...wholes, ...seeded].sort(
      (a, b) => b.claim.score - a.claim.score || a.side - b.side || a.document - b.document,
    )
    const kept: { claim: Claim; match: Match | undefined }[] = []
    for (const one of tried) {
      const { claim } = one
      const stronger = kept.find(other => overlapShare(other.claim.suspect, claim.suspect) > maxOverlapShare)
      if (stronger === undefined)
        kept.push({ claim, match: this.measure(document, tokens, prompts(one.reference), one, tried) })
      else if (stronger.match !== undefined) stronger.match.alsoMatches++
    }
    return kept.flatMap(({ match }) => match ?? []).sort((a, b) => a.claim.suspect[0] - b.claim.suspect[0])
  }

  /** Reference documents that are the suspect token for token: they are claimed whole, however little they weigh. */
  private tryWholes(tokens: Tokens, prompts: (reference: Passage) => readonly Prompt[]): Tried[] {
    const { stream } = tokens
    const whole: Span = [0, stream.n]
    const out: Tried[] = []
    for (const [side, { index, texts }] of this.references.entries()) {
      const document = index.findWhole(tokens.hash)
      if (document === undefined || stream.n === 0) continue
      const reference = texts.read(document)
      if (reference.stream.n !== stream.n) continue
      const alignment = { blocks: [{ s: 0, r: 0, n: stream.n, moved: false }], suspect: whole, reference: whole }
      const claim = makeClaim(tokens, reference.stream, alignment, prompts(reference), this.information)
      if (claim !== undefined) out.push({ side, document, reference, claim })
    }
    return out
  }

  /** The match of a claim with all its measures; undefined where it is not worth the competitors. */
  private measure(
    document: Document,
    tokens: Tokens,
    prompts: readonly Prompt[],
    one: Tried,
    tried: readonly Tried[],
  ): Match | undefined {
    const { claim, reference } = one
    const alone = describeClaim(
      tokens.stream,
      reference,
      claim,
      Math.max(...prompts.map(({ trigrams }) => trigrams.size)),
    )
    if (!isCode(alone) && prompts.some(prompt => isTranslation(document.text, tokens.stream, claim.suspect, prompt)))
      alone.translation = 1
    if (!document.prompt && !reference.document.prompt) alone.promptless = 1
    // each measure may be the one that makes the next unnecessary
    if (!this.isWorth(alone)) return undefined
    const own = describeSuspect(tokens, reference.stream, claim, prompts)
    setOwn(alone, own)
    if (!this.isWorth(alone)) return undefined
    setOwn(alone, joinSides(own, describeReference(tokens.stream, reference.stream, claim, prompts)))
    if (!this.isWorth(alone)) return undefined
    Object.assign(alone, compareRest(tokens, reference.stream, claim, this.information))
    if (isCode(alone)) Object.assign(alone, this.compareCode(document, tokens, reference))
    if (!this.isWorth(alone)) return undefined
    const backgrounds = this.tryOthers(tokens, this.backgrounds, claim, prompts)
    const background = bestOf(claim, backgrounds)
    const b = background === undefined ? 0 : bitsWithin(claim, background.claim)
    if (b > 0 && !this.isWorth({ ...alone, background: b })) return undefined
    const { others, nearCopies } = this.findOthers(tokens, one, tried, prompts)
    const other = bestOf(claim, others)
    const r = other === undefined ? 0 : bitsWithin(claim, other.claim)
    if (r > b && !this.isWorth({ ...alone, background: b, otherReference: r })) return undefined
    if (isCode(alone)) {
      alone.rivalAgreed = this.compareRivals(document, tokens, [...backgrounds, ...others])
      alone.twinAgreed = this.compareRivals(document, tokens, this.findTwins(one, nearCopies))
    }
    const winner = b >= r ? background : other
    return {
      index: one.side,
      document: one.document,
      reference,
      claim,
      alsoMatches: 0,
      backgroundBlocks: background?.claim.blocks ?? [],
      measures: {
        ...alone,
        background: b,
        otherReference: r,
        commonplace: this.rivals.weigh(one),
        explainedByBackground: background === undefined ? 0 : sharedBits(claim, background.claim),
        explainedByReference: other === undefined ? 0 : sharedBits(claim, other.claim),
        peers:
          alone.promptless === 1
            ? Math.max(countWitnesses(claim, [...backgrounds, ...others]), this.rivals.count(one, minWitnessBits))
            : this.countPeers(prompts[0], one, nearCopies),
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

  /** What the code of the document and of a reference have in common whatever names are called. */
  private compareCode(document: Document, tokens: Tokens, reference: Passage): Symbols {
    const prompts = [document.prompt, reference.document.prompt].filter(prompt => prompt !== null)
    return compareSymbols(tokens.skeleton, skeletonOf(reference), prompts, this.information)
  }

  /** The largest share of the document's code that agrees with one of the others. */
  private compareRivals(document: Document, tokens: Tokens, others: readonly Tried[]): number {
    return Math.max(0, ...others.map(other => this.compareCode(document, tokens, other.reference).suspectAgreed))
  }

  /** Near-copies of the claimed reference that answer another prompt. */
  private findTwins({ side, document }: Tried, nearCopies: readonly Tried[]): Tried[] {
    const own = this.references[side].index.promptOf(document)
    return nearCopies.filter(copy => {
      const prompt = this.references[copy.side].index.promptOf(copy.document)
      return own !== 0 && prompt !== 0 && prompt !== own
    })
  }

  /** The other references that match the claimed span, told from near-copies of the claimed one. */
  private findOthers(
    tokens: Tokens,
    one: Tried,
    tried: readonly Tried[],
    prompts: readonly Prompt[],
  ): { others: Tried[]; nearCopies: Tried[] } {
    const { claim, reference } = one
    const others: Tried[] = []
    const nearCopies: Tried[] = []
    const sort = (list: readonly Tried[]): void => {
      for (const other of list)
        (isNearCopy(reference, claim.reference, other.reference) ? nearCopies : others).push(other)
    }
    const seen = tried.filter(other => other !== one && overlapShare(claim.suspect, other.claim.suspect) > 0)
    sort(seen)
    // a passage inside a longer document may have had no place among the best of the whole
    if (others.length === 0)
      sort(
        this.tryOthers(
          tokens,
          this.references,
          claim,
          prompts,
          (side, document) => ![one, ...seen].some(other => other.side === side && other.document === document),
        ),
      )
    return { others, nearCopies }
  }

  private tryOthers(
    tokens: Tokens,
    sides: readonly Side[],
    claim: Claim,
    prompts: readonly Prompt[],
    isWanted?: (side: number, document: number) => boolean,
  ): Tried[] {
    return tryDocuments(
      tokens,
      sides,
      maskedRange(tokens.stream, claim.suspect),
      competitorSearch,
      () => prompts,
      this.information,
      isWanted,
    )
  }

  /** Answers to the prompt of the suspect or of the reference, other than the reference and its near-copies. */
  private countPeers(asked: Prompt, one: Tried, nearCopies: readonly Tried[]): number {
    const own = this.references[one.side].index.promptOf(one.document)
    let peers = 0
    for (const prompt of new Set([own, asked.hash])) {
      if (prompt === 0) continue
      for (const { index } of this.backgrounds) peers += index.countPrompt(prompt)
      for (const { index } of this.references) peers += index.countPrompt(prompt)
      for (const copy of nearCopies) if (this.references[copy.side].index.promptOf(copy.document) === prompt) peers--
      if (own === prompt) peers--
    }
    return Math.max(0, peers)
  }
}

function setOwn(measures: Measures, { share, sentences, before }: Own): void {
  measures.ownMatched = share
  measures.ownSentences = sentences
  measures.ownBefore = before
}

/** Texts that explain part of a claim: where no prompt is known, they are known to speak of the same. */
function countWitnesses(claim: Claim, list: readonly Tried[]): number {
  return list.filter(other => bitsWithin(claim, other.claim) >= minWitnessBits).length
}

function bestOf(claim: Claim, list: readonly Tried[]): Tried | undefined {
  let best: Tried | undefined
  for (const one of list)
    if (best === undefined || bitsWithin(claim, one.claim) > bitsWithin(claim, best.claim)) best = one
  return best
}

function overlapShare(a: Readonly<Span>, b: Readonly<Span>): number {
  const shared = Math.min(a[1], b[1]) - Math.max(a[0], b[0])
  return shared <= 0 ? 0 : shared / Math.max(1, Math.min(a[1] - a[0], b[1] - b[0]))
}

/** Masked positions whose raw tokens lie in `[from, to)`. */
function maskedRange(stream: TokenStream, [from, to]: Readonly<Span>): Span {
  let lo = 0
  while (lo < stream.nMasked && stream.masked[lo] < from) lo++
  let hi = lo
  while (hi < stream.nMasked && stream.masked[hi] < to) hi++
  return [lo, hi]
}
