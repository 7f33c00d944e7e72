/**
 * explain: what a swapped brand name leaves around itself. Document → counters.
 *
 * A model `trained by` somebody who makes none; in Chinese, the spaces that are set around a Latin name and stand around a
 * Chinese one now; capitals in a web address. Makers that `known.json` lacks, verse and lists in Chinese show the same.
 */
import known from '../../corpora/phrases/known.json' with { type: 'json' }
import { hashUnits } from '../hash.ts'
import { WordSet } from '../text/words.ts'
import { TokenKind } from '../types.ts'
import { type Counters, countEvent, counterOf } from './counters.ts'
import type { TraceDocument } from './glance.ts'
import { chinese } from './lexicon.ts'

const by = hashUnits('by')
const made = hashUnits('由')
const someone = hashUnits('某')
/** Places of one document that are looked at by a pattern. */
const maxLooks = 500
const makingWords = new WordSet('trained developed created built designed')
/** `language model`, `AI assistant`, `chatbot`: what is made, and for the words of many senses what must stand before them. */
const modelWords = new WordSet('model assistant system')
const kindsOfModel = new WordSet('language ai virtual')
const chatbot = hashUnits('chatbot')
const makers = new WordSet(known.makers.words)
/** Tokens before `trained by` in which the model is named, and of a maker's name. */
const maxModelTokens = 5
const maxMakerTokens = 4

const chineseMaker =
  /^ ?([^\s，。；：、！？“”《》（）的由]{2,12}?) ?(?:公司|团队)?(?:所)?(?:开发|训练|研发|创建|创造|推出|打造)(?:的|，|。|出来)/u
const chineseModel = /模型|助手|助理|机器人|人工智能|AI/
/** Words for those who make models that name nobody. */
const nobody = /[家师员者人们]|团队|公司|机构|大学|数据|程序|深度|自己/
const knownChinese = new RegExp(
  [...known.makers.words.split(' '), ...known.makers.zh.split(' '), ...chinese.organisations].join('|'),
  'i',
)
/** Han characters between two spaces that are taken for one name. */
const minSpacedUnits = 2
const maxSpacedUnits = 6
/** Spaces elsewhere from which on a text is one that is set with spaces. */
const maxStrays = 64

/** Counts a document once for each leftover. Linear in the tokens that a glance picked out. */
export function countSwapped(counters: Counters, document: TraceDocument): void {
  const { stream, glance } = document
  const { at, n } = glance.wounds
  let maker = -1
  let nameless = -1
  let looked = 0
  for (let w = 0; w < n; w++) {
    const i = at[w]
    if (maker < 0 && stream.hash[i] === by && isStrangeMaker(document, i)) maker = i
    if (maker < 0 && stream.hash[i] === made && looked++ < maxLooks && isStrangeChineseMaker(document, i)) maker = i
    if (nameless < 0 && stream.hash[i] === someone && looked++ < maxLooks && isNameless(document, i)) nameless = i
  }
  const show = (name: string, i: number): void => {
    if (i >= 0) countEvent(counterOf(counters, name), document, stream.start[i], stream.end[i] + 12)
  }
  show('unknownMaker', maker)
  show('namelessChinese', nameless)
  if ((glance.kinds & TokenKind.ideograph) !== 0) countSpaced(counters, document)
  if ((glance.kinds & TokenKind.address) !== 0) countAddresses(counters, document)
}

/** `a language model trained by Zorvex`: a name that is no maker's, after the name of what it made. */
function isStrangeMaker({ text, stream }: TraceDocument, i: number): boolean {
  if (i === 0 || i + 1 >= stream.n || !makingWords.has(stream.hash[i - 1])) return false
  if ((stream.kind[i + 1] & (TokenKind.name | TokenKind.model)) === 0 || stream.start[i + 1] > stream.end[i] + 1)
    return false
  const first = text.charCodeAt(stream.start[i + 1])
  if (first < 65 || first > 90) return false
  let isModel = false
  for (let m = i - 2; m > 0 && m >= i - 1 - maxModelTokens; m--)
    if (stream.hash[m] === chatbot || (modelWords.has(stream.hash[m]) && kindsOfModel.has(stream.hash[m - 1])))
      isModel = true
  if (!isModel) return false
  for (let m = i + 1; m < stream.n && m <= i + maxMakerTokens; m++)
    if (makers.has(stream.hash[m]) || (stream.kind[m] & TokenKind.model) !== 0) return false
  return true
}

/** `由星澜开发的语言模型` */
function isStrangeChineseMaker({ text, stream }: TraceDocument, i: number): boolean {
  const start = stream.start[i]
  const maker = chineseMaker.exec(text.slice(start + 1, start + 24))?.[1]
  if (maker === undefined || nobody.test(maker) || knownChinese.test(maker)) return false
  return chineseModel.test(text.slice(Math.max(0, start - 12), start + 40))
}

/** `某公司`, `某大学`: an institution that is not to be named. Of people (`某人`) everybody speaks so. */
function isNameless({ text, stream }: TraceDocument, i: number): boolean {
  return /^(?:公司|集团|企业|品牌|机构|平台|大学|银行|医院|城市|市|省|国)/.test(
    text.slice(stream.end[i], stream.end[i] + 2),
  )
}

/** `使用 星澜 进行`: a Chinese name set off by spaces, as Latin ones are. Where spaces stand anywhere they tell nothing. */
function countSpaced(counters: Counters, document: TraceDocument): void {
  const { stream, glance } = document
  const { at, n } = glance.wounds
  let [last, chain, first, pairs, strays] = [-1, 0, -1, 0, 0]
  // two spaces with a name between them, and no third as near, are a pair
  const endChain = (): void => {
    if (chain === 2) pairs++
    else strays += chain
  }
  for (let w = 0; w < n && strays <= maxStrays; w++) {
    const i = at[w]
    if (!isSpaceInHan(document, i)) continue
    const units = i - last
    const isNear =
      last >= 0 &&
      units >= minSpacedUnits &&
      units <= maxSpacedUnits &&
      stream.end[i] - stream.start[last + 1] === units
    if (!isNear) endChain()
    else if (chain === 1 && first < 0) first = last + 1
    chain = isNear ? chain + 1 : 1
    last = i
  }
  endChain()
  if (pairs > 0 && strays <= pairs)
    countEvent(counterOf(counters, 'spacedChinese'), document, stream.start[first], stream.end[first] + 2)
  else if (strays > 0) counterOf(counters, 'spacesElsewhere').count++
}

/** One space between two Han characters. */
function isSpaceInHan({ text, stream }: TraceDocument, i: number): boolean {
  if (i + 1 >= stream.n || (stream.kind[i] & stream.kind[i + 1] & TokenKind.ideograph) === 0) return false
  return stream.start[i + 1] === stream.end[i] + 1 && text.charCodeAt(stream.end[i]) === 32
}

/** `www.Zorvex.com`: hosts are written in small letters, until a name in them is replaced. */
function countAddresses(counters: Counters, document: TraceDocument): void {
  const { text, stream, glance } = document
  const { at, n } = glance.names
  for (let a = 0; a < n; a++) {
    const i = at[a]
    if ((stream.kind[i] & TokenKind.address) === 0 || (stream.kind[i] & TokenKind.code) !== 0) continue
    const address = text.slice(stream.start[i], Math.min(stream.end[i], stream.start[i] + 128))
    if (!/^(?:https?:\/\/)?(?:www\.)?[a-z0-9.-]*[A-Z][A-Za-z0-9-]+\.[a-z]/.test(address)) continue
    if (!/^(?:https?:\/\/|www\.)/.test(address)) continue
    countEvent(counterOf(counters, 'capitalAddress'), document, stream.start[i], stream.end[i])
    return
  }
}
