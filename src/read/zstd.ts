/**
 * read: zstd blocks → blocks. Frames and blocks are walked here (RFC 8878 §3.1), so truncation, padding and
 * junk between frames are found by place; the WebAssembly decoder only turns blocks into bytes, on every
 * version of Node the same.
 *
 * Faults: a flipped bit in a frame without a checksum may pass, as it does in every reader.
 */
import { ZSTDDecoder } from 'zstddec/stream'
import { type BlockSource, describeBomb, type Gauge, isBomb, type Report, skipZeros } from './containers.ts'

const frameMagic = 0xfd2fb528
const skippableMagic = 0x184d2a50

/** Windows above this are refused, as zstd's own tools do unless told otherwise (`--long=31`). */
const maxWindowBytes = 2 ** 27

/** Calls without output and without a new block after which the decoder is stuck: it does not throw on bad data. */
const maxIdleCalls = 8

let decoder: Promise<ZSTDDecoder> | null = null

/** The decoder, ready; made once. */
export function loadZstd(): Promise<ZSTDDecoder> {
  decoder ??= (async () => {
    const made = new ZSTDDecoder()
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

/** A part of a frame, and whether it is the last. */
interface FramePart {
  bytes: Buffer
  isLast: boolean
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
async function* walkFrame(source: BlockSource): AsyncGenerator<FramePart> {
  const { bytes, hasChecksum } = await readFrameHeader(source)
  yield { bytes, isLast: false }
  for (let isLast = false; !isLast; ) {
    const head = await readExactly(source, 3)
    const value = head.readUIntLE(0, 3)
    const type = (value >> 1) & 3
    isLast = (value & 1) === 1
    if (type === 3) throw new FrameFault('corrupt-zstd', `zstd data is damaged before byte ${source.taken}`)
    const body = await readExactly(source, type === 1 ? 1 : value >> 3)
    const checksum = isLast && hasChecksum ? await readExactly(source, 4) : Buffer.alloc(0)
    yield { bytes: Buffer.concat([head, body, checksum]), isLast }
  }
}

/** Feeds parts to the decoder one at a time; it asks for the next only when one is waiting. */
class FrameDecoder {
  private readonly waiting: Uint8Array[] = []
  private readonly output: Generator<Uint8Array>

  constructor(zstd: ZSTDDecoder) {
    const { waiting } = this
    const inputs: Iterable<Uint8Array> = {
      [Symbol.iterator]: () => ({
        next: () => {
          const value = waiting.shift()
          return value ? { value, done: false as const } : { value: undefined, done: true as const }
        },
      }),
    }
    this.output = zstd.decodeStreaming(inputs)
  }

  /** Output for the part, as far as the decoder gives it before it needs more. */
  *feed(part: Uint8Array): Generator<Uint8Array> {
    this.waiting.push(part)
    yield* this.run(() => this.waiting.length > 0)
  }

  /** The rest of the output. */
  *end(): Generator<Uint8Array> {
    yield* this.run(() => true)
  }

  private *run(goesOn: () => boolean): Generator<Uint8Array> {
    for (let idle = 0; goesOn(); ) {
      const step = this.output.next()
      if (step.done) return
      idle = step.value.length > 0 ? 0 : idle + 1
      if (idle > maxIdleCalls) throw new Error('the decoder is stuck')
      if (step.value.length > 0) yield step.value
    }
  }
}

/** Decompresses one frame. */
async function* decodeFrame(source: BlockSource): AsyncGenerator<Buffer> {
  const frame = new FrameDecoder(await loadZstd())
  try {
    for await (const { bytes, isLast } of walkFrame(source)) {
      for (const out of frame.feed(bytes)) yield Buffer.from(out.buffer, out.byteOffset, out.length)
      if (isLast) for (const out of frame.end()) yield Buffer.from(out.buffer, out.byteOffset, out.length)
    }
  } catch (error) {
    if (error instanceof FrameFault || (error as NodeJS.ErrnoException).syscall) throw error
    throw new FrameFault('corrupt-zstd', `zstd data is damaged before byte ${source.taken}`)
  }
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
