/**
 * report: the plots of style as SVG with axes and words: title and description for readers who do not see them,
 * lines told apart by their dashes and names, not by colour. Each stands alone in a file as well as in the page.
 */
import type { StyleFigures } from '../types.ts'
import { html, type Markup } from './markup.ts'
import { formatCount, formatShare } from './wording.ts'

const width = 560
const height = 260
const left = 46
const right = 12
const top = 12
const bottom = 44
const innerWidth = width - left - right
const innerHeight = height - top - bottom

/** Rounded for markup: a tenth of a unit is finer than any screen. */
function unit(value: number): number {
  return Math.round(value * 10) / 10
}

/** A plot's shell; `id` must be its own in the page. */
function frame(id: string, title: string, description: string, tall: number, body: Markup): Markup {
  return html`<svg xmlns="http://www.w3.org/2000/svg" class="plot" viewBox="0 0 ${width} ${tall}" role="img" aria-labelledby="${id}-t ${id}-d" font-family="sans-serif" font-size="12" fill="currentColor"><title id="${id}-t">${title}</title><desc id="${id}-d">${description}</desc>${body}</svg>`
}

/** Axes with ticks; `x` and `y` map a number to its place. */
function axes(
  xTicks: number[],
  yTicks: { at: number; label: string }[],
  x: (v: number) => number,
  label: string,
): Markup {
  const floor = height - bottom
  const across = yTicks.map(
    ({ at, label: name }) =>
      html`<path d="M${left} ${unit(at)}H${width - right}" stroke="currentColor" stroke-opacity=".15"/><text x="${left - 6}" y="${unit(at + 4)}" text-anchor="end">${name}</text>`,
  )
  const down = xTicks.map(
    tick =>
      html`<path d="M${unit(x(tick))} ${floor}v4" stroke="currentColor"/><text x="${unit(x(tick))}" y="${floor + 17}" text-anchor="middle">${tick}</text>`,
  )
  return html`${across}<path d="M${left} ${floor}H${width - right}" stroke="currentColor"/>${down}<text x="${left + innerWidth / 2}" y="${height - 6}" text-anchor="middle">${label}</text>`
}

/** Whole numbers from `low` to `high`, or halves if there would be few. */
function ticksBetween(low: number, high: number): number[] {
  const step = high - low < 2.5 ? 0.5 : 1
  const ticks: number[] = []
  for (let at = Math.ceil(low / step); at * step <= high; at++) ticks.push(at * step)
  return ticks
}

/** A legend's line with its name, at the top of the plot. */
function legend(entries: { name: string; dash: string }[]): Markup[] {
  return entries.map(
    ({ name, dash }, i) =>
      html`<path d="M${left + 12} ${top + 12 + i * 17}h26" stroke="currentColor" stroke-width="1.6" stroke-dasharray="${dash}"/><text x="${left + 44}" y="${top + 16 + i * 17}">${name}</text>`,
  )
}

/** Scores of the corpus as bars, with what the estimate expects of both sides, and of the model alone, as lines. */
export function drawHistogram(
  id: string,
  model: string,
  { edges, counts, expected }: StyleFigures['histogram'],
): Markup {
  const total = counts.reduce((sum, count) => sum + count, 0)
  const both = expected?.model.map((value, i) => value + expected.others[i])
  const most = Math.max(1, ...counts, ...(both ?? []))
  const [low, high] = [edges[0], edges[edges.length - 1]]
  const x = (v: number): number => left + ((v - low) / (high - low)) * innerWidth
  const y = (v: number): number => top + innerHeight * (1 - v / most)
  const bars = counts.map((count, i) => {
    if (count === 0) return null
    const wide = unit(x(edges[i + 1]) - x(edges[i]) - 1)
    return html`<rect class="bars" x="${unit(x(edges[i]))}" y="${unit(y(count))}" width="${wide}" height="${unit(height - bottom - y(count))}" fill-opacity=".3"/>`
  })
  const line = (values: number[] | undefined, dash: string): Markup | null => {
    if (values === undefined) return null
    const path = values.map(
      (value, i) => `${i === 0 ? 'M' : 'L'}${unit(x(edges[i]))} ${unit(y(value))}H${unit(x(edges[i + 1]))}`,
    )
    return html`<path d="${path.join('')}" fill="none" stroke="currentColor" stroke-width="1.6" stroke-dasharray="${dash}"/>`
  }
  const above = counts.reduce((sum, count, i) => sum + (edges[i] >= 0 ? count : 0), 0)
  const fit = expected === null ? 'There was no estimate, so no fit is drawn.' : 'Lines show what the estimate expects.'
  const description = `${formatCount(total)} documents, ${formatCount(above)} of them in bins above 0. ${fit}`
  const entries = [
    { name: 'expected at the estimated share', dash: '' },
    { name: `of these, from ${model}`, dash: '5 3' },
  ]
  return frame(
    id,
    `Ratios of the corpus’s documents for ${model}`,
    description,
    height,
    html`${axes(
      ticksBetween(low, high),
      [0, most].map(v => ({ at: y(v), label: formatCount(Math.round(v)) })),
      x,
      'log10 of the likelihood ratio',
    )}${bars}${line(both, '')}${line(expected?.model, '5 3')}${expected !== null && legend(entries)}`,
  )
}

const curveDash = { model: '', imposters: '7 4', 'imposters unseen': '2 3' } as const

/** Name of a curve for readers. */
export function nameCurve(of: keyof typeof curveDash, model: string): string {
  if (of === 'model') return `texts of ${model}`
  return of === 'imposters' ? 'texts of imposters' : 'texts of imposters, each unknown to the solver'
}

/** Share of held-out texts with at least a ratio, a curve for each side. */
export function drawTippett(id: string, model: string, { thresholds, curves }: StyleFigures['tippett']): Markup {
  const [low, high] = [thresholds[0], thresholds[thresholds.length - 1]]
  const x = (v: number): number => left + ((v - low) / (high - low)) * innerWidth
  const y = (share: number): number => top + innerHeight * (1 - share)
  const lines = curves.map(({ of, share }) => {
    const path = share.map((value, i) => `${i === 0 ? 'M' : 'L'}${unit(x(thresholds[i]))} ${unit(y(value))}`)
    return html`<path d="${path.join('')}" fill="none" stroke="currentColor" stroke-width="1.6" stroke-dasharray="${curveDash[of]}"/>`
  })
  const zero = thresholds.findIndex(threshold => threshold >= 0)
  const description = curves
    .map(
      ({ of, share, texts }) =>
        `${formatShare(share[zero])} of ${formatCount(texts)} ${nameCurve(of, model)} have a ratio above 1`,
    )
    .join('; ')
  const yTicks = [0, 0.5, 1].map(share => ({ at: y(share), label: `${share * 100}%` }))
  const foot = html`<g transform="translate(0 ${innerHeight - 62})">${legend(curves.map(({ of }) => ({ name: nameCurve(of, model), dash: curveDash[of] })))}</g>`
  return frame(
    id,
    `Held-out texts by ratio for ${model}`,
    `${description}.`,
    height,
    html`${axes(ticksBetween(low, high), yTicks, x, 'log10 of the likelihood ratio, at least')}<path d="M${unit(x(0))} ${top}V${height - bottom}" stroke="currentColor" stroke-opacity=".4"/>${lines}${foot}`,
  )
}

const rowHeight = 20
const treeWidth = 300
const margin = 16

/** The classes of a profile as a tree: those that join near the right write alike. */
export function drawLikeness(id: string, { names, joins }: StyleFigures['likeness']): Markup {
  const order = leafOrder(names.length, joins)
  const tall = order.length * rowHeight + 2 * margin + 32
  const furthest = Math.max(1e-9, ...joins.map(join => join.height))
  const x = (distance: number): number => unit(margin + treeWidth * (1 - distance / furthest))
  const place = new Map(order.map((leaf, row) => [leaf, { x: x(0), y: margin + row * rowHeight + rowHeight / 2 }]))
  const lines: string[] = []
  joins.forEach(({ left: a, right: b, height: distance }, i) => {
    const [upper, lower] = [a, b].map(node => place.get(node) as { x: number; y: number })
    lines.push(`M${upper.x} ${unit(upper.y)}H${x(distance)}V${unit(lower.y)}H${lower.x}`)
    place.set(names.length + i, { x: x(distance), y: (upper.y + lower.y) / 2 })
  })
  const labels = order.map(
    (leaf, row) => html`<text x="${x(0) + 8}" y="${margin + row * rowHeight + 14}">${names[leaf]}</text>`,
  )
  const floor = tall - 28
  const ticks = [0, 0.5, 1].map(
    part =>
      html`<text x="${x(part * furthest)}" y="${floor + 17}" text-anchor="middle">${(part * furthest).toFixed(2)}</text>`,
  )
  return frame(
    id,
    'Likeness of styles among the profile’s classes',
    describeJoins(names, joins),
    tall,
    html`<path d="${lines.join('')}M${x(furthest)} ${floor}H${x(0)}" fill="none" stroke="currentColor"/>${labels}${ticks}`,
  )
}

function leafOrder(n: number, joins: StyleFigures['likeness']['joins']): number[] {
  const leaves = (node: number): number[] =>
    node < n ? [node] : [...leaves(joins[node - n].left), ...leaves(joins[node - n].right)]
  return joins.length === 0 ? Array.from({ length: n }, (_, i) => i) : leaves(n + joins.length - 1)
}

/** The joins in words, nearest first; groups by their first name. */
function describeJoins(names: string[], joins: StyleFigures['likeness']['joins']): string {
  const groups = names.map(name => ({ first: name, size: 1 }))
  const said = joins.map(({ left: a, right: b, height: distance }) => {
    const [one, other] = [groups[a], groups[b]]
    groups.push({ first: one.first, size: one.size + other.size })
    const called = ({ first, size }: { first: string; size: number }): string =>
      size === 1 ? first : `the group of ${first}`
    return `${called(one)} and ${called(other)} join at ${distance.toFixed(2)}`
  })
  return `${said.join('; ')}.`
}
