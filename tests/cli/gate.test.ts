/** What makes a scan end with code 1: by class, by count, and by share at the lower end of its interval. */
import { describe, expect, it } from 'vitest'
import { judgeConditions, parseConditions } from '../../src/cli/gate.ts'
import { clopperPearson } from '../../src/stats.ts'
import type { Summary } from '../../src/types.ts'

function makeSummary(n: number, [classA, classB, classC]: number[], clusters = n): Summary {
  return { documents: { n, classA, classB, classC, clusters } } as unknown as Summary
}

const fails = (text: string, summary: Summary): boolean =>
  judgeConditions(parseConditions(text), summary).some(one => one.fails)

describe('conditions', () => {
  it.each([
    ['A', [1, 0, 0], true],
    ['A', [0, 9, 9], false],
    ['B', [1, 0, 0], true],
    ['C', [0, 0, 1], true],
    ['never', [9, 9, 9], false],
    ['B:3', [1, 1, 5], false],
    ['B:3', [1, 2, 0], true],
    ['A, C:4', [0, 1, 3], true],
    ['A,C:5', [0, 1, 3], false],
  ])('%s on %j: %s', (text, counts, expected) => {
    expect(fails(text, makeSummary(1000, counts))).toBe(expected)
  })

  it('judge a share at the lower end of its exact interval', () => {
    const summary = makeSummary(1000, [6, 4, 0])
    const { low } = clopperPearson(10, 1000, 0.95)
    expect(low).toBeLessThan(0.01)
    expect(fails('B:1%', summary)).toBe(false)
    expect(fails(`B:${(100 * low - 0.001).toFixed(4)}%`, summary)).toBe(true)
    expect(fails(`B:${(100 * low + 0.001).toFixed(4)}%`, summary)).toBe(false)
    expect(fails('A:0.2%', summary)).toBe(clopperPearson(6, 1000, 0.95).low > 0.002)
  })

  it('judge a share by unrelated documents, few as they may be', () => {
    expect(fails('B:5%', makeSummary(1000, [100, 0, 0], 1000))).toBe(true)
    expect(fails('B:5%', makeSummary(1000, [100, 0, 0], 20))).toBe(false)
    expect(fails('B:50%', makeSummary(10, [10, 0, 0], 10))).toBe(true)
    expect(fails('B:1%', makeSummary(0, [0, 0, 0], 0))).toBe(false)
  })

  it('leave out what a baseline accepts', () => {
    const documents = { classA: 0, classB: 2, classC: 0 }
    const summary = { ...makeSummary(100, [5, 2, 0]), baseline: { documents } } as unknown as Summary
    expect(fails('A', summary)).toBe(false)
    expect(fails('B:2', summary)).toBe(true)
    expect(judgeConditions(parseConditions('B:2'), summary)[0].said).toBe(
      'B:2: 2 documents with findings that are new or expired at class B or better',
    )
  })

  it.each([
    '',
    'D',
    'a',
    'A:0',
    'A:-1',
    'A:1.5',
    'A:0%',
    'A:101%',
    'A:%',
    'A;B',
    'never,A',
    'A:1e9',
    'A,,B',
  ])('refuse %j', text => {
    expect(() => parseConditions(text)).toThrow(expect.objectContaining({ code: 'usage' }))
  })
})
