/**
 * explain: tokens of a document → those at which a scar or residue may stand, in one pass over arrays.
 *
 * Nearly all tokens are turned away by their hash, their kind and the gap behind them; the detectors look at the rest
 * only. A token too many costs time, and none may be missing: each detector checks again what it is shown.
 */
import { hashUnits } from '../hash.ts'
import { identityBits, TokenKind, type TokenStream } from '../types.ts'
import { readPhrasebook } from './phrasebook.ts'

/** Why a token deserves a look; bits. */
export const Reason = {
  /** it may be an article */
  article: 1,
  /** a name may have been deleted at it: a telling word, an ideograph, or a gap that is no single space */
  wound: 2,
  /** a phrase of the phrasebook may begin with it */
  phrase: 4,
  /** it bears identity, or is an ideograph */
  kind: 8,
} as const

/** Tokens that deserve a look, ascending; only the first `n` count. Valid until the next glance. */
export interface Glance {
  n: number
  token: Uint32Array
  /** `Reason` bits of each */
  reason: Uint8Array
}

/** A document in which traces are sought. */
export interface TraceDocument {
  text: string
  stream: TokenStream
  /** the text that asked for it, or null */
  prompt: string | null
  glance: Glance
}

/** What the low bits of a token's hash say: `Reason` bits, and these of phrases of more than one token. */
const lowBits = (1 << 14) - 1
const firstOfPhrase = 16
const secondOfPhrase = 32
let reasonsOfWords: Uint8Array | undefined

function readReasons(): Uint8Array {
  if (reasonsOfWords !== undefined) return reasonsOfWords
  const reasons = new Uint8Array(lowBits + 1)
  const mark = (words: string, reason: number): void => {
    for (const word of words.split(' ')) reasons[hashUnits(word) & lowBits] |= reason
  }
  mark('a an', Reason.article)
  mark('s by am im is 由', Reason.wound)
  const { automaton } = readPhrasebook()
  for (const [first, second] of automaton.openings) {
    if (second === null) reasons[first & lowBits] |= Reason.phrase
    else {
      reasons[first & lowBits] |= firstOfPhrase
      reasons[second & lowBits] |= secondOfPhrase
    }
  }
  reasonsOfWords = reasons
  return reasons
}

const reasonsOfKinds = Uint8Array.from({ length: 256 }, (_, kind) => {
  const isIdeograph = (kind & TokenKind.ideograph) !== 0
  return ((kind & identityBits) !== 0 || isIdeograph ? Reason.kind : 0) | (isIdeograph ? Reason.wound : 0)
})

/** Scratch of one thread. */
const seen: Glance = { n: 0, token: new Uint32Array(1024), reason: new Uint8Array(1024) }

/** Glances over a document. Linear in its tokens. */
export function glanceOver(text: string, stream: TokenStream, prompt: string | null): TraceDocument {
  const { n, hash, start, end, kind } = stream
  if (seen.token.length < n) {
    seen.token = new Uint32Array(2 * n)
    seen.reason = new Uint8Array(2 * n)
  }
  const { token, reason } = seen
  const reasons = readReasons()
  let m = 0
  let next = n > 0 ? reasons[hash[0] & lowBits] : 0
  for (let i = 0; i < n; i++) {
    const own = next
    const isLast = i + 1 === n
    next = isLast ? 0 : reasons[hash[i + 1] & lowBits]
    const gap = (isLast ? text.length : start[i + 1]) - end[i]
    let why = (own & 15) | reasonsOfKinds[kind[i]]
    if (gap > 1) why |= Reason.wound
    if ((own & firstOfPhrase) !== 0 && (next & secondOfPhrase) !== 0) why |= Reason.phrase
    token[m] = i
    reason[m] = why
    if (why !== 0) m++
  }
  seen.n = m
  return { text, stream, prompt, glance: seen }
}
