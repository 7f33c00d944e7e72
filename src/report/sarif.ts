/**
 * report: bundle → SARIF 2.1.0 for code hosts, aggregated: one result per suspect file, class and state, since hosts show
 * few thousand results and one file of training data may hold more findings than that.
 */

import { createHash } from 'node:crypto'
import type { BaselineState, Bundle, Finding, FindingClass, Json } from '../types.ts'
import { readCoverage } from './gather.ts'
import { escapeTerminal } from './safe.ts'
import { classes, classMeaning, countOf, readingOfFindings, stateOf } from './wording.ts'

/** Results a run may hold; hosts show at most 5,000 of 25,000 that they take. */
const maxResults = 5000
/** Locations of one result; hosts take at most 1,000. */
const maxLocations = 100
/** Locations of all results, so that the file stays far below the 10 MB, packed, that hosts take. */
const maxLocationsInAll = 25_000

const levels: Record<FindingClass, string> = { A: 'error', B: 'warning', C: 'note' }

/** What SARIF calls the states of a baseline; a finding whose acceptance has ended is updated. */
const sarifStates: Record<BaselineState, string> = { new: 'new', expired: 'updated', known: 'unchanged' }

/** Findings of one file, class and state; what is new comes first. */
interface Group {
  file: string
  class: FindingClass
  state: BaselineState | undefined
  findings: Finding[]
}

/** Renders SARIF as JSON text. */
export function renderSarif(bundle: Bundle): string {
  const groups = groupFindings(bundle)
  const shown = groups.slice(0, maxResults)
  const shownFiles = new Set(shown.map(group => group.file))
  const nLocations = Math.max(1, Math.min(maxLocations, Math.floor(maxLocationsInAll / Math.max(1, shown.length))))
  const coverage = readCoverage(bundle)
  const lined = new Set(bundle.coverage.files.filter(f => f.chain.at(-1) === 'jsonl').map(f => f.file))
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'palimpsest',
            rules: classes.map(grade => ({
              id: ruleId(grade),
              name: `TiedToReferenceClass${grade}`,
              shortDescription: { text: `Passages tied to a reference output, class ${grade}` },
              fullDescription: { text: `${readingOfFindings} ${classMeaning[grade]}` },
              defaultConfiguration: { level: levels[grade] },
            })),
          },
        },
        columnKind: 'utf16CodeUnits',
        invocations: [
          {
            executionSuccessful: coverage.complete,
            toolExecutionNotifications: coverage.problems.map(problem => ({
              level: problem.outcome === 'skipped' ? 'note' : 'warning',
              message: {
                text: `${countOf(problem.entries, 'entry', 'entries')} ${problem.outcome}: ${escapeTerminal(problem.code, 200)}`,
              },
            })),
          },
        ],
        artifacts: bundle.coverage.files
          .filter(({ file }) => shownFiles.has(file))
          .map(file => ({
            location: { uri: uriOf(file.file) },
            length: file.sizeBytes,
            ...(file.sha256 ? { hashes: { 'sha-256': file.sha256 } } : {}),
          })),
        results: shown.map(group => resultOf(group, lined.has(group.file), nLocations)),
        properties: summaryProperties(bundle, groups.length),
      },
    ],
  }
  return `${JSON.stringify(log, null, 1)}\n`
}

function ruleId(grade: FindingClass): string {
  return `palimpsest/class-${grade.toLowerCase()}`
}

/** Groups by file, class and state; what is not known first, then the highest class, the most findings, the name. */
function groupFindings(bundle: Bundle): Group[] {
  const groups = new Map<string, Group>()
  for (const [i, finding] of bundle.findings.entries()) {
    const state = stateOf(bundle, i)
    const key = `${finding.class}${state ?? ''} ${finding.suspect.file}`
    const group = groups.get(key) ?? { file: finding.suspect.file, class: finding.class, state, findings: [] }
    group.findings.push(finding)
    groups.set(key, group)
  }
  return [...groups.values()].sort((a, b) => {
    const isKnown = Number(a.state === 'known') - Number(b.state === 'known')
    if (isKnown !== 0) return isKnown
    if (a.class !== b.class) return a.class < b.class ? -1 : 1
    return b.findings.length - a.findings.length || (a.file < b.file ? -1 : a.file > b.file ? 1 : 0)
  })
}

/** A relative URI with every segment percent-encoded, so no file name leads elsewhere. */
function uriOf(file: string): string {
  return file
    .replace(/\p{Cs}/gu, '\uFFFD')
    .split('/')
    .map(segment =>
      segment === '..' || segment === '.' ? segment.replaceAll('.', '%2E') : encodeURIComponent(segment),
    )
    .join('/')
    .replace(/^\/+/, '')
}

function resultOf(group: Group, lined: boolean, nLocations: number): Json {
  const records = [...new Set(group.findings.map(f => f.suspect.record))].sort((a, b) => a - b)
  const references = [...new Set(group.findings.map(f => f.reference.index))].sort()
  const uri = uriOf(group.file)
  const named = references
    .slice(0, 5)
    .map(name => escapeTerminal(name, 120))
    .join(', ')
  const more = references.length > 5 ? ` and ${references.length - 5} more` : ''
  return {
    ruleId: ruleId(group.class),
    ruleIndex: classes.indexOf(group.class),
    level: levels[group.class],
    ...(group.state && { baselineState: sarifStates[group.state] }),
    ...(group.state === 'known' && { suppressions: [{ kind: 'external', status: 'accepted' }] }),
    message: {
      text: `${countOf(group.findings.length, 'passage')} in ${countOf(records.length, 'record')} tied to outputs of ${named}${more} (class ${group.class}${group.state ? `, ${group.state}` : ''}). ${classMeaning[group.class]}`,
    },
    locations: records.slice(0, nLocations).map(record => ({
      physicalLocation: { artifactLocation: { uri }, ...(lined ? { region: { startLine: record + 1 } } : {}) },
      logicalLocations: [{ name: `record ${record}`, kind: 'element' }],
    })),
    partialFingerprints: { 'palimpsest/findings/v2': fingerprintOf(group) },
    properties: { findings: group.findings.length, records: records.length },
  }
}

/** Stands for the set of findings, whatever their order and place. */
function fingerprintOf(group: Group): string {
  const hash = createHash('sha256')
  for (const id of group.findings.map(f => f.fingerprint ?? f.id).sort()) hash.update(`${id}\n`)
  return hash.digest('hex').slice(0, 32)
}

function summaryProperties(bundle: Bundle, nGroups: number): Json {
  const { coverage, documents, decoy, prevalence, baseline } = bundle.summary
  const { states: _states, ...reading } = baseline ?? {}
  return {
    coverage: { ...coverage },
    documents: { ...documents },
    decoy: decoy && { documents: decoy.documents, classA: decoy.classA, classB: decoy.classB, classC: decoy.classC },
    prevalence: { ...prevalence } as Json,
    findings: bundle.findings.length,
    ...(baseline && { baseline: reading as Json }),
    groups: nGroups,
    groupsShown: Math.min(nGroups, maxResults),
  }
}
