import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readBundle, writeBundle } from '../../src/evidence/bundle.ts'
import { parseRedaction, redactBundle } from '../../src/evidence/redact.ts'
import { sealBundle } from '../../src/evidence/seal.ts'
import type { Bundle } from '../../src/types.ts'
import { makeFolder, readFolder } from './folders.ts'
import { facts, makeBundle } from './synthetic.ts'

const temporary = makeFolder()
const redact = (bundle: Bundle, edition: string): Bundle => redactBundle(bundle, parseRedaction(edition))

/** Every byte of a bundle as one text, with one kind of white space. */
function joinFiles(dir: string): string {
  return [...readFolder(dir).values()].join('\n').replace(/\s+/g, ' ')
}

/** Every run of `n` words in the texts of a bundle. */
function listRuns(bundle: Bundle, n: number): Set<string> {
  const texts = bundle.findings.flatMap(({ suspect, reference }) => [suspect.text!, reference.text!])
  const runs = new Set<string>()
  for (const text of texts) {
    const words = text.split(/\s+/).filter(Boolean)
    for (let i = 0; i + n <= words.length; i++) runs.add(words.slice(i, i + n).join(' '))
  }
  return runs
}

describe('parseRedaction', () => {
  it('knows the four modes', () => {
    expect(parseRedaction('counts')).toEqual({ mode: 'counts' })
    expect(parseRedaction('hashes')).toEqual({ mode: 'hashes' })
    expect(parseRedaction('full')).toEqual({ mode: 'full' })
    expect(parseRedaction('excerpt:120')).toEqual({ mode: 'excerpt', characters: 120 })
  })

  it.each([
    '',
    'Full',
    'excerpt',
    'excerpt:',
    'excerpt:-1',
    'excerpt:1.5',
    'excerpt:01',
    'excerpt:9999999999',
    'none',
  ])('refuses %j as a wrong call', text => {
    expect(() => parseRedaction(text)).toThrow(expect.objectContaining({ code: 'usage' }))
  })
})

describe('redactBundle', () => {
  it('withholds fingerprints, which would let a guess at both texts be tested, and keeps what the baseline says', () => {
    const plain = makeBundle(23, 9)
    const fingerprint = '0123456789abcdef'.repeat(2)
    for (const finding of plain.findings) finding.fingerprint = fingerprint
    const reading = { sha256: 'ba5e'.repeat(16), accepted: 9, today: '2026-03-01', absent: 0, states: 'nkennkenn' }
    const none = { classA: 0, classB: 0, classC: 0 }
    plain.summary.baseline = { ...reading, new: none, known: none, expired: none, documents: none }
    const full = sealBundle(plain)
    for (const edition of ['excerpt:300', 'hashes', 'counts']) {
      const bundle = redact(full, edition)
      expect(JSON.stringify(bundle)).not.toContain(fingerprint.slice(0, 12))
      expect(bundle.findings.every(finding => /^#[0-9a-f]{12}$/.test(finding.fingerprint!))).toBe(true)
      expect(bundle.summary.baseline).toEqual(full.summary.baseline)
    }
  })

  it('gives every edition the root of all, from any richer edition', () => {
    const full = sealBundle(makeBundle(21, 15))
    const editions = ['excerpt:300', 'excerpt:40', 'excerpt:0', 'hashes', 'counts']
    for (const edition of editions) expect(redact(full, edition).seals!.root).toBe(full.seals!.root)
    let bundle = full
    for (const edition of editions) {
      bundle = redact(bundle, edition)
      expect(bundle).toEqual(redact(full, edition))
    }
  })

  it('refuses to show again what was withheld', () => {
    const hashes = redact(makeBundle(22, 3), 'hashes')
    for (const edition of ['full', 'excerpt:20']) expect(() => redact(hashes, edition)).toThrow('cannot become')
    const excerpt = redact(makeBundle(22, 3), 'excerpt:20')
    expect(() => redact(excerpt, 'excerpt:40')).toThrow('cannot become')
  })

  it.each([
    'hashes',
    'counts',
    'excerpt:0',
  ])('leaves no run of four words of either corpus anywhere in a bundle of %s', async edition => {
    const bundle = makeBundle(23, 40)
    const runs = listRuns(bundle, 4)
    expect(runs.size).toBeGreaterThan(1000)
    const dir = join(temporary, edition.replace(':', '-'))
    await writeBundle(dir, redact(bundle, edition), facts, new Map())
    const content = joinFiles(dir)
    expect([...runs].filter(run => content.includes(run))).toEqual([])
    const full = join(temporary, `full-${edition.replace(':', '-')}`)
    await writeBundle(full, bundle, facts, new Map())
    const shown = joinFiles(full)
    expect([...runs].filter(run => !shown.includes(run))).toEqual([])
  })

  it('shows no edited text, row id, reason or example in an edition of hashes', async () => {
    const bundle = makeBundle(24, 30)
    const secrets = [
      ...bundle.findings.flatMap(({ edits }) => edits.map(({ to }) => to)),
      ...bundle.findings.flatMap(({ suspect }) => (suspect.id === null ? [] : [suspect.id])),
      ...bundle.coverage.problems.map(problem => problem.reason),
      ...bundle.summary.scars.article.examples,
    ].filter(text => text.length >= 5)
    const text = JSON.stringify({ ...redact(bundle, 'hashes'), parameters: {} })
    expect(secrets.length).toBeGreaterThan(20)
    expect(secrets.filter(secret => text.includes(JSON.stringify(secret).slice(1, -1)))).toEqual([])
  })

  it('shows equal withheld texts as equal, so that a mapping can be followed', () => {
    const bundle = makeBundle(25, 60)
    const { findings } = redact(bundle, 'hashes')
    const shownAs = new Map<string, Set<string>>()
    const sealed = sealBundle(bundle)
    for (const [i, { edits }] of sealed.findings.entries()) {
      for (const [j, { to }] of edits.entries()) {
        const shown = findings[i].edits[j].to
        expect(shown).toMatch(to === '' ? /^$/ : /^#[0-9a-f]{12}$/)
        shownAs.set(to, (shownAs.get(to) ?? new Set()).add(shown))
      }
    }
    expect(shownAs.size).toBeGreaterThan(4)
    for (const shown of shownAs.values()) expect(shown.size).toBe(1)
    expect(new Set([...shownAs.values()].flatMap(shown => [...shown])).size).toBe(shownAs.size)
  })

  it('shows at most N characters of a passage in an excerpt, and none of the text around it', () => {
    const bundle = redact(makeBundle(26, 30), 'excerpt:50')
    for (const { suspect, reference } of bundle.findings) {
      for (const side of [suspect, reference]) {
        expect(side.text).toBeUndefined()
        expect(Array.from(side.excerpt!.replace(/…$/, '')).length).toBeLessThanOrEqual(50)
      }
    }
    const full = sealBundle(makeBundle(26, 30))
    for (const [i, { suspect }] of bundle.findings.entries()) {
      const passage = full.findings[i].suspect.text!.slice(...suspect.span)
      expect(passage.startsWith(suspect.excerpt!.replace(/…$/, ''))).toBe(true)
    }
  })

  it('keeps measures, places and alternatives of every finding in an edition of hashes', () => {
    const full = sealBundle(makeBundle(27, 10))
    const hashes = redact(full, 'hashes')
    for (const [i, finding] of hashes.findings.entries()) {
      const { edits: _edits, suspect, reference, competitor: _competitor, ...measures } = finding
      expect(full.findings[i]).toMatchObject(measures)
      expect(suspect).toMatchObject({ record: full.findings[i].suspect.record, span: full.findings[i].suspect.span })
      expect(reference.model).toBe('model-x')
      expect(finding.alternatives).toHaveLength(4)
    }
  })

  it('withholds a field that nobody has declared open', () => {
    const bundle = makeBundle(28, 2)
    Object.assign(bundle.findings[0], { remark: 'words of the corpus', margin: 41 })
    Object.assign(bundle.summary, { remark: 'words of the corpus' })
    const hashes = redact(bundle, 'hashes')
    expect(JSON.stringify(hashes)).not.toContain('words of the corpus')
    expect(JSON.stringify(hashes)).toContain('"margin":41')
  })

  it('hides the secret of the full edition in every other', async () => {
    const full = sealBundle(makeBundle(29, 5))
    for (const edition of ['excerpt:40', 'hashes', 'counts']) {
      const dir = join(temporary, `secret-${edition.replace(':', '-')}`)
      await writeBundle(dir, redact(full, edition), facts, new Map())
      expect((await readBundle(dir)).seals!.secret).toBeNull()
      expect([...readFolder(dir).values()].join('')).not.toContain(full.seals!.secret)
    }
  })

  it('has other commitments, but the same texts, when sealed with a key of the case', () => {
    const bundle = makeBundle(30, 5)
    const keyed = sealBundle(bundle, Buffer.from('key'))
    expect(keyed.seals!.root).not.toBe(sealBundle(bundle).seals!.root)
    expect(keyed.seals!.root).toBe(sealBundle(bundle, Buffer.from('key')).seals!.root)
    expect(keyed.findings).toEqual(sealBundle(bundle).findings)
  })
})
