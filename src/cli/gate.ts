/**
 * cli: what makes `scan` end with code 1. `A`: a document at class A; `B:10`: ten at class B or better; `B:0.1%`: more
 * than that share, even at the lower end of its exact interval. Several are divided by commas, and any suffices.
 */
import { PalimpsestError } from '../errors.ts'
import { auditDefaults } from '../options.ts'
import { countOf, formatShare } from '../report/wording.ts'
import { clopperPearson } from '../stats.ts'
import type { FindingClass, Summary } from '../types.ts'

/** One condition: documents at `class` or better, at least `count` or more than the fraction `share`. */
export interface Condition {
  text: string
  class: FindingClass
  limit: { count: number } | { share: number }
}

/** What a condition comes to. */
export interface Judged {
  /** true: it ends the scan with code 1 */
  fails: boolean
  /** the condition and what was measured, in a sentence for people */
  said: string
}

/** Parses `--fail-on`; `never` has no condition. @throws PalimpsestError `usage` */
export function parseConditions(text: string): Condition[] {
  if (text === 'never') return []
  return text.split(',').map(part => {
    const match = /^([ABC])(?::([1-9]\d{0,8}|(?:\d{1,2}(?:\.\d{1,6})?|100)%))?$/.exec(part.trim())
    const limit = match?.[2] ?? '1'
    const value = Number.parseFloat(limit)
    if (match === null || value === 0)
      throw new PalimpsestError(
        'usage',
        `fail-on: expected never, or conditions like A, B:10 or C:0.5% divided by commas; got ${JSON.stringify(part)}`,
      )
    return {
      text: match[0],
      class: match[1] as FindingClass,
      limit: limit.endsWith('%') ? { share: value / 100 } : { count: value },
    }
  })
}

/** The classes of which a finding counts for some condition. */
export function listClasses(conditions: readonly Condition[]): FindingClass[] {
  return (['A', 'B', 'C'] as const).filter(grade => conditions.some(({ class: lowest }) => grade <= lowest))
}

/** The text of `--fail-on` as it stands, if it can be parsed. @throws PalimpsestError `usage` */
export function checkConditions(text: string): string {
  parseConditions(text)
  return text
}

/**
 * Judges the conditions on a summary. With a baseline, only documents with findings that are new or expired count.
 */
export function judgeConditions(conditions: readonly Condition[], { documents, baseline }: Summary): Judged[] {
  const { classA, classB, classC } = baseline?.documents ?? documents
  const counts: Record<FindingClass, number> = { A: classA, B: classA + classB, C: classA + classB + classC }
  const which = baseline === undefined ? '' : ' with findings that are new or expired'
  return conditions.map(({ text, class: grade, limit }) => {
    const count = counts[grade]
    const found = `${countOf(count, 'document')}${which} at class ${grade}${grade === 'A' ? '' : ' or better'}`
    if ('count' in limit) return { fails: count >= limit.count, said: `${text}: ${found}` }
    const clusters = documents.clusters ?? documents.n
    const share = documents.n === 0 ? 0 : count / documents.n
    const { low } =
      clusters === 0 ? { low: 0 } : clopperPearson(Math.round(share * clusters), clusters, auditDefaults.level)
    return { fails: low > limit.share, said: `${text}: ${found}, a share of at least ${formatShare(low)}` }
  })
}
