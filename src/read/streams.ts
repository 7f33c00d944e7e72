/**
 * read: a file on disk → decoded blocks, through its containers and its encoding.
 *
 * The operating system's errors become one trouble with their code; what was read before stands.
 */
import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { BlockSource, type Gauge, gunzip, type Report } from './containers.ts'
import { Transcoder } from './encodings.ts'
import type { Encoding } from './formats.ts'
import type { Trouble } from './ledger.ts'
import { blockBytes } from './settings.ts'
import { unzstd } from './zstd.ts'

/**
 * The trouble of a file that the operating system does not give, or on which a reader failed in a way that
 * nobody foresaw: the scan goes on, and the file is in the account as not read.
 */
export function describeFault(error: unknown, at: string): Trouble {
  const { code, message } = error as NodeJS.ErrnoException
  if (isSystemError(error)) return { outcome: 'rejected', code: 'unreadable', reason: `${at}: ${code}` }
  return { outcome: 'rejected', code: 'reader-fault', reason: `${at}: ${String(message).slice(0, 200)}` }
}

/** True for an error of the operating system. */
export function isSystemError(error: unknown): boolean {
  return error instanceof Error && ('syscall' in error || (error as NodeJS.ErrnoException).code === 'ENOTFILE')
}

/** Opens a regular file; a FIFO that took its place does not block. */
export async function openFile(path: string): Promise<FileHandle> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
  const isFile = await handle.stat().then(
    stat => stat.isFile(),
    async (error: unknown) => {
      await handle.close()
      throw error
    },
  )
  if (isFile) return handle
  await handle.close()
  throw Object.assign(new Error('not a regular file'), { code: 'ENOTFILE' })
}

/**
 * Blocks of `[start, end)` of a file; `onBlock` sees each one first. The next block is read while one is
 * worked on. Blocks stand in two buffers in turn, so a block is valid until the next is asked for (fresh
 * buffers cost a quarter of the speed). Errors of the operating system are thrown.
 */
export async function* readRange(
  handle: FileHandle,
  start: number,
  end: number,
  onBlock?: (block: Buffer) => void,
): AsyncGenerator<Buffer> {
  const size = Math.max(0, Math.min(blockBytes, end - start))
  let buffer = Buffer.allocUnsafeSlow(size)
  let spare = end - start > size ? Buffer.allocUnsafeSlow(size) : buffer
  const readAt = (into: Buffer, at: number): Promise<number> => {
    const promise = handle.read(into, 0, Math.min(into.length, end - at), at).then(({ bytesRead }) => bytesRead)
    promise.catch(() => {}) // it is awaited later, after the block before it was worked on
    return promise
  }
  let at = start
  let pending = at < end ? readAt(buffer, at) : null
  try {
    while (pending) {
      const bytesRead: number = await pending
      pending = null
      if (bytesRead === 0) return
      at += bytesRead
      const block = buffer.subarray(0, bytesRead)
      ;[buffer, spare] = [spare, buffer]
      if (at < end) pending = readAt(buffer, at)
      onBlock?.(block)
      yield block
    }
  } finally {
    await pending?.catch(() => 0) // the handle must not be closed under it
  }
}

/** Blocks after the containers and the encoding of `chain`; names of formats in it change nothing. */
export function decodeBlocks(
  blocks: AsyncIterable<Buffer>,
  chain: readonly string[],
  maxRatio: number,
  report: Report,
): AsyncIterable<Buffer> {
  let current = blocks
  for (const link of chain) {
    const gauge: Gauge = { maxRatio, outBytes: 0 }
    if (link === 'gzip') current = gunzip(new BlockSource(current), gauge, report)
    else if (link === 'zstd') current = unzstd(new BlockSource(current), gauge, report)
    else if (link === 'utf-16le' || link === 'utf-16be') current = transcode(current, link, report)
  }
  return current
}

async function* transcode(blocks: AsyncIterable<Buffer>, encoding: Encoding, report: Report): AsyncGenerator<Buffer> {
  const transcoder = new Transcoder(encoding)
  for await (const block of blocks) {
    const text = transcoder.feed(block)
    if (text.length > 0) yield text
  }
  const last = transcoder.end()
  if (last.length > 0) yield last
  if (transcoder.isDamaged) {
    const reason = 'the file holds lone surrogates or an odd byte, which were read as U+FFFD'
    report({ outcome: 'rejected', code: 'invalid-utf16', reason }, false)
  }
}

/** The first `nBytes` of the decoded file, or fewer if it ends or breaks before. */
export async function readHead(
  path: string,
  chain: readonly string[],
  nBytes: number,
  maxRatio: number,
): Promise<Buffer> {
  const handle = await openFile(path)
  try {
    const { size } = await handle.stat()
    const pieces: Buffer[] = []
    let n = 0
    const plainEnd = chain.length === 0 ? Math.min(size, nBytes) : size
    for await (const block of decodeBlocks(readRange(handle, 0, plainEnd), chain, maxRatio, () => {})) {
      pieces.push(Buffer.from(block))
      n += block.length
      if (n >= nBytes) break
    }
    return Buffer.concat(pieces).subarray(0, nBytes)
  } finally {
    await handle.close()
  }
}

/**
 * Digest of a file as it stands on disk.
 *
 * @returns SHA-256 in lower-case hex
 * @throws the operating system's error
 */
export async function digestFile(path: string): Promise<string> {
  const handle = await openFile(path)
  try {
    const hash = createHash('sha256')
    const { size } = await handle.stat()
    for await (const _ of readRange(handle, 0, size, block => hash.update(block))) {
      // the digest is taken as the blocks pass
    }
    return hash.digest('hex')
  } finally {
    await handle.close()
  }
}
