/** cli: the commands `profile` and `attribute`. */
import { renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { ExitCode, PalimpsestError } from '../errors.ts'
import { readCorpus } from '../read/corpus.ts'
import { escapeTerminal } from '../report/safe.ts'
import { formatEstimate } from '../report/wording.ts'
import { attributeDocuments } from '../style/attribute.ts'
import { encodeProfile } from '../style/profile.ts'
import { type StyleDocument, trainProfile } from '../style/train.ts'
import type { Document } from '../types.ts'
import { openProfile } from './profiles.ts'
import type { Outcome } from './program.ts'
import { type ReadFlags, readOptionsOf } from './scan.ts'

/** Reads the texts of corpora into memory, each with the class that wrote it: its model column, else its file. */
async function readTexts(corpora: string[], flags: ReadFlags): Promise<(StyleDocument & { author: string })[]> {
  const documents: (StyleDocument & { author: string })[] = []
  for await (const batch of readCorpus(corpora, readOptionsOf(flags)))
    for (const { id, text, prompt, model, file } of batch.documents as Document[])
      documents.push({ id, text, prompt, author: model ?? path.basename(file) })
  if (documents.length === 0) throw new PalimpsestError('input', `${corpora.join(', ')}: no text was found`)
  return documents
}

/** Runs `profile`. */
export async function runProfile(
  corpora: string[],
  flags: ReadFlags & { model: string; imposters: string[]; out: string },
  outcome: Outcome,
): Promise<void> {
  const documents = await readTexts(corpora, flags)
  const byAuthor = new Map<string, StyleDocument[]>()
  for (const document of await readTexts(flags.imposters, flags)) {
    if (document.author === flags.model) continue
    const own = byAuthor.get(document.author)
    if (own === undefined) byAuthor.set(document.author, [document])
    else own.push(document)
  }
  const imposters = [...byAuthor].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, own]) => ({ name, documents: own }))
  process.stderr.write(`training on ${documents.length} documents against ${imposters.length} imposters\n`)
  const profile = trainProfile({ model: flags.model, documents, imposters, options: {} })
  writeFileSync(`${flags.out}.partial`, encodeProfile(profile))
  renameSync(`${flags.out}.partial`, flags.out)
  process.stdout.write(
    `${escapeTerminal(flags.out)}: ${escapeTerminal(profile.model)}, closest confusable ${escapeTerminal(profile.closestConfusable.join(', '))}\n`,
  )
  outcome.code = ExitCode.ok
}

/** Runs `attribute`. */
export async function runAttribute(
  corpora: string[],
  flags: ReadFlags & { profile: string[]; control: string[]; perDocument?: string; json?: boolean },
  outcome: Outcome,
): Promise<void> {
  const profiles = flags.profile.map(openProfile)
  const documents = await readTexts(corpora, flags)
  const control = flags.control.length === 0 ? {} : { control: await readTexts(flags.control, flags) }
  const result = attributeDocuments(profiles, documents, control)
  if (flags.perDocument !== undefined)
    writeFileSync(flags.perDocument, result.documents.map(row => `${JSON.stringify(row)}\n`).join(''))
  if (flags.json === true) process.stdout.write(`${JSON.stringify(result.style)}\n`)
  else
    for (const { model, prevalence, closestConfusable } of result.style)
      process.stdout.write(
        `${escapeTerminal(model)}: ${escapeTerminal(formatEstimate(prevalence))}; closest confusable ${escapeTerminal(closestConfusable.join(', '))}\n`,
      )
  outcome.code = ExitCode.ok
}
