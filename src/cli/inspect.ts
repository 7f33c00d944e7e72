/** cli: the command `inspect`: what would be read of a corpus, before anyone scans it. */
import process from 'node:process'
import pc from 'picocolors'
import { ExitCode } from '../errors.ts'
import { inspectCorpus } from '../read/inspect.ts'
import { escapeTerminal } from '../report/safe.ts'
import type { Outcome } from './program.ts'
import { type ReadFlags, readOptionsOf, useColor } from './scan.ts'

const maxExampleUnits = 160

/** Runs `inspect`. */
export async function runInspect(
  corpora: string[],
  flags: ReadFlags & { json?: boolean },
  outcome: Outcome,
): Promise<void> {
  const colors = pc.createColors(useColor())
  outcome.code = ExitCode.ok
  for await (const inspection of inspectCorpus(corpora, readOptionsOf(flags))) {
    if (inspection.problems.some(({ outcome: what }) => what !== 'skipped') || inspection.layout === null)
      outcome.code = ExitCode.incomplete
    if (flags.json === true) {
      process.stdout.write(`${JSON.stringify(inspection)}\n`)
      continue
    }
    const { file, sizeBytes, chain, layout, models, examples, problems } = inspection
    const lines = [
      colors.bold(escapeTerminal(file)),
      `  ${sizeBytes.toLocaleString('en')} bytes, ${chain.join(' → ')}`,
      `  layout ${layout === null ? 'none: no model-side text was recognised; name it with --text-field' : escapeTerminal(JSON.stringify(layout))}`,
      `  model column ${
        models.length === 0
          ? `absent${layout?.lacksModelColumn === true ? ', though sets of this layout usually have one' : ''}`
          : models
              .slice(0, 5)
              .map(({ model, documents }) => `${escapeTerminal(model)} (${documents})`)
              .join(', ')
      }`,
      ...problems
        .slice(0, 5)
        .map(
          ({ record, reason }) =>
            `  problem${record === null ? '' : ` in record ${record}`}: ${escapeTerminal(reason)}`,
        ),
      ...examples.flatMap(({ record, field, prompt, text }) => [
        `  record ${record}, ${escapeTerminal(field)}`,
        `    prompt ${prompt === null ? '–' : escapeTerminal(prompt, maxExampleUnits)}`,
        `    text   ${escapeTerminal(text, maxExampleUnits)}`,
      ]),
    ]
    process.stdout.write(`${lines.join('\n')}\n`)
  }
}
