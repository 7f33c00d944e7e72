/**
 * Style: the held-out texts of a profile as a reference for one corpus: of its lengths, sides weighted evenly.
 *
 * Scores grow surer with length, so the reference takes each stratum of lengths in the corpus's own proportion.
 */
import { heldOutColumns, isUnseen, readingOf } from './calibrate.ts'
import type { ScoreSample } from './fit.ts'
import { type Calibration, type Profile, scoreScale } from './profile.ts'
import type { EvidenceSample } from './quantify.ts'
import { weighEvidence } from './score.ts'

/** Where bands of length begin, in words, and the cut lengths that stand for each if need be. */
const bands: readonly { from: number; cuts: readonly number[] }[] = [
  { from: 0, cuts: [50, 100] },
  { from: 100, cuts: [100, 200] },
  { from: 200, cuts: [200, 400] },
  { from: 400, cuts: [400] },
]
/** Whole documents of each side that a band, alone or with its neighbour, must have. */
const minWhole = 25

/** Indexes into the held-out texts with the stratum of each. */
export interface Reference {
  index: number[]
  stratum: number[]
  /** share of the corpus in each stratum */
  share: Float64Array
}

/** Band of a length in words. */
function findBand(words: number): number {
  let band = bands.length - 1
  while (words < bands[band].from) band--
  return band
}

/** Which held-out texts stand for a stretch of bands: whole documents of these bands, or texts of these cuts. */
interface Stratum {
  bands: number[]
  cuts: readonly number[] | null
}

/**
 * Strata for the bands that a corpus has. Whole documents of the band; else of it and its neighbour; else texts
 * cut to length, the last resort: a cut long answer is more like its author than a short answer is.
 */
function planStrata(share: Float64Array, whole: number[][]): Stratum[] {
  const strata: Stratum[] = []
  const enough = (list: number[]): boolean =>
    [0, 1].every(side => list.reduce((sum, band) => sum + whole[band][side], 0) >= minWhole)
  for (let first = 0; first < bands.length; first += 2) {
    const pair = [first, first + 1].filter(band => share[band] > 0)
    if (pair.length === 0) continue
    if (pair.every(band => enough([band]))) strata.push(...pair.map(band => ({ bands: [band], cuts: null })))
    else if (enough([first, first + 1])) strata.push({ bands: [first, first + 1], cuts: null })
    else strata.push(...pair.map(band => ({ bands: [band], cuts: bands[band].cuts })))
  }
  return strata
}

/**
 * Picks the held-out texts that match the lengths of a corpus.
 *
 * @param words lengths of the corpus's texts
 * @param use whether a held-out text takes part
 */
export function pickReference(profile: Profile, words: number[], use: (i: number) => boolean): Reference {
  const inBand = new Float64Array(bands.length)
  for (const length of words) inBand[findBand(length)] += 1 / words.length
  const { heldOut } = profile
  const least = profile.minWords ?? 0
  const isWhole = (i: number): boolean => heldOut.cut[i] === 0 && heldOut.words[i] >= least && use(i)
  const whole = bands.map(() => [0, 0])
  for (let i = 0; i < heldOut.n; i++)
    if (isWhole(i)) whole[findBand(heldOut.words[i])][heldOut.label[i] === 0 ? 0 : 1]++
  const strata = planStrata(inBand, whole)
  const share = Float64Array.from(strata, stratum => stratum.bands.reduce((sum, band) => sum + inBand[band], 0))
  const reference: Reference = { index: [], stratum: [], share }
  for (let i = 0; i < heldOut.n; i++) {
    strata.forEach(({ bands: list, cuts }, s) => {
      const fits =
        cuts === null ? isWhole(i) && list.includes(findBand(heldOut.words[i])) : cuts.includes(heldOut.cut[i])
      if (!fits || !use(i)) return
      reference.index.push(i)
      reference.stratum.push(s)
    })
  }
  return reference
}

/**
 * Weights by which each component's strata have the corpus's proportions and its classes count alike within them.
 *
 * @param component part of a class in the sample, or −1 to leave it out (weight 0)
 */
function weigh(profile: Profile, reference: Reference, component: (label: number) => number): Float64Array {
  const { label } = profile.heldOut
  const nStrata = reference.share.length
  const ofClass = new Float64Array(profile.classes.length)
  for (const i of reference.index) ofClass[label[i]]++
  const ofStratum = new Map<number, number>()
  const keys = reference.index.map((i, p) => {
    const part = component(label[i])
    return part < 0 ? -1 : part * nStrata + reference.stratum[p]
  })
  keys.forEach((key, p) => {
    ofStratum.set(key, (ofStratum.get(key) ?? 0) + 1 / ofClass[label[reference.index[p]]])
  })
  return Float64Array.from(keys, (key, p) => {
    if (key < 0) return 0
    return reference.share[reference.stratum[p]] / ofClass[label[reference.index[p]]] / (ofStratum.get(key) as number)
  })
}

/** Evidence of the reference texts of one side: of the classes that `use` names. */
export function takeEvidence(
  profile: Profile,
  reference: Reference,
  use: (label: number) => boolean,
  calibration: Calibration,
): EvidenceSample {
  const weight = weigh(profile, reference, label => (use(label) ? 0 : -1))
  const used = reference.index.map((i, p) => ({ i, weight: weight[p] })).filter(entry => entry.weight > 0)
  const { heldOut } = profile
  const reading = readingOf(profile)
  return {
    evidence: Float64Array.from(used, ({ i }) =>
      weighEvidence(profile.calibration[calibration], heldOutColumns(reading, i, false)),
    ),
    group: Int32Array.from(used, ({ i }) => heldOut.group[i]),
    weight: Float64Array.from(used, entry => entry.weight),
  }
}

/** Evidence of one imposter's reference texts as of an author unknown to the solver; only those it did not see. */
export function takeUnseen(profile: Profile, reference: Reference, imposter: number): EvidenceSample {
  const weight = weigh(profile, reference, label => (label === imposter ? 0 : -1))
  const { heldOut } = profile
  const reading = readingOf(profile)
  const used = reference.index
    .map((i, p) => ({ i, weight: weight[p] }))
    .filter(({ i, weight: w }) => w > 0 && isUnseen(heldOut, i))
  return {
    evidence: Float64Array.from(used, ({ i }) =>
      weighEvidence(profile.calibration.share, heldOutColumns(reading, i, true)),
    ),
    group: Int32Array.from(used, ({ i }) => heldOut.group[i]),
    weight: Float64Array.from(used, entry => entry.weight),
  }
}

/** Scores of the reference texts; `component` of a class is its part in a fit, or −1 to leave it out. */
export function takeScores(profile: Profile, reference: Reference, component: (label: number) => number): ScoreSample {
  const { heldOut } = profile
  const nClasses = profile.classes.length
  const weight = weigh(profile, reference, component)
  const used = reference.index.map((i, p) => ({ i, weight: weight[p] })).filter(entry => entry.weight > 0)
  const scores = new Float64Array(used.length * nClasses)
  used.forEach(({ i }, p) => {
    for (let c = 0; c < nClasses; c++) scores[p * nClasses + c] = heldOut.scores[i * nClasses + c] / scoreScale
  })
  return {
    n: used.length,
    nClasses,
    scores,
    group: Int32Array.from(used, ({ i }) => heldOut.group[i]),
    component: Uint16Array.from(used, ({ i }) => component(heldOut.label[i])),
    weight: Float64Array.from(used, entry => entry.weight),
  }
}
