/**
 * match: what an index knows of each document beside its postings: where its masked tokens begin, the hashes of its
 * prompt and of the whole, how often tokens occur, and in which text block it lies. Tables → sections.
 */
import type { IndexWriter } from './format.ts'
import { sortPairs } from './postings.ts'

/** Entries of the token count table: 2^18 counts of 4 bytes. */
export const countBits = 18
/** One entry of the table of strides for so many masked tokens. */
export const strideTokens = 64

/** Tables of one index, by document or by text block. */
export interface Tables {
  /** first masked position of each document; one entry more than documents */
  start: Uint32Array
  /** hash of the prompt of each document, 0 where it has none */
  prompt: Uint32Array
  /** hash of the whole of each document */
  whole: Uint32Array
  /** occurrences of tokens by the top bits of their hash */
  count: Uint32Array
  /** first byte of each text block; one entry more than blocks */
  blockStart: Float64Array
  /** first document of each text block */
  blockDocument: Uint32Array
  /** what is added to the record numbers of each text block */
  blockRecord: Uint32Array
}

/** The document that holds the first masked token of every stride. */
function documentsByStride(start: Uint32Array): Uint32Array {
  const out = new Uint32Array(Math.ceil(start[start.length - 1] / strideTokens) + 1)
  let document = 0
  for (let i = 0; i < out.length; i++) {
    while (document + 1 < start.length - 1 && start[document + 1] <= i * strideTokens) document++
    out[i] = document
  }
  return out
}

/** Masked tokens of the longest document. */
export function longestOf(start: Uint32Array): number {
  let longest = 0
  for (let d = 0; d + 1 < start.length; d++) longest = Math.max(longest, start[d + 1] - start[d])
  return longest
}

/** Writes the tables as sections. */
export function writeTables(writer: IndexWriter, tables: Tables): void {
  const { start, prompt, whole, count, blockStart, blockDocument, blockRecord } = tables
  writer.write('start', start)
  writer.write('stride', documentsByStride(start))
  writer.write('prompt', prompt)
  writer.write('sortedPrompt', prompt.slice().sort())
  const sorted = sortPairs(
    whole,
    Uint32Array.from(whole, (_, document) => document),
    whole.length,
  )
  writer.write('wholeHash', sorted.hash)
  writer.write('wholeDocument', sorted.position)
  writer.write('count', count)
  writer.write('blockStart', blockStart)
  writer.write('blockDocument', blockDocument)
  writer.write('blockRecord', blockRecord)
}
