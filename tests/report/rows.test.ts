import { parse } from 'node:path'
import { describe, expect, test } from 'vitest'
import { renderCsv } from '../../src/report/csv.ts'
import { renderMarkdown } from '../../src/report/markdown.ts'
import { renderSarif } from '../../src/report/sarif.ts'
import { renderTerminal } from '../../src/report/terminal.ts'
import { stateOf } from '../../src/report/wording.ts'
import { makeBundle } from './bundle.ts'
import { hostileStrings } from './hostile.ts'

const hostile = makeBundle({ findings: hostileStrings.length, hostile: hostileStrings, complete: false })

describe('the terminal summary', () => {
  test('holds no escape sequence without colour, and only colours with it', () => {
    expect(renderTerminal(hostile, { color: false, width: 80 })).not.toMatch(/[^\n\P{Cc}]/u)
    const colors = renderTerminal(hostile, { color: true, width: 80 })
    expect(colors.replace(/\u001b\[\d+m/g, '')).not.toMatch(/[^\n\P{Cc}]/u)
    expect(colors).not.toBe(renderTerminal(hostile, { color: false, width: 80 }))
  })
  test.each([72, 80, 120])('keeps to %i columns', width => {
    const text = renderTerminal(makeBundle({ findings: 200, complete: false }), { color: false, width })
    expect(Math.max(...text.split('\n').map(line => line.length))).toBeLessThanOrEqual(width)
  })
  test('says where the report is', () => {
    const text = renderTerminal(makeBundle({ findings: 3 }), { color: false, width: 80, where: 'out/report.html' })
    expect(text).toMatch(/report {2}out\/report\.html\n$/)
  })
  test('is a few dozen lines however many findings there are', () => {
    const lines = renderTerminal(makeBundle({ findings: 3000 }), { color: false, width: 100 }).split('\n')
    expect(lines.length).toBeLessThan(60)
  })
})

describe('CSV', () => {
  test('has a finding a row, all rows of one length', () => {
    const csv = renderCsv(hostile)
    const lines = csv.slice(1).trimEnd().split('\n')
    expect(lines).toHaveLength(hostile.findings.length + 1)
    const cells = (line: string): number => line.replace(/"(?:[^"]|"")*"/g, 'x').split(',').length
    expect(new Set(lines.map(cells))).toEqual(new Set([30]))
  })
})

describe('SARIF', () => {
  const log = JSON.parse(renderSarif(hostile))
  const [run] = log.runs
  test('aggregates to one result for each file, class and state', () => {
    const keys = new Set(hostile.findings.map((f, i) => `${f.class}${stateOf(hostile, i)}${f.suspect.file}`))
    expect(run.results).toHaveLength(keys.size)
    const counted = run.results.reduce(
      (sum: number, r: { properties: { findings: number } }) => sum + r.properties.findings,
      0,
    )
    expect(counted).toBe(hostile.findings.length)
  })
  test('names rules that exist, and says that the scan is incomplete', () => {
    for (const result of run.results) expect(run.tool.driver.rules[result.ruleIndex].id).toBe(result.ruleId)
    expect(run.invocations[0].executionSuccessful).toBe(false)
    expect(run.invocations[0].toolExecutionNotifications[0].message.text).toMatch(/3 entries rejected: malformed-json/)
  })
  test('has only relative locations that stay in the tree', () => {
    const paths = makeBundle({ findings: 4, hostile: ['/../../etc/passwd', ':80//x', '\ud800'] })
    for (const { location } of JSON.parse(renderSarif(paths)).runs[0].artifacts) {
      expect(location.uri).toMatch(/^[\w.~!'()*%/-]+$/)
      expect(location.uri.split('/')).not.toContain('..')
      expect(parse(location.uri).root).toBe('')
    }
  })
  test('keeps its fingerprints when findings come in another order', () => {
    const prints = (bundle: typeof hostile): string[] =>
      JSON.parse(renderSarif(bundle)).runs[0].results.map(
        (r: { partialFingerprints: Record<string, string> }) => r.partialFingerprints['palimpsest/findings/v2'],
      )
    const states = [...hostile.summary.baseline!.states].reverse().join('')
    const summary = { ...hostile.summary, baseline: { ...hostile.summary.baseline!, states } }
    expect(prints({ ...hostile, summary, findings: [...hostile.findings].reverse() })).toEqual(prints(hostile))
  })
})

describe('Markdown', () => {
  test('has tables whose rows have as many cells as their heads, whatever the corpus says', () => {
    let columns = 0
    for (const line of renderMarkdown(hostile).split('\n')) {
      if (!line.startsWith('|')) {
        columns = 0
        continue
      }
      const cells = [...line.matchAll(/\\[!-/:-@[-`{-~]|\|/g)].filter(([match]) => match === '|').length
      if (columns > 0) expect(cells, line).toBe(columns)
      columns = cells
    }
  })
  test('holds no mark-up outside of code spans', () => {
    const prose = renderMarkdown(hostile).replace(/(`+)(?!`)[\s\S]*?[^`]\1(?!`)/g, '')
    expect(prose).not.toMatch(/<|!\[|\]\(|https?:|evil/)
  })
})
