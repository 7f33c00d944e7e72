/**
 * Evidence: findings as they are held until they are written. Of a packed finding, what is looked at often (class, figures,
 * places) stands in the object; texts and lists stand in its line of canonical JSON, compressed together with others once there are many, and are
 * parsed when they are asked for. That takes a quarter of the memory, and the canonical form is made and digested once, however
 * often it is sealed, compared and written. Whoever goes through findings in their order unpacks each chunk once.
 */
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib'
import type { Finding } from '../types.ts'
import { canonicalise, digest } from './canonical.ts'

const chunkBytes = 1 << 20
const digestBytes = 32

/** Fastest: lines of findings are alike, and pack six to one all the same. */
const packing = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }

/** Parts of a finding, and of its sides, that are parsed when they are asked for. */
const lazyKeys: ReadonlySet<string> = new Set(['alternatives', 'competitor', 'edits', 'explained', 'originals'])
const lazySideKeys: ReadonlySet<string> = new Set(['text'])

type SideKey = 'suspect' | 'reference'
type Row = { [key: string]: unknown }

/** Lines of findings with their digests. */
class Chunk {
  private bytes: Buffer
  private digests: Buffer
  private used = 0
  private count = 0
  private isPacked = false

  /** The chunk that was unpacked last. */
  private static unpacked: { of: Chunk; bytes: Buffer } | undefined

  constructor(size: number) {
    this.bytes = Buffer.allocUnsafeSlow(size)
    this.digests = Buffer.allocUnsafeSlow(digestBytes * 1024)
  }

  /** Where a line begins, and its number; undefined if there is no room for it. */
  add(line: string, lineBytes: number): { start: number; number: number } | undefined {
    const { used: start, count: number } = this
    const end = start + lineBytes
    if (end > this.bytes.length || digestBytes * number === this.digests.length) return undefined
    this.bytes.write(line, start)
    digest(this.bytes.subarray(start, end - 1)).copy(this.digests, digestBytes * number)
    this.used = end
    this.count++
    return { start, number }
  }

  get size(): number {
    return this.bytes.length
  }

  /** Compresses it; nothing is added any more. */
  pack(): void {
    this.bytes = brotliCompressSync(this.bytes.subarray(0, this.used), packing)
    this.digests = Buffer.from(this.digests.subarray(0, digestBytes * this.count))
    this.isPacked = true
  }

  lines(): Buffer {
    if (!this.isPacked) return this.bytes
    if (Chunk.unpacked?.of !== this) Chunk.unpacked = { of: this, bytes: brotliDecompressSync(this.bytes) }
    return Chunk.unpacked.bytes
  }

  digestOf(number: number): Uint8Array {
    return this.digests.subarray(digestBytes * number, digestBytes * (number + 1))
  }
}

/** Takes over the properties of a value, but for those that are lazy, and freezes the result. */
function show(target: object, value: object, lazy: ReadonlySet<string>, getters: (key: string) => () => unknown): void {
  for (const [key, entry] of Object.entries(value)) {
    if (lazy.has(key)) Object.defineProperty(target, key, { enumerable: true, get: getters(key) })
    else (target as Row)[key] = entry
  }
  Object.freeze(target)
}

/** One getter for a key: objects with the same getters share their shape. */
function remember<T>(make: (key: string) => T): (key: string) => T {
  const known = new Map<string, T>()
  return key => {
    const found = known.get(key) ?? make(key)
    known.set(key, found)
    return found
  }
}

/** A finding whose canonical JSON is the line `[start, end)` of a chunk. */
class Packed {
  readonly #chunk: Chunk
  readonly #number: number
  readonly #start: number
  readonly #end: number

  /** The finding that was parsed last: who asks for one part mostly asks for the next. */
  static #parsed: { of: Packed; value: Row } | undefined
  static readonly #getters = remember(
    key =>
      function (this: Packed): unknown {
        return this.#parse()[key]
      },
  )

  /** @param finding its properties in canonical order */
  constructor(finding: Finding, chunk: Chunk, number: number, start: number, end: number) {
    this.#chunk = chunk
    this.#number = number
    this.#start = start
    this.#end = end
    const suspect = new Side(this, 'suspect', finding.suspect)
    const reference = new Side(this, 'reference', finding.reference)
    show(this, { ...finding, suspect, reference }, lazyKeys, Packed.#getters)
  }

  static has(finding: object): finding is Packed {
    return #chunk in finding
  }

  static lineOf(finding: Packed): Uint8Array {
    return finding.#chunk.lines().subarray(finding.#start, finding.#end)
  }

  static digestOf(finding: Packed): Uint8Array {
    return finding.#chunk.digestOf(finding.#number)
  }

  static sideOf(finding: Packed, key: SideKey): Row {
    return finding.#parse()[key] as Row
  }

  #parse(): Row {
    if (Packed.#parsed?.of !== this)
      Packed.#parsed = {
        of: this,
        value: JSON.parse(this.#chunk.lines().toString('utf8', this.#start, this.#end)) as Row,
      }
    return Packed.#parsed.value
  }
}

/** The suspect or the reference of a packed finding. */
class Side {
  readonly #of: Packed
  readonly #key: SideKey

  static readonly #getters = remember(
    key =>
      function (this: Side): unknown {
        return Packed.sideOf(this.#of, this.#key)[key]
      },
  )

  constructor(of: Packed, key: SideKey, side: Finding[SideKey]) {
    this.#of = of
    this.#key = key
    show(this, side, lazySideKeys, Side.#getters)
  }
}

/** Packs the findings of one audit. */
export class FindingPacker {
  private chunk: Chunk | undefined
  private readonly maxPlainBytes: number
  private plainBytes = 0
  /** names that recur, each once */
  private readonly names = new Map<string, string>()

  /** @param maxPlainBytes of chunks that are left as they are: every pass over findings unpacks the others anew */
  constructor(maxPlainBytes: number = 64 << 20) {
    this.maxPlainBytes = maxPlainBytes
  }

  /**
   * @param finding prepared for sealing (`prepareFinding`)
   * @returns a frozen finding of the same content
   */
  pack(finding: Finding): Finding {
    const line = `${canonicalise(finding)}\n`
    const lineBytes = Buffer.byteLength(line)
    let place = this.chunk?.add(line, lineBytes)
    if (this.chunk === undefined || place === undefined) {
      this.chunk = this.open(lineBytes)
      place = this.chunk.add(line, lineBytes)!
    }
    const { suspect, reference } = finding
    const held: Finding = {
      ...finding,
      suspect: { ...suspect, file: this.nameOf(suspect.file), field: this.nameOf(suspect.field) },
      reference: {
        ...reference,
        file: this.nameOf(reference.file),
        field: this.nameOf(reference.field),
        index: this.nameOf(reference.index),
        model: reference.model === null ? null : this.nameOf(reference.model),
      },
    }
    return new Packed(held, this.chunk, place.number, place.start, place.start + lineBytes) as unknown as Finding
  }

  /** A chunk behind the one at hand, with room for a line. */
  private open(lineBytes: number): Chunk {
    if (this.chunk !== undefined) {
      this.plainBytes += this.chunk.size
      if (this.plainBytes > this.maxPlainBytes) {
        this.plainBytes -= this.chunk.size
        this.chunk.pack()
      }
    }
    return new Chunk(Math.max(chunkBytes, lineBytes))
  }

  private nameOf(name: string): string {
    const known = this.names.get(name)
    if (known !== undefined) return known
    this.names.set(name, name)
    return name
  }
}

/** Is it packed, and so prepared for sealing? */
export function isPacked(finding: Finding): boolean {
  return Packed.has(finding)
}

/** The line of canonical JSON of a finding. */
export function lineOf(finding: Finding): string | Uint8Array {
  return Packed.has(finding) ? Packed.lineOf(finding) : `${canonicalise(finding)}\n`
}

/** SHA-256 of the canonical JSON of a finding. */
export function digestFinding(finding: Finding): Uint8Array {
  return Packed.has(finding) ? Packed.digestOf(finding) : digest(canonicalise(finding))
}
