/**
 * report: the findings as they are read where scripts do not run: the strongest ones, each with the suspect's text
 * in which every edit stands beside what the reference has.
 */

import type { Bundle, Finding } from '../types.ts'
import { html, type Markup } from './markup.ts'
import { type Segment, segmentSide } from './segments.ts'
import {
  alternativeEvidence,
  alternativeMeaning,
  countOf,
  formatCount,
  formatShare,
  inkOf,
  sayNoFindings,
} from './wording.ts'

const shownFindings = 30
/** UTF-16 units of text around a passage. */
const margin = 120

/** Renders the strongest findings as plain HTML. */
export function renderPlainFindings(bundle: Bundle): Markup {
  if (bundle.findings.length === 0) return html`<p>${sayNoFindings(bundle)}</p>`
  const best = [...bundle.findings].sort((a, b) => (a.class < b.class ? -1 : a.class > b.class ? 1 : b.score - a.score))
  const rest = best.length - shownFindings
  return html`<p>Without scripts this page shows the strongest findings${rest > 0 && html`; ${countOf(rest, 'further finding')} stand in findings.jsonl`}.</p>${best.slice(0, shownFindings).map(renderFinding)}`
}

function renderFinding(finding: Finding): Markup {
  const { suspect, reference } = finding
  const model = reference.model === null ? null : html` (<bdi>${reference.model}</bdi>)`
  return html`<details class="plain"><summary><b>${finding.class}</b> ${finding.kind}: <bdi>${suspect.file}</bdi> record ${suspect.record}</summary>
<p>Tied to <bdi>${reference.index}</bdi> record ${reference.record}${model}: ${formatCount(finding.tokens)} tokens, ${formatCount(finding.distinctiveTokens)} distinctive, identity ${formatShare(finding.identity)}, ${countOf(finding.edits.length, 'edit')}.</p>
${passage(finding)}
${alternatives(finding)}</details>`
}

function alternatives({ alternatives: considered = [] }: Finding): Markup | null {
  if (considered.length === 0) return null
  const items = considered.map(
    ({ explanation, evidence }) =>
      html`<li>${alternativeMeaning[explanation] ?? explanation}: ${alternativeEvidence[evidence] ?? evidence}</li>`,
  )
  return html`<p>Other explanations:</p><ul>${items}</ul>`
}

function passage(finding: Finding): Markup {
  const { text, span } = finding.suspect
  if (text === undefined) {
    const { excerpt } = finding.suspect
    return html`${excerpt !== undefined && html`<blockquote dir="auto">${excerpt}</blockquote>`}<ul>${finding.edits.map(edit => html`<li>${edit.kind}: <del>${edit.from}</del> <ins>${edit.to}</ins></li>`)}</ul>`
  }
  const start = Math.max(0, span[0] - margin)
  const page = { text: text.slice(start, span[1] + margin), start, of: text.length }
  return html`<blockquote dir="auto">${segmentSide(finding, 'suspect', page).map(s => renderSegment(finding, s))}</blockquote>`
}

function renderSegment(finding: Finding, segment: Segment): Markup {
  if (segment.role === 'edit') {
    const { from, kind } = finding.edits[segment.edit]
    return html`${from !== '' && html`<del>${from}</del>`}${segment.text !== '' && html`<ins class="ink-${inkOf(kind)}">${segment.text}</ins>`}`
  }
  return segment.role === 'equal' ? html`${segment.text}` : html`<span class="outside">${segment.text}</span>`
}
