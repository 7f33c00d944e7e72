/**
 * explain: can one word or phrase stand for another? English by stem, Chinese by the word as it is.
 *
 * The groups stand in `corpora/phrases/synonyms.json`; they are small, so a content word in the place of another of
 * the same form counts as one too, in edits that leave the rest of the sentence standing.
 */
import lists from '../../corpora/phrases/synonyms.json' with { type: 'json' }
import { english, stemWord } from './lexicon.ts'

/** Folded phrase → the groups that hold it. Made when it is first asked for: stemming them takes longer than a small scan. */
let groups: Map<string, number[]> | undefined

function groupsOf(key: string): readonly number[] | undefined {
  groups ??= readGroups()
  return groups.get(key)
}

function readGroups(): Map<string, number[]> {
  const found = new Map<string, number[]>()
  for (const [number, group] of [...lists.en, ...lists.zh].entries())
    for (const phrase of group.split(' ')) {
      const key = foldPhrase(phrase.replaceAll('_', ' '))
      const known = found.get(key)
      if (known === undefined) found.set(key, [number])
      else known.push(number)
    }
  return found
}

const spellings = new Map<string, string>()
for (const pair of lists.spellings) {
  const [american, british] = pair.split('/')
  spellings.set(british, american)
}

function foldPhrase(phrase: string): string {
  if (!phrase.includes(' ')) return stemWord(phrase.toLowerCase())
  return phrase.toLowerCase().split(/\s+/).map(stemWord).join(' ')
}

/** Whether one group holds both; forms of one word are no synonyms. */
export function areSynonyms(from: string, to: string): boolean {
  const a = foldPhrase(from)
  const ours = groupsOf(a)
  if (ours === undefined) return false
  const b = foldPhrase(to)
  return a !== b && (groupsOf(b)?.some(number => ours.includes(number)) ?? false)
}

/** Whether a Chinese word stands in the lists: then a change of one of its characters changed the word. */
export function isListedWord(word: string): boolean {
  return groupsOf(word) !== undefined
}

/** Whether an English word stands in the lists, in any form: then its capital makes no name of it. */
export function isKnownWord(word: string): boolean {
  return groupsOf(foldPhrase(word)) !== undefined
}

/** Whether two lower-case words are listed as the American and the British spelling of one. */
export function areSpellings(from: string, to: string): boolean {
  return (spellings.get(from) ?? from) === (spellings.get(to) ?? to)
}

/** Endings that a word and its synonym share. */
const endings = [/ly$/, /ing$/, /[^su]s$/]

/**
 * Whether two lower-case English words are content words of one form. Function words, forms of one word, and other
 * parts of speech by their endings are not. Natural's tagger was weighed and left out: its lexicon doubles the program.
 */
export function areAlike(from: string, to: string): boolean {
  if (Math.min(from.length, to.length) < 3 || !/^[a-z-]{3,40}$/.test(from) || !/^[a-z-]{3,40}$/.test(to)) return false
  if (english.functionWords.has(from) || english.functionWords.has(to)) return false
  // a stem begins like its word, and stems are dear
  if (from[0] === to[0] && stemWord(from) === stemWord(to)) return false
  return endings.every(ending => ending.test(from) === ending.test(to))
}
