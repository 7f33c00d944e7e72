import { expect, test } from 'vitest'
import { copyStream, TokenBuffer } from '../../src/text/buffer.ts'
import { tokenise } from '../../src/text/tokens.ts'
import type { TokenStream } from '../../src/types.ts'
import { compareSymbols } from '../../src/weigh/symbols.ts'

const buffer = new TokenBuffer()
const cut = (code: string): TokenStream => copyStream(tokenise(`\`\`\`\n${code}\n\`\`\`\n`, buffer))

const program = `
function countWords(text, minUnits) {
  const counts = new Map()
  for (const word of text.split(' ')) {
    // short words say little
    if (word.length < minUnits) continue
    counts.set(word, (counts.get(word) ?? 0) + 1)
  }
  const sorted = [...counts].sort((a, b) => b[1] - a[1])
  while (sorted.length > minUnits * 4) sorted.pop()
  return sorted.map(([word, times]) => word + ': ' + times)
}`
const names: Record<string, string> = {
  countWords: 'tally',
  text: 'line',
  minUnits: 'least',
  counts: 'seen',
  word: 'part',
  sorted: 'ranked',
  times: 'n',
}
const renamed = program.replace(/\/\/.*/, '').replace(/\w+/g, name => names[name] ?? name)
const other = `
function countWords(text, minUnits) {
  const words = text.split(' ').filter(word => word.length >= minUnits)
  const counts = {}
  words.forEach(word => { counts[word] = (counts[word] || 0) + 1 })
  return Object.keys(counts)
    .sort((a, b) => counts[b] - counts[a])
    .slice(0, minUnits * 4)
    .map(word => word + ': ' + counts[word])
}`

test('a program agrees with itself throughout, without a renaming', () => {
  const { suspectAgreed, referenceAgreed, shapes, renamings } = compareSymbols(cut(program), cut(program))
  expect([suspectAgreed, referenceAgreed, renamings]).toEqual([1, 1, 0])
  expect(shapes).toBeGreaterThan(60)
})

test('names that are changed throughout, and comments left out, cost no agreement', () => {
  const found = compareSymbols(cut(renamed), cut(program))
  expect([found.suspectAgreed, found.referenceAgreed]).toEqual([1, 1])
  // every name but the function's stands in several places, all but the first of them telling
  const places = program.match(/\b(?:text|minUnits|counts|word|sorted|times)\b/g)!.length
  expect(found.renamings).toBe(places - 6)
})

test('names that stand for one thing here and for another there agree in the places of one of them only', () => {
  let place = 0
  const muddled = renamed.replace(/\bpart\b/g, name => (place++ % 2 === 0 ? name : 'least'))
  const { suspectAgreed, renamings } = compareSymbols(cut(muddled), cut(program))
  const whole = compareSymbols(cut(renamed), cut(program))
  expect(suspectAgreed).toBeLessThan(whole.suspectAgreed)
  expect(suspectAgreed).toBeGreaterThan(0.8)
  expect(renamings).toBeLessThan(whole.renamings)
})

test('another solution of the task agrees in part', () => {
  const { suspectAgreed, referenceAgreed, shapes } = compareSymbols(cut(other), cut(program))
  expect(Math.max(suspectAgreed, referenceAgreed)).toBeLessThan(0.7)
  expect(shapes).toBeLessThan(30)
})

test('a long table of data has few shapes', () => {
  const rows = Array.from({ length: 200 }, (_, i) => `  { "name${i}", "value${i * 7}" },`).join('\n')
  const table = `String[][] table = {\n${rows}\n};`
  const { suspectAgreed, shapes } = compareSymbols(cut(table), cut(table))
  expect(suspectAgreed).toBe(1)
  expect(shapes).toBeLessThan(30)
})

test('texts without code, and code that shares no run of tokens, agree in nothing', () => {
  const none = { suspectAgreed: 0, referenceAgreed: 0, shapes: 0, renamings: 0 }
  const prose = copyStream(tokenise('Two plain sentences of prose. They hold no code at all.', buffer))
  expect(compareSymbols(prose, prose)).toEqual(none)
  expect(compareSymbols(cut('a = b'), cut('import os'))).toEqual(none)
})
