/** Audits of synthetic corpora through the library. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { openIndex, writeIndex } from '../../src/match/reference.ts'
import { defaultReadOptions } from '../../src/read/corpus.ts'
import { type AuditOptions, audit } from '../../src/run/audit.ts'
import { buildIndex } from '../../src/run/build.ts'
import { isHeldBack } from '../../src/run/runs.ts'
import type { Bundle, Finding } from '../../src/types.ts'
import { copyRows, makeRows } from '../cli/program.ts'
import { renameAll, writeProse, writeSentences } from '../prose.ts'
import { Scratch, toLines } from '../read/scratch.ts'

const scratch = new Scratch()
afterAll(() => scratch.remove())

const reference = makeRows(0, 60)
const background = makeRows(4000, 60)
const references = [scratch.write('reference.jsonl', toLines(reference))]
const backgrounds = [scratch.write('background.jsonl', toLines(background))]

async function run(name: string, content: string | Uint8Array, more: Partial<AuditOptions> = {}): Promise<Bundle> {
  const { bundle } = await audit({ suspects: [scratch.write(name, content)], references, ...more })
  return bundle
}

/** Which records of the suspect are tied to which rows. */
const ties = (findings: readonly Finding[]): [number, string | null][] =>
  findings.map(({ suspect, reference: { id } }) => [suspect.record, id])

describe('a file cut into parts', () => {
  const copies = [...copyRows(reference.slice(0, 8)), ...copyRows(reference.slice(8, 16), renameAll)]
  const content = Buffer.concat([
    Buffer.from(toLines(makeRows(1000, 25))),
    Buffer.from('{"prompt": "torn"\n'),
    Buffer.from(toLines(copies.slice(0, 9))),
    Buffer.from('{"prompt":"p","response":"not UTF-8 \xff\xfe at all, and yet text"}\n', 'latin1'),
    Buffer.from(toLines([{ prompt: 'p', response: '' }, ...copies.slice(9)])),
    Buffer.from('\n{"prompt":"p","response":"\xff again"}\n17', 'latin1'),
  ])
  const cut = (partBytes: number): Promise<Bundle> => run('cut.jsonl', content, { read: { partBytes } })

  it('is found the same, and accounted for the same, as the whole', async () => {
    const whole = await cut(defaultReadOptions.partBytes)
    expect(whole.findings).toHaveLength(16)
    expect(ties(whole.findings).slice(8, 10)).toEqual([
      [34, 'row-8'],
      [37, 'row-9'],
    ])
    expect(whole.coverage.problems.map(({ record, line }) => [record, line])).toEqual([
      [25, 26],
      [36, 37],
      [45, 47],
    ])
    expect(whole.coverage.files[0].notes).toMatchObject([{ code: 'invalid-utf8', records: 2, first: 35 }])
    for (const partBytes of [1000, 4096, 20_000]) {
      const parts = await cut(partBytes)
      expect(parts.findings).toEqual(whole.findings)
      expect(parts.summary).toEqual(whole.summary)
      expect(parts.coverage).toEqual(whole.coverage)
    }
  })
})

describe('what an audit counts', () => {
  it('is documents: two passages in one document count it once', async () => {
    const [a, b] = [7, 23].map(seed => writeSentences(seed, 12).slice(1, 11).join(' '))
    const text = `${writeProse(3000, 4)} ${a} ${writeProse(3001, 4)} ${b} ${writeProse(3002, 4)}`
    const { findings, summary } = await run('two.jsonl', toLines([{ prompt: 'p', response: text }]))
    expect(ties(findings)).toEqual([
      [0, 'row-7'],
      [0, 'row-23'],
    ])
    for (const { kind, suspect } of findings) {
      expect(kind).toBe('passage')
      expect([a, b].some(part => part.includes(text.slice(...suspect.span).slice(5, -5)))).toBe(true)
    }
    expect(summary.documents).toMatchObject({ n: 1, classA: 1 })
    expect(summary.prevalence).toEqual({ cannotSay: expect.stringContaining('only 1') })
  })

  it('is unrelated documents for the interval: answers to one prompt count once', async () => {
    const rows = (one: boolean) => makeRows(1000, 60).map(row => ({ ...row, prompt: one ? 'The same?' : row.prompt }))
    const apart = (await run('apart.jsonl', toLines(rows(false)))).summary.prevalence
    expect(apart).toMatchObject({ point: 0, low: 0, clusters: 60 })
    expect('high' in apart && apart.high).toBeCloseTo(1 - 0.025 ** (1 / 60), 6)
    expect((await run('same.jsonl', toLines(rows(true)))).summary.prevalence).toEqual({ cannotSay: expect.any(String) })
  })

  it('holds the share that was planted', async () => {
    const sold = [...makeRows(1000, 90), ...copyRows(reference.slice(0, 30), renameAll)]
    const { prevalence } = (await run('share.jsonl', toLines(sold), { backgrounds })).summary
    expect(prevalence).toMatchObject({ point: 0.25, level: 0.95, clusters: 120 })
    if ('point' in prevalence) {
      expect(prevalence.low).toBeGreaterThan(0.17)
      expect(prevalence.high).toBeLessThan(0.34)
    }
    const wide = (await run('share.jsonl', toLines(sold), { backgrounds, level: 0.99 })).summary.prevalence
    if ('low' in wide && 'low' in prevalence) expect(wide.low).toBeLessThan(prevalence.low)
  })
})

describe('decoys', () => {
  it('count what they are hit by, apart from the findings', async () => {
    const decoy = makeRows(7000, 20)
    const decoys = [scratch.write('decoy.jsonl', toLines(decoy))]
    const sold = [...makeRows(1000, 20), ...copyRows(decoy.slice(0, 3))]
    const { findings, summary } = await run('decoyed.jsonl', toLines(sold), { backgrounds, decoys })
    expect(findings).toEqual([])
    expect(summary.documents.classA).toBe(0)
    expect(summary.decoy).toMatchObject({ documents: 20, classA: 3, classB: 0, classC: 0 })
    expect(summary.decoy?.excessLeads).toMatchObject({ observed: 0, expected: 0, high: 0 })
  })

  it('are held back from the background where none are given, by prompt, about one in five', async () => {
    const { corpora, summary } = await run('held.jsonl', toLines(makeRows(1000, 20)), { backgrounds })
    const count = (role: string): number => corpora.filter(c => c.role === role).reduce((n, c) => n + c.documents, 0)
    expect(count('background') + count('decoy')).toBe(60)
    expect(summary.decoy?.documents).toBe(count('decoy'))
    expect(summary.limits.join(' ')).toMatch(/held back/)
    const held = Array.from({ length: 2000 }, (_, i) =>
      isHeldBack({
        file: 'a',
        record: i,
        field: 't',
        id: null,
        model: 'm',
        text: `text ${i}`,
        prompt: `prompt ${i >> 1}?`,
      }),
    )
    for (let i = 0; i < held.length; i += 2) expect(held[i]).toBe(held[i + 1])
    expect(held.filter(Boolean).length / held.length).toBeGreaterThan(0.16)
    expect(held.filter(Boolean).length / held.length).toBeLessThan(0.24)
  })

  it('are null where there is neither decoy nor background, and that is said', async () => {
    const { summary } = await run('bare.jsonl', toLines(makeRows(1000, 20)))
    expect(summary.decoy).toBeNull()
    expect(summary.limits.join(' ')).toMatch(/no decoy.*no background/s)
  })
})

describe('the substitutions of a corpus', () => {
  it('are the pairs that were planted, with how consistently they hold', async () => {
    const sold = [...makeRows(1000, 20), ...copyRows(reference, renameAll)]
    const { substitutions, identityEdits } = (await run('renamed.jsonl', toLines(sold), { backgrounds })).summary
    const pairs = Object.fromEntries(substitutions.map(({ from, to }) => [from, to]))
    for (const [i, name] of ['Anna', 'Viktor', 'Lucia', 'Henrik', 'Priya', 'Mateo', 'Olga', 'Samuel'].entries())
      expect(pairs[name]).toBe(`Person${i}`)
    for (const { consistency, documents } of substitutions) {
      expect(documents).toBeGreaterThan(0)
      expect(consistency).toBeGreaterThan(0)
      expect(consistency).toBeLessThanOrEqual(1)
    }
    expect(identityEdits!.observed).toBeGreaterThan(5 * identityEdits!.expected)
    expect(identityEdits!.pValue).toBeLessThan(1e-6)
  })
})

it('the test of edits does not depend on what files are called', async () => {
  // two unlike copies of each reference, of which one takes part in the test
  const sold = toLines([...copyRows(reference.slice(0, 12), renameAll), ...copyRows(reference.slice(0, 12))])
  const named = await Promise.all(
    ['one.jsonl', 'another.jsonl'].map(name =>
      run(`sold-${name}`, sold, { references: [scratch.write(`ref-${name}`, toLines(reference))] }),
    ),
  )
  expect(named[0].summary.identityEdits).toEqual(named[1].summary.identityEdits)
  expect(named[0].findings[0].id).not.toBe(named[1].findings[0].id)
})

describe('a library caller', () => {
  it('gets the same from an index file as from its corpus', async () => {
    const read = { ...defaultReadOptions }
    const built = await buildIndex(references, { name: 'reference.jsonl', model: null, read })
    const file = path.join(scratch.folder, 'reference.pali')
    writeIndex(file, built.index)
    expect(openIndex(file).facts.sha256).toBe(built.index.facts.sha256)
    const sold = toLines([...makeRows(1000, 20), ...copyRows(reference.slice(0, 5), renameAll)])
    const flying = await run('same-index.jsonl', sold)
    expect((await run('same-index.jsonl', sold, { references: [file] })).findings).toEqual(flying.findings)
  })

  it('gets the bundle without a folder, or a folder whose root is told', async () => {
    const options = { suspects: [scratch.write('few.jsonl', toLines(makeRows(0, 3)))], references }
    const bare = await audit(options)
    expect(bare.root).toBeNull()
    const out = path.join(scratch.folder, 'out')
    const written = await audit({ ...options, out })
    expect(written.root).toMatch(/^[0-9a-f]{64}$/)
    expect(written.root).toBe(bare.bundle.seals?.root)
    expect(readFileSync(path.join(out, 'manifest.json'), 'utf8')).toContain(written.root)
  })

  it('is told how far the scan has come, to the last byte and record', async () => {
    const sold = toLines(makeRows(1000, 40))
    const sums = { bytes: 0, records: 0, planned: 0 }
    await run('progress.jsonl', sold, {
      onPlan: bytes => {
        sums.planned = bytes
      },
      onProgress: (stage, bytes, records) => {
        if (stage !== 'scan') return
        sums.bytes += bytes
        sums.records += records
      },
    })
    expect(sums).toEqual({ bytes: sold.length, records: 40, planned: sold.length })
  })

  it.each([
    ['no corpus', { suspects: [] }],
    ['a corpus that is not there', { suspects: ['/nowhere/at-all.jsonl'] }],
    ['a reference that is not there', { references: ['/nowhere/at-all.pali'] }],
  ])('who names %s is told so as a usage error', async (_, wrong) => {
    const suspects = [scratch.write('any.jsonl', toLines(makeRows(0, 1)))]
    await expect(audit({ suspects, references, ...wrong })).rejects.toMatchObject({ code: 'usage' })
  })
})

it('says which models the rows name, however the file is cut, and where a column for them is missing', async () => {
  const rows = makeRows(7000, 30).map((row, i) => ({
    ...row,
    ...(i % 3 === 0 ? {} : { model: i % 2 ? 'tern-7' : 'tern-8' }),
  }))
  const turns = makeRows(7100, 3).map(({ prompt, response }, i) => ({
    conversation_id: `c${i}`,
    conversation: [
      { role: 'user', content: prompt },
      { role: 'assistant', content: response },
    ],
  }))
  const named = [
    { model: 'tern-7', documents: 10 },
    { model: 'tern-8', documents: 10 },
  ]
  for (const partBytes of [2000, defaultReadOptions.partBytes]) {
    const { summary } = await run('named.jsonl', toLines(rows), { read: { partBytes } })
    expect(summary.namedModels).toEqual({ models: named, others: 0, lackingFiles: 0 })
  }
  const { summary, coverage } = await run('unnamed.jsonl', toLines(turns))
  expect(summary.namedModels).toEqual({ models: [], others: 0, lackingFiles: 1 })
  expect(coverage.files[0].notes).toMatchObject([{ code: 'no-model-column', records: 3 }])
})
