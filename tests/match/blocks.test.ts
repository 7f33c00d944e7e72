/** Text blocks: what was packed comes out again, whatever the texts hold. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { packBlock, TextBlock } from '../../src/match/blocks.ts'
import type { Document } from '../../src/types.ts'

function makeDocument(text: string, record: number, prompt: string | null): Document {
  return { file: 'a.jsonl', record, field: 'text', id: `id-${record}`, model: null, text, prompt }
}

function readAll(documents: readonly Document[], first: number, record: number): Document[] {
  const block = new TextBlock(packBlock(documents), first, record)
  return documents.map((_, i) => block.read(first + i))
}

it('gives back texts with line ends, marks of JSON, other scripts, half surrogate pairs and nothing', () => {
  const texts = [
    '',
    'one\ntwo\r\n',
    '"quoted" \\ {"a":1}',
    'naïve 漢字 𝒜',
    'half \ud835 pair',
    '\udc00',
    '\u0000\u2028',
    'é'.repeat(5000),
  ]
  const documents = texts.flatMap((text, i) => [
    makeDocument(text, i, null),
    makeDocument(`text ${i}`, i, text),
    makeDocument(text, i, text),
  ])
  expect(readAll(documents, 0, 0)).toEqual(documents)
})

it('counts documents and records from where the block begins', () => {
  const documents = [makeDocument('one', 0, 'asked'), makeDocument('two', 1, null)]
  const [one, two] = readAll(documents, 40, 100)
  expect([one.text, one.prompt, one.record]).toEqual(['one', 'asked', 100])
  expect([two.text, two.prompt, two.record]).toEqual(['two', null, 101])
})

it('gives back any texts', () => {
  const text = fc.string({ unit: 'binary', maxLength: 60 })
  fc.assert(
    fc.property(fc.array(fc.tuple(text, fc.option(text)), { minLength: 1 }), pairs => {
      const documents = pairs.map(([text, prompt], i) => makeDocument(text, i, prompt))
      expect(readAll(documents, 3, 0)).toEqual(documents)
    }),
  )
})
