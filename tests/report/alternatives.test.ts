/** What a report says of other explanations, of chance, of errors and of limits. */
import { describe, expect, test } from 'vitest'
import { countAlternatives } from '../../src/report/alternatives.ts'
import { estimateDecoy } from '../../src/report/gather.ts'
import { renderMarkdown } from '../../src/report/markdown.ts'
import { readMeasuredErrors } from '../../src/report/measured.ts'
import { renderOverview } from '../../src/report/overview.ts'
import { renderPlainFindings } from '../../src/report/plain.ts'
import { standingLimits } from '../../src/report/wording.ts'
import { makeBundle } from './bundle.ts'

const bundle = makeBundle({ findings: 90 })

describe('other explanations', () => {
  test('are counted for every finding, and what nobody examined never counts as against', () => {
    const [silent, ...rest] = bundle.findings
    const counted = countAlternatives([{ ...silent, alternatives: undefined }, ...rest])
    expect(counted.map(({ explanation }) => explanation)).toEqual([
      'same-prompt',
      'common-source',
      'template',
      'reverse-direction',
    ])
    const leads = bundle.findings.filter(finding => finding.class === 'C').length
    for (const { strong, leads: weak } of counted) {
      expect(strong.for + strong.against + strong['not-examined']).toBe(90 - leads)
      expect(weak.for + weak.against + weak['not-examined']).toBe(leads)
    }
    const [samePrompt, commonSource] = counted
    expect(samePrompt.strong['not-examined'] + samePrompt.leads['not-examined']).toBe(1)
    expect(commonSource.strong.against + commonSource.leads.against).toBe(0)
  })

  test('stand on the page, in Markdown, and beside each finding where scripts do not run', () => {
    const { source } = renderOverview(bundle, undefined)
    const plain = renderPlainFindings(bundle).source
    for (const text of [source, renderMarkdown(bundle), plain])
      for (const said of ['two independent answers to the same prompt', 'both quote a common source'])
        expect(text).toContain(said)
    expect(source).toContain('never counted as against')
  })
})

describe('the rate of the decoy', () => {
  test('is that of its hits, with an interval that no hit does not close', () => {
    const { summary } = bundle
    const prevalence = { point: 0.1, low: 0.05, high: 0.2, level: 0.95, clusters: 100 }
    const none = estimateDecoy({ ...summary, prevalence, decoy: { documents: 9, classA: 0, classB: 0, classC: 5 } })!
    expect(none).toMatchObject({ point: 0, low: 0, level: 0.95, clusters: 100 })
    // exact for no hit of 100: 1 − 0.025^(1/100)
    expect(none.high).toBeCloseTo(1 - 0.025 ** 0.01, 9)
    const some = estimateDecoy({ ...summary, prevalence, decoy: { documents: 9, classA: 1, classB: 1, classC: 0 } })!
    expect(some.point).toBeCloseTo(2 / summary.documents.n, 12)
  })

  test('is not given where no decoy took part, or where nothing can be said', () => {
    const { summary } = bundle
    expect(estimateDecoy({ ...summary, decoy: null })).toBeUndefined()
    expect(estimateDecoy({ ...summary, prevalence: { cannotSay: 'too few' } })).toBeUndefined()
  })
})

test('measured errors read from what was tried to how it went, whatever the order of their keys', () => {
  const row = { atClassAOrB: 298, high: 0.999, low: 0.976, of: 300, what: 'copies' }
  expect(readMeasuredErrors({ recall: [row] }).tables).toEqual([
    {
      title: 'recall',
      head: ['what', 'at class A or B', 'of', 'share', 'interval'],
      rows: [['copies', '298', '300', '99.3%', '97.6% to 99.9%']],
    },
  ])
  const [other] = readMeasuredErrors({ speed: [{ mean: 3, name: 'scan' }] }).tables
  expect(other).toMatchObject({ head: ['name', 'mean'], rows: [['scan', '3']] })
})

test('every report says what limits every run, even where a run has no limit of its own', () => {
  const unlimited = { ...bundle, summary: { ...bundle.summary, limits: [] } }
  const { source } = renderOverview(unlimited, undefined)
  const markdown = renderMarkdown(unlimited)
  for (const limit of standingLimits) {
    expect(source).toContain(limit)
    expect(markdown).toContain(limit)
  }
})
