/**
 * Style: a profile and a scored corpus → the data of the report's pictures. Numbers, names of classes, masked habits.
 *
 * Score histogram with the fit of the estimate, Tippett plot of the held-out ratios, habits that speak for the model,
 * what the profile was worth by length, and the tree of likeness of its classes.
 */
import type { Estimate, StyleCurve, StyleFigures } from '../types.ts'
import { heldOutColumns, isUnseen, readingOf } from './calibrate.ts'
import { findHabits } from './habits.ts'
import type { Profile } from './profile.ts'
import { pickReference, takeEvidence } from './reference.ts'
import { boundRatio, type DocumentScore, weighEvidence } from './score.ts'
import { similarityMap } from './tree.ts'

const nBins = 24
const nThresholds = 61
const habitsOfKind = 8

/** Enough for the eye, and equal on every machine. */
function rounded(value: number): number {
  return Number(value.toFixed(4))
}

/**
 * All figures of one profile over a corpus.
 *
 * @param texts the corpus's texts with the highest ratios, for the habits
 */
export function drawFigures(
  profile: Profile,
  documents: DocumentScore[],
  texts: readonly string[],
  prevalence: Estimate,
): StyleFigures {
  const { names, joins } = similarityMap(profile)
  return {
    histogram: drawHistogram(profile, documents, prevalence),
    tippett: drawTippett(profile),
    habits: findHabits(profile, texts, habitsOfKind),
    quality: profile.quality.map(({ words, nModel, nImposters, ...rates }) => ({
      ...{ words, nModel, nImposters },
      accuracy: rounded(rates.accuracy),
      cost: rounded(rates.cost),
      costUnseen: rates.costUnseen === null ? null : rounded(rates.costUnseen),
      equalErrorRate: rounded(rates.equalErrorRate),
    })),
    likeness: { names, joins: joins.map(join => ({ ...join, height: rounded(join.height) })) },
  }
}

/** Histogram of the corpus's ratios, with the fit that its estimate stands for. */
export function drawHistogram(
  profile: Profile,
  documents: DocumentScore[],
  prevalence: Estimate,
): StyleFigures['histogram'] {
  const { low, high } = profile.bounds
  const edges = Array.from({ length: nBins + 1 }, (_, i) => rounded(low + ((high - low) * i) / nBins))
  const binOf = (ratio: number): number =>
    Math.max(0, Math.min(nBins - 1, Math.floor(((ratio - low) / (high - low)) * nBins)))
  const counts = new Array<number>(nBins).fill(0)
  const scored = documents.filter(document => document.log10LikelihoodRatio !== null)
  for (const { log10LikelihoodRatio } of scored) counts[binOf(log10LikelihoodRatio ?? 0)]++
  if ('cannotSay' in prevalence) return { edges, counts, expected: null }
  const words = scored.map(document => document.words)
  const reference = pickReference(profile, words, () => true)
  const expect = (use: (label: number) => boolean, share: number): number[] => {
    const { evidence, weight } = takeEvidence(profile, reference, use, 'ratio')
    const bins = new Array<number>(nBins).fill(0)
    const total = weight.reduce((sum, w) => sum + w, 0)
    evidence.forEach((value, i) => {
      bins[binOf(boundRatio(value, profile.bounds))] += (scored.length * share * weight[i]) / total
    })
    return bins.map(rounded)
  }
  const model = expect(label => label === 0, prevalence.point)
  return { edges, counts, expected: { model, others: expect(label => label !== 0, 1 - prevalence.point) } }
}

/** Tippett plot of the whole held-out documents; thresholds are log10 ratios. */
export function drawTippett(profile: Profile): StyleFigures['tippett'] {
  const { heldOut, bounds } = profile
  const reading = readingOf(profile)
  const step = (bounds.high - bounds.low) / (nThresholds - 1)
  const thresholds = Array.from({ length: nThresholds }, (_, i) => bounds.low + step * i)
  const ratios: Record<StyleCurve['of'], number[]> = { model: [], imposters: [], 'imposters unseen': [] }
  for (let i = 0; i < heldOut.n; i++) {
    if (heldOut.cut[i] !== 0 || heldOut.words[i] < (profile.minWords ?? 0)) continue
    const ratio = (unseen: boolean): number =>
      boundRatio(weighEvidence(profile.calibration.ratio, heldOutColumns(reading, i, unseen)), bounds)
    ratios[heldOut.label[i] === 0 ? 'model' : 'imposters'].push(ratio(false))
    if (isUnseen(heldOut, i)) ratios['imposters unseen'].push(ratio(true))
  }
  const curves = (['model', 'imposters', 'imposters unseen'] as const)
    .filter(name => ratios[name].length > 0)
    .map(name => ({
      of: name,
      texts: ratios[name].length,
      share: thresholds.map(t => rounded(ratios[name].filter(ratio => ratio >= t).length / ratios[name].length)),
    }))
  return { thresholds: thresholds.map(rounded), curves }
}
