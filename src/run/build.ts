/**
 * run: corpora → one index, in memory or in a file. Stretches are indexed by all threads, then merged in their order,
 * so the bytes depend neither on threads nor on the order of the arguments.
 */
import path from 'node:path'
import process from 'node:process'
import { PalimpsestError } from '../errors.ts'
import { checkContent, type Header, type IndexFacts, indexVersion, readHeader } from '../match/format.ts'
import { isLocked } from '../match/lock.ts'
import { type MergeInput, mergeIndexes } from '../match/merge.ts'
import { ReferenceIndex } from '../match/reference.ts'
import { openFile, openMemory, readStart, type Sink, type Store, writeFile, writeMemory } from '../match/store.ts'
import { type Origin, readOrigin, type SourceDigest } from '../match/tables.ts'
import { matchDefaults, sketchDefaults } from '../options.ts'
import {
  defaultReadOptions,
  digestDivided,
  digestFile,
  listSources,
  planParts,
  type ReadOptions,
} from '../read/corpus.ts'
import { addCounts, createCounts } from '../read/ledger.ts'
import type { LedgerCounts, LedgerFile, LedgerProblem } from '../types.ts'
import { Checkpoints } from './checkpoints.ts'
import { mergeFile, renumber } from './merge.ts'
import { makeRunsOf } from './pool.ts'
import { planStretches, type Run, type Stretch, type StretchResult, type Take } from './runs.ts'
import { version } from './version.ts'

/** The account of what went into an index. */
export interface BuildAccount {
  files: LedgerFile[]
  problems: LedgerProblem[]
  counts: LedgerCounts
}

/** An index with the account of what went into it. */
export interface BuiltIndex extends BuildAccount {
  index: ReferenceIndex
}

/** An index file with the account of what went into it. */
export interface WrittenIndex extends BuildAccount {
  facts: IndexFacts
  sizeBytes: number
}

/** How to name an index, which documents to take, and how to work. */
export interface BuildOptions {
  name: string
  /** the model that wrote them; rows with a model column keep their own */
  model?: string | null
  read?: Partial<ReadOptions>
  /** default: all documents */
  take?: Take
  /** bytes of a file that are indexed at a time; default: by the size of the corpora. Places of text blocks depend on it */
  partBytes?: number
  /** default 1: this thread */
  threads?: number
  onProgress?: (bytes: number, records: number) => void
  /** called while what was read is merged, with the postings done, and all */
  onMerge?: (postings: number, all: number) => void
}

/** Bytes of a file that are indexed at a time: small enough to feed all threads, few enough to merge at once. */
const minPartBytes = 8 << 20
const partsAtMost = 128

/**
 * Indexes corpora in memory: about 5 B a token with the texts. What is larger belongs in a file (`buildIndexFile`).
 *
 * @throws PalimpsestError `usage` where an argument names nothing, `input` where no document could be read
 */
export async function buildIndex(corpora: string[], options: BuildOptions): Promise<BuiltIndex> {
  const { store, account } = await build(corpora, options, () => writeMemory(options.name), undefined)
  return { index: new ReferenceIndex(store), ...account }
}

/**
 * Indexes corpora into a file; memory does not grow with them. What was done stays beside the file until it is
 * complete.
 *
 * @param resume use what an earlier run that was cut short has left
 * @throws PalimpsestError as `buildIndex`
 */
export async function buildIndexFile(
  corpora: string[],
  out: string,
  options: BuildOptions,
  resume = false,
): Promise<WrittenIndex> {
  const { read, model, take, partBytes } = options
  const parameters = [sketchDefaults, matchDefaults, read, model, take, partBytes]
  const basis = [version, indexVersion, process.versions.unicode, ...parameters]
  const checkpoints = new Checkpoints<StretchResult>(out, basis)
  if (!resume) checkpoints.clear()
  const { store, facts, account } = await build(corpora, options, () => writeFile(out), checkpoints)
  store.close()
  checkpoints.clear()
  return { facts, sizeBytes: store.sizeBytes, ...account }
}

async function build(
  corpora: string[],
  options: BuildOptions,
  openSink: () => Sink,
  checkpoints: Checkpoints<StretchResult> | undefined,
): Promise<{ store: Store; facts: IndexFacts; account: BuildAccount }> {
  const read: ReadOptions = { ...defaultReadOptions, ...options.read }
  const sources = await listSources(corpora, read)
  const sizeBytes = sources.reduce((sum, source) => sum + source.sizeBytes, 0)
  // not as the scan cuts: the index of a corpus does not depend on what it is built for
  read.partBytes = options.partBytes ?? Math.max(minPartBytes, Math.ceil(sizeBytes / partsAtMost))
  const parts = planParts(sources, read)
  const stretches = planStretches(parts)
  const { model = null, take = 'all', threads = 1, onProgress = () => undefined } = options
  const making = makeRunsOf(stretches, { read, model, take }, threads, onProgress, checkpoints)
  // while workers index, this thread has time to take digests; what fails is thrown below
  making.catch(() => {})
  const digests = await digestDivided(parts) // never fails
  const results = await making
  const { account, inputs } = joinStretches(stretches, results)
  if (inputs.length === 0) {
    const first = account.problems[0]
    const why = first === undefined ? '' : `; first problem: ${first.file}: ${first.reason}`
    throw new PalimpsestError('input', `${corpora.join(', ')}: expected model outputs to index, found no text${why}`)
  }
  const places = new Map(sources.map(source => [source.file, source.problem === null ? source.path : null]))
  const named: SourceDigest[] = []
  for (const { file, sizeBytes, sha256 } of account.files) {
    const place = places.get(file) ?? null
    const known = sha256 ?? digests.get(file)
    named.push({ file, sizeBytes, sha256: known ?? (place && (await digestFile(place).catch(() => null))) })
  }
  const names = { name: options.name, model, sources: named }
  const { store, header } = mergeIndexes(inputs, openSink(), names, options.onMerge)
  for (const input of inputs) input.store.close()
  return { store, facts: header, account }
}

/** Adds up the accounts, and opens the runs with the records that stand before them in their file. */
function joinStretches(
  stretches: readonly Stretch[],
  results: readonly StretchResult[],
): { account: BuildAccount; inputs: MergeInput[] } {
  const files = new Map<string, LedgerFile>()
  const problems: LedgerProblem[] = []
  const counts = createCounts()
  const inputs: MergeInput[] = []
  let records = 0
  let lines = 0
  for (const [order, result] of results.entries()) {
    if (stretches[order][0].index === 0) records = lines = 0
    for (const problem of result.problems) problems.push(renumber(problem, records, lines))
    for (const account of result.accounts) mergeFile(files, account, records)
    addCounts(counts, result.counts)
    for (const run of result.runs) inputs.push({ ...openRun(run), records })
    records += result.numbers
    lines += result.lines
  }
  return { account: { files: [...files.values()], problems, counts }, inputs }
}

function openRun(run: Run): Omit<MergeInput, 'records'> {
  return openChecked('path' in run ? openFile(run.path) : openMemory(run.memory, 'a run'))
}

function openChecked(store: Store): Omit<MergeInput, 'records'> {
  const header = readHeader(store)
  checkContent(store, header)
  return { store, header }
}

/** Opens a file that must be an index. */
function openIndexFile(file: string): Store {
  try {
    if (isLocked(readStart(file, 4)))
      throw new PalimpsestError('usage', `${file}: the index is locked; merge and inspect take open ones alone`)
    return openFile(file)
  } catch (error) {
    if (error instanceof PalimpsestError) throw error
    const { code } = error as NodeJS.ErrnoException
    throw new PalimpsestError('usage', `${file}: expected an index file, which cannot be opened: ${code}`)
  }
}

/** Merges index files into one. @throws PalimpsestError `integrity`, or `usage` where they do not fit together */
export function mergeIndexFiles(
  files: readonly string[],
  out: string,
  onMerge?: (postings: number, all: number) => void,
): Omit<WrittenIndex, keyof BuildAccount> {
  const inputs = files.map(file => ({ ...openChecked(openIndexFile(file)), records: 0 }))
  const sources = inputs.flatMap(({ store, header }) => readOrigin(store, header).sources)
  const models = new Set(inputs.map(({ header }) => header.model))
  const [model] = models.size === 1 ? models : [null]
  const { store, header } = mergeIndexes(inputs, writeFile(out), { name: path.basename(out), model, sources }, onMerge)
  for (const input of [...inputs, { store }]) input.store.close()
  return { facts: header, sizeBytes: store.sizeBytes }
}

/** What an index file says of itself, its digest checked. @throws PalimpsestError `integrity` */
export function inspectIndexFile(file: string): Origin & { facts: Header; sizeBytes: number; frequentSeeds: number } {
  const { store, header } = openChecked(openIndexFile(file))
  const { sizeBytes } = store
  const frequentSeeds = header.shards.reduce((sum, _, s) => sum + header.sections[`frequentHash${s}`].bytes / 4, 0)
  const origin = readOrigin(store, header)
  store.close()
  return { ...origin, facts: header, sizeBytes, frequentSeeds }
}
