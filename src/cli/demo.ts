/**
 * cli: the command `demo`: the shipped corpora, end to end, and the findings held against their truth.
 */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { ExitCode } from '../errors.ts'
import { audit } from '../run/audit.ts'
import type { Finding } from '../types.ts'
import type { Outcome } from './program.ts'
import { printResult } from './scan.ts'

/** What `truth.json` says of a vendor record, as far as the demo needs it. */
interface TruthRecord {
  id: string
  origin: 'copy' | 'innocent' | 'human'
  source?: string | null
}

/** The folder of the shipped demo corpora. */
function demoFolder(): string {
  return fileURLToPath(new URL('../../corpora/demo', import.meta.url))
}

/** Runs `demo`. */
export async function runDemo(flags: { out: string; threads: number }, outcome: Outcome): Promise<void> {
  const folder = demoFolder()
  const corpus = (name: string): string => path.join(folder, name)
  const result = await audit({
    suspects: [corpus('vendor.jsonl')],
    references: [corpus('reference.jsonl')],
    backgrounds: [corpus('background.jsonl')],
    decoys: [corpus('decoy.jsonl')],
    out: flags.out,
    threads: flags.threads,
    arguments: process.argv.slice(2),
  })
  printResult(result, path.join(flags.out, 'report.html'), false)
  const truth = JSON.parse(readFileSync(corpus('truth.json'), 'utf8')) as { records: TruthRecord[] }
  const faults = holdAgainstTruth(result.bundle.findings, truth.records)
  const copies = truth.records.filter(({ origin }) => origin === 'copy').length
  if (faults.length === 0) {
    process.stdout.write(
      `\nheld against the truth: all ${copies} copies found with their source, nothing else at A or B\n`,
    )
    outcome.code = ExitCode.ok
    return
  }
  process.stdout.write(
    `\nheld against the truth: ${faults.length} differences\n${faults.map(fault => `  ${fault}\n`).join('')}`,
  )
  outcome.code = ExitCode.findings
}

/** Differences between the findings and the truth: copies missed, wrong sources, innocents at A or B. */
function holdAgainstTruth(findings: readonly Finding[], truth: readonly TruthRecord[]): string[] {
  const strong = findings.filter(finding => finding.class !== 'C')
  const faults: string[] = []
  for (const { id, origin, source } of truth) {
    const own = strong.filter(finding => finding.suspect.id === id)
    if (origin !== 'copy' && own.length > 0) faults.push(`${id}: no copy, but found at ${own[0].class}`)
    if (origin === 'copy' && own.length === 0) faults.push(`${id}: a copy of ${source}, not found`)
    if (origin === 'copy' && own.length > 0 && !own.some(finding => finding.reference.id === source))
      faults.push(`${id}: a copy of ${source}, found as ${own[0].reference.id}`)
  }
  return faults
}
