/**
 * weigh: measures → class. The printed rule: a margin in bits, a logistic score, and thresholds on both.
 *
 * A: on answers of other models to the same prompts at most 1 in 10,000 is flagged; B: at most 1 in 1,000; C: a lead
 * for a person. The constants come from `tests/bench/calibrate.ts`, which fits them on prompts and models that the
 * accuracy bench does not use. Thresholds are stricter where no answer to the same prompt, or no background at all, says what is
 * commonplace.
 */
import type { FindingClass } from '../types.ts'
import calibration from './calibration.json' with { type: 'json' }
import type { Measures } from './measures.ts'

/** A competitor counts one and a half times: what it explains is no evidence, and half as much again is in doubt. */
const competitorWeight = 1.5
/** Bits from which coverage of the two documents no longer matters: 2^9. */
const plainLogBits = 9

/** The best of the three competitors, in bits. */
export function bestCompetitor({ background, otherReference, commonplace }: Measures): number {
  return Math.max(background, otherReference, commonplace)
}

/** Bits that no competitor explains: the score less one and a half times the best competitor, at least 0. */
export function marginBits(measures: Measures): number {
  return Math.max(0, measures.score - competitorWeight * bestCompetitor(measures))
}

/** The features of the logistic score, by name, in the order in which they are printed. */
export function describeFeatures(measures: Measures): Record<string, number> {
  const margin = Math.log2(1 + marginBits(measures))
  const most = Math.max(measures.suspectContainment, measures.referenceContainment)
  const least = Math.min(measures.suspectContainment, measures.referenceContainment)
  const small = Math.max(0, plainLogBits - margin) / 3
  const alone = 1 / (1 + measures.peers)
  return {
    logMarginAbove: Math.max(0, margin - 7.5),
    identity: measures.identity,
    reworded: measures.reworded,
    bothPartialIfSmall: (1 - most) * small,
    onePartialIfSmall: (1 - least) * small,
    restAlikeIfPartial: (1 - most) * measures.restAlike,
    alone,
    codeShare: measures.codeShare,
    codeShareIfAlone: alone * measures.codeShare,
    identityShare: measures.identityShare,
  }
}

/**
 * What code is weighed by, beside the bits of its equal string literals: a share of the margin, most of which other
 * solutions of the task explain; bits of a shape, and of a renaming that is repeated, since some names are in play at any place.
 * All of it counts half where the reference model wrote the same for another prompt: so does anybody, if it is short.
 */
const codeEvidence = { marginShare: 0.25, shapeBits: 1.25, renamingBits: 2, twinShare: 0.5 }
/** Share of code that may disagree in any copy: from here on less says little more. */
const slackShare = 1 / 32
/** Code that agrees with another text but for so little is no more the reference's than that text's. */
const rivalShare = 0.03

/** Bits of what agrees in the code of both sides. */
function codeBits(measures: Measures): number {
  const { shapes, renamings, literalBits, twinAgreed, suspectAgreed } = measures
  const { marginShare, shapeBits, renamingBits, twinShare } = codeEvidence
  // a table of data is full of literals that all who write it share
  const literals = Math.min(literalBits, shapeBits * shapes)
  const bits = marginShare * marginBits(measures) + shapeBits * shapes + renamingBits * renamings + literals
  return twinAgreed >= suspectAgreed - rivalShare ? twinShare * bits : bits
}

/**
 * The features of a match that is code: what agrees whatever names are called, and how little does not. Another author's
 * solution agrees in nine tenths at most, unless it is the one of the textbooks.
 */
export function describeCodeFeatures(measures: Measures): Record<string, number> {
  const { suspectAgreed, referenceAgreed } = measures
  const agreed = [suspectAgreed, referenceAgreed].map(share => -Math.log2(slackShare + 1 - share))
  return {
    logEvidence: Math.log2(1 + codeBits(measures)),
    mostAgreed: Math.max(...agreed),
    leastAgreed: Math.min(...agreed),
  }
}

/** The fit that scores a match, and the features it weighs. */
export function chooseFit(measures: Measures): {
  intercept: number
  weights: Record<string, number>
  describe: (measures: Measures) => Record<string, number>
} {
  return isCode(measures)
    ? { ...calibration.code, describe: describeCodeFeatures }
    : { intercept: calibration.intercept, weights: calibration.weights, describe: describeFeatures }
}

/** The logistic score of a match: the log-odds among the labelled texts of the calibration, not of guilt. */
export function scoreMatch(measures: Measures): number {
  const { intercept, weights, describe } = chooseFit(measures)
  let sum = intercept
  for (const [name, value] of Object.entries(describe(measures))) sum += weights[name] * value
  return sum
}

/** So many answers to the same prompt at hand say what is commonplace in them. */
const manyPeers = 4

/** From this share of code tokens on, a match is judged as code: a task has few ways to be written. */
const mostlyCode = 0.5

/** Distinctive tokens that a class needs whatever its bits: a phrase of a dozen words is anybody's. */
const minDistinctiveTokens = { A: 30, B: 20, C: 0 }

/** Tokens from which an answer that stands word for word as a whole is a lead at least, however commonplace it is. */
const minWholeTokens = 20

/** Is the whole suspect document the whole reference document, token for token? */
export function isWholeCopy({ identity, suspectContainment, referenceContainment, matches }: Measures): boolean {
  return identity === 1 && suspectContainment === 1 && referenceContainment === 1 && matches >= minWholeTokens
}

/** Is a match a lead at most, whatever its score? */
export function isLeadAtMost(measures: Measures): boolean {
  if (isCode(measures)) return measures.rivalAgreed >= measures.suspectAgreed - rivalShare
  // nothing at hand says how alike translations of this prompt are
  return measures.translation === 1 && measures.peers < manyPeers
}

/** What the run knows of commonplaces around a match: the thresholds depend on it. */
export type Context = 'peers' | 'background' | 'none' | 'promptless' | 'code'

/** Is the match judged as code? */
export function isCode({ codeShare }: Measures): boolean {
  return codeShare >= mostlyCode
}

/**
 * The context of a match.
 *
 * @param hasBackground was there any background?
 */
export function judgeContext(measures: Measures, hasBackground: boolean): Context {
  if (isCode(measures)) return 'code'
  if (hasBackground && measures.peers >= manyPeers) return 'peers'
  if (measures.promptless === 1) return 'promptless'
  return hasBackground ? 'background' : 'none'
}

/**
 * Classifies a match by its measures; undefined where it is not worth a person's time.
 *
 * @param hasBackground was there any background to say what is commonplace?
 */
export function classify(measures: Measures, hasBackground: boolean): FindingClass | undefined {
  const margin = marginBits(measures)
  const score = scoreMatch(measures)
  const thresholds = calibration.thresholds[judgeContext(measures, hasBackground)]
  const classes = isLeadAtMost(measures) ? (['C'] as const) : (['A', 'B', 'C'] as const)
  for (const found of classes)
    if (
      margin >= thresholds[found].marginBits &&
      score >= thresholds[found].score &&
      measures.distinctive >= minDistinctiveTokens[found]
    )
      return found
  return isWholeCopy(measures) ? 'C' : undefined
}

/** The rule as it stands in every bundle. */
export const rule: typeof calibration & {
  competitorWeight: number
  plainLogBits: number
  manyPeers: number
  mostlyCode: number
  minWholeTokens: number
  minDistinctiveTokens: typeof minDistinctiveTokens
  codeEvidence: typeof codeEvidence
  slackShare: number
  rivalShare: number
} = {
  ...calibration,
  competitorWeight,
  plainLogBits,
  manyPeers,
  mostlyCode,
  minWholeTokens,
  minDistinctiveTokens,
  codeEvidence,
  slackShare,
  rivalShare,
}
