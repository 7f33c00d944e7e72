/**
 * explain: tokens of a document → those at which a scar or residue may stand, in one pass over arrays.
 *
 * Nearly all tokens are turned away by their hash, their kind and the gap behind them; the detectors look at the rest
 * only. A token too many costs time, and none may be missing: each detector checks again what it is shown.
 */
import { hashUnits } from '../hash.ts'
import { identityBits, TokenKind, type TokenStream } from '../types.ts'
import { readPhrasebook } from './phrasebook.ts'

/** Token numbers, ascending; only the first `n` count. */
export interface TokenList {
  n: number
  at: Uint32Array
}

/** Tokens that deserve a look, by what may be there. Valid until the next glance. */
export interface Glance {
  /** articles */
  articles: TokenList
  /** a name may have been deleted: telling words, ideographs before a mark, gaps that are no single space */
  wounds: TokenList
  /** phrases of the phrasebook may begin here */
  phrases: TokenList
  /** tokens that bear identity, and ideographs that come again behind the next */
  names: TokenList
  /** all `TokenKind` bits in the document */
  kinds: number
}

/** A document in which traces are sought. */
export interface TraceDocument {
  text: string
  stream: TokenStream
  /** the text that asked for it, or null */
  prompt: string | null
  glance: Glance
}

/** What may be at a token, by bit. The last four are of phrases, and of wounds, of more than one token. */
const Bit = {
  article: 0,
  wound: 1,
  phrase: 2,
  name: 3,
  firstOfPhrase: 4,
  secondOfPhrase: 5,
  firstOfWound: 6,
  secondOfWound: 7,
} as const
/** Place of the bit of an ideograph. */
const hanShift = Math.log2(TokenKind.ideograph)

/** Reasons by the low bits of a token's hash. */
const lowBits = (1 << 14) - 1
let reasonsOfWords: Uint8Array | undefined

function readReasons(): Uint8Array {
  if (reasonsOfWords !== undefined) return reasonsOfWords
  const reasons = new Uint8Array(lowBits + 1)
  const mark = (words: string, reason: number): void => {
    for (const word of words.split(' ')) reasons[hashUnits(word) & lowBits] |= 1 << reason
  }
  mark('a an', Bit.article)
  mark('s by am im is 由 某', Bit.wound)
  mark('the', Bit.firstOfWound)
  mark('is was and of are has had were', Bit.secondOfWound)
  for (const [first, second] of readPhrasebook().automaton.openings) {
    if (second === null) reasons[first & lowBits] |= 1 << Bit.phrase
    else {
      reasons[first & lowBits] |= 1 << Bit.firstOfPhrase
      reasons[second & lowBits] |= 1 << Bit.secondOfPhrase
    }
  }
  reasonsOfWords = reasons
  return reasons
}

/** Reasons by the kind of a token. */
const reasonsOfKinds = Uint8Array.from({ length: 256 }, (_, kind) => ((kind & identityBits) !== 0 ? 1 << Bit.name : 0))

/** Scratch of one thread. */
const makeList = (): TokenList => {
  const list: TokenList = { n: 0, at: new Uint32Array(0) }
  // a field that changes before any code is compiled does not cost that code later
  list.at = new Uint32Array(1024)
  return list
}
const seen: Glance = { articles: makeList(), wounds: makeList(), phrases: makeList(), names: makeList(), kinds: 0 }

/** Glances over a document. Linear in its tokens, and without branches, which would be guessed wrong at every third token. */
export function glanceOver(text: string, stream: TokenStream, prompt: string | null): TraceDocument {
  const { n } = stream
  if (seen.names.at.length <= n)
    for (const list of [seen.articles, seen.wounds, seen.phrases, seen.names]) list.at = new Uint32Array(2 * n)
  seen.kinds = fillLists(stream, text.length, readReasons(), seen)
  return { text, stream, prompt, glance: seen }
}

/** Fills the lists of a glance: every token is written to each, and stays where it has a reason. Returns all kinds. */
function fillLists(stream: TokenStream, length: number, reasons: Uint8Array, glance: Glance): number {
  const { n, hash, start, end, kind } = stream
  const [articles, wounds, phrases, names] = [glance.articles.at, glance.wounds.at, glance.phrases.at, glance.names.at]
  let [nArticles, nWounds, nPhrases, nNames] = [0, 0, 0, 0]
  let kinds = 0
  let own = n > 0 ? reasons[hash[0] & lowBits] : 0
  for (let i = 0; i < n; i++) {
    const isLast = i + 1 === n
    const next = isLast ? 0 : reasons[hash[i + 1] & lowBits]
    const bits = kind[i]
    const gap = ((isLast ? length : start[i + 1]) - end[i]) | 0
    const isHan = (bits >> hanShift) & 1
    // a wide gap, a broken phrase, or any mark behind an ideograph; an ideograph that comes again behind the next
    const isWound =
      ((1 - gap) >>> 31) | ((own >> Bit.firstOfWound) & (next >> Bit.secondOfWound)) | ((-gap >>> 31) & isHan)
    // nearly all texts have none: told by the branch, not by a look at two hashes
    const isAgain = isHan !== 0 && hash[i] === hash[i + 2] ? 1 : 0
    const why = own | reasonsOfKinds[bits] | (isWound << Bit.wound) | (isAgain << Bit.name)
    wounds[nWounds] = names[nNames] = i
    nWounds += (why >> Bit.wound) & 1
    nNames += (why >> Bit.name) & 1
    const isPhrase = (why >> Bit.phrase) | ((own >> Bit.firstOfPhrase) & (next >> Bit.secondOfPhrase))
    if ((isPhrase & 1) !== 0) phrases[nPhrases++] = i
    if ((why & 1) !== 0) articles[nArticles++] = i
    kinds |= bits
    own = next
  }
  glance.articles.n = nArticles
  glance.wounds.n = nWounds
  glance.phrases.n = nPhrases
  glance.names.n = nNames
  return kinds
}
