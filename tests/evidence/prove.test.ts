import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { writeBundle } from '../../src/evidence/bundle.ts'
import { canonicalise } from '../../src/evidence/canonical.ts'
import { type InclusionProof, proveFinding, verifyProof } from '../../src/evidence/prove.ts'
import { parseRedaction, redactBundle } from '../../src/evidence/redact.ts'
import { makeFolder } from './folders.ts'
import { facts, makeBundle } from './synthetic.ts'

const temporary = makeFolder()
const bundle = makeBundle(1, 13)

async function write(edition: string): Promise<{ dir: string; root: string }> {
  const dir = join(temporary, edition.replace(':', '-'))
  const { root } = await writeBundle(dir, redactBundle(bundle, parseRedaction(edition)), facts, new Map())
  return { dir, root }
}

describe('proveFinding', () => {
  it.each(['full', 'excerpt:40', 'hashes'])('proves every finding of an edition %s', async edition => {
    const { dir, root } = await write(edition)
    for (const { id } of bundle.findings) {
      const proof = JSON.parse(canonicalise(await proveFinding(dir, id))) as InclusionProof
      expect(proof.finding.id).toBe(id)
      expect(verifyProof(proof, root)).toBeUndefined()
      expect(verifyProof(proof, 'a'.repeat(64))).toContain('expected root')
    }
  })

  it('has nothing to prove in an edition of counts, nor for a finding that is not there', async () => {
    const counts = await write('counts')
    await expect(proveFinding(counts.dir, 'f0')).rejects.toThrow('holds no findings')
    const full = await write('full')
    await expect(proveFinding(full.dir, 'x')).rejects.toThrow('no such finding')
  })

  it('tells nothing of the other findings', async () => {
    const { dir } = await write('full')
    const proof = JSON.stringify(await proveFinding(dir, 'f3'))
    expect(proof).toContain(JSON.stringify(bundle.findings[3].suspect.text))
    for (const [i, { suspect }] of bundle.findings.entries()) {
      if (i !== 3) expect(proof).not.toContain(JSON.stringify(suspect.text))
    }
  })
})

describe('verifyProof', () => {
  it.each<[string, (proof: InclusionProof) => void]>([
    ['the class', proof => (proof.finding.class = proof.finding.class === 'A' ? 'B' : 'A')],
    ['a measure', proof => (proof.finding.score += 1)],
    ['the text', proof => (proof.finding.suspect.text += '.')],
    ['a loose excerpt', proof => (proof.finding.suspect.excerpt = 'something else')],
    ['the salt', proof => (proof.salt = '0'.repeat(32))],
    ['a seal', proof => (proof.texts[0] = '0'.repeat(64))],
    ['a seal too many', proof => proof.texts.push('0'.repeat(64))],
    ['a seal too few', proof => proof.texts.pop()],
    ['the place', proof => (proof.index += 1)],
    ['the document', proof => (proof.document += 1)],
    ['the path', proof => proof.path.reverse()],
    ['the size', proof => (proof.content.findings.size += 1)],
    ['the summary', proof => (proof.content.summary = '0'.repeat(64))],
    ['the schema', proof => Object.assign(proof, { schema: 2 })],
    ['everything', proof => Object.assign(proof, { finding: null, content: null, path: 7 })],
  ])('rejects a proof after a change of %s', async (_, change) => {
    const { dir, root } = await write('full')
    const proof = await proveFinding(dir, 'f5')
    change(proof)
    expect(verifyProof(proof, root)).toEqual(expect.any(String))
  })
})
