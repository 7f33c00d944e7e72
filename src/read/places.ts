/**
 * read: corpus arguments → places of files: files, folders with all below them, globs, and `-` for stdin.
 * A file that stands in several places is read once; nothing that is passed over goes unsaid.
 */
import { createReadStream, createWriteStream, rmSync } from 'node:fs'
import { mkdtemp, readdir, realpath, stat } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { glob, isDynamicPattern } from 'tinyglobby'
import { PalimpsestError } from '../errors.ts'
import { findMetadata } from './folders.ts'
import type { Trouble } from './ledger.ts'
import { describeFault } from './streams.ts'

/** A file under a corpus argument; `trouble` says why it is not read. */
export interface Place {
  file: string
  path: string
  trouble: Trouble | null
}

function toSlashes(file: string): string {
  return path.sep === '/' ? file : file.replaceAll(path.sep, '/')
}

/**
 * All places under corpus arguments, each file once, under names that tell them apart.
 *
 * @throws {PalimpsestError} `usage` if an argument names nothing
 */
export async function findPlaces(corpora: string[]): Promise<Place[]> {
  const places: Place[] = []
  for (const corpus of corpora) for (const place of await expandCorpus(corpus)) places.push(place)
  const unique = await dropRepeats(places)
  nameApart(unique)
  return unique
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
const sameFolder: Trouble = {
  outcome: 'skipped',
  code: 'same-folder',
  reason: 'the link leads to a folder that is read under another name',
}
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
    if (seen.has(real)) {
      places.push({ file: next.shown, path: next.folder, trouble: sameFolder })
      continue
    }
    seen.add(real)
    const names = await readdir(next.folder).catch((error: unknown) =>
      describeFault(error, 'the folder cannot be listed'),
    )
    if (!Array.isArray(names)) {
      places.push({ file: next.shown, path: next.folder, trouble: names })
      continue
    }
    const metadata = await findMetadata(next.folder, names)
    for (const name of names.sort()) {
      const place = { path: path.join(next.folder, name), file: `${next.shown}/${name}` }
      if (name.startsWith('.')) {
        places.push({ ...place, trouble: hidden })
        continue
      }
      const found = await stat(place.path).catch((error: unknown) => describeFault(error, 'the file cannot be opened'))
      if ('outcome' in found) places.push({ ...place, trouble: found })
      else if (found.isDirectory()) open.push({ folder: place.path, shown: place.file })
      else places.push({ ...place, trouble: found.isFile() ? (metadata.get(name) ?? null) : notAFile })
    }
  }
  return places
}

/** By name, then path; in Hugging Face's cache the link with the file's name stands before the blob it points to. */
function comparePlaces(a: Place, b: Place): number {
  const isBlob = [a, b].map(({ file }) => (/(?:^|\/)blobs\/[0-9a-f]{40,}$/.test(file) ? 1 : 0))
  if (isBlob[0] !== isBlob[1]) return isBlob[0] - isBlob[1]
  if (a.file !== b.file) return a.file < b.file ? -1 : 1
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0
}

/** Of files that are one on disk (links, an argument given twice), the first by name is read. */
async function dropRepeats(places: Place[]): Promise<Place[]> {
  const seen = new Map<string, Place>()
  const unique: Place[] = []
  const sorted = [...places].sort(comparePlaces)
  for (const place of sorted) {
    const real = await realpath(place.path).catch(() => place.path)
    const first = seen.get(real)
    if (first?.file === place.file && first.path === place.path) continue
    if (first && place.trouble === null) {
      const reason = `this is the same file as ${first.file}, which is read`
      unique.push({ ...place, trouble: { outcome: 'skipped', code: 'same-file', reason } })
      continue
    }
    if (place.trouble === null) seen.set(real, place)
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
