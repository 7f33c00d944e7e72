/**
 * store: the local store: one folder a corpus, `corpora/NAME/` with `index.pali` and `provenance.json`, put there by
 * one rename; `downloads/` holds what is still under way. Nothing is ever read from a folder that is not complete.
 */
import { randomUUID } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { PalimpsestError } from '../errors.ts'
import type { Terms } from '../types.ts'
import { namePattern } from './catalogue.ts'

/** Where a corpus of the store came from and what was made of it; `provenance.json`. */
export interface Provenance {
  schema: 1
  name: string
  title: string | null
  model: string | null
  licence: string | null
  page: string | null
  terms: Terms | null
  /** the download; null for a corpus that was added from files */
  source: {
    /** as the catalogue has it */
    address: string
    /** where the bytes came from in the end, after mirror and redirections */
    finalAddress: string
    bytes: number
    sha256: string
    /** was the digest held against one that had been published? */
    digestPublished: boolean
  } | null
  files: { file: string; sizeBytes: number; sha256: string | null }[]
  /** records that could not be read */
  unreadRecords: number
  index: { version: number; sha256: string; documents: number; tokens: number; bytes: number }
  /** when it was put on the shelf, ISO 8601 */
  shelvedAt: string
}

/** A corpus of the store. */
export interface Shelved {
  folder: string
  indexFile: string
  provenance: Provenance
}

/** The folder of the store: `PALIMPSEST_HOME`, else the data folder of the system's convention. */
export function storeFolder(env: NodeJS.ProcessEnv = process.env): string {
  const { PALIMPSEST_HOME, XDG_DATA_HOME } = env
  if (PALIMPSEST_HOME) return path.resolve(PALIMPSEST_HOME)
  // the convention takes absolute paths alone (XDG Base Directory Specification 0.8)
  if (XDG_DATA_HOME && path.isAbsolute(XDG_DATA_HOME)) return path.join(XDG_DATA_HOME, 'palimpsest')
  return path.join(os.homedir(), '.local', 'share', 'palimpsest')
}

/** Whether an argument may be a name: a path that exists always wins over a name. */
export function isName(argument: string): boolean {
  return namePattern.test(argument) && !fs.existsSync(argument)
}

/** Throws unless a name may be given to a corpus. */
export function checkName(name: string): void {
  if (!namePattern.test(name))
    throw new PalimpsestError(
      'usage',
      `${name}: not a name for a corpus; expected up to 64 lower-case letters, digits, dots, dashes and underscores`,
    )
}

function folderOf(home: string, name: string): string {
  return path.join(home, 'corpora', name)
}

/**
 * The corpus of that name, or null.
 * @throws PalimpsestError `integrity` if its folder is damaged
 */
export function findShelved(home: string, name: string): Shelved | null {
  const folder = folderOf(home, name)
  if (!namePattern.test(name) || !fs.existsSync(folder)) return null
  const damaged = (what: string): PalimpsestError =>
    new PalimpsestError('integrity', `${folder}: ${what}; delete the folder and pull or add ${name} again`)
  const indexFile = path.join(folder, 'index.pali')
  if (!fs.existsSync(indexFile)) throw damaged('expected an index, found none')
  let provenance: Provenance
  try {
    provenance = JSON.parse(fs.readFileSync(path.join(folder, 'provenance.json'), 'utf8')) as Provenance
  } catch {
    throw damaged('provenance.json cannot be read')
  }
  if (provenance?.schema !== 1 || provenance.name !== name || typeof provenance.index?.version !== 'number')
    throw damaged('provenance.json does not describe this corpus')
  return { folder, indexFile, provenance }
}

/** Names of the corpora on the shelf, sorted; folders under way are none. */
export function listShelved(home: string): string[] {
  const folder = path.join(home, 'corpora')
  if (!fs.existsSync(folder)) return []
  return fs
    .readdirSync(folder, { withFileTypes: true })
    .filter(entry => entry.isDirectory() && namePattern.test(entry.name))
    .map(entry => entry.name)
    .sort()
}

/** What cut-short work left in the store: paths, sorted. They may be deleted; a download goes on from its own. */
export function listLeftovers(home: string): string[] {
  const found: string[] = []
  for (const part of ['corpora', 'downloads']) {
    const folder = path.join(home, part)
    if (!fs.existsSync(folder)) continue
    for (const name of fs.readdirSync(folder)) if (/\.partial(-|$)/.test(name)) found.push(path.join(folder, name))
  }
  return found.sort()
}

/** The file that a download of this name grows in; its folder is made. */
export function downloadFile(home: string, name: string): string {
  const folder = path.join(home, 'downloads')
  makeFolder(folder)
  return path.join(folder, `${name}.partial`)
}

/**
 * Gives a finished download the name that its content is read and reported under.
 * @param pathname path of its address, whose last part names it
 * @returns the file, and what deletes it
 */
export function finishDownload(partial: string, pathname: string): { file: string; remove: () => void } {
  const folder = `${partial}-whole`
  const file = path.join(folder, path.posix.basename(pathname).replace(/[^\w.-]/g, '_') || 'corpus')
  fs.rmSync(folder, { recursive: true, force: true })
  makeFolder(folder)
  fs.renameSync(partial, file)
  return { file, remove: () => fs.rmSync(folder, { recursive: true, force: true }) }
}

function makeFolder(folder: string): void {
  try {
    fs.mkdirSync(folder, { recursive: true })
  } catch (error) {
    throw new PalimpsestError(
      'usage',
      `${folder}: the store cannot be written (${(error as NodeJS.ErrnoException).code}); set PALIMPSEST_HOME to a folder that can`,
    )
  }
}

/**
 * Puts a corpus on the shelf by one rename; with `replace`, an earlier one of that name gives way.
 *
 * @param writeIndex writes the index file to the path it is given
 * @throws PalimpsestError `usage` if the name is taken
 */
export function shelve(
  home: string,
  provenance: Provenance,
  writeIndex: (file: string) => void,
  replace: boolean,
): Shelved {
  checkName(provenance.name)
  const folder = folderOf(home, provenance.name)
  checkFree(home, provenance.name, replace)
  makeFolder(path.dirname(folder))
  const building = path.join(path.dirname(folder), `.${provenance.name}.partial-${randomUUID()}`)
  try {
    fs.mkdirSync(building)
    writeIndex(path.join(building, 'index.pali'))
    fs.writeFileSync(path.join(building, 'provenance.json'), `${JSON.stringify(provenance, null, 2)}\n`)
    const old = `${building}-old`
    if (fs.existsSync(folder)) fs.renameSync(folder, old)
    fs.renameSync(building, folder)
    fs.rmSync(old, { recursive: true, force: true })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === undefined || error instanceof PalimpsestError) throw error
    throw new PalimpsestError('input', `${folder}: cannot be written (${code}); is there room on the disk?`)
  } finally {
    fs.rmSync(building, { recursive: true, force: true })
  }
  return { folder, indexFile: path.join(folder, 'index.pali'), provenance }
}

/** @throws PalimpsestError `usage` if the name is taken and is not to be replaced */
export function checkFree(home: string, name: string, replace: boolean): void {
  const folder = folderOf(home, name)
  if (!replace && fs.existsSync(folder))
    throw new PalimpsestError(
      'usage',
      `${name}: already in the store, at ${folder}; --replace puts the new one in its place`,
    )
}

/**
 * Holds a name while work on it lasts, so that two processes do not write to one file.
 * @returns what ends the hold
 * @throws PalimpsestError `usage` while a living process holds it
 */
export function holdName(home: string, name: string): () => void {
  const file = `${downloadFile(home, name)}.lock`
  for (let attempt = 0; ; attempt++) {
    try {
      fs.writeFileSync(file, String(process.pid), { flag: 'wx' })
      return () => fs.rmSync(file, { force: true })
    } catch {
      const holder = Number(fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : 0)
      if (attempt > 0 || isAlive(holder))
        throw new PalimpsestError('usage', `${name}: process ${holder} is pulling it; wait for it, or delete ${file}`)
      fs.rmSync(file, { force: true })
    }
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
