/**
 * read: a source → some of its records, to decide the layout: the first ones, and of plain JSON lines
 * also some from four later places, since vendors concatenate files of different layouts.
 */
import { readArrow } from './arrow.ts'
import { BlockSource } from './containers.ts'
import { Desk, measureShape } from './desk.ts'
import { asRow, readRow, shapes } from './layouts.ts'
import { readParquet } from './parquet.ts'
import { createReader } from './records.ts'
import type { ReadOptions } from './settings.ts'
import type { Source } from './sources.ts'
import { decodeBlocks, openFile, readHead, readRange } from './streams.ts'
import { readTurn } from './turns.ts'

const firstBytes = 256 << 10
const laterBytes = 64 << 10
const laterPlaces = [0.2, 0.45, 0.7, 0.95]
const firstRecords = 200
const laterRecords = 50

/** A desk that keeps the records themselves. */
class SampleDesk extends Desk {
  readonly values: unknown[] = []
  limit: number = firstRecords
  override takeValue(value: unknown): void {
    if (this.values.length < this.limit && measureShape(value, this.options.maxDepth).limit === null)
      this.values.push(value)
  }
}

/** Some records of the source, parsed; those that do not parse are left out. */
export async function sampleRecords(source: Source, asked: ReadOptions): Promise<unknown[]> {
  // the layout is that of all records, whatever share of them is read
  const options = { ...asked, sampleShare: 1 }
  const format = source.chain.at(-1)
  const desk = new SampleDesk(source.file, null, options)
  const sample = (head: Buffer, skipsFirst: boolean): void => {
    const start = skipsFirst ? head.indexOf(10) + 1 : head[0] === 0xef && head[1] === 0xbb ? 3 : 0
    const reader = createReader(format, desk, options)
    reader.feed(head.subarray(start))
    reader.end(head.length < source.sizeBytes || source.chain.length > 1 ? cutOff : null)
  }
  if (format === 'parquet' || format === 'arrow-file' || format === 'arrow-stream') {
    await sampleColumns(source, desk, options)
    return desk.values
  }
  for (let nBytes = firstBytes; ; nBytes *= 8) {
    const head = await readHead(source.path, source.chain.slice(0, -1), nBytes, options.maxRatio)
    sample(head, false)
    if (desk.values.length > 0 || head.length < nBytes || nBytes >= options.maxRecordBytes) break
  }
  const isPlainLines = format === 'jsonl' && source.chain.length === 1
  if (isPlainLines && source.sizeBytes > 4 * firstBytes) {
    const handle = await openFile(source.path)
    try {
      for (const place of laterPlaces) {
        desk.limit = desk.values.length + laterRecords
        const at = Math.floor(source.sizeBytes * place)
        for await (const block of readRange(handle, at, Math.min(source.sizeBytes, at + laterBytes)))
          sample(block, true)
      }
    } finally {
      await handle.close()
    }
  }
  return desk.values
}

/** Samples the first rows of a columnar file. */
async function sampleColumns(source: Source, desk: SampleDesk, options: ReadOptions): Promise<void> {
  const handle = await openFile(source.path)
  try {
    const raw = readRange(handle, 0, source.sizeBytes)
    const isParquet = source.chain.at(-1) === 'parquet'
    const blocks = decodeBlocks(raw, source.chain, options.maxRatio, () => {})
    const steps = isParquet
      ? readParquet(handle, source, desk, options, { start: 0, end: source.sizeBytes }, firstRecords)
      : readArrow(new BlockSource(blocks), source.chain.at(-1) === 'arrow-file', desk)
    for await (const _ of steps) if (desk.values.length >= desk.limit) break
  } finally {
    await handle.close()
  }
}

const cutOff = { outcome: 'skipped', code: 'sample', reason: 'the sample ends here' } as const

/**
 * True if a JSON object is no record but holds records: rows under a key such as `data`, or under keys of
 * their own.
 *
 * @param head first bytes of the decoded file
 */
export function holdsRecords(head: Buffer, options: ReadOptions): boolean {
  const collect = (format: string): unknown[] => {
    const desk = new SampleDesk('', null, options)
    const reader = createReader(format, desk, options)
    reader.feed(head)
    reader.end(cutOff)
    return desk.values
  }
  const isRecord = (value: unknown): boolean => {
    const row = asRow(value)
    if (row === null || readTurn(value, '') !== null) return false
    const found = readRow(row, -1)
    return found !== null && shapes[found.shape].names[0] !== 'columns'
  }
  const [whole] = collect('json')
  if (whole !== undefined && isRecord(whole)) return false
  return collect('json-object').some(isRecord)
}
