/**
 * Style: held-out scores → calibration of the likelihood ratio, and what it is worth at each length.
 *
 * Scores come from solvers that saw neither the prompt of a text nor, for the unseen half of the imposters, its
 * author. Logistic calibration (Brümmer 2006); cost is the log-likelihood-ratio cost, cross-fitted by prompt.
 */
import { fitLogistic } from '../stats.ts'
import type { StyleQuality } from '../types.ts'
import { type HeldOut, scoreScale } from './profile.ts'
import { boundRatio, calibrationColumns, countColumns, weighEvidence } from './score.ts'

/** Lengths at which a profile is judged, in words. */
export const judgedLengths: readonly number[] = [50, 100, 200, 400]
/** Mark of a text that no solver without its author has scored. */
export const notScored = -32768
/** Fewer texts than this on a side validate nothing. */
const minTexts = 30
const ridge = 1e-5

/** Calibration columns of one held-out text, as seen with its author known or unknown to the solver. */
export function heldOutColumns(heldOut: HeldOut, nClasses: number, i: number, unseen: boolean): Float64Array {
  const at = i * nClasses
  const own = (unseen ? heldOut.unseen[i] : heldOut.scores[at]) / scoreScale
  const scores = Float64Array.from(heldOut.scores.subarray(at, at + nClasses), score => score / scoreScale)
  return calibrationColumns(own, scores, 0, nClasses, unseen ? heldOut.label[i] : 0, heldOut.words[i])
}

/** Whether a held-out text was scored without its author. */
export function isUnseen(heldOut: HeldOut, i: number): boolean {
  return heldOut.label[i] > 0 && heldOut.unseen[i] !== notScored
}

/**
 * Fits the calibration. The sides weigh the same, each imposter as much as another, known and unknown half each.
 *
 * @param use whether a text takes part
 */
export function calibrate(heldOut: HeldOut, nClasses: number, use: (i: number) => boolean): Float64Array {
  const picked: { i: number; unseen: boolean }[] = []
  const count = new Float64Array(2 * nClasses)
  for (let i = 0; i < heldOut.n; i++) {
    if (!use(i)) continue
    for (const unseen of isUnseen(heldOut, i) ? [false, true] : [false]) {
      picked.push({ i, unseen })
      count[heldOut.label[i] * 2 + (unseen ? 1 : 0)]++
    }
  }
  const nSides = [0, 0]
  for (let k = 2; k < count.length; k++) if (count[k] > 0) nSides[k % 2]++
  const share = nSides[1] > 0 ? 0.25 : 0.5
  const nColumns = countColumns(nClasses)
  const rows = new Float64Array(picked.length * nColumns)
  const positive = new Uint8Array(picked.length)
  const weight = new Float64Array(picked.length)
  picked.forEach(({ i, unseen }, p) => {
    rows.set(heldOutColumns(heldOut, nClasses, i, unseen), p * nColumns)
    const label = heldOut.label[i]
    const kind = unseen ? 1 : 0
    positive[p] = label === 0 ? 1 : 0
    weight[p] = label === 0 ? 0.5 / count[0] : share / (nSides[kind] * count[label * 2 + kind])
  })
  return fitLogistic(rows, nColumns, positive, weight, ridge)
}

/** Mean of log2(1 + 10^(−side · ratio)): half the cost that one side pays. */
function meanCost(ratios: number[], side: 1 | -1): number {
  let sum = 0
  for (const ratio of ratios) sum += Math.log2(1 + 10 ** (-side * ratio))
  return sum / ratios.length
}

/**
 * Judges the profile at each length with calibrations that saw neither the text nor its prompt.
 *
 * @param fold of each text's prompt group
 */
export function judgeLengths(
  heldOut: HeldOut,
  nClasses: number,
  fold: (i: number) => number,
  nFolds: number,
  bounds: { low: number; high: number },
): StyleQuality[] {
  const calibrations = Array.from({ length: nFolds }, (_, f) => calibrate(heldOut, nClasses, i => fold(i) !== f))
  const ratio = (i: number, unseen: boolean): number =>
    boundRatio(weighEvidence(calibrations[fold(i)], heldOutColumns(heldOut, nClasses, i, unseen)), bounds)
  const judged: StyleQuality[] = []
  for (const words of judgedLengths) {
    const own: number[] = []
    const known: number[] = []
    const unknown: number[] = []
    let right = 0
    for (let i = 0; i < heldOut.n; i++) {
      if (heldOut.cut[i] !== words) continue
      if (heldOut.label[i] === 0) own.push(ratio(i, false))
      else known.push(ratio(i, false))
      if (isUnseen(heldOut, i)) unknown.push(ratio(i, true))
      if (bestClass(heldOut, nClasses, i) === heldOut.label[i]) right++
    }
    if (own.length < minTexts || known.length < minTexts) continue
    judged.push({
      words,
      nModel: own.length,
      nImposters: known.length,
      accuracy: right / (own.length + known.length),
      cost: (meanCost(own, 1) + meanCost(known, -1)) / 2,
      costUnseen: unknown.length < minTexts ? null : (meanCost(own, 1) + meanCost(unknown, -1)) / 2,
      equalErrorRate: equalErrorRate(own, known),
    })
  }
  return judged
}

function bestClass(heldOut: HeldOut, nClasses: number, i: number): number {
  let best = 0
  for (let c = 1; c < nClasses; c++)
    if (heldOut.scores[i * nClasses + c] > heldOut.scores[i * nClasses + best]) best = c
  return best
}

/** The rate at which both errors are equal, by sweeping the threshold over the ratios. */
function equalErrorRate(own: number[], other: number[]): number {
  const sorted = [...own.map(ratio => ({ ratio, own: true })), ...other.map(ratio => ({ ratio, own: false }))].sort(
    (a, b) => a.ratio - b.ratio,
  )
  let missed = 0
  let accused = other.length
  let smallest = 1
  for (const { own: isOwn } of sorted) {
    if (isOwn) missed++
    else accused--
    smallest = Math.min(smallest, Math.max(missed / own.length, accused / other.length))
  }
  return smallest
}

/** Shortest judged length from which on every ratio informed; null if none. */
export function findMinWords(quality: StyleQuality[]): number | null {
  let found: number | null = null
  for (const { words, cost, costUnseen } of [...quality].sort((a, b) => b.words - a.words)) {
    if (cost >= 1 || (costUnseen ?? 0) >= 1) break
    found = words
  }
  return found
}
