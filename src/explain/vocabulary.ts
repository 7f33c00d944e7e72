/**
 * explain: is a name known, as a word of English or as a name of our lists? Token hash → yes or no.
 *
 * Words stand in a Bloom filter (`corpora/phrases/vocabulary.json`), and listed names are added to it (`known.json`,
 * `names.json`). What it does not hold was coined, or is known to few; one such name in fifty is taken for known.
 */
import known from '../../corpora/phrases/known.json' with { type: 'json' }
import vocabulary from '../../corpora/phrases/vocabulary.json' with { type: 'json' }
import { hashUnits } from '../hash.ts'
import { WordFilter } from '../text/filter.ts'
import { WordSet } from '../text/words.ts'
import { english } from './lexicon.ts'

let filter: WordFilter | undefined
const stock = new WordSet(known.stock.words)

/** Is the token of that hash known? Stock names of anonymisers are not, whatever the lists say. */
export function isKnownName(hash: number): boolean {
  filter ??= fillFilter()
  return filter.has(hash) && !stock.has(hash)
}

/** The filter of words, with the listed names added. */
function fillFilter(): WordFilter {
  const words = new WordFilter(vocabulary)
  const add = (phrase: string): void => {
    for (const word of phrase.split(' ')) words.add(hashUnits(word))
  }
  for (const list of Object.values(english)) for (const phrase of list) add(phrase)
  for (const list of known.lists) add(list.words)
  return words
}
