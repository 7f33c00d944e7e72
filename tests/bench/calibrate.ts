/**
 * Bench: the constants of the rule, `npm run calibrate`. Labelled suspects of the calibration part of the measuring
 * corpora (prompts and models that the accuracy bench does not test on), in many splits of models into roles →
 * logistic weights and thresholds, written to `src/weigh/calibration.json`.
 *
 *     npm run calibrate -- [--per N] [--dry] [--code]
 *
 * `--code` fits code alone and keeps what stands for prose.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { fitLogistic } from '../../src/stats.ts'
import type { FindingClass } from '../../src/types.ts'
import type { Measures } from '../../src/weigh/measures.ts'
import {
  type Context,
  describeCodeFeatures,
  describeFeatures,
  isLeadAtMost,
  judgeContext,
  marginBits,
  rule,
} from '../../src/weigh/rule.ts'
import { detect } from './adapter.ts'
import { type CodeSituation, codeSituations, drawCodeSplits } from './code-splits.ts'
import { divisionSeed, type Row } from './data.ts'
import { hashLabel } from './random.ts'
import { buildSetting } from './sets.ts'
import { drawSplits, type Situation, splitSeed } from './splits.ts'
import { drawSeed, type Suspect } from './suspects.ts'

/** A suspect with a match worth judging. */
interface Sample {
  situation: Situation | CodeSituation
  suspect: Suspect
  isCopy: boolean
  context: Context
  /** fold of its prompt, and of its model: the score comes from a fit that saw neither */
  folds: [number, number]
  margin: number
  distinctive: number
  measures: Measures
  score: number
}

/** One of the two logistic fits. */
interface Fit {
  describe: (measures: Measures) => Record<string, number>
  /**
   * A false alarm weighs as much as so many missed copies: what is fitted is the tail of the innocent answers, where the
   * thresholds stand, and not their bulk.
   */
  negativeWeight: number
  passes: (sample: Sample) => boolean
  /** is the score of a sample from a fit that did not see its model either? */
  holdsOutModels: boolean
}

/** The fit for prose sees code as well, in its own terms. */
const plainFit: Fit = {
  describe: describeFeatures,
  negativeWeight: 300,
  passes: ({ margin, distinctive }) => margin >= plainMarginBits.B && distinctive >= rule.minDistinctiveTokens.B,
  holdsOutModels: true,
}
/**
 * Code has few negatives: a tail of ten is not to decide alone. Most of them are one model's, without which the fit would be
 * another one, and code among prose is too little to fit on.
 */
const codeFit: Fit = {
  describe: describeCodeFeatures,
  negativeWeight: 30,
  passes: sample => isOfCode(sample.situation) && sample.context === 'code' && canReach(sample, 'B'),
  holdsOutModels: false,
}
const ridge = 1e-3
const nFolds = [5, 3] as const

/** Bits of margin that a class needs whatever its score: below, a few equal phrases decide. */
const plainMarginBits = { A: 120, B: 60, C: 25 }
/** None where it is code: once renamed, it has few equal tokens left, and the score knows what else agrees. */
const codeMarginBits = { A: 0, B: 0, C: 0 }
const minMarginBits: Record<Context, Record<FindingClass, number>> = {
  peers: plainMarginBits,
  background: plainMarginBits,
  none: plainMarginBits,
  promptless: plainMarginBits,
  code: codeMarginBits,
}
/**
 * Largest share of same-prompt answers that may be flagged at the class or above. Less than the class promises, A by half
 * and B by four fifths, since all splits share their 160 prompts and one commonplace gives a dozen alarms: other prompts may
 * hold more of them. Half for B where no prompt is known, which is the hardest case as it stands; code has few negatives.
 */
const few = { A: 5e-5, B: 2e-4, C: 2e-2 }
const maxAlarms: Record<Context, Record<FindingClass, number>> = {
  peers: few,
  background: few,
  none: few,
  promptless: { ...few, B: 5e-4 },
  code: { A: 1e-4, B: 1e-3, C: 2e-2 },
}
/** Below this score a match is no finding, however few innocent answers come near. */
const minScore = -8
const classes: readonly FindingClass[] = ['A', 'B', 'C']

const { values } = parseArgs({
  options: {
    per: { type: 'string', default: '20' },
    dry: { type: 'boolean', default: false },
    code: { type: 'boolean', default: false },
  },
})

const samples: Sample[] = []
const negatives = new Map<Sample['situation'], number>()

const isOfCode = (situation: Sample['situation']): boolean => codeSituations.some(own => own === situation)
const isCopy = ({ set }: Suspect): boolean => set === 'copy' || set === 'natural'

/** Judges the suspects of one split and keeps those whose best match some class might be given. */
function collect(
  situation: Sample['situation'],
  split: { references: readonly Row[]; background: readonly Row[]; suspects: readonly Suspect[] },
): void {
  const detections = detect(split.references, split.background, split.suspects)
  for (const [i, suspect] of split.suspects.entries()) {
    // a rewritten pair is neither a copy nor an independent answer
    if (suspect.treatment === 'rewritten') continue
    if (suspect.set === 'same-prompt' || (isOfCode(situation) && !isCopy(suspect)))
      negatives.set(situation, (negatives.get(situation) ?? 0) + 1)
    const { measures } = detections[i]
    if (measures !== null) addSample(situation, suspect, measures, split.background.length > 0)
  }
}

function addSample(situation: Sample['situation'], suspect: Suspect, measures: Measures, hasBackground: boolean): void {
  const margin = marginBits(measures)
  const context = judgeContext(measures, hasBackground)
  if (margin < minMarginBits[context].C || isLeadAtMost(measures)) return
  // rows of the answers are named `corpus/model/prompt`: a prompt that was forgotten is still known by its row
  const prompt = (suspect.sourceId ?? suspect.id).replace(/^.*\//, '')
  samples.push({
    situation,
    suspect,
    isCopy: isCopy(suspect),
    context,
    folds: [hashLabel(`fold/${prompt}`) % nFolds[0], hashLabel(`fold/${suspect.model}`) % nFolds[1]],
    margin,
    distinctive: measures.distinctive,
    measures,
    score: 0,
  })
}

/** May the sample reach the class, whatever its score? */
const canReach = ({ context, margin, distinctive }: Sample, found: FindingClass): boolean =>
  margin >= minMarginBits[context][found] && distinctive >= rule.minDistinctiveTokens[found]

/**
 * Which way each feature may speak: more bits and closer agreement never lower the score, and partial coverage, other
 * words and fewer witnesses never raise it, so that nobody can be told a stronger match counts less.
 */
const signs: Record<string, 1 | -1> = {
  logMarginAbove: 1,
  identity: 1,
  reworded: -1,
  bothPartialIfSmall: -1,
  onePartialIfSmall: -1,
  restAlikeIfPartial: -1,
  alone: -1,
  codeShare: -1,
  codeShareIfAlone: -1,
  identityShare: -1,
  logEvidence: 1,
  mostAgreed: 1,
  leastAgreed: 1,
}

interface Weights {
  intercept: number
  weights: Record<string, number>
}

/** What one sample gives a fit. */
interface Point {
  features: number[]
  isCopy: boolean
}

/** Fits with the signs kept: a feature that would speak the wrong way is left out, one at a time, the worst first. */
function fitSigned({ describe, negativeWeight }: Fit, own: readonly Sample[]): Weights {
  const names = Object.keys(describe(own[0]!.measures))
  const points = own.map(sample => ({ isCopy: sample.isCopy, features: Object.values(describe(sample.measures)) }))
  const out = new Set<number>()
  for (;;) {
    const kept = [...names.keys()].filter(j => !out.has(j))
    const weights = fitKept(points, kept, negativeWeight)
    const full = names.map((_, j) => (out.has(j) ? 0 : weights[kept.indexOf(j)]!))
    const wrong = kept.filter(j => (signs[names[j]!] ?? 0) * full[j]! < 0)
    if (wrong.length === 0)
      return { intercept: weights[kept.length]!, weights: Object.fromEntries(names.map((name, j) => [name, full[j]!])) }
    out.add(wrong.reduce((a, b) => (Math.abs(full[b]!) > Math.abs(full[a]!) ? b : a)))
  }
}

/** Logistic regression on the features `kept`, each brought to mean 0 and spread 1 for the ridge's sake. */
function fitKept(own: readonly Point[], kept: readonly number[], negativeWeight: number): number[] {
  const mean = kept.map(j => own.reduce((sum, { features }) => sum + features[j]!, 0) / own.length)
  const spread = kept.map(
    (j, k) => Math.sqrt(own.reduce((sum, { features }) => sum + (features[j]! - mean[k]!) ** 2, 0) / own.length) || 1,
  )
  const width = kept.length + 1
  const rows = new Float64Array(own.length * width)
  const weight = Float64Array.from(own, sample => (sample.isCopy ? 1 : negativeWeight))
  const total = weight.reduce((sum, w) => sum + w, 0)
  for (const [i, { features }] of own.entries()) {
    for (const [k, j] of kept.entries()) rows[i * width + k] = (features[j]! - mean[k]!) / spread[k]!
    rows[i * width + kept.length] = 1
  }
  const positive = Uint8Array.from(own, sample => (sample.isCopy ? 1 : 0))
  const scaled = fitLogistic(
    rows,
    width,
    positive,
    weight.map(w => w / total),
    ridge,
  )
  const raw = kept.map((_, k) => scaled[k]! / spread[k]!)
  return [...raw, scaled[kept.length]! - raw.reduce((sum, w, k) => sum + w * mean[k]!, 0)]
}

/** Scores samples by the fit that saw neither their prompt nor, where the fit says so, their model. */
function scoreHeldOut(fit: Fit, scored: readonly Sample[]): void {
  const fitted = samples.filter(fit.passes)
  for (let p = 0; p < nFolds[0]; p++)
    for (let m = 0; m < nFolds[1]; m++) {
      const { intercept, weights } = fitSigned(
        fit,
        fitted.filter(({ folds }) => folds[0] !== p && (folds[1] !== m || !fit.holdsOutModels)),
      )
      for (const sample of scored)
        if (sample.folds[0] === p && sample.folds[1] === m)
          sample.score = Object.entries(fit.describe(sample.measures)).reduce(
            (sum, [name, value]) => sum + weights[name]! * value,
            intercept,
          )
    }
}

/**
 * The smallest score at which no more than `share` of the negatives of any situation are flagged. Where that is less than
 * one of them, the tail is prolonged: the log of the count falls linearly in the score (exponential tail, fitted on
 * the ten highest).
 */
function findThreshold(context: Context, found: FindingClass): number {
  let threshold = minScore
  for (const [situation, count] of negatives) {
    // prose among the code is too little to count a tail on
    if (isOfCode(situation) && context !== 'code') continue
    const scores = samples
      .filter(
        sample =>
          sample.situation === situation && sample.context === context && !sample.isCopy && canReach(sample, found),
      )
      .map(({ score }) => score)
      .sort((a, b) => b - a)
    const allowed = maxAlarms[context][found] * count
    if (scores.length <= allowed) continue
    threshold = Math.max(threshold, allowed >= 1 ? scores[Math.floor(allowed)]! : prolong(scores, allowed))
  }
  return Math.round(threshold * 100 + 1) / 100
}

function prolong(scores: readonly number[], allowed: number): number {
  const tail = scores.slice(0, 10)
  const last = tail[tail.length - 1]!
  const slope =
    tail.length < 3 ? 1 : Math.max(0.5, tail.reduce((sum, score) => sum + score - last, 0) / (tail.length - 1))
  return tail[0]! + slope * Math.log(1 / Math.max(allowed, 1e-6))
}

type Thresholds = Record<FindingClass, { marginBits: number; score: number }>

function chooseThresholds(context: Context): Thresholds {
  const choose = (found: FindingClass): { marginBits: number; score: number } => ({
    marginBits: minMarginBits[context][found],
    score: findThreshold(context, found),
  })
  const chosen = { A: choose('A'), B: choose('B'), C: choose('C') }
  // a class is never easier to reach than the one below it
  chosen.B.score = Math.max(chosen.B.score, chosen.C.score)
  chosen.A.score = Math.max(chosen.A.score, chosen.B.score)
  return chosen
}

/** Knowing less may never make the rule milder: each context is at least as strict as the one before it. */
function keepOrder(list: readonly Thresholds[]): void {
  for (let i = 1; i < list.length; i++)
    for (const found of classes) list[i]![found].score = Math.max(list[i]![found].score, list[i - 1]![found].score)
}

const draw = { perCell: Number(values.per), parts: ['calibration' as const] }
if (!values.code) {
  for (const split of drawSplits(Math.max(4, Math.round(Number(values.per) / 2)))) collect(split.situation, split)
  const same = buildSetting('same-prompt', draw)
  collect('same prompts', same)
  collect('no background', { ...same, background: [] })
  collect('usual case', buildSetting('usual', draw))
}
const perCode = Number(values.per) * 3
for (const split of drawCodeSplits(buildSetting('code', { ...draw, perCell: perCode }), Number(values.per)))
  collect(split.situation, split)
for (const [fit, isCode] of [
  [plainFit, false],
  [codeFit, true],
] as const)
  if (isCode || !values.code)
    scoreHeldOut(
      fit,
      samples.filter(({ context }) => (context === 'code') === isCode),
    )

const roundWeights = ({ intercept, weights }: Weights): Weights => ({
  intercept: Number(intercept.toFixed(4)),
  weights: Object.fromEntries(Object.entries(weights).map(([name, weight]) => [name, Number(weight.toFixed(4))])),
})
const fitAll = (fit: Fit): Weights => roundWeights(fitSigned(fit, samples.filter(fit.passes)))

/** The fit and the thresholds of prose, or those that stand. */
function calibrateProse(): Weights & { thresholds: Record<Exclude<Context, 'code'>, Thresholds> } {
  const { intercept, weights, thresholds } = rule
  if (values.code) return { intercept, weights, thresholds }
  const [peers, background, none, promptless] = (['peers', 'background', 'none', 'promptless'] as const).map(
    chooseThresholds,
  ) as [Thresholds, Thresholds, Thresholds, Thresholds]
  keepOrder([peers, background, none, promptless])
  return { ...fitAll(plainFit), thresholds: { peers, background, none, promptless } }
}

const { thresholds, ...ofPlain } = calibrateProse()
const counts = { ...(values.code ? rule.negatives : {}), ...Object.fromEntries(negatives) }
const calibration = {
  seeds: [divisionSeed, drawSeed, splitSeed],
  copies: values.code ? rule.copies : samples.filter(sample => sample.isCopy).length,
  negatives: counts,
  ...ofPlain,
  code: fitAll(codeFit),
  thresholds: { ...thresholds, code: chooseThresholds('code') },
}
console.log(JSON.stringify(calibration, null, 2))
for (const [situation, count] of negatives) {
  const own = samples.filter(
    sample => sample.situation === situation && (sample.context === 'code' || !isOfCode(situation)),
  )
  const line = classes.map(found => {
    const flagged = own.filter(
      sample => canReach(sample, found) && sample.score >= calibration.thresholds[sample.context][found].score,
    )
    const nCopies = flagged.filter(sample => sample.isCopy).length
    return `${found}: ${flagged.length - nCopies} of ${count} negatives, ${nCopies} copies`
  })
  console.log(`${situation}: ${line.join(' · ')}`)
}
if (!values.dry)
  writeFileSync(
    join(import.meta.dirname, '../../src/weigh/calibration.json'),
    `${JSON.stringify(calibration, null, 2)}\n`,
  )
