import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { audit } from '../../src/run/audit.ts'
import { Repeats } from '../../src/run/repeats.ts'
import type { Document, Finding } from '../../src/types.ts'
import { renameAll, writeProse } from '../prose.ts'

function makeDocument(text: string, prompt: string | null = null): Document {
  return { file: 'a', record: 0, field: 'text', id: null, model: null, text, prompt }
}

describe('what was found in a text', () => {
  it('is known from its second time on, for equal texts with equal prompts only', () => {
    const repeats = new Repeats<number>()
    const document = makeDocument('the text', 'the prompt')
    repeats.keep(document, 7, 1, 0)
    expect(repeats.find(document, 7)).toBeUndefined()
    repeats.keep(document, 7, 2, 0)
    expect(repeats.find(makeDocument('the text', 'the prompt'), 7)).toBe(2)
    expect(repeats.find(makeDocument('the text', 'another'), 7)).toBeUndefined()
    expect(repeats.find(makeDocument('the text'), 7)).toBeUndefined()
    expect(repeats.find(makeDocument('another text', 'the prompt'), 7)).toBeUndefined()
  })

  it('is kept in so much room: the oldest goes first, and what is larger than the room is not kept', () => {
    const repeats = new Repeats<number>(25)
    for (const [hash, size] of [
      [1, 0],
      [2, 0],
      [3, 0],
      [4, 100],
    ])
      for (let time = 0; time < 2; time++) repeats.keep(makeDocument('ten units.'), hash, hash, size)
    const known = [1, 2, 3, 4].filter(hash => repeats.find(makeDocument('ten units.'), hash) !== undefined)
    expect(known).toEqual([2, 3])
  })
})

describe('an audit of one record over and over', () => {
  const folder = mkdtempSync(join(tmpdir(), 'palimpsest-repeats-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const write = (name: string, rows: object[]): string => {
    const file = join(folder, name)
    writeFileSync(file, rows.map(row => `${JSON.stringify(row)}\n`).join(''))
    return file
  }
  const readFindings = (out: string): Finding[] =>
    readFileSync(join(out, 'findings.jsonl'), 'utf8')
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line))

  it('finds in each what it finds in one alone, but for the place', async () => {
    const reference = write(
      'reference.jsonl',
      Array.from({ length: 40 }, (_, i) => ({ prompt: `Say number ${i}.`, response: writeProse(i, 14) })),
    )
    const copy = { prompt: 'Say number 3.', response: renameAll(writeProse(3, 14)) }
    const scan = async (name: string, rows: object[]): Promise<Finding[]> => {
      const out = join(folder, `out-${name}`)
      await audit({ suspects: [write(`${name}.jsonl`, rows)], references: [reference], out })
      return readFindings(out)
    }
    const [alone] = await scan('one', [{ ...copy, id: 'row 0' }])
    const many = await scan(
      'many',
      Array.from({ length: 6 }, (_, i) => ({ ...copy, id: `row ${i}` })),
    )
    expect(many).toHaveLength(6)
    const withoutPlace = ({
      id: _id,
      suspect: { file: _file, record: _record, id: _own, ...suspect },
      ...rest
    }: Finding) => ({
      ...rest,
      suspect,
    })
    for (const [i, finding] of many.entries()) {
      expect(finding.suspect.record).toBe(i)
      expect(finding.suspect.id).toBe(`row ${i}`)
      expect(withoutPlace(finding)).toEqual(withoutPlace(alone))
    }
    expect(new Set(many.map(({ id }) => id)).size).toBe(6)
  })
})
