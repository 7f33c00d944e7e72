/**
 * Bench: the default rules of other tools, written again from their descriptions and indexed over the same
 * references. Suspect → flagged or not. They see no background, no prompts and name no reference here.
 */
import { hashLabel } from './random.ts'

/** A rule ready to judge. */
export interface Peer {
  name: string
  flags(text: string): boolean
}

const words = (text: string): string[] =>
  text
    .toLowerCase()
    .normalize('NFC')
    .match(/\p{Script=Han}|[\p{L}\p{N}]+/gu) ?? []

/** Hash of `n` neighbouring word hashes from `at`, as an integer below 2^52. */
function hashGram(hashes: Uint32Array, at: number, n: number): number {
  let a = 0x9e3779b9
  let b = 0x85ebca6b
  for (let i = at; i < at + n; i++) {
    a = Math.imul(a ^ hashes[i]!, 0x01000193)
    b = Math.imul((b ^ hashes[i]!) >>> 0, 0x5bd1e995)
    b ^= b >>> 15
  }
  return (a >>> 0) * 0x100000 + ((b >>> 0) & 0xfffff)
}

const hashWords = (text: string): Uint32Array => Uint32Array.from(words(text), hashLabel)

/** Distinct word n-grams of a text; texts shorter than `n` have none. */
function wordGrams(text: string, n: number): Set<number> {
  const hashes = hashWords(text)
  const grams = new Set<number>()
  for (let i = 0; i + n <= hashes.length; i++) grams.add(hashGram(hashes, i, n))
  return grams
}

/** Any 13-gram of words in common with any reference (the usual decontamination rule since GPT-3, appendix C). */
function buildThirteenGram(references: readonly string[]): Peer {
  const known = new Set<number>()
  for (const text of references) for (const gram of wordGrams(text, 13)) known.add(gram)
  return {
    name: 'any 13-gram',
    flags: text => {
      for (const gram of wordGrams(text, 13)) if (known.has(gram)) return true
      return false
    },
  }
}

const nBuckets = 14
const perBucket = 8

/** datatrove's defaults: 5-word shingles, 14 buckets of 8 minima; one equal bucket makes a duplicate. */
function buildMinHash(references: readonly string[]): Peer {
  const seeds = Uint32Array.from({ length: nBuckets * perBucket }, (_, i) => hashLabel(`minhash ${i}`) | 1)
  const minima = new Uint32Array(seeds.length)
  const sign = (text: string): string[] => {
    const hashes = hashWords(text)
    if (hashes.length < 5) return []
    minima.fill(0xffffffff)
    for (let i = 0; i + 5 <= hashes.length; i++) {
      let x = hashGram(hashes, i, 5) % 4294967296
      x = Math.imul(x ^ (x >>> 16), 0x85ebca6b)
      for (let j = 0; j < seeds.length; j++) {
        let h = Math.imul(x ^ seeds[j]!, 0xc2b2ae35)
        h = Math.imul(h ^ (h >>> 15), seeds[j]!)
        h = (h ^ (h >>> 13)) >>> 0
        if (h < minima[j]!) minima[j] = h
      }
    }
    return Array.from(
      { length: nBuckets },
      (_, b) => `${b}:${minima.subarray(b * perBucket, (b + 1) * perBucket).join()}`,
    )
  }
  const known = new Set<string>()
  for (const text of references) for (const bucket of sign(text)) known.add(bucket)
  return { name: 'MinHash 14×8 (datatrove)', flags: text => sign(text).some(bucket => known.has(bucket)) }
}

/** Grams of many documents, sorted, with the document each stands in. */
interface Postings {
  hash: Float64Array
  document: Uint32Array
}

/** Sorts (gram, document) pairs; a gram is an integer below 2^32, documents below 2^20. */
function sortPairs(pairs: number[][]): Postings {
  let n = 0
  for (const grams of pairs) n += grams.length
  const keys = new Float64Array(n)
  let at = 0
  pairs.forEach((grams, document) => {
    for (const gram of grams) keys[at++] = gram * 1048576 + document
  })
  keys.sort()
  const document = new Uint32Array(n)
  for (let i = 0; i < n; i++) {
    document[i] = keys[i]! % 1048576
    keys[i] = Math.floor(keys[i]! / 1048576)
  }
  return { hash: keys, document }
}

/** First posting of a gram. */
function findFirst({ hash }: Postings, gram: number): number {
  let low = 0
  let high = hash.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (hash[middle]! < gram) low = middle + 1
    else high = middle
  }
  return low
}

const nCharacters = 25
const minShared = 5
const maxDocuments = 100

/** Distinct 25-character n-grams of the letters and digits of a text that start at a word, as 32-bit hashes. */
function characterGrams(text: string): number[] {
  const all = words(text)
  const plain = all.join('')
  const grams = new Set<number>()
  let at = 0
  for (const word of all) {
    if (at + nCharacters > plain.length) break
    grams.add(hashLabel(plain.slice(at, at + nCharacters)))
    at += word.length
  }
  return [...grams]
}

/** passim's defaults: five 25-character n-grams, anchored at word starts, shared with one reference, those in over 100 references aside. */
function buildPassim(references: readonly string[]): Peer {
  const postings = sortPairs(references.map(characterGrams))
  return {
    name: 'passim (≥ 5 shared 25-character n-grams)',
    flags: text => {
      const shared = new Map<number, number>()
      for (const gram of characterGrams(text)) {
        const from = findFirst(postings, gram)
        let to = from
        while (postings.hash[to] === gram && to - from <= maxDocuments) to++
        if (to - from > maxDocuments) continue
        for (let i = from; i < to; i++) {
          const n = (shared.get(postings.document[i]!) ?? 0) + 1
          if (n >= minShared) return true
          shared.set(postings.document[i]!, n)
        }
      }
      return false
    },
  }
}

/** decon's default: 5-word n-grams weighted by rarity; at least 0.8 of the weight of one reference is found. */
function buildDecon(references: readonly string[]): Peer {
  const low = (text: string): number[] => [...new Set([...wordGrams(text, 5)].map(gram => Math.floor(gram / 0x100000)))]
  const pairs = references.map(low)
  const postings = sortPairs(pairs)
  const weightOf = (nDocuments: number): number => Math.log(1 + references.length / nDocuments)
  const countFrom = (from: number): number => {
    let to = from
    while (postings.hash[to] === postings.hash[from] && to < postings.hash.length) to++
    return to - from
  }
  const total = new Float64Array(references.length)
  for (let from = 0; from < postings.hash.length; ) {
    const n = countFrom(from)
    for (let i = from; i < from + n; i++) total[postings.document[i]!]! += weightOf(n)
    from += n
  }
  return {
    name: 'decon (share of the reference ≥ 0.8)',
    flags: text => {
      const found = new Map<number, number>()
      for (const gram of low(text)) {
        const from = findFirst(postings, gram)
        if (postings.hash[from] !== gram) continue
        const n = countFrom(from)
        for (let i = from; i < from + n; i++) {
          const document = postings.document[i]!
          found.set(document, (found.get(document) ?? 0) + weightOf(n))
        }
      }
      for (const [document, weight] of found) if (weight >= 0.8 * total[document]!) return true
      return false
    },
  }
}

/** All rules over one set of references. */
export function buildPeers(references: readonly string[]): Peer[] {
  return [buildThirteenGram, buildMinHash, buildPassim, buildDecon].map(build => build(references))
}
