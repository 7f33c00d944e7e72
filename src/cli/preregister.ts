/** cli: the command `preregister`. */
import process from 'node:process'
import { ExitCode } from '../errors.ts'
import { escapeTerminal } from '../report/safe.ts'
import { preregisterAudit } from '../run/preregister.ts'
import type { Outcome } from './program.ts'
import { Progress } from './progress.ts'
import { type ReadFlags, readOptionsOf, type SideFlags, sidesOf } from './scan.ts'

/** Runs `preregister`. */
export async function runPreregister(
  flags: ReadFlags & SideFlags & { out: string; json?: boolean },
  outcome: Outcome,
): Promise<void> {
  const progress = new Progress()
  progress.begin('indexing', 0)
  const { plan, sha256 } = await preregisterAudit(flags.out, {
    ...sidesOf(flags),
    read: readOptionsOf(flags),
    onProgress: (_stage, bytes, records) => progress.add(bytes, records),
  })
  progress.end()
  outcome.code = ExitCode.ok
  if (flags.json === true) {
    process.stdout.write(`${JSON.stringify({ file: flags.out, sha256, plan })}\n`)
    return
  }
  const corpora = plan.corpora.map(
    ({ role, name, documents, sha256: digest }) =>
      `  ${role.padEnd(10)} ${escapeTerminal(name)}, ${documents.toLocaleString('en')} documents, ${digest}\n`,
  )
  process.stdout.write(
    `${escapeTerminal(flags.out)}: ${Object.keys(plan.parameters).length} parameters and ${plan.corpora.length} corpora fixed\n${corpora.join('')}` +
      `sha256 ${sha256}\n` +
      'Publish this digest, or have it signed, before the suspect corpus is opened; then scan with --preregistration.\n',
  )
}
