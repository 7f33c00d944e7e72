/**
 * match: what an index knows of each document beside its postings: where its masked tokens begin, the hashes of its
 * prompt and of the whole, how often tokens occur, and in which text block it lies. Tables → sections.
 */
import { deflateSync, inflateSync } from 'node:zlib'
import type { LedgerFile } from '../types.ts'
import { type Header, type IndexWriter, placeOf } from './format.ts'
import { sortPairs } from './postings.ts'
import type { Store } from './store.ts'

/** Entries of the token count table: 2^18 counts of 4 bytes. */
export const countBits = 18
/** One entry of the table of strides for so many masked tokens. */
export const strideTokens = 64

/** A file that an index was built from. */
export type SourceDigest = Pick<LedgerFile, 'file' | 'sizeBytes' | 'sha256'>

/** Where the documents of an index come from. */
export interface Origin {
  sources: readonly SourceDigest[]
  models: ModelCounts
}

/** Models told apart; the documents of all others are counted together. */
const maxModels = 1000

/** Documents by the model that wrote them. */
export class ModelCounts {
  private readonly counts = new Map<string | null, number>()

  /** Counts documents. @param model null where it is not known */
  add(model: string | null, documents: number): void {
    const key = this.counts.size < maxModels || this.counts.has(model) ? model : null
    this.counts.set(key, (this.counts.get(key) ?? 0) + documents)
  }

  /** Most documents first. */
  list(): [model: string | null, documents: number][] {
    const byName = (a: string | null, b: string | null): number => ((a ?? '') < (b ?? '') ? -1 : 1)
    return [...this.counts].sort((a, b) => b[1] - a[1] || byName(a[0], b[0]))
  }
}

/** Writes the origin as a section. */
export function writeOrigin(writer: IndexWriter, { sources, models }: Origin): void {
  writer.write('origin', deflateSync(JSON.stringify({ sources, models: models.list() })))
}

/** Reads the origin. */
export function readOrigin(store: Store, header: Header): Origin {
  const { at, bytes } = placeOf(header, 'origin', store.origin)
  const packed = Buffer.alloc(bytes)
  store.read(at, packed)
  const { sources, models } = JSON.parse(inflateSync(packed).toString('utf8'))
  const counts = new ModelCounts()
  for (const [model, documents] of models) counts.add(model, documents)
  return { sources, models: counts }
}

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
