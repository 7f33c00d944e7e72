/**
 * report: the charts of a page as SVG without text, so that they stretch; each carries its figures as a label for
 * readers who do not see it. Colours come from the page's style sheet by class name.
 */

import type { ClassCounts, FileStrip } from './gather.ts'
import { html, type Markup } from './markup.ts'
import { classes, countOf, formatShare } from './wording.ts'

/** Rounded for markup: a tenth of a unit is finer than any screen. */
function unit(value: number): number {
  return Math.round(value * 10) / 10
}

/** Where in a file findings lie: from its first record at the left to its last at the right. */
export function drawStrip(strip: FileStrip): Markup {
  const height = 30
  const nBins = strip.bins.length
  const most = Math.max(1, ...strip.bins.map(bin => bin.A + bin.B + bin.C))
  const bars = strip.bins.flatMap((bin, i) => drawBin(bin, (i * 1000) / nBins, 1000 / nBins, height / most, height))
  return html`<svg class="strip" viewBox="0 0 1000 ${height}" preserveAspectRatio="none" role="img" aria-label="${stripLabel(strip)}"><rect class="ground" width="1000" height="${height}"/>${bars}</svg>`
}

function stripLabel(strip: FileStrip): string {
  const halves = [
    strip.bins.slice(0, Math.ceil(strip.bins.length / 2)),
    strip.bins.slice(Math.ceil(strip.bins.length / 2)),
  ]
  const [first, second] = halves.map(bins => bins.reduce((sum, bin) => sum + bin.A + bin.B + bin.C, 0))
  return `${countOf(first, 'finding')} in the first half of the file, ${countOf(second, 'finding')} in the second`
}

function drawBin(bin: ClassCounts, x: number, width: number, scale: number, height: number): Markup[] {
  let top = height
  const bars: Markup[] = []
  for (const grade of classes) {
    if (bin[grade] === 0) continue
    const tall = Math.max(2, bin[grade] * scale)
    top -= tall
    bars.push(
      html`<rect class="class-${grade}" x="${unit(x)}" y="${unit(Math.max(0, top))}" width="${unit(Math.max(1.5, width - 0.8))}" height="${unit(tall)}"/>`,
    )
  }
  return bars
}

/** Parts of a whole side by side, in the order given; parts of nothing are left out. */
export function drawParts(parts: readonly { name: string; count: number }[], label: string): Markup {
  const sum = parts.reduce((total, part) => total + part.count, 0)
  let x = 0
  const bars = parts
    .filter(part => part.count > 0)
    .map(part => {
      // a part that exists must be seen, however small it is
      const width = Math.max(4, (part.count / sum) * 1000)
      const bar = html`<rect class="part-${part.name}" x="${unit(Math.min(x, 1000 - width))}" width="${unit(width)}" height="10"/>`
      x += width
      return bar
    })
  return html`<svg class="parts" viewBox="0 0 1000 10" preserveAspectRatio="none" role="img" aria-label="${label}"><rect class="ground" width="1000" height="10"/>${bars}</svg>`
}

/** One length against the longest. */
export function drawBar(share: number, name: string, label: string): Markup {
  const width = share > 0 ? Math.max(3, Math.min(1, share) * 1000) : 0
  return html`<svg class="bar" viewBox="0 0 1000 8" preserveAspectRatio="none" role="img" aria-label="${label}"><rect class="ground" width="1000" height="8"/><rect class="${name}" width="${unit(width)}" height="8"/></svg>`
}

/** A point with its interval on a scale from 0 to `most`. */
export function drawInterval(estimate: { point: number; low: number; high: number }, most: number): Markup {
  const at = (share: number): number => unit((share / most) * 1000)
  const label = `${formatShare(estimate.point)}, interval from ${formatShare(estimate.low)} to ${formatShare(estimate.high)}, on a scale from 0 to ${formatShare(most)}`
  return html`<svg class="interval" viewBox="0 0 1000 24" preserveAspectRatio="none" role="img" aria-label="${label}"><rect class="ground" y="11" width="1000" height="2"/><rect class="range" x="${at(estimate.low)}" y="6" width="${unit(Math.max(3, at(estimate.high) - at(estimate.low)))}" height="12"/><rect class="point" x="${unit(Math.max(0, at(estimate.point) - 2))}" width="4" height="24"/></svg>`
}

/** A round upper end for a scale that must hold `share`. */
export function scaleEnd(share: number): number {
  for (const end of [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5]) if (share <= end) return end
  return 1
}
