/** cli: the command `doctor`: what is missing or outdated on this machine, and what to do about it. */
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import zlib from 'node:zlib'
import pc from 'picocolors'
import { ExitCode, PalimpsestError } from '../errors.ts'
import { indexVersion } from '../match/format.ts'
import { escapeTerminal } from '../report/safe.ts'
import { formatBytes } from '../report/wording.ts'
import { audit } from '../run/audit.ts'
import { fullVersion } from '../run/version.ts'
import { readCatalogue } from '../store/catalogue.ts'
import { findShelved, listLeftovers, listShelved, storeFolder } from '../store/shelf.ts'
import type { Outcome } from './program.ts'
import { useColor } from './scan.ts'

/** One thing looked at. `missing` and `damaged` keep something from working, `note` does not. */
interface Check {
  name: string
  state: 'ok' | 'note' | 'missing' | 'damaged'
  detail: string
  /** what to do; null where nothing is to be done */
  remedy: string | null
}

const floorNode = 20
/** Memory of a scan beside its indexes: the peak over the bench's 29,449 answers was 194 MB, its index among it. */
const workBytes = 300 * 2 ** 20
/** Room below which an index, its building and an audit hardly find place. */
const smallDiskBytes = 2 ** 30
/** Age at which the facts of the catalogue deserve a newer release. */
const oldCatalogueDays = 400

const ok = (name: string, detail: string): Check => ({ name, state: 'ok', detail, remedy: null })

function checkNode(): Check {
  const major = Number(process.versions.node.split('.')[0])
  if (major >= floorNode) return ok('node', `${process.version}, ${process.platform} ${process.arch}`)
  const remedy = `install Node ${floorNode} or newer`
  return { name: 'node', state: 'missing', detail: `expected ${floorNode} or newer, got ${process.version}`, remedy }
}

function checkZstd(): Check {
  const isNative = typeof (zlib as { createZstdDecompress?: unknown }).createZstdDecompress === 'function'
  return ok(
    'zstd',
    isNative ? 'read by Node itself' : 'read by the decoder of the program; Node 22.15 and newer bring one',
  )
}

function checkThreads(): Check {
  const threads = os.availableParallelism()
  return ok(
    'threads',
    threads === 1 ? 'one; --threads gains nothing here' : `${threads}; scan takes one unless told --threads ${threads}`,
  )
}

/** Memory that the process may have, and the largest index of the store beside it. */
function checkMemory(largestIndexBytes: number): Check {
  // a container's limit; a number beyond the machine's memory where there is none
  const limit = process.constrainedMemory() || Number.POSITIVE_INFINITY
  const freeBytes = Math.min(os.freemem(), limit)
  const roomBytes = Math.max(0, freeBytes - workBytes)
  const detail = `${formatBytes(freeBytes)} free; indexes of up to ${formatBytes(roomBytes)} together fit into it`
  if (largestIndexBytes > roomBytes)
    return {
      name: 'memory',
      state: 'note',
      detail: `${detail}; the largest of the store has ${formatBytes(largestIndexBytes)}`,
      remedy: 'an index but for its texts is held in memory: free some, or scan with it on a larger machine',
    }
  if (roomBytes > 0) return ok('memory', detail)
  return { name: 'memory', state: 'note', detail, remedy: 'a scan may run out of memory here: free some' }
}

/** The nearest folder above a path that exists. */
function existingFolder(folder: string): string {
  return fs.existsSync(folder) ? folder : existingFolder(path.dirname(folder))
}

function checkDisk(name: string, folder: string): Check {
  const { bavail, bsize } = fs.statfsSync(existingFolder(folder))
  const freeBytes = bavail * bsize
  const detail = `${formatBytes(freeBytes)} free at ${folder}`
  if (freeBytes >= smallDiskBytes) return ok(name, detail)
  return {
    name,
    state: 'note',
    detail,
    remedy: 'make room: an index takes about as much as its texts, an audit as its findings',
  }
}

function checkStore(home: string): Check {
  const folder = existingFolder(home)
  try {
    const probe = fs.mkdtempSync(path.join(folder, '.palimpsest-'))
    fs.rmdirSync(probe)
  } catch (error) {
    const detail = `${home} cannot be written (${(error as NodeJS.ErrnoException).code})`
    return { name: 'store', state: 'missing', detail, remedy: 'set PALIMPSEST_HOME to a folder that can be written' }
  }
  const leftovers = listLeftovers(home)
  if (leftovers.length === 0) return ok('store', folder === home ? home : `${home}, made when it is needed`)
  return {
    name: 'store',
    state: 'note',
    detail: `${home}; cut-short work left ${leftovers.join(', ')}`,
    remedy: 'give the same corpora pull again to go on, or delete them',
  }
}

async function checkCatalogue(): Promise<Check> {
  const { asOf, corpora } = await readCatalogue()
  const detail = `${corpora.length} corpora, facts of ${asOf}`
  const ageDays = (Date.now() - Date.parse(asOf)) / 86_400_000
  if (ageDays < oldCatalogueDays) return ok('catalogue', detail)
  return {
    name: 'catalogue',
    state: 'note',
    detail,
    remedy: 'a newer release may know more; addresses and clauses change',
  }
}

/** The corpora of the store: whole, and of the version that this program reads? */
function checkCorpora(home: string): { checks: Check[]; largestBytes: number } {
  const checks: Check[] = []
  let largestBytes = 0
  for (const corpus of listShelved(home)) {
    const name = `corpus ${corpus}`
    try {
      const shelved = findShelved(home, corpus)
      if (shelved === null) continue
      const { index, source } = shelved.provenance
      const bytes = fs.statSync(shelved.indexFile).size
      largestBytes = Math.max(largestBytes, bytes)
      const again = source === null ? `corpora add … --name ${corpus} --replace` : `corpora pull ${corpus} --replace`
      const remedy = `palimpsest ${again}`
      if (index.version !== indexVersion) {
        const detail = `index of version ${index.version}, this program reads ${indexVersion}`
        checks.push({ name, state: 'missing', detail, remedy })
      } else if (bytes !== index.bytes) {
        const detail = `expected an index of ${index.bytes} bytes, got ${bytes}`
        checks.push({ name, state: 'damaged', detail, remedy })
      } else checks.push(ok(name, `${index.documents.toLocaleString('en')} documents, index ${formatBytes(bytes)}`))
    } catch (error) {
      if (!(error instanceof PalimpsestError)) throw error
      checks.push({ name, state: 'damaged', detail: error.message, remedy: null })
    }
  }
  return { checks, largestBytes }
}

/** Scans the smallest corpus of the demo against itself, in workers: every document must be found. */
async function checkScan(): Promise<Check> {
  const file = fileURLToPath(new URL('../../corpora/demo/decoy.jsonl', import.meta.url))
  const startedMs = Date.now()
  try {
    const { bundle } = await audit({ suspects: [file], references: [file], threads: 2 })
    const { n, classA, classB, classC } = bundle.summary.documents
    const found = classA + classB + classC
    if (n > 0 && found === n)
      return ok('scan', `${n} of ${n} documents found in themselves, in ${Date.now() - startedMs} ms`)
    const detail = `expected to find all ${n} documents in themselves, found ${found}`
    return { name: 'scan', state: 'damaged', detail, remedy: 'install the program again' }
  } catch (error) {
    return { name: 'scan', state: 'damaged', detail: (error as Error).message, remedy: 'install the program again' }
  }
}

/** Runs `doctor`. */
export async function runDoctor(flags: { json?: boolean }, outcome: Outcome): Promise<void> {
  const home = storeFolder()
  const corpora = checkCorpora(home)
  const checks = [
    ok('palimpsest', fullVersion),
    checkNode(),
    checkZstd(),
    checkThreads(),
    checkMemory(corpora.largestBytes),
    checkDisk('disk', process.cwd()),
    checkDisk('disk of the store', home),
    checkStore(home),
    await checkCatalogue(),
    ...corpora.checks,
    await checkScan(),
  ]
  outcome.code = checks.some(({ state }) => state === 'damaged')
    ? ExitCode.integrity
    : checks.some(({ state }) => state === 'missing')
      ? ExitCode.incomplete
      : ExitCode.ok
  if (flags.json === true) {
    process.stdout.write(`${JSON.stringify(checks)}\n`)
    return
  }
  const colors = pc.createColors(useColor())
  const paint = { ok: colors.green, note: colors.yellow, missing: colors.red, damaged: colors.red }
  const lines = checks.flatMap(({ name, state, detail, remedy }) => [
    `${paint[state](state.padEnd(8))}${escapeTerminal(name)}: ${escapeTerminal(detail, 1_000)}`,
    ...(remedy === null ? [] : [`        → ${escapeTerminal(remedy, 400)}`]),
  ])
  const broken = checks.filter(({ state }) => state === 'missing' || state === 'damaged').length
  lines.push('', broken === 0 ? 'nothing is missing' : `${broken} of ${checks.length} need something`)
  process.stdout.write(`${lines.join('\n')}\n`)
}
