/**
 * Evidence: parameters and references are fixed in a file before the suspect is opened; the bundle embeds the file and
 * shows that the audit kept to it. The file proves the order only to someone who saw it, its digest or a signature
 * of it before the suspect was handed over.
 */
import { open, readFile } from 'node:fs/promises'
import { PalimpsestError } from '../errors.ts'
import type { Bundle, Preregistration } from '../types.ts'
import { canonicalise, digestHex, parseCanonical, repairValue } from './canonical.ts'
import { compareCorpora } from './order.ts'

/**
 * Writes a preregistration; an existing file is never replaced.
 * @param corpora every corpus that will take part except the suspect
 * @returns SHA-256 of the preregistration, hex: what to publish, sign or hand over
 * @throws PalimpsestError `usage` if the file exists, or a corpus is the suspect
 */
export async function preregister(
  path: string,
  parameters: Preregistration['parameters'],
  corpora: Preregistration['corpora'],
): Promise<string> {
  if (corpora.some(corpus => corpus.role === 'suspect')) {
    throw new PalimpsestError('usage', 'preregister: the suspect must not be opened yet; name references only')
  }
  const preregistration: Preregistration = { schema: 1, parameters, corpora: corpora.toSorted(compareCorpora) }
  const text = canonicalise(repairValue(preregistration).value)
  const handle = await open(path, 'wx').catch(error => {
    const { code } = error as NodeJS.ErrnoException
    throw new PalimpsestError('usage', `${path}: ${code === 'EEXIST' ? 'exists; a preregistration is final' : code}`)
  })
  try {
    await handle.writeFile(`${text}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
  return digestHex(text)
}

/**
 * Reads a preregistration.
 * @throws PalimpsestError `usage` if it cannot be read, `integrity` if it is not one
 */
export async function readPreregistration(path: string): Promise<Preregistration> {
  const bytes = await readFile(path).catch(error => {
    throw new PalimpsestError('usage', `${path}: ${(error as NodeJS.ErrnoException).code}; expected a preregistration`)
  })
  const value = parseCanonical(bytes.at(-1) === 10 ? bytes.subarray(0, -1) : bytes, path) as Partial<Preregistration>
  if (value?.schema === 1 && typeof value.parameters === 'object' && Array.isArray(value.corpora)) {
    return value as Preregistration
  }
  throw new PalimpsestError('integrity', `${path}: not a preregistration`)
}

/**
 * What an audit changed of what was fixed. Parameters that were not fixed are free.
 * @returns names of parameters, and corpora by role and name; empty if the audit kept to it
 */
export function compareFixed(fixed: Preregistration, bundle: Pick<Bundle, 'parameters' | 'corpora'>): string[] {
  const differences: string[] = []
  for (const key of Object.keys(fixed.parameters).sort()) {
    if (canonicalise(fixed.parameters[key]) !== canonicalise(bundle.parameters[key])) differences.push(key)
  }
  const used = bundle.corpora.filter(corpus => corpus.role !== 'suspect').sort(compareCorpora)
  if (canonicalise(used) === canonicalise(fixed.corpora)) return differences
  const forms = [fixed.corpora, used].map(corpora => new Set(corpora.map(canonicalise)))
  const changed = [...fixed.corpora, ...used].filter(corpus => !forms.every(form => form.has(canonicalise(corpus))))
  const names = new Set(changed.map(({ role, name }) => `${role} ${JSON.stringify(name)}`))
  return [...differences, names.size === 0 ? 'the order of the corpora' : [...names].join(', ')]
}
