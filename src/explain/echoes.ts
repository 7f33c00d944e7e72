/**
 * explain: an answer that repeats its prompt but for a name. Prompt and answer → the name that became another.
 *
 * Who replaces names in answers often leaves the prompts as they were: `the capital of France` was asked, `the capital
 * of Utopia` is answered, and France is nowhere in the answer. A name counts as replaced when words that stood beside
 * it stand beside another name, on both sides or, if there are two and one of them says something, before it. False
 * positives: answers that speak of something else in the same words.
 */
import { hashUnits } from '../hash.ts'
import { type Counters, countEvent, counterOf } from './counters.ts'
import type { TraceDocument } from './glance.ts'
import { chinese } from './lexicon.ts'

/** Units of the prompt and of the answer that are looked at, and names of the prompt. */
const maxPromptUnits = 4096
const maxAnswerUnits = 1 << 14
const maxNames = 16
/** Places of the words beside a name that are looked at. */
const maxPlaces = 4
/** Longest name, and longest word before it, in units. */
const maxNameUnits = 48
const maxWordUnits = 24
/** Han characters on either side that must agree. */
const hanUnits = 2
/** First letters by which spellings of one name agree (`Shakespearian`, `Shakespearean`). */
const sameLetters = 4

/** Names that are remembered; beyond it a share of them, chosen by hash. */
const maxAlike = 4096
/** Prompts, and names that were replaced, that a name remembers. */
const maxPrompts = 16
const maxFroms = 3
/** Different prompts of which one name took the place of names: untouched corpora show one or two. */
const minPrompts = 4

/** Names that stand for names of the prompts, by themselves; plain data. */
export interface EchoCounts {
  threshold: number
  names: Map<string, { documents: number; prompts: number[]; from: string[] }>
}

/** A name of the prompt and the one that stands for it, with its place in the answer in UTF-16 units. */
export interface ChangedName {
  from: string
  to: string
  start: number
  end: number
}

/** What became of the names of a prompt. */
export interface Echo {
  /** one of them stands in the answer too */
  isKept: boolean
  changed: ChangedName | undefined
}

const name = /[A-Z][A-Za-z]{2,}(?: [A-Z][A-Za-z]+){0,3}/y
const tellingWord = /[\w-]{4,}/
const behindName = /(?:'s|,?) [A-Za-z]+/y
const hanName = new RegExp(
  `(?:${[...chinese.places, ...chinese.organisations, ...chinese.models].join('|')}|[A-Z][A-Za-z]{2,})`,
  'g',
)
const otherHanName = /\p{Script=Han}{2,6}?|[A-Z][A-Za-z]{2,}/uy

/** An empty state. */
export function createEchoes(): EchoCounts {
  return { threshold: 2 ** 32, names: new Map() }
}

/** Counts a document that names what its prompt names, or something else in its place. */
export function addEcho(echoes: EchoCounts, counters: Counters, document: TraceDocument): void {
  const { prompt, text } = document
  if (prompt === null) return
  const { isKept, changed } = findEcho(prompt, text)
  if (!isKept && changed === undefined) return
  const counter = counterOf(counters, 'changedFromPrompt')
  counter.of++
  if (changed === undefined) return
  const { from, to, start, end } = changed
  countEvent(counter, document, start, end, `${from} → ${to}: `)
  if (hashUnits(to) >= echoes.threshold) return
  addName(echoes, to, { documents: 1, prompts: [hashUnits(prompt.slice(0, maxPromptUnits))], from: [from] })
  limitNames(echoes)
}

function addName(
  echoes: EchoCounts,
  to: string,
  other: { documents: number; prompts: number[]; from: string[] },
): void {
  const mine = echoes.names.get(to) ?? { documents: 0, prompts: [], from: [] }
  echoes.names.set(to, {
    documents: mine.documents + other.documents,
    prompts: [...new Set([...mine.prompts, ...other.prompts])].sort((a, b) => a - b).slice(0, maxPrompts),
    from: [...new Set([...mine.from, ...other.from])].sort().slice(0, maxFroms),
  })
}

function limitNames(echoes: EchoCounts): void {
  while (echoes.names.size > maxAlike) {
    echoes.threshold /= 2
    for (const name of [...echoes.names.keys()]) if (hashUnits(name) >= echoes.threshold) echoes.names.delete(name)
  }
}

/** Adds the content of another worker; no document may stand in both. */
export function mergeEchoes(into: EchoCounts, other: EchoCounts): void {
  into.threshold = Math.min(into.threshold, other.threshold)
  for (const [name, theirs] of other.names) addName(into, name, theirs)
  for (const name of [...into.names.keys()]) if (hashUnits(name) >= into.threshold) into.names.delete(name)
  limitNames(into)
}

/** Names that took the place of names of several prompts, those of most documents first, with what they stand for. */
export function listAlike(echoes: EchoCounts): { from: string[]; to: string; documents: number }[] {
  return [...echoes.names]
    .filter(([, { prompts }]) => prompts.length >= minPrompts)
    .map(([to, { from, documents }]) => ({ from, to, documents }))
    .sort((a, b) => b.documents - a.documents || (a.to < b.to ? -1 : 1))
}

/** Looks for the names of a prompt in its answer. Bounded work whatever the texts. */
export function findEcho(prompt: string, answer: string): Echo {
  const pair = { prompt: prompt.slice(0, maxPromptUnits), answer: answer.slice(0, maxAnswerUnits) }
  const echo: Echo = { isKept: false, changed: undefined }
  let hasHan = false
  let names = 0
  for (let i = 2; i < pair.prompt.length && names < maxNames; i++) {
    const unit = pair.prompt.charCodeAt(i)
    if (isHan(unit)) hasHan = true
    if (unit < 65 || unit > 90 || pair.prompt.charCodeAt(i - 1) !== 32) continue
    const from = matchAt(name, pair.prompt, i)
    if (from === '') continue
    names++
    if (pair.answer.includes(from)) echo.isKept = true
    else echo.changed ??= findChange(pair, from, i)
    i += from.length
  }
  if (hasHan && echo.changed === undefined) findHanEcho(pair, echo)
  return echo
}

interface Pair {
  prompt: string
  answer: string
}

/** A name between the words that stood around `from` in the prompt. */
function findChange(pair: Pair, from: string, at: number): ChangedName | undefined {
  const { prompt } = pair
  const second = startOfWord(prompt, at)
  if (second < 0) return undefined
  const first = startOfWord(prompt, second)
  const behind = matchAt(behindName, prompt, at + from.length)
  const isLower = prompt.charCodeAt(second) >= 97
  if (first >= 0) {
    const before = prompt.slice(first, at)
    const isTelling = isLower && tellingWord.test(before)
    return isTelling || behind !== '' ? findOther(pair, from, before, isTelling ? '' : behind, name) : undefined
  }
  const next = behind === '' ? '' : matchAt(behindName, prompt, at + from.length + behind.length)
  return next === '' ? undefined : findOther(pair, from, prompt.slice(second, at), behind + next, name)
}

/** Start of the word that ends, with a space and perhaps a comma, at a unit; -1 if none does. */
function startOfWord(text: string, end: number): number {
  if (text.charCodeAt(end - 1) !== 32) return -1
  const last = text.charCodeAt(end - 2) === 44 ? end - 3 : end - 2
  let i = last
  while (i >= 0 && last - i < maxWordUnits && isWordUnit(text.charCodeAt(i))) i--
  return i === last ? -1 : i + 1
}

function isWordUnit(unit: number): boolean {
  return (unit >= 97 && unit <= 122) || (unit >= 65 && unit <= 90) || unit === 45 || (unit >= 48 && unit <= 57)
}

function isHan(unit: number): boolean {
  return unit >= 0x3400 && unit <= 0x9fff
}

function findHanEcho(pair: Pair, echo: Echo): void {
  const { prompt, answer } = pair
  hanName.lastIndex = 0
  for (let n = 0, match = hanName.exec(prompt); match !== null && n < maxNames; match = hanName.exec(prompt), n++) {
    const end = match.index + match[0].length
    const [left, right] = [prompt.slice(match.index - hanUnits, match.index), prompt.slice(end, end + hanUnits)]
    if (![...left, ...right].every(character => isHan(character.charCodeAt(0))) || right.length < hanUnits) continue
    if (answer.includes(match[0])) echo.isKept = true
    else echo.changed ??= findOther(pair, match[0], left, right, otherHanName)
  }
}

/** Another name of the given form in the answer between `left` and `right`. */
function findOther(
  { prompt, answer }: Pair,
  from: string,
  left: string,
  right: string,
  form: RegExp,
): ChangedName | undefined {
  let at = answer.indexOf(left)
  for (let place = 0; at >= 0 && place < maxPlaces; at = answer.indexOf(left, at + 1), place++) {
    const start = at + left.length
    const to = matchAt(form, answer, start)
    const end = start + to.length
    if (to === '' || to.length > maxNameUnits || !answer.startsWith(right, end)) continue
    if (isWordUnit(answer.charCodeAt(at - 1)) && isWordUnit(left.charCodeAt(0))) continue
    if (right !== '' && isWordUnit(right.charCodeAt(1)) && isWordUnit(answer.charCodeAt(end + right.length))) continue
    if (!prompt.includes(to) && !areAlike(from, to)) return { from, to, start, end }
  }
  return undefined
}

function matchAt(form: RegExp, text: string, at: number): string {
  form.lastIndex = at
  return form.exec(text)?.[0] ?? ''
}

/** Spellings, shortenings and parts of one name. */
function areAlike(a: string, b: string): boolean {
  const [x, y] = [a.toLowerCase(), b.toLowerCase()]
  if (x.slice(0, sameLetters) === y.slice(0, sameLetters) || isInitials(a, b) || isInitials(b, a)) return true
  const words = new Set(x.split(' '))
  return y.split(' ').some(word => words.has(word))
}

/** `USA` for `United States`. */
function isInitials(short: string, long: string): boolean {
  const initials = long.replace(/[^A-Z]/g, '')
  return initials.length > 1 && /^[A-Z]+$/.test(short) && short.startsWith(initials)
}
