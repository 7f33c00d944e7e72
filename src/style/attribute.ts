/**
 * Style: texts and several profiles → a table of ratios, the best profile or none, and each profile's share.
 *
 * A ratio is always against "another author", so that the answer can be that none of the profiles wrote a text.
 */
import { estimatePrevalence, type PrevalenceOptions, type StylePrevalence } from './prevalence.ts'
import type { Profile } from './profile.ts'
import { type DocumentScore, StyleScorer } from './score.ts'
import type { StyleDocument } from './train.ts'

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

/**
 * One text's answer from the scores that several profiles gave it.
 *
 * @param scores one for each profile, in any order
 */
export function attributeText(id: string | null, scores: { model: string; score: DocumentScore }[]): Attribution {
  const attribution: Attribution = { id, words: 0, scores: {}, best: null }
  let highest = -Infinity
  for (const { model, score } of scores) {
    const { words, log10LikelihoodRatio, logOdds } = score
    attribution.words = words
    attribution.scores[model] = log10LikelihoodRatio
    if (log10LikelihoodRatio === null) continue
    attribution.best ??= 'none'
    // near its bound a ratio hardly differs, so the unbounded log odds decide between profiles
    if (log10LikelihoodRatio <= 0 || logOdds <= highest) continue
    highest = logOdds
    attribution.best = model
  }
  return attribution
}

/** Scores a corpus that fits in memory with one profile; texts of one prompt share a cluster. */
export function scoreCorpus(scorer: StyleScorer, documents: Iterable<StyleDocument>): DocumentScore[] {
  const scored: DocumentScore[] = []
  for (const { text, prompt } of documents) scored.push(scorer.score(text, prompt))
  return scored
}

/**
 * Attributes each text of a corpus that fits in memory, and estimates each profile's share of it. For a corpus of
 * any size keep a `StyleSample` for each profile and give its scores to `attributeText`.
 *
 * @param options with `control`: clean text of the corpus's own kind
 */
export function attributeDocuments(
  profiles: Profile[],
  documents: StyleDocument[],
  options: Omit<PrevalenceOptions, 'control'> & { control?: StyleDocument[] } = {},
): CorpusAttribution {
  const { control, ...rest } = options
  const answers = profiles.map(profile => {
    const scorer = new StyleScorer(profile)
    const scored = scoreCorpus(scorer, documents)
    const clean = control === undefined ? {} : { control: scoreCorpus(scorer, control) }
    return { model: profile.model, scored, style: estimatePrevalence(profile, scored, { ...rest, ...clean }) }
  })
  return {
    documents: documents.map(({ id }, i) =>
      attributeText(
        id,
        answers.map(({ model, scored }) => ({ model, score: scored[i] })),
      ),
    ),
    style: answers.map(({ style }) => style),
  }
}
