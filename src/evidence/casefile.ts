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

const words = v.pipe(v.string('expected a text'), v.maxLength(2_000, 'longer than 2,000 characters'))
const said = v.pipe(words, v.regex(/\S/, 'empty'))
const orNull = v.optional(v.nullable(words), null)
const itemNumber = v.pipe(
  v.union([said, v.pipe(v.number(), v.safeInteger(), v.transform(String))], 'expected a number or a text'),
)
const maxEntries = 10_000
const tooMany = 'more than 10,000 entries'

const itemShape = v.strictObject({ number: itemNumber, file: orNull, description: orNull })
const custodyShape = v.strictObject({
  at: said,
  actor: said,
  action: said,
  items: v.optional(v.pipe(v.array(itemNumber), v.maxLength(maxEntries, tooMany)), []),
})
const caseShape = v.strictObject(
  {
    title: said,
    number: orNull,
    examiner: orNull,
    organisation: orNull,
    purpose: orNull,
    items: v.optional(v.pipe(v.array(itemShape), v.maxLength(maxEntries, tooMany)), []),
    custody: v.optional(v.pipe(v.array(custodyShape), v.maxLength(maxEntries, tooMany)), []),
  },
  issue => `expected ${issue.expected === 'never' ? 'no such part' : issue.expected}, got ${issue.received}`,
)

/** A date or time whose order can be told: ISO 8601, in one time zone. */
const isoTime = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z)?$/

/**
 * Reads the auditor's case file: `title`, and optionally `number`, `examiner`, `organisation`, `purpose`, `items`, a list
 * of `{number, file, description}`, and `custody`, a list of `{at, actor, action, items}`, oldest first.
 * @param where name of the file, for the message
 * @throws PalimpsestError `usage`
 */
export function parseCase(text: string, where: string): CaseHeader {
  const refuse = (what: string): never => {
    throw new PalimpsestError('usage', `${where}: ${what}`)
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    refuse(`not JSON (${(error as Error).message}); expected an object with at least a title`)
  }
  const parsed = v.safeParse(caseShape, value)
  if (!parsed.success) {
    const issue = parsed.issues[0]
    return refuse(`${v.getDotPath(issue) ?? 'case'}: ${issue.message}`)
  }
  const { items, custody, ...header } = parsed.output
  const numbers = new Set<string>()
  for (const [i, { number }] of items.entries()) {
    if (numbers.has(number)) refuse(`items.${i}.number: ${JSON.stringify(number)} is used twice`)
    numbers.add(number)
  }
  for (const [i, { at, items: named }] of custody.entries()) {
    const before = i === 0 ? '' : custody[i - 1].at
    if (isoTime.test(at) && isoTime.test(before) && at.slice(0, before.length) < before.slice(0, at.length))
      refuse(`custody.${i}.at: ${at} lies before ${before} of the entry above it`)
    const unknown = items.length > 0 ? named.find(number => !numbers.has(number)) : undefined
    if (unknown !== undefined) refuse(`custody.${i}.items: ${JSON.stringify(unknown)} is not the number of an item`)
  }
  return { ...header, ...(items.length > 0 && { items }), custody }
}

/**
 * Holds the items of a case to the files that are audited.
 * @throws PalimpsestError `usage` where an item names a file that is not among them
 */
export function checkItems(header: CaseHeader | undefined, files: ReadonlySet<string>): void {
  for (const { number, file } of header?.items ?? []) {
    if (file === null || files.has(file)) continue
    const some = [...files].slice(0, 3).join(', ')
    throw new PalimpsestError(
      'usage',
      `case: item ${number} is ${JSON.stringify(file)}, which is not audited; the files are named ${some}${files.size > 3 ? ', …' : ''}`,
    )
  }
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
