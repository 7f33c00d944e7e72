import { expect, test } from 'vitest'
import { IndexBuilder } from '../../src/match/builder.ts'
import { tokenise } from '../../src/text/tokens.ts'
import { Information } from '../../src/weigh/information.ts'
import { makeSkeleton, type Skeleton } from '../../src/weigh/skeleton.ts'
import { compareSymbols, type Symbols } from '../../src/weigh/symbols.ts'

/** No corpus is known: all tokens say the same. */
const information = new Information([new IndexBuilder().finish({ name: 'empty', model: null, sources: [] })])
const read = (text: string): Skeleton => makeSkeleton(text, tokenise(text))
const cut = (code: string): Skeleton => read(`\`\`\`\n${code}\n\`\`\`\n`)
const compare = (ours: Skeleton, theirs: Skeleton, prompts: readonly string[] = []): Symbols =>
  compareSymbols(ours, theirs, prompts, information)

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
  const { suspectAgreed, referenceAgreed, shapes, renamings } = compare(cut(program), cut(program))
  expect([suspectAgreed, referenceAgreed, renamings]).toEqual([1, 1, 0])
  expect(shapes).toBeGreaterThan(60)
})

test('names that are changed throughout, and comments left out, cost no agreement', () => {
  const found = compare(cut(renamed), cut(program))
  expect([found.suspectAgreed, found.referenceAgreed]).toEqual([1, 1])
  // every name but the function's stands in several places, all but the first of them telling
  const places = program.match(/\b(?:text|minUnits|counts|word|sorted|times)\b/g)!.length
  expect(found.renamings).toBe(places - 6)
})

test('names that stand for one thing here and for another there agree in the places of one of them only', () => {
  let place = 0
  const muddled = renamed.replace(/\bpart\b/g, name => (place++ % 2 === 0 ? name : 'least'))
  const { suspectAgreed, renamings } = compare(cut(muddled), cut(program))
  const whole = compare(cut(renamed), cut(program))
  expect(suspectAgreed).toBeLessThan(whole.suspectAgreed)
  expect(suspectAgreed).toBeGreaterThan(0.8)
  expect(renamings).toBeLessThan(whole.renamings)
})

test('another solution of the task agrees in part', () => {
  const { suspectAgreed, referenceAgreed, shapes } = compare(cut(other), cut(program))
  expect(Math.max(suspectAgreed, referenceAgreed)).toBeLessThan(0.7)
  expect(shapes).toBeLessThan(30)
})

test('a long table of data has few shapes', () => {
  const rows = Array.from({ length: 200 }, (_, i) => `  { "name${i}", "value${i * 7}" },`).join('\n')
  const table = `String[][] table = {\n${rows}\n};`
  const { suspectAgreed, shapes } = compare(cut(table), cut(table))
  expect(suspectAgreed).toBe(1)
  expect(shapes).toBeLessThan(30)
})

test('texts without code, and code that shares no run of tokens, agree in nothing', () => {
  const none = { suspectAgreed: 0, referenceAgreed: 0, shapes: 0, renamings: 0, literalBits: 0 }
  const prose = read('Two plain sentences of prose. They hold no code at all.')
  expect(compare(prose, prose)).toEqual(none)
  expect(compare(cut('a = b'), cut('import os'))).toEqual(none)
})

test('equal string literals speak for a copy by their words, unless a prompt names them', () => {
  const greet = (text: string): Skeleton =>
    cut(`function greet(name) {\n  if (name === null) return "${text}"\n  return name + "!" }`)
  const weigh = (ours: string, theirs: string, prompts?: string[]): number =>
    compare(greet(ours), greet(theirs), prompts).literalBits
  const [one, three] = [weigh('nobody', 'nobody'), weigh('there is nobody', 'there is nobody')]
  expect(one).toBeGreaterThan(0)
  expect(three).toBe(3 * one)
  expect(weigh('there is nobody', 'nobody is there')).toBe(0)
  expect(weigh('there is nobody', 'there is nobody', ['Say "there is nobody" to null.'])).toBe(0)
})

const allman = `
class Counter
{
    public void CountAll(int least)
    {
        for (int i = 0; i < least; i++)
        {
            total += i * step;
        }
        Console.WriteLine("counted up to " + total);
    }
}`

test.each([
  ['braces on lines of their own, without a fence', allman, allman.replace(/\s*\n\s*\{/g, ' {')],
  ['prose around it', `This class counts.\n\n${allman}\n\nCall it once for each batch of rows.`, allman],
  ['prose right before it', `This class counts whatever you like:${allman}`, allman],
  ['a comment of several lines', allman.replace('public', '/* a sum, not\n   a count */ public'), allman],
  ['SQL words as names', allman.replaceAll('total', 'select'), allman],
  ['names that differ in case only', allman.replaceAll('least', 'step2'), allman.replaceAll('least', 'Step')],
])('%s: the skeleton stays', (_, ours, theirs) => {
  const { suspectAgreed, referenceAgreed } = compare(read(ours), read(theirs))
  expect([suspectAgreed, referenceAgreed]).toEqual([1, 1])
})

const documented = (text: string): string => `
def area(width, height):
    ${text}
    if width < 0 or height < 0:
        raise ValueError("sides are not negative")
    return width * height`

test('doc strings are comments, other strings of several lines are not', () => {
  const doc = documented('"""The area of a\n    rectangle."""')
  const { suspectAgreed, referenceAgreed } = compare(cut(doc), cut(documented('# nothing')))
  expect([suspectAgreed, referenceAgreed]).toEqual([1, 1])
  expect(cut(documented('note = """The area of a\n    rectangle."""')).n).toBeGreaterThan(cut(doc).n)
})

test('marks that open comments and never close hide no code', () => {
  const open = 'f(a) <!-- """ b;\n'.repeat(20_001)
  expect(read(open).n).toBeGreaterThan(40_000)
})
