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
import { foldOf, type HeldOut, nFolds, type QuantisedSolver, scoreScale } from './profile.ts'
import { pickStretches } from './score.ts'
import { type LinearModel, trainLinear } from './solver.ts'
import { cutWords, type Rows, type Segment, type Vectoriser } from './vectors.ts'

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

/** What the folds are trained on. */
export interface HeldOutInput {
  learned: Learned[]
  segments: Segment[]
  rows: Rows
  label: Uint16Array
  vectoriser: Vectoriser
  tasks: Task[]
  nClasses: number
  seed: number
}

/** Held-out scores, how familiar each text is, and the solvers of the folds. */
export interface Judged {
  heldOut: HeldOut
  fold: Uint8Array
  familiarity: Float32Array
  measured: QuantisedSolver[]
}

/**
 * Trains the folds and scores the held-out texts with them. All are kept for the estimates over corpora: scores of a
 * solver trained on all prompts are 0.03 surer, and each solver has offsets that would move an estimate by points.
 */
export function scoreHeldOut(input: HeldOutInput): Judged {
  const { learned, segments, rows, label, vectoriser, tasks, nClasses, seed } = input
  const nFeatures = vectoriser.vocabulary.buckets.length
  const foldOfDocument = (document: number): number => foldOf(learned[document].group, seed)
  const fold = Uint8Array.from(tasks, task => foldOfDocument(task.document))
  const familiarity = new Float32Array(tasks.length)
  const heldOut = emptyHeldOut(tasks, learned, nClasses)
  const measured: QuantisedSolver[] = []
  for (let f = 0; f < nFolds; f++) {
    const use = Uint32Array.from({ length: rows.n }, (_, i) => i).filter(
      i => foldOfDocument(segments[i].document) !== f,
    )
    const whole = trainLinear(rows, label, use, nClasses, nFeatures, seed)
    measured.push(quantise(whole))
    const left = leftOutClass(nClasses, f)
    const blind =
      left === null
        ? null
        : trainLinear(
            rows,
            label,
            use.filter(i => !left(label[i])),
            1,
            nFeatures,
            seed,
          )
    const mine = Uint32Array.from(tasks.keys()).filter(t => fold[t] === f)
    for (const t of mine) {
      const { stretches, document } = tasks[t]
      const { scores, own, known } = scoreStretches(learned[document].text, stretches, vectoriser, whole, blind)
      for (let c = 0; c < nClasses; c++) heldOut.scores[t * nClasses + c] = toScale(scores[c])
      if (left?.(heldOut.label[t])) heldOut.unseen[t] = toScale(own)
      familiarity[t] = known
    }
  }
  return { heldOut, fold, familiarity, measured }
}

/** Which imposters the blind solver of a fold never sees; null if the panel is too small to spare any. */
function leftOutClass(nClasses: number, fold: number): ((label: number) => boolean) | null {
  const nImposters = nClasses - 1
  const parts = Math.min(nFolds, nImposters)
  return parts < 2 || fold >= parts ? null : label => label > 0 && (label - 1) % parts === fold
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

const scratch = { index: new Uint32Array(0), value: new Float32Array(0) }

/** Mean scores of the stretches: all classes, the model's from the blind solver, and how familiar the text is. */
function scoreStretches(
  text: MaskedText,
  stretches: Segment[],
  vectoriser: Vectoriser,
  whole: LinearModel,
  blind: LinearModel | null,
): { scores: Float64Array; own: number; known: number } {
  const { nClasses } = whole
  const scores = whole.bias.slice()
  let own = blind === null ? 0 : blind.bias[0]
  let known = 0
  for (const { from, to } of stretches) {
    const need = (to - from) * 10 + 64
    if (scratch.index.length < need) {
      scratch.index = new Uint32Array(need)
      scratch.value = new Float32Array(need)
    }
    const end = vectoriser.write(text, from, to, scratch.index, scratch.value, 0)
    for (let i = 0; i < end; i++) {
      const v = scratch.value[i] / stretches.length
      const feature = scratch.index[i]
      for (let c = 0; c < nClasses; c++) scores[c] += v * whole.weights[feature * whole.stride + c]
      if (blind !== null) own += v * blind.weights[feature * blind.stride]
    }
    known += vectoriser.familiarity / stretches.length
  }
  return { scores, own, known }
}

/** Weights as bytes, each class with its own step; the loss of score is far below its noise. */
export function quantise(model: LinearModel): QuantisedSolver {
  const { nClasses, stride } = model
  const nFeatures = model.weights.length / stride
  const step = new Float64Array(nClasses)
  for (let f = 0; f < nFeatures; f++) {
    for (let c = 0; c < nClasses; c++) step[c] = Math.max(step[c], Math.abs(model.weights[f * stride + c]) / 127)
  }
  const weights = new Int8Array(nFeatures * nClasses)
  for (let f = 0; f < nFeatures; f++) {
    for (let c = 0; c < nClasses; c++) {
      weights[f * nClasses + c] = Math.round(model.weights[f * stride + c] / (step[c] || 1))
    }
  }
  return { weights, step, bias: model.bias }
}
