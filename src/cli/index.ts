/** cli: the commands `index`, `index merge` and `index inspect`. */
import path from 'node:path'
import process from 'node:process'
import { ExitCode, PalimpsestError } from '../errors.ts'
import { indexVersion } from '../match/format.ts'
import { writeIndex } from '../match/reference.ts'
import { escapeTerminal } from '../report/safe.ts'
import {
  type BuildOptions,
  buildIndex,
  buildIndexFile,
  inspectIndexFile,
  mergeIndexFiles,
  type WrittenIndex,
} from '../run/build.ts'
import { readKey } from './keyfile.ts'
import type { Outcome } from './program.ts'
import { Progress } from './progress.ts'
import { type ReadFlags, readOptionsOf } from './scan.ts'

/** Problems printed one by one before the rest is only counted. */
const maxProblemsShown = 10
/** Models and files printed one by one. */
const maxListed = 20

const number = (value: number): string => value.toLocaleString('en')

function printIndex(
  file: string,
  { facts, sizeBytes }: Pick<WrittenIndex, 'facts' | 'sizeBytes'>,
  isLocked = false,
): void {
  const { documents, tokens, seeds } = facts
  process.stdout.write(
    `${escapeTerminal(file)}: ${number(documents)} documents, ${number(tokens)} tokens, ${number(seeds)} seeds, ${number(sizeBytes)} bytes${isLocked ? ', locked' : ''}\n`,
  )
}

/** Shows the progress of a merge, which begins when it is first called. */
function followMerge(progress: Progress): (postings: number, all: number) => void {
  let known = -1
  return (postings, all) => {
    if (known < 0) progress.begin('merging', all, 'postings')
    progress.add(postings - Math.max(0, known), postings - Math.max(0, known))
    known = postings
  }
}

/** A locked index never lies open on the disk, so it is made in memory. */
async function buildLocked(
  corpora: string[],
  out: string,
  options: BuildOptions,
  key: Uint8Array,
): Promise<WrittenIndex> {
  const { index, ...account } = await buildIndex(corpora, options)
  writeIndex(out, index, key)
  return { ...account, facts: index.facts, sizeBytes: index.sizeBytes }
}

/** Runs `index`. */
export async function runIndex(
  corpora: string[],
  flags: ReadFlags & { out?: string; model?: string; threads: number; resume?: boolean; keyFile?: string },
  outcome: Outcome,
): Promise<void> {
  const { out } = flags
  if (out === undefined)
    throw new PalimpsestError('usage', 'index: expected --out FILE, the index file to write, by convention NAME.pali')
  const key = readKey(flags.keyFile)
  if (key !== undefined && flags.resume === true)
    throw new PalimpsestError('usage', 'index: a locked index is made in one go; leave --resume or --key-file out')
  const progress = new Progress()
  progress.begin('indexing', 0)
  const options = {
    name: path.basename(out),
    model: flags.model ?? null,
    read: readOptionsOf(flags),
    threads: flags.threads,
    onProgress: (bytes: number, records: number) => progress.add(bytes, records),
    onMerge: followMerge(progress),
  }
  const built =
    key === undefined
      ? await buildIndexFile(corpora, out, options, flags.resume === true)
      : await buildLocked(corpora, out, options, key)
  progress.end()
  const faults = built.problems.filter(({ outcome: what }) => what !== 'skipped')
  for (const { file, record, reason } of faults.slice(0, maxProblemsShown))
    process.stderr.write(
      `${escapeTerminal(file)}${record === null ? '' : `, record ${record}`}: ${escapeTerminal(reason)}\n`,
    )
  if (faults.length > maxProblemsShown) process.stderr.write(`and ${faults.length - maxProblemsShown} more\n`)
  printIndex(out, built, key !== undefined)
  outcome.code = faults.length > 0 ? ExitCode.incomplete : ExitCode.ok
}

/** Runs `index merge`. */
export function runMergeIndexes(files: string[], flags: { out: string }, outcome: Outcome): void {
  const progress = new Progress()
  const merged = mergeIndexFiles(files, flags.out, followMerge(progress))
  progress.end()
  printIndex(flags.out, merged)
  outcome.code = ExitCode.ok
}

/** Runs `index inspect`. */
export function runInspectIndex(file: string, flags: { json?: boolean }, outcome: Outcome): void {
  const { facts, sizeBytes, frequentSeeds, sources, models } = inspectIndexFile(file)
  const { sections, ...plain } = facts
  const ofShards = (name: RegExp): number =>
    Object.entries(sections).reduce((sum, [section, { bytes }]) => (name.test(section) ? sum + bytes : sum), 0)
  const bytes = { all: sizeBytes, texts: ofShards(/^blocks$/), seeds: ofShards(/^(packed|bucket|frequent)/) }
  outcome.code = ExitCode.ok
  if (flags.json === true) {
    const found = { version: indexVersion, ...plain, bytes, frequentSeeds, models: models.list(), sources }
    process.stdout.write(`${JSON.stringify(found)}\n`)
    return
  }
  const perToken = (count: number): string => (count / Math.max(1, facts.tokens)).toFixed(2)
  const listed = models.list()
  const lines = [
    `name          ${escapeTerminal(facts.name)}`,
    `version       ${indexVersion}, seeds of ${facts.sketch.k} tokens in windows of ${facts.sketch.w}, up to ${facts.maxOccurrences} places a seed`,
    `digest        ${facts.sha256}`,
    `documents     ${number(facts.documents)}, the longest of ${number(facts.longestDocument)} tokens`,
    `tokens        ${number(facts.tokens)}, ${number(facts.maskedTokens)} without names and numbers`,
    `seeds         ${number(facts.seeds)}; ${number(frequentSeeds)} stand oftener than their places are listed`,
    `bytes         ${number(bytes.all)}: ${perToken(bytes.seeds)} a token for seeds and places, ${perToken(bytes.texts)} for the texts`,
    `shards        ${facts.shards.length}`,
    ...listed.slice(0, maxListed).map(([model, n], i) => {
      const name = model === null ? 'not named' : escapeTerminal(model, 60)
      return `${i === 0 ? 'models        ' : '              '}${name} (${number(n)})`
    }),
    ...(listed.length > maxListed ? [`              and ${listed.length - maxListed} more`] : []),
    ...sources.slice(0, maxListed).map(({ file: name, sizeBytes: size, sha256 }, i) => {
      const digest = sha256 ?? 'no digest: it was not read to its end'
      return `${i === 0 ? 'files         ' : '              '}${escapeTerminal(name)}, ${number(size)} bytes, ${digest}`
    }),
    ...(sources.length > maxListed ? [`              and ${sources.length - maxListed} more`] : []),
    `gives away    all ${number(facts.documents)} texts with their prompts and ids, compressed and not encrypted`,
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
}
