/**
 * Style: texts of a corpus and a profile → the habits in them that speak most for the model.
 *
 * A profile holds hashed features and no text, so habits are read from the corpus: its words and word pairs with names
 * and numbers as symbols, its marks, sentence lengths and lines. Each is worth its part in the linear margin
 * of the model over the mean of the panel. A bucket is named by what most texts show in it; what else falls into it
 * adds to its worth, which is the possible error.
 */
import type { StyleHabit } from '../types.ts'
import {
  bucketOfLine,
  bucketOfMark,
  bucketOfPair,
  bucketOfSentence,
  bucketOfWord,
  classifyLine,
  classifySentence,
  endsSentence,
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

/** What stands behind each bucket, and in how many texts. */
class BucketNames {
  private readonly found: Map<number, Map<string, { named: Named; documents: number; last: number }>> = new Map()
  private nTexts = 0

  startText(): void {
    this.nTexts++
  }

  add(bucket: number, named: Named): void {
    let names = this.found.get(bucket)
    if (names === undefined) {
      names = new Map()
      this.found.set(bucket, names)
    }
    const known = names.get(named.habit)
    if (known === undefined) names.set(named.habit, { named, documents: 1, last: this.nTexts })
    else if (known.last !== this.nTexts) {
      known.documents++
      known.last = this.nTexts
    }
  }

  /** The most frequent name of each bucket with the texts that show it. */
  *[Symbol.iterator](): Generator<{ bucket: number; named: Named; documents: number }> {
    for (const [bucket, names] of this.found) {
      const [{ named, documents }] = [...names.values()].sort(
        (a, b) => b.documents - a.documents || (a.named.habit < b.named.habit ? -1 : 1),
      )
      yield { bucket, named, documents }
    }
  }
}

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
  const names = new BucketNames()
  const value = new Float64Array(profile.vocabulary.buckets.length)
  for (const text of texts) {
    const masked = masker.mask(text)
    if (masked.nWords === 0) continue
    const { from, to } = pickStretches(masked)[0]
    names.startText()
    nameWords(masked, from, to, names)
    nameMarks(masked, from, to, names)
    addVector(vectoriser, masked, from, to, value)
  }
  return rank(profile, names, value, nOfKind)
}

function addVector(vectoriser: Vectoriser, text: MaskedText, from: number, to: number, value: Float64Array): void {
  const entries = new Uint32Array(vectoriser.vocabulary.buckets.length)
  const end = vectoriser.write(text, from, to, entries, 0)
  for (const entry of entries.subarray(0, end)) value[featureOfEntry(entry)] += valueOfEntry(entry)
}

function rank(profile: Profile, names: BucketNames, value: Float64Array, nOfKind: number): StyleHabit[] {
  const habits: StyleHabit[] = []
  for (const { bucket, named, documents } of names) {
    const feature = featureOf(profile.vocabulary, bucket)
    if (feature < 0 || documents < minDocuments) continue
    const strength = value[feature] * marginOf(profile, feature)
    if (strength > 0) habits.push({ ...named, documents, strength })
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
function nameWords({ codes, wordStart, nWords }: MaskedText, from: number, to: number, names: BucketNames): void {
  let before = ''
  for (let w = 0; w < nWords && wordStart[w] < to; w++) {
    if (wordStart[w] < from) continue
    const word = readWord(codes, wordStart[w], to)
    names.add(bucketOfWord(word), nameOf([word]))
    if (before !== '') names.add(bucketOfPair(before, word), nameOf([before, word]))
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

/** Marks, single and repeated, sentences and lines, as the counter reads them. */
function nameMarks({ codes }: MaskedText, from: number, to: number, names: BucketNames): void {
  let opening = 0
  let lineWords = 0
  let sentenceWords = 0
  const endSentence = (): void => {
    const length = classifySentence(sentenceWords)
    if (length > 0) names.add(bucketOfSentence(length), nameSentence(length))
    sentenceWords = 0
  }
  const endLine = (breaks: number): void => {
    endSentence()
    const length = classifyLine(lineWords)
    if (length > 0) names.add(bucketOfLine(opening, length, breaks), nameLine(opening, length, breaks))
    opening = lineWords = 0
  }
  for (let i = from; i < to; ) {
    const code = codes[i]
    const kind = codeClass(code)
    const isWord = kind === CodeClass.letter || kind === CodeClass.ideograph || kind === CodeClass.symbol
    let run = 1
    if (kind === CodeClass.letter) while (i + run < to && codeClass(codes[i + run]) === CodeClass.letter) run++
    if (!isWord) while (i + run < to && codes[i + run] === code) run++
    i += run
    if (isWord) {
      if (lineWords === 0 && code === numberCode) opening = code
      lineWords++
      sentenceWords++
    } else if (kind === CodeClass.mark) {
      const mark = String.fromCharCode(code)
      const habit = run > 1 ? `${mark}${mark} (repeated)` : mark
      names.add(bucketOfMark(code, run > 1), { kind: 'punctuation', habit })
      if (lineWords === 0 && opening === 0) opening = run > 1 ? code + 0x10000 : code
      if (endsSentence(code)) endSentence()
    } else if (code === newline) endLine(Math.min(2, run))
  }
  endLine(0)
}

function nameSentence(length: number): Named {
  return { kind: 'layout', habit: `sentences of ${rangeOf(length, 2, length === longestSentence)} words` }
}

function nameLine(opening: number, length: number, breaks: number): Named {
  const size = `lines of ${rangeOf(length, 1, length === longestLine)} words`
  const mark = String.fromCharCode(opening & 0xffff)
  const shown = opening === numberCode ? 'a number' : opening > 0xffff ? mark + mark : mark
  const opens = opening === 0 ? '' : `opening with ${shown}`
  const ending = ['at the end of the text', '', 'before an empty line'][breaks]
  return { kind: 'layout', habit: [size, opens, ending].filter(part => part !== '').join(' ') }
}

/** The words that a class of length stands for. */
function rangeOf(length: number, perDoubling: number, isLongest: boolean): string {
  const low = Math.ceil(2 ** ((length - 0.5) / perDoubling) - 1)
  const high = Math.ceil(2 ** ((length + 0.5) / perDoubling) - 1) - 1
  if (isLongest) return `${low} or more`
  return low >= high ? `${low}` : `${low} to ${high}`
}
