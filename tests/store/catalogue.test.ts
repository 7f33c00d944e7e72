/** The shipped catalogue, and catalogues that are wrong. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { isLayoutName } from '../../src/read/desk.ts'
import { parseCatalogue, readCatalogue, termsOf } from '../../src/store/catalogue.ts'
import { checkAddress } from '../../src/store/route.ts'

const catalogue = await readCatalogue()
const text = readFileSync(new URL('../../corpora/catalogue.json', import.meta.url), 'utf8')

describe('the shipped catalogue', () => {
  test('holds outputs of models and texts of people', () => {
    expect(new Set(catalogue.corpora.map(({ kind }) => kind))).toEqual(new Set(['model', 'human']))
    expect(catalogue.corpora.map(({ name }) => name)).toContain('alpaca')
  })

  test.each(catalogue.corpora.map(entry => [entry.name, entry] as const))('describes %s well', (_, entry) => {
    expect(entry.model === null).toBe(entry.kind === 'human')
    expect(entry.terms === null).toBe(entry.kind === 'human')
    expect(entry.sizeBytes === null || entry.aboutBytes === null).toBe(true)
    if (entry.layout.layout !== undefined) expect(isLayoutName(entry.layout.layout)).toBe(true)
    expect(checkAddress(entry.address, false).protocol).toBe('https:')
    expect(new URL(entry.page).protocol).toBe('https:')
    // without a digest the address must be that of one version, or the note says that it is not
    if (entry.sha256 === null && !/[0-9a-f]{40}/.test(entry.address)) expect(entry.note).toMatch(/branch/)
  })

  test('gives dated clauses, in words that a report may print', () => {
    for (const terms of Object.values(catalogue.terms)) {
      expect(terms.date <= catalogue.asOf).toBe(true)
      expect(terms.summary).not.toMatch(/illegal|infring|violat|breach|legal/i)
    }
    for (const entry of catalogue.corpora)
      expect(termsOf(catalogue, entry)?.owner ?? null).toBe(entry.kind === 'human' ? null : 'OpenAI')
  })
})

describe('a catalogue that is wrong', () => {
  test.each([
    ['is no JSON', 'corpora:', 'not JSON'],
    ['is of another schema', text.replace('"schema": 1', '"schema": 2'), 'schema: '],
    [
      'has a digest that is none',
      text.replace(/"sha256": "[0-9a-f]{8}/, '"sha256": "'),
      'sha256: expected 64 lower-case hex',
    ],
    ['has a name that is a path', text.replace('"name": "alpaca"', '"name": "../x"'), 'corpora.0.name'],
    ['has a name twice', text.replace('"name": "dolly"', '"name": "alpaca"'), 'the name alpaca stands there twice'],
    [
      'names terms that it lacks',
      text.replace('"terms": "openai-2023-03-14"', '"terms": "other"'),
      'terms other are not',
    ],
    ['has a key that nobody reads', text.replace('"title":', '"titel": "x", "title":'), 'titel'],
  ])('%s and is refused with the key at fault', (_, wrong, message) => {
    expect(() => parseCatalogue(wrong, 'mine.json')).toThrow(message)
    expect(() => parseCatalogue(wrong, 'mine.json')).toThrow(/^mine\.json: /)
  })

  test('is not there', async () => {
    await expect(readCatalogue('/nowhere.json')).rejects.toThrow('/nowhere.json: no such catalogue')
  })
})
