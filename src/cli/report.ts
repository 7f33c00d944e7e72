/** cli: the commands `report` and `verify`. */
import { readFileSync } from 'node:fs'
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
import type { Bundle } from '../types.ts'
import type { Outcome } from './program.ts'
import { useColor } from './scan.ts'

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

/** Runs `verify`. */
export async function runVerify(
  dir: string,
  { json, root, key }: { json?: boolean; root?: string; key: string[] },
  outcome: Outcome,
): Promise<void> {
  const publicKeys = key.map(file => readFileSync(file, 'utf8'))
  const verification = await verifyBundle(dir, root === undefined ? { publicKeys } : { publicKeys, root })
  if (json === true) process.stdout.write(`${JSON.stringify(verification)}\n`)
  else {
    for (const { name, ok, detail } of verification.checks)
      process.stdout.write(`${ok ? 'ok     ' : 'FAILED '} ${escapeTerminal(name)}: ${escapeTerminal(detail)}\n`)
    process.stdout.write(verification.ok ? 'the bundle is what was written\n' : 'the bundle is NOT what was written\n')
  }
  outcome.code = verification.ok ? ExitCode.ok : ExitCode.integrity
}
