/**
 * explain: numbers that head the items of a list. A number in the place of another → was it replaced, or does another item stand there?
 *
 * Where items were taken out or put in another order, their numbers came with them: `4.` stands where `2.` stood, and nobody
 * replaced it. Told by what the item says: of the reference's items of either number, the one it is liker to is the one it is.
 */
import { TokenBuffer } from '../text/buffer.ts'
import { tokenise } from '../text/tokens.ts'
import { type Side, tokenText } from './sides.ts'

/** Units around an item in which the other is sought, places of its number that are looked at, and items that are held against it. */
const reachUnits = 8192
const maxPlaces = 64
const maxItems = 3
/** Units of an item that are compared. */
const maxItemUnits = 240
const maxNumberUnits = 3
/** What may stand before the number of an item, and what must stand behind it. */
const beforeNumber = /(?:^|\n)[ \t*#>-]*$/
const maxMarkUnits = 8
const behindNumber = /^\**[.)、．:：]/

/** Scratch of one thread. */
const buffer = new TokenBuffer()

/** Does the number at a token of the suspect head another item of the reference than the one whose number stands at `theirs`? */
export function isOtherItem(suspect: Side, ours: number, reference: Side, theirs: number): boolean {
  const number = tokenText(suspect, ours)
  if (number.length > maxNumberUnits || tokenText(reference, theirs).length > maxNumberUnits) return false
  const [s, r] = [suspect.stream.start[ours], reference.stream.start[theirs]]
  const [item, replaced] = [readItem(suspect.text, s), readItem(reference.text, r)]
  if (item === undefined || replaced === undefined) return false
  const said = wordsOf(item)
  const alike = compareWords(said, replaced)
  return alike < 1 && findItems(reference.text, number, r).some(other => compareWords(said, other) > alike)
}

/** What the item says whose number begins at a unit; undefined if no item does. */
function readItem(text: string, at: number): string | undefined {
  if (!beforeNumber.test(text.slice(Math.max(0, at - maxMarkUnits), at))) return undefined
  const [number = ''] = /^\d+/.exec(text.slice(at, at + maxNumberUnits)) ?? []
  const item = text.slice(at + number.length, at + maxItemUnits)
  return behindNumber.test(item) ? item.split('\n', 1)[0] : undefined
}

/** Items of a number near a unit. */
function findItems(text: string, number: string, near: number): string[] {
  const items: string[] = []
  const around = text.slice(Math.max(0, near - reachUnits), near + reachUnits)
  let at = around.indexOf(number)
  for (
    let n = 0;
    at >= 0 && n < maxPlaces && items.length < maxItems;
    n++, at = around.indexOf(number, at + number.length)
  ) {
    const item = /\d/.test(around[at + number.length] ?? '') ? undefined : readItem(around, at)
    if (item !== undefined) items.push(item)
  }
  return items
}

function wordsOf(text: string): Set<number> {
  const { hash, n } = tokenise(text, buffer)
  return new Set(hash.subarray(0, n))
}

/** Share of the words of either that both have (Jaccard 1912). */
function compareWords(words: ReadonlySet<number>, text: string): number {
  const others = wordsOf(text)
  let shared = 0
  for (const word of others) if (words.has(word)) shared++
  return shared / (words.size + others.size - shared)
}
