/**
 * run: the partial results of all shards of a plan → the audit. It is the audit that one machine would have made, or
 * it is refused: every shard once, of this plan, by this program, with sums that balance. Reads no input but the
 * backgrounds and profiles; the findings carry the texts of the references.
 */
import { readFileSync } from 'node:fs'
import { PalimpsestError } from '../errors.ts'
import { digestFile, type Part } from '../read/corpus.ts'
import { decodeProfile, describeProfile, type Profile } from '../style/profile.ts'
import type { LedgerFile } from '../types.ts'
import { type AuditOptions, type AuditResult, describeRun, holdToPlan, publishAudit } from './audit.ts'
import { type Basis, concludeAudit } from './conclude.ts'
import { accountOf, Merger } from './merge.ts'
import { isOfPlan, listPartials, type PartialFile, readPartial } from './partials.ts'
import { checkProgram, locate, type Plan, readOptionsOf, readPlan } from './plan.ts'
import type { PartResult } from './scan.ts'
import { countBackgrounds } from './traces.ts'
import { openCorpus, partialsOf } from './work.ts'

/** How a plan is brought to its end. */
export interface GatherOptions
  extends Pick<AuditOptions, 'out' | 'redaction' | 'accepted' | 'arguments' | 'indexKey' | 'sealKey'> {
  /** folders of partial results; default: the folder beside the plan */
  partials?: string[]
}

/** Shards that are named when they are missing. */
const maxNamed = 8

/**
 * Merges all shards of a plan.
 *
 * @throws PalimpsestError `integrity` where a shard is missing, doubled, stale, foreign, damaged or of another
 *   program; the message names it
 */
export async function mergeShards(planFile: string, options: GatherOptions = {}): Promise<AuditResult> {
  const started = new Date()
  const plan = readPlan(planFile)
  checkProgram(plan, 'merge')
  const files = chooseFiles(plan, planFile, options.partials ?? [partialsOf(planFile)])
  const sources = plan.sources.map(({ sha256: _sha256, ...source }) => ({ ...source, mtimeMs: 0 }))
  const parts: Part[] = plan.shards.flat().map(part => {
    const { source, sha256: _sha256, ...rest } = part
    return { ...rest, source: sources[source] }
  })
  const merger = new Merger(parts, plan.corpora)
  const bytesIn: number[] = []
  for (const file of files)
    for (const result of readShard(plan, file, bytesIn.length)) {
      bytesIn.push(accountOf(result).bytesIn)
      merger.add(result)
    }
  checkSums(plan, bytesIn)
  const { preregistration } = plan
  const basis: Basis = {
    sources,
    claims: plan.claims,
    corpora: plan.corpora.map(({ path: _path, ...corpus }) => corpus),
    notes: plan.notes,
    read: readOptionsOf(plan),
    level: plan.parameters.level,
    ...(plan.case !== undefined && { case: plan.case }),
    ...(preregistration !== undefined && { preregistration: preregistration.fixed }),
  }
  const profiles = await openProfiles(planFile, plan)
  if (preregistration !== undefined)
    holdToPlan(preregistration.fixed, {
      schema: 1,
      parameters: plan.parameters,
      corpora: [...basis.corpora, ...profiles.map(describeProfile)],
    })
  const backgrounds = plan.corpora
    .filter(({ role }) => role === 'background')
    .map(corpus => openCorpus(planFile, corpus, 'merge', { indexKey: options.indexKey }))
  const digests = new Map(plan.sources.map(({ file, sha256 }) => [file, sha256]))
  const bundle = await concludeAudit(basis, parts, merger.finish(), {
    profiles,
    background: countBackgrounds(backgrounds),
    accepted: options.accepted,
    digestSource: async ({ file }) => digests.get(file) ?? null,
    sealKey: options.sealKey,
  })
  const openedAt = preregistration === undefined ? started : new Date(preregistration.openedAt)
  return publishAudit(bundle, describeRun(started, openedAt, { ...options, preregistration }), options)
}

/** One file for each shard, in their order. */
function chooseFiles(plan: Plan, planFile: string, folders: readonly string[]): PartialFile[] {
  const refuse = (shard: number | string, what: string): never => {
    throw new PalimpsestError('integrity', `shard ${shard}: ${what}`)
  }
  const chosen: PartialFile[] = []
  for (const file of folders.flatMap(listPartials)) {
    const { shard, path } = file
    if (!isOfPlan(file, plan.digest))
      refuse(shard, `${path} is stale or foreign: it is of another plan than ${planFile}; move it away`)
    if (shard >= plan.shards.length)
      refuse(shard, `${path} is foreign: the plan has shards 0 to ${plan.shards.length - 1}; move it away`)
    if (chosen[shard] !== undefined)
      refuse(shard, `it is there twice, as ${chosen[shard].path} and as ${path}; remove one and ask why they differ`)
    chosen[shard] = file
  }
  const missing = [...plan.shards.keys()].filter(shard => chosen[shard] === undefined)
  if (missing.length > 0) {
    const named = missing.slice(0, maxNamed).join(', ')
    const more = missing.length > maxNamed ? ` and ${missing.length - maxNamed} more` : ''
    refuse(
      `${named}${more}`,
      `no result in ${folders.join(', ')}; run palimpsest work ${planFile} --shard ${missing[0]}`,
    )
  }
  return chosen
}

/** The results of a shard. @param first place of its first part among all */
function readShard(plan: Plan, file: PartialFile, first: number): PartResult[] {
  const { shard } = file
  const refuse = (what: string): never => {
    throw new PalimpsestError('integrity', `shard ${shard}: ${file.path}: ${what}`)
  }
  const partial = readPartial(file)
  if (partial.plan !== plan.digest) refuse('it is stale or foreign: it is of another plan; move it away')
  const { version, sha256 } = partial.program
  if (version !== plan.program.version || sha256 !== plan.program.sha256)
    refuse(
      `expected the work of palimpsest ${plan.program.version} (${plan.program.sha256.slice(0, 12)}), got that of ${version} (${sha256.slice(0, 12)}); use one version everywhere`,
    )
  const planned = plan.shards[shard]
  if (partial.results.length !== planned.length)
    refuse(`expected ${planned.length} parts, got ${partial.results.length}`)
  for (const [i, result] of partial.results.entries()) {
    if (result.part !== first + i) refuse(`expected part ${first + i}, got part ${result.part}`)
    const fault = findImbalance(accountOf(result))
    if (fault !== undefined) refuse(fault)
    const { file: name } = plan.sources[planned[i].source]
    if (accountOf(result).file !== name) refuse(`expected part ${first + i} to be of ${name}`)
  }
  return partial.results
}

function findImbalance(account: LedgerFile): string | undefined {
  const { recordsIn, scanned, rejected, limited, skipped } = account
  const { bytesIn, bytesScanned, bytesRejected, bytesLimited, bytesSkipped } = account
  const records = scanned + rejected + limited + skipped
  const bytes = bytesScanned + bytesRejected + bytesLimited + bytesSkipped
  if (records !== recordsIn) return `${account.file}: ${recordsIn} records came in, ${records} are accounted for`
  if (bytes !== bytesIn) return `${account.file}: ${bytesIn} bytes came in, ${bytes} are accounted for`
  return undefined
}

/**
 * Where nothing is unpacked, the bytes of a file must be those of its parts.
 *
 * @param bytesIn of each part, by its account
 */
function checkSums(plan: Plan, bytesIn: readonly number[]): void {
  let at = 0
  for (const [shard, parts] of plan.shards.entries())
    for (const { source, start, end } of parts) {
      const { chain, problem, file } = plan.sources[source]
      const bytes = bytesIn[at++]
      if (problem === null && chain.length === 1 && bytes !== end - start)
        throw new PalimpsestError(
          'integrity',
          `shard ${shard}: ${file}: expected ${end - start} bytes in its account, got ${bytes}`,
        )
    }
}

async function openProfiles(planFile: string, { profiles }: Plan): Promise<Profile[]> {
  const opened: Profile[] = []
  for (const { path, sha256 } of profiles) {
    const file = locate(planFile, path)
    const found = await digestFile(file).catch(() => 'no file')
    if (found !== sha256)
      throw new PalimpsestError('integrity', `merge: ${file}: expected the profile with digest ${sha256}, got ${found}`)
    opened.push(decodeProfile(readFileSync(file)))
  }
  return opened
}
