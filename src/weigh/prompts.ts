/**
 * weigh: what is known of a prompt, found once for all documents that answer it: its 3-grams, its hash, its language.
 */
import { combine } from '../hash.ts'
import { hashStream } from '../match/reference.ts'
import { TokenBuffer } from '../text/buffer.ts'
import { tokenise } from '../text/tokens.ts'
import type { TokenStream } from '../types.ts'
import { describeLanguage, type Language } from './language.ts'

const sieveBits = 8192

/** A prompt of nothing has no 3-grams, hash 0, and no tokens. */
export interface Prompt {
  /** hashes of all raw 3-grams (`trigramAt`) */
  trigrams: ReadonlySet<number>
  /** bit `t mod 8192` is 1 where a 3-gram t may be among them: most of what is asked for is not */
  sieve: Uint32Array
  /** `hashPrompt` */
  hash: number
  /** raw tokens */
  n: number
  /** undefined where too little tells */
  language: Language | undefined
}

/** Hash of the raw 3-gram at token `i`, signed: V8 keeps a set of such numbers without an allocation for each. */
export function trigramAt({ hash }: TokenStream, i: number): number {
  return combine(combine(hash[i], hash[i + 1]), hash[i + 2]) | 0
}

/** Is the raw 3-gram at token `i` one of the prompt's? */
export function hasTrigram({ trigrams, sieve }: Prompt, stream: TokenStream, i: number): boolean {
  const trigram = trigramAt(stream, i)
  return ((sieve[(trigram & (sieveBits - 1)) >>> 5] >>> trigram) & 1) === 1 && trigrams.has(trigram)
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
    prompt = describePrompt(key, tokenise(key, this.buffer))
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

function describePrompt(text: string, stream: TokenStream): Prompt {
  const trigrams = new Set<number>()
  const sieve = new Uint32Array(sieveBits / 32)
  for (let i = 0; i + 2 < stream.n; i++) {
    const trigram = trigramAt(stream, i)
    trigrams.add(trigram)
    sieve[(trigram & (sieveBits - 1)) >>> 5] |= 1 << trigram
  }
  return {
    trigrams,
    sieve,
    hash: hashStream(stream),
    n: stream.n,
    language: describeLanguage(text, stream, [0, stream.n]),
  }
}
