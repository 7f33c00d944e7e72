/**
 * run: an audit that several machines share, as a file: the inputs with their digests, the parts of the corpus dealt
 * out to shards, the indexes, and all parameters. Whoever has the plan, the inputs and the same program can work on a
 * shard. A plan comes from elsewhere: nothing in it is believed before it was looked at.
 * Errors: `usage` for arguments that name nothing, `integrity` for a plan that is damaged or made by another program.
 */
import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import * as v from 'valibot'
import { PalimpsestError } from '../errors.ts'
import { canonicalise } from '../evidence/canonical.ts'
import { checkItems, parseCase } from '../evidence/casefile.ts'
import { type Claim, defaultReadOptions, isShapeIndex, type ReadOptions, type Source } from '../read/corpus.ts'
import type { CaseHeader, CorpusDigest, Json, Preregistration } from '../types.ts'
import { describeParameters } from './parameters.ts'
import { describeProgram, type ProgramFacts } from './program.ts'

/** A plan as it stands in its file. Paths below the plan's folder are relative to it. */
export interface Plan {
  schema: 1
  program: ProgramFacts
  /** what will stand in `parameters.json`, the options of reading among it */
  parameters: { [key: string]: Json } & { level: number }
  /** references, backgrounds and decoys, each with the file of its index */
  corpora: (CorpusDigest & { path: string })[]
  profiles: { path: string; sha256: string }[]
  /** sentences for the limits of the summary */
  notes: string[]
  claims: Claim[]
  /** what the auditor states about the case */
  case?: CaseHeader
  /** what was fixed beforehand, and the times for `run.json`: when, and when the suspect was first opened after it */
  preregistration?: { fixed: Preregistration; at: string; openedAt: string }
  /** files of the suspect, in order; `sha256` is null for those that are not read */
  sources: (Omit<Source, 'mtimeMs'> & { sha256: string | null })[]
  /** parts in their order, dealt out */
  shards: PlannedPart[][]
  /** SHA-256 of the canonical JSON of all the rest */
  digest: string
}

/** A part of a source, by its place in the list of sources. */
export interface PlannedPart {
  source: number
  index: number
  start: number
  end: number
  /** records of the sample that are read; absent: all */
  maxRecords?: number
  /** digest of those bytes; null where the source is not read */
  sha256: string | null
}

/** More shards than any plan has. */
export const maxShards = 1_000_000
const maxPlanBytes = 256 << 20

/** The folder beside a plan for files of one kind: `audit.json` → `audit.indexes`. */
export function siblingOf(plan: string, kind: string): string {
  const { dir, name } = path.parse(path.resolve(plan))
  return path.join(dir, `${name}.${kind}`)
}

/** A path of a plan, as this machine finds it. */
export function locate(plan: string, file: string): string {
  return path.resolve(path.dirname(plan), file)
}

/** The options of reading that a plan was made with. */
export function readOptionsOf({ parameters }: Plan): ReadOptions {
  return { ...defaultReadOptions, ...(parameters.read as Partial<ReadOptions>) }
}

/** The digest that a plan carries. */
export function digestPlan(plan: Omit<Plan, 'digest'>): string {
  return createHash('sha256').update(canonicalise(plan)).digest('hex')
}

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const hex = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'expected a SHA-256 in lower-case hex'))
const text = v.pipe(v.string(), v.maxLength(65_536))
const filePath = v.pipe(
  v.string(),
  v.minLength(1),
  v.maxLength(65_536),
  v.check(file => !file.includes('\0'), 'expected a path, got a zero byte in it'),
)
const outcome = v.picklist(['rejected', 'limited', 'skipped'])
const optionalText = v.optional(text)

const layoutShape = v.strictObject({
  name: text,
  by: v.picklist(['format', 'shape', 'option']),
  shape: v.pipe(v.number(), v.check(isShapeIndex, 'expected a layout that this version knows')),
  sampled: count,
  hits: count,
  seen: v.record(text, count),
  lacksModelColumn: v.boolean(),
})

const problemShape = v.strictObject({
  file: text,
  record: v.nullable(count),
  line: v.nullable(count),
  outcome,
  code: text,
  reason: text,
  bytes: count,
})

const corpusEntries = {
  role: v.picklist(['reference', 'background', 'decoy']),
  name: text,
  model: v.nullable(text),
  documents: count,
  tokens: count,
  sha256: hex,
  terms: v.optional(
    v.strictObject({
      owner: text,
      document: text,
      date: text,
      address: text,
      summary: text,
      snapshotSha256: v.nullable(hex),
    }),
  ),
}

const time = v.pipe(v.string(), v.isoTimestamp('expected a time in ISO 8601'))

const planShape = v.strictObject({
  schema: v.literal(1),
  program: v.strictObject({ version: text, sha256: hex }),
  parameters: v.looseObject({
    level: v.pipe(v.number(), v.gtValue(0), v.ltValue(1)),
    read: v.strictObject({
      layout: optionalText,
      textField: optionalText,
      promptField: optionalText,
      maxRecordBytes: v.pipe(count, v.minValue(1)),
      maxDepth: v.pipe(count, v.minValue(1)),
      maxRatio: v.pipe(v.number(), v.minValue(1)),
      sampleShare: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
      maxRecords: v.optional(count),
      partBytes: v.pipe(count, v.minValue(1)),
    }),
  }),
  corpora: v.array(v.strictObject({ ...corpusEntries, path: filePath })),
  profiles: v.array(v.strictObject({ path: filePath, sha256: hex })),
  notes: v.array(text),
  claims: v.array(
    v.strictObject({ what: text, rows: v.number(), outcome, files: v.pipe(v.array(text), v.minLength(1)) }),
  ),
  case: v.optional(v.looseObject({ title: text })),
  preregistration: v.optional(
    v.strictObject({
      fixed: v.strictObject({
        schema: v.literal(1),
        parameters: v.record(text, v.unknown()),
        corpora: v.array(v.looseObject({ role: text, name: text, sha256: hex })),
      }),
      at: time,
      openedAt: time,
    }),
  ),
  sources: v.array(
    v.strictObject({
      file: filePath,
      path: filePath,
      sizeBytes: count,
      chain: v.pipe(
        v.array(v.pipe(text, v.regex(/^[a-z0-9-]{1,20}$/, 'expected the name of a format'))),
        v.maxLength(8),
      ),
      layout: v.nullable(layoutShape),
      problem: v.nullable(problemShape),
      sha256: v.nullable(hex),
    }),
  ),
  shards: v.pipe(
    v.array(
      v.array(
        v.strictObject({
          source: count,
          index: count,
          start: count,
          end: count,
          maxRecords: v.optional(count),
          sha256: v.nullable(hex),
        }),
      ),
    ),
    v.minLength(1),
    v.maxLength(maxShards),
  ),
  digest: hex,
})

/**
 * Reads a plan.
 *
 * @throws PalimpsestError `usage` where there is none, `integrity` where it is not what a plan holds; names the key
 */
export function readPlan(file: string): Plan {
  const refuse = (what: string): never => {
    throw new PalimpsestError('integrity', `${file}: ${what}; make it again with palimpsest plan`)
  }
  const found = statSync(file, { throwIfNoEntry: false })
  if (!found?.isFile()) throw new PalimpsestError('usage', `${file}: no such plan; make one with palimpsest plan`)
  if (found.size > maxPlanBytes) refuse(`expected a plan of ${maxPlanBytes} bytes or fewer, got ${found.size}`)
  let json: unknown
  try {
    json = JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    refuse('expected JSON')
  }
  const parsed = v.safeParse(planShape, json)
  if (!parsed.success) {
    const [issue] = parsed.issues
    refuse(`${v.getDotPath(issue) ?? 'plan'}: ${issue.message.charAt(0).toLowerCase()}${issue.message.slice(1)}`)
  }
  // what the schema allows beyond its keys must hold by the digest
  const plan = json as Plan
  const { digest, ...rest } = plan
  if (digestPlan(rest) !== digest) refuse('digest: the plan was changed after it was made')
  if (plan.case !== undefined) {
    try {
      checkItems(parseCase(JSON.stringify(plan.case), 'case'), new Set(plan.sources.map(source => source.file)))
    } catch (error) {
      refuse((error as Error).message)
    }
  }
  const gap = findGap(plan)
  if (gap !== undefined) refuse(gap)
  return plan
}

/** The first place at which the shards do not hold every source from its start to its end, once and in order. */
function findGap({ sources, shards }: Plan): string | undefined {
  let source = 0
  let index = 0
  let at = 0
  let isComplete = true
  for (const [s, shard] of shards.entries())
    for (const [p, part] of shard.entries()) {
      const key = `shards.${s}.${p}`
      if (isComplete && part.index === 0 && index > 0) [source, index, at] = [source + 1, 0, 0]
      if (source >= sources.length) return `${key}: expected no more parts than the sources have`
      if (part.source !== source || part.index !== index || part.start !== at)
        return `${key}: expected part ${index} of source ${source} from byte ${at} on, got part ${part.index} of source ${part.source} from byte ${part.start} on`
      const { sizeBytes, problem } = sources[source]
      if (part.end < part.start || part.end > sizeBytes)
        return `${key}.end: expected ${part.start} to ${sizeBytes}, got ${part.end}`
      if ((part.sha256 === null) !== (problem !== null))
        return `${key}.sha256: expected a digest where the source is read, and only there`
      at = part.end
      index++
      isComplete = at === sizeBytes
    }
  const last = sources.length - 1
  if (sources.length === 0 || (source === last && index > 0 && isComplete)) return undefined
  return `shards: expected parts up to the end of source ${last}, got byte ${at} of source ${source}`
}

/**
 * Checks that this program is the one that made the plan, and measures by the same rule.
 *
 * @param who begins the message, e.g. `shard 3`
 * @throws PalimpsestError `integrity`
 */
export function checkProgram(plan: Plan, who: string): void {
  const own = describeProgram()
  const { version, sha256 } = plan.program
  if (own.version !== version || own.sha256 !== sha256)
    throw new PalimpsestError(
      'integrity',
      `${who}: expected palimpsest ${version} (${sha256.slice(0, 12)}) as the plan was made by, got ${own.version} (${own.sha256.slice(0, 12)}); use one version everywhere`,
    )
  const parameters = describeParameters(readOptionsOf(plan), plan.parameters.level)
  for (const key of new Set([...Object.keys(parameters), ...Object.keys(plan.parameters)]))
    if (canonicalise(parameters[key] ?? null) !== canonicalise(plan.parameters[key] ?? null))
      throw new PalimpsestError(
        'integrity',
        `${who}: parameters.${key} of the plan are not those of this program (Node ${process.version}); use one version everywhere`,
      )
}
