/**
 * explain: samples by hash, which stay small however large the corpus is, and are the same whatever its order.
 */

/**
 * Drops the entries at or above a threshold, and lowers it until no more than `max` are left.
 *
 * @returns the threshold then
 */
export function limitByHash(entries: Map<number, unknown>, threshold: number, max: number): number {
  for (let bound = threshold; ; bound /= 2) {
    for (const hash of entries.keys()) if (hash >= bound) entries.delete(hash)
    if (entries.size <= max) return bound
  }
}

/** Keeps the smallest hashes, ascending, each once. */
export function addSmallest(hashes: number[], hash: number, max: number): void {
  let at = hashes.length
  if (at === max && hash > hashes[at - 1]) return
  while (at > 0 && hashes[at - 1] >= hash) at--
  if (hashes[at] === hash) return
  hashes.splice(at, 0, hash)
  if (hashes.length > max) hashes.pop()
}

/** The smallest of two ascending lists, each once. */
export function mergeSmallest(mine: number[], theirs: number[], max: number): number[] {
  return [...new Set([...mine, ...theirs])].sort((a, b) => a - b).slice(0, max)
}

/** Number of different values by the k smallest of their hashes (Bar-Yossef et al. 2002). */
export function countDifferent(hashes: number[], max: number): number {
  return hashes.length < max ? hashes.length : Math.round(((max - 1) * 2 ** 32) / hashes[max - 1])
}
