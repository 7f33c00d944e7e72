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

  /** Empties the table. @param n how many hashes will be entered at most */
  clear(n: number): void {
    let size = this.keys.length
    while (size < n * 2) size *= 2
    if (size > this.keys.length || this.round === 0xffffffff) {
      this.keys = new Uint32Array(size)
      this.value = new Uint32Array(size)
      this.rounds = new Uint32Array(size)
      this.round = 0
    }
    this.round++
  }

  /** The entry of a hash; a fresh one has the value 0. */
  enter(hash: number): number {
    const { keys, rounds, round } = this
    const mask = keys.length - 1
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
