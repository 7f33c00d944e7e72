import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { writeBundle } from '../../src/evidence/bundle.ts'
import { measurePair, type RawCorpora, recomputeFindings } from '../../src/evidence/recompute.ts'
import { parseRedaction, redactBundle } from '../../src/evidence/redact.ts'
import { sealBundle } from '../../src/evidence/seal.ts'
import type { Bundle, Document, Edit, Finding } from '../../src/types.ts'
import { makeFolder } from './folders.ts'
import { facts, makeBundle } from './synthetic.ts'

const temporary = makeFolder()

/** A bundle with one finding a document, as one audit would give. */
function makeAudit(seed: number, n: number): Bundle {
  const bundle = makeBundle(seed, n)
  for (const [i, finding] of bundle.findings.entries())
    Object.assign(finding.suspect, { file: 'vendor-0.jsonl', record: i })
  return bundle
}

async function* listDocuments(findings: readonly Finding[], side: 'suspect' | 'reference'): AsyncGenerator<Document> {
  for (const finding of findings) {
    const { file, record, field, id, text } = finding[side]
    yield { file, record, field, id, model: null, text: text!, prompt: null }
  }
}

function corporaOf(bundle: Bundle): RawCorpora {
  return {
    suspect: listDocuments(bundle.findings, 'suspect'),
    references: new Map([['model.pali', listDocuments(bundle.findings, 'reference')]]),
  }
}

async function write(name: string, bundle: Bundle, edition = 'full'): Promise<string> {
  const dir = join(temporary, name)
  await writeBundle(dir, redactBundle(bundle, parseRedaction(edition)), facts, new Map())
  return dir
}

describe('recomputeFindings', () => {
  it.each(['full', 'excerpt:40', 'hashes'])('finds nothing different in an honest edition %s', async edition => {
    const bundle = makeAudit(1, 12)
    const dir = await write(`honest-${edition.replace(':', '-')}`, bundle, edition)
    const originals = new Map(sealBundle(bundle).findings.map(finding => [finding.id, finding]))
    const seen: string[] = []
    const result = await recomputeFindings(dir, corporaOf(bundle), (suspectText, referenceText, { id }) => {
      const finding = originals.get(id)!
      expect([suspectText, referenceText]).toEqual([finding.suspect.text, finding.reference.text])
      seen.push(id)
      return finding
    })
    expect(result).toMatchObject({ ok: true, findings: 12, differences: [] })
    expect(seen).toHaveLength(12)
    expect(result.sample).toHaveLength(12)
  })

  it('names the parts that come out otherwise', async () => {
    const bundle = makeAudit(2, 4)
    const dir = await write('differs', bundle)
    const result = await recomputeFindings(dir, corporaOf(bundle), (_suspect, _reference, finding) => ({
      tokens: finding.tokens + (finding.id === 'f1' ? 1 : 0),
      edits: finding.id === 'f2' ? [] : finding.edits,
    }))
    expect(result.ok).toBe(false)
    expect(result.differences).toEqual([
      { id: 'f1', what: 'tokens' },
      ...(bundle.findings[2].edits.length > 0 ? [{ id: 'f2', what: 'edits' }] : []),
    ])
  })

  it('sees a difference between the passages that no edit accounts for', async () => {
    const bundle = makeAudit(7, 12)
    const finding = bundle.findings.find(({ edits }) => edits.length > 0)!
    finding.edits.pop()
    const dir = await write('unaccounted', bundle)
    const { differences } = await recomputeFindings(dir, corporaOf(bundle), () => ({}))
    expect(differences).toEqual([{ id: finding.id, what: 'differences that no edit accounts for' }])
  })

  it('sees that a raw document is missing or says something else', async () => {
    const bundle = makeAudit(3, 4)
    for (const edition of ['full', 'excerpt:40']) {
      const dir = await write(`changed-${edition.replace(':', '-')}`, bundle, edition)
      const raw = structuredClone(bundle)
      raw.findings[0].suspect.text = raw.findings[0].suspect.text!.replace(/\p{L}/gu, 'z')
      raw.findings.splice(2, 1)
      const result = await recomputeFindings(dir, corporaOf(raw), () => ({}))
      expect(result.differences).toEqual([
        { id: 'f0', what: 'text of the suspect' },
        { id: 'f2', what: 'the suspect corpus has no such document' },
      ])
    }
  })

  it('takes the same sample every time, of the size that was asked for', async () => {
    const bundle = makeAudit(4, 30)
    const dir = await write('sample', bundle)
    const sampleOf = async (): Promise<string[]> =>
      (await recomputeFindings(dir, corporaOf(bundle), () => ({}), 7)).sample.map(({ id }) => id)
    const first = await sampleOf()
    expect(first).toHaveLength(7)
    expect(await sampleOf()).toEqual(first)
  })

  it('leaves a finding unconfirmed when its passages are unlike by every outside measure', async () => {
    const bundle = makeAudit(5, 2)
    const [copy, other] = bundle.findings
    const text = 'the quick brown fox jumps over the lazy dog while seven wizards watch from the old stone bridge'
    const place = { span: [0, text.length] as [number, number], text }
    const swap = (from: string, to: string, at: number): Edit => {
      return {
        op: 'replace',
        kind: 'wording',
        from,
        to,
        suspect: [at, at + to.length],
        reference: [at, at + from.length],
      }
    }
    const recipe = 'Mix flour, butter and sugar; bake for twenty minutes at 180.'
    Object.assign(copy, { identity: 0.9, edits: [swap('cat', 'fox', text.indexOf('fox'))] })
    Object.assign(copy.suspect, place)
    Object.assign(copy.reference, { ...place, text: text.replace('fox', 'cat') })
    Object.assign(other, { identity: 0.9, edits: [swap(recipe, text, 0)] })
    Object.assign(other.suspect, place)
    Object.assign(other.reference, {
      span: [0, 60],
      text: 'Mix flour, butter and sugar; bake for twenty minutes at 180.',
    })
    const dir = await write('unlike', bundle)
    const { sample, ok } = await recomputeFindings(dir, corporaOf(bundle), () => ({}))
    expect(ok).toBe(true)
    const confirmed = Object.fromEntries(sample.map(({ id, isConfirmed }) => [id, isConfirmed]))
    expect(confirmed).toEqual({ f0: true, f1: false })
  })

  it('cannot recompute an edition of counts, nor without the reference', async () => {
    const bundle = makeAudit(6, 3)
    const counts = await write('counts', bundle, 'counts')
    await expect(recomputeFindings(counts, corporaOf(bundle), () => ({}))).rejects.toThrow('holds no findings')
    const dir = await write('no-reference', bundle)
    const corpora = { ...corporaOf(bundle), references: new Map() }
    await expect(recomputeFindings(dir, corpora, () => ({}))).rejects.toThrow('give its raw corpus')
  })
})

describe('measurePair', () => {
  it('is 1 for equal texts, and estimates the share of common n-grams otherwise', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 50 }), text => {
        expect(measurePair(text, text)).toEqual({ levenshtein: 1, jaccard: 1 })
      }),
      { numRuns: 30 },
    )
    expect(measurePair('kitten', 'sitting').levenshtein).toBeCloseTo(1 - 3 / 7)
    const half = measurePair('abcdefghijklmnopqrstuvwxyz', 'abcdefghijklmnopq123456789')
    expect(half.jaccard).toBeGreaterThan(0.3)
    expect(half.jaccard).toBeLessThan(0.6)
  })
})
