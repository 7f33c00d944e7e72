/**
 * Bench: the product behind one call. References, background and suspects → the best finding of each suspect. The
 * only file of the detection bench that knows how the product is called.
 */
import { IndexBuilder } from '../../src/match/builder.ts'
import type { ReferenceIndex } from '../../src/match/reference.ts'
import type { Document, FindingClass } from '../../src/types.ts'
import type { Measures } from '../../src/weigh/measures.ts'
import { classify, marginBits, rule, scoreExcess } from '../../src/weigh/rule.ts'
import { type Match, Scale } from '../../src/weigh/scale.ts'
import type { Row } from './data.ts'

/** The best finding of a suspect. */
export interface Detection {
  /** null: nothing claimed */
  class: FindingClass | null
  /** id of the reference row that is named */
  referenceId: string | null
  score: number
  /** the largest score above the threshold of class B, over all claims with some margin; -Infinity where there is none */
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

/** What a claim needs to take part in the trade-off by one threshold: margin and distinctive tokens of class B. */
const { marginBits: minMarginBits, distinctiveTokens: minDistinctiveTokens } = rule.thresholds.peers.B

/** The matches of each suspect in turn. */
function* weighEach(
  references: readonly Judged[],
  background: readonly Judged[],
  suspects: readonly Judged[],
): Generator<Match[]> {
  const scale = new Scale(
    [buildIndex('reference', references)],
    background.length > 0 ? [buildIndex('background', background)] : [],
  )
  for (const [i, suspect] of suspects.entries()) yield scale.weigh(toDocument(suspect, i))
}

/** The measures of all claims of every suspect, the strongest claim first. */
export function measure(
  references: readonly Judged[],
  background: readonly Judged[],
  suspects: readonly Judged[],
): Measures[][] {
  return Array.from(weighEach(references, background, suspects), matches =>
    matches.map(({ measures }) => measures).sort((a, b) => b.score - a.score),
  )
}

/**
 * Judges every suspect; the result is in the order of the suspects.
 * @param background may be empty
 */
export function detect(
  references: readonly Judged[],
  background: readonly Judged[],
  suspects: readonly Judged[],
): Detection[] {
  const hasBackground = background.length > 0
  return Array.from(weighEach(references, background, suspects), matches => {
    let best = none
    let decision = none.decision
    for (const { measures, reference } of matches) {
      if (marginBits(measures) >= minMarginBits && measures.distinctive >= minDistinctiveTokens)
        decision = Math.max(decision, scoreExcess(measures, hasBackground))
      const found = classify(measures, hasBackground) ?? null
      const { score } = measures
      const better = rank(found) - rank(best.class)
      if (better < 0 || (better === 0 && score <= best.score)) continue
      best = { ...none, class: found, referenceId: reference.document.id, score, measures }
    }
    return { ...best, decision }
  })
}
