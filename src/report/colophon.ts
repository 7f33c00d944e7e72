/**
 * report: the sections of the page on what it rests on: references and corpora with digests, rule and parameters,
 * limits, how to check it, and the facts of the run where they are given.
 */

import type { Bundle, CaseHeader, Json, RunFacts } from '../types.ts'
import { encodeName, html, type Markup, section } from './markup.ts'
import { type ErrorTable, noMeasuredErrors, readMeasuredErrors } from './measured.ts'
import {
  formatBytes,
  formatCount,
  howToVerify,
  nameTerms,
  noOwnLimits,
  readingOfReport,
  readingOfRule,
  readingOfTerms,
  sayEdition,
  saySnapshot,
  standingLimits,
  whereRunStands,
} from './wording.ts'

/** Renders the sections on evidence. */
export function evidenceSections(bundle: Bundle, run: RunFacts | undefined): Markup {
  return html`${bundle.case !== undefined && section('case', 'Case', caseBody(bundle.case))}
${section('corpora', 'Corpora', corpusBody(bundle))}
${section('rule', 'Rule and parameters', parameterBody(bundle))}
${section('errors', 'Measured errors', errorBody(bundle))}
${section('limits', 'Limits', limitBody(bundle.summary.limits))}
${section('verify', 'How to check this report', html`<ol>${howToVerify.map(step => html`<li>${codeSpans(step)}</li>`)}</ol>${sealFacts(bundle)}<p>${readingOfReport}</p>${runFacts(run)}`)}`
}

function caseBody(header: CaseHeader): Markup {
  const facts = (['number', 'examiner', 'organisation', 'purpose'] as const).filter(key => header[key] !== null)
  const items = (header.items ?? []).map(
    item =>
      html`<tr><th scope="row"><bdi>${item.number}</bdi></th><td class="text">${item.file === null ? '–' : html`<bdi class="mono">${item.file}</bdi>`}</td><td class="text"><bdi>${item.description ?? '–'}</bdi></td></tr>`,
  )
  const custody = header.custody.map(
    step =>
      html`<tr><td class="text">${step.at}</td><td class="text"><bdi>${step.actor}</bdi></td><td class="text"><bdi>${step.action}</bdi></td><td class="text">${step.items.map((item, i) => html`${i > 0 ? ', ' : ''}<bdi class="mono">${item}</bdi>`)}</td></tr>`,
  )
  return html`<p>As stated by the examiner; the program adds nothing to it.</p>
<dl class="parameters">${facts.map(key => html`<dt>${key}</dt><dd><bdi>${header[key]}</bdi></dd>`)}</dl>
${items.length > 0 && html`<table><caption>Items</caption><thead><tr><th scope="col">item</th><th scope="col" class="text">file</th><th scope="col" class="text">description</th></tr></thead><tbody>${items}</tbody></table>`}
${custody.length > 0 && html`<table><caption>Custody</caption><thead><tr><th scope="col">at</th><th scope="col" class="text">who</th><th scope="col" class="text">did</th><th scope="col" class="text">with</th></tr></thead><tbody>${custody}</tbody></table>`}`
}

function errorBody(bundle: Bundle): Markup {
  if (bundle.releaseErrors === undefined) return html`<p>${noMeasuredErrors}</p>`
  const { facts, tables } = readMeasuredErrors(bundle.releaseErrors)
  return html`<p>How often this release errs and what it finds, measured on corpora whose truth is known.</p>
${facts.map(([name, value]) => html`<p><span class="faint">${name}</span> <bdi>${value}</bdi></p>`)}
${tables.map(errorTable)}`
}

function errorTable({ title, head, rows }: ErrorTable): Markup {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${title || 'Measured errors'}"><table>${title !== '' && html`<caption>${title}</caption>`}<thead><tr>${head.map((name, i) => (i === 0 ? html`<th scope="col" class="text">${name}</th>` : html`<th scope="col">${name}</th>`))}</tr></thead><tbody>${rows.map(row => html`<tr>${row.map((cell, i) => (i === 0 ? html`<th scope="row"><bdi>${cell}</bdi></th>` : html`<td><bdi>${cell}</bdi></td>`))}</tr>`)}</tbody></table></div>`
}

function sealFacts(bundle: Bundle): Markup | null {
  const fixed = bundle.preregistration
    ? 'Parameters and references were fixed and digested before the suspect corpus was opened.'
    : 'Parameters and references were not registered beforehand.'
  if (!bundle.seals) return html`<p>${fixed}</p>`
  return html`<p>${fixed} ${sayEdition(bundle.seals.edition)} The root over its findings is the same in every edition:</p><p class="rule">${bundle.seals.root}</p>`
}

function limitBody(limits: readonly string[]): Markup {
  const own = limits.map(limit => html`<li><bdi>${limit}</bdi></li>`)
  return html`<h3>Of this run</h3>${own.length > 0 ? html`<ul>${own}</ul>` : html`<p>${noOwnLimits}</p>`}
<h3>Of every run</h3><ul>${standingLimits.map(limit => html`<li>${limit}</li>`)}</ul>`
}

/** Words between backticks as code. */
function codeSpans(sentence: string): Markup[] {
  return sentence.split('`').map((part, i) => (i % 2 === 1 ? html`<code>${part}</code>` : html`${part}`))
}

function corpusBody(bundle: Bundle): Markup {
  const corpora = bundle.corpora.map(
    c =>
      html`<tr><td class="text">${c.role}</td><th scope="row"><bdi>${c.name}</bdi></th><td class="text">${c.model === null ? '–' : html`<bdi>${c.model}</bdi>`}</td><td>${formatCount(c.documents)}</td><td>${c.tokens > 0 ? formatCount(c.tokens) : '–'}</td><td class="digest">${c.sha256}</td></tr>`,
  )
  const references = bundle.summary.references.map(
    r =>
      html`<tr><th scope="row"><a href="#reference=${encodeName(r.index)}"><bdi>${r.index}</bdi></a></th><td>${formatCount(r.documents)}</td><td>${formatCount(r.classA)}</td><td>${formatCount(r.classB)}</td><td>${formatCount(r.classC)}</td></tr>`,
  )
  return html`${references.length > 0 && html`<table><caption>Suspect documents tied to each reference</caption><thead><tr><th scope="col">reference</th><th scope="col">outputs</th><th scope="col">A</th><th scope="col">B</th><th scope="col">C</th></tr></thead><tbody>${references}</tbody></table>`}
<div class="scroll" tabindex="0" role="region" aria-label="Corpora"><table><caption>All corpora with their digests</caption><thead><tr><th scope="col">role</th><th scope="col" class="text">name</th><th scope="col" class="text">model</th><th scope="col">documents</th><th scope="col">tokens</th><th scope="col" class="text">SHA-256</th></tr></thead><tbody>${corpora}</tbody></table></div>
${termsBody(bundle)}`
}

/** What the owners of reference models published on the use of outputs. */
function termsBody(bundle: Bundle): Markup | null {
  const clauses = bundle.corpora.flatMap(({ name, terms }) =>
    terms === undefined
      ? []
      : [
          html`<li><bdi>${name}</bdi>: <bdi>${nameTerms(terms)}</bdi>: <bdi>${terms.summary}</bdi> <span class="faint">At <bdi>${terms.address}</bdi>; ${saySnapshot(terms)}.</span></li>`,
        ],
  )
  if (clauses.length === 0) return null
  return html`<h3>What their owners say on the use of outputs</h3><ul>${clauses}</ul><p>${readingOfTerms}</p>`
}

function parameterBody(bundle: Bundle): Markup {
  const { rule } = bundle.parameters
  const rules = Array.isArray(rule) ? rule : rule === undefined ? [] : [rule]
  const entries = Object.entries(bundle.parameters).filter(([key]) => key !== 'rule')
  return html`<p>${readingOfRule}</p>
<p>${sayVersions(bundle.parameters)}</p>
${rules.length > 0 && html`<details><summary>The rule with its constants</summary>${rules.map(line => html`<p class="rule"><bdi>${showJson(line)}</bdi></p>`)}</details>`}
<details><summary>All ${formatCount(entries.length)} parameters and versions</summary><dl class="parameters">${entries.map(([key, value]) => html`<dt>${key}</dt><dd class="mono"><bdi>${showJson(value)}</bdi></dd>`)}</dl></details>`
}

/** Versions that the results depend on, as far as they were recorded. */
function sayVersions({ tool, unicode }: Bundle['parameters']): Markup {
  const { name, version } = (tool ?? {}) as { [key: string]: Json }
  const parts = [
    ...(typeof name === 'string' && typeof version === 'string' ? [`${name} ${version}`] : []),
    ...(typeof unicode === 'string' ? [`Unicode ${unicode}`] : []),
  ]
  return html`${parts.length > 0 && html`Made with <bdi>${parts.join(', ')}</bdi>. `}${whereRunStands}`
}

function showJson(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 1)
}

function runFacts(run: RunFacts | undefined): Markup | null {
  if (!run) return null
  const seconds = (run.wallMs / 1000).toFixed(1)
  return html`<p class="faint">Run from ${run.startedAt} to ${run.finishedAt}, ${seconds} s, ${run.threads} ${run.threads === 1 ? 'thread' : 'threads'}, ${formatBytes(run.peakRssBytes)} at most, Node ${run.node}, ${run.platform}.</p>
${run.preregisteredAt !== undefined && html`<p class="faint">Parameters and references fixed at ${run.preregisteredAt}; first suspect file opened at ${run.suspectOpenedAt ?? 'a time not recorded'}.</p>`}<p class="faint mono"><bdi>${run.arguments.join(' ')}</bdi></p>`
}
