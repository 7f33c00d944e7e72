/**
 * text: a stretch of plain prose → tokens: ASCII words before a mark that cannot go on with them, and such marks. This is
 * nearly all of most texts, so it is cut in one loop over local variables; whatever else stands in a text is left to the
 * `Cutter`, which gives the same tokens for what is cut here.
 */
import { fnvOffset, fnvPrime, mix } from '../hash.ts'
import { TokenKind } from '../types.ts'
import { Shape } from './buffer.ts'
import { isNameLike, isShortened, pronoun } from './capitals.ts'
import { codeMarks } from './code.ts'
import type { Cutter } from './cutter.ts'
import { asciiLetter, classMask, UnitClass, unitClass } from './fold.ts'
import { modelWords } from './words.ts'

/** What is done at an ASCII unit that begins no word: `leave` it to the cutter, pass over it, or open a sentence. */
const Act = { leave: 0, pass: 1, stop: 2, fullStop: 3 } as const
const acts: Uint8Array = new Uint8Array(128)
/** How an ASCII unit ends a word: for certain, or if what stands around it does not say otherwise; 0 not. */
const End = { plain: 1, fullStop: 2, colon: 3, address: 4, apostrophe: 5 } as const
const ends: Uint8Array = new Uint8Array(128)

for (let unit = 1; unit < 128; unit++) {
  const cls = unitClass[unit] & classMask
  if (unit === 46) acts[unit] = Act.fullStop
  else if (cls === UnitClass.stop) acts[unit] = Act.stop
  else if (cls === UnitClass.other || cls === UnitClass.apostrophe || cls === UnitClass.ignored) acts[unit] = Act.pass
}
for (const mark of ' \t\n\r\0,;!?()[]{}<>"/\\*=&%$#^|~') ends[mark.charCodeAt(0)] = End.plain
for (const mark of "'`") ends[mark.charCodeAt(0)] = End.apostrophe
for (const mark of '-+') ends[mark.charCodeAt(0)] = End.address
ends[46] = End.fullStop
ends[58] = End.colon

/** Cuts plain prose from the cursor on; leaves the cursor at what is none. Returns the weight of the code marks passed. */
export function cutPlain(cutter: Cutter): number {
  const { units, out } = cutter
  const { hash, start, end, kind, shape, capital } = out
  const room = hash.length
  let { n, nCapitals, atLineBreak } = out
  let opening: number = cutter.opening ? TokenKind.opening : 0
  let i = cutter.at
  let marks = 0
  for (;;) {
    const unit = units[i]
    if (unit === 32) {
      i++
      continue
    }
    const first = unit | 32
    if (first < 97 || first > 122) {
      const act = unit < 128 ? acts[unit] : Act.leave
      if (act === Act.leave) break
      marks += codeMarks[unit]
      if (act === Act.stop || (act === Act.fullStop && !isShortened(out, i, n))) opening = TokenKind.opening
      i++
      continue
    }
    let h = Math.imul(fnvOffset ^ first, fnvPrime)
    let j = i + 1
    let next = units[j]
    while (next >= 97 && next <= 122) {
      h = Math.imul(h ^ next, fnvPrime)
      next = units[++j]
    }
    const how = next < 128 ? ends[next] : 0
    if ((how !== End.plain && !endsWord(cutter, i, j, how)) || n === room) break
    const word = mix(h)
    let bits = modelWords.has(word) ? opening | TokenKind.model : opening
    let form = j - i > 1 ? atLineBreak | Shape.letters2 : atLineBreak
    if (unit < 97) {
      form |= Shape.firstUpper
      capital[nCapitals++] = n
      if (bits === 0 && word !== pronoun) {
        bits = TokenKind.name
        // the capitalised word that opens the sentence is part of a name when a name follows it directly
        if (n > 0 && kind[n - 1] === TokenKind.opening && end[n - 1] + 1 === i && isNameLike(hash[n - 1], shape[n - 1]))
          kind[n - 1] |= TokenKind.name
      }
    }
    hash[n] = word
    start[n] = i
    end[n] = j
    kind[n] = bits
    shape[n++] = form
    opening = 0
    atLineBreak = 0
    i = j
  }
  cutter.at = i
  cutter.opening = opening !== 0
  out.n = n
  out.nCapitals = nCapitals
  out.atLineBreak = atLineBreak
  return marks
}

/** Does the ASCII word `[from, to)` end here for certain? An address, an apostrophe or a capital may go on with it. */
function endsWord({ units, text, mayHoldMail }: Cutter, from: number, to: number, how: number): boolean {
  const after = units[to + 1]
  switch (how) {
    case End.fullStop:
      return after <= 32 || (!mayHoldMail && !(to - from === 3 && text.startsWith('ww', from + 1)))
    case End.colon:
      return after !== 47 && !text.startsWith('mailto', from)
    case End.address:
      return !mayHoldMail
    case End.apostrophe:
      return after < 128 && asciiLetter[after] === 0
    default:
      return false
  }
}
