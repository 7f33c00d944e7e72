import { describe, expect, test } from 'vitest'
import { createRandom, fitLogistic, quantile, sigmoid, solveLinear, studentQuantile } from '../../src/stats.ts'
import { fitMixture, measureDistances, type ScoreSample } from '../../src/style/fit.ts'
import {
  adjustCount,
  bootstrapShares,
  type EvidenceSample,
  maximiseLikelihood,
  meanProbability,
  sumClusters,
  widenInterval,
} from '../../src/style/quantify.ts'
import { widenByStraying } from '../../src/style/stray.ts'
import { joinByAverage } from '../../src/style/tree.ts'

const random = createRandom(12)

/** Evidence with the right calibration: normal with mean ±d²/2 and variance d². */
function draw(n: number, own: boolean, d = 2): EvidenceSample {
  const evidence = Float64Array.from({ length: n }, () => d * random.normal() + ((own ? 1 : -1) * d * d) / 2)
  return { evidence, group: Int32Array.from(evidence.keys()), weight: new Float64Array(n).fill(1) }
}

function join(a: EvidenceSample, b: EvidenceSample): EvidenceSample {
  const evidence = Float64Array.from([...a.evidence, ...b.evidence])
  return { evidence, group: Int32Array.from(evidence.keys()), weight: new Float64Array(evidence.length).fill(1) }
}

describe('shares', () => {
  for (const share of [0, 0.05, 0.3, 1]) {
    test(`a share of ${share} is found by both estimators`, () => {
      const n = 20_000
      const bag = join(draw(n * share, true), draw(n * (1 - share), false))
      const [ofBag, one, zero] = [bag, draw(n, true), draw(n, false)].map(s => meanProbability(sumClusters(s), null))
      expect(Math.abs(adjustCount(ofBag, one, zero) - share)).toBeLessThan(0.015)
      expect(Math.abs(maximiseLikelihood(bag) - share)).toBeLessThan(0.015)
    })
  }

  test('sides that score alike give no number', () => {
    const [bag, one, zero] = [0, 1, 2].map(() => meanProbability(sumClusters(draw(500, true)), null))
    expect(adjustCount(bag, one, zero)).toBeNaN()
  })

  test('the interval covers the truth about as often as it says, also at 0', () => {
    let covered = 0
    for (let t = 0; t < 60; t++) {
      const nOwn = t % 2 === 0 ? 0 : 40
      const samples = [join(draw(nOwn, true), draw(200 - nOwn, false)), draw(150, true), draw(600, false)]
      const [bag, one, zero] = samples.map(sumClusters)
      const [b, o, z] = [bag, one, zero].map(sums => meanProbability(sums, null))
      const sorted = bootstrapShares(bag, one, zero, 200, 1000, random)
      const { low, high } = widenInterval(Math.max(0, adjustCount(b, o, z)), sorted, 0.95, 1)
      if (low <= nOwn / 200 && nOwn / 200 <= high) covered++
    }
    expect(covered).toBeGreaterThanOrEqual(53)
  })

  test('texts of one prompt count as one: doubling every text does not narrow the interval', () => {
    const bag = join(draw(60, true), draw(140, false))
    const twice = {
      evidence: Float64Array.from([...bag.evidence, ...bag.evidence]),
      group: Int32Array.from([...bag.group, ...bag.group]),
      weight: new Float64Array(400).fill(1),
    }
    const [one, zero] = [draw(500, true), draw(500, false)].map(sumClusters)
    const width = (sample: EvidenceSample): number => {
      const sorted = bootstrapShares(sumClusters(sample), one, zero, 400, 1000, createRandom(3))
      const { low, high } = widenInterval(0.3, sorted, 0.95, 1)
      return high - low
    }
    expect(width(twice)).toBeCloseTo(width(bag), 6)
  })
})

/** Texts of three classes whose scores are normal around 1 at their own class; `shift` makes them strange. */
function sampleScores(n: number, labels: number[], shift = 0): ScoreSample {
  const label = Uint16Array.from({ length: n }, (_, i) => labels[i % labels.length])
  const scores = Float64Array.from({ length: n * 3 }, (_, at) => {
    const own = label[Math.floor(at / 3)] === at % 3
    return (own ? 0.3 : -0.9) + 0.25 * random.normal() + (at % 3 === 2 ? shift : 0)
  })
  return {
    n,
    nClasses: 3,
    scores,
    group: Int32Array.from({ length: n }, (_, i) => Math.floor(i / 3)),
    component: label.map(l => (l === 0 ? 0 : 1)),
    weight: new Float64Array(n).fill(1),
  }
}

describe('fitMixture', () => {
  test('accepts mixtures of what it knows and finds their shares', () => {
    const reference = sampleScores(900, [0, 1, 2])
    const fit = fitMixture(reference, sampleScores(300, [0, 1, 2]), 2, 50, createRandom(1))
    expect(fit.shares[0]).toBeCloseTo(1 / 3, 1)
    expect(fit.pValue).toBeGreaterThan(0.05)
  })

  test('refuses scores of a kind it does not know, and a panel in other parts', () => {
    const reference = sampleScores(900, [0, 1, 2])
    const strange = fitMixture(reference, sampleScores(300, [1, 2], 0.5), 2, 50, createRandom(1))
    expect(strange.pValue).toBeLessThan(0.03)
    expect(fitMixture(reference, sampleScores(300, [1]), 2, 50, createRandom(1)).pValue).toBeLessThan(0.03)
  })
})

describe('straying', () => {
  test('classes of a mixture lie near it and strangers far from it', () => {
    const reference = sampleScores(900, [0, 1, 2])
    const classes = { ...sampleScores(900, [0, 1, 2]), component: Uint16Array.from({ length: 900 }, (_, i) => i % 3) }
    const strange = { ...sampleScores(300, [1, 2], 0.5), component: new Uint16Array(300).fill(1) }
    const known = measureDistances(reference, 2, classes, 3)
    expect(known[0]).toBeLessThan(0.25)
    expect(known[1]).toBeGreaterThan(2 * known[0])
    expect(measureDistances(reference, 2, strange, 2)[1]).toBeGreaterThan(known[1])
  })

  test('widens towards what a background may read as, and not past 0 and 1', () => {
    const interval = { low: 0.25, high: 0.35 }
    expect(widenByStraying(0.3, interval, { low: 0, high: 0 })).toEqual(interval)
    const wider = widenByStraying(0.3, interval, { low: -0.1, high: 0.1 })
    expect(wider.low).toBeLessThan(0.25)
    expect(wider.high).toBeGreaterThan(0.35)
    expect(widenByStraying(0.3, interval, { low: 0, high: 0.31 }).low).toBe(0)
    expect(widenByStraying(0.3, interval, { low: -99, high: 0 }).high).toBeGreaterThan(0.95)
  })
})

describe('numbers beneath', () => {
  test.each([
    [4, 2.776],
    [10, 2.228],
    [19, 2.093],
    [100, 1.984],
  ])('the t quantile with %i degrees of freedom is %f', (freedom, known) => {
    expect(Math.abs(studentQuantile(0.975, freedom) / known - 1)).toBeLessThan(0.015)
  })

  test('logistic regression finds the coefficients that made the data, and stays finite when sides separate', () => {
    const n = 20_000
    const rows = new Float64Array(2 * n)
    const positive = new Uint8Array(n)
    for (let i = 0; i < n; i++) {
      rows[2 * i] = 1
      rows[2 * i + 1] = random.normal()
      positive[i] = random.next() < sigmoid(-1 + 2 * rows[2 * i + 1]) ? 1 : 0
    }
    const found = fitLogistic(rows, 2, positive, new Float64Array(n).fill(1 / n), 1e-6)
    expect(found[0]).toBeCloseTo(-1, 1)
    expect(found[1]).toBeCloseTo(2, 0)
    const apart = fitLogistic(Float64Array.of(1, -1, 1, 1), 2, Uint8Array.of(0, 1), Float64Array.of(0.5, 0.5), 1e-3)
    expect(apart[1]).toBeGreaterThan(1)
    expect(Number.isFinite(apart[1])).toBe(true)
  })

  test('linear systems and quantiles', () => {
    const solved = solveLinear([Float64Array.of(4, 1), Float64Array.of(1, 3)], Float64Array.of(1, 2))
    expect(solved[0]).toBeCloseTo(1 / 11, 12)
    expect(solved[1]).toBeCloseTo(7 / 11, 12)
    expect(quantile([1, 2, 3, 4], 0.5)).toBe(2.5)
    expect(quantile([5], 0.9)).toBe(5)
  })

  test('average linkage joins the nearest first', () => {
    const distance = Float64Array.of(0, 1, 4, 1, 0, 6, 4, 6, 0)
    expect(joinByAverage(distance, 3)).toEqual([
      { left: 0, right: 1, height: 1 },
      { left: 3, right: 2, height: 5 },
    ])
  })
})
