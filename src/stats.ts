/**
 * Ground floor: pure statistics. Numbers in → intervals, tests, calibrations and seeded random numbers out.
 *
 * Nothing here knows what is counted. Intervals say how they were made (Clopper–Pearson 1934, Wilson 1927);
 * tails are exact, kept in logarithms so that a tiny p-value does not become 0. A count that is not a whole
 * number in range is a defect of the caller and throws a RangeError.
 */

/** A confidence interval, `low ≤ high`. */
export interface Interval {
  low: number
  high: number
}

/** Seeded source of random numbers; equal seeds give equal sequences on every machine. */
export interface Random {
  /** uniform in [0, 1), 32 bits of it */
  next(): number
  /** uniform whole number in [0, n) */
  integer(n: number): number
  /** standard normal */
  normal(): number
  /** permutes the array in place (Fisher–Yates) and returns it */
  shuffle<T extends { [index: number]: unknown; length: number }>(array: T): T
}

/**
 * Seeded generator: xoshiro128** (Blackman and Vigna 2018), its state filled by splitmix32.
 * Not for secrets.
 *
 * @param seed any number; its low 32 bits count
 */
export function createRandom(seed: number): Random {
  let mix = seed | 0
  const split = (): number => {
    mix = (mix + 0x9e3779b9) | 0
    let z = mix
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b)
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35)
    return (z ^ (z >>> 16)) >>> 0
  }
  let a = split()
  let b = split()
  let c = split()
  let d = split()
  const bits = (): number => {
    const x = Math.imul(b, 5)
    const result = Math.imul((x << 7) | (x >>> 25), 9) >>> 0
    const t = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= t
    d = (d << 11) | (d >>> 21)
    return result
  }
  const next = (): number => bits() / 4294967296
  const integer = (n: number): number => Math.floor(next() * n)
  return {
    next,
    integer,
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    shuffle: array => {
      for (let i = array.length - 1; i > 0; i--) {
        const j = integer(i + 1)
        const held = array[i]
        array[i] = array[j]
        array[j] = held
      }
      return array
    },
  }
}

/** Lanczos coefficients for g = 7, n = 9 (Godfrey 2001); relative error below 1e-14 for x > 0. */
const lanczos = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
]

/**
 * Natural logarithm of the gamma function.
 *
 * @param x greater than 0
 */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x)
  let sum = lanczos[0]
  for (let i = 1; i < lanczos.length; i++) sum += lanczos[i] / (x - 1 + i)
  const t = x + 6.5
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum)
}

/** Continued fraction of the incomplete beta function by Lentz's method (Numerical Recipes §6.4). */
function betaFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300
  const guard = (v: number): number => (Math.abs(v) < tiny ? tiny : v)
  let c = 1
  let d = 1 / guard(1 - ((a + b) * x) / (a + 1))
  let h = d
  // the fraction converges in O(sqrt(max(a, b))) steps on the side of the mean where it is used
  for (let m = 1; m <= 20_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / guard(1 + even * d)
    c = guard(1 + even / c)
    h *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / guard(1 + odd * d)
    c = guard(1 + odd / c)
    h *= d * c
    if (Math.abs(d * c - 1) < 1e-15) break
  }
  return h
}

/**
 * Natural logarithm of the regularised incomplete beta function I_x(a, b).
 * Logarithmic, because the tails of interest underflow.
 *
 * @param x in [0, 1]
 * @param a greater than 0
 * @param b greater than 0
 */
export function logBeta(x: number, a: number, b: number): number {
  if (x <= 0) return Number.NEGATIVE_INFINITY
  if (x >= 1) return 0
  const front = logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)
  if (x < (a + 1) / (a + b + 2)) return Math.min(0, front + Math.log(betaFraction(x, a, b) / a))
  return Math.log1p(-Math.min(1, (Math.exp(front) * betaFraction(1 - x, b, a)) / b))
}

function checkCounts(k: number, n: number): void {
  if (!Number.isInteger(k) || !Number.isInteger(n) || k < 0 || k > n) {
    throw new RangeError(`expected whole numbers with 0 <= k <= n, got k ${k}, n ${n}`)
  }
}

/**
 * Natural logarithm of the exact upper tail P(X ≥ k), X binomial(n, p).
 *
 * @throws RangeError if not 0 ≤ k ≤ n, whole
 */
export function logBinomialTail(k: number, n: number, p: number): number {
  checkCounts(k, n)
  return k === 0 ? 0 : logBeta(p, k, n - k + 1)
}

/**
 * Exact upper tail P(X ≥ k), X binomial(n, p): the one-sided p-value of k or more successes.
 * Below 1e-308 it is 0; use {@link logBinomialTail} there.
 *
 * @throws RangeError if not 0 ≤ k ≤ n, whole
 */
export function binomialTail(k: number, n: number, p: number): number {
  return Math.exp(logBinomialTail(k, n, p))
}

/** The x at which I_x(a, b) reaches `probability`, by bisection to 2⁻⁶⁰. */
function betaQuantile(probability: number, a: number, b: number): number {
  const target = Math.log(probability)
  let low = 0
  let high = 1
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2
    if (logBeta(middle, a, b) < target) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/**
 * Exact (Clopper–Pearson) interval for a binomial share. With k = 0 or k = n the closed side is exact and
 * the other still spends only half of the error, as is usual: 0 of n gives 1 − (α/2)^(1/n).
 *
 * @param k successes
 * @param n trials; 0 gives [0, 1]
 * @param level confidence, e.g. 0.95
 * @throws RangeError if not 0 ≤ k ≤ n, whole
 */
export function clopperPearson(k: number, n: number, level: number): Interval {
  checkCounts(k, n)
  const half = (1 - level) / 2
  return {
    low: k === 0 ? 0 : betaQuantile(half, k, n - k + 1),
    high: k === n ? 1 : betaQuantile(1 - half, k + 1, n - k),
  }
}

/**
 * Wilson's score interval for a binomial share: narrower than Clopper–Pearson, right on average only.
 *
 * @param k successes
 * @param n trials; 0 gives [0, 1]
 * @param level confidence, e.g. 0.95
 * @throws RangeError if not 0 ≤ k ≤ n, whole
 */
export function wilson(k: number, n: number, level: number): Interval {
  checkCounts(k, n)
  if (n === 0) return { low: 0, high: 1 }
  const z = normalQuantile(1 - (1 - level) / 2)
  const share = k / n
  const centre = (share + (z * z) / (2 * n)) / (1 + (z * z) / n)
  const half = (z / (1 + (z * z) / n)) * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n))
  return { low: k === 0 ? 0 : centre - half, high: k === n ? 1 : centre + half }
}

/** Coefficients of Acklam's rational approximation to the normal quantile (2003). */
const acklam = {
  a: [
    -3.969683028665376e1, 2.209460984245205e2, -2.759285104469687e2, 1.38357751867269e2, -3.066479806614716e1,
    2.506628277459239,
  ],
  b: [-5.447609879822406e1, 1.615858368580409e2, -1.556989798598866e2, 6.680131188771972e1, -1.328068155288572e1],
  c: [
    -7.784894002430293e-3, -3.223964580411365e-1, -2.400758277161838, -2.549732539343734, 4.374664141464968,
    2.938163982698783,
  ],
  d: [7.784695709041462e-3, 3.224671290700398e-1, 2.445134137142996, 3.754408661907416],
}

/**
 * Quantile of Student's t distribution by the expansion of Cornish and Fisher (Abramowitz and Stegun 26.7.5);
 * for probabilities of 0.95–0.99 within 1.5 % from 4 degrees of freedom on.
 *
 * @param probability in (0, 1)
 * @param freedom degrees of freedom, at least 3
 */
export function studentQuantile(probability: number, freedom: number): number {
  const z = normalQuantile(probability)
  const first = (z ** 3 + z) / 4
  const second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96
  const third = (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384
  return z + first / freedom + second / freedom ** 2 + third / freedom ** 3
}

function polynomial(coefficients: number[], x: number): number {
  let sum = 0
  for (const coefficient of coefficients) sum = sum * x + coefficient
  return sum
}

/**
 * Quantile of the standard normal distribution (Acklam); relative error below 1.2e-9.
 *
 * @param probability in (0, 1)
 */
export function normalQuantile(probability: number): number {
  const { a, b, c, d } = acklam
  if (probability > 0.5) return -normalQuantile(1 - probability)
  if (probability < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(probability))
    return polynomial(c, q) / (polynomial(d, q) * q + 1)
  }
  const q = probability - 0.5
  return (polynomial(a, q * q) * q) / (polynomial(b, q * q) * q * q + 1)
}

/**
 * Logistic regression by Newton's method with a slight ridge; finite also where the sides separate.
 *
 * @param rows row-major, `nColumns` numbers each; include a column of ones if an intercept is wanted
 * @param positive 1 for the rows of the first side, 0 for the others
 * @param weight of each row, greater than or equal to 0
 * @param ridge penalty ½·ridge·|b|²; weights that sum to about 1 want about 1e-3
 * @returns coefficients such that Σ b·x estimates the log odds under the weights given
 */
export function fitLogistic(
  rows: Float64Array,
  nColumns: number,
  positive: Uint8Array,
  weight: Float64Array,
  ridge: number,
): Float64Array {
  const b = new Float64Array(nColumns)
  const next = new Float64Array(nColumns)
  const lossAt = (at: Float64Array): number => logisticLoss(rows, at, positive, weight, ridge)
  let loss = lossAt(b)
  for (let step = 0; step < 100; step++) {
    const change = newtonStep(rows, b, positive, weight, ridge)
    const largest = change.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
    // a bounded step, halved until it gains, keeps Newton from leaping to and fro where the sides separate
    let scale = Math.min(1, 4 / largest)
    let reached = Infinity
    for (let half = 0; half < 30; half++, scale /= 2) {
      for (let k = 0; k < nColumns; k++) next[k] = b[k] + scale * change[k]
      reached = lossAt(next)
      if (reached <= loss) break
    }
    if (!(reached <= loss)) break
    const gained = loss - reached
    b.set(next)
    loss = reached
    if (largest < 1e-9 || gained < 1e-14 * Math.max(1, loss)) break
  }
  return b
}

/** Weighted logistic loss with its ridge. */
function logisticLoss(
  rows: Float64Array,
  b: Float64Array,
  positive: Uint8Array,
  weight: Float64Array,
  ridge: number,
): number {
  const nColumns = b.length
  let loss = 0
  for (let k = 0; k < nColumns; k++) loss += (ridge * b[k] * b[k]) / 2
  for (let i = 0, at = 0; i < positive.length; i++, at += nColumns) {
    let z = 0
    for (let k = 0; k < nColumns; k++) z += b[k] * rows[at + k]
    const margin = positive[i] === 1 ? z : -z
    loss += weight[i] * (margin > 0 ? Math.log1p(Math.exp(-margin)) : Math.log1p(Math.exp(margin)) - margin)
  }
  return loss
}

/** Newton's step from `b`: the curvature's inverse times the gradient. */
function newtonStep(
  rows: Float64Array,
  b: Float64Array,
  positive: Uint8Array,
  weight: Float64Array,
  ridge: number,
): Float64Array {
  const nColumns = b.length
  const gradient = new Float64Array(nColumns)
  const curvature = Array.from({ length: nColumns }, () => new Float64Array(nColumns))
  for (let i = 0, at = 0; i < positive.length; i++, at += nColumns) {
    let z = 0
    for (let k = 0; k < nColumns; k++) z += b[k] * rows[at + k]
    const p = sigmoid(z)
    const error = weight[i] * (positive[i] - p)
    const slope = weight[i] * p * (1 - p)
    for (let k = 0; k < nColumns; k++) {
      gradient[k] += error * rows[at + k]
      for (let l = 0; l <= k; l++) curvature[k][l] += slope * rows[at + k] * rows[at + l]
    }
  }
  for (let k = 0; k < nColumns; k++) {
    for (let l = 0; l < k; l++) curvature[l][k] = curvature[k][l]
    curvature[k][k] += ridge
    gradient[k] -= ridge * b[k]
  }
  return solveLinear(curvature, gradient)
}

/** 1 / (1 + e⁻ˣ). */
export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x))
}

/**
 * Solves a symmetric positive definite system by Gaussian elimination; the arguments are used up.
 *
 * @param matrix row by row
 */
export function solveLinear(matrix: Float64Array[], right: Float64Array): Float64Array {
  const n = right.length
  for (let k = 0; k < n; k++) {
    for (let l = k + 1; l < n; l++) {
      const factor = matrix[l][k] / matrix[k][k]
      if (factor === 0) continue
      for (let q = k; q < n; q++) matrix[l][q] -= factor * matrix[k][q]
      right[l] -= factor * right[k]
    }
  }
  for (let k = n - 1; k >= 0; k--) {
    for (let q = k + 1; q < n; q++) right[k] -= matrix[k][q] * right[q]
    right[k] /= matrix[k][k]
  }
  return right
}

/** Inverse of a symmetric positive definite matrix, row by row. */
export function invertMatrix(matrix: readonly Float64Array[]): Float64Array[] {
  return matrix.map((row, k) => {
    const unit = new Float64Array(row.length)
    unit[k] = 1
    return solveLinear(
      matrix.map(copied => copied.slice()),
      unit,
    )
  })
}

/**
 * Quantile by linear interpolation between order statistics (type 7 of Hyndman and Fan 1996).
 *
 * @param sorted ascending, at least one number
 * @param probability 0–1
 */
export function quantile(sorted: ArrayLike<number>, probability: number): number {
  const at = probability * (sorted.length - 1)
  const below = Math.floor(at)
  const above = Math.min(sorted.length - 1, below + 1)
  return sorted[below] + (at - below) * (sorted[above] - sorted[below])
}
