import { afterAll, expect, test } from 'vitest'
import { type Inspection, inspectCorpus } from '../../src/read/inspect.ts'
import { Scratch, toLines } from './scratch.ts'

const scratch = new Scratch()
afterAll(() => scratch.remove())

async function inspect(file: string): Promise<Inspection[]> {
  const list: Inspection[] = []
  for await (const inspection of inspectCorpus([file])) list.push(inspection)
  return list
}

test('it tells the chain, the layout with its hit rate, the models and three examples', async () => {
  const rows = Array.from({ length: 10 }, (_, i) => ({
    prompt: `Q${i}?`,
    response: i === 4 ? '' : `Answer number ${i}.`,
    model: i < 7 ? 'tern-2' : 'wren',
  }))
  const [inspection] = await inspect(scratch.write('a.jsonl', toLines(rows)))
  expect(inspection).toMatchObject({
    file: 'a.jsonl',
    chain: ['jsonl'],
    layout: { name: 'prompt-response', by: 'shape', sampled: 10, hits: 9 },
    documents: 9,
    models: [
      { model: 'tern-2', documents: 6 },
      { model: 'wren', documents: 3 },
    ],
  })
  expect(inspection.examples.map(d => [d.record, d.prompt, d.text])).toEqual([
    [0, 'Q0?', 'Answer number 0.'],
    [1, 'Q1?', 'Answer number 1.'],
    [2, 'Q2?', 'Answer number 2.'],
  ])
  expect(inspection.problems).toMatchObject([{ record: 4, code: 'no-model-text' }])
})

test('a file that would not be read is shown with the reason', async () => {
  const [inspection] = await inspect(scratch.write('b.bz2', Buffer.from('BZh91AY&SY')))
  expect(inspection).toMatchObject({ layout: null, examples: [], problems: [{ outcome: 'rejected', reason: /bzip2/ }] })
})
