/**
 * report: bundle → SARIF 2.1.0 for code hosts, aggregated: one result per suspect file and class, since hosts show
 * few thousand results and one file of training data may hold more findings than that.
 */

import { createHash } from 'node:crypto'
import type { Bundle, Finding, FindingClass, Json } from '../types.ts'
import { gatherFigures } from './gather.ts'
import { escapeTerminal } from './safe.ts'
import { classes, classMeaning, countOf, readingOfFindings } from './wording.ts'

/** Results a run may hold; hosts show at most 5,000. */
const maxResults = 5000
/** Locations of one result; hosts take at most 1,000. */
const maxLocations = 100

const levels: Record<FindingClass, string> = { A: 'error', B: 'warning', C: 'note' }

interface Group {
  file: string
  class: FindingClass
  findings: Finding[]
}

/** Renders SARIF as JSON text. */
export function renderSarif(bundle: Bundle): string {
  const groups = groupFindings(bundle)
  const { coverage } = gatherFigures(bundle, 1)
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
        artifacts: bundle.coverage.files.map(file => ({
          location: { uri: uriOf(file.file) },
          length: file.sizeBytes,
          ...(file.sha256 ? { hashes: { 'sha-256': file.sha256 } } : {}),
        })),
        results: groups.slice(0, maxResults).map(group => resultOf(group, lined.has(group.file))),
        properties: summaryProperties(bundle, groups.length),
      },
    ],
  }
  return `${JSON.stringify(log, null, 1)}\n`
}

function ruleId(grade: FindingClass): string {
  return `palimpsest/class-${grade.toLowerCase()}`
}

/** Groups by file and class; the highest class first, then the most findings, then by name. */
function groupFindings(bundle: Bundle): Group[] {
  const groups = new Map<string, Group>()
  for (const finding of bundle.findings) {
    const key = `${finding.class}${finding.suspect.file}`
    const group = groups.get(key) ?? { file: finding.suspect.file, class: finding.class, findings: [] }
    group.findings.push(finding)
    groups.set(key, group)
  }
  return [...groups.values()].sort((a, b) => {
    if (a.class !== b.class) return a.class < b.class ? -1 : 1
    return b.findings.length - a.findings.length || (a.file < b.file ? -1 : 1)
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

function resultOf(group: Group, lined: boolean): Json {
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
    message: {
      text: `${countOf(group.findings.length, 'passage')} in ${countOf(records.length, 'record')} tied to outputs of ${named}${more} (class ${group.class}). ${classMeaning[group.class]}`,
    },
    locations: records.slice(0, maxLocations).map(record => ({
      physicalLocation: { artifactLocation: { uri }, ...(lined ? { region: { startLine: record + 1 } } : {}) },
      logicalLocations: [{ name: `record ${record}`, kind: 'element' }],
    })),
    partialFingerprints: { 'palimpsest/findings/v1': fingerprintOf(group) },
    properties: { findings: group.findings.length, records: records.length },
  }
}

/** Stands for the set of findings, whatever their order. */
function fingerprintOf(group: Group): string {
  const hash = createHash('sha256')
  for (const id of group.findings.map(f => f.id).sort()) hash.update(`${id}\n`)
  return hash.digest('hex').slice(0, 32)
}

function summaryProperties(bundle: Bundle, nGroups: number): Json {
  const { coverage, documents, decoy, prevalence } = bundle.summary
  return {
    coverage: { ...coverage },
    documents: { ...documents },
    decoy: decoy && { documents: decoy.documents, classA: decoy.classA, classB: decoy.classB, classC: decoy.classC },
    prevalence: { ...prevalence } as Json,
    findings: bundle.findings.length,
    groups: nGroups,
    groupsShown: Math.min(nGroups, maxResults),
  }
}
