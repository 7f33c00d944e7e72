/** cli: the commands `corpora list`, `corpora pull` and `corpora add`. */
import process from 'node:process'
import pc from 'picocolors'
import { ExitCode, PalimpsestError } from '../errors.ts'
import { indexVersion } from '../match/format.ts'
import { escapeTerminal } from '../report/safe.ts'
import { formatBytes, formatCount } from '../report/wording.ts'
import { addCorpus, pullCorpus } from '../run/acquisition.ts'
import { type CatalogueEntry, readCatalogue, termsOf } from '../store/catalogue.ts'
import { findShelved, listShelved, type Shelved, storeFolder } from '../store/shelf.ts'
import type { Outcome } from './program.ts'
import { Progress } from './progress.ts'
import { type ReadFlags, readOptionsOf, useColor } from './scan.ts'

/** A line of `corpora list --json`: the catalogue's facts, and what stands in the store. */
interface Listed {
  name: string
  catalogue: CatalogueEntry | null
  store: Shelved['provenance'] | null
  /** why the corpus in the store cannot be used; null if it can */
  problem: string | null
}

async function listCorpora(home: string, catalogueFile: string | undefined): Promise<Listed[]> {
  const { corpora } = await readCatalogue(catalogueFile)
  const names = new Set([...corpora.map(({ name }) => name), ...listShelved(home)])
  return [...names].map(name => {
    const catalogue = corpora.find(entry => entry.name === name) ?? null
    try {
      const store = findShelved(home, name)?.provenance ?? null
      const isOld = store !== null && store.index.version !== indexVersion
      return { name, catalogue, store, problem: isOld ? 'index of another version; pull or add it again' : null }
    } catch (error) {
      if (!(error instanceof PalimpsestError)) throw error
      return { name, catalogue, store: null, problem: error.message }
    }
  })
}

function describe({ name, catalogue, store, problem }: Listed, bold: (text: string) => string): string[] {
  const facts = catalogue ?? store
  const size = catalogue?.sizeBytes ?? catalogue?.aboutBytes
  const what = [
    facts?.title ?? 'added from files',
    facts?.model ?? (catalogue?.kind === 'human' ? 'written by people' : 'model not named'),
    catalogue === null ? null : `licence ${catalogue.licence ?? 'not stated'}`,
    size == null ? null : formatBytes(size),
  ].filter(part => part !== null)
  const state =
    problem ??
    (store === null
      ? 'not in the store'
      : `in the store since ${store.shelvedAt.slice(0, 10)}: ${formatCount(store.index.documents)} documents, index ${formatBytes(store.index.bytes)}`)
  return [
    `${bold(escapeTerminal(name))}  ${escapeTerminal(what.join(' · '), 300)}`,
    `  ${escapeTerminal(state, 600)}`,
    ...(catalogue === null ? [] : [`  ${escapeTerminal(catalogue.page, 300)}`]),
  ]
}

/** Runs `corpora list`. */
export async function runCorporaList(flags: { catalogue?: string; json?: boolean }, outcome: Outcome): Promise<void> {
  const home = storeFolder()
  const listed = await listCorpora(home, flags.catalogue)
  outcome.code = ExitCode.ok
  if (flags.json === true) {
    for (const corpus of listed) process.stdout.write(`${JSON.stringify(corpus)}\n`)
    return
  }
  const { bold } = pc.createColors(useColor())
  const lines = [...listed.flatMap(corpus => describe(corpus, bold)), '', `store: ${escapeTerminal(home)}`]
  process.stdout.write(`${lines.join('\n')}\n`)
}

/** Runs `corpora pull`. */
export async function runCorporaPull(
  name: string,
  flags: { mirror?: string; catalogue?: string; replace?: boolean },
  outcome: Outcome,
): Promise<void> {
  const home = storeFolder()
  const catalogue = await readCatalogue(flags.catalogue)
  const entry = catalogue.corpora.find(corpus => corpus.name === name)
  if (entry === undefined) {
    const known = catalogue.corpora.map(corpus => corpus.name).join(', ')
    throw new PalimpsestError('usage', `${name}: not in the catalogue; expected one of ${known}`)
  }
  const present = flags.replace === true ? null : findShelved(home, name)
  if (present !== null && present.provenance.index.version === indexVersion) {
    process.stdout.write(`${name}: already in the store, at ${escapeTerminal(present.folder)}\n`)
    outcome.code = ExitCode.ok
    return
  }
  const progress = new Progress()
  let seenBytes = 0
  const begin = (stage: string, totalBytes: number): void => {
    seenBytes = 0
    progress.begin(stage, totalBytes)
  }
  let stage = ''
  const shelved = await pullCorpus(entry, termsOf(catalogue, entry), {
    home,
    replace: flags.replace === true || present !== null,
    mirror: flags.mirror ?? process.env.PALIMPSEST_MIRROR,
    onProgress: (current, bytes, totalBytes) => {
      if (stage !== current) begin(current === 'download' ? `fetching ${name}` : 'indexing', totalBytes ?? 0)
      stage = current
      // a download tells where it stands, the indexing what was added
      progress.add(current === 'download' ? bytes - seenBytes : bytes, 0)
      seenBytes = bytes
    },
  })
  progress.end()
  report(shelved, outcome)
}

/** Runs `corpora add`. */
export async function runCorporaAdd(
  files: string[],
  flags: ReadFlags & { name: string; model?: string; replace?: boolean },
  outcome: Outcome,
): Promise<void> {
  const home = storeFolder()
  const { corpora } = await readCatalogue()
  if (corpora.some(({ name }) => name === flags.name))
    throw new PalimpsestError('usage', `${flags.name}: a name of the catalogue; choose another for your own corpus`)
  const progress = new Progress()
  progress.begin('indexing', 0)
  const shelved = await addCorpus(files, {
    home,
    name: flags.name,
    model: flags.model ?? null,
    read: readOptionsOf(flags),
    replace: flags.replace === true,
    onProgress: (_stage, bytes) => progress.add(bytes, 0),
  })
  progress.end()
  report(shelved, outcome)
}

function report({ folder, provenance }: Shelved, outcome: Outcome): void {
  const { name, source, index, unreadRecords, terms } = provenance
  const lines = [`${name}: ${formatCount(index.documents)} documents, index ${formatBytes(index.bytes)}, in ${folder}`]
  if (source !== null)
    lines.push(
      `from ${source.finalAddress}, ${formatBytes(source.bytes)}`,
      source.digestPublished
        ? `SHA-256 ${source.sha256}, as published`
        : `SHA-256 ${source.sha256}; none was published to hold it against, so keep this one`,
    )
  if (terms !== null) lines.push(`${terms.owner}, ${terms.document} of ${terms.date}: ${terms.summary}`)
  if (unreadRecords > 0) lines.push(`${formatCount(unreadRecords)} records could not be read`)
  lines.push(`now a name: palimpsest scan CORPUS --reference ${name} --out DIR`)
  process.stdout.write(`${lines.map(line => escapeTerminal(line, 1_000)).join('\n')}\n`)
  outcome.code = unreadRecords > 0 ? ExitCode.incomplete : ExitCode.ok
}
