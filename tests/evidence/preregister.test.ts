import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { writeBundle } from '../../src/evidence/bundle.ts'
import { compareFixed, preregister, readPreregistration } from '../../src/evidence/preregister.ts'
import { verifyBundle } from '../../src/evidence/verify.ts'
import type { Bundle, RunFacts } from '../../src/types.ts'
import { hasPython, makeFolder, readFolder, verifyByPython } from './folders.ts'
import { facts, makeBundle } from './synthetic.ts'

const temporary = makeFolder()
const bundle = makeBundle(1, 4)
const references = bundle.corpora.filter(corpus => corpus.role !== 'suspect')

async function checkBundle(name: string, content: Bundle, run: RunFacts): Promise<Record<string, boolean>> {
  const dir = join(temporary, name)
  await writeBundle(dir, content, run, new Map())
  const { checks } = await verifyBundle(dir)
  const ours = Object.fromEntries(checks.map(({ name: check, ok }) => [check, ok]))
  if (hasPython) expect(verifyByPython([dir])).toEqual([ours])
  return ours
}

describe('preregister', () => {
  it('writes a file once, whose digest the bundle repeats in its order of steps', async () => {
    const path = join(temporary, 'plan.json')
    const { versions: _versions, ...parameters } = bundle.parameters
    const digest = await preregister(path, parameters, references.toReversed())
    await expect(preregister(path, parameters, references)).rejects.toThrow('a preregistration is final')
    const preregistration = await readPreregistration(path)
    const times = { preregisteredAt: '2025-01-01T00:00:00Z', suspectOpenedAt: '2025-01-02T00:00:00Z' }
    const checks = await checkBundle('kept', { ...bundle, preregistration }, { ...facts, ...times })
    expect(Object.values(checks)).not.toContain(false)
    const file = JSON.parse(readFolder(join(temporary, 'kept')).get('case.json')!.toString())
    expect(file.order[0]).toMatchObject({ preregistered: true, sha256: digest, previous: null })
    expect(file.order.map((entry: { step: string }) => entry.step)).toEqual([
      'parameters and references fixed',
      'suspect inventoried',
      'findings sealed',
    ])
  })

  it('refuses to name the suspect, and files that are not a preregistration', async () => {
    const path = join(temporary, 'early.json')
    await expect(preregister(path, {}, bundle.corpora)).rejects.toThrow('must not be opened yet')
    await expect(readPreregistration(path)).rejects.toThrow('ENOENT')
    writeFileSync(path, '{"schema":1}\n')
    await expect(readPreregistration(path)).rejects.toThrow('not a preregistration')
    writeFileSync(path, '{ "schema": 1 }\n')
    await expect(readPreregistration(path)).rejects.toThrow('canonical')
  })

  it('is seen by both verifiers to be broken when a parameter or a reference changed afterwards', async () => {
    const fixed = { schema: 1 as const, parameters: { kmer: 5, window: 4 }, corpora: references }
    expect(compareFixed(fixed, bundle)).toEqual([])
    const parameters = { ...bundle.parameters, kmer: 6 }
    expect(compareFixed(fixed, { ...bundle, parameters })).toEqual(['kmer'])
    const corpora = bundle.corpora.slice(0, 2)
    expect(compareFixed(fixed, { ...bundle, corpora })).toEqual([expect.stringMatching(/^\w+ "/)])
    const changed = { ...bundle, parameters, preregistration: fixed }
    expect((await checkBundle('changed', changed, facts)).order).toBe(false)
    const fewer = { ...bundle, corpora, preregistration: fixed }
    expect((await checkBundle('fewer', fewer, facts)).order).toBe(false)
  })

  it('is seen by both verifiers to come too late when the suspect was opened before it', async () => {
    const times = { preregisteredAt: '2025-01-03T00:00:00Z', suspectOpenedAt: '2025-01-02T00:00:00Z' }
    expect((await checkBundle('late', bundle, { ...facts, ...times })).run).toBe(false)
  })
})
