/**
 * explain: numbers that cannot be, since they took the place of others. Document → counters.
 *
 * A date, a time of day or an ordinal (`March 45`, 23月4日, `9:75 PM`, `22st`), an amount (`amounts.ts`), and the numbers of a list
 * that follow one another in no order (7, 2, 9). In untouched corpora one answer in ten thousand holds such a thing, by a slip of the pen or as the
 * name of something.
 */
import { hashUnits } from '../hash.ts'
import { WordSet } from '../text/words.ts'
import { TokenKind } from '../types.ts'
import { isStrangeAmount } from './amounts.ts'
import { type Counters, countEvent, counterOf } from './counters.ts'
import type { TraceDocument } from './glance.ts'
import { isCapitalAt } from './letters.ts'

const months = new WordSet('january february march april may june july august september october november december')
const halves = new WordSet('am pm a p')
const of = hashUnits('of')
/** Units of the longest number that is judged. */
const maxUnits = 8
/** Numbers of one document that are judged. */
const maxNumbers = 500
/** Numbers of lists that are neither known nor follow on a known one; half of all must be such. */
const minStrays = 2
/** Units of marks and space before the number of an item. */
const maxMarkUnits = 8
const maxDay = 31
const maxMonth = 12
const maxHour = 24
const maxMinute = 59

/** Scratch of one thread: the numbers with which items of a document began. */
const seen = new Uint8Array(100)

/** Counts a document once for what cannot be, and once for a list. */
export function countNumbers(counters: Counters, document: TraceDocument): void {
  const { stream, glance } = document
  if ((glance.kinds & TokenKind.number) === 0) return
  const { at, n } = glance.names
  let impossible = -1
  let items = 0
  let [strays, firstStray] = [0, -1]
  for (let g = 0, judged = 0; g < n && judged < maxNumbers; g++) {
    const i = at[g]
    if ((stream.kind[i] & (TokenKind.number | TokenKind.code)) !== TokenKind.number) continue
    const units = stream.end[i] - stream.start[i]
    if (units > maxUnits) continue
    judged++
    if (impossible < 0 && ((units > 1 && isImpossible(document, i)) || isStrangeAmount(document, i))) impossible = i
    const value = units > 2 ? -1 : listNumberOf(document, i)
    if (value < 0) continue
    if (items++ === 0) seen.fill(0)
    if (value > 1 && seen[value] + seen[value - 1] === 0 && strays++ === 0) firstStray = i
    seen[value] = 1
  }
  if (impossible >= 0) count(counters, document, 'impossibleNumber', impossible)
  if (strays >= minStrays && strays * 2 >= items) count(counters, document, 'disorderedList', firstStray)
}

function count(counters: Counters, document: TraceDocument, name: string, i: number): void {
  countEvent(counterOf(counters, name), document, document.stream.start[i], document.stream.end[i])
}

/** The number with which an item of a list begins; -1 if it is none. */
function listNumberOf({ text, stream }: TraceDocument, i: number): number {
  const [start, end] = [stream.start[i], stream.end[i]]
  const mark = text.charCodeAt(end)
  if (mark !== 46 /* . */ && mark !== 41 /* ) */ && mark !== 0x3001 /* 、 */ && mark !== 0xff0e /* ． */) return -1
  const behind = text.charCodeAt(end + 1)
  if (mark !== 0x3001 && behind !== 32 && behind !== 42 /* * */) return -1
  let at = start - 1
  while (at >= 0 && start - at <= maxMarkUnits && ' \t*#'.includes(text[at])) at--
  return at < 0 || text.charCodeAt(at) === 10 ? Number(text.slice(start, end)) : -1
}

/** Most numbers are turned away by a look at one unit. */
function isImpossible(document: TraceDocument, i: number): boolean {
  const { text, stream } = document
  const [start, end] = [stream.start[i], stream.end[i]]
  const last = text.charCodeAt(end - 1)
  if (last >= 97) return isStrangeEnding(document, i)
  const units = end - start
  if (units === 2) {
    const value = text.charCodeAt(start) * 10 + last - 528
    return value > maxMonth && ((value > maxDay && isDay(document, i)) || isChineseMonth(text, start, end))
  }
  if (units === 4 && (text.charCodeAt(end) === 45 /* - */ || text.charCodeAt(end) === 47) /* / */)
    return isNumericDate(text.slice(start, start + 11))
  return text.charCodeAt(end - 3) === 58 /* : */ && isStrangeTime(text.slice(start, end)) && isTimeOfDay(document, i)
}

/** `22st`, `77th of June`, `9:75pm` */
function isStrangeEnding(document: TraceDocument, i: number): boolean {
  const { text, stream } = document
  const number = text.slice(stream.start[i], stream.end[i])
  if (/[ap]m$/.test(number)) return isStrangeTime(number.slice(0, -2))
  const [, digits, ending] = /^(\d+)(st|nd|rd|th)$/.exec(number) ?? []
  if (digits === undefined || text.charCodeAt(stream.start[i] - 1) === 47 /* / */) return false
  return ending !== endingOf(digits) || (digits.length === 2 && Number(digits) > maxDay && isDay(document, i))
}

function isStrangeTime(time: string): boolean {
  const [, hour, minute] = /^(\d{1,2}):(\d\d)$/.exec(time) ?? []
  return Number(hour) > maxHour || Number(minute) > maxMinute
}

/** `-th` but for the first three of each ten that are no teens. */
function endingOf(digits: string): string {
  if (digits.at(-2) === '1') return 'th'
  return { 1: 'st', 2: 'nd', 3: 'rd' }[digits.at(-1)!] ?? 'th'
}

/** `March 45`, `45 March`, `45th of March`, 3月45日. */
function isDay({ text, stream }: TraceDocument, i: number): boolean {
  const { hash, start, end, n } = stream
  const isMonth = (j: number): boolean => months.has(hash[j]) && isCapitalAt(text, start[j])
  const behind = text.slice(end[i], end[i] + 2)
  if (i > 0 && end[i - 1] + 1 === start[i] && isMonth(i - 1)) return !/^(?:['’%:°-]|[.,]?\d)/.test(behind)
  if (/^ ?[日号]/.test(behind)) return /\d ?月 ?$/.test(text.slice(start[i] - 3, start[i]))
  const next = i + 1 < n && hash[i + 1] === of ? i + 2 : i + 1
  return next < n && start[i + 1] === end[i] + 1 && start[next] === end[next - 1] + 1 && isMonth(next)
}

/** 23月4日, 23月份. */
function isChineseMonth(text: string, start: number, end: number): boolean {
  const behind = text.charCodeAt(end)
  if (behind !== 0x6708 /* 月 */ && behind !== 32) return false
  return /^ ?月(?: ?\d|份)/.test(text.slice(end, end + 4)) && text.charCodeAt(start - 1) !== 46 /* . */
}

/** `2021-13-40`, `2021/45/12` */
function isNumericDate(text: string): boolean {
  const [, first, second] = /^(?:1[89]|20)\d\d[-/](\d\d)[-/](\d\d)(?!\d)/.exec(text) ?? []
  return first !== undefined && (Number(first) > maxMonth || Number(second) > maxDay)
}

/** `9:75 PM`, 下午9:75. */
function isTimeOfDay({ text, stream }: TraceDocument, i: number): boolean {
  if (/(?:上午|下午|早上|晚上|中午) ?$/.test(text.slice(Math.max(0, stream.start[i] - 3), stream.start[i]))) return true
  return i + 1 < stream.n && stream.start[i + 1] <= stream.end[i] + 1 && halves.has(stream.hash[i + 1])
}
