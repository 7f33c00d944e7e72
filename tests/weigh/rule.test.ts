import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mayReachClass } from '../../src/weigh/bound.ts'
import type { Measures } from '../../src/weigh/measures.ts'
import {
  type Curve,
  classify,
  describeCodeFeatures,
  describeFeatures,
  judgeContext,
  marginBits,
  readCurve,
  rule,
  scoreExcess,
  scoreMatch,
} from '../../src/weigh/rule.ts'

/** A fit as it stands in every bundle. */
interface PrintedFit {
  intercept: number
  curves: Record<string, Curve>
}

const share = fc.double({ min: 0, max: 1, noNaN: true })
const bits = fc.double({ min: 0, max: 3000, noNaN: true })

const measures: fc.Arbitrary<Measures> = fc.record({
  score: fc.double({ min: 24, max: 3000, noNaN: true }),
  background: fc.oneof(fc.constant(0), bits),
  otherReference: fc.oneof(fc.constant(0), bits),
  commonplace: fc.oneof(fc.constant(0), bits),
  explainedByBackground: share,
  explainedByReference: share,
  identity: fc.double({ min: 0.3, max: 1, noNaN: true }),
  matches: fc.integer({ min: 1, max: 500 }),
  distinctive: fc.integer({ min: 0, max: 500 }),
  longestRun: fc.integer({ min: 1, max: 200 }),
  suspectContainment: share,
  referenceContainment: share,
  explainedByPrompt: share,
  promptShare: share,
  translation: fc.constant(0),
  codeShare: fc.oneof(fc.constant(0), share),
  identityShare: share,
  ideographShare: share,
  restAlike: share,
  reworded: share,
  uneven: share,
  ownMatched: share,
  ownSentences: fc.integer({ min: 0, max: 60 }),
  ownBefore: fc.integer({ min: 0, max: 500 }),
  spacedAlike: share,
  suspectAgreed: share,
  referenceAgreed: share,
  shapes: fc.integer({ min: 0, max: 500 }),
  renamings: fc.integer({ min: 0, max: 100 }),
  literalBits: fc.double({ min: 0, max: 500, noNaN: true }),
  rivalAgreed: share,
  twinAgreed: fc.oneof(fc.constant(0), share),
  promptless: fc.constantFrom(0, 1),
  peers: fc.integer({ min: 0, max: 30 }),
})

/** A whole and verbatim copy of some length, with nothing that competes. */
const copy: Measures = {
  score: 1000,
  background: 0,
  otherReference: 0,
  commonplace: 0,
  explainedByBackground: 0,
  explainedByReference: 0,
  identity: 1,
  matches: 120,
  distinctive: 110,
  longestRun: 110,
  suspectContainment: 1,
  referenceContainment: 1,
  explainedByPrompt: 0,
  promptShare: 0.1,
  translation: 0,
  codeShare: 0,
  identityShare: 0.05,
  ideographShare: 0,
  restAlike: 0,
  reworded: 0,
  uneven: 0,
  ownMatched: 1,
  ownSentences: 8,
  ownBefore: 0,
  spacedAlike: 1,
  suspectAgreed: 1,
  referenceAgreed: 1,
  shapes: 120,
  renamings: 0,
  literalBits: 0,
  rivalAgreed: 0,
  twinAgreed: 0,
  promptless: 0,
  peers: 0,
}
const order = [undefined, 'C', 'B', 'A']
const rank = (of: Measures, hasBackground: boolean): number => order.indexOf(classify(of, hasBackground))

describe('the rule', () => {
  it('puts a long copy that nothing explains in class A, with a background and without', () => {
    expect([classify(copy, true), classify(copy, false)]).toEqual(['A', 'A'])
  })

  it('gives no class to what a competitor explains as well', () => {
    for (const competitor of ['background', 'otherReference', 'commonplace'])
      expect(classify({ ...copy, referenceContainment: 0.9, [competitor]: copy.score }, true)).toBeUndefined()
  })

  it('keeps an answer that stands word for word as a whole as a lead, however commonplace', () => {
    expect(classify({ ...copy, background: copy.score }, true)).toBe('C')
    expect(classify({ ...copy, background: copy.score, matches: 19 }, true)).toBeUndefined()
  })

  it('takes what its best competitor explains off a claim, more off code, and never below nothing', () => {
    const [background, otherReference, commonplace] = [200, 150, 100]
    const margin = 1000 - rule.competitorWeight.prose * 200
    const code = { ...copy, codeShare: 1, background }
    expect(marginBits(code)).toBe(1000 - rule.competitorWeight.code * 200)
    expect(marginBits(code)).toBeLessThan(margin)
    expect(marginBits({ ...copy, background, otherReference, commonplace })).toBe(margin)
    expect(marginBits({ ...copy, background: commonplace, commonplace: background, otherReference })).toBe(margin)
    expect(marginBits({ ...copy, background: 5000 })).toBe(0)
  })

  it('nests its classes: what reaches one reaches the thresholds of those below', () => {
    for (const { A, B, C } of Object.values(rule.thresholds)) {
      expect(A.score).toBeGreaterThanOrEqual(B.score)
      expect(B.score).toBeGreaterThanOrEqual(C.score)
      expect(A.marginBits).toBeGreaterThanOrEqual(B.marginBits)
      expect(B.marginBits).toBeGreaterThanOrEqual(C.marginBits)
    }
  })

  it('is never milder without a background, where no answer to the same prompt is at hand, or where no prompt is known', () => {
    const { peers, background, none, witnessed } = rule.thresholds
    for (const found of ['A', 'B', 'C'] as const) {
      expect(witnessed[found].score).toBeGreaterThanOrEqual(none[found].score)
      expect(none[found].score).toBeGreaterThanOrEqual(background[found].score)
      expect(background[found].score).toBeGreaterThanOrEqual(peers[found].score)
    }
    fc.assert(
      fc.property(measures, of => {
        fc.pre(of.codeShare < rule.mostlyCode)
        expect(rank(of, false)).toBeLessThanOrEqual(rank(of, true))
        for (const hasBackground of [true, false])
          expect(rank({ ...of, promptless: 1 }, hasBackground)).toBeLessThanOrEqual(
            rank({ ...of, promptless: 0 }, hasBackground),
          )
      }),
      { numRuns: 500, seed: 21 },
    )
  })

  it('never gives a better class for a stronger competitor', () => {
    fc.assert(
      fc.property(fc.record({ identity: share, score: bits, a: bits, b: bits }), ({ identity, score, a, b }) => {
        const claim = { ...copy, identity: 0.6 + 0.4 * identity, score: 600 + score }
        const [less, more] = a < b ? [a, b] : [b, a]
        expect(marginBits({ ...claim, background: more })).toBeLessThanOrEqual(
          marginBits({ ...claim, background: less }),
        )
        expect(marginBits({ ...claim, commonplace: less, background: more })).toBe(
          marginBits({ ...claim, background: more }),
        )
      }),
      { numRuns: 300, seed: 22 },
    )
  })

  it('never gives a better class for other words in the gaps, or for a rest that speaks of the same', () => {
    fc.assert(
      fc.property(measures, share, share, (of, a, b) => {
        const [less, more] = a < b ? [a, b] : [b, a]
        expect(rank({ ...of, reworded: more }, true)).toBeLessThanOrEqual(rank({ ...of, reworded: less }, true))
        expect(rank({ ...of, restAlike: more }, true)).toBeLessThanOrEqual(rank({ ...of, restAlike: less }, true))
      }),
      { numRuns: 500, seed: 26 },
    )
  })

  it('never gives a worse class for more of the own wording, or for marks and breaks that are kept', () => {
    fc.assert(
      fc.property(measures, share, share, (of, a, b) => {
        const [less, more] = a < b ? [a, b] : [b, a]
        expect(rank({ ...of, ownMatched: more }, true)).toBeGreaterThanOrEqual(rank({ ...of, ownMatched: less }, true))
        expect(rank({ ...of, spacedAlike: more }, true)).toBeGreaterThanOrEqual(
          rank({ ...of, spacedAlike: less }, true),
        )
      }),
      { numRuns: 500, seed: 27 },
    )
  })

  it('never gives a worse class for more sentences that are held, nor a better one for a later start or uneven gaps', () => {
    const count = fc.integer({ min: 0, max: 100 })
    fc.assert(
      fc.property(measures, share, share, count, count, (of, a, b, c, d) => {
        const [less, more] = a < b ? [a, b] : [b, a]
        const [few, many] = c < d ? [c, d] : [d, c]
        expect(rank({ ...of, ownSentences: many }, true)).toBeGreaterThanOrEqual(
          rank({ ...of, ownSentences: few }, true),
        )
        expect(rank({ ...of, ownBefore: many }, true)).toBeLessThanOrEqual(rank({ ...of, ownBefore: few }, true))
        expect(rank({ ...of, uneven: more }, true)).toBeLessThanOrEqual(rank({ ...of, uneven: less }, true))
      }),
      { numRuns: 500, seed: 29 },
    )
  })

  it('never gives a better class for more changes to the same match', () => {
    fc.assert(
      fc.property(measures, share, share, (of, a, b) => {
        const [less, more] = a < b ? [a, b] : [b, a]
        // small claims are told apart by how much of the two documents they cover
        const claim = { ...of, score: of.score + 600, background: 0, otherReference: 0, commonplace: 0 }
        expect(rank({ ...claim, identity: less }, true)).toBeLessThanOrEqual(rank({ ...claim, identity: more }, true))
      }),
      { numRuns: 500, seed: 23 },
    )
  })

  it('never gives code a worse class for more agreement', () => {
    fc.assert(
      fc.property(measures, share, fc.integer({ min: 0, max: 200 }), (of, more, shapes) => {
        const code = { ...of, codeShare: 1, identity: 0.9 }
        const closer = {
          ...code,
          suspectAgreed: Math.max(code.suspectAgreed, more),
          referenceAgreed: Math.max(code.referenceAgreed, more),
          shapes: code.shapes + shapes,
        }
        expect(rank(closer, true)).toBeGreaterThanOrEqual(rank(code, true))
      }),
      { numRuns: 500, seed: 27 },
    )
  })

  it('leaves code a lead where another text agrees as closely, and asks twice the evidence where a twin does', () => {
    const code = { ...copy, codeShare: 1, shapes: 1000 }
    expect(classify(code, true)).toBe('A')
    expect(classify({ ...code, rivalAgreed: 0.9 }, true)).toBe('A')
    expect(classify({ ...code, rivalAgreed: 0.98 }, true)).toBe('C')
    expect(scoreMatch({ ...code, twinAgreed: 0.98 }, 'code')).toBeLessThan(
      scoreMatch({ ...code, twinAgreed: 0.9 }, 'code'),
    )
  })

  it('has a curve for every feature and a feature for each of them, as printed', () => {
    const features = Object.keys(describeFeatures(copy))
    expect(Object.keys(rule.prose.curves)).toEqual(features)
    // what is matched whole may be what the prompt had given
    expect(Object.keys(rule.promptless.curves)).toEqual(features.filter(name => name !== 'ownMatched'))
    expect(Object.keys(describeCodeFeatures(copy, 0))).toEqual(Object.keys(rule.code.curves))
    const sumPoints = ({ intercept, curves }: PrintedFit, features: Record<string, number>): number =>
      Object.entries(curves).reduce((sum, [name, curve]) => sum + readCurve(curve, features[name]), intercept)
    fc.assert(
      fc.property(measures, fc.boolean(), (of, hasBackground) => {
        const context = judgeContext(of, hasBackground)
        const score = scoreMatch(of, context)
        expect(Number.isFinite(score)).toBe(true)
        const wording = sumPoints(rule.prose, describeFeatures(of))
        const again =
          context === 'code'
            ? sumPoints(rule.code, describeCodeFeatures(of, wording))
            : context === 'promptless'
              ? sumPoints(rule.promptless, describeFeatures(of))
              : wording
        expect(score).toBeCloseTo(again, 9)
      }),
      { numRuns: 100, seed: 24 },
    )
  })

  it('reads its curves straight between their points and level outside, and each runs one way throughout', () => {
    const curve = [
      [1, 10],
      [3, 20],
      [4, 20],
    ]
    expect([0, 1, 2, 3, 3.5, 9].map(value => readCurve(curve, value))).toEqual([10, 10, 15, 20, 20, 20])
    const rising = [
      'logMargin',
      'logDistinctive',
      'identity',
      'ownMatched',
      'logOwnSentences',
      'spacedAlike',
      'logEvidence',
      'mostAgreed',
      'leastAgreed',
      'wordingIfMixed',
    ]
    for (const { curves } of [rule.prose, rule.promptless, rule.code])
      for (const [name, points] of Object.entries(curves)) {
        const sign = rising.includes(name) ? 1 : -1
        for (let i = 1; i < points.length; i++) {
          expect(points[i][0]).toBeGreaterThan(points[i - 1][0])
          expect(sign * (points[i][1] - points[i - 1][1])).toBeGreaterThanOrEqual(0)
        }
      }
  })

  it('puts class B where a match scores above the threshold in every context that it must stand in', () => {
    fc.assert(
      fc.property(measures, fc.boolean(), (of, hasBackground) => {
        const isFound = rank({ ...of, translation: 0 }, hasBackground) >= order.indexOf('B')
        const { marginBits: bits, distinctiveTokens } = rule.thresholds[judgeContext(of, hasBackground)].B
        const isLarge = marginBits(of) >= bits && of.distinctive >= distinctiveTokens
        expect(isFound).toBe(isLarge && scoreExcess(of, hasBackground) >= 0)
      }),
      { numRuns: 500, seed: 28 },
    )
  })
})

describe('the bound', () => {
  it('turns no claim away that the rule would give a class, whatever its competitors', () => {
    fc.assert(
      fc.property(measures, fc.boolean(), (of, hasBackground) => {
        if (classify(of, hasBackground) === undefined) return
        const alone = {
          ...of,
          background: 0,
          otherReference: 0,
          commonplace: 0,
          explainedByBackground: 0,
          explainedByReference: 0,
          peers: 0,
        }
        expect(mayReachClass(alone, hasBackground)).toBe(true)
      }),
      { numRuns: 5000, seed: 25 },
    )
  })

  it('turns claims away that are too small', () => {
    expect(mayReachClass({ ...copy, referenceContainment: 0.9, score: 10 }, true)).toBe(false)
    const least = {
      suspectContainment: 0.01,
      referenceContainment: 0.01,
      identity: 0.3,
      ownMatched: 0.02,
      ownSentences: 1,
      spacedAlike: 0.9,
    }
    expect(mayReachClass({ ...copy, ...least, score: 60, distinctive: 12 }, false)).toBe(false)
  })
})
