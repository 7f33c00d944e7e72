/**
 * Bench: the product behind one call. References, background and suspects → the best finding of each suspect. The
 * only file of the detection bench that knows how the product is called.
 */
import { IndexBuilder } from '../../src/match/builder.ts'
import type { ReferenceIndex } from '../../src/match/reference.ts'
import type { Document, FindingClass } from '../../src/types.ts'
import type { Measures } from '../../src/weigh/measures.ts'
import { classify, marginBits, rule, scoreMatch } from '../../src/weigh/rule.ts'
import { Scale } from '../../src/weigh/scale.ts'
import type { Row } from './data.ts'

/** The best finding of a suspect. */
export interface Detection {
  /** null: nothing claimed */
  class: FindingClass | null
  /** id of the reference row that is named */
  referenceId: string | null
  score: number
  /** the largest logistic score over all claims with some margin; -Infinity where there is none */
  decision: number
  /** what decided, by name; for lists of failures */
  measures: Measures | null
}

/** What the product is asked to judge; rows without a prompt have an empty one. */
export type Judged = Pick<Row, 'id' | 'text' | 'prompt'>

/** A row as the product reads it. */
export const toDocument = (row: Judged & { model?: string }, record: number): Document => ({
  file: 'bench.jsonl',
  record,
  field: 'text',
  id: row.id,
  model: row.model ?? null,
  text: row.text,
  prompt: row.prompt === '' ? null : row.prompt,
})

function buildIndex(name: string, rows: readonly Judged[]): ReferenceIndex {
  const builder = new IndexBuilder()
  rows.forEach((row, i) => {
    builder.add(toDocument(row, i))
  })
  return builder.finish({ name, model: null, sources: [] })
}

const rank = (found: FindingClass | null): number => (found === null ? 0 : 4 - 'ABC'.indexOf(found))

const none: Detection = {
  class: null,
  referenceId: null,
  score: 0,
  decision: Number.NEGATIVE_INFINITY,
  measures: null,
}

/** Margin in bits from which a claim takes part in the trade-off by one threshold: that of class B. */
const minDecisionBits = rule.thresholds.peers.B.marginBits

/**
 * Judges every suspect; the result is in the order of the suspects.
 * @param background may be empty
 */
export function detect(
  references: readonly Judged[],
  background: readonly Judged[],
  suspects: readonly Judged[],
): Detection[] {
  const scale = new Scale(
    [buildIndex('reference', references)],
    background.length > 0 ? [buildIndex('background', background)] : [],
  )
  return suspects.map((suspect, i) => {
    let best = none
    let decision = none.decision
    for (const match of scale.weigh(toDocument(suspect, i))) {
      const { distinctive } = match.measures
      if (marginBits(match.measures) >= minDecisionBits && distinctive >= rule.minDistinctiveTokens.B)
        decision = Math.max(decision, scoreMatch(match.measures))
      const found = classify(match.measures, background.length > 0) ?? null
      const { score } = match.measures
      const better = rank(found) - rank(best.class)
      if (better < 0 || (better === 0 && score <= best.score)) continue
      best = { ...none, class: found, referenceId: match.reference.document.id, score, measures: match.measures }
    }
    return { ...best, decision }
  })
}
