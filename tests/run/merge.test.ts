import { describe, expect, it } from 'vitest'
import { readingOfLeads } from '../../src/report/wording.ts'
import { excessOfLeads } from '../../src/run/merge.ts'

const counts = (classC: number): { classA: number; classB: number; classC: number } => ({
  classA: 0,
  classB: 0,
  classC,
})

describe('leads beyond those of the decoy', () => {
  it('are scaled to the size of the reference', () => {
    const { excessLeads } = excessOfLeads(
      { documents: 1000, found: counts(50), decoy: counts(5) },
      { reference: 400, decoy: 200 },
      0.95,
    )
    expect(excessLeads).toMatchObject({ observed: 50, expected: 10, level: 0.95 })
    expect(excessLeads!.low).toBeGreaterThan(20)
    expect(excessLeads!.low).toBeLessThan(40)
    expect(excessLeads!.high).toBeGreaterThan(40)
    expect(excessLeads!.high).toBeLessThan(50)
  })

  it('reach down to nothing where the decoy has as many', () => {
    const { excessLeads } = excessOfLeads(
      { documents: 1000, found: counts(5), decoy: counts(5) },
      { reference: 200, decoy: 200 },
      0.95,
    )
    expect(excessLeads!.low).toBeLessThan(0)
    expect(readingOfLeads({ documents: 200, ...counts(5), excessLeads })).toContain('the excess is 0–')
  })

  it('are all leads, at most, where the decoy has none', () => {
    const { excessLeads } = excessOfLeads(
      { documents: 1000, found: counts(9), decoy: counts(0) },
      { reference: 200, decoy: 200 },
      0.95,
    )
    expect(excessLeads).toMatchObject({ observed: 9, expected: 0, high: 9 })
    expect(excessLeads!.low).toBeLessThan(9)
  })

  it('are not spoken of where nothing was scanned', () => {
    expect(
      excessOfLeads({ documents: 0, found: counts(0), decoy: counts(0) }, { reference: 200, decoy: 200 }, 0.95),
    ).toEqual({})
    expect(readingOfLeads({ documents: 200, ...counts(0) })).toBe('')
  })
})
