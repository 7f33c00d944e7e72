/**
 * Tampering, at length: turned bits, cut, grown and exchanged files, and every case of tests/evidence/tamper.ts, alone
 * and with the manifest brought up to date; all of it judged by both verifiers. Prints what either accepts, and where
 * the two disagree in any check.
 *
 *   npx tsx tests/bench/tamper.ts [mutations = 10000] [seed = 1]
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readBundle, writeBundle } from '../../src/evidence/bundle.ts'
import { canonicalise, digestHex } from '../../src/evidence/canonical.ts'
import { describeCase } from '../../src/evidence/casefile.ts'
import { parseRedaction, redactBundle } from '../../src/evidence/redact.ts'
import { measureContent } from '../../src/evidence/seal.ts'
import { generateKeys } from '../../src/evidence/statement.ts'
import { signBundle, verifyBundle } from '../../src/evidence/verify.ts'
import { below, facts, makeBundle, seedRandom, withPlan } from '../evidence/synthetic.ts'
import {
  contentTampering,
  type Files,
  fileTampering,
  flipBit,
  manifestTampering,
  signatureTampering,
  updateManifest,
} from '../evidence/tamper.ts'

const nMutations = Number(process.argv[2] ?? 10_000)
const random = seedRandom(Number(process.argv[3] ?? 1))
const verifier = fileURLToPath(new URL('../../src/evidence/verify.py', import.meta.url))
const temporary = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'palimpsest-tamper-'))
const editions = ['full', 'excerpt:40', 'hashes', 'counts']
const batchSize = 250

function readFiles(dir: string, prefix = ''): Files {
  return new Map(
    readdirSync(join(dir, prefix)).flatMap((name): [string, Buffer][] => {
      const path = `${prefix}${name}`
      if (statSync(join(dir, path)).isDirectory()) return [...readFiles(dir, `${path}/`)]
      return [[path, readFileSync(join(dir, path))]]
    }),
  )
}

async function makeSound(edition: string): Promise<Files> {
  const dir = join(temporary, 'sound')
  const bundle = withPlan(makeBundle(below(random, 1000), 4))
  const extras = new Map([
    ['report.html', '<!doctype html>'],
    ['report.md', '# report\n'],
  ])
  await writeBundle(dir, redactBundle(bundle, parseRedaction(edition)), facts, extras)
  await signBundle(dir, generateKeys().privatePem, 'Ann')
  const files = readFiles(dir)
  rmSync(dir, { recursive: true })
  return files
}

/** A few bytes overwritten, removed, or put in. */
function disturbBytes(files: Files): [string, Files] {
  const paths = [...files.keys()]
  const path = paths[below(random, paths.length)]
  const bytes = files.get(path)!
  const at = below(random, bytes.length + 1)
  const length = 1 + below(random, 8)
  const noise = Buffer.from(Array.from({ length: below(random, 9) }, () => below(random, 256)))
  const changed = Buffer.concat([bytes.subarray(0, at), noise, bytes.subarray(Math.min(at + length, bytes.length))])
  return [`${path}: bytes at ${at}`, new Map(files).set(path, changed)]
}

/** One change to the value at a random place of a file of JSON, with digests brought up to date. */
function disturbValue(files: Files): [string, Files] {
  const paths = [
    'findings.jsonl',
    'seals.jsonl',
    'summary.json',
    'coverage.jsonl',
    'case.json',
    'corpora.json',
    'preregistration.json',
  ]
  const path = paths[below(random, paths.length)]
  const text = files.get(path)!.toString()
  const values = [...text.matchAll(/-?\d+(?:\.\d+)?|"(?:[^"\\]|\\.)*"|true|false|null/g)]
  if (values.length === 0) return disturbBytes(files)
  const { 0: old, index } = values[below(random, values.length)]
  const others = ['0', '1', '-1', '"x"', 'null', 'true', '[]', '{}', '1e999', '""', '1.5', '9007199254740993']
  const value = others[below(random, others.length)]
  const changed = `${text.slice(0, index)}${value}${text.slice(index + old.length)}`
  const name = `${path}: ${old.slice(0, 40)} at ${index} became ${value}`
  return [name, updateManifest(new Map(files).set(path, Buffer.from(changed)))]
}

function mutate(sound: Files): [string, Files] {
  const kind = random()
  if (kind < 0.5) {
    const { path, bytes, what } = flipBit(sound, random)
    return [`bit of ${what}`, new Map(sound).set(path, bytes)]
  }
  return kind < 0.6 ? disturbBytes(sound) : disturbValue(sound)
}

/**
 * A value changed by somebody who then seals everything anew. Nothing can reject that without knowing the root, but both
 * verifiers must judge it alike.
 */
async function forge(sound: Files): Promise<[string, Files] | undefined> {
  const [what, files] = disturbValue(sound)
  const dir = join(temporary, 'forged')
  try {
    layOut(dir, files)
    const bundle = await readBundle(dir)
    const content = measureContent(bundle)
    const caseFile = Buffer.from(`${canonicalise(describeCase(bundle, content.findings.root))}\n`)
    const manifest = JSON.parse(files.get('manifest.json')!.toString())
    manifest.content = { ...content, case: digestHex(caseFile.subarray(0, -1)) }
    const sealed = new Map(files).set('case.json', caseFile)
    sealed.set('manifest.json', Buffer.from(`${canonicalise(manifest)}\n`))
    for (const path of sealed.keys()) if (path.startsWith('signatures/')) sealed.delete(path)
    return [`forged: ${what}`, updateManifest(sealed)]
  } catch {
    return undefined
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

function layOut(dir: string, files: Files): void {
  for (const [path, bytes] of files) {
    mkdirSync(dirname(join(dir, path)), { recursive: true })
    writeFileSync(join(dir, path), bytes)
  }
}

function isSame(a: Files, b: Files): boolean {
  return a.size === b.size && [...a].every(([path, bytes]) => b.get(path)?.equals(bytes))
}

interface Tally {
  judged: number
  accepted: string[]
  disagreed: string[]
  /** sealed anew throughout, and accepted as another audit */
  forged: number
}

async function judge(cases: [string, Files][], tally: Tally): Promise<void> {
  const dirs = cases.map(([, files], i) => {
    const dir = join(temporary, `case-${i}`)
    layOut(dir, files)
    return dir
  })
  const call = spawnSync('python3', ['-B', verifier, '--json', ...dirs], { maxBuffer: 1 << 28 })
  const lines = call.stdout.toString().trim().split('\n')
  for (const [i, [what]] of cases.entries()) {
    const { ok, checks } = await verifyBundle(dirs[i])
    const theirs = JSON.parse(lines[i]) as typeof checks extends unknown
      ? { ok: boolean; checks: typeof checks }
      : never
    const isForged = what.startsWith('forged')
    if (isForged && ok) tally.forged++
    if (!isForged && (ok || theirs.ok)) tally.accepted.push(`${what} (ours ${ok}, Python ${theirs.ok})`)
    const verdict = checks.map(check => `${check.name} ${check.ok}`).join()
    const other = theirs.checks.map(check => `${check.name} ${check.ok}`).join()
    if (verdict !== other) tally.disagreed.push(`${what}: ${verdict} but ${other}`)
    tally.judged++
  }
  for (const dir of dirs) rmSync(dir, { recursive: true })
}

const tally: Tally = { judged: 0, accepted: [], disagreed: [], forged: 0 }
const start = performance.now()
try {
  for (const edition of editions) {
    const sound = await makeSound(edition)
    const known = [...contentTampering, ...manifestTampering, ...fileTampering, ...signatureTampering]
      .filter(([what]) => edition !== 'counts' || !what.startsWith('findings.jsonl'))
      .flatMap(([what, tamper]): [string, Files][] => {
        const files = tamper(sound)
        return isSame(files, sound) ? [] : [[what, files]]
      })
    await judge(known, tally)
    for (let done = 0; done < nMutations / editions.length; done += batchSize) {
      const cases: [string, Files][] = []
      while (cases.length < Math.min(batchSize, nMutations / editions.length - done)) {
        const [what, files] = mutate(sound)
        if (!isSame(files, sound)) cases.push([`${edition}: ${what}`, files])
        const forged = cases.length % 3 === 0 ? await forge(sound) : undefined
        if (forged) cases.push(forged)
      }
      await judge(cases, tally)
    }
  }
} finally {
  rmSync(temporary, { recursive: true, force: true })
}
for (const what of [...tally.accepted, ...tally.disagreed].slice(0, 40)) console.log(what)
const seconds = ((performance.now() - start) / 1000).toFixed(0)
console.log(
  `${tally.judged} tampered bundles in ${seconds} s: ${tally.accepted.length} accepted by either verifier, ` +
    `${tally.disagreed.length} judged differently in any check; ${tally.forged} of them were sealed anew throughout`,
)
process.exit(tally.accepted.length + tally.disagreed.length > 0 ? 1 : 0)
