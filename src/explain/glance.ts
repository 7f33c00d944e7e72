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
const shownBits = 15
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
  mark('s by am im is 由', Bit.wound)
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

/** Scratch of one thread: the tokens with any reason, and the lists made of them. */
let token = new Uint32Array(1024)
let reason = new Uint8Array(1024)
const makeList = (): TokenList => ({ n: 0, at: new Uint32Array(1024) })
const seen: Glance = { articles: makeList(), wounds: makeList(), phrases: makeList(), names: makeList(), kinds: 0 }

/** Glances over a document. Linear in its tokens, and without branches, which would be guessed wrong at every third token. */
export function glanceOver(text: string, stream: TokenStream, prompt: string | null): TraceDocument {
  const { n, hash, start, end, kind } = stream
  if (token.length < n) {
    token = new Uint32Array(2 * n)
    reason = new Uint8Array(2 * n)
  }
  const reasons = readReasons()
  let m = 0
  let kinds = 0
  let next = n > 0 ? reasons[hash[0] & lowBits] : 0
  for (let i = 0; i < n; i++) {
    const own = next
    const isLast = i + 1 === n
    next = isLast ? 0 : reasons[hash[i + 1] & lowBits]
    kinds |= kind[i]
    const gap = (isLast ? text.length : start[i + 1]) - end[i]
    const isWide = (1 - gap) >>> 31
    const isPhrase = (own >> Bit.firstOfPhrase) & (next >> Bit.secondOfPhrase) & 1
    const isBroken = (own >> Bit.firstOfWound) & (next >> Bit.secondOfWound)
    const isHan = (kind[i] >> hanShift) & 1
    // a mark behind an ideograph, and one that comes again at once but one
    const isStopped = (-gap >>> 31) & isHan
    const isAgain = i + 2 < n && hash[i] === hash[i + 2] ? isHan : 0
    const why =
      (own & shownBits) |
      reasonsOfKinds[kind[i]] |
      ((isWide | isBroken | isStopped) << Bit.wound) |
      (isAgain << Bit.name) |
      (isPhrase << Bit.phrase)
    token[m] = i
    reason[m] = why
    m += (why + shownBits) >> Bit.firstOfPhrase
  }
  seen.kinds = kinds
  fill(seen.articles, Bit.article, m)
  fill(seen.wounds, Bit.wound, m)
  fill(seen.phrases, Bit.phrase, m)
  fill(seen.names, Bit.name, m)
  return { text, stream, prompt, glance: seen }
}

/** Lists those of the first `m` tokens picked that have a reason. */
function fill(list: TokenList, bit: number, m: number): void {
  if (list.at.length < m) list.at = new Uint32Array(2 * m)
  const { at } = list
  let n = 0
  for (let i = 0; i < m; i++) {
    at[n] = token[i]
    n += (reason[i] >> bit) & 1
  }
  list.n = n
}
