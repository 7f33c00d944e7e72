/**
 * Evidence: is a folder the bundle that it says it is? Re-checks the listing, every digest, the one byte form of each
 * file, the trees and the root from the texts and their seals, the sums, the order of steps and the signatures.
 * `verify.py` in the bundle makes the same checks under the same names with nothing but Python.
 *
 * A bundle that was altered and sealed anew throughout passes, with another root: give the root that you were told,
 * or the public keys of those who signed, to exclude that.
 */
import { resolve } from 'node:path'
import { PalimpsestError } from '../errors.ts'
import type { RunFacts } from '../types.ts'
import { describeRun, readJson } from './bundle.ts'
import { canonicalise, digestHex } from './canonical.ts'
import { type ContentCheck, checkContent } from './check.ts'
import { readWhole } from './folder.ts'
import { checkDigests, maxJsonBytes, type OpenBundle, openBundle } from './manifest.ts'
import { checkSignatures, keyIdOfPem, type SignatureCheck, writeSignature } from './statement.ts'

/** What the verifier knows from elsewhere. */
export interface VerifyOptions {
  /** root that the bundle must have, hex */
  root?: string
  /** public keys (PEM) of which each must have signed */
  publicKeys?: readonly string[]
}

export interface Verification {
  ok: boolean
  /** checks in their order; a check that needs an earlier one to hold is left out when that failed */
  checks: { name: string; ok: boolean; detail: string }[]
}

/**
 * Verifies a bundle of any edition. Reads nothing outside `dir` and follows no link.
 * @throws PalimpsestError `input` if there is no such folder; anything wrong inside it is a failed check
 */
export async function verifyBundle(dir: string, options: VerifyOptions = {}): Promise<Verification> {
  const checks: Verification['checks'] = []
  const attempt = <T>(name: string, check: () => [T, string]): T | undefined => {
    try {
      const [result, detail] = check()
      checks.push({ name, ok: true, detail })
      return result
    } catch (error) {
      if (error instanceof PalimpsestError && error.code === 'input') throw error
      checks.push({ name, ok: false, detail: describeFailure(error) })
      return undefined
    }
  }
  const opened = attempt('folder', () => {
    const bundle = openBundle(resolve(dir))
    return [bundle, `${bundle.sizes.size} files, as listed`]
  })
  const bytes = opened && attempt('digests', () => describeDigests(checkDigests(opened)))
  if (opened && bytes !== undefined) {
    const content = attempt('content', () => describeContent(checkContent(opened), options))
    if (content) for (const sum of content.sums) checks.push(sum)
    const run = attempt('run', () => checkRun(opened))
    if (run) attempt('signatures', () => checkSigners(checkSignatures(opened, run), options))
  }
  return { ok: checks.every(check => check.ok), checks }
}

/** Any other error is a type or range error at a value that no bundle of ours holds. */
function describeFailure(error: unknown): string {
  return error instanceof PalimpsestError ? error.message : `not what a bundle holds: ${(error as Error).message}`
}

function describeDigests(bytes: number): [number, string] {
  return [bytes, `${bytes} bytes match their SHA-256`]
}

function describeContent(content: ContentCheck, options: VerifyOptions): [ContentCheck, string] {
  const { root, edition, findings } = content
  if (options.root !== undefined && options.root.toLowerCase() !== root) {
    throw new PalimpsestError('integrity', `expected root ${options.root}, got ${root}`)
  }
  return [content, `edition ${edition}, ${findings} findings, root ${root}`]
}

/** Compares `run.json` with the bundle it ran for. Returns its digest. */
function checkRun(opened: OpenBundle): [string, string] {
  const value = readJson(opened, 'run.json') as unknown as { facts: RunFacts }
  const expected = canonicalise(describeRun(value.facts, opened.manifest.root, opened.manifestDigest))
  if (canonicalise(value) !== expected) throw new PalimpsestError('integrity', 'run.json: belongs to another bundle')
  const { preregisteredAt = '', suspectOpenedAt = '' } = value.facts
  if (
    typeof value.facts !== 'object' ||
    Array.isArray(value.facts) ||
    typeof preregisteredAt !== 'string' ||
    typeof suspectOpenedAt !== 'string'
  ) {
    throw new PalimpsestError('integrity', 'run.json: not the facts of a run')
  }
  if (preregisteredAt !== '' && suspectOpenedAt !== '' && preregisteredAt > suspectOpenedAt) {
    throw new PalimpsestError('integrity', 'run.json: the suspect was opened before parameters were fixed')
  }
  const bytes = readWhole(opened.dir, 'run.json', opened.sizes.get('run.json')!, maxJsonBytes)
  return [digestHex(bytes), 'belongs to this manifest; its times are the word of the machine that ran it']
}

function checkSigners(found: SignatureCheck[], options: VerifyOptions): [SignatureCheck[], string] {
  const wanted = (options.publicKeys ?? []).map(keyIdOfPem)
  const missing = wanted.filter(keyId => !found.some(signature => signature.keyId === keyId))
  if (missing.length > 0) throw new PalimpsestError('integrity', `no signature by ${missing.join(', ')}`)
  if (found.length === 0) return [found, 'unsigned: integrity only']
  const names = found.map(({ keyId, signer }) => {
    const standing = wanted.includes(keyId) ? 'key given' : 'key not known from elsewhere'
    return `${keyId}${signer === null ? '' : ` (${JSON.stringify(signer)})`}: ${standing}`
  })
  return [found, names.join('; ')]
}

/**
 * Signs a bundle, after verifying it.
 * @param privatePem Ed25519 private key, PKCS#8 PEM
 * @param signer name that is signed with the rest
 * @throws PalimpsestError `integrity` if the bundle does not verify, `usage` if the key is no Ed25519 key
 */
export async function signBundle(dir: string, privatePem: string, signer?: string): Promise<void> {
  const { ok, checks } = await verifyBundle(dir)
  if (!ok) {
    const { name, detail } = checks.find(check => !check.ok)!
    throw new PalimpsestError('integrity', `${dir}: not signed, ${name}: ${detail}`)
  }
  const opened = openBundle(resolve(dir))
  const { root, edition } = opened.manifest
  const run = digestHex(readWhole(opened.dir, 'run.json', opened.sizes.get('run.json')!, maxJsonBytes))
  await writeSignature(opened.dir, { root, edition, manifest: opened.manifestDigest, run }, privatePem, signer ?? null)
}
