/** The library: the same audit without the command line. */
export { PalimpsestError } from './errors.ts'
export { openIndex, ReferenceIndex, writeIndex } from './match/reference.ts'
export { type AuditOptions, type AuditResult, audit } from './run/audit.ts'
export {
  type BuildOptions,
  type BuiltIndex,
  buildIndex,
  buildIndexFile,
  mergeIndexFiles,
  type WrittenIndex,
} from './run/build.ts'
export { type Comparison, compareTexts } from './run/compare.ts'
export { decodeProfile, encodeProfile, type Profile } from './style/profile.ts'
export { type TrainingInput, trainProfile } from './style/train.ts'
export type * from './types.ts'
