/**
 * explain: one gap between two blocks → the pairs of runs that replaced each other.
 *
 * A gap of `Sam Altman quickly` against `John Doe rapidly` is two edits, not one. Short gaps are aligned
 * token by token (Needleman and Wunsch 1970) with costs that keep names to names and words to words; the
 * columns are then grouped. Gaps too long for that stay one pair.
 */
import { identityBits, type Span, TokenKind } from '../types.ts'
import { nameDialect } from './dialects.ts'
import { isOtherItem } from './items.ts'
import { chinese, english, maxChineseEntry, plainWord, stemWord } from './lexicon.ts'
import { cutParts, isApart, isPlainNumber, pairNames } from './parts.ts'
import { type Pair, type Side, textOf, tokenText } from './sides.ts'
import { areAlike, areSynonyms } from './synonyms.ts'

/** Gaps of more cells, or more units on either side, are not divided. */
const maxCells = 4096
const maxGapUnits = 2000

/** Costs: leaving a token unpaired, and pairing two of which one is a name and the other is not. */
const gapCost = 0.75
const mixedCost = 1.45
/** Ideographs may be a name: nothing marks one. */
const mixedIdeographCost = 1

const Step = { pair: 0, deletion: 1, insertion: 2 } as const

/** Pairs that cost no more than this certainly belong together. */
const sureCost = 0.3

/** In longer gaps a whole stretch was reworded, and words of one form meet by chance. */
const maxAlikeTokens = 12

/** A column of the gap's alignment: a token on either side or on both; -1 where there is none. */
interface Column {
  s: number
  r: number
  isIdentity: boolean
  /** a pair of words that certainly belong together */
  isSure: boolean
}

/** Divides a gap into pairs, in order; together they cover all its tokens. */
export function splitGap(suspect: Side, reference: Side, gap: Pair): Pair[] {
  return pairRuns(suspect, reference, gap).flatMap(pair => {
    const { suspect: s, reference: r } = pair
    return isNumberForName(suspect, reference, pair) || isRenumbered(suspect, reference, pair)
      ? [
          { suspect: [s[0], s[0]], reference: r },
          { suspect: s, reference: [r[1], r[1]] },
        ]
      : [pair]
  })
}

function pairRuns(suspect: Side, reference: Side, gap: Pair): Pair[] {
  const n = gap.suspect[1] - gap.suspect[0]
  const m = gap.reference[1] - gap.reference[0]
  if (n === 0 || m === 0 || (n === 1 && m === 1) || n * m > maxCells) return [gap]
  if (unitsOf(suspect, gap.suspect) > maxGapUnits || unitsOf(reference, gap.reference) > maxGapUnits) return [gap]
  const parts = splitUnspaced(suspect, reference, gap)
  if (parts.length > 1) return parts.flatMap(part => pairRuns(suspect, reference, part))
  const words = splitChineseWords(suspect, reference, gap)
  if (words.length > 1) return words
  const namesS = countIdentity(suspect, gap.suspect)
  const namesR = countIdentity(reference, gap.reference)
  // a name given a description, or a description given a name, is one replacement
  if ((namesR === m && namesS === 0) || (namesS === n && namesR === 0)) return [gap]
  if (isMixedName(suspect, gap.suspect, reference, gap.reference) || isBracketed(suspect, gap.suspect)) return [gap]
  if (areSynonyms(textOf(reference, gap.reference), textOf(suspect, gap.suspect))) return [gap]
  if ((n === 1 && isPhrase(reference, gap.reference)) || (m === 1 && isPhrase(suspect, gap.suspect))) return [gap]
  return groupColumns(suspect, reference, alignGap(suspect, reference, gap))
}

/** `2. Stir it.` → `Instructions:`: a number did not become a word of another line, it was taken out, and the word put in. */
function isNumberForName(suspect: Side, reference: Side, pair: Pair): boolean {
  const [s, r] = [pair.suspect[0], pair.reference[0]]
  if (pair.suspect[1] !== s + 1 || pair.reference[1] !== r + 1) return false
  if (!isPlainNumber(reference, r) || (suspect.stream.kind[s] & (TokenKind.number | TokenKind.placeholder)) !== 0)
    return false
  return isBroken(suspect, s, s + 1) !== isBroken(reference, r, r + 1)
}

/** A number that came with the item of a list that it heads took no other's place. */
function isRenumbered(suspect: Side, reference: Side, pair: Pair): boolean {
  const [s, r] = [pair.suspect[0], pair.reference[0]]
  if (pair.suspect[1] !== s + 1 || pair.reference[1] !== r + 1) return false
  return isPlainNumber(suspect, s) && isPlainNumber(reference, r) && isOtherItem(suspect, s, reference, r)
}

/** `AI语言模型` → `知微`: a name of two scripts, without a mark inside, in the place of one short name. */
function isMixedName(suspect: Side, s: Span, reference: Side, r: Span): boolean {
  const isMixed = (side: Side, tokens: Span) => {
    const names = countIdentity(side, tokens)
    const last = tokens[1] - 1
    return (
      names > 0 &&
      names <= last - tokens[0] &&
      last - tokens[0] < 8 &&
      (side.stream.kind[last] & TokenKind.ideograph) !== 0
    )
  }
  const isWhole = (side: Side, tokens: Span) => {
    for (let i = tokens[0] + 1; i < tokens[1]; i++) if (side.stream.start[i] !== side.stream.end[i - 1]) return false
    return true
  }
  if (!isWhole(suspect, s) || !isWhole(reference, r)) return false
  return (isMixed(reference, r) && s[1] - s[0] <= 4) || (isMixed(suspect, s) && r[1] - r[0] <= 4)
}

/** Words of a phrase that does not end with `of`. */
const minPhraseTokens = 3

/** `the majority of`, `grow to be`: one word that says something, with function words around and behind it. */
function isPhrase(side: Side, [start, end]: Span): boolean {
  if (end - start < minPhraseTokens && tokenText(side, end - 1) !== 'of') return false
  let telling = 0
  for (let i = start; i < end; i++) if (!english.functionWords.has(plainWord(tokenText(side, i)))) telling++
  return telling === 1 && english.functionWords.has(plainWord(tokenText(side, end - 1)))
}

/** A placeholder of which the tokeniser saw only the inside. */
function isBracketed(side: Side, tokens: Span): boolean {
  const start = side.stream.start[tokens[0]]
  const end = side.stream.end[tokens[1] - 1]
  return end - start <= 12 && nameDialect(side.text.slice(Math.max(0, start - 1), end + 1)) !== null
}

/** Of unspaced scripts: `美国，甲乙` → `长城，丙丁` is two pairs, and so are two listed names side by side (美国日本). */
function splitUnspaced(suspect: Side, reference: Side, gap: Pair): Pair[] {
  const kinds = [suspect.stream.kind[gap.suspect[0]], reference.stream.kind[gap.reference[0]]]
  if (((kinds[0] | kinds[1]) & TokenKind.ideograph) === 0) return [gap]
  const [s, r] = [cutParts(suspect, gap.suspect), cutParts(reference, gap.reference)]
  if (s.length === r.length && s.length > 1) return s.map((part, i) => ({ suspect: part, reference: r[i] }))
  if ((kinds[0] & kinds[1] & TokenKind.ideograph) === 0) return [gap]
  if (s.length !== 1 || r.length !== 1) return [gap]
  const [ours, theirs] = [startsWithPlace(suspect, gap.suspect), startsWithPlace(reference, gap.reference)]
  if (ours === 0 || theirs === 0) return [gap]
  const [cutS, cutR] = [gap.suspect[0] + ours, gap.reference[0] + theirs]
  return [
    { suspect: [gap.suspect[0], cutS], reference: [gap.reference[0], cutR] },
    { suspect: [cutS, gap.suspect[1]], reference: [cutR, gap.reference[1]] },
  ]
}

/** Longest run of ideographs that is divided into words. */
const maxWordRun = 8

/**
 * `可以帮` → `能够协` before a 助 that was kept: 可以 became 能够, and 帮助 became 协助. Runs of one length are divided into
 * words of two characters, with a kept one at either end if need be; each pair must be listed.
 */
function splitChineseWords(suspect: Side, reference: Side, gap: Pair): Pair[] {
  const n = gap.suspect[1] - gap.suspect[0]
  if (n < 2 || n > maxWordRun || n !== gap.reference[1] - gap.reference[0]) return []
  for (const [left, right] of [
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ]) {
    if ((n + left + right) % 2 !== 0) continue
    const [s, r] = [gap.suspect[0] - left, gap.reference[0] - left]
    const pairs: Pair[] = []
    for (let i = 0; i < n + left + right; i += 2)
      pairs.push({ suspect: [s + i, s + i + 2], reference: [r + i, r + i + 2] })
    if (pairs.every(pair => areListedPair(suspect, reference, pair))) return pairs
  }
  return []
}

function areListedPair(suspect: Side, reference: Side, { suspect: s, reference: r }: Pair): boolean {
  if (s[0] < 0 || r[0] < 0 || s[1] > suspect.stream.n || r[1] > reference.stream.n) return false
  return areSynonyms(textOf(reference, r), textOf(suspect, s))
}

/** Tokens of the listed place with which a longer run begins; 0 if with none. */
function startsWithPlace(side: Side, [start, end]: Span): number {
  for (let to = Math.min(end - 1, start + maxChineseEntry); to > start + 1; to--) {
    if (!chinese.places.has(textOf(side, [start, to]))) continue
    const hasSuffix = to + 1 < end && chinese.placeSuffixes.has(tokenText(side, to))
    return to - start + (hasSuffix ? 1 : 0)
  }
  return 0
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
  if (areSynonyms(a.text, b.text)) return sureCost
  if (isIdeograph) return a.kind === b.kind ? 0.7 : 1.2
  if (a.isFunction !== b.isFunction) return 1.2
  const shorter = Math.min(a.text.length, b.text.length)
  let prefix = 0
  while (prefix < shorter && a.text[prefix] === b.text[prefix]) prefix++
  return 0.85 - (0.5 * prefix) / Math.max(a.text.length, b.text.length, 1)
}

function isSurePair(a: Word, b: Word, isEven: boolean): boolean {
  if (((a.kind | b.kind) & TokenKind.ideograph) !== 0) return false
  return pairCost(a, b) <= sureCost || (isEven && areAlike(a.text, b.text))
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
  let nPaired = 0
  const columns: Column[] = []
  for (let i = a.length, j = b.length; i > 0 || j > 0; ) {
    const taken = step[i * width + j]
    const s = taken === Step.deletion ? -1 : gap.suspect[0] + --i
    const r = taken === Step.insertion ? -1 : gap.reference[0] + --j
    if (s >= 0 && r >= 0) nPaired++
    columns.push({
      s,
      r,
      isIdentity: (s >= 0 && isIdentity(suspect, s)) || (r >= 0 && isIdentity(reference, r)),
      isSure: false,
    })
  }
  // where more was put in or taken out than replaced, words of one form meet by chance
  const isEven = a.length + b.length <= maxAlikeTokens && columns.length <= 2 * nPaired
  for (const column of columns) {
    if (column.s < 0 || column.r < 0) continue
    column.isSure = isSurePair(a[column.s - gap.suspect[0]], b[column.r - gap.reference[0]], isEven)
  }
  return columns.reverse()
}

/** Columns → pairs: a run of names is one pair, paired words stand alone, any other run of words is one pair. */
function groupColumns(suspect: Side, reference: Side, columns: Column[]): Pair[] {
  joinParts(suspect, reference, columns)
  const pairs: Pair[] = []
  for (let from = 0; from < columns.length; ) {
    let to = from + 1
    while (to < columns.length && belongsTo(suspect, reference, columns[to - 1], columns[to])) to++
    const run = columns.slice(from, to)
    if (run[0].isIdentity) {
      pairs.push(...pairNames(suspect, reference, spanColumns(run, columns, from)))
      from = to
      continue
    }
    const cuts = cutWords(suspect, reference, run)
    for (let i = 0; i < cuts.length; i++) {
      const part = run.slice(cuts[i], cuts[i + 1] ?? run.length)
      pairs.push(spanColumns(part, columns, from + cuts[i]))
    }
    from = to
  }
  return pairs
}

/** Is a column of the same sort as the one before it, and a name of the same line? */
function belongsTo(suspect: Side, reference: Side, p: Column, q: Column): boolean {
  if (p.isIdentity !== q.isIdentity) return false
  return !p.isIdentity || !(isBroken(suspect, p.s, q.s) || isBroken(reference, p.r, q.r))
}

/** Does a line end between two tokens? */
function isBroken(side: Side, p: number, q: number): boolean {
  return (
    p >= 0 && q >= 0 && q < side.stream.n && side.text.slice(side.stream.end[p], side.stream.start[q]).includes('\n')
  )
}

/**
 * Unpaired tokens that belong to the name beside them: ideographs (names in unspaced scripts are not marked) with no
 * mark between, and the parts of a hyphened word.
 */
function joinParts(suspect: Side, reference: Side, columns: Column[]): void {
  const join = (i: number, neighbour: number) => {
    const c = columns[i]
    const d = columns[neighbour]
    if (c.isIdentity || d === undefined || !d.isIdentity || c.s >= 0 === c.r >= 0) return
    const [side, token, other] = c.s >= 0 ? [suspect, c.s, d.s] : [reference, c.r, d.r]
    if (isHyphened(side, Math.min(token, other), Math.max(token, other))) c.isIdentity = true
    if ((side.stream.kind[token] & TokenKind.ideograph) === 0) return
    if (other < 0 || (side.stream.kind[other] & (TokenKind.ideograph | TokenKind.placeholder)) === 0) return
    c.isIdentity = !isApart(side, Math.min(token, other), Math.max(token, other))
  }
  for (let i = columns.length - 2; i >= 0; i--) join(i, i + 1)
  for (let i = 1; i < columns.length; i++) join(i, i - 1)
}

/**
 * Where a run of words divides: around sure pairs, and everywhere if all the rest are pairs too. Ideographs are parts
 * of words and stay together, as do the parts of a hyphened word.
 */
function cutWords(suspect: Side, reference: Side, run: Column[]): number[] {
  const isPaired = run.every(c => c.s >= 0 && c.r >= 0 && (suspect.stream.kind[c.s] & TokenKind.ideograph) === 0)
  return run.flatMap((column, i) => {
    if (i === 0) return [0]
    const p = run[i - 1]
    if (isHyphened(suspect, p.s, column.s) || isHyphened(reference, p.r, column.r)) return []
    return isPaired || column.isSure || p.isSure ? [i] : []
  })
}

function isHyphened(side: Side, p: number, q: number): boolean {
  return p >= 0 && q >= 0 && side.text.slice(side.stream.end[p], side.stream.start[q]) === '-'
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
