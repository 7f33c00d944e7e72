/**
 * run: what was found in a text, for when the same text comes again. One record over and over would otherwise cost its
 * whole work each time. A text is kept from its second time on, so that a corpus without repeats keeps none.
 */
import type { Document } from '../types.ts'

/** Hashes that are remembered as met before: a newer one takes the place of an older. */
const maxMet = 1 << 14

interface Kept<T> {
  text: string
  prompt: string | null
  found: T
  units: number
}

/** Keeps about `maxUnits` UTF-16 units of texts, with what was found in them; the text kept first goes first. */
export class Repeats<T> {
  private readonly maxUnits: number
  private readonly kept = new Map<number, Kept<T>>()
  private readonly met = new Uint32Array(maxMet)
  private heldUnits = 0

  constructor(maxUnits = 4_000_000) {
    this.maxUnits = maxUnits
  }

  /** What was found in an equal text with an equal prompt; undefined where that is not known. @param hash of the text */
  find({ text, prompt }: Document, hash: number): T | undefined {
    const known = this.kept.get(hash)
    return known !== undefined && known.text === text && known.prompt === prompt ? known.found : undefined
  }

  /**
   * Keeps what was found in a text if it came before.
   * @param size of what was found, in units
   */
  keep({ text, prompt }: Document, hash: number, found: T, size: number): void {
    if (this.met[hash % maxMet] !== hash) {
      this.met[hash % maxMet] = hash
      return
    }
    const units = text.length + (prompt?.length ?? 0) + size
    const old = this.kept.get(hash)
    if (old !== undefined) this.drop(hash, old)
    this.kept.set(hash, { text, prompt, found, units })
    this.heldUnits += units
    for (const [oldest, entry] of this.kept) {
      if (this.heldUnits <= this.maxUnits) break
      this.drop(oldest, entry)
    }
  }

  private drop(hash: number, { units }: Kept<T>): void {
    this.kept.delete(hash)
    this.heldUnits -= units
  }
}
