/** cli: the commands `report` and `verify`. */
import process from 'node:process'
import { ExitCode, PalimpsestError } from '../errors.ts'
import { readBundle } from '../evidence/bundle.ts'
import { verifyBundle } from '../evidence/verify.ts'
import { renderCsv } from '../report/csv.ts'
import { renderHtml } from '../report/html.ts'
import { renderMarkdown } from '../report/markdown.ts'
import { escapeTerminal } from '../report/safe.ts'
import { renderSarif } from '../report/sarif.ts'
import { renderTerminal } from '../report/terminal.ts'
import { type RecomputedAudit, recomputeAudit } from '../run/recompute.ts'
import type { Bundle } from '../types.ts'
import { readKey, readNamed } from './keyfile.ts'
import type { Outcome } from './program.ts'
import { Progress } from './progress.ts'
import { type SideFlags, sidesOf, useColor } from './scan.ts'

type Format = 'terminal' | 'html' | 'md' | 'json' | 'csv' | 'sarif'

const renderers: Record<Format, (bundle: Bundle) => string> = {
  terminal: bundle => renderTerminal(bundle, { color: useColor(), width: process.stdout.columns ?? 100 }),
  html: bundle => renderHtml(bundle),
  md: renderMarkdown,
  json: bundle => `${JSON.stringify(bundle.summary)}\n`,
  csv: renderCsv,
  sarif: renderSarif,
}

/** Nothing is made of a damaged audit. @throws PalimpsestError `integrity` */
export async function requireSound(dir: string): Promise<void> {
  const { ok, checks } = await verifyBundle(dir)
  if (ok) return
  const failed = checks.find(check => !check.ok)
  throw new PalimpsestError(
    'integrity',
    `${dir}: ${failed?.name}: ${failed?.detail}; nothing is made of a damaged audit`,
  )
}

/** Runs `report`. */
export async function runReport(dir: string, { format }: { format: Format }, outcome: Outcome): Promise<void> {
  await requireSound(dir)
  process.stdout.write(renderers[format](await readBundle(dir)))
  outcome.code = ExitCode.ok
}

interface VerifyFlags extends SideFlags {
  json?: boolean
  root?: string
  key: string[]
  recompute?: boolean
  suspect: string[]
  sealKey?: string
  threads: number
}

/** Runs `verify`. */
export async function runVerify(dir: string, flags: VerifyFlags, outcome: Outcome): Promise<void> {
  const { json, root, key, recompute } = flags
  const given = [flags.suspect, flags.reference, flags.background, flags.decoy, flags.profile].flat().length > 0
  if (given && recompute !== true)
    throw new PalimpsestError('usage', 'verify: corpora are of use with --recompute only; add it, or leave them out')
  const publicKeys = key.map(file => readNamed(file, 'a public key in PEM').toString())
  const verification = await verifyBundle(dir, root === undefined ? { publicKeys } : { publicKeys, root })
  const again = verification.ok && recompute === true ? await recomputeFrom(dir, flags) : undefined
  const ok = verification.ok && again?.ok !== false
  const checks = [...verification.checks, ...(again?.checks ?? [])]
  if (json === true) {
    const findings = again?.findings === undefined ? {} : { recomputed: again.findings }
    process.stdout.write(`${JSON.stringify({ ok, checks, ...findings })}\n`)
  } else {
    for (const check of checks)
      process.stdout.write(
        `${check.ok ? 'ok     ' : 'FAILED '} ${escapeTerminal(check.name)}: ${escapeTerminal(check.detail)}\n`,
      )
    process.stdout.write(conclude(verification.ok, again?.ok))
  }
  outcome.code = ok ? ExitCode.ok : ExitCode.integrity
}

function conclude(isSound: boolean, cameOutAgain: boolean | undefined): string {
  if (!isSound) return 'the bundle is NOT what was written\n'
  if (cameOutAgain === undefined) return 'the bundle is what was written\n'
  return cameOutAgain
    ? 'the bundle is what was written, and what these corpora give\n'
    : 'the bundle is what was written, but NOT what these corpora give\n'
}

async function recomputeFrom(dir: string, flags: VerifyFlags): Promise<RecomputedAudit> {
  const sealKey = readKey(flags.sealKey)
  const progress = new Progress()
  progress.begin('indexing', 0)
  const again = await recomputeAudit(dir, {
    suspects: flags.suspect,
    ...sidesOf(flags),
    ...(sealKey !== undefined && { sealKey }),
    threads: flags.threads,
    onPlan: bytes => progress.begin('scanning', bytes),
    onProgress: (_stage, bytes, records) => progress.add(bytes, records),
  })
  progress.end()
  return again
}
