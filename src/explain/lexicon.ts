/**
 * explain: words → what they are about (person, organisation, place, date, model), English and Chinese.
 *
 * The lists stand in `corpora/phrases/names.json` with their sources. They decide only the *kind* that an
 * edit is given, never whether there is a match. False kinds: namesakes (Jordan, Paris, Apple), for which the
 * order of the questions in `kinds.ts` decides.
 */
import porter from 'natural/lib/natural/stemmers/porter_stemmer.js'
import names from '../../corpora/phrases/names.json' with { type: 'json' }

function wordSet(words: string): Set<string> {
  return new Set(words.split(' '))
}

function phraseSet(phrases: string): Set<string> {
  return new Set(phrases.split(', '))
}

/** English lists; members are lower case, phrases with single spaces. */
export interface EnglishLists {
  givenNames: Set<string>
  surnames: Set<string>
  places: Set<string>
  placePhrases: Set<string>
  placeSuffixes: Set<string>
  organisations: Set<string>
  organisationPhrases: Set<string>
  organisationSuffixes: Set<string>
  /** makers of language models: organisations, although the tokens count as model identity */
  makers: Set<string>
  models: Set<string>
  honorifics: Set<string>
  months: Set<string>
  numerals: Set<string>
  functionWords: Set<string>
}

/** Chinese lists. */
export interface ChineseLists {
  /** single characters */
  surnames: Set<string>
  compoundSurnames: Set<string>
  places: Set<string>
  /** single characters that end the name of a place */
  placeSuffixes: Set<string>
  organisations: Set<string>
  organisationSuffixes: string[]
  models: Set<string>
  titles: string[]
  /** single characters that seldom belong to a name */
  functionCharacters: Set<string>
}

export const english: EnglishLists = {
  givenNames: wordSet(names.givenNames.words),
  surnames: wordSet(names.surnames.words),
  places: wordSet(names.places.words),
  placePhrases: phraseSet(names.places.phrases),
  placeSuffixes: wordSet(names.places.suffixes),
  organisations: wordSet(names.organisations.words),
  organisationPhrases: phraseSet(names.organisations.phrases),
  organisationSuffixes: wordSet(names.organisations.suffixes),
  makers: new Set([...wordSet(names.makers.words), ...phraseSet(names.makers.phrases)]),
  models: new Set([...wordSet(names.models.words), ...phraseSet(names.models.phrases)]),
  honorifics: wordSet(names.honorifics.words),
  months: wordSet(names.months.words),
  numerals: wordSet(names.numerals.words),
  functionWords: wordSet(names.functionWords.words),
}

export const chinese: ChineseLists = {
  surnames: new Set(names.zh.surnames),
  compoundSurnames: wordSet(names.zh.compoundSurnames),
  places: wordSet(names.zh.places),
  placeSuffixes: wordSet(names.zh.placeSuffixes),
  organisations: wordSet(names.zh.organisations),
  organisationSuffixes: names.zh.organisationSuffixes.split(' '),
  models: wordSet(names.zh.models),
  titles: names.zh.titles.split(' '),
  functionCharacters: new Set(names.zh.functionCharacters),
}

/** Longest Chinese entry, in characters. */
export const maxChineseEntry = 8

/** Longest word that is stemmed; longer ones are their own stem. */
const maxStemUnits = 32

/** Stems that are remembered; the stemmer is slow and words recur. */
const maxStems = 20_000
const stems = new Map<string, string>()

/** Porter stem of a lower-case English word (Porter 1980); other words come back as they are. */
export function stemWord(word: string): string {
  const known = stems.get(word)
  if (known !== undefined) return known
  if (word.length > maxStemUnits || !/^[a-z]+$/.test(word)) return word
  const stem = porter.stem(word)
  if (stems.size >= maxStems) stems.clear()
  stems.set(word, stem)
  return stem
}

/** Lower case, quotes and possessive off: the form in which words are looked up. */
export function plainWord(word: string): string {
  return word
    .toLowerCase()
    .replace(/['’`´]s?$/, '')
    .replace(/['’`´]/g, '')
}
