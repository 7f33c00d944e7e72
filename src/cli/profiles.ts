/** cli: profile files of style. */
import { existsSync, readFileSync } from 'node:fs'
import { PalimpsestError } from '../errors.ts'
import { decodeProfile, type Profile } from '../style/profile.ts'

/** Opens a profile. @throws PalimpsestError `usage` if there is no such file, `integrity` if it is damaged */
export function openProfile(file: string): Profile {
  if (!existsSync(file))
    throw new PalimpsestError('usage', `${file}: no such profile; make one with palimpsest profile`)
  return decodeProfile(readFileSync(file))
}
