/**
 * Evidence: signatures. An in-toto statement that names the root, the manifest and the run of one edition, in a DSSE
 * envelope, signed with Ed25519; a file a signer, so any number of parties can sign, in any order.
 *
 * `signatures/<keyid>.dsse.json` holds the envelope; the statement names the public key, and `keyid` is its SHA-256.
 * A signature says that the holder of the key saw these bytes, and no more: whose key it is must be known from elsewhere.
 */
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomUUID,
  sign,
  verify,
} from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { PalimpsestError } from '../errors.ts'
import { canonicalise, digestHex, parseCanonical, repairText } from './canonical.ts'
import { readWhole } from './folder.ts'
import type { OpenBundle } from './manifest.ts'

/** DSSE payload type of every statement here; anything else is refused. */
const payloadType = 'application/vnd.in-toto+json'

const predicateType = 'urn:palimpsest:audit:1'
const maxSignatureBytes = 64 * 1024
const signaturePath = /^signatures\/([0-9a-f]{64})\.dsse\.json$/

/** A pair of keys as PEM. */
export interface KeyPair {
  privatePem: string
  publicPem: string
  /** SHA-256 of the public key (SPKI, DER), hex */
  keyId: string
}

/** What a statement says. */
export interface Subject {
  root: string
  edition: string
  /** SHA-256 of `manifest.json` */
  manifest: string
  /** SHA-256 of `run.json` */
  run: string
}

/** One signature of a bundle, checked. */
export interface SignatureCheck {
  keyId: string
  /** name that the signer gave; signed with the rest, but only the signer's word */
  signer: string | null
  publicPem: string
}

/** Makes a new Ed25519 pair. */
export function generateKeys(): KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  return {
    privatePem: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    publicPem: exportPublic(publicKey),
    keyId: keyIdOf(publicKey),
  }
}

/**
 * Writes a new pair as `PATH` (mode 0600) and `PATH.pub`.
 * @returns the key id
 * @throws PalimpsestError `usage` if one of them exists
 */
export async function writeKeys(path: string): Promise<string> {
  const keys = generateKeys()
  await writeNew(path, keys.privatePem, 0o600)
  await writeNew(`${path}.pub`, keys.publicPem, 0o644)
  return keys.keyId
}

async function writeNew(path: string, text: string, mode: number): Promise<void> {
  const handle = await open(path, 'wx', mode).catch(error => {
    throw new PalimpsestError('usage', `${path}: cannot be written (${(error as NodeJS.ErrnoException).code})`)
  })
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function exportPublic(key: KeyObject): string {
  return key.export({ type: 'spki', format: 'pem' }) as string
}

function keyIdOf(key: KeyObject): string {
  return digestHex(key.export({ type: 'spki', format: 'der' }))
}

/**
 * Key id of a public key in PEM.
 * @throws PalimpsestError `usage` if it is not an Ed25519 key
 */
export function keyIdOfPem(pem: string): string {
  return keyIdOf(parseKey(() => createPublicKey(pem)))
}

function parseKey(parse: () => KeyObject): KeyObject {
  let key: KeyObject | undefined
  try {
    key = parse()
  } catch {}
  if (key?.asymmetricKeyType === 'ed25519') return key
  throw new PalimpsestError(
    'usage',
    'key: expected an Ed25519 key in PEM; openssl genpkey -algorithm ed25519 makes one',
  )
}

/** The statement that a signer of this subject signs; canonical, so a verifier can build the same bytes. */
function buildStatement(subject: Subject, publicPem: string, signer: string | null): string {
  const { root, edition, manifest, run } = subject
  return canonicalise({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [
      { name: 'root', digest: { sha256: root } },
      { name: 'manifest.json', digest: { sha256: manifest } },
      { name: 'run.json', digest: { sha256: run } },
    ],
    predicateType,
    predicate: { edition, publicKey: publicPem, signer },
  })
}

/** DSSE pre-authentication encoding: what is signed. */
export function encodePae(type: string, payload: string): Buffer {
  const body = Buffer.from(payload)
  return Buffer.concat([Buffer.from(`DSSEv1 ${Buffer.byteLength(type)} ${type} ${body.length} `), body])
}

/**
 * Writes one signature beside a bundle; a signature of the same key is replaced.
 * @param signer name to be signed with the rest
 */
export async function writeSignature(
  dir: string,
  subject: Subject,
  privatePem: string,
  signer: string | null,
): Promise<void> {
  const privateKey = parseKey(() => createPrivateKey(privatePem))
  const publicKey = createPublicKey(privateKey)
  const keyid = keyIdOf(publicKey)
  const payload = buildStatement(subject, exportPublic(publicKey), signer === null ? null : repairText(signer))
  const sig = sign(null, encodePae(payloadType, payload), privateKey).toString('base64')
  const envelope = { payload: Buffer.from(payload).toString('base64'), payloadType, signatures: [{ keyid, sig }] }
  await placeSignature(dir, `${keyid}.dsse.json`, `${canonicalise(envelope)}\n`)
}

/** Writes a signature beside the bundle, then moves it into place: alone, or with its folder if it is the first. */
async function placeSignature(dir: string, name: string, text: string): Promise<void> {
  const building = join(dirname(dir), `.${basename(dir)}.signature-${randomUUID()}`)
  await mkdir(building)
  try {
    await writeNew(join(building, name), text, 0o644)
    const folder = join(dir, 'signatures')
    if (existsSync(folder)) await rename(join(building, name), join(folder, name))
    else await rename(building, folder)
  } finally {
    await rm(building, { recursive: true, force: true })
  }
}

/**
 * Checks every signature of a bundle.
 * @param run SHA-256 of `run.json`, hex
 * @returns the signatures, in the order of their key ids
 * @throws PalimpsestError `integrity` at the first that is damaged or of something else
 */
export function checkSignatures(bundle: OpenBundle, run: string): SignatureCheck[] {
  const { manifest, manifestDigest, sizes } = bundle
  const subject: Subject = { root: manifest.root, edition: manifest.edition, manifest: manifestDigest, run }
  const paths = [...sizes.keys()].filter(path => path.startsWith('signatures/')).sort()
  const checks: SignatureCheck[] = []
  for (const path of paths) {
    const [, keyId] = signaturePath.exec(path) ?? refuse(`${path}: not a file that signatures consist of`)
    checks.push(checkSignature(path, keyId, readWhole(bundle.dir, path, sizes.get(path)!, maxSignatureBytes), subject))
  }
  return checks
}

function checkSignature(path: string, keyId: string, bytes: Buffer, subject: Subject): SignatureCheck {
  const { payload, sig } = parseEnvelope(path, keyId, bytes)
  const { publicKey, signer } = readPredicate(path, payload)
  let key: KeyObject
  try {
    key = parseKey(() => createPublicKey(publicKey))
  } catch {
    return refuse(`${path}: its public key is not one of Ed25519`)
  }
  if (exportPublic(key) !== publicKey || keyIdOf(key) !== keyId) refuse(`${path}: its public key has another id`)
  const statement = buildStatement(subject, publicKey, signer)
  if (!payload.equals(Buffer.from(statement))) refuse(`${path}: signs something else than this bundle`)
  if (!verify(null, encodePae(payloadType, statement), key, sig)) refuse(`${path}: the signature is wrong`)
  return { keyId, signer, publicPem: publicKey }
}

/** Payload and signature of an envelope that holds exactly one, in exactly one spelling. */
function parseEnvelope(path: string, keyId: string, bytes: Buffer): { payload: Buffer; sig: Buffer } {
  if (bytes.at(-1) !== 10) refuse(`${path}: the last line has no end`)
  const envelope = parseCanonical(bytes.subarray(0, -1), path) as {
    payload?: unknown
    payloadType?: unknown
    signatures?: { sig?: unknown }[]
  } | null
  const sigText = Array.isArray(envelope?.signatures) ? envelope.signatures[0]?.sig : undefined
  const payloadText = envelope?.payload
  if (typeof payloadText !== 'string' || typeof sigText !== 'string') return refuse(`${path}: not a DSSE envelope`)
  if (envelope?.payloadType !== payloadType) {
    refuse(`${path}: expected payload type ${payloadType}, got ${JSON.stringify(envelope?.payloadType)}`)
  }
  const payload = Buffer.from(payloadText, 'base64')
  const sig = Buffer.from(sigText, 'base64')
  const expected = {
    payload: payload.toString('base64'),
    payloadType,
    signatures: [{ keyid: keyId, sig: sig.toString('base64') }],
  }
  if (canonicalise(expected) !== bytes.toString('utf8', 0, bytes.length - 1))
    refuse(`${path}: not a plain DSSE envelope`)
  return { payload, sig }
}

/** What the signer put in; not to be relied on before the statement is compared and the signature checked. */
function readPredicate(path: string, payload: Buffer): { publicKey: string; signer: string | null } {
  const statement = parseCanonical(payload, path) as { predicate?: { publicKey?: unknown; signer?: unknown } } | null
  const { publicKey, signer } = statement?.predicate ?? {}
  const isOurs = typeof publicKey === 'string' && (signer === null || typeof signer === 'string')
  return isOurs ? { publicKey, signer } : refuse(`${path}: not a statement of this program`)
}

function refuse(what: string): never {
  throw new PalimpsestError('integrity', what)
}
