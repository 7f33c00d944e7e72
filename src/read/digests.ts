/**
 * read: parts of a file → the same parts with digests, so that another machine can tell whether it reads what was
 * planned. Bounds are moved to the starts of lines or row groups: each part is then exactly the bytes that it reads.
 */
import { createHash } from 'node:crypto'
import { findBounds, isWhole, type Part } from './parts.ts'
import { digestFile, openFile, readRange } from './streams.ts'

/** A file with its digest, and its parts with theirs. */
export interface DigestedSource {
  /** SHA-256 of the file, lower-case hex */
  sha256: string
  parts: Part[]
}

/**
 * Reads a file once.
 *
 * @param parts all parts of one source that can be read, in order
 * @throws the operating system's error
 */
export async function digestParts(parts: readonly Part[]): Promise<DigestedSource> {
  const { path, sizeBytes } = parts[0].source
  const handle = await openFile(path)
  try {
    const whole = createHash('sha256')
    const out: Part[] = []
    let start = 0
    for (const part of parts) {
      const { end, footer } = await findBounds(handle, { ...part, start })
      const exact: Part = { ...part, start, end }
      const own = createHash('sha256')
      const isOnly = isWhole(exact)
      for await (const block of readRange(handle, start, end)) {
        whole.update(block)
        if (!isOnly) own.update(block)
      }
      for await (const block of readRange(handle, footer, sizeBytes)) own.update(block)
      exact.sha256 = isOnly ? whole.copy().digest('hex') : own.digest('hex')
      out.push(exact)
      start = end
    }
    return { sha256: whole.digest('hex'), parts: out }
  } finally {
    await handle.close()
  }
}

/** Digests of the files that are read in several parts, by file, one file after the other; null where one cannot be read. */
export async function digestDivided(parts: readonly Part[]): Promise<Map<string, string | null>> {
  const digests = new Map<string, string | null>()
  for (const { source, index } of parts)
    if (index === 1) digests.set(source.file, await digestFile(source.path).catch(() => null))
  return digests
}
