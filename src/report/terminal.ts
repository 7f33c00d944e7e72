/**
 * report: bundle → summary for a terminal, at most `width` columns where the words allow it.
 * Every text of a corpus passes `escapeTerminal`.
 */

import Table from 'cli-table3'
import pc from 'picocolors'
import type { Bundle, FindingClass } from '../types.ts'
import { readCoverage } from './gather.ts'
import { escapeTerminal } from './safe.ts'
import {
  classes,
  classShort,
  countOf,
  formatCount,
  formatEstimate,
  formatPart,
  formatRate,
  formatShare,
  formatTest,
  nameTerms,
  noDecoy,
  orderRates,
  readingOfLeads,
  sayBaseline,
  sayNamedModels,
  spellKey,
} from './wording.ts'

/** How to render for a terminal. */
export interface TerminalOptions {
  /** false: no escape sequence at all in the result */
  color: boolean
  /** columns of the terminal */
  width: number
  /** folder or file in which the full report stands; omitted: no pointer to it is printed */
  where?: string
  /** what the scan was to fail on, and whether it did */
  judged?: readonly { fails: boolean; said: string }[]
}

type Colors = ReturnType<typeof pc.createColors>

const topSubstitutions = 8
const topPlaceholders = 4

/** Renders the compact summary that `scan` prints. Ends with a line end. */
export function renderTerminal(bundle: Bundle, options: TerminalOptions): string {
  const colors = pc.createColors(options.color)
  const width = Math.max(72, Math.min(options.width || 80, 120))
  const blocks = [
    coverageLines(bundle, colors, width),
    classTable(bundle, colors),
    ...baselineLines(bundle, colors, width),
    ...referenceTable(bundle, colors, width),
    ...placeholderTable(bundle, colors, width),
    ...substitutionTable(bundle, colors, width),
    ...traceLines(bundle, colors, width),
    ...wrapList(
      bundle.corpora.flatMap(({ name, terms }) =>
        terms === undefined ? [] : [escapeTerminal(`${name}: ${nameTerms(terms)}; the report says more`, 300)],
      ),
      'published on the use of outputs',
      colors,
      width,
    ),
    ...wrapList(
      bundle.summary.limits.map(limit => escapeTerminal(limit)),
      'limits',
      colors,
      width,
    ),
  ]
  const said = (options.judged ?? []).map(one => `${one.said}: ${one.fails ? colors.yellow('fails') : 'holds'}`)
  blocks.push(...wrapList(said, 'fail on', colors, width))
  if (options.where !== undefined) blocks.push(`${colors.bold('report')}  ${escapeTerminal(options.where)}`)
  return `${blocks.join('\n\n')}\n`
}

/** What is said of skipped records, by code. */
const skippedAs: Record<string, string> = {
  'no-model-text': 'without model-side text',
  'not-sampled': 'not in the sample',
  'beyond-max-records': 'beyond --max-records',
}

function coverageLines(bundle: Bundle, colors: Colors, width: number): string {
  const { coverage, documents } = bundle.summary
  const { complete, problems } = readCoverage(bundle)
  const unchanged = coverage.unchanged ?? 0
  const skipped = problems.filter(({ outcome, code }) => outcome === 'skipped' && code !== 'unchanged')
  const lines = [
    `${colors.bold(countOf(documents.n, 'document'))} scanned in ${countOf(coverage.files, 'file')}: ` +
      `${formatCount(coverage.scanned)} of ${countOf(coverage.recordsIn, 'record')}` +
      skipped.map(({ entries, code }) => `, ${formatCount(entries)} ${skippedAs[code] ?? 'skipped'}`).join(''),
    ...(unchanged > 0 ? [`${countOf(unchanged, 'file')} unchanged since an earlier scan`] : []),
  ]
  const named = sayNamedModels(bundle.summary)
  if (named !== undefined) lines.push(...wrapWords(named, width))
  if (!complete) {
    const missing =
      coverage.scanned === 0
        ? 'nothing was scanned'
        : `${formatCount(coverage.rejected)} rejected, ${formatCount(coverage.limited)} limited`
    lines.push(colors.bold(colors.yellow(`INCOMPLETE COVERAGE: ${missing}`)))
    for (const { outcome, code, entries } of problems.slice(0, 4)) {
      lines.push(colors.yellow(`  ${formatCount(entries)} × ${escapeTerminal(code, 60)} (${outcome})`))
    }
  }
  return lines.join('\n')
}

const classPaint: Record<FindingClass, 'red' | 'yellow' | 'blue'> = { A: 'red', B: 'yellow', C: 'blue' }

function plainTable(head: string[], rows: string[][], alignRight: number[], widths?: (number | null)[]): string {
  const table = new Table({
    head,
    colAligns: head.map((_, i) => (alignRight.includes(i) ? 'right' : 'left')),
    ...(widths ? { colWidths: widths } : {}),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
    chars: {
      top: '',
      'top-mid': '',
      'top-left': '',
      'top-right': '',
      bottom: '',
      'bottom-mid': '',
      'bottom-left': '',
      'bottom-right': '',
      left: '',
      'left-mid': '',
      mid: '',
      'mid-mid': '',
      right: '',
      'right-mid': '',
      middle: '',
    },
  })
  table.push(...rows)
  return table.toString().replace(/[ \t]+$/gm, '')
}

function classTable(bundle: Bundle, colors: Colors): string {
  const { documents, decoy, prevalence } = bundle.summary
  const rows = classes.map(grade => {
    const count = documents[`class${grade}`]
    return [
      count > 0 ? colors.bold(colors[classPaint[grade]](grade)) : grade,
      formatCount(count),
      formatPart(count, documents.n),
      decoy ? formatCount(decoy[`class${grade}`]) : '–',
      colors.dim(classShort[grade]),
    ]
  })
  const head = ['class', 'documents', 'share', 'decoy hits', 'on independent answers'].map(text => colors.dim(text))
  return [
    plainTable(head, rows, [1, 2, 3]),
    `prevalence  ${escapeTerminal(formatEstimate(prevalence))}`,
    ...(decoy ? [readingOfLeads(decoy)].filter(line => line !== '') : [colors.yellow(noDecoy)]),
  ].join('\n')
}

function baselineLines({ summary }: Bundle, colors: Colors, width: number): string[] {
  return summary.baseline === undefined ? [] : wrapList([sayBaseline(summary.baseline)], 'baseline', colors, width)
}

function referenceTable(bundle: Bundle, colors: Colors, width: number): string[] {
  const { references } = bundle.summary
  if (references.length === 0) return []
  const rows = references
    .slice(0, 12)
    .map(r => [
      escapeTerminal(r.index, Math.max(16, width - 46)),
      ...[r.documents, r.classA, r.classB, r.classC].map(formatCount),
    ])
  const head = ['reference', 'outputs', 'A', 'B', 'C'].map(text => colors.dim(text))
  return [plainTable(head, rows, [1, 2, 3, 4])]
}

function placeholderTable(bundle: Bundle, colors: Colors, width: number): string[] {
  const { placeholders = [] } = bundle.summary
  if (placeholders.length === 0) return []
  const rows = placeholders
    .slice(0, topPlaceholders)
    .map(({ placeholder, replaced, examples, documents, places }) => [
      escapeTerminal(placeholder, 24),
      formatCount(replaced),
      colors.dim(escapeTerminal(examples.join(', '), Math.max(12, width - 68))),
      formatCount(documents),
      formatCount(places),
    ])
  const head = ['suspect has', 'for different words', 'such as', 'documents', 'places'].map(text => colors.dim(text))
  const rest = placeholders.length - rows.length
  const table = plainTable(head, rows, [1, 3, 4])
  return [rest > 0 ? `${table}\n${colors.dim(`and ${countOf(rest, 'further placeholder')} in the report`)}` : table]
}

function substitutionTable(bundle: Bundle, colors: Colors, width: number): string[] {
  const { substitutions } = bundle.summary
  if (substitutions.length === 0) return []
  const side = Math.max(10, Math.floor((width - 48) / 2))
  const rows = substitutions
    .slice(0, topSubstitutions)
    .map(s => [
      escapeTerminal(s.from, side),
      '→',
      escapeTerminal(s.to, side),
      colors.dim(s.kind),
      formatCount(s.documents),
      formatShare(s.consistency),
    ])
  const head = ['reference has', '', 'suspect has', 'kind', 'documents', 'held'].map(text => colors.dim(text))
  const rest = substitutions.length - rows.length
  const table = plainTable(head, rows, [4, 5])
  return [rest > 0 ? `${table}\n${colors.dim(`and ${countOf(rest, 'further pair')} in the report`)}` : table]
}

function traceLines(bundle: Bundle, colors: Colors, width: number): string[] {
  const { identityEdits, mapping, scars, residue, style } = bundle.summary
  const lines: string[] = []
  if (identityEdits) lines.push(`edits on identity-bearing words  ${formatTest(identityEdits)}`)
  if (mapping) lines.push(`agreeing substitutions  ${formatTest(mapping)}`)
  for (const [key, rate] of [...orderRates(scars), ...orderRates(residue)]) {
    lines.push(`${escapeTerminal(spellKey(key), 40)}  ${formatRate(rate)}`)
  }
  for (const { model, prevalence, closestConfusable } of style) {
    const near = closestConfusable.length > 0 ? `; closest confusable ${closestConfusable.join(', ')}` : ''
    lines.push(`style  ${escapeTerminal(`${model}: ${formatEstimate(prevalence)}${near}`, 400)}`)
  }
  return wrapList(lines, 'traces', colors, width)
}

/** Lines of at most `width` characters, cut between words. */
function wrapWords(line: string, width: number): string[] {
  const out: string[] = ['']
  for (const word of line.split(' ')) {
    const last = out[out.length - 1]
    if (last !== '' && last.length + 1 + word.length > width) out.push(word)
    else out[out.length - 1] = last === '' ? word : `${last} ${word}`
  }
  return out
}

function wrapList(lines: string[], title: string, colors: Colors, width: number): string[] {
  if (lines.length === 0) return []
  const wrapped = lines.map(line => `  ${wrapWords(line, width - 4).join('\n    ')}`)
  return [`${colors.bold(title)}\n${wrapped.join('\n')}`]
}
