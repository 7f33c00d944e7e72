/**
 * explain: one gap between two blocks → the pairs of runs that replaced each other.
 *
 * A gap of `Sam Altman quickly` against `John Doe rapidly` is two edits, not one. Short gaps are aligned
 * token by token (Needleman and Wunsch 1970) with costs that keep names to names and words to words; the
 * columns are then grouped. Gaps too long for that stay one pair.
 */
import { identityBits, type Span, TokenKind, type TokenStream } from '../types.ts'
import { english, plainWord, stemWord } from './lexicon.ts'

/** A text with its tokens. */
export interface Side {
  text: string
  stream: TokenStream
}

/** Raw tokens `[start, end)` of the suspect that stand in the place of raw tokens of the reference. */
export interface Pair {
  suspect: Span
  reference: Span
}

/** Gaps of more cells, or more units on either side, are not divided. */
const maxCells = 4096
const maxGapUnits = 2000

/** Costs: leaving a token unpaired, and pairing two of which one is a name and the other is not. */
const gapCost = 0.75
const mixedCost = 1.45
/** Ideographs may be a name: nothing marks one. */
const mixedIdeographCost = 1

const Step = { pair: 0, deletion: 1, insertion: 2 } as const

/** A column of the gap's alignment: a token on either side or on both; -1 where there is none. */
interface Column {
  s: number
  r: number
  isIdentity: boolean
}

/** Divides a gap into pairs, in order; together they cover all its tokens. */
export function splitGap(suspect: Side, reference: Side, gap: Pair): Pair[] {
  const n = gap.suspect[1] - gap.suspect[0]
  const m = gap.reference[1] - gap.reference[0]
  if (n === 0 || m === 0 || (n === 1 && m === 1) || n * m > maxCells) return [gap]
  if (unitsOf(suspect, gap.suspect) > maxGapUnits || unitsOf(reference, gap.reference) > maxGapUnits) return [gap]
  const namesS = countIdentity(suspect, gap.suspect)
  const namesR = countIdentity(reference, gap.reference)
  // a name given a description, or a description given a name, is one replacement
  if ((namesR === m && namesS === 0) || (namesS === n && namesR === 0)) return [gap]
  return groupColumns(suspect, reference, alignGap(suspect, reference, gap))
}

function unitsOf(side: Side, tokens: Span): number {
  return side.stream.end[tokens[1] - 1] - side.stream.start[tokens[0]]
}

function isIdentity(side: Side, token: number): boolean {
  return (side.stream.kind[token] & identityBits) !== 0
}

function countIdentity(side: Side, tokens: Span): number {
  let n = 0
  for (let i = tokens[0]; i < tokens[1]; i++) if (isIdentity(side, i)) n++
  return n
}

function tokenText(side: Side, token: number): string {
  return side.text.slice(side.stream.start[token], side.stream.end[token])
}

/** What a token costs to be compared with: its text, its stem, and what it is. */
interface Word {
  text: string
  stem: string
  kind: number
  isFunction: boolean
}

function readWords(side: Side, tokens: Span): Word[] {
  const words: Word[] = []
  for (let i = tokens[0]; i < tokens[1]; i++) {
    const text = plainWord(tokenText(side, i))
    const kind = side.stream.kind[i]
    words.push({ text, stem: stemWord(text), kind, isFunction: english.functionWords.has(text) })
  }
  return words
}

function pairCost(a: Word, b: Word): number {
  const isNameA = (a.kind & identityBits) !== 0
  const isNameB = (b.kind & identityBits) !== 0
  const isIdeograph = ((a.kind | b.kind) & TokenKind.ideograph) !== 0
  if (isNameA !== isNameB) return isIdeograph ? mixedIdeographCost : mixedCost
  if (isNameA) {
    const shared = a.kind & b.kind & identityBits
    return shared !== 0 || ((a.kind | b.kind) & TokenKind.placeholder) !== 0 ? 0.4 : 0.6
  }
  if (a.stem === b.stem) return 0.1
  if (isIdeograph) return a.kind === b.kind ? 0.7 : 1.2
  if (a.isFunction !== b.isFunction) return 1.2
  const shorter = Math.min(a.text.length, b.text.length)
  let prefix = 0
  while (prefix < shorter && a.text[prefix] === b.text[prefix]) prefix++
  return 0.85 - (0.5 * prefix) / Math.max(a.text.length, b.text.length, 1)
}

function alignGap(suspect: Side, reference: Side, gap: Pair): Column[] {
  const a = readWords(suspect, gap.suspect)
  const b = readWords(reference, gap.reference)
  const width = b.length + 1
  const cost = new Float64Array((a.length + 1) * width)
  const step = new Uint8Array(cost.length)
  for (let j = 1; j < width; j++) {
    cost[j] = j * gapCost
    step[j] = Step.deletion
  }
  for (let i = 1; i <= a.length; i++) {
    cost[i * width] = i * gapCost
    step[i * width] = Step.insertion
    for (let j = 1; j < width; j++) {
      const at = i * width + j
      const paired = cost[at - width - 1] + pairCost(a[i - 1], b[j - 1])
      const deleted = cost[at - 1] + gapCost
      const inserted = cost[at - width] + gapCost
      cost[at] = Math.min(paired, deleted, inserted)
      step[at] = paired <= cost[at] ? Step.pair : deleted <= cost[at] ? Step.deletion : Step.insertion
    }
  }
  const columns: Column[] = []
  for (let i = a.length, j = b.length; i > 0 || j > 0; ) {
    const taken = step[i * width + j]
    const s = taken === Step.deletion ? -1 : gap.suspect[0] + --i
    const r = taken === Step.insertion ? -1 : gap.reference[0] + --j
    columns.push({ s, r, isIdentity: (s >= 0 && isIdentity(suspect, s)) || (r >= 0 && isIdentity(reference, r)) })
  }
  return columns.reverse()
}

/** Columns → pairs: a run of names is one pair, paired words stand alone, any other run of words is one pair. */
function groupColumns(suspect: Side, reference: Side, columns: Column[]): Pair[] {
  joinIdeographs(suspect, reference, columns)
  const pairs: Pair[] = []
  for (let from = 0; from < columns.length; ) {
    let to = from + 1
    while (to < columns.length && columns[to].isIdentity === columns[from].isIdentity) to++
    const run = columns.slice(from, to)
    const cuts = run[0].isIdentity ? cutNames(suspect, reference, run) : cutWords(suspect, run)
    for (let i = 0; i < cuts.length; i++) {
      const part = run.slice(cuts[i], cuts[i + 1] ?? run.length)
      pairs.push(spanColumns(part, columns, from + cuts[i]))
    }
    from = to
  }
  return pairs
}

/**
 * Names in unspaced scripts are unmarked tokens: unpaired ideographs beside a name's column on whose side they
 * stand, with no mark between, belong to that name.
 */
function joinIdeographs(suspect: Side, reference: Side, columns: Column[]): void {
  const join = (i: number, neighbour: number) => {
    const c = columns[i]
    const d = columns[neighbour]
    if (c.isIdentity || d === undefined || !d.isIdentity || c.s >= 0 === c.r >= 0) return
    const [side, token, other] = c.s >= 0 ? [suspect, c.s, d.s] : [reference, c.r, d.r]
    if ((side.stream.kind[token] & TokenKind.ideograph) === 0) return
    if (other < 0 || (side.stream.kind[other] & (TokenKind.ideograph | TokenKind.placeholder)) === 0) return
    c.isIdentity = !isApart(side, Math.min(token, other), Math.max(token, other))
  }
  for (let i = columns.length - 2; i >= 0; i--) join(i, i + 1)
  for (let i = 1; i < columns.length; i++) join(i, i - 1)
}

/** Where a run of names divides: at punctuation that both sides have between two paired columns, unless numbers meet. */
function cutNames(suspect: Side, reference: Side, run: Column[]): number[] {
  const cuts = [0]
  for (let i = 1; i < run.length; i++) {
    const [p, q] = [run[i - 1], run[i]]
    if (p.s < 0 || p.r < 0 || q.s < 0 || q.r < 0) continue
    const numbers = reference.stream.kind[p.r] & reference.stream.kind[q.r] & TokenKind.number
    if (numbers === 0 && isApart(suspect, p.s, q.s) && isApart(reference, p.r, q.r)) cuts.push(i)
  }
  return cuts
}

function isApart(side: Side, p: number, q: number): boolean {
  return /[^\s.\-'’]/.test(side.text.slice(side.stream.end[p], side.stream.start[q]))
}

/** Where a run of words divides: everywhere if all its columns are pairs of words, nowhere otherwise. */
function cutWords(suspect: Side, run: Column[]): number[] {
  const isPaired = run.every(c => c.s >= 0 && c.r >= 0 && (suspect.stream.kind[c.s] & TokenKind.ideograph) === 0)
  return isPaired ? run.map((_, i) => i) : [0]
}

/** The token spans of a run; a side without tokens gets an empty span where the neighbours end. */
function spanColumns(run: Column[], columns: Column[], from: number): Pair {
  return { suspect: spanSide(run, columns, from, 's'), reference: spanSide(run, columns, from, 'r') }
}

function spanSide(run: Column[], columns: Column[], from: number, side: 's' | 'r'): Span {
  const tokens = run.map(c => c[side]).filter(token => token >= 0)
  if (tokens.length > 0) return [tokens[0], tokens[tokens.length - 1] + 1]
  for (let i = from - 1; i >= 0; i--) if (columns[i][side] >= 0) return [columns[i][side] + 1, columns[i][side] + 1]
  for (let i = from; i < columns.length; i++) if (columns[i][side] >= 0) return [columns[i][side], columns[i][side]]
  return [0, 0]
}
