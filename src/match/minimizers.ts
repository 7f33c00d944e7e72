/**
 * match: masked stream → seeds. The smallest k-gram hash of every window of w k-grams is kept
 * (winnowing: Schleimer, Wilkerson, Aiken 2003; minimizers: Roberts et al. 2004), so two texts that share
 * k + w − 1 masked tokens in a row share a seed. k-grams of fewer than three different tokens are never seeds.
 */
import { multiplier as base, mix } from '../hash.ts'
import type { TokenStream } from '../types.ts'

/** How seeds are chosen; an index and its queries must agree. */
export interface SketchParameters {
  /** masked tokens of a k-gram */
  k: number
  /** k-grams of a window */
  w: number
}

/** Seeds of one document; only the first `n` entries count. Reuse one per thread. */
export class SeedBuffer {
  n = 0
  /** hash of each seed */
  hash: Uint32Array = new Uint32Array(1024)
  /** index of its first token in the masked stream, ascending */
  position: Uint32Array = new Uint32Array(1024)
  /** scratch: hash of every k-gram, `lowComplexity` where it may not be a seed */
  grams: Uint32Array = new Uint32Array(1024)
}

const lowComplexity = 0xffffffff

/**
 * Chooses the seeds of a masked stream, about 2 / (w + 1) per masked token, in one pass: each k-gram is hashed, and
 * becomes the smallest of its window or not. Of equal hashes the last counts.
 */
export function chooseSeeds(stream: TokenStream, { k, w }: SketchParameters, out: SeedBuffer): SeedBuffer {
  const nGrams = stream.nMasked - k + 1
  out.n = 0
  if (nGrams <= 0) return out
  if (out.grams.length < nGrams) {
    out.grams = new Uint32Array(nGrams * 2)
    out.hash = new Uint32Array(nGrams * 2)
    out.position = new Uint32Array(nGrams * 2)
  }
  const { grams, hash, position } = out
  const tokens = stream.maskedHash
  let top = 1
  for (let j = 1; j < k; j++) top = Math.imul(top, base)
  let h = 0
  for (let j = 0; j < k - 1; j++) h = (Math.imul(h, base) + tokens[j]) | 0
  /** the smallest k-gram of the window that ends at `i`; there is none before the first window is full */
  let at = -w
  let least = 0
  const firstEnd = Math.min(w, nGrams) - 1
  let n = 0
  for (let i = 0; i < nGrams; i++) {
    h = (Math.imul(h, base) + tokens[i + k - 1]) | 0
    const gram = hasFewTokens(tokens, i, k) ? lowComplexity : mix(h)
    grams[i] = gram
    h = (h - Math.imul(tokens[i], top)) | 0
    if (i < firstEnd) continue
    if (gram <= least) {
      at = i
      least = gram
    } else if (at <= i - w) {
      at = Math.max(0, i - w + 1)
      least = grams[at]
      for (let j = at + 1; j <= i; j++)
        if (grams[j] <= least) {
          at = j
          least = grams[j]
        }
    } else continue
    if (least === lowComplexity) continue
    // the least of a window are small: spread, they fill the buckets of an index evenly
    hash[n] = Math.imul(least, base) >>> 0
    position[n++] = at
  }
  out.n = n
  return out
}

/** Fewer than three different tokens: "the the the the", "yes no yes no". */
function hasFewTokens(tokens: Uint32Array, from: number, k: number): boolean {
  const a = tokens[from]
  let b = tokens[from + 1]
  // nearly always the first three differ
  if (k >= 3 && a !== b && tokens[from + 2] !== a && tokens[from + 2] !== b) return false
  b = a
  for (let j = from + 1; j < from + k; j++) {
    const t = tokens[j]
    if (t === a || t === b) continue
    if (b !== a) return false
    b = t
  }
  return true
}
