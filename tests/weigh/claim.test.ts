import { describe, expect, it } from 'vitest'
import { IndexBuilder } from '../../src/match/builder.ts'
import { alignPair } from '../../src/match/pair.ts'
import type { ReferenceIndex } from '../../src/match/reference.ts'
import { tokenise } from '../../src/text/tokens.ts'
import type { Document } from '../../src/types.ts'
import { type Claim, makeClaim } from '../../src/weigh/claim.ts'
import { Information } from '../../src/weigh/information.ts'
import { PromptCache } from '../../src/weigh/prompts.ts'
import { markQuoted } from '../../src/weigh/quotes.ts'
import { classify, marginBits } from '../../src/weigh/rule.ts'
import { type Match, Scale } from '../../src/weigh/scale.ts'
import { Tokens } from '../../src/weigh/tokens.ts'
import { renameAll, writeProse, writeSentences } from '../prose.ts'

function makeDocument(text: string, record = 0, prompt: string | null = null): Document {
  return { file: 'a', record, field: 'text', id: null, model: null, text, prompt }
}

function build(texts: readonly string[], prompt: (i: number) => string | null = () => null): ReferenceIndex {
  const builder = new IndexBuilder()
  for (const [i, text] of texts.entries()) builder.add(makeDocument(text, i, prompt(i)))
  return builder.finish({ name: 'a', model: null, sources: [] })
}

const crowd = build(Array.from({ length: 80 }, (_, i) => writeProse(5000 + i)))
const information = new Information([crowd])

/** The claim of a suspect on a reference. */
function claim(suspect: string, reference: string, prompt: string | null = null): Claim | undefined {
  const ours = tokenise(suspect)
  const theirs = tokenise(reference)
  const alignment = alignPair(ours, theirs)
  if (alignment === undefined) return undefined
  return makeClaim(new Tokens(suspect, ours), theirs, alignment, [new PromptCache().read(prompt)], information)
}

const sentences = writeSentences(1, 12)
const text = sentences.join(' ')

describe('a claim', () => {
  it('on a copy covers all of it and weighs what its tokens weigh', () => {
    const whole = claim(text, text)!
    const { n } = tokenise(text)
    expect(whole.suspect).toEqual([0, n])
    expect(whole).toMatchObject({ matches: n, columns: n, prompted: 0 })
    expect(whole.bits.reduce((sum, bits) => sum + bits, 0)).toBeCloseTo(whole.score, 1)
    expect(whole.distinctive).toBeLessThanOrEqual(n)
  })

  it('weighs more the more of the text is copied', () => {
    const scores = [3, 6, 9, 12].map(count => claim(sentences.slice(0, count).join(' '), text)!.score)
    expect(scores).toEqual([...scores].sort((a, b) => a - b))
    expect(scores[3]).toBeGreaterThan(3 * scores[0])
  })

  it('is worth nothing where the prompt holds the text, and less where it holds a part', () => {
    const all = claim(text, text, text)
    expect(all?.score ?? 0).toBeLessThanOrEqual(0)
    const half = claim(text, text, sentences.slice(0, 6).join(' '))!
    const none = claim(text, text, writeProse(77, 6))!
    expect(half.prompted).toBeGreaterThan(60)
    expect(half.score).toBeLessThan(0.6 * none.score)
    expect(none.prompted).toBeLessThan(6)
  })

  it('counts what is said again ever less', () => {
    const repeated = Array.from({ length: 12 }, () => sentences[0]).join(' ')
    expect(claim(repeated, repeated)!.score).toBeLessThan(0.4 * claim(text, text)!.score)
  })

  it('counts a long quotation little', () => {
    const quoted = `${sentences.slice(0, 7).join(' ')} “${sentences.slice(7).join(' ')}”`
    const plain = text
    expect(claim(quoted, quoted)!.score).toBeLessThan(0.8 * claim(plain, plain)!.score)
  })

  it('counts names and numbers little: equal facts are no equal wording', () => {
    const facts = 'Anna Berg, Otto Lind, Mateo Ruiz, Lucia Neri, Olga Petrov, Priya Rao: 12, 41, 88, 17, 95, 23'
    const both = (list: string): string => `we met there and they gave us this list of all: ${list}`
    const words = writeSentences(9, 2).join(' ')
    expect(claim(both(facts), both(facts))!.score).toBeLessThan(0.6 * claim(both(words), both(words))!.score)
  })

  it('pays little for changed names, and more for changed wording', () => {
    const whole = claim(text, text)!.score
    const renamed = claim(renameAll(text), text)!.score
    let turn = 0
    const reworded = claim(
      text.replace(/[a-z]{5,}/g, word => (turn++ % 6 === 0 ? 'other' : word)),
      text,
    )!.score
    expect(renamed).toBeGreaterThan(0.9 * whole)
    expect(reworded).toBeLessThan(0.8 * renamed)
  })

  it('joins two copied passages across foreign text, and leaves the foreign text out of its matches', () => {
    const foreign = writeProse(42, 6)
    const split = `${sentences.slice(0, 6).join(' ')} ${foreign} ${sentences.slice(6).join(' ')}`
    const joined = claim(split, text)!
    expect(joined.matches).toBeGreaterThan(tokenise(text).n - 8)
    expect(joined.columns).toBeGreaterThan(joined.matches + 0.8 * tokenise(foreign).n)
    expect(joined.score).toBeLessThan(claim(text, text)!.score)
  })
})

describe('far apart in both texts', () => {
  const around = (middle: string, end: string): string => `${sentences.slice(0, 6).join(' ')} ${middle} ${end}`
  const [ours, theirs] = [writeProse(60, 95), writeProse(61, 95)]

  it('two passages that stand by themselves are one claim', () => {
    const end = sentences.slice(6).join(' ')
    const both = claim(around(ours, end), around(theirs, end))!
    expect(both.matches).toBeGreaterThan(tokenise(text).n - 8)
  })

  it('a few words do not join a passage', () => {
    const end = sentences[8].split(' ').slice(0, 8).join(' ')
    const one = claim(around(ours, end), around(theirs, end))!
    expect(one.suspect[1]).toBeLessThan(tokenise(sentences.slice(0, 6).join(' ')).n + 40)
  })
})

describe('quotations', () => {
  const quote = (of: string): number => markQuoted(of, tokenise(of)).reduce((sum, bit) => sum + bit, 0)
  const line = 'one two three four five six seven eight nine ten'

  it.each([
    ['quotation marks', `${text} "${line}"`],
    ['typographic marks', `${text} “${line}”`],
    ['corner marks', `${text} 「${line}」`],
    ['a block', `${text}\n> ${line}\n`],
  ])('are those in %s', (_, of) => {
    expect(quote(of)).toBe(10)
  })

  it.each([
    ['titles', `${text} "one two three"`],
    ['marks that nothing closes', `${text} "${line}`],
    ['marks of two paragraphs', `"${line}\n\n${line}"`],
    ['a text in marks from end to end', `"${text}"`],
    ['what stands between two of them', `${text} "one" ${line} "two"`],
  ])('are not %s', (_, of) => {
    expect(quote(of)).toBe(0)
  })
})

describe('competitors', () => {
  const references = Array.from({ length: 40 }, (_, i) => writeProse(i))
  const strangers = Array.from({ length: 40 }, (_, i) => writeProse(900 + i))
  const weigh = (suspect: string, backgrounds: readonly string[], own = references): Match[] =>
    new Scale([build(own)], [build(backgrounds)]).weigh(makeDocument(suspect))

  it('are none where nobody else wrote the passage', () => {
    const [match] = weigh(references[3], strangers)
    expect(match.document).toBe(3)
    expect(match.measures).toMatchObject({ background: 0, otherReference: 0, commonplace: 0 })
    expect(match.competitor).toBeNull()
    expect(classify(match.measures, true)).toBe('A')
  })

  it('take all weight from a passage that the background holds too', () => {
    const found = weigh(references[3], [...strangers, references[3]])
    // identical as a whole, so it stays a lead
    expect(found.map(({ measures }) => classify(measures, true))).toEqual(['C'])
    expect(found.map(({ measures }) => marginBits(measures))).toEqual([0])
  })

  it('take the part away that the background holds', () => {
    const shared = writeSentences(3, 12).slice(0, 6).join(' ')
    const [match] = weigh(references[3], [...strangers, `${writeProse(950, 4)} ${shared}`])
    const { score, background, explainedByBackground } = match.measures
    expect(background).toBeGreaterThan(0.35 * score)
    expect(background).toBeLessThan(0.65 * score)
    expect(explainedByBackground).toBeGreaterThan(0.4)
    expect(explainedByBackground).toBeLessThan(0.6)
    expect(match.competitor).toMatchObject({ side: 'background', document: 40 })
  })

  it('are not near-copies of the reference itself', () => {
    const twice = [...references, renameAll(references[3])]
    const [match] = weigh(references[3], strangers, twice)
    expect(match.measures.otherReference).toBe(0)
    expect(match.alsoMatches).toBe(1)
    expect(classify(match.measures, true)).toBe('A')
  })

  it('are peers where they answer the same prompt', () => {
    const side = new Scale([build(references, () => null)], [build(strangers, i => (i < 5 ? 'The same?' : null))])
    const [match] = side.weigh(makeDocument(references[3], 0, 'the same'))
    expect(match.measures.peers).toBe(5)
  })
})

describe('texts that nobody copied', () => {
  it('give no finding at A or B, and hardly a lead', () => {
    const scale = new Scale([build(Array.from({ length: 150 }, (_, i) => writeProse(i)))], [])
    const found = Array.from({ length: 300 }, (_, i) => scale.weigh(makeDocument(writeProse(20_000 + i))))
      .flat()
      .map(({ measures }) => classify(measures, false))
    expect(found.filter(one => one === 'A' || one === 'B')).toEqual([])
    expect(found.filter(one => one === 'C').length).toBeLessThan(3)
  })
})
