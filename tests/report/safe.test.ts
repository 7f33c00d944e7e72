import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  escapeHtml,
  escapeScriptJson,
  escapeTerminal,
  quoteCsv,
  quoteMarkdown,
  shorten,
} from '../../src/report/safe.ts'
import { actsInTerminal, hostileStrings } from './hostile.ts'

fc.configureGlobal({ seed: 20, numRuns: 2000 })

const anyText = fc.oneof(fc.string({ unit: 'binary', maxLength: 60 }), fc.constantFrom(...hostileStrings))

test('there are at least 300 hostile payloads, all different', () => {
  expect(new Set(hostileStrings).size).toBe(hostileStrings.length)
  expect(hostileStrings.length).toBeGreaterThanOrEqual(300)
})

describe('the terminal border', () => {
  test.each(hostileStrings.map((text, i) => [i, text]))('leaves nothing that acts in payload %i', (_, text) => {
    expect(actsInTerminal(escapeTerminal(text as string))).toBe(false)
  })
  test('holds for any text', () => {
    fc.assert(fc.property(anyText, text => !actsInTerminal(escapeTerminal(text))))
  })
  test('leaves plain text of any script as it is', () => {
    for (const text of ['plain words', '你好，世界', 'שלום', 'مرحبا', 'naïve café', '🙂', 'हिन्दी']) {
      expect(escapeTerminal(text)).toBe(text)
    }
  })
  test('names what it hides', () => {
    expect(escapeTerminal('a\u202eb\u001b[1m\n\u{e0041}')).toBe('a\\u{202e}b\\u{001b}[1m\\n\\u{e0041}')
  })
})

describe('the HTML border', () => {
  test('leaves no character that opens markup or ends an attribute', () => {
    fc.assert(fc.property(anyText, text => !/[<>"'`]/.test(escapeHtml(text))))
  })
  test('reads back as the text, unseen characters as escapes', () => {
    expect(escapeHtml('<b a="1">&\'`')).toBe('&lt;b a=&quot;1&quot;&gt;&amp;&#39;&#96;')
    expect(escapeHtml('a\u202eb\u200bc')).toBe('a\\u{202e}b\\u{200b}c')
  })
  test('keeps joiners that belong to the spelling', () => {
    for (const text of ['👨‍👩‍👧', 'می‌خواهم', 'क्‍ष']) expect(escapeHtml(text)).toBe(text)
  })
})

describe('the script border', () => {
  test('neither ends the element nor opens a comment, and gives the value back', () => {
    fc.assert(
      fc.property(fc.array(anyText), texts => {
        const json = escapeScriptJson({ texts })
        expect(json).not.toMatch(/[<>&\u2028\u2029]/)
        expect(JSON.parse(json)).toEqual({ texts })
      }),
    )
  })
})

/** Splits one line of a Markdown table as GitHub does: an escaped character never ends a cell. */
function countCells(row: string): number {
  return [...row.matchAll(/\\[!-/:-@[-`{-~]|\|/g)].filter(([match]) => match === '|').length - 1
}

/** True if the whole text is one code span (CommonMark: equal runs of backticks, none of that length inside). */
function isOneCodeSpan(text: string): boolean {
  const fence = /^`+/.exec(text)?.[0].length ?? 0
  if (fence === 0 || !text.endsWith('`'.repeat(fence))) return false
  const inner = text.slice(fence, -fence)
  return inner !== '' && (inner.match(/`+/g) ?? []).every(run => run.length !== fence) && !/^`|`$/.test(inner)
}

describe('the Markdown border', () => {
  test('makes one code span on one line that fits a table cell', () => {
    fc.assert(
      fc.property(anyText, text => {
        const quoted = quoteMarkdown(text)
        expect(actsInTerminal(quoted)).toBe(false)
        expect(quoted === '(nothing)' || isOneCodeSpan(quoted)).toBe(true)
        expect(countCells(`| ${quoted} | b |`)).toBe(2)
      }),
    )
  })
})

describe('the CSV border', () => {
  test('leaves no field that a spreadsheet computes, and no line end', () => {
    fc.assert(
      fc.property(anyText, text => {
        const field = quoteCsv(text)
        expect(field).toMatch(/^"(?:[^"]|"")*"$/)
        const value = field.slice(1, -1).replaceAll('""', '"')
        expect(value).not.toMatch(/[\r\n\t]/)
        if (!value.startsWith("'")) expect(value).not.toMatch(/^[\s\u00a0"]*[=+\-@＝＋－＠]/u)
        expect(value).not.toMatch(/;[\s\u00a0]*[=+\-@]/u)
      }),
    )
  })
  test('writes numbers bare and nothing for null', () => {
    expect([quoteCsv(-1.5), quoteCsv(null), quoteCsv(Number.NaN), quoteCsv('-1')]).toEqual(['-1.5', '', '', `"'-1"`])
  })
})

test('shortening never cuts a surrogate pair and never exceeds the limit', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 20 }), (text, max) => {
      const short = shorten(text, max)
      expect(short.length).toBeLessThanOrEqual(max)
      expect(/\p{Cs}/u.test(short)).toBe(/\p{Cs}/u.test(text) && /\p{Cs}/u.test(short))
      if (text.length <= max) expect(short).toBe(text)
    }),
  )
})
