/**
 * Style: outputs of a model and of a panel of imposters → a profile.
 *
 * Solvers are trained in folds grouped by prompt, and once more per fold without a quarter of the imposters, so that
 * every held-out text has scores from a solver that saw neither its prompt nor (in part) its author. All that
 * the profile later claims is measured on those. Seeded: equal input gives equal bytes.
 */
import { PalimpsestError } from '../errors.ts'
import { mix } from '../hash.ts'
import { createRandom } from '../stats.ts'
import { calibrate, findMinWords, isUnseen, judgedLengths, judgeLengths, notScored } from './calibrate.ts'
import { FeatureCounter } from './features.ts'
import { type MaskedText, TextMasker } from './mask.ts'
import { measureIntervals } from './prevalence.ts'
import { foldOf, groupOf, type HeldOut, nFolds, type Profile, type QuantisedSolver, scoreScale } from './profile.ts'
import { bestOtherScore, ideographShare, maskForTraining, minIdeographShare, pickStretches } from './score.ts'
import { type LinearModel, trainLinear } from './solver.ts'
import {
  chooseVocabulary,
  cutSegments,
  cutWords,
  type Rows,
  type Segment,
  segmentLengths,
  Vectoriser,
  type Vocabulary,
  writeRows,
} from './vectors.ts'

/** A text to learn from or to judge. */
export interface StyleDocument {
  id: string | null
  text: string
  /** what it answers; texts of one prompt are one cluster. Null or empty: a cluster of its own */
  prompt: string | null
}

/** Options of training. */
export interface StyleOptions {
  /** seed of folds, samples and solver (default 1) */
  seed?: number
  /** entries of the training matrix (default: as many as keep 20,000 documents under 2 minutes and 1 GB) */
  maxEntries?: number
}

/** What a profile is made from. */
export interface TrainingInput {
  model: string
  documents: StyleDocument[]
  imposters: { name: string; documents: StyleDocument[] }[]
  options: StyleOptions
}

/** Words under which a document teaches nothing. */
const minTrainingWords = 20
/** Documents that the model, and the panel in all, must have. */
const minDocuments = 50
/** Classes times entries that fit the time and memory allowed. */
const maxWork = 12e8
const mostEntries = 70e6
/** Held-out documents of the model, and of the panel in all. */
const maxHeldOutModel = 1500
const maxHeldOutPanel = 6000
/** More than this share of documents in another script is a mixed corpus. */
const maxMixedShare = 0.1

/** A masked document with its class and cluster. */
interface Learned {
  text: MaskedText
  label: number
  group: number
}

/**
 * Trains a profile.
 *
 * @throws PalimpsestError `input` if there is too little text, one class only, or text in several scripts
 */
export function trainProfile(input: TrainingInput): Profile {
  const seed = input.options.seed ?? 1
  const classes = [input.model, ...input.imposters.map(imposter => imposter.name)]
  checkClasses(classes)
  const learned = learn([input.documents, ...input.imposters.map(imposter => imposter.documents)])
  const documents = countClasses(learned, classes.length)
  checkAmounts(documents, classes)
  const script = findScript(learned, classes)

  const texts = learned.map(document => document.text)
  const segments = orderSegments(learned, classes.length, seed)
  const counter = new FeatureCounter()
  const vocabulary = chooseVocabulary(texts, segments, counter, seed)
  const vectoriser = new Vectoriser(vocabulary, counter)
  const wanted = segments.reduce((sum, segment) => sum + (segment.to - segment.from) * 5 + 64, 1e6)
  const allowed = input.options.maxEntries ?? Math.min(mostEntries, maxWork / classes.length)
  const rows = writeRows(texts, segments, vectoriser, Math.min(wanted, allowed))
  const label = Uint16Array.from(segments, segment => learned[segment.document].label)

  const tasks = pickHeldOut(learned, classes.length, seed)
  const heldOut = scoreHeldOut({ learned, segments, rows, label, vectoriser, tasks, nClasses: classes.length, seed })
  const everyRow = Uint32Array.from({ length: rows.n }, (_, i) => i)
  const full = trainLinear(rows, label, everyRow, classes.length, vocabulary.buckets.length, seed)
  return finishProfile({ input, classes, documents, script, seed, vocabulary, full, ...heldOut })
}

function checkClasses(classes: string[]): void {
  if (classes.length < 2) {
    throw new PalimpsestError('input', 'a profile needs imposters, got none; add texts of other models or of people')
  }
  const twice = classes.find((name, i) => classes.indexOf(name) !== i)
  if (twice !== undefined) {
    throw new PalimpsestError(
      'input',
      `expected each class once, got ${twice} twice; name the model and imposters apart`,
    )
  }
}

function learn(byClass: StyleDocument[][]): Learned[] {
  const masker = new TextMasker()
  const learned: Learned[] = []
  byClass.forEach((documents, label) => {
    documents.forEach(document => {
      const text = maskForTraining(document.text, masker)
      if (text.nWords < minTrainingWords) return
      learned.push({ text, label, group: groupOf(document.prompt, document.text) })
    })
  })
  return learned
}

function countClasses(learned: Learned[], nClasses: number): number[] {
  const count = new Array<number>(nClasses).fill(0)
  for (const { label } of learned) count[label]++
  return count
}

function checkAmounts(documents: number[], classes: string[]): void {
  const [own, ...others] = documents
  const panel = others.reduce((sum, n) => sum + n, 0)
  const need = `at least ${minDocuments} documents of ${minTrainingWords} words or more`
  if (own < minDocuments) {
    throw new PalimpsestError('input', `expected ${need} of ${classes[0]}, got ${own}; give more or longer texts`)
  }
  if (panel < minDocuments) {
    throw new PalimpsestError('input', `expected ${need} of the imposters, got ${panel}; give more or longer texts`)
  }
}

function findScript(learned: Learned[], classes: string[]): Profile['script'] {
  let ideographic = 0
  for (const { text } of learned) if (ideographShare(text) >= minIdeographShare) ideographic++
  const share = ideographic / learned.length
  if (Math.min(share, 1 - share) > maxMixedShare) {
    const percent = Math.round(share * 100)
    const message = `expected one language, got ${percent} % of the documents of ${classes[0]} and its imposters in ideographs`
    throw new PalimpsestError('input', `${message}; make one profile for each language`)
  }
  return share > 0.5 ? 'ideographic' : 'alphabetic'
}

/** All training segments, classes in turn and documents shuffled, so that any beginning of the list is balanced. */
function orderSegments(learned: Learned[], nClasses: number, seed: number): Segment[] {
  const random = createRandom(mix(seed) ^ 1)
  const byClass = Array.from({ length: nClasses }, () => [] as number[])
  learned.forEach((document, d) => {
    byClass[document.label].push(d)
  })
  for (const members of byClass) random.shuffle(members)
  const segments: Segment[] = []
  const longest = Math.max(...byClass.map(members => members.length))
  for (let round = 0; round < longest; round++) {
    for (const members of byClass) {
      if (round >= members.length) continue
      const d = members[round]
      for (const length of segmentLengths) segments.push(...cutSegments(learned[d].text, d, length))
    }
  }
  return segments
}

/** One text to score: stretches of a document whose scores are averaged. */
interface Task {
  document: number
  cut: number
  words: number
  stretches: Segment[]
}

function pickHeldOut(learned: Learned[], nClasses: number, seed: number): Task[] {
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

interface HeldOutInput {
  learned: Learned[]
  segments: Segment[]
  rows: Rows
  label: Uint16Array
  vectoriser: Vectoriser
  tasks: Task[]
  nClasses: number
  seed: number
}

/** Held-out scores, and the solver of one fold, which judges new texts. */
interface Judged {
  heldOut: HeldOut
  fold: Uint8Array
  familiarity: Float32Array
  measured: QuantisedSolver[]
}

/**
 * Trains the folds and scores the held-out texts with them. All are kept for the estimates over corpora: scores of a
 * solver trained on all prompts are 0.03 surer, and each solver has offsets that would move an estimate by points.
 */
function scoreHeldOut(input: HeldOutInput): Judged {
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

interface Finish {
  input: TrainingInput
  classes: string[]
  documents: number[]
  script: Profile['script']
  seed: number
  vocabulary: Vocabulary
  measured: QuantisedSolver[]
  full: LinearModel
  heldOut: HeldOut
  fold: Uint8Array
  familiarity: Float32Array
}

function finishProfile(parts: Finish): Profile {
  const { classes, heldOut, fold } = parts
  const nClasses = classes.length
  const nModel = heldOut.cut.reduce((n, cut, i) => n + (cut === 0 && heldOut.label[i] === 0 ? 1 : 0), 0)
  // neither side of the ratio may be surer than its sample: so many authors, so many texts of the model
  const bounds = { low: -Math.log10(nModel + 1), high: Math.log10(nClasses) }
  const quality = judgeLengths(heldOut, nClasses, i => fold[i], nFolds, bounds)
  const minWords = findMinWords(quality)
  const profile: Profile = {
    model: parts.input.model,
    classes,
    documents: parts.documents,
    script: parts.script,
    seed: parts.seed,
    vocabulary: parts.vocabulary,
    measured: parts.measured,
    full: quantise(parts.full),
    calibration: [...calibrate(heldOut, nClasses, () => true)],
    bounds,
    minWords,
    minFamiliarity: findMinFamiliarity(parts.familiarity, heldOut, minWords),
    closestConfusable: rankConfusable(heldOut, classes),
    quality,
    intervals: { level: 0.95, widening: 1, covered: 0, bags: 0 },
    heldOut,
  }
  profile.intervals = measureIntervals(profile)
  return profile
}

/** Weights as bytes, each class with its own step; the loss of score is far below its noise. */
function quantise(model: LinearModel): QuantisedSolver {
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

/** A little under what one held-out text in 200 falls short of. */
function findMinFamiliarity(familiarity: Float32Array, heldOut: HeldOut, minWords: number | null): number {
  const long = familiarity.filter((_, i) => heldOut.words[i] >= (minWords ?? 0)).sort()
  return long.length === 0 ? 0 : long[Math.floor(long.length / 200)] - 0.03
}

/** Imposters by the model's mean score for their texts, without their own class in the solver where that is known. */
function rankConfusable(heldOut: HeldOut, classes: string[]): string[] {
  const sum = new Float64Array(classes.length)
  const count = new Float64Array(classes.length)
  for (let i = 0; i < heldOut.n; i++) {
    if (heldOut.cut[i] !== 0 || heldOut.label[i] === 0) continue
    const from = i * classes.length
    const own = isUnseen(heldOut, i) ? heldOut.unseen[i] : heldOut.scores[from]
    sum[heldOut.label[i]] += own - bestOtherScore(heldOut.scores, from, classes.length, heldOut.label[i])
    count[heldOut.label[i]]++
  }
  const nearness = (c: number): number => (count[c] === 0 ? -Infinity : sum[c] / count[c])
  return classes
    .map((name, c) => ({ name, c }))
    .slice(1)
    .sort((a, b) => nearness(b.c) - nearness(a.c) || a.c - b.c)
    .slice(0, 3)
    .map(({ name }) => name)
}
