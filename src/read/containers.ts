/**
 * read: compressed blocks → blocks. gzip as RFC 1952 has it: any number of members, zero padding between
 * them (Node's own gunzip ends at the first padding without an error), CRC and length checked.
 *
 * What stands before a fault is handed on; the fault goes to `report`. A bit flipped inside a member
 * costs at most the output of the last few kilobytes before the place where inflate noticed.
 */
import zlib from 'node:zlib'
import { crc32 } from './checksum.ts'
import type { Trouble } from './ledger.ts'
import { ratioFloorBytes } from './settings.ts'

/** Takes a fault of a container; `isFatal` if nothing after it could be read. */
export type Report = (trouble: Trouble, isFatal: boolean) => void

/** A stream of blocks that can be read by length and given back. */
export class BlockSource {
  /** bytes taken and not given back */
  taken = 0
  private readonly blocks: AsyncIterator<Buffer>
  private readonly held: Buffer[] = []

  constructor(blocks: AsyncIterable<Buffer>) {
    this.blocks = blocks[Symbol.asyncIterator]()
  }

  /** The next block of at most `maxBytes`; null at the end. */
  async next(maxBytes: number = Number.POSITIVE_INFINITY): Promise<Buffer | null> {
    let block = this.held.pop()
    while (block === undefined || block.length === 0) {
      const step = await this.blocks.next()
      if (step.done) return null
      block = step.value
    }
    if (block.length > maxBytes) {
      this.held.push(block.subarray(maxBytes))
      block = block.subarray(0, maxBytes)
    }
    this.taken += block.length
    return block
  }

  giveBack(block: Buffer): void {
    if (block.length === 0) return
    this.held.push(block)
    this.taken -= block.length
  }

  /** Exactly `n` bytes; fewer if the stream ends first. */
  async read(n: number): Promise<Buffer> {
    const pieces: Buffer[] = []
    let missing = n
    while (missing > 0) {
      const piece = await this.next(missing)
      if (piece === null) break
      pieces.push(Buffer.from(piece)) // the next block may stand in the same buffer
      missing -= piece.length
    }
    return pieces.length === 1 ? pieces[0] : Buffer.concat(pieces)
  }

  /** Reads to the end; returns the number of bytes. */
  async drain(): Promise<number> {
    let n = 0
    for (let block = await this.next(); block; block = await this.next()) n += block.length
    return n
  }

  async close(): Promise<void> {
    await this.blocks.return?.()
  }
}

/** Limits that hold while decompressing. */
export interface Gauge {
  maxRatio: number
  /** decompressed bytes so far */
  outBytes: number
}

/** True if more came out than `maxRatio` allows for what went in. */
export function isBomb(gauge: Gauge, inBytes: number): boolean {
  return gauge.outBytes > ratioFloorBytes && gauge.outBytes > gauge.maxRatio * Math.max(1, inBytes)
}

/** What is reported of a bomb. */
export function describeBomb(gauge: Gauge, inBytes: number): Trouble {
  const ratio = Math.floor(gauge.outBytes / Math.max(1, inBytes))
  const reason = `${inBytes} compressed bytes gave ${gauge.outBytes}, ${ratio} to 1; the limit is ${gauge.maxRatio}`
  return { outcome: 'limited', code: 'decompression-ratio', reason }
}

function fault(code: string, reason: string): Trouble {
  return { outcome: 'rejected', code, reason }
}

/** Skips a member's header with its optional fields (RFC 1952); the fault, or null. */
async function skipGzipHeader(source: BlockSource): Promise<Trouble | null> {
  const at = source.taken
  const truncated = (): Trouble =>
    fault('truncated-gzip', `the file ends at byte ${source.taken}, in the header of a gzip member`)
  const head = await source.read(10)
  if (head.length < 10) return truncated()
  const flags = head[3]
  if (head[2] !== 8 || flags & 0xe0) {
    return fault('corrupt-gzip', `the gzip member at byte ${at} has a method or flags that gzip does not know`)
  }
  if (flags & 4) {
    const length = await source.read(2)
    if (length.length < 2) return truncated()
    if ((await source.read(length.readUInt16LE())).length < length.readUInt16LE()) return truncated()
  }
  for (const flag of [8, 16]) if (flags & flag && !(await skipString(source))) return truncated()
  return !(flags & 2) || (await source.read(2)).length === 2 ? null : truncated()
}

async function skipString(source: BlockSource): Promise<boolean> {
  for (let block = await source.next(); block; block = await source.next()) {
    const end = block.indexOf(0)
    if (end < 0) continue
    source.giveBack(block.subarray(end + 1))
    return true
  }
  return false
}

/** Moves past zero padding; returns how long it was. */
export async function skipZeros(source: BlockSource): Promise<number> {
  let n = 0
  for (let block = await source.next(); block; block = await source.next()) {
    const end = block.findIndex(byte => byte !== 0)
    if (end >= 0) {
      source.giveBack(block.subarray(end))
      return n + end
    }
    n += block.length
  }
  return n
}

/** Input is fed in small slices at first, so that a fault in a short member costs little of what came before. */
function sliceBytes(fed: number): number {
  return fed < 64 << 10 ? 2 << 10 : 64 << 10
}

/** How a member ended. */
interface MemberEnd {
  fault: string | null
  crc: number
  outBytes: number
}

/** Inflates one raw deflate stream; gives back what it did not use. The next slice inflates while the last one is read. */
async function* inflateMember(source: BlockSource, end: MemberEnd): AsyncGenerator<Buffer> {
  const inflate = zlib.createInflateRaw({ chunkSize: 128 << 10 })
  let ready: Buffer[] = []
  let isDone = false
  let fed = 0
  inflate.on('data', (block: Buffer) => ready.push(block))
  const done = new Promise<void>(resolve => {
    const settle = (error?: NodeJS.ErrnoException): void => {
      isDone = true
      if (error) end.fault = error.code === 'Z_BUF_ERROR' ? 'truncated' : 'corrupt'
      resolve()
    }
    inflate.once('end', () => settle())
    inflate.on('error', settle)
  })
  try {
    while (!isDone) {
      const slice = await source.next(sliceBytes(fed))
      const written = slice === null ? done : new Promise<void>(resolve => inflate.write(slice, () => resolve()))
      if (slice === null) inflate.end()
      const blocks = ready
      ready = []
      for (const block of blocks) {
        end.crc = crc32(block, end.crc)
        end.outBytes += block.length
        yield block
      }
      await Promise.race([written, done])
      if (slice === null) continue
      fed += slice.length
      if (isDone && end.fault === null) source.giveBack(slice.subarray(slice.length - (fed - inflate.bytesWritten)))
    }
    for (const block of ready) {
      end.crc = crc32(block, end.crc)
      end.outBytes += block.length
      yield block
    }
  } finally {
    inflate.destroy()
  }
}

/** Decompresses gzip members until the source ends. */
export async function* gunzip(source: BlockSource, gauge: Gauge, report: Report): AsyncGenerator<Buffer> {
  for (let member = 0; ; member++) {
    const padding = member === 0 ? 0 : await skipZeros(source)
    const at = source.taken
    const magic = await source.read(2)
    if (magic.length === 0) return
    if (magic.length < 2 || magic[0] !== 0x1f || magic[1] !== 0x8b) {
      const n = magic.length + (await source.drain())
      const after = padding > 0 ? `${padding} zero bytes after` : 'after'
      return report(
        fault('trailing-junk', `${n} bytes at byte ${at}, ${after} the last gzip member, are not gzip`),
        true,
      )
    }
    source.giveBack(magic)
    const headerFault = await skipGzipHeader(source)
    if (headerFault !== null) return report(headerFault, true)
    const end: MemberEnd = { fault: null, crc: 0, outBytes: 0 }
    for await (const block of inflateMember(source, end)) {
      gauge.outBytes += block.length
      yield block
      if (isBomb(gauge, source.taken)) return report(describeBomb(gauge, source.taken), true)
    }
    if (end.fault === 'truncated') {
      const reason = `the file ends at byte ${source.taken}, in the middle of a gzip member`
      return report(fault('truncated-gzip', reason), true)
    }
    if (end.fault !== null) {
      return report(fault('corrupt-gzip', `gzip data is damaged shortly before byte ${source.taken}`), true)
    }
    const trailer = await source.read(8)
    if (trailer.length < 8) {
      return report(
        fault('truncated-gzip', `the file ends at byte ${source.taken}, in the checksum of a gzip member`),
        true,
      )
    }
    if (trailer.readUInt32LE(0) !== end.crc || trailer.readUInt32LE(4) !== end.outBytes % 2 ** 32) {
      report(
        fault('gzip-checksum', `the checksum of the gzip member ending at byte ${source.taken} does not fit its data`),
        false,
      )
    }
  }
}
