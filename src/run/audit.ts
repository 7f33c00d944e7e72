/**
 * run: the whole audit. This file alone knows the order of stages: corpora → indexes → parts → findings →
 * summary → bundle → reports → folder.
 */
import process from 'node:process'
import { PalimpsestError } from '../errors.ts'
import { writeBundle } from '../evidence/bundle.ts'
import { readReleaseErrors } from '../evidence/casefile.ts'
import { compareFindings } from '../evidence/order.ts'
import { type Redaction, redactBundle } from '../evidence/redact.ts'
import { sealBundle } from '../evidence/seal.ts'
import { indexVersion } from '../match/reference.ts'
import { auditDefaults, matchDefaults, sketchDefaults } from '../options.ts'
import {
  checkRowCounts,
  defaultReadOptions,
  digestFile,
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
import { type Baseline, readAgainstBaseline } from './baseline.ts'
import { type ChangedOptions, describeState, digestBasis, markUnchanged, type ScanState } from './changed.ts'
import { Checkpoints } from './checkpoints.ts'
import { describeIndex, digestFiles, isHeldBack, openSide } from './corpora.ts'
import { type Merged, mergeParts, summarise } from './merge.ts'
import { scanParts } from './pool.ts'
import type { Sides } from './scan.ts'
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
  /** level of the intervals, default 0.95 */
  level?: number
  read?: Partial<ReadOptions>
  /** leave out files that were scanned before */
  changed?: ChangedOptions
  /** findings that were accepted before */
  baseline?: Baseline
  /** the day on which acceptance is judged, `YYYY-MM-DD`; needed with a baseline */
  today?: string
  /** called with the stage, and the bytes and records that came in since the last call */
  onProgress?: (stage: 'index' | 'scan', bytes: number, records: number) => void
  /** called once before the scan, with the bytes to come */
  onPlan?: (bytes: number, files: number) => void
  /** arguments and settings to be noted in `run.json` */
  arguments?: string[]
  settings?: RunFacts['settings']
}

/** What an audit gives. */
export interface AuditResult {
  bundle: Bundle
  facts: RunFacts
  /** Merkle root of the bundle, if it was written */
  root: string | null
  /** what the next scan needs to leave out files; null unless `changed` was given */
  state: ScanState | null
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
  const basis = digestBasis(listBasis(options, sides, read))
  const unchanged = options.changed === undefined ? undefined : await markUnchanged(sources, options.changed, basis)
  const parts = planParts(sources, read)
  options.onPlan?.(
    sources.reduce((sum, { sizeBytes, problem }) => sum + (problem === null ? sizeBytes : 0), 0),
    sources.length,
  )
  const opened = new Date()
  const checkpoints = openCheckpoints(options, sides, read)
  const onProgress = (bytes: number, records: number): void => options.onProgress?.('scan', bytes, records)
  const threads = options.threads ?? auditDefaults.threads
  const results = await scanParts(parts, sides, read, threads, onProgress, checkpoints)
  const merged = mergeParts(parts, results, sides)
  for (const file of merged.files) {
    const source = sources.find(({ file: name }) => name === file.file)
    if (file.sha256 === null && source !== undefined && source.problem === null)
      file.sha256 = await digestFile(source.path).catch(() => null)
    else file.sha256 ??= unchanged?.get(file.file) ?? null
  }
  await bookRowCounts(merged, sources)
  const style = profiles.length === 0 ? [] : attributeDocuments(profiles, merged.sample).style.map(summariseStyle)
  const bundle = await makeBundle(merged, sides, options, read, style, notes, unchanged?.size)
  const facts = describeRun(started, opened, options)
  const state =
    unchanged === undefined
      ? null
      : describeState(basis, options.changed?.state ?? null, merged.files, merged.findings, unchanged)
  if (options.out === undefined) return { bundle, facts, root: null, state }
  const edition =
    options.redaction === undefined || options.redaction.mode === 'full'
      ? bundle
      : redactBundle(bundle, options.redaction)
  const { root } = await writeBundle(options.out, edition, facts, renderFiles(edition))
  checkpoints?.clear()
  return { bundle: edition, facts, root, state }
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

/** All that results depend on but the files of the suspect. */
function listBasis(options: AuditOptions, sides: Sides, read: ReadOptions): unknown[] {
  const digests = [sides.references, sides.backgrounds, sides.decoys].map(side => side.map(({ facts }) => facts.sha256))
  return [describeParameters(read, options.level ?? auditDefaults.level), digests, sides.wantsSample]
}

/** Checkpoints of an audit that is written; those of an earlier run are forgotten unless it is to be resumed. */
function openCheckpoints(options: AuditOptions, sides: Sides, read: ReadOptions): Checkpoints | undefined {
  if (options.out === undefined) return undefined
  const checkpoints = new Checkpoints(options.out, listBasis(options, sides, read))
  if (options.resume !== true) checkpoints.clear()
  return checkpoints
}

/** The part of an estimate of style that stands in the summary. */
function summariseStyle({ model, prevalence, closestConfusable }: StyleSummary): StyleSummary {
  return { model, prevalence, closestConfusable }
}

async function openSides(options: AuditOptions, read: ReadOptions): Promise<{ sides: Sides; notes: string[] }> {
  const { layout: _layout, textField: _text, promptField: _prompt, ...plain } = read
  const onProgress = (bytes: number, records: number): void => options.onProgress?.('index', bytes, records)
  const references = await openSide(options.references, plain, onProgress)
  const notes: string[] = []
  const backgroundArgs = options.backgrounds ?? []
  const decoyArgs = options.decoys ?? []
  const holdBack = decoyArgs.length === 0 && backgroundArgs.length > 0
  const backgrounds = await openSide(
    backgroundArgs,
    plain,
    onProgress,
    holdBack ? document => !isHeldBack(document) : undefined,
  )
  let decoys = await openSide(decoyArgs, plain, onProgress)
  if (holdBack && backgrounds.corpora.length > 0) {
    decoys = await openSide(backgrounds.corpora, plain, undefined, isHeldBack).catch(() => ({
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
  unchanged: number | undefined,
): Promise<Bundle> {
  const level = options.level ?? auditDefaults.level
  const incomplete = merged.counts.rejected + merged.counts.limited
  const limits = [...notes]
  if (incomplete > 0) limits.push(`${incomplete} records were not scanned; what stands in them is not known.`)
  if (unchanged !== undefined && unchanged > 0)
    limits.push(
      `${unchanged} files were left out, since the same bytes had been scanned in full before with the same program, parameters and indexes; no figure of this run speaks of them.`,
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
  const findings = merged.findings.toSorted(compareFindings)
  const summary = summarise(merged, sides, level, style, limits)
  const baseline =
    options.baseline === undefined ? undefined : readAgainstBaseline(findings, options.baseline, options.today ?? '')
  const bundle: Bundle = {
    findings,
    summary: {
      ...summary,
      coverage: { ...summary.coverage, ...(unchanged !== undefined && { unchanged }) },
      ...(baseline && { baseline }),
    },
    coverage: { files: merged.files, problems: merged.problems },
    parameters: {
      ...describeParameters(read, level),
      ...(baseline && { baseline: { sha256: baseline.sha256, today: baseline.today } }),
    },
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

function describeParameters(read: ReadOptions, level: number): { [key: string]: Json } {
  const { signal: _signal, ...plain } = read
  return {
    schema: 1,
    tool: { name: 'palimpsest', version, indexVersion },
    unicode: process.versions.unicode ?? 'unknown',
    sketch: { ...sketchDefaults },
    match: { ...matchDefaults },
    read: JSON.parse(JSON.stringify(plain)),
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
    ...(options.settings && { settings: options.settings }),
    wallMs: finished.getTime() - started.getTime(),
    peakRssBytes: process.resourceUsage().maxRSS * 1024,
  }
}
