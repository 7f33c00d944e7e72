/**
 * weigh: can a claim still reach a class, whatever its competitors turn out to be? Most claims cannot, and finding
 * competitors is the dearest step. The answer is never "no" where the rule would say a class.
 */
import type { Measures } from './measures.ts'
import { type Context, chooseFit, isWholeCopy, judgeContext, listDemands, marginBits, rule } from './rule.ts'

/**
 * Can a claim reach class C or better?
 *
 * A competitor more never adds points, for each feature speaks one way: those that are known bound the score. With the number
 * of peers a feature moves one way too, so the larger of its points with none and with any number bounds it.
 *
 * @param measures those of the claim with the competitors that are known so far; the others, and the peers, count as 0
 * @param hasBackground was there any background?
 */
export function mayReachClass(measures: Measures, hasBackground: boolean): boolean {
  if (isWholeCopy(measures)) return true
  const few = { ...measures, peers: 0 }
  const many = { ...measures, peers: Infinity }
  const contexts = new Set([judgeContext(few, hasBackground), judgeContext(many, hasBackground)])
  return [...contexts].some(context => listDemands(context).every(demand => mayReach(few, many, demand)))
}

/** May the claim meet what one context demands of class C, with no peers or with any number? */
function mayReach(few: Measures, many: Measures, context: Context): boolean {
  const least = rule.thresholds[context].C
  if (few.distinctive < least.distinctiveTokens || marginBits(few) < least.marginBits) return false
  const { intercept, describe, points } = chooseFit(context)
  const withMany = describe(many)
  let most = intercept
  for (const [name, value] of Object.entries(describe(few)))
    most += Math.max(points(name, value), points(name, withMany[name]))
  return most >= least.score
}
