/**
 * Text for tests: sentences of made-up words, the same for the same seed. Two seeds share words but no wording, so
 * whatever is found between their texts was put there.
 */

const onsets = [
  'b',
  'br',
  'd',
  'dr',
  'f',
  'g',
  'gl',
  'k',
  'l',
  'm',
  'n',
  'p',
  'pl',
  'r',
  's',
  'st',
  't',
  'tr',
  'v',
  'w',
]
const vowels = ['a', 'e', 'i', 'o', 'u', 'ea', 'ou']
const codas = ['l', 'm', 'n', 'r', 's', 't', 'nd', 'rk', 'st', 'ck']
const joints = ['the', 'of', 'and', 'to', 'in', 'is', 'that', 'for', 'with', 'as']
const names = ['Anna', 'Viktor', 'Lucia', 'Henrik', 'Priya', 'Mateo', 'Olga', 'Samuel']

/** Seeded numbers in `[0, 1)` (mulberry32). */
export function makeRandom(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** One of a list. */
export function pick<T>(random: () => number, list: readonly T[]): T {
  return list[Math.floor(random() * list.length)]
}

function writeWord(random: () => number): string {
  if (random() < 0.3) return pick(random, joints)
  return (
    pick(random, onsets) + pick(random, vowels) + pick(random, codas) + (random() < 0.5 ? pick(random, vowels) : 'ing')
  )
}

/** Sentences of 9 to 15 words; one in three names somebody. */
export function writeSentences(seed: number, count: number): string[] {
  const random = makeRandom(seed)
  return Array.from({ length: count }, () => {
    const words = Array.from({ length: 9 + Math.floor(random() * 7) }, () => writeWord(random))
    if (random() < 0.34) words[3 + Math.floor(random() * 4)] = pick(random, names)
    const sentence = words.join(' ')
    return `${sentence[0].toUpperCase()}${sentence.slice(1)}.`
  })
}

/** A text of so many sentences. */
export function writeProse(seed: number, count = 12): string {
  return writeSentences(seed, count).join(' ')
}

/** The same text with other names: what light anonymisation does to it. */
export function renameAll(text: string): string {
  return names.reduce((done, name, i) => done.replaceAll(name, `Person${i}`), text)
}
