/**
 * cli: argv → options → run → exit code. The only room that prints or exits.
 */
import process from 'node:process'
import { setFlagsFromString } from 'node:v8'
import { ExitCode, PalimpsestError } from '../errors.ts'
import { escapeTerminal } from '../report/safe.ts'
import { createProgram } from './program.ts'

/**
 * How far the heap may grow before it is collected again, in per cent of what is alive. Left alone it grows fourfold: a
 * scan of 100 MB then takes 239 MB, else 185, in the same time.
 */
const heapGrowth = 50
setFlagsFromString(`--heap-growing-percent=${heapGrowth}`)

/**
 * Bytecode that a compiled function may take in from those that it calls, less than half of the engine's own 920. Functions are
 * compiled again whenever a rare branch is met, in each thread, and grow dear by what they took in: a scan of 50 MB takes
 * a tenth less processor time.
 */
const inlinedBytecode = 400
setFlagsFromString(`--max-inlined-bytecode-size-cumulative=${inlinedBytecode}`)

/** An error that the program did not foresee is reported as a defect, with its trace for whoever mends it. */
function report(error: unknown): number {
  if (error instanceof PalimpsestError) {
    process.stderr.write(`palimpsest: ${escapeTerminal(error.message)}\n`)
    return error.code === 'usage'
      ? ExitCode.usage
      : error.code === 'integrity'
        ? ExitCode.integrity
        : ExitCode.incomplete
  }
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error)
  const lines = trace.split('\n').map(line => escapeTerminal(line))
  process.stderr.write(`palimpsest: this is a defect of the program, please report it:\n${lines.join('\n')}\n`)
  return ExitCode.usage
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // the reader of a pipe may leave early
  if (error.code === 'EPIPE') process.exit(process.exitCode ?? ExitCode.ok)
  throw error
})
try {
  const outcome = { code: ExitCode.ok as number }
  await createProgram(outcome).parseAsync()
  process.exitCode = outcome.code
} catch (error) {
  process.exitCode = report(error)
}
