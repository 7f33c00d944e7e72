/**
 * explain: one replaced run → its kind.
 *
 * The label of a placeholder decides first, then form (addresses, dates, numbers), then the name lists, then
 * for ordinary words spelling (edit distance), inflection (Porter stem) and synonyms (one content word for
 * another). Namesakes and title case give wrong kinds; they change no figure but the kind itself.
 */
import levenshtein from 'fast-levenshtein'
import { type EditKind, identityBits, TokenKind } from '../types.ts'
import { nameStandIn } from './dialects.ts'
import { chinese, english, maxChineseEntry, plainWord, stemWord } from './lexicon.ts'
import { areAlike, areSpellings, areSynonyms, isKnownWord, isListedWord } from './synonyms.ts'

/** Kinds of edits that change who, what or when is named. */
export const identityKinds: ReadonlySet<EditKind> = new Set<EditKind>([
  'person',
  'organisation',
  'place',
  'name',
  'number',
  'date',
  'contact',
  'model',
  'placeholder',
])

/** A replaced run: its text on both sides, the token kinds found in it, and what stands around it in the reference. */
export interface Replacement {
  from: string
  to: string
  /** OR of the `TokenKind` bits of the reference tokens */
  fromBits: number
  /** OR of the `TokenKind` bits of the suspect tokens */
  toBits: number
  /** some characters of the reference before and behind the run */
  before: string
  after: string
}

/** Runs longer than this are judged by their first units; edit distance is quadratic. */
const maxJudgedUnits = 2000
/** Words of four letters and more may differ by a quarter of their letters and still be a spelling of each other. */
const minSpellingUnits = 4
const spellingShare = 0.26

const han = /\p{Script=Han}/u
const placeholderLabels: [RegExp, EditKind][] = [
  [
    /E-?MAIL|PHONE|TEL|FAX|MOBILE|URL|LINK|WEBSITE|DOMAIN|\bIP|SSN|CARD|IBAN|ACCOUNT|电话|手机|邮箱|网址|链接/i,
    'contact',
  ],
  [/PERSON|FIRST_?NAME|LAST_?NAME|SURNAME|FULL_?NAME|USER|SPEAKER|INDIVIDUAL|姓名|人名|名字|用户/i, 'person'],
  [
    /\bORG|COMPAN|CORP|FIRM|EMPLOYER|CREATOR|DEVELOPER|UNIVERSITY|SCHOOL|HOSPITAL|公司|机构|组织|单位|学校|医院/i,
    'organisation',
  ],
  [/\bLOC|GPE|PLACE|CITY|STATE|COUNTRY|REGION|ADDRESS|STREET|ZIP|地名|地点|地址|城市|国家/i, 'place'],
  [/DATE|TIME|YEAR|MONTH|\bDAY|日期|时间/i, 'date'],
  [/NUM|AGE|MONEY|AMOUNT|PRICE|PERCENT|QUANTITY|数字|编号|年龄/i, 'number'],
  [/MODEL|ASSISTANT|\bAI\b|模型/i, 'model'],
]
const month =
  '(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)'
const monthBefore = new RegExp(`\\b${month}\\.? $`, 'i')
const monthAfter = new RegExp(`^(?:st|nd|rd|th)? (?:of )?${month}\\b`, 'i')
const dateForm =
  /^(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}|\d{1,2}\/\d{1,2}\/\d{2}|(?:1[5-9]|20)\d\ds?(?:[-–](?:1[5-9]|20)\d\ds?)?)$/
/** Characters of sentences that stand in hardly any name. */
const sentenceWord = /[的了是在也他她你我们]/
/** What is counted, so that 2000 before it is no year. */
const chineseMeasure = /^\s?[万亿千百元人名个件种次米克吨台辆条位岁倍]/
const chineseNumber = /^[零〇一二三四五六七八九十百千万亿两半几\d.]+$/

/** The kind of a replacement (`replace` edits). Deterministic; linear but for the edit distance of short words. */
export function judgeKind(replacement: Replacement): EditKind {
  const r = { ...replacement, from: clip(replacement.from), to: clip(replacement.to) }
  const bits = r.fromBits | r.toBits
  if ((r.toBits & TokenKind.placeholder) !== 0 || nameStandIn(r.to) !== null) return judgePlaceholder(r)
  const byForm = judgeByForm(r)
  if (byForm !== null) return byForm
  if ((bits & TokenKind.code) !== 0)
    return judgeName(r.from, r.before, r.after) ?? ((bits & identityBits) !== 0 ? 'identifier' : 'wording')
  const words = judgeWords(r)
  return words === 'wording' || words === 'synonym' ? (judgeByLists(r) ?? words) : words
}

function clip(text: string): string {
  return text.length > maxJudgedUnits ? text.slice(0, maxJudgedUnits) : text
}

/** What stood where the placeholder stands now: the label says, else the replaced text, else it stays open. */
function judgePlaceholder(r: Replacement): EditKind {
  for (const [label, kind] of placeholderLabels) if (label.test(r.to)) return kind
  return judgeByForm({ ...r, to: r.from, toBits: 0 }) ?? judgeName(r.from, r.before, r.after) ?? 'placeholder'
}

/** Kinds that show in the form: addresses, model names, dates, numbers. */
function judgeByForm(r: Replacement): EditKind | null {
  const bits = r.fromBits | r.toBits
  if ((bits & TokenKind.address) !== 0 || isPhone(r.from)) return 'contact'
  if (isModelName(r.from, r.fromBits) || (isModelName(r.to, r.toBits) && !isMaker(r.from))) return 'model'
  if (isDate(r.from, r.before, r.after) && isDate(r.to, r.before, r.after)) return 'date'
  if (isNumber(r.from, r.fromBits) && isNumber(r.to, r.toBits)) return 'number'
  if (isMaker(r.from)) return 'organisation'
  return null
}

function isPhone(text: string): boolean {
  if (!/^[+(]?\d[\d ().-]{6,22}\d$/.test(text)) return false
  const digits = text.replace(/\D/g, '').length
  return (
    digits >= (/^[+(]/.test(text) ? 7 : 9) &&
    digits <= 15 &&
    /^1[3-9]\d{9}$|[ ().-]|^\+/.test(text) &&
    !/(?:19|20)\d\d-/.test(text)
  )
}

function isMaker(text: string): boolean {
  return english.makers.has(plainWord(text))
}

/** A model's own name, as opposed to its maker's. */
function isModelName(text: string, bits: number): boolean {
  if (han.test(text)) for (const model of chinese.models) if (text.includes(model)) return true
  if (english.models.has(text.toLowerCase().replace(/-/g, ' ')) || /^(?:chat)?gpt[- ]?\d?/i.test(text)) return true
  return (bits & TokenKind.model) !== 0 && !text.split(/[\s-]+/).some(isMaker)
}

function isDate(text: string, before: string, after: string): boolean {
  if (/^\d+$/.test(text) && chineseMeasure.test(after)) return false
  if (dateForm.test(text)) return true
  const words = text
    .toLowerCase()
    .split(/[\s,./年月日号-]+/)
    .filter(Boolean)
  const isPlain = words.every(word => /^\d{1,4}(?:st|nd|rd|th)?$/.test(word) || english.months.has(word))
  if (!isPlain || words.length === 0) return /^[〇零一二三四五六七八九十\d]+[年月日号]/.test(text)
  if (words.some(word => english.months.has(word)) || /[年月日号]/.test(text)) return true
  if (/^\s?号/.test(after)) return /月\s?$/.test(before)
  return monthBefore.test(before) || monthAfter.test(after) || /^\s?[年月日]/.test(after)
}

function isNumber(text: string, bits: number): boolean {
  if ((bits & TokenKind.number) !== 0 && /\d/.test(text)) return true
  if (chineseNumber.test(text)) return true
  return text
    .toLowerCase()
    .split(/[\s-]+/)
    .every(word => english.numerals.has(word))
}

/** Kinds that the name lists tell; both sides are asked, the reference first. */
function judgeByLists(r: Replacement): EditKind | null {
  if (isOrdinary(r)) return null
  // the tokeniser takes I'm and It'll for names
  const isNamed = ((r.fromBits | r.toBits) & TokenKind.name) !== 0 || isListedAtOpening(r)
  if (isContraction(r.from, r.to) || isContraction(r.to, r.from)) return null
  if (han.test(r.from) || han.test(r.to)) return judgeChinese(r) ?? (isNamed || isTitle(r) ? 'name' : null)
  if (!isNamed) return null
  const from = judgeName(r.from, r.before, r.after)
  if (from === null && isTitleWord(r)) return null
  return from ?? judgeName(r.to, r.before, r.after) ?? 'name'
}

/** `《五轮书》`: all that stands between the marks of a title. */
function isTitle(r: Replacement): boolean {
  return r.before.endsWith('《') && r.after.startsWith('》')
}

/** `Tom` → `Valentina` at the start of a sentence, where the capital says nothing: both are words, one a listed name. */
function isListedAtOpening(r: Replacement): boolean {
  if ((r.fromBits & r.toBits & TokenKind.opening) === 0) return false
  const isCapitalised = (text: string): boolean => /^\p{Lu}\p{L}+$/u.test(text)
  if (!isCapitalised(r.from) || !isCapitalised(r.to)) return false
  const known = [r.from, r.to].map(text => isKnownWord(text) || english.functionWords.has(plainWord(text)))
  return !known[0] && !known[1] && (judgeName(r.from, '', '') ?? judgeName(r.to, '', '')) !== null
}

/** `I'm`, `It'll`, `You're` beside `I`, `It`, `You are`, or other words. */
function isContraction(short: string, long: string): boolean {
  const base = /^(\p{L}+)['’](?:m|s|d|t|ll|re|ve)$/iu.exec(short)?.[1]
  if (base === undefined || !/^(?:i|you|he|she|it|we|they|there|that|what|who|how|where|let)$/i.test(base))
    return /^I(?: |$)/.test(short)
  return long.toLowerCase().startsWith(base.toLowerCase())
}

/** An unlisted word with a capital that became one without, or two ordinary words: words of a title, not names. */
function isTitleWord(r: Replacement): boolean {
  if (!/^[A-Z][a-z'’-]*$/.test(r.from) || !/^[A-Za-z][a-z'’-]*$/.test(r.to)) return false
  return /^[a-z]/.test(r.to) || (isKnownWord(r.from) && isKnownWord(r.to))
}

/** Person, organisation or place by lists and context; null when nothing tells. */
function judgeName(text: string, before: string, after: string): EditKind | null {
  if (han.test(text)) return judgeChineseName(text, after)
  const words = text
    .split(/[\s,.&-]+/)
    .map(plainWord)
    .filter(Boolean)
  if (words.length === 0) return null
  const whole = words.join(' ')
  const last = words[words.length - 1]
  if (english.organisationPhrases.has(whole)) return 'organisation'
  if (english.placePhrases.has(whole)) return 'place'
  if (words.length > 1 && english.organisationSuffixes.has(last)) return 'organisation'
  const beforeWord = plainWord(/([A-Za-z]+)\.? $/.exec(before)?.[1] ?? '')
  if (english.honorifics.has(words[0]) || english.honorifics.has(beforeWord)) return 'person'
  if (words.length > 1 && english.givenNames.has(words[0])) return 'person'
  if (words.some(word => english.organisations.has(word))) return 'organisation'
  if (words.length > 1 && english.placeSuffixes.has(last)) return 'place'
  if (english.places.has(words[0]) || english.places.has(last)) return 'place'
  if (english.givenNames.has(words[0]) || english.surnames.has(last)) return 'person'
  // a word of a name of which the rest was kept: American Institute, Department of State, Yosemite Park
  if (english.organisationSuffixes.has(last)) return 'organisation'
  return /\p{Lu}\p{L}+ $/u.test(before) && english.placeSuffixes.has(last) ? 'place' : null
}

function judgeChinese(r: Replacement): EditKind | null {
  const from = judgeChineseName(r.from, r.after)
  // whoever puts a place for an ordinary word, or words of a sentence for anything, anonymises nobody
  const isNone = from === null && (isListedWord(r.from) || sentenceWord.test(r.to))
  const to = isNone ? null : judgeChineseName(r.to, r.after)
  // a surname is also an ordinary character: both sides must look like a person, or a title must follow
  if (from === 'person' || to === 'person') {
    if (from === to || chinese.titles.some(title => r.after.startsWith(title))) return 'person'
    return from === 'person' ? (to === null || to === 'person' ? null : to) : from
  }
  return from ?? to
}

/** Ends like a place, and holds no word that none holds. */
function isPlaceByForm(name: string): boolean {
  if (name.length < 3 || name.length > maxChineseEntry || sentenceWord.test(name)) return false
  return chinese.placeSuffixes.has(name[name.length - 1])
}

function judgeChineseName(text: string, after: string): EditKind | null {
  const name = text.trim()
  if (/^\p{Script=Han}{1,8}(?:·\p{Script=Han}{1,8}){1,4}$/u.test(name)) return 'person'
  if (chinese.organisations.has(name)) return 'organisation'
  if (chinese.places.has(name)) return 'place'
  if (name.length >= 3 && chinese.organisationSuffixes.some(suffix => name.endsWith(suffix))) return 'organisation'
  if (isPlaceByForm(name)) return 'place'
  const surname = chinese.compoundSurnames.has(name.slice(0, 2)) ? 2 : chinese.surnames.has(name[0]) ? 1 : 0
  const given = name.slice(surname)
  if (surname === 0 || given.length > 2 || !/^\p{Script=Han}*$/u.test(name)) return null
  if (given.length === 0) return chinese.titles.some(title => after.startsWith(title)) ? 'person' : null
  return [...given].some(character => chinese.functionCharacters.has(character)) ? null : 'person'
}

/** Ordinary words: the same text set otherwise, a spelling, an inflection, a synonym, or other wording. */
function judgeWords(r: Replacement): EditKind {
  const from = r.from.toLowerCase()
  const to = r.to.toLowerCase()
  if (squeeze(from) === squeeze(to) || areSpellings(from, to)) return 'spelling'
  if (/^[a-z]{4,32}$/.test(from) && from !== to && isVariant(from, to)) return 'spelling'
  if (areSynonyms(from, to)) return 'synonym'
  if (/\s/.test(from) || /\s/.test(to)) return 'wording'
  if (han.test(from) && han.test(to)) return areOfOneForm(from, to) ? 'synonym' : 'wording'
  if (isSpelling(from, to)) return 'spelling'
  return areAlike(from, to) ? 'synonym' : 'wording'
}

/** Two Chinese words of one length; characters that changed places are no other word. */
function areOfOneForm(from: string, to: string): boolean {
  if (from.length !== to.length || !/^\p{Script=Han}{1,4}$/u.test(from)) return false
  return [...from].sort().join() !== [...to].sort().join()
}

/** Title case makes names of ordinary words; their forms and listed synonyms give them away. */
function isOrdinary(r: Replacement): boolean {
  const from = r.from.toLowerCase()
  const to = r.to.toLowerCase()
  if (areSynonyms(from, to)) return true
  if (han.test(from)) return false
  if (english.functionWords.has(from) && english.functionWords.has(to)) return true
  const [theirs, ours] = [from.split(/\s+/), to.split(/\s+/)]
  return (
    theirs.length === ours.length &&
    theirs.every((word, i) => stemWord(word) === stemWord(ours[i]) || areSynonyms(word, ours[i]))
  )
}

function squeeze(text: string): string {
  return text.replace(/[\s\-_'’]+/g, '')
}

/** Are two lower-case words spellings of each other, rather than inflections or different words? */
function isSpelling(from: string, to: string): boolean {
  const longer = Math.max(from.length, to.length)
  if (Math.min(from.length, to.length) < minSpellingUnits || longer > 64) return false
  if (isTransposed(from, to) || areSpellings(from, to)) return true
  const distance = levenshtein.get(from, to)
  if (distance > Math.max(1, Math.floor(longer * spellingShare))) return false
  if (isVariant(from, to)) return true
  // an inflection is no misspelling; it shows in the ending
  return stemWord(from) !== stemWord(to) || from.slice(-2) === to.slice(-2) || !/^[a-z]+$/.test(from)
}

/** British and American spellings of one word, whose stems are also equal. */
function isVariant(from: string, to: string): boolean {
  return americanise(from) === americanise(to)
}

function americanise(word: string): string {
  return word
    .replace(/our(?=s|ed|ing|ful|able|ite|$)/, 'or')
    .replace(/is(?=e|ed|es|er|ers|ing|ation|ations)(?=[a-z]+$)/, 'iz')
    .replace(/ys(?=e|ed|es|er|ing)/, 'yz')
    .replace(/tre(?=s?$)/, 'ter')
    .replace(/ll(?=ed|ing|er|ers)/, 'l')
    .replace(/ogue(?=s?$)/, 'og')
    .replace(/ence(?=s?$)/, 'ense')
}

/** The same letters with two neighbours swapped. */
function isTransposed(from: string, to: string): boolean {
  if (from.length !== to.length) return false
  let i = 0
  while (i < from.length && from[i] === to[i]) i++
  return i + 1 < from.length && from[i] === to[i + 1] && from[i + 1] === to[i] && from.slice(i + 2) === to.slice(i + 2)
}
