/**
 * explain: does a written word want `a` or `an`, and how often do a document's names and words disagree?
 *
 * By its spelling, with the words that begin with a vowel letter but a consonant sound and the other way round.
 * Where speakers differ or letters are spelled out (`FBI`, `SQL`, `herb`) the answer is open, and such words
 * count on neither side.
 */
import { isCommonWord } from '../text/common.ts'
import { TokenKind } from '../types.ts'
import { type Counters, countEvent, counterOf } from './counters.ts'
import type { TraceDocument } from './glance.ts'
import { isCapitalAt, isLowerAt } from './letters.ts'
import { isInEnglish } from './surroundings.ts'

export const Article = { open: 0, a: 1, an: 2 } as const

/** Words whose first sound is not that of their first letter; checked before the letters. */
const soundsLikeYou = /^(?:uni(?!m[^a]|n[^i]|code)|us[aeu]|usu|ut[aeio]|uk|uga|ura|uru|ubiq|uto|uv|uw|ufo|uri|eu|ewe)/
const soundsLikeOne = /^(?:one(?![rigl])|once|oui|oua|ois)/
const clearlyU = /^(?:un(?!i|a)|up|um|ul|ur[bngd]|utm|utt|ush|ugl)/
const silentH = /^(?:hour|hones|honor|honour|heir)/

/** The article of all words that begin with a letter in lower case; undefined where the word decides. */
export function articleForLetter(unit: number): number | undefined {
  switch (unit) {
    case 97: // a
    case 105: // i
      return Article.an
    case 120: // x
      return Article.open
    case 101: // e
    case 104: // h
    case 111: // o
    case 117: // u
    case 121: // y
      return undefined
    default:
      return Article.a
  }
}

/** `word` in lower case, its beginning will do. */
export function articleFor(word: string): number {
  switch (word.charCodeAt(0)) {
    case 101: // e
      return soundsLikeYou.test(word) ? Article.a : Article.an
    case 111: // o
      return soundsLikeOne.test(word) ? Article.a : Article.an
    case 117: // u
      return soundsLikeYou.test(word) ? Article.a : clearlyU.test(word) ? Article.an : Article.open
    case 104: // h
      return silentH.test(word) ? Article.an : Article.open
    case 121: // y
      return /^y[aeiou]/.test(word) ? Article.a : Article.open
    default:
      return articleForLetter(word.charCodeAt(0)) ?? Article.a
  }
}

/** Scratch of one thread: words with a capital, by what stands before them. */
const seen = new Set<number>()

/** `a`/`an` before capitalised and before lower-case words; a word counts once in a document. */
export function countArticles(counters: Counters, document: TraceDocument): void {
  const { text, stream } = document
  const { at, n } = document.glance.articles
  if (n === 0) return
  seen.clear()
  for (let g = 0; g < n; g++) {
    const i = at[g]
    if (i + 1 === stream.n) continue
    const start = stream.start[i]
    const units = stream.end[i] - start
    if (units > 2 || (text.charCodeAt(start) | 32) !== 97 || (units === 2 && text.charCodeAt(start + 1) !== 110))
      continue
    const next = stream.start[i + 1]
    if (next !== stream.end[i] + 1 || text.charCodeAt(next) > 122 || stream.end[i + 1] - next < 3) continue
    if (((stream.kind[i] | stream.kind[i + 1]) & (TokenKind.code | TokenKind.placeholder | TokenKind.address)) !== 0)
      continue
    countArticle(counters, document, i, units === 1 ? Article.a : Article.an)
  }
}

function countArticle(counters: Counters, document: TraceDocument, i: number, written: number): void {
  const { text, stream } = document
  const start = stream.start[i + 1]
  const second = text.charCodeAt(start + 1)
  const third = text.charCodeAt(start + 2)
  // letters spelled out, and codes, tell nothing
  if (second < 97 || second > 122 || third < 97 || third > 122) return
  const first = text.charCodeAt(start)
  const isCapital = first < 97
  const wanted =
    articleForLetter(first | 32) ?? articleFor(text.slice(start, Math.min(stream.end[i + 1], start + 8)).toLowerCase())
  if (wanted === Article.open || (written === Article.an && (first | 32) === 104)) return
  const key = (stream.hash[i + 1] ^ written) >>> 0
  // a capital before a common word is a term or a title, which no anonymiser touches
  if (isCapital && (seen.has(key) || isCommonWord(stream.hash[i + 1]))) return
  if (isCapital && isIdentifier(text, start, stream.end[i + 1])) return
  // `an` is a word of other languages too
  if (!isInEnglish(stream, i)) return
  if (isCapital && seen.size < 256) seen.add(key)
  const agrees = wanted === written
  count(counters, document, i, isCapital ? 'articleDisagreement' : 'articleLowerCase', isCapital, agrees)
  // who writes by ear says `a` too often, but hardly ever `an Globex`
  if (written === Article.an)
    count(counters, document, i, isCapital ? 'anBeforeConsonant' : 'anLowerCase', isCapital, agrees)
}

/** `RecursionError`, `Node-API`, `Node.js`: a capital inside, or a name tied to another. */
function isIdentifier(text: string, start: number, end: number): boolean {
  for (let i = start + 1; i < end; i++) if (isCapitalAt(text, i)) return true
  return text.charCodeAt(end) === 45 /* - */ || (text.charCodeAt(end) === 46 && isLowerAt(text, end + 1))
}

function count(
  counters: Counters,
  document: TraceDocument,
  i: number,
  name: string,
  isCapital: boolean,
  agrees: boolean,
): void {
  const { stream } = document
  const counter = counterOf(counters, name)
  counter.of++
  if (agrees) return
  if (isCapital) countEvent(counter, document, stream.start[i], stream.end[i + 1])
  else counter.count++
}
