/**
 * report: the sections of the page on what was changed and what the changes left behind: kinds of edits, the
 * substitution table, the test on identity-bearing words, scars, residue.
 */

import type { Bundle, PlaceholderUse, Rate, Substitution } from '../types.ts'
import { drawBar, drawInterval, scaleEnd } from './charts.ts'
import type { Gathered } from './gather.ts'
import { encodeName, html, type Markup, section } from './markup.ts'
import { styleBody } from './style.ts'
import {
  type ChanceTest,
  countOf,
  explainTrace,
  formatAmount,
  formatBackground,
  formatCount,
  formatInterval,
  formatPart,
  formatShare,
  formatTest,
  inkOf,
  judgeRate,
  kindMeaning,
  orderRates,
  readingOfEdits,
  readingOfIdentityEdits,
  readingOfMapping,
  readingOfPlaceholders,
  readingOfResidue,
  readingOfScars,
  sayNoFindings,
  spellKey,
} from './wording.ts'

const shownSubstitutions = 30
const shownPlaceholders = 12

/** Renders the sections on changes, traces and style. */
export function changeSections(bundle: Bundle, gathered: Gathered): Markup {
  const { style } = bundle.summary
  return html`${section('changes', 'What was changed', changeBody(bundle, gathered))}
${section('traces', 'What the changes left', traceBody(bundle))}
${style.length > 0 && section('style', 'Style', styleBody(style))}`
}

function changeBody(bundle: Bundle, { kinds, editKinds }: Gathered): Markup {
  if (Object.values(kinds).every(count => count === 0)) return html`<p>${sayNoFindings(bundle)}</p>`
  const kindRows = (Object.keys(kindMeaning) as (keyof typeof kindMeaning)[]).map(
    kind =>
      html`<tr><th scope="row">${kind}</th><td>${formatCount(kinds[kind])}</td><td class="text">${kindMeaning[kind]}</td></tr>`,
  )
  const most = Math.max(1, ...editKinds.map(k => k.edits))
  const editRows = editKinds.map(
    ({ kind, edits }) =>
      html`<tr><th scope="row"><i class="swatch ink-${inkOf(kind)}"></i>${kind}</th><td class="wide">${drawBar(edits / most, `ink-${inkOf(kind)}`, `${edits} edits`)}</td><td>${formatCount(edits)}</td></tr>`,
  )
  return html`<div class="columns"><table><caption>Findings by kind</caption><tbody>${kindRows}</tbody></table>
${editRows.length > 0 && html`<table><caption>Edits by kind</caption><tbody>${editRows}</tbody></table>`}</div>
${chanceTest('Edits on identity-bearing words', readingOfIdentityEdits, bundle.summary.identityEdits)}
${chanceTest('Agreeing substitutions', readingOfMapping, bundle.summary.mapping)}
${placeholderTable(bundle.summary.placeholders ?? [])}
${substitutionTable(bundle.summary.substitutions)}`
}

function chanceTest(title: string, reading: string, test: ChanceTest | null | undefined): Markup | null {
  if (!test) return null
  const most = Math.max(test.observed, test.expected, 1e-9)
  const row = (name: string, amount: number, fill: string): Markup =>
    html`<dt>${name}</dt><dd>${drawBar(amount / most, fill, `${name} ${formatAmount(amount)}`)}</dd><dd class="number">${formatAmount(amount)}</dd>`
  return html`<h3>${title}</h3>
<dl class="pair long">${row('observed', test.observed, 'observed')}${row('by chance', test.expected, 'decoy')}</dl>
<p class="note">${formatTest(test)}. ${reading}</p>`
}

function placeholderTable(uses: readonly PlaceholderUse[]): Markup | null {
  if (uses.length === 0) return null
  const rows = uses
    .slice(0, shownPlaceholders)
    .map(
      use =>
        html`<tr><td class="now ink-placeholder"><bdi>${use.placeholder}</bdi></td><td class="text">${use.dialect}</td><td class="text"><bdi>${use.examples.join(', ')}</bdi></td><td class="text">${use.kinds.slice(0, 3).join(', ')}</td><td>${formatCount(use.replaced)}</td><td>${formatCount(use.documents)}</td><td>${formatCount(use.places)}</td></tr>`,
    )
  return html`<h3>Placeholders</h3>
<p>${readingOfPlaceholders}</p>
<div class="scroll" tabindex="0" role="region" aria-label="Placeholders"><table class="substitutions"><thead><tr><th scope="col">placeholder</th><th scope="col">form</th><th scope="col">such as</th><th scope="col">kinds</th><th scope="col">different words</th><th scope="col">documents</th><th scope="col">places</th></tr></thead><tbody>${rows}</tbody></table></div>
${uses.length > shownPlaceholders && html`<p class="note">And ${countOf(uses.length - shownPlaceholders, 'further placeholder')}.</p>`}`
}

function substitutionTable(substitutions: readonly Substitution[]): Markup | null {
  if (substitutions.length === 0) return null
  const row = (s: Substitution): Markup =>
    html`<tr><td class="was"><bdi>${s.from || '∅'}</bdi></td><td class="arrow" aria-hidden="true">→</td><td class="now ink-${inkOf(s.kind)}"><bdi>${s.to || '∅'}</bdi></td><td class="text">${s.kind}</td><td><a href="#q=${encodeName(s.from || s.to)}">${formatCount(s.documents)}</a></td><td>${s.clusters === undefined ? '–' : formatCount(s.clusters)}</td><td>${formatShare(s.consistency)}</td></tr>`
  const head = html`<thead><tr><th scope="col">reference has</th><th scope="col"><span class="unseen">becomes</span></th><th scope="col">suspect has</th><th scope="col">kind</th><th scope="col">documents</th><th scope="col">groups</th><th scope="col">held</th></tr></thead>`
  const rest = substitutions.slice(shownSubstitutions)
  return html`<h3>Substitutions</h3>
<p>The same words replaced by the same words across documents. <em>Groups</em> are of unrelated references that show it; <em>held</em> is the share of aligned places of the first at which the second stands. ${readingOfEdits}</p>
<div class="scroll" tabindex="0" role="region" aria-label="Substitutions"><table class="substitutions">${head}<tbody>${substitutions.slice(0, shownSubstitutions).map(row)}</tbody></table></div>
${rest.length > 0 && html`<details><summary>${countOf(rest.length, 'further pair')}</summary><div class="scroll" tabindex="0" role="region" aria-label="Further substitutions"><table class="substitutions">${head}<tbody>${rest.map(row)}</tbody></table></div></details>`}`
}

function traceBody(bundle: Bundle): Markup {
  const { scars, residue } = bundle.summary
  const parts = [rateTable('Scars', readingOfScars, scars), rateTable('Residue', readingOfResidue, residue)]
  return parts.some(Boolean) ? html`${parts}` : html`<p>Scars and residue were not measured in this run.</p>`
}

function rateTable(title: string, reading: string, rates: Record<string, Rate>): Markup | null {
  const entries = orderRates(rates)
  if (entries.length === 0) return null
  const end = scaleEnd(Math.max(...entries.map(([, rate]) => rate.high)))
  const rows = entries.map(
    ([key, rate]) =>
      html`<tr><th scope="row">${spellKey(key)}<br><span class="faint">${explainTrace(key)}</span></th><td>${formatCount(rate.count)} of ${formatCount(rate.of)}</td><td>${formatPart(rate.count, rate.of)}${rate.reported === true && html` <b>▲</b>`}</td><td class="wide">${drawInterval({ point: rate.of > 0 ? rate.count / rate.of : 0, low: rate.low, high: rate.high }, end)}<span class="faint">${formatInterval({ point: 0, low: rate.low, high: rate.high, level: rate.level })}</span></td><td>${formatBackground(rate)}<br><span class="faint">${judgeRate(rate)}</span></td><td class="text">${rate.examples.slice(0, rate.reported === false ? 1 : 3).map(example => html`<bdi class="example">${example}</bdi>`)}</td></tr>`,
  )
  return html`<h3>${title}</h3><p>${reading} ${sayReported(entries)}</p><div class="scroll" tabindex="0" role="region" aria-label="${title}"><table class="rates"><thead><tr><th scope="col">what</th><th scope="col">count</th><th scope="col">rate</th><th scope="col">interval, 0 to ${end * 100}%</th><th scope="col">background</th><th scope="col" class="text">examples</th></tr></thead><tbody>${rows}</tbody></table></div>`
}

/** The rates that a reader in a hurry should look at; the others are there so that nothing is hidden. */
function sayReported(entries: [string, Rate][]): Markup {
  const named = entries.filter(([, rate]) => rate.reported === true).map(([key]) => spellKey(key))
  return named.length === 0
    ? html`None stands clearly above what untouched text shows.`
    : html`Clearly above what untouched text shows (▲): <strong>${named.join(', ')}</strong>.`
}
