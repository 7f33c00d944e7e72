/**
 * report: figures that every rendering needs and the summary does not hold, gathered from the bundle once.
 * Bundle → counts by file, class, kind and position. Pure and deterministic.
 */

import { clopperPearson } from '../stats.ts'
import type { Bundle, EditKind, FindingClass, FindingKind, LedgerFile, Summary } from '../types.ts'

/** Findings per class. */
export type ClassCounts = Record<FindingClass, number>

/** Where the findings of one suspect file lie. */
export interface FileStrip {
  file: string
  /** its ledger entry; undefined when the bundle holds none */
  ledger: LedgerFile | undefined
  findings: ClassCounts
  /** records the strip stands for, at least 1 */
  records: number
  /** findings of each class in each equal part of the file, from its first record to its last */
  bins: ClassCounts[]
}

export interface Gathered {
  findings: ClassCounts
  kinds: Record<FindingKind, number>
  /** edits by kind, most frequent first */
  editKinds: { kind: EditKind; edits: number }[]
  /** files with findings, most findings first, then files without, by name */
  strips: FileStrip[]
  coverage: CoverageReading
}

/** What the ledger says of the scan as a whole. */
interface CoverageReading {
  /** false if anything was rejected or limited, or nothing was scanned now or before */
  complete: boolean
  /** problem codes with their counts, most frequent first */
  problems: { outcome: string; code: string; entries: number; bytes: number }[]
}

/** Parts into which a file's strip is divided. */
const nBins = 160

/** Gathers what the page shows at its head. */
export function gatherFigures(bundle: Bundle): Gathered {
  const findings = noFindings()
  const kinds: Record<FindingKind, number> = { verbatim: 0, anonymised: 0, edited: 0, passage: 0 }
  const editCounts = new Map<EditKind, number>()
  for (const { class: grade, kind } of stubsOf(bundle)) {
    findings[grade]++
    kinds[kind]++
  }
  for (const finding of bundle.findings) {
    for (const edit of finding.edits) editCounts.set(edit.kind, (editCounts.get(edit.kind) ?? 0) + 1)
  }
  const editKinds = [...editCounts].map(([kind, edits]) => ({ kind, edits }))
  editKinds.sort((a, b) => b.edits - a.edits || compare(a.kind, b.kind))
  return { findings, kinds, editKinds, strips: gatherStrips(bundle), coverage: readCoverage(bundle) }
}

/** Class and kind of every finding; an edition of counts holds them in its seals. */
function stubsOf(bundle: Bundle): readonly { class: FindingClass; kind: FindingKind }[] {
  if (bundle.findings.length > 0 || !bundle.seals) return bundle.findings
  return bundle.seals.findings.filter(stub => 'class' in stub)
}

function noFindings(): ClassCounts {
  return { A: 0, B: 0, C: 0 }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function gatherStrips(bundle: Bundle): FileStrip[] {
  const strips = new Map<string, FileStrip>()
  for (const ledger of bundle.coverage.files) strips.set(ledger.file, emptyStrip(ledger.file, ledger))
  const lastRecord = new Map<string, number>()
  for (const { suspect } of bundle.findings) {
    if (!strips.has(suspect.file)) strips.set(suspect.file, emptyStrip(suspect.file, undefined))
    lastRecord.set(suspect.file, Math.max(suspect.record, lastRecord.get(suspect.file) ?? 0))
  }
  for (const strip of strips.values()) {
    strip.records = Math.max(1, strip.ledger?.recordsIn ?? 0, (lastRecord.get(strip.file) ?? -1) + 1)
    strip.bins = Array.from({ length: Math.min(nBins, strip.records) }, noFindings)
  }
  for (const finding of bundle.findings) {
    const strip = strips.get(finding.suspect.file)!
    strip.findings[finding.class]++
    strip.bins[Math.floor((finding.suspect.record / strip.records) * strip.bins.length)][finding.class]++
  }
  return [...strips.values()].sort(
    (a, b) => countFindings(b.findings) - countFindings(a.findings) || compare(a.file, b.file),
  )
}

function emptyStrip(file: string, ledger: LedgerFile | undefined): FileStrip {
  return { file, ledger, findings: noFindings(), records: 1, bins: [] }
}

/** Findings of all classes. */
export function countFindings(counts: ClassCounts): number {
  return counts.A + counts.B + counts.C
}

/** What the ledger says of the scan as a whole. */
export function readCoverage(bundle: Bundle): CoverageReading {
  const { coverage } = bundle.summary
  const byCode = new Map<string, CoverageReading['problems'][number]>()
  for (const { outcome, code, bytes, records } of bundle.coverage.problems) {
    const key = `${outcome} ${code}`
    const entry = byCode.get(key) ?? { outcome, code, entries: 0, bytes: 0 }
    entry.entries += records ?? 1
    entry.bytes += bytes
    byCode.set(key, entry)
  }
  const problems = [...byCode.values()].sort((a, b) => b.entries - a.entries || compare(a.code, b.code))
  const complete = coverage.rejected === 0 && coverage.limited === 0 && coverage.scanned + (coverage.unchanged ?? 0) > 0
  return { complete, problems }
}

/**
 * Share of suspect documents that the rule ties to the decoy at class A or B, with the exact interval of as many
 * observations as prevalence has clusters; undefined where no decoy took part or nothing can be said.
 */
export function estimateDecoy({
  decoy,
  documents,
  prevalence,
}: Summary): { point: number; low: number; high: number; level: number; clusters: number } | undefined {
  if (decoy === null || 'cannotSay' in prevalence || documents.n === 0) return undefined
  const { level, clusters = documents.n } = prevalence
  const point = (decoy.classA + decoy.classB) / documents.n
  const { low, high } = clopperPearson(Math.round(point * clusters), clusters, level)
  return { point, low: Math.min(low, point), high: Math.max(high, point), level, clusters }
}
