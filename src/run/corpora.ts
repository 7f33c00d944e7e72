/**
 * run: corpus arguments of one side → its indexes. Index files are opened, everything else is indexed on the fly.
 */
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { isIndexFile, openIndex, type ReferenceIndex } from '../match/reference.ts'
import type { ReadOptions } from '../read/corpus.ts'
import type { CorpusDigest, LedgerFile, LedgerProblem } from '../types.ts'
import { buildIndex } from './build.ts'
import type { Take } from './runs.ts'

/** The indexes of one side of an audit. */
export interface OpenedSide {
  indexes: ReferenceIndex[]
  problems: LedgerProblem[]
  /** corpora that were indexed on the fly, by their arguments */
  corpora: string[]
}

/**
 * Opens one side: each index file by itself, all other arguments one index each.
 *
 * @param take which documents of corpora (not of index files) to take
 */
export async function openSide(
  args: readonly string[],
  read: ReadOptions,
  threads: number,
  onProgress?: (bytes: number, records: number) => void,
  take?: Take,
): Promise<OpenedSide> {
  const side: OpenedSide = { indexes: [], problems: [], corpora: [] }
  for (const arg of args) {
    if (fs.existsSync(arg) && fs.statSync(arg).isFile() && isIndexFile(arg)) {
      side.indexes.push(openIndex(arg))
      continue
    }
    const name = path.basename(arg)
    const built = await buildIndex([arg], { name, read, threads, onProgress, take })
    side.indexes.push(built.index)
    side.problems.push(...built.problems)
    side.corpora.push(arg)
  }
  return side
}

/** What the evidence says of an index. */
export function describeIndex(role: CorpusDigest['role'], index: ReferenceIndex): CorpusDigest {
  const { name, model, documents, tokens, sha256 } = index.facts
  return { role, name, model, documents, tokens, sha256 }
}

/** One digest for the files of a corpus: of their names and digests in order. */
export function digestFiles(files: readonly LedgerFile[]): string {
  const digest = createHash('sha256')
  for (const { file, sha256 } of files) digest.update(JSON.stringify([file, sha256]))
  return digest.digest('hex')
}
