/**
 * match: anchors of a candidate → token alignment of the raw streams.
 *
 * Anchored tokens that are really equal become matched pairs; runs grow as far as tokens stay equal; gaps
 * and ends are aligned token by token (Needleman & Wunsch 1970) while they are small. Chains left over
 * after the main one become moved blocks.
 */
import { matchDefaults } from '../options.ts'
import type { Alignment, Block, TokenStream } from '../types.ts'
import { type Candidate, chainAnchors } from './chains.ts'

/** Chains beyond the main one that may become moved blocks, and the tokens such a block must have. */
const maxMovedChains = 12
const minMovedTokens = 6
/** Blocks before a block that may precede it in order. */
const lookBackBlocks = 200

/**
 * Aligns a suspect with a reference along the anchors of a candidate.
 *
 * @param k masked tokens of a seed
 * @returns undefined when no token pair is equal (the seeds met by chance)
 */
export function alignCandidate(
  suspect: TokenStream,
  reference: TokenStream,
  candidate: Candidate,
  k: number,
): Alignment | undefined {
  const runs = new RunList()
  for (const a of candidate.chain) runs.addAnchor(suspect, reference, candidate.suspect[a], candidate.reference[a], k)
  if (runs.blocks.length === 0) return undefined
  const main = growRuns(runs.blocks, suspect, reference)
  const blocks: Alignment['blocks'] = main.map(({ s, r, n }) => ({ s, r, n, moved: false }))
  addLeftOver(blocks, suspect, reference, candidate, k)
  blocks.sort((a, b) => a.s - b.s)
  markMoved(blocks)
  return { blocks, ...extentOf(blocks) }
}

/** Raw tokens that blocks cover, first to last, on both sides. */
export function extentOf(blocks: readonly Block[]): Pick<Alignment, 'suspect' | 'reference'> {
  let s0 = Infinity
  let s1 = 0
  let r0 = Infinity
  let r1 = 0
  for (const { s, r, n } of blocks) {
    s0 = Math.min(s0, s)
    s1 = Math.max(s1, s + n)
    r0 = Math.min(r0, r)
    r1 = Math.max(r1, r + n)
  }
  return { suspect: [s0, s1], reference: [r0, r1] }
}

/** Equal token pairs, rising strictly on both sides, kept as runs. */
class RunList {
  readonly blocks: Block[] = []
  private last: Block = { s: -1, r: -1, n: 0 }

  /** Appends the pairs of an anchor that lie behind all before and are equal in the raw streams. */
  addAnchor(
    suspect: TokenStream,
    reference: TokenStream,
    suspectMasked: number,
    referenceMasked: number,
    k: number,
  ): void {
    for (let j = 0; j < k; j++) {
      const s = suspect.masked[suspectMasked + j]
      const r = reference.masked[referenceMasked + j]
      if (suspect.hash[s] === reference.hash[r]) this.add(s, r, 1)
    }
  }

  /** Appends `n` pairs in a row, unless they lie before the last one on either side. */
  add(s: number, r: number, n: number): void {
    const { last } = this
    const endS = last.s + last.n
    const endR = last.r + last.n
    if (n === 0 || s < endS || r < endR) return
    if (s === endS && r === endR && last.n > 0) last.n += n
    else {
      this.last = { s, r, n }
      this.blocks.push(this.last)
    }
  }
}

/** Fills gaps and ends between anchored runs; returns maximal blocks. */
function growRuns(runs: readonly Block[], suspect: TokenStream, reference: TokenStream): Block[] {
  const grown = new RunList()
  const reach = matchDefaults.maxExtensionTokens
  const ours = suspect.hash
  const theirs = reference.hash
  const s0 = runs[0].s
  const r0 = runs[0].r
  const headS = Math.max(0, s0 - reach)
  const headR = Math.max(0, r0 - reach)
  // equal runs first: they carry a verbatim copy to its very ends at no cost
  let back = 0
  while (s0 - back > 0 && r0 - back > 0 && ours[s0 - back - 1] === theirs[r0 - back - 1]) back++
  fillGap(grown, suspect, reference, Math.min(headS, s0 - back), s0 - back, Math.min(headR, r0 - back), r0 - back)
  grown.add(s0 - back, r0 - back, back)
  for (let i = 0; i < runs.length; i++) {
    const { s: fromS, r: fromR, n } = runs[i]
    const isLast = i + 1 === runs.length
    const toS = isLast ? suspect.n : runs[i + 1].s
    const toR = isLast ? reference.n : runs[i + 1].r
    let s = fromS + n
    let r = fromR + n
    while (s < toS && r < toR && ours[s] === theirs[r]) {
      s++
      r++
    }
    grown.add(fromS, fromR, s - fromS)
    if (isLast) fillGap(grown, suspect, reference, s, Math.min(toS, s + reach), r, Math.min(toR, r + reach))
    else fillGap(grown, suspect, reference, s, toS, r, toR)
  }
  return grown.blocks
}

/**
 * Scratch of one thread: one row of scores, the step taken at every cell, the columns, and for each of them the next one
 * to the left of the same low bits. Grows, never shrinks.
 */
let scores = new Int32Array(0)
let steps = new Uint8Array(0)
let columns = new Int32Array(0)
let columnBefore = new Int32Array(0)
/** Which low bits of hashes occur on each side of the table at hand, and their last column: entries of its round. */
const lowBits = 4095
const present = { suspect: new Uint8Array(lowBits + 1), column: new Uint8Array(lowBits + 1) }
const lastColumn = new Uint16Array(lowBits + 1)
let round = 0
/** Steps of the walk; a bit beside them says that the cell is worth no more than the one below. */
const Step = { suspect: 1, reference: 2, match: 3 } as const
const isFlat = 4

/**
 * Longest weighted common subsequence of suspect `[s0, s1)` and reference `[r0, r1)`: a match counts 5,
 * 2 more when it prolongs a run. Gaps too large are left unaligned.
 */
function fillGap(
  out: RunList,
  suspect: TokenStream,
  reference: TokenStream,
  s0: number,
  s1: number,
  r0: number,
  r1: number,
): void {
  let n = s1 - s0
  let m = r1 - r0
  // equal ends need no table
  let tail = 0
  while (n > 0 && m > 0 && suspect.hash[s0 + n - 1] === reference.hash[r0 + m - 1]) {
    n--
    m--
    tail++
  }
  if (
    n > 0 &&
    m > 0 &&
    n * m <= matchDefaults.maxGapCells &&
    (n * m > fewPairs || hasEqual(suspect.hash, s0, n, reference.hash, r0, m))
  ) {
    const nColumns = chooseColumns(suspect.hash, s0, n, reference.hash, r0, m)
    if (nColumns > 0) {
      fillTable(suspect.hash, s0, n, reference.hash, r0, nColumns)
      walkTable(out, s0, n, r0, m, nColumns)
    }
  }
  out.add(s0 + n, r0 + m, tail)
}

/** In a gap of so few pairs of tokens an equal one is looked for before a table is made. */
const fewPairs = 32

function hasEqual(ours: Uint32Array, s0: number, n: number, theirs: Uint32Array, r0: number, m: number): boolean {
  for (let i = s0; i < s0 + n; i++) for (let j = r0; j < r0 + m; j++) if (ours[i] === theirs[j]) return true
  return false
}

/**
 * The columns of the table: reference tokens that the suspect side may have too. Another token changes no score, so the
 * cells at it are like those at the next column. Returns how many there are.
 */
function chooseColumns(ours: Uint32Array, s0: number, n: number, theirs: Uint32Array, r0: number, m: number): number {
  if (++round === 0x100) {
    present.suspect.fill(0)
    present.column.fill(0)
    round = 1
  }
  if (columns.length < m) {
    columns = new Int32Array(m * 2)
    columnBefore = new Int32Array(m * 2)
  }
  const { suspect, column } = present
  for (let i = s0; i < s0 + n; i++) suspect[ours[i] & lowBits] = round
  let nColumns = 0
  for (let j = 0; j < m; j++) {
    const low = theirs[r0 + j] & lowBits
    if (suspect[low] !== round) continue
    columnBefore[nColumns] = column[low] === round ? lastColumn[low] : -1
    column[low] = round
    lastColumn[low] = nColumns
    columns[nColumns++] = j
  }
  return nColumns
}

/**
 * Fills `steps` from the end, so that the walk runs forward. One row of scores is enough: it falls from left to right, and
 * differs from the row below only at a match and to the left of it, up to a score that is as high. All other cells are
 * flat.
 */
function fillTable(ours: Uint32Array, s0: number, n: number, theirs: Uint32Array, r0: number, nColumns: number): void {
  if (scores.length < nColumns + 1) scores = new Int32Array((nColumns + 1) * 2)
  if (steps.length < n * nColumns) steps = new Uint8Array(n * nColumns * 2)
  const row = scores
  const taken = steps
  const column = columns
  row.fill(0, 0, nColumns + 1)
  taken.fill(Step.suspect | isFlat, 0, n * nColumns)
  for (let i = n - 1; i >= 0; i--) {
    const hash = ours[s0 + i]
    const low = hash & lowBits
    if (present.column[low] !== round) continue
    const at = i * nColumns
    const below = at + nColumns
    const canPrecede = i + 1 < n
    // the last raised cell, its score, and the score below it; the cells to its left may have to be raised too
    let raised = -1
    let right = 0
    let diagonal = 0
    for (let c = lastColumn[low]; c >= 0; c = columnBefore[c]) {
      if (theirs[r0 + column[c]] !== hash) continue
      let x = raised - 1
      for (; x > c && row[x] < right; x--) {
        diagonal = row[x]
        row[x] = right
        taken[at + x] = Step.reference
      }
      if (x !== c) {
        right = row[c + 1]
        diagonal = right
      }
      const down = row[c]
      let best = right
      let step: number = Step.reference
      if (down >= right) {
        best = down
        step = Step.suspect
      }
      const isRun =
        canPrecede && c + 1 < nColumns && column[c + 1] === column[c] + 1 && (taken[below + c + 1] & 3) === Step.match
      const match = diagonal + (isRun ? 7 : 5)
      if (match >= best) {
        best = match
        step = Step.match
      }
      taken[at + c] = down === best ? step | isFlat : step
      row[c] = best
      raised = c
      right = best
      diagonal = down
    }
    for (let x = raised - 1; x >= 0 && row[x] < right; x--) {
      row[x] = right
      taken[at + x] = Step.reference
    }
  }
}

/** Follows the steps from the first cell; at a token that is no column, those of the next column. */
function walkTable(out: RunList, s0: number, n: number, r0: number, m: number, nColumns: number): void {
  let i = 0
  let j = 0
  let c = 0
  while (i < n && j < m) {
    while (c < nColumns && columns[c] < j) c++
    if (c === nColumns) return
    const taken = steps[i * nColumns + c]
    if (columns[c] > j) {
      if ((taken & isFlat) !== 0) i++
      else j = columns[c]
      continue
    }
    const step = taken & 3
    if (step === Step.match) out.add(s0 + i++, r0 + j++, 1)
    else if (step === Step.suspect) i++
    else j++
  }
}

/** Chains of anchors outside the main alignment: sentences that changed places, or parts far apart. */
function addLeftOver(
  blocks: Alignment['blocks'],
  suspect: TokenStream,
  reference: TokenStream,
  candidate: Candidate,
  k: number,
): void {
  const n = candidate.suspect.length
  if (n === candidate.chain.length) return
  const free = new FreeTokens(suspect, reference)
  for (const block of blocks) free.take(block)
  const alive = new Uint8Array(n).fill(1)
  for (let round = 0; round < maxMovedChains; round++) {
    if (!dropTaken(alive, free, candidate)) return
    const { chain } = chainAnchors(candidate.suspect, candidate.reference, candidate.weight, alive)
    const runs = new RunList()
    for (const a of chain) {
      alive[a] = 0
      runs.addAnchor(suspect, reference, candidate.suspect[a], candidate.reference[a], k)
    }
    const moved = growMoved(runs.blocks, suspect, reference, free)
    if (moved.reduce((sum, block) => sum + block.n, 0) < minMovedTokens) continue
    for (const block of moved) {
      free.take(block)
      blocks.push({ s: block.s, r: block.r, n: block.n, moved: false })
    }
  }
}

/** Scratch of one thread: 1 for the taken tokens of each side. Grows, never shrinks. */
const takenTokens = [new Uint8Array(1024), new Uint8Array(1024)]

function clearTaken(side: 0 | 1, n: number): Uint8Array {
  if (takenTokens[side].length < n) takenTokens[side] = new Uint8Array(2 * n)
  else takenTokens[side].fill(0, 0, n)
  return takenTokens[side]
}

/** Which tokens of both sides no block has taken. One at a time. */
class FreeTokens {
  private readonly suspect: TokenStream
  private readonly reference: TokenStream
  private readonly takenS: Uint8Array
  private readonly takenR: Uint8Array

  constructor(suspect: TokenStream, reference: TokenStream) {
    this.suspect = suspect
    this.reference = reference
    this.takenS = clearTaken(0, suspect.n)
    this.takenR = clearTaken(1, reference.n)
  }

  take({ s, r, n }: Block): void {
    for (let j = 0; j < n; j++) {
      this.takenS[s + j] = 1
      this.takenR[r + j] = 1
    }
  }

  has(s: number, r: number): boolean {
    return this.takenS[s] === 0 && this.takenR[r] === 0
  }

  hasAnchor(suspectMasked: number, referenceMasked: number): boolean {
    return this.has(this.suspect.masked[suspectMasked], this.reference.masked[referenceMasked])
  }
}

/** Ends the life of anchors whose first tokens are taken; says whether any is left. */
function dropTaken(alive: Uint8Array, free: FreeTokens, { suspect, reference }: Candidate): boolean {
  let left = 0
  for (let a = 0; a < alive.length; a++) {
    if (alive[a] === 0) continue
    if (free.hasAnchor(suspect[a], reference[a])) left++
    else alive[a] = 0
  }
  return left > 0
}

/** Blocks of a left-over chain: equal runs grown in both directions over tokens that are still free. */
function growMoved(runs: readonly Block[], suspect: TokenStream, reference: TokenStream, free: FreeTokens): Block[] {
  const blocks: Block[] = []
  let floorS = 0
  let floorR = 0
  const isEqual = (s: number, r: number): boolean => free.has(s, r) && suspect.hash[s] === reference.hash[r]
  for (const run of runs)
    for (let j = 0; j < run.n; j++) {
      const fromS = run.s + j
      const fromR = run.r + j
      if (fromS < floorS || !free.has(fromS, fromR)) continue
      let s = fromS
      let r = fromR
      while (s > floorS && r > floorR && isEqual(s - 1, r - 1)) {
        s--
        r--
      }
      let n = fromS - s + 1
      while (s + n < suspect.n && r + n < reference.n && isEqual(s + n, r + n)) n++
      if (r < floorR) continue
      blocks.push({ s, r, n })
      floorS = s + n
      floorR = r + n
    }
  return blocks
}

/** Marks the blocks outside the heaviest sequence that rises in the reference too; `blocks` are sorted by suspect position. */
function markMoved(blocks: Alignment['blocks']): void {
  const n = blocks.length
  let rising = 1
  while (rising < n && blocks[rising - 1].r + blocks[rising - 1].n <= blocks[rising].r) rising++
  if (rising >= n) return
  const best = new Int32Array(n)
  const before = new Int32Array(n).fill(-1)
  const from = Int32Array.from(blocks, ({ r }) => r)
  const to = Int32Array.from(blocks, ({ r, n }) => r + n)
  let end = -1
  for (let i = 0; i < n; i++) {
    const block = blocks[i]
    block.moved = true
    let most = block.n
    for (let j = Math.max(0, i - lookBackBlocks); j < i; j++) {
      if (to[j] > from[i] || best[j] + block.n <= most) continue
      most = best[j] + block.n
      before[i] = j
    }
    best[i] = most
    if (end < 0 || most > best[end]) end = i
  }
  for (let i = end; i >= 0; i = before[i]) blocks[i].moved = false
}
