import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Glance, glanceOver, type TraceDocument } from '../../src/explain/glance.ts'
import { readPhrasebook } from '../../src/explain/phrasebook.ts'
import { addResidue, createResidue } from '../../src/explain/residue.ts'
import { addScars, createScars } from '../../src/explain/scars.ts'
import { tokenise } from '../../src/text/tokens.ts'

/** A look at every token for every reason. */
function stareAt(text: string, prompt: string | null): TraceDocument {
  const stream = tokenise(text)
  const all = { n: stream.n, at: Uint32Array.from({ length: stream.n }, (_, i) => i) }
  const glance: Glance = { articles: all, wounds: all, phrases: all, names: all, kinds: 255 }
  return { text, stream, prompt, glance }
}

/** All that the detectors count in a text. */
function traces(look: (text: string, prompt: string | null) => TraceDocument, text: string): unknown {
  const scars = createScars()
  const residue = createResidue()
  addScars(scars, look(text, 'who are you?'))
  addResidue(residue, look(text, 'who are you?'))
  return { scars, residue }
}

const glance = (text: string, prompt: string | null): TraceDocument => glanceOver(text, tokenise(text), prompt)

describe('a glance misses nothing that a long look finds', () => {
  test('in texts made of what scars and residue are made of', () => {
    const piece = fc.constantFrom(
      ..."a|an|a Apple|an Bank|the|by|trained by|I am|my name is|name|Acme|Acme and Acme|Acme (Acme)|'s|of 's".split(
        '|',
      ),
      ...' , | . |, ,|,, |...|: |\n|\n\n|; |-|/|"|(|)|{x = a , b;}\n|```\n| x;\n'.split('|'),
      ...'[NAME_1]|<PERSON>|[NAME]s|User7|XX|$XX|555-XXXX|@PERSON1|___|某某|www.chatgpt.com/share/1|†L'.split('|'),
      ..."出生于，|是由开发的|，的|公司公司|我是|。|、|as an AI language model|I'm sorry, but I can't|as an AI".split(
        '|',
      ),
      ...'Zorvex|language model|developed by|www.Zorvex.com|星澜|由星澜开发的|某公司'.split('|'),
      ...'I was trained by|copy code|\ncopy code\n|oaicite|im_start|he|x|Name|hills. was|trees.  are gone|Amazon|Photoshop|微软|的Excel|March|45|22st|9:75 PM|\n7. |2、|月'.split(
        '|',
      ),
    )
    const joint = fc.constantFrom(' ', ' ', ' ', '', '\n', '  ')
    fc.assert(
      fc.property(fc.array(fc.tuple(piece, joint), { maxLength: 40 }), pieces => {
        const text = pieces.flat().join('')
        expect(traces(glance, text)).toEqual(traces(stareAt, text))
      }),
      { numRuns: 400 },
    )
  })

  test('in the demo corpora', () => {
    const folder = join(import.meta.dirname, '../../corpora/demo')
    for (const name of ['vendor.jsonl'])
      for (const line of readFileSync(join(folder, name), 'utf8').trim().split('\n'))
        expect(traces(glance, line)).toEqual(traces(stareAt, line))
  })
})

test('a glance shows few of the tokens of plain prose', () => {
  const text = 'we went along the river for most of that long day and spoke of what had been and what might come'
  const { articles, wounds, phrases, names } = glance(text, null).glance
  expect(articles.n + wounds.n + phrases.n + names.n).toBeLessThan(4)
  expect(readPhrasebook().automaton.openings.length).toBeGreaterThan(100)
})
