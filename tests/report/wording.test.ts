import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { renderCsv } from '../../src/report/csv.ts'
import { renderMarkdown } from '../../src/report/markdown.ts'
import { renderOverview } from '../../src/report/overview.ts'
import { renderPlainFindings } from '../../src/report/plain.ts'
import { renderSarif } from '../../src/report/sarif.ts'
import { renderTerminal } from '../../src/report/terminal.ts'
import { formatCount, formatEstimate, formatProbability, formatShare } from '../../src/report/wording.ts'
import { makeBundle } from './bundle.ts'

/** What a report must never say, in any template: opinions, intent, undated direction, posteriors, verdicts. */
const neverSaid: [what: string, pattern: RegExp][] = [
  [
    'theft',
    /\b(stole|stolen|steal|steals|stealing|theft|thief|pilfer\w*|plagiari\w*|pirat\w*|copied from|taken from)\b/i,
  ],
  ['breach', /\b(violat\w*|infring\w*|breach\w*|illegal\w*|unlawful\w*|misappropriat\w*|fraud\w*|cheat\w*)\b/i],
  ['training', /\b(trained|fine-?tuned|distilled) (on|with|from|using)\b/i],
  [
    'a posterior',
    /\b\d[\d.]*\s*(%|percent) (likely|certain\w*|sure|probab\w*|confiden\w* that)|\b(likelihood|probability|odds) that (it|this|the (document|text|record|vendor))/i,
  ],
  [
    'origin of unmatched text',
    /\b(AI|machine|model|LLM|bot)[- ](written|generated|authored|made)\b|\b(written|generated|authored) by (an? )?(AI|LLM|machine|bot|model)\b/i,
  ],
  ['clean', /\b(clean|cleaned|cleanly|innocent|untainted|contaminat\w*|genuine|authentic)\b/i],
  ['guilt', /\b(guilt\w*|culprit\w*|blame\w*|suspicious\w*|accus\w*|offend\w*)\b/i],
  [
    'intent',
    /\b(intent|intention\w*|deliberate\w*|knowing\w*|wilful\w*|willful\w*|on purpose|conceal\w*|disguis\w*|cover up|tried to|meant to|launder\w*)\b/i,
  ],
  ['undated direction', /\b(derive[sd]? from|originat\w* (from|in)|the (original|source) (text|is)|came from)\b/i],
  [
    'a court',
    /\b(courts?|admissib\w*|legal\w*|judge says|verdict|proof|proves?|proven|conclusive\w*|beyond doubt|undeniabl\w*)\b/i,
  ],
]

/** Words of the code itself, not of any sentence: comments say what must not be said, and CSS has its own terms. */
function sentencesOf(source: string): string {
  return source
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/^\s*\/\/.*$/gm, '')
    .replace(/^import .*$/gm, '')
}

const folder = fileURLToPath(new URL('../../src/report/', import.meta.url))
const templates = (readdirSync(folder, { recursive: true }) as string[]).filter(file => /\.(tsx?|html)$/.test(file))

describe('what must never be said', () => {
  test.each(templates)('does not stand in %s', file => {
    const sentences = sentencesOf(readFileSync(folder + file, 'utf8'))
    for (const [what, pattern] of neverSaid) expect(pattern.exec(sentences)?.[0], what).toBeUndefined()
  })

  const bundles = {
    full: makeBundle({ findings: 120 }),
    empty: makeBundle({ findings: 0 }),
    incomplete: makeBundle({ findings: 20, complete: false }),
    redacted: makeBundle({ findings: 20, redacted: true }),
  }
  test.each(Object.entries(bundles))('does not stand in any rendering of a %s bundle', (_, bundle) => {
    const rendered = [
      renderTerminal(bundle, { color: false, width: 100 }),
      renderMarkdown(bundle),
      renderCsv(bundle),
      renderSarif(bundle),
      renderOverview(bundle, undefined).source,
      renderPlainFindings(bundle).source,
    ]
    for (const text of rendered) {
      for (const [what, pattern] of neverSaid) expect(pattern.exec(text)?.[0], what).toBeUndefined()
    }
  })

  test('is found where it is said, so the lint can fail', () => {
    const wrong = [
      'The vendor stole these rows.',
      'This violates the terms.',
      'The model was trained on it.',
      'It is 99% likely a copy.',
      'The text is AI-written.',
      'The corpus is clean.',
      'The vendor is guilty.',
      'Names were changed deliberately.',
      'The passage derives from the reference.',
      'This evidence is court-admissible.',
    ]
    for (const sentence of wrong)
      expect(
        neverSaid.some(([, pattern]) => pattern.test(sentence)),
        sentence,
      ).toBe(true)
  })
})

describe('what must stand', () => {
  test('a report without findings says so only beside coverage and limits', () => {
    const bundle = makeBundle({ findings: 0 })
    for (const text of [renderMarkdown(bundle), renderOverview(bundle, undefined).source]) {
      expect(text).toMatch(/No passage reached class A, B or C/)
      expect(text).toMatch(/Coverage/)
      expect(text).toMatch(/Limits/)
    }
  })
  test('incomplete coverage is loud in every rendering for people', () => {
    const bundle = makeBundle({ findings: 5, complete: false })
    const terminal = renderTerminal(bundle, { color: false, width: 80 })
    for (const text of [terminal, renderMarkdown(bundle), renderOverview(bundle, undefined).source]) {
      expect(text).toMatch(/incomplete coverage/i)
      expect(text).toMatch(/malformed-json/)
    }
    expect(renderTerminal(makeBundle({ findings: 5 }), { color: false, width: 80 })).not.toMatch(/incomplete/i)
  })
  test('decoy hits stand beside target hits, and their absence is said', () => {
    const bundle = makeBundle({ findings: 200 })
    const without = { ...bundle, summary: { ...bundle.summary, decoy: null } }
    for (const render of [renderMarkdown, (b: typeof bundle) => renderTerminal(b, { color: false, width: 100 })]) {
      expect(render(bundle)).toMatch(/decoy hits/)
      expect(render(without)).toMatch(/No decoy was given/)
    }
  })
  test('what the release measured of itself stands in page and Markdown, and its absence is said', () => {
    const bundle = makeBundle({ findings: 3 })
    const { releaseErrors: _, ...without } = bundle
    for (const render of [renderMarkdown, (b: typeof bundle) => renderOverview(b, undefined).source]) {
      expect(render(bundle)).toMatch(/placeholders[^\n]*94.0%|94.0%[^\n]*placeholders/)
      expect(render(without)).toMatch(/ships no error table/)
    }
  })
  test('a refused estimate gives its reason instead of a number', () => {
    const text = formatEstimate({ cannotSay: 'too few documents' })
    expect(text).toBe('cannot say: too few documents')
  })
})

test.each([
  [0, '0%'],
  [1, '100%'],
  [0.0004, '0.04%'],
  [0.00034, '0.034%'],
  [0.005, '0.5%'],
  [0.1234, '12.3%'],
  [0.99996, 'over 99.99%'],
  [0.9995, '99.95%'],
  [Number.NaN, '–'],
])('share %d reads %s', (share, text) => {
  expect(formatShare(share)).toBe(text)
})

test('counts and probabilities read the same everywhere', () => {
  expect([0, 999, 1000, 1234567].map(formatCount)).toEqual(['0', '999', '1,000', '1,234,567'])
  expect([0, 4.1e-212, 0.0005, 0.03, 1].map(formatProbability)).toEqual([
    'under 1e-300',
    '4.1e-212',
    '5.0e-4',
    '0.03',
    '1',
  ])
})
