import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { PalimpsestError } from '../../src/errors.ts'
import { IndexBuilder } from '../../src/match/builder.ts'
import { findCandidates } from '../../src/match/chains.ts'
import { chooseSeeds, SeedBuffer } from '../../src/match/minimizers.ts'
import { hashPrompt, isIndexFile, openIndex, type ReferenceIndex, writeIndex } from '../../src/match/reference.ts'
import { TextCache } from '../../src/match/texts.ts'
import { sketchDefaults } from '../../src/options.ts'
import { tokenise } from '../../src/text/tokens.ts'
import type { Document } from '../../src/types.ts'
import { findPostings } from '../oracle.ts'
import { makeRandom, writeProse } from '../prose.ts'
import { Scratch } from '../read/scratch.ts'

const scratch = new Scratch()
afterAll(() => scratch.remove())

function makeDocument(text: string, record = 0, prompt: string | null = null): Document {
  return { file: 'a.jsonl', record, field: 'text', id: `id-${record}`, model: null, text, prompt }
}

function build(documents: readonly Document[]): ReferenceIndex {
  const builder = new IndexBuilder()
  for (const document of documents) builder.add(document)
  return builder.finish({ name: 'an index', model: 'm-1', sources: [] })
}

// two documents of the same text, one without seeds, and enough text for several blocks
const documents = [...Array.from({ length: 60 }, (_, i) => writeProse(i % 59, 8)), 'too short', ''].map((text, i) =>
  makeDocument(text, i, i % 3 === 0 ? null : `Prompt number ${i % 6}?`),
)
const index = build(documents)
const seedsOf = ({ text }: Document): [number, number][] => {
  const { n, hash, position } = chooseSeeds(tokenise(text), sketchDefaults, new SeedBuffer())
  return Array.from({ length: n }, (_, i) => [position[i], hash[i]])
}
const allSeeds = documents.map(seedsOf)

/** Document and masked position of the first n places of the seed found last. */
function placesOf(index: ReferenceIndex, n: number): [number, number][] {
  const positions = new Int32Array(n)
  expect(index.readPositions(positions, 0, n)).toBe(n)
  return Array.from(positions, position => {
    const document = index.documentAt(position)
    return [document, position - index.start[document]]
  })
}

describe('boilerplate that every document holds', () => {
  const boilerplate = writeProse(500, 40)
  const texts = Array.from({ length: 200 }, (_, i) => `${boilerplate} ${writeProse(1000 + i, 8)}`)
  const index = build(texts.map((text, i) => makeDocument(text, i)))
  const search = (text: string) =>
    findCandidates(index, chooseSeeds(tokenise(text), sketchDefaults, new SeedBuffer()), 0, Infinity, 3)

  it('is followed at some of its seeds from end to end', () => {
    const { n } = chooseSeeds(tokenise(boilerplate), sketchDefaults, new SeedBuffer())
    const [{ suspect }] = search(boilerplate)
    expect(suspect.length).toBeGreaterThan(n / 10)
    expect(suspect.length).toBeLessThan(n / 2)
    expect(suspect.at(-1)! - suspect[0]).toBeGreaterThan(0.8 * tokenise(boilerplate).nMasked)
  })

  it('hides no copy behind it', () => {
    for (const i of [3, 77, 199]) expect(search(`${boilerplate} ${writeProse(1000 + i, 8)}`)[0].document).toBe(i)
  })
})

describe('an index', () => {
  it('finds every seed where it stands, and no other', () => {
    const hashes = new Set(allSeeds.flat().map(([, hash]) => hash))
    for (const hash of hashes) {
      const n = index.find(hash)
      expect(placesOf(index, n)).toEqual(findPostings(allSeeds, hash))
    }
    const random = makeRandom(1)
    for (let i = 0; i < 5000; i++) {
      const hash = Math.floor(random() * 2 ** 32)
      if (!hashes.has(hash)) expect(index.find(hash)).toBe(0)
    }
    for (const hash of [0, 1, 0xffffffff]) if (!hashes.has(hash)) expect(index.find(hash)).toBe(0)
  })

  it('sifts out most seeds that it has not, and none that it has', () => {
    const own = [...new Set(allSeeds.flat().map(([, hash]) => hash))]
    const random = makeRandom(2)
    const foreign = Array.from({ length: 4 * own.length }, () => Math.floor(random() * 2 ** 32))
    const hashes = Uint32Array.from([...own, ...foreign])
    const which = new Uint32Array(hashes.length)
    const n = index.sift(hashes, hashes.length, which)
    expect([...which.slice(0, own.length)]).toEqual([...own.keys()])
    expect(n - own.length).toBeLessThan(foreign.length / 2)
  })

  it('finds seeds among any others', () => {
    const words = fc.array(fc.constantFrom('alpha', 'beta', 'gamma', 'delta', 'omega'), { maxLength: 40 })
    fc.assert(
      fc.property(fc.array(words, { maxLength: 8 }), lists => {
        const own = lists.map((list, i) => makeDocument(list.join(' '), i))
        const small = build(own)
        const seeds = own.map(seedsOf)
        expect(small.facts.seeds).toBe(seeds.flat().length)
        for (const hash of new Set(seeds.flat().map(([, h]) => h)))
          expect(small.find(hash)).toBe(findPostings(seeds, hash).length)
      }),
      { numRuns: 30, seed: 4 },
    )
  })

  it('gives every document back as it was', () => {
    const texts = new TextCache(index, 1000)
    for (const i of [0, 61, 30, 0, 60, 59, ...documents.keys()]) expect(texts.readDocument(i)).toEqual(documents[i])
    expect(texts.read(3).stream.n).toBe(tokenise(documents[3].text).n)
  })

  it('counts documents, tokens and the answers to a prompt', () => {
    expect(index.facts).toMatchObject({ name: 'an index', model: 'm-1', documents: documents.length })
    expect(index.facts.tokens).toBe(documents.reduce((sum, { text }) => sum + tokenise(text).n, 0))
    for (const prompt of ['Prompt number 1?', '  prompt NUMBER 1'])
      expect(index.countPrompt(hashPrompt(prompt))).toBe(documents.filter(d => d.prompt === 'Prompt number 1?').length)
    expect(index.countPrompt(hashPrompt('Another prompt?'))).toBe(0)
    expect(index.countPrompt(0)).toBe(0)
  })

  it('leads to a document that is longer than a cell by seeds that stand far apart in it', () => {
    const far = [writeProse(501, 3), writeProse(502, 3), writeProse(503, 3)]
    const filler = Array.from({ length: 3 }, (_, i) => writeProse(600 + i, 2500))
    const long = far.map((part, i) => `${part} ${filler[i]}`).join(' ')
    const large = build([...documents.slice(0, 20), makeDocument(long, 20), ...documents.slice(20)])
    expect(large.facts.longestDocument).toBeGreaterThan(1.5 * 2 ** large.cellShift)
    const stream = tokenise(far.map(part => part.split('.')[0]).join('. '))
    const seeds = chooseSeeds(stream, sketchDefaults, new SeedBuffer())
    const [best] = findCandidates(large, seeds, 0, stream.nMasked, 6, 0)
    expect(best.document).toBe(20)
    expect(Math.max(...best.reference) - Math.min(...best.reference)).toBeGreaterThan(2 ** large.cellShift)
    for (const copied of [3, 50]) {
      const own = chooseSeeds(tokenise(documents[copied].text), sketchDefaults, new SeedBuffer())
      expect(findCandidates(large, own)[0].document).toBe(copied < 20 ? copied : copied + 1)
    }
  })

  it('takes nothing more once it is finished', () => {
    const builder = new IndexBuilder()
    builder.finish({ name: 'x', model: null, sources: [] })
    expect(() => builder.add(documents[0])).toThrow(/finished/)
  })
})

describe('an index file', () => {
  const file = path.join(scratch.folder, 'an.pali')

  it('is opened as it was written, and is the same bytes for the same documents', () => {
    writeIndex(file, index)
    expect(existsSync(`${file}.partial`)).toBe(false)
    expect(isIndexFile(file)).toBe(true)
    expect(openIndex(file).facts).toEqual(index.facts)
    const again = path.join(scratch.folder, 'again.pali')
    writeIndex(again, build(documents))
    expect(readFileSync(again).equals(readFileSync(file))).toBe(true)
  })

  it('of which any one byte of content is changed, or any part is missing, is refused', () => {
    const whole = readFileSync(file)
    const random = makeRandom(7)
    const opened: number[] = []
    const headerStart = whole.readUInt32LE(16)
    for (let i = 0; i < 300; i++) {
      const at = Math.floor(random() * whole.length)
      const bytes = Buffer.from(whole)
      if (i % 4 === 0) expectRefusal(bytes.subarray(0, at))
      else {
        bytes[at] ^= 1 << Math.floor(random() * 8)
        if (!isRefused(bytes)) opened.push(at)
      }
    }
    // what no digest covers are the name in the header, and zeros of the prefix
    for (const at of opened) expect(at >= headerStart || whole[at] === 0).toBe(true)
    expect(opened.length).toBeLessThan(3)
  })

  it.each([
    ['"sections"', '"section_"'],
    ['"at":32', '"at":40'],
    ['"at":32', '"at":-8'],
    ['"at":32', '"at":33'],
    ['"bytes":', '"bytex":'],
    ['"shards":[', '"sharps":['],
    ['"documents":62', '"documents":61'],
    ['"sha256"', '"sha25x"'],
  ])('whose header says %s differently is refused', (from, to) => {
    expectRefusal(Buffer.from(readFileSync(file).toString('latin1').replace(from, to), 'latin1'))
  })

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['zeros', Buffer.alloc(4096)],
    ['text', Buffer.from('{"prompt":"a"}\n'.repeat(20))],
    ['its mark and then zeros', Buffer.concat([Buffer.from('PALI'), Buffer.alloc(100)])],
  ])('that is %s is refused with a message that names it', (_, bytes) => {
    expectRefusal(bytes)
  })

  function isRefused(bytes: Uint8Array): boolean {
    try {
      expectRefusal(bytes)
      return true
    } catch (error) {
      if (error instanceof Error && error.message.includes('was opened')) return false
      throw error
    }
  }

  function expectRefusal(bytes: Uint8Array): void {
    const spoilt = path.join(scratch.folder, 'spoilt.pali')
    writeFileSync(spoilt, bytes)
    let fault: unknown
    try {
      openIndex(spoilt)
    } catch (error) {
      fault = error
    }
    if (fault === undefined) throw new Error('the spoilt index was opened')
    expect(fault).toBeInstanceOf(PalimpsestError)
    expect(fault).toMatchObject({ code: 'integrity', message: expect.stringContaining('spoilt.pali') })
  }
})
