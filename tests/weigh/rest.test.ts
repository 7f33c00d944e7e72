import { describe, expect, it } from 'vitest'
import { IndexBuilder } from '../../src/match/builder.ts'
import { alignPair } from '../../src/match/pair.ts'
import { tokenise } from '../../src/text/tokens.ts'
import { makeClaim } from '../../src/weigh/claim.ts'
import { Information } from '../../src/weigh/information.ts'
import { compareRest, type Rest } from '../../src/weigh/rest.ts'
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

describe('what is not matched', () => {
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
