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
  const pairs = new PairList(suspect, reference)
  for (const a of candidate.chain) pairs.addAnchor(candidate.suspect[a], candidate.reference[a], k)
  if (pairs.n === 0) return undefined
  const main = growPairs(pairs, suspect, reference)
  const blocks: Alignment['blocks'] = main.map(block => ({ ...block, moved: false }))
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

/** Equal token pairs, rising strictly on both sides. */
class PairList {
  n = 0
  readonly s: number[] = []
  readonly r: number[] = []
  private readonly suspect: TokenStream
  private readonly reference: TokenStream

  constructor(suspect: TokenStream, reference: TokenStream) {
    this.suspect = suspect
    this.reference = reference
  }

  /** Appends the pairs of an anchor that lie behind all before and are equal in the raw streams. */
  addAnchor(suspectMasked: number, referenceMasked: number, k: number): void {
    for (let j = 0; j < k; j++) {
      const s = this.suspect.masked[suspectMasked + j]
      const r = this.reference.masked[referenceMasked + j]
      if (this.suspect.hash[s] === this.reference.hash[r]) this.add(s, r)
    }
  }

  add(s: number, r: number): void {
    if (this.n > 0 && (s <= this.s[this.n - 1] || r <= this.r[this.n - 1])) return
    this.s.push(s)
    this.r.push(r)
    this.n++
  }
}

/** Fills gaps and ends between anchored pairs; returns maximal blocks. */
function growPairs(pairs: PairList, suspect: TokenStream, reference: TokenStream): Block[] {
  const grown = new PairList(suspect, reference)
  const reach = matchDefaults.maxExtensionTokens
  const s0 = pairs.s[0]
  const r0 = pairs.r[0]
  const headS = Math.max(0, s0 - reach)
  const headR = Math.max(0, r0 - reach)
  // equal runs first: they carry a verbatim copy to its very ends at no cost
  let back = 0
  while (s0 - back > 0 && r0 - back > 0 && suspect.hash[s0 - back - 1] === reference.hash[r0 - back - 1]) back++
  fillGap(grown, suspect, reference, Math.min(headS, s0 - back), s0 - back, Math.min(headR, r0 - back), r0 - back)
  for (let j = back; j > 0; j--) grown.add(s0 - j, r0 - j)
  for (let i = 0; i < pairs.n; i++) {
    grown.add(pairs.s[i], pairs.r[i])
    const toS = i + 1 < pairs.n ? pairs.s[i + 1] : suspect.n
    const toR = i + 1 < pairs.n ? pairs.r[i + 1] : reference.n
    let s = pairs.s[i] + 1
    let r = pairs.r[i] + 1
    while (s < toS && r < toR && suspect.hash[s] === reference.hash[r]) grown.add(s++, r++)
    if (i + 1 < pairs.n) fillGap(grown, suspect, reference, s, toS, r, toR)
    else fillGap(grown, suspect, reference, s, Math.min(toS, s + reach), r, Math.min(toR, r + reach))
  }
  return toBlocks(grown)
}

function toBlocks(pairs: PairList): Block[] {
  const blocks: Block[] = []
  let last: Block | undefined
  for (let i = 0; i < pairs.n; i++) {
    const s = pairs.s[i]
    const r = pairs.r[i]
    if (last !== undefined && last.s + last.n === s && last.r + last.n === r) last.n++
    else {
      last = { s, r, n: 1 }
      blocks.push(last)
    }
  }
  return blocks
}

/** Scratch of one thread: one row of scores, and the step taken at every cell. Grows, never shrinks. */
let scores = new Int32Array(0)
let steps = new Uint8Array(0)
const Step = { suspect: 1, reference: 2, match: 3 } as const

/**
 * Longest weighted common subsequence of suspect `[s0, s1)` and reference `[r0, r1)`: a match counts 5,
 * 2 more when it prolongs a run. Gaps too large are left unaligned.
 */
function fillGap(
  out: PairList,
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
  if (n > 0 && m > 0 && n * m <= matchDefaults.maxGapCells) {
    fillTable(suspect.hash, s0, n, reference.hash, r0, m)
    walkTable(out, s0, n, r0, m)
  }
  for (let j = 0; j < tail; j++) out.add(s0 + n + j, r0 + m + j)
}

/** Fills `steps` from the end, so that the walk runs forward. One row of scores is enough. */
function fillTable(ours: Uint32Array, s0: number, n: number, theirs: Uint32Array, r0: number, m: number): void {
  if (scores.length < m + 1) scores = new Int32Array((m + 1) * 2)
  if (steps.length < n * m) steps = new Uint8Array(n * m * 2)
  const row = scores
  const taken = steps
  row.fill(0, 0, m + 1)
  for (let i = n - 1; i >= 0; i--) {
    const hash = ours[s0 + i]
    const at = i * m
    const canPrecede = i + 1 < n
    // `right` is the cell before in this row, `diagonal` the cell before in the row below
    let right = 0
    let diagonal = 0
    for (let j = m - 1; j >= 0; j--) {
      const down = row[j]
      let best = right
      let step: number = Step.reference
      if (down >= right) {
        best = down
        step = Step.suspect
      }
      if (hash === theirs[r0 + j]) {
        const isRun = canPrecede && j + 1 < m && taken[at + m + j + 1] === Step.match
        const match = diagonal + (isRun ? 7 : 5)
        if (match >= best) {
          best = match
          step = Step.match
        }
      }
      taken[at + j] = step
      row[j] = best
      right = best
      diagonal = down
    }
  }
}

function walkTable(out: PairList, s0: number, n: number, r0: number, m: number): void {
  let i = 0
  let j = 0
  while (i < n && j < m) {
    const step = steps[i * m + j]
    if (step === Step.match) out.add(s0 + i++, r0 + j++)
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
  const takenS = new Uint8Array(suspect.n)
  const takenR = new Uint8Array(reference.n)
  for (const block of blocks) markTaken(block, takenS, takenR)
  const alive = new Uint8Array(n)
  for (let a = 0; a < n; a++) {
    const s = suspect.masked[candidate.suspect[a]]
    const r = reference.masked[candidate.reference[a]]
    alive[a] = takenS[s] === 0 && takenR[r] === 0 ? 1 : 0
  }
  for (let round = 0; round < maxMovedChains; round++) {
    const { chain } = chainAnchors(candidate.suspect, candidate.reference, candidate.weight, alive)
    if (chain.length === 0) return
    const pairs = new PairList(suspect, reference)
    for (const a of chain) {
      alive[a] = 0
      pairs.addAnchor(candidate.suspect[a], candidate.reference[a], k)
    }
    if (pairs.n === 0) continue
    const moved = growMoved(pairs, suspect, reference, takenS, takenR)
    if (moved.reduce((sum, block) => sum + block.n, 0) < minMovedTokens) continue
    for (const block of moved) {
      markTaken(block, takenS, takenR)
      blocks.push({ ...block, moved: false })
    }
    for (let a = 0; a < n; a++)
      if (
        alive[a] === 1 &&
        (takenS[suspect.masked[candidate.suspect[a]]] === 1 || takenR[reference.masked[candidate.reference[a]]] === 1)
      )
        alive[a] = 0
  }
}

function markTaken({ s, r, n }: Block, takenS: Uint8Array, takenR: Uint8Array): void {
  takenS.fill(1, s, s + n)
  takenR.fill(1, r, r + n)
}

/** Blocks of a left-over chain: equal runs grown in both directions over tokens that are still free. */
function growMoved(
  pairs: PairList,
  suspect: TokenStream,
  reference: TokenStream,
  takenS: Uint8Array,
  takenR: Uint8Array,
): Block[] {
  const blocks: Block[] = []
  for (let i = 0; i < pairs.n; i++) {
    let s = pairs.s[i]
    let r = pairs.r[i]
    const last = blocks.at(-1)
    if (last !== undefined && s < last.s + last.n) continue
    if (takenS[s] === 1 || takenR[r] === 1) continue
    const floorS = last === undefined ? 0 : last.s + last.n
    const floorR = last === undefined ? 0 : last.r + last.n
    while (
      s > floorS &&
      r > floorR &&
      takenS[s - 1] === 0 &&
      takenR[r - 1] === 0 &&
      suspect.hash[s - 1] === reference.hash[r - 1]
    ) {
      s--
      r--
    }
    let n = pairs.s[i] - s + 1
    while (
      s + n < suspect.n &&
      r + n < reference.n &&
      takenS[s + n] === 0 &&
      takenR[r + n] === 0 &&
      suspect.hash[s + n] === reference.hash[r + n]
    )
      n++
    if (last === undefined || r >= last.r + last.n) blocks.push({ s, r, n })
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
