/**
 * text: one UTF-16 unit → what it counts as, and what it folds to.
 *
 * Case, width, compatibility forms and diacritics fold by Unicode (NFKD, then lower case, then the first
 * base unit); look-alike Cyrillic and Greek letters fold to Latin whatever the script of the word, which
 * is harmless because both sides fold alike. Zero-width, bidi and combining characters are ignored.
 * Tables fill lazily, a page of 256 units at a time.
 */

/** What a unit counts as when tokens are cut. */
export const UnitClass = {
  other: 0,
  letter: 1,
  digit: 2,
  /** a script written without spaces: each character is a token */
  ideograph: 3,
  /** invisible: takes no part */
  ignored: 4,
  apostrophe: 5,
  underscore: 6,
  /** ends a sentence, or opens what follows */
  stop: 7,
  newline: 8,
  surrogate: 9,
  /** may open a placeholder or a handle, or stand for something left blank */
  special: 10,
} as const

/** Bit beside the class: the unit is an upper-case letter. */
export const upperBit = 0x40
/** Mask that leaves the class. */
export const classMask = 0x3f

/** Class (and upper-case bit) of each unit; valid for a page once `readyPages[unit >> 8]` is 1. */
export const unitClass: Uint8Array = new Uint8Array(65536)
/** Folded unit of each unit; valid likewise. */
export const unitFold: Uint16Array = new Uint16Array(65536)
export const readyPages: Uint8Array = new Uint8Array(256)

/** Look-alikes by their lower-case form (Unicode confusables, the part that reads as Latin in running text). */
const lookAlikes = new Map<string, string>([
  ...zip('авекмнорстухіѕјһԁԛԝѵ', 'abekmhopctyxisjhdqwv'),
  ...zip('αβεζηικμνορτυχ', 'abezhikmvoptyx'),
  ...zip('ɑɡɩıⅼ', 'agiil'),
])

function zip(from: string, to: string): [string, string][] {
  return [...from].map((c, i) => [c, to[i]] as [string, string])
}

const ideographs =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}\p{Script=Bopomofo}\p{Script=Yi}]/u

function classify(c: string): number {
  if (/[\n\r\v\f\u0085\u2028\u2029]/.test(c)) return UnitClass.newline
  if (/[.!?:;。！？：；…‽।॥؟؛]/.test(c)) return UnitClass.stop
  if (/['’ʼ＇‘`´]/.test(c)) return UnitClass.apostrophe
  if (c === '_' || c === '＿') return UnitClass.underscore
  if (/[<[{【［@×█■○]/.test(c)) return UnitClass.special
  if (/\p{Nd}|[\u00b2\u00b3\u00b9\u2070-\u2089\u2460-\u2473]/u.test(c)) return UnitClass.digit
  if (/[\u02b0-\u02ff]/.test(c)) return UnitClass.ignored
  if (ideographs.test(c) && /[\p{L}\p{N}]/u.test(c)) return UnitClass.ideograph
  if (/[\p{L}\p{Mc}\p{Nl}]/u.test(c)) return UnitClass.letter
  if (/[\p{Mn}\p{Me}\p{Cf}\u180e]/u.test(c)) return UnitClass.ignored
  return UnitClass.other
}

/** Folds one character (a base character or an astral one) to one unit. */
function foldCharacter(c: string): number {
  const lower = c
    .normalize('NFKD')
    .replace(/[\p{M}]/gu, '')
    .toLowerCase()
  const first = lower === '' ? c : [...lower][0]
  return (lookAlikes.get(first) ?? first).charCodeAt(0)
}

/** Fills one page of the tables. */
export function fillPage(page: number): void {
  for (let unit = page << 8; unit < (page + 1) << 8; unit++) {
    if (unit >= 0xd800 && unit <= 0xdfff) {
      unitClass[unit] = UnitClass.surrogate
      unitFold[unit] = unit
      continue
    }
    const c = String.fromCharCode(unit)
    const isUpper = c !== c.toLowerCase() && c === c.toUpperCase()
    unitClass[unit] = classify(c) | (isUpper ? upperBit : 0)
    unitFold[unit] = foldCharacter(c)
  }
  readyPages[page] = 1
}
fillPage(0)

/** Folded unit of each ASCII letter, 0 for all other ASCII: the short cut of the commonest case. */
export const asciiLetter: Uint8Array = new Uint8Array(128)
for (let unit = 97; unit <= 122; unit++) asciiLetter[unit] = asciiLetter[unit - 32] = unit

/** Class (with upper-case bit) and folded unit of an astral character, packed `class << 16 | fold`. */
export function foldAstral(codePoint: number): number {
  const c = String.fromCodePoint(codePoint)
  const base = c.normalize('NFKD')
  if (base.length === 1) {
    const unit = base.charCodeAt(0)
    if (!readyPages[unit >> 8]) fillPage(unit >> 8)
    return (unitClass[unit] << 16) | unitFold[unit]
  }
  // outside the BMP a character folds to a mix of its two halves: distinct enough, and one unit
  const unit = (codePoint ^ (codePoint >>> 10)) & 0xffff
  return ((classify(c) & classMask) << 16) | unit
}

/** Folded second letters of Latin ligatures U+FB00–FB06, which stand for two or three. */
export const ligatures: readonly string[] = ['ff', 'fi', 'fl', 'ffi', 'ffl', 'st', 'st']

/** Folds a word as the tokeniser does; for building word lists. */
export function foldWord(word: string): string {
  let out = ''
  for (let i = 0; i < word.length; i++) {
    const unit = word.charCodeAt(i)
    if (!readyPages[unit >> 8]) fillPage(unit >> 8)
    const kind = unitClass[unit] & classMask
    if (kind === UnitClass.ignored || kind === UnitClass.apostrophe) continue
    out += String.fromCharCode(unitFold[unit])
  }
  return out
}
