/**
 * Style: a corpus of any size, one text at a time → a bounded sample of its scores, and the estimate from it.
 *
 * Kept are the texts with the smallest hashes, so the sample depends neither on order nor on threads, and memory
 * does not grow with the corpus. Counts of refusals are of the sample too.
 */
import { hashUnits, mix } from '../hash.ts'
import { estimatePrevalence, type PrevalenceOptions, type StylePrevalence } from './prevalence.ts'
import type { DocumentScore, StyleScorer } from './score.ts'
import type { StyleDocument } from './train.ts'

/** Texts kept: five times what a bootstrap replicate draws. */
const maxKept = 5000

interface Kept {
  key: number
  document: DocumentScore
}

/** Scores a corpus with one profile and keeps what an estimate needs. */
export class StyleSample {
  /** texts added */
  nDocuments = 0
  /** texts added that have a ratio */
  nScored = 0
  private kept: Kept[] = []
  private readonly scorer: StyleScorer

  constructor(scorer: StyleScorer) {
    this.scorer = scorer
  }

  /** Scores a text and takes it into the sample if its hash is small enough. */
  add(document: StyleDocument): DocumentScore {
    const score = this.scorer.score(document.text, document.prompt)
    this.nDocuments++
    if (score.refusal === null) this.nScored++
    this.kept.push({ key: mix(hashUnits(document.text) ^ score.group), document: score })
    if (this.kept.length >= 2 * maxKept) this.trim()
    return score
  }

  /** The sample in an order that depends on the texts alone. */
  documents(): DocumentScore[] {
    this.trim()
    return this.kept.map(({ document }) => document)
  }

  /** Takes in what another thread has sampled with the same profile. */
  merge(other: StyleSample): void {
    this.nDocuments += other.nDocuments
    this.nScored += other.nScored
    this.kept.push(...other.kept)
    this.trim()
  }

  /** Estimates the model's share of the corpus from the sample. */
  estimate(options: PrevalenceOptions = {}): StylePrevalence {
    const { nDocuments, nScored } = this
    return { ...estimatePrevalence(this.scorer.profile, this.documents(), options), nDocuments, nScored }
  }

  private trim(): void {
    this.kept.sort(
      (a, b) => a.key - b.key || a.document.group - b.document.group || a.document.words - b.document.words,
    )
    this.kept.length = Math.min(this.kept.length, maxKept)
  }
}
