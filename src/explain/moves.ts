/**
 * explain: moved passages with their edits. Alignment gives blocks that moved as they were; here a sentence that was
 * moved and edited is put together again: what stands between two moved blocks on both sides was replaced there, and a
 * run that only the suspect has is held against runs that only the reference has (longest common subsequence).
 */
import type { Alignment, Block, Span } from '../types.ts'
import type { Pair, Side } from './sides.ts'

/** Tokens between two blocks of one moved passage, at most, on either side. */
const maxInnerTokens = 8
/** Shortest run that may have been moved and edited, and the longest that is looked at. */
const minRunTokens = 3
const maxRunTokens = 160
/** Share of the longer run that must be equal, in order; more where either run may have been replaced in its place. */
const minShare = 0.4
const minPairedShare = 0.6
/** Runs of each side that are held against one another. */
const maxRuns = 32

/** What was found to have moved: equal blocks, and the pairs between them. */
export interface Moves {
  blocks: Block[]
  pairs: Pair[]
}

/** Pairs that stand between consecutive moved blocks of one passage. */
export function findInnerPairs(moved: readonly Block[]): Pair[] {
  const pairs: Pair[] = []
  const sorted = [...moved].sort((a, b) => a.s - b.s)
  for (const [i, block] of sorted.entries()) {
    const next = sorted[i + 1]
    if (next === undefined) break
    const pair: Pair = { suspect: [block.s + block.n, next.s], reference: [block.r + block.n, next.r] }
    const [s, r] = [lengthOf(pair.suspect), lengthOf(pair.reference)]
    if (s >= 0 && r >= 0 && s + r > 0 && s <= maxInnerTokens && r <= maxInnerTokens) pairs.push(pair)
  }
  return pairs
}

/** Tokens before or behind a moved block that are looked at. */
const maxEdgeTokens = 12

/**
 * What stands beside a moved block up to the end of the sentence, on both sides: the edited beginning or end of a
 * sentence that was moved.
 */
export function findEdgePairs(suspect: Side, reference: Side, alignment: Alignment): Pair[] {
  const moved = alignment.blocks.filter(block => block.moved)
  if (moved.length === 0) return []
  const [takenS, takenR] = [new Set<number>(), new Set<number>()]
  for (const { s, r, n } of alignment.blocks)
    for (let i = 0; i < n; i++) {
      takenS.add(s + i)
      takenR.add(r + i)
    }
  const pairs: Pair[] = []
  for (const { s, r, n } of moved) {
    pairs.push({ suspect: reachBack(suspect, takenS, s), reference: reachBack(reference, takenR, r) })
    pairs.push({ suspect: reachOn(suspect, takenS, s + n), reference: reachOn(reference, takenR, r + n) })
    const found = pairs.splice(-2).filter(pair => lengthOf(pair.suspect) > 0 && lengthOf(pair.reference) > 0)
    for (const pair of found) {
      for (let i = pair.suspect[0]; i < pair.suspect[1]; i++) takenS.add(i)
      for (let i = pair.reference[0]; i < pair.reference[1]; i++) takenR.add(i)
    }
    pairs.push(...found)
  }
  return pairs
}

function reachBack(side: Side, taken: ReadonlySet<number>, to: number): Span {
  let from = to
  while (from > 0 && from > to - maxEdgeTokens && !taken.has(from - 1) && !isSentenceEnd(side, from - 1)) from--
  return [from, to]
}

function reachOn(side: Side, taken: ReadonlySet<number>, from: number): Span {
  let to = from
  const { n } = side.stream
  while (to < n && to < from + maxEdgeTokens && !taken.has(to) && (to === 0 || !isSentenceEnd(side, to - 1))) to++
  return [from, to]
}

/** Does a sentence, or a line, end behind the token? The number of a list's item ends none. */
function isSentenceEnd(side: Side, token: number): boolean {
  const { start, end, n } = side.stream
  if (token + 1 >= n) return true
  const behind = side.text.slice(end[token], Math.min(start[token + 1], end[token] + 16))
  return /[.!?]\s|[。！？；\n]/.test(behind) && !(/^[.、] ?(?!\n)/.test(behind) && isItemNumber(side, token))
}

/** `\n8. `: up to two digits with which a line begins. */
function isItemNumber({ text, stream }: Side, token: number): boolean {
  const [start, end] = [stream.start[token], stream.end[token]]
  return end - start <= 2 && /(?:^|[\n；;。])[ *#-]*\d{1,2}$/.test(text.slice(Math.max(0, start - 8), end))
}

/**
 * Takes from the pairs those runs of the suspect that are an edited run of the reference, of another pair; the rest is
 * returned. A run that has a counterpart of its own must agree with the other one better.
 */
export function matchRuns(suspect: Side, reference: Side, gaps: readonly Pair[]): { moves: Moves; rest: Pair[] } {
  const moves: Moves = { blocks: [], pairs: [] }
  const pairs = gaps.flatMap(gap => cutSentences(suspect, reference, gap))
  const isRun = (span: Span): boolean => lengthOf(span) >= minRunTokens && lengthOf(span) <= maxRunTokens
  const puts = pairs.filter(pair => isRun(pair.suspect)).slice(0, maxRuns)
  const takes = new Set(pairs.filter(pair => isRun(pair.reference)).slice(0, maxRuns))
  const [moved, left] = [new Map<Pair, number>(), new Map<Pair, number>()]
  for (const run of puts) {
    let best: { pair: Pair; blocks: Block[]; n: number } | undefined
    for (const other of takes) {
      if (other === run) continue
      const isLone = lengthOf(run.reference) === 0 && lengthOf(other.suspect) === 0
      const longer = Math.max(lengthOf(run.suspect), lengthOf(other.reference))
      const least = Math.max(minRunTokens, longer * (isLone ? minShare : minPairedShare), (best?.n ?? 0) + 1)
      if (Math.min(lengthOf(run.suspect), lengthOf(other.reference)) < least) continue
      const blocks = findEqualBlocks(suspect, reference, run.suspect, other.reference)
      const n = blocks.reduce((sum, block) => sum + block.n, 0)
      if (n >= least) best = { pair: other, blocks, n }
    }
    if (best === undefined) continue
    takes.delete(best.pair)
    const last = best.blocks[best.blocks.length - 1]
    const [ours, theirs] = [run.suspect, best.pair.reference]
    // what stands behind all that moved, on one side only, stayed
    const [s, r] = [last.s + last.n, last.r + last.n]
    const isOneSided = s === ours[1] || r === theirs[1]
    const [endS, endR] = isOneSided ? [s, r] : [ours[1], theirs[1]]
    moved.set(run, endS)
    left.set(best.pair, endR)
    moves.blocks.push(...best.blocks)
    moves.pairs.push(...listPairs([ours[0], endS], [theirs[0], endR], best.blocks))
  }
  const rest = pairs.map((pair): Pair => {
    const [s, r] = [moved.get(pair) ?? pair.suspect[0], left.get(pair) ?? pair.reference[0]]
    return { suspect: [s, pair.suspect[1]], reference: [r, pair.reference[1]] }
  })
  return { moves, rest: joinOneSided(rest) }
}

/** What was only put in or only taken out, sentence by sentence: of several, one may have been moved. */
function cutSentences(suspect: Side, reference: Side, gap: Pair): Pair[] {
  if (lengthOf(gap.suspect) > 0 && lengthOf(gap.reference) > 0) return [gap]
  const key = lengthOf(gap.suspect) > 0 ? 'suspect' : 'reference'
  const side = key === 'suspect' ? suspect : reference
  const pairs: Pair[] = []
  let from = gap[key][0]
  for (let i = from; i < gap[key][1]; i++) {
    if (i + 1 < gap[key][1] && !isSentenceEnd(side, i)) continue
    pairs.push({ ...gap, [key]: [from, i + 1] })
    from = i + 1
  }
  return pairs
}

/** Sentences of one gap that were only taken out, or only put in, in one pair again; empty pairs are left out. */
function joinOneSided(pairs: readonly Pair[]): Pair[] {
  const joined: Pair[] = []
  for (const pair of pairs) {
    const { suspect: s, reference: r } = pair
    const last = joined[joined.length - 1]
    if (lengthOf(s) + lengthOf(r) === 0) continue
    const isNext = last !== undefined && last.suspect[1] === s[0] && last.reference[1] === r[0]
    if (isNext && lengthOf(s) + lengthOf(last.suspect) === 0) last.reference = [last.reference[0], r[1]]
    else if (isNext && lengthOf(r) + lengthOf(last.reference) === 0) last.suspect = [last.suspect[0], s[1]]
    else joined.push({ suspect: s, reference: r })
  }
  return joined
}

function lengthOf([start, end]: Span): number {
  return end - start
}

/** Equal tokens of two runs in order, as blocks. */
function findEqualBlocks(suspect: Side, reference: Side, [s0, s1]: Span, [r0, r1]: Span): Block[] {
  const [a, b] = [suspect.stream.hash, reference.stream.hash]
  const width = r1 - r0 + 1
  const length = new Uint16Array((s1 - s0 + 1) * width)
  for (let s = s1 - 1; s >= s0; s--)
    for (let r = r1 - 1; r >= r0; r--) {
      const at = (s - s0) * width + r - r0
      length[at] = a[s] === b[r] ? length[at + width + 1] + 1 : Math.max(length[at + width], length[at + 1])
    }
  const blocks: Block[] = []
  let s = s0
  let r = r0
  while (s < s1 && r < r1) {
    const at = (s - s0) * width + r - r0
    if (a[s] === b[r]) {
      const last = blocks[blocks.length - 1]
      if (last !== undefined && last.s + last.n === s && last.r + last.n === r) last.n++
      else blocks.push({ s, r, n: 1 })
      s++
      r++
    } else if (length[at + width] >= length[at + 1]) s++
    else r++
  }
  return blocks
}

/** What the blocks leave of two runs. */
function listPairs(suspect: Span, reference: Span, blocks: readonly Block[]): Pair[] {
  const pairs: Pair[] = []
  let [s, r] = [suspect[0], reference[0]]
  for (const block of [...blocks, { s: suspect[1], r: reference[1], n: 0 }]) {
    if (block.s > s || block.r > r) pairs.push({ suspect: [s, block.s], reference: [r, block.r] })
    s = block.s + block.n
    r = block.r + block.n
  }
  return pairs
}
