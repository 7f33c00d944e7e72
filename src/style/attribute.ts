/**
 * Style: texts and several profiles → a table of ratios, the best profile or none, and each profile's share.
 *
 * A ratio is always against "another author", so that the answer can be that none of the profiles wrote a text.
 */

import { estimatePrevalence, type PrevalenceOptions, type ScoredDocument, type StylePrevalence } from './prevalence.ts'
import type { Profile } from './profile.ts'
import { StyleScorer } from './score.ts'
import type { StyleDocument } from './train.ts'
import { groupOf } from './train.ts'

/** What the profiles say of one text; a line of `--per-document`. */
export interface Attribution {
  id: string | null
  words: number
  /** log10 likelihood ratio by model, null where it is not offered */
  scores: Record<string, number | null>
  /** the model with the highest ratio if that is above 0, `none` if none is, null if no ratio is offered */
  best: string | null
}

/** Answers of all profiles on a corpus. */
export interface CorpusAttribution {
  documents: Attribution[]
  style: StylePrevalence[]
}

/** Scores a corpus with one profile, one text at a time; texts of one prompt share a cluster. */
export function scoreCorpus(scorer: StyleScorer, documents: Iterable<StyleDocument>): ScoredDocument[] {
  const scored: ScoredDocument[] = []
  for (const { text, prompt } of documents) {
    scored.push({ ...scorer.score(text), group: groupOf(prompt, text) })
  }
  return scored
}

/**
 * Attributes each text among the profiles, and estimates each profile's share of the corpus.
 *
 * @param control clean text of the corpus's own kind
 */
export function attributeDocuments(
  profiles: Profile[],
  documents: StyleDocument[],
  options: Omit<PrevalenceOptions, 'control'> & { control?: StyleDocument[] } = {},
): CorpusAttribution {
  const attributions: Attribution[] = documents.map(({ id }) => ({ id, words: 0, scores: {}, best: null }))
  const highest = new Float64Array(documents.length).fill(-Infinity)
  const style = profiles.map(profile => {
    const scorer = new StyleScorer(profile)
    const scored = scoreCorpus(scorer, documents)
    scored.forEach(({ words, log10LikelihoodRatio, evidence }, i) => {
      const attribution = attributions[i]
      attribution.words = words
      attribution.scores[profile.model] = log10LikelihoodRatio
      if (log10LikelihoodRatio === null) return
      attribution.best ??= 'none'
      // near its bound a ratio hardly differs, so the unbounded evidence decides between profiles
      if (log10LikelihoodRatio <= 0 || evidence <= highest[i]) return
      highest[i] = evidence
      attribution.best = profile.model
    })
    const { control, ...rest } = options
    const clean = control === undefined ? {} : { control: scoreCorpus(scorer, control) }
    return estimatePrevalence(profile, scored, { ...rest, ...clean })
  })
  return { documents: attributions, style }
}
