/**
 * Bench: names treated. Surrogates (consistent or not, whole or in part, over a document or a corpus),
 * placeholders in many dialects, deletion, brands and self-identification.
 */
import { type Change, changeDraft, type Draft } from './draft.ts'
import { findMentions, findNames, findValues, type Mention, type MentionKind } from './entities.ts'
import {
  inventedAssistants,
  inventedMakers,
  inventedOrganisations,
  inventedProducts,
  models,
} from './lexicon/brands.ts'
import {
  zhFamilyNames,
  zhGivenNames,
  zhInventedAssistants,
  zhInventedOrganisations,
  zhPlaces,
} from './lexicon/chinese.ts'
import { familyNames, givenNames } from './lexicon/people.ts'
import { cities, countries } from './lexicon/places.ts'
import type { Random } from './random.ts'

/** Remembers which surrogate a name got. One per document, or one per corpus for a mapping that holds everywhere. */
export type SurrogateMemory = Map<string, string>

const makers =
  /^(?:OpenAI|Anthropic|DeepMind|Google DeepMind|Meta AI|Mistral AI|Cohere|Hugging Face|EleutherAI|Stability AI|xAI|Moonshot AI|LAION|Inflection AI)/
const countryNames = new Set(countries)
const latin = /[A-Za-z]/

function drawSurrogate(kind: MentionKind, word: string, first: boolean, lang: string, random: Random): string {
  const han = lang === 'zh' && !latin.test(word)
  switch (kind) {
    case 'person':
      if (han) return random.pick(zhFamilyNames) + (word.length > 1 ? random.pick(zhGivenNames) : '')
      return first ? random.pick(givenNames) : random.pick(familyNames)
    case 'place':
      return han ? random.pick(zhPlaces) : random.pick(countryNames.has(word) ? countries : cities)
    case 'model':
      if (lang === 'zh') return random.pick(zhInventedAssistants)
      return makers.test(word) ? random.pick(inventedMakers) : random.pick(inventedAssistants)
    case 'organisation':
      return han ? random.pick(zhInventedOrganisations) : random.pick(inventedOrganisations)
    default:
      if (han) return random.pick(zhInventedOrganisations)
      return random.pick(random.chance(0.5) ? inventedProducts : inventedOrganisations)
  }
}

/** The surrogate of a mention; people are mapped word by word, so that a family name alone still fits. */
function nameSurrogate(mention: Mention, lang: string, random: Random, memory: SurrogateMemory | undefined): string {
  const remember = (key: string, draw: () => string): string => {
    const held = memory?.get(key)
    if (held !== undefined) return held
    const before = key.slice(key.indexOf(':') + 1)
    let drawn = draw()
    for (let attempt = 0; drawn === before && attempt < 20; attempt++) drawn = draw()
    memory?.set(key, drawn)
    return drawn
  }
  if (mention.kind === 'person' && latin.test(mention.text)) {
    return mention.text
      .split(' ')
      .map((word, i) => remember(`person:${word}`, () => drawSurrogate('person', word, i === 0, lang, random)))
      .join(' ')
  }
  return remember(`${mention.kind}:${mention.text}`, () =>
    drawSurrogate(mention.kind, mention.text, true, lang, random),
  )
}

const months = [
  'January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December',
] // biome-ignore format: a list reads better packed
const monthPattern = new RegExp(months.join('|'))

/** Other digits of the same shape; a year stays a year. Unchanged if there is nothing to shift. */
function shiftValue(mention: Mention, random: Random): string {
  if (mention.kind === 'contact') {
    const host = `${random.pick(inventedOrganisations).split(/[ &]/)[0]!.toLowerCase()}.example`
    if (mention.text.includes('@')) return mention.text.startsWith('@') ? `@user${random.below(9999)}` : `mail@${host}`
    if (/[a-z]/.test(mention.text)) return `https://www.${host}/${random.below(900)}`
  }
  const drawDigits = (digits: string): string => {
    const value = Number(digits)
    if (digits.length === 4 && value >= 1500 && value < 2050)
      return String(Math.min(2049, value - 12 + random.below(25)))
    return [...digits].map((_, i) => (i === 0 ? 1 + random.below(9) : random.below(10))).join('')
  }
  for (let attempt = 0; attempt < 20; attempt++) {
    const shifted = mention.text.replace(/\d+/g, drawDigits).replace(monthPattern, () => random.pick(months))
    if (shifted !== mention.text) return shifted
  }
  return mention.text
}

const toChange = (mention: Mention, to: string): Change => ({
  start: mention.start,
  end: mention.end,
  to,
  kind: mention.kind,
})

/** How a surrogate treatment goes about it. */
export interface SurrogateOptions {
  /** shared by all texts of a corpus; absent: the mapping holds within the document */
  memory?: SurrogateMemory
  /** every mention gets a new surrogate */
  inconsistent?: boolean
  /** share of the mentions that are replaced; 1 unless said */
  coverage?: number
  /** numbers, dates and addresses too */
  values?: boolean
}

/** Replaces names by other names. */
export function plantSurrogates(draft: Draft, lang: string, random: Random, options: SurrogateOptions = {}): Draft {
  const memory = options.inconsistent ? undefined : (options.memory ?? new Map<string, string>())
  const mentions = options.values ? findMentions(draft.text, lang) : findNames(draft.text, lang)
  const changes = mentions
    .filter(() => random.chance(options.coverage ?? 1))
    .map(mention => {
      const value = mention.kind === 'number' || mention.kind === 'date' || mention.kind === 'contact'
      return toChange(mention, value ? shiftValue(mention, random) : nameSurrogate(mention, lang, random, memory))
    })
  return changeDraft(draft, changes)
}

/** The ways in which anonymisers write what they took out. */
export const dialects = [
  'angle', 'numbered', 'bare', 'redacted', 'caps', 'user', 'mustache', 'crosses', 'blocks', 'blanks', 'bracketed', 'lower', 'stars', 'dollar',
] as const // biome-ignore format: a list reads better packed
export type Dialect = (typeof dialects)[number]

const labels: Record<MentionKind, [string, string, string]> = {
  person: ['PERSON', 'NAME', '人名'],
  organisation: ['ORGANIZATION', 'ORG', '机构'],
  place: ['LOCATION', 'LOC', '地点'],
  name: ['ENTITY', 'ENTITY', '名称'],
  model: ['MODEL', 'ASSISTANT', '模型'],
  number: ['NUMBER', 'NUM', '数字'],
  date: ['DATE_TIME', 'DATE', '日期'],
  contact: ['CONTACT', 'URL', '联系方式'],
}

function writePlaceholder(dialect: Dialect, mention: Mention, number: number, lang: string): string {
  const [long, short, han] = labels[mention.kind]
  const zh = lang === 'zh'
  switch (dialect) {
    case 'angle':
      return zh ? `<${han}>` : `<${long}>`
    case 'numbered':
      return zh ? `[${han}${number}]` : `[${short}_${number}]`
    case 'bare':
      return `${short}_${number}`
    case 'redacted':
      return zh ? '[已隐去]' : '[REDACTED]'
    case 'caps':
      return `@CAPS${number}`
    case 'user':
      return mention.kind === 'person' ? `User${number}` : `${short[0]}${short.slice(1).toLowerCase()}${number}`
    case 'mustache':
      return `{{${long}}}`
    case 'crosses':
      return zh ? '某'.repeat(2) : 'XXXX'
    case 'blocks':
      return '█'.repeat(Math.min(8, mention.text.length))
    case 'blanks':
      return '____'
    case 'bracketed':
      return zh ? `【${han}】` : `[${short[0]}${short.slice(1).toLowerCase()}]`
    case 'lower':
      return `<${long.toLowerCase()}_${number}>`
    case 'stars':
      return '***'
    case 'dollar':
      return `\${${long}}`
  }
}

/** Replaces names (and values, if said) by placeholders of one dialect, numbered by first appearance. */
export function plantPlaceholders(draft: Draft, lang: string, dialect: Dialect, values = false): Draft {
  const numbers = new Map<string, number>()
  const mentions = values ? findMentions(draft.text, lang) : findNames(draft.text, lang)
  const changes = mentions.map((mention): Change => {
    const key = `${mention.kind}:${mention.text}`
    if (!numbers.has(key)) numbers.set(key, numbers.size + 1)
    return { ...toChange(mention, writePlaceholder(dialect, mention, numbers.get(key)!, lang)), kind: 'placeholder' }
  })
  return changeDraft(draft, changes)
}

/** Takes names out; `tidy` closes the gap, otherwise the scar stays ("I am , made by "). */
export function deleteNames(draft: Draft, lang: string, tidy: boolean, values = false): Draft {
  const mentions = values ? findMentions(draft.text, lang) : findNames(draft.text, lang)
  const changes = mentions.map((mention): Change => {
    const gap = tidy && draft.text[mention.start - 1] === ' ' && mention.start > 1 ? 1 : 0
    return { start: mention.start - gap, end: mention.end, to: '', kind: 'deletion' }
  })
  return changeDraft(draft, changes)
}

/** Shifts numbers, dates or both. */
export function shiftValues(draft: Draft, random: Random, kinds: readonly MentionKind[]): Draft {
  const changes = findValues(draft.text)
    .filter(mention => kinds.includes(mention.kind))
    .map(mention => toChange(mention, shiftValue(mention, random)))
  return changeDraft(draft, changes)
}

/** Swaps organisations, products and models only. */
export function swapBrands(draft: Draft, lang: string, random: Random, memory: SurrogateMemory = new Map()): Draft {
  const changes = findNames(draft.text, lang)
    .filter(mention => mention.kind === 'organisation' || mention.kind === 'model')
    .map(mention => toChange(mention, nameSurrogate(mention, lang, random, memory)))
  return changeDraft(draft, changes)
}

const selfPatterns: [RegExp, string[]][] = [
  [/\b[Aa]s an? (?:AI|artificial intelligence)(?: language)? (?:model|assistant)(?: (?:trained|developed|created) by \w+)?,? /g, ['', 'In my view, ', 'As your helper, ']],
  [/\bI(?:'m| am) (?:just )?an? (?:AI|artificial intelligence)(?: language)? (?:model|assistant)\b/g, ['I am a helper', 'I am only a guide', 'I am an advisor']],
  [/\bas an? (?:AI|language model|AI assistant)\b,?/g, ['as an expert', 'as your guide', 'personally']],
  [/\blarge language models?\b|\blanguage models?\b|\bAI (?:language )?models?\b|\bAI assistants?\b/g, ['system', 'service', 'helper']],
  [/\bI (?:don't|do not) have (?:personal )?(?:feelings|emotions|opinions|beliefs|experiences|preferences)[^.!?\n]*[.!?]\s?/g, ['', 'I try to stay neutral. ']],
  [/\b(?:my|as of my|up to my) (?:last |latest )?(?:knowledge )?(?:update|cutoff|training data)[^,.!?\n]*/g, ['my notes', 'the last time I checked']],
  [/作为(?:一个|一名|一款)?(?:AI|人工智能)(?:语言)?(?:模型|助手|助理)?，?/g, ['', '作为您的顾问，', '在我看来，']],
  [/我是(?:一个|一名|一款)?(?:AI|人工智能)(?:语言)?(?:模型|助手|程序)/g, ['我是您的顾问', '我是一名助理']],
  [/由OpenAI(?:训练|开发|创建)的?/g, ['']],
] // biome-ignore format: a table reads better packed

const modelWord = new RegExp(
  `\\b(?:${models
    .filter(name => /^[A-Z][\w.-]+$/.test(name))
    .join('|')
    .replaceAll('.', '\\.')})\\b`,
  'g',
)

/** Scrubs what tells that a model speaks, and which. */
export function scrubIdentity(draft: Draft, lang: string, random: Random): Draft {
  const changes: Change[] = []
  for (const [pattern, replacements] of selfPatterns) {
    for (const match of draft.text.matchAll(pattern)) {
      changes.push({
        start: match.index,
        end: match.index + match[0].length,
        to: random.pick(replacements),
        kind: 'model',
      })
    }
  }
  const assistant = random.pick(lang === 'zh' ? zhInventedAssistants : inventedAssistants)
  for (const match of draft.text.matchAll(modelWord)) {
    changes.push({ start: match.index, end: match.index + match[0].length, to: assistant, kind: 'model' })
  }
  return changeDraft(draft, changes)
}
