/**
 * run: a corpus of the catalogue, or files of the user → an index in the local store, with the record of where it came
 * from. What could not be read whole is refused; single records that could not be read are counted.
 */
import process from 'node:process'
import { PalimpsestError } from '../errors.ts'
import { indexVersion } from '../match/format.ts'
import { writeIndex } from '../match/reference.ts'
import type { ReadOptions } from '../read/corpus.ts'
import type { CatalogueEntry } from '../store/catalogue.ts'
import { type Downloaded, type DownloadRequest, download } from '../store/download.ts'
import { applyMirror } from '../store/route.ts'
import {
  checkFree,
  checkName,
  downloadFile,
  finishDownload,
  holdName,
  type Provenance,
  type Shelved,
  shelve,
} from '../store/shelf.ts'
import type { Terms } from '../types.ts'
import { type BuiltIndex, buildIndex } from './build.ts'

/** How to put a corpus into the store. */
export interface AcquisitionOptions {
  /** folder of the store */
  home: string
  /** take the place of a corpus of that name */
  replace?: boolean
  onProgress?: (stage: 'download' | 'index', bytes: number, totalBytes: number | null) => void
}

/** How to fetch a corpus. */
export interface PullOptions extends AcquisitionOptions {
  /** address of a mirror; see `applyMirror` */
  mirror?: string | undefined
  env?: NodeJS.ProcessEnv
  /** patience with the server, for tests of it */
  patience?: Pick<DownloadRequest, 'stallMs' | 'pauseMs'>
}

/**
 * Fetches a corpus of a catalogue and puts its index into the store.
 *
 * @throws PalimpsestError `usage` if the name is taken, `input` if the server fails or lies or the file is no corpus
 */
export async function pullCorpus(entry: CatalogueEntry, terms: Terms | null, options: PullOptions): Promise<Shelved> {
  const { home, replace = false, env = process.env, onProgress } = options
  checkName(entry.name)
  checkFree(home, entry.name, replace)
  const release = holdName(home, entry.name)
  try {
    const file = downloadFile(home, entry.name)
    const fetched = await download({
      address: applyMirror(entry.address, options.mirror),
      file,
      sizeBytes: entry.sizeBytes,
      aboutBytes: entry.aboutBytes,
      sha256: entry.sha256,
      env,
      onProgress: (bytes, totalBytes) => onProgress?.('download', bytes, totalBytes),
      ...options.patience,
    })
    const whole = finishDownload(file, new URL(entry.address).pathname)
    try {
      const built = await buildIndex([whole.file], {
        name: entry.name,
        model: entry.model,
        read: entry.layout as Partial<ReadOptions>,
        onProgress: bytes => onProgress?.('index', bytes, null),
      })
      return shelveIndex(
        built,
        { ...describeEntry(entry, terms), source: describeSource(entry, fetched) },
        home,
        replace,
      )
    } finally {
      whole.remove()
    }
  } finally {
    release()
  }
}

/** What the user says of files of their own. */
export interface AddOptions extends AcquisitionOptions {
  name: string
  model?: string | null
  read?: Partial<ReadOptions>
}

/**
 * Puts an index of local files into the store.
 *
 * @throws PalimpsestError `usage` if the name is taken or no name, `input` if the files hold no text or cannot be read
 */
export async function addCorpus(files: string[], options: AddOptions): Promise<Shelved> {
  const { home, name, model = null, read, replace = false, onProgress } = options
  checkName(name)
  checkFree(home, name, replace)
  const built = await buildIndex(files, {
    name,
    model,
    ...(read && { read }),
    onProgress: bytes => onProgress?.('index', bytes, null),
  })
  const local = { name, title: null, model, licence: null, page: null, terms: null, source: null }
  return shelveIndex(built, local, home, replace)
}

type Origin = Pick<Provenance, 'name' | 'title' | 'model' | 'licence' | 'page' | 'terms' | 'source'>

function describeEntry(
  { name, title, model, licence, page }: CatalogueEntry,
  terms: Terms | null,
): Omit<Origin, 'source'> {
  return { name, title, model, licence, page, terms }
}

function describeSource({ address, sha256 }: CatalogueEntry, fetched: Downloaded): Provenance['source'] {
  const { finalAddress, bytes, sha256: digest } = fetched
  // what follows the path of a final address may be a pass of the server's that is good for once
  const { origin, pathname } = new URL(finalAddress)
  return { address, finalAddress: origin + pathname, bytes, sha256: digest, digestPublished: sha256 !== null }
}

function shelveIndex({ index, files, problems }: BuiltIndex, origin: Origin, home: string, replace: boolean): Shelved {
  const faults = problems.filter(({ outcome }) => outcome !== 'skipped')
  const unread = faults.find(({ record }) => record === null)
  if (unread !== undefined)
    throw new PalimpsestError('input', `${origin.name}: expected to read it whole; ${unread.file}: ${unread.reason}`)
  const { sha256, documents, tokens } = index.facts
  const provenance: Provenance = {
    schema: 1,
    ...origin,
    files: files.map(({ file, sizeBytes, sha256: digest }) => ({ file, sizeBytes, sha256: digest })),
    unreadRecords: faults.length,
    index: { version: indexVersion, sha256, documents, tokens, bytes: index.sizeBytes },
    shelvedAt: new Date().toISOString(),
  }
  return shelve(home, provenance, file => writeIndex(file, index), replace)
}
