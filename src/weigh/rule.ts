/**
 * weigh: measures → class. The printed rule: a logistic score over a few measures, and its thresholds.
 *
 * A: on answers of other models to the same prompts at most 1 in 10,000 is flagged; B: at most 1 in 1,000;
 * C: a lead for a person.
 */
import type { FindingClass } from '../types.ts'
import type { Measures } from './scale.ts'

/** Classifies a match by its measures; undefined where it is not worth a person's time. */
export function classify(measures: Measures): FindingClass | undefined {
  const margin = measures.score - Math.max(measures.background, measures.otherReference)
  if (margin >= 200 && measures.identity >= 0.6) return 'A'
  if (margin >= 120 && measures.identity >= 0.5) return 'B'
  if (measures.score >= 60 && margin >= 30) return 'C'
  return undefined
}

/** The rule in words, as it stands in every bundle. */
export const ruleText: string = 'margin = score - best competitor (bits)'
