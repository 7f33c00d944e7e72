/** cli: the command `scan`. */
import process from 'node:process'
import { ExitCode } from '../errors.ts'
import { parseRedaction } from '../evidence/redact.ts'
import type { ReadOptions } from '../read/corpus.ts'
import { renderTerminal } from '../report/terminal.ts'
import { type AuditResult, audit } from '../run/audit.ts'
import type { FindingClass, Summary } from '../types.ts'
import { openProfile } from './profiles.ts'
import type { Outcome } from './program.ts'
import { Progress } from './progress.ts'

/** Options of commands that read corpora. */
export interface ReadFlags {
  layout?: string
  textField?: string
  promptField?: string
  maxRecordBytes?: number
  maxDepth?: number
  maxRatio?: number
}

interface ScanFlags extends ReadFlags {
  reference: string[]
  background: string[]
  decoy: string[]
  profile: string[]
  resume?: boolean
  out: string
  failOn: FindingClass | 'never'
  threads: number
  redact: string
  json?: boolean
  maxRecords?: number
  sample?: number
}

/** The flags that were given, as options of the read stage. */
export function readOptionsOf(flags: ReadFlags): Partial<ReadOptions> {
  const { layout, textField, promptField, maxRecordBytes, maxDepth, maxRatio } = flags
  const given = Object.entries({ layout, textField, promptField, maxRecordBytes, maxDepth, maxRatio })
  return Object.fromEntries(given.filter(([, value]) => value !== undefined))
}

/** Runs `scan`. */
export async function runScan(corpora: string[], flags: ScanFlags, outcome: Outcome): Promise<void> {
  const progress = new Progress()
  progress.begin('indexing', 0)
  const result = await audit({
    suspects: corpora,
    references: flags.reference,
    backgrounds: flags.background,
    decoys: flags.decoy,
    profiles: flags.profile.map(openProfile),
    resume: flags.resume === true,
    out: flags.out,
    redaction: parseRedaction(flags.redact),
    threads: flags.threads,
    read: { ...readOptionsOf(flags), ...(flags.sample === undefined ? {} : { sampleShare: flags.sample }) },
    maxRecords: flags.maxRecords,
    onPlan: bytes => progress.begin('scanning', bytes),
    onProgress: (_stage, bytes, records) => progress.add(bytes, records),
    arguments: process.argv.slice(2),
  })
  progress.end()
  printResult(result, flags.out, flags.json === true)
  outcome.code = exitCodeOf(result.bundle.summary, flags.failOn)
}

/** Prints the summary on stdout. */
export function printResult({ bundle }: AuditResult, where: string, asJson: boolean): void {
  if (asJson) process.stdout.write(`${JSON.stringify(bundle.summary)}\n`)
  else process.stdout.write(renderTerminal(bundle, { color: useColor(), width: process.stdout.columns ?? 100, where }))
}

/** Colour only on a terminal, and never against NO_COLOR (no-color.org). */
export function useColor(): boolean {
  const { NO_COLOR } = process.env
  return process.stdout.isTTY === true && (NO_COLOR === undefined || NO_COLOR === '')
}

/** DESIGN §5: findings, then incomplete coverage; the highest wins. */
export function exitCodeOf({ coverage, documents }: Summary, failOn: FindingClass | 'never'): number {
  const counts: Record<FindingClass, number> = {
    A: documents.classA,
    B: documents.classA + documents.classB,
    C: documents.classA + documents.classB + documents.classC,
  }
  if (coverage.rejected + coverage.limited > 0 || documents.n === 0) return ExitCode.incomplete
  return failOn !== 'never' && counts[failOn] > 0 ? ExitCode.findings : ExitCode.ok
}
