import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fitCurves, type Point, type Shape } from './bench/monotone.ts'

const rising: Shape = { sign: 1, knots: [0, 0.25, 0.5, 0.75, 1] }

describe('fitted curves', () => {
  it('run their own way only, whatever the data say', () => {
    const point = fc.record({
      values: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 2 }),
      isPositive: fc.boolean(),
      weight: fc.double({ min: 0.1, max: 10, noNaN: true }),
    })
    fc.assert(
      fc.property(fc.array(point, { minLength: 5, maxLength: 40 }), points => {
        const { intercept, curves } = fitCurves([rising, { ...rising, sign: -1 }], points, 1e-2)
        expect(Number.isFinite(intercept)).toBe(true)
        for (const [j, curve] of curves.entries())
          for (let k = 1; k < curve.length; k++)
            expect((j === 0 ? 1 : -1) * (curve[k]![1] - curve[k - 1]![1])).toBeGreaterThanOrEqual(0)
      }),
      { numRuns: 50, seed: 31 },
    )
  })

  it('follow a step in the data, and stay level where the data run against them', () => {
    const points: Point[] = Array.from({ length: 400 }, (_, i) => {
      const value = (i % 100) / 100
      return { values: [value], isPositive: i % 10 === 0 ? value < 0.5 : value >= 0.5, weight: 1 }
    })
    const [up] = fitCurves([rising], points, 1e-4).curves
    expect(up![4]![1] - up![0]![1]).toBeGreaterThan(2)
    const [against] = fitCurves([{ ...rising, sign: -1 }], points, 1e-4).curves
    expect(against!.map(([, y]) => y)).toEqual(against!.map(() => expect.closeTo(0, 6)))
  })
})
