/** cli: the commands `keys`, `sign` and `prove`. */
import process from 'node:process'
import { ExitCode } from '../errors.ts'
import { proveFinding } from '../evidence/prove.ts'
import { writeKeys } from '../evidence/statement.ts'
import { signBundle } from '../evidence/verify.ts'
import { readNamed } from './keyfile.ts'
import type { Outcome } from './program.ts'

/** Runs `keys`. */
export async function runKeys(file: string, outcome: Outcome): Promise<void> {
  const keyId = await writeKeys(file)
  process.stdout.write(`key ${keyId}: private key in ${file}, public key in ${file}.pub\n`)
  outcome.code = ExitCode.ok
}

/** Runs `sign`. */
export async function runSign(
  dir: string,
  { key, name }: { key: string; name?: string },
  outcome: Outcome,
): Promise<void> {
  await signBundle(dir, readNamed(key, 'a private key in PEM').toString(), name)
  process.stdout.write(`${dir}: signed\n`)
  outcome.code = ExitCode.ok
}

/** Runs `prove`. */
export async function runProve(dir: string, id: string, outcome: Outcome): Promise<void> {
  process.stdout.write(`${JSON.stringify(await proveFinding(dir, id), null, 2)}\n`)
  outcome.code = ExitCode.ok
}
