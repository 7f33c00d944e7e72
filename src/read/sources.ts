/**
 * read: corpus arguments → sources, one for each file, with container, format and layout decided once, so
 * that all parts of a file and all runs agree. A source that cannot be read carries its problem.
 */
import { createReadStream, createWriteStream, rmSync } from 'node:fs'
import { lstat, mkdtemp, readdir, realpath, stat } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { glob, isDynamicPattern } from 'tinyglobby'
import { PalimpsestError } from '../errors.ts'
import type { LedgerProblem } from '../types.ts'
import { isLayoutName } from './desk.ts'
import { type Format, findBinaryFormat, findContainer, findEncoding, findRefusal, findTextFormat } from './formats.ts'
import { decideLayout, type LayoutDecision, layoutNames } from './layouts.ts'
import type { Trouble } from './ledger.ts'
import { holdsRecords, sampleRecords } from './samples.ts'
import type { ReadOptions } from './settings.ts'
import { describeIoError, readHead } from './streams.ts'

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

/** A path found under a corpus argument. */
interface Place {
  file: string
  path: string
  trouble: Trouble | null
}

const sniffBytes = 64 << 10
const maxContainers = 4

/** Bytes looked at to tell a record from an object that holds records. */
const objectHeadBytes = 1 << 20

function toSlashes(file: string): string {
  return path.sep === '/' ? file : file.replaceAll(path.sep, '/')
}

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
  const places: Place[] = []
  for (const corpus of corpora) for (const place of await expandCorpus(corpus)) places.push(place)
  const unique = await dropRepeats(places)
  nameApart(unique)
  const sources: Source[] = []
  for (const place of unique) sources.push(await openSource(place, options))
  return sources.sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0))
}

async function expandCorpus(corpus: string): Promise<Place[]> {
  if (corpus === '-') return [{ file: '-', path: await spool(process.stdin), trouble: null }]
  const absolute = path.resolve(corpus)
  const found = await stat(absolute).catch((error: NodeJS.ErrnoException) => error)
  if (!(found instanceof Error)) {
    const file = path.basename(absolute) || 'root'
    if (found.isDirectory()) return walkFolder(absolute, file)
    if (found.isFile()) return [{ file, path: absolute, trouble: null }]
    if (found.isFIFO()) return [{ file, path: await spool(createReadStream(absolute)), trouble: null }]
    return [{ file, path: absolute, trouble: notAFile }]
  }
  if (found.code === 'ENOENT' && isDynamicPattern(corpus)) return expandGlob(corpus)
  if (found.code === 'ENOENT') {
    throw new PalimpsestError('usage', `expected a file, folder or glob, got ${corpus}, which does not exist`)
  }
  throw new PalimpsestError('usage', `cannot open ${corpus}: ${found.code}`)
}

const notAFile: Trouble = { outcome: 'rejected', code: 'not-a-file', reason: 'this is neither a file nor a folder' }
const hidden: Trouble = { outcome: 'skipped', code: 'hidden', reason: 'names that begin with a dot are not read' }

async function expandGlob(pattern: string): Promise<Place[]> {
  const slashed = toSlashes(pattern)
  const fixed = slashed.split('/').slice(
    0,
    slashed.split('/').findIndex(part => isDynamicPattern(part)),
  )
  const base = path.resolve(fixed.length === 1 && fixed[0] === '' ? '/' : fixed.join('/') || '.')
  const files = await glob(slashed, { absolute: true, onlyFiles: true, dot: false, expandDirectories: false })
  if (files.length === 0) throw new PalimpsestError('usage', `expected files, but nothing matches ${pattern}`)
  return files.map(file => ({ file: toSlashes(path.relative(base, file)), path: file, trouble: null }))
}

/** All files below a folder; loops of links are followed once. */
async function walkFolder(root: string, shown: string): Promise<Place[]> {
  const places: Place[] = []
  const seen = new Set<string>()
  const open = [{ folder: root, shown }]
  for (let next = open.pop(); next; next = open.pop()) {
    const real = await realpath(next.folder).catch(() => next!.folder)
    if (seen.has(real)) continue
    seen.add(real)
    const names = await readdir(next.folder).catch((error: unknown) =>
      describeIoError(error, 'the folder cannot be listed'),
    )
    if (!Array.isArray(names)) {
      places.push({ file: next.shown, path: next.folder, trouble: names })
      continue
    }
    for (const name of names.sort()) {
      const place = { path: path.join(next.folder, name), file: `${next.shown}/${name}` }
      if (name.startsWith('.')) {
        places.push({ ...place, trouble: hidden })
        continue
      }
      const found = await stat(place.path).catch((error: unknown) =>
        describeIoError(error, 'the file cannot be opened'),
      )
      if ('outcome' in found) places.push({ ...place, trouble: found })
      else if (found.isDirectory()) open.push({ folder: place.path, shown: place.file })
      else places.push({ ...place, trouble: found.isFile() ? null : notAFile })
    }
  }
  return places
}

/** Of files that are one on disk (links, an argument given twice), the first by name is read. */
async function dropRepeats(places: Place[]): Promise<Place[]> {
  const seen = new Map<string, Place>()
  const unique: Place[] = []
  const sorted = [...places].sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.path < b.path ? -1 : 1))
  for (const place of sorted) {
    const real = await realpath(place.path).catch(() => place.path)
    const first = seen.get(real)
    if (first?.file === place.file) continue
    if (first && place.trouble === null) {
      const reason = `this is the same file as ${first.file}, which is read`
      unique.push({ ...place, trouble: { outcome: 'skipped', code: 'same-file', reason } })
      continue
    }
    seen.set(real, place)
    unique.push(place)
  }
  return unique
}

/** Gives files of one name as many of their folders as tell them apart. */
function nameApart(places: Place[]): void {
  for (let depth = 1; depth < 64; depth++) {
    const byName = groupByFile(places)
    let isClear = true
    for (const group of byName.values()) {
      if (group.length < 2) continue
      isClear = false
      for (const place of group) {
        const parts = toSlashes(path.resolve(place.path)).split('/')
        place.file = parts.slice(Math.max(0, parts.length - place.file.split('/').length - 1)).join('/')
      }
    }
    if (isClear) return
  }
}

function groupByFile(places: Place[]): Map<string, Place[]> {
  const groups = new Map<string, Place[]>()
  for (const place of places) groups.set(place.file, [...(groups.get(place.file) ?? []), place])
  return groups
}

/** Copies a stream to a temporary file, so that it can be sampled, cut and digested like any other. */
async function spool(stream: NodeJS.ReadableStream): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'palimpsest-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const file = path.join(folder, 'stream')
  await pipeline(stream, createWriteStream(file, { mode: 0o600 }))
  return file
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
    const found = await lstat(place.path)
    const target = found.isSymbolicLink() ? await stat(place.path).catch(() => found) : found
    if (target.isFile()) source.sizeBytes = target.size
    source.mtimeMs = target.mtimeMs
    if (place.trouble) return fail(place.trouble)
    if (source.sizeBytes === 0) return fail({ outcome: 'skipped', code: 'empty-file', reason: 'the file is empty' })
    const trouble = await recognise(source, options)
    return trouble ? fail(trouble) : source
  } catch (error) {
    return fail(place.trouble ?? describeIoError(error, 'the file cannot be read'))
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
  const fixed = { shape: -1, sampled: 0, hits: 0, seen: {} }
  if (source.chain.at(-1) === 'text') return { name: 'text', by: 'format', ...fixed }
  if (options.textField !== undefined) return { name: 'field', by: 'option', ...fixed }
  const decided = decideLayout(await sampleRecords(source, options))
  if (options.layout !== undefined) return { ...fixed, ...decided, name: options.layout, by: 'option', shape: -1 }
  return decided
}
