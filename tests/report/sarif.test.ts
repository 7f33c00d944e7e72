/** SARIF 2.1.0: the parts that the standard allows and asks for, and the limits of hosts, however much was found. */
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { renderJobSummary } from '../../src/report/job.ts'
import { renderSarif } from '../../src/report/sarif.ts'
import type { Bundle } from '../../src/types.ts'
import { makeBundle } from './bundle.ts'
import { hostileStrings } from './hostile.ts'

type Parts = { [key: string]: unknown }

/** What objects of a log may hold (SARIF 2.1.0, section 3), as far as we write them; `!` marks what must be there. */
const allowed: { [path: string]: string } = {
  '': '$schema version! runs!',
  'runs[]': 'tool! columnKind invocations artifacts results properties',
  'runs[].tool': 'driver!',
  'runs[].tool.driver': 'name! rules',
  'runs[].tool.driver.rules[]': 'id! name shortDescription fullDescription defaultConfiguration',
  'runs[].tool.driver.rules[].shortDescription': 'text!',
  'runs[].tool.driver.rules[].fullDescription': 'text!',
  'runs[].tool.driver.rules[].defaultConfiguration': 'level',
  'runs[].invocations[]': 'executionSuccessful! toolExecutionNotifications',
  'runs[].invocations[].toolExecutionNotifications[]': 'level message!',
  'runs[].invocations[].toolExecutionNotifications[].message': 'text!',
  'runs[].artifacts[]': 'location length hashes',
  'runs[].artifacts[].location': 'uri',
  'runs[].results[]':
    'ruleId ruleIndex level baselineState suppressions message! locations partialFingerprints properties',
  'runs[].results[].suppressions[]': 'kind! status',
  'runs[].results[].message': 'text!',
  'runs[].results[].locations[]': 'physicalLocation logicalLocations',
  'runs[].results[].locations[].physicalLocation': 'artifactLocation region',
  'runs[].results[].locations[].physicalLocation.artifactLocation': 'uri',
  'runs[].results[].locations[].physicalLocation.region': 'startLine',
  'runs[].results[].locations[].logicalLocations[]': 'name kind',
}

/** Values that the standard lists. */
const listed: { [key: string]: unknown[] } = {
  version: ['2.1.0'],
  level: ['none', 'note', 'warning', 'error'],
  baselineState: ['new', 'unchanged', 'updated', 'absent'],
  columnKind: ['utf16CodeUnits', 'unicodeCodePoints'],
  status: ['accepted', 'underReview', 'rejected'],
}

/** Every way in which a log is not what the standard says. */
function findFaults(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return value.flatMap(item => findFaults(item, `${path}[]`))
  // bags of properties may hold anything; hashes and fingerprints hold texts
  if (typeof value !== 'object' || value === null || /\.(properties|hashes|partialFingerprints)$/.test(path)) return []
  const rule = allowed[path]
  if (rule === undefined) return [`${path}: not known`]
  const names = rule.split(' ')
  const missing = names.filter(name => name.endsWith('!') && !(name.slice(0, -1) in value))
  return [
    ...missing.map(name => `${path}.${name} is missing`),
    ...Object.entries(value).flatMap(([key, part]) => {
      const at = path === '' ? key : `${path}.${key}`
      if (!names.some(name => name.replace('!', '') === key)) return [`${at}: not allowed`]
      if (key in listed && !listed[key].includes(part)) return [`${at}: ${part}`]
      if (key === 'uri' && !/^(?!\/)[\w.~!'()*%/-]+$/.test(String(part))) return [`${at}: ${part}`]
      if (key === 'startLine' && !(Number.isInteger(part) && Number(part) >= 1)) return [`${at}: ${part}`]
      if (key === 'length' && !(Number.isInteger(part) && Number(part) >= -1)) return [`${at}: ${part}`]
      return findFaults(part, at)
    }),
  ]
}

interface Result extends Parts {
  ruleId: string
  baselineState?: string
  locations: unknown[]
  suppressions?: unknown[]
  properties: { findings: number }
}

const resultsOf = (bundle: Bundle): Result[] => JSON.parse(renderSarif(bundle)).runs[0].results

describe('a log', () => {
  const hostile = makeBundle({ findings: 120, hostile: hostileStrings, complete: false })

  test.each([
    ['of hostile texts', hostile],
    ['without a finding', makeBundle({ findings: 0, files: 1 })],
    ['without a baseline', { ...hostile, summary: { ...hostile.summary, baseline: undefined } }],
  ])('%s holds what the standard allows, and what it asks for', (_, bundle) => {
    expect(findFaults(JSON.parse(renderSarif(bundle)))).toEqual([])
  })

  test('with a part, a level or a place that the standard does not know is told from one without', () => {
    const log = JSON.parse(renderSarif(hostile))
    expect(findFaults({ ...log, more: 1 })).toHaveLength(1)
    expect(findFaults({ ...log, version: '2.0' })).toHaveLength(1)
    const { tool, ...run } = log.runs[0]
    expect(findFaults({ ...log, runs: [run] })).toHaveLength(1)
    const result = { ...run.results[0], level: 'fatal', baselineState: 'known' }
    expect(findFaults({ ...log, runs: [{ ...run, tool, results: [result] }] })).toHaveLength(2)
  })

  test('says of each result whether it is new, and puts what was accepted last', () => {
    const states = resultsOf(hostile).map(({ baselineState }) => baselineState)
    expect(new Set(states)).toEqual(new Set(['new', 'updated', 'unchanged']))
    expect(states.lastIndexOf('new')).toBeLessThan(states.indexOf('unchanged'))
    for (const { baselineState, suppressions } of resultsOf(hostile))
      expect(suppressions !== undefined).toBe(baselineState === 'unchanged')
    const { baseline: _, ...summary } = hostile.summary
    expect(resultsOf({ ...hostile, summary }).every(result => !('baselineState' in result))).toBe(true)
  })
})

describe('100,000 findings', () => {
  test.each([1, 300, 20_000])('in %i files keep the limits of hosts', nFiles => {
    const bundle = makeBundle({ findings: 100_000, files: nFiles, sentences: 1 })
    for (const [i, file] of bundle.coverage.files.entries())
      file.sha256 = (i * 2_654_435_761).toString(16).padStart(64, '7')
    const text = renderSarif(bundle)
    const results = resultsOf(bundle)
    // a host takes 10 MB packed, 25,000 results of which it shows 5,000, and 1,000 locations of each
    expect(gzipSync(text).length).toBeLessThan(10e6 / 4)
    expect(results.length).toBeLessThanOrEqual(5000)
    for (const { locations } of results) {
      expect(locations.length).toBeGreaterThan(0)
      expect(locations.length).toBeLessThanOrEqual(1000)
    }
    const { findings, groups, groupsShown } = JSON.parse(text).runs[0].properties
    expect([findings, groupsShown]).toEqual([100_000, results.length])
    if (groups === groupsShown)
      expect(results.reduce((sum, { properties }) => sum + properties.findings, 0)).toBe(100_000)
    // the summary of a job may hold 1 MiB
    expect(Buffer.byteLength(renderJobSummary(bundle, []))).toBeLessThan((1 << 20) / 4)
  })
})
