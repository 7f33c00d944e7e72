/**
 * Style: a text and a profile → class scores and a calibrated likelihood ratio.
 *
 * The ratio weighs two propositions: "the model wrote this text" against "another author did, of the kind that
 * the panel of imposters samples". It is silent where it was not validated: short texts, foreign texts.
 */
import { fuseScores, scaleLength } from './fusion.ts'
import { copyMasked, type MaskedText, TextMasker } from './mask.ts'
import { StretchScorer } from './product.ts'
import { type Calibration, foldOf, groupOf, nFolds, type Profile } from './profile.ts'
import { cutWords, type Segment } from './vectors.ts'
import { CodeClass, codeClass } from './words.ts'

/** A text up to this many words is one vector; of a longer one some stretches are read. */
const maxWholeWords = 600
const stretchWords = 400
const maxStretches = 3

/** Why a text has no ratio. */
export type ScoreRefusal = 'too-short' | 'foreign' | 'not-validated'

/** What a profile says of one text. */
export interface DocumentScore {
  /** words and ideographs after masking */
  words: number
  /** log10 likelihood ratio, bounded by what the held-out data can support; null with a `refusal` */
  log10LikelihoodRatio: number | null
  refusal: ScoreRefusal | null
  /** the same unbounded, natural logarithm; NaN for an empty text */
  logOdds: number
  /** log probability (natural) of each class by the solver of all texts, if one of them wrote the text and each is as likely */
  classScores: Float64Array
  /** prompt cluster, see `groupOf` */
  group: number
  /** share of the text's n-grams that the profile knows, 0–1 */
  familiarity: number
}

/** A score for estimates over many texts: also class scores by the solver of the cluster's fold, and log odds from them by each calibration. */
export interface MeasuredScore extends DocumentScore {
  scores: Float64Array
  evidence: Record<Calibration, number>
}

/** The stretches of a text that are read for its score. */
export function pickStretches(text: MaskedText): Segment[] {
  if (text.nWords <= maxWholeWords) return [cutWords(text, 0, 0, text.nWords)]
  const count = Math.min(maxStretches, Math.floor(text.nWords / stretchWords))
  const stretches: Segment[] = []
  for (let i = 0; i < count; i++) {
    const start = Math.floor((i * (text.nWords - stretchWords)) / Math.max(1, count - 1))
    stretches.push(cutWords(text, 0, start, start + stretchWords))
  }
  return stretches
}

/** Scale of the imposters' columns: the ridge holds their many coefficients 100 times more than the others. */
const panelScale = 0.1
const nOwnColumns = 8

/** How many columns a calibration has. */
export function countCalibrationColumns(nClasses: number): number {
  return nOwnColumns + nClasses - 1
}

/**
 * The columns of the calibration: one; log odds of the model against the imposters, from their fused scores; score of the
 * model and the best other score, which are low for an author whom no class resembles; all three by length; and the
 * score of each imposter, since those of an unknown author go together in other ways than the fusion has seen (cost
 * 0.87 → 0.83 against authors unknown to the hardest panel).
 *
 * @param fused log probabilities of all classes, from their scores
 * @param scores of all classes
 * @param except class to be taken as unknown, never the best; 0 for none
 */
export function calibrationColumns(
  fused: Float64Array,
  scores: Float64Array,
  except: number,
  words: number,
): Float64Array {
  let others = 0
  for (let c = 1; c < fused.length; c++) others += Math.exp(fused[c])
  const odds = fused[0] - Math.log(others / (fused.length - 1) + Number.MIN_VALUE)
  const length = scaleLength(words)
  const best = bestOtherScore(scores, 0, scores.length, except)
  const known = best === -Infinity ? 0 : best
  const columns = new Float64Array(countCalibrationColumns(scores.length))
  columns.set([1, odds, scores[0], known, length, odds * length, scores[0] * length, known * length])
  for (let c = 1; c < scores.length; c++) columns[nOwnColumns + c - 1] = panelScale * scores[c]
  return columns
}

/** Calibrated log odds (natural) at even prior odds. */
export function weighEvidence(calibration: ArrayLike<number>, columns: Float64Array): number {
  let sum = 0
  for (let k = 0; k < columns.length; k++) sum += calibration[k] * columns[k]
  return sum
}

/** Largest score of a class that is neither the model nor `except`. */
export function bestOtherScore(scores: ArrayLike<number>, from: number, nClasses: number, except: number): number {
  let best = -Infinity
  for (let c = 1; c < nClasses; c++) if (c !== except && scores[from + c] > best) best = scores[from + c]
  return best
}

/**
 * Bounds a ratio by the chance that the panel missed: with probability 10^−high an unknown author writes like
 * the model, with probability 10^low the model writes like others. Monotone, so no order is lost.
 */
export function boundRatio(evidence: number, bounds: Profile['bounds']): number {
  const ratio = Math.exp(Math.max(-60, Math.min(60, evidence)))
  const missed = 10 ** -bounds.high
  const strayed = 10 ** bounds.low
  return Math.log10(((1 - strayed) * ratio + strayed) / (1 - missed + missed * ratio))
}

/** Share of a text's words that are ideographs. */
export function ideographShare(text: MaskedText): number {
  let count = 0
  for (let w = 0; w < text.nWords; w++) if (codeClass(text.codes[text.wordStart[w]]) === CodeClass.ideograph) count++
  return text.nWords === 0 ? 0 : count / text.nWords
}

/** Above this share of ideographs a text counts as written in them. */
export const minIdeographShare = 0.5

/** Scores texts with one profile; owns the buffers, so keep one per profile and thread. */
export class StyleScorer {
  readonly profile: Profile
  private readonly masker: TextMasker = new TextMasker()
  /** the solvers of the folds, then that of all texts */
  private readonly stretches: StretchScorer

  constructor(profile: Profile) {
    this.profile = profile
    this.stretches = new StretchScorer(profile.vocabulary, [...profile.measured, profile.full])
  }

  /**
   * The ratio of one text.
   *
   * @param prompt what it answers: texts of one prompt are one cluster. Null or empty: a cluster of its own
   */
  rate(text: string, prompt: string | null): DocumentScore {
    return this.read(text, groupOf(prompt, text), null)
  }

  /** The ratio of one text, and what an estimate over many needs; the second product costs about a fifth more. */
  score(text: string, prompt: string | null): MeasuredScore {
    const group = groupOf(prompt, text)
    const scores = new Float64Array(this.profile.classes.length)
    const score = this.read(text, group, scores)
    const { measured, calibration, seed } = this.profile
    const { fusion } = measured[foldOf(group, seed)]
    const columns = calibrationColumns(fuseScores(fusion, scores, score.words), scores, 0, score.words)
    const [share, ratio] = [calibration.share, calibration.ratio].map(of => weighEvidence(of, columns))
    return { ...score, scores, evidence: { share, ratio } }
  }

  private read(text: string, group: number, scores: Float64Array | null): DocumentScore {
    const { profile } = this
    const fold = foldOf(group, profile.seed)
    const masked = this.masker.mask(text)
    const full = new Float64Array(profile.classes.length)
    let familiarity = 0
    const stretches = pickStretches(masked)
    for (const { from, to } of stretches) {
      familiarity += this.stretches.read(masked, from, to) / stretches.length
      this.stretches.addScores(nFolds, stretches.length, full)
      if (scores !== null) this.stretches.addScores(fold, stretches.length, scores)
    }
    const words = masked.nWords
    const classScores = fuseScores(profile.full.fusion, full, words)
    const columns = calibrationColumns(classScores, full, 0, words)
    const logOdds = words === 0 ? Number.NaN : weighEvidence(profile.calibration.ratio, columns)
    const refusal = this.refuse(masked, familiarity)
    const log10LikelihoodRatio = refusal === null ? boundRatio(logOdds, profile.bounds) : null
    return { words, log10LikelihoodRatio, refusal, logOdds, classScores, group, familiarity }
  }

  private refuse(text: MaskedText, familiarity: number): ScoreRefusal | null {
    const { profile } = this
    if (profile.minWords === null) return 'not-validated'
    if (text.nWords < profile.minWords) return 'too-short'
    const isIdeographic = ideographShare(text) >= minIdeographShare
    if (isIdeographic !== (profile.script === 'ideographic')) return 'foreign'
    return familiarity < profile.minFamiliarity ? 'foreign' : null
  }
}

/** A masked copy of a text, for training. */
export function maskForTraining(text: string, masker: TextMasker): MaskedText {
  return copyMasked(masker.mask(text))
}
