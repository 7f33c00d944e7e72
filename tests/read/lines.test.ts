import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LineSplitter } from '../../src/read/lines.ts'

function splitInBlocks(bytes: Buffer, cuts: number[], maxBytes: number, terminator = 10): string[] {
  const seen: string[] = []
  const splitter = new LineSplitter(
    terminator,
    maxBytes,
    (block, start, end, size) => seen.push(`${block.toString('latin1', start, end)}|${size}`),
    size => seen.push(`oversize|${size}`),
  )
  let from = 0
  for (const cut of [...cuts.map(c => c % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]) {
    if (cut > from) splitter.feed(bytes.subarray(from, cut))
    from = Math.max(from, cut)
  }
  splitter.end()
  return seen
}

function splitPlainly(bytes: Buffer, maxBytes: number): string[] {
  const text = bytes.toString('latin1')
  const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? []
  return lines.map(line => {
    const body = line.replace(/\n$/, '')
    return body.length > maxBytes ? `oversize|${line.length}` : `${body}|${line.length}`
  })
}

test('lines are the same however the stream is cut into blocks, and their sizes add up', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', 'b', '\n', '\r'), maxLength: 60 }),
      fc.array(fc.nat(60), { maxLength: 6 }),
      fc.integer({ min: 1, max: 12 }),
      (text, cuts, maxBytes) => {
        const bytes = Buffer.from(text, 'latin1')
        expect(splitInBlocks(bytes, cuts, maxBytes)).toEqual(splitPlainly(bytes, maxBytes))
      },
    ),
    { seed: 1, numRuns: 2000 },
  )
})

test('a file with bare CR can be cut at CR', () => {
  expect(splitInBlocks(Buffer.from('a\rb\rc'), [2], 10, 13)).toEqual(['a|2', 'b|2', 'c|1'])
})

test('a line that is given up is returned, unless it was over the limit', () => {
  const splitter = new LineSplitter(
    10,
    4,
    () => {},
    () => {},
  )
  splitter.feed(Buffer.from('x\nabc'))
  expect(splitter.abandon()?.toString()).toBe('abc')
  splitter.feed(Buffer.from('abcdefgh'))
  expect(splitter.abandon()).toBeNull()
  expect(splitter.abandonedBytes).toBe(8)
})
