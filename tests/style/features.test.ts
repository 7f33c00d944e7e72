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
import { copyMasked, TextMasker } from '../../src/style/mask.ts'
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

  test('nothing of one text is left in the next', () => {
    const long = masker.mask('a first text, much longer than the second one!\n\n- with a list')
    counter.count(long, 0, long.n)
    const short = masker.mask('the quiet river')
    counter.count(short, 0, short.n)
    expect(countsOf(counter)).toEqual(count('the quiet river'))
  })
})
