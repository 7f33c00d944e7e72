/**
 * match: an index file under a key. All of it is encrypted, header and seeds included: unsalted hashes of word runs give
 * most words back to a patient reader, and keyed hashes over open postings would still tell what is common; here nothing
 * stands open but the size. AES-256-GCM over chunks, each with its number and the last one marked (STREAM: Hoang et al.
 * 2015), so none can be altered, dropped, moved or cut off, and any can be read alone.
 * Errors: `usage` for a key that is missing or too short, `integrity` for another key or a damaged file.
 *
 * File: 48-byte prefix (`PALK`, version, chunk bytes, 0, salt), then chunks of ciphertext, each with its 16-byte tag.
 */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto'
import { PalimpsestError } from '../errors.ts'
import { pieceBytes, type Sink, type Store } from './store.ts'

const magic = 0x4b4c4150 // "PALK", little-endian
const lockVersion = 1
const prefixBytes = 48
const saltBytes = 32
const tagBytes = 16
/** A text block of an index is a quarter of that; larger chunks cost more to open one. */
const chunkBytes = 1 << 16
/** Chunks that are kept open. */
const maxKept = 32
/** A key file holds at least so much: 32 random bytes, or their 64 hex digits. */
const minKeyBytes = 32

/** Is this the start of a locked index? */
export function isLocked(head: Uint8Array): boolean {
  return head.length >= 4 && Buffer.from(head.buffer, head.byteOffset, 4).readUInt32LE() === magic
}

/** @throws PalimpsestError `usage` for a key that is too short to be one */
export function checkKey(key: Uint8Array, where: string): Uint8Array {
  if (key.length >= minKeyBytes) return key
  throw new PalimpsestError(
    'usage',
    `${where}: expected a key of ${minKeyBytes} bytes or more, got ${key.length}; openssl rand -hex 32 makes one`,
  )
}

/** Key of one file: the salt is a digest of its content under the key, so no two contents share it. */
function deriveFileKey(key: Uint8Array, salt: Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', key, salt, 'palimpsest index 1', 32))
}

/** Nonce of a chunk: its number, and whether it is the last. */
function nonceOf(chunk: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.writeUInt32LE(chunk, 0)
  nonce[11] = isLast ? 1 : 0
  return nonce
}

function deriveSalt(plain: Store, key: Uint8Array): Buffer {
  const hmac = createHmac('sha256', key).update('palimpsest index salt 1')
  for (let at = 0; at < plain.sizeBytes; at += pieceBytes) {
    const piece = Buffer.allocUnsafe(Math.min(pieceBytes, plain.sizeBytes - at))
    plain.read(at, piece)
    hmac.update(piece)
  }
  return hmac.digest()
}

/** Writes the locked form of an index. Equal indexes under one key give equal bytes. */
export function lockStore(plain: Store, sink: Sink, key: Uint8Array): Store {
  const salt = deriveSalt(plain, checkKey(key, 'key'))
  const prefix = Buffer.alloc(prefixBytes)
  for (const [i, word] of [magic, lockVersion, chunkBytes, 0].entries()) prefix.writeUInt32LE(word, 4 * i)
  prefix.set(salt, prefixBytes - saltBytes)
  sink.write(prefix)
  const fileKey = deriveFileKey(key, salt)
  const chunks = Math.max(1, Math.ceil(plain.sizeBytes / chunkBytes))
  for (let i = 0; i < chunks; i++) {
    const chunk = Buffer.allocUnsafe(Math.min(chunkBytes, plain.sizeBytes - i * chunkBytes))
    plain.read(i * chunkBytes, chunk)
    const cipher = createCipheriv('aes-256-gcm', fileKey, nonceOf(i, i === chunks - 1)).setAAD(prefix)
    sink.write(cipher.update(chunk))
    cipher.final()
    sink.write(cipher.getAuthTag())
  }
  return sink.finish(prefix)
}

/** A store with the key that opened it, for other threads to open it too. */
export interface LockedStore extends Store {
  key: Uint8Array
}

/**
 * The index inside a locked store.
 * @throws PalimpsestError here and when reading
 */
export function unlockStore(locked: Store, key: Uint8Array | undefined): LockedStore {
  const { origin, path } = locked
  if (key === undefined)
    throw new PalimpsestError('usage', `${origin}: the index is locked; give its key with --key-file`)
  const damaged = (what: string): PalimpsestError => new PalimpsestError('integrity', `${origin}: ${what}`)
  const bodyBytes = locked.sizeBytes - prefixBytes
  const chunks = Math.ceil(bodyBytes / (chunkBytes + tagBytes))
  if (bodyBytes < tagBytes || bodyBytes - (chunks - 1) * (chunkBytes + tagBytes) < tagBytes)
    throw damaged('the locked index is cut short')
  const prefix = Buffer.alloc(prefixBytes)
  locked.read(0, prefix)
  const [version, statedBytes] = [prefix.readUInt32LE(4), prefix.readUInt32LE(8)]
  if (version !== lockVersion || statedBytes !== chunkBytes)
    throw damaged(`expected lock version ${lockVersion}, got version ${version} with chunks of ${statedBytes} bytes`)
  const fileKey = deriveFileKey(checkKey(key, 'key'), prefix.subarray(prefixBytes - saltBytes))
  const sizeBytes = bodyBytes - chunks * tagBytes

  const open = (i: number): Buffer => {
    const chunk = Buffer.allocUnsafe(Math.min(chunkBytes, sizeBytes - i * chunkBytes) + tagBytes)
    locked.read(prefixBytes + i * (chunkBytes + tagBytes), chunk)
    const nonce = nonceOf(i, i === chunks - 1)
    const decipher = createDecipheriv('aes-256-gcm', fileKey, nonce, { authTagLength: tagBytes })
    decipher.setAAD(prefix).setAuthTag(chunk.subarray(-tagBytes))
    const plain = decipher.update(chunk.subarray(0, -tagBytes))
    try {
      decipher.final()
    } catch {
      throw damaged('this key does not open the index, or the file is damaged')
    }
    return plain
  }
  const kept = new Map<number, Buffer>()
  const chunkAt = (i: number): Buffer => {
    const chunk = kept.get(i) ?? open(i)
    kept.delete(i)
    kept.set(i, chunk)
    if (kept.size > maxKept) kept.delete(kept.keys().next().value as number)
    return chunk
  }
  // the mark of the last chunk tells whether the file ends where it ended
  chunkAt(chunks - 1)
  const read = (at: number, into: Uint8Array): void => {
    if (at + into.length > sizeBytes) throw damaged(`expected ${at + into.length} bytes or more, got ${sizeBytes}`)
    for (let done = 0; done < into.length; ) {
      const i = Math.floor((at + done) / chunkBytes)
      const part = chunkAt(i).subarray(at + done - i * chunkBytes, at + into.length - i * chunkBytes)
      into.set(part, done)
      done += part.length
    }
  }
  return { origin, path, sizeBytes, key, read, close: () => locked.close() }
}
