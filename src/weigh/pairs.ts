/**
 * weigh: how often each pair of neighbouring tokens was matched so far, in a table that is emptied by raising a number.
 */

/** Counts 32-bit hashes. Reuse one per thread; grows, never shrinks. */
export class PairCounts {
  private keys = new Uint32Array(1024)
  private counts = new Uint32Array(1024)
  /** the round in which an entry was last written; older entries are empty */
  private rounds = new Uint32Array(1024)
  private round = 0

  /** Empties the table. @param n how many hashes will be added at most */
  clear(n: number): void {
    let size = this.keys.length
    while (size < n * 2) size *= 2
    if (size > this.keys.length || this.round === 0xffffffff) {
      this.keys = new Uint32Array(size)
      this.counts = new Uint32Array(size)
      this.rounds = new Uint32Array(size)
      this.round = 0
    }
    this.round++
  }

  /** Adds a hash; how often it has been added since `clear`, this time included. */
  add(hash: number): number {
    const { keys, rounds, round } = this
    const mask = keys.length - 1
    let at = hash & mask
    while (rounds[at] === round && keys[at] !== hash) at = (at + 1) & mask
    if (rounds[at] !== round) {
      rounds[at] = round
      keys[at] = hash
      this.counts[at] = 0
    }
    return ++this.counts[at]
  }
}
