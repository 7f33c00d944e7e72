/**
 * run: what an audit is told → the plan that several machines share. Indexes that are not files yet are built and
 * kept beside it; every file of the suspect is read once for its digests.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { PalimpsestError } from '../errors.ts'
import { writeIndex } from '../match/reference.ts'
import { digestFile, digestParts, type Part, type Source } from '../read/corpus.ts'
import { decodeProfile } from '../style/profile.ts'
import { type AuditOptions, openAudit } from './audit.ts'
import { describeParameters } from './parameters.ts'
import { digestPlan, maxShards, type Plan, type PlannedPart, siblingOf } from './plan.ts'
import { describeProgram } from './program.ts'
import { type OpenedSides, roles } from './sides.ts'

/** What a plan is told: what an audit is told, how many shards, and where the plan goes. */
export interface PlanOptions extends Omit<AuditOptions, 'profiles' | 'out' | 'redaction' | 'resume' | 'threads'> {
  shards: number
  /** the file of the plan; indexes that are built go beside it */
  out: string
  /** files of style profiles */
  profiles?: string[]
}

/**
 * Makes a plan and writes it.
 *
 * @throws PalimpsestError as `audit` does, and `input` for a file of the corpus that cannot be read
 */
export async function planAudit(options: PlanOptions): Promise<Plan> {
  if (options.suspects.includes('-'))
    throw new PalimpsestError('usage', 'expected corpora that stay where they are, got standard input')
  if (!(Number.isInteger(options.shards) && options.shards >= 1 && options.shards <= maxShards))
    throw new PalimpsestError('usage', `expected 1 to ${maxShards} shards, got ${options.shards}`)
  const folder = path.dirname(path.resolve(options.out))
  mkdirSync(folder, { recursive: true })
  const place = (file: string): string => relate(folder, file)
  const profiles = await Promise.all(
    (options.profiles ?? []).map(async file => ({ path: place(file), sha256: await digestInput(file) })),
  )
  const opening = (options.profiles ?? []).map(file => decodeProfile(readFileSync(file)))
  const { basis, parts, opened, openedAt } = await openAudit({ ...options, profiles: opening, out: undefined })
  const { preregistration } = options
  const { sources, planned } = await digestSources(basis.sources, parts, options)
  const files = keepIndexes(opened, siblingOf(options.out, 'indexes'))
  const plan: Omit<Plan, 'digest'> = {
    schema: 1,
    program: describeProgram(),
    parameters: describeParameters(basis.read, basis.level) as Plan['parameters'],
    corpora: basis.corpora.map((corpus, i) => ({ ...corpus, path: place(files[i]) })),
    profiles,
    notes: basis.notes,
    claims: basis.claims,
    ...(basis.case !== undefined && { case: basis.case }),
    ...(preregistration !== undefined && { preregistration: { ...preregistration, openedAt: openedAt.toISOString() } }),
    sources: sources.map(source => ({ ...source, path: place(source.path) })),
    shards: dealParts(planned, options.shards),
  }
  const whole: Plan = { ...plan, digest: digestPlan(plan) }
  writeFileSync(`${options.out}.partial`, `${JSON.stringify(whole, null, 1)}\n`)
  renameSync(`${options.out}.partial`, options.out)
  return whole
}

/** A path as a plan holds it. */
function relate(folder: string, file: string): string {
  const relative = path.relative(folder, path.resolve(file))
  return relative.startsWith('..') || path.isAbsolute(relative) ? path.resolve(file) : relative
}

async function digestInput(file: string): Promise<string> {
  try {
    return await digestFile(file)
  } catch (error) {
    throw new PalimpsestError('input', `${file}: expected a file that can be read, got ${String(error)}`)
  }
}

async function digestSources(
  sources: readonly Source[],
  parts: readonly Part[],
  { onProgress }: PlanOptions,
): Promise<{ sources: Plan['sources']; planned: PlannedPart[] }> {
  const out: Plan['sources'] = []
  const planned: PlannedPart[] = []
  const partsOf = new Map<Source, Part[]>(sources.map(source => [source, []]))
  for (const part of parts) partsOf.get(part.source)?.push(part)
  for (const [number, { mtimeMs: _mtime, ...source }] of sources.entries()) {
    let own = partsOf.get(sources[number]) ?? []
    let sha256: string | null = null
    if (source.problem === null) {
      const digested = await digestParts(own).catch(error => {
        throw new PalimpsestError('input', `${source.file}: expected a file that can be read, got ${String(error)}`)
      })
      own = digested.parts
      sha256 = digested.sha256
      onProgress?.('scan', source.sizeBytes, 0)
    }
    out.push({ ...source, sha256 })
    for (const { source: _source, sha256: digest, ...part } of own)
      planned.push({ ...part, source: number, sha256: digest ?? null })
  }
  return { sources: out, planned }
}

/** Writes the indexes that were built on the fly; returns the file of each, side by side. */
function keepIndexes({ sides, files }: OpenedSides, folder: string): string[] {
  return roles.flatMap(([side]) =>
    sides[side].map((index, i) => {
      const known = files[side][i]
      if (known !== null) return known
      const file = path.join(folder, `${index.facts.sha256}.pali`)
      if (!existsSync(file)) writeIndex(file, index)
      return file
    }),
  )
}

/** Deals parts out in their order, each to the shard in whose share of the bytes its middle lies. */
export function dealParts(parts: readonly PlannedPart[], shards: number): PlannedPart[][] {
  const dealt: PlannedPart[][] = Array.from({ length: shards }, () => [])
  // a part costs something even where it holds no byte
  const weigh = ({ start, end }: PlannedPart): number => end - start + 1
  const total = parts.reduce((sum, part) => sum + weigh(part), 0)
  let before = 0
  for (const part of parts) {
    const weight = weigh(part)
    dealt[Math.min(shards - 1, Math.floor(((before + weight / 2) * shards) / total))].push(part)
    before += weight
  }
  return dealt
}
