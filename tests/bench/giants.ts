/**
 * Input made to exhaust memory or time, through the real command line: `npm run bench:giants`. A line of 1 GiB, a record
 * of a million columns, one nested a million deep, a long text, and a bomb; after each but the bomb stands a plain record, which must
 * be scanned. Prints wall seconds and the largest memory of each, and fails where a bound does not hold.
 */
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { runProgram } from './program.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'palimpsest-giants-'))
const mebibyte = 1 << 20
const boundBytes = 512 * mebibyte

const good = `${JSON.stringify({ prompt: 'Is it still read?', response: 'Yes, the next record is still read.' })}\n`

/** Writes pieces to a file, the good record last. */
function writePieces(name: string, pieces: Iterable<string | Buffer>): string {
  const file = path.join(folder, name)
  const descriptor = openSync(file, 'w')
  for (const piece of pieces) writeSync(descriptor, piece as string)
  closeSync(descriptor)
  return file
}

function* repeat(head: string, piece: string, times: number, tail: string): Generator<string | Buffer> {
  yield head
  const block = Buffer.from(piece.repeat(Math.max(1, Math.floor(mebibyte / piece.length))))
  const perBlock = block.length / piece.length
  for (let left = times; left > 0; left -= perBlock)
    yield left >= perBlock ? block : block.subarray(0, left * piece.length)
  yield `${tail}\n${good}`
}

function writeColumns(): string {
  const columns = Array.from({ length: 1_000_000 }, (_, i) => `"c${i}":1`).join(',')
  return writePieces('columns.jsonl', [`{${columns}}\n`, good])
}

function writeBomb(): string {
  const member = gzipSync(Buffer.alloc(16 * mebibyte, 32))
  return writePieces(
    'bomb.jsonl.gz',
    Array.from({ length: 32 }, () => member),
  )
}

interface Case {
  name: string
  file: () => string
  /** seconds allowed; undefined where only memory is bounded */
  maxSeconds?: number
  /** whether the record behind the giant can be reached */
  reachesNext: boolean
}

const cases: Case[] = [
  {
    name: 'a line of 1 GiB',
    file: () => writePieces('line.jsonl', repeat('{"response": "', 'a', 1 << 30, '"}')),
    reachesNext: true,
  },
  { name: 'a million columns', file: writeColumns, reachesNext: true },
  {
    name: 'nested a million deep',
    file: () => writePieces('deep.jsonl', [`${'['.repeat(1e6)}${']'.repeat(1e6)}\n`, good]),
    reachesNext: true,
  },
  {
    name: 'a text of 15 MB in one record',
    file: () => writePieces('text.jsonl', repeat('{"response": "', 'The harbour is lit at nine. ', 560_000, '"}')),
    reachesNext: true,
  },
  { name: 'a gzip bomb of 512 MiB', file: writeBomb, maxSeconds: 2, reachesNext: false },
]

let nFaults = 0
console.log(
  '| input | seconds | peak MiB | records: scanned · rejected · limited | exit |\n| --- | --: | --: | --: | --: |',
)
for (const { name, file, maxSeconds, reachesNext } of cases) {
  const suspect = file()
  const out = path.join(folder, 'out')
  rmSync(out, { recursive: true, force: true })
  const { code, seconds, peakBytes } = runProgram(['scan', suspect, '--out', out], folder, [0, 3])
  const { coverage } = JSON.parse(readFileSync(path.join(out, 'summary.json'), 'utf8'))
  console.log(
    `| ${name} | ${seconds.toFixed(1)} | ${Math.round(peakBytes / mebibyte)} | ${coverage.scanned} · ${coverage.rejected} · ${coverage.limited} | ${code} |`,
  )
  const isBounded = peakBytes <= boundBytes && (maxSeconds === undefined || seconds <= maxSeconds)
  if (isBounded && (!reachesNext || coverage.scanned >= 1)) continue
  nFaults++
  console.log('  out of bounds')
}
rmSync(folder, { recursive: true })
process.exitCode = nFaults > 0 ? 1 : 0
