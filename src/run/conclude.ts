/**
 * run: results of all parts → the bundle and the files rendered from it. It does not matter where the parts were
 * scanned: all that the bundle needs of the references are their digests, and the texts that the findings carry.
 */
import { readReleaseErrors } from '../evidence/casefile.ts'
import { compareFindings } from '../evidence/order.ts'
import { sealBundle } from '../evidence/seal.ts'
import { type Claim, checkClaims, type Part, type ReadOptions, type Source } from '../read/corpus.ts'
import { csvLines } from '../report/csv.ts'
import { renderHtml } from '../report/html.ts'
import { renderMarkdown } from '../report/markdown.ts'
import { renderSarif } from '../report/sarif.ts'
import { CorpusAttributor } from '../style/attribute.ts'
import { describeProfile, type Profile } from '../style/profile.ts'
import type { Bundle, CaseHeader, CorpusDigest, Preregistration, StyleSummary } from '../types.ts'
import { type Baseline, readAgainstBaseline } from './baseline.ts'
import { digestFiles } from './corpora.ts'
import { type Merged, summarise } from './merge.ts'
import { describeParameters } from './parameters.ts'
import type { Traces } from './traces.ts'

/** What is known of an audit before its parts are scanned. */
export interface Basis {
  /** files of the suspect, in order */
  sources: Source[]
  /** what metadata beside them claims of their rows */
  claims: Claim[]
  /** digests of references, backgrounds and decoys */
  corpora: CorpusDigest[]
  /** sentences for the limits of the summary */
  notes: string[]
  read: ReadOptions
  /** files that were scanned before and are left out now, with their digests; absent unless that was asked for */
  unchanged?: [file: string, sha256: string][]
  /** level of the intervals */
  level: number
  /** what the auditor states about the case */
  case?: CaseHeader
  /** what was fixed before the suspect was opened */
  preregistration?: Preregistration
}

/** What is looked up only when the parts are there. */
export interface Conclusion {
  profiles: Profile[]
  /** what the backgrounds show of scars and residue; undefined where there is none */
  background: Traces | undefined
  /** findings that were accepted before, and the day on which that is judged, `YYYY-MM-DD` */
  accepted?: { baseline: Baseline; today: string }
  /** digest of a file that was read in several parts; null where it cannot be read */
  digestSource: (source: Source) => Promise<string | null>
  /** secret of the case, mixed into the salts of sealed texts */
  sealKey?: Uint8Array
}

/** Makes the sealed bundle of what all parts gave. */
export async function concludeAudit(
  basis: Basis,
  parts: readonly Part[],
  merged: Merged,
  { profiles, background, accepted, digestSource, sealKey }: Conclusion,
): Promise<Bundle> {
  const sources = new Map(basis.sources.map(source => [source.file, source]))
  // what was asked to be left out is not read for its digest either
  for (const { maxRecords, source } of parts) if (maxRecords === 0) sources.delete(source.file)
  for (const file of merged.files) {
    const source = sources.get(file.file)
    if (file.sha256 === null && source !== undefined && source.problem === null)
      file.sha256 = await digestSource(source)
  }
  const unchanged = basis.unchanged && new Map(basis.unchanged)
  for (const file of merged.files) file.sha256 ??= unchanged?.get(file.file) ?? null
  bookRowCounts(merged, basis.claims)
  const style = profiles.length === 0 ? [] : attributeSample(profiles, merged)
  const summary = summarise(merged, basis.corpora, background, basis.level, style, listLimits(basis, merged))
  const findings = merged.findings.toSorted(compareFindings)
  const baseline = accepted && readAgainstBaseline(findings, accepted.baseline, accepted.today)
  const bundle: Bundle = {
    findings,
    summary: {
      ...summary,
      coverage: { ...summary.coverage, ...(unchanged && { unchanged: unchanged.size }) },
      ...(baseline && { baseline }),
    },
    coverage: { files: merged.files, problems: merged.problems },
    parameters: {
      ...describeParameters(basis.read, basis.level),
      ...(baseline && { baseline: { sha256: baseline.sha256, today: baseline.today } }),
    },
    corpora: [describeSuspect(merged), ...basis.corpora, ...profiles.map(describeProfile)],
    ...(basis.case !== undefined && { case: basis.case }),
    ...(basis.preregistration !== undefined && { preregistration: basis.preregistration }),
  }
  const releaseErrors = await readReleaseErrors()
  return sealBundle(releaseErrors === undefined ? bundle : { ...bundle, releaseErrors }, sealKey)
}

/** Books where metadata claims other row counts than the files hold. */
function bookRowCounts(merged: Merged, claims: readonly Claim[]): void {
  for (const problem of checkClaims(claims, merged.files)) {
    merged.problems.push(problem)
    const account = merged.files.find(({ file }) => file === problem.file)
    for (const counts of account === undefined ? [merged.counts] : [merged.counts, account]) {
      counts.recordsIn++
      counts[problem.outcome]++
    }
  }
}

/** What the profiles say of the sample of the suspect's documents: the part of it that stands in the summary. */
function attributeSample(profiles: readonly Profile[], { sample }: Merged): StyleSummary[] {
  const attributor = new CorpusAttributor([...profiles])
  for (const document of sample) attributor.add(document)
  return attributor.finish().style.map(({ model, prevalence, closestConfusable, documents, figures }) => ({
    ...{ model, prevalence, closestConfusable, documents, figures },
  }))
}

/** A share in per cent, exact. */
function formatShare(share: number): string {
  return `${Number((share * 100).toPrecision(6))} %`
}

function listLimits({ notes, read, unchanged = [] }: Basis, { counts, documents }: Merged): string[] {
  const limits = [...notes]
  const { sampleShare, maxRecords } = read
  if (sampleShare !== undefined)
    limits.push(
      `A sample was scanned: ${formatShare(sampleShare)} of the records, chosen by a hash of their content. Shares hold for the corpus; counts and lists are of the sample. Whoever wrote the corpus could tell which records a sample takes.`,
    )
  if (maxRecords !== undefined)
    limits.push(
      `Only the first ${maxRecords} records were scanned; shares are of these, and what stands after them is not known.`,
    )
  const incomplete = counts.rejected + counts.limited
  if (incomplete > 0) limits.push(`${incomplete} records were not scanned; what stands in them is not known.`)
  if (unchanged.length > 0)
    limits.push(
      `${unchanged.length} files were left out, since the same bytes had been scanned in full before with the same program, parameters and indexes; no figure of this run speaks of them.`,
    )
  if (documents === 0) limits.push('No model-side text was found to scan.')
  return limits
}

function describeSuspect({ files, documents }: Merged): CorpusDigest {
  const names = files.map(({ file }) => file).join(', ')
  return {
    role: 'suspect',
    name: names.slice(0, 200),
    model: null,
    documents,
    tokens: 0,
    sha256: digestFiles(files),
  }
}

/** The reports that stand beside the evidence. */
export function renderFiles(bundle: Bundle): Map<string, string | Iterable<string>> {
  return new Map<string, string | Iterable<string>>([
    ['report.html', renderHtml(bundle)],
    ['report.md', renderMarkdown(bundle)],
    ['findings.csv', csvLines(bundle)],
    ['findings.sarif', renderSarif(bundle)],
  ])
}
