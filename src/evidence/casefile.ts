/**
 * Evidence: what an examiner expects at the head of a file: the case, the custody of the items, their inventory with
 * containers, the order in which things were fixed, and the error table of the release.
 * The case and the custody are the auditor's words; everything else is derived, and checked again when verifying.
 */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as v from 'valibot'
import { PalimpsestError } from '../errors.ts'
import type { Bundle, CaseHeader, Json } from '../types.ts'
import { canonicalise, digestHex } from './canonical.ts'

const line = v.pipe(v.string(), v.maxLength(2_000))
const orNull = v.optional(v.nullable(line), null)

const caseShape = v.strictObject({
  title: line,
  number: orNull,
  examiner: orNull,
  organisation: orNull,
  purpose: orNull,
  custody: v.optional(
    v.pipe(
      v.array(v.strictObject({ at: line, actor: line, action: line, items: v.optional(v.array(line), []) })),
      v.maxLength(10_000),
    ),
    [],
  ),
})

/**
 * Reads the auditor's case file: `title`, and optionally `number`, `examiner`, `organisation`, `purpose`, and
 * `custody`, a list of `{at, actor, action, items}`.
 * @param where name of the file, for the message
 * @throws PalimpsestError `usage`
 */
export function parseCase(text: string, where: string): CaseHeader {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new PalimpsestError('usage', `${where}: not JSON; expected an object with at least a title`)
  }
  const parsed = v.safeParse(caseShape, value)
  if (parsed.success) return parsed.output
  const issue = parsed.issues[0]
  throw new PalimpsestError('usage', `${where}: ${v.getDotPath(issue) ?? 'case'}: ${issue.message.toLowerCase()}`)
}

/** Links each entry to the one before it, so that none can be dropped or moved alone. */
function chainEntries(entries: readonly { [key: string]: Json }[]): { [key: string]: Json }[] {
  let previous: string | null = null
  return entries.map(entry => {
    const linked: { [key: string]: Json } = { ...entry, previous }
    previous = digestHex(canonicalise(linked))
    return linked
  })
}

/**
 * The content of `case.json`.
 * @param findingsRoot root of the findings tree, hex
 */
export function describeCase(bundle: Omit<Bundle, 'findings'>, findingsRoot: string): { [key: string]: Json } {
  const inventory = bundle.coverage.files.map((file, i) => ({
    item: i + 1,
    file: file.file,
    sizeBytes: file.sizeBytes,
    sha256: file.sha256,
    chain: file.chain,
    layout: file.layout,
  }))
  const fixed = bundle.preregistration ?? {
    schema: 1,
    parameters: bundle.parameters,
    corpora: bundle.corpora.filter(corpus => corpus.role !== 'suspect'),
  }
  const { custody, ...header } = bundle.case ?? { custody: [] }
  return {
    schema: 1,
    header: bundle.case === undefined ? null : (header as { [key: string]: Json }),
    custody: chainEntries(custody),
    inventory,
    order: chainEntries([
      {
        step: 'parameters and references fixed',
        preregistered: bundle.preregistration !== undefined,
        sha256: digestHex(canonicalise(fixed)),
      },
      { step: 'suspect inventoried', sha256: digestHex(canonicalise(inventory)) },
      { step: 'findings sealed', sha256: findingsRoot },
    ]),
    releaseErrors: bundle.releaseErrors ?? { cannotSay: 'this release ships no error table' },
  }
}

/**
 * The error table that this release ships as `corpora/release-errors.json`.
 * @returns undefined if it ships none
 * @throws PalimpsestError `integrity` if the file is there but is not JSON
 */
export async function readReleaseErrors(): Promise<Json | undefined> {
  const text = await readShipped('corpora/release-errors.json')
  if (text === undefined) return undefined
  try {
    return JSON.parse(text) as Json
  } catch {
    throw new PalimpsestError('integrity', 'corpora/release-errors.json: not JSON; install the program again')
  }
}

/**
 * A text file that is shipped with the program, sought from this module up to the root of the package: the module runs
 * from `src/evidence` or, bundled, from `dist`.
 * @returns undefined if it is nowhere
 */
export async function readShipped(path: string): Promise<string | undefined> {
  let folder = dirname(fileURLToPath(import.meta.url))
  for (let level = 0; level < 4; level++) {
    const text = await readFile(join(folder, path), 'utf8').catch(() => undefined)
    if (text !== undefined) return text
    if (existsSync(join(folder, 'package.json'))) return undefined
    folder = dirname(folder)
  }
  return undefined
}
