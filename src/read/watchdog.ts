/**
 * read: a limit of time on decoders that others wrote. On damaged lengths they may run for ever, or fill the
 * memory; V8 can stop them only from outside, which its vm module does.
 */
import vm from 'node:vm'

/** A page or batch over a limit, as against one that is damaged. */
export class LimitFault extends Error {}

/** Sound data takes some 10 ms per MB; a slow and busy machine may take twenty times that. */
const baseMs = 1000
const msPerMb = 200

const runner = new vm.Script('run()')
const context: { run: (() => unknown) | null } = { run: null }
vm.createContext(context)

/**
 * Calls a decoder that may never come back.
 *
 * @param nBytes what it decodes; the more, the longer it may take
 * @throws {LimitFault} if it was stopped; else what it throws
 */
export function decodeWithin<T>(nBytes: number, decode: () => T): T {
  const timeout = Math.ceil(baseMs + (msPerMb * nBytes) / 2 ** 20)
  context.run = decode
  try {
    return runner.runInContext(context, { timeout }) as T
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error
    throw new LimitFault(`decoding took longer than ${timeout} ms`)
  } finally {
    context.run = null
  }
}
