/**
 * read: folders as Hugging Face writes them → which files are metadata and not data, and how many rows the
 * metadata claims of the others. Files that no metadata names are read all the same.
 *
 * Sources: the Hub's dataset cards (`configs`, `dataset_info`), `Dataset.save_to_disk` (`state.json`).
 */
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { glob } from 'tinyglobby'
import { parse } from 'yaml'
import type { LedgerFile, LedgerProblem } from '../types.ts'
import { isRow, type Row } from './fields.ts'
import type { Trouble } from './ledger.ts'
import type { Source } from './sources.ts'

const metadataNames = new Set(['dataset_info.json', 'dataset_infos.json', 'dataset_dict.json', 'state.json'])

/** Metadata longer than this is not looked into. */
const maxMetadataBytes = 4 << 20

async function readSmall(file: string): Promise<string | null> {
  const bytes = await readFile(file).catch(() => null)
  return bytes === null || bytes.length > maxMetadataBytes ? null : bytes.toString('utf8')
}

function parseJson(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text)
  } catch {
    return null
  }
}

/** The YAML block at the head of a card; null if there is none. */
function parseCard(text: string | null): Row | null {
  const block = /^\ufeff?---[ \t]*\r?\n([\s\S]*?)\r?\n---[ \t]*(?:\r?\n|$)/.exec(text ?? '')?.[1]
  if (block === undefined) return null
  try {
    const value: unknown = parse(block, { maxAliasCount: 100 })
    return isRow(value) ? value : null
  } catch {
    return null
  }
}

function skip(code: string, reason: string): Trouble {
  return { outcome: 'skipped', code, reason }
}

function listFilenames(value: unknown): string[] {
  if (!Array.isArray(value)) return []
  return value.flatMap(entry => (isRow(entry) && typeof entry.filename === 'string' ? [entry.filename] : []))
}

/** Files of a folder that describe data instead of holding it, with the reason why each is not read. */
export async function findMetadata(folder: string, names: string[]): Promise<Map<string, Trouble>> {
  const found = new Map<string, Trouble>()
  for (const name of names) {
    if (metadataNames.has(name) && isRow(parseJson(await readSmall(path.join(folder, name))))) {
      found.set(name, skip('metadata', 'the file describes data and holds none'))
    }
  }
  if (names.includes('README.md') && parseCard(await readSmall(path.join(folder, 'README.md')))) {
    found.set('README.md', skip('dataset-card', 'the file is a dataset card'))
  }
  const state = names.includes('state.json') ? parseJson(await readSmall(path.join(folder, 'state.json'))) : null
  if (!isRow(state)) return found
  const data = listFilenames(state._data_files)
  for (const name of names) {
    if (name.endsWith('.arrow') && data.length > 0 && !data.includes(name)) {
      found.set(name, skip('not-in-dataset', 'the state of the saved dataset does not name this file as data'))
    }
  }
  return found
}

/** What metadata claims: rows of files that belong together. Plain data. */
export interface Claim {
  /** whose rows, e.g. `split train` */
  what: string
  rows: number
  /** what it is when the claim does not hold */
  outcome: LedgerProblem['outcome']
  /** the files that are read, by their names in the corpus */
  files: string[]
}

/** The names of files that can be read. */
function listReadable(sources: Source[]): string[] {
  return sources.filter(({ problem }) => problem === null).map(({ file }) => file)
}

function readSplits(info: unknown): { name: string; rows: number }[] {
  if (!isRow(info)) return []
  const list = Array.isArray(info.splits) ? info.splits : isRow(info.splits) ? Object.values(info.splits) : []
  return list.flatMap(split => {
    if (!isRow(split) || typeof split.name !== 'string' || typeof split.num_examples !== 'number') return []
    return [{ name: split.name, rows: split.num_examples }]
  })
}

/** True if a path has the name of the split as a word of its own, as the Hub infers splits. */
function isOfSplit(file: string, split: string): boolean {
  return file.split(/[^A-Za-z0-9_]+|_(?=\d)/).includes(split) || file.split(/[^A-Za-z0-9]+/).includes(split)
}

/** Patterns of files that the card names for a split of a configuration; null if it leaves them to be inferred. */
function readPatterns(card: Row, config: string | null, split: string): string[] | null {
  const configs: unknown[] = Array.isArray(card.configs) ? card.configs : []
  const own = configs.filter(isRow).find(({ config_name: name }) => name === config || configs.length === 1)
  if (own?.data_files === undefined) return null
  const entries: unknown[] = Array.isArray(own.data_files) ? own.data_files : [own.data_files]
  const patterns = entries.flatMap(entry => {
    if (!isRow(entry)) return split === 'train' ? [entry] : []
    return entry.split === split ? [entry.path].flat() : []
  })
  const base = typeof own.data_dir === 'string' ? `${own.data_dir}/` : ''
  const named = patterns.filter(pattern => typeof pattern === 'string').map(pattern => base + pattern)
  // a card is a stranger's: nothing outside its folder is looked at
  return named.filter(
    pattern => pattern.length < 1000 && !path.isAbsolute(pattern) && !/(?:^|[\\/{,])\.\./.test(pattern),
  )
}

/** Sources that belong to a split: those that the card names, or if none is there those whose names say so, as the Hub infers. */
async function findSplitFiles(
  folder: string,
  sources: Source[],
  patterns: string[] | null,
  isInferred: (file: string) => boolean,
): Promise<Source[]> {
  const options = { cwd: folder, absolute: true, dot: true, followSymbolicLinks: false }
  const named = new Set(patterns === null || patterns.length === 0 ? [] : await glob(patterns, options))
  const files = sources.filter(source => named.has(source.path.split(path.sep).join('/')))
  return files.length > 0 ? files : sources.filter(source => isInferred(path.relative(folder, source.path)))
}

async function readCardClaims(folder: string, sources: Source[]): Promise<Claim[]> {
  const card = parseCard(await readSmall(path.join(folder, 'README.md')))
  if (!card) return []
  const infos = Array.isArray(card.dataset_info) ? card.dataset_info : [card.dataset_info]
  const claims: Claim[] = []
  for (const info of infos) {
    const config = isRow(info) && typeof info.config_name === 'string' ? info.config_name : null
    for (const { name, rows } of readSplits(info)) {
      const files = await findSplitFiles(folder, sources, readPatterns(card, config, name), file => {
        const isOfConfig = infos.length === 1 || config === null || file.split(/[\\/]/).slice(0, -1).includes(config)
        return isOfConfig && isOfSplit(file.replace(/\.[^.]+$/, ''), name)
      })
      const what = `split ${name}${config ? ` of ${config}` : ''}`
      claims.push({ what, rows, outcome: 'rejected', files: listReadable(files) })
    }
  }
  return claims
}

async function readStateClaims(folder: string, sources: Source[]): Promise<Claim[]> {
  const state = parseJson(await readSmall(path.join(folder, 'state.json')))
  if (!isRow(state) || typeof state._split !== 'string') return []
  const splits = readSplits(parseJson(await readSmall(path.join(folder, 'dataset_info.json'))))
  const data = listFilenames(state._data_files)
  const files = sources.filter(
    source => path.dirname(source.path) === folder && data.includes(path.basename(source.path)),
  )
  const claim = splits.find(split => split.name === state._split)
  // filtering a dataset leaves the old count in its metadata, so a difference does not say that rows are missing
  return claim
    ? [{ what: `split ${claim.name}`, rows: claim.rows, outcome: 'skipped', files: listReadable(files) }]
    : []
}

/**
 * What the metadata beside sources claims of their rows.
 *
 * @param sources all sources of the corpus, as listed
 */
export async function readClaims(sources: Source[]): Promise<Claim[]> {
  const folders = new Map<string, Source[]>()
  for (const source of sources) {
    let folder = path.dirname(source.path)
    // no farther up than the corpus argument
    for (let up = source.file.split('/').length - 1; up > 0; up--) {
      folders.set(folder, [...(folders.get(folder) ?? []), source])
      folder = path.dirname(folder)
    }
  }
  const claims: Claim[] = []
  for (const [folder, inside] of folders)
    claims.push(...(await readCardClaims(folder, inside)), ...(await readStateClaims(folder, inside)))
  return claims.filter(({ files }) => files.length > 0)
}

/**
 * Compares rows read with rows that metadata claims.
 *
 * @param files the account of each file, whole
 * @returns a problem of no bytes for each claim that does not hold; each counts as one record in the account
 */
export function checkClaims(claims: readonly Claim[], files: readonly LedgerFile[]): LedgerProblem[] {
  const rowsOf = new Map<string, number>()
  for (const { file, recordsIn } of files) rowsOf.set(file, (rowsOf.get(file) ?? 0) + recordsIn)
  const problems: LedgerProblem[] = []
  for (const { what, rows, outcome, files: named } of claims) {
    const got = named.reduce((sum, file) => sum + (rowsOf.get(file) ?? 0), 0)
    if (got === rows) continue
    const reason = `the metadata claims ${rows} rows for ${what}, its files hold ${got}`
    problems.push({ file: named[0], record: null, line: null, outcome, code: 'row-count', reason, bytes: 0 })
  }
  return problems.sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.reason < b.reason ? -1 : 1))
}
