/** cli: the command `scan`. */
import { appendFileSync, statSync } from 'node:fs'
import process from 'node:process'
import type { Command } from 'commander'
import { ExitCode, PalimpsestError } from '../errors.ts'
import { parseCase } from '../evidence/casefile.ts'
import { readPreregistration } from '../evidence/preregister.ts'
import { parseRedaction } from '../evidence/redact.ts'
import type { ReadOptions } from '../read/corpus.ts'
import { renderJobSummary } from '../report/job.ts'
import { escapeTerminal } from '../report/safe.ts'
import { renderTerminal } from '../report/terminal.ts'
import { type AuditOptions, type AuditResult, audit, type BasisOptions } from '../run/audit.ts'
import type { Summary } from '../types.ts'
import { readAccepted } from './accepted.ts'
import { type Judged, judgeConditions, listClasses, parseConditions } from './gate.ts'
import { readKey, readNamed } from './keyfile.ts'
import { openProfile } from './profiles.ts'
import type { Outcome } from './program.ts'
import { Progress } from './progress.ts'
import { gatherSettings } from './settings.ts'
import { readState, writeState } from './state.ts'

/** Options of commands that read corpora. */
export interface ReadFlags {
  layout?: string
  textField?: string
  promptField?: string
  maxRecordBytes?: number
  maxDepth?: number
  maxRatio?: number
}

/** Options of commands that hold a suspect against something. */
export interface SideFlags {
  reference: string[]
  background: string[]
  decoy: string[]
  profile: string[]
  keyFile?: string
}

/** Options of commands that begin an audit: files of its case, and how much is scanned. */
export interface AuditFlags extends ReadFlags {
  sample?: number
  maxRecords?: number
  case?: string
  preregistration?: string
}

interface ScanFlags extends AuditFlags, SideFlags {
  sealKey?: string
  resume?: boolean
  out?: string
  failOn: string
  threads: number
  redact: string
  json?: boolean
  baseline?: string
  today?: string
  changed?: string
  jobSummary?: string | true
}

/** The flags that were given, as options of the read stage. */
export function readOptionsOf(flags: ReadFlags): Partial<ReadOptions> {
  const { layout, textField, promptField, maxRecordBytes, maxDepth, maxRatio } = flags
  const given = Object.entries({ layout, textField, promptField, maxRecordBytes, maxDepth, maxRatio })
  return Object.fromEntries(given.filter(([, value]) => value !== undefined))
}

/** The same of an audit, which may read a share. */
export function auditReadOf(flags: AuditFlags): Partial<ReadOptions> {
  const { sample, maxRecords } = flags
  return {
    ...readOptionsOf(flags),
    ...(sample !== undefined && { sampleShare: sample }),
    ...(maxRecords !== undefined && { maxRecords }),
  }
}

/** The sides that were given, as options of an audit. */
export function sidesOf({ reference, background, decoy, profile, keyFile }: SideFlags): BasisOptions {
  const indexKey = readKey(keyFile)
  return {
    references: reference,
    backgrounds: background,
    decoys: decoy,
    profiles: profile.map(openProfile),
    ...(indexKey !== undefined && { indexKey }),
  }
}

/** The files of the case that were given: header and preregistration. */
export async function readCaseFlags(flags: AuditFlags): Promise<Pick<AuditOptions, 'case' | 'preregistration'>> {
  const { case: caseFile, preregistration: plan } = flags
  return {
    ...(caseFile !== undefined && { case: parseCase(readNamed(caseFile, 'a case file').toString(), caseFile) }),
    ...(plan !== undefined && {
      preregistration: { fixed: await readPreregistration(plan), at: statSync(plan).mtime.toISOString() },
    }),
  }
}

/** Runs `scan`. */
export async function runScan(command: Command, args: string[], outcome: Outcome): Promise<void> {
  const { values, corpora, settings, config } = gatherSettings(command, args, process.env, process.cwd())
  const flags = values as unknown as ScanFlags
  if (config !== undefined) process.stderr.write(`settings from ${escapeTerminal(config)}\n`)
  if (corpora.length === 0) throw new PalimpsestError('usage', 'expected corpora to scan, as arguments or in a config')
  if (flags.out === undefined) throw new PalimpsestError('usage', 'expected a folder for the evidence; give --out')
  const conditions = parseConditions(flags.failOn)
  if (flags.changed !== undefined && conditions.some(({ limit }) => 'share' in limit))
    throw new PalimpsestError(
      'usage',
      'fail-on: a share is of the whole corpus, which --changed does not scan; give a class or a count',
    )
  const jobSummary = findJobSummary(flags.jobSummary)
  const progress = new Progress()
  progress.begin('indexing', 0)
  const result = await audit({
    suspects: corpora,
    ...sidesOf(flags),
    ...(await readCaseFlags(flags)),
    sealKey: readKey(flags.sealKey),
    resume: flags.resume === true,
    out: flags.out,
    redaction: parseRedaction(flags.redact),
    threads: flags.threads,
    read: auditReadOf(flags),
    onPlan: bytes => progress.begin('scanning', bytes),
    onProgress: (_stage, bytes, records) => progress.add(bytes, records),
    arguments: process.argv.slice(2),
    settings,
    ...(flags.changed !== undefined && {
      changed: { state: readState(flags.changed), classes: listClasses(conditions) },
    }),
    accepted: readAccepted(flags),
  })
  progress.end()
  if (flags.changed !== undefined && result.state !== undefined) writeState(flags.changed, result.state)
  const { summary } = result.bundle
  const judged = judgeConditions(conditions, summary)
  printResult(result, flags.out, flags.json === true, judged)
  if (jobSummary !== undefined) appendFileSync(jobSummary, renderJobSummary(result.bundle, judged))
  outcome.code = exitCodeOf(summary, judged)
}

/** The file to which the summary of a job is appended: the one named, else the one of the CI host. */
function findJobSummary(flag: string | true | undefined): string | undefined {
  if (flag !== true) return flag
  const { GITHUB_STEP_SUMMARY } = process.env
  if (GITHUB_STEP_SUMMARY) return GITHUB_STEP_SUMMARY
  throw new PalimpsestError('usage', 'job-summary: expected a file, since GITHUB_STEP_SUMMARY names none')
}

/** Prints the summary on stdout. */
export function printResult(
  { bundle }: AuditResult,
  where: string,
  asJson: boolean,
  judged: readonly Judged[] = [],
): void {
  const options = { color: useColor(), width: process.stdout.columns ?? 100, where, judged }
  process.stdout.write(asJson ? `${JSON.stringify(bundle.summary)}\n` : renderTerminal(bundle, options))
}

/** Colour only on a terminal, and never against NO_COLOR (no-color.org). */
export function useColor(): boolean {
  const { NO_COLOR } = process.env
  return process.stdout.isTTY === true && (NO_COLOR === undefined || NO_COLOR === '')
}

/** DESIGN §5: findings, then incomplete coverage; the highest wins. */
export function exitCodeOf({ coverage, documents }: Summary, judged: readonly Judged[]): number {
  const isEmpty = documents.n === 0 && !coverage.unchanged
  if (coverage.rejected + coverage.limited > 0 || isEmpty) return ExitCode.incomplete
  return judged.some(({ fails }) => fails) ? ExitCode.findings : ExitCode.ok
}
