/**
 * report: bundle → CSV, a finding a row, for spreadsheets. Every text passes `quoteCsv`, so no cell computes.
 * RFC 4180 with line feeds; a byte order mark lets spreadsheets read UTF-8.
 */

import type { Bundle, Finding } from '../types.ts'
import { quoteCsv } from './safe.ts'
import { stateOf } from './wording.ts'

const columns: readonly [name: string, of: (finding: Finding) => string | number | null][] = [
  ['id', f => f.id],
  ['fingerprint', f => f.fingerprint ?? null],
  ['class', f => f.class],
  ['kind', f => f.kind],
  ['suspect_file', f => f.suspect.file],
  ['suspect_record', f => f.suspect.record],
  ['suspect_field', f => f.suspect.field],
  ['suspect_id', f => f.suspect.id],
  ['suspect_start', f => f.suspect.span[0]],
  ['suspect_end', f => f.suspect.span[1]],
  ['reference_index', f => f.reference.index],
  ['reference_model', f => f.reference.model],
  ['reference_file', f => f.reference.file],
  ['reference_record', f => f.reference.record],
  ['reference_id', f => f.reference.id],
  ['reference_start', f => f.reference.span[0]],
  ['reference_end', f => f.reference.span[1]],
  ['tokens', f => f.tokens],
  ['distinctive_tokens', f => f.distinctiveTokens],
  ['identity', f => f.identity],
  ['suspect_containment', f => f.suspectContainment],
  ['reference_containment', f => f.referenceContainment],
  ['explained_by_prompt', f => f.explainedByPrompt],
  ['explained_by_background', f => f.explainedByBackground],
  ['score_bits', f => f.score],
  ['best_competitor_bits', f => f.bestCompetitor],
  ['also_matches', f => f.alsoMatches],
  ['edits', f => f.edits.length],
  [
    'first_edits',
    f =>
      f.edits
        .slice(0, 5)
        .map(e => `${e.from} → ${e.to}`)
        .join(' · ')
        .slice(0, 400),
  ],
]

/** Renders all findings as CSV with a header row. */
export function renderCsv(bundle: Bundle): string {
  return [...csvLines(bundle)].join('')
}

/** Lines of the CSV with their ends, one by one: of some millions of findings they are longer than a string can be. */
export function* csvLines(bundle: Bundle): Generator<string> {
  const names = columns.map(([name]) => name)
  const hasBaseline = bundle.summary.baseline !== undefined
  yield `\uFEFF${[...names, ...(hasBaseline ? ['baseline'] : [])].map(quoteCsv).join(',')}\n`
  for (const [i, finding] of bundle.findings.entries()) {
    const cells = columns.map(([, of]) => of(finding))
    yield `${[...cells, ...(hasBaseline ? [stateOf(bundle, i) ?? null] : [])].map(quoteCsv).join(',')}\n`
  }
}
