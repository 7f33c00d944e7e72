/**
 * report: the sections of the page on what it rests on: references and corpora with digests, rule and parameters,
 * limits, how to check it, and the facts of the run where they are given.
 */

import type { Bundle, Json, RunFacts } from '../types.ts'
import { encodeName, html, type Markup, section } from './markup.ts'
import { formatBytes, formatCount, howToVerify, readingOfReport } from './wording.ts'

/** Renders the sections on evidence. */
export function evidenceSections(bundle: Bundle, run: RunFacts | undefined): Markup {
  return html`${section('corpora', 'Corpora', corpusBody(bundle))}
${section('rule', 'Rule and parameters', parameterBody(bundle))}
${section('limits', 'Limits', html`<ul>${bundle.summary.limits.map(limit => html`<li><bdi>${limit}</bdi></li>`)}</ul>`)}
${section('verify', 'How to check this report', html`<ol>${howToVerify.map(step => html`<li>${codeSpans(step)}</li>`)}</ol><p>${readingOfReport}</p>${runFacts(run)}`)}`
}

/** Words between backticks as code. */
function codeSpans(sentence: string): Markup[] {
  return sentence.split('`').map((part, i) => (i % 2 === 1 ? html`<code>${part}</code>` : html`${part}`))
}

function corpusBody(bundle: Bundle): Markup {
  const corpora = bundle.corpora.map(
    c =>
      html`<tr><td class="text">${c.role}</td><th scope="row"><bdi>${c.name}</bdi></th><td class="text">${c.model === null ? '–' : html`<bdi>${c.model}</bdi>`}</td><td>${formatCount(c.documents)}</td><td>${formatCount(c.tokens)}</td><td class="digest">${c.sha256}</td></tr>`,
  )
  const references = bundle.summary.references.map(
    r =>
      html`<tr><th scope="row"><a href="#reference=${encodeName(r.index)}"><bdi>${r.index}</bdi></a></th><td>${formatCount(r.documents)}</td><td>${formatCount(r.classA)}</td><td>${formatCount(r.classB)}</td><td>${formatCount(r.classC)}</td></tr>`,
  )
  return html`${references.length > 0 && html`<table><caption>Suspect documents tied to each reference</caption><thead><tr><th scope="col">reference</th><th scope="col">outputs</th><th scope="col">A</th><th scope="col">B</th><th scope="col">C</th></tr></thead><tbody>${references}</tbody></table>`}
<div class="scroll" tabindex="0" role="region" aria-label="Corpora"><table><caption>All corpora with their digests</caption><thead><tr><th scope="col">role</th><th scope="col" class="text">name</th><th scope="col" class="text">model</th><th scope="col">documents</th><th scope="col">tokens</th><th scope="col" class="text">SHA-256</th></tr></thead><tbody>${corpora}</tbody></table></div>`
}

function parameterBody(bundle: Bundle): Markup {
  const { rule } = bundle.parameters
  const rules = Array.isArray(rule) ? rule : rule === undefined ? [] : [rule]
  const entries = Object.entries(bundle.parameters).filter(([key]) => key !== 'rule')
  return html`${rules.map(line => html`<p class="rule"><bdi>${showJson(line)}</bdi></p>`)}
<details><summary>All ${formatCount(entries.length)} parameters and versions</summary><dl class="parameters">${entries.map(([key, value]) => html`<dt>${key}</dt><dd class="mono"><bdi>${showJson(value)}</bdi></dd>`)}</dl></details>`
}

function showJson(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 1)
}

function runFacts(run: RunFacts | undefined): Markup | null {
  if (!run) return null
  const seconds = (run.wallMs / 1000).toFixed(1)
  return html`<p class="faint">Run from ${run.startedAt} to ${run.finishedAt}, ${seconds} s, ${run.threads} ${run.threads === 1 ? 'thread' : 'threads'}, ${formatBytes(run.peakRssBytes)} at most, Node ${run.node}, ${run.platform}.</p>
<p class="faint mono"><bdi>${run.arguments.join(' ')}</bdi></p>`
}
