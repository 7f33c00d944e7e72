/** Bench: points → a line plot as SVG, both axes logarithmic or the second from zero. */

/** One line of a plot. */
export interface Line {
  name: string
  points: readonly (readonly [x: number, y: number])[]
}

const width = 640
const height = 360
const margin = { left: 70, right: 150, top: 40, bottom: 50 }
const colours = ['#1f6f8b', '#b5482a', '#4b7f3f', '#7a4fa3']

const shorten = (value: number): string =>
  value >= 1e9 ? `${value / 1e9} G` : value >= 1e6 ? `${value / 1e6} M` : value >= 1e3 ? `${value / 1e3} k` : `${value}`

/** Draws lines over a logarithmic first axis; the second begins at zero. */
export function drawLines(title: string, xName: string, yName: string, lines: readonly Line[]): string {
  const all = lines.flatMap(({ points }) => points)
  const low = Math.floor(Math.log10(Math.min(...all.map(([x]) => x))))
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...all.map(([x]) => x)))))
  const top = Math.max(...all.map(([, y]) => y)) * 1.1 || 1
  const xOf = (x: number): string =>
    (margin.left + ((Math.log10(x) - low) / (high - low)) * (width - margin.left - margin.right)).toFixed(1)
  const yOf = (y: number): string =>
    (height - margin.bottom - (y / top) * (height - margin.top - margin.bottom)).toFixed(1)
  const ticks = Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i))
  const steps = [0, 0.25, 0.5, 0.75, 1].map(share => share * top)
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="100%" height="100%" fill="#fff"/><text x="${margin.left}" y="22" font-size="14">${title}</text>`,
    ...ticks.map(x => `<text x="${xOf(x)}" y="${height - 28}" text-anchor="middle">${shorten(x)}</text>`),
    ...steps.map(
      y =>
        `<path d="M${margin.left} ${yOf(y)}H${width - margin.right}" stroke="#ddd"/><text x="${margin.left - 8}" y="${yOf(y)}" dy="4" text-anchor="end">${y.toPrecision(3)}</text>`,
    ),
    `<text x="${(width - margin.right + margin.left) / 2}" y="${height - 8}" text-anchor="middle">${xName}</text>`,
    `<text x="16" y="${height / 2}" text-anchor="middle" transform="rotate(-90 16 ${height / 2})">${yName}</text>`,
    ...lines.flatMap(({ name, points }, i) => {
      const colour = colours[i % colours.length]
      const path = points.map(([x, y], p) => `${p === 0 ? 'M' : 'L'}${xOf(x)} ${yOf(y)}`).join('')
      const dots = points.map(([x, y]) => `<circle cx="${xOf(x)}" cy="${yOf(y)}" r="3" fill="${colour}"/>`)
      const last = points[points.length - 1]!
      return [
        `<path d="${path}" fill="none" stroke="${colour}" stroke-width="2"/>`,
        ...dots,
        `<text x="${Number(xOf(last[0])) + 8}" y="${yOf(last[1])}" dy="4" fill="${colour}">${name}</text>`,
      ]
    }),
    '</svg>\n',
  ].join('\n')
}
