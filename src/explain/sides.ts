/**
 * explain: the two texts of an alignment, and what stands at their tokens.
 */
import type { Span, TokenStream } from '../types.ts'

/** A text with its tokens. */
export interface Side {
  text: string
  stream: TokenStream
}

/** Raw tokens `[start, end)` of the suspect that stand in the place of raw tokens of the reference. */
export interface Pair {
  suspect: Span
  reference: Span
}

/** Token span → units; an empty one stands behind the token before it. */
export function unitSpan({ stream }: Side, tokens: Span): Span {
  if (tokens[1] > tokens[0]) return [stream.start[tokens[0]], stream.end[tokens[1] - 1]]
  const at = tokens[0] > 0 ? stream.end[tokens[0] - 1] : tokens[0] < stream.n ? stream.start[tokens[0]] : 0
  return [at, at]
}

/** What stands from the first token of a span to its last. */
export function textOf(side: Side, tokens: Span): string {
  return side.text.slice(...unitSpan(side, tokens))
}

/** The original text of a token. */
export function tokenText(side: Side, token: number): string {
  return side.text.slice(side.stream.start[token], side.stream.end[token])
}
