/**
 * explain: the phrase lists of `corpora/phrases/residue.json`, made ready at the first use.
 */
import residue from '../../corpora/phrases/residue.json' with { type: 'json' }
import { buildAutomaton, type PhraseAutomaton } from './phrases.ts'

/** Phrases with what they are a sign of. */
export interface Phrasebook {
  automaton: PhraseAutomaton
  /** per label */
  categories: string[]
  /** per label: the line must end behind the phrase */
  alone: boolean[]
  /** parts of addresses, and marks, that a tool leaves */
  addresses: string[]
  marks: string[]
}

let phrasebook: Phrasebook | undefined

/** The lists. */
export function readPhrasebook(): Phrasebook {
  if (phrasebook !== undefined) return phrasebook
  const phrases: { text: string; label: number }[] = []
  const categories: string[] = []
  const alone: boolean[] = []
  const add = (text: string, category: string, isAlone: boolean) => {
    phrases.push({ text, label: categories.length })
    categories.push(category)
    alone.push(isAlone)
  }
  const addresses: string[] = []
  const marks: string[] = []
  for (const list of residue.lists) {
    for (const phrase of list.phrases) add(phrase, list.category, false)
    for (const phrase of list.alone ?? []) add(phrase, list.category, true)
    addresses.push(...(list.addresses ?? []))
    marks.push(...(list.marks ?? []))
  }
  phrasebook = { automaton: buildAutomaton(phrases), categories, alone, addresses, marks }
  return phrasebook
}
