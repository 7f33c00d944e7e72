/**
 * read: sources → parts for workers. Plain JSON lines are cut at byte ranges, of which each owns the lines
 * that start in it; everything else is one part. The cut depends on sizes and options alone.
 */
import type { FileHandle } from 'node:fs/promises'
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
  /** digest that those bytes must have (`digestParts`); absent where none was taken */
  sha256?: string
}

/** True if the source may be cut at line ends. */
function isDivisible(source: Source): boolean {
  return source.problem === null && source.chain.length === 1 && source.chain[0] === 'jsonl'
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

const firstReachBytes = 1 << 14

/** Where the first line starts at or after `at`. */
export async function findLineStart(handle: FileHandle, at: number, size: number): Promise<number> {
  if (at === 0 || at >= size) return Math.min(at, size)
  let passed = at - 1
  // most lines end soon: a little is read first, and more where it did not do
  for (const reach of [firstReachBytes, size]) {
    for await (const block of readRange(handle, passed, Math.min(size, passed + reach))) {
      const found = block.indexOf(10)
      if (found >= 0) return passed + found + 1
      passed += block.length
    }
  }
  return size
}
