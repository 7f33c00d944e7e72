/**
 * Evidence: the only door to the files of a bundle. A bundle comes from a stranger: nothing is opened that was not
 * seen as a regular file inside the folder, links are never followed, and sizes, numbers and depths are bounded.
 * Errors: `integrity` for whatever no bundle of ours holds, `input` for a folder that is not there.
 */
import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { type FileHandle, lstat, open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { PalimpsestError } from '../errors.ts'

/** More files than any bundle has. */
const maxFiles = 2_000

/** Folders within folders. */
const maxFolderDepth = 4

/** Longest line that is taken into memory; two documents and their edits. */
export const maxLineBytes: number = 64 * 1024 * 1024

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
export async function listFolder(dir: string): Promise<Map<string, number>> {
  const top = await lstat(dir).catch(() => undefined)
  if (!top?.isDirectory()) throw new PalimpsestError('input', `${dir}: expected a folder that holds a bundle`)
  const files = new Map<string, number>()
  await listInto(files, dir, '', 1)
  const folded = new Set<string>()
  for (const path of files.keys()) {
    const name = path.toLowerCase()
    if (folded.has(name)) refuse(`${path}: another file differs only in case`)
    folded.add(name)
  }
  return files
}

async function listInto(files: Map<string, number>, dir: string, prefix: string, depth: number): Promise<void> {
  if (depth > maxFolderDepth) refuse(`${prefix}: folders nested deeper than ${maxFolderDepth}`)
  const names = await readdir(join(dir, prefix))
  if (names.length === 0 && prefix !== '') refuse(`${prefix}: empty folder`)
  for (const name of names) {
    const path = `${prefix}${name}`
    if (!isSafeName(name)) refuse(`${JSON.stringify(path)}: not a name that a bundle uses`)
    const stat = await lstat(join(dir, path))
    if (stat.isDirectory()) {
      await listInto(files, dir, `${path}/`, depth + 1)
    } else if (stat.isFile()) {
      files.set(path, stat.size)
    } else {
      refuse(`${path}: expected a plain file, got a link or device`)
    }
    if (files.size > maxFiles) refuse(`more than ${maxFiles} files`)
  }
}

/** Opens a listed file for reading, and makes sure that it still is what was listed. */
async function openListed(dir: string, path: string, sizeBytes: number): Promise<FileHandle> {
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)
  const handle = await open(join(dir, path), flags).catch(() => refuse(`${path}: cannot be opened`))
  const stat = await handle.stat()
  if (stat.isFile() && stat.size === sizeBytes) return handle
  await handle.close()
  return refuse(`${path}: changed while it was read`)
}

/** Blocks of a listed file; never more bytes than its listed size. A block is only valid until the next. */
async function* readBlocks(dir: string, path: string, sizeBytes: number): AsyncGenerator<Buffer> {
  const handle = await openListed(dir, path, sizeBytes)
  try {
    const block = Buffer.allocUnsafe(Math.min(blockBytes, Math.max(1, sizeBytes)))
    for (let at = 0; at < sizeBytes; ) {
      const { bytesRead } = await handle.read(block, 0, Math.min(block.length, sizeBytes - at), at)
      if (bytesRead === 0) refuse(`${path}: changed while it was read`)
      yield block.subarray(0, bytesRead)
      at += bytesRead
    }
  } finally {
    await handle.close()
  }
}

/** SHA-256 of a listed file, lower-case hex. */
export async function digestFile(dir: string, path: string, sizeBytes: number): Promise<string> {
  const hash = createHash('sha256')
  for await (const block of readBlocks(dir, path, sizeBytes)) hash.update(block)
  return hash.digest('hex')
}

/** All bytes of a listed file of at most `maxBytes`. */
export async function readWhole(dir: string, path: string, sizeBytes: number, maxBytes: number): Promise<Buffer> {
  if (sizeBytes > maxBytes) refuse(`${path}: expected at most ${maxBytes} bytes, got ${sizeBytes}`)
  const blocks: Buffer[] = []
  for await (const block of readBlocks(dir, path, sizeBytes)) blocks.push(Buffer.from(block))
  return Buffer.concat(blocks)
}

/** Lines of a listed file, each without its line feed; the last must have one too. */
export async function* readLines(dir: string, path: string, sizeBytes: number): AsyncGenerator<Buffer> {
  let begun: Buffer[] = []
  let begunBytes = 0
  for await (const block of readBlocks(dir, path, sizeBytes)) {
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
