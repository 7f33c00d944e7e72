/**
 * run: results of finished parts on disk, so that a scan or an index that was cut short goes on where it stopped. A
 * result is used again only if the program, the parameters, the indexes and the files it is of are what they were.
 */
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { deserialize, serialize } from 'node:v8'
import type { Part } from '../read/corpus.ts'

/** The folder of checkpoints beside an output that is not finished. */
export class Checkpoints<Result> {
  private readonly folder: string
  private readonly basis: string

  /**
   * @param out the folder or file that is made
   * @param basis all that results depend on but the parts: version, parameters, digests of the indexes
   */
  constructor(out: string, basis: unknown) {
    const target = path.resolve(out)
    this.folder = path.join(path.dirname(target), `.${path.basename(target)}.checkpoints`)
    this.basis = JSON.stringify(basis)
    // the engine throws away all that it compiled for typed arrays when it serialises for the first time: now there is nothing yet
    serialize(null)
  }

  /** A file of these parts, for what is kept beside their result. */
  fileOf(parts: readonly Part[], kind: string): string {
    const digest = createHash('sha256').update(this.basis)
    for (const { source, start, end, maxRecords } of parts) {
      const { file, path: place, sizeBytes, mtimeMs, layout, problem } = source
      digest.update(JSON.stringify([file, place, sizeBytes, mtimeMs, layout, problem, start, end, maxRecords]))
    }
    return path.join(this.folder, `${digest.digest('hex').slice(0, 32)}.${kind}`)
  }

  /** The result of parts from an earlier run, or undefined. A damaged file counts as none. */
  load(parts: readonly Part[]): Result | undefined {
    try {
      const bytes = readFileSync(this.fileOf(parts, 'part'))
      const body = bytes.subarray(32)
      if (!createHash('sha256').update(body).digest().equals(bytes.subarray(0, 32))) return undefined
      return deserialize(body) as Result
    } catch {
      return undefined
    }
  }

  /** Keeps a result: by rename, so a cut-short write is no checkpoint. A full disk only costs the checkpoint. */
  save(parts: readonly Part[], result: Result): void {
    const file = this.fileOf(parts, 'part')
    try {
      mkdirSync(this.folder, { recursive: true })
      const body = serialize(result)
      writeFileSync(`${file}.partial`, Buffer.concat([createHash('sha256').update(body).digest(), body]))
      renameSync(`${file}.partial`, file)
    } catch {
      rmSync(`${file}.partial`, { force: true })
    }
  }

  /** Removes all checkpoints of this output. */
  clear(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}
