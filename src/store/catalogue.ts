/**
 * store: the catalogue: public corpora of known model outputs and of human text, with where they lie, how large they
 * are, under which licence they are published, and what the owner of the model says on the use of outputs.
 * A fact that nobody published, or that could not be confirmed, is null. `corpora/catalogue.json` is the shipped one.
 */
import { readFile } from 'node:fs/promises'
import * as v from 'valibot'
import { PalimpsestError } from '../errors.ts'
import { readShipped } from '../evidence/casefile.ts'
import type { Terms } from '../types.ts'

/** A name that a corpus may have: also the name of its folder. */
export const namePattern: RegExp = /^[a-z0-9][a-z0-9._-]{0,63}$/

const line = v.pipe(v.string(), v.minLength(1), v.maxLength(2_000))
const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'expected 64 lower-case hex digits'))
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(1))
const address = v.pipe(v.string(), v.url(), v.regex(/^https?:/, 'expected an https address'))

const termsShape = v.strictObject({
  owner: line,
  document: line,
  date: v.pipe(v.string(), v.isoDate()),
  address,
  summary: line,
  snapshotSha256: v.nullable(sha256),
})

const corpusShape = v.strictObject({
  name: v.pipe(v.string(), v.regex(namePattern)),
  title: line,
  kind: v.picklist(['model', 'human']),
  model: v.nullable(line),
  languages: v.array(line),
  layout: v.strictObject({
    layout: v.optional(line),
    textField: v.optional(line),
    promptField: v.optional(line),
  }),
  licence: v.nullable(line),
  page: address,
  address,
  records: v.nullable(count),
  sizeBytes: v.nullable(count),
  aboutBytes: v.nullable(count),
  sha256: v.nullable(sha256),
  terms: v.nullable(line),
  note: v.nullable(line),
})

const catalogueShape = v.strictObject({
  schema: v.literal(1),
  asOf: v.pipe(v.string(), v.isoDate()),
  terms: v.record(v.string(), termsShape),
  corpora: v.array(corpusShape),
})

/** One corpus of the catalogue. */
export interface CatalogueEntry {
  name: string
  title: string
  kind: 'model' | 'human'
  /** the model that wrote it */
  model: string | null
  languages: string[]
  /** what the reader has to be told */
  layout: { layout?: string | undefined; textField?: string | undefined; promptField?: string | undefined }
  /** SPDX identifier of the licence that the publisher names */
  licence: string | null
  /** the public page of the data set */
  page: string
  /** the file */
  address: string
  records: number | null
  /** exact size of the file */
  sizeBytes: number | null
  /** its size as published, rounded */
  aboutBytes: number | null
  /** lower-case hex digest of the file */
  sha256: string | null
  /** key of the catalogue's terms */
  terms: string | null
  note: string | null
}

/** Corpora with the clauses that they name. */
export interface Catalogue {
  /** the day on which the facts were gathered */
  asOf: string
  terms: { [key: string]: Terms }
  corpora: CatalogueEntry[]
}

/**
 * Parses a catalogue.
 *
 * @param where name of the file, for messages
 * @throws PalimpsestError `usage` with the key at fault
 */
export function parseCatalogue(text: string, where: string): Catalogue {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new PalimpsestError('usage', `${where}: not JSON; expected a catalogue such as corpora/catalogue.json`)
  }
  const parsed = v.safeParse(catalogueShape, value)
  if (!parsed.success) {
    const issue = parsed.issues[0]
    throw new PalimpsestError(
      'usage',
      `${where}: ${v.getDotPath(issue) ?? 'catalogue'}: ${issue.message.toLowerCase()}`,
    )
  }
  const { asOf, terms, corpora } = parsed.output
  const names = new Set<string>()
  for (const { name, terms: key } of corpora) {
    if (names.has(name)) throw new PalimpsestError('usage', `${where}: the name ${name} stands there twice`)
    names.add(name)
    if (key !== null && !Object.hasOwn(terms, key))
      throw new PalimpsestError('usage', `${where}: ${name}: terms ${key} are not in the catalogue`)
  }
  return { asOf, terms, corpora }
}

/**
 * Reads a catalogue: the file of that name, or the shipped one.
 * @throws PalimpsestError `usage` if it cannot be read, `integrity` if the program ships none
 */
export async function readCatalogue(file?: string): Promise<Catalogue> {
  if (file === undefined) {
    const text = await readShipped('corpora/catalogue.json')
    if (text === undefined)
      throw new PalimpsestError('integrity', 'corpora/catalogue.json: not found beside the program; install it again')
    return parseCatalogue(text, 'corpora/catalogue.json')
  }
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text === undefined) throw new PalimpsestError('usage', `${file}: no such catalogue`)
  return parseCatalogue(text, file)
}

/** The clause that a catalogue gives for a corpus, or null. */
export function termsOf(catalogue: Catalogue, { terms }: CatalogueEntry): Terms | null {
  return terms === null ? null : catalogue.terms[terms]
}
