/**
 * explain: a name that stands where another one should, because both became the same. Document → counters.
 *
 * `Acme and Acme`, `Acme (Acme)`, `Acme, Rome and Acme`; in Chinese a doubled kind of institution (`某公司公司`). Songs,
 * verse and family firms double names too.
 */
import { combine } from '../hash.ts'
import { WordSet } from '../text/words.ts'
import { TokenKind, type TokenStream } from '../types.ts'
import { type Counters, countEvent, counterOf } from './counters.ts'
import type { TraceDocument } from './glance.ts'
import { isCapitalAt } from './letters.ts'

const conjunctions = new WordSet('and or vs')
/** Names of one enumeration, and tokens of one name, that are looked at. */
const maxItems = 8
const maxItemTokens = 4
const chineseDoubles = new Set(['公司', '集团', '大学', '银行', '医院', '学院', '助手', '模型', '先生', '女士', '教授'])
const doubleEnds = new WordSet('司 团 学 行 院 手 型 生 士 授')

/** A name tied to itself or twice in an enumeration, and in Chinese a doubled kind of institution. */
export function countDoubles(counters: Counters, document: TraceDocument): void {
  const { stream } = document
  const { at, n } = document.glance.names
  let hasDouble = false
  let hasItem = false
  let hasChinese = false
  let behind = 0
  for (let g = 0; g < n && !(hasDouble && hasItem && hasChinese); g++) {
    const i = at[g]
    if (i + 1 === stream.n) break
    const kind = stream.kind[i]
    if (!hasChinese && (kind & TokenKind.ideograph) !== 0 && isChineseDouble(document, i)) {
      hasChinese = true
      countEvent(counterOf(counters, 'chineseLeftover'), document, stream.start[i], stream.end[i + 3])
    }
    if (!isName(kind)) continue
    if (!hasItem && i >= behind) {
      const last = readEnumeration(document, i)
      behind = Math.abs(last) + 1
      if (last > 0) {
        hasItem = true
        countEvent(counterOf(counters, 'doubledItem'), document, stream.start[i], stream.end[last])
      }
    }
    const last = hasDouble ? -1 : doubledName(document, i)
    if (last > 0) {
      hasDouble = true
      countEvent(counterOf(counters, 'doubledName'), document, stream.start[i], stream.end[last])
    }
  }
}

function isChineseDouble(document: TraceDocument, i: number): boolean {
  const { text, stream } = document
  if (i + 3 >= stream.n || stream.hash[i] !== stream.hash[i + 2] || stream.hash[i + 1] !== stream.hash[i + 3])
    return false
  if (stream.hash[i] === stream.hash[i + 1]) return false
  const start = stream.start[i]
  return (
    doubleEnds.has(stream.hash[i + 1]) &&
    stream.end[i + 3] === start + 4 &&
    chineseDoubles.has(text.slice(start, start + 2))
  )
}

/** Scratch of one thread: the different names of an enumeration. */
const items = new Uint32Array(maxItems + 1)

function isName(kind: number): boolean {
  return (kind & (TokenKind.name | TokenKind.model)) !== 0 && (kind & TokenKind.code) === 0
}

/**
 * The last token of the enumeration of names that begins at a token, if it is whole (`A, B and C`) and has a name twice;
 * else its negative. A name said again at once (`New York, New York`) is one unless the enumeration ends with it.
 */
function readEnumeration({ text, stream }: TraceDocument, from: number): number {
  const gap = from + 1 < stream.n ? stream.start[from + 1] - stream.end[from] : 0
  if (gap !== 1 && (gap !== 2 || text.charCodeAt(stream.end[from]) !== 44)) return -from
  // nearly every name stands alone
  if (!isName(stream.kind[from + 1]) && !conjunctions.has(stream.hash[from + 1])) return -from
  let n = 0
  let different = 0
  let before = 0
  let isLast = false
  for (let at = from; ; ) {
    let item = stream.hash[at]
    let last = at
    while (last + 1 < stream.n && last - at < maxItemTokens && isName(stream.kind[last + 1]) && isSpaced(stream, last))
      item = combine(item, stream.hash[++last])
    let known = 0
    while (known < different && items[known] !== item) known++
    if (known === different) items[different++] = item
    if (isLast || item !== before) n++
    before = item
    if (isLast) return n >= 3 && different < n ? last : -last
    let next = last + 1
    const hasComma =
      next < stream.n && stream.start[next] === stream.end[last] + 2 && text.startsWith(', ', stream.end[last])
    if (n === maxItems || next >= stream.n || !(hasComma || isSpaced(stream, last))) return -last
    isLast = conjunctions.has(stream.hash[next])
    if (isLast && isSpaced(stream, next)) next++
    else if (!hasComma) return -last
    if (next >= stream.n || !isName(stream.kind[next])) return -last
    at = next
  }
}

/** Does one unit stand between a token and the next? */
function isSpaced(stream: TokenStream, i: number): boolean {
  return stream.start[i + 1] === stream.end[i] + 1
}

/** The last token of `X and X`, `X (X`; X of one or two names; -1 if there is none at `i`. */
function doubledName(document: TraceDocument, i: number): number {
  const { text, stream } = document
  if (i > 0 && (stream.kind[i - 1] & TokenKind.name) !== 0 && stream.end[i - 1] + 1 === stream.start[i]) return -1
  for (let n = 1; n <= 2 && i + n < stream.n; n++) {
    if (n === 2 && ((stream.kind[i + 1] & TokenKind.name) === 0 || stream.start[i + 1] !== stream.end[i] + 1)) return -1
    const isJoined = conjunctions.has(stream.hash[i + n])
    const second = i + n + (isJoined ? 1 : 0)
    if (second + n > stream.n || stream.hash[second] !== stream.hash[i] || stream.end[i] - stream.start[i] < 3) continue
    if (n === 2 && stream.hash[second + 1] !== stream.hash[i + 1]) continue
    const between = text.slice(stream.end[i + n - 1], Math.min(stream.start[second], stream.end[i + n - 1] + 8))
    if (isJoined ? !/^ \w+ $/.test(between) : between !== ' (') continue
    if (isCapitalAt(text, stream.start[second]) && isCapitalAt(text, stream.start[i])) return second + n - 1
  }
  return -1
}
