/**
 * Bench: outcomes → the trade-off as a picture. For each setting one panel: recall of four kinds of copies against the
 * share of innocent answers to the same prompts that one threshold on the score lets through, and where the classes of
 * the rule stand.
 */
import type { Suspect } from './suspects.ts'
import type { Measured } from './tables.ts'
import { isAtLeast, type Outcome } from './tally.ts'

const groups: readonly { name: string; colour: string; passes: (suspect: Suspect) => boolean }[] = [
  { name: 'anonymised, 100 words or more', colour: '#0b6e4f', passes: s => isAnonymised(s) && s.bin === '100' },
  { name: 'anonymised, 50–100 words', colour: '#2f6db5', passes: s => isAnonymised(s) && s.bin === '50' },
  {
    name: 'and lightly edited, 100 or more',
    colour: '#b5651d',
    passes: s => s.treatment === 'light' && s.bin === '100',
  },
  { name: 'three sentences in another document', colour: '#8a3b8f', passes: s => s.treatment === 'passage' },
]
const anonymisations = new Set(['verbatim', 'surrogate', 'placeholder', 'deletion', 'reformatted', 'disguised'])
const isAnonymised = ({ set, treatment }: Suspect): boolean => set === 'copy' && anonymisations.has(treatment)

const panel = { width: 300, height: 240, left: 44, top: 34, gap: 26 }
/** Shares of innocent answers at the two ends of an axis; fewer than one of them stand at its left end. */
const rates = { least: 1e-4, most: 1e-1 }
const leastRecall = 0.4

const x = (rate: number): number =>
  (panel.width * Math.log(Math.max(rate, rates.least) / rates.least)) / Math.log(rates.most / rates.least)
const y = (recall: number): number => (panel.height * (1 - Math.max(recall, leastRecall))) / (1 - leastRecall)
const unit = (value: number): string => value.toFixed(1)

const shareOf = (outcomes: readonly Outcome[], passes: (outcome: Outcome) => boolean): number =>
  outcomes.filter(passes).length / Math.max(1, outcomes.length)

function drawPanel({ name, outcomes }: Measured, i: number): string {
  const innocent = outcomes.filter(({ suspect }) => suspect.set === 'same-prompt')
  const decisions = innocent.map(({ detection }) => detection.decision).sort((a, b) => b - a)
  const counts = new Set<number>()
  for (let n = 1; n < decisions.length * rates.most; n = Math.max(n + 1, Math.round(n * 1.15))) counts.add(n)
  const lines = groups.map(({ colour, passes }) => {
    const own = outcomes.filter(({ suspect }) => passes(suspect))
    const points = [0, ...counts].map(n => {
      const recall = shareOf(own, ({ detection }) => detection.decision > decisions[n]!)
      return `${unit(x(n / innocent.length))},${unit(y(recall))}`
    })
    const marks = (['A', 'B'] as const).map(found => {
      const at = x(shareOf(innocent, ({ detection }) => isAtLeast(detection, found)))
      const recall = shareOf(own, ({ detection }) => isAtLeast(detection, found))
      return `<circle cx="${unit(at)}" cy="${unit(y(recall))}" r="4" fill="${found === 'A' ? colour : '#fff'}" stroke="${colour}" stroke-width="1.5"/>`
    })
    return `<polyline points="${points.join(' ')}" fill="none" stroke="${colour}" stroke-width="1.5"/>${marks.join('')}`
  })
  const left = panel.left + i * (panel.width + panel.left + panel.gap)
  return `<g transform="translate(${left} ${panel.top})"><text x="0" y="-12" font-weight="600">${name}</text>${drawAxes()}${lines.join('')}</g>`
}

function drawAxes(): string {
  const across = [1e-4, 1e-3, 1e-2, 1e-1].map(
    rate =>
      `<path d="M${unit(x(rate))} 0V${panel.height}" stroke="#ddd"/><text x="${unit(x(rate))}" y="${panel.height + 16}" text-anchor="middle">${rate * 100} %</text>`,
  )
  const down = [0.4, 0.6, 0.8, 0.9, 1].map(
    recall =>
      `<path d="M0 ${unit(y(recall))}H${panel.width}" stroke="#ddd"/><text x="-6" y="${unit(y(recall) + 4)}" text-anchor="end">${Math.round(recall * 100)} %</text>`,
  )
  return [...across, ...down].join('')
}

/** The picture of all settings, side by side, as SVG. */
export function drawCurves(measured: readonly Measured[]): string {
  const width = panel.left + measured.length * (panel.width + panel.left + panel.gap)
  const height = panel.top + panel.height + 80
  const keys = groups.map(
    ({ name, colour }, i) =>
      `<g transform="translate(${panel.left + i * 270} ${height - 30})"><path d="M0 -4H20" stroke="${colour}" stroke-width="2"/><text x="26" y="0">${name}</text></g>`,
  )
  const note = `<text x="${panel.left}" y="${height - 8}" fill="#555">Across: innocent answers let through. Down: copies found. Filled: class A; open: A and B.</text>`
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" font-family="sans-serif" font-size="12" role="img" aria-labelledby="t"><title id="t">Copies found against innocent answers let through, by setting and class</title><rect width="100%" height="100%" fill="#fff"/>${measured.map(drawPanel).join('')}${keys.join('')}${note}</svg>\n`
}
