import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRandom } from '../../src/stats.ts'
import {
  createKernel,
  featureOfEntry,
  nByteLanes,
  nLanes,
  packEntry,
  valueOfEntry,
  valueScale,
} from '../../src/style/kernel.ts'
import { type LinearModel, retrainLinear, trainLinear } from '../../src/style/solver.ts'
import { Rows } from '../../src/style/vectors.ts'

describe('the loops of the kernel give what plain loops give', () => {
  const features = fc.uniqueArray(fc.integer({ min: 0, max: 19 }), { minLength: 0, maxLength: 20 })

  test('products of whole numbers, in any block of a feature', () => {
    fc.assert(
      fc.property(
        features,
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 0, max: 1000 }),
        (index, nBlocks, seed) => {
          const stride = nBlocks * nByteLanes
          const random = createRandom(seed)
          const { buffer, multiply } = createKernel(1024 + 20 * stride, stride)
          const weights = new Int8Array(buffer, 1024, 20 * stride).map(() => random.integer(255) - 127)
          new Int8Array(buffer, 1024, 20 * stride).set(weights)
          const value = index.map(() => random.integer(valueScale + 1))
          new Uint32Array(buffer, 256).set(index.map((f, i) => packEntry(f, value[i] / valueScale)))
          const block = random.integer(nBlocks) * nByteLanes
          multiply(256, 256 + 4 * index.length, 1024 + block, 0)
          const expected = Array.from({ length: nByteLanes }, (_, c) =>
            index.reduce((sum, f, i) => sum + value[i] * weights[f * stride + block + c], 0),
          )
          expect([...new Int32Array(buffer, 0, nByteLanes)]).toEqual(expected)
        },
      ),
    )
  })

  test('products and sums of fractions', () => {
    fc.assert(
      fc.property(features, fc.integer({ min: 0, max: 1000 }), (index, seed) => {
        const random = createRandom(seed)
        const rows = new Rows(20, 1, 20)
        rows.weights.set(Float32Array.from(rows.weights, () => random.integer(64) / 8))
        rows.entries.set(index.map(f => packEntry(f, random.next())))
        const value = Array.from(rows.entries.subarray(0, index.length), valueOfEntry)
        rows.offset[1] = index.length
        const before = rows.weights.slice()
        const sums = new Float64Array(nLanes)
        const steps = Float64Array.of(1, -2, 0.5, 0)
        rows.dot(0, sums)
        rows.add(0, steps)
        for (let c = 0; c < nLanes; c++) {
          expect(sums[c]).toBeCloseTo(
            index.reduce((sum, f, i) => sum + value[i] * before[f * nLanes + c], 0),
            4,
          )
          for (let f = 0; f < 20; f++) {
            const i = index.indexOf(f)
            const step = i < 0 ? 0 : value[i] * steps[c]
            expect(rows.weights[f * nLanes + c]).toBeCloseTo(before[f * nLanes + c] + step, 5)
          }
        }
      }),
    )
  })
})

describe('a solver that forgets rows', () => {
  /** Rows of two classes that share most of their features. */
  function makeRows(seed: number): { rows: Rows; label: Uint16Array } {
    const random = createRandom(seed)
    const rows = new Rows(200, 300, 300 * 8)
    const label = Uint16Array.from({ length: 300 }, (_, i) => i % 2)
    for (let i = 0, at = 0; i < 300; i++) {
      for (let e = 0; e < 8; e++, at++) {
        rows.entries[at] = packEntry(e * 25 + ((random.integer(25) + label[i] * 3) % 25), 1 / Math.sqrt(8))
      }
      rows.offset[++rows.n] = at
    }
    return { rows, label }
  }

  test('scores the forgotten as one that never saw them', () => {
    const { rows, label } = makeRows(3)
    const uses = (row: number): boolean => row % 3 !== 0
    const [known] = trainLinear(rows, label, [{ label: 0, uses: () => true }], 1)
    const [forgetful] = retrainLinear(rows, label, known, [{ label: 0, uses }], 1)
    const [innocent] = trainLinear(rows, label, [{ label: 0, uses }], 1)
    const margin = ({ weights, bias }: LinearModel): number => {
      let sum = 0
      for (let row = 0; row < rows.n; row += 3) {
        let score = bias
        for (let i = rows.offset[row]; i < rows.offset[row + 1]; i++)
          score += weights[featureOfEntry(rows.entries[i])] / Math.sqrt(8)
        sum += (label[row] === 0 ? score : -score) / 100
      }
      return sum
    }
    expect(margin(known)).toBeGreaterThan(margin(innocent) + 0.02)
    expect(Math.abs(margin(forgetful) - margin(innocent))).toBeLessThan(0.05)
    expect(forgetful.dual.every((dual, row) => uses(row) || dual === 0)).toBe(true)
  })
})
