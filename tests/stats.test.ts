import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  binomialTail,
  clopperPearson,
  createRandom,
  logBeta,
  logBinomialTail,
  logGamma,
  normalQuantile,
  wilson,
} from '../src/stats.ts'

/** P(X ≥ k) by summing probabilities in 200-digit-safe order: slow and obvious. */
function tailBySum(k: number, n: number, p: number): number {
  let term = (1 - p) ** n
  let sum = k === 0 ? term : 0
  for (let i = 1; i <= n; i++) {
    term *= ((n - i + 1) / i) * (p / (1 - p))
    if (i >= k) sum += term
  }
  return sum
}

describe('binomial tails', () => {
  test('known values', () => {
    expect(binomialTail(0, 10, 0.3)).toBe(1)
    expect(binomialTail(10, 10, 0.5)).toBeCloseTo(1 / 1024, 15)
    expect(binomialTail(8, 10, 0.5)).toBeCloseTo(56 / 1024, 14)
    expect(binomialTail(1, 3, 1 / 3)).toBeCloseTo(19 / 27, 14)
  })

  test('a tail that underflows is kept in logarithms', () => {
    // 5,000 of 5,000 at 0.01 is 0.01^5000
    expect(logBinomialTail(5000, 5000, 0.01)).toBeCloseTo(5000 * Math.log(0.01), 6)
    expect(binomialTail(5000, 5000, 0.01)).toBe(0)
  })

  test('agrees with summing the probabilities', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.nat(60),
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        (n, k, p) => {
          const at = Math.min(k, n)
          const slow = tailBySum(at, n, p)
          expect(Math.abs(binomialTail(at, n, p) - slow)).toBeLessThan(1e-10 + 1e-9 * slow)
        },
      ),
      { seed: 11 },
    )
  })

  test('a count out of range is refused', () => {
    expect(() => binomialTail(4, 3, 0.5)).toThrow(RangeError)
    expect(() => clopperPearson(-1, 3, 0.95)).toThrow(RangeError)
    expect(() => wilson(0.5, 3, 0.95)).toThrow(RangeError)
  })
})

describe('intervals', () => {
  for (const [k, n, low, high] of [
    [0, 10, 0, 0.3084971078],
    [1, 10, 0.0025285785, 0.4450161174],
    [5, 10, 0.1870860284, 0.8129139716],
    [10, 10, 0.6915028922, 1],
    [0, 0, 0, 1],
  ]) {
    test(`Clopper–Pearson of ${k} in ${n}`, () => {
      const interval = clopperPearson(k, n, 0.95)
      expect(interval.low).toBeCloseTo(low, 8)
      expect(interval.high).toBeCloseTo(high, 8)
    })
  }

  test('no hit in n bounds the share near 3.7/n at 95 %', () => {
    expect(clopperPearson(0, 1_000_000, 0.95).high * 1e6).toBeCloseTo(3.6889, 3)
  })

  test('Wilson of 1 in 10 and of none in 10', () => {
    expect(wilson(1, 10, 0.95).low).toBeCloseTo(0.0178762, 6)
    expect(wilson(1, 10, 0.95).high).toBeCloseTo(0.40415, 6)
    expect(wilson(0, 10, 0.95)).toEqual({ low: 0, high: expect.closeTo(0.2775328, 6) })
  })

  test('Clopper–Pearson covers at least its level for every share', () => {
    for (const p of [0.01, 0.1, 0.37, 0.5]) {
      let covered = 0
      for (let k = 0; k <= 40; k++) {
        const { low, high } = clopperPearson(k, 40, 0.9)
        const probability = tailBySum(k, 40, p) - (k < 40 ? tailBySum(k + 1, 40, p) : 0)
        if (low <= p && p <= high) covered += probability
      }
      expect(covered).toBeGreaterThanOrEqual(0.9)
    }
  })
})

describe('special functions', () => {
  test('logGamma of whole and half numbers', () => {
    expect(logGamma(1)).toBeCloseTo(0, 13)
    expect(logGamma(11)).toBeCloseTo(Math.log(3628800), 11)
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.PI) / 2, 13)
    expect(logGamma(0.1)).toBeCloseTo(2.252712651734206, 12)
  })

  test('the incomplete beta function is 1/2 in the middle of a symmetric one', () => {
    for (const a of [0.5, 1, 7, 5000]) expect(Math.exp(logBeta(0.5, a, a))).toBeCloseTo(0.5, 9)
  })

  test('normal quantiles', () => {
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963985, 7)
    expect(normalQuantile(0.5)).toBeCloseTo(0, 9)
    expect(normalQuantile(0.001)).toBeCloseTo(-3.090232306, 7)
  })
})

describe('createRandom', () => {
  test('equal seeds give equal sequences, others differ', () => {
    const a = createRandom(7)
    const b = createRandom(7)
    const c = createRandom(8)
    const first = Array.from({ length: 20 }, () => a.next())
    expect(Array.from({ length: 20 }, () => b.next())).toEqual(first)
    expect(Array.from({ length: 20 }, () => c.next())).not.toEqual(first)
  })

  test('uniform and normal moments', () => {
    const random = createRandom(1)
    let sum = 0
    let squares = 0
    let uniform = 0
    for (let i = 0; i < 100_000; i++) {
      const z = random.normal()
      sum += z
      squares += z * z
      uniform += random.next()
    }
    expect(Math.abs(sum / 1e5)).toBeLessThan(0.015)
    expect(Math.abs(squares / 1e5 - 1)).toBeLessThan(0.02)
    expect(Math.abs(uniform / 1e5 - 0.5)).toBeLessThan(0.005)
  })

  test('shuffle keeps the elements', () => {
    const shuffled = createRandom(3).shuffle(Array.from({ length: 50 }, (_, i) => i))
    expect(shuffled).not.toEqual(Array.from({ length: 50 }, (_, i) => i))
    expect([...shuffled].sort((x, y) => x - y)).toEqual(Array.from({ length: 50 }, (_, i) => i))
  })
})
