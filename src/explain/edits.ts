/**
 * explain: an alignment → the edits that made the suspect passage out of the reference passage.
 *
 * What lies between two blocks was replaced, deleted or inserted; a moved block is a move; equal tokens that
 * are set or pointed otherwise are `format` edits. Replacements that cut through a Chinese name or a name of
 * several words are widened to the whole name. Linear in the passage but for short gaps (`gaps.ts`).
 */
import { type Alignment, type Block, type Edit, type EditKind, identityBits, type Span, TokenKind } from '../types.ts'
import { findFrame, findStandIn } from './dialects.ts'
import { compareFormats } from './format.ts'
import { splitGap } from './gaps.ts'
import { judgeKind } from './kinds.ts'
import { chinese, english, maxChineseEntry, plainWord } from './lexicon.ts'
import { findEdgePairs, findInnerPairs, matchRuns } from './moves.ts'
import { type Pair, type Side, textOf, unitSpan } from './sides.ts'
import { cutRanges, joinDates, joinSwaps } from './swaps.ts'
import { areSynonyms, isListedWord } from './synonyms.ts'

/** Units of the reference around a replacement by which its kind is judged. */
const contextUnits = 24
/** Words of the longest listed name. */
const maxNameWords = 4

/**
 * Explains one alignment.
 *
 * @returns edits in the order of the suspect, then of the reference; spans in UTF-16 units of each text
 */
export function explainAlignment(suspect: Side, reference: Side, alignment: Alignment): Edit[] {
  const ordered = alignment.blocks.filter(block => !block.moved)
  const known = alignment.blocks.filter(block => block.moved)
  const inner = [...findInnerPairs(known), ...findEdgePairs(suspect, reference, alignment)]
  const gaps = listGaps(alignment, ordered).flatMap(gap => pairAround(gap, known, inner))
  gaps.push(...findEnds(suspect, reference, alignment))
  const { moves, rest } = matchRuns(suspect, reference, gaps)
  const settings: Edit[] = []
  const explain = (pairs: readonly Pair[]): Edit[] =>
    pairs
      .flatMap(pair => splitGap(suspect, reference, pair))
      .flatMap(part => {
        if (!isKept(suspect, reference, part))
          return describeMarks(suspect, reference, part) ?? describePair(suspect, reference, part)
        const edit = describe(suspect, reference, 'replace', 'format', part)
        if (edit.from !== edit.to) settings.push(edit)
        return []
      })
  const replaced = joinSwaps(suspect, reference, explain(rest))
  const edits = cutRanges(joinDates(suspect, reference, replaced.concat(explain(inner), explain(moves.pairs))))
  for (const block of joinMoved([...known, ...moves.blocks])) edits.push(describeMove(suspect, reference, block))
  edits.push(...settings, ...compareFormats(suspect, reference, alignment.blocks, ordered))
  settleSynonyms(edits)
  return edits.sort(
    (a, b) => a.suspect[0] - b.suspect[0] || a.reference[0] - b.reference[0] || a.suspect[1] - b.suspect[1],
  )
}

/** A token of a gap that is the same on both sides: too short a block for the aligner, and no edit, at most set otherwise. */
function isKept(suspect: Side, reference: Side, { suspect: s, reference: r }: Pair): boolean {
  return s[1] === s[0] + 1 && r[1] === r[0] + 1 && suspect.stream.hash[s[0]] === reference.stream.hash[r[0]]
}

/** Unlisted words of one form, for each listed pair, that are still taken for synonyms. */
const maxUnlistedShare = 3

/**
 * No list holds all synonyms, and words of one form may stand for one another or not. Where the listed pairs of a
 * finding are many, someone was putting synonyms; where hardly any pair is listed, it is other wording.
 */
function settleSynonyms(edits: Edit[]): void {
  const unlisted = edits.filter(({ kind, from, to }) => kind === 'synonym' && !areSynonyms(from, to))
  const nListed = edits.filter(({ kind }) => kind === 'synonym').length - unlisted.length
  if (unlisted.length > nListed * maxUnlistedShare) for (const edit of unlisted) edit.kind = 'wording'
}

/** The stretches between the blocks in order, and at both ends of the aligned passage. */
function listGaps(alignment: Alignment, ordered: Block[]): Pair[] {
  const gaps: Pair[] = []
  let s = alignment.suspect[0]
  let r = alignment.reference[0]
  const last = { s: alignment.suspect[1], r: alignment.reference[1], n: 0 }
  for (const block of [...ordered, last]) {
    if (block.s > s || block.r > r)
      gaps.push({ suspect: [s, Math.max(s, block.s)], reference: [r, Math.max(r, block.r)] })
    s = block.s + block.n
    r = block.r + block.n
  }
  return gaps
}

/** Tokens of a name at the very beginning or end of a text. */
const maxEndTokens = 4

/** `OpenAI was founded` → `Acme was founded`: a name at either end of both texts, of which no block holds a part. */
function findEnds(suspect: Side, reference: Side, { suspect: s, reference: r }: Alignment): Pair[] {
  const isName = (side: Side, tokens: Span): boolean => {
    for (let i = tokens[0]; i < tokens[1]; i++) if ((side.stream.kind[i] & identityBits) === 0) return false
    return true
  }
  const ends: Pair[] = [
    { suspect: [0, s[0]], reference: [0, r[0]] },
    { suspect: [s[1], suspect.stream.n], reference: [r[1], reference.stream.n] },
  ]
  return ends.filter(pair => {
    const lengths = [pair.suspect[1] - pair.suspect[0], pair.reference[1] - pair.reference[0]]
    if (lengths[1] === 0 || lengths.some(n => n > maxEndTokens)) return false
    if (lengths[0] === 0) return describeMarks(suspect, reference, pair) !== undefined
    return isName(suspect, pair.suspect) || isName(reference, pair.reference)
  })
}

/** What remains of a gap beside the passages that were moved into or out of it, paired in order. */
function pairAround(gap: Pair, moved: readonly Block[], inner: readonly Pair[]): Pair[] {
  const suspects = subtract(gap.suspect, [
    ...moved.map((block): Span => [block.s, block.s + block.n]),
    ...inner.map(pair => pair.suspect),
  ])
  const references = subtract(gap.reference, [
    ...moved.map((block): Span => [block.r, block.r + block.n]),
    ...inner.map(pair => pair.reference),
  ])
  // what ends at the next block on both sides belongs together, however many parts stand before it
  const isEven = suspects.length === references.length
  const [lastS, lastR] = [suspects.at(-1), references.at(-1)]
  const last: Pair[] = []
  if (!isEven && lastS?.[1] === gap.suspect[1] && lastR?.[1] === gap.reference[1])
    last.push({ suspect: suspects.pop()!, reference: references.pop()! })
  const pairs: Pair[] = []
  const end = last[0] ?? { suspect: [gap.suspect[1]], reference: [gap.reference[1]] }
  for (let i = 0; i < Math.max(suspects.length, references.length); i++) {
    const s = suspects[i] ?? [end.suspect[0], end.suspect[0]]
    const r = references[i] ?? [end.reference[0], end.reference[0]]
    pairs.push({ suspect: s, reference: r })
  }
  return [...pairs, ...last]
}

function subtract(span: Span, holes: Span[]): Span[] {
  if (span[0] >= span[1]) return []
  const parts: Span[] = []
  let at = span[0]
  for (const [from, to] of holes.filter(hole => hole[1] > span[0] && hole[0] < span[1]).sort((a, b) => a[0] - b[0])) {
    if (from > at) parts.push([at, from])
    at = Math.max(at, to)
  }
  if (at < span[1]) parts.push([at, span[1]])
  return parts
}

function bitsOf(side: Side, tokens: Span): number {
  let bits = 0
  for (let i = tokens[0]; i < tokens[1]; i++) bits |= side.stream.kind[i]
  const isOpening = tokens[1] === tokens[0] + 1 && (bits & TokenKind.opening) !== 0 && (bits & identityBits) === 0
  return isOpening && isNamedElsewhere(side, tokens[0]) ? bits | TokenKind.name : bits
}

/** Tokens of the text that are searched for another, clearer mention. */
const maxMentionTokens = 2000

/** A capital that opens a sentence says nothing; the same word as a name elsewhere does. */
function isNamedElsewhere(side: Side, token: number): boolean {
  const { hash, kind, start } = side.stream
  const first = side.text[start[token]]
  if (first === first.toLowerCase()) return false
  const end = Math.min(side.stream.n, token + maxMentionTokens)
  for (let i = Math.max(0, token - maxMentionTokens); i < end; i++)
    if (hash[i] === hash[token] && (kind[i] & identityBits) !== 0) return true
  return false
}

/** Of `Turing's` without `Turing` the tokeniser sees a word `s`. */
function isLonePossessive(side: Side, tokens: Span): boolean {
  if (tokens[1] !== tokens[0] + 1) return false
  const start = side.stream.start[tokens[0]]
  return (
    /^['’]s$/i.test(side.text.slice(start - 1, side.stream.end[tokens[0]])) && !/\w/.test(side.text[start - 2] ?? '')
  )
}

function describePair(suspect: Side, reference: Side, tokens: Pair): Edit {
  const isReplaced = tokens.suspect[1] > tokens.suspect[0] && tokens.reference[1] > tokens.reference[0]
  if (!isReplaced) {
    const op = tokens.suspect[1] > tokens.suspect[0] ? 'insert' : 'delete'
    const edit = describe(suspect, reference, op, op === 'insert' ? 'insertion' : 'deletion', tokens)
    return describeContraction(suspect, reference, edit) ?? describePhrase(suspect, reference, tokens) ?? edit
  }
  if (isLonePossessive(suspect, tokens.suspect))
    return describe(suspect, reference, 'delete', 'deletion', {
      ...tokens,
      suspect: [tokens.suspect[0], tokens.suspect[0]],
    })
  const wide = widenName(suspect, reference, tokens)
  const edit = describe(suspect, reference, 'replace', 'wording', wide)
  const span = findFrame(suspect.text, ...edit.suspect) ?? findNewMarks(suspect, reference, edit)
  if (span !== undefined) Object.assign(edit, { suspect: span, to: suspect.text.slice(...span) })
  const [start, end] = edit.reference
  edit.kind = judgeKind({
    from: edit.from,
    to: edit.to,
    fromBits: bitsOf(reference, wide.reference),
    toBits: bitsOf(suspect, wide.suspect),
    before: reference.text.slice(Math.max(0, start - contextUnits), start),
    after: reference.text.slice(end, end + contextUnits),
  })
  return edit
}

/** The marks of a stand-in belong to it, unless they stood around what it replaced. */
function findNewMarks(suspect: Side, reference: Side, edit: Edit): Span | undefined {
  const span = findStandIn(suspect.text, ...edit.suspect)
  const isOld = span !== undefined && reference.text[edit.reference[1]] === suspect.text[span[1] - 1]
  return isOld ? undefined : span
}

/** Units between two tokens that are searched for placeholders of marks. */
const maxMarksUnits = 64
/** Placeholders of marks alone, which are no tokens: `***`, `█`. */
const markPlaceholder = /█+|[■○▇]{2,}|\*{3,}|#{3,}|_{3,}/g

/** `by OpenAI for` → `by *** for`: what looks taken out stands for as many placeholders of marks, token by token or as a whole. */
function describeMarks(suspect: Side, reference: Side, { suspect: s, reference: r }: Pair): Edit[] | undefined {
  if (s[1] > s[0] || r[1] === r[0] || r[1] - r[0] > maxNameWords) return undefined
  const from = s[0] > 0 ? suspect.stream.end[s[0] - 1] : 0
  const to = s[0] < suspect.stream.n ? suspect.stream.start[s[0]] : suspect.text.length
  const marks = [...suspect.text.slice(from, Math.min(to, from + maxMarksUnits)).matchAll(markPlaceholder)]
  // the marks of headings and of bold text stood there before
  const [before, after] = [r[0] > 0 ? reference.stream.end[r[0] - 1] : 0, reference.stream.end[r[1] - 1]]
  const around = reference.text.slice(before, reference.stream.start[r[0]]) + reference.text.slice(after, after + 8)
  if (marks.length === 0 || around.includes(marks[0][0].slice(0, 2))) return undefined
  const places = marks.map(({ 0: mark, index }): Span => [from + index, from + index + mark.length])
  const isEven = marks.length === r[1] - r[0]
  const pairs: [Span, Span][] = isEven
    ? places.map((place, i) => [place, [r[0] + i, r[0] + i + 1]])
    : [[[places[0][0], places[places.length - 1][1]], r]]
  return pairs.map(([place, tokens]) => {
    const edit = describe(suspect, reference, 'replace', 'placeholder', { suspect: s, reference: tokens })
    const made: Edit = { ...edit, suspect: place, to: suspect.text.slice(...place) }
    const fromBits = bitsOf(reference, tokens)
    return { ...made, kind: judgeKind({ ...made, fromBits, toBits: TokenKind.placeholder, before: '', after: '' }) }
  })
}

/** `it's` → `it is` and back: the tokeniser does not see the `'s`, so the word looks put in or taken out. */
function describeContraction(suspect: Side, reference: Side, edit: Edit): Edit | undefined {
  if (!/^(?:is|has|us)$/i.test(`${edit.from}${edit.to}`)) return undefined
  const s: Span = [...edit.suspect]
  const r: Span = [...edit.reference]
  const [span, text] = edit.op === 'insert' ? [r, reference.text] : [s, suspect.text]
  if (!/^['’]s$/i.test(text.slice(span[0], span[0] + 2))) return undefined
  span[1] = span[0] + 2
  return {
    op: 'replace',
    kind: 'wording',
    from: reference.text.slice(...r),
    to: suspect.text.slice(...s),
    suspect: s,
    reference: r,
  }
}

/** Equal tokens on either side of a word put in or taken out that may be part of the phrase. */
const phraseReach = [
  [0, 1],
  [1, 1],
  [1, 0],
  [0, 2],
  [2, 0],
]

/** `to` → `in order to`, 同时 → 与此同时: a word put in or taken out that makes a listed phrase of the equal words around it. */
function describePhrase(suspect: Side, reference: Side, tokens: Pair): Edit | undefined {
  const [s, r] = [tokens.suspect, tokens.reference]
  if (s[1] + r[1] - s[0] - r[0] > 3) return undefined
  for (const [left, right] of phraseReach) {
    let isEqual = true
    for (let i = 1; i <= left; i++) isEqual &&= isEqualAt(suspect, reference, s[0] - i, r[0] - i)
    for (let i = 0; i < right; i++) isEqual &&= isEqualAt(suspect, reference, s[1] + i, r[1] + i)
    const wide: Pair = { suspect: [s[0] - left, s[1] + right], reference: [r[0] - left, r[1] + right] }
    if (isEqual && areSynonyms(textOf(reference, wide.reference), textOf(suspect, wide.suspect)))
      return describe(suspect, reference, 'replace', 'synonym', wide)
  }
  return undefined
}

function describe(suspect: Side, reference: Side, op: Edit['op'], kind: EditKind, tokens: Pair): Edit {
  const s = unitSpan(suspect, tokens.suspect)
  const r = unitSpan(reference, tokens.reference)
  return { op, kind, from: reference.text.slice(...r), to: suspect.text.slice(...s), suspect: s, reference: r }
}

/**
 * A listed name of which the aligner kept a part (`New York` → `New Haven`, `北京大学` → `南京大学`) was replaced
 * whole: the pair grows over equal neighbours while either side then reads as a listed name.
 */
function widenName(suspect: Side, reference: Side, tokens: Pair): Pair {
  const isChinese = (bitsOf(reference, tokens.reference) & TokenKind.ideograph) !== 0
  const bits = bitsOf(reference, tokens.reference) | bitsOf(suspect, tokens.suspect)
  if (!isChinese && (bits & identityBits) === 0) return tokens
  // a listed name that is whole: of `Kansas City` → `Manchester City` and `IBM Simon` the first word was replaced
  const own = textOf(reference, tokens.reference)
  if (!isChinese && (english.places.has(plainWord(own)) || english.organisations.has(plainWord(own)))) return tokens
  const reach = isChinese ? maxChineseEntry : maxNameWords
  let best = tokens
  for (let left = 0; left < reach; left++) {
    if (left > 0 && !isEqualAt(suspect, reference, tokens.suspect[0] - left, tokens.reference[0] - left)) break
    for (let right = 0; left + right < reach; right++) {
      if (right > 0 && !isEqualAt(suspect, reference, tokens.suspect[1] + right - 1, tokens.reference[1] + right - 1))
        break
      const wide: Pair = {
        suspect: [tokens.suspect[0] - left, tokens.suspect[1] + right],
        reference: [tokens.reference[0] - left, tokens.reference[1] + right],
      }
      const grown = wide.reference[1] - wide.reference[0]
      if (left + right === 0 || grown > reach || grown <= best.reference[1] - best.reference[0]) continue
      const [from, to] = [textOf(reference, wide.reference), textOf(suspect, wide.suspect)]
      const isWord =
        isChinese && (grown === 2 ? isListedWord(from) && isListedWord(to) : grown <= 4 && areSynonyms(from, to))
      if (isWord || isListed(reference, wide.reference, isChinese) || isListed(suspect, wide.suspect, isChinese))
        best = wide
    }
  }
  return best
}

function isEqualAt(suspect: Side, reference: Side, s: number, r: number): boolean {
  return (
    s >= 0 &&
    r >= 0 &&
    s < suspect.stream.n &&
    r < reference.stream.n &&
    suspect.stream.hash[s] === reference.stream.hash[r]
  )
}

function isListed(side: Side, tokens: Span, isChinese: boolean): boolean {
  const [start, end] = unitSpan(side, tokens)
  if (end - start > 64) return false
  const text = side.text.slice(start, end)
  if (isChinese) return chinese.places.has(text) || chinese.organisations.has(text) || chinese.models.has(text)
  if ((bitsOf(side, tokens) & identityBits) === 0) return false
  const phrase = text
    .split(/[\s.-]+/)
    .map(plainWord)
    .join(' ')
  return english.placePhrases.has(phrase) || english.organisationPhrases.has(phrase)
}

/** Moved blocks that follow each other on both sides are one move. */
function joinMoved(moved: Block[]): Block[] {
  const joined: Block[] = []
  for (const block of [...moved].sort((a, b) => a.s - b.s)) {
    const last = joined[joined.length - 1]
    if (last && last.s + last.n === block.s && last.r + last.n === block.r) last.n += block.n
    else joined.push({ s: block.s, r: block.r, n: block.n })
  }
  return joined
}

function describeMove(suspect: Side, reference: Side, block: Block): Edit {
  return describe(suspect, reference, 'move', 'reorder', {
    suspect: [block.s, block.s + block.n],
    reference: [block.r, block.r + block.n],
  })
}
