/**
 * Bench: a vendor's file of any size and an index of any number of documents, both from a seed, for the benches of
 * scans on several machines. One answer in 500 is a reference output with other names; all others share no wording
 * with it. Files are made once and kept for the next bench.
 *
 *     npx tsx tests/bench/cluster-corpus.ts FOLDER [--bytes 1073741824] [--documents 200000]
 */
import { closeSync, existsSync, mkdirSync, openSync, renameSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { writeIndex } from '../../src/match/reference.ts'
import { buildIndex } from '../../src/run/build.ts'
import { makeRandom, renameAll, writeProse, writeSentences } from '../prose.ts'

const copiedOneIn = 500
/** Sentences from which texts are put together; no reference text holds one. */
const poolSentences = 200_000
const flushBytes = 1 << 22

/** Where the files of a bench are. */
export interface ClusterCorpus {
  vendor: string
  reference: string
  index: string
}

/** Writes lines until the file is as large as it may be; appears by rename. */
function writeFile(file: string, maxBytes: number, lineAt: (i: number) => string | undefined): void {
  if (existsSync(file)) return
  const fd = openSync(`${file}.partial`, 'w')
  let bytes = 0
  let pending = ''
  for (let i = 0; ; i++) {
    const line = lineAt(i)
    const isLast = line === undefined || bytes + Buffer.byteLength(line) > maxBytes
    if (!isLast) {
      pending += line
      bytes += Buffer.byteLength(line)
    }
    if (isLast || pending.length >= flushBytes) {
      writeSync(fd, pending)
      pending = ''
    }
    if (isLast) break
  }
  closeSync(fd)
  renameSync(`${file}.partial`, file)
}

/** Makes what is not there yet; equal sizes give equal bytes. */
export async function makeClusterCorpus(folder: string, bytes: number, documents: number): Promise<ClusterCorpus> {
  mkdirSync(folder, { recursive: true })
  const corpus: ClusterCorpus = {
    vendor: join(folder, `vendor-${bytes}.jsonl`),
    reference: join(folder, `reference-${documents}.jsonl`),
    index: join(folder, `reference-${documents}.pali`),
  }
  const answer = (i: number): string => writeProse(1_000_000_000 + i, 8)
  writeFile(corpus.reference, Number.POSITIVE_INFINITY, i =>
    i < documents ? `${JSON.stringify({ id: `r${i}`, prompt: `Question ${i}?`, response: answer(i) })}\n` : undefined,
  )
  const pool: string[] = []
  const random = makeRandom(7)
  const below = (n: number): number => Math.floor(random() * n)
  if (!existsSync(corpus.vendor)) for (let i = 0; i < poolSentences / 100; i++) pool.push(...writeSentences(i, 100))
  writeFile(corpus.vendor, bytes, i => {
    const response =
      below(copiedOneIn) === 0
        ? renameAll(answer(below(documents)))
        : Array.from({ length: 6 + below(20) }, () => pool[below(pool.length)]).join(' ')
    return `${JSON.stringify({ id: `v${i}`, prompt: `Please explain matter ${below(100_000)}.`, response })}\n`
  })
  if (!existsSync(corpus.index)) {
    const { index } = await buildIndex([corpus.reference], { name: 'reference.pali', model: 'reference' })
    writeIndex(corpus.index, index)
  }
  return corpus
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      bytes: { type: 'string', default: String(2 ** 30) },
      documents: { type: 'string', default: '200000' },
    },
  })
  const made = await makeClusterCorpus(positionals[0], Number(values.bytes), Number(values.documents))
  for (const file of Object.values(made)) console.log(`${file}: ${statSync(file).size.toLocaleString('en')} bytes`)
}
