/** cli: the commands `profile` and `attribute`. */
import { closeSync, mkdirSync, openSync, renameSync, writeFileSync, writeSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { ExitCode, PalimpsestError } from '../errors.ts'
import { readCorpus } from '../read/corpus.ts'
import { drawHistogram, drawLikeness, drawTippett } from '../report/plots.ts'
import { escapeTerminal } from '../report/safe.ts'
import { formatCount, formatEstimate } from '../report/wording.ts'
import { type Attribution, CorpusAttributor, type StyleAnswer } from '../style/attribute.ts'
import { encodeProfile, type Profile } from '../style/profile.ts'
import { type StyleDocument, trainProfile } from '../style/train.ts'
import type { Document } from '../types.ts'
import { openProfile } from './profiles.ts'
import type { Outcome } from './program.ts'
import { type ReadFlags, readOptionsOf } from './scan.ts'

/** Hands on every document of corpora; returns how many records could not be read. */
async function eachDocument(corpora: string[], flags: ReadFlags, use: (document: Document) => void): Promise<number> {
  let nDocuments = 0
  let unread = 0
  for await (const { documents, counts } of readCorpus(corpora, readOptionsOf(flags))) {
    for (const document of documents) use(document)
    nDocuments += documents.length
    unread += counts.rejected + counts.limited
  }
  if (nDocuments === 0) throw new PalimpsestError('input', `${corpora.join(', ')}: no text was found`)
  if (unread > 0) process.stderr.write(`${unread} records of ${corpora.join(', ')} could not be read\n`)
  return unread
}

/** Texts of corpora by the class that wrote them: their model column, else their file. */
async function readClasses(corpora: string[], flags: ReadFlags): Promise<Map<string, StyleDocument[]>> {
  const classes = new Map<string, StyleDocument[]>()
  await eachDocument(corpora, flags, ({ id, text, prompt, model, file }) => {
    const author = model ?? path.basename(file)
    const own = classes.get(author)
    if (own === undefined) classes.set(author, [{ id, text, prompt }])
    else own.push({ id, text, prompt })
  })
  return classes
}

/** Texts of the model: of rows that name models those that name this one, if any does; else all. */
function pickOwn(classes: Map<string, StyleDocument[]>, model: string): StyleDocument[] {
  const named = classes.get(model)
  if (named === undefined) return [...classes.values()].flat()
  const others = [...classes].reduce((sum, [name, documents]) => sum + (name === model ? 0 : documents.length), 0)
  if (others > 0) process.stderr.write(`${others} documents that do not name ${escapeTerminal(model)} were left out\n`)
  return named
}

/** Runs `profile`. */
export async function runProfile(
  corpora: string[],
  flags: ReadFlags & { model: string; imposters: string[]; out: string },
  outcome: Outcome,
): Promise<void> {
  const documents = pickOwn(await readClasses(corpora, flags), flags.model)
  const imposters = [...(await readClasses(flags.imposters, flags))]
    .filter(([name]) => name !== flags.model)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, own]) => ({ name, documents: own }))
  process.stderr.write(`training on ${documents.length} documents against ${imposters.length} imposters\n`)
  const profile = trainProfile({ model: flags.model, documents, imposters, options: {} })
  writeFileSync(`${flags.out}.partial`, encodeProfile(profile))
  renameSync(`${flags.out}.partial`, flags.out)
  process.stdout.write(describeTraining(flags.out, profile))
  outcome.code = ExitCode.ok
}

/** What a profile was worth on held-out texts, so that nobody need trust it blindly. */
function describeTraining(file: string, profile: Profile): string {
  const lines = [
    `${file}: ${profile.model} against ${profile.classes.length - 1}, closest confusable ${profile.closestConfusable.join(', ')}`,
    ...profile.quality.map(
      ({ words, accuracy, cost, equalErrorRate }) =>
        `  at ${words} words: own class found ${(100 * accuracy).toFixed(1)} %, equal error rate ${(100 * equalErrorRate).toFixed(1)} %, cost ${cost.toFixed(2)}`,
    ),
    profile.minWords === null
      ? '  ratios informed at no length; more or longer texts would help'
      : `  ratios are offered from ${profile.minWords} words on`,
  ]
  return lines.map(line => `${escapeTerminal(line)}\n`).join('')
}

interface AttributeFlags extends ReadFlags {
  profile: string[]
  control: string[]
  perDocument?: string
  figures?: string
  json?: boolean
}

/** Runs `attribute`. */
export async function runAttribute(corpora: string[], flags: AttributeFlags, outcome: Outcome): Promise<void> {
  const profiles = flags.profile.map(openProfile)
  const twice = profiles.find(({ model }, i) => profiles.findIndex(other => other.model === model) !== i)
  if (twice !== undefined) {
    throw new PalimpsestError(
      'usage',
      `expected one profile for each model, got two of ${twice.model}; name one of them`,
    )
  }
  const suspect = new CorpusAttributor(profiles)
  const rows = flags.perDocument === undefined ? null : openRows(flags.perDocument)
  let unread = await eachDocument(corpora, flags, document => {
    const attribution = suspect.add(document)
    rows?.write(document, attribution)
  })
  rows?.finish()
  let control: CorpusAttributor | undefined
  if (flags.control.length > 0) {
    const clean = new CorpusAttributor(profiles)
    unread += await eachDocument(flags.control, flags, document => clean.add(document))
    control = clean
  }
  const { style, none, silent } = suspect.finish(control)
  if (flags.figures !== undefined) writeFigures(flags.figures, style)
  process.stdout.write(flags.json === true ? `${JSON.stringify(style)}\n` : tellAttribution(style, none, silent))
  outcome.code = unread > 0 ? ExitCode.incomplete : ExitCode.ok
}

/** Writes a line for each document; the file appears when it is complete. */
function openRows(file: string): { write: (document: Document, attribution: Attribution) => void; finish: () => void } {
  const descriptor = openSync(`${file}.partial`, 'w')
  return {
    write: ({ id, file: from, record }, attribution) => {
      writeSync(descriptor, `${JSON.stringify({ id, file: from, record, ...attribution })}\n`)
    },
    finish: () => {
      closeSync(descriptor)
      renameSync(`${file}.partial`, file)
    },
  }
}

function tellAttribution(style: StyleAnswer[], none: number, silent: number): string {
  const lines = style.map(
    ({ model, prevalence, closestConfusable }) =>
      `${model}: ${formatEstimate(prevalence)}; closest confusable ${closestConfusable.join(', ')}`,
  )
  const nearest = style.map(({ model, documents }) => `${model} ${formatCount(documents.nearest)}`)
  lines.push(
    `documents by the ratio that favours them most: ${[...nearest, `none of these ${formatCount(none)}`].join(', ')}; without a ratio ${formatCount(silent)}`,
  )
  return lines.map(line => `${escapeTerminal(line)}\n`).join('')
}

/** Writes the figures of each profile as data and as pictures. */
function writeFigures(folder: string, style: StyleAnswer[]): void {
  mkdirSync(folder, { recursive: true })
  style.forEach(({ model, figures }, i) => {
    const stem = path.join(folder, `${i + 1}-${model.replace(/[^\p{L}\p{N}.-]+/gu, '_').slice(0, 80)}`)
    writeFileSync(`${stem}.json`, `${JSON.stringify({ model, ...figures })}\n`)
    writeFileSync(`${stem}.scores.svg`, `${drawHistogram('scores', model, figures.histogram).source}\n`)
    writeFileSync(`${stem}.tippett.svg`, `${drawTippett('tippett', model, figures.tippett).source}\n`)
    writeFileSync(`${stem}.likeness.svg`, `${drawLikeness('likeness', figures.likeness).source}\n`)
  })
}
