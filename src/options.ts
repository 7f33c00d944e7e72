/**
 * Ground floor: every tunable and its default, once. Numbers that decide a class live in `weigh/rule.ts`,
 * written by the calibration.
 */

/** Seeds: measured at k 4–5 and w 4–6; about 0.33 seeds a masked token. */
export const sketchDefaults = { k: 4, w: 5 }

/** Limits that keep the work on one document bounded. */
export const matchDefaults = {
  /** postings followed per seed, in order of position; the weight of a seed still counts all of them */
  maxOccurrences: 128,
  /** seeds that must tie a suspect to a reference document before it is chained */
  minSeeds: 2,
  /** bits of its best chain below which a reference document is not aligned: three rare seeds in a row */
  minChainBits: 36,
  /** reference documents chained per suspect document, best seed weight first */
  maxChained: 24,
  /** reference documents aligned per suspect document, best chain first */
  maxAligned: 6,
  /** cells of the largest gap that is aligned token by token */
  maxGapCells: 40_000,
  /** tokens by which an alignment may grow beyond its outermost anchors */
  maxExtensionTokens: 48,
}

/** Options of `scan` and the library's `audit`, with their defaults. */
export const auditDefaults = {
  /** level of every interval printed */
  level: 0.95,
  /** threads; 1 runs in the calling thread */
  threads: 1,
}
