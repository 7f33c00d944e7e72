/**
 * Style: texts and several profiles → a table of ratios, the best profile or none, and each profile's share.
 *
 * A ratio is always against "another author", so that the answer can be that none of the profiles wrote a text.
 */
import type { StyleSummary } from '../types.ts'
import { drawFigures } from './figures.ts'
import type { StylePrevalence } from './prevalence.ts'
import type { Profile } from './profile.ts'
import { StyleSample } from './sample.ts'
import { type DocumentScore, StyleScorer } from './score.ts'
import type { StyleDocument } from './train.ts'

/** What the profiles say of one text; part of a line of `--per-document`. */
export interface Attribution {
  words: number
  /** log10 likelihood ratio by model, null where it is not offered */
  scores: Record<string, number | null>
  /** the model with the highest ratio if that is above 0, `none` if none is, null if no ratio is offered */
  best: string | null
  /** by model: of the model and its imposters the one that the text is nearest to, null where no ratio is offered */
  nearest: Record<string, string | null>
}

/** What one profile says of the corpus. */
export type StyleAnswer = StylePrevalence & Required<StyleSummary>

/** What all profiles say of the corpus. */
export interface CorpusAttribution {
  style: StyleAnswer[]
  /** documents with a ratio that none of the profiles is nearest to */
  none: number
  /** documents without a ratio: too short, or foreign to every profile */
  silent: number
}

/** One text's answer from the scores that several profiles gave it, in any order. */
function attributeText(scores: { profile: Profile; score: DocumentScore }[]): Attribution {
  const attribution: Attribution = { words: 0, scores: {}, best: null, nearest: {} }
  let highest = -Infinity
  for (const { profile, score } of scores) {
    const { model, classes } = profile
    const { words, log10LikelihoodRatio, logOdds, classScores } = score
    attribution.words = words
    attribution.scores[model] = log10LikelihoodRatio
    attribution.nearest[model] = null
    if (log10LikelihoodRatio === null) continue
    attribution.nearest[model] = classes[classScores.indexOf(Math.max(...classScores))]
    attribution.best ??= 'none'
    // near its bound a ratio hardly differs, so the unbounded log odds decide between profiles
    if (log10LikelihoodRatio <= 0 || logOdds <= highest) continue
    highest = logOdds
    attribution.best = model
  }
  return attribution
}

/** Scores a corpus of any size with several profiles, one text at a time; memory does not grow with it. */
export class CorpusAttributor {
  private readonly samples: StyleSample[]
  private readonly nearest: Map<string, number>
  private none = 0
  private silent = 0

  /** @param profiles of different models */
  constructor(profiles: readonly Profile[]) {
    this.samples = profiles.map(profile => new StyleSample(new StyleScorer(profile)))
    this.nearest = new Map(profiles.map(({ model }) => [model, 0]))
  }

  /** Scores one text. */
  add(document: StyleDocument): Attribution {
    const answer = attributeText(this.samples.map(sample => ({ profile: sample.profile, score: sample.add(document) })))
    if (answer.best === null) this.silent++
    else if (answer.best === 'none') this.none++
    else this.nearest.set(answer.best, (this.nearest.get(answer.best) ?? 0) + 1)
    return answer
  }

  /**
   * Estimates each profile's share and draws its figures.
   *
   * @param control the same profiles after clean text of the corpus's own kind
   */
  finish(control?: CorpusAttributor): CorpusAttribution {
    const style = this.samples.map((sample, i) => {
      const estimate = sample.estimate(control === undefined ? {} : { control: control.samples[i].documents() })
      const { profile } = sample
      return {
        ...estimate,
        documents: { n: sample.nDocuments, scored: sample.nScored, nearest: this.nearest.get(profile.model) ?? 0 },
        figures: drawFigures(profile, sample.documents(), sample.strongestTexts(), estimate.prevalence),
      }
    })
    return { style, none: this.none, silent: this.silent }
  }
}
