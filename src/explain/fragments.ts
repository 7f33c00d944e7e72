/**
 * explain: one character of a Chinese word changed (寻找 → 寻求) → the word, which no list need hold.
 *
 * An edit shows 找 → 求; whether 寻找 became 寻求 or 找到 became 求到 shows over the corpus: before the character that changed
 * always stands 寻, and behind it anything. False rows: a character that was always followed by the same word, too.
 */
import type { Edit, Span } from '../types.ts'
import { identityKinds } from './kinds.ts'

/** What became what, and its kind. */
export type Word = Pick<Edit, 'from' | 'to' | 'kind'>

const ideograph = /^\p{Script=Han}$/u

/** One character of a Chinese word for another, as of 寻找 → 寻求. */
export function isFragment({ from, to }: Edit): boolean {
  return ideograph.test(from) && ideograph.test(to)
}

/** The words of two characters that a fragment may be part of, with the one before and with the one behind. */
export function widenFragment(text: string, edits: readonly Edit[], i: number): Word[] {
  const { from, to, kind, suspect, reference } = edits[i]
  if (identityKinds.has(kind)) return []
  const isFree = (at: number, other: Edit | undefined): boolean =>
    ideograph.test(text[at] ?? '') &&
    !(other && (touches(other.suspect, suspect) || touches(other.reference, reference)))
  const [before, after] = [text[reference[0] - 1], text[reference[1]]]
  const words: Word[] = []
  if (isFree(reference[0] - 1, edits[i - 1])) words.push({ from: before + from, to: before + to, kind })
  if (isFree(reference[1], edits[i + 1])) words.push({ from: from + after, to: to + after, kind })
  return words
}

function touches(a: Span, b: Span): boolean {
  return a[1] >= b[0] && b[1] >= a[0]
}

/**
 * Keys of pairs of words with a shared character that is none of the word: of 寻找 → 寻求 and 找到 → 求到 the former stays, since
 * before the character that changed always stands 寻, and behind it anything.
 */
export function listStrangers(pairs: ReadonlyMap<string, { places: number }>): Set<string> {
  const sides = new Map<string, [before: [string, number][], behind: [string, number][]]>()
  for (const [key, { places }] of pairs) {
    const [a, b, cut, c, d] = key
    if (key.length !== 5 || cut !== '\u0000' || !ideograph.test(a) || (a === c) === (b === d)) continue
    const fragment = a === c ? b + d : a + c
    const both = sides.get(fragment) ?? [[], []]
    both[a === c ? 0 : 1].push([key, places])
    sides.set(fragment, both)
  }
  const strangers = new Set<string>()
  for (const [before, behind] of sides.values()) {
    const rest = concentrate(before) > concentrate(behind) ? behind : before
    for (const [key] of rest) strangers.add(key)
  }
  return strangers
}

/** Chance that two places drawn show the same. */
function concentrate(shares: readonly [string, number][]): number {
  const all = shares.reduce((sum, [, places]) => sum + places, 0)
  return shares.reduce((sum, [, places]) => sum + (places / all) ** 2, 0)
}
