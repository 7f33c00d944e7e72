import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { IndexBuilder } from '../../src/match/builder.ts'
import { chainAnchors, findCandidates } from '../../src/match/chains.ts'
import { chooseSeeds, SeedBuffer } from '../../src/match/minimizers.ts'
import { alignPair } from '../../src/match/pair.ts'
import { sketchDefaults } from '../../src/options.ts'
import { tokenise } from '../../src/text/tokens.ts'
import type { Alignment, TokenStream } from '../../src/types.ts'
import { costOfGap, countCommon, makeStream, scoreBestChain } from '../oracle.ts'
import { makeRandom, pick, renameAll, writeProse, writeSentences } from '../prose.ts'

/** Pairs of two texts with equal ends, by a table with every cell: a match counts 5, and 2 more in a run. */
function walkWholeTable(ours: number[], theirs: number[], before: number, behind: number): number[][] {
  const pairs: number[][] = []
  let s = before
  let r = before
  let endS = ours.length - behind
  let endR = theirs.length - behind
  while (s < endS && r < endR && ours[s] === theirs[r]) {
    s++
    r++
  }
  while (endS > s && endR > r && ours[endS - 1] === theirs[endR - 1]) {
    endS--
    endR--
  }
  for (let i = 0; i < s; i++) pairs.push([i, i])
  const n = endS - s
  const m = endR - r
  const score = Array.from({ length: n + 1 }, () => new Array<number>(m + 1).fill(0))
  const step = Array.from({ length: n + 1 }, () => new Array<string>(m + 1).fill(''))
  for (let i = n - 1; i >= 0; i--)
    for (let j = m - 1; j >= 0; j--) {
      score[i][j] = Math.max(score[i + 1][j], score[i][j + 1])
      step[i][j] = score[i + 1][j] >= score[i][j + 1] ? 'suspect' : 'reference'
      const match = score[i + 1][j + 1] + (step[i + 1][j + 1] === 'match' ? 7 : 5)
      if (ours[s + i] !== theirs[r + j] || match < score[i][j]) continue
      score[i][j] = match
      step[i][j] = 'match'
    }
  for (let i = 0, j = 0; i < n && j < m; ) {
    if (step[i][j] === 'match') pairs.push([s + i++, r + j++])
    else if (step[i][j] === 'suspect') i++
    else j++
  }
  for (let i = endS, j = endR; i < ours.length; i++, j++) pairs.push([i, j])
  return pairs
}

/** Holds an alignment to what its type promises. */
function expectSound({ blocks, suspect, reference }: Alignment, ours: TokenStream, theirs: TokenStream): void {
  const seen = new Set<number>()
  let endS = 0
  let endR = 0
  for (const { s, r, n, moved } of blocks) {
    expect(n).toBeGreaterThan(0)
    expect(s).toBeGreaterThanOrEqual(endS)
    endS = s + n
    for (let j = 0; j < n; j++) {
      if (ours.hash[s + j] !== theirs.hash[r + j]) throw new Error(`tokens ${s + j} and ${r + j} differ`)
      if (seen.has(r + j)) throw new Error(`reference token ${r + j} is matched twice`)
      seen.add(r + j)
    }
    if (moved) continue
    expect(r).toBeGreaterThanOrEqual(endR)
    endR = r + n
  }
  expect(endS).toBeLessThanOrEqual(ours.n)
  expect(suspect).toEqual([blocks[0].s, endS])
  expect(reference).toEqual([Math.min(...blocks.map(b => b.r)), Math.max(...blocks.map(b => b.r + b.n))])
}

const countMatched = ({ blocks }: Alignment, all = true): number =>
  blocks.reduce((sum, { n, moved }) => sum + (all || !moved ? n : 0), 0)

describe('chains', () => {
  const anchors = fc.array(
    fc.record({
      s: fc.integer({ min: 0, max: 60 }),
      r: fc.integer({ min: 0, max: 60 }),
      w: fc.integer({ min: 1, max: 16 }),
    }),
    { minLength: 1, maxLength: 40 },
  )

  it('are the best of all, rise on both sides, and score what their gaps leave', () => {
    fc.assert(
      fc.property(anchors, list => {
        const sorted = [...list].sort((a, b) => a.s - b.s || a.r - b.r)
        const [s, r, w] = (['s', 'r', 'w'] as const).map(key => sorted.map(anchor => anchor[key]))
        const alive = new Uint8Array(sorted.length).fill(1)
        const { chain, score } = chainAnchors(Int32Array.from(s), Int32Array.from(r), Float32Array.from(w), alive)
        expect(score).toBeCloseTo(scoreBestChain(s, r, w), 3)
        let sum = 0
        for (const [c, a] of chain.entries()) {
          sum += w[a]
          if (c === 0) continue
          const before = chain[c - 1]
          expect(s[a]).toBeGreaterThan(s[before])
          expect(r[a]).toBeGreaterThan(r[before])
          sum -= costOfGap(s[a] - s[before], r[a] - r[before])
        }
        expect(sum).toBeCloseTo(score, 3)
      }),
      { numRuns: 300, seed: 11 },
    )
  })

  it('use living anchors alone', () => {
    const places = Int32Array.from([0, 5, 10, 15])
    const { chain } = chainAnchors(places, places, new Float32Array(4).fill(9), Uint8Array.from([1, 0, 1, 0]))
    expect([...chain]).toEqual([0, 2])
    expect(chainAnchors(places, places, new Float32Array(4).fill(9), new Uint8Array(4))).toEqual({
      chain: new Int32Array(0),
      score: 0,
    })
  })
})

describe('candidates', () => {
  const texts = Array.from({ length: 80 }, (_, i) => writeProse(i, 10))
  const builder = new IndexBuilder()
  for (const [record, text] of texts.entries())
    builder.add({ file: 'a', record, field: 'text', id: null, model: null, text, prompt: null })
  const index = builder.finish({ name: 'a', model: null, sources: [] })
  const find = (text: string): number[] =>
    findCandidates(index, chooseSeeds(tokenise(text), sketchDefaults, new SeedBuffer())).map(c => c.document)

  it('begin with the document that was copied, renamed or not', () => {
    for (const [i, text] of texts.entries()) {
      expect(find(text)[0]).toBe(i)
      expect(find(renameAll(text))[0]).toBe(i)
    }
  })

  it('hold both documents that a text was put together from', () => {
    const both = `${writeSentences(3, 10).slice(2, 7).join(' ')} ${writeSentences(44, 10).slice(1, 6).join(' ')}`
    expect(find(both).slice(0, 2).sort()).toEqual([3, 44])
  })

  it('are none for a text of its own', () => {
    for (let seed = 900; seed < 940; seed++) expect(find(writeProse(seed, 10))).toEqual([])
  })

  it('have anchors that are in order and within both documents', () => {
    const stream = tokenise(`${texts[7]} ${texts[9]}`)
    for (const { document, suspect, reference, chain } of findCandidates(
      index,
      chooseSeeds(stream, sketchDefaults, new SeedBuffer()),
    )) {
      for (let a = 1; a < suspect.length; a++) expect(suspect[a]).toBeGreaterThanOrEqual(suspect[a - 1])
      for (const at of reference) expect(at).toBeLessThan(index.start[document + 1] - index.start[document])
      expect(Math.min(...reference)).toBeGreaterThanOrEqual(0)
      expect([...chain]).toEqual([...chain].sort((a, b) => a - b))
    }
  })
})

describe('alignments', () => {
  it('of a copy are one block of all its tokens', () => {
    fc.assert(
      fc.property(fc.nat(1e6), fc.integer({ min: 3, max: 30 }), (seed, count) => {
        const stream = tokenise(writeProse(seed, count))
        const { blocks } = alignPair(stream, stream)!
        expect(blocks).toEqual([{ s: 0, r: 0, n: stream.n, moved: false }])
      }),
      { numRuns: 60, seed: 12 },
    )
  })

  it('of any two token streams keep their promises, and match no more in order than can be matched', () => {
    const word = fc.integer({ min: 0, max: 9 })
    const shared = fc.array(fc.integer({ min: 10, max: 60 }), { minLength: 14, maxLength: 40 })
    const piece = fc.array(word, { maxLength: 25 })
    fc.assert(
      fc.property(piece, shared, piece, shared, piece, piece, (a, x, b, y, c, d) => {
        for (const [one, two] of [
          [
            [...a, ...x, ...b, ...y, ...c],
            [...d, ...x, ...c, ...y, ...a],
          ],
          [
            [...a, ...x, ...b, ...y],
            [...y, ...b, ...x, ...d],
          ],
        ]) {
          const ours = makeStream(one)
          const theirs = makeStream(two)
          const alignment = alignPair(ours, theirs)
          if (alignment === undefined) continue
          expectSound(alignment, ours, theirs)
          expect(countMatched(alignment, false)).toBeLessThanOrEqual(countCommon(one, two))
        }
      }),
      { numRuns: 200, seed: 13 },
    )
  })

  it('of lightly edited copies match nearly all that the whole table would', () => {
    for (let seed = 0; seed < 40; seed++) {
      const random = makeRandom(seed)
      const words = writeProse(seed, 12).split(' ')
      const edited = words.flatMap(word => {
        const draw = random()
        if (draw < 0.04) return []
        if (draw < 0.08) return ['other']
        return draw < 0.12 ? [word, pick(random, words)] : [word]
      })
      const ours = tokenise(edited.join(' '))
      const theirs = tokenise(words.join(' '))
      const alignment = alignPair(ours, theirs)!
      expectSound(alignment, ours, theirs)
      const most = countCommon(ours.hash.slice(0, ours.n), theirs.hash.slice(0, theirs.n))
      expect(countMatched(alignment, false)).toBeLessThanOrEqual(most)
      expect(countMatched(alignment, false)).toBeGreaterThan(0.93 * most)
    }
  })

  it('of a gap between two anchors is what the whole table of it gives, cell by cell', () => {
    const word = fc.integer({ min: 0, max: 7 })
    const gap = fc.array(word, { minLength: 1, maxLength: 24 })
    const before = Array.from({ length: 12 }, (_, i) => 100 + i)
    const behind = Array.from({ length: 12 }, (_, i) => 200 + i)
    fc.assert(
      fc.property(gap, gap, (one, two) => {
        const ours = [...before, ...one, ...behind]
        const theirs = [...before, ...two, ...behind]
        const alignment = alignPair(makeStream(ours), makeStream(theirs))!
        const main = alignment.blocks.filter(({ moved }) => !moved)
        const pairs = main.flatMap(({ s, r, n }) => Array.from({ length: n }, (_, j) => [s + j, r + j]))
        expect(pairs).toEqual(walkWholeTable(ours, theirs, before.length, behind.length))
      }),
      { numRuns: 400, seed: 14 },
    )
  })

  it('find a sentence that changed its place, and mark it or what it passed as moved', () => {
    for (let seed = 0; seed < 25; seed++) {
      const sentences = writeSentences(seed, 9)
      const changed = [...sentences.slice(0, 1), ...sentences.slice(2, 7), sentences[1], ...sentences.slice(7)]
      const ours = tokenise(changed.join(' '))
      const theirs = tokenise(sentences.join(' '))
      const alignment = alignPair(ours, theirs)!
      expectSound(alignment, ours, theirs)
      const moved = alignment.blocks.filter(block => block.moved)
      expect(moved.length).toBeGreaterThan(0)
      expect(countMatched(alignment)).toBeGreaterThan(ours.n - 6)
      const own = tokenise(sentences[1]).n
      expect(moved.reduce((sum, { n }) => sum + n, 0)).toBeLessThanOrEqual(own + 3)
    }
  })

  it('reach over changed names to both ends of the text', () => {
    const text = `Anna said so. ${writeProse(4, 6)} It was Viktor`
    const changed = `Berta said so. ${renameAll(writeProse(4, 6))} It was Otto`
    const ours = tokenise(changed)
    const { suspect, reference } = alignPair(ours, tokenise(text))!
    expect(suspect).toEqual([1, ours.n - 1])
    expect(reference[0]).toBe(1)
  })

  it('are none for texts that share no seed', () => {
    expect(alignPair(tokenise(writeProse(1)), tokenise(writeProse(2)))).toBeUndefined()
    expect(alignPair(tokenise(''), tokenise(writeProse(2)))).toBeUndefined()
  })
})
