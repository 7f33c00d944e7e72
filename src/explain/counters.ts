/**
 * explain: counters of scars and residue → rates with an interval, beside the background.
 *
 * Plain data, commutative sums, and examples chosen by hash: the same whatever the order or number of workers.
 */
import { hashUnits } from '../hash.ts'
import { clopperPearson } from '../stats.ts'
import type { Rate } from '../types.ts'
import type { TraceDocument } from './glance.ts'

const maxExamples = 5
/** Units of text shown on either side of an example. */
const exampleUnits = 48
const level = 0.95
/** A rate is reported when its lower bound at this level clears what untouched text shows. */
const reportLevel = 0.999
/** Smaller corpora are shown but not judged: a few long documents of one origin prove nothing. */
export const minJudged = 50

/** How often something was seen, out of how many chances. */
export interface Counter {
  count: number
  of: number
  /** those of smallest rank, ascending */
  examples: { rank: number; text: string }[]
}

/** Counters by name. */
export type Counters = Map<string, Counter>

/** The counter of that name, made if new. */
export function counterOf(counters: Counters, name: string): Counter {
  let counter = counters.get(name)
  if (counter === undefined) {
    counter = { count: 0, of: 0, examples: [] }
    counters.set(name, counter)
  }
  return counter
}

/**
 * Counts one event; the text around `[start, end)` may become an example. Examples are chosen by the hash of what they
 * show, so that neither place nor order of the documents matters. `note` stands before the text.
 */
export function countEvent(counter: Counter, document: TraceDocument, start: number, end: number, note = ''): void {
  counter.count++
  const text = note + excerpt(document.text, start, end)
  const rank = hashUnits(text)
  if (counter.examples.length === maxExamples && rank > counter.examples[maxExamples - 1].rank) return
  addExample(counter, { rank, text })
  sortExamples(counter)
}

/** Equal texts are one example. */
function addExample(counter: Counter, example: { rank: number; text: string }): void {
  if (!counter.examples.some(seen => seen.text === example.text)) counter.examples.push({ ...example })
}

function sortExamples(counter: Counter): void {
  counter.examples.sort((a, b) => a.rank - b.rank || (a.text < b.text ? -1 : 1))
  counter.examples.length = Math.min(counter.examples.length, maxExamples)
}

function excerpt(text: string, start: number, end: number): string {
  let from = Math.max(0, start - exampleUnits)
  let to = Math.min(text.length, Math.min(end, start + 3 * exampleUnits) + exampleUnits)
  // half a character is none
  if ((text.charCodeAt(from) & 0xfc00) === 0xdc00) from++
  if ((text.charCodeAt(to - 1) & 0xfc00) === 0xd800) to--
  return `${from > 0 ? '…' : ''}${text.slice(from, to).replace(/\s+/g, ' ')}${to < text.length ? '…' : ''}`
}

/** Adds the counters of another worker. */
export function mergeCounters(into: Counters, other: Counters): void {
  for (const [name, theirs] of other) {
    const mine = counterOf(into, name)
    mine.count += theirs.count
    mine.of += theirs.of
    for (const example of theirs.examples) addExample(mine, example)
    sortExamples(mine)
  }
}

/**
 * A counter as a rate.
 *
 * @param background the same counter in the background, if there is one
 * @param untouched highest rate that untouched text is known to show; a rate is `reported` when it clearly
 *   exceeds that and the background. Left out: what is seen at all is reported.
 * @param least fewer chances than this are shown but not judged
 */
export function rateOf(
  counter: Counter,
  background: Counter | undefined,
  untouched = 0,
  least: number = minJudged,
): Rate {
  const { count, of } = counter
  const interval = of === 0 ? { low: 0, high: 1 } : clopperPearson(count, of, level)
  const ofBackground =
    background !== undefined && background.of > 0 ? { count: background.count, of: background.of } : null
  return {
    count,
    of,
    ...interval,
    level,
    background: ofBackground,
    examples: counter.examples.map(example => example.text),
    reported: count > 0 && (untouched === 0 || counter.of >= least) && isAbove(counter, ofBackground, untouched),
  }
}

function isAbove(counter: Counter, background: { count: number; of: number } | null, untouched: number): boolean {
  const { low } = clopperPearson(counter.count, counter.of, 2 * reportLevel - 1)
  // a background that had few chances says nothing
  const isKnown = background !== null && background.of >= minJudged
  const ceiling = isKnown ? clopperPearson(background.count, background.of, level).high : 0
  return low > Math.max(untouched, ceiling)
}
