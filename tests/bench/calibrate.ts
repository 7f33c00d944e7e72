/**
 * Bench: the constants of the rule, `npm run calibrate`. Labelled suspects of the calibration part of the measuring
 * corpora (prompts and models that the accuracy bench does not test on), in many splits of models into roles →
 * curves, weights of code and thresholds, written to `src/weigh/calibration.json`.
 *
 *     npm run calibrate -- [--per N] [--dry] [--code]
 *
 * `--code` fits code alone and keeps what stands for prose.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { FindingClass } from '../../src/types.ts'
import type { Measures } from '../../src/weigh/measures.ts'
import {
  type Context,
  type Curve,
  describeCodeFeatures,
  describeFeatures,
  isLeadAtMost,
  judgeContext,
  listDemands,
  marginBits,
  readCurve,
  rule,
  scoreMatch,
} from '../../src/weigh/rule.ts'
import { measure } from './adapter.ts'
import { type CodeSituation, codeSituations, drawCodeSplits } from './code-splits.ts'
import { divisionSeed, lineOf, type Row } from './data.ts'
import { fitCurves, type Shape } from './monotone.ts'
import { hashLabel } from './random.ts'
import { buildSetting } from './sets.ts'
import { drawSplits, type Situation, splitSeed } from './splits.ts'
import { drawSeed, type Suspect } from './suspects.ts'

/** A claim worth judging. */
interface Sample {
  situation: Situation | CodeSituation
  suspect: Suspect
  prompt: string
  isCopy: boolean
  context: Context
  /** fold of its prompt, and of its model's line: the score comes from a fit that saw neither */
  folds: [number, number]
  margin: number
  measures: Measures
  /** by fit, from the other folds; where code alone is fitted, that of prose is from the rule as it stands */
  scores: Partial<Record<FitName, number>>
}

const fitNames = ['prose', 'promptless', 'code'] as const
type FitName = (typeof fitNames)[number]
const fitOf: Record<Context, FitName> = {
  peers: 'prose',
  witnessed: 'prose',
  background: 'prose',
  none: 'prose',
  promptless: 'promptless',
  code: 'code',
}

const shape = (sign: 1 | -1, ...knots: number[]): Shape => ({ sign, knots })
/**
 * Which way each feature may speak, and where its curve may bend: more bits and closer agreement never lower the score, and
 * partial coverage, other words and fewer witnesses never raise it, so that nobody can be told a stronger match counts less.
 */
const proseShapes: Record<string, Shape> = {
  logMargin: shape(1, 3, 4, 5, 5.5, 6, 6.5, 7, 7.5, 8, 9, 10),
  explainedShare: shape(-1, 0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1),
  logDistinctive: shape(1, 3, 3.5, 4, 4.5, 5, 5.5, 6, 7),
  identity: shape(1, 0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1),
  reworded: shape(-1, 0, 0.05, 0.1, 0.2, 0.3, 0.5),
  uneven: shape(-1, 0, 0.05, 0.1, 0.2, 0.4, 0.7, 1),
  ownMatched: shape(1, 0, 0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1),
  logOwnSentences: shape(1, 0, 1, 1.58, 2, 2.32, 2.58, 3, 3.5, 4, 5),
  logOwnBefore: shape(-1, 0, 1, 2, 3, 4, 5, 6, 8),
  spacedAlike: shape(1, 0.5, 0.8, 0.9, 0.95, 1),
  bothPartialIfSmall: shape(-1, 0, 3),
  onePartialIfSmall: shape(-1, 0, 3),
  restAlikeIfPartial: shape(-1, 0, 0.1, 0.2, 0.3, 0.4, 0.6),
  alone: shape(-1, 0.03, 0.1, 0.2, 0.34, 0.5, 1),
  identityShare: shape(-1, 0, 1),
}

/** Where no prompt is known, a side that is matched whole says little: so are texts that their prompt had given. */
const { ownMatched: _, ...promptlessShapes } = proseShapes

/** One of the fits. */
interface Plan {
  describe: (sample: Sample) => Record<string, number>
  shapes: Record<string, Shape>
  /**
   * A false alarm weighs as much as so many missed copies: what is fitted is the tail of the innocent answers, where the
   * thresholds stand, and not their bulk.
   */
  negativeWeight: number
  passes: (sample: Sample) => boolean
  /** is the score of a sample from a fit that did not see its model's line either? */
  holdsOutModels: boolean
}

const plans: Record<FitName, Plan> = {
  prose: {
    describe: ({ measures }) => describeFeatures(measures),
    shapes: proseShapes,
    negativeWeight: 300,
    passes: sample => fitOf[sample.context] === 'prose' && canReach(sample, 'B'),
    holdsOutModels: true,
  },
  promptless: {
    describe: ({ measures }) => describeFeatures(measures),
    shapes: promptlessShapes,
    negativeWeight: 300,
    passes: sample => sample.context === 'promptless' && canReach(sample, 'B'),
    holdsOutModels: true,
  },
  /**
   * Code has few negatives: a tail of ten is not to decide alone. Most of them are one model's, without which the fit would be
   * another one, and code among prose is told by its wording anyway: by the score as prose of the fit that did not see its prompt.
   */
  code: {
    describe: ({ measures, scores }) => describeCodeFeatures(measures, scores.prose!),
    shapes: {
      logEvidence: shape(1, 0, 20),
      mostAgreed: shape(1, 0, 5),
      leastAgreed: shape(1, 0, 5),
      wordingIfMixed: shape(1, 0, 1, 2, 3, 4, 6, 8, 10),
    },
    negativeWeight: 30,
    passes: sample => isOfCode(sample.situation) && sample.context === 'code' && canReach(sample, 'B'),
    holdsOutModels: false,
  },
}
const ridge = 1e-3
const nFolds = [5, 3] as const

/** What a class needs whatever its score: bits of margin, and distinctive tokens, for a phrase of a dozen words is anybody's. */
interface Floor {
  marginBits: number
  distinctiveTokens: number
}
const proseFloors: Record<FindingClass, Floor> = {
  A: { marginBits: 60, distinctiveTokens: 30 },
  B: { marginBits: 25, distinctiveTokens: 12 },
  C: { marginBits: 25, distinctiveTokens: 0 },
}
/**
 * No margin but for class A where it is code: once renamed, it has few equal tokens left, and the score knows what else agrees. But
 * what another text explains as well is never beyond doubt.
 */
const codeFloors: Record<FindingClass, Floor> = {
  A: { marginBits: 60, distinctiveTokens: 30 },
  B: { marginBits: 0, distinctiveTokens: 20 },
  C: { marginBits: 0, distinctiveTokens: 0 },
}
const floorsOf = (context: Context): Record<FindingClass, Floor> => (context === 'code' ? codeFloors : proseFloors)
/**
 * Largest share of same-prompt answers that may be flagged at the class or above. A fifth of what the
 * class promises, since all splits share their prompts and one commonplace gives a dozen alarms: other prompts may
 * hold more of them, and the worst of the splits has five times the alarms of all. Code has few negatives.
 */
const few = { A: 2e-5, B: 2e-4, C: 2e-2 }
const maxAlarms: Record<Context, Record<FindingClass, number>> = {
  peers: few,
  witnessed: few,
  background: few,
  none: few,
  promptless: few,
  code: { A: 1e-4, B: 1e-3, C: 2e-2 },
}
/** Below this score a match is no finding, however few innocent answers come near. */
const minScore = -6.5
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

/** Judges the suspects of one split and keeps the claims that some class might be given: of a copy, the strongest alone. */
function collect(
  situation: Sample['situation'],
  split: { references: readonly Row[]; background: readonly Row[]; suspects: readonly Suspect[] },
): void {
  const claims = measure(split.references, split.background, split.suspects)
  for (const [i, suspect] of split.suspects.entries()) {
    // a rewritten pair is neither a copy nor an independent answer
    if (suspect.treatment === 'rewritten') continue
    if (suspect.set === 'same-prompt' || (isOfCode(situation) && !isCopy(suspect)))
      negatives.set(situation, (negatives.get(situation) ?? 0) + 1)
    const own = isCopy(suspect) ? claims[i]!.slice(0, 1) : claims[i]!
    for (const measures of own) addSample(situation, suspect, measures, split.background.length > 0)
  }
}

function addSample(situation: Sample['situation'], suspect: Suspect, measures: Measures, hasBackground: boolean): void {
  const margin = marginBits(measures)
  const context = judgeContext(measures, hasBackground)
  if (margin < floorsOf(context).C.marginBits || isLeadAtMost(measures)) return
  // rows of the answers are named `corpus/model/prompt`: a prompt that was forgotten is still known by its row
  const prompt = (suspect.sourceId ?? suspect.id).replace(/^.*\//, '')
  samples.push({
    situation,
    suspect,
    prompt,
    isCopy: isCopy(suspect),
    context,
    folds: [hashLabel(`fold/${prompt}`) % nFolds[0], hashLabel(`fold/${lineOf(suspect.model)}`) % nFolds[1]],
    margin,
    measures,
    scores: {},
  })
}

/** May the sample reach the class, whatever its score? */
function canReach({ context, margin, measures }: Sample, found: FindingClass): boolean {
  const { marginBits: bits, distinctiveTokens } = floorsOf(context)[found]
  return margin >= bits && measures.distinctive >= distinctiveTokens
}

interface Fitted {
  intercept: number
  curves: Record<string, Curve>
}

/** Margin from which an innocent answer is a false match of its prompt. */
const falseMatchBits = 60

/**
 * What was done to copies beyond anonymising them. Each kind weighs as much as any other in the fit, however many treatments it
 * has, and so do long anonymised copies and shorter ones: there are goals for each.
 */
const kinds = new Map<string, string>([
  ['light', 'light edits'],
  ...['passage', 'embedded-3'].map(name => [name, 'passages'] as const),
  ...['edits-10', 'edits-20', 'drop-10', 'neighbours', 'synonyms-10'].map(name => [name, 'edits'] as const),
])
const kindOf = ({ treatment, bin }: Suspect): string => kinds.get(treatment) ?? (bin === '100' ? 'long' : 'short')

/** Weighs copies so that each kind of them has the same share of as much as there are copies. */
function weighKinds(own: readonly Sample[]): (sample: Sample) => number {
  const counts = new Map<string, number>()
  const copies = own.filter(sample => sample.isCopy)
  for (const { suspect } of copies) counts.set(kindOf(suspect), (counts.get(kindOf(suspect)) ?? 0) + 1)
  return ({ suspect }) => copies.length / counts.size / counts.get(kindOf(suspect))!
}

/** Fits; a prompt with many false matches weighs by their root, since the next corpus has other prompts. */
function fitPlan({ describe, shapes, negativeWeight }: Plan, own: readonly Sample[]): Fitted {
  const names = Object.keys(shapes)
  const weighCopy = weighKinds(own)
  const crowd = new Map<string, number>()
  for (const { isCopy: copied, margin, prompt } of own)
    if (!copied && margin >= falseMatchBits) crowd.set(prompt, (crowd.get(prompt) ?? 0) + 1)
  const weigh = (sample: Sample): number =>
    sample.isCopy ? weighCopy(sample) : 1 / Math.sqrt(1 + (crowd.get(sample.prompt) ?? 0))
  const innocent = own.filter(sample => !sample.isCopy)
  const scale = (negativeWeight * innocent.length) / innocent.reduce((sum, sample) => sum + weigh(sample), 0)
  const points = own.map(sample => {
    const values = describe(sample)
    return {
      values: names.map(name => values[name]!),
      isPositive: sample.isCopy,
      weight: weigh(sample) * (sample.isCopy ? 1 : scale),
    }
  })
  const { intercept, curves } = fitCurves(Object.values(shapes), points, ridge)
  return { intercept, curves: Object.fromEntries(names.map((name, j) => [name, curves[j]!])) }
}

const scoreBy = ({ describe }: Plan, { intercept, curves }: Fitted, sample: Sample): number => {
  const values = describe(sample)
  return Object.entries(curves).reduce((sum, [name, curve]) => sum + readCurve(curve, values[name]!), intercept)
}

/** Scores samples by the fits that saw neither their prompt nor, where the plan says so, their model's line. */
function scoreHeldOut(name: FitName): void {
  const plan = plans[name]
  const fitted = samples.filter(plan.passes)
  const scored = samples.filter(
    ({ context }) =>
      listDemands(context).some(demand => fitOf[demand] === name) || (name === 'prose' && context === 'code'),
  )
  for (let p = 0; p < nFolds[0]; p++)
    for (let m = 0; m < (plan.holdsOutModels ? nFolds[1] : 1); m++) {
      const isHeld = ({ folds }: Sample): boolean => folds[0] === p || (plan.holdsOutModels && folds[1] === m)
      const found = fitPlan(
        plan,
        fitted.filter(sample => !isHeld(sample)),
      )
      for (const sample of scored)
        if (sample.folds[0] === p && (!plan.holdsOutModels || sample.folds[1] === m))
          sample.scores[name] = scoreBy(plan, found, sample)
    }
}

/**
 * The smallest score at which no more than `share` of the negatives of any situation are flagged. Where that is less than
 * one of them, the tail is prolonged: the log of the count falls linearly in the score (exponential tail, fitted on
 * the ten highest).
 */
function findThreshold(context: Context, found: FindingClass, asked: ReadonlyMap<Context, Thresholds>): number {
  let threshold = minScore
  for (const [situation, count] of negatives) {
    // prose among the code is too little to count a tail on
    if (isOfCode(situation) && context !== 'code') continue
    const scores = samples
      .filter(
        sample =>
          sample.situation === situation &&
          sample.context === context &&
          !sample.isCopy &&
          canReach(sample, found) &&
          passesOthers(sample, found, asked),
      )
      .map(({ scores: held }) => held[fitOf[context]]!)
      .sort((a, b) => b - a)
    const allowed = (context === 'code' && !isOfCode(situation) ? few : maxAlarms[context])[found] * count
    if (scores.length <= allowed) continue
    threshold = Math.max(threshold, allowed >= 1 ? scores[Math.floor(allowed)]! : prolong(scores, allowed))
  }
  return Math.round(threshold * 100 + 1) / 100
}

/** Does the sample reach what else is demanded in its context? */
function passesOthers(
  { context, scores }: Sample,
  found: FindingClass,
  asked: ReadonlyMap<Context, Thresholds>,
): boolean {
  return listDemands(context).every(
    demand => demand === context || scores[fitOf[demand]]! >= asked.get(demand)![found].score,
  )
}

function prolong(scores: readonly number[], allowed: number): number {
  const tail = scores.slice(0, 10)
  const last = tail[tail.length - 1]!
  const slope =
    tail.length < 3 ? 1 : Math.max(0.5, tail.reduce((sum, score) => sum + score - last, 0) / (tail.length - 1))
  return tail[0]! + slope * Math.log(1 / Math.max(allowed, 1e-6))
}

type Thresholds = Record<FindingClass, Floor & { score: number }>

function chooseThresholds(context: Context, asked: ReadonlyMap<Context, Thresholds>): Thresholds {
  const choose = (found: FindingClass): Floor & { score: number } => ({
    ...floorsOf(context)[found],
    score: findThreshold(context, found, asked),
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

const round = (value: number): number => Number(value.toFixed(3))
const roundFit = ({ intercept, curves }: Fitted): Fitted => ({
  intercept: round(intercept),
  curves: Object.fromEntries(
    Object.entries(curves).map(([name, curve]) => [name, curve.map(([value, points]) => [value!, round(points!)])]),
  ),
})

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
if (values.code) for (const sample of samples) sample.scores.prose = scoreMatch(sample.measures, 'peers')
for (const name of fitNames) if (name === 'code' || !values.code) scoreHeldOut(name)

const fitAll = (name: FitName): Fitted => roundFit(fitPlan(plans[name], samples.filter(plans[name].passes)))
const chosen = new Map<Context, Thresholds>()
if (!values.code) {
  for (const context of ['peers', 'background', 'none', 'witnessed', 'promptless'] as const) {
    chosen.set(context, chooseThresholds(context, chosen))
    // the fit of `promptless` is another one, and it demands the order of the others besides
    if (context !== 'promptless') keepOrder([...chosen.values()])
  }
}
chosen.set('code', chooseThresholds('code', chosen))
/** What stands for prose stays where code alone is fitted. */
const prose = values.code
  ? { copies: rule.copies, prose: rule.prose, promptless: rule.promptless }
  : {
      copies: samples.filter(sample => sample.isCopy).length,
      prose: fitAll('prose'),
      promptless: fitAll('promptless'),
    }
const { copies, ...fits } = prose
const calibration = {
  seeds: [divisionSeed, drawSeed, splitSeed],
  copies,
  negatives: { ...(values.code ? rule.negatives : {}), ...Object.fromEntries(negatives) },
  ...fits,
  code: fitAll('code'),
  thresholds: { ...rule.thresholds, ...(Object.fromEntries(chosen) as Record<Context, Thresholds>) },
}
console.log(JSON.stringify(calibration, null, 2))

/** Would the sample be given the class, by the fits that did not see it? */
const isFound = (sample: Sample, found: FindingClass): boolean =>
  canReach(sample, found) &&
  listDemands(sample.context).every(
    demand => sample.scores[fitOf[demand]]! >= calibration.thresholds[demand][found].score,
  )
for (const [situation, count] of negatives) {
  const own = samples.filter(
    sample => sample.situation === situation && (sample.context === 'code' || !isOfCode(situation)),
  )
  const line = classes.map(found => {
    const flagged = own.filter(sample => isFound(sample, found))
    const innocent = flagged.filter(sample => !sample.isCopy)
    const nPrompts = new Set(innocent.map(({ prompt }) => prompt)).size
    return `${found}: ${innocent.length} claims on ${count} negatives, of ${nPrompts} prompts; ${flagged.length - innocent.length} copies`
  })
  console.log(`${situation}: ${line.join(' · ')}`)
}
if (!values.dry)
  writeFileSync(
    join(import.meta.dirname, '../../src/weigh/calibration.json'),
    `${JSON.stringify(calibration, null, 2)}\n`,
  )
