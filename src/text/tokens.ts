/**
 * text: a document → its raw and masked token streams, in one pass over the UTF-16 units.
 *
 * Words of alphabetic scripts, single characters of unspaced scripts, numbers, placeholders and addresses
 * become tokens; in code (fenced, or judged so by its lines) marks are tokens too. Capitals inside a
 * sentence mark names. False positives: title case; false negatives: names that open a sentence, names
 * in lower case or in unspaced scripts. Both cost seeds around them, not the match.
 */
import type { TokenStream } from '../types.ts'
import { TokenBuffer } from './buffer.ts'
import { Cutter } from './cutter.ts'
import { cutCode } from './listing.ts'
import { fillMasked } from './masking.ts'
import { cutProse } from './prose.ts'

/**
 * Cuts `text` into tokens.
 *
 * @param buffer where the streams go; they are valid until its next use. A new one if left out.
 */
export function tokenise(text: string, buffer: TokenBuffer = new TokenBuffer()): TokenStream {
  buffer.clear()
  const cutter = new Cutter(text, buffer)
  while (cutter.at < text.length) {
    if (cutter.inCode) cutCode(cutter)
    else cutProse(cutter)
  }
  fillMasked(buffer)
  return buffer
}
