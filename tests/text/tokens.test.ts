import { describe, expect, it } from 'vitest'
import { tokenise } from '../../src/text/tokens.ts'
import { TokenKind } from '../../src/types.ts'

/** Raw tokens as they stand in the text, identity-bearing ones in `‹›`. */
function render(text: string): string {
  const s = tokenise(text)
  const masked = new Set(s.masked.slice(0, s.nMasked))
  return Array.from({ length: s.n }, (_, i) => {
    const word = text.slice(s.start[i], s.end[i])
    return masked.has(i) ? word : `‹${word}›`
  }).join(' ')
}

/** Folded hashes of the raw stream. */
function hashes(text: string): number[] {
  const s = tokenise(text)
  return [...s.hash.slice(0, s.n)]
}

describe('the masked stream leaves out what identifies', () => {
  it.each([
    ['names inside a sentence', 'we met Anna Lindqvist in Oslo', 'we met ‹Anna› ‹Lindqvist› in ‹Oslo›'],
    ['a name that opens the sentence, when more of it follows', 'John Smith left', '‹John› ‹Smith› left'],
    ['not the word that opens a sentence', 'Dogs bark. Cats sleep', 'Dogs bark Cats sleep'],
    ['numbers and dates', 'it cost 1,234.50 on 2023-10-01', 'it cost ‹1,234.50› on ‹2023› ‹10› ‹01›'],
    ['models in any case', 'i am chatgpt by openai', 'i am ‹chatgpt› by ‹openai›'],
    [
      'placeholders',
      'ask <PERSON> or [NAME_1] or {{name}} or User7',
      'ask ‹<PERSON>› or ‹[NAME_1]› or ‹{{name}}› or ‹User7›',
    ],
    ['Chinese placeholders', '由【公司】开发', '由 ‹【公司】› 开 发'],
    ['addresses', 'see https://example.org/a?b=1, write a.b@c.de', 'see ‹https://example.org/a?b=1› write ‹a.b@c.de›'],
    ['possessives without their ending', "OpenAI's dog's bone", '‹OpenAI› dog bone'],
    [
      'not common words for their capital',
      'ask\n- Machine Learning\n- Virtual Fashion by Nordlys',
      'ask Machine Learning Virtual Fashion by ‹Nordlys›',
    ],
    ['listed names and acronyms that are words besides', 'with Apple, Rose and WHO', 'with ‹Apple› ‹Rose› and ‹WHO›'],
    ['not the pronoun I', 'what I think', 'what I think'],
  ])('%s', (_, text, expected) => {
    expect(render(text)).toBe(expected)
  })

  it('does not trust capitals where most words have them', () => {
    const title = 'Every Good Tool Has Clear Words And Short Names That Tell What They Do For Their Users'
    expect(render(title)).toBe(title)
  })
})

describe('folding', () => {
  it.each([
    ['case', 'Water', 'wATER'],
    ['width', 'Ｗａｔｅｒ', 'water'],
    ['mathematical letters', '𝐖ater', 'water'],
    ['diacritics', 'café', 'cafe'],
    ['look-alikes', 'раураl', 'paypal'],
    ['zero-width characters', 'wa\u200bt\u00ader', 'water'],
    ['ligatures', 'ﬁne', 'fine'],
    ['apostrophes', 'don’t', "don't"],
  ])('makes %s equal', (_, a, b) => {
    expect(hashes(a)).toEqual(hashes(b))
  })
})

describe('code', () => {
  const fenced = 'Here:\n```python\ndef add(a, b):\n    # add two numbers\n    return a + b\n```\nDone.'

  it('has tokens of its own inside a fence, and prose around it', () => {
    expect(render(fenced)).toBe('Here def add ( a , b ) : add two numbers return a + b Done')
  })

  it('gives the same seeds when identifiers are renamed and comments go', () => {
    const renamed = 'Here:\n```python\ndef total(x, y):\n    return x + y\n```\nDone.'
    const seeds = (text: string) => {
      const s = tokenise(text)
      return [...s.maskedHash.slice(0, s.nMasked)].filter((_, m) => (s.kind[s.masked[m]] & TokenKind.code) !== 0)
    }
    expect(seeds(renamed).slice(0, 8)).toEqual(seeds(fenced).slice(0, 8))
  })

  it('is recognised without a fence', () => {
    const s = tokenise('public int f(int x) {\n  return x;\n}\n')
    expect(s.kind.slice(0, s.n).every(kind => (kind & TokenKind.code) !== 0)).toBe(true)
  })
})

describe('every token keeps its place', () => {
  it.each([
    'plain words, with marks — and more.',
    '混排 text 与 English，以及 𠀀𠀁 和 emoji 😀 words',
    'lone \ud800 surrogate and \udc00 another',
    '```js\nconst s = "a b c" // note\n```',
    'ｈttps://example.org/ｗide and ｗww.example.org',
    '\u0000\u0001 control \u202e bidi',
  ])('in %j', text => {
    const s = tokenise(text)
    let before = 0
    for (let i = 0; i < s.n; i++) {
      expect(s.start[i]).toBeGreaterThanOrEqual(before)
      expect(s.end[i]).toBeGreaterThan(s.start[i])
      before = s.end[i]
    }
    expect(before).toBeLessThanOrEqual(text.length)
  })

  it('in linear time on text made to be slow', () => {
    for (const unit of ['<', '[', '{{', 'a.', '@a', '_', '`', '"', 'x@', '#', '某', "'s", '\n```'])
      expect(tokenise(unit.repeat(100_000)).n).toBeGreaterThanOrEqual(0)
  })
})
