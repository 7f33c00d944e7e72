import { describe, expect, it } from 'vitest'
import { canonicalise, digestHex } from '../../src/evidence/canonical.ts'
import { describeCase, parseCase, readReleaseErrors, readShipped } from '../../src/evidence/casefile.ts'
import { makeBundle } from './synthetic.ts'

describe('parseCase', () => {
  it('fills in what is not said', () => {
    expect(parseCase('{"title":"A case"}', 'case.json')).toEqual({
      title: 'A case',
      number: null,
      examiner: null,
      organisation: null,
      purpose: null,
      custody: [],
    })
  })

  it.each([
    ['not JSON', 'title: x'],
    ['no title', '{}'],
    ['an unknown part', '{"title":"x","verdict":"guilty"}'],
    ['custody without an actor', '{"title":"x","custody":[{"at":"","action":""}]}'],
    ['a list', '[]'],
    ['a title that never ends', JSON.stringify({ title: 'x'.repeat(3000) })],
  ])('refuses %s as a wrong call', (_, text) => {
    expect(() => parseCase(text, 'case.json')).toThrow(expect.objectContaining({ code: 'usage' }))
  })
})

describe('describeCase', () => {
  it('lists every file with its containers, and links custody and steps', () => {
    const bundle = makeBundle(1, 2)
    const entry = { at: '2025-02-01', actor: 'Ann', action: 'received', items: ['1'] }
    const custody = [entry, { ...entry, actor: 'Bob' }]
    const header = { title: 'A case', number: null, examiner: null, organisation: null, purpose: null, custody }
    const file = describeCase({ ...bundle, case: header }, 'f'.repeat(64)) as {
      [key: string]: { [key: string]: unknown }[]
    }
    expect(file.inventory).toHaveLength(3)
    expect(file.inventory[0]).toMatchObject({ item: 1, chain: ['gzip', 'jsonl'], layout: 'alpaca' })
    expect(file.custody[0].previous).toBeNull()
    expect(file.custody[1].previous).toBe(digestHex(canonicalise(file.custody[0])))
    expect(file.order[2]).toMatchObject({ sha256: 'f'.repeat(64), previous: digestHex(canonicalise(file.order[1])) })
    expect(file.releaseErrors).toEqual({ cannotSay: 'this release ships no error table' })
  })
})

describe('readShipped', () => {
  it('finds the second verifier beside the program, and nothing that is not there', async () => {
    expect(await readShipped('verify.py')).toContain('def verify(')
    expect(await readShipped('no-such-file')).toBeUndefined()
  })

  it('reads the error table of the release, or says that there is none', async () => {
    const errors = await readReleaseErrors()
    expect(errors === undefined || typeof errors === 'object').toBe(true)
  })
})
