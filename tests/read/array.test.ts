import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type ValueLevel, ValueSplitter } from '../../src/read/array.ts'

interface Seen {
  values: string[]
  lines: number[]
  bytes: number
  isComplete: boolean
}

function split(text: string, level: ValueLevel, blockSize: number, maxBytes = 1 << 20): Seen {
  const seen: Seen = { values: [], lines: [], bytes: 0, isComplete: false }
  const splitter = new ValueSplitter(level, maxBytes, {
    onValue: (bytes, start, end, line) => {
      seen.values.push(bytes.toString('utf8', start, end))
      seen.lines.push(line)
      seen.bytes += end - start
    },
    onOversize: size => {
      seen.values.push('oversize')
      seen.bytes += size
    },
    onGap: size => {
      seen.bytes += size
    },
  })
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += blockSize) splitter.feed(bytes.subarray(at, at + blockSize))
  seen.isComplete = splitter.isComplete
  const unfinished = splitter.end()
  seen.bytes += unfinished
  return seen
}

test('the elements of any array are cut out whatever the indentation and the size of the blocks', () => {
  fc.assert(
    fc.property(
      fc.array(fc.jsonValue({ maxDepth: 3 }), { maxLength: 6 }),
      fc.constantFrom(0, 1, 2, '\t'),
      fc.integer({ min: 1, max: 40 }),
      (values, indent, blockSize) => {
        const text = JSON.stringify(values, null, indent)
        const seen = split(text, 'elements', blockSize)
        expect(seen.values.map(value => JSON.parse(value))).toEqual(JSON.parse(text))
        expect(seen.bytes).toBe(Buffer.byteLength(text))
        expect(seen.isComplete).toBe(true)
      },
    ),
    { seed: 2, numRuns: 1500 },
  )
})

test('objects that stand one after the other are cut out without an array around them', () => {
  const seen = split('{"a":\n1}\n\n{"a":"}"}{"a":[2]}', 'values', 3)
  expect(seen.values).toEqual(['{"a":\n1}', '{"a":"}"}', '{"a":[2]}'])
  expect(seen.lines).toEqual([1, 4, 4])
})

test('escaped quotes are crossed also where a block ends between backslash and quote', () => {
  const text = JSON.stringify([{ a: '\\"\\\\"' }, { b: '\\' }])
  for (let size = 1; size < text.length; size++) {
    expect(split(text, 'elements', size).values.map(value => JSON.parse(value))).toEqual(JSON.parse(text))
  }
})

test('an element over the limit is counted and the next one is read', () => {
  const text = `[{"a":"${'x'.repeat(100)}"}, {"a":1}]`
  for (const size of [7, 1000]) {
    const seen = split(text, 'elements', size, 40)
    expect(seen.values).toEqual(['oversize', '{"a":1}'])
    expect(seen.bytes).toBe(text.length)
  }
})

test('an array that is not closed is not complete, and its open element is counted', () => {
  const seen = split('[{"a":1},{"a":', 'elements', 5)
  expect(seen.values).toEqual(['{"a":1}'])
  expect(seen.isComplete).toBe(false)
  expect(seen.bytes).toBe(14)
})

test('any bytes at all add up', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('[', ']', '{', '}', '"', '\\', ',', ' ', '1', '\n'), maxLength: 40 }),
      fc.constantFrom<ValueLevel>('values', 'elements', 'members'),
      fc.integer({ min: 1, max: 9 }),
      (text, level, blockSize) => {
        const seen = split(text, level, blockSize)
        expect(seen.bytes).toBe(text.length)
        expect(seen.values).toEqual(split(text, level, 1000).values)
      },
    ),
    { seed: 3, numRuns: 3000 },
  )
})

test('of an object the records are cut out: members that are objects, and elements of members that are arrays', () => {
  const text = '{"version": "1 [{", "n": 3, "data": [{"a": 1}, "s"], "x": {"b": "}"}, "none": null, "more": [[2]]}'
  for (const size of [1, 5, 200]) {
    const seen = split(text, 'members', size)
    expect(seen.values).toEqual(['{"a": 1}', '"s"', '{"b": "}"}', '[2]'])
    expect(seen.bytes).toBe(text.length)
    expect(seen.isComplete).toBe(true)
  }
})
