/**
 * Style: held-out scores → calibration of the likelihood ratio, and what it is worth at each length.
 *
 * Scores come from solvers that saw neither the prompt of a text nor, for the unseen half of the imposters, its
 * author. Logistic calibration (Brümmer 2006); cost is the log-likelihood-ratio cost, cross-fitted by prompt.
 */
import { fitLogistic } from '../stats.ts'
import type { StyleQuality } from '../types.ts'
import { fitFusion, fuseScores } from './fusion.ts'
import { foldOf, type HeldOut, nFolds, type Profile, scoreScale } from './profile.ts'
import { boundRatio, calibrationColumns, countCalibrationColumns, weighEvidence } from './score.ts'

/** Lengths at which a profile is judged, in words. */
export const judgedLengths: readonly number[] = [50, 100, 200, 400]
/** Mark of a text that no solver without its author has scored. */
export const notScored = -32768
/** Fewer texts than this on a side validate nothing. */
const minTexts = 30
const ridge = 1e-5

/** Held-out texts with what reads their scores: the fusion of each fold, fitted on the others. */
export interface Reading {
  heldOut: HeldOut
  nClasses: number
  fold: (i: number) => number
  fusions: readonly Float64Array[]
}

/** How a profile reads its held-out texts. */
export function readingOf({ heldOut, classes, seed, measured }: Profile): Reading {
  return {
    ...{ heldOut, nClasses: classes.length, fold: i => foldOf(heldOut.group[i], seed) },
    fusions: measured.map(solver => solver.fusion),
  }
}

function scoresOf(heldOut: HeldOut, nClasses: number, i: number): Float64Array {
  return Float64Array.from(heldOut.scores.subarray(i * nClasses, (i + 1) * nClasses), score => score / scoreScale)
}

/**
 * Fits the fusion of all held-out scores, and for each fold that of the others.
 *
 * @param fold of each text's prompt group
 */
export function fitFusions(
  heldOut: HeldOut,
  nClasses: number,
  fold: (i: number) => number,
): { full: Float64Array; folds: Float64Array[] } {
  const fitTo = (use: (i: number) => boolean, known?: Float64Array): Float64Array => {
    const used = Array.from({ length: heldOut.n }, (_, i) => i).filter(use)
    const scores = new Float64Array(used.length * nClasses)
    used.forEach((i, p) => {
      scores.set(scoresOf(heldOut, nClasses, i), p * nClasses)
    })
    const [words, label] = [heldOut.words, heldOut.label].map(of => Uint16Array.from(used, i => of[i]))
    return fitFusion({ nClasses, scores, words, label }, known)
  }
  const full = fitTo(() => true)
  return { full, folds: Array.from({ length: nFolds }, (_, f) => fitTo(i => fold(i) !== f, full)) }
}

/**
 * Calibration columns of one held-out text, as seen with its author known or unknown to the solver. Unknown means:
 * scored for the model by a solver that never saw the author, whose own class has the mean score of the others.
 */
export function heldOutColumns(reading: Reading, i: number, unseen: boolean): Float64Array {
  const { heldOut, nClasses, fold, fusions } = reading
  const scores = scoresOf(heldOut, nClasses, i)
  const except = unseen ? heldOut.label[i] : 0
  if (unseen) {
    scores[0] = heldOut.unseen[i] / scoreScale
    const others = scores.reduce((sum, score, c) => sum + (c === 0 || c === except ? 0 : score), 0)
    scores[except] = others / Math.max(1, nClasses - 2)
  }
  const words = heldOut.words[i]
  return calibrationColumns(fuseScores(fusions[fold(i)], scores, words), scores, except, words)
}

/** Whether a held-out text was scored without its author. */
export function isUnseen(heldOut: HeldOut, i: number): boolean {
  return heldOut.label[i] > 0 && heldOut.unseen[i] !== notScored
}

/**
 * Fits the calibration. The sides weigh the same, each imposter as much as another, known and unknown half each.
 *
 * @param use whether a text takes part
 * @param alsoUnknown whether imposters also count as authors unknown to the solver
 */
export function calibrate(reading: Reading, use: (i: number) => boolean, alsoUnknown: boolean): Float64Array {
  const { heldOut, nClasses } = reading
  const picked: { i: number; unseen: boolean }[] = []
  const count = new Float64Array(2 * nClasses)
  for (let i = 0; i < heldOut.n; i++) {
    if (!use(i)) continue
    for (const unseen of alsoUnknown && isUnseen(heldOut, i) ? [false, true] : [false]) {
      picked.push({ i, unseen })
      count[heldOut.label[i] * 2 + (unseen ? 1 : 0)]++
    }
  }
  const nSides = [0, 0]
  for (let k = 2; k < count.length; k++) if (count[k] > 0) nSides[k % 2]++
  const share = nSides[1] > 0 ? 0.25 : 0.5
  const nColumns = countCalibrationColumns(nClasses)
  const rows = new Float64Array(picked.length * nColumns)
  const positive = new Uint8Array(picked.length)
  const weight = new Float64Array(picked.length)
  picked.forEach(({ i, unseen }, p) => {
    rows.set(heldOutColumns(reading, i, unseen), p * nColumns)
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

/** Judges the profile at each length with calibrations that saw neither the text nor its prompt. */
export function judgeLengths(reading: Reading, bounds: { low: number; high: number }): StyleQuality[] {
  const { heldOut, fold } = reading
  const calibrations = Array.from({ length: nFolds }, (_, f) => calibrate(reading, i => fold(i) !== f, true))
  const ratio = (i: number, unseen: boolean): number =>
    boundRatio(weighEvidence(calibrations[fold(i)], heldOutColumns(reading, i, unseen)), bounds)
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
      const fused = fuseHeldOut(reading, i)
      if (fused.indexOf(Math.max(...fused)) === heldOut.label[i]) right++
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

/** Log probabilities of the classes for a held-out text, by the fusion of its fold. */
export function fuseHeldOut(reading: Reading, i: number): Float64Array {
  const { heldOut, nClasses, fold, fusions } = reading
  return fuseScores(fusions[fold(i)], scoresOf(heldOut, nClasses, i), heldOut.words[i])
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
