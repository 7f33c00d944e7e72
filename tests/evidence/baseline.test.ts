/** What a baseline says stands under the root, and both verifiers hold its numbers against the findings. */
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { writeBundle } from '../../src/evidence/bundle.ts'
import { compareFindings } from '../../src/evidence/order.ts'
import { verifyBundle } from '../../src/evidence/verify.ts'
import { acceptFindings, readAgainstBaseline } from '../../src/run/baseline.ts'
import type { BaselineReading, Bundle } from '../../src/types.ts'
import { makeFolder } from './folders.ts'
import { facts, makeBundle } from './synthetic.ts'

const temporary = makeFolder()
const verifier = fileURLToPath(new URL('../../src/evidence/verify.py', import.meta.url))
const hasPython = spawnSync('python3', ['--version']).status === 0

function makeSoundBundle(): Bundle & { summary: { baseline: BaselineReading } } {
  const bundle = makeBundle(31, 24)
  const findings = bundle.findings.toSorted(compareFindings)
  for (const [i, finding] of findings.entries()) finding.fingerprint = (i % 9).toString(16).padStart(32, '0')
  const today = '2030-01-01'
  const empty = { schema: 1, entries: [] } as const
  const accept = { reason: null, until: null, today }
  const some = acceptFindings(findings.slice(0, 6), { ...empty, entries: [] }, accept).baseline
  const { baseline } = acceptFindings(findings.slice(8, 12), some, { ...accept, until: '2030-02-01' })
  const reading = readAgainstBaseline(findings, baseline, '2030-03-01')
  return { ...bundle, findings, summary: { ...bundle.summary, baseline: reading } }
}

async function isSound(name: string, bundle: Bundle): Promise<boolean> {
  const dir = path.join(temporary, name)
  await writeBundle(dir, bundle, facts, new Map())
  const { ok, checks } = await verifyBundle(dir)
  if (!ok) expect(checks.filter(check => !check.ok).map(check => check.name)).toEqual(['sums'])
  if (hasPython) expect(spawnSync('python3', [verifier, dir]).status === 0).toBe(ok)
  return ok
}

it('holds for what was read against a baseline', async () => {
  const bundle = makeSoundBundle()
  expect(new Set(bundle.summary.baseline.states)).toEqual(new Set(['n', 'k', 'e']))
  expect(await isSound('sound', bundle)).toBe(true)
})

it.each<[string, (reading: BaselineReading) => void]>([
  ['a finding called known', reading => (reading.states = reading.states.replace('n', 'k'))],
  ['a letter left out', reading => (reading.states = reading.states.slice(1))],
  ['a letter of no state', reading => (reading.states = reading.states.replace('n', 'x'))],
  ['a number of new findings', reading => (reading.new.classA += 1)],
  ['a number of documents', reading => (reading.documents.classB += 1)],
])('does not hold for %s', async (what, change) => {
  const bundle = makeSoundBundle()
  change(bundle.summary.baseline)
  expect(await isSound(what.replaceAll(' ', '-'), bundle)).toBe(false)
})
