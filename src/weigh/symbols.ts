/**
 * weigh: two documents with code once more, whatever their identifiers are called and their comments say. Streams →
 * skeletons (names all alike, comments left out), aligned anew → how much of them agrees, a name only where it stands
 * for the same name as in its other places: who renames a program renames it throughout.
 * Errors: two listings of one textbook agree as well; moved functions do not.
 */
import { combine, mix } from '../hash.ts'
import { alignPair } from '../match/pair.ts'
import { TokenKind, type TokenStream } from '../types.ts'

/** An identifier or a literal, by its bits, and what stands for each of them in a skeleton. */
const codeName = TokenKind.code | TokenKind.name
const nameSymbol = 1
/** Skeleton tokens that make a shape. */
const shapeTokens = 6

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
}

/** Compares the code of two documents by its skeletons. */
export function compareSymbols(suspect: TokenStream, reference: TokenStream): Symbols {
  const ours = makeSkeleton(suspect)
  const theirs = makeSkeleton(reference)
  const mapping = new Mapping()
  const shapes = new Set<number>()
  let matched = 0
  for (const { s, r, n } of alignPair(ours, theirs)?.blocks ?? []) {
    matched += n
    for (let i = 0; i < n; i++) {
      if (ours.hash[s + i] === nameSymbol)
        mapping.add(suspect.hash[ours.start[s + i]], reference.hash[theirs.start[r + i]])
      if (i + 1 >= shapeTokens) shapes.add(ours.maskedHash[s + i])
    }
  }
  const { broken, renamings } = mapping.count()
  return {
    suspectAgreed: (matched - broken) / Math.max(1, ours.n),
    referenceAgreed: (matched - broken) / Math.max(1, theirs.n),
    shapes: shapes.size,
    renamings,
  }
}

/** The code tokens of a stream, names all alike; `start` and `end` hold the raw token of each. */
function makeSkeleton({ n: room, hash, kind }: TokenStream): TokenStream {
  const raw = new Uint32Array(room)
  const symbol = new Uint32Array(room)
  const mixed = new Uint32Array(room)
  let n = 0
  for (let i = 0; i < room; i++) {
    if ((kind[i] & TokenKind.code) === 0) continue
    raw[n] = i
    symbol[n] = (kind[i] & codeName) === codeName ? nameSymbol : hash[i]
    // a few symbols make up most of a skeleton: each is mixed with those before it for the seeds
    let shape = symbol[n]
    for (let j = 1; j < shapeTokens && j <= n; j++) shape = combine(shape, symbol[n - j])
    mixed[n++] = mix(shape)
  }
  return {
    n,
    hash: symbol,
    start: raw,
    end: raw,
    kind: new Uint8Array(n).fill(TokenKind.code),
    nMasked: n,
    masked: Uint32Array.from({ length: n }, (_, i) => i),
    maskedHash: mixed,
  }
}

/** Which name of the suspect stands for which of the reference, and how often. */
class Mapping {
  private readonly pairs = new Map<number, { ours: number; theirs: number; times: number }>()

  add(ours: number, theirs: number): void {
    const key = combine(ours, theirs)
    const pair = this.pairs.get(key)
    if (pair === undefined) this.pairs.set(key, { ours, theirs, times: 1 })
    else pair.times++
  }

  /** One to one, the pairs with most places first: places that do not fit in, and renamings that are repeated. */
  count(): { broken: number; renamings: number } {
    const taken = { ours: new Set<number>(), theirs: new Set<number>() }
    let broken = 0
    let renamings = 0
    for (const { ours, theirs, times } of [...this.pairs.values()].sort((a, b) => b.times - a.times)) {
      if (taken.ours.has(ours) || taken.theirs.has(theirs)) {
        broken += times
        continue
      }
      taken.ours.add(ours)
      taken.theirs.add(theirs)
      if (ours !== theirs) renamings += times - 1
    }
    return { broken, renamings }
  }
}
