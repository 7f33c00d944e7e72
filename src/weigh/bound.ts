/**
 * weigh: can a claim still reach a class, whatever its competitors turn out to be? Most claims cannot, and finding
 * competitors is the dearest step. Branch and bound: the answer is never "no" where the rule would say a class.
 */
import type { Measures } from './measures.ts'
import { describeFeatures, isWholeCopy, rule } from './rule.ts'

/** Margins between the least and the greatest possible at which the score is bounded; more are tighter and slower. */
const nPieces = 6

/**
 * Can a claim reach class C or better?
 *
 * Over the competitors each feature moves in one direction between two neighbouring margins, and in one direction with
 * the peers, so the larger value of its corners bounds it, and their sum bounds the score.
 *
 * @param alone measures of the claim before competitors are known: they and the peers count as 0
 * @param hasBackground was there any background?
 */
export function mayReachClass(alone: Measures, hasBackground: boolean): boolean {
  if (isWholeCopy(alone)) return true
  const { peers, background, none, code } = rule.thresholds
  const leads = alone.codeShare >= rule.mostlyCode ? [code.C] : hasBackground ? [peers.C, background.C] : [none.C]
  const leastMargin = Math.min(...leads.map(({ marginBits }) => marginBits))
  const leastScore = Math.min(...leads.map(({ score }) => score))
  if (alone.score < leastMargin) return false
  let last: Corners | undefined
  for (let i = 0; i <= nPieces; i++) {
    const margin = leastMargin * (alone.score / leastMargin) ** (i / nPieces)
    const next = boundFeatures(alone, (alone.score - margin) / rule.competitorWeight)
    if (last !== undefined && boundScore(last, next) >= leastScore) return true
    last = next
  }
  return false
}

/** Largest contribution of each feature to the score, with no peers and with any number. */
type Corners = number[]

function boundFeatures(alone: Measures, competitor: number): Corners {
  const measures = { ...alone, background: competitor }
  const few = describeFeatures({ ...measures, peers: 0 })
  const many = describeFeatures({ ...measures, peers: Infinity })
  const weights: Record<string, number> = rule.weights
  return Object.keys(few).map(name => Math.max(weights[name] * few[name], weights[name] * many[name]))
}

function boundScore(a: Corners, b: Corners): number {
  return a.reduce((sum, value, i) => sum + Math.max(value, b[i]), rule.intercept)
}
