/** Corpora by name, as a user meets them: listed, fetched, added, scanned with. */
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Provenance } from '../../src/store/shelf.ts'
import type { CorpusDigest } from '../../src/types.ts'
import { type Answer, digestOf, honest, makeScratch, type Server, serve } from '../store/server.ts'
import { copyRows, type Ended, makeRows, readAudit, run } from './program.ts'

const toLines = (rows: readonly object[]): string => rows.map(row => `${JSON.stringify(row)}\n`).join('')
const rows = makeRows(0, 12)
const body = Buffer.from(toLines(rows))
const sold = toLines(copyRows(rows.slice(0, 4)))

let scratch: ReturnType<typeof makeScratch>
let server: Server | undefined
let folder: string
let home: string

beforeEach(() => {
  scratch = makeScratch()
  folder = path.join(scratch.folder, 'work')
  home = path.join(scratch.folder, 'home')
  mkdirSync(folder)
  writeFileSync(path.join(folder, 'vendor.jsonl'), sold)
})
afterEach(async () => {
  await server?.close()
  server = undefined
  scratch.remove()
})

const call = (args: string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> =>
  run(args, { cwd: folder, env: { PALIMPSEST_HOME: home, NO_PROXY: '*', ...env } })

/** Writes a catalogue with one corpus at the loopback server. */
async function publish(answer: Answer, facts: object = {}): Promise<void> {
  server = await serve(answer)
  const entry = {
    name: 'aurelia',
    title: 'Outputs of Aurelia-2',
    kind: 'model',
    model: 'Aurelia-2',
    languages: ['en'],
    layout: {},
    licence: 'MIT',
    page: `${server.origin}/page`,
    address: `${server.origin}/data/aurelia.jsonl`,
    records: rows.length,
    sizeBytes: body.length,
    aboutBytes: null,
    sha256: digestOf(body),
    terms: 'meridian',
    note: null,
    ...facts,
  }
  const meridian = {
    owner: 'Meridian Labs',
    document: 'Conditions of service',
    date: '2025-04-01',
    address: 'https://meridian.example/conditions',
    summary: 'Section 7: outputs may not be used to build a competing service.',
    snapshotSha256: null,
  }
  const catalogue = { schema: 1, asOf: '2026-01-01', terms: { meridian }, corpora: [entry] }
  writeFileSync(path.join(folder, 'catalogue.json'), JSON.stringify(catalogue))
}

const pull = (...more: string[]): Promise<Ended> =>
  call(['corpora', 'pull', 'aurelia', '--catalogue', 'catalogue.json', ...more])

/** Nothing of a corpus stands in the store. */
function expectNothing(): void {
  const corpora = path.join(home, 'corpora')
  expect(existsSync(corpora) ? readdirSync(corpora) : []).toEqual([])
}

describe('corpora pull', () => {
  test('fetches, checks and indexes a corpus, which a scan then takes by its name, with the clause of its owner', async () => {
    await publish(honest(body))
    const pulled = await pull()
    expect(pulled).toMatchObject({ code: 0, stderr: '' })
    expect(pulled.stdout).toContain(`SHA-256 ${digestOf(body)}, as published`)
    expect(pulled.stdout).toContain('Meridian Labs, Conditions of service of 2025-04-01')
    const place = path.join(home, 'corpora', 'aurelia')
    expect(readdirSync(place).sort()).toEqual(['index.pali', 'provenance.json'])
    expect(readdirSync(path.join(home, 'downloads'))).toEqual([])
    const provenance = JSON.parse(readFileSync(path.join(place, 'provenance.json'), 'utf8')) as Provenance
    expect(provenance).toMatchObject({
      name: 'aurelia',
      source: { finalAddress: `${server?.origin}/data/aurelia.jsonl`, bytes: body.length, sha256: digestOf(body) },
      index: { documents: rows.length },
      files: [{ file: 'aurelia.jsonl', sizeBytes: body.length, sha256: digestOf(body) }],
    })

    const scanned = await call(['scan', 'vendor.jsonl', '--reference', 'aurelia', '--out', 'audit'])
    expect(scanned.code).toBe(1)
    expect(scanned.stdout).toContain('aurelia: Meridian Labs, Conditions of service of 2025-04-01')
    const { findings } = await readAudit(path.join(folder, 'audit'))
    expect(new Set(findings.map(({ reference }) => reference.index))).toEqual(new Set(['aurelia']))
    const corpora = JSON.parse(readFileSync(path.join(folder, 'audit/corpora.json'), 'utf8')) as CorpusDigest[]
    expect(corpora.find(({ role }) => role === 'reference')?.terms?.owner).toBe('Meridian Labs')
    for (const name of ['report.md', 'report.html'])
      expect(readFileSync(path.join(folder, 'audit', name), 'utf8')).toContain('outputs may not be used to build')
  })

  test('given again, asks nobody; with --replace it fetches anew', async () => {
    await publish(honest(body))
    await pull()
    expect((await pull()).stdout).toMatch(/^aurelia: already in the store, at /)
    expect(server?.asked).toHaveLength(1)
    expect((await pull('--replace')).code).toBe(0)
    expect(server?.asked).toHaveLength(2)
  })

  test('says when there was no digest to check', async () => {
    await publish(honest(body), { sha256: null, sizeBytes: null })
    expect((await pull()).stdout).toContain(`SHA-256 ${digestOf(body)}; none was published`)
  })

  test('asks a mirror where one is named', async () => {
    await publish(honest(body), { address: 'https://nowhere.invalid/data/aurelia.jsonl' })
    const pulled = await call(['corpora', 'pull', 'aurelia', '--catalogue', 'catalogue.json'], {
      PALIMPSEST_MIRROR: `${server?.origin}/{host}`,
    })
    expect(pulled.code).toBe(0)
    expect(server?.asked[0].url).toBe('/nowhere.invalid/data/aurelia.jsonl')
    expect((await pull('--replace', '--mirror', `${server?.origin}`)).code).toBe(0)
    expect(server?.asked[1].url).toBe('/data/aurelia.jsonl')
  })

  test('that was killed goes on where it stopped', async () => {
    const half = Math.floor(body.length / 2)
    await publish((asked, response, nth) => {
      if (nth > 0) return honest(body)(asked, response, nth)
      response.writeHead(200, { 'content-length': body.length, etag: '"v1"' })
      response.write(body.subarray(0, half))
    })
    const program = fileURLToPath(new URL('../../bin/palimpsest.js', import.meta.url))
    const child = spawn(process.execPath, [program, 'corpora', 'pull', 'aurelia', '--catalogue', 'catalogue.json'], {
      cwd: folder,
      env: { ...process.env, PALIMPSEST_HOME: home, NO_PROXY: '*' },
      stdio: 'ignore',
    })
    const partial = path.join(home, 'downloads', 'aurelia.partial')
    while (!existsSync(partial) || statSync(partial).size < half) await new Promise(resolve => setTimeout(resolve, 20))
    const second = await pull()
    expect(second.code).toBe(2)
    expect(second.stderr).toContain(`process ${child.pid} is pulling it`)
    const ended = new Promise(resolve => child.on('close', resolve))
    child.kill('SIGKILL')
    await ended
    expectNothing()
    const listed = await call(['corpora', 'list', '--catalogue', 'catalogue.json'])
    expect(listed.stdout).toContain('not in the store')
    expect((await pull()).code).toBe(0)
    expect(server?.asked[1].headers.range).toBe(`bytes=${half}-`)
  })

  test.each<[string, Answer, object, string]>([
    [
      'another file',
      honest(Buffer.from(toLines(makeRows(50, 12)))),
      { sizeBytes: null },
      'expected a file with SHA-256',
    ],
    [
      'another size',
      honest(body.subarray(0, 100)),
      {},
      `expected a file of ${body.length} bytes, the server has one of 100`,
    ],
    ['nothing', (_, response) => void response.writeHead(404).end(), {}, 'with status 404'],
    [
      'a page',
      (_, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<p>log in'),
      { sha256: null, sizeBytes: null },
      'a web page where a data file was expected',
    ],
    [
      'a circle',
      (_, response) => void response.writeHead(302, { location: '/data/aurelia.jsonl' }).end(),
      {},
      'in a circle',
    ],
    ['a bomb', honest(gzipSync(Buffer.alloc(64 << 20, 0x20))), { sha256: null, sizeBytes: null }, 'expected'],
    ['no text', honest(Buffer.from('{"id":1}\n')), { sha256: null, sizeBytes: null }, 'found no text'],
    ['half a gzip file', honest(gzipSync(body).subarray(0, 2_000)), { sha256: null, sizeBytes: null }, 'aurelia'],
    [
      'a pointer instead of the file',
      honest(Buffer.from(`version https://git-lfs.github.com/spec/v1\noid sha256:${'ab'.repeat(32)}\nsize 12345\n`)),
      { sha256: null, sizeBytes: null },
      'aurelia.jsonl',
    ],
  ])('refuses %s, says so, and puts nothing into the store', async (_, answer, facts, message) => {
    await publish(answer, facts)
    const refused = await pull()
    expect(refused.stderr).toContain(message)
    expect(refused.stderr).toMatch(/^palimpsest: /)
    expect(refused.code).toBe(3)
    expect(refused.stdout).toBe('')
    expectNothing()
    expect(readdirSync(path.join(home, 'downloads'))).toEqual([])
  })

  test('of a name that is in no catalogue names those that are', async () => {
    const refused = await call(['corpora', 'pull', 'nothing'])
    expect(refused).toMatchObject({ code: 2, stdout: '' })
    expect(refused.stderr).toMatch(/nothing: not in the catalogue; expected one of alpaca, /)
  })

  test('into a folder that cannot be written says what to do', async () => {
    await publish(honest(body))
    writeFileSync(path.join(scratch.folder, 'home'), 'a file')
    const refused = await pull()
    expect(refused.code).toBe(2)
    expect(refused.stderr).toMatch(/the store cannot be written .*; set PALIMPSEST_HOME/)
  })
})

describe('corpora add', () => {
  test('gives files of one’s own a name, for a reference, a background and a decoy', async () => {
    writeFileSync(path.join(folder, 'a.jsonl'), toLines(rows.slice(0, 6)))
    writeFileSync(path.join(folder, 'b.jsonl'), toLines(rows.slice(6)))
    writeFileSync(path.join(folder, 'others.jsonl'), toLines(makeRows(100, 12)))
    const added = await call(['corpora', 'add', 'a.jsonl', 'b.jsonl', '--name', 'mine', '--model', 'gpt-4'])
    expect(added.code).toBe(0)
    expect(added.stdout).toContain('mine: 12 documents')
    await call(['corpora', 'add', 'others.jsonl', '--name', 'others'])
    const listed = await call(['corpora', 'list', '--json'])
    const mine = listed.stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
      .find(({ name }) => name === 'mine')
    expect(mine).toMatchObject({ catalogue: null, problem: null, store: { model: 'gpt-4', source: null } })
    const sides = ['--reference', 'mine', '--background', 'others', '--decoy', 'others']
    expect((await call(['scan', 'vendor.jsonl', ...sides, '--out', 'audit'])).code).toBe(1)
    const { findings, summary } = await readAudit(path.join(folder, 'audit'))
    expect(findings).toHaveLength(4)
    expect(findings[0].reference).toMatchObject({ index: 'mine', model: 'gpt-4' })
    expect(summary.decoy?.documents).toBe(12)
    expect(readFileSync(path.join(folder, 'audit/report.md'), 'utf8')).not.toContain('use of outputs')
  })

  test('takes no name that is taken, and none of the catalogue', async () => {
    writeFileSync(path.join(folder, 'a.jsonl'), toLines(rows))
    const add = (name: string, ...more: string[]): Promise<Ended> =>
      call(['corpora', 'add', 'a.jsonl', '--name', name, ...more])
    expect((await add('mine')).code).toBe(0)
    expect((await add('mine')).stderr).toMatch(/mine: already in the store, .*--replace/)
    expect((await add('mine', '--replace')).code).toBe(0)
    expect((await add('alpaca')).stderr).toContain('alpaca: a name of the catalogue')
    expect((await add('../mine')).stderr).toContain('../mine: not a name for a corpus')
  })
})

describe('a name', () => {
  test('gives way to a file of that name', async () => {
    writeFileSync(path.join(folder, 'a.jsonl'), toLines(makeRows(100, 12)))
    writeFileSync(path.join(folder, 'mine'), toLines(rows))
    await call(['corpora', 'add', 'a.jsonl', '--name', 'mine'])
    expect((await call(['scan', 'vendor.jsonl', '--reference', 'mine', '--out', 'audit'])).code).toBe(1)
  })

  test('that nothing has says what to do', async () => {
    const unknown = await call(['scan', 'vendor.jsonl', '--reference', 'nothing', '--out', 'audit'])
    expect(unknown).toMatchObject({ code: 2, stdout: '' })
    expect(unknown.stderr).toMatch(/nothing: no such file, and no corpus of that name in the store at .*corpora list/)
    const absent = await call(['scan', 'vendor.jsonl', '--reference', 'alpaca', '--out', 'audit'])
    expect(absent.code).toBe(2)
    expect(absent.stderr).toMatch(
      /alpaca: in the catalogue, but not yet in the store at .*; palimpsest corpora pull alpaca/,
    )
    expect(existsSync(path.join(folder, 'audit'))).toBe(false)
    expect(existsSync(home)).toBe(false)
  })
})

describe('corpora list', () => {
  test('shows the shipped catalogue and where the store is', async () => {
    const listed = await call(['corpora', 'list'])
    expect(listed).toMatchObject({ code: 0, stderr: '' })
    expect(listed.stdout).toContain('alpaca  Stanford Alpaca · text-davinci-003 · licence CC-BY-NC-4.0')
    expect(listed.stdout).toContain(`store: ${home}`)
    expect(existsSync(home)).toBe(false)
  })
})
