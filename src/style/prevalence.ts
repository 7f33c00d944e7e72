/**
 * Style: scores of a corpus → the share of it that the model wrote, or why that cannot be said.
 *
 * Order: enough text of the profile's kind? does the corpus fit a mixture of the model and the background (the
 * control, else the panel)? only then PACC with its bootstrap interval over
 * prompt clusters, widened by the factor that made such intervals honest on held-out prompts. A background unlike
 * any that was seen is refused: there nominal 95 % intervals have covered the truth 2–35 % of the time.
 */
import { mix } from '../hash.ts'
import { createRandom, type Random } from '../stats.ts'
import type { StyleSummary } from '../types.ts'
import { fitMixture, type ScoreSample } from './fit.ts'
import type { Calibration, Profile } from './profile.ts'
import {
  adjustCount,
  bootstrapShares,
  type EvidenceSample,
  maximiseLikelihood,
  meanProbability,
  sumClusters,
  widenInterval,
} from './quantify.ts'
import { pickReference, type Reference, takeEvidence, takeScores } from './reference.ts'
import type { MeasuredScore } from './score.ts'
import { predictStraying, widenByStraying } from './stray.ts'

/** Options of an estimate. */
export interface PrevalenceOptions {
  /** scores of clean text of the corpus's own kind: the background is measured on it instead of on the panel */
  control?: MeasuredScore[]
  /** confidence (default: the profile's, 0.95) */
  level?: number
  /** seed of the resampling (default 1) */
  seed?: number
}

/** Which background an estimate was made against. */
export type Background = 'control' | 'panel' | 'reweighted panel'

/** The answer with what it rests on. */
export interface StylePrevalence extends StyleSummary {
  background: Background | null
  /** how probable so bad a fit is if the corpus were such a mixture; null if it was not fitted */
  fitPValue: number | null
  /** the share by EMQ, to compare; null where nothing was estimated */
  emq: number | null
}

/** Fewest scored documents and clusters an estimate is made from. */
const minScored = 30
const minClusters = 20
const minControl = 30
/** More foreign documents than this, and the corpus is not of the profile's kind. */
const maxForeignShare = 0.1
/** A fit that so few simulated mixtures match is refused; on mixtures of the panel it refuses about 1 in 15. */
const minPValue = 0.03
/** Where a profile tells its classes apart, a panel in other parts can be told from a stranger; else it cannot. */
const minAccuracy = 0.6
/** Without a control, less background than the rest of this cannot show of what kind it is. */
const maxUnanchored = 0.8
const nSimulations = 200
const nReplicates = 400
const nMeasuredReplicates = 150
/** Beyond this many documents a fit would find differences too small to matter. */
const maxFitted = 500
/** Clusters that a replicate draws from the corpus at most. */
const maxClusters = 1000

/**
 * Estimates the share of a corpus that the model wrote.
 *
 * @param documents every document of the corpus with its score
 */
export function estimatePrevalence(
  profile: Profile,
  documents: MeasuredScore[],
  options: PrevalenceOptions = {},
): StylePrevalence {
  const scored = documents.filter(document => document.refusal === null)
  const base = { model: profile.model, closestConfusable: profile.closestConfusable }
  const refuse = (cannotSay: string, background: Background | null = null, fitPValue: number | null = null) => ({
    ...base,
    ...{ prevalence: { cannotSay }, background, fitPValue, emq: null },
  })
  const unfit = findObstacle(profile, documents, scored, options.control)
  if (unfit !== null) return refuse(unfit)

  const random = createRandom(mix(options.seed ?? 1) ^ 3)
  const control = options.control?.filter(document => document.refusal === null)
  const reference = pickReference(
    profile,
    scored.map(document => document.words),
    () => true,
  )
  const fit = fitBackground(profile, reference, scored, control, random)
  if (fit.zero === null) return refuse(explainMisfit(fit.pValue, control !== undefined), null, fit.pValue)
  const calibration = fit.background === 'control' ? 'ratio' : 'share'
  const bag = takeBag(scored, calibration)
  const one = takeEvidence(profile, reference, label => label === 0, calibration)
  const level = options.level ?? profile.intervals.level
  const found = resample(bag, one, fit.zero, nReplicates, random)
  if (found === null) {
    const message = `texts of ${profile.model} and the background score too much alike at these lengths`
    return refuse(`${message}; longer texts, or a larger profile, would help`, fit.background, fit.pValue)
  }
  let interval = widenInterval(found.point, found.sorted, level, profile.intervals.widening)
  if (fit.background !== 'control') {
    if (found.point > maxUnanchored) return refuse(unanchored(profile), fit.background, fit.pValue)
    const straying = predictStraying(profile, reference, found.point, one, fit.zero, fit.simulated, level)
    if (straying === null) return refuse(smallPanel(profile), fit.background, fit.pValue)
    interval = widenByStraying(found.point, interval, straying)
  }
  return {
    ...base,
    prevalence: { point: found.point, ...interval, level, clusters: found.clusters },
    background: fit.background,
    fitPValue: fit.pValue,
    emq: maximiseLikelihood(bag),
  }
}

/** What forbids an estimate before anything is computed, with what would help; null if nothing does. */
function findObstacle(
  profile: Profile,
  documents: MeasuredScore[],
  scored: MeasuredScore[],
  control: MeasuredScore[] | undefined,
): string | null {
  if (profile.minWords === null) {
    return `the profile of ${profile.model} was informative at no length; train it on more or longer texts`
  }
  const foreign = documents.filter(document => document.refusal === 'foreign').length
  const long = scored.length + foreign
  if (long > 0 && foreign / long > maxForeignShare) {
    const percent = Math.round((100 * foreign) / long)
    return `${percent} % of the documents are in another language or of a kind that the profile does not know; train a profile on such text`
  }
  if (scored.length < minScored) {
    return `${scored.length} documents have ${profile.minWords} words or more, at least ${minScored} are needed; give more or longer texts`
  }
  const clusters = new Set(scored.map(document => document.group)).size
  if (clusters < minClusters) {
    return `the documents answer ${clusters} prompts, at least ${minClusters} are needed; give answers to more prompts`
  }
  if (profile.intervals.bags === 0) {
    return `the profile of ${profile.model} has too few texts to measure its intervals; train it on more`
  }
  const clean = control?.filter(document => document.refusal === null).length
  if (clean !== undefined && clean < minControl) {
    return `${clean} documents of the control could be scored, at least ${minControl} are needed; give more or longer clean texts`
  }
  return null
}

function unanchored({ model }: Profile): string {
  return `nearly all of the corpus reads as ${model}, and so would text of an author like it who is not in the panel; give clean text of the corpus's kind as control`
}

function smallPanel({ model }: Profile): string {
  return `the panel of ${model} is too small to say how far an author outside of it would move the estimate; give clean text of the corpus's kind as control, or train with more imposters`
}

function explainMisfit(pValue: number, hasControl: boolean): string {
  const p = pValue.toPrecision(1)
  return hasControl
    ? `the corpus is no mixture of the model and the control (p = ${p}); give a control nearer to the corpus in kind, prompts and length`
    : `the corpus is no mixture of the model and the panel (p = ${p}): its background is of another kind; give clean text of that kind as control, or train with imposters like it`
}

interface BackgroundFit {
  /** evidence of the background that fits; null if none does */
  zero: EvidenceSample | null
  background: Background | null
  pValue: number
  /** squared distances of simulated corpora, see `MixtureFit` */
  simulated: Float64Array
}

/** Fits the corpus by the control if there is one, else by the panel in equal parts, else in any. */
function fitBackground(
  profile: Profile,
  reference: Reference,
  scored: MeasuredScore[],
  control: MeasuredScore[] | undefined,
  random: Random,
): BackgroundFit {
  const fitted = scored.length <= maxFitted ? scored : random.shuffle(scored.slice()).slice(0, maxFitted)
  const bag = takeBagScores(fitted)
  if (control !== undefined) {
    const own = takeScores(profile, reference, label => (label === 0 ? 0 : -1))
    const both = joinSamples(own, takeBagScores(control), 1)
    const { pValue, simulated } = fitMixture(both, bag, 2, nSimulations, random)
    return { zero: pValue < minPValue ? null : takeBag(control, 'ratio'), background: 'control', pValue, simulated }
  }
  const zero = takeEvidence(profile, reference, label => label !== 0, 'share')
  const panel = takeScores(profile, reference, label => (label === 0 ? 0 : 1))
  const { pValue, simulated } = fitMixture(panel, bag, 2, nSimulations, random)
  if (pValue >= minPValue) return { zero, background: 'panel', pValue, simulated }
  const accuracy = profile.quality.at(-1)?.accuracy ?? 0
  if (accuracy < minAccuracy) return { zero: null, background: null, pValue, simulated }
  const each = takeScores(profile, reference, label => label)
  const reweighted = fitMixture(each, bag, profile.classes.length, nSimulations, random)
  const fits = reweighted.pValue >= minPValue
  return { ...reweighted, zero: fits ? zero : null, background: fits ? 'reweighted panel' : null }
}

function takeBag(documents: MeasuredScore[], calibration: Calibration): EvidenceSample {
  return {
    evidence: Float64Array.from(documents, document => document.evidence[calibration]),
    group: Int32Array.from(documents, document => document.group),
    weight: new Float64Array(documents.length).fill(1),
  }
}

function takeBagScores(documents: MeasuredScore[]): ScoreSample {
  const nClasses = documents[0].scores.length
  const scores = new Float64Array(documents.length * nClasses)
  documents.forEach((document, i) => {
    scores.set(document.scores, i * nClasses)
  })
  return {
    n: documents.length,
    nClasses,
    scores,
    group: Int32Array.from(documents, document => document.group),
    component: new Uint16Array(documents.length),
    weight: new Float64Array(documents.length).fill(1 / documents.length),
  }
}

/** One sample of both, the texts of the second in the component given. */
function joinSamples(a: ScoreSample, b: ScoreSample, component: number): ScoreSample {
  return {
    n: a.n + b.n,
    nClasses: a.nClasses,
    scores: Float64Array.from([...a.scores, ...b.scores]),
    group: Int32Array.from([...a.group, ...b.group]),
    component: Uint16Array.from([...a.component, ...b.component.map(() => component)]),
    weight: Float64Array.from([...a.weight, ...b.weight]),
  }
}

/** Point estimate and sorted bootstrap estimates; null if the sides cannot be told apart. */
function resample(
  bag: EvidenceSample,
  one: EvidenceSample,
  zero: EvidenceSample,
  nTimes: number,
  random: Random,
): { point: number; sorted: Float64Array; clusters: number } | null {
  const [ofBag, ofOne, ofZero] = [bag, one, zero].map(sumClusters)
  const share = adjustCount(meanProbability(ofBag, null), meanProbability(ofOne, null), meanProbability(ofZero, null))
  if (Number.isNaN(share)) return null
  const sorted = bootstrapShares(ofBag, ofOne, ofZero, nTimes, maxClusters, random)
  if (sorted.length < nTimes * 0.9) return null
  return { point: Math.min(1, Math.max(0, share)), sorted, clusters: ofBag.n }
}

/** Corpora simulated for each division of the prompts and each share when the intervals are measured; their size. */
const nMeasuredBags = 8
const measuredDivisions = [11, 23, 37, 53]
const measuredShares = [0, 0.05, 0.1, 0.25, 0.5]
const maxMeasuredBag = 300
const widenings = [1, 1.1, 1.2, 1.35, 1.5, 1.75, 2, 2.5, 3]

/**
 * Measures how often the interval covers the truth: half of the held-out prompts is the reference, corpora of
 * known shares are drawn from the other half, and the least factor is found that covers as often as it should.
 */
export function measureIntervals(profile: Profile): Profile['intervals'] {
  const level = profile.intervals.level
  const random = createRandom(mix(profile.seed) ^ 4)
  const covered = new Array<number>(widenings.length).fill(0)
  let bags = 0
  for (const division of measuredDivisions) bags += measureDivision(profile, division, covered, random)
  if (bags === 0) return { level, widening: 1, covered: 0, bags: 0 }
  let w = covered.findIndex(hits => hits / bags >= level)
  if (w < 0) w = widenings.length - 1
  return { level, widening: widenings[w], covered: covered[w] / bags, bags }
}

/** Counts for each widening how many simulated corpora of one division it covers; returns how many there were. */
function measureDivision(profile: Profile, division: number, covered: number[], random: Random): number {
  const { heldOut } = profile
  const isReference = (i: number): boolean => (mix(heldOut.group[i] ^ division) & 1) === 0
  const isLong = (i: number): boolean => heldOut.cut[i] === 0 && heldOut.words[i] >= (profile.minWords ?? Infinity)
  const rest = Array.from({ length: heldOut.n }, (_, i) => i).filter(i => isLong(i) && !isReference(i))
  const own = Array.from(rest.keys()).filter(p => heldOut.label[rest[p]] === 0)
  const others = Array.from(rest.keys()).filter(p => heldOut.label[rest[p]] !== 0)
  const size = Math.min(maxMeasuredBag, own.length * 2, others.length)
  if (size < minScored) return 0
  const words = rest.map(i => heldOut.words[i])
  const reference = pickReference(profile, words, isReference)
  const one = takeEvidence(profile, reference, label => label === 0, 'share')
  const zero = takeEvidence(profile, reference, label => label !== 0, 'share')
  const all = takeEvidence(
    profile,
    { index: rest, stratum: rest.map(() => 0), share: Float64Array.of(1) },
    () => true,
    'share',
  )
  let bags = 0
  for (const share of measuredShares) {
    const nOwn = Math.round(size * share)
    for (let b = 0; b < nMeasuredBags; b++) {
      const drawn = [...random.shuffle(own).slice(0, nOwn), ...random.shuffle(others).slice(0, size - nOwn)]
      const bag = {
        evidence: Float64Array.from(drawn, p => all.evidence[p]),
        group: Int32Array.from(drawn, p => all.group[p]),
        weight: new Float64Array(size).fill(1),
      }
      const found = resample(bag, one, zero, nMeasuredReplicates, random)
      if (found === null) continue
      bags++
      widenings.forEach((widening, w) => {
        const { low, high } = widenInterval(found.point, found.sorted, profile.intervals.level, widening)
        if (low <= nOwn / size && nOwn / size <= high) covered[w]++
      })
    }
  }
  return bags
}
