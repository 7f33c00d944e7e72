/**
 * Bench: finds what an anonymiser would replace. Text → mentions with kind and place. Lists and capital letters
 * only, on purpose independent of the product's own masking, which is measured against it. Both errors occur, as
 * they do in real anonymisers: titles taken for names, rare names missed at the head of a sentence.
 */
import { findWords, type Word } from './draft.ts'
import { models, organisations, technical } from './lexicon/brands.ts'
import {
  zhFamilyNames,
  zhGivenNames,
  zhModels,
  zhOrganisations,
  zhPlaces,
  zhTransliteration,
} from './lexicon/chinese.ts'
import { ambiguous, common } from './lexicon/common.ts'
import { familyNames, givenNames } from './lexicon/people.ts'
import { cities, countries } from './lexicon/places.ts'

export type MentionKind = 'person' | 'organisation' | 'place' | 'name' | 'model' | 'number' | 'date' | 'contact'

/** One thing that bears identity. */
export interface Mention {
  kind: MentionKind
  text: string
  start: number
  end: number
}

const given = new Set(givenNames)
const family = new Set(familyNames)

/** Lists of several words, by first word, longest first. */
const phrases = new Map<string, { words: string[]; kind: MentionKind }[]>()
for (const [kind, entries] of [
  ['model', models],
  ['organisation', organisations],
  ['place', countries],
  ['place', cities],
] as const) {
  for (const entry of entries) {
    const parts = findWords(entry).map(word => word.text)
    const held = phrases.get(parts[0]!) ?? []
    held.push({ words: parts, kind })
    phrases.set(parts[0]!, held)
  }
}
for (const held of phrases.values()) held.sort((a, b) => b.words.length - a.words.length)

const capital = /^\p{Lu}/u
const organisationTail =
  /^(?:Inc|Corp|Corporation|Ltd|LLC|Company|Co|Group|University|College|Institute|Foundation|Bank|Museum|Hospital|Association|Agency|Department|Ministry|Press|Records|Studios|Academy|School|Church|Party|Union|Council)$/
const placeTail =
  /^(?:City|County|River|Lake|Mountain|Mountains|Island|Islands|Street|Avenue|Road|Bridge|Park|Bay|Valley|Ocean|Sea|Desert|Beach|Airport|Station|Square|Castle|Palace)$/
const personTitle = /(?:Mr|Mrs|Ms|Dr|Prof|Sir|Lady|Lord|President|Queen|King|Captain|Aunt|Uncle|Professor|Doctor)\.?\s$/

/** True where a capital letter says nothing: head of text, line, sentence, list item, quotation or heading. */
function isOpening(text: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - 12), at)
  return at === 0 || /(?:^|[\n.!?:;|]|[-*•#>]|\d[.)])[\s"“”'‘’*_#>()[\]`-]*$/.test(before)
}

/** Lines in which most words are capitalised are headings or titles; their capitals say nothing. */
function findHeadings(text: string): (at: number) => boolean {
  const spans: [number, number][] = []
  for (const line of text.matchAll(/[^\n]+/g)) {
    const words = line[0].match(/\p{L}{2,}/gu) ?? []
    const high = words.filter(word => capital.test(word)).length
    if (words.length >= 2 && words.length <= 14 && high / words.length >= 0.6) {
      spans.push([line.index, line.index + line[0].length])
    }
  }
  return at => spans.some(([start, end]) => at >= start && at < end)
}

const stem = (word: string): string => word.replace(/['’]s$/, '')
const adjacent = (text: string, a: Word, b: Word): boolean => /^\.? $/.test(text.slice(a.end, b.start))

function matchPhrase(text: string, words: Word[], at: number): { n: number; kind: MentionKind } | undefined {
  for (const phrase of phrases.get(stem(words[at]!.text)) ?? phrases.get(words[at]!.text) ?? []) {
    const n = phrase.words.length
    if (at + n > words.length) continue
    const last = words[at + n - 1]!
    if (last.end - words[at]!.start > 60) continue
    if (phrase.words.every((word, i) => words[at + i]!.text === word || stem(words[at + i]!.text) === word)) {
      const between = text.slice(words[at]!.end, last.start)
      if (n === 1 || !between.includes('\n')) return { n, kind: phrase.kind }
    }
  }
}

/** Decides for each capitalised word whether it is part of a name. */
function markNames(text: string, words: Word[]): boolean[] {
  const inHeading = findHeadings(text)
  const lower = new Set(words.filter(word => !capital.test(word.text)).map(word => word.text))
  const inside = new Set<string>()
  const opening = words.map(word => isOpening(text, word.start) || inHeading(word.start))
  words.forEach((word, i) => {
    if (!opening[i] && capital.test(word.text)) inside.add(stem(word.text))
  })
  const isNamed = (word: Word, i: number): boolean => {
    const name = stem(word.text)
    if (!capital.test(name) || technical.has(name) || technical.has(word.text) || /^\p{Lu}[\p{Lu}\d]*$/u.test(name)) {
      return false
    }
    const known = given.has(name) || family.has(name)
    if (!opening[i]) return known || !common.has(name.toLowerCase()) || name.length > 9
    if (known && !ambiguous.has(name)) return true
    if (common.has(name.toLowerCase()) || lower.has(name.toLowerCase())) return false
    const next = words[i + 1]
    const full = next && adjacent(text, word, next) && !inHeading(word.start) && isNamed(next, i + 1)
    return inside.has(name) || Boolean(full)
  }
  return words.map(isNamed)
}

function nameKind(text: string, run: Word[], start: number): MentionKind {
  const names = run.map(word => stem(word.text))
  if (organisationTail.test(names.at(-1)!)) return 'organisation'
  if (placeTail.test(names.at(-1)!)) return 'place'
  if (given.has(names[0]!) || family.has(names.at(-1)!)) return 'person'
  const before = text.slice(Math.max(0, start - 12), start)
  if (personTitle.test(before)) return 'person'
  if (/\b(?:in|at|from|near|to)\s(?:the\s)?$/.test(before) && run.length < 3) return 'place'
  return 'name'
}

const monthName =
  '(?:January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)'
const valuePatterns: [MentionKind, RegExp][] = [
  ['contact', /\bhttps?:\/\/[^\s)\]>"']+|\bwww\.[^\s)\]>"']+|\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?<!\w)@[A-Za-z]\w{2,}/g],
  ['contact', /(?<!\d)(?:\+?\d{1,2}[ -])?\(?\d{3}\)?[ -]\d{3}[ -]\d{4}(?!\d)/g],
  [
    'date',
    new RegExp(
      `\\b${monthName}\\.? \\d{1,2}(?:st|nd|rd|th)?(?:,? \\d{4})?\\b|\\b\\d{1,2}(?:st|nd|rd|th)?(?: of)? ${monthName}(?:,? \\d{4})?\\b|\\b${monthName} \\d{4}\\b`,
      'g',
    ),
  ],
  ['date', /\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}\/\d{1,2}\/\d{2,4}\b|\b(?:1[5-9]\d\d|20[0-4]\d)(?:s\b|\b)/g],
  ['date', /\d{2,4}年(?:\d{1,2}月(?:\d{1,2}[日号])?)?|\d{1,2}月\d{1,2}[日号]/g],
  ['number', /\d+(?:[.,]\d+)*/g],
]

/** Numbers, dates, addresses; not the numbers of a list. */
export function findValues(text: string): Mention[] {
  const found: Mention[] = []
  for (const [kind, pattern] of valuePatterns) {
    for (const match of text.matchAll(pattern)) {
      const start = match.index
      const end = start + match[0].length
      if (kind === 'number' && /(?:^|\n)\s*$/.test(text.slice(Math.max(0, start - 8), start))) {
        if (/^[.)、:]/.test(text.slice(end, end + 1))) continue
      }
      if (kind === 'number' && /[\p{Script=Latin}_]/u.test(text.slice(start - 1, start) + text.slice(end, end + 1))) {
        continue
      }
      found.push({ kind, text: match[0], start, end })
    }
  }
  return dropOverlaps(found)
}

/** Keeps the earlier listed of two mentions that overlap; result in order of place. */
function dropOverlaps(mentions: Mention[]): Mention[] {
  const kept: Mention[] = []
  const taken = new Set<number>()
  for (const mention of mentions) {
    let free = true
    for (let i = mention.start; i < mention.end && free; i++) free = !taken.has(i)
    if (!free) continue
    for (let i = mention.start; i < mention.end; i++) taken.add(i)
    kept.push(mention)
  }
  return kept.sort((a, b) => a.start - b.start)
}

function findLatinNames(text: string): Mention[] {
  const words = findWords(text)
  const named = markNames(text, words)
  const found: Mention[] = []
  for (let i = 0; i < words.length; i++) {
    const first = words[i]!
    const phrase =
      capital.test(first.text) || /^(?:eBay|iPhone|iPad|xAI)/.test(first.text) ? matchPhrase(text, words, i) : undefined
    const alone = phrase?.n === 1
    const doubtful = alone && ambiguous.has(stem(first.text)) && isOpening(text, first.start)
    const grows = alone && named[i] && i + 1 < words.length && named[i + 1] && adjacent(text, first, words[i + 1]!)
    if (phrase && !doubtful && !grows) {
      const last = words[i + phrase.n - 1]!
      const end = last.start + stem(last.text).length
      found.push({ kind: phrase.kind, text: text.slice(first.start, end), start: first.start, end })
      i += phrase.n - 1
      continue
    }
    if (!named[i]) continue
    let j = i
    while (j + 1 < words.length && named[j + 1] && adjacent(text, words[j]!, words[j + 1]!)) {
      if (stem(words[j]!.text) !== words[j]!.text || matchPhrase(text, words, j + 1)?.kind === 'model') break
      j++
    }
    const run = words.slice(i, j + 1)
    const end = words[j]!.start + stem(words[j]!.text).length
    found.push({ kind: nameKind(text, run, first.start), text: text.slice(first.start, end), start: first.start, end })
    i = j
  }
  return found
}

const quote = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
const anyOf = (list: readonly string[]): string =>
  [...list]
    .sort((a, b) => b.length - a.length)
    .map(quote)
    .join('|')
const zhPatterns: [MentionKind, RegExp][] = [
  ['model', new RegExp(anyOf(zhModels), 'g')],
  ['organisation', new RegExp(anyOf(zhOrganisations), 'g')],
  [
    'organisation',
    /(?<=[，。、；：！？\s“（《在和与是由向对从]|^)\p{Script=Han}{2,6}(?:公司|大学|医院|集团|银行|学院|研究所|协会|基金会|出版社|博物馆)/gu,
  ],
  ['place', new RegExp(`(?:${anyOf(zhPlaces)})(?:省|市|县|区)?`, 'g')],
  ['person', new RegExp(`(?:${anyOf(zhFamilyNames)})(?:${anyOf(zhGivenNames)})(?!\\p{Script=Han}?[的了]?性)`, 'gu')],
  ['person', new RegExp(`(?:小|老)(?:${anyOf(zhFamilyNames)})(?=[，。、；：！？的说和])`, 'gu')],
  ['person', new RegExp(`(?:${anyOf(zhFamilyNames)})(?=先生|女士|教授|医生|老师|总|博士|经理)`, 'gu')],
  ['person', new RegExp(`[${zhTransliteration}]{1,6}(?:·[${zhTransliteration}]{1,6}){1,2}`, 'g')],
  ['name', /(?<=《)[^》\n]{2,20}(?=》)/g],
]

function findHanNames(text: string): Mention[] {
  const found: Mention[] = []
  for (const [kind, pattern] of zhPatterns) {
    for (const match of text.matchAll(pattern)) {
      found.push({ kind, text: match[0], start: match.index, end: match.index + match[0].length })
    }
  }
  return found
}

/** Names of people, organisations, places, products and models, in order of place, disjoint. */
export function findNames(text: string, lang: string): Mention[] {
  const addresses = findValues(text).filter(mention => mention.kind !== 'number')
  const found = lang === 'zh' ? [...findHanNames(text), ...findLatinNames(text)] : findLatinNames(text)
  return dropOverlaps([...addresses, ...found]).filter(mention => mention.kind !== 'date' && mention.kind !== 'contact')
}

/** All that bears identity: names, numbers, dates, addresses. */
export function findMentions(text: string, lang: string): Mention[] {
  return dropOverlaps([...findNames(text, lang), ...findValues(text)])
}
