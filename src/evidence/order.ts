/**
 * Evidence: the order of everything in a bundle, so that the order of the input leaves no trace in it.
 * Text is compared by UTF-16 units, never by locale.
 */
import type { Bundle, CorpusDigest, Finding, LedgerFile, LedgerProblem } from '../types.ts'

/** Roles of corpora, in the order of the flow. */
export const roles: readonly CorpusDigest['role'][] = ['suspect', 'reference', 'background', 'decoy', 'profile']

function compare(a: string | number | null, b: string | number | null): number {
  if (a === b) return 0
  if (a === null) return -1
  if (b === null) return 1
  return a < b ? -1 : 1
}

/** By suspect file, record, field and span, then by reference. */
export function compareFindings(a: Finding, b: Finding): number {
  return (
    compareDocuments(a, b) ||
    compare(a.suspect.span[0], b.suspect.span[0]) ||
    compare(a.suspect.span[1], b.suspect.span[1]) ||
    compare(a.reference.index, b.reference.index) ||
    compare(a.reference.record, b.reference.record) ||
    compare(a.id, b.id)
  )
}

/** By suspect document; 0 for two findings in one document. */
export function compareDocuments(a: Finding, b: Finding): number {
  return (
    compare(a.suspect.file, b.suspect.file) ||
    compare(a.suspect.record, b.suspect.record) ||
    compare(a.suspect.field, b.suspect.field)
  )
}

/** By name, then by digest for files of one name. */
function compareFiles(a: LedgerFile, b: LedgerFile): number {
  return compare(a.file, b.file) || compare(a.sha256, b.sha256)
}

/** By place, then by code and reason. */
function compareProblems(a: LedgerProblem, b: LedgerProblem): number {
  return (
    compare(a.file, b.file) ||
    compare(a.record, b.record) ||
    compare(a.line, b.line) ||
    compare(a.code, b.code) ||
    compare(a.reason, b.reason) ||
    compare(a.bytes, b.bytes)
  )
}

/** By role, in the order of the flow, then by name. */
export function compareCorpora(a: CorpusDigest, b: CorpusDigest): number {
  return compare(roles.indexOf(a.role), roles.indexOf(b.role)) || compare(a.name, b.name) || compare(a.sha256, b.sha256)
}

/** A copy of the bundle with everything in its order. */
export function orderBundle(bundle: Bundle): Bundle {
  return {
    ...bundle,
    findings: bundle.findings.toSorted(compareFindings),
    coverage: {
      files: bundle.coverage.files.toSorted(compareFiles),
      problems: bundle.coverage.problems.toSorted(compareProblems),
    },
    corpora: bundle.corpora.toSorted(compareCorpora),
  }
}
