/**
 * Style: evidence of many texts → share of the model, with a bootstrap interval over clusters.
 *
 * Probabilistic adjusted count (PACC, Bella et al. 2010): the mean calibrated probability of a corpus lies between
 * the means of the two sides. The prior of the probabilities is moved to the estimate, which nears the efficiency
 * of maximum likelihood but stays right where the calibration is off. EMQ (Saerens et al. 2002) is the check.
 */

import { quantile, type Random, sigmoid } from '../stats.ts'
import { drawGroups, numberGroups } from './fit.ts'

/** Evidence (natural log odds) of texts, with the cluster and weight of each. */
export interface EvidenceSample {
  evidence: Float64Array
  group: Int32Array
  weight: Float64Array
}

/** Priors at which probabilities are tabulated. */
const priors = [0.02, 0.04, 0.08, 0.15, 0.25, 0.4, 0.6, 0.8]
const nPriors = priors.length
/** Sides whose mean probabilities lie nearer than this at even priors cannot be told apart. */
const minSeparation = 0.1

/** Weighted sums of probabilities by cluster: all that a bootstrap needs. */
export interface ClusterSums {
  n: number
  weight: Float64Array
  /** `nPriors` for each cluster */
  sums: Float64Array
}

/** Sums the probabilities of a sample by cluster. */
export function sumClusters(sample: EvidenceSample): ClusterSums {
  const groups = numberGroups(sample.group)
  const sums = new Float64Array(groups.n * nPriors)
  const weight = new Float64Array(groups.n)
  for (let i = 0; i < sample.evidence.length; i++) {
    const g = groups.of[i]
    weight[g] += sample.weight[i]
    for (let p = 0; p < nPriors; p++) {
      const odds = Math.log(priors[p] / (1 - priors[p]))
      sums[g * nPriors + p] += sample.weight[i] * sigmoid(sample.evidence[i] + odds)
    }
  }
  return { n: groups.n, weight, sums }
}

/** Mean probability at each prior, clusters taken `times` each. */
export function meanProbability(clusters: ClusterSums, times: ArrayLike<number> | null): Float64Array {
  const mean = new Float64Array(nPriors)
  let total = 0
  for (let g = 0; g < clusters.n; g++) {
    const m = times === null ? 1 : times[g]
    if (m === 0) continue
    total += m * clusters.weight[g]
    for (let p = 0; p < nPriors; p++) mean[p] += m * clusters.sums[g * nPriors + p]
  }
  for (let p = 0; p < nPriors; p++) mean[p] /= total || 1
  return mean
}

/** Place of the prior that is nearest to a share. */
function findPrior(share: number): number {
  let nearest = 0
  for (let p = 1; p < nPriors; p++) if (Math.abs(priors[p] - share) < Math.abs(priors[nearest] - share)) nearest = p
  return nearest
}

/** PACC at the prior in place `at`; may lie outside 0–1. NaN if the sides cannot be told apart. */
function adjustAt(bag: Float64Array, one: Float64Array, zero: Float64Array, at: number): number {
  const gap = one[at] - zero[at]
  return gap < minSeparation * priors[at] ? Number.NaN : (bag[at] - zero[at]) / gap
}

/** PACC with the prior moved to the estimate; may lie outside 0–1. NaN if the sides cannot be told apart. */
export function adjustCount(bag: Float64Array, one: Float64Array, zero: Float64Array): number {
  let at = 4
  let share = Number.NaN
  for (let step = 0; step < 6; step++) {
    share = adjustAt(bag, one, zero, at)
    const nearest = findPrior(share)
    if (Number.isNaN(share) || nearest === at) break
    at = nearest
  }
  return share
}

/** The share that a sample would add to an estimate of `share`: PACC of the sample at that estimate's prior. */
export function adjustNear(share: number, sample: Float64Array, one: Float64Array, zero: Float64Array): number {
  return adjustAt(sample, one, zero, findPrior(share))
}

/** EMQ: the share at which it equals the mean posterior probability. */
export function maximiseLikelihood(sample: EvidenceSample): number {
  let share = 0.2
  const total = sample.weight.reduce((sum, weight) => sum + weight, 0)
  for (let step = 0; step < 200; step++) {
    const odds = Math.log(share / (1 - share))
    let sum = 0
    for (let i = 0; i < sample.evidence.length; i++) sum += sample.weight[i] * sigmoid(sample.evidence[i] + odds)
    share = Math.min(1 - 1e-6, Math.max(1e-6, sum / total))
  }
  return share
}

/**
 * Bootstrap estimates: clusters of all three samples drawn anew each time, sorted ascending.
 * The corpus is drawn with at most `maxClusters`, so that no interval is narrower than the reference can bear.
 */
export function bootstrapShares(
  bag: ClusterSums,
  one: ClusterSums,
  zero: ClusterSums,
  nReplicates: number,
  maxClusters: number,
  random: Random,
): Float64Array {
  const shares: number[] = []
  for (let r = 0; r < nReplicates; r++) {
    const draw = (clusters: ClusterSums, most: number): Float64Array =>
      meanProbability(clusters, drawGroups(clusters.n, Math.min(most, clusters.n), random))
    const share = adjustCount(draw(bag, maxClusters), draw(one, Infinity), draw(zero, Infinity))
    if (!Number.isNaN(share)) shares.push(share)
  }
  return Float64Array.from(shares).sort()
}

/** Percentile interval, each side drawn away from the point by the factor `widening`, clipped to 0–1. */
export function widenInterval(
  point: number,
  sorted: Float64Array,
  level: number,
  widening: number,
): { low: number; high: number } {
  const tail = (1 - level) / 2
  const low = point - widening * Math.max(0, point - quantile(sorted, tail))
  const high = point + widening * Math.max(0, quantile(sorted, 1 - tail) - point)
  const clip = (x: number): number => Math.min(1, Math.max(0, x))
  return { low: clip(low), high: clip(high) }
}
