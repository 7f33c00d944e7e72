/** Files for tests, written below one temporary folder and removed with it; and a corpus read to its end. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { expect } from 'vitest'
import { type Batch, type ReadOptions, readCorpus } from '../../src/read/corpus.ts'
import type { Document, LedgerCounts, LedgerFile, LedgerProblem } from '../../src/types.ts'

export class Scratch {
  readonly folder: string = mkdtempSync(path.join(os.tmpdir(), 'palimpsest-test-'))

  write(name: string, content: string | Uint8Array): string {
    const file = path.join(this.folder, name)
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, content)
    return file
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}

export interface Reading {
  documents: Document[]
  problems: LedgerProblem[]
  files: LedgerFile[]
  counts: LedgerCounts
}

async function gather(batches: AsyncIterable<Batch>): Promise<Reading> {
  const documents: Document[] = []
  const problems: LedgerProblem[] = []
  const files: LedgerFile[] = []
  const counts: { [key: string]: number } = {}
  for await (const batch of batches) {
    for (const document of batch.documents) documents.push(document)
    for (const problem of batch.problems) problems.push(problem)
    if (batch.last) files.push(batch.last)
    for (const [key, n] of Object.entries(batch.counts)) counts[key] = (counts[key] ?? 0) + n
  }
  return { documents, problems, files, counts: counts as unknown as LedgerCounts }
}

/** Reads corpora to the end, and checks that the account balances. */
export async function readAll(corpora: string[], options: Partial<ReadOptions> = {}): Promise<Reading> {
  const reading = await gather(readCorpus(corpora, options))
  expectBalance(reading)
  return reading
}

/** In = scanned + rejected + limited + skipped, for records and bytes; and a problem for each that was not scanned. */
function expectBalance({ counts, problems, files, documents }: Reading): void {
  for (const c of [counts, ...files]) {
    expect(c.recordsIn).toBe(c.scanned + c.rejected + c.limited + c.skipped)
    expect(c.bytesIn).toBe(c.bytesScanned + c.bytesRejected + c.bytesLimited + c.bytesSkipped)
  }
  expect(problems.length).toBe(counts.rejected + counts.limited + counts.skipped)
  expect(problems.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(counts.bytesIn - counts.bytesScanned)
  expect(files.reduce((sum, file) => sum + file.documents, 0)).toBe(documents.length)
}

/** Rows as JSON lines. */
export function toLines(rows: unknown[]): string {
  return rows.map(row => `${JSON.stringify(row)}\n`).join('')
}

/** A zstd frame of blocks that are stored, not compressed: what a test can write without a compressor. */
export function storeZstd(bytes: Uint8Array, blockSize: number = 1 << 17): Buffer {
  const head = Buffer.alloc(9)
  head.writeUInt32LE(0xfd2fb528)
  head[4] = 0xa0 // one segment, content size in 4 bytes
  head.writeUInt32LE(bytes.length, 5)
  const blocks: Uint8Array[] = [head]
  for (let at = 0; at === 0 || at < bytes.length; at += blockSize) {
    const body = bytes.subarray(at, at + blockSize)
    const start = Buffer.alloc(3)
    start.writeUIntLE((body.length << 3) | (at + blockSize >= bytes.length ? 1 : 0), 0, 3)
    blocks.push(start, body)
  }
  return Buffer.concat(blocks)
}
