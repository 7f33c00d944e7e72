/** Indexes built of divided corpora, in memory and in files, to the end or in two goes. */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { TextCache } from '../../src/match/texts.ts'
import { defaultReadOptions, listSources, planParts } from '../../src/read/corpus.ts'
import { buildIndex, buildIndexFile } from '../../src/run/build.ts'
import { planStretches } from '../../src/run/runs.ts'
import { makeRows } from '../cli/program.ts'
import { Scratch, toLines } from '../read/scratch.ts'

const scratch = new Scratch()
afterAll(() => scratch.remove())

const rows = makeRows(0, 120)
const corpora = [
  scratch.write('a/large.jsonl', toLines(rows.slice(0, 80))),
  scratch.write('a/small.jsonl', `${toLines(rows.slice(80, 90))}{"torn`),
  scratch.write('a/other.json', JSON.stringify(rows.slice(90))),
]
const partBytes = 9000
const whole = await buildIndex(corpora, { name: 'whole', model: 'm-1' })
const cut = await buildIndex(corpora, { name: 'whole', model: 'm-1', partBytes })

describe('an index of a corpus in parts', () => {
  it('holds the documents of the whole under the same records', () => {
    const texts = [whole, cut].map(({ index }) => new TextCache(index))
    expect(cut.index.facts.documents).toBe(120)
    for (let d = 0; d < 120; d++) expect(texts[1].readDocument(d)).toEqual(texts[0].readDocument(d))
    expect(texts[1].readDocument(79)).toMatchObject({ file: 'large.jsonl', record: 79, model: 'm-1' })
  })

  it('gives the same account', () => {
    expect(cut.counts).toEqual(whole.counts)
    expect(cut.problems).toEqual(whole.problems)
    expect(cut.problems).toMatchObject([{ file: 'small.jsonl', record: 10, line: 11 }])
    expect(cut.files.map(file => ({ ...file, sha256: null }))).toEqual(
      whole.files.map(file => ({ ...file, sha256: null })),
    )
  })

  it('is the same in a file, which leaves nothing beside it', async () => {
    const file = path.join(scratch.folder, 'out/cut.pali')
    const written = await buildIndexFile(corpora, file, { name: 'whole', model: 'm-1', partBytes })
    expect(written.facts.sha256).toBe(cut.index.facts.sha256)
    expect(written.sizeBytes).toBe(readFileSync(file).length)
    expect(readdirSync(path.dirname(file))).toEqual(['cut.pali'])
  })
})

describe('an index that was cut short', () => {
  const file = path.join(scratch.folder, 'resumed/whole.pali')
  const kept = path.join(scratch.folder, 'resumed/.whole.pali.checkpoints')
  const options = { name: 'whole', model: 'm-1', partBytes }

  async function cutShort(after: number): Promise<void> {
    rmSync(file, { force: true })
    let batches = 0
    const stop = new Error('cut short')
    const onProgress = (): void => {
      if (++batches === after) throw stop
    }
    await expect(buildIndexFile(corpora, file, { ...options, onProgress })).rejects.toBe(stop)
    expect(existsSync(file)).toBe(false)
  }

  it('goes on from the parts that are done', async () => {
    await cutShort(5)
    expect(readdirSync(kept).filter(name => name.endsWith('.part'))).toHaveLength(4)
    let bytes = 0
    const onProgress = (more: number): number => (bytes += more)
    const { facts, counts } = await buildIndexFile(corpora, file, { ...options, onProgress }, true)
    expect(facts.sha256).toBe(cut.index.facts.sha256)
    expect(bytes).toBe(counts.bytesIn)
    expect(existsSync(kept)).toBe(false)
  })

  it('makes a damaged part again', async () => {
    await cutShort(5)
    for (const name of readdirSync(kept).filter(one => /\.run\d+$/.test(one))) {
      const bytes = readFileSync(path.join(kept, name))
      bytes[bytes.length >> 1] ^= 1
      writeFileSync(path.join(kept, name), bytes)
    }
    expect((await buildIndexFile(corpora, file, options, true)).facts.sha256).toBe(cut.index.facts.sha256)
  })
})

describe('stretches', () => {
  it('hold one part of a divided file, or whole files as long as they are small', async () => {
    const small = Array.from({ length: 5 }, (_, i) => scratch.write(`a/tiny${i}.jsonl`, toLines(rows.slice(i, i + 1))))
    const sources = await listSources([...corpora, ...small], defaultReadOptions)
    const parts = planParts(sources, { ...defaultReadOptions, partBytes })
    const stretches = planStretches(parts)
    expect(stretches.flat()).toEqual(parts)
    for (const stretch of stretches)
      if (stretch.length > 1)
        for (const { index, end, source } of stretch) expect([index, end]).toEqual([0, source.sizeBytes])
    expect(stretches.length).toBeLessThan(parts.length)
    expect(stretches.length).toBeGreaterThan(2)
  })
})
