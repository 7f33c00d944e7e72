/**
 * Style: the loops that count features and weigh the counts, over the arrays of one counter.
 *
 * Two n-grams of every code, each a look into a table of 1.6 MB at a place that the one before says nothing of: no
 * branch depends on what is found, so that many looks are under way at once. A bucket that does not count falls on slot
 * 0, whose count is never 0. See `assembly.ts`.
 */
import {
  type Code,
  code,
  constant,
  constantF64,
  f64,
  forEach,
  get,
  i32,
  type Loop,
  loadF32,
  loadI32,
  loadU8,
  loadU16,
  makeLoops,
  set,
  storeF32,
  storeF64,
  storeI32,
  storeU8,
  tee,
  Value,
} from './assembly.ts'
import { valueScale } from './kernel.ts'

/** A slot takes three bytes: a table a quarter smaller, more of which stays at hand. */
const slotBytes = 3
const maxSlot = 0xffffff

/** Codes, and buckets of a channel, that are counted at a time. */
export const chunk = 4096
/** Codes before the first that its n-grams reach back to. */
export const context = 4
/** Counts from this on weigh the same. */
export const nLogs = 256
/** … and are counted no further, so that a count is a byte. */
const mostCounted = nLogs - 1

/** The arrays of a counter, and its loops over them. Places are in bytes; `touched` lies as the caller divides it. */
export interface Tally {
  /** `context` codes, then up to `chunk` */
  codes: Uint16Array
  /** buckets to be counted, `chunk` for each channel */
  lists: Uint32Array
  /** by slot */
  counts: Uint8Array
  touched: Uint32Array
  /** weight of a count, by count; and of a slot */
  logs: Float32Array
  weights: Float32Array
  /** by place in `touched`: count times weight, and the entry of a vector */
  raw: Float32Array
  entries: Uint32Array
  /** one number: what `countCharacters` adds those n-grams to that have a slot */
  known: Uint32Array
  /** one number: the sum of squares of what `weigh` wrote */
  square: Float64Array
  /** counts the n-grams of `n` codes; returns the place behind the last slot that was touched */
  countCharacters: (n: number, touched: number) => number
  /** counts the buckets `[from, to)` of the lists; returns the same */
  countBuckets: (from: number, to: number, touched: number) => number
  /** weighs the counts of the slots `[from, to)` */
  weigh: (from: number, to: number) => void
  /** writes their entries, times a scale, and forgets their counts */
  pack: (from: number, to: number, scale: number) => void
}

type Places = Record<
  'known' | 'square' | 'codes' | 'lists' | 'slots' | 'counts' | 'touched' | 'logs' | 'weights' | 'raw' | 'entries',
  number
>
const numbers = (n: number): Loop['parameters'] => new Array(n).fill(Value.i32)

/** The value on top of the stack, spread over 32 bits; the same as `spread` of the features. */
function spread(h: number): Code {
  const fold = (bits: number): Code => code(get(h), get(h), constant(bits), i32.shiftRight, i32.xor)
  return code(
    code(set(h), fold(15), constant(0x2c1b3c6d), i32.multiply, set(h)),
    code(fold(12), constant(0x297a2d39), i32.multiply, set(h), fold(15)),
  )
}

/** Counts the bucket on top of the stack. */
function count(places: Places, { slot, seen, touched }: Record<string, number>): Code {
  return code(
    code(constant(slotBytes), i32.multiply, loadI32(places.slots), constant(maxSlot), i32.and, set(slot)),
    code(get(touched), get(slot), storeI32(places.touched)),
    code(get(slot), loadU8(places.counts), set(seen)),
    code(get(touched), get(seen), i32.isZero, constant(2), i32.shiftLeft, i32.add, set(touched)),
    code(get(slot), get(seen), get(seen), constant(mostCounted), i32.isLess, i32.add, storeU8(places.counts)),
  )
}

function countCharacters(places: Places, nCharacters: number): Loop {
  const [n, touched, at, h, triple, known, slot, seen] = Array.from({ length: 8 }, (_, i) => i)
  /** the code so many places back, changed and multiplied */
  const mixed = (back: number, plus: number, factor: number): Code =>
    code(
      code(get(at), loadU16(places.codes + (context - back) * 2)),
      code(constant(plus), i32.add, constant(factor), i32.multiply),
    )
  const countHash = code(
    code(spread(h), constant(nCharacters - 1), i32.and, count(places, { slot, seen, touched })),
    code(get(known), get(slot), constant(0), i32.isNotEqual, i32.add, set(known)),
  )
  const three = code(mixed(0, 1, 0x9e3779b1), mixed(1, 7, 0x85ebca6b), mixed(2, 13, 0xc2b2ae35), i32.xor, i32.xor)
  const rest = code(mixed(3, 29, 0x27d4eb2f), mixed(4, 31, 0x165667b1), i32.xor)
  return {
    parameters: numbers(2),
    locals: numbers(6),
    result: true,
    body: code(
      code(get(n), constant(1), i32.shiftLeft, set(n)),
      forEach(
        ...([at, n, 2] as const),
        code(three, tee(triple), countHash, get(triple), constant(0x01000193), i32.multiply, rest, i32.xor, countHash),
      ),
      code(constant(0), constant(0), loadI32(places.known), get(known), i32.add, storeI32(places.known)),
      get(touched),
    ),
  }
}

function countBuckets(places: Places): Loop {
  const [from, to, touched, slot, seen] = Array.from({ length: 5 }, (_, i) => i)
  const bucket = code(get(from), loadI32(places.lists))
  return {
    parameters: numbers(3),
    locals: numbers(2),
    result: true,
    body: code(forEach(from, to, 4, bucket, count(places, { slot, seen, touched })), get(touched)),
  }
}

function weigh(places: Places): Loop {
  const [from, to, slot, x, square] = Array.from({ length: 5 }, (_, i) => i)
  const log = code(
    code(get(slot), loadU8(places.counts), constant(2), i32.shiftLeft),
    code(loadF32(places.logs), f64.promote),
  )
  const weight = code(get(slot), constant(2), i32.shiftLeft, loadF32(places.weights), f64.promote)
  return {
    parameters: numbers(2),
    locals: [...numbers(1), Value.f64, Value.f64],
    result: false,
    body: code(
      forEach(
        ...([from, to, 4] as const),
        code(get(from), loadI32(places.touched), set(slot), log, weight, f64.multiply, set(x)),
        code(get(from), get(x), f64.demote, storeF32(places.raw)),
        code(get(square), get(x), get(x), f64.multiply, f64.add, set(square)),
      ),
      code(constant(0), get(square), storeF64(places.square)),
    ),
  }
}

function pack(places: Places): Loop {
  const [from, to, scale, slot] = Array.from({ length: 4 }, (_, i) => i)
  const value = code(
    code(get(from), loadF32(places.raw), f64.promote, get(scale), f64.multiply),
    code(constantF64(valueScale), f64.multiply, constantF64(0.5), f64.add, f64.truncate),
  )
  return {
    parameters: [...numbers(2), Value.f64],
    locals: numbers(1),
    result: false,
    body: forEach(
      ...([from, to, 4] as const),
      code(get(from), loadI32(places.touched), set(slot)),
      code(get(from), value, constant(17), i32.shiftLeft, get(slot), constant(-1), i32.add, i32.or),
      code(storeI32(places.entries), get(slot), constant(0), storeU8(places.counts)),
    ),
  }
}

/**
 * Makes the arrays and the loops.
 *
 * @param slots by bucket: where it is counted, ≥ 1; or 0. No slot has two buckets
 * @param nCharacters buckets of the character n-grams, the first ones; a power of two
 * @param nLists lists of buckets
 * @param nTouched places for slots that are touched
 */
export function createTally(slots: Uint32Array, nCharacters: number, nLists: number, nTouched: number): Tally {
  const nSlots = slots.reduce((most, slot) => Math.max(most, slot), 0) + 1
  let bytes = 0
  const reserve = (n: number): number => {
    const start = bytes
    bytes = Math.ceil((bytes + n) / 16) * 16
    return start
  }
  const place = {
    ...{ known: reserve(4), square: reserve(8), codes: reserve((context + chunk) * 2) },
    lists: reserve(nLists * chunk * 4),
    ...{ slots: reserve((slots.length + 1) * slotBytes), counts: reserve(nSlots), touched: reserve(nTouched * 4) },
    ...{ logs: reserve(nLogs * 4), weights: reserve(nSlots * 4) },
    ...{ raw: reserve(nTouched * 4), entries: reserve(nTouched * 4) },
  }
  const { buffer, functions } = makeLoops(bytes, [
    countCharacters(place, nCharacters),
    countBuckets(place),
    weigh(place),
    pack(place),
  ])
  const counts = new Uint8Array(buffer, place.counts, nSlots)
  counts[0] = 1
  const table = new Uint8Array(buffer, place.slots, slots.length * slotBytes)
  for (let bucket = 0, at = 0; bucket < slots.length; bucket++) {
    for (let shift = 0; shift < 8 * slotBytes; shift += 8) table[at++] = slots[bucket] >>> shift
  }
  const [characters, buckets, ...rest] = functions as ((...values: number[]) => number)[]
  // places in `touched` are passed in bytes
  return {
    codes: new Uint16Array(buffer, place.codes, context + chunk),
    lists: new Uint32Array(buffer, place.lists, nLists * chunk),
    counts,
    touched: new Uint32Array(buffer, place.touched, nTouched),
    logs: new Float32Array(buffer, place.logs, nLogs),
    weights: new Float32Array(buffer, place.weights, nSlots),
    raw: new Float32Array(buffer, place.raw, nTouched),
    entries: new Uint32Array(buffer, place.entries, nTouched),
    known: new Uint32Array(buffer, place.known, 1),
    square: new Float64Array(buffer, place.square, 1),
    countCharacters: (n, touched) => characters(n, touched * 4) / 4,
    countBuckets: (from, to, touched) => buckets(from * 4, to * 4, touched * 4) / 4,
    weigh: (from, to) => rest[0](from * 4, to * 4),
    pack: (from, to, scale) => rest[1](from * 4, to * 4, scale),
  }
}
