/**
 * read: corpus arguments → sources, one for each file, with container, format and layout decided once, so
 * that all parts of a file and all runs agree. A source that cannot be read carries its problem.
 */
import { stat } from 'node:fs/promises'
import path from 'node:path'
import { PalimpsestError } from '../errors.ts'
import type { LedgerProblem } from '../types.ts'
import { isLayoutName } from './desk.ts'
import { type Format, findBinaryFormat, findContainer, findEncoding, findRefusal, findTextFormat } from './formats.ts'
import { decideLayout, type LayoutDecision, layoutNames } from './layouts.ts'
import type { Trouble } from './ledger.ts'
import { findPlaces, type Place } from './places.ts'
import { holdsRecords, sampleRecords } from './samples.ts'
import type { ReadOptions } from './settings.ts'
import { describeFault, readHead } from './streams.ts'

/** One file of a corpus; plain data, so it goes to workers. */
export interface Source {
  /** as shown to the user: relative to the parent of the corpus argument, forward slashes; `-` for stdin */
  file: string
  path: string
  sizeBytes: number
  /** time of the last change when it was listed; a file that changes later is reported */
  mtimeMs: number
  /** containers, encoding and format from outside in, e.g. `gzip`, `jsonl` */
  chain: string[]
  layout: LayoutDecision | null
  /** why the file is not read at all */
  problem: LedgerProblem | null
}

const sniffBytes = 64 << 10
const maxContainers = 4

/** Files looked at side by side: folders of many small texts wait for the disk, not for the processor. */
const openAtOnce = 8

/** Bytes looked at to tell a record from an object that holds records. */
const objectHeadBytes = 1 << 20

/**
 * Lists the files of corpora: files, folders (all files below, sorted), globs, and `-` for stdin.
 *
 * @returns sorted by `file`, whatever the order of the arguments
 * @throws {PalimpsestError} `usage` if an argument names nothing, or the layout is unknown
 */
export async function listSources(corpora: string[], options: ReadOptions): Promise<Source[]> {
  if (options.layout !== undefined && !isLayoutName(options.layout)) {
    const known = layoutNames.join(', ')
    throw new PalimpsestError('usage', `expected a layout out of ${known}; got ${options.layout}`)
  }
  const places = await findPlaces(corpora)
  const sources: Source[] = []
  for (let at = 0; at < places.length; at += openAtOnce) {
    const some = places.slice(at, at + openAtOnce)
    for (const source of await Promise.all(some.map(place => openSource(place, options)))) sources.push(source)
  }
  return sources.sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0))
}

async function openSource(place: Place, options: ReadOptions): Promise<Source> {
  const source: Source = { ...place, sizeBytes: 0, mtimeMs: 0, chain: [], layout: null, problem: null }
  delete (source as Source & { trouble?: unknown }).trouble
  const fail = (trouble: Trouble): Source => {
    const counted = trouble.code === 'same-file' ? 0 : source.sizeBytes
    source.problem = { file: place.file, record: null, line: null, ...trouble, bytes: counted }
    return source
  }
  try {
    const found = await stat(place.path)
    if (found.isFile()) source.sizeBytes = found.size
    source.mtimeMs = found.mtimeMs
    if (place.trouble) return fail(place.trouble)
    if (source.sizeBytes === 0) return fail({ outcome: 'skipped', code: 'empty-file', reason: 'the file is empty' })
    const trouble = await recognise(source, options)
    return trouble ? fail(trouble) : source
  } catch (error) {
    return fail(place.trouble ?? describeFault(error, 'the file cannot be read'))
  }
}

/** Fills in chain and layout; gives the reason if the file is refused. */
async function recognise(source: Source, options: ReadOptions): Promise<Trouble | null> {
  let name = path.basename(source.file === '-' ? 'stdin' : source.file)
  let head = await readHead(source.path, [], sniffBytes, options.maxRatio)
  for (let container = findContainer(head); container; container = findContainer(head)) {
    if (source.chain.length >= maxContainers) {
      const reason = `more than ${maxContainers} containers stand inside one another`
      return { outcome: 'limited', code: 'container-depth', reason }
    }
    source.chain.push(container)
    name = name.replace(/\.(gz|gzip|zst|zstd)$/i, '')
    head = await readHead(source.path, source.chain, sniffBytes, options.maxRatio)
  }
  const refusal = findRefusal(head, name)
  if (refusal) return refusal
  const binary = findBinaryFormat(head)
  if (binary) {
    if (binary === 'parquet' && source.chain.length > 0) {
      const reason = `Parquet inside ${source.chain.join(' inside ')} is not read; decompress the file first`
      return { outcome: 'rejected', code: 'unsupported-format', reason }
    }
    source.chain.push(binary)
  } else {
    const encoding = findEncoding(head)
    if (encoding) {
      source.chain.push(encoding)
      head = await readHead(source.path, source.chain, sniffBytes, options.maxRatio)
    }
    const format = findTextFormat(head, name)
    if (format === null) {
      return {
        outcome: 'rejected',
        code: 'unsupported-format',
        reason: 'the bytes are neither text nor a known format',
      }
    }
    source.chain.push(await nameFormat(source, format, head, options))
  }
  source.layout = await decideSource(source, options)
  return null
}

/** The format, with what a longer look or the options say of it. */
async function nameFormat(source: Source, format: Format, head: Buffer, options: ReadOptions): Promise<Format> {
  if (options.layout === 'text') return 'text'
  if (format !== 'json' || !/^[\s\ufeff]*\{/.test(head.subarray(0, 64).toString('utf8'))) return format
  const longer = await readHead(source.path, source.chain, objectHeadBytes, options.maxRatio)
  return holdsRecords(longer, options) ? 'json-object' : 'json'
}

async function decideSource(source: Source, options: ReadOptions): Promise<LayoutDecision | null> {
  const fixed = { shape: -1, sampled: 0, hits: 0, seen: {}, lacksModelColumn: false }
  if (source.chain.at(-1) === 'text') return { name: 'text', by: 'format', ...fixed }
  if (options.textField !== undefined) return { name: 'field', by: 'option', ...fixed }
  const decided = decideLayout(await sampleRecords(source, options))
  if (options.layout !== undefined) return { ...fixed, ...decided, name: options.layout, by: 'option', shape: -1 }
  return decided
}
