/**
 * run: how many different documents there are, in fixed memory: the smallest hashes are kept
 * (bottom-k, Bar-Yossef et al. 2002). Exact up to `size` clusters, about 1.6 % off beyond. Order does not matter.
 */

/** Smallest cluster hashes kept. */
const size = 4096

/** Counts distinct 52-bit keys. */
export class ClusterCounter {
  private keys = new Set<number>()
  private threshold = Number.MAX_SAFE_INTEGER

  /** Adds a key in `[0, 2^52)`. */
  add(key: number): void {
    if (key >= this.threshold) return
    this.keys.add(key)
    if (this.keys.size >= 2 * size) this.trim()
  }

  private trim(): void {
    const smallest = [...this.keys].sort((a, b) => a - b).slice(0, size)
    this.threshold = smallest[size - 1] + 1
    this.keys = new Set(smallest)
  }

  /** The keys kept: plain data for another thread. */
  export(): number[] {
    if (this.keys.size > size) this.trim()
    return [...this.keys].sort((a, b) => a - b)
  }

  /** Estimated number of different keys. */
  count(): number {
    const keys = this.export()
    return keys.length < size ? keys.length : Math.round((size - 1) / (keys[size - 1] / 2 ** 52))
  }
}
