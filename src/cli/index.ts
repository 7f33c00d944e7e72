/** cli: the command `index`. */
import path from 'node:path'
import process from 'node:process'
import { ExitCode } from '../errors.ts'
import { writeIndex } from '../match/reference.ts'
import { escapeTerminal } from '../report/safe.ts'
import { buildIndex } from '../run/corpora.ts'
import { readKey } from './keyfile.ts'
import type { Outcome } from './program.ts'
import { Progress } from './progress.ts'
import { type ReadFlags, readOptionsOf } from './scan.ts'

/** Problems printed one by one before the rest is only counted. */
const maxProblemsShown = 10

/** Runs `index`. */
export async function runIndex(
  corpora: string[],
  flags: ReadFlags & { out: string; model?: string; keyFile?: string },
  outcome: Outcome,
): Promise<void> {
  const key = readKey(flags.keyFile)
  const progress = new Progress()
  progress.begin('indexing', 0)
  const built = await buildIndex(corpora, {
    name: path.basename(flags.out),
    model: flags.model ?? null,
    read: readOptionsOf(flags),
    onProgress: (bytes, records) => progress.add(bytes, records),
  })
  progress.end()
  writeIndex(flags.out, built.index, key)
  const faults = built.problems.filter(({ outcome: what }) => what !== 'skipped')
  for (const { file, record, reason } of faults.slice(0, maxProblemsShown))
    process.stderr.write(
      `${escapeTerminal(file)}${record === null ? '' : `, record ${record}`}: ${escapeTerminal(reason)}\n`,
    )
  if (faults.length > maxProblemsShown) process.stderr.write(`and ${faults.length - maxProblemsShown} more\n`)
  const { documents, tokens, seeds } = built.index.facts
  const number = (value: number): string => value.toLocaleString('en')
  process.stdout.write(
    `${escapeTerminal(flags.out)}: ${number(documents)} documents, ${number(tokens)} tokens, ${number(seeds)} seeds, ${number(built.index.sizeBytes)} bytes${key === undefined ? '' : ', locked'}\n`,
  )
  outcome.code = faults.length > 0 ? ExitCode.incomplete : ExitCode.ok
}
