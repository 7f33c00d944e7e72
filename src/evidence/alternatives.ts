/**
 * Evidence: a finding → the other explanations that were considered, and what its measures say for or against each.
 * Data only: the report puts it into words. What was not measured is said to be not examined, never "against".
 * The bounds are reading aids for a person; class and prevalence do not depend on them.
 */
import type { Alternative, Finding } from '../types.ts'

/** What took part in the audit, as far as an alternative depends on it. */
export interface AuditContext {
  /** a background corpus was given */
  hasBackground: boolean
}

/** Share of the passage from which on another source is said to explain it. */
const explainedBound = 0.5

/** Share of the score from which on a competitor is said to do as well. */
const competitorBound = 0.5

/** Further references with the same passage from which on it is said to be a template. */
const templateReferences = 3

/** What anonymisers write: `<PERSON>`, `[NAME_1]`, `{{city}}`, `User7`, `XXXX`, `@CAPS1`. */
const placeholder =
  /^\s*(?:[<[{(]{1,2}\/?[\p{L}_][\p{L}\p{N}_ -]{0,40}[>\]})]{1,2}|@?[A-Z]{2,20}_?\d{1,6}|User\d{1,6}|[Xx*]{3,20})\s*$/u

/**
 * Considers the other explanations of a finding, in a fixed order.
 * @param finding with the texts of its edits unredacted
 */
export function considerAlternatives(finding: Finding, context: AuditContext): Alternative[] {
  return [
    considerSamePrompt(finding),
    considerCommonSource(finding, context),
    considerTemplate(finding),
    considerDirection(finding),
  ]
}

/**
 * Two independent answers to one prompt would be explained by it, or claimed as well by other answers. Only other answers
 * to that prompt (`peers`) can speak against it; where none was at hand, it was not examined.
 */
function considerSamePrompt(finding: Finding): Alternative {
  const { explainedByPrompt, score, bestCompetitor, peers = 0 } = finding
  const measures: { [name: string]: number } = { explainedByPrompt, peers }
  if (peers > 0 || bestCompetitor > 0) Object.assign(measures, { score, bestCompetitor })
  const explains =
    explainedByPrompt >= explainedBound || (bestCompetitor > 0 && bestCompetitor >= competitorBound * score)
  const evidence = explains ? 'for' : peers > 0 ? 'against' : 'not-examined'
  return { explanation: 'same-prompt', evidence, measures }
}

/** Text that both sides took from elsewhere would also stand in independent text of the same kind. */
function considerCommonSource(finding: Finding, context: AuditContext): Alternative {
  if (!context.hasBackground) return { explanation: 'common-source', evidence: 'not-examined', measures: {} }
  const { explainedByBackground, score } = finding
  const measures: { [name: string]: number } = { explainedByBackground }
  const fromBackground = finding.competitor?.side === 'background'
  if (fromBackground) Object.assign(measures, { score, bestCompetitor: finding.bestCompetitor })
  const explains =
    explainedByBackground >= explainedBound || (fromBackground && finding.bestCompetitor >= competitorBound * score)
  return { explanation: 'common-source', evidence: explains ? 'for' : 'against', measures }
}

/** A template has few words of its own, and stands in many outputs. */
function considerTemplate(finding: Finding): Alternative {
  const { alsoMatches, distinctiveTokens, tokens } = finding
  const explains = alsoMatches >= templateReferences || distinctiveTokens < (1 - explainedBound) * tokens
  return {
    explanation: 'template',
    evidence: explains ? 'for' : 'against',
    measures: { alsoMatches, distinctiveTokens, tokens },
  }
}

/**
 * Had the reference been made from the suspect, a placeholder would stand on its side and the name on the other.
 * Wording alone has no direction.
 */
function considerDirection(finding: Finding): Alternative {
  let suspectPlaceholders = 0
  let referencePlaceholders = 0
  for (const edit of finding.edits) {
    if (edit.op !== 'replace') continue
    const fromIs = placeholder.test(edit.from)
    const toIs = placeholder.test(edit.to)
    if (toIs && !fromIs) suspectPlaceholders++
    if (fromIs && !toIs) referencePlaceholders++
  }
  const evidence =
    suspectPlaceholders === referencePlaceholders
      ? 'not-examined'
      : suspectPlaceholders > referencePlaceholders
        ? 'against'
        : 'for'
  return { explanation: 'reverse-direction', evidence, measures: { suspectPlaceholders, referencePlaceholders } }
}
