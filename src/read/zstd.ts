/**
 * read: zstd blocks → blocks. Frames and blocks are walked here (RFC 8878 §3.1), so truncation, padding and
 * junk between frames are found by place; the WebAssembly decoder only turns blocks into bytes, on every
 * version of Node the same.
 *
 * Faults: a flipped bit in a frame without a checksum may pass, as it does in every reader.
 */
import { ZSTDDecoder } from 'zstddec/stream'
import { type BlockSource, describeBomb, type Gauge, isBomb, type Report, skipZeros } from './containers.ts'
import { blockBytes } from './settings.ts'

const frameMagic = 0xfd2fb528
const skippableMagic = 0x184d2a50

/** Windows above this are refused, as zstd's own tools do unless told otherwise (`--long=31`). */
const maxWindowBytes = 2 ** 27

/** What the WebAssembly module offers; pointers and sizes are 32 bits. */
interface ZstdExports {
  memory: { buffer: ArrayBuffer }
  malloc(nBytes: number): number
  free(pointer: number): void
  ZSTD_createDCtx(): number
  ZSTD_freeDCtx(context: number): number
  ZSTD_decompressStream(context: number, output: number, input: number): number
}

/**
 * Keeps hold of the module's own functions. The package's streaming decoder neither stops at damaged data nor
 * frees its memory then, so a few hundred bad files would leave none for the good ones.
 */
class OpenDecoder extends ZSTDDecoder {
  static exports: ZstdExports | null = null
  override _init(result: Parameters<ZSTDDecoder['_init']>[0]): void {
    super._init(result)
    OpenDecoder.exports = result.instance.exports as unknown as ZstdExports
  }
}

let decoder: Promise<ZSTDDecoder> | null = null

/** The decoder, ready; made once. */
export function loadZstd(): Promise<ZSTDDecoder> {
  decoder ??= (async () => {
    const made = new OpenDecoder()
    await made.init()
    return made
  })()
  return decoder
}

/** What a walk through a frame found out of order. */
class FrameFault extends Error {
  readonly code: string
  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

async function readExactly(source: BlockSource, n: number): Promise<Buffer> {
  const bytes = await source.read(n)
  if (bytes.length < n) {
    throw new FrameFault('truncated-zstd', `the file ends at byte ${source.taken}, in the middle of a zstd frame`)
  }
  return bytes
}

async function readFrameHeader(source: BlockSource): Promise<{ bytes: Buffer; hasChecksum: boolean }> {
  const first = await readExactly(source, 5)
  const descriptor = first[4]
  const isSingle = (descriptor & 0x20) !== 0
  const sizeFlag = descriptor >> 6
  const sizeBytes = sizeFlag === 0 ? (isSingle ? 1 : 0) : 1 << sizeFlag
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3]
  const rest = await readExactly(source, (isSingle ? 0 : 1) + dictionaryBytes + sizeBytes)
  if (!isSingle) {
    const base = 2 ** (10 + (rest[0] >> 3))
    const windowBytes = base + (base / 8) * (rest[0] & 7)
    if (windowBytes > maxWindowBytes) {
      const reason = `a zstd frame needs a window of ${windowBytes} bytes; the limit is ${maxWindowBytes}`
      throw new FrameFault('zstd-window', `${reason}; compress it again without --long`)
    }
  }
  if (rest.subarray(isSingle ? 0 : 1, (isSingle ? 0 : 1) + dictionaryBytes).some(byte => byte !== 0)) {
    throw new FrameFault('zstd-dictionary', 'a zstd frame needs a dictionary; compress it again without one')
  }
  return { bytes: Buffer.concat([first, rest]), hasChecksum: (descriptor & 4) !== 0 }
}

/** Header, blocks and checksum of one frame, as they stand in the file. */
async function* walkFrame(source: BlockSource): AsyncGenerator<Buffer> {
  const { bytes, hasChecksum } = await readFrameHeader(source)
  yield bytes
  for (let isLast = false; !isLast; ) {
    const head = await readExactly(source, 3)
    const value = head.readUIntLE(0, 3)
    const type = (value >> 1) & 3
    isLast = (value & 1) === 1
    if (type === 3) throw new FrameFault('corrupt-zstd', `zstd data is damaged before byte ${source.taken}`)
    const body = await readExactly(source, type === 1 ? 1 : value >> 3)
    const checksum = isLast && hasChecksum ? await readExactly(source, 4) : Buffer.alloc(0)
    yield Buffer.concat([head, body, checksum])
  }
}

/** A block is at most 128 KiB (RFC 8878); with its header, or the header of the frame, and a checksum. */
const maxPartBytes = (128 << 10) + 64
const outBytes = 128 << 10

/** Codes of errors are the last 120 numbers of 32 bits. */
const firstError = 2 ** 32 - 120

/** Decodes the parts of one frame; owns memory of the module until it is closed. */
class FrameDecoder {
  private readonly zstd: ZstdExports
  private readonly context: number
  private readonly input: number
  private readonly output: number
  /** the structs ZSTD_inBuffer and ZSTD_outBuffer: pointer, size, position */
  private readonly structs: number
  /** true once the frame has been decoded to its end */
  isComplete = false

  constructor(zstd: ZstdExports) {
    this.zstd = zstd
    this.context = zstd.ZSTD_createDCtx()
    this.input = zstd.malloc(maxPartBytes)
    this.output = zstd.malloc(outBytes)
    this.structs = zstd.malloc(24)
    if (!this.context || !this.input || !this.output || !this.structs) throw new Error('no memory for the zstd decoder')
  }

  /** What the part decodes to. @throws if it is damaged */
  *feed(part: Buffer): Generator<Buffer> {
    const { zstd, structs, input, output } = this
    if (part.length > maxPartBytes) throw new Error('a block is too long')
    new Uint8Array(zstd.memory.buffer).set(part, input)
    let view = new DataView(zstd.memory.buffer)
    view.setUint32(structs, input, true)
    view.setUint32(structs + 4, part.length, true)
    view.setUint32(structs + 8, 0, true)
    for (let isMore = true; isMore; ) {
      view.setUint32(structs + 12, output, true)
      view.setUint32(structs + 16, outBytes, true)
      view.setUint32(structs + 20, 0, true)
      const code = zstd.ZSTD_decompressStream(this.context, structs + 12, structs) >>> 0
      if (code > firstError) throw new Error(`zstd error ${2 ** 32 - code}`)
      this.isComplete = code === 0
      view = new DataView(zstd.memory.buffer) // the memory may have grown, and moved
      const nOut = view.getUint32(structs + 20, true)
      if (nOut > 0) yield Buffer.from(new Uint8Array(zstd.memory.buffer, output, nOut))
      isMore = nOut === outBytes || view.getUint32(structs + 8, true) < part.length
      if (isMore && nOut === 0) throw new Error('the decoder is stuck')
    }
  }

  close(): void {
    this.zstd.ZSTD_freeDCtx(this.context)
    for (const pointer of [this.input, this.output, this.structs]) this.zstd.free(pointer)
  }
}

/** Decompresses one frame. */
async function* decodeFrame(source: BlockSource): AsyncGenerator<Buffer> {
  await loadZstd()
  const frame = new FrameDecoder(OpenDecoder.exports!)
  let held: Buffer[] = []
  let heldBytes = 0
  try {
    for await (const part of walkFrame(source)) {
      for (const out of frame.feed(part)) {
        held.push(out)
        heldBytes += out.length
      }
      if (heldBytes < blockBytes) continue
      yield Buffer.concat(held, heldBytes)
      held = []
      heldBytes = 0
    }
    if (!frame.isComplete) throw new Error('the frame is not complete')
  } catch (error) {
    if (heldBytes > 0) yield Buffer.concat(held, heldBytes)
    if (error instanceof FrameFault || (error as NodeJS.ErrnoException).syscall) throw error
    throw new FrameFault('corrupt-zstd', `zstd data is damaged before byte ${source.taken}`)
  } finally {
    frame.close()
  }
  if (heldBytes > 0) yield Buffer.concat(held, heldBytes)
}

/** Decompresses zstd frames until the source ends. */
export async function* unzstd(source: BlockSource, gauge: Gauge, report: Report): AsyncGenerator<Buffer> {
  try {
    for (let frame = 0; ; frame++) {
      if (frame > 0) await skipZeros(source)
      const at = source.taken
      const head = await source.read(4)
      if (head.length === 0) return
      const magic = head.length === 4 ? head.readUInt32LE() : 0
      if (magic >>> 4 === skippableMagic >>> 4) {
        const size = (await readExactly(source, 4)).readUInt32LE()
        for (let left = size; left > 0; ) left -= (await readExactly(source, Math.min(left, 1 << 20))).length
        continue
      }
      if (magic !== frameMagic) {
        const n = head.length + (await source.drain())
        const reason = `${n} bytes at byte ${at}, after the last zstd frame, are not zstd`
        report({ outcome: 'rejected', code: 'trailing-junk', reason }, true)
        return
      }
      source.giveBack(head)
      for await (const block of decodeFrame(source)) {
        gauge.outBytes += block.length
        yield block
        if (isBomb(gauge, source.taken)) {
          report(describeBomb(gauge, source.taken), true)
          return
        }
      }
    }
  } catch (error) {
    if (!(error instanceof FrameFault)) throw error
    const outcome = error.code === 'zstd-window' ? 'limited' : 'rejected'
    report({ outcome, code: error.code, reason: error.message }, true)
  }
}
