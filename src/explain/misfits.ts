/**
 * explain: a product behind a maker who does not make it (`Amazon Photoshop`), because one of both names became another real
 * name, which no list of words can tell. Document → counter.
 *
 * Makers and products stand in `fits.json`. False positives: mistakes, and ventures of two firms.
 */
import fits from '../../corpora/phrases/fits.json' with { type: 'json' }
import { hashUnits } from '../hash.ts'
import { WordSet } from '../text/words.ts'
import { TokenKind } from '../types.ts'
import { type Counters, countEvent, counterOf } from './counters.ts'
import type { TraceDocument } from './glance.ts'
import { isCapitalAt } from './letters.ts'

const makers = new WordSet(fits.makers.words)
const chineseMakers = Object.entries(fits.makers.zh).map(([name, maker]) => ({ name, hash: hashUnits(maker) }))
const products = new WordSet(fits.products.map(({ words }) => words).join(' '))
/** Hash of a product → those under whose name it is sold. */
const makersOf = new Map(
  fits.products.flatMap(({ of, words }) => {
    const known = new WordSet(of)
    return words.split(' ').map((word): [number, WordSet] => [hashUnits(word), known])
  }),
)
/** Units before a product in which a Chinese maker stands. */
const maxMakerUnits = 6

/** Counts a document once if a product stands behind a name that is none of its makers'. */
export function countMisfits(counters: Counters, document: TraceDocument): void {
  const { stream, glance } = document
  const { at, n } = glance.names
  for (let g = 0; g < n; g++) {
    const i = at[g]
    if ((stream.kind[i] & (TokenKind.name | TokenKind.code)) !== TokenKind.name) continue
    if (!products.has(stream.hash[i]) || !isStrange(document, i)) continue
    countEvent(counterOf(counters, 'strangeProduct'), document, stream.start[i - 1], stream.end[i])
    return
  }
}

/** `Amazon Photoshop`, `Amazon's Photoshop`, 亚马逊的Photoshop. */
function isStrange({ text, stream }: TraceDocument, i: number): boolean {
  const known = makersOf.get(stream.hash[i])
  const start = stream.start[i]
  if (known === undefined || i === 0 || !isName(text, start)) return false
  if ((stream.kind[i - 1] & TokenKind.ideograph) !== 0) {
    const before = text.slice(Math.max(0, start - maxMakerUnits), start).replace(/[的 ]+$/, '')
    const maker = chineseMakers.find(({ name }) => before.endsWith(name))
    return maker !== undefined && !known.has(maker.hash)
  }
  const maker = stream.hash[i - 1]
  if (!makers.has(maker) || known.has(maker) || !isName(text, stream.start[i - 1])) return false
  return /^(?:['’]s)? $/.test(text.slice(stream.end[i - 1], Math.min(start, stream.end[i - 1] + 4)))
}

/** A capital at a unit, or behind it: `Gmail`, `iPhone`. */
function isName(text: string, at: number): boolean {
  return isCapitalAt(text, at) || isCapitalAt(text, at + 1)
}
