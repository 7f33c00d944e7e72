/**
 * explain: does a written word want `a` or `an`?
 *
 * By its spelling, with the words that begin with a vowel letter but a consonant sound and the other way round.
 * Where speakers differ or letters are spelled out (`FBI`, `SQL`, `herb`) the answer is open, and such words
 * count on neither side.
 */

export const Article = { open: 0, a: 1, an: 2 } as const

/** Words whose first sound is not that of their first letter; checked before the letters. */
const soundsLikeYou = /^(?:uni(?!m[^a]|n[^i])|us[aeu]|usu|ut[aeio]|uk|uga|ura|uru|ube|ubi|ubu|uto|uv|uw|ufo|uri|eu|ew)/
const soundsLikeOne = /^(?:one(?![rigl])|once|oui|oua|ois)/
const clearlyU = /^(?:un(?!i|a)|up|um|ul|ur[bngd]|utm|utt|ush|ugl)/
const silentH = /^(?:hour|hones|honor|honour|heir)/

/** The article of all words that begin with a letter in lower case; undefined where the word decides. */
export function articleForLetter(unit: number): number | undefined {
  switch (unit) {
    case 97: // a
    case 105: // i
      return Article.an
    case 120: // x
      return Article.open
    case 101: // e
    case 104: // h
    case 111: // o
    case 117: // u
    case 121: // y
      return undefined
    default:
      return Article.a
  }
}

/** `word` in lower case, its beginning will do. */
export function articleFor(word: string): number {
  switch (word.charCodeAt(0)) {
    case 101: // e
      return soundsLikeYou.test(word) ? Article.a : Article.an
    case 111: // o
      return soundsLikeOne.test(word) ? Article.a : Article.an
    case 117: // u
      return soundsLikeYou.test(word) ? Article.a : clearlyU.test(word) ? Article.an : Article.open
    case 104: // h
      return silentH.test(word) ? Article.an : Article.open
    case 121: // y
      return /^y[aeiou]/.test(word) ? Article.a : Article.open
    default:
      return articleForLetter(word.charCodeAt(0)) ?? Article.a
  }
}
