/**
 * run: which program this is, byte for byte. Machines that work on one audit must run the same, and equal version
 * numbers do not say so while a program is changed.
 */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { version } from './version.ts'

/** A version with the digest of the code behind it. */
export interface ProgramFacts {
  version: string
  /** SHA-256 over the names and contents of the files of code, lower-case hex */
  sha256: string
}

let known: ProgramFacts | undefined

/** The program that is running; its files are read once. */
export function describeProgram(): ProgramFacts {
  known ??= { version, sha256: digestCode(fileURLToPath(new URL('.', import.meta.url))) }
  return known
}

function digestCode(folder: string): string {
  const digest = createHash('sha256')
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(file => /(?<!\.d)\.[jt]s$/.test(file))
  for (const file of files.map(name => name.replaceAll(path.sep, '/')).sort())
    digest.update(JSON.stringify(file)).update(readFileSync(path.join(folder, file)))
  return digest.digest('hex')
}
