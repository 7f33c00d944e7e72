import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nameDialect, nameStandIn } from '../../src/explain/dialects.ts'
import { explainAlignment } from '../../src/explain/edits.ts'
import {
  addEdits,
  createTable,
  foldName,
  listSubstitutions,
  mergeTables,
  type TableEntry,
} from '../../src/explain/table.ts'
import { alignByLcs, sideOf } from './oracle.ts'

function entry(document: string, from: string, to: string, cluster = document): TableEntry {
  const reference = sideOf(from)
  const suspect = sideOf(to)
  const alignment = alignByLcs(suspect, reference)
  return { document, cluster, edits: explainAlignment(suspect, reference, alignment), reference, alignment }
}

const entries: TableEntry[] = [
  entry('a', 'We use OpenAI at home.', 'We use Acme at home.'),
  entry('b', 'We like Open AI at home.', 'We like Acme at home.'),
  entry('c', "We read OpenAI's paper at home.", "We read Acme's paper at home."),
  entry('d', 'We know OpenAI well at home.', 'We know OpenAI good at home.', 'c'),
  entry('e', 'She went to Paris with John Smith.', 'She went to Oslo with Jane Doe.'),
  entry('f', 'He left Paris with John Smith.', 'He left Oslo with Jane Doe.', 'e'),
  entry('g', '他在腾讯工作多年。', '他在某公司工作多年。'),
  entry('h', '她在腾讯学习多年。', '她在某公司学习多年。'),
]

test('spellings of one name are one row, with documents, clusters and consistency', () => {
  const table = createTable()
  for (const one of entries) addEdits(table, one)
  const rows = listSubstitutions(table, 2)
  const row = rows.find(r => r.to === 'Acme')!
  expect(row).toMatchObject({ from: 'OpenAI', kind: 'organisation', documents: 3, clusters: 3 })
  // one of four aligned places kept the name
  expect(row.consistency).toBeCloseTo(0.75, 10)
  expect(rows.find(r => r.from === 'Paris')).toMatchObject({ to: 'Oslo', documents: 2, clusters: 1, consistency: 1 })
  expect(rows.find(r => r.from === 'John Smith')).toMatchObject({ to: 'Jane Doe', kind: 'person' })
  expect(rows.find(r => r.from === '腾讯')).toMatchObject({ to: '某公司', kind: 'organisation', documents: 2 })
})

test('tables of workers merge to the table of all, in any order', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray(entries, { minLength: entries.length }), fc.nat(entries.length), (order, cut) => {
      const whole = createTable()
      for (const one of entries) addEdits(whole, one)
      const left = createTable()
      const right = createTable()
      for (const one of order.slice(0, cut)) addEdits(left, one)
      for (const one of order.slice(cut)) addEdits(right, one)
      mergeTables(left, right)
      expect(listSubstitutions(left, 1)).toEqual(listSubstitutions(whole, 1))
    }),
    { numRuns: 10 },
  )
})

test('a document that shows a pair twice counts once', () => {
  const table = createTable()
  addEdits(table, entry('a', 'We use OpenAI here and OpenAI there.', 'We use Acme here and Acme there.'))
  addEdits(table, entry('a', 'OpenAI is known to us.', 'Acme is known to us.'))
  expect(listSubstitutions(table, 1)[0]).toMatchObject({ from: 'OpenAI', to: 'Acme', documents: 1 })
})

test('numbered placeholders are one target', () => {
  const table = createTable()
  addEdits(table, entry('a', 'We met Maria today.', 'We met [NAME_1] today.'))
  addEdits(table, entry('b', 'We saw Maria today.', 'We saw [NAME_7] today.'))
  expect(listSubstitutions(table, 2)).toHaveLength(1)
})

test.each([
  ['<PERSON>', 'angle brackets'],
  ['[NAME_1]', 'numbered square brackets'],
  ['[ORG]', 'square brackets'],
  ['{{EMAIL_ADDRESS}}', 'double braces'],
  ['[REDACTED]', 'redaction word'],
  ['@CAPS1', 'at-sign capitals'],
  ['NAME_1', 'bare numbered label'],
  ['10-19-20sUser115', 'numbered user'],
  ['User7', 'numbered user'],
  ['XXXX', 'run of x'],
  ['某某', 'some (某)'],
  ['【公司】', 'Chinese brackets'],
  ['████', 'blocks'],
  ['____', 'blanks'],
  ['person_3fa9c1', 'hashed label'],
  ['<PERSON_3fa9c1>', 'hashed label'],
  ['{{NAME-1}}', 'double braces'],
  ['<UK_NHS>', 'angle brackets'],
  ['[GIVENNAME_1]', 'numbered square brackets'],
  ['[CREDITCARDNUMBER]', 'square brackets'],
  ['{{DATE_OF_BIRTH}}', 'double braces'],
  ['<NAME:1>', 'numbered angle brackets'],
  ['<<PERSON_1>>', 'double angle brackets'],
  ['@@NAME@@', 'marks on either side'],
  ['##NAME##', 'marks on either side'],
  ['[**First Name 12**]', 'starred square brackets'],
  ['[REDACTED: NAME]', 'redaction word'],
  ['NAME_REDACTED', 'redaction word'],
  ['[身份证号]', 'Chinese brackets'],
  ['[公司A]', 'Chinese brackets'],
  ['****', 'stars'],
  ['[ANON]', 'redaction word'],
  ['〔姓名〕', 'Chinese brackets'],
  ['OpenAI', null],
  ['user_added', null],
  ['##TODO##', null],
  ['<DIV>', null],
  ['[1]', null],
])('the placeholder %s is of the dialect %s', (text, dialect) => {
  expect(nameDialect(text)).toBe(dialect)
})

test.each([
  ['{name}', 'lower-case braces'],
  ['%NAME%', 'marks on either side'],
  ['|NAME|', 'marks on either side'],
  ['__NAME__', 'marks on either side'],
  ['(NAME)', 'round brackets'],
  ['（姓名）', 'round brackets'],
  ['[MASK]', 'mask token'],
  ['Company A', 'role with a letter'],
  ['Mr. X', 'role with a letter'],
  ['X先生', 'role with a letter'],
  ['用户1', 'role with a letter'],
  ['张某', 'some (某)'],
  ['某公司', 'some (某)'],
  ['J***', 'letter and stars'],
])('%s is of the dialect %s where it took the place of a name, and elsewhere of none', (text, dialect) => {
  expect(nameStandIn(text)).toBe(dialect)
  expect(nameDialect(text)).toBe(null)
})

test.each([
  '**NAME**',
  'Plan B',
  'Model T',
  '__init__',
  '%s',
  '(see above)',
  'vitamin C',
  '张三',
])('%s stands for no name', text => {
  expect(nameStandIn(text)).toBe(null)
})

test('of a placeholder whose marks are no tokens the whole is shown', () => {
  const table = createTable()
  for (const document of ['a', 'b'])
    addEdits(table, entry(document, 'We met Maria in the town.', 'We met %NAME% in the town.'))
  expect(listSubstitutions(table, 2)[0]).toMatchObject({ from: 'Maria', to: '%NAME%', kind: 'person' })
})

test('a changed character is shown with the word that it is part of', () => {
  const table = createTable()
  const texts = ['我们寻找出口。', '他想寻找工作。', '谁在寻找东西？', '请寻找新的路。']
  texts.forEach((text, i) => {
    addEdits(table, entry(`${i}`, text, text.replace('找', '求')))
  })
  // beside it 找出, 找工 and the like became others too, each once
  expect(listSubstitutions(table, 1).map(({ from, to, documents }) => [from, to, documents])).toEqual([
    ['寻找', '寻求', 4],
  ])
})

test('a word that is seldom replaced is a row when it became the same word more often than chance would have it', () => {
  const table = createTable()
  const keep = 'The service of this house is good, and the service is quick and the service is cheap.'
  for (let i = 0; i < 12; i++) addEdits(table, entry(`kept ${i}`, keep, keep))
  for (let i = 0; i < 3; i++)
    addEdits(table, entry(`${i}`, `Our service is good in town ${i}.`, `Our services is good in town ${i}.`))
  // the other words became each other in turn
  const words = ['river', 'garden', 'window', 'carpet', 'ladder', 'bottle']
  for (const from of words)
    for (const to of words.filter(word => word !== from))
      for (const n of [1, 2, 3])
        addEdits(table, entry(`${from} ${to} ${n}`, `We saw the ${from} twice.`, `We saw the ${to} twice.`))
  const rows = listSubstitutions(table)
  expect(rows.map(({ from, to }) => `${from} → ${to}`)).toEqual(['service → services'])
  expect(rows[0]!.consistency).toBeLessThan(0.1)
})

test('names fold whatever their spaces, case and possessive', () => {
  expect(new Set(['OpenAI', 'Open AI', "OpenAI's", 'OPENAI', 'Open-AI', 'OpenAI’s'].map(foldName)).size).toBe(1)
})
