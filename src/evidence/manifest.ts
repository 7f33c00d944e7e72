/**
 * Evidence: `manifest.json`, the list of every file of an edition with its digest, beside the content and root that
 * all editions of the audit share. Files outside it: itself, `run.json` (facts of one run) and `signatures/`.
 */
import * as v from 'valibot'
import { PalimpsestError } from '../errors.ts'
import type { Seals } from '../types.ts'
import { digestHex, parseCanonical } from './canonical.ts'
import { digestFile, isSafePath, listFolder, readWhole } from './folder.ts'
import { type Content, rootOf } from './seal.ts'

/** Files that every bundle has, and the manifest lists. */
export const coreFiles: readonly string[] = [
  'case.json',
  'corpora.json',
  'coverage.jsonl',
  'findings.jsonl',
  'parameters.json',
  'seals.jsonl',
  'summary.json',
  'verify.py',
]

/** Core files that a bundle may have. */
export const optionalFiles: readonly string[] = ['preregistration.json']

const maxManifestBytes = 4 * 1024 * 1024

/** Largest file that is parsed whole. */
export const maxJsonBytes: number = 64 * 1024 * 1024

export interface ManifestFile {
  path: string
  bytes: number
  sha256: string
}

export interface Manifest {
  schema: 1
  tool: 'palimpsest'
  edition: Seals['edition']
  root: string
  content: Content
  /** ascending by path */
  files: ManifestFile[]
}

const hex = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))
const size = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const tree = v.strictObject({ size, root: hex })

const manifestShape = v.strictObject({
  schema: v.literal(1),
  tool: v.literal('palimpsest'),
  edition: v.pipe(v.string(), v.regex(/^(?:counts|hashes|full|excerpt:(?:0|[1-9][0-9]{0,8}))$/)),
  root: hex,
  content: v.strictObject({
    schema: v.literal(1),
    findings: tree,
    coverage: tree,
    summary: hex,
    parameters: hex,
    corpora: hex,
    case: hex,
    preregistration: v.nullable(hex),
  }),
  files: v.array(v.strictObject({ path: v.pipe(v.string(), v.check(isSafePath)), bytes: size, sha256: hex })),
})

/** Whether a file stands in the folder without being listed. */
export function isOutsideManifest(path: string): boolean {
  return path === 'manifest.json' || path === 'run.json' || path.startsWith('signatures/')
}

function refuse(what: string): never {
  throw new PalimpsestError('integrity', what)
}

/**
 * Parses the bytes of a `manifest.json`.
 * @throws PalimpsestError `integrity` if it is not canonical, lists a path that no bundle uses, or contradicts itself
 */
function parseManifest(bytes: Uint8Array): Manifest {
  const text = bytes.subarray(0, -1)
  if (bytes.at(-1) !== 10) refuse('manifest.json: the last line has no end')
  const parsed = v.safeParse(manifestShape, parseCanonical(text, 'manifest.json'))
  if (!parsed.success) {
    const issue = parsed.issues[0]
    refuse(`manifest.json: ${v.getDotPath(issue) ?? 'manifest'}: not what a manifest holds`)
  }
  const manifest = parsed.output as Manifest
  const names = new Set<string>()
  for (const [i, { path }] of manifest.files.entries()) {
    if (i > 0 && manifest.files[i - 1].path >= path) refuse(`manifest.json: ${path} is repeated or out of order`)
    if (isOutsideManifest(path)) refuse(`manifest.json: ${path} may not be listed`)
    if (names.has(path.toLowerCase())) refuse(`manifest.json: another path differs from ${path} only in case`)
    names.add(path.toLowerCase())
  }
  for (const path of coreFiles) {
    if (!names.has(path)) refuse(`manifest.json: ${path} is not listed`)
  }
  if (rootOf(manifest.content) !== manifest.root) refuse('manifest.json: the root is not that of the content')
  return manifest
}

/** A bundle's folder after its listing was compared with its manifest. */
export interface OpenBundle {
  dir: string
  manifest: Manifest
  /** SHA-256 of `manifest.json`, hex */
  manifestDigest: string
  /** every file of the folder with its size */
  sizes: ReadonlyMap<string, number>
}

/**
 * Opens a folder as a bundle: lists it, reads its manifest, and compares the two. Digests are not yet checked.
 * @throws PalimpsestError `integrity` for a missing, additional or resized file; `input` if there is no folder
 */
export function openBundle(dir: string): OpenBundle {
  const sizes = listFolder(dir)
  const manifestBytes = sizes.get('manifest.json')
  if (manifestBytes === undefined) refuse(`${dir}: manifest.json: missing; expected a bundle of palimpsest`)
  const bytes = readWhole(dir, 'manifest.json', manifestBytes, maxManifestBytes)
  const manifest = parseManifest(bytes)
  const listed = new Set<string>()
  for (const file of manifest.files) {
    listed.add(file.path)
    const sizeBytes = sizes.get(file.path)
    if (sizeBytes === undefined) refuse(`${file.path}: missing`)
    if (sizeBytes !== file.bytes) refuse(`${file.path}: expected ${file.bytes} bytes, got ${sizeBytes}`)
  }
  for (const path of sizes.keys()) {
    if (!listed.has(path) && !isOutsideManifest(path)) refuse(`${path}: not in the manifest`)
  }
  if (!sizes.has('run.json')) refuse('run.json: missing')
  return { dir, manifest, manifestDigest: digestHex(bytes), sizes }
}

/**
 * Compares every listed file with its digest.
 * @returns bytes that were read
 * @throws PalimpsestError `integrity` at the first that differs
 */
export function checkDigests(bundle: OpenBundle): number {
  let total = 0
  for (const { path, bytes, sha256 } of bundle.manifest.files) {
    const actual = digestFile(bundle.dir, path, bytes)
    if (actual !== sha256) refuse(`${path}: expected SHA-256 ${sha256}, got ${actual}`)
    total += bytes
  }
  return total
}
