import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { combine } from '../../src/hash.ts'
import { IndexBuilder } from '../../src/match/builder.ts'
import { matchDefaults } from '../../src/options.ts'
import { tokenise } from '../../src/text/tokens.ts'
import { Information } from '../../src/weigh/information.ts'
import { namePairs } from '../../src/weigh/pairs.ts'
import { PromptCache } from '../../src/weigh/prompts.ts'
import { HashTable } from '../../src/weigh/table.ts'
import { Tokens } from '../../src/weigh/tokens.ts'
import { makeStream } from '../oracle.ts'
import { writeProse, writeSentences } from '../prose.ts'

const builder = new IndexBuilder()
for (let i = 0; i < 30; i++) {
  // documents that share sentences, so that several are candidates
  const text = [...writeSentences(i % 6, 8), ...writeSentences(100 + i, 4)].join(' ')
  builder.add({ file: 'a', record: i, field: 'text', id: null, model: null, text, prompt: null })
}
const index = builder.finish({ name: 'a', model: null, sources: [] })

describe('the candidates of a document', () => {
  it('are the same whether they are remembered or sought anew', () => {
    const main = { limit: matchDefaults.maxAligned, minBits: matchDefaults.minChainBits }
    for (let seed = 0; seed < 40; seed++) {
      const text = `${writeSentences(seed % 6, 8)
        .slice(seed % 5)
        .join(' ')} ${writeProse(200 + seed, 3)}`
      const stream = tokenise(text)
      const asked = new Tokens(text, stream)
      asked.findCandidates(index, [0, stream.nMasked], main)
      for (const span of [
        [0, stream.nMasked],
        [3, stream.nMasked - 5],
      ] as const)
        for (const limit of [1, 4]) {
          const fresh = new Tokens(text, stream).findCandidates(index, [...span], { limit, minBits: 0 })
          expect(asked.findCandidates(index, [...span], { limit, minBits: 0 })).toEqual(fresh)
        }
    }
  })
})

describe('what a token weighs', () => {
  it('is the bits of its share of all tokens, from 1 to 13', () => {
    const information = new Information([index])
    const { hash, n } = tokenise(`${writeProse(3, 8)} unheard`)
    for (let time = 0; time < 2; time++)
      for (let i = 0; i < n; i++) {
        const bits = Math.log2((index.facts.tokens + 1) / (index.countToken(hash[i]) + 1))
        expect(information.bits(hash[i])).toBe(Math.max(1, Math.min(13, bits)))
      }
  })

  it('less where its pair stood before: pairs are named by their first place', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 60 }), hashes => {
        const into = new Int32Array(hashes.length)
        namePairs(makeStream(hashes), into)
        const keys = hashes.map((hash, i) => combine(i === 0 ? 0 : hashes[i - 1], hash))
        for (const [i, key] of keys.entries()) {
          const isSingle = keys.indexOf(key) === keys.lastIndexOf(key)
          expect(into[i]).toBe(isSingle ? -1 : keys.indexOf(key))
        }
      }),
      { numRuns: 300, seed: 5 },
    )
  })
})

describe('the marks of prompts', () => {
  it('are the tokens inside their 3-grams, in any span', () => {
    const prompts = new PromptCache()
    const [own, other] = [writeSentences(7, 2).join(' '), writeSentences(8, 2).join(' ')].map(text =>
      prompts.read(text),
    )
    const text = [...writeSentences(7, 1), ...writeSentences(9, 2), ...writeSentences(8, 1)].join(' ')
    const stream = tokenise(text)
    const tokens = new Tokens(text, stream)
    const mark = (from: number, to: number): Uint8Array => {
      const marks = new Uint8Array(to - from).fill(9)
      tokens.markPrompted([own, other], from, to, marks)
      return marks
    }
    const all = mark(0, stream.n)
    expect(all[0]).toBe(1)
    expect(all.at(-1)).toBe(1)
    expect(all.includes(0)).toBe(true)
    for (const [from, to] of [
      [1, stream.n],
      [4, stream.n - 3],
      [stream.n - 2, stream.n],
    ])
      expect(mark(from, to)).toEqual(all.slice(from, to))
  })
})

describe('a table of hashes', () => {
  it('holds the values of its round only, however it grew before', () => {
    const table = new HashTable()
    for (const n of [10, 5000, 3, 900, 0, 70]) {
      table.clear(n)
      const known = new Map<number, number>()
      for (let i = 0; i < n; i++) {
        const hash = combine(i % 300, n)
        const entry = table.enter(hash)
        expect(table.value[entry]).toBe(known.get(hash) ?? 0)
        table.value[entry] = i + 1
        known.set(hash, i + 1)
      }
    }
  })
})

describe('what is known of prompts', () => {
  it('is found once while there is room, and is nothing for none', () => {
    const cache = new PromptCache(100)
    const first = cache.read('Say why the sky is blue, in plain words.')
    expect(cache.read('Say why the sky is blue, in plain words.')).toBe(first)
    expect(first.trigrams.size).toBe(first.n - 2)
    cache.read('x'.repeat(200))
    expect(cache.read('Say why the sky is blue, in plain words.')).toEqual(first)
    expect(cache.read(null)).toMatchObject({ hash: 0, n: 0 })
  })
})
