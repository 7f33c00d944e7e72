import { describe, expect, it } from 'vitest'
import { IndexBuilder } from '../../src/match/builder.ts'
import { alignPair } from '../../src/match/pair.ts'
import { tokenise } from '../../src/text/tokens.ts'
import { makeClaim } from '../../src/weigh/claim.ts'
import { Information } from '../../src/weigh/information.ts'
import { describeReference, describeSuspect, joinSides, type Own } from '../../src/weigh/own.ts'
import { PromptCache } from '../../src/weigh/prompts.ts'
import { Tokens } from '../../src/weigh/tokens.ts'
import { writeProse, writeSentences } from '../prose.ts'

const builder = new IndexBuilder()
for (let i = 0; i < 80; i++)
  builder.add({ file: 'a', record: i, field: 'text', id: null, model: null, text: writeProse(5000 + i), prompt: null })
const information = new Information([builder.finish({ name: 'a', model: null, sources: [] })])

function describeOwn(suspect: string, reference: string, prompt = ''): Own {
  const theirs = tokenise(reference)
  const tokens = new Tokens(suspect, tokenise(suspect))
  const prompts = [new PromptCache().read(prompt)]
  const claim = makeClaim(tokens, theirs, alignPair(tokens.stream, theirs)!, prompts, information)!
  return joinSides(
    describeSuspect(tokens, theirs, claim, prompts),
    describeReference(tokens.stream, theirs, claim, prompts),
  )
}

const share = (suspect: string, reference: string, prompt = ''): number => describeOwn(suspect, reference, prompt).share

const sentences = writeSentences(1, 8)
const answer = sentences.join(' ')

describe('own wording that is matched', () => {
  it('is all of it in a copy, whatever names and numbers became', () => {
    expect(share(answer, answer)).toBe(1)
    const named = (name: string, year: number): string =>
      sentences.map(sentence => sentence.replace(/\.$/, ` as ${name} had it in ${year}.`)).join(' ')
    expect(share(named('Berg', 1999), named('Lindqvist', 2004))).toBeGreaterThan(0.95)
  })

  it('falls to what either side has of it, if it adds much', () => {
    const longer = `${answer} ${writeSentences(2, 8).join(' ')}`
    expect(share(longer, answer)).toBeLessThan(0.7)
    expect(share(answer, longer)).toBeCloseTo(share(longer, answer), 2)
  })

  it('does not count what both repeat of their prompt', () => {
    const prompt = sentences.slice(0, 5).join(' ')
    const others = writeSentences(3, 4).join(' ')
    const [ours, theirs] = [`${answer} ${others}`, `${answer} ${writeSentences(4, 4).join(' ')}`]
    expect(share(ours, theirs, prompt)).toBeLessThan(share(ours, theirs) - 0.15)
  })

  it('is counted by the sentences that hold some of it, whether it is matched in one run or in many', () => {
    const edited = sentences.map(sentence => sentence.replace(/(\S+) (\S+)/, '$1 indeed $2')).join(' ')
    expect(describeOwn(answer, answer).sentences).toBe(sentences.length)
    expect(describeOwn(edited, answer).sentences).toBe(sentences.length)
    const other = `${sentences.slice(0, 3).join(' ')} ${writeSentences(5, 5).join(' ')}`
    expect(describeOwn(other, answer).sentences).toBe(3)
    expect(describeOwn(answer, other).sentences).toBe(3)
  })

  it('stands before the match where a side began in other words, and its prompt is none of it', () => {
    const opening = writeSentences(6, 2).join(' ')
    expect(describeOwn(answer, answer).before).toBe(0)
    expect(describeOwn(`${opening} ${answer}`, answer).before).toBeGreaterThan(10)
    expect(describeOwn(answer, `${opening} ${answer}`).before).toBeGreaterThan(10)
    expect(describeOwn(`${opening} ${answer}`, answer, opening).before).toBe(0)
  })
})
