/**
 * Style: a corpus of any size, one text at a time → a bounded sample of its scores, and the estimate from it.
 *
 * Kept are the texts with the smallest hashes, so the sample does not depend on their order, and memory does
 * not grow with the corpus.
 */
import { hashUnits, mix } from '../hash.ts'
import { estimatePrevalence, type PrevalenceOptions, type StylePrevalence } from './prevalence.ts'
import { groupOf, type Profile } from './profile.ts'
import type { DocumentScore, MeasuredScore, StyleScorer } from './score.ts'
import type { StyleDocument } from './train.ts'

/** Texts kept: five times what a bootstrap replicate draws. */
const maxKept = 5000
/** Texts that habits are read from. */
const maxStrongest = 300

interface Kept {
  key: number
  text: string
  score: MeasuredScore
}

/** Scores a corpus with one profile and keeps what an estimate needs. */
export class StyleSample {
  /** texts added */
  nDocuments = 0
  /** texts added that have a ratio */
  nScored = 0
  private kept: Kept[] = []
  private threshold = 2 ** 32
  private readonly scorer: StyleScorer

  constructor(scorer: StyleScorer) {
    this.scorer = scorer
  }

  get profile(): Profile {
    return this.scorer.profile
  }

  /** Scores a text and takes it into the sample if its hash is small enough. */
  add({ text, prompt }: StyleDocument): DocumentScore {
    const key = mix(hashUnits(text) ^ groupOf(prompt, text))
    this.nDocuments++
    if (key > this.threshold) return this.count(this.scorer.rate(text, prompt))
    const score = this.scorer.score(text, prompt)
    this.kept.push({ key, text, score })
    if (this.kept.length >= 2 * maxKept) this.trim()
    return this.count(score)
  }

  private count(score: DocumentScore): DocumentScore {
    if (score.refusal === null) this.nScored++
    return score
  }

  /** The sample in an order that depends on the texts alone. */
  documents(): MeasuredScore[] {
    this.trim()
    return this.kept.map(({ score }) => score)
  }

  /** Texts of the sample with the highest ratios. */
  strongestTexts(): string[] {
    this.trim()
    return this.kept
      .filter(({ score }) => score.refusal === null)
      .sort((a, b) => b.score.logOdds - a.score.logOdds || a.key - b.key)
      .slice(0, maxStrongest)
      .map(({ text }) => text)
  }

  /** Estimates the model's share of the corpus from the sample. */
  estimate(options: PrevalenceOptions = {}): StylePrevalence {
    return estimatePrevalence(this.profile, this.documents(), options)
  }

  private trim(): void {
    this.kept.sort((a, b) => a.key - b.key || (a.text < b.text ? -1 : a.text > b.text ? 1 : 0))
    if (this.kept.length <= maxKept) return
    this.kept.length = maxKept
    this.threshold = this.kept[maxKept - 1].key
  }
}
