/** The library: the same audit without the command line. */
export { type ErrorCode, PalimpsestError } from './errors.ts'
export type { Redaction } from './evidence/redact.ts'
export type { IndexFacts } from './match/format.ts'
export { openIndex, ReferenceIndex, writeIndex } from './match/reference.ts'
export type { ReadOptions } from './read/corpus.ts'
export { type AuditOptions, type AuditResult, audit, type BasisOptions } from './run/audit.ts'
export {
  type BuildOptions,
  type BuiltIndex,
  buildIndex,
  buildIndexFile,
  mergeIndexFiles,
  type WrittenIndex,
} from './run/build.ts'
export { type Comparison, compareTexts } from './run/compare.ts'
export { type GatherOptions, mergeShards } from './run/gather.ts'
export { type Plan, type PlannedPart, readPlan } from './run/plan.ts'
export { type PlanOptions, planAudit } from './run/prepare.ts'
export { preregisterAudit } from './run/preregister.ts'
export { type RecomputedAudit, type RecomputeOptions, recomputeAudit } from './run/recompute.ts'
export { type WorkOptions, type WorkResult, workShard } from './run/work.ts'
export { decodeProfile, encodeProfile, type Profile } from './style/profile.ts'
export { type StyleDocument, type TrainingInput, trainProfile } from './style/train.ts'
export type * from './types.ts'
