/** Indexes merged from any division of a corpus, against the index of the whole. */
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { PalimpsestError } from '../../src/errors.ts'
import { IndexBuilder } from '../../src/match/builder.ts'
import { findCandidates } from '../../src/match/chains.ts'
import { type MergeInput, mergeIndexes } from '../../src/match/merge.ts'
import { chooseSeeds, SeedBuffer } from '../../src/match/minimizers.ts'
import { ReferenceIndex } from '../../src/match/reference.ts'
import { writeFile, writeMemory } from '../../src/match/store.ts'
import { sketchDefaults } from '../../src/options.ts'
import { tokenise } from '../../src/text/tokens.ts'
import type { Document } from '../../src/types.ts'
import { writeProse, writeSentences } from '../prose.ts'
import { Scratch } from '../read/scratch.ts'

const scratch = new Scratch()
afterAll(() => scratch.remove())

const names = { name: 'an index', model: null, sources: [{ file: 'a.jsonl', sizeBytes: 1, sha256: 'ab' }] }
// one sentence stands in all of them, oftener than a seed's places are listed
const common = writeSentences(9999, 1)[0]
const documents = Array.from(
  { length: 300 },
  (_, i): Document => ({
    file: 'a.jsonl',
    record: i,
    field: 'text',
    id: `id-${i}`,
    model: null,
    text: `${writeProse(i % 290, 6)} ${common}`,
    prompt: i % 3 === 0 ? null : `Prompt number ${i % 6}?`,
  }),
)

/** An index of some documents, whose record numbers count from the first. */
function makeInput(from: number, to: number): MergeInput {
  const builder = new IndexBuilder()
  for (const document of documents.slice(from, to)) builder.add({ ...document, record: document.record - from })
  return { ...builder.write(writeMemory('a run'), { ...names, sources: [] }), records: from }
}

function mergeCut(cuts: readonly number[], shardTokens?: number): ReferenceIndex {
  const bounds = [0, ...cuts, documents.length]
  const inputs = bounds.slice(1).map((to, i) => makeInput(bounds[i], to))
  return new ReferenceIndex(mergeIndexes(inputs, writeMemory('merged'), names, undefined, shardTokens).store)
}

const whole = mergeCut([])

function describeSeeds(index: ReferenceIndex): unknown[] {
  const hashes = new Set<number>()
  for (const { text } of documents) {
    const { n, hash } = chooseSeeds(tokenise(text), sketchDefaults, new SeedBuffer())
    for (let i = 0; i < n; i++) hashes.add(hash[i])
  }
  return [...hashes].map(hash => {
    const occurrences = index.find(hash)
    const positions = new Int32Array(200)
    return [hash, occurrences, index.readPositions(positions, 0, 128), ...positions]
  })
}

describe.each([
  ['two runs', [150], undefined, 1],
  ['many runs', [1, 2, 40, 41, 100, 210, 290], undefined, 1],
  ['two shards', [100, 200, 250], 20_000, 2],
  ['a shard a run', [50, 100, 150, 200, 250], 1, 6],
])('an index merged of %s', (_, cuts, shardTokens, nShards) => {
  const merged = mergeCut(cuts, shardTokens)

  it('finds every seed as often, and in the same places, as the index of the whole', () => {
    expect(merged.facts.shards).toHaveLength(nShards)
    const seeds = describeSeeds(whole)
    expect(seeds.some(seed => (seed as number[])[1] === 300 && (seed as number[])[2] === 128)).toBe(true)
    expect(describeSeeds(merged)).toEqual(seeds)
  })

  it('leads to the same candidates', () => {
    for (const seed of [3, 77, 289]) {
      const seeds = chooseSeeds(tokenise(writeProse(seed, 5)), sketchDefaults, new SeedBuffer())
      const expected = findCandidates(whole, seeds)
      expect(expected[0].document).toBe(seed)
      expect(findCandidates(merged, seeds)).toEqual(expected)
    }
  })

  it('knows the same of each document and gives each back as it was', () => {
    const { shards: _, sha256: __, ...facts } = whole.facts
    expect(merged.facts).toMatchObject(facts)
    expect([...merged.start]).toEqual([...whole.start])
    for (const [d, document] of documents.entries()) {
      expect(merged.promptOf(d)).toBe(whole.promptOf(d))
      expect(merged.countPrompt(merged.promptOf(d))).toBe(whole.countPrompt(whole.promptOf(d)))
      expect(merged.readBlock(merged.blockOf(d)).read(d)).toEqual(document)
    }
    const { n, hash } = tokenise(documents[295].text)
    for (let i = 0; i < n; i++) expect(merged.countToken(hash[i])).toBe(whole.countToken(hash[i]))
  })
})

describe('merging', () => {
  it('one index gives the same bytes, and so does merging the same again', () => {
    const file = path.join(scratch.folder, 'one.pali')
    const { store, header } = mergeIndexes([makeInput(0, 300)], writeFile(file), names)
    store.close()
    expect(header.sha256).toBe(whole.facts.sha256)
    const other = path.join(scratch.folder, 'other.pali')
    mergeIndexes([makeInput(0, 120), makeInput(120, 300)], writeFile(other), names).store.close()
    const bytes = readFileSync(other)
    mergeIndexes([makeInput(0, 120), makeInput(120, 300)], writeFile(other), names).store.close()
    expect(readFileSync(other).equals(bytes)).toBe(true)
  })

  it('leaves nothing under the name of the index when it fails', () => {
    const file = path.join(scratch.folder, 'failed.pali')
    const broken = makeInput(0, 10)
    const store = {
      ...broken.store,
      read: (at: number, into: Uint8Array) => {
        if (at > 1000) throw new PalimpsestError('integrity', 'the disk is gone')
        broken.store.read(at, into)
      },
    }
    expect(() => mergeIndexes([{ ...broken, store }], writeFile(file), names)).toThrow(/disk is gone/)
    expect(existsSync(file)).toBe(false)
    expect(existsSync(`${file}.partial`)).toBe(false)
  })

  it('of indexes that were made with other parameters is refused', () => {
    const builder = new IndexBuilder({ k: 5, w: 5 })
    builder.add(documents[0])
    const other = { ...builder.write(writeMemory('other'), { ...names, sources: [] }), records: 0 }
    expect(() => mergeIndexes([makeInput(0, 5), other], writeMemory('x'), names)).toThrow(/other parameters/)
  })
})
