/**
 * Style: texts of a corpus and a profile → the habits in them that speak most for the model.
 *
 * A profile holds hashed features and no text, so habits are read from the corpus: its words and word pairs with names
 * and numbers as symbols, its marks, sentence lengths and lines. Each is worth its part in the linear margin
 * of the model over the mean of the panel. Two features in one bucket share their worth; that is the possible error.
 */
import type { StyleHabit } from '../types.ts'
import {
  bucketOfLine,
  bucketOfMark,
  bucketOfPair,
  bucketOfSentence,
  bucketOfWord,
  hashLetters,
  longestLine,
  longestSentence,
} from './features.ts'
import { featureOfEntry, valueOfEntry } from './kernel.ts'
import { type MaskedText, TextMasker } from './mask.ts'
import type { Profile } from './profile.ts'
import { pickStretches } from './score.ts'
import { featureOf, Vectoriser } from './vectors.ts'
import { CodeClass, codeClass, entityCode, isFunctionWord, numberCode } from './words.ts'

type Named = Pick<StyleHabit, 'kind' | 'habit'>

/** A habit shown by fewer texts than this may be of one text only, and could identify it. */
const minDocuments = 5
const newline = 10

/**
 * The habits of the texts that speak most for the model.
 *
 * @param texts a sample of the corpus, preferably those with the highest ratios
 * @param nOfKind habits wanted of each kind
 */
export function findHabits(profile: Profile, texts: readonly string[], nOfKind: number): StyleHabit[] {
  const masker = new TextMasker()
  const vectoriser = new Vectoriser(profile.vocabulary)
  const names = nameSentences()
  const openings = new Set<number>()
  const value = new Float64Array(profile.vocabulary.buckets.length)
  const documents = new Uint32Array(profile.vocabulary.buckets.length)
  for (const text of texts) {
    const masked = masker.mask(text)
    if (masked.nWords === 0) continue
    const { from, to } = pickStretches(masked)[0]
    nameWords(masked, from, to, names)
    nameMarks(masked, from, to, names, openings)
    addVector(vectoriser, masked, from, to, value, documents)
  }
  nameLines(openings, names)
  return rank(profile, names, value, documents, nOfKind)
}

function addVector(
  vectoriser: Vectoriser,
  text: MaskedText,
  from: number,
  to: number,
  value: Float64Array,
  documents: Uint32Array,
): void {
  const entries = new Uint32Array(vectoriser.vocabulary.buckets.length)
  const end = vectoriser.write(text, from, to, entries, 0)
  for (const entry of entries.subarray(0, end)) {
    value[featureOfEntry(entry)] += valueOfEntry(entry)
    documents[featureOfEntry(entry)]++
  }
}

function rank(
  profile: Profile,
  names: Map<number, Named>,
  value: Float64Array,
  documents: Uint32Array,
  nOfKind: number,
): StyleHabit[] {
  const habits: StyleHabit[] = []
  for (const [bucket, named] of names) {
    const feature = featureOf(profile.vocabulary, bucket)
    if (feature < 0 || documents[feature] < minDocuments) continue
    const strength = value[feature] * marginOf(profile, feature)
    if (strength > 0) habits.push({ ...named, documents: documents[feature], strength })
  }
  habits.sort((a, b) => b.strength - a.strength || (a.habit < b.habit ? -1 : 1))
  const most = habits[0]?.strength ?? 1
  const kinds: StyleHabit['kind'][] = ['words', 'function words', 'punctuation', 'layout']
  return kinds
    .flatMap(kind => habits.filter(habit => habit.kind === kind).slice(0, nOfKind))
    .map(habit => ({ ...habit, strength: Number((habit.strength / most).toFixed(4)) }))
}

/** Weight of a feature for the model less its mean weight for the panel. */
function marginOf({ full, classes }: Profile, feature: number): number {
  const at = feature * classes.length
  let panel = 0
  for (let c = 1; c < classes.length; c++) panel += (full.weights[at + c] * full.step[c]) / (classes.length - 1)
  return full.weights[at] * full.step[0] - panel
}

/** Words and pairs of words that follow each other. */
function nameWords(
  { codes, wordStart, nWords }: MaskedText,
  from: number,
  to: number,
  names: Map<number, Named>,
): void {
  let before = ''
  for (let w = 0; w < nWords && wordStart[w] < to; w++) {
    if (wordStart[w] < from) continue
    const word = readWord(codes, wordStart[w], to)
    names.set(bucketOfWord(word), nameOf([word]))
    if (before !== '') names.set(bucketOfPair(before, word), nameOf([before, word]))
    before = word
  }
}

function nameOf(words: string[]): Named {
  const kind = words.every(isFunctionWordText) ? 'function words' : 'words'
  const shown = words.join(' ')
  return {
    kind,
    habit: shown.replaceAll(String.fromCharCode(entityCode), '◆').replaceAll(String.fromCharCode(numberCode), '#'),
  }
}

function isFunctionWordText(word: string): boolean {
  const code = word.charCodeAt(0)
  const kind = codeClass(code)
  if (kind === CodeClass.symbol) return false
  return isFunctionWord(kind === CodeClass.ideograph ? Math.imul(code, 0x01000193) : hashLetters(word))
}

/** The word at a place of the masked codes, in lower case. */
function readWord(codes: Uint16Array, start: number, to: number): string {
  if (codeClass(codes[start]) !== CodeClass.letter) return String.fromCharCode(codes[start])
  let end = start
  while (end < to && codeClass(codes[end]) === CodeClass.letter) end++
  return String.fromCharCode(...codes.subarray(start, Math.min(end, start + 64))).toLowerCase()
}

/** Marks, single and repeated, and those that lines open with. */
function nameMarks(
  { codes }: MaskedText,
  from: number,
  to: number,
  names: Map<number, Named>,
  openings: Set<number>,
): void {
  let opens = true
  for (let i = from; i < to; ) {
    const code = codes[i]
    const kind = codeClass(code)
    let run = 1
    while (i + run < to && codes[i + run] === code) run++
    if (kind === CodeClass.mark) {
      const mark = String.fromCharCode(code)
      const habit = run > 1 ? `${mark}${mark} (repeated)` : mark
      names.set(bucketOfMark(code, run > 1), { kind: 'punctuation', habit })
      if (opens) openings.add(run > 1 ? code + 0x10000 : code)
    } else if (kind === CodeClass.symbol && code === numberCode && opens) openings.add(code)
    if (code === newline) opens = true
    else if (kind !== CodeClass.space) opens = false
    i += run
  }
}

function nameSentences(): Map<number, Named> {
  const names = new Map<number, Named>()
  for (let length = 1; length <= longestSentence; length++) {
    const habit = `sentences of ${rangeOf(length, 2, length === longestSentence)} words`
    names.set(bucketOfSentence(length), { kind: 'layout', habit })
  }
  return names
}

function nameLines(openings: Set<number>, names: Map<number, Named>): void {
  const endings = ['at the end of the text', '', 'before an empty line']
  for (const opening of [0, ...[...openings].sort((a, b) => a - b)]) {
    const mark = String.fromCharCode(opening & 0xffff)
    const opens =
      opening === 0
        ? ''
        : opening === numberCode
          ? 'opening with a number'
          : `opening with ${opening > 0xffff ? mark + mark : mark}`
    for (let length = 1; length <= longestLine; length++) {
      endings.forEach((ending, breaks) => {
        const size = `lines of ${rangeOf(length, 1, length === longestLine)} words`
        const habit = [size, opens, ending].filter(part => part !== '').join(' ')
        names.set(bucketOfLine(opening, length, breaks), { kind: 'layout', habit })
      })
    }
  }
}

/** The words that a class of length stands for. */
function rangeOf(length: number, perDoubling: number, isLongest: boolean): string {
  const low = Math.ceil(2 ** ((length - 0.5) / perDoubling) - 1)
  const high = Math.ceil(2 ** ((length + 0.5) / perDoubling) - 1) - 1
  if (isLongest) return `${low} or more`
  return low >= high ? `${low}` : `${low} to ${high}`
}
