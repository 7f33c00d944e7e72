import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { writeBundle } from '../../src/evidence/bundle.ts'
import { parseRedaction, redactBundle } from '../../src/evidence/redact.ts'
import { generateKeys } from '../../src/evidence/statement.ts'
import { signBundle, verifyBundle } from '../../src/evidence/verify.ts'
import { hasPython, makeFolder, readFolder, verifyByPython } from './folders.ts'
import { facts, makeBundle, seedRandom, withPlan } from './synthetic.ts'
import {
  contentTampering,
  type Files,
  fileTampering,
  flipBit,
  manifestTampering,
  signatureTampering,
  updateManifest,
} from './tamper.ts'

const temporary = makeFolder()
const keys = generateKeys()
const extras = new Map([
  ['report.html', '<!doctype html>'],
  ['report.md', '# report\n'],
])
let nFolders = 0

/** Writes files as a new folder. */
function layOut(files: Files): string {
  const dir = join(temporary, `tampered-${nFolders++}`)
  mkdirSync(dir)
  for (const [path, bytes] of files) {
    mkdirSync(dirname(join(dir, path)), { recursive: true })
    writeFileSync(join(dir, path), bytes)
  }
  return dir
}

/** A named pipe; whoever opens it waits until somebody writes. */
function makePipe(path: string): void {
  execFileSync('sh', ['-c', 'mkfifo "$0"', path])
}

async function makeFiles(edition: string, isSigned: boolean): Promise<Files> {
  const dir = join(temporary, `sound-${nFolders++}`)
  await writeBundle(dir, redactBundle(withPlan(makeBundle(1, 4)), parseRedaction(edition)), facts, extras)
  if (isSigned) await signBundle(dir, keys.privatePem, 'Ann')
  return readFolder(dir)
}

/** Folders that one verifier or the other accepts, or of which they judge a check differently. */
async function listAccepted(cases: [string, Files][]): Promise<string[]> {
  const dirs = cases.map(([, files]) => layOut(files))
  const ours: Record<string, boolean>[] = []
  for (const dir of dirs) {
    const { checks } = await verifyBundle(dir)
    ours.push(Object.fromEntries(checks.map(({ name, ok }) => [name, ok])))
  }
  const theirs = hasPython ? verifyByPython(dirs) : ours
  for (const dir of dirs) rmSync(dir, { recursive: true })
  const isSound = (checks: Record<string, boolean>): boolean => Object.values(checks).every(Boolean)
  return cases.flatMap(([what], i) => {
    const verdict = JSON.stringify(ours[i])
    if (isSound(ours[i]) || isSound(theirs[i])) return `${what}: accepted ${verdict} ${JSON.stringify(theirs[i])}`
    return verdict === JSON.stringify(theirs[i]) ? [] : `${what}: ${verdict} but ${JSON.stringify(theirs[i])}`
  })
}

describe.each(['full', 'excerpt:40', 'hashes', 'counts'])('an edition %s', edition => {
  let sound: Files

  beforeAll(async () => {
    sound = await makeFiles(edition, false)
  })

  /** Cases in which something is changed at all; an edition of counts has no findings to change. */
  function applyAll(list: [string, (files: Files) => Files][]): [string, Files][] {
    return list.flatMap(([what, tamper]): [string, Files][] => {
      if (edition === 'counts' && what.startsWith('findings.jsonl') && what !== 'findings.jsonl: null') return []
      const files = tamper(sound)
      const isSame = [...files].every(([path, bytes]) => sound.get(path)?.equals(bytes)) && files.size === sound.size
      return isSame ? [] : [[what, files]]
    })
  }

  it('is accepted as it was written', async () => {
    expect((await verifyBundle(layOut(sound))).ok).toBe(true)
  })

  it('is rejected by both verifiers when its content is changed', async () => {
    const cases = applyAll(contentTampering)
    expect(cases.length).toBeGreaterThan(20)
    expect(await listAccepted(cases)).toEqual([])
  })

  it('is rejected by both verifiers when the manifest is brought up to date with the change', async () => {
    const cases = applyAll(contentTampering).map(([what, files]): [string, Files] => [what, updateManifest(files)])
    expect(await listAccepted(cases)).toEqual([])
  })

  it('is rejected by both verifiers when its manifest lies', async () => {
    expect(await listAccepted(applyAll(manifestTampering))).toEqual([])
  })

  it('is rejected by both verifiers when files come, go or are exchanged', async () => {
    expect(await listAccepted(applyAll(fileTampering))).toEqual([])
  })
})

describe('a signed bundle', () => {
  let sound: Files

  beforeAll(async () => {
    sound = await makeFiles('full', true)
  })

  it('is accepted as it was signed', async () => {
    const dir = layOut(sound)
    expect((await verifyBundle(dir, { publicKeys: [keys.publicPem] })).ok).toBe(true)
  })

  it('is rejected by both verifiers when the signature is changed', async () => {
    expect(await listAccepted(signatureTampering.map(([what, tamper]) => [what, tamper(sound)]))).toEqual([])
  })

  it('is rejected after 10,000 single bits were turned over, one at a time', { timeout: 300_000 }, async () => {
    const random = seedRandom(20250301)
    const flips = Array.from({ length: 10_000 }, () => flipBit(sound, random))
    const dir = layOut(sound)
    const accepted: string[] = []
    for (const { path, bytes, what } of flips) {
      writeFileSync(join(dir, path), bytes)
      if ((await verifyBundle(dir)).ok) accepted.push(what)
      writeFileSync(join(dir, path), sound.get(path)!)
    }
    expect(accepted).toEqual([])
    expect((await verifyBundle(dir)).ok).toBe(true)
  })

  it('is rejected by both verifiers for a sample of the turned bits', async () => {
    const random = seedRandom(20250301)
    const cases = Array.from({ length: 150 }, (): [string, Files] => {
      const { path, bytes, what } = flipBit(sound, random)
      return [what, new Map(sound).set(path, bytes)]
    })
    expect(await listAccepted(cases)).toEqual([])
  })
})

describe('verifyBundle', () => {
  it('rejects a bundle that was sealed anew throughout, when the root or a signer is known', async () => {
    const dir = join(temporary, 'forged')
    const { root } = await writeBundle(join(temporary, 'true'), makeBundle(2, 4), facts, extras)
    await writeBundle(dir, makeBundle(3, 4), facts, extras)
    expect((await verifyBundle(dir)).ok).toBe(true)
    expect((await verifyBundle(dir, { root })).ok).toBe(false)
    expect((await verifyBundle(dir, { publicKeys: [keys.publicPem] })).ok).toBe(false)
    const keyPath = join(temporary, 'ann.pem')
    writeFileSync(keyPath, keys.publicPem)
    if (hasPython) {
      expect(verifyByPython([dir], ['--root', root])[0].content).toBe(false)
      expect(verifyByPython([dir], ['--key', keyPath])[0].signatures).toBe(false)
    }
    await signBundle(dir, keys.privatePem)
    expect((await verifyBundle(dir, { publicKeys: [keys.publicPem] })).ok).toBe(true)
    if (hasPython) expect(verifyByPython([dir], ['--key', keyPath])[0].signatures).toBe(true)
  })

  it('opens no link, device or anything outside the folder', async () => {
    const sound = await makeFiles('full', false)
    // a pipe that nobody writes to: whoever opened it would wait for ever
    const pipe = join(temporary, 'pipe')
    makePipe(pipe)
    const linked = ['findings.jsonl', 'manifest.json', 'run.json', 'verify.py'].map(path => {
      const dir = layOut(sound)
      rmSync(join(dir, path))
      symlinkSync(pipe, join(dir, path))
      return dir
    })
    const outside = layOut(sound)
    rmSync(join(outside, 'findings.jsonl'))
    writeFileSync(join(temporary, 'findings.jsonl'), sound.get('findings.jsonl')!)
    symlinkSync('../findings.jsonl', join(outside, 'findings.jsonl'))
    const folderLink = layOut(sound)
    symlinkSync(temporary, join(folderLink, 'signatures'))
    const device = layOut(sound)
    rmSync(join(device, 'report.md'))
    makePipe(join(device, 'report.md'))
    const empty = layOut(sound)
    mkdirSync(join(empty, 'folder'))
    const deep = layOut(sound)
    mkdirSync(join(deep, 'a/b/c/d/e/f'), { recursive: true })
    const crowded = layOut(sound)
    for (let i = 0; i < 2100; i++) writeFileSync(join(crowded, `extra-${i}`), '')
    const dirs = [...linked, outside, folderLink, device, empty, deep, crowded]
    for (const dir of dirs) expect((await verifyBundle(dir)).checks).toMatchObject([{ name: 'folder', ok: false }])
    if (hasPython) expect(verifyByPython(dirs)).toEqual(dirs.map(() => ({ folder: false })))
  })

  it('follows a link to the folder itself, which the caller gave', async () => {
    const link = join(temporary, 'link')
    symlinkSync(layOut(await makeFiles('full', false)), link)
    expect((await verifyBundle(link)).ok).toBe(true)
    if (hasPython) expect(Object.values(verifyByPython([link])[0])).not.toContain(false)
  })

  it.skipIf(!hasPython)(
    'has a twin that judges the folder it lies in and tells the outcome by its exit code',
    async () => {
      const dir = layOut(await makeFiles('full', true))
      const run = (...options: string[]): number | null =>
        spawnSync('python3', [join(dir, 'verify.py'), ...options]).status
      expect(run()).toBe(0)
      expect(run('--nonsense')).toBe(2)
      expect(run('--key', join(dir, 'report.md'))).toBe(2)
      writeFileSync(join(dir, 'report.md'), '# retort\n')
      expect(run()).toBe(4)
    },
  )

  it('says that a folder is not there', async () => {
    await expect(verifyBundle(join(temporary, 'nowhere'))).rejects.toThrow('expected a folder')
  })
})
