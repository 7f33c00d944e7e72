/**
 * run: the whole audit. This file alone knows the order of stages: corpora → indexes → parts → findings →
 * summary → bundle → reports → folder.
 */
import process from 'node:process'
import { PalimpsestError } from '../errors.ts'
import { writeBundle } from '../evidence/bundle.ts'
import { readReleaseErrors } from '../evidence/casefile.ts'
import { type Redaction, redactBundle } from '../evidence/redact.ts'
import { sealBundle } from '../evidence/seal.ts'
import { indexVersion } from '../match/format.ts'
import { auditDefaults, matchDefaults, sketchDefaults } from '../options.ts'
import {
  checkRowCounts,
  defaultReadOptions,
  digestFile,
  limitParts,
  listSources,
  planParts,
  type ReadOptions,
  type Source,
} from '../read/corpus.ts'
import { renderCsv } from '../report/csv.ts'
import { renderHtml } from '../report/html.ts'
import { renderMarkdown } from '../report/markdown.ts'
import { renderSarif } from '../report/sarif.ts'
import { attributeDocuments } from '../style/attribute.ts'
import type { Profile } from '../style/profile.ts'
import type { Bundle, CorpusDigest, Json, RunFacts, StyleSummary } from '../types.ts'
import { rule } from '../weigh/rule.ts'
import { Checkpoints } from './checkpoints.ts'
import { describeIndex, digestFiles, openSide } from './corpora.ts'
import { type Merged, mergeParts, summarise } from './merge.ts'
import { scanParts } from './pool.ts'
import type { PartResult, Sides } from './scan.ts'
import { version } from './version.ts'

/** What an audit is told. Corpora are files, folders, globs or `-`; references, backgrounds and decoys also index files. */
export interface AuditOptions {
  /** the corpora under audit */
  suspects: string[]
  /** outputs of the known models */
  references: string[]
  /** independent text of the same kinds; without it the rule is stricter */
  backgrounds?: string[]
  /** outputs that the vendor cannot have had; without it a share of the background is held back */
  decoys?: string[]
  /** style profiles (`trainProfile` makes them); the share of the corpus that their models wrote is estimated */
  profiles?: Profile[]
  /** go on where an earlier run to the same `out` was cut short */
  resume?: boolean
  /** where the bundle goes; without it nothing is written */
  out?: string
  /** default: full */
  redaction?: Redaction
  /** default 1: this thread */
  threads?: number
  /** scan the first records alone, those of the sample where `read.sampleShare` asks for one */
  maxRecords?: number
  /** level of the intervals, default 0.95 */
  level?: number
  read?: Partial<ReadOptions>
  /** called with the stage, and the bytes and records that came in since the last call */
  onProgress?: (stage: 'index' | 'scan', bytes: number, records: number) => void
  /** called once before the scan, with the bytes to come */
  onPlan?: (bytes: number, files: number) => void
  /** arguments to be noted in `run.json` */
  arguments?: string[]
}

/** What an audit gives. */
export interface AuditResult {
  bundle: Bundle
  facts: RunFacts
  /** Merkle root of the bundle, if it was written */
  root: string | null
}

/**
 * Audits corpora against references.
 *
 * @throws PalimpsestError `usage` for arguments that name nothing, `input` for a reference without text,
 *   `integrity` for a damaged index. Faults of the suspect's files are no errors: they stand in the ledger.
 */
export async function audit(options: AuditOptions): Promise<AuditResult> {
  const started = new Date()
  const read: ReadOptions = { ...defaultReadOptions, ...options.read }
  if (options.suspects.length === 0) throw new PalimpsestError('usage', 'no corpus to scan was named')
  const sources = await listSources(options.suspects, read)
  const profiles = options.profiles ?? []
  const { sides, notes } = await openSides(options, read)
  sides.wantsSample = profiles.length > 0
  const planned = planParts(sources, read)
  const parts = options.maxRecords === undefined ? planned : await limitParts(planned, options.maxRecords, read)
  options.onPlan?.(
    sources.reduce((sum, source) => sum + source.sizeBytes, 0),
    sources.length,
  )
  const opened = new Date()
  const checkpoints = openCheckpoints(options, sides, read)
  const onProgress = (bytes: number, records: number): void => options.onProgress?.('scan', bytes, records)
  const threads = options.threads ?? auditDefaults.threads
  const results = await scanParts(parts, sides, read, threads, onProgress, checkpoints)
  const merged = mergeParts(parts, results, sides)
  // what was asked to be left out is not read for its digest either
  const unread = new Set(parts.flatMap(({ maxRecords, source }) => (maxRecords === 0 ? source.file : [])))
  const byFile = new Map(sources.map(source => [source.file, source]))
  for (const file of merged.files) {
    const source = byFile.get(file.file)
    if (file.sha256 === null && source !== undefined && source.problem === null && !unread.has(file.file))
      file.sha256 = await digestFile(source.path).catch(() => null)
  }
  await bookRowCounts(merged, sources)
  const style = profiles.length === 0 ? [] : attributeDocuments(profiles, merged.sample).style.map(summariseStyle)
  const bundle = await makeBundle(merged, sides, options, read, style, notes)
  const facts = describeRun(started, opened, options)
  if (options.out === undefined) return { bundle, facts, root: null }
  const edition =
    options.redaction === undefined || options.redaction.mode === 'full'
      ? bundle
      : redactBundle(bundle, options.redaction)
  const { root } = await writeBundle(options.out, edition, facts, renderFiles(edition))
  checkpoints?.clear()
  return { bundle: edition, facts, root }
}

/** Books where metadata claims other row counts than the files hold. */
async function bookRowCounts(merged: Merged, sources: Source[]): Promise<void> {
  for (const problem of await checkRowCounts(sources, merged.files)) {
    merged.problems.push(problem)
    const account = merged.files.find(({ file }) => file === problem.file)
    for (const counts of account === undefined ? [merged.counts] : [merged.counts, account]) {
      counts.recordsIn++
      counts[problem.outcome]++
    }
  }
}

/** The reports that stand beside the evidence. */
export function renderFiles(bundle: Bundle): Map<string, string> {
  return new Map([
    ['report.html', renderHtml(bundle)],
    ['report.md', renderMarkdown(bundle)],
    ['findings.csv', renderCsv(bundle)],
    ['findings.sarif', renderSarif(bundle)],
  ])
}

/** Checkpoints of an audit that is written; those of an earlier run are forgotten unless it is to be resumed. */
function openCheckpoints(options: AuditOptions, sides: Sides, read: ReadOptions): Checkpoints<PartResult> | undefined {
  if (options.out === undefined) return undefined
  const digests = [sides.references, sides.backgrounds, sides.decoys].map(side => side.map(({ facts }) => facts.sha256))
  const level = options.level ?? auditDefaults.level
  const checkpoints = new Checkpoints<PartResult>(options.out, [
    describeParameters(read, level, options.maxRecords),
    digests,
    sides.wantsSample,
  ])
  if (options.resume !== true) checkpoints.clear()
  return checkpoints
}

/** A share in per cent, exact. */
function formatShare(share: number): string {
  return `${Number((share * 100).toPrecision(6))} %`
}

/** The part of an estimate of style that stands in the summary. */
function summariseStyle({ model, prevalence, closestConfusable }: StyleSummary): StyleSummary {
  return { model, prevalence, closestConfusable }
}

async function openSides(options: AuditOptions, read: ReadOptions): Promise<{ sides: Sides; notes: string[] }> {
  const { layout: _layout, textField: _text, promptField: _prompt, sampleShare: _share, ...plain } = read
  const onProgress = (bytes: number, records: number): void => options.onProgress?.('index', bytes, records)
  const threads = options.threads ?? auditDefaults.threads
  const references = await openSide(options.references, plain, threads, onProgress)
  const notes: string[] = []
  const backgroundArgs = options.backgrounds ?? []
  const decoyArgs = options.decoys ?? []
  const holdBack = decoyArgs.length === 0 && backgroundArgs.length > 0
  const backgrounds = await openSide(backgroundArgs, plain, threads, onProgress, holdBack ? 'kept' : 'all')
  let decoys = await openSide(decoyArgs, plain, threads, onProgress)
  if (holdBack && backgrounds.corpora.length > 0) {
    decoys = await openSide(backgrounds.corpora, plain, threads, undefined, 'held-back').catch(() => ({
      indexes: [],
      problems: [],
      corpora: [],
    }))
    if (decoys.indexes.length > 0)
      notes.push('No decoy was given: one fifth of the background was held back and served as decoy.')
  }
  if (references.indexes.length === 0) notes.push('There was no reference: nothing was sought in the texts.')
  else if (decoys.indexes.length === 0) notes.push('There was no decoy: the error rate of this run was not measured.')
  if (references.indexes.length > 0 && backgrounds.indexes.length === 0)
    notes.push(
      'There was no background: commonplaces that other models write too could not be told apart, so the rule was stricter.',
    )
  const problems = [...references.problems, ...backgrounds.problems, ...(holdBack ? [] : decoys.problems)].filter(
    ({ outcome }) => outcome !== 'skipped',
  )
  if (problems.length > 0)
    notes.push(
      `${problems.length} records of references, background or decoys could not be read; the first: ${problems[0].file}: ${problems[0].code}.`,
    )
  return {
    sides: {
      references: references.indexes,
      backgrounds: backgrounds.indexes,
      decoys: decoys.indexes,
      wantsSample: false,
    },
    notes,
  }
}

async function makeBundle(
  merged: Merged,
  sides: Sides,
  options: AuditOptions,
  read: ReadOptions,
  style: StyleSummary[],
  notes: string[],
): Promise<Bundle> {
  const level = options.level ?? auditDefaults.level
  const incomplete = merged.counts.rejected + merged.counts.limited
  const limits = [...notes]
  if (incomplete > 0) limits.push(`${incomplete} records were not scanned; what stands in them is not known.`)
  const { sampleShare } = read
  if (sampleShare !== undefined)
    limits.push(
      `A sample was scanned: ${formatShare(sampleShare)} of the records, chosen by a hash of their content. Shares hold for the corpus; counts and lists are of the sample. Whoever wrote the corpus could tell which records a sample takes.`,
    )
  if (options.maxRecords !== undefined)
    limits.push(
      `Only the first ${options.maxRecords} records were scanned; shares are of these, and what stands after them is not known.`,
    )
  if (merged.documents === 0) limits.push('No model-side text was found to scan.')
  const suspect: CorpusDigest = {
    role: 'suspect',
    name: merged.files
      .map(({ file }) => file)
      .join(', ')
      .slice(0, 200),
    model: null,
    documents: merged.documents,
    tokens: 0,
    sha256: digestFiles(merged.files),
  }
  const bundle: Bundle = {
    findings: merged.findings,
    summary: summarise(merged, sides, level, style, limits),
    coverage: { files: merged.files, problems: merged.problems },
    parameters: describeParameters(read, level, options.maxRecords),
    corpora: [
      suspect,
      ...sides.references.map(index => describeIndex('reference', index)),
      ...sides.backgrounds.map(index => describeIndex('background', index)),
      ...sides.decoys.map(index => describeIndex('decoy', index)),
    ],
  }
  const releaseErrors = await readReleaseErrors()
  return sealBundle(releaseErrors === undefined ? bundle : { ...bundle, releaseErrors })
}

function describeParameters(read: ReadOptions, level: number, maxRecords: number | undefined): { [key: string]: Json } {
  const { signal: _signal, ...plain } = read
  return {
    schema: 1,
    tool: { name: 'palimpsest', version, indexVersion },
    unicode: process.versions.unicode ?? 'unknown',
    sketch: { ...sketchDefaults },
    match: { ...matchDefaults },
    read: JSON.parse(JSON.stringify({ ...plain, maxRecords })),
    level,
    rule: { ...rule },
  }
}

function describeRun(started: Date, opened: Date, options: AuditOptions): RunFacts {
  const finished = new Date()
  return {
    startedAt: started.toISOString(),
    finishedAt: finished.toISOString(),
    suspectOpenedAt: opened.toISOString(),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    threads: options.threads ?? auditDefaults.threads,
    arguments: options.arguments ?? [],
    wallMs: finished.getTime() - started.getTime(),
    peakRssBytes: process.resourceUsage().maxRSS * 1024,
  }
}
