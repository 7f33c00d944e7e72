/**
 * weigh: values by 32-bit hashes, in a table that is emptied by raising a number.
 */

/** Values by hash. Reuse one per thread; grows, never shrinks. */
export class HashTable {
  /** value of each entry, 0 in a fresh one */
  value: Uint32Array = new Uint32Array(1024)
  private keys = new Uint32Array(1024)
  /** the round in which an entry was last written; older entries are empty */
  private rounds = new Uint32Array(1024)
  private round = 0
  /** entries in use, less 1: few hashes stay in the nearest cache however large the table once grew */
  private mask = 0

  /** Empties the table. @param n how many hashes will be entered at most */
  clear(n: number): void {
    let size = 64
    while (size < n * 2) size *= 2
    if (size > this.keys.length || this.round === 0xffffffff) {
      const room = Math.max(size, this.keys.length)
      this.keys = new Uint32Array(room)
      this.value = new Uint32Array(room)
      this.rounds = new Uint32Array(room)
      this.round = 0
    }
    this.mask = size - 1
    this.round++
  }

  /** The entry of a hash; a fresh one has the value 0. */
  enter(hash: number): number {
    const { keys, rounds, round, mask } = this
    let at = hash & mask
    while (rounds[at] === round && keys[at] !== hash) at = (at + 1) & mask
    if (rounds[at] !== round) {
      rounds[at] = round
      keys[at] = hash
      this.value[at] = 0
    }
    return at
  }
}
