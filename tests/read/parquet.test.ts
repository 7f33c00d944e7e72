/** Parquet in parts: any cut gives the documents, numbers and account of the whole file. */
import { renameSync, writeFileSync } from 'node:fs'
import fc from 'fast-check'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { afterAll, describe, expect, it } from 'vitest'
import { defaultReadOptions, digestFile, digestParts, listSources, planParts, readPart } from '../../src/read/corpus.ts'
import { readAll, Scratch } from './scratch.ts'

const scratch = new Scratch()
afterAll(() => scratch.remove())

/** A file of so many rows of uneven length. */
function writeRows(nRows: number, rowGroupSize: number): Buffer {
  const text = (i: number): string => (i % 7 === 3 ? '' : `answer ${i} ${'to the question '.repeat(i % 5)}`)
  const data = Array.from({ length: nRows }, (_, i) => text(i))
  const columnData = [
    { name: 'id', data: data.map((_, i) => i), type: 'INT32' as const },
    { name: 'text', data, type: 'STRING' as const },
  ]
  return Buffer.from(parquetWriteBuffer({ columnData, codec: 'UNCOMPRESSED', rowGroupSize }))
}

/** Spoils the pages of the row group in which a row stands. */
function spoil(bytes: Buffer, row: number): Buffer {
  const at = bytes.indexOf(`answer ${row} `)
  return Buffer.concat([bytes.subarray(0, at - 60), Buffer.alloc(60), bytes.subarray(at)])
}

const cut = (file: string, partBytes: number) =>
  listSources([file], defaultReadOptions).then(sources => planParts(sources, { ...defaultReadOptions, partBytes }))

/** How many documents each part of a file holds. */
async function countDocuments(parts: Awaited<ReturnType<typeof cut>>): Promise<number[]> {
  const counts: number[] = []
  for (const part of structuredClone(parts)) {
    let n = 0
    for await (const batch of readPart(part, defaultReadOptions)) n += batch.documents.length
    counts.push(n)
  }
  return counts
}

describe('a Parquet file in parts', () => {
  it('gives the same documents, problems and account for any cut, whatever is damaged', async () => {
    const shape = fc.record({
      nRows: fc.integer({ min: 0, max: 90 }),
      rowGroupSize: fc.integer({ min: 1, max: 30 }),
      damage: fc.constantFrom('none', 'group', 'footer', 'tail'),
      partBytes: fc.integer({ min: 50, max: 3000 }),
    })
    await fc.assert(
      fc.asyncProperty(shape, async ({ nRows, rowGroupSize, damage, partBytes }) => {
        let bytes = writeRows(nRows, rowGroupSize)
        if (damage === 'group' && nRows > 12) bytes = spoil(bytes, 12)
        if (damage === 'footer') bytes.fill(255, bytes.length - 40, bytes.length - 20)
        if (damage === 'tail') bytes = bytes.subarray(0, bytes.length - 3)
        const file = scratch.write('any.parquet', bytes)
        const whole = await readAll([file])
        const inParts = await readAll([file], { partBytes })
        expect(inParts.documents).toEqual(whole.documents)
        expect(inParts.problems).toEqual(whole.problems)
        expect(inParts.counts).toEqual(whole.counts)
        expect(whole.counts.bytesIn).toBe(bytes.length)
      }),
      { seed: 9, numRuns: 60 },
    )
  })

  it('is shared: no part holds more than its row groups, and small ones stand together in a part', async () => {
    const file = scratch.write('shared.parquet', writeRows(200, 10))
    const counts = await countDocuments(await cut(file, 2500))
    expect(counts.length).toBeGreaterThan(4)
    expect(counts.filter(n => n > 0).length).toBeGreaterThan(3)
    expect(Math.max(...counts)).toBeLessThan(70)
    expect(Math.max(...counts)).toBeGreaterThan(10)
  })

  it('tells a damaged footer once, and loses the numbers of a damaged group alone', async () => {
    const footless = writeRows(90, 10)
    footless.fill(255, footless.length - 40, footless.length - 20)
    const { problems } = await readAll([scratch.write('footless.parquet', footless)], { partBytes: 500 })
    expect(problems).toMatchObject([{ code: 'corrupt-parquet', bytes: footless.length }])
    const bad = await readAll([scratch.write('bad.parquet', spoil(writeRows(90, 10), 12))], { partBytes: 500 })
    expect(bad.problems.filter(({ code }) => code === 'corrupt-parquet')).toMatchObject([
      { reason: expect.stringContaining('rows 10 to 19 of row group 1') },
    ])
    expect(bad.documents.every(({ record, text }) => text.startsWith(`answer ${record} `))).toBe(true)
    expect(bad.documents.at(-1)?.record).toBe(89)
  })

  it('has parts with exact bounds and digests, which hold its bytes and its footer to what was planned', async () => {
    const bytes = writeRows(90, 10)
    const file = scratch.write('planned.parquet', bytes)
    const parts = await cut(file, 900)
    const { sha256, parts: exact } = await digestParts(parts)
    expect(sha256).toBe(await digestFile(file))
    expect(exact.map(({ start }) => start)).toEqual([0, ...exact.slice(0, -1).map(({ end }) => end)])
    expect(exact.at(-1)?.end).toBe(bytes.length)
    expect(await countDocuments(exact)).toEqual(await countDocuments(parts))
    const changed = async (at: number): Promise<boolean[]> => {
      const spoilt = Buffer.from(bytes)
      spoilt[at] ^= 1
      // a file takes the place of the planned one as a whole
      writeFileSync(`${file}.new`, spoilt)
      renameSync(`${file}.new`, file)
      const out: boolean[] = []
      for (const part of structuredClone(exact)) {
        let isTold = false
        for await (const batch of readPart(part, defaultReadOptions))
          isTold ||= batch.problems.some(({ reason }) => /not those that were planned/.test(reason))
        out.push(isTold)
      }
      return out
    }
    const full = exact.map(({ start, end }) => start < end)
    expect(full.filter(Boolean).length).toBeGreaterThan(3)
    const place = bytes.indexOf('answer 41 ')
    expect(await changed(place)).toEqual(exact.map(({ start, end }) => start <= place && place < end))
    // a name of a column: the rows of every part would be others
    expect(await changed(bytes.lastIndexOf('text'))).toEqual(full)
  })
})
