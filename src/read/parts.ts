/**
 * read: sources → parts for workers. Plain JSON lines and Parquet files are cut at byte ranges, of which each owns the
 * lines or row groups that start in it; everything else is one part. The cut depends on sizes and options alone.
 */
import type { FileHandle } from 'node:fs/promises'
import { findGroupStart, readFooter } from './footers.ts'
import type { ReadOptions } from './settings.ts'
import type { Source } from './sources.ts'
import { readRange } from './streams.ts'

/** A piece of work for one worker; plain data. */
export interface Part {
  source: Source
  /** 0-based, within the source */
  index: number
  /** bytes `[start, end)` of the file */
  start: number
  end: number
  /** records of the sample that are read; the rest of the part is left out. Default: all */
  maxRecords?: number
  /** digest that those bytes must have, with the footer that says what they mean (`digestParts`); absent where none was taken */
  sha256?: string
}

const divisible = ['jsonl', 'parquet']

/** True if the source may be cut between lines or row groups. */
function isDivisible({ problem, chain }: Source): boolean {
  return problem === null && chain.length === 1 && divisible.includes(chain[0])
}

/** Parts of a large file grow with it, up to a size that takes seconds: so many are enough to keep threads busy. */
const enoughParts = 1024
const largestPartBytes = 64 << 20

/** Parts of all sources, in order. */
export function planParts(sources: Source[], options: ReadOptions): Part[] {
  const parts: Part[] = []
  for (const source of sources) {
    const size = source.sizeBytes
    const grownBytes = Math.min(largestPartBytes, Math.ceil(size / enoughParts))
    const step = isDivisible(source) ? Math.max(1, options.partBytes, grownBytes) : Number.POSITIVE_INFINITY
    let start = 0
    for (let index = 0; index === 0 || start < size; index++) {
      const end = Math.min(size, start + step)
      parts.push({ source, index, start, end })
      start = end
    }
  }
  return parts
}

/** True if the part is its whole file. */
export function isWhole(part: Part): boolean {
  return part.start === 0 && part.end === part.source.sizeBytes
}

/** The bytes that a part reads. */
export interface Bounds {
  start: number
  end: number
  /** where the footer starts that says what they mean; the size of the file where there is none, or it is among them */
  footer: number
}

/** Moves the bounds of a part to the starts of lines or row groups. @throws the operating system's error */
export async function findBounds(handle: FileHandle, { source, start, end }: Part): Promise<Bounds> {
  const size = source.sizeBytes
  if (source.chain.at(-1) !== 'parquet') {
    // a part in which no line starts is empty; only the part in which a long line starts looks for its end
    const from = await findLineStart(handle, start, Math.min(end, size))
    if (from >= end && end < size) return { start: end, end, footer: size }
    return { start: from, end: await findLineStart(handle, end, size), footer: size }
  }
  const footer = await readFooter(handle, source)
  const bounds = { start: findGroupStart(footer, start, size), end: findGroupStart(footer, end, size) }
  const isApart = bounds.start < bounds.end && bounds.end < size && 'groups' in footer
  return { ...bounds, footer: isApart ? footer.start : size }
}

const firstReachBytes = 1 << 14

/** Where the first line starts at or after `at`; `limit` if none does before it. */
async function findLineStart(handle: FileHandle, at: number, limit: number): Promise<number> {
  if (at === 0 || at >= limit) return Math.min(at, limit)
  let passed = at - 1
  // most lines end soon: a little is read first, and more where it did not do
  for (const reach of [firstReachBytes, limit]) {
    for await (const block of readRange(handle, passed, Math.min(limit, passed + reach))) {
      const found = block.indexOf(10)
      if (found >= 0) return passed + found + 1
      passed += block.length
    }
  }
  return limit
}
