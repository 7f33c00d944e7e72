/**
 * weigh: can a claim still reach a class, whatever its competitors turn out to be? Most claims cannot, and finding
 * competitors is the dearest step. Branch and bound: the answer is never "no" where the rule would say a class.
 */
import type { Measures } from './measures.ts'
import { type Context, chooseFit, isWholeCopy, judgeContext, marginBits, rule } from './rule.ts'

/** Margins between the least and the greatest possible at which the score is bounded; more are tighter and slower. */
const nPieces = 6

/**
 * Can a claim reach class C or better?
 *
 * Over the competitors each feature moves in one direction between two neighbouring margins, and in one direction with
 * the peers, so the larger value of its corners bounds it, and their sum bounds the score.
 *
 * @param measures those of the claim with the competitors that are known so far; the others, and the peers, count as 0
 * @param hasBackground was there any background?
 */
export function mayReachClass(measures: Measures, hasBackground: boolean): boolean {
  if (isWholeCopy(measures)) return true
  const leads = listContexts(measures, hasBackground).map(context => rule.thresholds[context].C)
  const leastMargin = Math.min(...leads.map(({ marginBits }) => marginBits))
  const leastScore = Math.min(...leads.map(({ score }) => score))
  const greatestMargin = marginBits(measures)
  if (greatestMargin < leastMargin) return false
  const corners = new CornerMaker(measures)
  const at = (margin: number): Corners => corners.make((measures.score - margin) / rule.competitorWeight)
  const first = at(leastMargin)
  let last = at(greatestMargin)
  if (corners.bound(first, last) < leastScore) return false
  // the greater the margin, the more likely a class
  for (let i = nPieces - 1; i >= 0; i--) {
    const next = i === 0 ? first : at(leastMargin * (greatestMargin / leastMargin) ** (i / nPieces))
    if (corners.bound(last, next) >= leastScore) return true
    last = next
  }
  return false
}

/** The contexts in which the claim may be judged, whatever its peers. */
function listContexts(measures: Measures, hasBackground: boolean): Context[] {
  const trial = { ...measures, peers: 0 }
  const few = judgeContext(trial, hasBackground)
  trial.peers = Infinity
  const many = judgeContext(trial, hasBackground)
  return few === many ? [few] : [few, many]
}

/** Largest contribution of each feature to the score, with no peers and with any number. */
type Corners = number[]

/** Bounds the score of one claim. */
class CornerMaker {
  private readonly fit: ReturnType<typeof chooseFit>
  private readonly trial: Measures
  private readonly weights: number[]

  constructor(measures: Measures) {
    this.fit = chooseFit(measures)
    this.trial = { ...measures }
    this.weights = Object.keys(this.fit.describe(measures)).map(name => this.fit.weights[name])
  }

  /** Corners where the best competitor has so many bits. */
  make(competitor: number): Corners {
    const few = this.describe(competitor, 0)
    const many = this.describe(competitor, Infinity)
    for (let i = 0; i < few.length; i++) few[i] = Math.max(this.weights[i] * few[i], this.weights[i] * many[i])
    return few
  }

  /** Bound on the score between two corners. */
  bound(a: Corners, b: Corners): number {
    let sum = this.fit.intercept
    for (let i = 0; i < a.length; i++) sum += Math.max(a[i], b[i])
    return sum
  }

  private describe(competitor: number, peers: number): number[] {
    this.trial.background = competitor
    this.trial.peers = peers
    return Object.values(this.fit.describe(this.trial))
  }
}
