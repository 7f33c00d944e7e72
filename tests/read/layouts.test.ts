import { describe, expect, it, test } from 'vitest'
import type { Row } from '../../src/read/fields.ts'
import { decideLayout, readRow } from '../../src/read/layouts.ts'

interface Case {
  name: string
  row: Row
  /** field, text, prompt of each reading; a fourth entry is the model */
  expected: (string | null)[][]
}

const question = 'What is the tallest mountain of the valley?'
const answer = 'The tallest mountain of the valley is the Grey Horn.'
const other = 'I would say that it is the Blunt Tooth.'

const cases: Case[] = [
  { name: 'rows', row: { text: answer }, expected: [['text', answer, null]] },
  { name: 'rows', row: { content: answer, url: 'x' }, expected: [['content', answer, null]] },
  {
    name: 'rows',
    row: { id: '7', model: 'tern-2', prompt: question, text: answer },
    expected: [['text', answer, question, 'tern-2']],
  },
  {
    name: 'alpaca',
    row: { instruction: question, input: 'In English.', output: answer },
    expected: [['output', answer, `${question}\nIn English.`]],
  },
  {
    name: 'alpaca',
    row: {
      instruction: question,
      input: '',
      output: answer,
      text: `### Instruction:\n${question}\n### Response:\n${answer}`,
    },
    expected: [['output', answer, question]],
  },
  {
    name: 'alpaca',
    row: {
      instruction: question,
      input: '',
      output: answer,
      system: 'Be brief.',
      history: [['Hello', 'Good day to you']],
    },
    expected: [
      ['output', answer, `Be brief.\n${question}`],
      ['history[0][1]', 'Good day to you', 'Hello'],
    ],
  },
  {
    name: 'dolly',
    row: { instruction: question, context: 'A map.', response: answer, category: 'open_qa' },
    expected: [['response', answer, `${question}\nA map.`]],
  },
  { name: 'prompt-response', row: { prompt: question, response: answer }, expected: [['response', answer, question]] },
  {
    name: 'prompt-response',
    row: { system_prompt: 'Be brief.', question, response: answer, id: 'niv.1' },
    expected: [['response', answer, `Be brief.\n${question}`]],
  },
  { name: 'prompt-response', row: { q: question, a: answer }, expected: [['a', answer, question]] },
  {
    name: 'prompt-response',
    row: {
      instruction: question,
      completions: [
        { model: 'tern-2', response: answer },
        { model: 'wren', response: other },
      ],
    },
    expected: [
      ['completions[0].response', answer, question, 'tern-2'],
      ['completions[1].response', other, question, 'wren'],
    ],
  },
  {
    name: 'prompt-response',
    row: {
      custom_id: 'r-1',
      response: { status_code: 200, body: { choices: [{ message: { role: 'assistant', content: answer } }] } },
    },
    expected: [['response.body.choices[0].message.content', answer, null]],
  },
  {
    name: 'prompt-response',
    row: { problem: question, solution: answer, generations: [answer, other], reasoning: 'First I look at the map.' },
    expected: [
      ['generations[0]', answer, question],
      ['generations[1]', other, question],
      ['reasoning', 'First I look at the map.', question],
    ],
  },
  {
    name: 'messages',
    row: {
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: question },
        { role: 'assistant', content: answer },
      ],
    },
    expected: [['messages[2].content', answer, `Be brief.\n${question}`]],
  },
  {
    name: 'messages',
    row: {
      messages: [
        { role: 'user', content: [{ type: 'text', text: question }] },
        {
          role: 'assistant',
          reasoning_content: 'Let me think.',
          content: [
            { type: 'text', text: answer },
            { type: 'tool_use', input: {} },
          ],
        },
        { role: 'tool', content: 'height: 4000' },
        { role: 'assistant', content: other },
      ],
    },
    expected: [
      ['messages[1].reasoning_content', 'Let me think.', question],
      ['messages[1].content[0].text', answer, question],
      ['messages[3].content', other, `${question}\nheight: 4000`],
    ],
  },
  {
    name: 'messages',
    row: {
      messages: JSON.stringify([
        { role: 'user', content: question },
        { role: 'assistant', content: answer },
      ]),
    },
    expected: [['messages[1].content', answer, question]],
  },
  {
    name: 'messages',
    row: { messages: `[{'role': 'user', 'content': "It's?"}, {'role': 'assistant', 'content': 'It isn\\'t.\\nNo.'}]` },
    expected: [['messages[1].content', "It isn't.\nNo.", "It's?"]],
  },
  {
    name: 'sharegpt',
    row: {
      id: 'x',
      conversations: [
        { from: 'human', value: question },
        { from: 'gpt', value: answer },
      ],
    },
    expected: [['conversations[1].value', answer, question]],
  },
  {
    name: 'sharegpt',
    row: { conversations: { from: ['human', 'gpt'], value: [question, answer] } },
    expected: [['conversations.value[1]', answer, question]],
  },
  {
    name: 'conversation',
    row: { conversations: [question, answer, 'And now?', other] },
    expected: [
      ['conversations[1]', answer, question],
      ['conversations[3]', other, `${question}\nAnd now?`],
    ],
  },
  {
    name: 'conversation',
    row: {
      contents: [
        { role: 'user', parts: [{ text: question }] },
        { role: 'model', parts: [{ text: answer }] },
      ],
    },
    expected: [['contents[1].parts[0].text', answer, question]],
  },
  {
    name: 'messages',
    row: {
      model: 'tern-2',
      conversation: [
        { content: question, role: 'user' },
        { content: answer, role: 'assistant' },
      ],
    },
    expected: [['conversation[1].content', answer, question, 'tern-2']],
  },
  {
    name: 'kto',
    row: { prompt: question, completion: answer, label: true },
    expected: [['completion', answer, question]],
  },
  {
    name: 'preference',
    row: { prompt: question, chosen: answer, rejected: other },
    expected: [
      ['chosen', answer, question],
      ['rejected', other, question],
    ],
  },
  {
    name: 'preference',
    row: {
      conversations: [{ from: 'human', value: question }],
      chosen: { from: 'gpt', value: answer },
      rejected: { from: 'gpt', value: other },
    },
    expected: [
      ['chosen.value', answer, question],
      ['rejected.value', other, question],
    ],
  },
  {
    name: 'preference',
    row: {
      chosen: [
        { role: 'user', content: question },
        { role: 'assistant', content: answer },
      ],
      rejected: [
        { role: 'user', content: question },
        { role: 'assistant', content: other },
      ],
    },
    expected: [
      ['chosen[1].content', answer, question],
      ['rejected[1].content', other, question],
    ],
  },
  {
    name: 'preference',
    row: {
      chosen: `\n\nHuman: ${question}\n\nAssistant: ${answer}`,
      rejected: `\n\nHuman: ${question}\n\nAssistant: ${other}`,
    },
    expected: [
      ['chosen[65..117]', answer, question],
      ['rejected[65..104]', other, question],
    ],
  },
  {
    name: 'oasst-tree',
    row: {
      message_tree_id: 't',
      prompt: {
        text: question,
        role: 'prompter',
        replies: [
          {
            text: answer,
            role: 'assistant',
            replies: [{ text: 'Sure?', role: 'prompter', replies: [{ text: other, role: 'assistant', replies: [] }] }],
          },
        ],
      },
    },
    expected: [
      ['prompt.replies[0].text', answer, question],
      ['prompt.replies[0].replies[0].replies[0].text', other, `${question}\nSure?`],
    ],
  },
  {
    name: 'oasst-rows',
    row: { message_id: 'm', parent_id: 'p', text: answer, role: 'assistant' },
    expected: [['text', answer, null]],
  },
  { name: 'oasst-rows', row: { message_id: 'm', parent_id: null, text: question, role: 'prompter' }, expected: [] },
  {
    name: 'moss',
    row: {
      conversation_id: 1,
      chat: { turn_1: { Human: `<|Human|>: ${question}<eoh>\n`, MOSS: `<|MOSS|>: ${answer}<eom>\n` } },
    },
    expected: [['chat.turn_1.MOSS', answer, question]],
  },
  {
    name: 'hc3',
    row: { question, human_answers: [other], chatgpt_answers: [answer] },
    expected: [['chatgpt_answers[0]', answer, question, 'chatgpt']],
  },
  {
    name: 'rows',
    row: { text: `### Human: ${question}\n### Assistant: ${answer}` },
    expected: [['text[70..122]', answer, question]],
  },
  {
    name: 'rows',
    row: { text: `<|im_start|>user\n${question}<|im_end|>\n<|im_start|>assistant\n${answer}<|im_end|>\n` },
    expected: [['text[93..145]', answer, question]],
  },
  { name: 'columns', row: { id: 3, zeile: answer, flag: 'yes' }, expected: [['zeile', answer, null]] },
]

for (const [i, { name, row, expected }] of cases.entries()) {
  test(`${name} is recognised by shape and read (case ${i}: ${Object.keys(row).join(', ')})`, () => {
    expect(decideLayout([row])?.name).toBe(name)
    const readings = readRow(row, -1)?.readings ?? []
    const seen = readings.map(({ field, text, prompt, model }) => [field, text, prompt, model])
    expect(seen).toEqual(expected.map(([field, text, prompt, model]) => [field, text, prompt, model ?? null]))
  })
}

test('a slice of a template names its place in the column', () => {
  const text = `### Human: ${question}\n### Assistant: ${answer}`
  const [reading] = readRow({ text }, -1)!.readings
  const [from, to] = reading.field.match(/\d+/g)!.map(Number)
  expect(text.slice(from, to)).toBe(reading.text)
})

test('a record of another layout than its file is read by its own shape', () => {
  const decision = decideLayout([{ instruction: question, output: answer }])!
  const found = readRow(
    {
      messages: [
        { role: 'user', content: question },
        { role: 'assistant', content: answer },
      ],
    },
    decision.shape,
  )
  expect(found?.readings.map(reading => reading.text)).toEqual([answer])
})

test('the vote tells how many of the sampled records hold model-side text', () => {
  const rows = [{ instruction: question, output: answer }, { instruction: question, output: '' }, { nothing: 1 }]
  expect(decideLayout(rows)).toMatchObject({ name: 'alpaca', sampled: 3, hits: 1, seen: { alpaca: 2 } })
})

test('turns of unknown roles are read rather than lost', () => {
  const found = readRow(
    {
      messages: [
        { role: 'alice', content: question },
        { role: 'bob', content: answer },
      ],
    },
    -1,
  )
  expect(found?.readings.map(reading => reading.text)).toEqual([question, answer])
})

test('a conversation of very many turns does not carry itself in each of its prompts', () => {
  const turns = Array.from({ length: 40_000 }, (_, i) => ({
    role: i % 2 ? 'assistant' : 'user',
    content: `turn number ${i} of the talk`,
  }))
  const readings = readRow({ messages: turns }, -1)!.readings
  expect(readings.length).toBe(20_000)
  const units = readings.reduce((sum, { prompt }) => sum + (prompt?.length ?? 0), 0)
  expect(units).toBeLessThan(8 << 20)
})

test('columns named like members of every object are only columns', () => {
  const row = JSON.parse(`{"__proto__": {"output": "x"}, "constructor": "y", "output": ${JSON.stringify(answer)}}`)
  expect(readRow(row, -1)?.readings.map(reading => reading.text)).toEqual([answer])
  expect(readRow(JSON.parse('{"constructor": 1, "toString": 2}'), -1)).toBeNull()
})

describe('a column that names the model', () => {
  const turns = [
    { role: 'user', content: 'Who keeps the ledger?' },
    { role: 'assistant', content: 'The clerk of the harbour keeps it.' },
  ]
  const lacks = (row: object): boolean | undefined => decideLayout([row, row, { text: 'other' }])?.lacksModelColumn

  it('is missed where sets of the layout usually have one', () => {
    expect(lacks({ conversation_id: 'c1', conversation: turns, language: 'English' })).toBe(true)
    expect(lacks({ dataset: 'd', instruction: 'Count.', output: 'One, two.' })).toBe(true)
    expect(lacks({ message_id: 'm', message_tree_id: 't', role: 'assistant', text: 'Yes.' })).toBe(true)
  })

  it('is not missed where it stands, even empty, nor where sets of the layout have none', () => {
    expect(lacks({ conversation_id: 'c1', conversation: turns, model: 'tern-7' })).toBe(false)
    expect(lacks({ message_id: 'm', message_tree_id: 't', role: 'assistant', text: 'Yes.', model_name: null })).toBe(
      false,
    )
    expect(lacks({ instruction: 'Count.', output: 'One, two.' })).toBe(false)
    expect(lacks({ messages: turns })).toBe(false)
  })
})
