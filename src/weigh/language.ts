/**
 * weigh: in which kind of language a text is written, so far as short lists of words and the script tell. Only to know an
 * answer that translates its prompt: a text of unknown language is taken for no translation.
 */
import { functionWords, WordSet } from '../text/words.ts'
import { identityBits, type Span, TokenKind, type TokenStream } from '../types.ts'

/** `european`: in Latin letters, and not English; `other`: in another script than Latin, without ideographs. */
export type Language = 'english' | 'european' | 'ideographic' | 'other'

/** The commonest words of Romance and Germanic languages that are no English words, without diacritics. */
const europeanWords: WordSet = new WordSet(`
le la les des du une est et dans que qui pas sur avec ce cette il elle nous vous aux sont ou mais etre ne se je
el los las y del en su mas pero sus al lo como esta por una eres muy porque cuando
der das und den dem ein eine ist nicht mit fur auf von zu sich im auch wird sind oder bei wie ich sie dass einen
gli che di della sono non alla nel piu anche questo delle
os um uma nao para em mais ao dos da voce isso
het een van dat niet zijn voor te ook aan wordt och att det som for inte ett af til ikke`)
/** Share of the plain words that must speak for a language. */
const minShare = 0.1
/** Share of the plain words in a script that must be so. */
const minScriptShare = 0.3
/** Latin letters end here; what is beyond is another script. */
const firstOtherUnit = 0x370
/** A text of fewer plain words is of no known language. */
const minWords = 12

/** The language of raw tokens `[from, to)` of a text; undefined where too little tells. */
export function describeLanguage(
  text: string,
  { hash, kind, start }: TokenStream,
  [from, to]: Readonly<Span>,
): Language | undefined {
  let english = 0
  let european = 0
  let ideographs = 0
  let other = 0
  let n = 0
  for (let i = from; i < to; i++) {
    if ((kind[i] & (identityBits | TokenKind.code)) !== 0) continue
    n++
    if ((kind[i] & TokenKind.ideograph) !== 0) ideographs++
    else if (functionWords.has(hash[i])) english++
    else if (europeanWords.has(hash[i])) european++
    else if (text.charCodeAt(start[i]) >= firstOtherUnit) other++
  }
  if (n < minWords) return undefined
  if (ideographs >= minScriptShare * n) return 'ideographic'
  if (other >= minScriptShare * n) return 'other'
  if (Math.max(english, european) < minShare * n) return undefined
  return english >= european ? 'english' : 'european'
}

/** A prompt of fewer tokens is no text to translate. */
const minTranslatedTokens = 20

/** Do the claimed tokens read like a translation of the prompt: about as long, and in another language? */
export function isTranslation(
  text: string,
  stream: TokenStream,
  claimed: Readonly<Span>,
  prompt: { n: number; language: Language | undefined },
): boolean {
  const { n, language } = prompt
  if (language === undefined || n < minTranslatedTokens || n < (claimed[1] - claimed[0]) / 2) return false
  const given = describeLanguage(text, stream, claimed)
  return given !== undefined && given !== language
}
