/**
 * weigh: what is known of a prompt, found once for all documents that answer it: its 3-grams, its hash, its language.
 */
import { combine } from '../hash.ts'
import { hashStream } from '../match/reference.ts'
import { TokenBuffer } from '../text/buffer.ts'
import { tokenise } from '../text/tokens.ts'
import { functionWords } from '../text/words.ts'
import { identityBits, TokenKind, type TokenStream } from '../types.ts'

/** A prompt of nothing has no 3-grams, hash 0, and no tokens. */
export interface Prompt {
  /** hashes of all raw 3-grams (`trigramAt`) */
  trigrams: ReadonlySet<number>
  /** `hashPrompt` */
  hash: number
  /** raw tokens */
  n: number
  language: Language
}

/** Shares of the plain words of a text. */
export interface Language {
  /** English function words */
  words: number
  ideographs: number
}

/** Hash of the raw 3-gram at token `i`, signed: V8 keeps a set of such numbers without an allocation for each. */
export function trigramAt({ hash }: TokenStream, i: number): number {
  return combine(combine(hash[i], hash[i + 1]), hash[i + 2]) | 0
}

/** Share of function words, and of ideographs, among the plain words of raw tokens `[from, to)`. */
export function describeLanguage({ hash, kind }: TokenStream, from: number, to: number): Language {
  let words = 0
  let ideographs = 0
  let n = 0
  for (let i = from; i < to; i++) {
    if ((kind[i] & (identityBits | TokenKind.code)) !== 0) continue
    n++
    if ((kind[i] & TokenKind.ideograph) !== 0) ideographs++
    else if (functionWords.has(hash[i])) words++
  }
  return { words: words / Math.max(1, n), ideographs: ideographs / Math.max(1, n) }
}

/** Prompts by their text. Holds about `maxUnits` UTF-16 units of them; the one met first goes first. */
export class PromptCache {
  private readonly maxUnits: number
  private readonly buffer = new TokenBuffer()
  private readonly known = new Map<string, Prompt>()
  private heldUnits = 0

  constructor(maxUnits = 2_000_000) {
    this.maxUnits = maxUnits
  }

  /** What is known of a prompt; equal prompts give the same object while both are held. */
  read(text: string | null): Prompt {
    const key = text ?? ''
    let prompt = this.known.get(key)
    if (prompt !== undefined) return prompt
    prompt = describePrompt(tokenise(key, this.buffer))
    this.known.set(key, prompt)
    this.heldUnits += key.length
    for (const oldest of this.known.keys()) {
      if (this.heldUnits <= this.maxUnits || oldest === key) break
      this.known.delete(oldest)
      this.heldUnits -= oldest.length
    }
    return prompt
  }
}

function describePrompt(stream: TokenStream): Prompt {
  const trigrams = new Set<number>()
  for (let i = 0; i + 2 < stream.n; i++) trigrams.add(trigramAt(stream, i))
  return { trigrams, hash: hashStream(stream), n: stream.n, language: describeLanguage(stream, 0, stream.n) }
}
