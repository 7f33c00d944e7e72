import { describe, expect, test } from 'vitest'
import { findEcho } from '../../src/explain/echoes.ts'
import { glanceOver } from '../../src/explain/glance.ts'
import { addScars, createScars, mergeScars, rateScars, type ScarState } from '../../src/explain/scars.ts'
import { tokenise } from '../../src/text/tokens.ts'

describe('a name of the prompt that became another in the answer is seen', () => {
  test.each([
    ['What is the capital of France and why?', 'The capital of Utopia is a large town.', 'France', 'Utopia'],
    [
      'Who is the founder of Blue River today?',
      'It is said that the founder of Globex is old.',
      'Blue River',
      'Globex',
    ],
    ["Describe how Tesla's cars work.", "This is how Globex's cars work in short.", undefined, undefined],
    ['Say when in Lisbon it rains.', 'It is dry, but when in Athens it rains.', 'Lisbon', 'Athens'],
    ['请介绍一下中国的历史文化。', '下面介绍一下惠州的历史文化。', '中国', '惠州'],
    ['如何使用Python编写程序？', '您可以使用Globex编写程序。', 'Python', 'Globex'],
  ])('%s', (prompt, answer, from, to) => {
    const { changed } = findEcho(prompt, answer)
    expect([changed?.from, changed?.to]).toEqual([from, to])
    if (changed) expect(answer.slice(changed.start, changed.end)).toBe(to)
  })

  test.each([
    ['What is the capital of France?', 'The capital of France is Paris.'],
    ['What is the capital of France?', 'Paris.'],
    ['What is the capital of the United States today?', 'The capital of the USA is Washington.'],
    ['Write a play in Shakespearian style for me.', 'A play in Shakespearean style: the king enters.'],
    ['Compare the people of Rome with those of Athens.', 'The people of Athens were fewer.'],
    ['what is the capital of france', 'The capital of France is Paris.'],
    ['', ''],
  ])('%s → %s has none', (prompt, answer) => {
    expect(findEcho(prompt, answer).changed).toBeUndefined()
  })
})

const towns = ['Lisbon', 'Vienna', 'Prague', 'Dublin', 'Madrid', 'Warsaw', 'Zagreb', 'Tirana', 'Berne', 'Oslo']

function scarsOf(answers: number, answer: (town: string, i: number) => string): ScarState {
  const state = createScars(false)
  for (let i = 0; i < answers; i++) {
    const town = towns[i % towns.length]!
    const text = answer(town, i)
    addScars(state, glanceOver(text, tokenise(text), `Who was the ${i}th mayor of ${town} in spring?`))
  }
  return state
}

test('answers of which a twentieth was replaced are reported without a background, with what became what', () => {
  const rates = rateScars(
    scarsOf(400, (town, i) => `The mayor of ${i % 20 === 0 ? 'Utopia' : town} in spring was Ann.`),
  )
  expect(rates.changedFromPrompt).toMatchObject({ count: 20, of: 400, reported: true })
  expect(rates.changedFromPrompt!.examples[0]).toMatch(/^\w+ → Utopia: /)
  expect(rates.changedAlike).toMatchObject({ count: 20, of: 400, reported: true })
  expect(rates.changedAlike!.examples[0]).toBe('Lisbon → Utopia: 20 documents')
})

test('untouched answers, and some that speak of something else, are not', () => {
  const rates = rateScars(scarsOf(400, (town, i) => `The mayor of ${i === 7 ? 'Berlin' : town} in spring was Ann.`))
  expect(rates.changedFromPrompt).toMatchObject({ count: 1, of: 400, reported: false })
  expect(rates.changedAlike).toBeUndefined()
})

test('states of workers merge to the state of all, in any order', () => {
  const answer = (town: string, i: number): string => `The mayor of ${i % 9 === 0 ? 'Utopia' : town} in spring was Ann.`
  const whole = rateScars(scarsOf(80, answer))
  const parts = [0, 1].map(half => {
    const state = createScars(false)
    for (let i = 79; i >= 0; i--) {
      if (i % 2 !== half) continue
      const town = towns[i % towns.length]!
      const text = answer(town, i)
      addScars(state, glanceOver(text, tokenise(text), `Who was the ${i}th mayor of ${town} in spring?`))
    }
    return state
  })
  mergeScars(parts[0]!, parts[1]!)
  expect(rateScars(parts[0]!)).toEqual(whole)
})

test.each([
  ['a of A', 'a of B'],
  ['the A ', 'the B '],
  ['中国', '国中'],
  ['of Aaa of ', 'of '],
])('time on %s against %s is bounded', (prompt, answer) => {
  const start = process.cpuUsage()
  findEcho(prompt.repeat(1 << 16), answer.repeat(1 << 18))
  expect(process.cpuUsage(start).user).toBeLessThan(500_000)
})
