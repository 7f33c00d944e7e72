/**
 * run: the whole audit. This file alone knows the order of stages: corpora → indexes → parts → findings →
 * summary → bundle → reports → folder. Each stage can also run by itself, on another machine.
 */
import process from 'node:process'
import { PalimpsestError } from '../errors.ts'
import { writeBundle } from '../evidence/bundle.ts'
import { checkItems } from '../evidence/casefile.ts'
import { compareFixed } from '../evidence/preregister.ts'
import { type Redaction, redactBundle } from '../evidence/redact.ts'
import { TextCache } from '../match/texts.ts'
import { auditDefaults } from '../options.ts'
import {
  defaultReadOptions,
  digestDivided,
  digestFile,
  limitParts,
  listSources,
  type Part,
  planParts,
  type ReadOptions,
  readClaims,
} from '../read/corpus.ts'
import { describeProfile, type Profile } from '../style/profile.ts'
import type { Bundle, CaseHeader, Preregistration, RunFacts } from '../types.ts'
import { type ChangedOptions, describeState, digestBasis, markUnchanged, type ScanState } from './changed.ts'
import { Checkpoints } from './checkpoints.ts'
import { type Basis, type Conclusion, concludeAudit, renderFiles } from './conclude.ts'
import { Merger } from './merge.ts'
import { describeParameters } from './parameters.ts'
import { scanParts } from './pool.ts'
import type { PartResult, Sides } from './scan.ts'
import { describeSides, type OpenedSides, openSides, roles, type SideArguments } from './sides.ts'
import { countBackgrounds } from './traces.ts'

/** What the suspect is held against, and how texts are read: all that can be fixed before the suspect is opened. */
export interface BasisOptions extends SideArguments {
  /** style profiles (`trainProfile` makes them); the share of the corpus that their models wrote is estimated */
  profiles?: Profile[]
  /** level of the intervals, default 0.95 */
  level?: number
  read?: Partial<ReadOptions>
  /** called with the stage, and the bytes and records that came in since the last call */
  onProgress?: (stage: 'index' | 'scan', bytes: number, records: number) => void
}

/**
 * What an audit is told. Corpora are files, folders, globs or `-`; references, backgrounds and decoys also index files
 * and names of corpora in the local store.
 */
export interface AuditOptions extends BasisOptions {
  /** the corpora under audit */
  suspects: string[]
  /** what the auditor states about the case (`parseCase` reads it) */
  case?: CaseHeader
  /** what was fixed beforehand, and when; an audit that departs from it does not start */
  preregistration?: { fixed: Preregistration; at: string }
  /** secret of the case, mixed into the salts of sealed texts */
  sealKey?: Uint8Array
  /** go on where an earlier run to the same `out` was cut short */
  resume?: boolean
  /** where the bundle goes; without it nothing is written */
  out?: string
  /** default: full */
  redaction?: Redaction
  /** default 1: this thread */
  threads?: number
  /** leave out files that were scanned before */
  changed?: ChangedOptions
  /** findings that were accepted before, and the day on which that is judged, `YYYY-MM-DD` */
  accepted?: Conclusion['accepted']
  /** called once before the scan, with the bytes to come */
  onPlan?: (bytes: number, files: number) => void
  /** arguments and settings to be noted in `run.json` */
  arguments?: string[]
  settings?: RunFacts['settings']
}

/** What an audit gives. */
export interface AuditResult {
  /** its findings are frozen, since they are held packed; whoever wants to change one copies it (`structuredClone`) */
  bundle: Bundle
  facts: RunFacts
  /** Merkle root of the bundle, if it was written */
  root: string | null
  /** what the next scan needs to leave out files; only where `changed` was given */
  state?: ScanState
}

/**
 * Audits corpora against references.
 *
 * @throws PalimpsestError `usage` for arguments that name nothing or depart from what was preregistered, `input` for
 *   a reference without text, `integrity` for a damaged index. Faults of the suspect's files are no errors: they stand in
 *   the ledger.
 */
export async function audit(options: AuditOptions): Promise<AuditResult> {
  const started = new Date()
  const { openedAt, ...audited } = await openAudit(options)
  const { bundle, checkpoints } = await scanAudit(audited, options)
  const facts = describeRun(started, openedAt, options)
  const result = await publishAudit(bundle, facts, options)
  checkpoints?.clear()
  if (options.changed === undefined) return result
  const { basis, opened } = audited
  const digest = digestBasis(listBasis(basis, opened.sides))
  return { ...result, state: describeState(digest, options.changed, bundle, new Map(basis.unchanged)) }
}

/** Scans all parts of an audit that is open, and seals what was found. */
export async function scanAudit(
  { basis, parts, opened: { sides } }: Omit<OpenedAudit, 'openedAt'>,
  options: AuditOptions,
): Promise<{ bundle: Bundle; checkpoints: Checkpoints<PartResult> | undefined }> {
  options.onPlan?.(
    basis.sources.reduce((sum, { sizeBytes, problem }) => sum + (problem === null ? sizeBytes : 0), 0),
    basis.sources.length,
  )
  const checkpoints = openCheckpoints(options, basis, sides)
  const threads = options.threads ?? auditDefaults.threads
  const merger = new Merger(parts, basis.corpora)
  const pace = {
    threads,
    onProgress: (bytes: number, records: number) => options.onProgress?.('scan', bytes, records),
    checkpoints,
  }
  const scanning = scanParts(parts, [...parts.keys()], sides, basis.read, pace, result => merger.add(result))
  // while workers scan, this thread has time for what needs no results; a failed scan is thrown below
  scanning.catch(() => {})
  const digests = digestDivided(parts) // never fails
  const background = countBackgrounds(sides.backgrounds, threads === 1 ? TextCache.of : undefined)
  await scanning
  const bundle = await concludeAudit(basis, parts, merger.finish(), {
    profiles: options.profiles ?? [],
    background,
    accepted: options.accepted,
    digestSource: async ({ file, path }) => (await digests).get(file) ?? digestFile(path).catch(() => null),
    sealKey: options.sealKey,
  })
  return { bundle, checkpoints }
}

/** An audit of which everything is open and nothing scanned. */
export interface OpenedAudit {
  basis: Basis
  parts: Part[]
  opened: OpenedSides
  /** when the first suspect file was opened */
  openedAt: Date
}

/** Lists the suspect's files, opens or builds the indexes, and cuts the parts. @throws as `audit` */
export async function openAudit(options: AuditOptions): Promise<OpenedAudit> {
  const read: ReadOptions = { ...defaultReadOptions, ...options.read }
  if (options.suspects.length === 0) throw new PalimpsestError('usage', 'no corpus to scan was named')
  const { preregistration } = options
  let openedAt = new Date()
  // what was fixed beforehand is checked before the suspect is opened; else a suspect that is not there is told first
  const early = preregistration === undefined ? await listSources(options.suspects, read) : undefined
  const opened = await openSides(
    options,
    read,
    (bytes, records) => options.onProgress?.('index', bytes, records),
    options.threads,
  )
  opened.sides.wantsSample = (options.profiles ?? []).length > 0
  const level = options.level ?? auditDefaults.level
  if (preregistration !== undefined) {
    holdToPlan(preregistration.fixed, describePlan(options, opened, read, level))
    openedAt = new Date()
  }
  const sources = early ?? (await listSources(options.suspects, read))
  checkItems(options.case, new Set(sources.map(({ file }) => file)))
  const basis: Basis = {
    sources,
    claims: await readClaims(sources),
    corpora: describeSides(opened.sides, opened.terms),
    notes: opened.notes,
    read,
    level,
    ...(options.case !== undefined && { case: options.case }),
    ...(preregistration !== undefined && { preregistration: preregistration.fixed }),
  }
  if (options.changed !== undefined) {
    const marked = await markUnchanged(sources, options.changed, digestBasis(listBasis(basis, opened.sides)))
    basis.unchanged = [...marked]
    // rows that are not read again have no sum that could be compared
    basis.claims = basis.claims.filter(({ files }) => !files.some(file => marked.has(file)))
  }
  const parts = planParts(sources, read)
  return {
    basis,
    parts: read.maxRecords === undefined ? parts : await limitParts(parts, read.maxRecords, read),
    opened,
    openedAt,
  }
}

/** What these options and indexes fix before the suspect is opened. */
export function describePlan(
  options: BasisOptions,
  { sides, terms }: OpenedSides,
  read: ReadOptions,
  level: number,
): Preregistration {
  return {
    schema: 1,
    parameters: describeParameters(read, level),
    corpora: [...describeSides(sides, terms), ...(options.profiles ?? []).map(describeProfile)],
  }
}

/** Refuses an audit that departs from what was fixed. @throws PalimpsestError `usage` */
export function holdToPlan(fixed: Preregistration, plan: Preregistration): void {
  const differences = compareFixed(fixed, plan)
  if (differences.length > 0)
    throw new PalimpsestError(
      'usage',
      `this audit departs from its preregistration in ${differences.join(', ')}; ` +
        'give the same options and corpora to the same version, or preregister anew',
    )
}

/** Writes the edition that was asked for, if it is to be written. */
export async function publishAudit(
  bundle: Bundle,
  facts: RunFacts,
  { out, redaction }: Pick<AuditOptions, 'out' | 'redaction'>,
): Promise<AuditResult> {
  if (out === undefined) return { bundle, facts, root: null }
  const edition = redaction === undefined || redaction.mode === 'full' ? bundle : redactBundle(bundle, redaction)
  const { root } = await writeBundle(out, edition, facts, renderFiles(edition))
  return { bundle: edition, facts, root }
}

/** All that results depend on but the files of the suspect. */
function listBasis({ read, level }: Basis, sides: Sides): unknown[] {
  const digests = roles.map(([side]) => sides[side].map(({ facts }) => facts.sha256))
  return [describeParameters(read, level), digests, sides.wantsSample]
}

/** Checkpoints of an audit that is written; those of an earlier run are forgotten unless it is to be resumed. */
function openCheckpoints(options: AuditOptions, basis: Basis, sides: Sides): Checkpoints<PartResult> | undefined {
  if (options.out === undefined) return undefined
  const checkpoints = new Checkpoints<PartResult>(options.out, listBasis(basis, sides))
  if (options.resume !== true) checkpoints.clear()
  return checkpoints
}

/** Times and machine of a run that ends now. */
export function describeRun(
  started: Date,
  opened: Date,
  options: Pick<AuditOptions, 'threads' | 'arguments' | 'preregistration' | 'settings'>,
): RunFacts {
  const finished = new Date()
  return {
    startedAt: started.toISOString(),
    finishedAt: finished.toISOString(),
    suspectOpenedAt: opened.toISOString(),
    ...(options.preregistration !== undefined && { preregisteredAt: options.preregistration.at }),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    threads: options.threads ?? auditDefaults.threads,
    arguments: options.arguments ?? [],
    ...(options.settings && { settings: options.settings }),
    wallMs: finished.getTime() - started.getTime(),
    peakRssBytes: process.resourceUsage().maxRSS * 1024,
  }
}
