/**
 * explain: edits that stand apart and are one: words that changed places, numbers of a list of which one was kept, the
 * parts of a date. Edits of one passage in order → the same with such joined. The joined kind follows from the parts.
 */
import type { Edit, EditKind, Span } from '../types.ts'
import { judgeKind } from './kinds.ts'
import { chinese } from './lexicon.ts'
import type { Side } from './sides.ts'
import { areSynonyms, isListedWord } from './synonyms.ts'

/**
 * A deletion and an insertion that stand close together are one replacement when the text taken out was put in again
 * beside its neighbour (`A B` → `B A`), and in unspaced scripts when one character between them was kept (得到 → 获得).
 */
export function joinSwaps(suspect: Side, reference: Side, edits: Edit[]): Edit[] {
  const joined: Edit[] = []
  const waiting = [...edits].reverse()
  for (let edit = waiting.pop(); edit !== undefined; edit = waiting.pop()) {
    const before = joined[joined.length - 1]
    const last = before && passMarks(suspect, reference, before)
    const shifted =
      last &&
      (slideDeletion(suspect, reference, last, edit) ??
        shiftNumbers(suspect, reference, last, edit) ??
        cutSwap(suspect, reference, last, edit) ??
        joinName(suspect, reference, last, edit) ??
        growWord(suspect, reference, last, edit) ??
        shiftWord(suspect, reference, last, edit) ??
        shiftWordBack(suspect, reference, last, edit))
    if (shifted !== undefined) {
      joined.splice(-1, 1, ...shifted)
      continue
    }
    const isPair = last !== undefined && isOneSided(last) && isOneSided(edit) && last.op !== edit.op
    if (!isPair || !belongsTogether(suspect, last, edit)) {
      joined.push(edit)
      continue
    }
    const [first, rest] = cutAfter(edit, textOfOneSided(last))
    const both = describeUnits(suspect, reference, 'wording', [last, first])
    const swapped =
      textOfOneSided(last) === textOfOneSided(first) || isTurned(textOfOneSided(last), textOfOneSided(first))
    const kind = swapped && !areSynonyms(both.from.trim(), both.to.trim()) ? 'wording' : judgeAlone(both)
    joined[joined.length - 1] = { ...trimSpace(both), kind }
    if (rest !== undefined) waiting.push(rest)
  }
  return joined
}

/** The kind of a replacement whose surroundings say nothing. */
function judgeAlone({ from, to }: Pick<Edit, 'from' | 'to'>): EditKind {
  return judgeKind({ from, to, fromBits: 0, toBits: 0, before: '', after: '' })
}

/** Marks of one line, and before an ideograph of any, between a token and the next; `'s` is part of no token. */
const marksBetween = /^(?:(?:['’]s)?[^\p{L}\p{N}\n'’]{1,4}(?=[\p{L}\p{N}])|[^\p{L}\p{N}]{1,4}(?=\p{Script=Han}))/u

/** What was taken out is noted behind the token before it; the marks that stand between it and the next are passed. */
function passMarks(suspect: Side, reference: Side, edit: Edit): Edit {
  if (!isOneSided(edit)) return edit
  const [side, text] =
    edit.op === 'delete' ? (['suspect', suspect.text] as const) : (['reference', reference.text] as const)
  const marks = marksBetween.exec(text.slice(edit[side][0], edit[side][0] + 8))
  const at = edit[side][0] + (marks?.[0].length ?? 0)
  return { ...edit, [side]: [at, at] }
}

function textOfOneSided(edit: Edit): string {
  return edit.op === 'insert' ? edit.to : edit.from
}

/** Divides a one-sided edit behind a word that it begins with: what follows was put in or taken out besides. */
function cutAfter(edit: Edit, word: string): [Edit, Edit | undefined] {
  const text = textOfOneSided(edit)
  if (text === word || !beginsWith(text, word)) return [edit, undefined]
  const rest = text.slice(word.length).trimStart()
  const side = edit.op === 'insert' ? 'suspect' : 'reference'
  const [start, end] = edit[side]
  const [first, second] = edit.op === 'insert' ? [{ to: word }, { to: rest }] : [{ from: word }, { from: rest }]
  return [
    { ...edit, ...first, [side]: [start, start + word.length] },
    { ...edit, ...second, [side]: [end - rest.length, end] },
  ]
}

function beginsWith(text: string, word: string): boolean {
  return text.startsWith(word) && !/^[\p{L}\p{N}]/u.test(text.slice(word.length).replace(/^\p{Script=Han}.*/su, ''))
}

function isOneSided(edit: Edit): boolean {
  return edit.op === 'delete' || edit.op === 'insert'
}

/** Longest neighbour, in units, with which a run may have changed places. */
const maxSwapUnits = 32

function belongsTogether(suspect: Side, first: Edit, second: Edit): boolean {
  const between = suspect.text.slice(first.suspect[1], second.suspect[0])
  if (between.length > maxSwapUnits) return false
  const [x, y] = [textOfOneSided(first), textOfOneSided(second)]
  if (beginsWith(y, x) || isTurned(x, y)) return /[\p{L}\p{N}]/u.test(between)
  if (/\n/.test(between)) return false
  const texts = [first, second].map(edit => `${edit.from}${edit.to}`)
  return /^\p{Script=Han}$/u.test(between) && texts.every(text => /^\p{Script=Han}{1,3}$/u.test(text))
}

/** `与SVB` → `SVB与`: of `与SVB合作` → `合作SVB与` alignment kept the 合作, and the rest turned round it. */
function isTurned(first: string, second: string): boolean {
  const [a, b] = [first, second].map(text => text.replace(/[^\p{L}\p{N}]+/gu, ''))
  return a.length === b.length && a.length > 1 && /\p{Script=Han}/u.test(a) && (a + a).includes(b)
}

/** The joined edit begins and ends with words: the space of the emptied side stays outside. */
function trimSpace(edit: Edit): Edit {
  const trim = (text: string, [start, end]: Span): Span => [
    start + text.length - text.trimStart().length,
    end - text.length + text.trimEnd().length,
  ]
  const s = trim(edit.to, edit.suspect)
  const r = trim(edit.from, edit.reference)
  return { ...edit, from: edit.from.trim(), to: edit.to.trim(), suspect: s, reference: r }
}

/**
 * `9. We sing.\n10. We dance.` → `10. We dance.` keeps the first `We`, as if 9 had become 10: where what stands there is what
 * a deletion behind it ends with, that much more was taken out and nothing was replaced.
 */
function slideDeletion(suspect: Side, reference: Side, first: Edit, second: Edit): [Edit] | undefined {
  if (first.op !== 'replace' || second.op !== 'delete') return undefined
  const kept = suspect.text.slice(first.suspect[0], second.suspect[0])
  if (kept.length > maxSwapUnits) return undefined
  const whole = reference.text.slice(first.reference[0], second.reference[1])
  if (!whole.endsWith(kept)) return undefined
  const from = whole.slice(0, -kept.length).replace(/[^\p{L}\p{N}]+$/u, '')
  const at = first.suspect[0]
  const end = first.reference[0] + from.length
  return [{ ...second, from, suspect: [at, at], reference: [first.reference[0], end] }]
}

/** Numbers of a list, a range or a fraction, and nothing else. */
const numberRow = /^[^\p{L}\p{N}]{0,6}\d[\d.,]*(?:[^\p{L}\p{N}]{1,6}\d[\d.,]*)+$/u
const maxRowUnits = 32

/** `3-5` → `8-3` keeps a 3 and `7-1/4` → `1-5/7` a 7, but each number became the one in its place. */
function shiftNumbers(suspect: Side, reference: Side, first: Edit, second: Edit): Edit[] | undefined {
  if (!isOneSided(first) || !isOneSided(second) || first.op === second.op) return undefined
  const s = readNumbers(suspect.text, first.suspect[0], second.suspect[1])
  const r = readNumbers(reference.text, first.reference[0], second.reference[1])
  if (s.length === 0 || s.length !== r.length) return undefined
  return s
    .map((span, i) => {
      const place = { ...first, suspect: span, reference: r[i] }
      return describeUnits(suspect, reference, 'number', [place, place])
    })
    .filter(({ from, to }) => from !== to)
}

/** Spans of the numbers of a row; none if it is no row of numbers. */
function readNumbers(text: string, from: number, to: number): Span[] {
  if (to - from > maxRowUnits) return []
  const row = text.slice(from, to)
  if (!numberRow.test(row)) return []
  return [...row.matchAll(/\d(?:[\d.,]*\d)?/g)].map(({ 0: number, index }) => [
    from + index,
    from + index + number.length,
  ])
}

/**
 * `考虑提供` → `思考给予` keeps a 考, which belongs to two words: with the lists, 考虑 → 思考 and 提供 → 给予. `first` put in
 * or took out the other half of one, `second` replaced that of the other.
 */
function shiftWord(suspect: Side, reference: Side, first: Edit, second: Edit): [Edit, Edit] | undefined {
  if (!isOneSided(first) || second.op !== 'replace') return undefined
  const kept = suspect.text.slice(first.suspect[1], second.suspect[0])
  if (!/^\p{Script=Han}$/u.test(kept) || !/^\p{Script=Han}$/u.test(textOfOneSided(first))) return undefined
  const isPut = first.op === 'insert'
  const [longer, shorter] = isPut ? [second.from, second.to] : [second.to, second.from]
  const [whole, other] = [first.from + first.to + kept, kept + longer[0]]
  const isEven = shorter.length > 1 && longer.length === shorter.length + 1 && /^\p{Script=Han}+$/u.test(longer)
  if (whole === other || !((isListedWord(whole) && isListedWord(other)) || isEven)) return undefined
  const [s, r] = [second.suspect[0], second.reference[0]]
  const word: Edit = isPut
    ? { ...first, suspect: [first.suspect[0], s], reference: [r - 1, r + 1] }
    : { ...first, suspect: [s - 1, s + 1], reference: [first.reference[0], r] }
  const rest: Edit = isPut
    ? { ...second, reference: [r + 1, second.reference[1]] }
    : { ...second, suspect: [s + 1, second.suspect[1]] }
  const joined = describeUnits(suspect, reference, 'synonym', [word, word])
  const [from, to] = [reference.text.slice(...rest.reference), suspect.text.slice(...rest.suspect)]
  if (from === '') return [joined, { ...rest, op: 'insert', kind: 'insertion', from, to }]
  if (to === '') return [joined, { ...rest, op: 'delete', kind: 'deletion', from, to }]
  return [joined, { ...rest, from, to, kind: judgeAlone({ from, to }) }]
}

/** The same from the other end: of `可以确保` → `能够保证` 可以 became 能够, and 确保 became 保证. */
function shiftWordBack(suspect: Side, reference: Side, first: Edit, second: Edit): [Edit, Edit] | undefined {
  if (first.op !== 'replace' || !isOneSided(second)) return undefined
  const kept = suspect.text.slice(first.suspect[1], second.suspect[0])
  if (!/^\p{Script=Han}$/u.test(kept) || !/^\p{Script=Han}$/u.test(textOfOneSided(second))) return undefined
  const isPut = second.op === 'insert'
  const [longer, shorter] = isPut ? [first.from, first.to] : [first.to, first.from]
  const [whole, other] = [kept + second.from + second.to, longer.at(-1) + kept]
  const isEven = longer.length === shorter.length + 1 && /^\p{Script=Han}+$/u.test(longer)
  if (whole === other || !isEven || (shorter.length === 1 && !(isListedWord(whole) && isListedWord(other))))
    return undefined
  const [s, r] = [first.suspect[1], first.reference[1]]
  const [left, right]: [Edit, Edit] = isPut
    ? [
        { ...first, reference: [first.reference[0], r - 1] },
        { ...second, suspect: [s, second.suspect[1]], reference: [r - 1, r + 1] },
      ]
    : [
        { ...first, suspect: [first.suspect[0], s - 1] },
        { ...second, suspect: [s - 1, s + 1], reference: [r, second.reference[1]] },
      ]
  const [from, to] = [reference.text.slice(...left.reference), suspect.text.slice(...left.suspect)]
  const kind = judgeAlone({ from, to })
  return [{ ...left, from, to, kind }, describeUnits(suspect, reference, 'synonym', [right, right])]
}

/** `拥有` → `有着`: 拥有 and 有 are listed, and the 着 that follows at once belongs to the word. */
function growWord(suspect: Side, reference: Side, first: Edit, second: Edit): [Edit] | undefined {
  if (first.kind !== 'synonym' || !isOneSided(second) || !/^\p{Script=Han}{1,2}$/u.test(textOfOneSided(second)))
    return undefined
  if (first.suspect[1] !== second.suspect[0] || first.reference[1] !== second.reference[0]) return undefined
  const joined = describeUnits(suspect, reference, 'synonym', [first, second])
  return areSynonyms(joined.from, joined.to) || joined.from.length === joined.to.length ? [joined] : undefined
}

/**
 * `招商银行` → `银杏医院` keeps a 银 by chance: what reads as the name of an institution was replaced whole, and so was the
 * name of a model (`语言模型` → `墨言`).
 */
function joinName(suspect: Side, reference: Side, first: Edit, second: Edit): [Edit] | undefined {
  if (first.op === 'replace' && first.kind !== 'wording') return undefined
  const kept = suspect.text.slice(first.suspect[1], second.suspect[0])
  if (!/^\p{Script=Han}$/u.test(kept) || chinese.functionCharacters.has(kept)) return undefined
  if (reference.text.slice(first.reference[1], second.reference[0]) !== kept) return undefined
  const whole = reference.text.slice(first.reference[0], second.reference[1])
  if (/^\p{Script=Han}{3,10}$/u.test(whole) && [...chinese.models].some(model => whole.endsWith(model)))
    return [describeUnits(suspect, reference, 'model', [first, second])]
  if (second.kind !== 'organisation' || second.op !== 'replace') return undefined
  const joined = describeUnits(suspect, reference, 'organisation', [first, second])
  const isName = /^\p{Script=Han}{3,10}$/u.test(joined.from) && /^\p{Script=Han}{2,10}$/u.test(joined.to)
  return isName && judgeAlone(joined) === 'organisation' ? [joined] : undefined
}

/**
 * `additional features and` → `features additional universe`: two words changed places, and the words behind them were
 * replaced. Alignment keeps the `additional`; of the replaced run `features and` the first belongs to the swap. Likewise
 * where the words before the swap were replaced.
 */
function cutSwap(suspect: Side, reference: Side, first: Edit, second: Edit): [Edit, Edit] | undefined {
  const between = suspect.text.slice(first.suspect[1], second.suspect[0])
  if (between.length > maxSwapUnits || /[\n.;:]/.test(between) || !/[\p{L}\p{N}]/u.test(between)) return undefined
  if (isOneSided(first) && second.op === 'replace') {
    const word = textOfOneSided(first)
    const whole = first.op === 'insert' ? second.from : second.to
    if (!isPartOf(word, whole, 'start')) return undefined
    const side = first.op === 'insert' ? 'reference' : 'suspect'
    const cut = second[side][0] + word.length
    const swap = describeUnits(suspect, reference, 'wording', [
      first,
      { ...second, suspect: [0, second.suspect[0]], reference: [0, second.reference[0]], [side]: [0, cut] },
    ])
    return [
      swap,
      describeRest(suspect, reference, {
        ...second,
        [side]: [skipSpace(side === 'suspect' ? suspect : reference, cut), second[side][1]],
      }),
    ]
  }
  if (first.op === 'replace' && isOneSided(second)) {
    const word = textOfOneSided(second)
    const whole = second.op === 'insert' ? first.from : first.to
    if (!isPartOf(word, whole, 'end')) return undefined
    const side = second.op === 'insert' ? 'reference' : 'suspect'
    const cut = first[side][1] - word.length
    const swap = describeUnits(suspect, reference, 'wording', [
      { ...first, suspect: [first.suspect[1], 0], reference: [first.reference[1], 0], [side]: [cut, 0] },
      second,
    ])
    return [describeRest(suspect, reference, { ...first, [side]: [first[side][0], cut] }), swap]
  }
  return undefined
}

/** Does a longer run begin, or end, with a word of at least two letters? */
function isPartOf(word: string, whole: string, end: 'start' | 'end'): boolean {
  if (!/^[\p{L}\p{N}'’-]{2,}$/u.test(word) || whole.length <= word.length) return false
  const rest = end === 'start' ? whole.slice(word.length) : whole.slice(0, -word.length)
  if (end === 'start' ? !whole.startsWith(word) : !whole.endsWith(word)) return false
  return /\p{Script=Han}/u.test(word) || /^\s|\s$/.test(rest)
}

function skipSpace(side: Side, at: number): number {
  return side.text[at] === ' ' ? at + 1 : at
}

/** A replacement whose span was cut: judged anew. */
function describeRest(suspect: Side, reference: Side, edit: Edit): Edit {
  const whole = trimSpace(describeUnits(suspect, reference, edit.kind, [edit, edit]))
  return { ...whole, kind: judgeAlone(whole) }
}

/** `2021年3月5日` keeps its 年 and 月 when all its numbers change, `2021-03-05` its hyphens: one date, one edit. */
export function joinDates(suspect: Side, reference: Side, edits: Edit[]): Edit[] {
  const joined: Edit[] = []
  for (const edit of edits) {
    const last = joined[joined.length - 1]
    const between = last === undefined ? '' : reference.text.slice(last.reference[1], edit.reference[0])
    const isOne =
      last?.kind === 'date' &&
      edit.kind === 'date' &&
      /^ ?[年月日/.-] ?$/.test(between) &&
      suspect.text.slice(last.suspect[1], edit.suspect[0]) === between
    if (isOne) joined[joined.length - 1] = describeUnits(suspect, reference, 'date', [last, edit])
    else joined.push(edit)
  }
  return joined
}

/** Two numbers, or what stands for them, with a dash or a stroke between. */
const range = /^([^\s–—~/-]+) ?[–—~/-] ?([^\s–—~/-]+)$/
const rangeOfNumbers = /^\d[\d.,]* ?[–—~/-] ?\d[\d.,]*$/

/** `1901-1920` → `1891-1911`: of a range or a fraction each number was replaced by the one in its place. */
export function cutRanges(edits: readonly Edit[]): Edit[] {
  return edits.flatMap(edit => {
    if (edit.op !== 'replace' || !rangeOfNumbers.test(edit.from)) return [edit]
    const [from, to] = [range.exec(edit.from), range.exec(edit.to)]
    if (from === null || to === null) return [edit]
    const part = (i: 1 | 2): Edit => {
      const place = (start: number, whole: string, text: string): Span =>
        i === 1 ? [start, start + text.length] : [start + whole.length - text.length, start + whole.length]
      return {
        ...edit,
        from: from[i],
        to: to[i],
        suspect: place(edit.suspect[0], edit.to, to[i]),
        reference: place(edit.reference[0], edit.from, from[i]),
      }
    }
    return [part(1), part(2)].filter(({ from, to }) => from !== to)
  })
}

/** One replacement from the first of two edits to the second. */
function describeUnits(suspect: Side, reference: Side, kind: EditKind, [first, last]: [Edit, Edit]): Edit {
  const s: Span = [first.suspect[0], last.suspect[1]]
  const r: Span = [first.reference[0], last.reference[1]]
  return {
    op: 'replace',
    kind,
    from: reference.text.slice(...r),
    to: suspect.text.slice(...s),
    suspect: s,
    reference: r,
  }
}
