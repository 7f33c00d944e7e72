/**
 * The pictures of the docs, drawn from the calibration and the measured errors of this release:
 *
 *   npx tsx tests/bench/pictures.ts        writes docs/pictures/*.svg
 *
 * A test holds the files against what is drawn here, so they cannot fall behind the numbers.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import type { FindingClass } from '../../src/types.ts'
import type { Measures } from '../../src/weigh/measures.ts'
import { type Context, classify } from '../../src/weigh/rule.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

interface Measured {
  what: string
  atClassAOrB: number
  of: number
  low: number
  high: number
}

interface Errors {
  measured: string
  recall: Measured[]
  falseAlarms: Measured[]
}

const style = `text{font:13px system-ui,sans-serif;fill:#333}.title{font-weight:600;font-size:15px}.faint{fill:#777}
.line{stroke:#bbb;fill:none}.grid{stroke:#ddd}.bar{fill:#4a6fa5}.reach{stroke:#1b2a41;stroke-width:2}
.A{fill:#b23a48}.B{fill:#e0a458}.C{fill:#8fb0d6}.ground{fill:#f2f2f2}.mark{stroke:#b23a48;stroke-dasharray:4 3}
@media(prefers-color-scheme:dark){text{fill:#ddd}.faint{fill:#999}.line{stroke:#555}.grid{stroke:#3a3a3a}.ground{fill:#2a2a2a}.reach{stroke:#ddd}}`

function escapeXml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
}

const round = (value: number): number => Math.round(value * 10) / 10

function label(x: number, y: number, text: string, { of = '', anchor = 'start' } = {}): string {
  return `<text x="${round(x)}" y="${round(y)}"${of === '' ? '' : ` class="${of}"`}${anchor === 'start' ? '' : ` text-anchor="${anchor}"`}>${escapeXml(text)}</text>`
}

function line(x1: number, y1: number, x2: number, y2: number, of: string): string {
  return `<line x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}" class="${of}"/>`
}

function rect(x: number, y: number, width: number, height: number, of: string): string {
  return `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" class="${of}"/>`
}

/** One picture; the description is what a reader hears who does not see it. */
function draw(width: number, height: number, title: string, description: string, parts: string[]): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="t d">
<title id="t">${escapeXml(title)}</title><desc id="d">${escapeXml(description)}</desc><style>${style}</style>
${label(16, 26, title, { of: 'title' })}
${parts.join('\n')}
</svg>
`
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`

/** Share of copies found, with intervals. */
function drawRecall({ recall, measured }: Errors): string {
  const [left, wide, step, top] = [344, 390, 26, 64]
  const from = 0.8
  const x = (share: number): number => left + (wide * (Math.max(from, share) - from)) / (1 - from)
  const bottom = top + recall.length * step
  const grid = [0.8, 0.85, 0.9, 0.95, 1].flatMap(share => [
    line(x(share), top - 12, x(share), bottom, 'grid'),
    label(x(share), bottom + 18, `${Math.round(100 * share)} %`, { of: 'faint', anchor: 'middle' }),
  ])
  const rows = recall.flatMap(({ what, atClassAOrB, of, low, high }, i) => {
    const y = top + i * step
    const share = atClassAOrB / of
    return [
      label(left - 12, y + 9, what.replace(/^copies, /, ''), { anchor: 'end' }),
      rect(x(from), y - 3, x(share) - x(from), 14, 'bar'),
      line(x(low), y + 4, x(high), y + 4, 'reach'),
      label(x(1) + 10, y + 9, `${atClassAOrB} of ${of}`, { of: 'faint' }),
    ]
  })
  const description = recall.map(row => `${row.what}: ${percent(row.atClassAOrB / row.of)}`).join('; ')
  const foot = label(
    16,
    bottom + 42,
    `Measured ${measured}; the dark line is the 95 % interval. The axis begins at 80 %.`,
    { of: 'faint' },
  )
  return draw(830, bottom + 58, 'Copies found at class A or B', description, [...grid, ...rows, foot])
}

/** How often independent texts were flagged: what the counts still allow. */
function drawFalseAlarms({ falseAlarms, measured }: Errors): string {
  const [left, wide, step, top] = [330, 400, 40, 70]
  const [least, most] = [-5, -2]
  const x = (rate: number): number => left + (wide * (Math.log10(Math.max(rate, 10 ** least)) - least)) / (most - least)
  const bottom = top + falseAlarms.length * step
  const marks: [number, string][] = [
    [1e-5, '1 in 100,000'],
    [1e-4, '1 in 10,000'],
    [1e-3, '1 in 1,000'],
    [1e-2, '1 in 100'],
  ]
  const grid = marks.flatMap(([rate, text]) => [
    line(x(rate), top - 16, x(rate), bottom, rate === 1e-4 || rate === 1e-3 ? 'mark' : 'grid'),
    label(x(rate), bottom + 16, text, { of: 'faint', anchor: 'middle' }),
  ])
  const rows = falseAlarms.flatMap(({ what, atClassAOrB, of, low, high }, i) => {
    const y = top + i * step
    return [
      label(left - 12, y + 4, what, { anchor: 'end' }),
      line(x(low), y, x(high), y, 'reach'),
      line(x(high), y - 6, x(high), y + 6, 'reach'),
      label(left + wide + 10, y + 4, `${atClassAOrB} of ${of}`, { of: 'faint' }),
    ]
  })
  const description = falseAlarms
    .map(row => `${row.what}: ${row.atClassAOrB} of ${row.of}, at most ${row.high.toExponential(1)}`)
    .join('; ')
  const foot = label(
    16,
    bottom + 40,
    `Measured ${measured}. The line ends where the 95 % interval ends: rates beyond it are ruled out, rates on it are not.`,
    { of: 'faint' },
  )
  return draw(830, bottom + 56, 'Independent texts at class A or B', description, [...grid, ...rows, foot])
}

/** Measures of an invented match, in which nothing but these four is special. */
function invent(marginBits: number, identity: number, covered: number, context: Context): Measures {
  return {
    score: marginBits,
    background: 0,
    otherReference: 0,
    commonplace: 0,
    explainedByBackground: 0,
    explainedByReference: 0,
    identity,
    // a distinctive token of English weighs some four bits when all has been taken off
    matches: marginBits / 4,
    distinctive: marginBits / 4,
    longestRun: 20,
    suspectContainment: covered,
    referenceContainment: covered,
    explainedByPrompt: 0,
    promptShare: 0,
    translation: 0,
    codeShare: context === 'code' ? 1 : 0,
    identityShare: 0.1,
    ideographShare: 0,
    restAlike: 0,
    reworded: 0,
    uneven: 0,
    ownMatched: covered * identity,
    // a sentence has some thirty distinctive tokens
    ownSentences: marginBits / 120,
    ownBefore: 0,
    spacedAlike: 1,
    suspectAgreed: covered * identity,
    referenceAgreed: covered * identity,
    shapes: marginBits / 4,
    renamings: 0,
    literalBits: 0,
    rivalAgreed: 0,
    twinAgreed: 0,
    promptless: context === 'promptless' || context === 'witnessed' ? 1 : 0,
    peers: context === 'peers' || context === 'witnessed' ? 4 : 0,
  }
}

const contexts: Record<Context, string> = {
  peers: 'same prompts at hand',
  background: 'other background',
  none: 'no background',
  witnessed: 'no prompt, witnesses',
  promptless: 'no prompt known',
  code: 'mostly code',
}

/** Which class a match gets by margin, identity, and how much of both documents it covers. */
function drawClasses(): string {
  const [panelWide, panelTall, gap, left, top] = [170, 150, 26, 64, 92]
  const [columns, rows] = [44, 40]
  const [leastBits, mostBits] = [4, 10]
  const leastIdentity = 0.4
  const parts: string[] = []
  const all = Object.entries(contexts) as [Context, string][]
  for (const [down, covered] of [1, 0.3].entries())
    for (const [across, [context, name]] of all.entries()) {
      const x0 = left + across * (panelWide + gap)
      const y0 = top + down * (panelTall + 62)
      parts.push(rect(x0, y0, panelWide, panelTall, 'ground'))
      if (down === 0) parts.push(label(x0, y0 - 10, name, { of: 'faint' }))
      for (let column = 0; column < columns; column++) {
        const bits = 2 ** (leastBits + ((mostBits - leastBits) * (column + 0.5)) / columns)
        // runs of one class in a column become one bar
        let run: { found: FindingClass | undefined; from: number } = { found: undefined, from: 0 }
        for (let row = 0; row <= rows; row++) {
          const identity = leastIdentity + ((1 - leastIdentity) * (row + 0.5)) / rows
          const found =
            row === rows
              ? undefined
              : classify(invent(bits, Math.min(identity, 0.9999), covered, context), context !== 'none')
          if (found === run.found && row < rows) continue
          if (run.found !== undefined) {
            const tall = ((row - run.from) * panelTall) / rows
            const y = y0 + panelTall - (row * panelTall) / rows
            parts.push(rect(x0 + (column * panelWide) / columns, y, panelWide / columns + 0.3, tall, run.found))
          }
          run = { found, from: row }
        }
      }
      for (const bits of [16, 64, 256, 1024]) {
        const x = x0 + (panelWide * (Math.log2(bits) - leastBits)) / (mostBits - leastBits)
        parts.push(label(x, y0 + panelTall + 16, String(bits), { of: 'faint', anchor: 'middle' }))
      }
      if (across > 0) continue
      for (const share of [0.4, 0.6, 0.8, 1]) {
        const y = y0 + panelTall * (1 - (share - leastIdentity) / (1 - leastIdentity))
        parts.push(label(x0 - 8, y + 4, `${Math.round(share * 100)} %`, { of: 'faint', anchor: 'end' }))
      }
      parts.push(
        label(x0, y0 + panelTall + 34, covered === 1 ? '↑ whole documents' : '↑ a third of either document: a passage'),
      )
    }
  const y = top + 2 * (panelTall + 62) + 4
  for (const [i, grade] of (['A', 'B', 'C'] as const).entries())
    parts.push(rect(left + i * 90, y - 11, 14, 14, grade), label(left + i * 90 + 20, y, `class ${grade}`))
  parts.push(
    label(left, y + 24, 'Across: margin over the best competitor, in bits. Up: share of equal tokens (identity).', {
      of: 'faint',
    }),
  )
  const description =
    'Classes of invented matches by margin in bits and identity, in five contexts, for whole documents and for passages. More margin and more identity never lower a class.'
  return draw(left + all.length * (panelWide + gap), y + 42, 'What class a match gets', description, parts)
}

/** All pictures, by the name of their file. */
export function drawPictures(): Record<string, string> {
  const errors = JSON.parse(readFileSync(path.join(root, 'corpora/release-errors.json'), 'utf8')) as Errors
  return { 'recall.svg': drawRecall(errors), 'false-alarms.svg': drawFalseAlarms(errors), 'classes.svg': drawClasses() }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = path.join(root, 'docs/pictures')
  mkdirSync(folder, { recursive: true })
  for (const [name, picture] of Object.entries(drawPictures())) writeFileSync(path.join(folder, name), picture)
}
