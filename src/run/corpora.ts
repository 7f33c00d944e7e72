/**
 * run: corpus arguments of one side → its indexes. Index files are opened, everything else is indexed on the fly.
 */
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { PalimpsestError } from '../errors.ts'
import { hashUnits } from '../hash.ts'
import { IndexBuilder } from '../match/builder.ts'
import { isIndexFile, openIndex, type ReferenceIndex } from '../match/reference.ts'
import { defaultReadOptions, listSources, planParts, type ReadOptions, readPart } from '../read/corpus.ts'
import { addCounts, createCounts } from '../read/ledger.ts'
import { readCatalogue } from '../store/catalogue.ts'
import { findShelved, isName, type Shelved, storeFolder } from '../store/shelf.ts'
import type { CorpusDigest, Document, LedgerCounts, LedgerFile, LedgerProblem, Terms } from '../types.ts'

/** An index with the account of what went into it. */
export interface BuiltIndex {
  index: ReferenceIndex
  files: LedgerFile[]
  problems: LedgerProblem[]
  counts: LedgerCounts
}

/** How to name an index and which documents to take. */
export interface BuildOptions {
  name: string
  /** the model that wrote them; rows with a model column keep their own */
  model?: string | null
  read?: Partial<ReadOptions>
  /** documents for which it is false are left out */
  isWanted?: (document: Document) => boolean
  onProgress?: (bytes: number, records: number) => void
}

/**
 * Indexes corpora.
 *
 * @throws PalimpsestError `usage` where an argument names nothing, `input` where no document could be read
 */
export async function buildIndex(corpora: string[], options: BuildOptions): Promise<BuiltIndex> {
  const builder = new IndexBuilder()
  const files = new Map<string, LedgerFile>()
  const problems: LedgerProblem[] = []
  const counts = createCounts()
  let wanted = 0
  const read = { ...defaultReadOptions, ...options.read, partBytes: Number.MAX_SAFE_INTEGER }
  for (const part of planParts(await listSources(corpora, read), read)) {
    for await (const batch of readPart(part, read)) {
      for (const document of batch.documents) {
        if (options.isWanted !== undefined && !options.isWanted(document)) continue
        builder.add(document)
        wanted++
      }
      problems.push(...batch.problems)
      addCounts(counts, batch.counts)
      if (batch.last !== null) files.set(batch.last.file, batch.last)
      options.onProgress?.(batch.counts.bytesIn, batch.counts.recordsIn)
    }
  }
  if (wanted === 0) {
    const first = problems[0]
    const why = first === undefined ? '' : `; first problem: ${first.file}: ${first.reason}`
    throw new PalimpsestError('input', `${corpora.join(', ')}: expected model outputs to index, found no text${why}`)
  }
  const sources = [...files.values()].map(({ file, sizeBytes, sha256 }) => ({ file, sizeBytes, sha256 }))
  const index = builder.finish({ name: options.name, model: options.model ?? null, sources })
  return { index, files: [...files.values()], problems, counts }
}

/** Share of the background's prompts that serve as decoy when none is given: one in so many. */
const heldBackOneIn = 5

/** Is this document held back from the background as a decoy? All answers to one prompt go together. */
export function isHeldBack(document: Document): boolean {
  return (
    hashUnits(`held back ${document.model ?? document.file} ${document.prompt ?? document.text}`) % heldBackOneIn === 0
  )
}

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
  /** which documents of corpora (not of index files) to take */
  isWanted?: (document: Document) => boolean
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
