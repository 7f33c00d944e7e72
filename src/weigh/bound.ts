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
  const context = judgeContext(measures, hasBackground, 0)
  if (mayMeet(measures, context)) return true
  const other = judgeContext(measures, hasBackground, Infinity)
  return other !== context && mayMeet(measures, other)
}

/** May the claim meet all that a context demands of class C? */
function mayMeet(measures: Measures, context: Context): boolean {
  return listDemands(context).every(demand => mayReach(measures, demand))
}

/** May it meet one of the demands, with no peers or with any number? */
function mayReach(measures: Measures, context: Context): boolean {
  const least = rule.thresholds[context].C
  if (measures.distinctive < least.distinctiveTokens || marginBits(measures) < least.marginBits) return false
  const { intercept, describe, points } = chooseFit(context)
  const few = describe(measures, 0)
  const many = describe(measures, Infinity)
  let most = intercept
  for (const name in few) {
    const value = points(name, few[name])
    // nearly all features say nothing of peers
    most += few[name] === many[name] ? value : Math.max(value, points(name, many[name]))
  }
  return most >= least.score
}
