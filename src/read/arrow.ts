/**
 * read: Arrow IPC → rows, message by message, so files of any size and both forms (stream, and file with a
 * footer) take the memory of one record batch. Hugging Face's `save_to_disk` writes the stream form.
 *
 * Bodies compressed by lz4 or zstd are refused by name. Rows have no bytes of their own: those of a batch are
 * shared out over its rows.
 */
import type { BlockSource } from './containers.ts'
import type { Desk } from './desk.ts'
import type { Row } from './fields.ts'
import type { Trouble } from './ledger.ts'
import { decodeWithin, LimitFault } from './watchdog.ts'

const schemaHeader = 1
const dictionaryHeader = 2
const recordBatchHeader = 3

/** A message longer than this is refused; writers keep batches near 1,000 rows or 100 MB. */
const maxMessageBytes = 1 << 30

/** A row takes at least a bit, except in columns that hold nothing. */
const maxRowsOfNothing = 1 << 20

/** Bytes between the end of the batches and the footer; some writers mark the end more than once. */
const maxPaddingBytes = 16

/** Bytes of record batches that are decoded together. */
const groupBytes = 4 << 20

const stepRows = 256

/** One message as it stands in the file. */
interface Message {
  bytes: Buffer
  header: number
  isCompressed: boolean
  /** rows of a record batch */
  nRows: number
}

/** A record batch that waits to be decoded, and the bytes of the file that it stands for. */
interface Batch {
  message: Message
  bytes: number
}

class ArrowFault extends Error {
  readonly code: string
  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

/** Place of a field in a flatbuffer table (vtable slot `slot`); 0 if it is not set. */
function findField(bytes: Buffer, table: number, slot: number): number {
  const vtable = table - bytes.readInt32LE(table)
  const entry = 4 + 2 * slot
  if (entry >= bytes.readUInt16LE(vtable)) return 0
  const offset = bytes.readUInt16LE(vtable + entry)
  return offset === 0 ? 0 : table + offset
}

/** What the metadata of a message says of it. */
function readMetadata(bytes: Buffer): { header: number; bodyBytes: number; isCompressed: boolean; nRows: number } {
  const table = bytes.readUInt32LE(0)
  const headerType = findField(bytes, table, 1)
  const headerField = findField(bytes, table, 2)
  const bodyField = findField(bytes, table, 3)
  const header = headerType === 0 ? 0 : bytes.readUInt8(headerType)
  let batch = headerField === 0 ? 0 : headerField + bytes.readUInt32LE(headerField)
  if (header === dictionaryHeader && batch > 0) {
    const data = findField(bytes, batch, 1)
    batch = data === 0 ? 0 : data + bytes.readUInt32LE(data)
  }
  const lengthField = batch === 0 ? 0 : findField(bytes, batch, 0)
  const isBatch = header === recordBatchHeader || header === dictionaryHeader
  return {
    header,
    bodyBytes: bodyField === 0 ? 0 : Number(bytes.readBigInt64LE(bodyField)),
    nRows: isBatch && lengthField > 0 ? Number(bytes.readBigInt64LE(lengthField)) : 0,
    isCompressed: isBatch && batch > 0 && findField(bytes, batch, 3) !== 0,
  }
}

async function readExactly(source: BlockSource, n: number): Promise<Buffer> {
  const bytes = await source.read(n)
  if (bytes.length === n) return bytes
  throw new ArrowFault('truncated-arrow', `the file ends at byte ${source.taken}, in the middle of a message`)
}

/** The next message; null at the mark that ends the stream. */
async function readMessage(source: BlockSource): Promise<Message | null> {
  const at = source.taken
  const first = await source.read(4)
  // the mark may be left out, but no writer does, and a file cut between two batches looks just so
  if (first.length < 4)
    throw new ArrowFault('truncated-arrow', `the file ends at byte ${at} without the mark of its end`)
  const isMarked = first.readUInt32LE() === 0xffffffff
  const prefix = isMarked ? Buffer.concat([first, await readExactly(source, 4)]) : first
  const metadataBytes = prefix.readInt32LE(isMarked ? 4 : 0)
  if (metadataBytes === 0) return null
  if (metadataBytes < 0 || metadataBytes > maxMessageBytes) {
    throw new ArrowFault('corrupt-arrow', `the message at byte ${at} claims metadata of ${metadataBytes} bytes`)
  }
  const metadata = await readExactly(source, metadataBytes)
  let found: ReturnType<typeof readMetadata>
  try {
    found = readMetadata(metadata)
  } catch {
    throw new ArrowFault('corrupt-arrow', `the message at byte ${at} is damaged`)
  }
  const { bodyBytes } = found
  if (!(bodyBytes >= 0 && bodyBytes <= maxMessageBytes)) {
    throw new ArrowFault('corrupt-arrow', `the message at byte ${at} claims a body of ${bodyBytes} bytes`)
  }
  const body = await readExactly(source, bodyBytes)
  const bytes = Buffer.alloc(prefix.length + metadata.length + body.length) // not pooled: columns want alignment
  prefix.copy(bytes)
  metadata.copy(bytes, prefix.length)
  body.copy(bytes, prefix.length + metadata.length)
  if (!(found.nRows >= 0 && found.nRows <= Math.max(maxRowsOfNothing, bodyBytes * 8))) {
    throw new ArrowFault('corrupt-arrow', `the batch at byte ${at} claims ${found.nRows} rows in ${bodyBytes} bytes`)
  }
  return { bytes, header: found.header, isCompressed: found.isCompressed, nRows: found.nRows }
}

/** Reads an Arrow file or stream; yields between batches. Errors of the operating system are thrown. */
export async function* readArrow(source: BlockSource, isFile: boolean, desk: Desk): AsyncGenerator<void> {
  const { account } = desk
  const decodeRows = await loadDecoder()
  const context: Buffer[] = []
  let contextBytes = 0
  let held: Batch[] = []
  let heldBytes = 0
  let booked = 0
  const rest = (): number => {
    const bytes = source.taken - booked
    booked = source.taken
    return bytes
  }
  const takeHeld = function* (): Generator<void> {
    const batches = held
    held = []
    heldBytes = 0
    yield* takeBatches(context, batches, desk, decodeRows)
  }
  try {
    if (isFile) await readExactly(source, 8)
    for (let message = await readMessage(source); message; message = await readMessage(source)) {
      if (message.isCompressed) {
        const reason = 'the batches are compressed, which is not read; write the file without compression or as Parquet'
        throw new ArrowFault('unsupported-format', reason)
      }
      if (message.header === recordBatchHeader) {
        held.push({ message, bytes: rest() })
        heldBytes += message.bytes.length
        // dictionaries are decoded with every group, so a group is at least as long as they are
        if (heldBytes >= Math.max(groupBytes, contextBytes)) yield* takeHeld()
        continue
      }
      yield* takeHeld()
      account.pass(rest())
      if (message.header !== schemaHeader && message.header !== dictionaryHeader) continue
      context.push(message.bytes)
      contextBytes += message.bytes.length
    }
    yield* takeHeld()
    if (context.length === 0) throw new ArrowFault('corrupt-arrow', 'the file holds no schema')
    await readEnd(source, isFile)
    account.pass(rest())
  } catch (error) {
    if (!(error instanceof ArrowFault)) throw error
    yield* takeHeld()
    await source.drain()
    const trouble: Trouble = { outcome: 'rejected', code: error.code, reason: error.message }
    account.drop(trouble, rest(), null, false)
  }
}

/** After the last message the file form has its footer, as long as its end says; the stream form has nothing. */
async function readEnd(source: BlockSource, isFile: boolean): Promise<void> {
  const at = source.taken
  let tail: Buffer = Buffer.alloc(0)
  for (let block = await source.next(); block; block = await source.next()) {
    tail = Buffer.concat([tail, block]).subarray(-10)
  }
  const rest = source.taken - at
  if (!isFile) {
    if (rest === 0) return
    throw new ArrowFault('trailing-junk', `${rest} bytes at byte ${at} stand after the end of the stream`)
  }
  if (tail.length < 10 || tail.toString('latin1', 4) !== 'ARROW1') {
    throw new ArrowFault('truncated-arrow', `the file ends at byte ${source.taken} without its footer`)
  }
  const gap = rest - tail.readInt32LE(0) - 10
  if (gap < 0 || gap > maxPaddingBytes) {
    throw new ArrowFault('corrupt-arrow', `the batches end at byte ${at}, before the footer begins`)
  }
}

/** Decodes record batches and hands on their rows; if they do not decode together, each for itself. */
function* takeBatches(context: Buffer[], batches: Batch[], desk: Desk, decodeRows: DecodeRows): Generator<void> {
  if (batches.length === 0) return
  const nRows = batches.reduce((sum, batch) => sum + batch.message.nRows, 0)
  const messages = [...context, ...batches.map(batch => batch.message.bytes)]
  let rows: Row[]
  try {
    const nBytes = messages.reduce((sum, bytes) => sum + bytes.length, 0)
    rows = decodeWithin(nBytes, () => decodeRows(messages))
    if (rows.length !== nRows) throw new Error(`expected ${nRows} rows, got ${rows.length}`)
  } catch (error) {
    if (batches.length > 1) for (const batch of batches) yield* takeBatches(context, [batch], desk, decodeRows)
    else dropBatch(batches[0], error, desk)
    return
  }
  let first = 0
  for (const { message, bytes } of batches) {
    if (message.nRows === 0) desk.account.pass(bytes)
    const share = (row: number): number => Math.floor((bytes * row) / message.nRows)
    for (let i = 0; i < message.nRows; i++) {
      desk.takeRow(rows[first + i], share(i + 1) - share(i))
      if (i % stepRows === 0) yield
    }
    first += message.nRows
  }
}

function dropBatch({ message, bytes }: Batch, error: unknown, desk: Desk): void {
  const isLimit = error instanceof LimitFault
  const cause = error instanceof Error ? error.message.slice(0, 200) : 'unknown error'
  const reason = `a record batch of ${message.nRows} rows cannot be read: ${cause}`
  const code = isLimit ? 'batch-time' : 'corrupt-arrow'
  desk.account.drop({ outcome: isLimit ? 'limited' : 'rejected', code, reason }, bytes, null, false)
  desk.account.passNumbers(Math.max(0, message.nRows - 1))
}

/** Rows of whole messages, the schema first. */
type DecodeRows = (messages: Buffer[]) => Row[]

/** The decoder; loaded when the first Arrow file is met, since it takes 40 ms. */
async function loadDecoder(): Promise<DecodeRows> {
  const { tableFromIPC } = await import('@uwdata/flechette')
  return messages => tableFromIPC(messages, { useProxy: false, useBigInt: false }).toArray() as Row[]
}
