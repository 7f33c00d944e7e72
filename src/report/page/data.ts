/**
 * page: the data blocks of this page → index and chunks, each read when it is first needed.
 */

import { chunkElement, indexElement, type PageChunk, type PageIndex, type PageWords, wordsElement } from '../format.ts'

/** Chunks kept after reading; 128 findings each. */
const keptChunks = 24

async function readBlock(id: string): Promise<unknown> {
  const element = document.getElementById(id)
  if (!element) throw new Error(`data block ${id} is missing from this page`)
  const value: unknown = JSON.parse(element.textContent ?? 'null')
  return element.dataset.encoding === 'deflate-base64' ? inflate(value as string) : value
}

async function inflate(base64: string): Promise<unknown> {
  const binary = atob(base64)
  const bytes = new Uint8Array(binary.length)
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i)
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate'))
  return new Response(stream).json()
}

/** Reads the index of all findings. */
export function readIndex(): Promise<PageIndex> {
  return readBlock(indexElement) as Promise<PageIndex>
}

let announceChunk: () => void = () => {}
const someChunk = new Promise<void>(resolve => {
  announceChunk = resolve
})

/** Reads the words that list and search need; not before a finding stands open, since they are many. */
export async function readWords(): Promise<PageWords> {
  await someChunk
  await new Promise(resolve => setTimeout(resolve, 60))
  return (await readBlock(wordsElement)) as PageWords
}

const cache = new Map<number, Promise<PageChunk>>()

/** Reads one chunk, or hands out the one that was read. */
export function readChunk(chunk: number): Promise<PageChunk> {
  const known = cache.get(chunk)
  if (known) {
    cache.delete(chunk)
    cache.set(chunk, known)
    return known
  }
  const read = readBlock(chunkElement(chunk)) as Promise<PageChunk>
  cache.set(chunk, read)
  read.then(announceChunk, announceChunk)
  if (cache.size > keptChunks) cache.delete(cache.keys().next().value!)
  return read
}

/** Reads a chunk without keeping it, for searches that pass through all of them. */
export function passChunk(chunk: number): Promise<PageChunk> {
  return cache.get(chunk) ?? (readBlock(chunkElement(chunk)) as Promise<PageChunk>)
}
