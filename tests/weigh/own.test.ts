import { describe, expect, it } from 'vitest'
import { IndexBuilder } from '../../src/match/builder.ts'
import { alignPair } from '../../src/match/pair.ts'
import { tokenise } from '../../src/text/tokens.ts'
import { makeClaim } from '../../src/weigh/claim.ts'
import { Information } from '../../src/weigh/information.ts'
import { shareOfReference, shareOfSuspect } from '../../src/weigh/own.ts'
import { PromptCache } from '../../src/weigh/prompts.ts'
import { Tokens } from '../../src/weigh/tokens.ts'
import { writeProse, writeSentences } from '../prose.ts'

const builder = new IndexBuilder()
for (let i = 0; i < 80; i++)
  builder.add({ file: 'a', record: i, field: 'text', id: null, model: null, text: writeProse(5000 + i), prompt: null })
const information = new Information([builder.finish({ name: 'a', model: null, sources: [] })])

function share(suspect: string, reference: string, prompt = ''): number {
  const theirs = tokenise(reference)
  const tokens = new Tokens(suspect, tokenise(suspect))
  const prompts = [new PromptCache().read(prompt)]
  const claim = makeClaim(tokens, theirs, alignPair(tokens.stream, theirs)!, prompts, information)!
  return Math.min(shareOfSuspect(tokens, claim, prompts), shareOfReference(tokens.stream, theirs, claim, prompts))
}

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
})
