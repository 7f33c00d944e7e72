import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readBundle, writeBundle } from '../../src/evidence/bundle.ts'
import { parseRedaction, redactBundle } from '../../src/evidence/redact.ts'
import { sealBundle } from '../../src/evidence/seal.ts'
import { generateKeys } from '../../src/evidence/statement.ts'
import { signBundle, verifyBundle } from '../../src/evidence/verify.ts'
import type { Bundle } from '../../src/types.ts'
import { hasPython, makeFolder, readFolder, verifyByPython } from './folders.ts'
import { facts, makeBundle, seedRandom, shuffle } from './synthetic.ts'

const temporary = makeFolder()
const extras = new Map<string, string | Uint8Array>([
  ['report.html', '<!doctype html>'],
  ['report.md', new TextEncoder().encode('# report\n')],
])
const editions = ['full', 'excerpt:200', 'excerpt:40', 'excerpt:0', 'hashes', 'counts']
const everyCheck = { folder: true, digests: true, content: true, sums: true, order: true, run: true, signatures: true }

function shuffleBundle(bundle: Bundle, seed: number): Bundle {
  const random = seedRandom(seed)
  return {
    ...bundle,
    findings: shuffle(bundle.findings, random),
    coverage: {
      files: shuffle(bundle.coverage.files, random),
      problems: shuffle(bundle.coverage.problems, random),
    },
    corpora: shuffle(bundle.corpora, random),
  }
}

describe('writeBundle', () => {
  it('writes the same bytes for the same audit in any order, but for the facts of the run', async () => {
    const bundle = makeBundle(1, 30)
    const first = join(temporary, 'first')
    const second = join(temporary, 'second')
    const { root } = await writeBundle(first, bundle, facts, extras)
    const again = await writeBundle(second, shuffleBundle(bundle, 7), { ...facts, threads: 1, wallMs: 1 }, extras)
    expect(again.root).toBe(root)
    const files = readFolder(first)
    const others = readFolder(second)
    expect([...others.keys()]).toEqual([...files.keys()])
    const changed = [...files.keys()].filter(path => !files.get(path)!.equals(others.get(path)!))
    expect(changed).toEqual(['run.json'])
  })

  it('gives another root when any measure, place or text is another', async () => {
    const bundle = makeBundle(2, 5)
    const root = sealBundle(bundle).seals!.root
    const change = (edit: (copy: Bundle) => void): string => {
      const copy = structuredClone(bundle)
      edit(copy)
      return sealBundle(copy).seals!.root
    }
    const roots = [
      change(copy => (copy.findings[0].score += 1)),
      change(copy => (copy.findings[1].suspect.record += 1)),
      change(copy => (copy.findings[2].suspect.text += '!')),
      change(copy => (copy.findings[3].class = copy.findings[3].class === 'A' ? 'B' : 'A')),
      change(copy => (copy.coverage.files[0].sizeBytes += 1)),
      change(copy => copy.coverage.problems.pop()),
      change(copy => (copy.parameters.kmer = 6)),
      change(copy => (copy.summary.limits = [])),
      change(copy => (copy.corpora[1].sha256 = 'd'.repeat(64))),
      change(copy => (copy.releaseErrors = { table: [] })),
    ]
    expect(new Set([root, ...roots]).size).toBe(roots.length + 1)
  })

  it.each(editions)('writes an edition %s that verifies, under the root of all', async edition => {
    const bundle = makeBundle(3, 20)
    const dir = join(temporary, `edition-${edition.replace(':', '-')}`)
    const { root } = await writeBundle(dir, redactBundle(bundle, parseRedaction(edition)), facts, extras)
    expect(root).toBe(sealBundle(bundle).seals!.root)
    const { ok, checks } = await verifyBundle(dir, { root })
    expect(checks.filter(check => !check.ok)).toEqual([])
    expect(ok).toBe(true)
    if (hasPython) expect(verifyByPython([dir], ['--root', root])).toEqual([everyCheck])
  })

  it('writes an empty audit that verifies', async () => {
    const dir = join(temporary, 'empty')
    await writeBundle(dir, makeBundle(4, 0), facts, new Map())
    expect((await verifyBundle(dir)).ok).toBe(true)
    if (hasPython) expect(verifyByPython([dir])).toEqual([everyCheck])
  })

  it('keeps strings with lone surrogates, repaired and with the digest of what stood there', async () => {
    const bundle = makeBundle(5, 3)
    const broken = `${bundle.findings[0].suspect.text}\ud83d end`
    bundle.findings[0].suspect.text = broken
    bundle.findings[1].suspect.id = '\udc00'
    const dir = join(temporary, 'surrogates')
    await writeBundle(dir, bundle, facts, new Map())
    expect((await verifyBundle(dir)).ok).toBe(true)
    if (hasPython) expect(verifyByPython([dir])).toEqual([everyCheck])
    const { findings } = await readBundle(dir)
    const first = findings.find(finding => finding.id === bundle.findings[0].id)!
    expect(first.suspect.text).toBe(broken.replace('\ud83d end', '\ufffd end'))
    expect(first.originals).toEqual([{ path: 'suspect.text', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }])
    expect(findings.flatMap(finding => finding.originals ?? [])).toHaveLength(2)
  })

  it('replaces a complete bundle and leaves nothing beside it', async () => {
    const parent = join(temporary, 'replace')
    const dir = join(parent, 'out')
    await writeBundle(dir, makeBundle(6, 2), facts, extras)
    const { root } = await writeBundle(dir, makeBundle(7, 2), facts, new Map())
    expect(readdirSync(parent)).toEqual(['out'])
    expect(existsSync(join(dir, 'report.html'))).toBe(false)
    expect((await verifyBundle(dir, { root })).ok).toBe(true)
  })

  it('replaces an empty folder', async () => {
    const dir = join(temporary, 'was-empty')
    mkdirSync(dir)
    await writeBundle(dir, makeBundle(6, 2), facts, extras)
    expect((await verifyBundle(dir)).ok).toBe(true)
  })

  it('refuses to replace anything that is not a complete bundle of its own', async () => {
    const bundle = makeBundle(8, 2)
    const foreign = join(temporary, 'foreign')
    mkdirSync(foreign)
    writeFileSync(join(foreign, 'thesis.txt'), 'years of work')
    await expect(writeBundle(foreign, bundle, facts, extras)).rejects.toThrow('not a complete bundle')
    expect(readdirSync(foreign)).toEqual(['thesis.txt'])

    const extended = join(temporary, 'extended')
    await writeBundle(extended, bundle, facts, extras)
    writeFileSync(join(extended, 'notes.txt'), 'mine')
    await expect(writeBundle(extended, bundle, facts, extras)).rejects.toThrow('not a complete bundle')

    const link = join(temporary, 'link')
    symlinkSync(foreign, link)
    await expect(writeBundle(link, bundle, facts, extras)).rejects.toThrow('not a folder')
    const file = join(temporary, 'file')
    writeFileSync(file, '')
    await expect(writeBundle(file, bundle, facts, extras)).rejects.toThrow('not a folder')

    const signed = join(temporary, 'signed')
    await writeBundle(signed, bundle, facts, extras)
    await signBundle(signed, generateKeys().privatePem)
    await expect(writeBundle(signed, bundle, facts, extras)).rejects.toThrow('signed')
  })

  it('leaves no folder behind when writing fails', async () => {
    const parent = join(temporary, 'fails')
    const bundle = makeBundle(9, 2)
    const extra = new Map([['report.html', undefined as unknown as string]])
    await expect(writeBundle(join(parent, 'out'), bundle, facts, extra)).rejects.toThrow()
    expect(readdirSync(parent)).toEqual([])
  })

  it.each([
    '../evil.html',
    '/etc/passwd',
    'manifest.json',
    'run.json',
    'Findings.jsonl',
    'signatures/x.pem',
    'a/../b',
    'a//b',
    '.hidden',
    'a\\b',
    'a b',
    'nul.txt',
    'dot.',
    'a/b/c/d/e',
    '',
  ])('refuses the additional path %j', async path => {
    const write = writeBundle(join(temporary, 'extra'), makeBundle(9, 1), facts, new Map([[path, 'x']]))
    await expect(write).rejects.toThrow('not a path')
  })

  it('refuses a bundle that was changed after it was sealed', async () => {
    const sealed = sealBundle(makeBundle(10, 3))
    const findings = sealed.findings.map(finding => ({ ...finding, score: 999 }))
    const write = writeBundle(join(temporary, 'stale'), { ...sealed, findings }, facts, new Map())
    await expect(write).rejects.toThrow('changed after it was sealed')
    sealed.findings[1].identity = 0.5
    const again = writeBundle(join(temporary, 'stale'), sealed, facts, new Map())
    await expect(again).rejects.toThrow('changed after it was sealed')
  })
})

describe('readBundle', () => {
  it.each(editions)('reads back what was written in edition %s', async edition => {
    const custody = [{ at: '2025-02-01', actor: 'Ann', action: 'received', items: ['vendor-0.jsonl'] }]
    const header = { title: 'A case', number: '7', examiner: null, organisation: null, purpose: null, custody }
    const bundle = { ...makeBundle(11, 8), case: header, releaseErrors: { rows: [1, 2] } }
    const redacted = redactBundle(bundle, parseRedaction(edition))
    const dir = join(temporary, `read-${edition.replace(':', '-')}`)
    await writeBundle(dir, redacted, facts, extras)
    expect(await readBundle(dir)).toEqual(JSON.parse(JSON.stringify(redacted)))
    expect((await verifyBundle(dir)).ok).toBe(true)
    if (hasPython) expect(verifyByPython([dir])).toEqual([everyCheck])
  })

  it('refuses a damaged bundle', async () => {
    const dir = join(temporary, 'damaged')
    await writeBundle(dir, makeBundle(12, 3), facts, extras)
    writeFileSync(join(dir, 'report.md'), '# retort\n')
    await expect(readBundle(dir)).rejects.toThrow('report.md: expected SHA-256')
  })
})
