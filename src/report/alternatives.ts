/**
 * report: the section of the page on what else could explain the findings, and how often the measures speak for or
 * against each; the detail of a finding says the same of itself. What was not examined is counted as that.
 */

import type { Alternative, Bundle, Finding } from '../types.ts'
import { html, type Markup, section } from './markup.ts'
import {
  alternativeBasis,
  alternativeMeaning,
  formatCount,
  readingOfAlternatives,
  sayEdition,
  sayNoFindings,
} from './wording.ts'

/** Findings by what their measures say about one explanation. */
export type EvidenceCounts = Record<Alternative['evidence'], number>

/** The explanations in their order, with the findings of class A or B, and of class C, by what speaks about each. */
export function countAlternatives(
  findings: readonly Finding[],
): { explanation: Alternative['explanation']; strong: EvidenceCounts; leads: EvidenceCounts }[] {
  const explanations = Object.keys(alternativeMeaning) as Alternative['explanation'][]
  const rows = explanations.map(explanation => ({ explanation, strong: noEvidence(), leads: noEvidence() }))
  for (const { class: grade, alternatives = [] } of findings)
    for (const { explanation, ...counts } of rows) {
      const found = alternatives.find(alternative => alternative.explanation === explanation)
      counts[grade === 'C' ? 'leads' : 'strong'][found?.evidence ?? 'not-examined']++
    }
  return rows
}

function noEvidence(): EvidenceCounts {
  return { for: 0, against: 0, 'not-examined': 0 }
}

/** Renders the section. */
export function alternativesSection(bundle: Bundle): Markup {
  return section('alternatives', 'What else could explain it', alternativesBody(bundle))
}

function alternativesBody(bundle: Bundle): Markup {
  if (bundle.findings.length === 0)
    return html`<p>${bundle.seals?.edition === 'counts' ? sayEdition('counts') : sayNoFindings(bundle)}</p>`
  const cells = (counts: EvidenceCounts): Markup =>
    html`<td>${formatCount(counts.against)}</td><td>${formatCount(counts.for)}</td><td>${formatCount(counts['not-examined'])}</td>`
  const rows = countAlternatives(bundle.findings).map(
    ({ explanation, strong, leads }) =>
      html`<tr><th scope="row">${alternativeMeaning[explanation]}<br><span class="faint">${alternativeBasis[explanation]}</span></th>${cells(strong)}${cells(leads)}</tr>`,
  )
  const evidence = html`<th scope="col">against</th><th scope="col">for</th><th scope="col">not examined</th>`
  return html`<p>${readingOfAlternatives}</p>
<div class="scroll" tabindex="0" role="region" aria-label="Other explanations"><table class="grouped"><caption>Findings by what their measures say of each explanation</caption><thead><tr><td></td><th scope="colgroup" colspan="3">findings of class A or B</th><th scope="colgroup" colspan="3">class C</th></tr><tr><th scope="col" class="text">explanation</th>${evidence}${evidence}</tr></thead><tbody>${rows}</tbody></table></div>`
}
