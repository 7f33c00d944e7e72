import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRandom } from '../../src/stats.ts'
import { createKernel, nByteLanes, nLanes } from '../../src/style/kernel.ts'
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
          const value = Int16Array.from(index, () => random.integer(32768) - 16384)
          new Uint32Array(buffer, 256).set(index)
          new Int16Array(buffer, 512).set(value)
          const block = random.integer(nBlocks) * nByteLanes
          multiply(256, 512, 256 + 4 * index.length, 1024 + block, 0)
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
        rows.weights.forEach((_, i) => {
          rows.weights[i] = random.integer(64) / 8
        })
        rows.index.set(index)
        rows.value.set(index.map(() => random.integer(64) / 16))
        rows.offset[1] = index.length
        const before = rows.weights.slice()
        rows.dot(0)
        rows.steps.set([1, -2, 0.5, 0])
        rows.add(0)
        for (let c = 0; c < nLanes; c++) {
          expect(rows.sums[c]).toBe(index.reduce((sum, f, i) => sum + rows.value[i] * before[f * nLanes + c], 0))
          for (let f = 0; f < 20; f++) {
            const i = index.indexOf(f)
            const step = i < 0 ? 0 : rows.value[i] * rows.steps[c]
            expect(rows.weights[f * nLanes + c]).toBe(before[f * nLanes + c] + step)
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
        rows.index[at] = e * 25 + ((random.integer(25) + label[i] * 3) % 25)
        rows.value[at] = 1 / Math.sqrt(8)
      }
      rows.offset[++rows.n] = at
    }
    return { rows, label }
  }

  test('scores the forgotten as one that never saw them', () => {
    const { rows, label } = makeRows(3)
    const uses = (row: number): boolean => row % 3 !== 0
    const [known] = trainLinear(rows, label, 2, 1)
    const [forgetful] = retrainLinear(rows, label, known, [{ label: 0, uses }], 1)
    const fresh: LinearModel = { weights: new Float32Array(200), bias: 0, dual: new Float32Array(300) }
    let innocent = fresh
    for (let times = 0; times < 4; times++)
      [innocent] = retrainLinear(rows, label, innocent, [{ label: 0, uses }], times)
    const margin = ({ weights, bias }: LinearModel): number => {
      let sum = 0
      for (let row = 0; row < rows.n; row += 3) {
        let score = bias
        for (let i = rows.offset[row]; i < rows.offset[row + 1]; i++) score += rows.value[i] * weights[rows.index[i]]
        sum += (label[row] === 0 ? score : -score) / 100
      }
      return sum
    }
    expect(margin(known)).toBeGreaterThan(margin(innocent) + 0.02)
    expect(Math.abs(margin(forgetful) - margin(innocent))).toBeLessThan(0.05)
    expect(forgetful.dual.every((dual, row) => uses(row) || dual === 0)).toBe(true)
  })
})
