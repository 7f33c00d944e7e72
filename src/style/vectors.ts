/**
 * Style: documents → segments of the lengths to be judged → sparse unit vectors over a chosen vocabulary.
 *
 * A vector holds, per channel, (1 + ln tf) · idf brought to the channel's weight, and has length 1 in all.
 * Training on short and long segments of every document together beat training on whole documents by 8–15
 * points at 50–100 words, and one mixed model did as well at each length as a model of that length alone.
 */
import { createRandom } from '../stats.ts'
import { channels, type FeatureCounter, nBuckets } from './features.ts'
import { createKernel, type EntryLoop, type Kernel, nLanes } from './kernel.ts'
import type { MaskedText } from './mask.ts'

/** Lengths of training segments, in words; 480 beside the others is worth half a point from 200 words on. */
const segmentLengths: readonly number[] = [60, 240, 480]
/** Buckets kept; half as many cost half a point from 400 words on, and a fifth of the time is saved. */
const maxFeatures = 1 << 17
/**
 * A bucket seen in fewer documents than this says nothing about unseen texts. Segments are no measure: those of one
 * document repeat its n-grams, and then every document seems familiar but the unseen ones (half of Chinese texts).
 */
const minDocuments = 5
/** Segments from which the vocabulary is taken. */
const maxVocabularySegments = 12_000

/** Bytes of one number for each lane of the kernel. */
const laneBytes = nLanes * 4

/** A stretch of a masked document, `[from, to)` in codes. */
export interface Segment {
  document: number
  from: number
  to: number
  words: number
}

/** The buckets that count and what they weigh; the position in `buckets` is the feature's number. */
export interface Vocabulary {
  /** the most frequent first, so that the rows of weights that are read most lie together */
  buckets: Uint32Array
  idf: Float32Array
  /**
   * by bucket, 0 where it does not count: bits 0–17 number of the feature + 1, bits 18–31 its idf in 1024ths;
   * one read of a large table for each bucket instead of three made scoring a third faster
   */
  table: Uint32Array
}

const slotBits = 18
const slotMask = (1 << slotBits) - 1
const idfScale = 1024

/** Number of the feature that a bucket is, or −1. */
export function featureOf({ table }: Vocabulary, bucket: number): number {
  return (table[bucket] & slotMask) - 1
}

/** Sparse rows in the memory of a kernel, with the weights of four classes that are trained on them. */
export class Rows {
  n = 0
  /** the entries of row i are `[offset[i], offset[i + 1])` */
  readonly offset: Float64Array
  readonly index: Uint32Array
  readonly value: Float32Array
  /** four for each feature */
  readonly weights: Float32Array
  readonly sums: Float32Array
  readonly steps: Float32Array
  private readonly kernel: Kernel

  constructor(nFeatures: number, maxRows: number, maxEntries: number) {
    const bytes = 2 * laneBytes + nFeatures * laneBytes + maxEntries * 8
    this.kernel = createKernel(bytes)
    const { buffer } = this.kernel
    this.offset = new Float64Array(maxRows + 1)
    this.sums = new Float32Array(buffer, 0, nLanes)
    this.steps = new Float32Array(buffer, laneBytes, nLanes)
    this.weights = new Float32Array(buffer, 2 * laneBytes, nFeatures * nLanes)
    this.index = new Uint32Array(buffer, (2 + nFeatures) * laneBytes, maxEntries)
    this.value = new Float32Array(buffer, (2 + nFeatures) * laneBytes + maxEntries * 4, maxEntries)
  }

  /** Products of a row with the weights → `sums`. */
  dot(row: number): void {
    this.sums.fill(0)
    this.run(this.kernel.dot, row, this.sums.byteOffset)
  }

  /** Adds a row, times each of `steps`, to the weights. */
  add(row: number): void {
    this.run(this.kernel.add, row, this.steps.byteOffset)
  }

  private run(loop: EntryLoop, row: number, lanes: number): void {
    const { index, value, offset, weights } = this
    const from = offset[row] * 4
    loop(
      index.byteOffset + from,
      value.byteOffset + from,
      index.byteOffset + offset[row + 1] * 4,
      weights.byteOffset,
      lanes,
    )
  }
}

/** The part of a document from word `a` to word `b`, with the marks around it where it touches an end. */
export function cutWords(text: MaskedText, document: number, a: number, b: number): Segment {
  const end = Math.min(b, text.nWords)
  return {
    document,
    from: a <= 0 ? 0 : text.wordStart[a],
    to: end >= text.nWords ? text.n : text.wordStart[end],
    words: end - Math.max(0, a),
  }
}

/**
 * Cuts a document into as many segments of about `length` words as it holds, spread evenly over it.
 * A document shorter than that is one segment.
 */
function cutSegments(text: MaskedText, document: number, length: number): Segment[] {
  const count = Math.max(1, Math.floor(text.nWords / length + 0.3))
  const segments: Segment[] = []
  for (let s = 0; s < count; s++) {
    const start = Math.floor((s * text.nWords) / count)
    segments.push(cutWords(text, document, start, start + length))
  }
  return segments
}

/** Training segments of every length; the whole document at most once. */
export function cutAllSegments(text: MaskedText, document: number): Segment[] {
  const segments: Segment[] = []
  for (const length of segmentLengths) {
    segments.push(...cutSegments(text, document, length))
    if (text.nWords <= length) break
  }
  return segments
}

/** Makes the table of a vocabulary from its buckets. */
export function indexVocabulary(buckets: Uint32Array, idf: Float32Array): Vocabulary {
  const table = new Uint32Array(nBuckets)
  const most = 2 ** (32 - slotBits) - 1
  for (let f = 0; f < buckets.length; f++) {
    const weight = Math.max(1, Math.min(most, Math.round(idf[f] * idfScale)))
    table[buckets[f]] = ((weight << slotBits) | (f + 1)) >>> 0
  }
  return { buckets, idf, table }
}

/**
 * Chooses the most frequent buckets of the segments (of a seeded sample, if there are many). Choosing by how well they
 * tell the classes apart made held-out texts, whose labels took part, read 5 points surer than unseen ones.
 */
export function chooseVocabulary(
  texts: MaskedText[],
  segments: Segment[],
  counter: FeatureCounter,
  seed: number,
): Vocabulary {
  const picked = createRandom(seed).shuffle(Uint32Array.from(segments.keys())).subarray(0, maxVocabularySegments)
  picked.sort((a, b) => segments[a].document - segments[b].document)
  const seen = new Uint32Array(nBuckets)
  const documents = new Uint32Array(nBuckets)
  const last = new Uint32Array(nBuckets)
  for (const s of picked) {
    const { document, from, to } = segments[s]
    counter.count(texts[document], from, to)
    counter.touched.forEach((touched, c) => {
      for (let i = 0; i < counter.nTouched[c]; i++) {
        const bucket = touched[i]
        seen[bucket]++
        if (last[bucket] === document + 1) continue
        last[bucket] = document + 1
        documents[bucket]++
      }
    })
  }
  const buckets = Uint32Array.from(seen.keys())
    .filter(bucket => documents[bucket] >= minDocuments)
    .sort((a, b) => seen[b] - seen[a] || a - b)
    .slice(0, maxFeatures)
  const idf = Float32Array.from(buckets, bucket => Math.log((1 + picked.length) / (1 + seen[bucket])) + 1)
  return indexVocabulary(buckets, idf)
}

const logCount = Float32Array.from({ length: 256 }, (_, count) => (count === 0 ? 0 : 1 + Math.log(count)))

/** Writes the unit vectors of stretches; owns nothing but a few sums. */
export class Vectoriser {
  /** share of the character n-grams just read that the vocabulary knows, 0–1 */
  familiarity = 0
  private square = 0
  private readonly norms: Float64Array = new Float64Array(channels.length)
  private readonly ends: Uint32Array = new Uint32Array(channels.length)
  readonly vocabulary: Vocabulary
  readonly counter: FeatureCounter

  constructor(vocabulary: Vocabulary, counter: FeatureCounter) {
    this.vocabulary = vocabulary
    this.counter = counter
  }

  /** Writes the vector of one stretch from `at` on and returns where it ends; the arrays must have room. */
  write(text: MaskedText, from: number, to: number, index: Uint32Array, value: Float32Array, at: number): number {
    const { counter, ends, norms } = this
    counter.count(text, from, to)
    let end = at
    let total = 0
    for (let c = 0; c < channels.length; c++) {
      const start = end
      end = this.writeChannel(c, index, value, start)
      ends[c] = end
      norms[c] = this.square
      if (this.square > 0) total += channels[c].weight ** 2
    }
    for (let c = 0, i = at; c < channels.length; c++) {
      const scale = norms[c] > 0 ? channels[c].weight / Math.sqrt(norms[c] * total) : 0
      for (; i < ends[c]; i++) value[i] *= scale
    }
    return end
  }

  /** Writes the entries of one channel; leaves their sum of squares in `square`. */
  private writeChannel(c: number, index: Uint32Array, value: Float32Array, at: number): number {
    const { table } = this.vocabulary
    const { counts } = this.counter
    const touched = this.counter.touched[c]
    const n = this.counter.nTouched[c]
    let end = at
    let known = 0
    let all = 0
    let square = 0
    for (let i = 0; i < n; i++) {
      const bucket = touched[i]
      const count = counts[bucket]
      const packed = table[bucket]
      all += count
      if (packed === 0) continue
      known += count
      const x = logCount[count < 256 ? count : 255] * (packed >>> slotBits)
      index[end] = (packed & slotMask) - 1
      value[end++] = x
      square += x * x
    }
    if (c === 0) this.familiarity = all === 0 ? 0 : known / all
    this.square = square
    return end
  }
}

/** Vectors of segments as rows, in the order of the segments; stops before `maxEntries` would be passed. */
export function writeRows(texts: MaskedText[], segments: Segment[], vectoriser: Vectoriser, maxEntries: number): Rows {
  const rows = new Rows(vectoriser.vocabulary.buckets.length, segments.length, maxEntries)
  let end = 0
  for (const { document, from, to } of segments) {
    // a code starts at most 2 character features, and a word at most 7 more
    if (end + Math.min(maxFeatures, (to - from) * 10 + 64) > maxEntries) break
    end = vectoriser.write(texts[document], from, to, rows.index, rows.value, end)
    rows.offset[++rows.n] = end
  }
  return rows
}
