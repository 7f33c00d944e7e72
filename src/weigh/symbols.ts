/**
 * weigh: two documents with code once more, whatever their identifiers are called and their comments say. Skeletons,
 * aligned anew → how much of them agrees, a name only where it stands for the same name as in its other places: who
 * renames a program renames it throughout.
 * Errors: two listings of one textbook agree as well.
 */
import { combine } from '../hash.ts'
import { alignPair } from '../match/pair.ts'
import type { Information } from './information.ts'
import { type Skeleton, shapeTokens } from './skeleton.ts'

/** Words of a literal that count: more of them are no surer sign. */
const maxLiteralWords = 4

/** What the skeletons of two documents say. */
export interface Symbols {
  /** share of the suspect's code tokens that agree, names only by a mapping that is one to one */
  suspectAgreed: number
  /** the same of the reference's */
  referenceAgreed: number
  /** different runs of six skeleton tokens that agree: a table of data has few, however long it is */
  shapes: number
  /** places at which a changed name is changed as in a place before */
  renamings: number
  /** bits of the words of different string literals that are equal and in no prompt, at most four words of each */
  literalBits: number
}

/** Compares the code of two documents by its skeletons. @param prompts what was asked on both sides */
export function compareSymbols(
  ours: Skeleton,
  theirs: Skeleton,
  prompts: readonly string[],
  information: Information,
): Symbols {
  const blocks = alignPair(ours, theirs)?.blocks ?? []
  const mapping = new Mapping()
  for (const { s, r, n } of blocks)
    for (let i = 0; i < n; i++) if (ours.name[s + i] !== 0) mapping.add(ours.name[s + i], theirs.name[r + i])
  const renamings = mapping.settle()
  const shapes = new Set<number>()
  const literals = new Map<number, number>()
  const agreed = { ours: 0, theirs: 0 }
  for (const { s, r, n } of blocks) {
    for (let i = 0; i < n; i++) {
      const name = ours.name[s + i]
      if (i + 1 >= shapeTokens) shapes.add(ours.maskedHash[s + i])
      if (name !== 0 && !mapping.holds(name, theirs.name[r + i])) continue
      if (name !== 0 && name === theirs.name[r + i]) literals.set(name, s + i)
      agreed.ours += ours.isSure[s + i]
      agreed.theirs += theirs.isSure[r + i]
    }
  }
  return {
    suspectAgreed: agreed.ours / Math.max(1, countSure(ours)),
    referenceAgreed: agreed.theirs / Math.max(1, countSure(theirs)),
    shapes: shapes.size,
    renamings,
    literalBits: weighLiterals(ours, literals.values(), prompts, information),
  }
}

function countSure({ n, isSure }: Skeleton): number {
  let sure = 0
  for (let i = 0; i < n; i++) sure += isSure[i]
  return sure
}

/** Bits of the literals among the tokens that stand in no prompt. */
function weighLiterals(
  { literalAt, raw }: Skeleton,
  tokens: Iterable<number>,
  prompts: readonly string[],
  information: Information,
): number {
  let bits = 0
  for (const token of tokens) {
    const literal = literalAt(token)
    if (literal !== undefined && !prompts.some(prompt => prompt.includes(literal)))
      bits += information.bits(raw[token]) * Math.min(maxLiteralWords, countWords(literal))
  }
  return bits
}

function countWords(literal: string): number {
  return literal.match(/[\p{L}\p{N}]+/gu)?.length ?? 0
}

/** Which name of the suspect stands for which of the reference. */
class Mapping {
  private readonly pairs = new Map<number, { ours: number; theirs: number; times: number }>()
  private readonly settled = new Map<number, number>()

  add(ours: number, theirs: number): void {
    const key = combine(ours, theirs)
    const pair = this.pairs.get(key)
    if (pair === undefined) this.pairs.set(key, { ours, theirs, times: 1 })
    else pair.times++
  }

  /** Makes the mapping one to one, the pairs with most places first. Returns how many renamings are repeated. */
  settle(): number {
    const taken = new Set<number>()
    let renamings = 0
    for (const { ours, theirs, times } of [...this.pairs.values()].sort((a, b) => b.times - a.times)) {
      if (this.settled.has(ours) || taken.has(theirs)) continue
      this.settled.set(ours, theirs)
      taken.add(theirs)
      if (ours !== theirs) renamings += times - 1
    }
    return renamings
  }

  /** Does the name of the suspect stand for this one? */
  holds(ours: number, theirs: number): boolean {
    return this.settled.get(ours) === theirs
  }
}
