/**
 * CPU time and memory of sealing, redacting, writing and verifying large bundles, and the size of each edition.
 *
 *   npx tsx tests/bench/seal.ts [findings = 10000]
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { writeBundle } from '../../src/evidence/bundle.ts'
import { parseRedaction, redactBundle } from '../../src/evidence/redact.ts'
import { sealBundle } from '../../src/evidence/seal.ts'
import { verifyBundle } from '../../src/evidence/verify.ts'
import { countDocuments, facts, makeBundle } from '../evidence/synthetic.ts'

const n = Number(process.argv[2] ?? 10_000)
const verifier = fileURLToPath(new URL('../../src/evidence/verify.py', import.meta.url))
const temporary = mkdtempSync(join(tmpdir(), 'palimpsest-seal-'))

async function time<T>(name: string, work: () => T | Promise<T>): Promise<T> {
  const start = process.cpuUsage()
  const result = await work()
  const { user, system } = process.cpuUsage(start)
  const seconds = (user + system) / 1e6
  const rss = Math.round(process.memoryUsage().rss / 1e6)
  console.log(`${name.padEnd(28)} ${seconds.toFixed(2).padStart(8)} s of CPU   ${rss} MB resident`)
  return result
}

try {
  const bundle = makeBundle(1, n)
  // one document a finding, as many as there are
  for (const [i, { suspect }] of bundle.findings.entries()) Object.assign(suspect, { record: i })
  const { A, B, C } = countDocuments(bundle.findings)
  bundle.summary.documents = { n: n * 10, classA: A, classB: B, classC: C }
  const units = bundle.findings.reduce(
    (sum, { suspect, reference }) => sum + suspect.text!.length + reference.text!.length,
    0,
  )
  console.log(`${n} findings, ${(units / n).toFixed(0)} characters of text each`)
  const sealed = await time('seal', () => sealBundle(bundle))
  for (const edition of ['full', 'excerpt:200', 'hashes', 'counts']) {
    const dir = join(temporary, edition.replace(':', '-'))
    const redacted = await time(`${edition}: redact`, () => redactBundle(sealed, parseRedaction(edition)))
    await time(`${edition}: write`, () => writeBundle(dir, redacted, facts, new Map()))
    const { ok } = await time(`${edition}: verify`, () => verifyBundle(dir))
    const start = performance.now()
    const python = spawnSync('python3', ['-B', verifier, dir]).status
    const seconds = (performance.now() - start) / 1000
    console.log(`${`${edition}: verify.py`.padEnd(28)} ${seconds.toFixed(2).padStart(8)} s of wall`)
    if (!ok || python !== 0) throw new Error(`edition ${edition} does not verify`)
    const bytes = readdirSync(dir).reduce((sum, name) => sum + statSync(join(dir, name)).size, 0)
    console.log(`${edition.padEnd(28)} ${(bytes / 1e6).toFixed(1).padStart(8)} MB`)
  }
} finally {
  rmSync(temporary, { recursive: true, force: true })
}
