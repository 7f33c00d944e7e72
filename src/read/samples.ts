/**
 * read: a source → some of its records, to decide the layout: the first ones, and of plain JSON lines
 * also some from four later places, since vendors concatenate files of different layouts.
 */
import { Desk } from './desk.ts'
import { readJsonLines, readJsonValues } from './records.ts'
import type { ReadOptions } from './settings.ts'
import type { Source } from './sources.ts'
import { openFile, readHead, readRange } from './streams.ts'

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
    if (this.values.length < this.limit) this.values.push(value)
  }
}

/** Some records of the source, parsed; those that do not parse are left out. */
export async function sampleRecords(source: Source, options: ReadOptions): Promise<unknown[]> {
  const format = source.chain.at(-1)
  const desk = new SampleDesk(source.file, null, options)
  const sample = (head: Buffer, skipsFirst: boolean): void => {
    const start = skipsFirst ? head.indexOf(10) + 1 : head[0] === 0xef && head[1] === 0xbb ? 3 : 0
    const reader =
      format === 'json'
        ? readJsonValues(desk, options.maxRecordBytes)
        : readJsonLines(desk, options.maxRecordBytes, format === 'jsonl-cr' ? 13 : 10)
    reader.feed(head.subarray(start))
    reader.end(head.length < source.sizeBytes || source.chain.length > 1 ? cutOff : null)
  }
  for (let nBytes = firstBytes; ; nBytes *= 8) {
    const head = await readHead(source.path, source.chain.slice(0, -1), nBytes, options.maxRatio)
    sample(head, false)
    if (desk.values.length > 0 || head.length < nBytes || nBytes > options.maxRecordBytes) break
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

const cutOff = { outcome: 'skipped', code: 'sample', reason: 'the sample ends here' } as const
