/**
 * Style: profiles or corpora → how far apart their styles are → a tree, drawn as accessible SVG.
 *
 * Distance is the Hellinger distance of mean class probabilities, so that models which are taken for one another
 * lie close. The tree is built by average linkage (UPGMA, Sokal and Michener 1958); it shows likeness, not descent.
 */
import type { Profile } from './profile.ts'
import { scoreScale } from './profile.ts'

/** A set of named styles and their distances. */
export interface StyleMap {
  names: string[]
  /** `names.length` squared, symmetric, zero on the diagonal, 0–1 */
  distance: Float64Array
  /** joins of the tree in order; nodes 0 … n−1 are the names, n + i is the i-th join */
  joins: { left: number; right: number; height: number }[]
}

/** Sharpness of the soft assignment of a text to the classes. */
const sharpness = 6

/**
 * How alike the classes of a profile write, by the held-out texts of each.
 *
 * @param profile one whose panel holds the models to be compared
 */
export function similarityMap(profile: Profile): StyleMap {
  const nClasses = profile.classes.length
  const mean = meanProbabilities(profile)
  const distance = new Float64Array(nClasses * nClasses)
  for (let a = 0; a < nClasses; a++) {
    for (let b = 0; b < a; b++) {
      let overlap = 0
      for (let c = 0; c < nClasses; c++) overlap += Math.sqrt(mean[a * nClasses + c] * mean[b * nClasses + c])
      distance[a * nClasses + b] = distance[b * nClasses + a] = Math.sqrt(Math.max(0, 1 - overlap))
    }
  }
  return { names: profile.classes, distance, joins: joinByAverage(distance, nClasses) }
}

/** Mean class probabilities of the whole held-out texts of each class, row by row. */
function meanProbabilities({ heldOut, classes }: Profile): Float64Array {
  const nClasses = classes.length
  const mean = new Float64Array(nClasses * nClasses)
  const count = new Float64Array(nClasses)
  for (let i = 0; i < heldOut.n; i++) {
    if (heldOut.cut[i] !== 0) continue
    const scores = Array.from(heldOut.scores.subarray(i * nClasses, (i + 1) * nClasses), s => s / scoreScale)
    const top = Math.max(...scores)
    const parts = scores.map(score => Math.exp(sharpness * (score - top)))
    const total = parts.reduce((sum, part) => sum + part, 0)
    const row = heldOut.label[i] * nClasses
    parts.forEach((part, c) => {
      mean[row + c] += part / total
    })
    count[heldOut.label[i]]++
  }
  for (let a = 0; a < nClasses; a++) for (let c = 0; c < nClasses; c++) mean[a * nClasses + c] /= count[a] || 1
  return mean
}

/** Average linkage; ties are joined in order of the nodes. */
export function joinByAverage(distance: Float64Array, n: number): StyleMap['joins'] {
  const nodes = Array.from({ length: n }, (_, i) => ({ node: i, members: [i] }))
  const joins: StyleMap['joins'] = []
  const between = (a: number[], b: number[]): number => {
    let sum = 0
    for (const i of a) for (const j of b) sum += distance[i * n + j]
    return sum / (a.length * b.length)
  }
  while (nodes.length > 1) {
    let best = { a: 0, b: 1, height: Infinity }
    for (let a = 0; a < nodes.length; a++) {
      for (let b = a + 1; b < nodes.length; b++) {
        const height = between(nodes[a].members, nodes[b].members)
        if (height < best.height) best = { a, b, height }
      }
    }
    const [left, right] = [nodes[best.a], nodes[best.b]]
    joins.push({ left: left.node, right: right.node, height: best.height })
    nodes.splice(best.b, 1)
    nodes[best.a] = { node: n + joins.length - 1, members: [...left.members, ...right.members] }
  }
  return joins
}

const rowHeight = 20
const treeWidth = 360
const labelWidth = 300
const margin = 16
const axisHeight = 32

/** Text that cannot leave its place in an SVG, whatever it holds. */
function escapeXml(text: string): string {
  const printable = text.replace(
    /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ud800-\udfff\ufffe\uffff]/g,
    '\ufffd',
  )
  return printable.replace(/[&<>"']/g, mark => `&#${mark.charCodeAt(0)};`)
}

/**
 * Draws the tree as a self-contained SVG with a title and a description that says the same in words.
 *
 * @param title in plain text
 */
export function drawTree(map: StyleMap, title: string): string {
  const n = map.names.length
  const order = leafOrder(map)
  const height = order.length * rowHeight + 2 * margin + axisHeight
  const width = treeWidth + labelWidth + 2 * margin
  const furthest = Math.max(1e-9, ...map.joins.map(join => join.height))
  const x = (h: number): number => round(margin + treeWidth * (1 - h / furthest))
  const place = new Map<number, { x: number; y: number }>()
  order.forEach((leaf, row) => {
    place.set(leaf, { x: x(0), y: margin + row * rowHeight + rowHeight / 2 })
  })
  const lines: string[] = []
  map.joins.forEach(({ left, right, height: h }, i) => {
    const a = place.get(left) as { x: number; y: number }
    const b = place.get(right) as { x: number; y: number }
    lines.push(`M${a.x} ${round(a.y)}H${x(h)}V${round(b.y)}H${b.x}`)
    place.set(n + i, { x: x(h), y: (a.y + b.y) / 2 })
  })
  const labels = order.map(leaf => {
    const at = place.get(leaf) as { x: number; y: number }
    return `<text x="${at.x + 8}" y="${at.y + 4}">${escapeXml(map.names[leaf])}</text>`
  })
  const axisY = height - axisHeight + 4
  const axis = [0, 0.5, 1].map(part => {
    const at = x(part * furthest)
    return `<text x="${at}" y="${axisY + 16}" text-anchor="middle">${(part * furthest).toFixed(2)}</text>`
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="t d" font-family="sans-serif" font-size="12">`,
    `<title id="t">${escapeXml(title)}</title><desc id="d">${escapeXml(describe(map))}</desc>`,
    `<path d="${lines.join('')}M${x(furthest)} ${axisY}H${x(0)}" fill="none" stroke="currentColor"/>`,
    `<g fill="currentColor">${labels.join('')}${axis.join('')}</g></svg>`,
  ].join('\n')
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

function leafOrder({ names, joins }: StyleMap): number[] {
  const leaves = (node: number): number[] =>
    node < names.length
      ? [node]
      : [...leaves(joins[node - names.length].left), ...leaves(joins[node - names.length].right)]
  return joins.length === 0 ? [...names.keys()] : leaves(names.length + joins.length - 1)
}

/** The joins in words, nearest first. */
function describe({ names, joins }: StyleMap): string {
  const named = (node: number): string =>
    node < names.length
      ? names[node]
      : `(${named(joins[node - names.length].left)}, ${named(joins[node - names.length].right)})`
  return joins.map(join => `${named(join.left)} and ${named(join.right)} join at ${join.height.toFixed(2)}`).join('; ')
}
