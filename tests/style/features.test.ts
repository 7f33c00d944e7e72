import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  bucketOfPair,
  bucketOfWord,
  channels,
  FeatureCounter,
  nBuckets,
  slotEachBucket,
} from '../../src/style/features.ts'
import { featureOfEntry, valueOfEntry } from '../../src/style/kernel.ts'
import { copyMasked, TextMasker } from '../../src/style/mask.ts'
import { indexVocabulary, Vectoriser, weighCount } from '../../src/style/vectors.ts'
import { entityCode, numberCode } from '../../src/style/words.ts'

const masker = new TextMasker()

function show(text: string): string {
  const { codes, n } = masker.mask(text)
  const shown = String.fromCharCode(...codes.subarray(0, n))
  return shown.replaceAll(String.fromCharCode(entityCode), '@').replaceAll(String.fromCharCode(numberCode), '#')
}

const counter = new FeatureCounter(slotEachBucket())

function count(text: string): Map<number, number> {
  const masked = masker.mask(text)
  counter.count(masked, 0, masked.n)
  return countsOf(counter)
}

/** Counts by bucket, of all channels. */
function countsOf(counted: FeatureCounter): Map<number, number> {
  const slotsSeen = channels.flatMap((_, c) => [...counted.slotsOf(c)])
  return new Map(slotsSeen.map(slot => [slot - 1, counted.tally.counts[slot]]))
}

/** Buckets of a channel that a text shows, ascending. */
function bucketsOf(text: string, name: string): number[] {
  const { offset, size } = channels.find(channel => channel.name === name)!
  return [...count(text).keys()].filter(bucket => bucket >= offset && bucket < offset + size).sort((a, b) => a - b)
}

describe('TextMasker', () => {
  test('names, placeholders and addresses become one symbol, numbers another', () => {
    expect(show('we met Ada Lovelace and <PERSON> in Paris on 12 May')).toMatch(/^we met @ and @ in @ on # /)
    expect(show('ask [NAME_1] for 1,200 lamps')).toBe('ask @ for # lamps')
  })

  test('white space folds but line ends stay', () => {
    expect(show('one  two\t three\r\n\r\n\r\nfour \n five')).toBe('one two three\n\nfour\nfive')
  })

  test('words are counted, ideographs one by one', () => {
    expect(masker.mask('the quiet river, of course').nWords).toBe(5)
    expect(masker.mask('河水很好').nWords).toBe(4)
    expect(masker.mask('').nWords).toBe(0)
  })

  test('a copy survives the next text', () => {
    const copy = copyMasked(masker.mask('the quiet river'))
    masker.mask('something else altogether')
    expect(String.fromCharCode(...copy.codes)).toBe('the quiet river')
    expect(copy.wordStart).toEqual(Uint32Array.of(0, 4, 10))
  })

  test('any text can be masked and counted, and no bucket lies outside its channels', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), text => {
        for (const bucket of count(text).keys()) expect(bucket).toBeLessThan(nBuckets)
      }),
      { seed: 5, numRuns: 200 },
    )
  })
})

describe('FeatureCounter', () => {
  test('counts two character n-grams for each code', () => {
    const [characters] = channels
    let n = 0
    for (const [bucket, times] of count('the quiet river')) if (bucket < characters.size) n += times
    expect(n).toBe(2 * 'the quiet river'.length)
  })

  test('the buckets of words and pairs can be looked up', () => {
    const found = count('the quiet river meets the quiet lamp, and Tom ran')
    expect(found.get(bucketOfWord('quiet'))).toBe(2)
    expect(found.get(bucketOfPair('the', 'quiet'))).toBe(2)
    expect(found.get(bucketOfPair('quiet', 'lamp'))).toBe(1)
    expect(count('河水').get(bucketOfPair('河', '水'))).toBe(1)
  })

  test('frames are of function words and marks, whatever stands between them', () => {
    const framesOf = (text: string): number[] => bucketsOf(text, 'frames')
    expect(framesOf('the quiet river of gold, and a lamp')).toEqual(framesOf('the old mill of stone, and a door'))
    expect(framesOf('the quiet river of gold, and a lamp')).not.toEqual(framesOf('the quiet river of gold and a lamp'))
    expect(framesOf('quiet river')).toEqual([])
  })

  test('openings are of the words after a mark, and of the first of a sentence and of a text', () => {
    const start = 'we walk down along this old river again '
    const openingsOf = (text: string): number[] => bucketsOf(start + text, 'openings')
    const bare = openingsOf('')
    expect(openingsOf('quiet lamps burn all night')).toEqual(bare)
    const added = (text: string): number => openingsOf(text).filter(bucket => !bare.includes(bucket)).length
    expect(added(', quiet lamps burn all night')).toBe(2)
    expect(added('. quiet lamps burn all night')).toBe(5)
    expect(openingsOf(', quiet lamps')).not.toEqual(openingsOf('; quiet lamps'))
  })

  test('a text of many chunks is counted as if it were read in one', () => {
    const periodic = 'abcdefg'.repeat(3000)
    const found = count(periodic)
    const ofCharacters = [...found].filter(([bucket]) => bucket < channels[0].size)
    // seven n-grams of either length, and six that reach before the beginning
    expect(ofCharacters.length).toBeLessThanOrEqual(20)
    const apart = Array.from({ length: 200 }, (_, i) => `${'so '.repeat(60)}quiet${i % 7} lamps. `).join('')
    expect(count(apart).get(bucketOfWord('lamps'))).toBe(200)
  })

  test('counts stop at 255, from where on all weigh the same', () => {
    expect(count('a '.repeat(1000)).get(bucketOfWord('a'))).toBe(255)
  })

  test('buckets without a slot count nowhere, and the share of those with one is told', () => {
    const slots = new Uint32Array(nBuckets)
    slots[bucketOfWord('quiet')] = 1
    slots[bucketOfWord('river')] = 2
    const few = new FeatureCounter(slots)
    const masked = masker.mask('the quiet river meets the quiet lamp')
    few.count(masked, 0, masked.n)
    expect(channels.map((_, c) => [...few.slotsOf(c)])).toEqual([[], [1, 2], [], [], [], []])
    expect([...few.tally.counts.subarray(1)]).toEqual([2, 1])
    expect(few.familiarity(0, masked.n)).toBe(0)
    counter.count(masked, 0, masked.n)
    expect(counter.familiarity(0, masked.n)).toBe(1)
  })

  test('nothing of one text is left in the next', () => {
    const long = masker.mask('a first text, much longer than the second one!\n\n- with a list')
    counter.count(long, 0, long.n)
    const short = masker.mask('the quiet river')
    counter.count(short, 0, short.n)
    expect(countsOf(counter)).toEqual(count('the quiet river'))
  })
})

describe('Vectoriser', () => {
  test('writes the weighed counts of each channel, brought to its part of a vector of length 1', () => {
    const masked = copyMasked(masker.mask('The quiet river, the river! And so the lamp ran.\n\n- the river'))
    const found = [...count('The quiet river, the river! And so the lamp ran.\n\n- the river')]
    const buckets = Uint32Array.from(found, ([bucket]) => bucket)
    const idf = Float32Array.from(buckets, (_, i) => 1 + (i % 7) / 2)
    const entries = new Uint32Array(buckets.length)
    const vectoriser = new Vectoriser(indexVocabulary(buckets, idf))
    for (let again = 0; again < 2; again++) {
      expect(vectoriser.write(masked, 0, masked.n, entries, 0)).toBe(buckets.length)
      const raw = found.map(([, n], i) => weighCount(n) * idf[i])
      const channelOf = (bucket: number): number => channels.findLastIndex(({ offset }) => offset <= bucket)
      const parts = channels.map((_, c) => raw.filter((_, i) => channelOf(buckets[i]) === c))
      const total = Math.hypot(...channels.map(({ weight }, c) => (parts[c].length > 0 ? weight : 0)))
      for (const entry of entries) {
        const i = featureOfEntry(entry)
        const c = channelOf(buckets[i])
        expect(valueOfEntry(entry)).toBeCloseTo((raw[i] * channels[c].weight) / Math.hypot(...parts[c]) / total, 4)
      }
    }
  })
})
