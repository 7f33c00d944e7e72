/**
 * run: what was found in one shard, as a file: a line that says of what it is, with the ledger of the shard, and a
 * line for each part. It holds nothing of time or machine, and its name holds the digest of its content, so that equal
 * work gives the same file wherever it is done. Files appear by rename: one that can be seen is whole.
 * Errors: `integrity` for a file that is damaged, and names it.
 */
import { createHash, randomUUID } from 'node:crypto'
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import path from 'node:path'
import * as v from 'valibot'
import { PalimpsestError } from '../errors.ts'
import { addCounts, createCounts } from '../read/ledger.ts'
import type { LedgerCounts } from '../types.ts'
import { accountOf, pickCounts } from './merge.ts'
import type { ProgramFacts } from './program.ts'
import type { PartResult } from './scan.ts'

/** What was found in one shard of a plan. */
export interface ShardResult {
  /** digest of the plan */
  plan: string
  shard: number
  program: ProgramFacts
  /** the ledger of the shard */
  counts: LedgerCounts
  results: PartResult[]
}

/** The file of a partial result, by what its name says. */
export interface PartialFile {
  path: string
  shard: number
  /** first half of the plan's digest */
  plan: string
  /** digest of the content */
  sha256: string
}

const planDigits = 32
const namePattern = /^shard-(\d{5,7})\.([0-9a-f]{32})\.([0-9a-f]{64})\.jsonl$/
const readBytes = 4 << 20

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const headShape = v.strictObject({
  schema: v.literal(1),
  plan: v.string(),
  shard: count,
  program: v.strictObject({ version: v.string(), sha256: v.string() }),
  counts: v.record(v.string(), count),
  parts: count,
})

/** The ledger of some parts. */
export function sumCounts(results: readonly PartResult[]): LedgerCounts {
  const counts = createCounts()
  for (const result of results) addCounts(counts, pickCounts(accountOf(result)))
  return counts
}

/** Is this file of the plan with that digest? */
export function isOfPlan(file: PartialFile, digest: string): boolean {
  return file.plan === digest.slice(0, planDigits)
}

/** All partial results in a folder, of whatever plan; none where there is no folder. */
export function listPartials(folder: string): PartialFile[] {
  let names: string[]
  try {
    names = readdirSync(folder)
  } catch {
    return []
  }
  return names.sort().flatMap(name => {
    const [, shard, plan, sha256] = namePattern.exec(name) ?? []
    return shard === undefined ? [] : [{ path: path.join(folder, name), shard: Number(shard), plan, sha256 }]
  })
}

/** Writes a partial result and returns its file. */
export function writePartial(folder: string, { plan, shard, program, counts, results }: ShardResult): string {
  mkdirSync(folder, { recursive: true })
  const building = path.join(folder, `.shard-${shard}.${randomUUID()}`)
  const digest = createHash('sha256')
  const fd = openSync(building, 'wx')
  try {
    const head = { schema: 1, plan, shard, program, counts, parts: results.length }
    for (const line of [head, ...results.map(packResult)]) {
      const bytes = Buffer.from(`${JSON.stringify(line)}\n`)
      digest.update(bytes)
      for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at)
    }
    fsyncSync(fd)
    closeSync(fd)
  } catch (error) {
    closeSync(fd)
    rmSync(building, { force: true })
    throw error
  }
  const number = String(shard).padStart(5, '0')
  const file = path.join(folder, `shard-${number}.${plan.slice(0, planDigits)}.${digest.digest('hex')}.jsonl`)
  renameSync(building, file)
  return file
}

/** Reads a partial result. @throws PalimpsestError `integrity` where it is not what its name says */
export function readPartial(file: PartialFile): ShardResult {
  const refuse = (what: string): never => {
    throw new PalimpsestError(
      'integrity',
      `shard ${file.shard}: ${file.path}: ${what}; remove it and work on the shard again`,
    )
  }
  const digest = createHash('sha256')
  const lines: unknown[] = []
  try {
    for (const line of readLines(file.path, digest)) lines.push(JSON.parse(line.toString('utf8')))
  } catch (error) {
    refuse(`expected a partial result, got ${error instanceof Error ? error.message : String(error)}`)
  }
  if (digest.digest('hex') !== file.sha256) refuse('its content is not what its name says')
  const head = v.safeParse(headShape, lines[0])
  if (!head.success) return refuse(`${v.getDotPath(head.issues[0]) ?? 'head'}: not what a partial result holds`)
  const { plan, shard, program, counts, parts } = head.output
  const results = lines.slice(1).map(line => unpackResult(line as PartResult))
  if (shard !== file.shard || parts !== results.length) refuse('its head is not of this file')
  const sums = sumCounts(results)
  for (const key of Object.keys(sums) as (keyof LedgerCounts)[])
    if (sums[key] !== counts[key]) refuse(`${key}: its parts sum up to ${sums[key]}, its ledger says ${counts[key]}`)
  return { plan, shard, program, counts: sums, results }
}

function* readLines(file: string, digest: ReturnType<typeof createHash>): Generator<Buffer> {
  const fd = openSync(file, 'r')
  const block = Buffer.allocUnsafe(readBytes)
  let held: Buffer[] = []
  try {
    for (let n = readSync(fd, block); n > 0; n = readSync(fd, block)) {
      digest.update(block.subarray(0, n))
      let from = 0
      for (let end = block.indexOf(10, from); end >= 0 && end < n; end = block.indexOf(10, from)) {
        yield Buffer.concat([...held, block.subarray(from, end)])
        held = []
        from = end + 1
      }
      held.push(Buffer.from(block.subarray(from, n)))
    }
    if (held.some(({ length }) => length > 0)) throw new Error('a last line without end')
  } finally {
    closeSync(fd)
  }
}

/** Maps become lists of pairs under a key of their own; they stand in the traces alone. */
const mapKey = 'map of pairs'

function packResult(result: PartResult): unknown {
  return { ...result, traces: pack(result.traces) }
}

function unpackResult(line: PartResult): PartResult {
  return { ...line, traces: unpack(line.traces) as PartResult['traces'] }
}

function pack(value: unknown): unknown {
  if (value instanceof Map) return { [mapKey]: [...value].map(([key, inner]) => [key, pack(inner)]) }
  if (Array.isArray(value)) return value.map(pack)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, pack(inner)]))
}

function unpack(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unpack)
  if (typeof value !== 'object' || value === null) return value
  const pairs = (value as { [mapKey]?: [unknown, unknown][] })[mapKey]
  if (pairs !== undefined) return new Map(pairs.map(([key, inner]) => [key, unpack(inner)]))
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, unpack(inner)]))
}
