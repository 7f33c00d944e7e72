import { beforeAll, describe, expect, test } from 'vitest'
import { redactBundle } from '../../src/evidence/redact.ts'
import { renderCsv } from '../../src/report/csv.ts'
import { renderHtml } from '../../src/report/html.ts'
import { renderMarkdown } from '../../src/report/markdown.ts'
import { renderSarif } from '../../src/report/sarif.ts'
import { renderTerminal } from '../../src/report/terminal.ts'
import type { Bundle } from '../../src/types.ts'
import { makeBundle } from './bundle.ts'
import { ensureShell } from './chromium.ts'

beforeAll(ensureShell)

const full = makeBundle({ findings: 60, seed: 11, varied: true })

function renderAll(bundle: Bundle): string[] {
  return [
    renderHtml(bundle),
    renderMarkdown(bundle),
    renderCsv(bundle),
    renderSarif(bundle),
    renderTerminal(bundle, { color: false, width: 100 }),
  ]
}

/** Every run of four words of either corpus, in lower case. */
function fourWordRuns(bundle: Bundle): Set<string> {
  const runs = new Set<string>()
  for (const { suspect, reference } of bundle.findings) {
    for (const text of [suspect.text!, reference.text!]) {
      const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
      for (let i = 0; i + 4 <= words.length; i++) runs.add(words.slice(i, i + 4).join(' '))
    }
  }
  return runs
}

function countLeaks(text: string, runs: ReadonlySet<string>): number {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
  let leaks = 0
  for (let i = 0; i + 4 <= words.length; i++) if (runs.has(words.slice(i, i + 4).join(' '))) leaks++
  return leaks
}

describe('an edition', () => {
  test.each(['hashes', 'counts'] as const)('of %s holds no four-word run of either corpus in any rendering', mode => {
    const runs = fourWordRuns(full)
    expect(countLeaks(renderHtml(full), runs)).toBeGreaterThan(100)
    for (const text of renderAll(redactBundle(full, { mode }))) expect(countLeaks(text, runs)).toBe(0)
  })

  test('of excerpts shows the excerpts', () => {
    const edition = redactBundle(full, { mode: 'excerpt', characters: 24 })
    expect(renderHtml(edition)).toContain(JSON.stringify(edition.findings[0].suspect.excerpt).slice(1, 12))
    expect(renderMarkdown(edition)).toContain('excerpts of texts (at most 24 characters each)')
  })

  test('of counts gives findings by class and kind, and says that it leaves the findings out', () => {
    const edition = redactBundle(full, { mode: 'counts' })
    expect(edition.findings).toEqual([])
    const page = renderHtml(edition)
    expect(page).toContain('This edition holds counts only')
    expect(page).not.toContain('No passage reached class A, B or C')
    const verbatim = full.findings.filter(f => f.kind === 'verbatim').length
    expect(page).toMatch(new RegExp(`>verbatim</th><td>${verbatim}</td>`))
  })

  test('of any kind names the same root', () => {
    const { root } = redactBundle(full, { mode: 'full' }).seals!
    for (const mode of ['full', 'hashes', 'counts'] as const) {
      const edition = redactBundle(full, { mode })
      expect(renderHtml(edition)).toContain(root)
      expect(renderMarkdown(edition)).toContain(root)
    }
  })
})
