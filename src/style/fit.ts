/**
 * Style: does a corpus look like a mixture of what the profile knows? Class scores → mixture and p-value.
 *
 * Each text becomes a vector of moments of its class scores. The corpus mean is fitted by a convex combination
 * of the components' means under the Mahalanobis distance within components; the distance that is left is
 * compared with that of simulated corpora (prompt groups drawn anew on both sides). A small p-value means that the
 * background is of a kind never seen; then no share computed from it is worth printing.
 */
import { invertMatrix, type Random } from '../stats.ts'

/** Score vectors of texts with their clusters; `weight` says how much a text counts within its component. */
export interface ScoreSample {
  n: number
  nClasses: number
  /** `nClasses` for each text */
  scores: Float64Array
  group: Int32Array
  component: Uint16Array
  weight: Float64Array
}

/** What the fit says. */
export interface MixtureFit {
  /** share of each component, summing to 1 */
  shares: Float64Array
  /** share of simulated corpora that fit as badly or worse */
  pValue: number
  /** squared distances left by the simulated corpora, ascending: how far off such a corpus may be unnoticed */
  simulated: Float64Array
}

/** Sharpness of the soft assignment to classes; scores lie between about −1.5 and 0.5. */
const sharpness = 6
const nTopBins = 6

/** Turns class scores into moment vectors; the bins of the top score come from the reference. */
class Moments {
  readonly size: number
  private readonly nClasses: number
  private readonly edges: number[] = []

  constructor(reference: ScoreSample) {
    this.nClasses = reference.nClasses
    this.size = 2 * reference.nClasses + nTopBins + 4
    const tops = Float64Array.from({ length: reference.n }, (_, i) =>
      Math.max(...reference.scores.subarray(i * this.nClasses, (i + 1) * this.nClasses)),
    ).sort()
    for (let b = 1; b < nTopBins; b++) this.edges.push(tops[Math.floor((tops.length * b) / nTopBins)])
  }

  /** Moment vectors of all texts, row by row. */
  compute(sample: ScoreSample): Float64Array {
    const rows = new Float64Array(sample.n * this.size)
    for (let i = 0; i < sample.n; i++) this.write(sample.scores, i * this.nClasses, rows, i * this.size)
    return rows
  }

  private write(scores: Float64Array, from: number, rows: Float64Array, at: number): void {
    const { nClasses } = this
    let top = -Infinity
    let second = -Infinity
    let sum = 0
    for (let c = 0; c < nClasses; c++) {
      const score = scores[from + c]
      sum += score
      if (score > top) {
        second = top
        top = score
      } else if (score > second) second = score
    }
    let total = 0
    for (let c = 0; c < nClasses; c++) total += Math.exp(sharpness * (scores[from + c] - top))
    for (let c = 0; c < nClasses; c++) {
      rows[at + c] = Math.exp(sharpness * (scores[from + c] - top)) / total
      rows[at + nClasses + c] = Math.max(-1.5, scores[from + c])
    }
    let bin = 0
    while (bin < this.edges.length && top > this.edges[bin]) bin++
    const rest = at + 2 * nClasses
    rows[rest + bin] = 1
    rows[rest + nTopBins] = top - second
    rows[rest + nTopBins + 1] = (top - second) ** 2
    rows[rest + nTopBins + 2] = top * top
    rows[rest + nTopBins + 3] = sum / nClasses
  }
}

/** Moments of a reference, added up so that its means are quickly had from any draw of its groups. */
class ComponentSums {
  readonly size: number
  readonly nGroups: number
  readonly rows: Float64Array
  /** group of each text, numbered from 0 */
  readonly groupOf: Uint32Array
  private readonly nComponents: number
  private readonly weight: Float64Array
  private readonly sums: Float64Array

  constructor(sample: ScoreSample, moments: Moments, nComponents: number) {
    const groups = numberGroups(sample.group)
    this.size = moments.size
    this.nGroups = groups.n
    this.groupOf = groups.of
    this.nComponents = nComponents
    this.rows = moments.compute(sample)
    this.weight = new Float64Array(groups.n * nComponents)
    this.sums = new Float64Array(groups.n * nComponents * this.size)
    for (let i = 0; i < sample.n; i++) {
      const cell = groups.of[i] * nComponents + sample.component[i]
      const weight = sample.weight[i]
      this.weight[cell] += weight
      for (let d = 0; d < this.size; d++) this.sums[cell * this.size + d] += weight * this.rows[i * this.size + d]
    }
  }

  /** Weighted means of the components' moments, each group taken `times`; null: once. */
  means(times: ArrayLike<number> | null): Float64Array[] {
    const { size, nComponents } = this
    const means = Array.from({ length: nComponents }, () => new Float64Array(size))
    const total = new Float64Array(nComponents)
    for (let g = 0; g < this.nGroups; g++) {
      const taken = times === null ? 1 : times[g]
      if (taken === 0) continue
      for (let c = 0; c < nComponents; c++) {
        const cell = g * nComponents + c
        if (this.weight[cell] === 0) continue
        const mean = means[c]
        total[c] += taken * this.weight[cell]
        for (let d = 0, at = cell * size; d < size; d++) mean[d] += taken * this.sums[at + d]
      }
    }
    means.forEach((mean, c) => {
      for (let d = 0; d < size; d++) mean[d] /= total[c] || 1
    })
    return means
  }
}

/** Inverse of the covariance within components, with a slight ridge. */
function invertCovariance(
  reference: ScoreSample,
  { rows, size }: ComponentSums,
  means: Float64Array[],
): Float64Array[] {
  const sums = new Float64Array(size * size)
  const off = new Float64Array(size)
  let total = 0
  for (let i = 0; i < reference.n; i++) {
    const weight = reference.weight[i]
    const mean = means[reference.component[i]]
    for (let d = 0; d < size; d++) off[d] = rows[i * size + d] - mean[d]
    for (let d = 0; d < size; d++) {
      const weighted = weight * off[d]
      for (let e = 0, at = d * size; e <= d; e++) sums[at + e] += weighted * off[e]
    }
    total += weight
  }
  const covariance = Array.from({ length: size }, (_, d) =>
    Float64Array.from({ length: size }, (_, e) => sums[Math.max(d, e) * size + Math.min(d, e)] / total),
  )
  for (let d = 0; d < size; d++) covariance[d][d] = covariance[d][d] * 1.02 + 1e-6
  return invertMatrix(covariance)
}

/**
 * Convex combination of the means that is nearest to the target, by moving share between the worst pair until
 * none gains (sequential minimal optimisation), and the squared distance left.
 */
function fitSimplex(
  means: Float64Array[],
  inverse: Float64Array[],
  target: Float64Array,
): { shares: Float64Array; distance: number } {
  const n = means.length
  const through = means.map(mean => inverse.map(row => product(row, mean)))
  const matrix = through.map(t => means.map(mean => product(t, mean)))
  const shares = new Float64Array(n).fill(1 / n)
  const gradient = Float64Array.from(through, (t, c) => product(matrix[c], shares) - product(t, target))
  for (let step = 0; step < 1000; step++) {
    let up = 0
    let down = -1
    for (let c = 0; c < n; c++) {
      if (gradient[c] < gradient[up]) up = c
      if (shares[c] > 0 && (down < 0 || gradient[c] > gradient[down])) down = c
    }
    const gain = gradient[down] - gradient[up]
    if (gain < 1e-9) break
    const curvature = Math.max(1e-12, matrix[up][up] + matrix[down][down] - 2 * matrix[up][down])
    const moved = Math.min(shares[down], gain / curvature)
    shares[up] += moved
    shares[down] -= moved
    for (let c = 0; c < n; c++) gradient[c] += moved * (matrix[c][up] - matrix[c][down])
  }
  const rest = target.slice()
  for (let c = 0; c < n; c++) for (let d = 0; d < rest.length; d++) rest[d] -= shares[c] * means[c][d]
  return {
    shares,
    distance: product(
      inverse.map(row => product(row, rest)),
      rest,
    ),
  }
}

function product(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i]
  return sum
}

/** How often each group is drawn when `nDraws` groups are drawn with replacement. */
export function drawGroups(nGroups: number, nDraws: number, random: Random): Uint16Array {
  const times = new Uint16Array(nGroups)
  for (let i = 0; i < nDraws; i++) times[random.integer(nGroups)]++
  return times
}

/** Numbers groups 0, 1, 2 … in order of appearance. */
export function numberGroups(group: ArrayLike<number>): { of: Uint32Array; n: number } {
  const number = new Map<number, number>()
  const of = Uint32Array.from({ length: group.length }, (_, i) => {
    const known = number.get(group[i])
    if (known !== undefined) return known
    number.set(group[i], number.size)
    return number.size - 1
  })
  return { of, n: number.size }
}

/**
 * Fits a corpus by the components of a reference and says how probable so bad a fit is if it were such a mixture.
 *
 * @param bag the corpus; its component and weight do not count
 * @param nSimulations corpora simulated for the p-value
 */
export function fitMixture(
  reference: ScoreSample,
  bag: ScoreSample,
  nComponents: number,
  nSimulations: number,
  random: Random,
): MixtureFit {
  const moments = new Moments(reference)
  const { size } = moments
  const sums = new ComponentSums(reference, moments, nComponents)
  const means = sums.means(null)
  const inverse = invertCovariance(reference, sums, means)
  const target = new Float64Array(size)
  const bagRows = moments.compute(bag)
  for (let i = 0; i < bag.n; i++) for (let d = 0; d < size; d++) target[d] += bagRows[i * size + d] / bag.n
  const { shares, distance } = fitSimplex(means, inverse, target)
  const nBagGroups = numberGroups(bag.group).n
  const draw = new CorpusDraw(reference, sums, nComponents)
  const simulated = new Float64Array(nSimulations)
  for (let s = 0; s < nSimulations; s++) {
    const drawn = sums.means(drawGroups(sums.nGroups, sums.nGroups, random))
    const mean = draw.mean(shares, bag.n, drawGroups(sums.nGroups, nBagGroups, random), random)
    simulated[s] = fitSimplex(drawn, inverse, mean).distance
  }
  const worse = simulated.reduce((sum, other) => sum + (other >= distance ? 1 : 0), 0)
  return { shares, pValue: (1 + worse) / (1 + nSimulations), simulated: simulated.sort() }
}

/**
 * Squared distance of each class's mean from the nearest mixture of a reference's components.
 *
 * @param classes the same texts, or some of them, with their class as component
 */
export function measureDistances(
  reference: ScoreSample,
  nComponents: number,
  classes: ScoreSample,
  nClasses: number,
): Float64Array {
  const moments = new Moments(reference)
  const sums = new ComponentSums(reference, moments, nComponents)
  const means = sums.means(null)
  const inverse = invertCovariance(reference, sums, means)
  const ofClass = new ComponentSums(classes, moments, nClasses).means(null)
  return Float64Array.from(ofClass, mean => fitSimplex(means, inverse, mean).distance)
}

/** Draws simulated corpora from the components of a reference. */
class CorpusDraw {
  private readonly reference: ScoreSample
  private readonly sums: ComponentSums
  /** texts of each component, and their running weights in the corpus that is drawn */
  private readonly members: Uint32Array[]
  private readonly upTo: Float64Array[]

  constructor(reference: ScoreSample, sums: ComponentSums, nComponents: number) {
    this.reference = reference
    this.sums = sums
    const all = Uint32Array.from({ length: reference.n }, (_, i) => i)
    this.members = Array.from({ length: nComponents }, (_, c) => all.filter(i => reference.component[i] === c))
    this.upTo = this.members.map(members => new Float64Array(members.length))
  }

  /** Mean moments of a corpus of `n` texts by the shares of the components, each group taken `times`. */
  mean(shares: Float64Array, n: number, times: ArrayLike<number>, random: Random): Float64Array {
    const { members, upTo } = this
    const { rows, size, groupOf } = this.sums
    const totals = members.map((list, c) => {
      let total = 0
      for (let m = 0; m < list.length; m++) {
        total += this.reference.weight[list[m]] * times[groupOf[list[m]]]
        upTo[c][m] = total
      }
      return total
    })
    const mean = new Float64Array(size)
    let left = n
    for (let drawn = 0; left > 0 && drawn < 4 * n; drawn++) {
      let u = random.next()
      let c = 0
      while (c < shares.length - 1 && u >= shares[c]) u -= shares[c++]
      if (totals[c] === 0) continue
      left--
      const at = members[c][findUpTo(upTo[c], random.next() * totals[c])] * size
      for (let d = 0; d < size; d++) mean[d] += rows[at + d] / n
    }
    return mean
  }
}

/** First position whose running sum exceeds `x`. */
function findUpTo(upTo: Float64Array, x: number): number {
  let low = 0
  let high = upTo.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if (upTo[middle] > x) high = middle
    else low = middle + 1
  }
  return low
}
