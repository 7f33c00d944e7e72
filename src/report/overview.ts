/**
 * report: bundle → the part of the page that needs no script: what was scanned, what stands in which class, where,
 * what was changed, what it rests on. Links with a `#` set filters of the list below, where scripts run.
 */

import type { Bundle, RunFacts } from '../types.ts'
import { alternativesSection } from './alternatives.ts'
import { changeSections } from './changes.ts'
import { drawBar, drawInterval, drawParts, drawStrip, scaleEnd } from './charts.ts'
import { evidenceSections } from './colophon.ts'
import { countFindings, estimateDecoy, type FileStrip, type Gathered, gatherFigures } from './gather.ts'
import { encodeName, html, type Markup, section } from './markup.ts'
import {
  classes,
  classMeaning,
  countOf,
  formatBytes,
  formatCount,
  formatInterval,
  formatPart,
  formatShare,
  noDecoy,
  readingOfBaseline,
  readingOfDecoy,
  readingOfFindings,
  readingOfLeads,
  sayBaseline,
  sayNamedModels,
  sayNoFindings,
} from './wording.ts'

const shownStrips = 24
const shownFiles = 200

/** Renders masthead and all sections above the list of findings. */
export function renderOverview(bundle: Bundle, run: RunFacts | undefined): Markup {
  const gathered = gatherFigures(bundle)
  return html`${masthead(bundle)}
<main id="top">
${coverageAlarm(bundle, gathered)}
${headline(bundle)}
${section('coverage', 'Coverage', coverageBody(bundle, gathered))}
${section('where', 'Where the findings lie', whereBody(gathered, sayNoFindings(bundle)))}
${changeSections(bundle, gathered)}
${alternativesSection(bundle)}
${evidenceSections(bundle, run)}
</main>`
}

function masthead(bundle: Bundle): Markup {
  const suspects = bundle.corpora.filter(c => c.role === 'suspect').map(c => c.name)
  const references = bundle.corpora.filter(c => c.role === 'reference').map(c => c.name)
  const links = [
    ['summary', 'Summary'],
    ['coverage', 'Coverage'],
    ['where', 'Where'],
    ['changes', 'Changes'],
    ['traces', 'Traces'],
    ...(bundle.summary.style.length > 0 ? [['style', 'Style']] : []),
    ['alternatives', 'Alternatives'],
    ['corpora', 'Evidence'],
    ['findings', 'Findings'],
  ]
  const title = bundle.case?.title
  return html`<a class="skip" href="#findings">Skip to the findings</a>
<header class="masthead">
<p class="wordmark"><span class="under" aria-hidden="true">palimpsest</span><span class="over">palimpsest</span></p>
${title !== undefined && html`<p class="title"><bdi>${title}</bdi></p>`}<p class="case">${suspects.length > 0 ? names(suspects) : 'A corpus'} <span class="against">read against</span> ${references.length > 0 ? names(references) : 'known model outputs'}</p>
<nav aria-label="Sections"><ul>${links.map(([id, label]) => html`<li><a href="#${id}">${label}</a></li>`)}</ul></nav>
</header>`
}

/** Up to three names, each isolated so that its direction stays its own. */
function names(all: readonly string[]): Markup {
  const shown = all.slice(0, 3).map((name, i) => html`${i > 0 ? ', ' : ''}<bdi>${name}</bdi>`)
  return html`${shown}${all.length > 3 ? ` and ${all.length - 3} more` : ''}`
}

function coverageAlarm(bundle: Bundle, { coverage }: Gathered): Markup | null {
  if (coverage.complete) return null
  const { rejected, limited, scanned, recordsIn } = bundle.summary.coverage
  const what =
    scanned === 0
      ? html`<strong>Nothing was scanned.</strong> No figure below speaks of the corpus.`
      : html`<strong>Incomplete coverage.</strong> ${countOf(rejected, 'record')} rejected and ${formatCount(limited)} limited, out of ${formatCount(recordsIn)}. Everything below speaks only of what was scanned.`
  return html`<p class="alarm" role="note">${what} <a href="#coverage">What was not scanned, and why</a></p>`
}

function headline(bundle: Bundle): Markup {
  const { documents, decoy, baseline } = bundle.summary
  const most = Math.max(1, ...classes.flatMap(c => [documents[`class${c}`], decoy?.[`class${c}`] ?? 0]))
  const cards = classes.map(grade => {
    const count = documents[`class${grade}`]
    const hits = decoy?.[`class${grade}`]
    return html`<article class="grade grade-${grade}">
<h3><span class="letter">${grade}</span><span class="figure">${formatCount(count)}</span><span class="unit">${count === 1 ? 'document' : 'documents'}, ${formatPart(count, documents.n)}</span></h3>
<dl class="pair"><dt>suspect</dt><dd>${drawBar(count / most, `class-${grade}`, `${count} suspect documents`)}</dd><dd class="number">${formatCount(count)}</dd>
<dt>decoy</dt><dd>${hits === undefined ? html`<span class="faint">not measured</span>` : drawBar(hits / most, 'decoy', `${hits} decoy hits`)}</dd><dd class="number">${hits === undefined ? '–' : formatCount(hits)}</dd></dl>
<p>${classMeaning[grade]}</p></article>`
  })
  return html`<section id="summary" class="headline" aria-labelledby="summary-title">
<h1 id="summary-title">${headlineSentence(bundle)}</h1>
<div class="grades">${cards}</div>
<div class="underline"><div>${prevalenceFigure(bundle)}</div><p class="note">${decoyNote(bundle)} ${readingOfFindings}</p></div>
${baseline !== undefined && html`<p class="note" id="baseline"><b>${sayBaseline(baseline)}</b> ${readingOfBaseline}</p>`}
</section>`
}

function headlineSentence(bundle: Bundle): Markup {
  const { documents, coverage } = bundle.summary
  const tied = documents.classA + documents.classB
  const leads = documents.classC
  const scanned = html`<b>${countOf(documents.n, 'document')}</b> in ${countOf(coverage.files, 'file')} ${documents.n === 1 ? 'was' : 'were'} scanned.`
  if (documents.n === 0 && coverage.unchanged)
    return html`No document was scanned: <b>${countOf(coverage.unchanged, 'file')}</b> unchanged since an earlier scan.`
  if (documents.n === 0) return html`No document was scanned.`
  if (tied + leads === 0) return html`${scanned} No passage reached class A, B or C.`
  const leadsSaid = `${tied > 0 ? 'more ' : ''}${leads === 1 ? 'is a lead' : 'are leads'} for a person to read`
  const tiedSaid = html`<b>${formatCount(tied)}</b> ${tied === 1 ? 'holds' : 'hold'} passages tied to a reference output at class A or B`
  if (leads === 0) return html`${scanned} ${tiedSaid}.`
  return html`${scanned} ${tied > 0 ? html`${tiedSaid}; ` : 'None reached class A or B; '}<b>${formatCount(leads)}</b> ${leadsSaid}.`
}

/** Prevalence, and under it on one scale the share that the same rule gives the decoy. */
function prevalenceFigure({ summary }: Bundle): Markup {
  const { prevalence } = summary
  const title = html`<h3>Prevalence <span class="faint">estimated share of suspect documents tied to a reference</span></h3>`
  if ('cannotSay' in prevalence) return html`${title}<p class="estimate">cannot say</p><p>${prevalence.cannotSay}</p>`
  const decoy = estimateDecoy(summary)
  const end = scaleEnd(Math.max(prevalence.high, decoy?.high ?? 0))
  const scale = html`<p class="scale"><span>0</span><span>${formatShare(end)}</span></p>`
  const beside =
    decoy !== undefined &&
    html`<h3>Decoy <span class="faint">the same rule on outputs that the suspect cannot hold</span></h3><p class="estimate small">${formatShare(decoy.point)} <span>${formatInterval(decoy)}</span></p>${drawInterval(decoy, end)}`
  return html`${title}<p class="estimate">${formatShare(prevalence.point)} <span>${formatInterval(prevalence)}</span></p>${drawInterval(prevalence, end)}${beside}${scale}`
}

function decoyNote({ summary, corpora }: Bundle): Markup {
  const { decoy } = summary
  if (!decoy) return html`${noDecoy}`
  const outputs = corpora.filter(({ role }) => role === 'reference').reduce((sum, corpus) => sum + corpus.documents, 0)
  return html`${readingOfDecoy} Reference: ${countOf(outputs, 'output')}; decoy: ${countOf(decoy.documents, 'output')}. The more outputs, the more chances. ${readingOfLeads(decoy)}`
}

function coverageBody(bundle: Bundle, { coverage }: Gathered): Markup {
  const c = bundle.summary.coverage
  const parts = (['scanned', 'rejected', 'limited', 'skipped'] as const).map(name => ({ name, count: c[name] }))
  const bytes = [c.bytesScanned, c.bytesRejected, c.bytesLimited, c.bytesSkipped]
  const label = parts.map(part => `${formatCount(part.count)} ${part.name}`).join(', ')
  const rows = parts.map(
    ({ name, count }, i) =>
      html`<tr><th scope="row"><span class="swatch part-${name}"></span>${name}</th><td>${formatCount(count)}</td><td>${formatPart(count, c.recordsIn)}</td><td>${formatBytes(bytes[i])}</td></tr>`,
  )
  const problems = coverage.problems.map(
    p =>
      html`<tr><th scope="row"><code>${p.code}</code></th><td>${p.outcome}</td><td>${formatCount(p.entries)}</td><td>${formatBytes(p.bytes)}</td></tr>`,
  )
  return html`<p>Every record that came in has exactly one outcome, and the sums balance: ${formatCount(c.recordsIn)} records, ${formatBytes(c.bytesIn)}.</p>
${drawParts(parts, label)}
<div class="columns"><table><thead><tr><th scope="col">outcome</th><th scope="col">records</th><th scope="col">share</th><th scope="col">bytes</th></tr></thead><tbody>${rows}</tbody></table>
${problems.length > 0 && html`<table><thead><tr><th scope="col">reason</th><th scope="col">outcome</th><th scope="col">entries</th><th scope="col">bytes</th></tr></thead><tbody>${problems}</tbody></table>`}</div>
${namedModels(bundle)}
${firstProblems(bundle)}
${remarks(bundle)}
${fileTable(bundle)}`
}

/** Which models the rows themselves name: free ground truth, and its absence is worth a sentence. */
function namedModels({ summary }: Bundle): Markup | null {
  const said = sayNamedModels(summary)
  if (said === undefined) return null
  const models = summary.namedModels?.models ?? []
  if (models.length === 0) return html`<p>${said}</p>`
  const rows = models.map(
    ({ model, documents }) =>
      html`<tr><th scope="row"><bdi>${model}</bdi></th><td>${formatCount(documents)}</td><td>${formatPart(documents, summary.documents.n)}</td></tr>`,
  )
  return html`<p>${said}</p><details><summary>Models that the rows name</summary><table><thead><tr><th scope="col">model</th><th scope="col">documents</th><th scope="col">share</th></tr></thead><tbody>${rows}</tbody></table></details>`
}

function firstProblems(bundle: Bundle): Markup | null {
  const { problems } = bundle.coverage
  if (problems.length === 0) return null
  const items = problems
    .slice(0, 20)
    .map(p => html`<li><bdi class="mono">${p.file}</bdi>${placeOf(p.record, p.line)}: <bdi>${p.reason}</bdi></li>`)
  const rest = problems.length - items.length
  return html`<details><summary>What was not scanned</summary><ul>${items}</ul>${rest > 0 && html`<p>And ${countOf(rest, 'further entry', 'further entries')} in coverage.jsonl.</p>`}</details>`
}

/** What deserves a look although it was scanned, over all files. */
function remarks(bundle: Bundle): Markup | null {
  const items = bundle.coverage.files.flatMap(f => (f.notes ?? []).map(note => ({ file: f.file, ...note })))
  if (items.length === 0) return null
  const shown = items
    .slice(0, shownFiles)
    .map(
      n =>
        html`<li><bdi class="mono">${n.file}</bdi>, ${countOf(n.records, 'record')} from record ${n.first}: <bdi>${n.reason}</bdi></li>`,
    )
  return html`<details><summary>${countOf(items.length, 'remark')} on what was scanned</summary><ul>${shown}</ul></details>`
}

function placeOf(record: number | null, line: number | null): string {
  return (record === null ? '' : `, record ${record}`) + (line === null ? '' : `, line ${line}`)
}

function fileTable(bundle: Bundle): Markup | null {
  const { files } = bundle.coverage
  if (files.length === 0) return null
  const rows = files
    .slice(0, shownFiles)
    .map(
      (f, i) =>
        html`<tr><td>${i + 1}</td><th scope="row"><bdi class="mono">${f.file}</bdi></th><td>${[...f.chain, f.layout ?? ''].filter(Boolean).join(' · ')}</td><td>${formatCount(f.recordsIn)}</td><td>${formatCount(f.scanned)}</td><td>${formatBytes(f.sizeBytes)}</td><td class="digest">${f.sha256 ?? 'not read to its end'}</td></tr>`,
    )
  const rest = files.length - rows.length
  return html`<details><summary>${countOf(files.length, 'input file')} with size and digest</summary><div class="scroll" tabindex="0" role="region" aria-label="Input files"><table><thead><tr><th scope="col">item</th><th scope="col" class="text">file</th><th scope="col">read as</th><th scope="col">records</th><th scope="col">scanned</th><th scope="col">size</th><th scope="col" class="text">SHA-256</th></tr></thead><tbody>${rows}</tbody></table></div>${rest > 0 && html`<p>And ${countOf(rest, 'further file')} in coverage.jsonl.</p>`}</details>`
}

function whereBody({ strips, findings }: Gathered, none: string): Markup {
  const held = strips.filter(strip => countFindings(strip.findings) > 0)
  if (held.length === 0) return html`<p>${none}</p>`
  const shown = held.slice(0, shownStrips)
  const rest = held.slice(shownStrips).reduce((sum, strip) => sum + countFindings(strip.findings), 0)
  const empty = strips.length - held.length
  return html`<p>${countOf(countFindings(findings), 'finding')} in ${countOf(held.length, 'file')}. Each strip is one file from its first record to its last; the height of a bar is the number of findings there.</p>
<p class="legend">${classes.map(grade => html`<span><i class="swatch class-${grade}"></i>class ${grade}</span>`)}</p>
<ol class="strips">${shown.map(stripRow)}</ol>
${rest > 0 && html`<p>${countOf(rest, 'finding')} in ${countOf(held.length - shown.length, 'further file')}.</p>`}
${empty > 0 && html`<p class="faint">${countOf(empty, 'file')} without a finding.</p>`}`
}

function stripRow(strip: FileStrip): Markup {
  const counts = classes.map(
    grade => html`<span class="count-${grade}" title="class ${grade}">${formatCount(strip.findings[grade])}</span>`,
  )
  return html`<li><p><a class="mono" href="#file=${encodeName(strip.file)}"><bdi>${strip.file}</bdi></a><span class="faint">${countOf(strip.records, 'record')}</span><span class="counts">${counts}</span></p>${drawStrip(strip)}</li>`
}
