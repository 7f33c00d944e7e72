/**
 * run: corpus arguments of one side → its indexes. Index files are opened, everything else is indexed on the fly.
 */
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { PalimpsestError } from '../errors.ts'
import { isIndexFile, openIndex, type ReferenceIndex } from '../match/reference.ts'
import type { ReadOptions } from '../read/corpus.ts'
import { readCatalogue } from '../store/catalogue.ts'
import { findShelved, isName, type Shelved, storeFolder } from '../store/shelf.ts'
import type { CorpusDigest, LedgerFile, LedgerProblem, Terms } from '../types.ts'
import { buildIndex } from './build.ts'
import type { Take } from './runs.ts'

/** The indexes of one side of an audit. */
export interface OpenedSide {
  indexes: ReferenceIndex[]
  /** the clauses that came with corpora of the local store */
  terms: Map<ReferenceIndex, Terms>
  /** the file of each index; null where it was built on the fly */
  files: (string | null)[]
  problems: LedgerProblem[]
  /** corpora that were indexed on the fly, by their arguments */
  corpora: string[]
}

/**
 * The corpus of the local store that an argument names, or null for what is a path or a pattern.
 * @throws PalimpsestError `usage` for a name that nothing has
 */
async function findByName(arg: string): Promise<Shelved | null> {
  if (!isName(arg)) return null
  const home = storeFolder()
  const shelved = findShelved(home, arg)
  if (shelved !== null) return shelved
  const isCatalogued = (await readCatalogue()).corpora.some(({ name }) => name === arg)
  throw new PalimpsestError(
    'usage',
    isCatalogued
      ? `${arg}: in the catalogue, but not yet in the store at ${home}; palimpsest corpora pull ${arg} fetches it`
      : `${arg}: no such file, and no corpus of that name in the store at ${home}; palimpsest corpora list shows the names`,
  )
}

/** How to open a side. */
export interface SideOptions {
  read: ReadOptions
  /** key of locked index files */
  key?: Uint8Array
  /** which documents of corpora (not of index files) to take; default: all */
  take?: Take
  threads?: number
  onProgress?: (bytes: number, records: number) => void
}

/**
 * Opens one side: each index file by itself, each name its corpus of the store, all other arguments one index each. A
 * path that exists wins over a name.
 */
export async function openSide(args: readonly string[], options: SideOptions): Promise<OpenedSide> {
  const { key, ...how } = options
  const side: OpenedSide = { indexes: [], terms: new Map(), files: [], problems: [], corpora: [] }
  for (const arg of args) {
    const shelved = await findByName(arg)
    if (shelved !== null) {
      const index = openIndex(shelved.indexFile)
      side.indexes.push(index)
      side.files.push(shelved.indexFile)
      if (shelved.provenance.terms !== null) side.terms.set(index, shelved.provenance.terms)
      continue
    }
    if (fs.existsSync(arg) && fs.statSync(arg).isFile() && isIndexFile(arg)) {
      side.indexes.push(openIndex(arg, key))
      side.files.push(arg)
      continue
    }
    const built = await buildIndex([arg], { name: path.basename(arg), model: null, ...how })
    side.indexes.push(built.index)
    side.files.push(null)
    side.problems.push(...built.problems)
    side.corpora.push(arg)
  }
  return side
}

/** What the evidence says of an index. @param terms the clause that is printed beside it, if there is one */
export function describeIndex(role: CorpusDigest['role'], index: ReferenceIndex, terms?: Terms): CorpusDigest {
  const { name, model, documents, tokens, sha256 } = index.facts
  return { role, name, model, documents, tokens, sha256, ...(terms && { terms }) }
}

/** One digest for the files of a corpus: of their names and digests in order. */
export function digestFiles(files: readonly LedgerFile[]): string {
  const digest = createHash('sha256')
  for (const { file, sha256 } of files) digest.update(JSON.stringify([file, sha256]))
  return digest.digest('hex')
}
