import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chooseSeeds, SeedBuffer } from '../../src/match/minimizers.ts'
import { sketchDefaults } from '../../src/options.ts'
import { tokenise } from '../../src/text/tokens.ts'
import { listMinimizers, makeStream } from '../oracle.ts'
import { renameAll, writeProse } from '../prose.ts'

const { k, w } = sketchDefaults

function seedsOf(tokens: readonly number[], sketch = sketchDefaults): [number, number][] {
  const { n, position, hash } = chooseSeeds(makeStream(tokens), sketch, new SeedBuffer())
  return Array.from({ length: n }, (_, i) => [position[i], hash[i]])
}

const fewWords = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 60 })
const anyWords = fc.array(fc.integer({ min: 0, max: 0xffffffff }), { maxLength: 120 })

/** The same few tokens over and over: k-grams that meet themselves inside one window. */
const rounds = fc
  .tuple(
    fc.uniqueArray(fc.integer({ min: 0, max: 1e6 }), { minLength: 3, maxLength: 5 }),
    fc.integer({ min: 2, max: 9 }),
  )
  .map(([tokens, times]) => Array.from({ length: times }, () => tokens).flat())

describe('seeds', () => {
  it('are the minimizers of all windows', () => {
    const sketch = fc.record({ k: fc.integer({ min: 3, max: 6 }), w: fc.integer({ min: 1, max: 8 }) })
    fc.assert(
      fc.property(fc.oneof(fewWords, anyWords, rounds), sketch, (tokens, parameters) => {
        expect(seedsOf(tokens, parameters)).toEqual(listMinimizers(tokens, tokens.length, parameters.k, parameters.w))
      }),
      { numRuns: 400, seed: 1 },
    )
  })

  it('do not depend on what stood in the buffer before', () => {
    fc.assert(
      fc.property(anyWords, anyWords, (before, tokens) => {
        const buffer = new SeedBuffer()
        chooseSeeds(makeStream(before), sketchDefaults, buffer)
        const { n, hash } = chooseSeeds(makeStream(tokens), sketchDefaults, buffer)
        expect([...hash.slice(0, n)]).toEqual(seedsOf(tokens).map(([, h]) => h))
      }),
      { numRuns: 100, seed: 2 },
    )
  })

  it(`are shared by two texts that share ${k + w - 1} masked tokens in a row`, () => {
    const run = fc.uniqueArray(fc.integer({ min: 1000, max: 1e9 }), { minLength: k + w - 1, maxLength: 30 })
    fc.assert(
      fc.property(anyWords, run, anyWords, anyWords, anyWords, (a, shared, b, c, d) => {
        const ours = new Set(seedsOf([...a, ...shared, ...b]).map(([, hash]) => hash))
        expect(seedsOf([...c, ...shared, ...d]).some(([, hash]) => ours.has(hash))).toBe(true)
      }),
      { numRuns: 300, seed: 3 },
    )
  })

  it('are about 2 / (w + 1) of the masked tokens', () => {
    const { nMasked } = tokenise(writeProse(1, 800))
    const { n } = chooseSeeds(tokenise(writeProse(1, 800)), sketchDefaults, new SeedBuffer())
    expect(n / nMasked).toBeGreaterThan(0.28)
    expect(n / nMasked).toBeLessThan(0.38)
  })

  it('are none in repetition, in short texts and in nothing', () => {
    for (const tokens of [[], [1, 2, 3], new Array(50).fill(7), Array.from({ length: 50 }, (_, i) => i % 2)])
      expect(seedsOf(tokens)).toEqual([])
  })

  it('are the same when names are changed', () => {
    const text = writeProse(5, 40)
    const pick = (of: string): number[] => {
      const { n, hash } = chooseSeeds(tokenise(of), sketchDefaults, new SeedBuffer())
      return [...hash.slice(0, n)]
    }
    expect(renameAll(text)).not.toBe(text)
    expect(pick(renameAll(text))).toEqual(pick(text))
  })
})
