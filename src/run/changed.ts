/**
 * run: which files of a corpus need no second scan. A file counts as unchanged if the same bytes, read in the same way,
 * were scanned in full before, with the same program, parameters and indexes, and nothing was found in them of a class
 * that the caller looks out for: what was found is found again until it is gone. Pure but for digests of files.
 */
import { createHash } from 'node:crypto'
import { digestFile, type Source } from '../read/corpus.ts'
import type { Bundle, ClassCounts, FindingClass } from '../types.ts'

/** A file as it was scanned, with its findings by class. */
interface ScannedFile extends ClassCounts {
  sha256: string
  /** how it was read: containers, format, layout */
  readAs: string
}

/** What a scan leaves for the next: the files that it read in full. */
export interface ScanState {
  schema: 1
  /** digest of all that findings depend on but the files: program, parameters, indexes */
  basis: string
  /** sorted by digest */
  files: ScannedFile[]
}

/** Which files an audit may leave out. */
export interface ChangedOptions {
  /** of an earlier scan; null: there was none */
  state: ScanState | null
  /** files with findings of these classes are scanned again */
  classes: readonly FindingClass[]
}

/** Digest of all that findings depend on but the files. */
export function digestBasis(basis: unknown): string {
  return createHash('sha256').update(JSON.stringify(basis)).digest('hex')
}

function readAs({ chain, layout }: { chain: string[]; layout: string | null }): string {
  return [...chain, layout ?? 'no layout'].join(' · ')
}

/**
 * Marks the sources that need no scan, each with a problem that says so: they are skipped in the ledger.
 *
 * @returns digest of each source that was marked, by file
 */
export async function markUnchanged(
  sources: Source[],
  { state, classes }: ChangedOptions,
  basis: string,
): Promise<Map<string, string>> {
  const digests = new Map<string, string>()
  if (state === null || state.basis !== basis) return digests
  const isQuiet = (file: ScannedFile): boolean => classes.every(grade => file[`class${grade}`] === 0)
  const quiet = new Set(state.files.filter(isQuiet).map(({ sha256, readAs: how }) => `${sha256} ${how}`))
  for (const source of sources) {
    if (source.problem !== null || source.file === '-') continue
    const sha256 = await digestFile(source.path).catch(() => null)
    const how = readAs({ chain: source.chain, layout: source.layout?.name ?? null })
    if (sha256 === null || !quiet.has(`${sha256} ${how}`)) continue
    digests.set(source.file, sha256)
    source.problem = {
      file: source.file,
      record: null,
      line: null,
      outcome: 'skipped',
      code: 'unchanged',
      reason: 'the same bytes were scanned in full before, with the same program, parameters and indexes',
      bytes: source.sizeBytes,
    }
  }
  return digests
}

/**
 * The state after a scan: files that were read in full now, and those that were left out.
 *
 * @param unchanged digests of the files that were left out, by file
 */
export function describeState(
  basis: string,
  { state: before }: ChangedOptions,
  { findings, coverage }: Pick<Bundle, 'findings' | 'coverage'>,
  unchanged: ReadonlyMap<string, string>,
): ScanState {
  const found = new Map<string, ClassCounts>()
  for (const { suspect, class: grade } of findings) {
    const counts = found.get(suspect.file) ?? { classA: 0, classB: 0, classC: 0 }
    counts[`class${grade}`]++
    found.set(suspect.file, counts)
  }
  const skipped = new Set(unchanged.values())
  const kept = before?.basis === basis ? before.files.filter(({ sha256 }) => skipped.has(sha256)) : []
  const scanned = coverage.files
    .filter(({ file, scanned: n, rejected, limited }) => !unchanged.has(file) && n > 0 && rejected + limited === 0)
    .flatMap(({ file, sha256, chain, layout }) => {
      const counts = found.get(file) ?? { classA: 0, classB: 0, classC: 0 }
      return sha256 === null ? [] : [{ sha256, readAs: readAs({ chain, layout }), ...counts }]
    })
  const byKey = new Map([...kept, ...scanned].map(file => [`${file.sha256} ${file.readAs}`, file]))
  return { schema: 1, basis, files: [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, file]) => file) }
}
