/** cli: files that hold a secret, or the auditor's words. */
import { readFileSync } from 'node:fs'
import { PalimpsestError } from '../errors.ts'
import { checkKey } from '../match/lock.ts'

/** Bytes of a small file that was named. @throws PalimpsestError `usage` if it cannot be read */
export function readNamed(file: string, what: string): Buffer {
  try {
    return readFileSync(file)
  } catch (error) {
    throw new PalimpsestError('usage', `${file}: ${(error as NodeJS.ErrnoException).code}; expected ${what}`)
  }
}

/** A key as it stands in its file, or undefined if none was named. @throws PalimpsestError `usage` */
export function readKey(file: string | undefined): Uint8Array | undefined {
  return file === undefined ? undefined : checkKey(readNamed(file, 'a key file'), file)
}
