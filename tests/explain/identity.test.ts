import fc from 'fast-check'
import { expect, test } from 'vitest'
import { explainAlignment } from '../../src/explain/edits.ts'
import {
  addIdentityCount,
  countIdentityEdits,
  type IdentityCounts,
  mergeIdentityCounts,
  testIdentityEdits,
  testMapping,
} from '../../src/explain/identity.ts'
import { addEdits, createTable } from '../../src/explain/table.ts'
import { createRandom } from '../../src/stats.ts'
import { type Alignment, TokenKind, type TokenStream } from '../../src/types.ts'
import { alignByLcs, sideOf } from './oracle.ts'

/** A stream of which only the kinds matter. */
function streamOf(kinds: number[]): TokenStream {
  const n = kinds.length
  const empty = new Uint32Array(n)
  return {
    n,
    hash: empty,
    start: empty,
    end: empty,
    kind: Uint8Array.from(kinds),
    nMasked: 0,
    masked: empty,
    maskedHash: empty,
  }
}

function alignmentWithout(edited: boolean[]): Alignment {
  const blocks = edited.flatMap((gone, i) => (gone ? [] : [{ s: i, r: i, n: 1, moved: false }]))
  return { blocks, suspect: [0, edited.length], reference: [0, edited.length] }
}

function corpus(
  random: ReturnType<typeof createRandom>,
  nFindings: number,
  nameRate: number,
  otherRate: number,
): IdentityCounts {
  const counts: IdentityCounts = new Map()
  for (let f = 0; f < nFindings; f++) {
    const kinds = Array.from({ length: 80 }, () => (random.next() < 0.13 ? TokenKind.name : TokenKind.word))
    const edited = kinds.map(kind => random.next() < (kind === TokenKind.name ? nameRate : otherRate))
    const count = countIdentityEdits(`c${f}`, `f${f}`, streamOf(kinds), alignmentWithout(edited))
    if (count) addIdentityCount(counts, count)
  }
  return counts
}

test('200 anonymised findings have p at most 1e-6 and a large effect', () => {
  const result = testIdentityEdits(corpus(createRandom(1), 200, 0.8, 0.02))
  expect(result.pValue).toBeLessThan(1e-6)
  expect(result.effect).toBeGreaterThan(3)
})

test('copy-edited corpora have p-values spread evenly', () => {
  const ps = Array.from(
    { length: 100 },
    (_, i) => testIdentityEdits(corpus(createRandom(i + 1), 60, 0.1, 0.1)).pValue,
  ).sort((a, b) => a - b)
  const distance = Math.max(
    ...ps.map((p, i) => Math.max(Math.abs(p - i / ps.length), Math.abs(p - (i + 1) / ps.length))),
  )
  // Kolmogorov and Smirnov, 1 % critical value
  expect(distance).toBeLessThan(1.63 / Math.sqrt(ps.length))
  expect(ps[0]).toBeGreaterThan(1e-4)
})

test('the p-value equals the enumeration of all rotations of all clusters', () => {
  const passages = fc.array(fc.array(fc.tuple(fc.boolean(), fc.boolean()), { minLength: 2, maxLength: 6 }), {
    minLength: 1,
    maxLength: 3,
  })
  fc.assert(
    fc.property(passages, all => {
      const counts: IdentityCounts = new Map()
      const tables: number[][] = []
      let observed = 0
      all.forEach((tokens, c) => {
        const count = countIdentityEdits(
          `c${c}`,
          'f',
          streamOf(tokens.map(([name]) => (name ? TokenKind.name : 0))),
          alignmentWithout(tokens.map(([, edited]) => edited)),
        )
        if (count === null) return
        addIdentityCount(counts, count)
        const hits = tokens.map(
          (_, turn) => tokens.filter(([, edited], i) => edited && tokens[(i + turn) % tokens.length][0]).length,
        )
        observed += hits[0]
        tables.push(hits)
      })
      let sums = [0]
      for (const hits of tables) sums = sums.flatMap(sum => hits.map(h => sum + h))
      const expected = tables.length === 0 ? 1 : sums.filter(sum => sum >= observed).length / sums.length
      expect(testIdentityEdits(counts).pValue).toBeCloseTo(expected, 9)
    }),
  )
})

test('counts of workers merge in any order', () => {
  const all = [...corpus(createRandom(3), 40, 0.5, 0.1).values()]
  const left: IdentityCounts = new Map()
  const right: IdentityCounts = new Map()
  for (const [i, count] of all.reverse().entries()) addIdentityCount(i % 3 === 0 ? left : right, count)
  mergeIdentityCounts(right, left)
  expect(testIdentityEdits(right)).toEqual(testIdentityEdits(corpus(createRandom(3), 40, 0.5, 0.1)))
})

test('nothing edited means nothing tested', () => {
  expect(countIdentityEdits('c', 'f', streamOf([1, 0]), alignmentWithout([false, false]))).toBeNull()
  expect(testIdentityEdits(new Map())).toMatchObject({ pValue: 1, clusters: 0 })
})

function mappingOf(pick: (name: number, i: number) => string): ReturnType<typeof testMapping> {
  const table = createTable()
  const names = ['Maria', 'Peter', 'Laura', 'Kevin', 'Diana']
  for (let i = 0; i < 60; i++) {
    const reference = sideOf(`Today we met ${names[i % 5]} at home.`)
    const suspect = sideOf(`Today we met ${pick(i % 5, i)} at home.`)
    const alignment = alignByLcs(suspect, reference)
    addEdits(table, {
      document: `d${i}`,
      cluster: `d${i}`,
      edits: explainAlignment(suspect, reference, alignment),
      reference,
      alignment,
    })
  }
  return testMapping(table)
}

test('a mapping that holds over the corpus stands out, drawn surrogates do not', () => {
  const surrogates = ['Anna', 'Boris', 'Clara', 'Denis', 'Erika']
  const random = createRandom(7)
  expect(mappingOf(name => surrogates[name]).pValue).toBeLessThan(1e-3)
  expect(mappingOf(() => surrogates[random.integer(5)]).pValue).toBeGreaterThan(0.01)
  expect(mappingOf(() => '[NAME]').pValue).toBe(1)
})
