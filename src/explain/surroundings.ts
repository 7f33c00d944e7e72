/**
 * explain: in which language a token stands, so far as it must be known: a list of English words says nothing of German,
 * whose every noun has a capital, and `an` is a word of both.
 *
 * Judged by the tokens on either side, so that a text in two languages is told place by place. False negatives: names in
 * lists and headings with no sentence near.
 */
import { WordSet } from '../text/words.ts'
import { TokenKind, type TokenStream } from '../types.ts'

/** Words that are frequent in English, where they make up a fifth of all, and hardly ever words of another language in Latin letters. */
const englishWords = new WordSet(`
the and that this these those with from which what when where while who whose you your they their them there have were been
would could should because about into than then our his its she`)
/** Tokens on either side that are looked at: of twenty in English, one is such a word but for one time in fifty. */
const reach = 10

/** Does token `i` stand in English? */
export function isInEnglish(stream: TokenStream, i: number): boolean {
  return isNear(stream, i, at => englishWords.has(stream.hash[at]))
}

/** Does token `i` stand in a language whose names are listed: in English, or in ideographs? */
export function isInListedLanguage(stream: TokenStream, i: number): boolean {
  return isNear(stream, i, at => (stream.kind[at] & TokenKind.ideograph) !== 0 || englishWords.has(stream.hash[at]))
}

/** Is there such a token near `i`? The nearest are asked first. */
function isNear({ n }: TokenStream, i: number, isSuch: (at: number) => boolean): boolean {
  for (let away = 1; away <= reach; away++)
    if ((i >= away && isSuch(i - away)) || (i + away < n && isSuch(i + away))) return true
  return false
}
