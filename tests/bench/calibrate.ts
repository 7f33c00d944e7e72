/**
 * Bench: the constants of the rule, `npm run calibrate`. Labelled suspects of the calibration part of the measuring
 * corpora (prompts and models that the accuracy bench does not test on) → logistic weights and thresholds, written to
 * `src/weigh/calibration.json`.
 *
 *     npm run calibrate -- [--per N] [--dry]
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Context, describeFeatures, judgeContext, marginBits, rule } from '../../src/weigh/rule.ts'
import { detect } from './adapter.ts'
import { divisionSeed } from './data.ts'
import { hashLabel } from './random.ts'
import { buildSetting, type SettingName } from './sets.ts'
import { drawSeed } from './suspects.ts'

/** A suspect with a match worth judging. */
interface Sample {
  run: string
  isCopy: boolean
  context: Context
  fold: number
  margin: number
  features: number[]
  score: number
}

/** Matches below so many bits of margin are no finding of any class and do not take part in the fit. */
const minFitBits = 25
/** A false alarm weighs as much as so many missed copies. */
const negativeWeight = 6
const ridge = 1e-3
const nFolds = 5

/** Bits of margin that a class needs whatever its score: below, a few equal phrases decide. */
const minMarginBits = { A: 120, B: 60, C: 25 }
/** Largest share of same-prompt answers that may be flagged at the class or above. */
const maxAlarms = { A: 1e-4, B: 1e-3, C: 2e-2 }
/** The same where there is no background: the tail of 2,963 answers alone would put class A out of reach. */
const maxAlarmsAlone = { A: 2e-4, B: 1e-3, C: 2e-2 }
/** The situations in which the rule must hold. */
const settings: { name: string; setting: SettingName; background: boolean }[] = [
  { name: 'same prompts', setting: 'same-prompt', background: true },
  { name: 'roles changed about', setting: 'swapped', background: true },
  { name: 'usual case', setting: 'usual', background: true },
  { name: 'no background', setting: 'same-prompt', background: false },
  { name: 'code', setting: 'code', background: true },
]

const { values } = parseArgs({
  options: { per: { type: 'string', default: '60' }, dry: { type: 'boolean', default: false } },
})

function collect(): { samples: Sample[]; negatives: Map<string, number>; names: string[] } {
  const samples: Sample[] = []
  const negatives = new Map<string, number>()
  let names: string[] = []
  for (const { name, setting, background } of settings) {
    const drawn = buildSetting(setting, { perCell: Number(values.per), parts: ['calibration'] })
    const detections = detect(drawn.references, background ? drawn.background : [], drawn.suspects)
    for (const [i, suspect] of drawn.suspects.entries()) {
      // a rewritten pair is neither a copy nor an independent answer
      if (suspect.treatment === 'rewritten') continue
      const isCopy = suspect.set === 'copy' || suspect.set === 'natural'
      if (suspect.set === 'same-prompt' || (setting === 'code' && !isCopy))
        negatives.set(name, (negatives.get(name) ?? 0) + 1)
      const { measures } = detections[i]
      if (measures === null) continue
      const margin = marginBits(measures)
      // translations are leads at most, whatever their score: the rule says so
      if (margin < minFitBits || (measures.translation === 1 && measures.peers < rule.manyPeers)) continue
      const features = describeFeatures(measures)
      names = Object.keys(features)
      const fold = hashLabel(`fold/${suspect.prompt === '' ? suspect.id : suspect.prompt}`) % nFolds
      const context = judgeContext(measures, background)
      samples.push({ run: name, context, isCopy, fold, margin, features: Object.values(features), score: 0 })
    }
    process.stderr.write(`${name}: ${drawn.suspects.length} suspects\n`)
  }
  return { samples, negatives, names }
}

/**
 * Which way each feature may speak: more bits, longer runs and closer agreement never lower the score, and better
 * competitors, edits and partial coverage never raise it, so that nobody can be told a stronger match counts less.
 */
const signs: Record<string, 1 | -1> = {
  logMargin: 1,
  logMarginAbove: 1,
  logMarginIfAlone: 1,
  identity: 1,
  identitySquared: 1,
  logLongestRun: 1,
  logDistinctive: 1,
  editsIfSmall: -1,
  bothPartialIfSmall: -1,
  onePartialIfSmall: -1,
  promptShareIfAlone: -1,
  codeShare: -1,
  identityShare: -1,
  competitorShare: -1,
  competitorShareAbove: -1,
}

/** Fits with the signs kept: a feature that would speak the wrong way is left out, one at a time, the worst first. */
function fitSigned(samples: readonly Sample[], names: readonly string[]): number[] {
  const out = new Set<number>()
  for (;;) {
    const kept = [...names.keys()].filter(j => !out.has(j))
    const weights = fitLogistic(samples.map(sample => ({ ...sample, features: kept.map(j => sample.features[j]) })))
    const full = names.map((_, j) => (out.has(j) ? 0 : weights[kept.indexOf(j)]))
    const wrong = kept.filter(j => (signs[names[j]] ?? 0) * full[j] < 0)
    if (wrong.length === 0) return [...full, weights[kept.length]]
    out.add(wrong.reduce((a, b) => (Math.abs(full[b]) > Math.abs(full[a]) ? b : a)))
  }
}

/** Weighted ridge logistic regression by Newton's method (IRLS); the last weight is the intercept. */
function fitLogistic(samples: readonly Sample[]): number[] {
  const n = samples[0].features.length + 1
  const mean = new Array<number>(n).fill(0)
  const spread = new Array<number>(n).fill(1)
  for (let j = 0; j < n - 1; j++) {
    mean[j] = samples.reduce((sum, { features }) => sum + features[j], 0) / samples.length
    spread[j] =
      Math.sqrt(samples.reduce((sum, { features }) => sum + (features[j] - mean[j]) ** 2, 0) / samples.length) || 1
  }
  const rows = samples.map(({ features }) => [...features.map((x, j) => (x - mean[j]) / spread[j]), 1])
  const weights = new Array<number>(n).fill(0)
  const total = samples.reduce((sum, { isCopy }) => sum + (isCopy ? 1 : negativeWeight), 0)
  for (let round = 0; round < 30; round++) {
    const gradient = new Array<number>(n).fill(0)
    const hessian = Array.from({ length: n }, () => new Array<number>(n).fill(0))
    for (const [i, row] of rows.entries()) {
      const z = row.reduce((sum, x, j) => sum + x * weights[j], 0)
      const p = 1 / (1 + Math.exp(-z))
      const w = samples[i].isCopy ? 1 : negativeWeight
      const pull = (w * ((samples[i].isCopy ? 1 : 0) - p)) / total
      const curve = (w * p * (1 - p)) / total
      for (let j = 0; j < n; j++) {
        gradient[j] += pull * row[j]
        for (let k = 0; k <= j; k++) hessian[j][k] += curve * row[j] * row[k]
      }
    }
    for (let j = 0; j < n; j++) {
      if (j < n - 1) gradient[j] -= ridge * weights[j]
      hessian[j][j] += j < n - 1 ? ridge : 1e-9
      for (let k = 0; k < j; k++) hessian[k][j] = hessian[j][k]
    }
    const step = solve(hessian, gradient)
    for (let j = 0; j < n; j++) weights[j] += step[j]
    if (Math.max(...step.map(Math.abs)) < 1e-8) break
  }
  const raw = weights.slice(0, -1).map((w, j) => w / spread[j])
  return [...raw, weights[n - 1] - raw.reduce((sum, w, j) => sum + w * mean[j], 0)]
}

/** Gaussian elimination with pivoting. */
function solve(matrix: number[][], right: number[]): number[] {
  const a = matrix.map((row, i) => [...row, right[i]])
  const n = a.length
  for (let i = 0; i < n; i++) {
    let pivot = i
    for (let r = i + 1; r < n; r++) if (Math.abs(a[r][i]) > Math.abs(a[pivot][i])) pivot = r
    ;[a[i], a[pivot]] = [a[pivot], a[i]]
    for (let r = 0; r < n; r++) {
      if (r === i) continue
      const factor = a[r][i] / a[i][i]
      for (let c = i; c <= n; c++) a[r][c] -= factor * a[i][c]
    }
  }
  return a.map((row, i) => row[n] / row[i])
}

const evaluate = (weights: readonly number[], features: readonly number[]): number =>
  features.reduce((sum, x, j) => sum + weights[j] * x, weights[features.length])

/**
 * The smallest score at which no more than `share` of the negatives of any run are flagged; where that is less than
 * one of them, the tail is prolonged: the log of the count falls linearly in the score (exponential tail, fitted on
 * the ten highest).
 */
function findThreshold(
  samples: readonly Sample[],
  negatives: ReadonlyMap<string, number>,
  context: Context,
  minMargin: number,
  share: number,
): number {
  let threshold = -Infinity
  for (const run of negatives.keys()) {
    const scores = samples
      .filter(
        sample => sample.run === run && sample.context === context && !sample.isCopy && sample.margin >= minMargin,
      )
      .map(({ score }) => score)
      .sort((a, b) => b - a)
    const allowed = share * (negatives.get(run) ?? 0)
    if (scores.length === 0) continue
    if (allowed >= 1) threshold = Math.max(threshold, scores[Math.min(scores.length - 1, Math.floor(allowed))])
    else {
      const tail = scores.slice(0, Math.min(10, scores.length))
      const slope =
        tail.length < 3
          ? 1
          : Math.max(0.5, tail.reduce((sum, score) => sum + score - tail[tail.length - 1], 0) / (tail.length - 1))
      threshold = Math.max(threshold, tail[0] + slope * Math.log(1 / Math.max(allowed, 1e-6)))
    }
  }
  return threshold
}

const { samples, negatives, names } = collect()
for (let fold = 0; fold < nFolds; fold++) {
  const weights = fitSigned(
    samples.filter(sample => sample.fold !== fold),
    names,
  )
  for (const sample of samples) if (sample.fold === fold) sample.score = evaluate(weights, sample.features)
}
const weights = fitSigned(samples, names)
const thresholdsOf = (context: Context): Record<string, { marginBits: number; score: number }> =>
  Object.fromEntries(
    (['A', 'B', 'C'] as const).map(found => {
      const score = findThreshold(
        samples,
        negatives,
        context,
        minMarginBits[found],
        (context === 'none' ? maxAlarmsAlone : maxAlarms)[found],
      )
      return [found, { marginBits: minMarginBits[found], score: Math.round(score * 100) / 100 }]
    }),
  )
/** Knowing less may never make the rule milder: each context is at least as strict as the one before it. */
function keepOrder(thresholds: ReturnType<typeof thresholdsOf>[]): void {
  for (let i = 1; i < thresholds.length; i++)
    for (const [found, threshold] of Object.entries(thresholds[i]))
      threshold.score = Math.max(threshold.score, thresholds[i - 1][found].score)
}

const [peers, background, none, code] = (['peers', 'background', 'none', 'code'] as const).map(thresholdsOf)
keepOrder([peers, background, none])
const calibration = {
  seeds: [divisionSeed, drawSeed],
  copies: samples.filter(({ isCopy }) => isCopy).length,
  negatives: Object.fromEntries(negatives),
  intercept: Number(weights[names.length].toFixed(4)),
  weights: Object.fromEntries(names.map((name, j) => [name, Number(weights[j].toFixed(4))])),
  thresholds: { peers, background, none, code },
}
console.log(JSON.stringify(calibration, null, 2))
for (const { name } of settings) {
  const own = samples.filter(({ run }) => run === name)
  const line = (['A', 'B', 'C'] as const).map(found => {
    const flagged = own.filter(sample => {
      const { marginBits: bits, score } = calibration.thresholds[sample.context][found]
      return sample.margin >= bits && sample.score >= score
    })
    return `${found}: ${flagged.filter(({ isCopy }) => !isCopy).length} of ${negatives.get(name)} negatives, ${flagged.filter(({ isCopy }) => isCopy).length} copies`
  })
  console.log(`${name}: ${line.join(' · ')}`)
}
if (!values.dry)
  writeFileSync(
    join(import.meta.dirname, '../../src/weigh/calibration.json'),
    `${JSON.stringify(calibration, null, 2)}\n`,
  )
