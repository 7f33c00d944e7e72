/**
 * run: what an audit will do, fixed in a file before its suspect is opened (`evidence/preregister.ts`). The same
 * options make the same indexes and parameters here as in the audit, so what is registered is what will be used.
 */
import { PalimpsestError } from '../errors.ts'
import { preregister } from '../evidence/preregister.ts'
import { auditDefaults } from '../options.ts'
import { defaultReadOptions, type ReadOptions } from '../read/corpus.ts'
import type { Preregistration } from '../types.ts'
import { type BasisOptions, describePlan } from './audit.ts'
import { openSides } from './sides.ts'

/**
 * Writes parameters and the digests of references, backgrounds, decoys and profiles.
 *
 * @param out the file; one that exists is never replaced
 * @returns the plan, and its digest: what to publish, sign or hand over
 * @throws PalimpsestError `usage` if `out` exists or no reference is named; else as `audit`
 */
export async function preregisterAudit(
  out: string,
  options: BasisOptions,
): Promise<{ plan: Preregistration; sha256: string }> {
  if (options.references.length === 0)
    throw new PalimpsestError('usage', 'preregister: no reference was named; name one with --reference')
  const read: ReadOptions = { ...defaultReadOptions, ...options.read }
  const opened = await openSides(options, read, (bytes, records) => options.onProgress?.('index', bytes, records))
  const plan = describePlan(options, opened, read, options.level ?? auditDefaults.level)
  return { plan, sha256: await preregister(out, plan.parameters, plan.corpora) }
}
