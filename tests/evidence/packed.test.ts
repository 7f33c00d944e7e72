import { describe, expect, it } from 'vitest'
import { writeBundle } from '../../src/evidence/bundle.ts'
import { canonicalise, digest } from '../../src/evidence/canonical.ts'
import { digestFinding, FindingPacker, isPacked, lineOf } from '../../src/evidence/packed.ts'
import { prepareFinding, sealBundle } from '../../src/evidence/seal.ts'
import type { Bundle, Finding, RunFacts } from '../../src/types.ts'
import { makeFolder, readFolder } from './folders.ts'
import { makeBundle, seedRandom, shuffle } from './synthetic.ts'

const context = { hasBackground: false }
const facts: RunFacts = {
  startedAt: '2026-01-01T00:00:00.000Z',
  finishedAt: '2026-01-01T00:00:00.000Z',
  node: 'v20',
  platform: 'any',
  threads: 1,
  arguments: [],
  wallMs: 0,
  peakRssBytes: 0,
}

/** Prepared findings; one has a line longer than a chunk. */
function prepare(bundle: Bundle): Finding[] {
  return bundle.findings.map((finding, i) => {
    const text = i === 57 ? `\u2028 😀 "${'one line'.repeat(150_000)}` : finding.suspect.text
    return prepareFinding({ ...finding, suspect: { ...finding.suspect, text } }, context)
  })
}

describe.each([
  ['compressed', 0],
  ['as it is', undefined],
])('a packed finding, %s', (_how, maxPlainBytes) => {
  const findings = prepare(makeBundle(3, 400))
  const packer = new FindingPacker(maxPlainBytes)
  const packed = findings.map(finding => packer.pack(finding))

  it('has the content, the line and the digest of the finding, in whatever order it is asked', () => {
    const places = shuffle([...findings.keys()], seedRandom(9)).slice(0, 60)
    for (const i of [...places, ...findings.keys()]) {
      expect(packed[i]).toEqual(findings[i])
      expect(Object.keys(packed[i])).toEqual(Object.keys(findings[i]))
      expect(canonicalise(packed[i])).toBe(canonicalise(findings[i]))
      expect(Buffer.from(lineOf(packed[i])).toString()).toBe(`${canonicalise(findings[i])}\n`)
      expect(Buffer.from(digestFinding(packed[i]))).toEqual(digest(canonicalise(findings[i])))
    }
  })

  it('is copied like any other, and the copy may be changed', () => {
    const { suspect, ...rest } = packed[5]
    expect({ ...rest, suspect: { ...suspect } }).toEqual(findings[5])
    const copy = structuredClone(packed[5])
    copy.edits = []
    copy.suspect.text = 'other'
    expect(packed[5]).toEqual(findings[5])
  })

  it('cannot be changed, so that its line stays true', () => {
    expect(isPacked(packed[5])).toBe(true)
    expect(isPacked(findings[5])).toBe(false)
    expect(() => {
      packed[5].score = 1
    }).toThrow(TypeError)
    expect(() => {
      packed[5].suspect.text = 'other'
    }).toThrow(TypeError)
    expect(() => {
      packed[5].edits = []
    }).toThrow(TypeError)
  })

  it('is sealed and written to the same bytes', async () => {
    const bundle = makeBundle(4, 50)
    const own = new FindingPacker()
    const dirs = [makeFolder(), makeFolder()]
    const plain = sealBundle({ ...bundle, findings: prepare(bundle) })
    const held = sealBundle({ ...bundle, findings: prepare(bundle).map(finding => own.pack(finding)) })
    expect(held.seals).toEqual(plain.seals)
    for (const [i, sealed] of [plain, held].entries()) await writeBundle(`${dirs[i]}/audit`, sealed, facts, new Map())
    expect(readFolder(dirs[1])).toEqual(readFolder(dirs[0]))
  })
})
