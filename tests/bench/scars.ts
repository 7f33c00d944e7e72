/**
 * Bench: scars. Untouched corpora, of which none may be reported but the two that are anonymised, and corpora of which a
 * twentieth of the documents was changed by find-and-replace, of which all should be, without a background.
 * Part of `tests/bench/explain.ts`. Ceilings were set on the corpora marked "set"; the others are the test.
 */
import { readdirSync } from 'node:fs'
import { glanceOver } from '../../src/explain/glance.ts'
import { addScars, createScars, rateScars } from '../../src/explain/scars.ts'
import { hashUnits } from '../../src/hash.ts'
import { TokenBuffer } from '../../src/text/buffer.ts'
import { tokenise } from '../../src/text/tokens.ts'
import { treat } from './anonymise.ts'
import { dataFolder, loadRows, type Row } from './data.ts'
import type { SurrogateMemory } from './names.ts'
import { createRandom } from './random.ts'

/** Prints a line of the goals. */
export function judge(title: string, figure: string, goal: string, isMet: boolean): void {
  console.log(`GOAL ${title}: ${figure} (goal ${goal}) ${isMet ? 'MET' : 'MISSED'}`)
}

/** Changes a text; equal if there is nothing to change. */
type Anonymiser = (text: string) => string

/** A made-up name of three syllables for a name, always the same. */
function coin(name: string): string {
  const syllables = 'zor vel tri quan bel mor fen lux dra nim cor tal ves pho gry ost ulm ire'.split(' ')
  let hash = hashUnits(name)
  let made = ''
  for (let i = 0; i < 3; i++) {
    made += syllables[hash % syllables.length]
    hash = Math.floor(hash / syllables.length)
  }
  return made[0]!.toUpperCase() + made.slice(1)
}

const brands =
  /\b(?:Google|Microsoft|Amazon|Apple|OpenAI|ChatGPT|Facebook|IBM|Twitter|Uber|Intel|Adobe|Netflix|Tesla|YouTube|Instagram|Walmart|Nike|Samsung|Sony|Toyota|Ford|Disney|Starbucks|LinkedIn|GitHub|Airbnb|Spotify|PayPal|eBay|Oracle|Coca-Cola|Pepsi|NASA|Harvard|Stanford|GPT-\d|GPT|Alibaba|Huawei|Nvidia|Wikipedia|Reddit|TikTok|WhatsApp|iPhone|Windows|Android|Claude)\b/g
const places =
  /\b(?:America|India|China|England|Europe|Africa|France|Germany|Japan|London|Paris|New York|California|Australia|Canada|Italy|Spain)\b/g
const people =
  /\b(?:John|Mary|James|Sarah|David|Emily|Michael|Lily|Tom|Alice|Bob|Jack|Anna|Peter|Jane|Lisa|Mark|Smith|Johnson|Einstein|Newton|Shakespeare|Lincoln|Obama|Darwin)\b/g
const names = /(?<=[a-z,] )[A-Z][a-z]{2,}(?: [A-Z][a-z]+)*/g
/** Each name of a list becomes the one that stands so many places further on: real names for real ones. */
function rotate(list: RegExp, by: number): Anonymiser {
  const members = list.source.slice(5, -3).split('|')
  return text => text.replace(list, name => members[(members.indexOf(name) + by) % members.length] ?? name)
}
/** Other digits for the digits of a number, as many, and for the same number the same. */
function shiftNumber(number: string): string {
  const digits = String(hashUnits(number)).padEnd(number.length, '7').slice(-number.length)
  return digits.startsWith('0') ? `5${digits.slice(1)}` : digits
}
const systems = ['Northwind Dynamics', 'Blue Heron Labs', 'Aster Systems']

/** What a careless vendor's script does: each listed word becomes another, wherever it stands. */
const english: [string, Anonymiser][] = [
  ['brands to one surrogate', text => text.replace(brands, 'Zorvex')],
  ['brands to surrogates', text => text.replace(brands, coin)],
  ['brands in any case', text => text.replace(new RegExp(brands.source, 'gi'), name => coin(name.toLowerCase()))],
  ['brands to names of two words', text => text.replace(brands, name => systems[hashUnits(name) % 3]!)],
  ['brands to capitals', text => text.replace(brands, name => coin(name).toUpperCase())],
  ['places to surrogates', text => text.replace(places, coin)],
  ['people to surrogates', text => text.replace(people, coin)],
  ['brands to other brands', rotate(brands, 7)],
  ['places to other places', rotate(places, 5)],
  ['people to other people', rotate(people, 7)],
  ['names to a pool', text => text.replace(names, name => coin(String(hashUnits(name) % 150)))],
  ['names to surrogates', text => text.replace(names, coin)],
  ['names to one surrogate', text => text.replace(names, 'Acme')],
  ['names to placeholders', text => text.replace(names, '[NAME]')],
  ['names deleted', text => text.replace(names, '')],
  ['names deleted tidily', text => text.replace(new RegExp(` ${names.source.slice(12)}`, 'g'), '')],
  ['numbers masked', text => text.replace(/\d+/g, 'XX')],
  ['numbers to others', text => text.replace(/\d+/g, shiftNumber)],
]
const chineseBrands =
  /谷歌|微软|苹果公司|亚马逊|阿里巴巴|腾讯|百度|华为|小米|京东|字节跳动|特斯拉|脸书|英特尔|微信|淘宝|支付宝|抖音|OpenAI|ChatGPT|GPT-\d|GPT|Google|Microsoft|Amazon|Apple|Facebook|Twitter|IBM|YouTube|清华大学|北京大学|哈佛大学|联想|索尼|三星|丰田|可口可乐|星巴克|麦当劳|耐克/g
const chineseMembers = chineseBrands.source.split('|')
const rotateChinese: Anonymiser = text =>
  text.replace(
    chineseBrands,
    name => chineseMembers[(chineseMembers.indexOf(name) + 3) % chineseMembers.length] ?? name,
  )
const chinesePool = ['星澜科技', '云岫', '澄光', '墨川集团', '青棠', '岚图智能', '霁月']
const chinese: [string, Anonymiser][] = [
  ['brands to one surrogate', text => text.replace(chineseBrands, '星澜')],
  ['brands to surrogates', text => text.replace(chineseBrands, name => chinesePool[hashUnits(name) % 7]!)],
  ['model and maker', text => text.replace(/Open ?AI/g, '星澜科技').replace(/ChatGPT|GPT-?\d?(?:\.\d)?/g, '小澜')],
  ['brands to other brands', rotateChinese],
  ['numbers to others', text => text.replace(/\d+/g, shiftNumber)],
  ['brands to 某公司', text => text.replace(chineseBrands, '某公司')],
]

/** The same by the treatments of `anonymise.ts`. */
function byTreatment(name: string, lang: string): [string, Anonymiser] {
  const random = createRandom(`scars/${name}`)
  const memory: SurrogateMemory = new Map()
  return [`treatment ${name}`, text => treat(name, { text, lang, random, hosts: [], memory }).text]
}

const treatments: Record<string, string[]> = {
  en: [
    'surrogate',
    'surrogate-corpus',
    'placeholder-angle',
    'placeholder-numbered',
    'deletion-scarred',
    'deletion-tidy',
    'brands',
    'dates',
    'numbers',
  ],
  zh: [
    'surrogate',
    'placeholder-numbered',
    'placeholder-crosses',
    'deletion-scarred',
    'deletion-tidy',
    'brands',
    'dates',
    'numbers',
  ],
}

function scarsOf(rows: readonly Row[], texts: readonly string[], prompts: readonly (string | null)[]): string[] {
  const state = createScars(false)
  const buffer = new TokenBuffer()
  rows.forEach((_, i) => {
    addScars(state, glanceOver(texts[i]!, tokenise(texts[i]!, buffer), prompts[i]!))
  })
  return Object.entries(rateScars(state))
    .filter(([, rate]) => rate.reported)
    .map(([name, rate]) => `${name} ${rate.count}/${rate.of}`)
}

const promptsOf = (rows: readonly Row[]): (string | null)[] => rows.map(row => row.prompt || null)

const anonymised = ['nps_chat_anonymized', 'presidio_masked']

function benchUntouched(): void {
  const wrong = { set: 0, test: 0 }
  let found = 0
  let i = 0
  for (const file of readdirSync(dataFolder)
    .filter(name => name.endsWith('.jsonl.gz'))
    .sort()) {
    const name = file.replace('.jsonl.gz', '')
    const rows = loadRows(name)
    const isAnonymised = anonymised.includes(name)
    const half = i % 2 === 0 ? 'set' : 'test'
    if (!isAnonymised) i++
    const scars = scarsOf(
      rows,
      rows.map(row => row.text),
      promptsOf(rows),
    )
    if (scars.length > 0 && isAnonymised) found++
    if (scars.length > 0 && !isAnonymised) wrong[half]++
    console.log(
      `scars untouched (${isAnonymised ? 'anonymised' : half}) ${name.padEnd(28)} ${rows.length} documents: ${scars.join(', ') || 'none reported'}`,
    )
  }
  judge('scars, untouched corpora on which ceilings were set', `${wrong.set} of 10 reported`, '0', wrong.set === 0)
  judge('scars, untouched corpora on which they were not', `${wrong.test} of 10 reported`, '0', wrong.test === 0)
  judge('scars, anonymised corpora', `${found} of 2 reported`, '2', found === 2)
}

/** Share of the documents that is changed, and least share at which the corpus counts: some name too little. */
const share = 0.05
const leastShare = 0.045
const maxRows = 6000

/** Changes a twentieth of the documents, those with something to change, in the order of their hashes. */
function changeSome(rows: readonly Row[], change: Anonymiser): { changed: Set<number>; texts: string[] } {
  const order = rows.map((row, i) => [hashUnits(row.id), i] as const).sort((a, b) => a[0] - b[0])
  const texts = rows.map(row => row.text)
  const changed = new Set<number>()
  for (const [, i] of order) {
    if (changed.size >= rows.length * share) break
    const text = change(texts[i]!)
    if (text === texts[i]) continue
    texts[i] = text
    changed.add(i)
  }
  return { changed, texts }
}

function benchChanged(lang: string, corpora: string[], anonymisers: [string, Anonymiser][]): void {
  const counts = { kept: 0, treated: 0, of: 0 }
  for (const name of corpora) {
    const rows = loadRows(name, lang)
      .filter(row => row.lang === lang)
      .slice(0, maxRows)
    for (const [title, change] of anonymisers) {
      const { changed, texts } = changeSome(rows, change)
      const prompts = promptsOf(rows)
      const kept = scarsOf(rows, texts, prompts)
      const treated = scarsOf(
        rows,
        texts,
        prompts.map((prompt, i) => (prompt && changed.has(i) ? change(prompt) : prompt)),
      )
      const isFull = changed.size >= rows.length * leastShare
      if (isFull) {
        counts.of++
        if (kept.length > 0) counts.kept++
        if (treated.length > 0) counts.treated++
      }
      console.log(
        `scars ${lang} ${title.padEnd(30)} ${name}, ${changed.size} of ${rows.length} changed${isFull ? '' : ' (too few to count)'}: prompts as they were: ${kept.join(', ') || 'NONE REPORTED'}; prompts changed too: ${treated.join(', ') || 'NONE REPORTED'}`,
      )
    }
  }
  for (const [title, n] of [
    ['prompts as they were', counts.kept],
    ['prompts changed too', counts.treated],
  ] as const)
    judge(`scars ${lang}, 5 % of documents changed, ${title}`, `${n} of ${counts.of} reported`, 'all', n === counts.of)
}

/** Scars of untouched and of changed corpora. */
export function benchScars(): void {
  benchUntouched()
  benchChanged(
    'en',
    ['halueval_general_chatgpt', 'dolly_3k_human', 'alpaca_davinci003', 'creative_prompts_dev', 'lima_human'],
    [...english, ...treatments.en!.map(name => byTreatment(name, 'en'))],
  )
  benchChanged(
    'zh',
    ['moss003_sft_sample', 'sharegpt_zh_1k', 'hc3plus_zh_qa'],
    [...chinese, ...treatments.zh!.map(name => byTreatment(name, 'zh'))],
  )
}
