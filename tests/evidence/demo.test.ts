/** Evidence of a real audit: the shipped demo corpora, end to end. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { writeBundle } from '../../src/evidence/bundle.ts'
import { recomputeFindings } from '../../src/evidence/recompute.ts'
import { parseRedaction, redactBundle } from '../../src/evidence/redact.ts'
import { verifyBundle } from '../../src/evidence/verify.ts'
import { readCorpus } from '../../src/read/corpus.ts'
import { renderCsv } from '../../src/report/csv.ts'
import { renderMarkdown } from '../../src/report/markdown.ts'
import { renderSarif } from '../../src/report/sarif.ts'
import { audit } from '../../src/run/audit.ts'
import type { Bundle, Document } from '../../src/types.ts'
import { hasPython, makeFolder, readFolder, verifyByPython } from './folders.ts'
import { facts, makeBundle } from './synthetic.ts'

const temporary = makeFolder()
const corpus = (name: string): string => fileURLToPath(new URL(`../../corpora/demo/${name}.jsonl`, import.meta.url))

function auditDemo(): Promise<{ bundle: Bundle }> {
  const [suspects, references, backgrounds, decoys] = ['vendor', 'reference', 'background', 'decoy'].map(corpus)
  return audit({
    suspects: [suspects],
    references: [references],
    backgrounds: [backgrounds],
    decoys: [decoys],
  })
}

function renderFiles(bundle: Bundle): Map<string, string> {
  return new Map([
    ['report.md', renderMarkdown(bundle)],
    ['findings.csv', renderCsv(bundle)],
    ['findings.sarif', renderSarif(bundle)],
  ])
}

async function writeEdition(bundle: Bundle, edition: string): Promise<{ dir: string; root: string }> {
  const dir = join(temporary, `${edition.replace(':', '-')}-${bundle.findings.length}`)
  const redacted = redactBundle(bundle, parseRedaction(edition))
  return { dir, ...(await writeBundle(dir, redacted, facts, renderFiles(redacted))) }
}

/** Runs of four words, and of eight ideographs, in lower case. */
function listRuns(text: string): Set<string> {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
  const runs = new Set<string>()
  for (let i = 0; i + 4 <= words.length; i++) runs.add(words.slice(i, i + 4).join(' '))
  for (const ideographs of text.match(/\p{Script=Han}{8,}/gu) ?? []) {
    for (let i = 0; i + 8 <= ideographs.length; i++) runs.add(ideographs.slice(i, i + 8))
  }
  return runs
}

/** Every string of a value of JSON. */
function listStrings(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(listStrings) : []
}

function corpusRuns(): Set<string> {
  const runs = new Set<string>()
  for (const name of ['vendor', 'reference']) {
    for (const line of readFileSync(corpus(name), 'utf8').trim().split('\n')) {
      for (const text of listStrings(JSON.parse(line))) for (const run of listRuns(text)) runs.add(run)
    }
  }
  return runs
}

function folderRuns(dir: string): Set<string> {
  return listRuns([...readFolder(dir).values()].join('\n'))
}

async function* listDocuments(path: string): AsyncGenerator<Document> {
  for await (const { documents } of readCorpus([path])) yield* documents
}

describe('the demo audit', () => {
  let bundle: Bundle

  beforeAll(async () => {
    bundle = (await auditDemo()).bundle
  }, 60_000)

  it('is accepted by both verifiers in every edition, under one root', async () => {
    const editions = await Promise.all(
      ['full', 'excerpt:80', 'hashes', 'counts'].map(name => writeEdition(bundle, name)),
    )
    expect(new Set(editions.map(({ root }) => root)).size).toBe(1)
    for (const { dir, root } of editions) {
      expect((await verifyBundle(dir, { root })).checks.filter(({ ok }) => !ok)).toEqual([])
    }
    if (!hasPython) return
    for (const checks of verifyByPython(editions.map(({ dir }) => dir)))
      expect(Object.values(checks)).not.toContain(false)
  })

  it.each([
    'hashes',
    'counts',
  ])('gives away no run of four words of either corpus in an edition of %s', async edition => {
    const runs = corpusRuns()
    expect(runs.size).toBeGreaterThan(10_000)
    const { dir } = await writeEdition(bundle, edition)
    const full = await writeEdition(bundle, 'full')
    // what the program itself says, whatever it audited
    const own = folderRuns((await writeEdition({ ...makeBundle(1, 30) }, edition)).dir)
    const shown = [...folderRuns(dir)].filter(run => runs.has(run) && !own.has(run))
    expect(shown).toEqual([])
    expect([...folderRuns(full.dir)].filter(run => runs.has(run)).length).toBeGreaterThan(10_000)
  })

  it('comes out the same when it is made again, and unrelated tools confirm every finding', async () => {
    const again = new Map((await auditDemo()).bundle.findings.map(finding => [finding.id, finding]))
    for (const edition of ['full', 'hashes']) {
      const { dir } = await writeEdition(bundle, edition)
      const corpora = {
        suspect: listDocuments(corpus('vendor')),
        references: new Map([[bundle.findings[0].reference.index, listDocuments(corpus('reference'))]]),
      }
      const result = await recomputeFindings(dir, corpora, (_suspect, _reference, { id }) => again.get(id)!)
      expect(result.differences).toEqual([])
      expect(result.findings).toBeGreaterThan(90)
      expect(result.sample.filter(({ isConfirmed }) => !isConfirmed)).toEqual([])
    }
  })
})
