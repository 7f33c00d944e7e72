/**
 * report: bundle → Markdown summary (`report.md`), for a code host or a ticket.
 * Every text of a corpus stands in a code span made by `quoteMarkdown`.
 */

import type { Bundle, Finding } from '../types.ts'
import { countAlternatives, type EvidenceCounts } from './alternatives.ts'
import { estimateDecoy, readCoverage } from './gather.ts'
import { noMeasuredErrors, readMeasuredErrors } from './measured.ts'
import { quoteMarkdown } from './safe.ts'
import {
  alternativeBasis,
  alternativeMeaning,
  classes,
  classMeaning,
  countOf,
  explainTrace,
  formatBackground,
  formatBytes,
  formatCount,
  formatEstimate,
  formatPart,
  formatRate,
  formatShare,
  formatTest,
  howToVerify,
  kindMeaning,
  nameTerms,
  noDecoy,
  orderRates,
  readingOfAlternatives,
  readingOfBaseline,
  readingOfDecoy,
  readingOfEdits,
  readingOfFindings,
  readingOfIdentityEdits,
  readingOfLeads,
  readingOfMapping,
  readingOfPlaceholders,
  readingOfReport,
  readingOfTerms,
  sayBaseline,
  sayEdition,
  sayNamedModels,
  sayNoFindings,
  saySnapshot,
  spellKey,
  standingLimits,
  stateOf,
} from './wording.ts'

const topSubstitutions = 25
const topPlaceholders = 12
const topFindings = 40
const topFiles = 40
const topModels = 12

/** Renders the Markdown summary. Ends with a line end. */
export function renderMarkdown(bundle: Bundle): string {
  return `${[
    '# Audit of a corpus against known model outputs',
    headline(bundle),
    classSection(bundle),
    coverageSection(bundle),
    referenceSection(bundle),
    editSection(bundle),
    traceSection(bundle),
    findingSection(bundle),
    alternativesSection(bundle),
    corpusSection(bundle),
    errorSection(bundle),
    list('Limits', [...bundle.summary.limits.map(limit => quoteMarkdown(limit, 600)), ...standingLimits]),
    list('How to check this report', [...howToVerify]),
    sealLine(bundle),
    readingOfReport,
  ]
    .filter(Boolean)
    .join('\n\n')}\n`
}

function table(head: string[], rows: string[][], alignRight: number[]): string {
  const rule = head.map((_, i) => (alignRight.includes(i) ? '--:' : ':--'))
  return [head, rule, ...rows].map(cells => `| ${cells.join(' | ')} |`).join('\n')
}

function list(title: string, items: string[]): string {
  return items.length === 0 ? '' : `## ${title}\n\n${items.map(item => `- ${item}`).join('\n')}`
}

function headline(bundle: Bundle): string {
  const { coverage, documents, prevalence } = bundle.summary
  const decoy = estimateDecoy(bundle.summary)
  const lines = [
    `${countOf(documents.n, 'document')} scanned in ${countOf(coverage.files, 'file')}. ` +
      `Prevalence of documents tied to a reference: ${plainEstimate(formatEstimate(prevalence))}.${decoy === undefined ? '' : ` The same rule on the decoy: ${plainEstimate(formatEstimate(decoy))}.`}`,
  ]
  if (!readCoverage(bundle).complete) {
    lines.unshift(
      `> **Incomplete coverage.** ${formatCount(coverage.rejected)} records rejected, ${formatCount(coverage.limited)} limited. What follows speaks only of what was scanned.`,
    )
  }
  return lines.join('\n\n')
}

/** An estimate may carry a reason in words of its own; as it is not the corpus's text, only mark-up is taken from it. */
function plainEstimate(text: string): string {
  return text.startsWith('cannot say') ? quoteMarkdown(text, 400) : text
}

function classSection(bundle: Bundle): string {
  const { documents, decoy } = bundle.summary
  const rows = classes.map(grade => [
    `**${grade}**`,
    formatCount(documents[`class${grade}`]),
    formatPart(documents[`class${grade}`], documents.n),
    decoy ? formatCount(decoy[`class${grade}`]) : '–',
    classMeaning[grade],
  ])
  const decoyNote = decoy
    ? `${readingOfDecoy} Decoy documents: ${formatCount(decoy.documents)}. ${readingOfLeads(decoy)}`.trimEnd()
    : noDecoy
  const { baseline } = bundle.summary
  const beside = baseline === undefined ? '' : `\n\n${sayBaseline(baseline)} ${readingOfBaseline}`
  return `## Documents by class\n\n${table(['class', 'documents', 'share', 'decoy hits', 'what the class means'], rows, [1, 2, 3])}\n\n${decoyNote}${beside}`
}

function coverageSection(bundle: Bundle): string {
  const { coverage } = bundle.summary
  const { problems } = readCoverage(bundle)
  const counts = table(
    ['', 'in', 'scanned', 'rejected', 'limited', 'skipped'],
    [
      [
        'records',
        ...[coverage.recordsIn, coverage.scanned, coverage.rejected, coverage.limited, coverage.skipped].map(
          formatCount,
        ),
      ],
      [
        'bytes',
        ...[
          coverage.bytesIn,
          coverage.bytesScanned,
          coverage.bytesRejected,
          coverage.bytesLimited,
          coverage.bytesSkipped,
        ].map(formatBytes),
      ],
    ],
    [1, 2, 3, 4, 5],
  )
  const why = problems.map(p => `- ${formatCount(p.entries)} × ${quoteMarkdown(p.code)} (${p.outcome})`).join('\n')
  const files = table(
    ['file', 'records', 'scanned', 'size', 'SHA-256'],
    bundle.coverage.files
      .slice(0, topFiles)
      .map(f => [
        quoteMarkdown(f.file),
        formatCount(f.recordsIn),
        formatCount(f.scanned),
        formatBytes(f.sizeBytes),
        f.sha256 ? `\`${f.sha256}\`` : 'not read to its end',
      ]),
    [1, 2, 3],
  )
  const rest = bundle.coverage.files.length - topFiles
  return [
    '## Coverage',
    counts,
    why,
    files,
    rest > 0 ? `And ${countOf(rest, 'further file')} in \`coverage.jsonl\`.` : '',
    sayNamedModels(bundle.summary) ?? '',
    namedModels(bundle),
  ]
    .filter(Boolean)
    .join('\n\n')
}

function namedModels(bundle: Bundle): string {
  const models = bundle.summary.namedModels?.models ?? []
  const rows = models
    .slice(0, topModels)
    .map(({ model, documents }) => [quoteMarkdown(model, 80), formatCount(documents)])
  return rows.length === 0 ? '' : table(['model named by the rows', 'documents'], rows, [1])
}

function referenceSection(bundle: Bundle): string {
  const rows = bundle.summary.references.map(r => [
    quoteMarkdown(r.index),
    ...[r.documents, r.classA, r.classB, r.classC].map(formatCount),
  ])
  if (rows.length === 0) return ''
  const heading = `## References\n\n${table(['reference', 'outputs', 'A', 'B', 'C'], rows, [1, 2, 3, 4])}`
  return [heading, ...termLines(bundle)].join('\n\n')
}

/** The clauses that the catalogue gives for references, each with the name of its reference. */
function termLines(bundle: Bundle): string[] {
  const lines = bundle.corpora.flatMap(({ name, terms }) =>
    terms === undefined
      ? []
      : [
          `- ${quoteMarkdown(name)}: ${quoteMarkdown(nameTerms(terms))}: ${quoteMarkdown(terms.summary, 600)} At ${quoteMarkdown(terms.address)}; ${saySnapshot(terms)}.`,
        ],
  )
  return lines.length === 0 ? [] : ['### What their owners say on the use of outputs', lines.join('\n'), readingOfTerms]
}

function editSection(bundle: Bundle): string {
  const { substitutions, placeholders = [], identityEdits, mapping } = bundle.summary
  const parts: string[] = []
  if (placeholders.length > 0) {
    const rows = placeholders
      .slice(0, topPlaceholders)
      .map(({ placeholder, replaced, examples, documents, places }) => [
        quoteMarkdown(placeholder, 80),
        formatCount(replaced),
        examples.map(example => quoteMarkdown(example, 40)).join(', '),
        formatCount(documents),
        formatCount(places),
      ])
    parts.push(readingOfPlaceholders)
    parts.push(table(['suspect has', 'different words', 'such as', 'documents', 'places'], rows, [1, 3, 4]))
    if (placeholders.length > topPlaceholders)
      parts.push(`And ${countOf(placeholders.length - topPlaceholders, 'further placeholder')}.`)
  }
  if (substitutions.length > 0) {
    const rows = substitutions
      .slice(0, topSubstitutions)
      .map(s => [
        quoteMarkdown(s.from, 80),
        quoteMarkdown(s.to, 80),
        s.kind,
        formatCount(s.documents),
        s.clusters === undefined ? '–' : formatCount(s.clusters),
        formatShare(s.consistency),
      ])
    parts.push(table(['reference has', 'suspect has', 'kind', 'documents', 'groups', 'held'], rows, [3, 4, 5]))
    if (substitutions.length > topSubstitutions)
      parts.push(`And ${countOf(substitutions.length - topSubstitutions, 'further pair')}.`)
  }
  if (identityEdits)
    parts.push(`Edits on identity-bearing words: ${formatTest(identityEdits)}. ${readingOfIdentityEdits}`)
  if (mapping) parts.push(`Agreeing substitutions: ${formatTest(mapping)}. ${readingOfMapping}`)
  return parts.length === 0 ? '' : ['## Substitutions', readingOfEdits, ...parts].join('\n\n')
}

function traceSection(bundle: Bundle): string {
  const { scars, residue, style } = bundle.summary
  const rates = [...orderRates(scars), ...orderRates(residue)]
  const parts: string[] = []
  if (rates.length > 0) {
    parts.push(
      table(
        ['trace', 'in the suspect corpus', 'in the background', 'example'],
        rates.map(([key, rate]) => [
          [quoteMarkdown(spellKey(key)), explainTrace(key)].filter(Boolean).join(': '),
          formatRate(rate),
          formatBackground(rate),
          rate.examples.length > 0 ? quoteMarkdown(rate.examples[0], 80) : '–',
        ]),
        [],
      ),
    )
  }
  if (style.length > 0) {
    parts.push(
      table(
        ['style of', 'share of the corpus', 'closest confusable'],
        style.map(s => [
          quoteMarkdown(s.model),
          plainEstimate(formatEstimate(s.prevalence)),
          s.closestConfusable.map(model => quoteMarkdown(model)).join(', ') || '–',
        ]),
        [],
      ),
    )
  }
  return parts.length === 0 ? '' : ['## Scars, residue and style', ...parts].join('\n\n')
}

function place(finding: Finding): string {
  return `${quoteMarkdown(finding.suspect.file)} record ${finding.suspect.record}`
}

function findingSection(bundle: Bundle): string {
  const { findings } = bundle
  const kinds = Object.entries(kindMeaning).map(([kind, meaning]) => `*${kind}*: ${meaning}`)
  if (findings.length === 0) return `## Findings\n\n${sayNoFindings(bundle)}`
  const hasBaseline = bundle.summary.baseline !== undefined
  // what is not known comes first
  const best = findings
    .map((finding, i) => ({ finding, state: stateOf(bundle, i) ?? '' }))
    .sort((a, b) => {
      const isKnown = Number(a.state === 'known') - Number(b.state === 'known')
      const byClass = a.finding.class < b.finding.class ? -1 : a.finding.class > b.finding.class ? 1 : 0
      return isKnown || byClass || b.finding.score - a.finding.score
    })
  const rows = best
    .slice(0, topFindings)
    .map(({ finding: f, state }) => [
      `\`${f.id.replace(/[^\w.:-]/g, '')}\``,
      f.class,
      f.kind,
      place(f),
      `${quoteMarkdown(f.reference.index)} record ${f.reference.record}`,
      formatCount(f.tokens),
      formatCount(f.distinctiveTokens),
      formatShare(f.identity),
      formatCount(f.edits.length),
      ...(hasBaseline ? [state] : []),
    ])
  const rest = findings.length - rows.length
  return [
    '## Findings',
    `${readingOfFindings} Kinds: ${kinds.join('; ')}.`,
    table(
      [
        ...['id', 'class', 'kind', 'suspect', 'reference', 'tokens', 'distinctive', 'identity', 'edits'],
        ...(hasBaseline ? ['baseline'] : []),
      ],
      rows,
      [5, 6, 7, 8],
    ),
    rest > 0 ? `And ${countOf(rest, 'further finding')} in \`findings.jsonl\` and \`report.html\`.` : '',
  ]
    .filter(Boolean)
    .join('\n\n')
}

function alternativesSection({ findings }: Bundle): string {
  if (findings.length === 0) return ''
  const cell = (counts: EvidenceCounts): string =>
    `${formatCount(counts.against)} · ${formatCount(counts.for)} · ${formatCount(counts['not-examined'])}`
  const rows = countAlternatives(findings).map(({ explanation, strong, leads }) => [
    alternativeMeaning[explanation],
    cell(strong),
    cell(leads),
    alternativeBasis[explanation],
  ])
  const evidence = 'against · for · not examined'
  return [
    '## What else could explain it',
    readingOfAlternatives,
    table(['explanation', `class A or B: ${evidence}`, `class C: ${evidence}`, 'judged'], rows, [1, 2]),
  ].join('\n\n')
}

function errorSection(bundle: Bundle): string {
  if (bundle.releaseErrors === undefined) return `## Measured errors\n\n${noMeasuredErrors}`
  const { facts, tables } = readMeasuredErrors(bundle.releaseErrors)
  return [
    '## Measured errors',
    ...facts.map(([name, value]) => `${quoteMarkdown(name || 'value')}: ${quoteMarkdown(value, 600)}`),
    ...tables.flatMap(({ title, head, rows }) => [
      title ? `### ${quoteMarkdown(title)}` : '',
      table(
        head.map(name => quoteMarkdown(name)),
        rows.map(row => row.map(cell => quoteMarkdown(cell))),
        [],
      ),
    ]),
  ]
    .filter(Boolean)
    .join('\n\n')
}

function sealLine(bundle: Bundle): string {
  if (!bundle.seals) return ''
  return `${sayEdition(bundle.seals.edition)} Root over the findings: \`${bundle.seals.root.replace(/[^0-9a-f]/g, '')}\`.`
}

function corpusSection(bundle: Bundle): string {
  const rows = bundle.corpora.map(c => [
    c.role,
    quoteMarkdown(c.name),
    c.model === null ? '–' : quoteMarkdown(c.model),
    formatCount(c.documents),
    c.tokens > 0 ? formatCount(c.tokens) : '–',
    `\`${c.sha256}\``,
  ])
  return rows.length === 0
    ? ''
    : `## Corpora\n\n${table(['role', 'name', 'model', 'documents', 'tokens', 'SHA-256'], rows, [3, 4])}`
}
