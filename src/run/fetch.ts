/**
 * run: the inputs of a shard, fetched by a command of the user's: for each stretch of bytes it is started once and
 * prints them on its standard output. They land in sparse files of the planned size, so that everything behind reads
 * them where it would in the original. The command is started without a shell; what a plan says cannot become one.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { PalimpsestError } from '../errors.ts'
import type { Plan } from './plan.ts'

/** Inputs that were fetched. */
export interface Fetched {
  /** place of each source's copy, by number of the source */
  paths: Map<number, string>
  /** removes the copies */
  remove: () => void
}

/** Bytes `[start, end)` of a source. */
interface Stretch {
  source: number
  start: number
  end: number
}

/** What the last words of a command that failed may be. */
const maxComplaintUnits = 400

/**
 * Fetches what a shard reads: of JSON lines the bytes of its parts, of Parquet those and the footer, of everything else
 * the whole file.
 *
 * @param command program and arguments, in which `{file}` (name in the corpus), `{path}` (place when it was planned),
 *   `{start}`, `{last}` (of the last byte) and `{length}` are replaced
 * @throws PalimpsestError `input` where the command fails or prints another number of bytes
 */
export async function fetchSources(plan: Plan, shard: number, command: readonly string[]): Promise<Fetched> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'palimpsest-shard-'))
  const remove = (): void => rmSync(folder, { recursive: true, force: true })
  const paths = new Map<number, string>()
  try {
    for (const stretch of listStretches(plan, shard)) {
      const { source } = stretch
      const copy = path.join(folder, String(source))
      paths.set(source, copy)
      const { sizeBytes } = plan.sources[source]
      const handle = await open(copy, 'w+')
      const bring = (start: number, end: number): Promise<void> =>
        fetchStretch(plan.sources[source], { source, start, end }, command, handle, shard)
      try {
        await handle.truncate(sizeBytes)
        const end =
          formatOf(plan, source) === 'parquet' ? await fetchFooter(stretch, sizeBytes, handle, bring) : stretch.end
        await bring(stretch.start, end)
      } finally {
        await handle.close()
      }
    }
  } catch (error) {
    remove()
    throw error
  }
  return { paths, remove }
}

/** How a source may be divided: the format of a plain file. */
function formatOf({ sources }: Plan, source: number): string | undefined {
  const { chain } = sources[source]
  return chain.length === 1 ? chain[0] : undefined
}

/** The stretches that a shard reads: one for each source, since parts are dealt in their order. */
function listStretches(plan: Plan, shard: number): Stretch[] {
  const out: Stretch[] = []
  for (const { source, start, end } of plan.shards[shard]) {
    const { problem, sizeBytes } = plan.sources[source]
    if (problem !== null) continue
    const last = out.at(-1)
    const format = formatOf(plan, source)
    const isDivided = format === 'jsonl' || format === 'parquet'
    if (last?.source === source) last.end = isDivided ? end : last.end
    // the byte before says that a line starts here
    else if (format === 'jsonl') out.push({ source, start: Math.max(0, start - 1), end })
    else out.push(isDivided ? { source, start, end } : { source, start: 0, end: sizeBytes })
  }
  return out
}

const tailBytes = 8

/**
 * Fetches the footer of a Parquet file, whose length stands before the last four bytes.
 *
 * @returns where the stretch ends that is still to be fetched
 */
async function fetchFooter(
  { start, end }: Stretch,
  sizeBytes: number,
  handle: FileHandle,
  bring: (start: number, end: number) => Promise<void>,
): Promise<number> {
  if (start === end || (start === 0 && end === sizeBytes)) return end
  const tail = Math.max(0, sizeBytes - tailBytes)
  await bring(tail, sizeBytes)
  const { buffer } = await handle.read(Buffer.alloc(4), 0, 4, tail)
  const footer = Math.max(0, tail - buffer.readUInt32LE())
  await bring(footer, tail)
  return Math.max(start, Math.min(end, footer))
}

async function fetchStretch(
  { file, path: place }: Plan['sources'][number],
  { start, end }: Stretch,
  command: readonly string[],
  handle: FileHandle,
  shard: number,
): Promise<void> {
  const facts: { [name: string]: string } = {
    file,
    path: place,
    start: String(start),
    last: String(end - 1),
    length: String(end - start),
  }
  const [program, ...args] = command.map(part => part.replace(/\{(\w+)\}/g, (whole, name) => facts[name] ?? whole))
  const refuse = (what: string): never => {
    throw new PalimpsestError('input', `shard ${shard}: ${file}: bytes ${start} to ${end} were not fetched: ${what}`)
  }
  if (end === start) return
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let complaint = ''
  child.stderr.setEncoding('utf8').on('data', words => {
    complaint = (complaint + words).slice(-maxComplaintUnits)
  })
  const ended = new Promise<string | null>(resolve => {
    child.on('error', error => resolve(error.message))
    child.on('close', (code, signal) =>
      resolve(code === 0 ? null : `${program} ended with ${signal ?? code}: ${complaint.trim()}`),
    )
  })
  let at = start
  for await (const block of child.stdout as AsyncIterable<Buffer>) {
    if (at + block.length > end) child.kill()
    else
      for (let done = 0; done < block.length; )
        done += (await handle.write(block, done, block.length - done, at + done)).bytesWritten
    at += block.length
  }
  const fault = await ended
  if (at > end) refuse(`expected ${end - start} bytes, got more`)
  if (fault !== null) refuse(fault)
  if (at < end) refuse(`expected ${end - start} bytes, got ${at - start}`)
}
