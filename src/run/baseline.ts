/**
 * run: findings that were accepted before → what is new, known or expired now, and an accepted list that grows.
 * Entries go by fingerprint and class, with a count, so that a text that stands twice is accepted twice or is new once;
 * a finding whose class has risen is new. Pure: the caller reads the file and says what day it is.
 */
import { createHash } from 'node:crypto'
import type { BaselineReading, BaselineState, ClassCounts, Finding, FindingClass, FindingKind } from '../types.ts'

/** Findings of one fingerprint and class that somebody accepted. */
export interface BaselineEntry {
  fingerprint: string
  /** a finding of a higher class is not covered */
  class: FindingClass
  kind: FindingKind
  /** how many findings it covers */
  count: number
  reason: string | null
  /** last day of acceptance, `YYYY-MM-DD`; null: no end */
  until: string | null
  /** where one of them stood when it was accepted; for people, without effect */
  seen: string
}

/** Accepted findings, as a baseline file holds them. */
export interface Baseline {
  schema: 1
  entries: BaselineEntry[]
}

function keyOf({ fingerprint, class: grade }: { fingerprint?: string; class: FindingClass }): string {
  return `${fingerprint} ${grade}`
}

function createCounts(): ClassCounts {
  return { classA: 0, classB: 0, classC: 0 }
}

/**
 * The state of each finding, in their order. Findings take from entries of their own class first; what is then left of
 * higher classes covers the rest, so numbers by class do not depend on the order. Of more findings than an entry covers,
 * the last are new.
 *
 * @param today `YYYY-MM-DD`; an entry holds through its last day
 */
function judgeStates(findings: readonly Finding[], { entries }: Baseline, today: string): BaselineState[] {
  const left = new Map(entries.map(entry => [keyOf(entry), { entry, count: entry.count }]))
  const states: BaselineState[] = findings.map(() => 'new')
  const take = (i: number, covering: FindingClass): void => {
    const { fingerprint } = findings[i]
    const found = fingerprint === undefined ? undefined : left.get(keyOf({ fingerprint, class: covering }))
    if (states[i] !== 'new' || found === undefined || found.count === 0) return
    found.count--
    const { until } = found.entry
    states[i] = until !== null && until < today ? 'expired' : 'known'
  }
  for (const [i, { class: grade }] of findings.entries()) take(i, grade)
  for (const [grade, covering] of [
    ['B', 'A'],
    ['C', 'B'],
    ['C', 'A'],
  ] as const)
    for (const [i, finding] of findings.entries()) if (finding.class === grade) take(i, covering)
  return states
}

/** The day counts only where some acceptance has an end. */
function dependsOnDay({ entries }: Baseline): boolean {
  return entries.some(({ until }) => until !== null)
}

/** Digest of what a baseline accepts; reasons and places have no part in it. */
function digestEntries({ entries }: Baseline): string {
  const facts = entries.map(({ fingerprint, class: grade, count, until }) => [fingerprint, grade, count, until])
  const sorted = facts.map(fact => JSON.stringify(fact)).sort()
  return createHash('sha256').update(sorted.join('\n')).digest('hex')
}

/**
 * Holds the findings of a scan against a baseline.
 *
 * @param findings in the order of the bundle
 */
export function readAgainstBaseline(findings: readonly Finding[], baseline: Baseline, today: string): BaselineReading {
  const states = judgeStates(findings, baseline, today)
  const accepted = baseline.entries.reduce((sum, { count }) => sum + count, 0)
  const reading: BaselineReading = {
    sha256: digestEntries(baseline),
    accepted,
    today: dependsOnDay(baseline) ? today : null,
    new: createCounts(),
    known: createCounts(),
    expired: createCounts(),
    absent: accepted - states.filter(state => state !== 'new').length,
    documents: createCounts(),
    states: states.map(state => state[0]).join(''),
  }
  const open = new Map<string, FindingClass>()
  for (const [i, { class: grade, suspect }] of findings.entries()) {
    reading[states[i]][`class${grade}`]++
    if (states[i] === 'known') continue
    const document = JSON.stringify([suspect.file, suspect.record, suspect.field])
    const best = open.get(document)
    if (best === undefined || grade < best) open.set(document, grade)
  }
  for (const grade of open.values()) reading.documents[`class${grade}`]++
  return reading
}

/** What acceptance adds to the list, and what it renews. */
export interface Acceptance {
  baseline: Baseline
  /** findings that were not covered before */
  added: number
  /** findings whose acceptance had expired */
  renewed: number
  /** findings that were covered already; their entries stay as they were */
  covered: number
}

/**
 * Accepts findings into a baseline. Entries that cover their findings keep reason and end; others get those given.
 *
 * @param findings those to accept, of one scan
 */
export function acceptFindings(
  findings: readonly Finding[],
  baseline: Baseline,
  { reason, until, today }: { reason: string | null; until: string | null; today: string },
): Acceptance {
  const states = judgeStates(findings, baseline, today)
  const entries = new Map(baseline.entries.map(entry => [keyOf(entry), entry]))
  const counts = { added: 0, renewed: 0, covered: 0 }
  const renewed = new Set<string>()
  for (const [i, finding] of findings.entries()) {
    const { fingerprint, class: grade, kind, suspect } = finding
    if (states[i] === 'known' || fingerprint === undefined) {
      counts.covered++
      continue
    }
    const key = keyOf(finding)
    const known = entries.get(key)
    const isRenewal = states[i] === 'expired'
    counts[isRenewal ? 'renewed' : 'added']++
    // an expired entry is counted anew, one that covers too few grows
    const before = known === undefined || (isRenewal && !renewed.has(key)) ? 0 : known.count
    if (isRenewal) renewed.add(key)
    const seen = `${suspect.file} record ${suspect.record}, ${suspect.field}`
    entries.set(key, { fingerprint, class: grade, kind, count: before + 1, reason, until, seen: known?.seen ?? seen })
  }
  const sorted = [...entries].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry)
  return { baseline: { schema: 1, entries: sorted }, ...counts }
}
