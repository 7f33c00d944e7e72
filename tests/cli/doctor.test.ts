import { existsSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { makeScratch } from '../store/server.ts'
import { type Ended, makeRows, run } from './program.ts'

interface Check {
  name: string
  state: string
  detail: string
  remedy: string | null
}

let scratch: ReturnType<typeof makeScratch>
let home: string

beforeEach(() => {
  scratch = makeScratch()
  home = path.join(scratch.folder, 'home')
})
afterEach(() => scratch.remove())

const call = (args: string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> =>
  run(args, { cwd: scratch.folder, env: { PALIMPSEST_HOME: home, ...env } })

async function examine(env: NodeJS.ProcessEnv = {}): Promise<{ code: number | null; checks: Map<string, Check> }> {
  const { code, stdout } = await call(['doctor', '--json'], env)
  return { code, checks: new Map((JSON.parse(stdout) as Check[]).map(check => [check.name, check])) }
}

async function addCorpus(): Promise<string> {
  writeFileSync(
    path.join(scratch.folder, 'a.jsonl'),
    makeRows(0, 4)
      .map(row => `${JSON.stringify(row)}\n`)
      .join(''),
  )
  expect((await call(['corpora', 'add', 'a.jsonl', '--name', 'mine'])).code).toBe(0)
  return path.join(home, 'corpora', 'mine')
}

describe('doctor', () => {
  test('finds nothing missing where all is well, and makes nothing', async () => {
    const { code, stdout, stderr } = await call(['doctor'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^ok {6}scan: (\d+) of \1 documents found in themselves/m)
    expect(stdout).toContain('nothing is missing')
    expect(existsSync(home)).toBe(false)
  })

  test('counts the corpora of the store', async () => {
    await addCorpus()
    const { code, checks } = await examine()
    expect(code).toBe(0)
    expect(checks.get('corpus mine')).toMatchObject({ state: 'ok', detail: expect.stringContaining('4 documents') })
  })

  test('tells an index of another version, and how to make it anew', async () => {
    const file = path.join(await addCorpus(), 'provenance.json')
    writeFileSync(file, readFileSync(file, 'utf8').replace(/"version": \d+/, '"version": 3'))
    const { code, checks } = await examine()
    expect(code).toBe(3)
    expect(checks.get('corpus mine')).toMatchObject({
      state: 'missing',
      detail: expect.stringMatching(/^index of version 3, this program reads \d+$/),
      remedy: 'palimpsest corpora add … --name mine --replace',
    })
  })

  test('tells a damaged index', async () => {
    truncateSync(path.join(await addCorpus(), 'index.pali'), 100)
    const { code, checks } = await examine()
    expect(code).toBe(4)
    expect(checks.get('corpus mine')?.detail).toMatch(/^expected an index of \d+ bytes, got 100$/)
  })

  test('tells a corpus without provenance', async () => {
    writeFileSync(path.join(await addCorpus(), 'provenance.json'), '')
    const { code, checks } = await examine()
    expect(code).toBe(4)
    expect(checks.get('corpus mine')?.detail).toMatch(/provenance.json cannot be read; delete the folder/)
  })

  test('tells a store that cannot be written', async () => {
    writeFileSync(home, 'a file')
    const { code, checks } = await examine()
    expect(code).toBe(3)
    expect(checks.get('store')).toMatchObject({ state: 'missing', remedy: expect.stringContaining('PALIMPSEST_HOME') })
  })

  test('notes what cut-short work left, and fails nothing for it', async () => {
    mkdirSync(path.join(home, 'downloads'), { recursive: true })
    writeFileSync(path.join(home, 'downloads', 'alpaca.partial'), 'x')
    const { code, checks } = await examine()
    expect(code).toBe(0)
    expect(checks.get('store')).toMatchObject({ state: 'note', detail: expect.stringContaining('alpaca.partial') })
  })
})
