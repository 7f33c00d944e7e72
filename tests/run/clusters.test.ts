import { describe, expect, it } from 'vitest'
import { ClusterCounter } from '../../src/run/clusters.ts'
import { estimatePrevalence } from '../../src/run/merge.ts'
import { clopperPearson } from '../../src/stats.ts'
import { makeRandom } from '../prose.ts'

function draw(count: number, seed: number): number[] {
  const random = makeRandom(seed)
  return Array.from({ length: count }, () => Math.floor(random() * 2 ** 20) * 2 ** 32 + Math.floor(random() * 2 ** 32))
}

function count(keys: readonly number[]): ClusterCounter {
  const counter = new ClusterCounter()
  for (const key of keys) counter.add(key)
  return counter
}

describe('the number of clusters', () => {
  it.each([0, 1, 2, 100, 4095])('is exact for %i', n => {
    const keys = draw(n, n + 1)
    expect(count([...keys, ...keys]).count()).toBe(n)
  })

  it.each([5_000, 20_000, 200_000])('is near for %i', n => {
    for (let seed = 0; seed < 3; seed++) {
      const estimate = count(draw(n, 100 * seed + n)).count()
      // five standard errors of 1 / √4096
      expect(Math.abs(estimate / n - 1)).toBeLessThan(5 / 64)
    }
  })

  it('does not depend on order, repetition, or how the corpus was cut', () => {
    const keys = draw(30_000, 7)
    const whole = count(keys)
    expect(count([...keys].reverse()).export()).toEqual(whole.export())
    expect(count([...keys, ...keys.slice(0, 20_000)]).count()).toBe(whole.count())
    const merged = new ClusterCounter()
    for (let from = 0; from < keys.length; from += 7000)
      for (const key of count(keys.slice(from, from + 7000)).export()) merged.add(key)
    expect(merged.count()).toBe(whole.count())
  })
})

describe('prevalence', () => {
  const estimate = (documents: number, clusters: number, classA: number, classB = 0, level = 0.95) =>
    estimatePrevalence({ documents, clusters, found: { classA, classB, classC: 9 } }, level, true)

  it('is the share of A and B with the exact interval', () => {
    const { low, high } = clopperPearson(15, 100, 0.95)
    expect(estimate(100, 100, 10, 5)).toEqual({ point: 0.15, low, high, level: 0.95, clusters: 100 })
  })

  it('has a wider interval for fewer clusters, always around the point', () => {
    let width = 0
    for (const clusters of [1000, 300, 100, 40, 20]) {
      const found = estimate(1000, clusters, 137)
      if (!('point' in found)) throw new Error('expected an interval')
      expect(found.low).toBeLessThanOrEqual(found.point)
      expect(found.high).toBeGreaterThanOrEqual(found.point)
      expect(found.high - found.low).toBeGreaterThan(width)
      width = found.high - found.low
    }
  })

  it('covers the truth as often as it says', () => {
    const random = makeRandom(3)
    let covered = 0
    for (let i = 0; i < 400; i++) {
      let hits = 0
      for (let d = 0; d < 80; d++) if (random() < 0.1) hits++
      const found = estimate(80, 80, hits)
      if ('low' in found && found.low <= 0.1 && found.high >= 0.1) covered++
    }
    expect(covered / 400).toBeGreaterThanOrEqual(0.94)
  })

  it('cannot be said of nothing, of few documents, or without a reference', () => {
    expect(estimate(0, 0, 0)).toEqual({ cannotSay: expect.stringContaining('no document') })
    expect(estimate(500, 19, 3)).toEqual({ cannotSay: expect.stringContaining('19') })
    expect(
      estimatePrevalence({ documents: 99, clusters: 99, found: { classA: 0, classB: 0, classC: 0 } }, 0.95, false),
    ).toEqual({
      cannotSay: expect.stringContaining('reference'),
    })
  })
})
