/**
 * Style: a small assembler for WebAssembly, for the few inner loops that take most of the time.
 *
 * Every Node from 16 on has lanes of 128 bits. The loops are put together here from the few instructions that they
 * take, so that there is no binary to trust. Arithmetic is that of IEEE 754 and of whole numbers in a fixed order: the
 * same on every machine.
 */

/** What is used of WebAssembly, which the types of Node do not declare. */
declare namespace WebAssembly {
  class Memory {
    constructor(size: { initial: number })
    readonly buffer: ArrayBuffer
  }
  class Module {
    constructor(bytes: Uint8Array)
  }
  class Instance {
    constructor(module: Module, imports: Record<string, Record<string, Memory>>)
    readonly exports: Record<string, unknown>
  }
}

/** Bytes of instructions. */
export type Code = number[]

/** Kinds of values. */
export const Value = { i32: 0x7f, f64: 0x7c, v128: 0x7b } as const
type Value = (typeof Value)[keyof typeof Value]

/** A function: what it takes, what it keeps beside, and whether it gives an i32 back. Locals are numbered in this order. */
export interface Loop {
  parameters: Value[]
  locals: Value[]
  result: boolean
  body: Code
}

/** Instructions one after another. */
export const code = (...parts: Code[]): Code => parts.flat()
/** LEB128 of a number of at least 0. */
const unsigned = (n: number): Code => (n < 128 ? [n] : [(n & 127) | 128, ...unsigned(n >>> 7)])
/** LEB128 of a number of 32 bits. */
const signed = (n: number): Code => (n >= -64 && n < 64 ? [n & 127] : [(n & 127) | 128, ...signed(n >> 7)])
const wide = (opcode: number, ...rest: number[]): Code => [0xfd, ...unsigned(opcode), ...rest]
/** A place in the memory: alignment as a power of two, and a constant added to the address. */
const at = (opcode: Code, align: number, offset: number): Code => [...opcode, align, ...unsigned(offset)]

export const get = (local: number): Code => [0x20, local]
export const set = (local: number): Code => [0x21, local]
export const tee = (local: number): Code => [0x22, local]
export const constant = (n: number): Code => [0x41, ...signed(n | 0)]

const load =
  (opcode: number, align: number) =>
  (offset = 0): Code =>
    at([opcode], align, offset)
type Place = (offset?: number) => Code

export const loadI32: Place = load(0x28, 2)
export const loadF32: Place = load(0x2a, 2)
export const loadU8: Place = load(0x2d, 0)
export const loadU16: Place = load(0x2f, 1)
export const storeI32: Place = load(0x36, 2)
export const storeF32: Place = load(0x38, 2)
export const storeF64: Place = load(0x39, 3)
export const storeU8: Place = load(0x3a, 0)
export const loadV128: Place = (offset = 0) => at(wide(0), 2, offset)
export const storeV128: Place = (offset = 0) => at(wide(11), 2, offset)

type I32 = 'isZero' | 'isNotEqual' | 'isLess' | 'add' | 'multiply' | 'and' | 'or' | 'xor' | 'shiftLeft' | 'shiftRight'
export const i32: Record<I32, Code> = {
  ...{ isZero: [0x45], isNotEqual: [0x47], isLess: [0x49] },
  ...{ add: [0x6a], multiply: [0x6c], and: [0x71], or: [0x72], xor: [0x73], shiftLeft: [0x74], shiftRight: [0x76] },
}
export const f64: Record<'add' | 'multiply' | 'truncate' | 'demote' | 'promote', Code> = {
  ...{ add: [0xa0], multiply: [0xa2], truncate: [0xfc, 3], demote: [0xb6], promote: [0xbb] },
}
export const constantF64 = (n: number): Code => [0x44, ...new Uint8Array(Float64Array.of(n).buffer)]
export const convertToF32: Code = [0xb3]
/** Of sixteen bytes with their signs, eight as numbers of 16 bits. */
export const extend: Record<'low' | 'high', Code> = { low: wide(135), high: wide(136) }
export const splatI16: Code = wide(16)
export const splatF32: Code = wide(19)
export const i32x4: Record<'add' | 'multiplyLow' | 'multiplyHigh', Code> = {
  ...{ add: wide(174), multiplyLow: wide(188), multiplyHigh: wide(189) },
}
export const f32x4: Record<'add' | 'multiply', Code> = { add: wide(228), multiply: wide(230) }

/** Runs the body with `place` going in steps of so many bytes until it reaches `end`. */
export function forEach(place: number, end: number, bytes: number, ...body: Code[]): Code {
  const none = 0x40
  const leaveAtEnd = code(get(place), get(end), [0x4f, 0x0d, 1])
  const advance = code(get(place), constant(bytes), i32.add, set(place), [0x0c, 0])
  return code([0x02, none, 0x03, none], leaveAtEnd, ...body, advance, [0x0b, 0x0b])
}

const sections = { types: 1, imports: 2, functions: 3, exports: 7, code: 10 }

/** A module that imports memory and exports the loops as `0`, `1`, … */
function assemble(loops: Loop[], nPages: number): Uint8Array {
  const list = (items: Code[]): Code => code(unsigned(items.length), ...items)
  const sized = (body: Code): Code => code(unsigned(body.length), body)
  const name = (text: string): Code => sized([...Buffer.from(text)])
  const values = (kinds: Value[]): Code => list(kinds.map(kind => [kind]))
  const parts: [number, Code[]][] = [
    [sections.types, loops.map(loop => code([0x60], values(loop.parameters), values(loop.result ? [Value.i32] : [])))],
    [sections.imports, [code(name('kernel'), name('memory'), [2, 0], unsigned(nPages))]],
    [sections.functions, loops.map((_, i) => [i])],
    [sections.exports, loops.map((_, i) => code(name(`${i}`), [0, i]))],
    [sections.code, loops.map(({ locals, body }) => sized(code(list(locals.map(kind => [1, kind])), body, [0x0b])))],
  ]
  const magicAndVersion = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]
  return Uint8Array.from(code(magicAndVersion, ...parts.map(([id, items]) => code([id], sized(list(items))))))
}

/**
 * Makes the loops with a memory of their own, which holds zeros at first.
 *
 * @param bytes of memory, at most 4 GB
 * @returns the memory, and each loop as a function of numbers
 */
export function makeLoops(bytes: number, loops: Loop[]): { buffer: ArrayBuffer; functions: unknown[] } {
  const nPages = Math.ceil(bytes / 65536)
  const memory = new WebAssembly.Memory({ initial: nPages })
  const module = new WebAssembly.Module(assemble(loops, nPages))
  const { exports } = new WebAssembly.Instance(module, { kernel: { memory } })
  return { buffer: memory.buffer, functions: loops.map((_, i) => exports[`${i}`]) }
}
