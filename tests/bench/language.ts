/**
 * Bench: text of any size from a small language model: made-up words by Zipf's law (1935), each word drawn half the
 * time from the few that follow its predecessor (a Markov chain), with names, sentences and paragraphs. Every document
 * is made from its number alone, so copies can be planted anywhere without keeping a text.
 */
import { closeSync, openSync, writeSync } from 'node:fs'
import { createRandom } from './random.ts'

const nWords = 60_000
const nNames = 3000
/** Draws of a word are looked up in a table of so many entries. */
const tableBits = 20
/** Words that follow one word often. */
const nFollowers = 12
const followShare = 0.5
const nameShare = 0.04
const sentenceShare = 0.07
const writtenBytes = 1 << 22
/** The longest word with its stop and space. */
const maxWordBytes = 16

const syllables =
  'ba be bi bo bu ca ce co da de di do fa fe fi ga go ha he hi ho ja ka ke la le li lo lu ma me mi mo na ne no pa pe pi po ra re ri ro sa se si so ta te ti to va ve vi vo wa we wi ya zo an en in on ar er or al el il as es is at et'.split(
    ' ',
  )

function makeWords(seed: string, n: number): Buffer[] {
  const random = createRandom(seed)
  const seen = new Set<string>()
  while (seen.size < n) {
    // common words are short
    const length = 1 + Math.floor(Math.log10(seen.size + 1) * 0.6) + random.below(2)
    seen.add(Array.from({ length }, () => random.pick(syllables)).join(''))
  }
  return [...seen].map(word => Buffer.from(word))
}

/** The names after the words, one behind the other: copying a word by hand is faster than a call. */
const written: readonly Buffer[] = [
  ...makeWords('words', nWords),
  ...makeWords('names', nNames).map(name => {
    name[0]! -= 32
    return name
  }),
]
const letters = Buffer.concat(written)
const wordStart = new Uint32Array(written.length + 1)
for (const [w, { length }] of written.entries()) wordStart[w + 1] = wordStart[w]! + length

/** Word numbers by Zipf's law with exponent 1: a draw of `tableBits` bits gives a word. */
const zipf = ((): Uint16Array => {
  const table = new Uint16Array(2 ** tableBits)
  let sum = 0
  for (let w = 0; w < nWords; w++) sum += 1 / (w + 2.7)
  let reached = 0
  let at = 0
  for (let w = 0; w < nWords; w++) {
    reached += 1 / (w + 2.7) / sum
    const end = w === nWords - 1 ? table.length : Math.round(reached * table.length)
    table.fill(w, at, end)
    at = end
  }
  return table
})()

/** One document. */
export interface Drawn {
  seed: number
  /** has it other names than its seed gives? */
  isRenamed: boolean
  /** words; by the seed unless said */
  nTokens?: number
  /** seed of a text that stands before it */
  boilerplate?: number
  /** not 0: one word in fifty is another, which ones and what by this number */
  slip?: number
}

let state = 0
function draw(): number {
  state = (state + 0x6d2b79f5) | 0
  let t = Math.imul(state ^ (state >>> 15), 1 | state)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return (t ^ (t >>> 14)) >>> 0
}

/** Writes words of a document to `out` from `at`; where it ends. */
function writeProse(out: Buffer, at: number, { seed, isRenamed, slip = 0 }: Drawn, nTokens: number): number {
  state = Math.imul(seed + 1, 0x9e3779b1)
  let end = at
  let opens = true
  let last = 0
  for (let i = 0; i < nTokens; i++) {
    const r = draw()
    const share = r / 2 ** 32
    let word: number
    if (share < nameShare && !opens) word = nWords + ((r + (isRenamed ? 1 : 0)) % nNames)
    else {
      // a follower is a function of its predecessor and a small skewed number
      const follows = draw() / 2 ** 32 < followShare
      const pick = draw()
      const rank = Math.min(nFollowers - 1, 31 - Math.clz32((pick & 4095) + 1))
      last = follows
        ? zipf[Math.imul(last * nFollowers + rank + 1, 0x9e3779b1) >>> (32 - tableBits)]!
        : zipf[pick >>> (32 - tableBits)]!
      const isSlip = slip !== 0 && Math.imul(i ^ Math.imul(slip, 0x85ebca6b), 0x9e3779b1) >>> 0 < 2 ** 32 / 50
      word = isSlip ? (last + slip) % nWords : last
    }
    const first = end
    for (let at = wordStart[word]!; at < wordStart[word + 1]!; at++) out[end++] = letters[at]!
    if (opens && out[first]! >= 97) out[first]! -= 32
    opens = share > 1 - sentenceShare
    if (opens) out[end++] = 46
    out[end++] = 32
  }
  out[end - 1] = 46
  return end
}

/** Words of a document: 40–900, most about 200. */
function lengthOf(seed: number): number {
  state = seed ^ 0x5bd1e995
  const u = (draw() + draw() + draw()) / (3 * 2 ** 32)
  return Math.round(40 + 860 * u ** 2.4)
}

/** Writes JSON lines until the source ends or the file has `maxBytes`; how many rows and bytes. */
export function writeRows(
  file: string,
  source: Iterable<Drawn>,
  maxBytes: number = Number.POSITIVE_INFINITY,
): { rows: number; bytes: number } {
  const fd = openSync(file, 'w')
  let out = Buffer.allocUnsafe(writtenBytes + (1 << 16))
  let at = 0
  let rows = 0
  let bytes = 0
  const flush = (): void => {
    writeSync(fd, out, 0, at)
    bytes += at
    at = 0
  }
  for (const drawn of source) {
    if (bytes + at >= maxBytes) break
    at += out.write(`{"id":"${drawn.isRenamed ? 'sold' : 'row'}-${drawn.seed}","prompt":"`, at)
    at = writeProse(out, at, { seed: drawn.seed ^ 0x40000000, isRenamed: false }, 12)
    at += out.write('","response":"', at)
    if (drawn.boilerplate !== undefined) {
      at = writeProse(out, at, { seed: drawn.boilerplate, isRenamed: false }, 300)
      out[at++] = 32
    }
    const nTokens = drawn.nTokens ?? lengthOf(drawn.seed)
    if (at + nTokens * maxWordBytes > out.length)
      out = Buffer.concat([out.subarray(0, at)], at + nTokens * maxWordBytes + (1 << 16))
    at = writeProse(out, at, drawn, nTokens)
    at += out.write('"}\n', at)
    rows++
    if (at >= writtenBytes) flush()
  }
  flush()
  closeSync(fd)
  return { rows, bytes }
}

/** Documents `[from, to)` as they are. */
export function* drawRange(from: number, to: number): Generator<Drawn> {
  for (let seed = from; seed < to; seed++) yield { seed, isRenamed: false }
}

/** Numbers of suspects begin here: no reference has them. */
const firstSuspect = 0x20000000

/** Endless suspects, of which the first `nCopies` out of every hundredth place are renamed copies of reference documents. */
export function* drawSuspects(nCopies: number): Generator<Drawn> {
  let copied = 0
  for (let i = 0; ; i++) {
    if (i % 100 === 7 && copied < nCopies) yield { seed: (copied++ * 37) % 10_000, isRenamed: true }
    else yield { seed: firstSuspect + i, isRenamed: false }
  }
}
