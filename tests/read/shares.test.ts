/** Samples and limits: what is read of a corpus when not all of it is asked for, and the account of the rest. */
import { afterAll, describe, expect, it } from 'vitest'
import {
  defaultReadOptions,
  limitParts,
  listSources,
  type Part,
  planParts,
  type ReadOptions,
  readPart,
} from '../../src/read/corpus.ts'
import type { Document, LedgerFile, LedgerProblem } from '../../src/types.ts'
import { makeRows } from '../cli/program.ts'
import { Scratch, toLines } from './scratch.ts'

const scratch = new Scratch()
afterAll(() => scratch.remove())

const rows = makeRows(0, 400)
const lines = scratch.write('rows.jsonl', toLines(rows))
const list = scratch.write('rows.json', JSON.stringify(rows))
const table = scratch.write(
  'rows.csv',
  `id,response\n${rows.map(({ id, response }) => `${id},"${response}"\n`).join('')}`,
)

interface Reading {
  documents: Document[]
  problems: LedgerProblem[]
  accounts: LedgerFile[]
}

async function readParts(parts: readonly Part[], options: ReadOptions): Promise<Reading> {
  const reading: Reading = { documents: [], problems: [], accounts: [] }
  for (const part of parts) {
    for await (const batch of readPart(part, options)) {
      reading.documents.push(...batch.documents)
      reading.problems.push(...batch.problems)
      if (batch.last !== null) reading.accounts.push(batch.last)
    }
  }
  for (const account of reading.accounts) {
    expect(account.recordsIn).toBe(account.scanned + account.rejected + account.limited + account.skipped)
    expect(account.bytesIn).toBe(
      account.bytesScanned + account.bytesRejected + account.bytesLimited + account.bytesSkipped,
    )
  }
  return reading
}

async function read(files: string[], asked: Partial<ReadOptions>, maxRecords?: number): Promise<Reading> {
  const options = { ...defaultReadOptions, ...asked }
  const parts = planParts(await listSources(files, options), options)
  return readParts(maxRecords === undefined ? parts : await limitParts(parts, maxRecords, options), options)
}

const idsOf = ({ documents }: Reading): (string | null)[] => documents.map(({ id }) => id)

describe.each([
  ['JSON lines', lines],
  ['a JSON array', list],
  ['CSV', table],
])('a sample of %s', (_, file) => {
  it('is about the share that was asked for, and the rest is in the account as one problem', async () => {
    const { documents, problems, accounts } = await read([file], { sampleShare: 0.25 })
    expect(documents.length).toBeGreaterThan(60)
    expect(documents.length).toBeLessThan(140)
    expect(problems).toMatchObject([{ outcome: 'skipped', code: 'not-sampled', records: 400 - documents.length }])
    expect(accounts[0]).toMatchObject({ recordsIn: 400, scanned: documents.length })
    expect(accounts[0].bytesSkipped).toBe(problems[0].bytes)
  })

  it('grows with the share and never loses a record by it', async () => {
    const small = new Set(idsOf(await read([file], { sampleShare: 0.1 })))
    const large = new Set(idsOf(await read([file], { sampleShare: 0.6 })))
    for (const id of small) expect(large).toContain(id)
    expect(idsOf(await read([file], { sampleShare: 1 }))).toHaveLength(400)
  })
})

describe('a sample', () => {
  it('depends on neither the order of the records nor the cut into parts', async () => {
    const turned = scratch.write('turned.jsonl', toLines([...rows].reverse()))
    const ids = idsOf(await read([lines], { sampleShare: 0.3 }))
    expect(idsOf(await read([turned], { sampleShare: 0.3 })).reverse()).toEqual(ids)
    expect(idsOf(await read([lines], { sampleShare: 0.3, partBytes: 5000 }))).toEqual(ids)
  })
})

describe('a limit', () => {
  it.each([1, 57, 399, 400, 500])('of %i records takes the first, whatever the cut into parts', async n => {
    const expected = rows.slice(0, n).map(({ id }) => id)
    for (const partBytes of [defaultReadOptions.partBytes, 20_000]) {
      const reading = await read([lines], { partBytes }, n)
      expect(idsOf(reading)).toEqual(expected)
      const left = reading.problems.filter(({ code }) => code === 'beyond-max-records')
      expect(left.length > 0).toBe(n < 400)
    }
  })

  it('goes over files, of which those behind it are not read', async () => {
    const reading = await read([list, lines, table], {}, 450)
    expect(reading.documents.map(({ file }) => file).filter(file => file === 'rows.json')).toHaveLength(50)
    expect(reading.accounts.map(({ file, scanned }) => [file, scanned])).toEqual([
      ['rows.csv', 400],
      ['rows.json', 50],
      ['rows.jsonl', 0],
    ])
    const [, , last] = reading.accounts
    expect(last).toMatchObject({ recordsIn: 1, skipped: 1, bytesIn: last.sizeBytes, sha256: null })
  })

  it('counts the records of the sample where there is one', async () => {
    const sampled = idsOf(await read([lines], { sampleShare: 0.5 }))
    const limited = await read([lines], { sampleShare: 0.5, partBytes: 20_000 }, 30)
    expect(idsOf(limited)).toEqual(sampled.slice(0, 30))
  })
})
