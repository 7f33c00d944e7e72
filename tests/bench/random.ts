/**
 * Bench: seeded randomness. Everything drawn in a bench comes from here, so that a run can be repeated
 * from the seeds it prints.
 */

/** A seeded stream of draws. */
export interface Random {
  /** uniform in [0, 1) */
  next(): number
  /** uniform integer in [0, n) */
  below(n: number): number
  /** true with probability p */
  chance(p: number): boolean
  /** one entry of a list that is not empty */
  pick<T>(list: readonly T[]): T
  /** a new list in random order */
  shuffle<T>(list: readonly T[]): T[]
  /** an independent stream named by a label; does not advance this one */
  fork(label: string): Random
}

/** FNV-1a over UTF-16 units. */
export function hashLabel(label: string): number {
  let h = 0x811c9dc5
  for (let i = 0; i < label.length; i++) h = Math.imul(h ^ label.charCodeAt(i), 0x01000193)
  return h >>> 0
}

/** Starts a stream (mulberry32); equal seeds give equal draws. */
export function createRandom(seed: string | number): Random {
  const name = String(seed)
  let state = hashLabel(name)
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  const below = (n: number): number => Math.floor(next() * n)
  return {
    next,
    below,
    chance: p => next() < p,
    pick: list => list[below(list.length)]!,
    shuffle: list => {
      const out = [...list]
      for (let i = out.length - 1; i > 0; i--) {
        const j = below(i + 1)
        const held = out[i]!
        out[i] = out[j]!
        out[j] = held
      }
      return out
    },
    fork: label => createRandom(`${name}/${label}`),
  }
}
