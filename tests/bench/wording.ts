/**
 * Bench: other words. Contractions, British and American spelling, synonyms and inflection at a given share of the
 * words, random word edits.
 */
import { type Change, changeDraft, type Draft, findWords, type Word } from './draft.ts'
import { zhSynonyms } from './lexicon/chinese.ts'
import { contractions, spellings } from './lexicon/spelling.ts'
import { nounGroups, plainGroups, verbGroups } from './lexicon/synonyms.ts'
import type { Random } from './random.ts'

type Ending = '' | 's' | 'ed' | 'ing'

const doubling =
  /^(?:plan|stop|cut|set|chat|let|run|get|put|begin|refer|prefer|commit|omit|permit|submit|travel|dip|stir|chop|grab|skip|tag|map|wrap|pat|occur|equip|slip|drop|fit|hug|jog|rub|step|swim|trim|commit|concur)$/

/** Regular inflection of an English word; of a phrase, its first word. */
function inflectWord(word: string, ending: Ending): string {
  if (ending === '') return word
  const space = word.indexOf(' ')
  if (space > 0) return inflectWord(word.slice(0, space), ending) + word.slice(space)
  if (ending === 's') {
    if (/(?:s|x|z|ch|sh)$/.test(word)) return `${word}es`
    return /[^aeiou]y$/.test(word) ? `${word.slice(0, -1)}ies` : `${word}s`
  }
  const base = doubling.test(word) ? word + word.at(-1) : word
  if (ending === 'ing') return /[^eoy]e$/.test(base) ? `${base.slice(0, -1)}ing` : `${base}ing`
  if (/e$/.test(base)) return `${base}d`
  return /[^aeiou]y$/.test(base) ? `${base.slice(0, -1)}ied` : `${base}ed`
}

const synonyms = new Map<string, string[]>()
const inflections = new Map<string, string[]>()

function addGroup(group: readonly string[], into: Map<string, string[]>): void {
  for (const word of group) {
    if (word.includes(' ')) continue
    into.set(word, [...(into.get(word) ?? []), ...group.filter(other => other !== word)])
  }
}
for (const group of plainGroups) addGroup(group, synonyms)
for (const [groups, endings] of [
  [verbGroups, ['', 's', 'ed', 'ing']],
  [nounGroups, ['', 's']],
] as const) {
  for (const group of groups) {
    for (const ending of endings)
      addGroup(
        group.map(word => inflectWord(word, ending)),
        synonyms,
      )
    for (const word of group)
      addGroup(
        endings.map(ending => inflectWord(word, ending)),
        inflections,
      )
  }
}

/** Another form of a word that no list knows: plural ↔ singular, tense. */
function reinflect(word: string): string | undefined {
  if (!/^[a-z]{4,}$/.test(word)) return undefined
  if (/ies$/.test(word)) return `${word.slice(0, -3)}y`
  if (/(?:ss|sh|ch|x)es$/.test(word)) return word.slice(0, -2)
  if (/[^suicae]s$/.test(word) || /[^s]es$/.test(word)) return word.slice(0, -1)
  if (/[^aeiou]ed$/.test(word) && word.length > 5) return word.replace(/ed$/, 'ing')
  if (/ing$/.test(word) && word.length > 6) return word.replace(/ing$/, 'ed')
  return undefined
}

const keepCase = (from: string, to: string): string => (/^\p{Lu}/u.test(from) ? to[0]!.toUpperCase() + to.slice(1) : to)

/** Words that may be exchanged, with what may stand for each. */
function findExchanges(draft: Draft, source: 'synonym' | 'inflection'): { word: Word; to: string[] }[] {
  const found: { word: Word; to: string[] }[] = []
  for (const word of findWords(draft.text)) {
    const low = word.text.toLowerCase()
    if (low !== word.text && low.slice(1) !== word.text.slice(1)) continue
    const other = source === 'inflection' ? reinflect(low) : undefined
    const to = (source === 'synonym' ? synonyms : inflections).get(low) ?? (other ? [other] : [])
    if (to.length > 0) found.push({ word, to })
  }
  return found
}

/** Draws from candidates until a share of all words is changed. */
function exchangeShare(
  draft: Draft,
  candidates: { word: Word; to: string[] }[],
  nWanted: number,
  kind: 'synonym' | 'wording',
  random: Random,
): Draft {
  const chosen = random.shuffle(candidates).slice(0, nWanted)
  return changeDraft(
    draft,
    chosen.map(
      ({ word, to }): Change => ({ start: word.start, end: word.end, to: keepCase(word.text, random.pick(to)), kind }),
    ),
  )
}

const zhSynonymOf = new Map<string, string[]>()
for (const group of zhSynonyms) addGroup(group, zhSynonymOf)
const zhWords = new RegExp(
  [...zhSynonymOf.keys()]
    .filter(word => word.length > 1)
    .sort((a, b) => b.length - a.length)
    .join('|'),
  'g',
)

/** Swaps a share of the words for synonyms; where they do not suffice, inflection makes up for it. */
export function swapSynonyms(draft: Draft, share: number, lang: string, random: Random): Draft {
  if (lang === 'zh') {
    const found = [...draft.text.matchAll(zhWords)].map(match => ({
      word: { text: match[0], start: match.index, end: match.index + match[0].length },
      to: zhSynonymOf.get(match[0])!,
    }))
    const nWanted = Math.round((share * (draft.text.match(/\p{Script=Han}/gu)?.length ?? 0)) / 2)
    return exchangeShare(draft, found, nWanted, 'synonym', random)
  }
  const nWanted = Math.max(1, Math.round(share * findWords(draft.text).length))
  const next = exchangeShare(draft, findExchanges(draft, 'synonym'), nWanted, 'synonym', random)
  const nDone = next.planted.length - draft.planted.length
  if (nDone >= nWanted) return next
  return exchangeShare(next, findExchanges(next, 'inflection'), nWanted - nDone, 'wording', random)
}

/** Changes the form of a share of the words. */
export function changeInflection(draft: Draft, share: number, random: Random): Draft {
  const nWanted = Math.max(1, Math.round(share * findWords(draft.text).length))
  return exchangeShare(draft, findExchanges(draft, 'inflection'), nWanted, 'wording', random)
}

/**
 * Random word edits: of the share of words, each is substituted by a word of the corpus, deleted, preceded by an
 * inserted word, or swapped with its neighbour, in equal parts. Chinese: by two-character pieces.
 */
export function editWords(
  draft: Draft,
  share: number,
  vocabulary: readonly string[],
  random: Random,
  lang: string,
): Draft {
  const words = lang === 'zh' ? findHanPairs(draft.text) : findWords(draft.text)
  const gap = lang === 'zh' ? '' : ' '
  const changes: Change[] = []
  for (let i = 0; i < words.length; i++) {
    if (!random.chance(share)) continue
    const { start, end, text } = words[i]!
    const next = words[i + 1]
    const drawn = vocabulary.length > 0 ? random.pick(vocabulary).toLowerCase() : text
    switch (random.below(4)) {
      case 0:
        changes.push({ start, end, to: drawn, kind: 'wording' })
        break
      case 1: {
        const stop = draft.text[end] === ' ' ? end + 1 : end
        changes.push({ start, end: stop, to: '', kind: 'deletion' })
        break
      }
      case 2:
        changes.push({ start, end: start, to: drawn + gap, kind: 'insertion' })
        break
      default:
        if (!next) break
        changes.push({
          start,
          end: next.end,
          to: next.text + draft.text.slice(end, next.start) + text,
          kind: 'wording',
        })
        i++
    }
  }
  return changeDraft(draft, changes)
}

/** Chinese text in pieces of two characters: a stand-in for words. */
export function findHanPairs(text: string): Word[] {
  const words: Word[] = []
  for (const match of text.matchAll(/\p{Script=Han}{1,2}/gu)) {
    words.push({ text: match[0], start: match.index, end: match.index + match[0].length })
  }
  return words
}

const toLong = new Map(contractions.map(([short, long]) => [short, long]))
const shorten = contractions.map(([short, long]): [RegExp, string] => [
  new RegExp(`\\b${long}\\b(?!['’])`, 'gi'),
  short,
])

/** Long forms where the text contracts, contractions where it does not. */
export function changeContractions(draft: Draft): Draft {
  const changes: Change[] = []
  for (const word of findWords(draft.text)) {
    const long = toLong.get(word.text.toLowerCase().replace('’', "'"))
    if (long) changes.push({ start: word.start, end: word.end, to: keepCase(word.text, long), kind: 'wording' })
  }
  for (const [pattern, short] of shorten) {
    for (const match of draft.text.matchAll(pattern)) {
      const end = match.index + match[0].length
      if (/^\s*[.,;:!?)]/.test(draft.text.slice(end))) continue
      changes.push({ start: match.index, end, to: keepCase(match[0], short), kind: 'wording' })
    }
  }
  return changeDraft(draft, changes)
}

const toBritish = new Map(spellings)
const toAmerican = new Map(spellings.map(([american, british]) => [british, american]))

/** British spelling for American, or the other way round. */
export function changeSpelling(draft: Draft, to: 'british' | 'american'): Draft {
  const map = to === 'british' ? toBritish : toAmerican
  const changes: Change[] = []
  for (const word of findWords(draft.text)) {
    const other = map.get(word.text.toLowerCase())
    if (other) changes.push({ start: word.start, end: word.end, to: keepCase(word.text, other), kind: 'spelling' })
  }
  return changeDraft(draft, changes)
}
