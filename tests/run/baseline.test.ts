/** What was accepted before, held against what is found now: counts, classes, days, and an order that does not matter. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { acceptFindings, type Baseline, readAgainstBaseline } from '../../src/run/baseline.ts'
import type { BaselineReading, Finding, FindingClass } from '../../src/types.ts'

const today = '2026-05-10'
const empty: Baseline = { schema: 1, entries: [] }

let places = 0
function makeFinding(fingerprint: string, grade: FindingClass = 'A', record: number = places++): Finding {
  const suspect = { file: 'v.jsonl', record, field: 'text', id: null, span: [0, 1] }
  return { id: String(record), fingerprint, class: grade, kind: 'verbatim', suspect } as unknown as Finding
}

const accept = (findings: Finding[], baseline: Baseline = empty, until: string | null = null): Baseline =>
  acceptFindings(findings, baseline, { reason: 'a test', until, today }).baseline
const statesOf = (findings: Finding[], baseline: Baseline, day: string = today): string =>
  readAgainstBaseline(findings, baseline, day).states

describe('readAgainstBaseline', () => {
  it('calls new what nobody accepted, and known what somebody did', () => {
    const baseline = accept([makeFinding('a'), makeFinding('b', 'B')])
    const reading = readAgainstBaseline([makeFinding('b', 'B'), makeFinding('c', 'C')], baseline, today)
    expect(reading).toMatchObject({
      states: 'kn',
      accepted: 2,
      absent: 1,
      known: { classA: 0, classB: 1, classC: 0 },
      new: { classA: 0, classB: 0, classC: 1 },
      documents: { classA: 0, classB: 0, classC: 1 },
    })
  })

  it('covers as many findings of one text as were accepted', () => {
    const baseline = accept([makeFinding('a'), makeFinding('a')])
    expect(statesOf([makeFinding('a')], baseline)).toBe('k')
    expect(statesOf([makeFinding('a'), makeFinding('a'), makeFinding('a')], baseline)).toBe('kkn')
  })

  it('covers a finding whose class has sunk, and calls one new whose class has risen', () => {
    const baseline = accept([makeFinding('a', 'B')])
    expect(statesOf([makeFinding('a', 'C')], baseline)).toBe('k')
    expect(statesOf([makeFinding('a', 'A')], baseline)).toBe('n')
  })

  it('holds acceptance through its last day', () => {
    const baseline = accept([makeFinding('a')], empty, '2026-05-31')
    expect(statesOf([makeFinding('a')], baseline, '2026-05-31')).toBe('k')
    expect(statesOf([makeFinding('a')], baseline, '2026-06-01')).toBe('e')
  })

  it('depends on the day only where some acceptance has an end', () => {
    const open = accept([makeFinding('a')])
    expect(readAgainstBaseline([], open, '2026-01-01')).toEqual(readAgainstBaseline([], open, '2027-01-01'))
    const ending = accept([makeFinding('a')], empty, '2026-12-31')
    expect(readAgainstBaseline([], ending, '2026-01-01').today).toBe('2026-01-01')
  })

  it('counts a document by the best of its findings that are not known', () => {
    const baseline = accept([makeFinding('a')])
    const { documents } = readAgainstBaseline(
      [makeFinding('a', 'A', 1), makeFinding('b', 'C', 1), makeFinding('c', 'B', 1), makeFinding('a', 'A', 2)],
      baseline,
      today,
    )
    // the second `a` is one more than was accepted
    expect(documents).toEqual({ classA: 1, classB: 1, classC: 0 })
  })

  it('gives every order of the findings the same counts, and what was accepted stays known', () => {
    const row = fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom<FindingClass>('A', 'B', 'C'))
    fc.assert(
      fc.property(fc.array(row), fc.array(row), fc.nat(), (some, more, cut) => {
        const baseline = accept(some.map(([print, grade]) => makeFinding(print, grade)))
        const read = (rows: typeof some): Partial<BaselineReading> => {
          const findings = rows.map(([print, grade]) => makeFinding(print, grade))
          const { states: _states, ...counts } = readAgainstBaseline(findings, baseline, today)
          return counts
        }
        const all = [...some, ...more]
        const at = all.length === 0 ? 0 : cut % all.length
        expect(read([...all.slice(at), ...all.slice(0, at)].reverse())).toEqual(read(all))
        expect(read(all).absent).toBe(0)
        const { classA = 0, classB = 0, classC = 0 } = read(all).known ?? {}
        expect(classA + classB + classC).toBe(some.length)
      }),
      { numRuns: 100 },
    )
  })
})

describe('acceptFindings', () => {
  it('keeps reason and end of what is covered, and gives new ones to the rest', () => {
    const before = acceptFindings([makeFinding('a')], empty, { reason: 'seen', until: null, today }).baseline
    const { baseline, ...counts } = acceptFindings([makeFinding('a'), makeFinding('b')], before, {
      reason: 'licensed',
      until: '2026-12-31',
      today,
    })
    expect(counts).toEqual({ added: 1, renewed: 0, covered: 1 })
    expect(baseline.entries.map(({ fingerprint, reason, until }) => [fingerprint, reason, until])).toEqual([
      ['a', 'seen', null],
      ['b', 'licensed', '2026-12-31'],
    ])
  })

  it('renews what has expired, with the count of today', () => {
    const before = accept([makeFinding('a'), makeFinding('a')], empty, '2026-05-01')
    const { baseline, renewed } = acceptFindings([makeFinding('a')], before, { reason: null, until: null, today })
    expect(renewed).toBe(1)
    expect(baseline.entries).toMatchObject([{ fingerprint: 'a', count: 1, until: null }])
  })

  it('gives the same file for any order of the findings', () => {
    const rows = ['c', 'a', 'b', 'a'].map((print, i) => makeFinding(print, 'A', i))
    const strip = ({ entries }: Baseline): unknown => entries.map(({ seen: _seen, ...entry }) => entry)
    expect(strip(accept([...rows].reverse()))).toEqual(strip(accept(rows)))
  })
})
