/**
 * report: the section of the page on style: for each profile the estimate, what it rests on, and the pictures, each
 * with the same in words or as a table. Nothing here needs a script.
 */
import type { StyleFigures, StyleHabit, StyleSummary } from '../types.ts'
import { drawBar, drawInterval } from './charts.ts'
import { html, type Markup } from './markup.ts'
import { drawHistogram, drawLikeness, drawTippett, nameCurve } from './plots.ts'
import { formatCount, formatInterval, formatShare, readingOfStyle } from './wording.ts'

/** What each kind of habit is called. */
const habitTitle: Record<StyleHabit['kind'], string> = {
  words: 'words and pairs of words',
  'function words': 'function words',
  punctuation: 'punctuation',
  layout: 'sentences and lines',
}

/** Renders the estimates and their pictures. */
export function styleBody(style: readonly StyleSummary[]): Markup {
  return html`<p>${readingOfStyle}</p><div class="styles">${style.map(estimateOf)}</div>${style.map(picturesOf)}`
}

function estimateOf({ model, prevalence, closestConfusable, documents }: StyleSummary): Markup {
  const near = closestConfusable.map((name, i) => html`${i > 0 ? ', ' : ''}<bdi>${name}</bdi>`)
  const figure =
    'cannotSay' in prevalence
      ? html`<p class="estimate">cannot say</p><p>${prevalence.cannotSay}</p>`
      : html`<p class="estimate">${formatShare(prevalence.point)} <span>${formatInterval(prevalence)}</span></p>${drawInterval(prevalence, 1)}`
  const looked =
    documents !== undefined &&
    html`<p class="faint">${formatCount(documents.scored)} of ${formatCount(documents.n)} documents were long and familiar enough; the ratio of ${formatCount(documents.nearest)} favours this profile above 1 and above the others</p>`
  return html`<article><h3><bdi>${model}</bdi></h3>${figure}${looked}<p class="faint">closest confusable: ${near.length > 0 ? near : 'none named'}</p></article>`
}

function picturesOf({ model, figures }: StyleSummary, i: number): Markup | null {
  if (figures === undefined) return null
  return html`<h3>Pictures for <bdi>${model}</bdi></h3>
<div class="plots">
${histogramFigure(`style-${i}-h`, model, figures)}
${tippettFigure(`style-${i}-p`, model, figures)}
</div>
${habitTables(figures.habits)}
<div class="plots">
<figure>${drawLikeness(`style-${i}-l`, figures.likeness)}<figcaption>Classes of the profile by style: those that join near their names are easily confused. The tree shows likeness, not descent.</figcaption></figure>
<figure>${qualityTable(figures)}<figcaption>What the profile was worth on prompts that it had not seen, cut to length. The cost of a ratio that says nothing is 1; below it the ratio informs.</figcaption></figure>
</div>`
}

function histogramFigure(id: string, model: string, { histogram }: StyleFigures): Markup {
  const { edges, counts, expected } = histogram
  const rows = counts.flatMap((count, i) => {
    const fit = expected === null ? null : expected.model[i] + expected.others[i]
    if (count === 0 && (fit ?? 0) < 0.05) return []
    const cells = expected !== null && html`<td>${(fit ?? 0).toFixed(1)}</td><td>${expected.model[i].toFixed(1)}</td>`
    return [
      html`<tr><th scope="row">${edges[i].toFixed(2)} to ${edges[i + 1].toFixed(2)}</th><td>${count}</td>${cells}</tr>`,
    ]
  })
  const head = expected !== null && html`<th scope="col">expected</th><th scope="col">of these, the model’s</th>`
  return html`<figure>${drawHistogram(id, model, histogram)}<figcaption>Documents of the corpus by their ratio, the model against another author of the panel’s kinds${expected !== null && ', with what the estimated share leads one to expect'}.</figcaption>
<details><summary>As a table</summary><table><thead><tr><th scope="col">log10 ratio</th><th scope="col">documents</th>${head}</tr></thead><tbody>${rows}</tbody></table></details></figure>`
}

function tippettFigure(id: string, model: string, { tippett }: StyleFigures): Markup {
  const picked = tippett.thresholds.map((threshold, i) => ({ threshold, i })).filter(({ i }) => i % 6 === 0)
  const rows = picked.map(
    ({ threshold, i }) =>
      html`<tr><th scope="row">${threshold.toFixed(2)}</th>${tippett.curves.map(({ share }) => html`<td>${formatShare(share[i])}</td>`)}</tr>`,
  )
  const head = tippett.curves.map(({ of }) => html`<th scope="col">${nameCurve(of, model)}</th>`)
  return html`<figure>${drawTippett(id, model, tippett)}<figcaption>The profile’s own held-out texts: the share of each side whose ratio is at least so high (Tippett plot). The further the curves lie apart at 0, the more a ratio tells.</figcaption>
<details><summary>As a table</summary><table><thead><tr><th scope="col">log10 ratio at least</th>${head}</tr></thead><tbody>${rows}</tbody></table></details></figure>`
}

function habitTables(habits: StyleHabit[]): Markup | null {
  if (habits.length === 0) return null
  const tables = (Object.keys(habitTitle) as StyleHabit['kind'][]).map(kind => {
    const rows = habits
      .filter(habit => habit.kind === kind)
      .map(
        ({ habit, documents, strength }) =>
          html`<tr><th scope="row"><bdi>${habit}</bdi></th><td>${formatCount(documents)}</td><td class="wide">${drawBar(strength, 'observed', `strength ${strength.toFixed(2)}`)}</td></tr>`,
      )
    return (
      rows.length > 0 &&
      html`<table><caption>${habitTitle[kind]}</caption><thead><tr><th scope="col">habit</th><th scope="col">documents</th><th scope="col">strength</th></tr></thead><tbody>${rows}</tbody></table>`
    )
  })
  return html`<p>Habits of the corpus that speak most for the profile, in the documents with the highest ratios; ◆ stands for a name, # for a number. Other authors have them too, in other measure.</p><div class="habits">${tables}</div>`
}

function qualityTable({ quality }: StyleFigures): Markup {
  const rows = quality.map(
    q =>
      html`<tr><th scope="row">${q.words}</th><td>${formatCount(q.nModel)} and ${formatCount(q.nImposters)}</td><td>${formatShare(q.accuracy)}</td><td>${formatShare(q.equalErrorRate)}</td><td>${q.cost.toFixed(2)}</td><td>${q.costUnseen === null ? '–' : q.costUnseen.toFixed(2)}</td></tr>`,
  )
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Quality by length"><table><thead><tr><th scope="col">words</th><th scope="col">texts, model and others</th><th scope="col">own class found</th><th scope="col">equal error rate</th><th scope="col">cost</th><th scope="col">cost, author unseen</th></tr></thead><tbody>${rows}</tbody></table></div>`
}
