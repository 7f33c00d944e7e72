import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseLiteral } from '../../src/read/literals.ts'

/** Python's `repr` of a JSON value. */
function writeLiteral(value: unknown): string {
  if (value === null) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value === 'number') return String(value)
  if (Array.isArray(value)) return `[${value.map(writeLiteral).join(', ')}]`
  if (typeof value === 'object') {
    return `{${Object.entries(value as object)
      .map(([key, inner]) => `${writeLiteral(key)}: ${writeLiteral(inner)}`)
      .join(', ')}}`
  }
  const text = String(value)
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'"
  const body = text
    .replaceAll('\\', '\\\\')
    .replaceAll(mark, `\\${mark}`)
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t')
    .replace(/[\x00-\x1f\x7f-\xa0]/g, c => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`)
  return mark + body + mark
}

const text = fc.string({
  unit: fc.constantFrom('a', "'", '"', '\\', '\n', '\x07', 'é', '山', '🜁', '[', '{', ',', ':', ' '),
  maxLength: 10,
})
const value = fc.letrec(tie => ({
  value: fc.oneof({ maxDepth: 3 }, text, fc.constantFrom(null, true, false, 0, -3, 1.5), tie('list'), tie('dict')),
  list: fc.array(tie('value'), { maxLength: 4 }),
  dict: fc.dictionary(text, tie('value'), { maxKeys: 3 }),
}))

test('what Python writes as a literal is read as the value it was', () => {
  fc.assert(
    fc.property(value.value, original => {
      expect(parseLiteral(writeLiteral(original))).toEqual(JSON.parse(JSON.stringify(original)))
    }),
    { seed: 8, numRuns: 2000 },
  )
})

test('tuples, prefixes, escapes and what NumPy prints are literals too', () => {
  expect(parseLiteral(`('a', u"b", b'c')`)).toEqual(['a', 'b', 'c'])
  expect(parseLiteral(`['\\x41\\u00e9\\U0001f701\\q']`)).toEqual(['Aé🜁\\q'])
  expect(parseLiteral(`[{'role': 'user'}\n {'role': 'assistant'}]`)).toEqual([{ role: 'user' }, { role: 'assistant' }])
  expect(parseLiteral(`array([{'a': 1}], dtype=object)`)).toEqual([{ a: 1 }])
})

test('anything that is not a literal from end to end is none', () => {
  for (const text of [
    '',
    'hello',
    '[1, 2',
    "{'a': }",
    "['a'] and more",
    'print(1)',
    '['.repeat(100),
    "'\\x4'",
    '[1e5e5]',
  ]) {
    expect(parseLiteral(text), text).toBeUndefined()
  }
})
