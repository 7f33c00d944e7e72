/**
 * explain: numbers that do not fit what they belong to: a name that has its number (`COVID-77`), a range that begins behind its
 * end (`9-6 minutes`), a fraction that nobody measures (`8/1 cup`). Document, number → whether it is such. Of
 * 133,000 documents of untouched corpora one holds such a thing.
 */
import fits from '../../corpora/phrases/fits.json' with { type: 'json' }
import { hashUnits } from '../hash.ts'
import { WordSet } from '../text/words.ts'
import { TokenKind } from '../types.ts'
import type { TraceDocument } from './glance.ts'

/** Hash of a name → the numbers that it is written with. */
const numbersOf = new Map(
  Object.entries(fits.numbers).map(([name, numbers]) => [hashUnits(name), new WordSet(numbers)]),
)
const time = 'minutes?|mins?|hours?|hrs?|days?|weeks?|months?|seconds?'
const kitchen = 'cups?|teaspoons?|tablespoons?|tsps?|tbsps?|inch|inches|pounds?|lbs?|ounces?'
/** A second number of up to three digits and what is measured; a year may be one before Christ. */
const range = new RegExp(
  `^[-–~](\\d{1,3})(?: ?(?:${time}|${kitchen}|feet|miles)(?![a-z])|(?:分钟|小时|天|周|个月|克|毫升|厘米|公里|米))`,
)
const fraction = new RegExp(`^/(\\d)(?: ?(?:${kitchen})(?![a-z])|(?:杯|汤匙|茶匙|大匙|小匙|勺))`)
const maxRangeUnits = 3
/** Units behind a number in which its other half and the measure stand. */
const reachUnits = 18
/** Denominators of spoons, cups and rulers. */
const denominators = '23468'

/** Does the number at a token not fit what stands beside it? Most are turned away by a look at two units. */
export function isStrangeAmount(document: TraceDocument, i: number): boolean {
  const { text, stream } = document
  const [start, end] = [stream.start[i], stream.end[i]]
  const before = text.charCodeAt(start - 1)
  if (before === 45 /* - */) return isStrangeName(document, i)
  const behind = text.charCodeAt(end)
  const isFraction = behind === 47 /* / */
  if (!(isFraction || behind === 45 || behind === 0x2013 /* – */ || behind === 126) /* ~ */) return false
  if (end - start > maxRangeUnits || '$#.,:/'.includes(text[start - 1] ?? ' ')) return false
  const number = text.slice(start, end)
  const other = (isFraction ? fraction : range).exec(text.slice(end, end + reachUnits))?.[1]
  if (other === undefined || !/^\d+$/.test(number)) return false
  if (!isFraction) return Number(number) > Number(other)
  return number.length === 1 && (number >= other || !denominators.includes(other))
}

/** `COVID-77`. */
function isStrangeName({ text, stream }: TraceDocument, i: number): boolean {
  if (i === 0 || stream.end[i - 1] + 1 !== stream.start[i] || (stream.kind[i - 1] & TokenKind.name) === 0) return false
  const known = numbersOf.get(stream.hash[i - 1])
  const isPlain = known !== undefined && /^\d+$/.test(text.slice(stream.start[i], stream.end[i]))
  return isPlain && !known.has(stream.hash[i])
}
