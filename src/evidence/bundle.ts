/**
 * Evidence: bundle ↔ folder. Writing goes to a sibling folder that is renamed when all of it is on disk, so a cut-short
 * run never looks finished; reading takes nothing that the manifest does not vouch for.
 * Errors: `usage` for a folder that may not be replaced, `integrity` for one that is not a sound bundle.
 */
import { createHash, randomUUID } from 'node:crypto'
import { type FileHandle, lstat, mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { PalimpsestError } from '../errors.ts'
import type { Bundle, Finding, Json, LedgerFile, LedgerProblem, RunFacts, Seals } from '../types.ts'
import { canonicalise, digestHex, parseCanonical } from './canonical.ts'
import { describeCase, readShipped } from './casefile.ts'
import { isSafePath, readLines, readWhole } from './folder.ts'
import {
  checkDigests,
  coreFiles,
  isOutsideManifest,
  type Manifest,
  type ManifestFile,
  maxJsonBytes,
  type OpenBundle,
  openBundle,
  optionalFiles,
} from './manifest.ts'
import { lineOf } from './packed.ts'
import { type Content, recallContent, rootOf, sealBundle } from './seal.ts'

const flushBytes = 1024 * 1024

/** Content of a file that was rendered from a bundle. */
type ExtraFile = string | Uint8Array | Iterable<string>

/** One line of `coverage.jsonl`. */
export type CoverageLine = ({ entry: 'file' } & LedgerFile) | ({ entry: 'problem' } & LedgerProblem)

/** One line of `seals.jsonl`; which of them a file holds depends on the edition. */
export type SealLine =
  | { of: 'bundle'; secret: string }
  | { of: 'summary'; texts: Seals['summary'] }
  | ({ of: 'finding' } & Seals['findings'][number])
  | { of: 'problem'; texts: Seals['problems'][number] }

/**
 * Writes a bundle and the files that were rendered from it.
 *
 * A bundle that is not sealed yet is sealed and written in full. The same bundle and files give the same bytes, but
 * for `run.json`. A complete, unsigned bundle at `dir` is replaced by two renames; between them there is no `dir`.
 *
 * @param dir the folder to be; its parent is made if need be
 * @param extraFiles path in the bundle → content, e.g. `report.html`, in one piece or in several
 * @returns the root, hex: the same for every edition of the audit
 * @throws PalimpsestError `usage` if `dir` holds anything but a complete, unsigned bundle, or an extra path is not plain
 */
export async function writeBundle(
  dir: string,
  bundle: Bundle,
  facts: RunFacts,
  extraFiles: ReadonlyMap<string, ExtraFile>,
): Promise<{ root: string }> {
  const sealed = sealBundle(bundle)
  checkExtraPaths(extraFiles.keys())
  const target = resolve(dir)
  await checkReplaceable(target)
  await mkdir(dirname(target), { recursive: true })
  const building = siblingOf(target, 'partial')
  await mkdir(building)
  try {
    const content = recallContent(sealed)
    const root = rootOf(content)
    if (root !== sealed.seals!.root) {
      throw new PalimpsestError('integrity', 'the bundle was changed after it was sealed; seal it again')
    }
    await writeFiles(building, sealed, content, facts, extraFiles)
    await replaceFolder(building, target)
    return { root }
  } catch (error) {
    await rm(building, { recursive: true, force: true })
    throw error
  }
}

function checkExtraPaths(paths: Iterable<string>): void {
  const names = new Set([...coreFiles, ...optionalFiles])
  for (const path of paths) {
    const name = path.toLowerCase()
    if (!isSafePath(path) || isOutsideManifest(path) || names.has(name)) {
      throw new PalimpsestError('usage', `${JSON.stringify(path)}: not a path for an additional file of a bundle`)
    }
    names.add(name)
  }
}

/** Refuses to replace what is not ours, what is unfinished, and what somebody signed. */
async function checkReplaceable(target: string): Promise<void> {
  const stat = await lstat(target).catch(() => undefined)
  if (stat === undefined) return
  const advice = 'choose another folder, or move it away'
  if (!stat.isDirectory()) throw new PalimpsestError('usage', `${target}: exists and is not a folder; ${advice}`)
  if ((await readdir(target)).length === 0) return
  let existing: OpenBundle
  try {
    existing = openBundle(target)
  } catch {
    throw new PalimpsestError('usage', `${target}: exists and is not a complete bundle; ${advice}`)
  }
  if ([...existing.sizes.keys()].some(path => path.startsWith('signatures/'))) {
    throw new PalimpsestError('usage', `${target}: holds a signed bundle; ${advice}`)
  }
}

/** A name beside the target that nothing else uses. */
function siblingOf(target: string, purpose: string): string {
  return join(dirname(target), `.${basename(target)}.${purpose}-${randomUUID()}`)
}

async function replaceFolder(building: string, target: string): Promise<void> {
  const exists = (await lstat(target).catch(() => undefined)) !== undefined
  if (!exists) {
    await rename(building, target)
  } else {
    const old = siblingOf(target, 'replaced')
    await rename(target, old)
    await rename(building, target).catch(async error => {
      await rename(old, target)
      throw error
    })
    await rm(old, { recursive: true, force: true })
  }
  await syncFolder(dirname(target))
}

async function writeFiles(
  dir: string,
  bundle: Bundle,
  content: Content,
  facts: RunFacts,
  extraFiles: ReadonlyMap<string, ExtraFile>,
): Promise<void> {
  const verifier = await readShipped('verify.py')
  if (verifier === undefined) {
    throw new PalimpsestError('integrity', 'verify.py: not found beside the program; install it again')
  }
  const sources = new Map<string, Iterable<string | Uint8Array>>([
    ['findings.jsonl', findingLines(bundle)],
    ['coverage.jsonl', linesOf(coverageLines(bundle))],
    ['seals.jsonl', linesOf(sealLines(bundle.seals!))],
    ['summary.json', linesOf([bundle.summary])],
    ['parameters.json', linesOf([bundle.parameters])],
    ['corpora.json', linesOf([bundle.corpora])],
    ['case.json', linesOf([describeCase(bundle, content.findings.root)])],
    ['verify.py', [verifier]],
  ])
  if (bundle.preregistration) sources.set('preregistration.json', linesOf([bundle.preregistration]))
  for (const [path, data] of extraFiles)
    sources.set(path, typeof data === 'string' || data instanceof Uint8Array ? [data] : data)

  const files: ManifestFile[] = []
  for (const path of [...sources.keys()].sort()) files.push(await writeFile(dir, path, sources.get(path)!))
  const { edition, root } = bundle.seals!
  const manifest: Manifest = { schema: 1, tool: 'palimpsest', edition, root, content, files }
  const { sha256 } = await writeFile(dir, 'manifest.json', linesOf([manifest]))
  await writeFile(dir, 'run.json', linesOf([describeRun(facts, root, sha256)]))
  await syncFolder(dir)
}

/** The content of `run.json`; its own digest is there to notice damage, not to prove anything. */
export function describeRun(facts: RunFacts, root: string, manifest: string): { [key: string]: Json } {
  const content = { schema: 1, facts: facts as unknown as Json, root, manifest }
  return { ...content, digest: digestHex(canonicalise(content)) }
}

function* linesOf(values: Iterable<unknown>): Generator<string> {
  for (const value of values) yield `${canonicalise(value)}\n`
}

function* findingLines({ findings }: Bundle): Generator<string | Uint8Array> {
  for (const finding of findings) yield lineOf(finding)
}

function* coverageLines(bundle: Bundle): Generator<CoverageLine> {
  for (const file of bundle.coverage.files) yield { entry: 'file', ...file }
  for (const problem of bundle.coverage.problems) yield { entry: 'problem', ...problem }
}

function* sealLines(seals: Seals): Generator<SealLine> {
  if (seals.secret !== null) {
    yield { of: 'bundle', secret: seals.secret }
    return
  }
  yield { of: 'summary', texts: seals.summary }
  for (const finding of seals.findings) yield { of: 'finding', ...finding }
  for (const texts of seals.problems) yield { of: 'problem', texts }
}

/** Writes one file to the disk itself, in blocks. */
async function writeFile(dir: string, path: string, parts: Iterable<string | Uint8Array>): Promise<ManifestFile> {
  const place = join(dir, path)
  await mkdir(dirname(place), { recursive: true })
  const handle = await open(place, 'wx', 0o644)
  try {
    const { bytes, sha256 } = await writeParts(handle, parts)
    await handle.sync()
    return { path, bytes, sha256 }
  } finally {
    await handle.close()
  }
}

async function writeParts(
  handle: FileHandle,
  parts: Iterable<string | Uint8Array>,
): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256')
  let bytes = 0
  let waiting: Uint8Array[] = []
  let waitingBytes = 0
  const flush = async (): Promise<void> => {
    const block = Buffer.concat(waiting)
    hash.update(block)
    bytes += block.length
    for (let at = 0; at < block.length; ) at += (await handle.write(block, at)).bytesWritten
    waiting = []
    waitingBytes = 0
  }
  for (const part of parts) {
    const data = typeof part === 'string' ? Buffer.from(part) : part
    waiting.push(data)
    waitingBytes += data.length
    if (waitingBytes >= flushBytes) await flush()
  }
  await flush()
  return { bytes, sha256: hash.digest('hex') }
}

/** Makes renames last; some systems cannot sync a folder, and keep their order by themselves. */
async function syncFolder(dir: string): Promise<void> {
  const handle = await open(dir, 'r').catch(() => undefined)
  await handle?.sync().catch(() => undefined)
  await handle?.close()
}

/** One parsed file of an open bundle that is a single line of JSON. */
export function readJson(bundle: OpenBundle, path: string): Json {
  const bytes = readWhole(bundle.dir, path, bundle.sizes.get(path)!, maxJsonBytes)
  if (bytes.at(-1) !== 10) throw new PalimpsestError('integrity', `${path}: the last line has no end`)
  return parseCanonical(bytes.subarray(0, -1), path)
}

/** The parsed lines of a file of an open bundle. */
export function* readJsonLines(bundle: OpenBundle, path: string): Generator<Json> {
  let number = 0
  for (const line of readLines(bundle.dir, path, bundle.sizes.get(path)!)) {
    yield parseCanonical(line, `${path}:${++number}`)
  }
}

/**
 * Reads a bundle of any edition.
 * @throws PalimpsestError `integrity` if its files are not those of its manifest; use `verifyBundle` to check the rest
 */
export async function readBundle(dir: string): Promise<Bundle> {
  const opened = openBundle(resolve(dir))
  checkDigests(opened)
  const findings: Finding[] = []
  for (const line of readJsonLines(opened, 'findings.jsonl')) findings.push(line as unknown as Finding)
  const coverage: Bundle['coverage'] = { files: [], problems: [] }
  for (const line of readJsonLines(opened, 'coverage.jsonl')) {
    const { entry, ...rest } = line as unknown as CoverageLine
    if (entry === 'file') coverage.files.push(rest as LedgerFile)
    else coverage.problems.push(rest as LedgerProblem)
  }
  const { edition, root } = opened.manifest
  const seals: Seals = { edition, root, secret: null, findings: [], problems: [], summary: [] }
  for (const line of readJsonLines(opened, 'seals.jsonl')) takeSeal(seals, line as unknown as SealLine)
  const read = <T>(path: string): T => readJson(opened, path) as unknown as T
  return {
    findings,
    summary: read('summary.json'),
    coverage,
    parameters: read('parameters.json'),
    corpora: read('corpora.json'),
    ...readCase(read('case.json')),
    ...(opened.sizes.has('preregistration.json') && { preregistration: read('preregistration.json') }),
    seals,
  }
}

function takeSeal(seals: Seals, line: SealLine): void {
  if (line.of === 'bundle') seals.secret = line.secret
  else if (line.of === 'summary') seals.summary = line.texts
  else if (line.of === 'problem') seals.problems.push(line.texts)
  else {
    const { of: _of, ...seal } = line
    seals.findings.push(seal)
  }
}

/** The parts of `case.json` that are not derived. */
export function readCase(file: { [key: string]: Json }): Pick<Bundle, 'case' | 'releaseErrors'> {
  const header = file.header as { [key: string]: Json } | null
  const custody = (file.custody as { [key: string]: Json }[]).map(({ previous: _previous, ...entry }) => entry)
  const errors = file.releaseErrors as { [key: string]: Json } | null
  const isMissing = typeof errors?.cannotSay === 'string'
  return {
    ...(header !== null && { case: { ...header, custody } as unknown as NonNullable<Bundle['case']> }),
    ...(!isMissing && { releaseErrors: errors }),
  }
}
