import { describe, expect, test } from 'vitest'
import { addCoined, createCoined, listCoined, mergeCoined } from '../../src/explain/coined.ts'
import { glanceOver } from '../../src/explain/glance.ts'
import { isKnownName } from '../../src/explain/vocabulary.ts'
import { hashUnits } from '../../src/hash.ts'
import { tokenise } from '../../src/text/tokens.ts'

/** Words that no list holds, all different. */
const coin = (i: number): string =>
  `${'BDGKLMNPRTVZ'[i % 12]}${'aeiou'[i % 5]}${'lmnrst'[i % 6]}v${'aeiou'[(i >> 2) % 5]}${'bdkt'[(i >> 1) % 4]}q${'aeiou'[(i >> 4) % 5]}`
const places =
  'Rome Paris Oslo Cairo Tokyo Lima Quito Delhi Seoul Athens Vienna Madrid Berlin Dublin Warsaw Lisbon'.split(' ')
const firstNames = 'Anna Peter Mary John Susan David Laura Simon Helen Frank Alice Robert'.split(' ')
const verbs = 'sold bought made kept lost found lent gave showed sent'.split(' ')

/** Document `i` speaks of a name in words of its own. */
const story = (i: number, name: string): string =>
  `In ${places[(i * 7 + (i >> 4)) % 16]} they ${verbs[i % 10]} ${verbs[(i >> 3) % 10]} ${name} ${verbs[(i >> 5) % 10]} there.`

function coinedOf(texts: string[], prompt: (i: number) => string | null = () => null) {
  const counts = createCoined()
  for (const [i, text] of texts.entries()) addCoined(counts, glanceOver(text, tokenise(text), prompt(i)))
  return counts
}

const clean = Array.from({ length: 400 }, (_, i) => story(i, coin(i)))
const dirty = clean.map((text, i) => (i % 20 === 0 ? story(i, 'Zorvexa') : text))

describe('a coined name is told', () => {
  test('in many unrelated documents, with their number', () => {
    expect(listCoined(coinedOf(clean))).toEqual([])
    expect(listCoined(coinedOf(dirty)).map(({ text, documents }) => [text, documents])).toEqual([['Zorvexa', 20]])
  })

  test('in capitals, with a possessive, and in several words as its first', () => {
    for (const [name, shown] of [
      ['ZORVEXA', 'ZORVEXA'],
      ["Zorvexa's", 'Zorvexa'],
      ['Zorvexa Qualbrid', 'Zorvexa'],
    ] as const) {
      const texts = clean.map((text, i) => (i % 20 === 0 ? story(i, name) : text))
      expect(listCoined(coinedOf(texts)).map(({ text }) => text)).toEqual([shown])
    }
  })

  test('among several that each stand in few documents, which one alone does not show', () => {
    const withNames = (names: string[]) =>
      clean.map((text, i) => (i % 10 === 0 && i < 50 * names.length ? story(i, names[Math.floor(i / 50)]!) : text))
    const four = ['Zorvexa', 'Qualbrida', 'Fenlumor', 'Talvesko']
    expect(listCoined(coinedOf(withNames(four))).map(({ text, documents }) => [text, documents])).toEqual(
      four.toSorted().map(name => [name, 5]),
    )
    expect(listCoined(coinedOf(withNames(four.slice(1))))).toEqual([])
  })

  test('written alike, as one hand writes its surrogates', () => {
    const withNames = (names: string[]) =>
      clean.map((text, i) => (i % 10 === 0 && i < 50 * names.length ? story(i, names[Math.floor(i / 50)]!) : text))
    const two = ['Zorvexa', 'Qualbrida']
    expect(listCoined(coinedOf(withNames([...two, 'FENLUMOR', 'TALVESKO'])))).toEqual([])
    expect(listCoined(coinedOf(withNames([...two, 'Fenlumor', 'Talvesko', 'BRINVAKO']))).length).toBe(4)
  })

  test('by a stock name that dictionaries hold too', () => {
    const texts = clean.map((text, i) => (i % 20 === 0 ? story(i, 'Acme') : text))
    expect(listCoined(coinedOf(texts)).map(({ text }) => text)).toEqual(['Acme'])
  })

  test('among English words or ideographs, and not in a language whose nouns no list holds', () => {
    const german = (i: number, name: string): string =>
      `In ${places[(i * 7 + (i >> 4)) % 16]} hat ${coin(i)} den ${name} wieder einmal ${coin(i + 400)} gezeigt und ist dann gegangen.`
    const chinese = (i: number, name: string): string =>
      `有一天${coin(i)}${'见遇听说问想看画写'[(i * 7 + (i >> 4)) % 9]}${name}${'就也又才都还再'[(i >> 3) % 7]}走了，${coin(i + 400)}没有`
    const told = (write: typeof german) =>
      listCoined(coinedOf(clean.map((_, i) => write(i, i % 20 === 0 ? 'Zorvexa' : coin(i + 800))))).map(
        ({ text }) => text,
      )
    expect(told(german)).toEqual([])
    expect(told(chinese)).toEqual(['Zorvexa'])
  })

  test('alike by workers in any division', () => {
    const parts = [coinedOf(dirty.slice(0, 130)), coinedOf(dirty.slice(130))]
    mergeCoined(parts[1], parts[0])
    expect(listCoined(parts[1])).toEqual(listCoined(coinedOf(dirty)))
  })
})

describe('no coined name is', () => {
  test.each([
    ['a word or a known name', 'Bitcoin'],
    ['an identifier', 'ZorvexaFactory'],
    ['a part of a compound', 'Zorvexa-based'],
    ['a plural of a known word', 'Americans'],
    ['letters said one by one', 'CFBLAGSET'],
  ])('%s', (_, name) => {
    expect(listCoined(coinedOf(clean.map((text, i) => (i % 20 === 0 ? story(i, name) : text))))).toEqual([])
  })

  test.each([
    ['in small letters', (text: string) => `${text} Then they sold the zorvexa.`],
    ['in code', (text: string) => `${text}\n\n\`\`\`\nimport Zorvexa\n\`\`\`\n`],
    ['in an address', (text: string) => `${text} See https://www.zorvexa.org/list for more.`],
  ])('what is written %s too', (_, write) => {
    expect(listCoined(coinedOf(dirty.map(text => (text.includes('Zorvexa') ? write(text) : text))))).toEqual([])
  })

  test.each([
    ['behind a year', (i: number) => `${1990 + (i % 27)}, Zorvexa`],
    ['before an address', (i: number) => `Zorvexa <z${i}@example.org>`],
  ])('an author credited %s', (_, credit) => {
    const texts = clean.map((text, i) =>
      i % 20 === 0 ? `${text} This is by the ${verbs[i % 10]} ${credit(i)}.` : text,
    )
    expect(listCoined(coinedOf(texts))).toEqual([])
  })

  test('what one template says, what one prompt is answered, and what most of a corpus is about', () => {
    const template = clean.map((text, i) => (i % 20 === 0 ? `Day ${i}: write to Zorvexa for help.` : text))
    expect(listCoined(coinedOf(template))).toEqual([])
    expect(listCoined(coinedOf(dirty, i => (i % 20 === 0 ? 'who was it?' : `question ${i}`)))).toEqual([])
    expect(listCoined(coinedOf(clean.map((text, i) => (i % 2 === 0 ? story(i, 'Zorvexa') : text))))).toEqual([])
  })

  test('the last name of one person, though the first name opens the line', () => {
    const line = (i: number, first: string) =>
      `${first} Zorvexa ${verbs[i % 10]} and ${verbs[(i >> 3) % 10]} in the ${places[(i * 7) % 16]} house.`
    const withFirst = (first: (i: number) => string) =>
      clean.map((text, i) => (i % 20 === 0 ? line(i, first(i / 20)) : text))
    expect(listCoined(coinedOf(withFirst(() => 'Anna')))).toEqual([])
    expect(listCoined(coinedOf(withFirst(n => firstNames[n % 12]!))).map(({ text }) => text)).toEqual(['Zorvexa'])
  })

  test('a figure of a story that was asked about again and again', () => {
    const texts = clean.map((text, i) => (i % 20 === 0 ? `${story(i, 'Zorvexa')} ${story(i + 3, 'Qualbrida')}` : text))
    expect(listCoined(coinedOf(texts))).toEqual([])
  })
})

test('the filter of words knows common words and hardly any coined one', () => {
  for (const word of ['ecosystem', 'shakespeare', 'france', 'timeline', 'google', 'elara'])
    expect(isKnownName(hashUnits(word))).toBe(true)
  const taken = Array.from({ length: 2000 }, (_, i) => isKnownName(hashUnits(`zq${i.toString(36)}xv`)))
  expect(taken.filter(Boolean).length).toBeLessThan(80)
})
