/**
 * weigh: can a claim still reach a class, whatever its competitors turn out to be? Most claims cannot, and finding
 * competitors is the dearest step. Branch and bound: the answer is never "no" where the rule would say a class.
 */
import type { Measures } from './measures.ts'
import {
  type Context,
  chooseCompetitorWeight,
  chooseFit,
  isWholeCopy,
  judgeContext,
  listDemands,
  marginBits,
  rule,
} from './rule.ts'

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
  return listContexts(measures, hasBackground).some(context => mayReach(measures, context))
}

/** The contexts in which the claim may be judged. */
function listContexts(measures: Measures, hasBackground: boolean): Context[] {
  const few = judgeContext({ ...measures, peers: 0 }, hasBackground)
  const many = judgeContext({ ...measures, peers: Infinity }, hasBackground)
  return few === many ? [few] : [few, many]
}

/** May the claim reach class C in a context, at some margin that its competitors may leave it? */
function mayReach(measures: Measures, context: Context): boolean {
  const demands = listDemands(context)
  const least = rule.thresholds[context].C
  const greatestMargin = marginBits(measures)
  if (greatestMargin < least.marginBits || measures.distinctive < least.distinctiveTokens) return false
  const weight = chooseCompetitorWeight(measures)
  let last: Corners[] | undefined
  for (let i = 0; i <= nPieces; i++) {
    const margin = least.marginBits * (greatestMargin / least.marginBits) ** (i / nPieces)
    const next = demands.map(demand => boundFeatures(measures, demand, (measures.score - margin) / weight))
    if (last?.every((corners, d) => boundScore(demands[d], corners, next[d]) >= rule.thresholds[demands[d]].C.score))
      return true
    last = next
  }
  return false
}

/** Largest points of each feature, with no peers and with any number. */
type Corners = number[]

function boundFeatures(measures: Measures, context: Context, competitor: number): Corners {
  const { points, describe } = chooseFit(context)
  const few = describe({ ...measures, background: competitor, peers: 0 })
  const many = describe({ ...measures, background: competitor, peers: Infinity })
  return Object.keys(few).map(name => Math.max(points(name, few[name]), points(name, many[name])))
}

function boundScore(context: Context, a: Corners, b: Corners): number {
  return a.reduce((sum, value, i) => sum + Math.max(value, b[i]), chooseFit(context).intercept)
}
