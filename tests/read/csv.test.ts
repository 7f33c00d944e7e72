import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { Desk } from '../../src/read/desk.ts'
import { createReader } from '../../src/read/records.ts'
import { defaultReadOptions } from '../../src/read/settings.ts'
import { readAll, Scratch } from './scratch.ts'

const scratch = new Scratch()
afterAll(() => scratch.remove())

class RowDesk extends Desk {
  readonly rows: unknown[] = []
  override takeValue(value: unknown, size: number): void {
    this.rows.push({ ...(value as object) })
    this.account.scan(size)
  }
}

function readRows(text: string, blockSize: number, maxRecordBytes = 1 << 20): RowDesk {
  const desk = new RowDesk('t.csv', null, defaultReadOptions)
  const reader = createReader('csv', desk, { ...defaultReadOptions, maxRecordBytes })
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += blockSize) reader.feed(bytes.subarray(at, at + blockSize))
  reader.end(null)
  return desk
}

const cell = fc.string({ unit: fc.constantFrom('a', 'é', ',', '"', '\n', '\r\n', ' ', '漢'), maxLength: 8 })

function writeCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

test('what a writer of RFC 4180 wrote is read as csv-parse reads it, however it is cut into blocks', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(cell, { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 6 }),
      fc.constantFrom('\n', '\r\n'),
      fc.integer({ min: 1, max: 50 }),
      (rows, lineEnd, blockSize) => {
        const text = [['a', 'b', 'c'], ...rows].map(row => row.map(writeCell).join(',')).join(lineEnd) + lineEnd
        const oracle = parse(text, { columns: true, skip_empty_lines: true }) as object[]
        const desk = readRows(text, blockSize)
        expect(desk.rows).toEqual(oracle)
        expect(desk.account.counts.bytesIn).toBe(Buffer.byteLength(text))
      },
    ),
    { seed: 6, numRuns: 1500 },
  )
})

test('any bytes at all add up, and blocks make no difference', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r', ';'), maxLength: 40 }),
      fc.integer({ min: 1, max: 20 }),
      (text, blockSize) => {
        const desk = readRows(`x,y\n${text}`, blockSize)
        expect(desk.account.counts.bytesIn).toBe(text.length + 4)
        expect(desk.rows).toEqual(readRows(`x,y\n${text}`, 1000).rows)
      },
    ),
    { seed: 7, numRuns: 3000 },
  )
})

test('stray quotes, cells too many or too few, and bare CR are read as they stand', () => {
  expect(readRows('a,b\n5" disk,x\ny\n1,2,3\n"q"uote,"r\n"\n', 7).rows).toEqual([
    { a: '5" disk', b: 'x' },
    { a: 'y' },
    { a: '1', b: '2', 'column 3': '3' },
    { a: 'quote', b: 'r\n' },
  ])
  expect(readRows('a,b\r1,2\r3,4', 3).rows).toEqual([
    { a: '1', b: '2' },
    { a: '3', b: '4' },
  ])
})

test('a quote that is never closed costs its line, not the rest of the file', () => {
  const desk = readRows('a,b\n1,"open\n2,x\n3,y\n', 1000)
  expect(desk.rows).toEqual([
    { a: '2', b: 'x' },
    { a: '3', b: 'y' },
  ])
  expect(desk.account.problems).toMatchObject([{ record: 0, line: 2, code: 'unclosed-quote' }])
  const long = readRows(`a,b\n1,"open\n${'2,x\n'.repeat(100)}`, 64, 50)
  expect(long.rows.length).toBe(100)
})

test('lists of turns in cells, as JSON or as Python writes them, are read', async () => {
  const turns = `[{'role': 'user', 'content': 'How high is the pass?'}, {'role': 'assistant', 'content': "It isn't high: 900 m."}]`
  const json = JSON.stringify([
    { role: 'user', content: 'And now?' },
    { role: 'assistant', content: 'Now, a little higher.' },
  ])
  const numpy = `[{'role': 'user', 'content': 'Why?'}\n {'role': 'assistant', 'content': 'Because of the snow.'}]`
  const text = `id,messages\n1,${writeCell(turns)}\n2,${writeCell(json)}\n3,${writeCell(numpy)}\n`
  const { documents } = await readAll([scratch.write('chat.csv', text)])
  expect(documents.map(d => [d.id, d.field, d.text, d.prompt])).toEqual([
    ['1', 'messages[1].content', "It isn't high: 900 m.", 'How high is the pass?'],
    ['2', 'messages[1].content', 'Now, a little higher.', 'And now?'],
    ['3', 'messages[1].content', 'Because of the snow.', 'Why?'],
  ])
})

test('the delimiter is the one that the first line has most of, and tabs in .tsv', async () => {
  for (const [name, mark] of [
    ['s.csv', ';'],
    ['p.csv', '|'],
    ['t.tsv', '\t'],
  ]) {
    const text = `prompt${mark}response\nWhere, and when?${mark}At noon, by the old mill.\n`
    const { documents } = await readAll([scratch.write(name, text)])
    expect(
      documents.map(d => [d.prompt, d.text]),
      name,
    ).toEqual([['Where, and when?', 'At noon, by the old mill.']])
  }
})

test('a first row of sentences is data, a first row of names is not, and a file of names alone is remarked on', async () => {
  const read = async (name: string, content: string): Promise<[string[], string[]]> => {
    const { documents, problems, files } = await readAll([scratch.write(name, content)])
    return [documents.map(({ text }) => text), [...problems, ...(files[0].notes ?? [])].map(({ code }) => code)]
  }
  const [first, second] = [
    'The clerk of the harbour keeps a ledger of ships.',
    'The lamp is lit at nine each evening, he says.',
  ]
  expect(await read('bare.csv', `1,${first.replaceAll(',', '')}\n2,"${second}"\n`)).toEqual([
    [first, second],
    ['no-header'],
  ])
  expect(await read('named.csv', `the number of the row as it was in the list,text\n2,"${second}"\n`)).toEqual([
    [second],
    [],
  ])
  expect(await read('names.csv', 'id,text\n')).toEqual([[], ['no-records']])
})
