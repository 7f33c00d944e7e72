/**
 * run: results of finished parts on disk, so that a scan that was cut short goes on where it stopped. A result is
 * used again only if the program, the parameters, the indexes and the file it is of are what they were.
 */
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { deserialize, serialize } from 'node:v8'
import type { Part } from '../read/corpus.ts'
import type { PartResult } from './scan.ts'

/** The folder of checkpoints beside an audit that is not finished. */
export class Checkpoints {
  private readonly folder: string
  private readonly basis: string

  /**
   * @param out folder of the audit
   * @param basis all that results depend on but the part: version, parameters, digests of the indexes
   */
  constructor(out: string, basis: unknown) {
    const target = path.resolve(out)
    this.folder = path.join(path.dirname(target), `.${path.basename(target)}.checkpoints`)
    this.basis = JSON.stringify(basis)
  }

  private fileOf(part: Part): string {
    const { source, start, end } = part
    const key = JSON.stringify([
      this.basis,
      source.file,
      source.path,
      source.sizeBytes,
      source.mtimeMs,
      source.layout,
      source.problem,
      start,
      end,
    ])
    return path.join(this.folder, `${createHash('sha256').update(key).digest('hex').slice(0, 32)}.part`)
  }

  /** The result of a part from an earlier run, or undefined. A damaged file counts as none. */
  load(part: Part): PartResult | undefined {
    try {
      const bytes = readFileSync(this.fileOf(part))
      const body = bytes.subarray(32)
      if (!createHash('sha256').update(body).digest().equals(bytes.subarray(0, 32))) return undefined
      return deserialize(body) as PartResult
    } catch {
      return undefined
    }
  }

  /** Keeps the result of a part: by rename, so a cut-short write is no checkpoint. A full disk only costs the checkpoint. */
  save(part: Part, result: PartResult): void {
    try {
      mkdirSync(this.folder, { recursive: true })
      const file = this.fileOf(part)
      const body = serialize(result)
      writeFileSync(`${file}.partial`, Buffer.concat([createHash('sha256').update(body).digest(), body]))
      renameSync(`${file}.partial`, file)
    } catch {
      this.clear()
    }
  }

  /** Removes all checkpoints of this audit. */
  clear(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}
