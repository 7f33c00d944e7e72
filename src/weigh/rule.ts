/**
 * weigh: measures → class. The printed rule: a margin in bits, a score that is a sum of points read off curves, and
 * thresholds on both.
 *
 * A: on answers of other models to the same prompts at most 1 in 10,000 is flagged; B: at most 1 in 1,000; C: a lead
 * for a person. The constants come from `tests/bench/calibrate.ts`, which fits them on prompts and models that the
 * accuracy bench does not use. Thresholds are stricter where no answer to the same prompt, or no background at all, says what is
 * commonplace; and where no prompt is known, a second score must be reached besides.
 */
import type { FindingClass } from '../types.ts'
import calibration from './calibration.json' with { type: 'json' }
import type { Measures } from './measures.ts'

/**
 * How many times the best competitor is taken off. Once for prose, where the share that it explains has points of its own. Code
 * has no such curve: what a competitor explains is no evidence there, and half as much again is in doubt.
 */
const competitorWeight = { prose: 1, code: 1.5 }
/** Bits from which coverage of the two documents no longer matters: 2^9. */
const plainLogBits = 9

/** The best of the three competitors, in bits. */
export function bestCompetitor({ background, otherReference, commonplace }: Measures): number {
  return Math.max(background, otherReference, commonplace)
}

/** How many times the best competitor of this match is taken off. */
function chooseCompetitorWeight(measures: Measures): number {
  return isCode(measures) ? competitorWeight.code : competitorWeight.prose
}

/** Bits that no competitor explains: the score less the best competitor (`competitorWeight`), at least 0. */
export function marginBits(measures: Measures): number {
  return Math.max(0, measures.score - chooseCompetitorWeight(measures) * bestCompetitor(measures))
}

/** What the curves are read at, by name, in the order in which they are printed. @param peers in place of those measured */
export function describeFeatures(measures: Measures, peers: number = measures.peers): Record<string, number> {
  const margin = Math.log2(1 + marginBits(measures))
  const most = Math.max(measures.suspectContainment, measures.referenceContainment)
  const least = Math.min(measures.suspectContainment, measures.referenceContainment)
  const small = Math.max(0, plainLogBits - margin) / 3
  return {
    logMargin: margin,
    explainedShare: bestCompetitor(measures) / Math.max(1, measures.score),
    logDistinctive: Math.log2(1 + measures.distinctive),
    identity: measures.identity,
    reworded: measures.reworded,
    uneven: measures.uneven,
    ownMatched: measures.ownMatched,
    logOwnSentences: Math.log2(1 + measures.ownSentences),
    logOwnBefore: Math.log2(1 + measures.ownBefore),
    spacedAlike: measures.spacedAlike,
    bothPartialIfSmall: (1 - most) * small,
    onePartialIfSmall: (1 - least) * small,
    restAlikeIfPartial: (1 - most) * measures.restAlike,
    alone: 1 / (1 + peers),
    identityShare: measures.identityShare,
  }
}

/** A curve: rising values of a feature, and the points at each; straight between them and level outside. */
export type Curve = readonly (readonly number[])[]

/** The points of a curve at a value. */
export function readCurve(curve: Curve, value: number): number {
  if (value <= curve[0][0]) return curve[0][1]
  let i = 1
  while (i < curve.length && value >= curve[i][0]) i++
  if (i === curve.length) return curve[i - 1][1]
  const [x0, y0] = curve[i - 1]
  const [x1, y1] = curve[i]
  return y0 + ((y1 - y0) * (value - x0)) / (x1 - x0)
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

/** From this share of code tokens on, a match is judged as code: a task has few ways to be written. */
const mostlyCode = 0.5
/** As prose, code that scores no more than this has no wording: near class A, else innocent code has some, and A is out of reach. */
const leastWording = -1

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
 * The features of a match that is code: what agrees whatever names are called, and how little does not; and what the match
 * would score as prose, as far as prose stands around it. Another author's solution agrees in nine tenths at most, unless it is
 * the one of the textbooks.
 *
 * @param wording score of the match by the fit of prose
 */
export function describeCodeFeatures(measures: Measures, wording: number): Record<string, number> {
  const { suspectAgreed, referenceAgreed } = measures
  const agreed = [suspectAgreed, referenceAgreed].map(share => -Math.log2(slackShare + 1 - share))
  return {
    logEvidence: Math.log2(1 + codeBits(measures)),
    mostAgreed: Math.max(...agreed),
    leastAgreed: Math.min(...agreed),
    wordingIfMixed: ((1 - measures.codeShare) / (1 - mostlyCode)) * Math.max(0, wording - leastWording),
  }
}

/** One of the scores: what it starts from, and what each feature adds; one without a curve adds nothing. */
export interface Fit {
  intercept: number
  /** the features; with so many peers in place of those measured */
  describe: (measures: Measures, peers?: number) => Record<string, number>
  /** points of a feature at a value */
  points: (feature: string, value: number) => number
}

const curved = (
  { intercept, curves }: { intercept: number; curves: Record<string, Curve | undefined> },
  describe = describeFeatures,
): Fit => ({
  intercept,
  describe,
  points: (feature, value) => (curves[feature] === undefined ? 0 : readCurve(curves[feature], value)),
})
const prose = curved(calibration.prose)
const fits: Record<Context, Fit> = {
  peers: prose,
  background: prose,
  none: prose,
  witnessed: prose,
  promptless: curved(calibration.promptless),
  code: curved(calibration.code, (measures, peers) => describeCodeFeatures(measures, scoreBy(prose, measures, peers))),
}

/** The fit by which a context scores. */
export function chooseFit(context: Context): Fit {
  return fits[context]
}

/** The score of a match in a context: log-odds among the labelled texts of the calibration, not of guilt. */
export function scoreMatch(measures: Measures, context: Context): number {
  return scoreBy(fits[context], measures)
}

function scoreBy({ intercept, describe, points }: Fit, measures: Measures, peers?: number): number {
  let sum = intercept
  const features = describe(measures, peers)
  for (const name in features) sum += points(name, features[name])
  return sum
}

/** So many answers to the same prompt at hand say what is commonplace in them. */
const manyPeers = 4

/** Tokens from which an answer that stands word for word as a whole is a lead at least, however commonplace it is. */
const minWholeTokens = 20

/** Is the whole suspect document the whole reference document, token for token? */
export function isWholeCopy({ identity, suspectContainment, referenceContainment, matches }: Measures): boolean {
  return identity === 1 && suspectContainment === 1 && referenceContainment === 1 && matches >= minWholeTokens
}

/** Is a match a lead at most, whatever its score? */
export function isLeadAtMost(measures: Measures): boolean {
  const { suspectAgreed, rivalAgreed } = measures
  if (isCode(measures)) return rivalAgreed > 0 && rivalAgreed >= suspectAgreed - rivalShare
  // nothing at hand says how alike translations of this prompt are
  return measures.translation === 1 && measures.peers < manyPeers
}

/** What the run knows of commonplaces around a match: the thresholds depend on it. */
export type Context = 'peers' | 'background' | 'none' | 'witnessed' | 'promptless' | 'code'

/** Is the match judged as code? */
export function isCode({ codeShare }: Measures): boolean {
  return codeShare >= mostlyCode
}

/**
 * The context of a match.
 *
 * @param hasBackground was there any background?
 * @param peers in place of those measured
 */
export function judgeContext(measures: Measures, hasBackground: boolean, peers: number = measures.peers): Context {
  if (isCode(measures)) return 'code'
  const hasPeers = peers >= manyPeers
  if (measures.promptless === 1) return hasPeers ? 'witnessed' : 'promptless'
  if (!hasBackground) return 'none'
  return hasPeers ? 'peers' : 'background'
}

/** The contexts whose thresholds a match must reach: where no prompt is known, also those of knowing one. */
export function listDemands(context: Context): readonly Context[] {
  return context === 'promptless' ? ['none', 'promptless'] : [context]
}

/** Does a match reach the thresholds of a class in one context? */
function reaches(measures: Measures, context: Context, found: FindingClass): boolean {
  const least = calibration.thresholds[context][found]
  return (
    marginBits(measures) >= least.marginBits &&
    measures.distinctive >= least.distinctiveTokens &&
    scoreMatch(measures, context) >= least.score
  )
}

/** By how much a match scores above the threshold of class B, in the strictest of its contexts; below it negative. */
export function scoreExcess(measures: Measures, hasBackground: boolean): number {
  const demands = listDemands(judgeContext(measures, hasBackground))
  return Math.min(...demands.map(context => scoreMatch(measures, context) - calibration.thresholds[context].B.score))
}

/**
 * Classifies a match by its measures; undefined where it is not worth a person's time.
 *
 * @param hasBackground was there any background to say what is commonplace?
 */
export function classify(measures: Measures, hasBackground: boolean): FindingClass | undefined {
  const demands = listDemands(judgeContext(measures, hasBackground))
  const classes = isLeadAtMost(measures) ? (['C'] as const) : (['A', 'B', 'C'] as const)
  for (const found of classes) if (demands.every(context => reaches(measures, context, found))) return found
  return isWholeCopy(measures) ? 'C' : undefined
}

/** The rule as it stands in every bundle. */
export const rule: typeof calibration & {
  competitorWeight: typeof competitorWeight
  plainLogBits: number
  manyPeers: number
  mostlyCode: number
  leastWording: number
  minWholeTokens: number
  codeEvidence: typeof codeEvidence
  slackShare: number
  rivalShare: number
} = {
  ...calibration,
  competitorWeight,
  plainLogBits,
  manyPeers,
  mostlyCode,
  leastWording,
  minWholeTokens,
  codeEvidence,
  slackShare,
  rivalShare,
}
