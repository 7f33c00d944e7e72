/**
 * Bench: labelled points → curves. A logistic regression on ramps: each feature is cut at its knots, and what it adds
 * between two of them is a weight of its own, which may not be negative in the direction in which the feature is to speak. So
 * every curve rises or falls throughout, whatever the data say, and is printed as a row of points.
 */

/** A feature: its knots, rising, and whether it raises the score or lowers it. */
export interface Shape {
  sign: 1 | -1
  knots: readonly number[]
}

/** What the fit is made from. */
export interface Point {
  values: readonly number[]
  isPositive: boolean
  weight: number
}

/** A fit: the score is the intercept and the points of every curve. */
export interface CurveFit {
  intercept: number
  /** `[value, points]`, straight between them and level outside */
  curves: [number, number][][]
}

/** Share of the way through each stretch between knots, 0–1. */
function rampsOf(value: number, { knots }: Shape): number[] {
  return knots.slice(1).map((to, k) => Math.max(0, Math.min(1, (value - knots[k]!) / (to - knots[k]!))))
}

/**
 * Fits by Newton's method; each step is the minimum of the local parabola with no weight below 0 (coordinate descent).
 *
 * @param ridge penalty on weights of ramps brought to spread 1, against a mean loss
 */
export function fitCurves(shapes: readonly Shape[], points: readonly Point[], ridge: number): CurveFit {
  const signs = shapes.flatMap(({ sign, knots }) => knots.slice(1).map(() => sign))
  const width = signs.length + 1
  const rows = new Float64Array(points.length * width)
  for (const [i, { values }] of points.entries()) {
    const ramps = shapes.flatMap((shape, j) => rampsOf(values[j]!, shape))
    for (const [k, ramp] of ramps.entries()) rows[i * width + k] = signs[k]! * ramp
    rows[i * width + width - 1] = 1
  }
  const spread = scaleColumns(rows, width, points.length)
  const total = points.reduce((sum, { weight }) => sum + weight, 0)
  const b = new Float64Array(width)
  for (let step = 0; step < 60; step++) {
    const { gradient, curvature } = expand(rows, width, points, total, b, ridge)
    const change = minimise(gradient, curvature, b)
    let largest = 0
    for (let k = 0; k < width; k++) largest = Math.max(largest, Math.abs(change[k]!))
    const scale = Math.min(1, 2 / largest)
    for (let k = 0; k < width; k++) b[k]! += scale * change[k]!
    if (largest < 1e-5) break
  }
  let at = 0
  const curves = shapes.map(({ sign, knots }) => {
    let sum = 0
    return knots.map((knot, k): [number, number] => {
      if (k > 0) {
        sum += (sign * b[at]!) / spread[at]!
        at++
      }
      return [knot, sum]
    })
  })
  return { intercept: b[width - 1]!, curves }
}

/** Divides the columns by their spread, for the ridge's sake; the last is the intercept. */
function scaleColumns(rows: Float64Array, width: number, n: number): Float64Array {
  const spread = new Float64Array(width).fill(1)
  for (let k = 0; k < width - 1; k++) {
    let sum = 0
    let squares = 0
    for (let i = 0; i < n; i++) {
      sum += rows[i * width + k]!
      squares += rows[i * width + k]! ** 2
    }
    spread[k] = Math.sqrt(Math.max(0, squares / n - (sum / n) ** 2)) + 1e-9
    for (let i = 0; i < n; i++) rows[i * width + k]! /= spread[k]!
  }
  return spread
}

/** Gradient and curvature of the weighted mean loss with its ridge. */
function expand(
  rows: Float64Array,
  width: number,
  points: readonly Point[],
  total: number,
  b: Float64Array,
  ridge: number,
): { gradient: Float64Array; curvature: Float64Array } {
  const gradient = new Float64Array(width)
  const curvature = new Float64Array(width * width)
  const present: number[] = []
  for (const [i, { isPositive, weight }] of points.entries()) {
    const at = i * width
    let z = 0
    present.length = 0
    for (let k = 0; k < width; k++) {
      if (rows[at + k] === 0) continue
      present.push(k)
      z += b[k]! * rows[at + k]!
    }
    const p = 1 / (1 + Math.exp(-z))
    const slope = (weight / total) * (p - (isPositive ? 1 : 0))
    const bend = (weight / total) * Math.max(1e-9, p * (1 - p))
    for (const k of present) {
      gradient[k]! += slope * rows[at + k]!
      const scaled = bend * rows[at + k]!
      for (const m of present) {
        if (m > k) break
        curvature[k * width + m]! += scaled * rows[at + m]!
      }
    }
  }
  for (let k = 0; k < width; k++) {
    for (let m = 0; m < k; m++) curvature[m * width + k] = curvature[k * width + m]!
    if (k === width - 1) continue
    gradient[k]! += ridge * b[k]!
    curvature[k * width + k]! += ridge
  }
  return { gradient, curvature }
}

/** The change that minimises the parabola with no weight below 0 but the last. */
function minimise(gradient: Float64Array, curvature: Float64Array, b: Float64Array): Float64Array {
  const width = b.length
  const change = new Float64Array(width)
  const slope = gradient.slice()
  for (let sweep = 0; sweep < 500; sweep++) {
    let largest = 0
    for (let k = 0; k < width; k++) {
      let step = -slope[k]! / (curvature[k * width + k]! + 1e-12)
      if (k < width - 1) step = Math.max(step, -(b[k]! + change[k]!))
      if (step === 0) continue
      change[k]! += step
      for (let m = 0; m < width; m++) slope[m]! += step * curvature[k * width + m]!
      largest = Math.max(largest, Math.abs(step))
    }
    if (largest < 1e-7) break
  }
  return change
}
