/**
 * Evidence: one meaning, one byte form. Values → canonical JSON (RFC 8785) and back, refusing every other
 * spelling, so that duplicate keys, odd numbers and white space cannot hide in a sealed file.
 * Lone surrogates have no UTF-8 form: they are repaired beforehand, and the original units are digested.
 * Errors: `integrity` for bytes that are not canonical.
 */
import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import { PalimpsestError } from '../errors.ts'
import type { Json } from '../types.ts'

/** Deeper nesting than any file of a bundle has; the recursion of parsers stays far below their stack. */
const maxDepth = 64

/** SHA-256 of the parts in order. */
export function digest(...parts: (string | Uint8Array)[]): Buffer {
  return digestAll(parts)
}

/** SHA-256 of any number of parts in order. */
export function digestAll(parts: Iterable<string | Uint8Array>): Buffer {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

/** SHA-256 of the parts in order, lower-case hex. */
export function digestHex(...parts: (string | Uint8Array)[]): string {
  return digest(...parts).toString('hex')
}

/**
 * Canonical JSON of a value (RFC 8785). Properties that are `undefined` are left out.
 * @throws Error if the value holds a number that is not finite, or a lone surrogate
 */
export function canonicalise(value: unknown): string {
  // what stands in its order already the engine writes alike, and many times as fast
  return isInOrder(value, 0) ? JSON.stringify(value) : (canonicalize(value) as string)
}

/** Are all keys in canonical order, and all values such as have a canonical form? Says no in doubt. */
function isInOrder(value: unknown, depth: number): boolean {
  if (typeof value === 'string') return value.isWellFormed()
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value === 'boolean' || value === null) return true
  if (typeof value !== 'object' || depth > maxDepth) return false
  if (Array.isArray(value)) return value.every(entry => isInOrder(entry, depth + 1))
  if ('toJSON' in value) return false
  let before = ''
  for (const key of Object.keys(value)) {
    if (key < before || !key.isWellFormed()) return false
    const entry = (value as { [key: string]: unknown })[key]
    if (entry !== undefined && !isInOrder(entry, depth + 1)) return false
    before = key
  }
  return true
}

/** The text with each lone surrogate replaced by U+FFFD; the length in UTF-16 units stays the same. */
export function repairText(text: string): string {
  return text.toWellFormed()
}

/**
 * Repairs every string of a value, and lists the digest of each that changed.
 * @returns the repaired copy, its keys in canonical order, and `originals` in the order of their paths; the value itself
 *   where nothing is to be done
 */
export function repairValue<T>(value: T): { value: T; originals: { path: string; sha256: string }[] } {
  if (isInOrder(value, 0)) return { value, originals: [] }
  const originals: { path: string; sha256: string }[] = []
  const repaired = repairAt(value, '', originals) as T
  return { value: repaired, originals }
}

function repairAt(value: unknown, path: string, originals: { path: string; sha256: string }[]): unknown {
  if (typeof value === 'string') {
    const repaired = repairText(value)
    if (repaired !== value) originals.push({ path, sha256: digestHex(Buffer.from(value, 'utf16le')) })
    return repaired
  }
  if (Array.isArray(value)) return value.map((entry, i) => repairAt(entry, `${path}[${i}]`, originals))
  if (value === null || typeof value !== 'object') return value
  const entries: [string, unknown][] = []
  for (const key of Object.keys(value).sort()) {
    const entry = (value as { [key: string]: unknown })[key]
    const name = repairText(key)
    if (entry !== undefined) entries.push([name, repairAt(entry, path === '' ? name : `${path}.${name}`, originals)])
  }
  return Object.fromEntries(entries)
}

/**
 * Parses bytes that must be canonical JSON, with nothing before or after.
 * @param where the file, and line if it has lines, for the message
 * @throws PalimpsestError `integrity`
 */
export function parseCanonical(bytes: Uint8Array, where: string): Json {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new PalimpsestError('integrity', `${where}: expected UTF-8, got other bytes`)
  }
  if (measureDepth(text) > maxDepth) {
    throw new PalimpsestError('integrity', `${where}: nested deeper than ${maxDepth}`)
  }
  let value: Json
  let canonical: string
  try {
    value = JSON.parse(text) as Json
    canonical = canonicalise(value)
  } catch {
    throw new PalimpsestError('integrity', `${where}: not JSON`)
  }
  if (canonical !== text) throw new PalimpsestError('integrity', `${where}: not in canonical form (RFC 8785)`)
  return value
}

/** Deepest nesting of a JSON text, counted outside strings, without parsing it. */
function measureDepth(text: string): number {
  let depth = 0
  let deepest = 0
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit === 0x22) {
      i = skipString(text, i)
    } else if (unit === 0x5b || unit === 0x7b) {
      depth++
      if (depth > deepest) deepest = depth
    } else if (unit === 0x5d || unit === 0x7d) {
      depth--
    }
  }
  return deepest
}

/** Index of the quote that closes the string opened at `open`, or the end of the text. */
function skipString(text: string, open: number): number {
  let close = text.indexOf('"', open + 1)
  while (close !== -1) {
    let slashes = 0
    while (text.charCodeAt(close - 1 - slashes) === 0x5c) slashes++
    if (slashes % 2 === 0) return close
    close = text.indexOf('"', close + 1)
  }
  return text.length
}
