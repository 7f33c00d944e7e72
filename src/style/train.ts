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
import { calibrate, findMinWords, fitFusions, isUnseen, judgeLengths } from './calibrate.ts'
import { dropLastClass, type Learned, pickHeldOut, scoreHeldOut, trainSolvers } from './heldout.ts'
import { TextMasker } from './mask.ts'
import { measureIntervals } from './prevalence.ts'
import { type FusedSolver, foldOf, groupOf, type HeldOut, type Profile } from './profile.ts'
import { bestOtherScore, ideographShare, maskForTraining, minIdeographShare } from './score.ts'
import { chooseVocabulary, cutAllSegments, type Segment, Vectoriser, type Vocabulary, writeRows } from './vectors.ts'

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
/** Prompts: several in each fold. */
const minGroups = 20
/** Classes times entries that fit the time and memory allowed. */
const maxWork = 20e8
const mostEntries = 120e6
/** More than this share of documents in another script is a mixed corpus. */
const maxMixedShare = 0.1

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
  const nGroups = new Set(learned.map(document => document.group)).size
  if (nGroups < minGroups) {
    const message = `expected answers to at least ${minGroups} prompts, got ${nGroups}; give texts of more prompts`
    throw new PalimpsestError('input', message)
  }
  const script = findScript(learned, classes)

  const texts = learned.map(document => document.text)
  const segments = orderSegments(learned, classes.length, seed)
  const vocabulary = chooseVocabulary(
    texts,
    Uint32Array.from(learned, document => document.group),
    segments,
    seed,
  )
  const vectoriser = new Vectoriser(vocabulary)
  const wanted = segments.reduce((sum, segment) => sum + (segment.to - segment.from) * 5 + 64, 1e6)
  const allowed = input.options.maxEntries ?? Math.min(mostEntries, maxWork / classes.length)
  const rows = writeRows(texts, segments, vectoriser, Math.min(wanted, allowed))
  const label = Uint16Array.from(segments, segment => learned[segment.document].label)
  const fold = Uint8Array.from(segments, segment => foldOf(learned[segment.document].group, seed))
  const { full, folds } = trainSolvers(rows, label, fold, classes.length, seed)

  const tasks = pickHeldOut(learned, classes.length, seed)
  const judged = scoreHeldOut(learned, tasks, vocabulary, folds, classes.length, seed)
  const fusions = fitFusions(judged.heldOut, classes.length, i => judged.fold[i])
  return finishProfile({
    ...{ input, classes, documents, script, seed, vocabulary, ...judged },
    full: { ...full, fusion: fusions.full },
    measured: folds.map((solver, f) => ({ ...dropLastClass(solver), fusion: fusions.folds[f] })),
  })
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
      segments.push(...cutAllSegments(learned[d].text, d))
    }
  }
  return segments
}

interface Finish {
  input: TrainingInput
  classes: string[]
  documents: number[]
  script: Profile['script']
  seed: number
  vocabulary: Vocabulary
  measured: FusedSolver[]
  full: FusedSolver
  heldOut: HeldOut
  fold: Uint8Array
  familiarity: Float32Array
}

function finishProfile(parts: Finish): Profile {
  const { classes, heldOut, fold, measured } = parts
  const nClasses = classes.length
  const nModel = heldOut.cut.reduce((n, cut, i) => n + (cut === 0 && heldOut.label[i] === 0 ? 1 : 0), 0)
  // neither side of the ratio may be surer than its sample: so many authors, so many texts of the model
  const bounds = { low: -Math.log10(nModel + 1), high: Math.log10(nClasses) }
  const reading = { heldOut, nClasses, fold: (i: number) => fold[i], fusions: measured.map(solver => solver.fusion) }
  const quality = judgeLengths(reading, bounds)
  const minWords = findMinWords(quality)
  const profile: Profile = {
    model: parts.input.model,
    classes,
    documents: parts.documents,
    script: parts.script,
    seed: parts.seed,
    vocabulary: parts.vocabulary,
    measured,
    full: parts.full,
    calibration: {
      ratio: [...calibrate(reading, () => true, true)],
      share: [...calibrate(reading, () => true, false)],
    },
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
