/** What is struck out must say the same as the shares that a finding states. */
import { describe, expect, it } from 'vitest'
import { IndexBuilder } from '../../src/match/builder.ts'
import type { ReferenceIndex } from '../../src/match/reference.ts'
import { makeFinding } from '../../src/run/finding.ts'
import { tokenise } from '../../src/text/tokens.ts'
import type { Document, Finding, Span } from '../../src/types.ts'
import { explainTokens } from '../../src/weigh/explained.ts'
import { type Match, Scale } from '../../src/weigh/scale.ts'
import { renameAll, writeProse, writeSentences } from '../prose.ts'

function makeDocument(text: string, record = 0, prompt: string | null = null): Document {
  return { file: 'a', record, field: 'text', id: null, model: null, text, prompt }
}

function build(documents: Document[], name: string): ReferenceIndex {
  const builder = new IndexBuilder()
  for (const document of documents) builder.add(document)
  return builder.finish({ name, model: null, sources: [] })
}

const sentences = writeSentences(1, 16)
const prompt = `Please put this in order: ${sentences.slice(4, 7).join(' ')}`
const again = Array.from({ length: 60 }, () => sentences[13])
const reference = [...sentences.slice(0, 14), ...again, ...sentences.slice(14)].join(' ')
const suspect = makeDocument(`${writeProse(90, 2)} ${renameAll(reference)}`, 0, prompt)
const crowd = Array.from({ length: 60 }, (_, i) => makeDocument(writeProse(5000 + i), i))
const witness = makeDocument(`${writeProse(91, 3)} ${sentences.slice(8, 11).join(' ')} ${writeProse(92, 3)}`, 60)

const references = [build([makeDocument(reference, 0, prompt), makeDocument(writeProse(300), 1)], 'r')]
const backgrounds = [build([...crowd, witness], 'b')]

function weighOne(): { match: Match; finding: Finding } {
  const scale = new Scale(references, backgrounds)
  const tokens = scale.read(suspect)
  const [match] = scale.weigh(suspect, tokens)
  return { match, finding: makeFinding(suspect, tokens.stream, match, 'A', references, backgrounds) }
}

function countTokens(spans: readonly Span[]): number {
  return spans.reduce((sum, [from, to]) => sum + to - from, 0)
}

/** Tokens of the suspect that lie in spans of UTF-16 units. */
function countInside(spans: readonly Span[] = []): number {
  const stream = tokenise(suspect.text)
  let inside = 0
  for (let i = 0; i < stream.n; i++)
    if (spans.some(([from, to]) => stream.start[i] >= from && stream.end[i] <= to)) inside++
  return inside
}

describe('what explains a claim', () => {
  it('adds up: every matched token is distinctive, prompted, or too light', () => {
    const { match } = weighOne()
    const { prompt: prompted, complexity } = explainTokens(match.claim, match.backgroundBlocks)
    expect(countTokens(prompted)).toBe(match.claim.prompted)
    expect(countTokens(prompted)).toBeGreaterThan(20)
    expect(countTokens(complexity)).toBeGreaterThan(0)
    expect(countTokens(prompted) + countTokens(complexity) + match.claim.distinctive).toBe(match.claim.matches)
  })

  it('weighs what the measures say that prompt and background explain', () => {
    const { match } = weighOne()
    const { claim, measures, backgroundBlocks } = match
    const { prompt: prompted, background } = explainTokens(claim, backgroundBlocks)
    expect(countTokens(prompted) / claim.matches).toBeCloseTo(measures.explainedByPrompt, 10)
    let shared = 0
    for (const [from, to] of background) for (let i = from; i < to; i++) shared += claim.bits[i - claim.suspect[0]]
    const all = claim.bits.reduce((sum, bits) => sum + bits, 0)
    expect(measures.explainedByBackground).toBeGreaterThan(0.1)
    expect(shared / all).toBeCloseTo(measures.explainedByBackground, 6)
  })

  it('stands in the finding at the words that it is about', () => {
    const { match, finding } = weighOne()
    const { prompt: prompted, background, complexity } = finding.explained!
    expect(countInside(prompted)).toBe(match.claim.prompted)
    for (const spans of [prompted, background, complexity]) {
      for (const [i, [from, to]] of spans!.entries()) {
        expect(from).toBeLessThan(to)
        expect(from).toBeGreaterThanOrEqual(i === 0 ? finding.suspect.span[0] : spans![i - 1][1])
        expect(to).toBeLessThanOrEqual(finding.suspect.span[1])
      }
    }
    const words = (spans: Span[]): string => spans.map(([from, to]) => suspect.text.slice(from, to)).join(' ')
    expect(words(prompted!)).toContain(renameAll(sentences[5]).slice(5, 30))
    expect(words(background!)).toContain(renameAll(sentences[9]).slice(5, 30))
    expect(words(background!)).not.toContain(renameAll(sentences[2]).slice(5, 40))
  })

  it('is nothing where neither prompt nor background holds any of it', () => {
    const scale = new Scale([build([makeDocument(writeProse(7), 0)], 'r')], [build(crowd, 'b')])
    const [match] = scale.weigh(makeDocument(writeProse(7)))
    expect(explainTokens(match.claim, match.backgroundBlocks)).toMatchObject({ prompt: [], background: [] })
  })
})
