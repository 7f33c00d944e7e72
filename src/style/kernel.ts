/**
 * Style: the three inner loops over sparse vectors, for four or sixteen classes at a time.
 *
 * Assembled by `assembly.ts`: four times as fast as the same loops over typed arrays (43 against 165 ns an entry and
 * sweep of 17 classes), and training is little else.
 */
import {
  type Code,
  code,
  constant,
  convertToF32,
  extend,
  f32x4,
  forEach,
  get,
  i32,
  i32x4,
  type Loop,
  loadI32,
  loadV128,
  makeLoops,
  set,
  splatF32,
  splatI16,
  storeV128,
  Value,
} from './assembly.ts'

/**
 * A loop over the entries of one vector. All arguments are places in the memory, in bytes.
 *
 * @param entry first of the vector, see {@link packEntry}
 * @param end behind the last
 * @param weights those of feature 0
 * @param lanes a number for each class: sums or steps
 */
export type EntryLoop = (entry: number, end: number, weights: number, lanes: number) => void

/** The loops and the memory that they work on, which holds zeros at first. */
export interface Kernel {
  buffer: ArrayBuffer
  /** adds to four sums (f32) the products of value and the feature's weights (f32), 16 bytes a feature */
  dot: EntryLoop
  /** adds to the weights of each feature, laid as for `dot`, the products of value and four steps (f32) */
  add: EntryLoop
  /** adds to sixteen sums (i32) the products of value and sixteen weights of the feature (i8), `stride` bytes a feature */
  multiply: EntryLoop
}

/** Features that an entry can name. */
export const maxFeatures: number = 1 << 17
/** The loops see an entry of a unit vector as a whole number of this fraction. */
export const valueScale = 32767

/** Feature of an entry. */
export function featureOfEntry(entry: number): number {
  return entry & (maxFeatures - 1)
}

/** Value of an entry, 0–1. */
export function valueOfEntry(entry: number): number {
  return (entry >>> 17) / valueScale
}

/** An entry in 32 bits: bits 0–16 the feature, bits 17–31 the value, 0–1, in `valueScale`ths. */
export function packEntry(feature: number, value: number): number {
  return ((value * valueScale + 0.5) << 17) | feature
}

/** Classes that `dot` and `add` take at a time. */
export const nLanes = 4
/** Classes that `multiply` takes at a time. */
export const nByteLanes = 16

/** Parameters of every loop, then its locals. */
const [entry, end, weights, lanes, low, high, third, fourth, bytes, value, place] = Array.from(
  { length: 11 },
  (_, i) => i,
)
const loop = (...body: Code[]): Loop => ({
  parameters: new Array(4).fill(Value.i32),
  locals: [...new Array(6).fill(Value.v128), Value.i32],
  result: false,
  body: code(...body),
})
const forEachEntry = (...body: Code[]): Code => forEach(entry, end, 4, ...body)

/** Place of the feature's weights. */
const placeOfFeature = (stride: number): Code =>
  code(
    code(get(entry), loadI32(), constant(maxFeatures - 1), i32.and),
    code(constant(stride), i32.multiply, get(weights), i32.add),
  )

const wholeValue = code(get(entry), loadI32(), constant(17), i32.shiftRight)
const spreadValue = code(wholeValue, convertToF32, splatF32)

const dot = loop(
  code(get(lanes), loadV128(), set(low)),
  forEachEntry(placeOfFeature(16), loadV128(), spreadValue, f32x4.multiply, get(low), f32x4.add, set(low)),
  code(get(lanes), get(low), storeV128()),
)

const add = loop(
  code(get(lanes), loadV128(), set(low)),
  forEachEntry(
    code(placeOfFeature(16), set(place)),
    code(get(place), get(place), loadV128(), spreadValue, get(low), f32x4.multiply, f32x4.add, storeV128()),
  ),
)

/** Four sums of four. */
const quarters = [low, high, third, fourth]
const multiply = (stride: number): Loop => {
  const addTo = (sum: number, half: Code, product: Code): Code =>
    code(get(bytes), half, get(value), product, get(sum), i32x4.add, set(sum))
  return loop(
    ...quarters.map((sum, q) => code(get(lanes), loadV128(q * 16), set(sum))),
    forEachEntry(
      code(placeOfFeature(stride), loadV128(), set(bytes), wholeValue, splatI16, set(value)),
      code(addTo(low, extend.low, i32x4.multiplyLow), addTo(high, extend.low, i32x4.multiplyHigh)),
      code(addTo(third, extend.high, i32x4.multiplyLow), addTo(fourth, extend.high, i32x4.multiplyHigh)),
    ),
    ...quarters.map((sum, q) => code(get(lanes), get(sum), storeV128(q * 16))),
  )
}

/**
 * Makes the loops with a memory of their own.
 *
 * @param bytes of memory, at most 4 GB
 * @param stride bytes of a feature's weights for `multiply`
 */
export function createKernel(bytes: number, stride: number = nByteLanes): Kernel {
  const { buffer, functions } = makeLoops(bytes, [dot, add, multiply(stride)])
  const [first, second, third] = functions as EntryLoop[]
  return { buffer, dot: first, add: second, multiply: third }
}
