/**
 * Style: a profile → how far apart the styles of its classes are → a tree.
 *
 * Distance is the Hellinger distance of mean class probabilities, so that models which are taken for one another
 * lie close. The tree is built by average linkage (UPGMA, Sokal and Michener 1958); it shows likeness, not descent.
 */
import { fuseHeldOut, readingOf } from './calibrate.ts'
import type { Profile } from './profile.ts'

/** A set of named styles and their distances. */
export interface StyleMap {
  names: string[]
  /** `names.length` squared, symmetric, zero on the diagonal, 0–1 */
  distance: Float64Array
  /** joins of the tree in order; nodes 0 … n−1 are the names, n + i is the i-th join */
  joins: { left: number; right: number; height: number }[]
}

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
function meanProbabilities(profile: Profile): Float64Array {
  const { heldOut, classes } = profile
  const nClasses = classes.length
  const reading = readingOf(profile)
  const mean = new Float64Array(nClasses * nClasses)
  const count = new Float64Array(nClasses)
  for (let i = 0; i < heldOut.n; i++) {
    if (heldOut.cut[i] !== 0) continue
    const row = heldOut.label[i] * nClasses
    fuseHeldOut(reading, i).forEach((log, c) => {
      mean[row + c] += Math.exp(log)
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
