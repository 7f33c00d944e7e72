/** The clauses of owners beside the findings: where they stand, what they say, and what is not said about them. */
import { describe, expect, test } from 'vitest'
import { renderMarkdown } from '../../src/report/markdown.ts'
import { renderOverview } from '../../src/report/overview.ts'
import { renderTerminal } from '../../src/report/terminal.ts'
import { readingOfTerms } from '../../src/report/wording.ts'
import { makeBundle } from './bundle.ts'

const bundle = makeBundle({ findings: 5 })
const without = { ...bundle, corpora: bundle.corpora.map(({ terms: _terms, ...corpus }) => corpus) }
const summary = 'Section 7: outputs may not be used to build a competing service.'

describe('the clause of a reference', () => {
  test('stands in Markdown with owner, document, date, address, and what became of the copy', () => {
    const text = renderMarkdown(bundle)
    for (const part of [
      'Meridian Labs, Conditions of service of 2025-04-01',
      summary,
      'https://meridian.example/conditions',
    ])
      expect(text).toContain(part)
    expect(text).toContain('no copy was kept, so read the document itself')
    expect(text).toContain(readingOfTerms)
  })

  test('stands on the page', () => {
    const page = renderOverview(bundle, undefined).source
    expect(page).toContain(summary)
    expect(page).toContain('Meridian Labs, Conditions of service of 2025-04-01')
  })

  test('is named briefly on the terminal', () => {
    const text = renderTerminal(bundle, { color: false, width: 100 })
    expect(text).toContain('auricle-3.pali: Meridian Labs, Conditions of service of 2025-04-01; the report says more')
    expect(text).not.toContain(summary)
  })

  test('names the copy that was read, where one was kept', () => {
    const corpora = bundle.corpora.map(corpus =>
      corpus.terms === undefined ? corpus : { ...corpus, terms: { ...corpus.terms, snapshotSha256: 'ab'.repeat(32) } },
    )
    expect(renderMarkdown({ ...bundle, corpora })).toContain(`copy with SHA-256 ${'ab'.repeat(32)}`)
  })

  test('is nowhere where there is none', () => {
    const texts = [renderMarkdown(without), renderTerminal(without, { color: false, width: 100 })]
    for (const text of [...texts, renderOverview(without, undefined).source])
      expect(text).not.toMatch(/use of outputs|Context: what the owner/)
  })
})
