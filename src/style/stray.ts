/**
 * Style: how far an estimate may stray when the background is by an author whom the panel does not hold.
 *
 * Each imposter in turn is taken for such an author: its held-out texts, scored by solvers that never saw it,
 * would read as a share of the model although there is none. A corpus of such texts alone is mostly refused, because it
 * is no mixture of what the profile knows; so each counts only with the part at which it would go unnoticed by the fit.
 * These readings are a sample of what the next author may do, and a prediction interval from their spread says how far.
 * Errors: an author more like the model than any of the panel exceeds it.
 */
import { quantile, studentQuantile } from '../stats.ts'
import { measureDistances } from './fit.ts'
import type { Profile } from './profile.ts'
import { adjustNear, type EvidenceSample, meanProbability, sumClusters } from './quantify.ts'
import { type Reference, takeScores, takeUnseen } from './reference.ts'

/** Range of the share that an unknown author's texts would read as. */
export interface Straying {
  low: number
  high: number
}

/** Imposters, and texts of each, under which nothing can be said. */
const minImposters = 4
const minTexts = 8

/**
 * Predicts how a background by an unknown author would read.
 *
 * @param share the estimate near which it is asked
 * @param simulated squared distances that corpora of the panel leave in the fit, ascending
 * @returns null if the panel is too small to say
 */
export function predictStraying(
  profile: Profile,
  reference: Reference,
  share: number,
  one: EvidenceSample,
  zero: EvidenceSample,
  simulated: Float64Array,
  level: number,
): Straying | null {
  const unnoticed = findUnnoticed(profile, reference, quantile(simulated, level))
  const [ofOne, ofZero] = [one, zero].map(sample => meanProbability(sumClusters(sample), null))
  const shares: number[] = []
  let noise = 0
  for (let c = 1; c < profile.classes.length; c++) {
    const sample = takeUnseen(profile, reference, c)
    if (sample.evidence.length < minTexts) continue
    const read = (texts: EvidenceSample): number =>
      adjustNear(share, meanProbability(sumClusters(texts), null), ofOne, ofZero)
    const [whole, half, other] = [sample, ...halve(sample)].map(read)
    shares.push(unnoticed[c] * whole)
    noise += ((unnoticed[c] * (half - other)) / 2) ** 2
  }
  const n = shares.length
  if (n < minImposters || shares.some(Number.isNaN)) return null
  const mean = shares.reduce((sum, value) => sum + value, 0) / n
  const variance = shares.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1)
  const between = Math.max(variance / 4, variance - noise / n)
  const reach = studentQuantile(1 - (1 - level) / 2, n - 1) * Math.sqrt(between * (1 + 1 / n))
  return { low: mean - reach, high: mean + reach }
}

/** The part of a background that each class could be, the rest being the panel, before the fit notices it. */
function findUnnoticed(profile: Profile, reference: Reference, threshold: number): Float64Array {
  const sides = takeScores(profile, reference, label => (label === 0 ? 0 : 1))
  const classes = takeScores(profile, reference, label => label)
  const distance = measureDistances(sides, 2, classes, profile.classes.length)
  return distance.map(squared => Math.min(1, Math.sqrt(threshold / Math.max(squared, 1e-9))))
}

/** Two samples of every other text. */
function halve({ evidence, group, weight }: EvidenceSample): EvidenceSample[] {
  return [0, 1].map(side => ({
    evidence: evidence.filter((_, i) => i % 2 === side),
    group: group.filter((_, i) => i % 2 === side),
    weight: weight.filter((_, i) => i % 2 === side),
  }))
}

/** Widens an interval by a background that may read as any share of the range; both errors are independent. */
export function widenByStraying(
  point: number,
  interval: { low: number; high: number },
  { low, high }: Straying,
): { low: number; high: number } {
  // a background that reads as share b leaves (point − b) / (1 − b) to the model
  const least = (point - Math.min(high, 0.99)) / (1 - Math.min(high, 0.99))
  const most = (point - Math.min(low, 0)) / (1 - Math.min(low, 0))
  const clip = (x: number): number => Math.min(1, Math.max(0, x))
  return {
    low: clip(point - Math.hypot(point - interval.low, Math.max(0, point - least))),
    high: clip(point + Math.hypot(interval.high - point, Math.max(0, most - point))),
  }
}
