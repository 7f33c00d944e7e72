/**
 * Files of the reference writers, read back exactly. They need a Python with pyarrow, duckdb and zstandard: the one that
 * PALIMPSEST_PYTHON names, else `python3`; without it the tests are skipped, and say so.
 */
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readAll, Scratch, toLines } from './scratch.ts'

const python = process.env.PALIMPSEST_PYTHON ?? 'python3'
const hasWriters = spawnSync(python, ['-c', 'import pyarrow, duckdb, zstandard']).status === 0
const scratch = new Scratch()
afterAll(() => scratch.remove())

const n = 60
const ask = (i: number): string => `Question ${i}, "quoted"; of the ${i % 2 ? 'größte Höhe' : '山'}?`
const answer = (i: number): string => `Answer ${i}: it's 12,5 m, he said.\nSecond line “${'x'.repeat(i)}” 🜁\\n.`
const rows = Array.from({ length: n }, (_, i) => ({
  id: `r${i}`,
  messages: [
    { role: 'user', content: ask(i) },
    { role: 'assistant', content: answer(i) },
  ],
}))

interface Written {
  file: string
  writer: string
  refused: string | null
}

test.skipIf(!hasWriters)(
  'what pyarrow, DuckDB, Python and zstandard wrote is read back exactly',
  { timeout: 120_000 },
  async () => {
    const program = path.join(import.meta.dirname, 'writers.py')
    const { stdout, stderr, status } = spawnSync(python, [program, scratch.folder], { input: toLines(rows) })
    expect(stderr.toString()).toBe('')
    expect(status).toBe(0)
    const all: Written[] = JSON.parse(stdout.toString())
    expect(all.length).toBeGreaterThan(70)
    for (const { file, writer, refused } of all) {
      const { documents, counts, problems } = await readAll([file])
      if (refused !== null) {
        expect(problems, writer).toMatchObject([{ outcome: 'rejected', reason: expect.stringContaining(refused) }])
        continue
      }
      expect(problems, writer).toEqual([])
      expect(counts, writer).toMatchObject({ recordsIn: n, scanned: n })
      expect(
        documents.map(({ record, id, prompt, text }) => [record, id, prompt, text]),
        writer,
      ).toEqual(rows.map((_, i) => [i, `r${i}`, ask(i), answer(i)]))
    }
  },
)

interface Packed {
  file: string
  accident: string
  /** lines that Python's reader gives; null where it refuses */
  lines: number | null
}

test.skipIf(!hasWriters)(
  'of 1,000 packed files, damaged or not, each is read as Python reads it, or reported',
  { timeout: 120_000 },
  async () => {
    const program = path.join(import.meta.dirname, 'packers.py')
    const { stdout, stderr } = spawnSync(python, [program, scratch.folder, '1000', '7'], { maxBuffer: 1 << 26 })
    expect(stderr.toString()).toBe('')
    const all: Packed[] = JSON.parse(stdout.toString())
    expect(all).toHaveLength(1000)
    let nSilent = 0
    for (const { file, accident, lines } of all) {
      const { documents, problems } = await readAll([file])
      if (accident === 'none') expect(problems, file).toEqual([])
      if (problems.length > 0) continue
      nSilent++
      expect(documents.length, `${accident} ${file}`).toBe(lines)
    }
    expect(nSilent).toBeGreaterThan(300)
  },
)
