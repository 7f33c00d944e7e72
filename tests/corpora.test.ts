import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { makeDemoCorpora, type SourceRow, type Truth, type VendorRow } from './bench/demo-corpora.ts'
import { reformat } from './bench/demo-steps.ts'

const folder = fileURLToPath(new URL('../corpora/demo/', import.meta.url))
const languages = ['en', 'zh', 'code'].filter(language => existsSync(join(folder, language, 'reference.jsonl')))

function readLines<T>(name: string): T[] {
  const lines = readFileSync(join(folder, name), 'utf8').split('\n')
  expect(lines.pop(), `${name} ends with a line break`).toBe('')
  return lines.map(line => JSON.parse(line) as T)
}

const vendor = readLines<VendorRow>('vendor.jsonl')
const truth = JSON.parse(readFileSync(join(folder, 'truth.json'), 'utf8')) as Truth
const references = new Map(readLines<SourceRow>('reference.jsonl').map(row => [row.id, row]))
const outputs = new Map(vendor.map(row => [row.id, row.output]))

describe('the shipped demo corpora', () => {
  it('are what the generator makes of their sources', () => {
    for (const [name, content] of Object.entries(makeDemoCorpora(folder)))
      expect(readFileSync(join(folder, name), 'utf8') === content, `${name} is up to date`).toBe(true)
  })

  it('have no record without text or prompt, and no id twice', () => {
    const rows = ['reference.jsonl', 'background.jsonl', 'decoy.jsonl'].flatMap(name => readLines<SourceRow>(name))
    for (const row of rows)
      for (const field of [row.id, row.model, row.prompt, row.text]) expect(field.trim()).not.toBe('')
    for (const row of vendor) for (const field of [row.instruction, row.output]) expect(field.trim()).not.toBe('')
    const ids = [...rows, ...vendor].map(row => row.id)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('are sold under the vendor’s own ids, in a few hundred records of which a quarter or so are copies', () => {
    const copies = truth.records.filter(record => record.origin === 'copy').length
    expect(copies / vendor.length).toBeGreaterThan(0.2)
    expect(copies / vendor.length).toBeLessThan(0.45)
  })
})

describe('the truth of the demo', () => {
  it('speaks of every vendor record once, in order', () => {
    expect(truth.records.map(record => record.id)).toEqual(vendor.map(row => row.id))
    const sources = truth.records.map(record => record.source)
    expect(new Set(sources).size).toBe(sources.length)
  })

  it('names an existing reference for every copy and gives the span that came from it', () => {
    for (const record of truth.records.filter(record => record.origin === 'copy')) {
      const reference = references.get(record.source)
      expect(reference, record.source).toBeDefined()
      const [start, end] = record.span!
      const copied = outputs.get(record.id)!.slice(start, end)
      if (record.treatment === 'verbatim') expect(copied).toBe(reference!.text)
      else expect(outputs.get(record.id)).not.toBe(reference!.text)
      for (const { from, to, places } of record.substitutions!) {
        expect(places).toBeGreaterThan(0)
        expect(reference!.text).toContain(from)
        if (!record.treatment!.startsWith('reformatted')) expect(copied).toContain(to)
      }
    }
  })

  it('lists as planted only pairs that hold wherever they were planted', () => {
    expect(truth.substitutions.length).toBeGreaterThan(5)
    for (const { from, to, documents } of truth.substitutions) {
      const planted = truth.records.flatMap(record => record.substitutions ?? []).filter(pair => pair.from === from)
      expect(documents).toBeGreaterThanOrEqual(2)
      expect(planted.filter(pair => pair.to === to).length).toBeGreaterThanOrEqual(documents)
    }
  })
})

describe('independent answers of the demo', () => {
  const runLength = 13

  function listRuns(text: string): string[] {
    const words = text.toLowerCase().match(/\p{Script=Han}|(?:(?!\p{Script=Han})[\p{L}\p{N}])+/gu) ?? []
    return words.slice(runLength - 1).map((_, at) => words.slice(at, at + runLength).join(' '))
  }

  it.each(
    languages.filter(language => language !== 'code'),
  )('share no run of thirteen words with a reference in %s, except where marked', language => {
    const known = new Set([...references.values()].flatMap(row => listRuns(row.text)))
    for (const side of ['background', 'decoy', 'innocent'])
      for (const row of readLines<SourceRow>(`${language}/${side}.jsonl`))
        if (!row.overlap)
          expect(
            listRuns(row.text).filter(run => known.has(run)),
            row.id,
          ).toEqual([])
  })
})

describe('a change of layout', () => {
  it.each([
    [
      'strip-markdown',
      '# Head\n\n- **a** and *b* `c`\n| x | y |\n|---|---|\n| 1 | 2 |',
      'Head\n\na and b c\nx, y\n1, 2',
    ],
    ['list-to-prose', 'Do:\n1. Mix\n2. Bake.\n\nEnd', 'Do:\nMix. Bake.\n\nEnd'],
    ['list-to-prose', '- 先洗\n- 再切', '先洗。再切。'],
    ['join-lines', 'a\n\nb\nc', 'a b c'],
    ['add-bullets', 'a\n\n- b\n\nc', '- a\n\n- b\n\n- c'],
    ['strip-comments', '# kept\n```py\n# gone\nx = 1  # kept\n```', '# kept\n```py\nx = 1  # kept\n```'],
    ['reindent', '```\nif:\n    x\n        y\n```\n    z', '```\nif:\n  x\n    y\n```\n    z'],
  ] as const)('%s touches only what it names', (step, before, after) => {
    expect(reformat(before, [step])).toBe(after)
  })
})
