import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareTexts } from '../../src/run/compare.ts'
import { renameAll, writeProse } from '../prose.ts'

describe('two texts compared', () => {
  it('that are one text have identity 1 and no edits', () => {
    const text = writeProse(1)
    expect(compareTexts(text, text)).toMatchObject({
      identity: 1,
      suspectContainment: 1,
      referenceContainment: 1,
      edits: [],
    })
  })

  it('have spans and edits that quote both texts as they stand', () => {
    fc.assert(
      fc.property(fc.nat(1e6), fc.nat(1e6), (a, b) => {
        const reference = writeProse(a, 8)
        const suspect = `${writeProse(b, 3)} ${renameAll(reference)}`
        const found = compareTexts(suspect, reference)!
        expect(found.identity).toBeGreaterThan(0.8)
        expect(found.suspectContainment).toBeLessThan(0.95)
        for (const edit of found.edits) {
          expect(suspect.slice(...edit.suspect)).toBe(edit.to)
          expect(reference.slice(...edit.reference)).toBe(edit.from)
        }
      }),
      { numRuns: 60, seed: 31 },
    )
  })

  it('that share nothing give null, and so do empty ones', () => {
    expect(compareTexts(writeProse(1), writeProse(2))).toBeNull()
    expect(compareTexts('', '')).toBeNull()
    expect(compareTexts('', writeProse(2))).toBeNull()
  })
})
