/** cli: the command `baseline`, which accepts the findings of an audit. */
import { existsSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { ExitCode, PalimpsestError } from '../errors.ts'
import { readBundle } from '../evidence/bundle.ts'
import { escapeTerminal } from '../report/safe.ts'
import { acceptFindings, type Baseline } from '../run/baseline.ts'
import type { Finding, FindingClass } from '../types.ts'
import { nameToday, readBaseline, writeBaseline } from './accepted.ts'
import type { Outcome } from './program.ts'
import { requireSound } from './report.ts'

interface BaselineFlags {
  out: string
  reason?: string
  until?: string
  today?: string
  id: string[]
  class: FindingClass[]
}

/** The findings of an audit that are to be accepted: those of the classes and ids that were named, or all. */
function chooseFindings(findings: readonly Finding[], flags: BaselineFlags, dir: string): Finding[] {
  const missing = flags.id.find(id => !findings.some(finding => finding.id === id || finding.fingerprint === id))
  if (missing !== undefined) throw new PalimpsestError('usage', `${dir}: no finding has the id ${missing}`)
  return findings.filter(
    ({ id, fingerprint = '', class: grade }) =>
      (flags.class.length === 0 || flags.class.includes(grade)) &&
      (flags.id.length === 0 || flags.id.includes(id) || flags.id.includes(fingerprint)),
  )
}

/** Runs `baseline`. */
export async function runBaseline(dir: string, flags: BaselineFlags, outcome: Outcome): Promise<void> {
  await requireSound(dir)
  const { findings, seals } = await readBundle(dir)
  if (seals?.edition !== 'full')
    throw new PalimpsestError(
      'usage',
      `${dir}: edition ${seals?.edition} withholds fingerprints; accept from the full one`,
    )
  if (findings.some(({ fingerprint }) => fingerprint === undefined))
    throw new PalimpsestError('usage', `${dir}: findings have no fingerprints; scan again with this version`)
  const before: Baseline = existsSync(flags.out) ? readBaseline(flags.out) : { schema: 1, entries: [] }
  const { reason = null, until = null, today = nameToday() } = flags
  if (until !== null && until < today)
    throw new PalimpsestError('usage', `until: expected a day that has not passed, got ${until}`)
  const chosen = chooseFindings(findings, flags, dir)
  const { baseline, added, renewed, covered } = acceptFindings(chosen, before, { reason, until, today })
  writeBaseline(flags.out, baseline)
  process.stdout.write(
    `${escapeTerminal(path.normalize(flags.out))}: ${added} findings added, ${renewed} renewed, ${covered} accepted before; ${baseline.entries.length} entries\n`,
  )
  outcome.code = ExitCode.ok
}
