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
  let last: Corners | undefined
  for (let i = 0; i <= nPieces; i++) {
    const margin = (1 + leastMargin) * ((1 + greatestMargin) / (1 + leastMargin)) ** (i / nPieces) - 1
    const next = boundFeatures(measures, (measures.score - margin) / rule.competitorWeight)
    if (last !== undefined && boundScore(measures, last, next) >= leastScore) return true
    last = next
  }
  return false
}

/** The contexts in which the claim may be judged. */
function listContexts(measures: Measures, hasBackground: boolean): Context[] {
  const few = judgeContext({ ...measures, peers: 0 }, hasBackground)
  const many = judgeContext({ ...measures, peers: Infinity }, hasBackground)
  return few === many ? [few] : [few, many]
}

/** Largest contribution of each feature to the score, with no peers and with any number. */
type Corners = number[]

function boundFeatures(measures: Measures, competitor: number): Corners {
  const { weights, describe } = chooseFit(measures)
  const few = describe({ ...measures, background: competitor, peers: 0 })
  const many = describe({ ...measures, background: competitor, peers: Infinity })
  return Object.keys(few).map(name => Math.max(weights[name] * few[name], weights[name] * many[name]))
}

function boundScore(measures: Measures, a: Corners, b: Corners): number {
  return a.reduce((sum, value, i) => sum + Math.max(value, b[i]), chooseFit(measures).intercept)
}
