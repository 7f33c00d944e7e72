import { describe, expect, it } from 'vitest'
import { IndexBuilder } from '../../src/match/builder.ts'
import { alignPair } from '../../src/match/pair.ts'
import { tokenise } from '../../src/text/tokens.ts'
import { type Block, identityBits, type Span, type TokenStream } from '../../src/types.ts'
import { makeClaim } from '../../src/weigh/claim.ts'
import { Information } from '../../src/weigh/information.ts'
import { compareRest, minAlignedTokens, type Rest } from '../../src/weigh/rest.ts'
import { Tokens } from '../../src/weigh/tokens.ts'
import { writeProse, writeSentences } from '../prose.ts'

const builder = new IndexBuilder()
for (let i = 0; i < 80; i++)
  builder.add({ file: 'a', record: i, field: 'text', id: null, model: null, text: writeProse(5000 + i), prompt: null })
const information = new Information([builder.finish({ name: 'a', model: null, sources: [] })])

function rest(suspect: string, reference: string): Rest {
  const ours = tokenise(suspect)
  const theirs = tokenise(reference)
  const tokens = new Tokens(suspect, ours)
  const claim = makeClaim(tokens, theirs, alignPair(ours, theirs)!, [], information)!
  return compareRest(tokens, theirs, claim, information)
}

const shared = writeSentences(1, 6).join(' ')
const subject = writeSentences(2, 8)
const reversed = (sentence: string): string => sentence.split(' ').reverse().join(' ')

/** The same by maps of words. */
function restByMaps(suspect: string, reference: string): Rest {
  const [ours, theirs] = [tokenise(suspect), tokenise(reference)]
  const claim = makeClaim(new Tokens(suspect, ours), theirs, alignPair(ours, theirs)!, [], information)!
  const collect = (
    { n, hash, kind }: TokenStream,
    startOf: (block: Block) => number,
    [from, to]: Span,
    isInside: boolean,
  ): Map<number, number> => {
    const words = new Map<number, number>()
    for (let i = 0; i < n; i++) {
      const isMatched = [...claim.blocks, ...claim.aligned.filter(({ n }) => n >= minAlignedTokens)].some(
        block => i >= startOf(block) && i < startOf(block) + block.n,
      )
      const bits = information.bits(hash[i])
      if (isMatched || (kind[i] & identityBits) !== 0 || bits < 7 || (i >= from && i < to) !== isInside) continue
      words.set(hash[i], bits)
    }
    return words
  }
  const sum = (list: Iterable<number>): number => [...list].reduce((all, bits) => all + bits, 0)
  const [outside, between] = [false, true].map(isInside => {
    const a = collect(ours, ({ s }) => s, claim.suspect, isInside)
    const b = collect(theirs, ({ r }) => r, claim.reference, isInside)
    const shared = sum([...a].filter(([word]) => b.has(word)).map(([, bits]) => bits))
    return { least: Math.min(sum(a.values()), sum(b.values())), shared }
  })
  return {
    restAlike: outside.least < 60 ? 0 : Math.min(1, outside.shared / outside.least),
    reworded: Math.min(1, Math.max(0, between.least - between.shared) / Math.max(1, sum(claim.bits))),
  }
}

describe('what is not matched', () => {
  it('is what maps of words say', () => {
    for (let seed = 0; seed < 20; seed++) {
      const sentences = writeSentences(seed, 9)
      const ours = [...sentences.slice(0, 6), ...writeSentences(50 + seed, 4)].join(' ')
      const theirs = [...writeSentences(50 + seed, 3), ...sentences.slice(1, 5), ...writeSentences(90 + seed, 4)].join(
        ' ',
      )
      expect(rest(ours, theirs)).toEqual(restByMaps(ours, theirs))
    }
  })

  it('says nothing where all of both texts is matched', () => {
    expect(rest(shared, shared)).toEqual({ restAlike: 0, reworded: 0 })
  })

  it('is alike where both texts go on about the same subject in another order of words', () => {
    const ours = `${shared} ${subject.join(' ')}`
    const theirs = `${shared} ${subject.map(reversed).join(' ')}`
    expect(rest(ours, theirs).restAlike).toBeGreaterThan(0.7)
  })

  it('is less alike where a passage stands in a document of another subject', () => {
    const same = rest(`${shared} ${subject.join(' ')}`, `${shared} ${subject.map(reversed).join(' ')}`)
    const other = rest(`${shared} ${subject.join(' ')}`, `${shared} ${writeProse(77, 8)}`)
    expect(other.restAlike).toBeLessThan(0.8 * same.restAlike)
  })

  it('is no rest what is copied beside the claim, however short', () => {
    const [first, ...others] = writeSentences(3, 9)
    const ours = `${shared} ${others.map(reversed).join(' ')} ${first}`
    const theirs = `${shared} ${writeSentences(4, 12).join(' ')} ${first}`
    const without = [ours, theirs].map(text => text.slice(0, -first.length)) as [string, string]
    expect(rest(ours, theirs).restAlike).toBeLessThanOrEqual(rest(...without).restAlike + 0.05)
  })

  it('compares ideographs two by two: texts that share single ones are not alike', () => {
    const beginning = '研究人员在山谷里发现了许多古老的石器并且仔细地记录了每一件石器的位置颜色重量以及周围土壤的性质。'
    const characters = [...'春夏秋冬风雨雷电江河湖海松竹梅兰金银铜铁东西南北红黄蓝绿']
    const ours = beginning + characters.join('')
    const theirs = beginning + characters.toReversed().join('')
    expect(rest(ours, theirs).restAlike).toBe(0)
    expect(
      rest(ours, `${beginning}${characters.slice(14).join('')}${characters.slice(0, 14).join('')}`).restAlike,
    ).toBe(0)
  })

  it('is reworded the more, the more words between the matches are others', () => {
    const replaceEvery = (n: number): string => {
      let turn = 0
      return shared.replace(/[a-z]{5,}/g, word => (turn++ % n === 0 ? reversedLetters(word) : word))
    }
    const reversedLetters = (word: string): string => [...word].reverse().join('')
    const [many, few] = [rest(replaceEvery(3), shared).reworded, rest(replaceEvery(9), shared).reworded]
    expect(few).toBeGreaterThan(0)
    expect(many).toBeGreaterThan(few)
  })
})
