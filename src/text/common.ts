/**
 * text: is a word in everyday use, and no name that our lists hold? Then a capital says little of it: it stands in a
 * heading, an item of a list, a cell of a table or a term, which no anonymiser touches.
 */
import common from '../../corpora/phrases/common.json' with { type: 'json' }
import { WordFilter } from './filter.ts'

const words = new WordFilter(common)

/** Is the word of that hash common? One name in three hundred is taken for such a word. */
export function isCommonWord(hash: number): boolean {
  return words.has(hash)
}
