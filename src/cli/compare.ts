/** cli: the command `compare`. */
import fs from 'node:fs'
import process from 'node:process'
import pc from 'picocolors'
import { ExitCode } from '../errors.ts'
import { escapeTerminal } from '../report/safe.ts'
import { compareTexts } from '../run/compare.ts'
import type { Outcome } from './program.ts'
import { useColor } from './scan.ts'

/** Files larger than this are no single text to be shown on a terminal. */
const maxTextBytes = 8 << 20

/** The content of the file of that name, or the argument itself. */
function readText(argument: string): string {
  if (!fs.existsSync(argument) || !fs.statSync(argument).isFile() || fs.statSync(argument).size > maxTextBytes)
    return argument
  return fs.readFileSync(argument, 'utf8')
}

/** Runs `compare`. */
export async function runCompare(
  suspect: string,
  reference: string,
  flags: { json?: boolean },
  outcome: Outcome,
): Promise<void> {
  const comparison = compareTexts(readText(suspect), readText(reference))
  outcome.code = ExitCode.ok
  if (flags.json === true) {
    process.stdout.write(`${JSON.stringify(comparison)}\n`)
    return
  }
  if (comparison === null) {
    process.stdout.write('the texts share no passage\n')
    return
  }
  const colors = pc.createColors(useColor())
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`
  const lines = [
    `identity ${percent(comparison.identity)} of aligned tokens; ${percent(comparison.suspectContainment)} of the first text, ${percent(comparison.referenceContainment)} of the second`,
    `${comparison.edits.length} edits:`,
    ...comparison.edits.map(
      ({ op, kind, from, to }) =>
        `  ${op.padEnd(7)} ${kind.padEnd(12)} ${colors.red(escapeTerminal(from, 120))} → ${colors.green(escapeTerminal(to, 120))}`,
    ),
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
}
