import { createHash } from 'node:crypto'
import { inflateSync } from 'node:zlib'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import type { PageChunk, PageIndex, PageText } from '../../src/report/format.ts'
import { renderHtml } from '../../src/report/html.ts'
import { packBlocks } from '../../src/report/pack.ts'
import { renderPlainFindings } from '../../src/report/plain.ts'
import { segmentSide } from '../../src/report/segments.ts'
import type { Finding, Span } from '../../src/types.ts'
import { makeBundle } from './bundle.ts'
import { ensureShell } from './chromium.ts'
import { hostileStrings } from './hostile.ts'

beforeAll(ensureShell)

function readBlock(page: string, id: string): unknown {
  const [, encoding, content] = new RegExp(`id="${id}"( data-encoding="[^"]+")?>([^<]*)</script>`).exec(page)!
  const json = JSON.parse(content)
  return encoding ? JSON.parse(inflateSync(Buffer.from(json, 'base64')).toString()) : json
}

describe('one file', () => {
  const bundle = makeBundle({ findings: 300, hostile: hostileStrings })

  test('allows only the script and the style that it holds, by hash', () => {
    const page = renderHtml(bundle)
    const [policy] = /(?<=Content-Security-Policy" content=")[^"]+/.exec(page)!
    expect(policy).toMatch(
      /^default-src 'none'; script-src 'sha256-\S+'; style-src 'sha256-\S+'; base-uri 'none'; form-action 'none'$/,
    )
    for (const [, content] of page.matchAll(
      /<(?:script type="module"[^>]*|style[^>]*)>([\s\S]*?)<\/(?:script|style)>/g,
    )) {
      expect(policy).toContain(createHash('sha256').update(content).digest('base64'))
    }
  })

  test('holds nothing that fetches, runs or styles outside of it, whatever the corpus says', () => {
    const page = renderHtml(bundle)
    const tags = page.match(/<[a-z][^>]*>/gi)!
    const shellTags = renderHtml(makeBundle({ findings: 300 })).match(/<[a-z][^>]*>/gi)!
    const names = (all: string[]): Set<string> => new Set(all.map(tag => /^<([a-z0-9]+)/i.exec(tag)![1].toLowerCase()))
    expect(names(tags)).toEqual(names(shellTags))
    const outside = page.replace(/<script type="module"[\s\S]*?<\/script>/, '').match(/<[a-z][^>]*>/gi)!
    for (const tag of outside) expect(tag).not.toMatch(/\s(src|on\w+|style|srcset|action|formaction|background)\s*=/i)
    for (const [, href] of page.matchAll(/<a\b[^>]*\bhref="([^"]*)"/g)) expect(href).toMatch(/^#/)
  })

  test('is the same for the same bundle, whatever was rendered before', () => {
    const first = renderHtml(bundle)
    renderHtml(makeBundle({ findings: 3 }))
    expect(renderHtml(bundle) === first).toBe(true)
  })

  test('stays under 5 MB with 1,000 findings', () => {
    expect(Buffer.byteLength(renderHtml(makeBundle({ findings: 1000, varied: true })))).toBeLessThan(5_000_000)
  })

  test.each([
    ['plain', 200],
    ['deflated', 1500],
  ])('gives back every finding with its texts (%s)', (encoding, findings) => {
    const small = makeBundle({ findings, varied: true, hostile: ['</script><!--'] })
    const page = renderHtml(small)
    expect(page.includes('data-encoding')).toBe(encoding === 'deflated')
    const index = readBlock(page, 'palimpsest-index') as PageIndex
    expect(index.id).toEqual(small.findings.map(f => f.id))
    expect(index.textsLeftOut).toBe(0)
    for (let number = 0; number * index.chunkSize < findings; number++) {
      const chunk = readBlock(page, `palimpsest-chunk-${number}`) as PageChunk
      chunk.findings.forEach((row, i) => {
        const { text: suspectText, ...suspect } = small.findings[number * index.chunkSize + i].suspect
        const { text: referenceText, ...reference } = small.findings[number * index.chunkSize + i].reference
        expect(row.finding).toEqual({ ...small.findings[number * index.chunkSize + i], suspect, reference })
        expect(chunk.texts[row.suspect].text).toBe(suspectText)
        expect(chunk.texts[row.reference].text).toBe(referenceText)
      })
    }
  })

  test('lists the highest classes where there is no room for all findings, and says how many are left out', () => {
    const full = makeBundle({ findings: 300, varied: true })
    const { states } = full.summary.baseline!
    const page = packBlocks(full, 120)
    const index = readBlock(page, 'palimpsest-index') as PageIndex
    const wanted = [...'ABC'].flatMap(grade => full.findings.filter(f => f.class === grade)).slice(0, 120)
    const places = full.findings.flatMap((finding, i) => (wanted.includes(finding) ? [i] : []))
    expect(new Set(full.findings.map(f => f.class)).size).toBe(3)
    expect(index.id).toEqual(places.map(i => full.findings[i].id))
    expect(index.state).toBe(places.map(i => states[i]).join(''))
    expect([index.n, index.findingsLeftOut]).toEqual([120, 180])
    const chunk = readBlock(page, 'palimpsest-chunk-0') as PageChunk
    expect(chunk.findings.map(row => row.finding.id)).toEqual(index.id)
  })

  test('prints facts of the run only where they are given', () => {
    const run = {
      startedAt: '2026-01-01T00:00:00Z',
      finishedAt: '2026-01-01T00:01:00Z',
      node: 'v20',
      platform: 'linux',
      threads: 2,
      arguments: ['scan'],
      wallMs: 60_000,
      peakRssBytes: 1 << 30,
    }
    expect(renderHtml(bundle, run)).toContain('Run from 2026-01-01T00:00:00Z')
    expect(renderHtml(bundle)).not.toContain('Run from')
  })
})

describe('a long document', () => {
  const long = 'x'.repeat(500_000)
  const { findings, ...rest } = makeBundle({ findings: 2 })
  const passages: Span[] = [
    [1000, 2000],
    [400_000, 401_000],
  ]
  const both = findings.map((finding, i) => {
    const suspect = { ...finding.suspect, record: 5, text: long, span: passages[i] }
    return { ...finding, suspect, edits: [] }
  })
  test('is cut to the stretches around its passages', () => {
    const page = renderHtml({ ...rest, findings: both })
    expect(page.length).toBeLessThan(400_000)
    const { texts, findings: rows } = readBlock(page, 'palimpsest-chunk-0') as PageChunk
    rows.forEach((row, i) => {
      const { start, text, of } = texts[row.suspect]
      expect([start <= passages[i][0], start + text.length >= passages[i][1], of]).toEqual([true, true, 500_000])
    })
  })
})

const spanIn = (length: number): fc.Arbitrary<Span> =>
  fc.tuple(fc.integer({ min: -3, max: length + 9 }), fc.integer({ min: -3, max: length + 9 }))

describe('segments', () => {
  test('mark what prompt and background explain, without losing a letter of it', () => {
    const [finding] = makeBundle({ findings: 1, seed: 4 }).findings
    const text = finding.suspect.text!
    const marked = segmentSide(finding, 'suspect', { text, start: 0, of: text.length }).filter(s => s.explained !== '')
    const [start] = finding.explained!.prompt![0]
    const [, end] = finding.explained!.background![0]
    expect(new Set(marked.map(s => s.explained))).toEqual(new Set(['prompt', 'background']))
    for (const { text: part } of marked) expect(text.slice(start, end)).toContain(part)
  })

  test('give back the text whole, whatever the spans claim', () => {
    const [base] = makeBundle({ findings: 1 }).findings
    const edits = fc.array(
      fc.record({
        op: fc.constantFrom('replace', 'delete', 'insert', 'move'),
        suspect: spanIn(40),
        reference: spanIn(40),
      }),
      { maxLength: 6 },
    )
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), spanIn(40), edits, fc.nat(9), (text, span, list, start) => {
        const finding = {
          ...base,
          suspect: { ...base.suspect, span },
          edits: list.map(edit => ({ ...base.edits[0], ...edit, from: 'a', to: 'b' })),
        } as Finding
        const page: PageText = { text, start, of: start + text.length }
        const segments = segmentSide(finding, 'suspect', page).filter(segment => segment.role !== 'gap')
        expect(segments.map(segment => segment.text).join('')).toBe(text)
      }),
      { seed: 5, numRuns: 2000 },
    )
  })

  test('pair the runs between the same edits on both sides', () => {
    for (const finding of makeBundle({ findings: 80, seed: 3 }).findings) {
      const { suspect, reference } = finding
      const side = (which: 'suspect' | 'reference'): Map<string, string> => {
        const text = which === 'suspect' ? suspect.text! : reference.text!
        const segments = segmentSide(finding, which, { text, start: 0, of: text.length })
        const runs = new Map<string, string>()
        for (const { role, pair, text: part } of segments) {
          if (role === 'equal') runs.set(pair, (runs.get(pair) ?? '') + part)
        }
        return runs
      }
      expect(side('suspect')).toEqual(side('reference'))
    }
  })
})

test('without scripts each edit stands beside what the reference has', () => {
  const bundle = makeBundle({ findings: 5, hostile: ['<img src=x onerror=pwned()>'] })
  const markup = renderPlainFindings(bundle).source
  expect(markup).not.toMatch(/<img/)
  expect(markup).toMatch(/<del>f&lt;img/)
  expect(markup).toMatch(/<ins class="ink-wording">t&lt;img/)
})
