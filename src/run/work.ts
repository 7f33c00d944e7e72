/**
 * run: one shard of a plan → its partial result. What is complete already is left alone; what was planned otherwise
 * (an input, an index, the program) is refused, and the message names the shard.
 */
import { existsSync, rmSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import path from 'node:path'
import { PalimpsestError } from '../errors.ts'
import { openIndex, type ReferenceIndex } from '../match/reference.ts'
import { auditDefaults } from '../options.ts'
import type { Part, Source } from '../read/corpus.ts'
import type { LedgerCounts } from '../types.ts'
import { describeIndex } from './corpora.ts'
import { type Fetched, fetchSources } from './fetch.ts'
import { isOfPlan, listPartials, readPartial, sumCounts, writePartial } from './partials.ts'
import { checkProgram, locate, type Plan, readOptionsOf, readPlan, siblingOf } from './plan.ts'
import { scanParts } from './pool.ts'
import type { PartResult, Sides } from './scan.ts'
import { roles } from './sides.ts'

/** How a shard is worked on. */
export interface WorkOptions {
  /** default 1 */
  threads?: number
  /** where partial results go; default: a folder beside the plan */
  partials?: string
  /** a folder with copies of indexes, named by digest (`DIGEST.pali`), that are used before those of the plan */
  indexes?: string
  /** key of locked index files */
  indexKey?: Uint8Array
  /** program and arguments that print bytes of an input (`fetchSources`); default: inputs are where the plan says */
  fetch?: string[]
  onProgress?: (bytes: number, records: number) => void
}

/** What became of a shard. */
export interface WorkResult {
  file: string
  /** was it complete before? */
  wasComplete: boolean
  counts: LedgerCounts
}

/** Where the partial results of a plan are. */
export function partialsOf(planFile: string, folder?: string): string {
  return folder ?? siblingOf(planFile, 'partials')
}

/**
 * Works on one shard.
 *
 * @throws PalimpsestError `usage` for a shard that the plan has not, `integrity` where something is not as planned
 */
export async function workShard(planFile: string, shard: number, options: WorkOptions = {}): Promise<WorkResult> {
  let result: WorkResult | undefined
  await workShards(planFile, [shard], options, (_shard, done) => {
    result = done
  })
  return result as unknown as WorkResult
}

/**
 * Works on shards one after the other, with the indexes opened once.
 *
 * @param onDone called with each shard when it is complete
 * @throws as `workShard`
 */
export async function workShards(
  planFile: string,
  shards: readonly number[],
  options: WorkOptions,
  onDone: (shard: number, result: WorkResult) => void,
): Promise<void> {
  const plan = readPlan(planFile)
  const folder = partialsOf(planFile, options.partials)
  let sides: Sides | undefined
  for (const shard of shards) {
    if (!(Number.isInteger(shard) && shard >= 0 && shard < plan.shards.length))
      throw new PalimpsestError(
        'usage',
        `${planFile}: expected a shard from 0 to ${plan.shards.length - 1}, got ${shard}`,
      )
    checkProgram(plan, `shard ${shard}`)
    const open = (): Sides => {
      sides ??= openPlanned(planFile, plan, shard, options)
      return sides
    }
    onDone(shard, findComplete(folder, plan, shard) ?? (await scanShard(planFile, plan, shard, folder, open, options)))
  }
}

async function scanShard(
  planFile: string,
  plan: Plan,
  shard: number,
  folder: string,
  open: () => Sides,
  { threads = auditDefaults.threads, fetch, onProgress = () => {} }: WorkOptions,
): Promise<WorkResult> {
  const fetched = fetch === undefined ? undefined : await fetchSources(plan, shard, fetch)
  try {
    const { parts, wanted } = await locateParts(planFile, plan, shard, fetched)
    // nothing is opened for a shard that holds nothing
    const results: PartResult[] = []
    if (wanted.length > 0) {
      const pace = { threads, onProgress }
      await scanParts(parts, wanted, open(), readOptionsOf(plan), pace, result => results.push(result))
    }
    const changed = results.flatMap(({ problems }) => problems).find(({ code }) => code === 'changed')
    if (changed !== undefined)
      throw new PalimpsestError(
        'integrity',
        `shard ${shard}: ${changed.file}: ${changed.reason}; restore the file, or plan again`,
      )
    const counts = sumCounts(results)
    const { program } = plan
    const file = writePartial(folder, { plan: plan.digest, shard, program, counts, results })
    return { file, wasComplete: false, counts }
  } finally {
    fetched?.remove()
  }
}

/** The result of a shard that is there and sound; damaged ones are removed. */
function findComplete(folder: string, plan: Plan, shard: number): WorkResult | undefined {
  for (const file of listPartials(folder)) {
    if (file.shard !== shard || !isOfPlan(file, plan.digest)) continue
    try {
      return { file: file.path, wasComplete: true, counts: readPartial(file).counts }
    } catch {
      rmSync(file.path, { force: true })
    }
  }
  return undefined
}

/** All parts of the plan, and the places of the shard's; only its own sources are looked at. */
async function locateParts(
  planFile: string,
  plan: Plan,
  shard: number,
  fetched: Fetched | undefined,
): Promise<{ parts: Part[]; wanted: number[] }> {
  const used = new Set(plan.shards[shard].map(({ source }) => source))
  const sources: Source[] = []
  for (const [number, { sha256: _sha256, ...source }] of plan.sources.entries()) {
    const file = fetched?.paths.get(number) ?? locate(planFile, source.path)
    const isRead = used.has(number) && source.problem === null
    const mtimeMs = isRead ? await checkSource(file, source, shard) : 0
    sources.push({ ...source, path: file, mtimeMs })
  }
  const parts = plan.shards.flat().map(({ source, sha256, ...rest }) => {
    const part: Part = { ...rest, source: sources[source] }
    if (sha256 !== null) part.sha256 = sha256
    return part
  })
  const first = plan.shards.slice(0, shard).reduce((sum, { length }) => sum + length, 0)
  return { parts, wanted: plan.shards[shard].map((_, i) => first + i) }
}

/** The time of the last change of a source that still has its size. */
async function checkSource(
  file: string,
  { file: name, sizeBytes }: Omit<Source, 'mtimeMs'>,
  shard: number,
): Promise<number> {
  const found = await stat(file).catch(() => undefined)
  if (found?.isFile() && found.size === sizeBytes) return found.mtimeMs
  const got = found?.isFile() ? `${found.size} bytes` : `no file at ${file}`
  throw new PalimpsestError(
    'integrity',
    `shard ${shard}: ${name}: expected ${sizeBytes} bytes as planned, got ${got}; restore the file, or plan again`,
  )
}

/** Opens the indexes of a plan, and checks that they are those that were planned. */
function openPlanned(planFile: string, plan: Plan, shard: number, how: OpenOptions): Sides {
  const sides: Sides = { references: [], backgrounds: [], decoys: [], wantsSample: plan.profiles.length > 0 }
  for (const [side, role] of roles)
    for (const corpus of plan.corpora)
      if (corpus.role === role) sides[side].push(openCorpus(planFile, corpus, `shard ${shard}`, how))
  return sides
}

type OpenOptions = Pick<WorkOptions, 'indexes' | 'indexKey'>

/**
 * Opens the index of a corpus of the plan.
 *
 * @param who begins the message, e.g. `shard 3`
 * @throws PalimpsestError `integrity` where it is not the index that was planned
 */
export function openCorpus(
  planFile: string,
  { path: place, ...planned }: Plan['corpora'][number],
  who: string,
  { indexes: copies, indexKey }: OpenOptions,
): ReferenceIndex {
  const copy = copies === undefined ? undefined : path.join(copies, `${planned.sha256}.pali`)
  const file = copy !== undefined && existsSync(copy) ? copy : locate(planFile, place)
  if (!existsSync(file))
    throw new PalimpsestError('integrity', `${who}: ${file}: expected the index as planned, got none`)
  const index = openIndex(file, indexKey)
  const found = describeIndex(planned.role, index)
  for (const key of ['sha256', 'name', 'model', 'documents', 'tokens'] as const)
    if (found[key] !== planned[key])
      throw new PalimpsestError(
        'integrity',
        `${who}: ${file}: expected an index with ${key} ${planned[key]} as planned, got ${found[key]}`,
      )
  return index
}
