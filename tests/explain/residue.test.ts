import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { glanceOver } from '../../src/explain/glance.ts'
import { buildAutomaton, findPhrases } from '../../src/explain/phrases.ts'
import { addResidue, createResidue, mergeResidue, type ResidueState, rateResidue } from '../../src/explain/residue.ts'
import { addScars, createScars } from '../../src/explain/scars.ts'
import { tokenise } from '../../src/text/tokens.ts'

interface Row {
  text: string
  prompt?: string
}

function residueOf(rows: Row[]): ResidueState {
  const state = createResidue()
  for (const { text, prompt } of rows) {
    addResidue(state, glanceOver(text, tokenise(text), prompt ?? null))
  }
  return state
}

describe('residue', () => {
  test.each([
    ['As an AI language model, I do not know.', 'selfIdentification'],
    ['I’m ChatGPT, here to help.', 'selfIdentification'],
    ['我是由OpenAI训练的语言模型。', 'selfIdentification'],
    ['作为一个人工智能，我不能这样做。', 'selfIdentification'],
    ["I'm sorry, but I can't help with this.", 'refusal'],
    ['很抱歉，我无法回答。', 'refusal'],
    ['As of my last update, it was so.', 'knowledgeCutoff'],
    ['我的知识截止到那一年。', 'knowledgeCutoff'],
    ['It is so.:contentReference[oaicite:0]{index=0}', 'toolArtefact'],
    ['It is so【4†source】 and more.', 'toolArtefact'],
    ['See https://example.com/?utm_source=chatgpt.com for more.', 'toolArtefact'],
    ['Here it is:\n\npythonCopy code\nfor it', 'toolArtefact'],
    ['The end.<|im_end|>', 'toolArtefact'],
  ])('%s has %s', (text, category) => {
    expect(rateResidue(residueOf([{ text }]))[category]).toMatchObject({ count: 1, of: 1, reported: true })
  })

  test.each([
    'You can copy code from one file to the next.',
    'I cannot swim, said the dog.',
    '我无法忘记那个夏天。',
  ])('%s has none', text => {
    expect(rateResidue(residueOf([{ text }]))).toEqual({})
  })
})

const answers: Row[] = Array.from({ length: 30 }, (_, i) => ({
  prompt: 'Who trained you?',
  text: `I am ${['Zed', 'Mira', 'Omni'][i % 3]}, a helpful language model trained by the ${['Kappa', 'Lambda'][i % 2]} team to answer questions.`,
}))

test('one answer to who they are, in many rows, is a template whatever the names in it', () => {
  const rate = rateResidue(
    residueOf([...answers, { prompt: 'Who are you?', text: 'Nobody of note, just a traveller from the north.' }]),
  ).identityTemplate
  expect(rate).toMatchObject({ count: 30, of: 31, reported: true })
  expect(rate.examples[0]).toMatch(/^30 rows: I am /)
})

test('answers that differ are no template', () => {
  const differing = [
    'I like trains and rain.',
    'Just somebody from the hills.',
    'The question is odd to me.',
    'They call me many things here.',
    'No idea, to be honest with you.',
  ]
  expect(
    rateResidue(residueOf(differing.map(text => ({ text, prompt: 'Who are you?' })))).identityTemplate,
  ).toBeUndefined()
})

test('the absence of refusals is told only beside a background that refuses', () => {
  const suspect = residueOf(Array.from({ length: 2000 }, (_, i) => ({ text: `Here is answer number ${i} for you.` })))
  const background = residueOf(
    Array.from({ length: 2000 }, (_, i) => ({
      text: i % 50 === 0 ? "I'm sorry, but I can't do that." : `Here is answer ${i}.`,
    })),
  )
  expect(rateResidue(suspect).refusalsAbsent).toBeUndefined()
  expect(rateResidue(suspect, background).refusalsAbsent).toMatchObject({
    count: 0,
    background: { count: 40, of: 2000 },
  })
  expect(rateResidue(background, background).refusalsAbsent).toBeUndefined()
})

test('states of workers merge to the state of all', () => {
  const rows: Row[] = [...answers, { text: 'As an AI language model, I do not know.' }, { text: 'Nothing here.' }]
  fc.assert(
    fc.property(fc.nat(rows.length), cut => {
      const left = residueOf(rows.slice(0, cut))
      const right = residueOf(rows.slice(cut))
      mergeResidue(right, left)
      expect(rateResidue(right)).toEqual(rateResidue(residueOf(rows)))
    }),
  )
})

test('the automaton finds what a search at every token finds', () => {
  const word = fc.constantFrom('a', 'b', 'c', 'ab', '我', '是')
  const sentence = (maxLength: number) => fc.array(word, { minLength: 1, maxLength })
  fc.assert(
    fc.property(fc.array(sentence(4), { minLength: 1, maxLength: 8 }), sentence(40), (phrases, text) => {
      const texts = [...new Set(phrases.map(words => words.join(' ')))]
      const automaton = buildAutomaton(texts.map((one, label) => ({ text: one, label })))
      const found: string[] = []
      findPhrases(automaton, tokenise(text.join(' ')), (label, from, to) => found.push(`${label} ${from} ${to}`))
      const expected: string[] = []
      texts.forEach((one, label) => {
        const words = one.split(' ')
        for (let i = 0; i + words.length <= text.length; i++)
          if (words.every((w, j) => text[i + j] === w)) expected.push(`${label} ${i} ${i + words.length}`)
      })
      expect(found.sort()).toEqual(expected.sort())
    }),
  )
})

test('steps of the automaton are at most twice the tokens, even on text made of phrase beginnings', () => {
  const phrases = ['as an ai language model', 'as an ai', 'an ai language tool', 'as as as b']
  const automaton = buildAutomaton(phrases.map((text, label) => ({ text, label })))
  for (const unit of ['as an ai language ', 'as as as ', 'as an ']) {
    const stream = tokenise(unit.repeat(5000))
    expect(findPhrases(automaton, stream, () => {})).toBeLessThanOrEqual(2 * stream.n)
  }
})

test.each([
  'a A',
  ' ,',
  '[NAME] ',
  'trained by ',
  '†',
  'XX',
  "the 's ",
  'Acme and ',
  '公司',
  'www.a.',
  '，，',
  'Copy\n',
  '*** ',
  'X1',
])('time on repetitions of %j grows no faster than the text', unit => {
  const time = (size: number) => {
    const text = unit.repeat(Math.floor(size / unit.length))
    const document = glanceOver(text, tokenise(text), null)
    let best = Number.POSITIVE_INFINITY
    for (let i = 0; i < 3; i++) {
      const start = process.cpuUsage()
      addScars(createScars(), document)
      addResidue(createResidue(), document)
      best = Math.min(best, process.cpuUsage(start).user / 1000)
    }
    return best
  }
  time(1 << 14)
  // sixteen times the text: quadratic time would be two hundred times as long
  expect(time(1 << 19)).toBeLessThan(80 * Math.max(time(1 << 15), 2))
})
