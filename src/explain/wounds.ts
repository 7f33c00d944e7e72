/**
 * explain: what a deleted name leaves behind in a sentence, English and Chinese. Document → counters.
 *
 * Open words before punctuation, lone possessives, doubled stops, `made by .`. Texts from which templates were taken
 * out (encyclopaedias) and careless typing show the same.
 */
import { hashUnits } from '../hash.ts'
import { WordSet } from '../text/words.ts'
import { TokenKind } from '../types.ts'
import { type Counters, countEvent, counterOf } from './counters.ts'
import type { TraceDocument } from './glance.ts'
import { isLowerAt } from './letters.ts'

/** Words that want a name or noun behind them: punctuation there is a wound. */
const openWords = new WordSet('a an the by from of at with named called am and to for as is in on')
const makingWords = new WordSet('trained developed created made built designed programmed')
const joiningWords = new WordSet('and to in as with that which for on')
const by = hashUnits('by')
const lowerS = hashUnits('s')
const am = new WordSet('am im')
const nameWord = hashUnits('name')
const the = hashUnits('the')
/** Words that no noun group begins with: directly behind `the`, and behind any open word. */
const closedWords = new WordSet('is was and of are has had were')
const followingWords = new WordSet(
  'is was and of are has had were in by to at on for from with who which that as or but',
)
/** Words that no statement begins with: what they are said of is gone. */
const saidWords = new WordSet('is was has are were had have can will also who would could should does did')
/** Letters of the word before a full stop; shorter ones, and those with a capital, may be abbreviated (`etc. is`, `Corp. has`). */
const minLastUnits = 4
const chineseOpenCharacters = '在由从与和被向是为对于叫'
const is = hashUnits('is')
const chineseOpeners = new Set([
  '位于',
  '来自',
  '毕业于',
  '就职于',
  '出生于',
  '任职于',
  '名叫',
  '名为',
  '我叫',
  '他叫',
  '她叫',
])
const chineseMaking = /^(?:开发|训练|创建|创立|研发|制作|设计|打造|推出|发布|提供|出品|主演|执导|创作|编写)的/

/** What a deleted name leaves: open words before punctuation, lone possessives, empty brackets, `made by .` */
export function countWounds(counters: Counters, document: TraceDocument): void {
  const { text, stream } = document
  const { at, n } = document.glance.wounds
  let wounds = 0
  let spaced = 0
  let firstWound = -1
  let firstChinese = -1
  let firstSelf = -1
  let hasPossessive = false
  let firstGap = -1
  let firstArticle = -1
  let firstHeadless = -1
  let gapsElsewhere = 0
  let isStripped = false
  let isLaidOut = false
  for (let w = 0; w < n; w++) {
    const i = at[w]
    const end = stream.end[i]
    const next = i + 1 < stream.n ? stream.start[i + 1] : text.length
    // inside Chinese text only 由 can tell of a wound
    if (next === end && (stream.kind[i] & TokenKind.ideograph) !== 0 && !isChineseMaking(text, end)) continue
    if (!hasPossessive && stream.hash[i] === lowerS && isLonePossessive(document, i)) {
      hasPossessive = true
      countEvent(counterOf(counters, 'possessiveLeftover'), document, stream.start[i] - 1, end)
    }
    if ((stream.kind[i] & TokenKind.code) !== 0) continue
    if (firstArticle < 0 && stream.hash[i] === the && isBrokenPhrase(document, i)) firstArticle = i
    if (firstHeadless < 0 && isHeadless(document, i, next)) firstHeadless = i
    if (hasPlainMark(document, i, next)) continue
    if (firstSelf < 0 && isDeletedSelf(document, i, next)) firstSelf = i
    if (isChineseWound(document, i, next)) {
      if (firstChinese < 0) firstChinese = i
      continue
    }
    if (next - end < 2) continue
    if (!isStripped && isEmptyBracket(text, end)) isStripped = true
    if (next === end + 2 && isDoubleSpace(text, end)) {
      if (!isDeletedGap(document, i)) gapsElsewhere++
      else if (firstGap < 0) firstGap = i
    } else if (text.startsWith('   ', end)) isLaidOut = true
    const wound = judgeGap(text, end, next, openWords.has(stream.hash[i]))
    if (wound === Gap.spaced) spaced++
    else if (wound === Gap.wound) {
      wounds++
      if (firstWound < 0) firstWound = i
    }
  }
  const show = (name: string, i: number): void => {
    if (i >= 0) countEvent(counterOf(counters, name), document, stream.start[i], stream.end[i] + 2)
  }
  show('danglingArticle', firstArticle)
  show('headlessSentence', firstHeadless)
  if (!isLaidOut) show('deletedGap', firstGap)
  if (firstGap < 0 && gapsElsewhere > 0) counterOf(counters, 'gapElsewhere').count++
  if (isStripped) counterOf(counters, 'emptyBrackets').count++
  // text that is set with a space before every mark has no wounds
  if (spaced > 2 * wounds) return
  show('deletedSelfIdentification', firstSelf)
  show('danglingPunctuation', firstWound)
  show('danglingChinese', firstChinese)
}

/** `（）`, `（，`, ` ( ) `, ` (, `: mark-up was taken out, not names. */
function isEmptyBracket(text: string, at: number): boolean {
  const start = text.charCodeAt(at) === 32 ? at + 1 : at
  const unit = text.charCodeAt(start)
  if (unit === 0xff08 /* （ */) return '）），，；'.includes(text[start + 1] ?? 'x')
  return unit === 40 && start > at && /[,;]|^ \)/.test(text.slice(start + 1, start + 3))
}

/** `in  and`, `在  工作`: two spaces between words of which the one wants a name and the other none. */
function isDeletedGap({ text, stream }: TraceDocument, i: number): boolean {
  if (isHanAt(text, stream.end[i] - 1)) return chineseOpenCharacters.includes(text[stream.end[i] - 1])
  return openWords.has(stream.hash[i]) && followingWords.has(stream.hash[i + 1])
}

/** Two spaces inside a line, with a lower-case word or a Han character behind. */
function isDoubleSpace(text: string, at: number): boolean {
  return text.startsWith('  ', at) && (isLowerAt(text, at + 2) || isHanAt(text, at + 2))
}

function isHanAt(text: string, at: number): boolean {
  const unit = text.charCodeAt(at)
  return unit >= 0x3400 && unit <= 0x9fff
}

/** `by the and the`, `in the was`: an article whose noun is gone. */
function isBrokenPhrase({ text, stream }: TraceDocument, i: number): boolean {
  if (i === 0 || i + 2 >= stream.n || !closedWords.has(stream.hash[i + 1])) return false
  const [start, next, after] = [stream.start[i], stream.start[i + 1], stream.start[i + 2]]
  if (next !== stream.end[i] + 1 || after !== stream.end[i + 1] + 1) return false
  // in lower case, and spaces all along: `the AND gate`, `"the" and "a"` are sound
  const isLower = [start, next, after].every(at => isLowerAt(text, at))
  return isLower && text.charCodeAt(stream.end[i]) === 32 && text.charCodeAt(after - 1) === 32
}

/** `in the hills. was born`: a sentence whose first name is gone. */
function isHeadless({ text, stream }: TraceDocument, i: number, next: number): boolean {
  const end = stream.end[i]
  if (text.charCodeAt(end) !== 46 || !saidWords.has(stream.hash[i + 1])) return false
  if (next > end + 3 || text.charCodeAt(end + 1) !== 32 || text.charCodeAt(next - 1) !== 32) return false
  if (end - stream.start[i] < minLastUnits || !isLowerAt(text, stream.start[i]) || !isLowerAt(text, next)) return false
  return text.charCodeAt(stream.end[i + 1]) === 32 && isLowerAt(text, stream.end[i + 1] + 1)
}

/** A mark stands directly behind the word, as nearly everywhere: no wound, and cheaply told. */
function hasPlainMark({ text, stream }: TraceDocument, i: number, next: number): boolean {
  const end = stream.end[i]
  const mark = text.charCodeAt(end)
  if (mark === 32 || mark > 127 || (stream.kind[i] & TokenKind.ideograph) !== 0 || stream.hash[i] === by) return false
  if (mark !== 44 /* , */) return true
  return next === end + 2 && text.charCodeAt(end + 1) === 32 && !isStop(text.charCodeAt(next))
}

/** `开发的`: what is made, without its maker before it. */
function isChineseMaking(text: string, at: number): boolean {
  return text.charCodeAt(at + 2) === 0x7684 /* 的 */ && chineseMaking.test(text.slice(at, at + 3))
}

const Gap = { sound: 0, spaced: 1, wound: 2 } as const

/** `出生于，`, `来自。`, `，的`, `由开发的`, `、、`: Chinese words and marks that want a name beside them, and have none. */
function isChineseWound(document: TraceDocument, i: number, next: number): boolean {
  const { text, stream } = document
  if ((stream.kind[i] & TokenKind.ideograph) === 0) return false
  const end = stream.end[i]
  if (text.charCodeAt(stream.start[i]) === 0x7531 /* 由 */) return isChineseMaking(text, end)
  const mark = text.charCodeAt(end)
  if (next === end) return false
  if (!isChineseStop(mark)) return false
  const after = text.charCodeAt(end + 1)
  if (after === 0x7684 /* 的 */) return !/[确话士]/.test(text[end + 2] ?? '')
  if (isChineseStop(after)) return mark !== 0x3002 /* 。 */ && !isChineseStop(text.charCodeAt(end + 2))
  return chineseOpeners.has(text.slice(end - 2, end)) || chineseOpeners.has(text.slice(end - 3, end))
}

/** What stands between two tokens: sound, a mark set off by a space, or a wound. Looks at its first units only. */
function judgeGap(text: string, from: number, to: number, afterOpenWord: boolean): number {
  let i = from
  while (i < to && i < from + 3 && text.charCodeAt(i) === 32) i++
  const isSpaced = i > from
  const mark = text.charCodeAt(i)
  if (i >= to) return Gap.sound
  const after = text.charCodeAt(i + 1)
  if (mark === 44 /* , */) {
    // Polish and German texts open a quotation by two commas where the right mark is not at hand
    if (isSpaced && after === 44 && isWordUnit(text.charCodeAt(i + 2))) return Gap.sound
    if (after === 44 || (after === 32 && isStop(text.charCodeAt(i + 2)) && !isWordUnit(text.charCodeAt(i + 3))))
      return isLongRun(text, i) ? Gap.sound : Gap.wound
    if (!isSpaced) return Gap.sound
    return afterOpenWord ? Gap.wound : Gap.spaced
  }
  if (mark === 46 /* . */) {
    // `./run` and `.NET` begin by their stop
    if (!isSpaced || isStop(after) || after === 47 || isWordUnit(after) || isLongRun(text, i)) return Gap.sound
    return afterOpenWord ? Gap.wound : Gap.spaced
  }
  return Gap.sound
}

/** Three stops with or without spaces, `, ...` and `,,,`: somebody's way of pausing. */
function isLongRun(text: string, at: number): boolean {
  let stops = 0
  for (let i = at; i < at + 6; i++) {
    const unit = text.charCodeAt(i)
    if (isStop(unit)) stops++
    else if (unit !== 32) break
  }
  return stops > 2 || text.charCodeAt(at - 1) === 46
}

function isChineseStop(unit: number): boolean {
  return unit === 0xff0c || unit === 0x3001 || unit === 0x3002
}

function isStop(unit: number): boolean {
  return unit === 44 || unit === 46
}

function isWordUnit(unit: number): boolean {
  return (unit >= 48 && unit <= 57) || (unit >= 65 && unit <= 90) || (unit >= 97 && unit <= 122) || unit >= 0xc0
}

/** `the 's`: a possessive whose owner is gone. */
function isLonePossessive(document: TraceDocument, i: number): boolean {
  const { text, stream } = document
  const start = stream.start[i]
  const mark = text.charCodeAt(start - 1)
  if (start < 2 || (mark !== 39 && mark !== 0x2019) || text.charCodeAt(start - 2) !== 32) return false
  return i > 0 && stream.end[i - 1] === start - 2 && openWords.has(stream.hash[i - 1]) && stream.hash[i - 1] !== is
}

/** `trained by .`, `created by and`, `I am , a`, `my name is .` */
function isDeletedSelf(document: TraceDocument, i: number, next: number): boolean {
  const { text, stream } = document
  // 是由开发的: the maker is gone
  if (text.charCodeAt(stream.start[i]) === 0x7531 && text.charCodeAt(stream.start[i] - 1) === 0x662f)
    return isChineseMaking(text, stream.end[i])
  const hash = stream.hash[i]
  const end = stream.end[i]
  if (i === 0) return false
  if (hash === by && makingWords.has(stream.hash[i - 1])) {
    const unit = text.charCodeAt(text.charCodeAt(end) === 32 ? end + 1 : end)
    if (unit === 44 || unit === 46 || unit === 33) return !isWordUnit(text.charCodeAt(end + 2))
    return i + 1 < stream.n && next === end + 1 && joiningWords.has(stream.hash[i + 1])
  }
  const isOpen = text.charCodeAt(end) === 32 && isStop(text.charCodeAt(end + 1)) && text.charCodeAt(end + 2) === 32
  if (!isOpen) return false
  return am.has(hash) || (hash === is && stream.hash[i - 1] === nameWord)
}
