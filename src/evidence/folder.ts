/**
 * Evidence: the only door to the files of a bundle. A bundle comes from a stranger: nothing is opened that was not
 * seen as a regular file inside the folder, links are never followed, and sizes, numbers and depths are bounded.
 * Calls are synchronous: many small files, read in order, are several times faster so.
 * Errors: `integrity` for whatever no bundle of ours holds, `input` for a folder that is not there.
 */
import { createHash } from 'node:crypto'
import { closeSync, constants, fstatSync, lstatSync, opendirSync, openSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { PalimpsestError } from '../errors.ts'

/** More files than any bundle has. */
const maxFiles = 2_000

/** Folders within folders. */
const maxFolderDepth = 4

/** Longest line that is taken into memory; two documents and their edits. */
const maxLineBytes: number = 64 * 1024 * 1024

const blockBytes = 1024 * 1024

/** Names that mean the same on every file system, and nothing special on any. */
const segment = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/
const reserved = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)/i

/** Whether a path may stand in a bundle: relative, forward slashes, plain names. */
export function isSafePath(path: string): boolean {
  const segments = path.split('/')
  return segments.length <= maxFolderDepth && segments.every(isSafeName)
}

function isSafeName(name: string): boolean {
  return segment.test(name) && !name.endsWith('.') && !reserved.test(name)
}

function refuse(what: string): never {
  throw new PalimpsestError('integrity', what)
}

/**
 * Every file of a folder with its size, by path.
 * @throws PalimpsestError `integrity` at anything but plain files and folders with plain names, at an empty
 * folder inside, at two names that differ only in case, and when there are too many; `input` if there is no folder
 */
export function listFolder(dir: string): Map<string, number> {
  const top = statSync(dir, { throwIfNoEntry: false })
  if (!top?.isDirectory()) throw new PalimpsestError('input', `${dir}: expected a folder that holds a bundle`)
  const files = new Map<string, number>()
  listInto(files, dir, '', 1)
  const folded = new Set<string>()
  for (const path of files.keys()) {
    const name = path.toLowerCase()
    if (folded.has(name)) refuse(`${path}: another file differs only in case`)
    folded.add(name)
  }
  return files
}

function listInto(files: Map<string, number>, dir: string, prefix: string, depth: number): void {
  if (depth > maxFolderDepth) refuse(`${prefix}: folders nested deeper than ${maxFolderDepth}`)
  const names = listNames(join(dir, prefix))
  if (names.length === 0 && prefix !== '') refuse(`${prefix}: empty folder`)
  for (const name of names) {
    const path = `${prefix}${name}`
    if (!isSafeName(name)) refuse(`${JSON.stringify(path)}: not a name that a bundle uses`)
    const stat = lstatSync(join(dir, path))
    if (stat.isDirectory()) {
      listInto(files, dir, `${path}/`, depth + 1)
    } else if (stat.isFile()) {
      files.set(path, stat.size)
    } else {
      refuse(`${path}: expected a plain file, got a link or device`)
    }
    if (files.size > maxFiles) refuse(`more than ${maxFiles} files`)
  }
}

/** Names in one folder; a folder of millions is not read to its end. */
function listNames(dir: string): string[] {
  const names: string[] = []
  const folder = opendirSync(dir)
  try {
    for (let entry = folder.readSync(); entry !== null; entry = folder.readSync()) {
      if (names.push(entry.name) > maxFiles) refuse(`more than ${maxFiles} files`)
    }
  } finally {
    folder.closeSync()
  }
  return names.sort()
}

/** Opens a listed file for reading, and makes sure that it still is what was listed. */
function openListed(dir: string, path: string, sizeBytes: number): number {
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)
  let descriptor: number
  try {
    descriptor = openSync(join(dir, path), flags)
  } catch {
    return refuse(`${path}: cannot be opened`)
  }
  const stat = fstatSync(descriptor)
  if (stat.isFile() && stat.size === sizeBytes) return descriptor
  closeSync(descriptor)
  return refuse(`${path}: changed while it was read`)
}

/** Blocks of a listed file; never more bytes than its listed size. A block is only valid until the next. */
function* readBlocks(dir: string, path: string, sizeBytes: number): Generator<Buffer> {
  const descriptor = openListed(dir, path, sizeBytes)
  try {
    const block = Buffer.allocUnsafe(Math.min(blockBytes, Math.max(1, sizeBytes)))
    for (let at = 0; at < sizeBytes; ) {
      const bytesRead = readSync(descriptor, block, 0, Math.min(block.length, sizeBytes - at), at)
      if (bytesRead === 0) refuse(`${path}: changed while it was read`)
      yield block.subarray(0, bytesRead)
      at += bytesRead
    }
  } finally {
    closeSync(descriptor)
  }
}

/** SHA-256 of a listed file, lower-case hex. */
export function digestFile(dir: string, path: string, sizeBytes: number): string {
  const hash = createHash('sha256')
  for (const block of readBlocks(dir, path, sizeBytes)) hash.update(block)
  return hash.digest('hex')
}

/** All bytes of a listed file of at most `maxBytes`. */
export function readWhole(dir: string, path: string, sizeBytes: number, maxBytes: number): Buffer {
  if (sizeBytes > maxBytes) refuse(`${path}: expected at most ${maxBytes} bytes, got ${sizeBytes}`)
  const blocks: Buffer[] = []
  for (const block of readBlocks(dir, path, sizeBytes)) blocks.push(Buffer.from(block))
  return Buffer.concat(blocks)
}

/** Lines of a listed file, each without its line feed; the last must have one too. */
export function* readLines(dir: string, path: string, sizeBytes: number): Generator<Buffer> {
  let begun: Buffer[] = []
  let begunBytes = 0
  for (const block of readBlocks(dir, path, sizeBytes)) {
    let from = 0
    for (let feed = block.indexOf(10); feed !== -1; feed = block.indexOf(10, from)) {
      begun.push(block.subarray(from, feed))
      yield begun.length === 1 ? begun[0] : Buffer.concat(begun)
      begun = []
      begunBytes = 0
      from = feed + 1
    }
    if (from < block.length) {
      begunBytes += block.length - from
      if (begunBytes > maxLineBytes) refuse(`${path}: a line of more than ${maxLineBytes} bytes`)
      begun.push(Buffer.from(block.subarray(from)))
    }
  }
  if (begunBytes > 0) refuse(`${path}: the last line has no end`)
}
