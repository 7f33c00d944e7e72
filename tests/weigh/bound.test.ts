import fc from 'fast-check'
import { expect, test } from 'vitest'
import { mayReachClass } from '../../src/weigh/bound.ts'
import type { Measures } from '../../src/weigh/measures.ts'
import { classify } from '../../src/weigh/rule.ts'

const share = fc.double({ min: 0, max: 1, noNaN: true })
const measures: fc.Arbitrary<Measures> = fc
  .record({
    score: fc.double({ min: 20, max: 1500, noNaN: true }),
    background: share,
    otherReference: share,
    commonplace: share,
    explainedByBackground: share,
    explainedByReference: share,
    identity: share,
    matches: fc.integer({ min: 5, max: 2000 }),
    distinctive: fc.integer({ min: 0, max: 2000 }),
    longestRun: fc.integer({ min: 0, max: 500 }),
    suspectContainment: share,
    referenceContainment: share,
    explainedByPrompt: share,
    promptShare: share,
    translation: fc.constant(0),
    codeShare: share,
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
    shapes: fc.integer({ min: 0, max: 2000 }),
    renamings: fc.integer({ min: 0, max: 500 }),
    literalBits: fc.double({ min: 0, max: 2000, noNaN: true }),
    rivalAgreed: share,
    twinAgreed: share,
    promptless: fc.constantFrom(0, 1),
    peers: fc.integer({ min: 0, max: 80 }),
  })
  .map(m => ({ ...m, background: m.background * m.score, otherReference: 0, commonplace: 0 }))

const withoutCompetitors = (m: Measures): Measures => ({
  ...m,
  background: 0,
  otherReference: 0,
  rivalAgreed: 0,
  twinAgreed: 0,
  peers: 0,
})

test('no claim that the rule gives a class is turned away before its competitors are known', () => {
  fc.assert(
    fc.property(measures, fc.boolean(), (m, hasBackground) => {
      if (classify(m, hasBackground) !== undefined)
        expect(mayReachClass(withoutCompetitors(m), hasBackground)).toBe(true)
    }),
    { numRuns: 4000, seed: 7 },
  )
})

test('nor when some of its competitors are known', () => {
  fc.assert(
    fc.property(measures, share, fc.boolean(), (m, known, hasBackground) => {
      const soFar = { ...withoutCompetitors(m), otherReference: known * m.background }
      if (classify(m, hasBackground) !== undefined) expect(mayReachClass(soFar, hasBackground)).toBe(true)
    }),
    { numRuns: 4000, seed: 13 },
  )
})

test('most claims that no competitor could lift to a class are turned away', () => {
  let hopeless = 0
  let turnedAway = 0
  for (const m of fc.sample(measures, { numRuns: 3000, seed: 11 })) {
    const alone = withoutCompetitors(m)
    let best = false
    for (let i = 0; i <= 60; i++)
      for (const peers of [0, 1, 4, 1000])
        best ||= classify({ ...alone, background: (i / 60) * alone.score, peers }, true) !== undefined
    if (best) continue
    hopeless++
    if (!mayReachClass(alone, true)) turnedAway++
  }
  expect(hopeless).toBeGreaterThan(100)
  expect(turnedAway / hopeless).toBeGreaterThan(0.8)
})

test('a claim below the least margin of a lead is turned away', () => {
  const [m] = fc.sample(measures, 1)
  expect(mayReachClass({ ...withoutCompetitors(m), score: 20, codeShare: 0 }, true)).toBe(false)
})
