/**
 * Style: training rows → solvers of the folds, and the held-out texts that they score.
 *
 * Folds are by prompt. Per fold a second solver, of the model against the rest only, never sees a part of the
 * imposters, so that some held-out texts are by authors unknown to it. Texts are held out whole and cut to length.
 */
import { mix } from '../hash.ts'
import { createRandom } from '../stats.ts'
import { judgedLengths, notScored } from './calibrate.ts'
import type { MaskedText } from './mask.ts'
import { StretchScorer } from './product.ts'
import { foldOf, type HeldOut, nFolds, type QuantisedSolver, scoreScale } from './profile.ts'
import { pickStretches } from './score.ts'
import { type LinearModel, retrainLinear, trainLinear } from './solver.ts'
import { cutWords, type Rows, type Segment, type Vocabulary } from './vectors.ts'

/** Held-out documents of the model, and of the panel in all. */
const maxHeldOutModel = 1500
const maxHeldOutPanel = 6000

/** A masked document with its class and cluster. */
export interface Learned {
  text: MaskedText
  label: number
  group: number
}

/** One text to score: stretches of a document whose scores are averaged. */
export interface Task {
  document: number
  cut: number
  words: number
  stretches: Segment[]
}

/** Picks the documents to hold out, more of the model than of each imposter, and cuts them to each length. */
export function pickHeldOut(learned: Learned[], nClasses: number, seed: number): Task[] {
  const random = createRandom(mix(seed) ^ 2)
  const order = random.shuffle(Uint32Array.from(learned.keys()))
  const left = new Array<number>(nClasses).fill(Math.max(60, Math.floor(maxHeldOutPanel / (nClasses - 1))))
  left[0] = maxHeldOutModel
  const tasks: Task[] = []
  for (const d of order) {
    const { text, label } = learned[d]
    if (left[label]-- <= 0) continue
    const stretches = pickStretches(text).map(stretch => ({ ...stretch, document: d }))
    tasks.push({ document: d, cut: 0, words: text.nWords, stretches })
    for (const cut of judgedLengths) {
      if (text.nWords < cut) break
      // beginnings and middles in turn: a cut text may be either
      const start = random.next() < 0.5 ? 0 : random.integer(text.nWords - cut + 1)
      tasks.push({ document: d, cut, words: cut, stretches: [cutWords(text, d, start, start + cut)] })
    }
  }
  return tasks
}

/** Solvers of all texts and of the folds, quantised. */
export interface Solvers {
  full: QuantisedSolver
  /** by fold: what its texts are scored with; after the classes comes the model as of a solver without some imposters */
  folds: QuantisedSolver[]
}

/**
 * Trains the solver of all rows and those of the folds.
 *
 * @param label class of each row
 * @param fold of each row's prompt
 */
export function trainSolvers(
  rows: Rows,
  label: Uint16Array,
  fold: Uint8Array,
  nClasses: number,
  seed: number,
): Solvers {
  const classes = Array.from({ length: nClasses }, (_, c) => c)
  const folds = Array.from({ length: nFolds }, (_, f) => f)
  const full = trainLinear(
    rows,
    label,
    classes.map(c => ({ label: c, uses: () => true })),
    seed,
  )
  const known = classes.map(c =>
    retrainLinear(
      rows,
      label,
      full[c],
      folds.map(f => ({ label: c, uses: row => fold[row] !== f })),
      seed,
    ),
  )
  const blind = trainLinear(
    rows,
    label,
    folds.map(f => ({ label: 0, uses: row => fold[row] !== f && !isLeftOut(nClasses, f, label[row]) })),
    seed,
  )
  return { full: quantise(full), folds: folds.map(f => quantise([...known.map(models => models[f]), blind[f]])) }
}

/** Parts that the imposters are divided into, one left out in each of the first folds; 0 if the panel can spare none. */
function countParts(nClasses: number): number {
  const parts = Math.min(nFolds, nClasses - 1)
  return parts < 2 ? 0 : parts
}

/** Whether the blind solver of a fold never sees a class. */
function isLeftOut(nClasses: number, fold: number, label: number): boolean {
  const parts = countParts(nClasses)
  return fold < parts && label > 0 && (label - 1) % parts === fold
}

/** Held-out scores, and how familiar each text is. */
export interface Judged {
  heldOut: HeldOut
  fold: Uint8Array
  familiarity: Float32Array
}

/**
 * Scores the held-out texts with the solvers of their folds, which are kept for the estimates over corpora: scores of a
 * solver trained on all prompts are 0.03 surer, and each solver has offsets that would move an estimate by points.
 */
export function scoreHeldOut(
  learned: Learned[],
  tasks: Task[],
  vocabulary: Vocabulary,
  solvers: readonly QuantisedSolver[],
  nClasses: number,
  seed: number,
): Judged {
  const scorer = new StretchScorer(vocabulary, solvers)
  const fold = Uint8Array.from(tasks, task => foldOf(learned[task.document].group, seed))
  const familiarity = new Float32Array(tasks.length)
  const heldOut = emptyHeldOut(tasks, learned, nClasses)
  const scores = new Float64Array(nClasses + 1)
  tasks.forEach(({ stretches, document }, t) => {
    scores.fill(0)
    for (const { from, to } of stretches) {
      familiarity[t] += scorer.read(learned[document].text, from, to) / stretches.length
      scorer.addScores(fold[t], stretches.length, scores)
    }
    for (let c = 0; c < nClasses; c++) heldOut.scores[t * nClasses + c] = toScale(scores[c])
    if (isLeftOut(nClasses, fold[t], heldOut.label[t])) heldOut.unseen[t] = toScale(scores[nClasses])
  })
  return { heldOut, fold, familiarity }
}

function toScale(score: number): number {
  return Math.max(-32767, Math.min(32767, Math.round(score * scoreScale)))
}

function emptyHeldOut(tasks: Task[], learned: Learned[], nClasses: number): HeldOut {
  return {
    n: tasks.length,
    label: Uint16Array.from(tasks, task => learned[task.document].label),
    group: Uint32Array.from(tasks, task => learned[task.document].group),
    words: Uint16Array.from(tasks, task => Math.min(65535, task.words)),
    cut: Uint16Array.from(tasks, task => task.cut),
    scores: new Int16Array(tasks.length * nClasses),
    unseen: new Int16Array(tasks.length).fill(notScored),
  }
}

/** Weights as bytes, each class with its own step; the loss of score is far below its noise. */
function quantise(models: LinearModel[]): QuantisedSolver {
  const nClasses = models.length
  const nFeatures = models[0].weights.length
  const step = Float64Array.from(
    models,
    ({ weights }) => weights.reduce((most, w) => Math.max(most, Math.abs(w)), 0) / 127,
  )
  const weights = new Int8Array(nFeatures * nClasses)
  models.forEach((model, c) => {
    for (let f = 0; f < nFeatures; f++) weights[f * nClasses + c] = Math.round(model.weights[f] / (step[c] || 1))
  })
  return { weights, step, bias: Float64Array.from(models, model => model.bias) }
}

/** A solver without its last class. */
export function dropLastClass({ weights, step, bias }: QuantisedSolver): QuantisedSolver {
  const nClasses = bias.length
  const kept = weights.filter((_, i) => i % nClasses < nClasses - 1)
  return { weights: kept, step: step.slice(0, -1), bias: bias.slice(0, -1) }
}
