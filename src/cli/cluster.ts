/** cli: the commands `plan`, `work` and `merge`: an audit that several machines share. */
import process from 'node:process'
import { ExitCode, PalimpsestError } from '../errors.ts'
import { parseRedaction } from '../evidence/redact.ts'
import { escapeTerminal } from '../report/safe.ts'
import { mergeShards } from '../run/gather.ts'
import { planAudit } from '../run/prepare.ts'
import { type WorkOptions, workShards } from '../run/work.ts'
import { readAccepted } from './accepted.ts'
import { judgeConditions, parseConditions } from './gate.ts'
import { readKey } from './keyfile.ts'
import type { Outcome } from './program.ts'
import { Progress } from './progress.ts'
import { type AuditFlags, auditReadOf, exitCodeOf, printResult, readCaseFlags, type SideFlags } from './scan.ts'

interface PlanFlags extends AuditFlags, SideFlags {
  shards: number
  out: string
}

interface WorkFlags {
  shard: string
  threads: number
  partials?: string
  indexes?: string
  keyFile?: string
  fetch?: string
}

interface MergeFlags {
  out: string
  partials?: string[]
  keyFile?: string
  sealKey?: string
  failOn: string
  redact: string
  json?: boolean
  baseline?: string
  today?: string
}

/** Variables in which schedulers say which of several tasks this is, and the number of the first task. */
const shardVariables: readonly [name: string, first: number][] = [
  ['PALIMPSEST_SHARD', 0],
  ['SLURM_ARRAY_TASK_ID', 0],
  ['JOB_COMPLETION_INDEX', 0],
  ['AWS_BATCH_JOB_ARRAY_INDEX', 0],
  ['CI_NODE_INDEX', 1],
]

/** The shard that was asked for, or with `auto` the one that the scheduler says. @throws PalimpsestError `usage` */
export function chooseShard(asked: string, environment: NodeJS.ProcessEnv): number {
  const [name, first] =
    asked === 'auto'
      ? (shardVariables.find(([variable]) => environment[variable] !== undefined) ?? ['', 0])
      : ['--shard', 0]
  if (name === '')
    throw new PalimpsestError(
      'usage',
      `--shard auto: expected one of ${shardVariables.map(([variable]) => variable).join(', ')} to be set, got none; give the number`,
    )
  const text = asked === 'auto' ? (environment[name] ?? '') : asked
  if (!/^\d{1,7}$/.test(text) || Number(text) < first)
    throw new PalimpsestError('usage', `${name}: expected a whole number of ${first} or more, got ${text}`)
  return Number(text) - first
}

/** The shards that were asked for: one as `chooseShard` says, or all from one to another. */
export function chooseShards(asked: string, environment: NodeJS.ProcessEnv): number[] {
  const [, first, last] = /^(\d{1,7})-(\d{1,7})$/.exec(asked) ?? []
  if (first === undefined) return [chooseShard(asked, environment)]
  if (Number(last) < Number(first))
    throw new PalimpsestError('usage', `--shard: expected the last to be ${first} or more, got ${last}`)
  return Array.from({ length: Number(last) - Number(first) + 1 }, (_, i) => Number(first) + i)
}

/** Runs `plan`. */
export async function runPlan(corpora: string[], flags: PlanFlags, outcome: Outcome): Promise<void> {
  const progress = new Progress()
  progress.begin('planning', 0)
  const plan = await planAudit({
    suspects: corpora,
    references: flags.reference,
    backgrounds: flags.background,
    decoys: flags.decoy,
    profiles: flags.profile,
    indexKey: readKey(flags.keyFile),
    ...(await readCaseFlags(flags)),
    shards: flags.shards,
    out: flags.out,
    read: auditReadOf(flags),
    onProgress: (_stage, bytes, records) => progress.add(bytes, records),
  })
  progress.end()
  const bytes = plan.sources.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  const sizes = plan.shards.map(parts => parts.reduce((sum, { start, end }) => sum + end - start, 0))
  const number = (value: number): string => value.toLocaleString('en')
  process.stdout.write(
    `${escapeTerminal(flags.out)}: ${number(plan.sources.length)} files, ${number(bytes)} bytes in ${plan.shards.length} shards of ${number(Math.min(...sizes))} to ${number(Math.max(...sizes))}\n`,
  )
  outcome.code = ExitCode.ok
}

/** Runs `work`. */
export async function runWork(plan: string, flags: WorkFlags, outcome: Outcome): Promise<void> {
  const shards = chooseShards(flags.shard, process.env)
  const progress = new Progress()
  progress.begin('working', 0)
  const options: WorkOptions = {
    threads: flags.threads,
    partials: flags.partials,
    indexes: flags.indexes,
    indexKey: readKey(flags.keyFile),
    fetch: flags.fetch?.trim().split(/\s+/),
    onProgress: (bytes, records) => progress.add(bytes, records),
  }
  await workShards(plan, shards, options, (shard, { file, wasComplete, counts }) => {
    const done = wasComplete ? 'was complete' : 'done'
    process.stdout.write(
      `shard ${shard}: ${done}, ${counts.recordsIn.toLocaleString('en')} records, ${escapeTerminal(file)}\n`,
    )
  })
  progress.end()
  outcome.code = ExitCode.ok
}

/** Runs `merge`. */
export async function runMerge(plan: string, flags: MergeFlags, outcome: Outcome): Promise<void> {
  const result = await mergeShards(plan, {
    out: flags.out,
    partials: flags.partials,
    indexKey: readKey(flags.keyFile),
    sealKey: readKey(flags.sealKey),
    redaction: parseRedaction(flags.redact),
    accepted: readAccepted(flags),
    arguments: process.argv.slice(2),
  })
  const { summary } = result.bundle
  const judged = judgeConditions(parseConditions(flags.failOn), summary)
  printResult(result, flags.out, flags.json === true, judged)
  outcome.code = exitCodeOf(summary, judged)
}
