import { describe, expect, test } from 'vitest'
import { createRandom } from '../../src/stats.ts'
import { type FusionSample, fitFusion, fuseScores } from '../../src/style/fusion.ts'

const nClasses = 3

/** Scores of texts by class: the own score a little higher, the third three times as loud and half a point too high. */
function draw(seed: number, counts: readonly number[]): FusionSample {
  const random = createRandom(seed)
  const label = counts.flatMap((n, c) => new Array<number>(n).fill(c))
  const scores = Float64Array.from({ length: label.length * nClasses }, (_, k) => {
    const c = k % nClasses
    const noise = random.next() + random.next() - 1
    const score = noise / 2 + (c === label[(k - c) / nClasses] ? 0.5 : 0)
    return c === 2 ? 3 * score + 0.5 : score
  })
  return { nClasses, scores, words: label.map(() => 60 + random.integer(600)), label }
}

const scoresOf = ({ scores }: FusionSample, i: number): Float64Array =>
  scores.subarray(i * nClasses, (i + 1) * nClasses)
const nearest = (values: Float64Array): number => values.indexOf(Math.max(...values))

describe('fused scores', () => {
  const fusion = fitFusion(draw(1, [300, 300, 300]))

  test('find the class of new texts more often than the scores do', () => {
    const unseen = draw(2, [300, 300, 300])
    const right = (read: (i: number) => Float64Array): number =>
      unseen.label.length - Array.from(unseen.label).filter((c, i) => nearest(read(i)) !== c).length
    const byScore = right(i => scoresOf(unseen, i))
    const byFusion = right(i => fuseScores(fusion, scoresOf(unseen, i), unseen.words[i]))
    expect(byFusion).toBeGreaterThan(byScore + 90)
  })

  test('are probabilities, as sure as they are right', () => {
    const unseen = draw(3, [400, 400, 400])
    let expected = 0
    let right = 0
    for (let i = 0; i < unseen.label.length; i++) {
      const fused = fuseScores(fusion, scoresOf(unseen, i), unseen.words[i])
      expect(fused.reduce((sum, log) => sum + Math.exp(log), 0)).toBeCloseTo(1, 9)
      expected += Math.exp(Math.max(...fused))
      if (nearest(fused) === unseen.label[i]) right++
    }
    expect(Math.abs(expected - right) / unseen.label.length).toBeLessThan(0.05)
  })

  test('do not favour a class for having more texts', () => {
    const uneven = fitFusion(draw(4, [900, 100, 300]))
    for (const words of [60, 400]) {
      const even = fuseScores(fusion, [0.3, 0.3, 1], words)
      fuseScores(uneven, [0.3, 0.3, 1], words).forEach((log, c) => {
        expect(Math.abs(log - even[c])).toBeLessThan(0.5)
      })
    }
  })

  test('are the same whether the fit began from nothing or from another', () => {
    const other = draw(5, [280, 300, 260])
    const [cold, warm] = [fitFusion(other), fitFusion(other, fusion)]
    for (let i = 0; i < other.label.length; i += 20) {
      const [a, b] = [cold, warm].map(weights => fuseScores(weights, scoresOf(other, i), other.words[i]))
      a.forEach((log, c) => {
        expect(Math.abs(Math.exp(log) - Math.exp(b[c]))).toBeLessThan(0.02)
      })
    }
  })

  test('hold for two classes, one of which has no text', () => {
    const one = { nClasses: 2, scores: Float64Array.of(0.2, -0.1, 0.4, -0.3), words: [100, 100], label: [0, 0] }
    expect(nearest(fuseScores(fitFusion(one), [0.3, -0.2], 100))).toBe(0)
  })
})
