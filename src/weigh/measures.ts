/**
 * weigh: what is known of one claim, in numbers. The rule decides on these alone.
 */
import type { Passage } from '../match/texts.ts'
import { identityBits, TokenKind, type TokenStream } from '../types.ts'
import type { Claim } from './claim.ts'
import { countUneven } from './gaps.ts'

/** No literal has more bits: of the rarest, four words. */
const maxLiteralBits = 52

/** Measures of a claim; bits as in `claim.ts`, shares 0–1. */
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
  /** matched tokens */
  matches: number
  /** matched tokens that weigh something */
  distinctive: number
  /** tokens of the longest matched run that weigh something */
  longestRun: number
  /** share of the suspect document's tokens inside the claim */
  suspectContainment: number
  /** share of the reference document's tokens inside the claim */
  referenceContainment: number
  /** share of matched tokens that a prompt explains */
  explainedByPrompt: number
  /** 3-grams of the prompt per token of the claim, at most 1: how far the prompt fixes what can be answered */
  promptShare: number
  /** 1 if the prompt is as long as the claim and in another language: a translation has few ways to be written */
  translation: number
  /** share of matched tokens that are code */
  codeShare: number
  /** share of matched tokens that are identity-bearing */
  identityShare: number
  /** share of matched tokens that are ideographs */
  ideographShare: number
  /** how alike the unmatched words outside the claimed passages are (`rest.ts`) */
  restAlike: number
  /** telling words between the matches that stand on one side only, against the bits of the claim (`rest.ts`) */
  reworded: number
  /** share of neighbouring matched tokens that stand as many UTF-16 units apart in both documents: marks and breaks are kept */
  spacedAlike: number
  /** unmatched tokens between the matches, changed names and words replaced one by one aside (`gaps.ts`), against the matched; at most 1 */
  uneven: number
  /** share of the wording of its own that either side has matched, the smaller of the two (`own.ts`) */
  ownMatched: number
  /** sentences that hold matched wording of their own, on the side where they are fewer (`own.ts`) */
  ownSentences: number
  /** tokens of own wording before the first match, on the side where they are more (`own.ts`) */
  ownBefore: number
  /** code: share of the suspect's code tokens that agree whatever names are called (`symbols.ts`), 1 for prose */
  suspectAgreed: number
  /** code: the same of the reference's */
  referenceAgreed: number
  /** code: different runs of tokens that agree (`symbols.ts`), and not yet compared as many as there could be */
  shapes: number
  /** code: places at which a changed name is changed as before (`symbols.ts`) */
  renamings: number
  /** code: bits of the string literals that are equal (`symbols.ts`), and not yet compared as many as there could be */
  literalBits: number
  /** code: largest share of the suspect's code tokens that agree with another text, near-copies of the reference aside */
  rivalAgreed: number
  /** code: largest share of them that agree with a near-copy of the reference that answers another prompt */
  twinAgreed: number
  /** 1 if no prompt of either side is known, so that nothing it holds could be taken off */
  promptless: number
  /** documents at hand, near-copies of the reference aside, known to answer the same prompt; where no prompt is known, texts that explain part of the claim or of the reference document */
  peers: number
}

/** The measures that need the claim alone: no competitors, no peers, and what was not matched as if it spoke for a copy. */
export function describeClaim(stream: TokenStream, reference: Passage, claim: Claim, promptTrigrams: number): Measures {
  let code = 0
  let identity = 0
  let ideographs = 0
  let neighbours = 0
  let spacedAlike = 0
  for (const { s, r, n } of claim.blocks) {
    neighbours += n - 1
    for (let i = s; i < s + n; i++) {
      if (i > s && gapBefore(stream, i) === gapBefore(reference.stream, r + i - s)) spacedAlike++
      const kind = stream.kind[i]
      if ((kind & TokenKind.code) !== 0) code++
      else if ((kind & identityBits) !== 0) identity++
      if ((kind & TokenKind.ideograph) !== 0) ideographs++
    }
  }
  const { matches } = claim
  const tokens = claim.suspect[1] - claim.suspect[0]
  return {
    score: claim.score,
    matches,
    distinctive: claim.distinctive,
    longestRun: claim.longestRun,
    identity: matches / Math.max(1, claim.columns),
    suspectContainment: tokens / Math.max(1, stream.n),
    referenceContainment: (claim.reference[1] - claim.reference[0]) / Math.max(1, reference.stream.n),
    explainedByPrompt: claim.prompted / Math.max(1, matches),
    promptShare: Math.min(1, promptTrigrams / Math.max(1, tokens)),
    codeShare: code / Math.max(1, matches),
    identityShare: identity / Math.max(1, matches),
    ideographShare: ideographs / Math.max(1, matches),
    translation: 0,
    restAlike: 0,
    reworded: 0,
    spacedAlike: spacedAlike / Math.max(1, neighbours),
    uneven: Math.min(1, countUneven(stream, reference.stream, claim.blocks) / Math.max(1, matches)),
    ownMatched: 1,
    ownSentences: stream.n,
    ownBefore: 0,
    suspectAgreed: 1,
    referenceAgreed: 1,
    shapes: stream.n,
    renamings: stream.n,
    literalBits: maxLiteralBits * stream.n,
    rivalAgreed: 0,
    twinAgreed: 0,
    promptless: 0,
    background: 0,
    otherReference: 0,
    commonplace: 0,
    explainedByBackground: 0,
    explainedByReference: 0,
    peers: 0,
  }
}

/** UTF-16 units between a token and the one before. */
function gapBefore({ start, end }: TokenStream, token: number): number {
  return start[token] - end[token - 1]
}
