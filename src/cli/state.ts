/** cli: the file in which a scan leaves, for the next one, which files it read in full. */
import { existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import * as v from 'valibot'
import { PalimpsestError } from '../errors.ts'
import type { ScanState } from '../run/changed.ts'
import { sayFault } from './faults.ts'

const maxStateBytes = 256 << 20
const hex = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'expected a SHA-256 digest'))
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))

const stateShape = v.strictObject({
  schema: v.literal(1, 'expected schema 1'),
  basis: hex,
  files: v.array(v.strictObject({ sha256: hex, readAs: v.string(), classA: count, classB: count, classC: count })),
})

/** Reads the state of an earlier scan; null if there is none. @throws PalimpsestError `usage` */
export function readState(file: string): ScanState | null {
  if (!existsSync(file)) return null
  const fail = (why: string): never => {
    throw new PalimpsestError('usage', `${file}: ${why}; remove it to scan every file`)
  }
  const found = statSync(file)
  if (!found.isFile() || found.size > maxStateBytes) return fail('not the state of a scan')
  let content: unknown
  try {
    content = JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return fail('not JSON')
  }
  const checked = v.safeParse(stateShape, content)
  return checked.success ? checked.output : fail(sayFault(checked.issues, 'state'))
}

/** Writes the state, a file a line, by rename. */
export function writeState(file: string, { basis, files }: ScanState): void {
  const lines = files.map(entry => `  ${JSON.stringify(entry)}`).join(',\n')
  const text = `{"schema": 1, "basis": "${basis}", "files": [${lines === '' ? '' : `\n${lines}\n`}]}\n`
  writeFileSync(`${file}.partial`, text)
  renameSync(`${file}.partial`, file)
}
