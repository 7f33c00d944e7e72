/**
 * Evidence: commitments to single texts that can be opened to any prefix on a fixed grid.
 *
 * A text is cut into chunks and hashed from its end to its start, over a salted end: whoever holds a prefix and
 * the hash behind it reaches the same head as whoever holds the whole. The head is all that the root sees.
 *
 * The salt of a text is an HMAC of the text under the secret of the bundle, so equal texts have equal heads
 * (a mapping can be followed without its words) and the same audit gives the same bytes. The secret is an HMAC
 * of the whole unredacted content. It keeps a reader of a redacted edition from testing a guess at one short text
 * unless every other withheld text is known too; it does not keep the texts from a party who holds both corpora
 * and can run the audit again, nor from one who knows all of a very small audit but a word: for these, seal with a
 * key. Equal texts, and lengths where spans are shown, are not hidden.
 */
import { createHmac } from 'node:crypto'
import type { TextSeal } from '../types.ts'
import { digest, digestHex } from './canonical.ts'

const endPrefix = Uint8Array.of(0x10)
const chunkPrefix = Uint8Array.of(0x11)
const bodyPrefix = Uint8Array.of(0x12)

/** Hex digits of a head that stand for a withheld text; 48 bits, enough to tell the texts of one audit apart. */
const pseudonymDigits = 12

/** Mark at the end of a text that was cut. */
export const cutMark = '…'

/**
 * Where a text of `length` characters may be cut: every 16 characters at first, coarser further on, so that a
 * long text needs few hashes.
 * @returns ascending, with 0 and `length`
 */
export function gridOf(length: number): number[] {
  const grid = [0]
  let at = 0
  while (at < length) {
    at += at < 128 ? 16 : at < 1024 ? 64 : 1024
    grid.push(Math.min(at, length))
  }
  return grid
}

/** Secret of a bundle: HMAC of the digest of its unredacted content, under the key of the case if there is one. */
export function deriveSecret(contentDigest: Uint8Array, key?: Uint8Array): Buffer {
  return createHmac('sha256', key ?? 'palimpsest secret 1')
    .update(contentDigest)
    .digest()
}

/** Seal of a whole text: the salted end of its chain. */
export function sealText(secret: Uint8Array, text: string): string {
  const salt = createHmac('sha256', secret).update('text\0').update(text).digest()
  return digestHex(endPrefix, salt)
}

/** Salt, 16 bytes as hex, that hides the body of a finding in the counts edition. */
export function deriveBodySalt(secret: Uint8Array, body: string): string {
  return createHmac('sha256', secret).update('body\0').update(body).digest().toString('hex', 0, 16)
}

/** Commitment to the body of a finding, given as canonical JSON. */
export function commitBody(salt: string, body: string): string {
  return digestHex(bodyPrefix, Buffer.from(salt, 'hex'), body)
}

/** Hash of a chain from character `from` to the end, given the hash behind the last character. */
function foldChain(characters: readonly string[] | string, from: number, rest: string): string {
  const grid = gridOf(characters.length)
  let hash: Buffer = Buffer.from(rest, 'hex')
  for (let i = grid.length - 1; i > 0 && grid[i - 1] >= from; i--) {
    const chunk = characters.slice(grid[i - 1], grid[i])
    hash = digest(chunkPrefix, hash, typeof chunk === 'string' ? chunk : chunk.join(''))
  }
  return hash.toString('hex')
}

/** The characters (code points) of a text; the text itself where units and characters are the same. */
function charactersOf(text: string): readonly string[] | string {
  return /[\ud800-\udfff]/.test(text) ? Array.from(text) : text
}

/** How a withheld text is shown: `#` and the first digits of its head. */
function pseudonymOf(head: string): string {
  return `#${head.slice(0, pseudonymDigits)}`
}

/**
 * Head of a text, from what is shown of it and its seal.
 * @param blank whether a withheld text is shown as nothing, instead of by its pseudonym
 * @returns undefined if what is shown does not fit the seal's own account of it
 */
export function headOf(shown: string, seal: TextSeal, blank: boolean): string | undefined {
  if (typeof seal === 'string') return foldChain(charactersOf(shown), 0, seal)
  const [n, rest] = seal
  if (n === 0) return shown === (blank ? '' : pseudonymOf(rest)) ? rest : undefined
  if (!shown.endsWith(cutMark)) return undefined
  const characters = charactersOf(shown.slice(0, -cutMark.length))
  return characters.length === n ? foldChain(characters, 0, rest) : undefined
}

/**
 * Shows at most `limit` characters of a text.
 * @param shown what is shown of it now, and `seal` its seal
 * @returns what is shown afterwards, with its seal; the head is the same
 */
export function cutText(
  shown: string,
  seal: TextSeal,
  limit: number,
  blank: boolean,
): { shown: string; seal: TextSeal } {
  if (typeof seal !== 'string' && seal[0] <= limit) return { shown, seal }
  const characters = charactersOf(typeof seal === 'string' ? shown : shown.slice(0, -cutMark.length))
  if (typeof seal === 'string' && characters.length <= limit) return { shown, seal }
  const keep = gridOf(characters.length).findLast(at => at <= limit)!
  const rest = foldChain(characters, keep, typeof seal === 'string' ? seal : seal[1])
  if (keep === 0) return { shown: blank ? '' : pseudonymOf(rest), seal: [0, rest] }
  const kept = characters.slice(0, keep)
  return { shown: `${typeof kept === 'string' ? kept : kept.join('')}${cutMark}`, seal: [keep, rest] }
}
