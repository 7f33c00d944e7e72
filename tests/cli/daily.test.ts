/** From day to day: a config, an audit, its findings accepted, the next delivery, and folders that are scanned in part. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readBaseline } from '../../src/cli/accepted.ts'
import type { Finding, RunFacts } from '../../src/types.ts'
import { ensureBuilt } from '../build.ts'
import { renameAll } from '../prose.ts'
import { Scratch, toLines } from '../read/scratch.ts'
import { copyRows, type Ended, type Folder, makeRows, type Row, readAudit, run } from './program.ts'

const scratch = new Scratch()
const cwd = scratch.folder
const reference = makeRows(0, 30)
const copies = [
  ...copyRows(reference.slice(0, 3)),
  // one text that stands twice
  ...copyRows(reference.slice(2, 3)).map(row => ({ ...row, id: 'twice' })),
  ...copyRows(reference.slice(3, 6), renameAll).map(row => ({ ...row, id: `renamed-${row.id}` })),
]
const sold: Row[] = [...makeRows(1000, 20), ...copies]
const more = copyRows(reference.slice(6, 8)).map(row => ({ ...row, id: `more-${row.id}` }))

/** Rows in another order, in files of other names and number. */
function writeShards(folder: string, rows: readonly Row[], nShards: number): void {
  rmSync(path.join(cwd, folder), { recursive: true, force: true })
  mkdirSync(path.join(cwd, folder), { recursive: true })
  const turned = rows.map((row, i) => ({ row, rank: (i * 17) % 31 })).sort((a, b) => a.rank - b.rank)
  for (let s = 0; s < nShards; s++) {
    const own = turned.filter((_, i) => i % nShards === s).map(({ row }) => row)
    scratch.write(`${folder}/shard-${nShards}-${s}.jsonl`, toLines(own))
  }
}

async function scan(out: string, ...flags: string[]): Promise<Ended & Folder> {
  const ended = await run(['scan', '--out', out, ...flags], { cwd })
  return { ...ended, ...(await readAudit(path.join(cwd, out))) }
}

const facts = (out: string): RunFacts =>
  (JSON.parse(readFileSync(path.join(cwd, out, 'run.json'), 'utf8')) as { facts: RunFacts }).facts
const idsOf = (findings: Finding[], states: string, state: string): (string | null)[] =>
  findings.filter((_, i) => states[i] === state).map(({ suspect }) => suspect.id)
const read = (name: string): string => readFileSync(path.join(cwd, name), 'utf8')

beforeAll(async () => {
  await ensureBuilt()
  scratch.write('reference.jsonl', toLines(reference))
  scratch.write('background.jsonl', toLines(makeRows(4000, 40)))
  scratch.write('data/first.jsonl', toLines(sold))
  const answers = 'data\nreference.jsonl\nbackground.jsonl\n\naudit\nA\n'
  expect((await run(['init'], { cwd, input: answers })).code).toBe(0)
})
afterAll(() => scratch.remove())

describe('from an empty folder', () => {
  it('a scan takes its settings from the config and says where each came from', async () => {
    const ended = await run(['scan', '--threads', '2'], { cwd, env: { PALIMPSEST_MAX_DEPTH: '60' } })
    expect(ended).toMatchObject({ code: 1, stderr: 'settings from palimpsest.config.yaml\n' })
    const { findings, summary } = await readAudit(path.join(cwd, 'audit'))
    expect(findings).toHaveLength(7)
    expect(summary).not.toHaveProperty('baseline')
    expect(facts('audit').settings).toMatchObject({
      corpora: { value: ['data'], from: 'config palimpsest.config.yaml' },
      threads: { value: 2, from: 'flag' },
      maxDepth: { value: 60, from: 'environment' },
      failOn: { value: 'A', from: 'config palimpsest.config.yaml' },
      redact: { value: 'full', from: 'default' },
    })
    expect(JSON.parse(read('audit/parameters.json')).read.maxDepth).toBe(60)
  })

  it('equal texts have one fingerprint, and others have others', async () => {
    const { findings } = await readAudit(path.join(cwd, 'audit'))
    const prints = new Map(findings.map(({ suspect, fingerprint }) => [suspect.id, fingerprint]))
    expect(prints.get('twice')).toBe(prints.get('sold-2'))
    expect(new Set(prints.values()).size).toBe(6)
  })

  it('after its findings were accepted, the shuffled, renamed and re-sharded corpus has nothing new', async () => {
    const accepted = await run(['baseline', 'audit', '--out', 'accepted.json', '--reason', 'licensed in May'], { cwd })
    expect(accepted).toMatchObject({ code: 0, stderr: '' })
    expect(accepted.stdout).toBe('accepted.json: 7 findings added, 0 renewed, 0 accepted before; 6 entries\n')
    writeShards('data', sold, 3)
    const { code, summary, findings, stdout } = await scan('second', '--baseline', 'accepted.json')
    expect(code).toBe(0)
    expect(findings).toHaveLength(7)
    expect(summary.baseline).toMatchObject({
      states: 'kkkkkkk',
      accepted: 7,
      absent: 0,
      today: null,
      documents: { classA: 0, classB: 0, classC: 0 },
    })
    expect(stdout).toContain('0 new, 0 expired, 7 known (A 7, B 0, C 0)')
    expect(stdout).toContain('0 documents with findings that are new or expired at class A: holds')
  })

  it('an altered corpus has exactly the new findings', async () => {
    // two copies more, one of a text that was accepted twice and now stands three times, one gone
    const third = copyRows(reference.slice(2, 3)).map(row => ({ ...row, id: 'thrice' }))
    writeShards('data', [...sold.filter(({ id }) => id !== 'sold-0'), ...more, ...third], 4)
    const { code, summary, findings } = await scan('third', '--baseline', 'accepted.json')
    expect(code).toBe(1)
    const { states, absent } = summary.baseline!
    expect(absent).toBe(1)
    const fresh = idsOf(findings, states, 'n')
    expect(fresh.filter(id => id?.startsWith('more'))).toEqual(expect.arrayContaining(['more-sold-0', 'more-sold-1']))
    // which of three equal texts is the one too many nobody can say
    expect(fresh.filter(id => !id?.startsWith('more'))).toEqual([expect.stringMatching(/^(sold-2|twice|thrice)$/)])
    expect(fresh).toHaveLength(3)
    expect(summary.baseline!.new).toEqual({ classA: 3, classB: 0, classC: 0 })
    for (const [file, said] of [
      ['third/report.md', '3 new \\(A 3'],
      ['third/report.html', '3 new \\(A 3'],
      ['third/findings.csv', '"new"'],
      ['third/findings.sarif', '"baselineState": "new"'],
    ])
      expect(read(file)).toMatch(new RegExp(said))
  })

  it('only what was named is accepted, and until the day that was named', async () => {
    const { findings } = await readAudit(path.join(cwd, 'third'))
    const one = findings.find(({ suspect }) => suspect.id === 'more-sold-0')!
    writeFileSync(path.join(cwd, 'until.json'), read('accepted.json'))
    const flags = ['--id', one.id, '--until', '2031-06-30', '--reason', 'under review']
    const named = await run(['baseline', 'third', '--out', 'until.json', ...flags, '--today', '2031-01-01'], { cwd })
    expect(named.stdout).toContain('1 findings added')
    const entry = read('until.json')
      .split('\n')
      .filter(line => line.includes('2031-06-30'))
    expect(entry).toHaveLength(1)
    expect(entry[0]).toContain('"reason":"under review"')

    const on = async (day: string): Promise<Folder> => scan(`on-${day}`, '--baseline', 'until.json', '--today', day)
    const before = (await on('2031-06-30')).summary.baseline!
    expect(before).toMatchObject({ today: '2031-06-30', expired: { classA: 0 }, new: { classA: 2 } })
    const { summary, findings: later } = await on('2031-07-01')
    expect(idsOf(later, summary.baseline!.states, 'e')).toEqual(['more-sold-0'])
    expect(summary.baseline).toMatchObject({ expired: { classA: 1 }, new: { classA: 2 }, documents: { classA: 3 } })
    // findings do not depend on the day; what the baseline says of them does, and the day is a parameter
    expect(read('on-2031-07-01/findings.jsonl')).toBe(read('on-2031-06-30/findings.jsonl'))
    expect(JSON.parse(read('on-2031-07-01/parameters.json')).baseline.today).toBe('2031-07-01')
  })

  it('is the same bytes for the same day, and for any day where no acceptance ends', async () => {
    const names = ['summary.json', 'findings.jsonl', 'parameters.json', 'manifest.json']
    await scan('day-a', '--baseline', 'until.json', '--today', '2031-02-02')
    await scan('day-b', '--baseline', 'until.json', '--today', '2031-02-02', '--threads', '2')
    for (const name of names) expect(read(`day-b/${name}`), name).toBe(read(`day-a/${name}`))
    await scan('any-a', '--baseline', 'accepted.json', '--today', '2031-02-02')
    await scan('any-b', '--baseline', 'accepted.json', '--today', '2035-09-09')
    for (const name of names) expect(read(`any-b/${name}`), name).toBe(read(`any-a/${name}`))
  })

  it('an edition that withholds texts withholds fingerprints, and is no ground for acceptance', async () => {
    const { findings } = await readAudit(path.join(cwd, 'third'))
    const { summary } = await scan('hashes', '--baseline', 'accepted.json', '--redact', 'hashes')
    expect(summary.baseline!.new.classA).toBe(3)
    for (const name of ['findings.jsonl', 'findings.csv', 'findings.sarif', 'report.html', 'report.md'])
      for (const { fingerprint } of findings) expect(read(`hashes/${name}`)).not.toContain(fingerprint)
    const refused = await run(['baseline', 'hashes', '--out', 'accepted.json'], { cwd })
    expect(refused).toMatchObject({ code: 2, stdout: '' })
    expect(refused.stderr).toMatch(/edition hashes withholds fingerprints/)
  })
})

describe('a baseline that is not one ends with code 2, and the message names file and entry', () => {
  const entry = {
    fingerprint: 'a'.repeat(32),
    class: 'A',
    kind: 'edited',
    count: 1,
    reason: null,
    until: null,
    seen: '',
  }
  const wrap = (...entries: unknown[]): string => JSON.stringify({ schema: 1, entries })
  it.each<[string, string, RegExp]>([
    ['torn', '{"schema": 1,', /torn\.json: not JSON/],
    ['list', '[]', /list\.json: \w+: /],
    ['proto', '{"__proto__":{},"schema":1,"entries":[]}', /proto\.json: /],
    ['day', wrap({ ...entry, until: '2026-02-30' }), /day\.json: entries\.0\.until: expected a day as YYYY-MM-DD/],
    ['count', wrap(entry, { ...entry, class: 'B', count: 0 }), /count\.json: entries\.1\.count: expected 1 or more/],
    ['print', wrap({ ...entry, fingerprint: '#abc' }), /print\.json: entries\.0\.fingerprint: expected 32/],
    ['twice', wrap(entry, entry), /twice\.json: entries\.1: stands there twice/],
    ['schema', JSON.stringify({ schema: 2, entries: [] }), /schema\.json: schema: expected schema 1/],
  ])('%s', (name, content, message) => {
    const file = scratch.write(`${name}.json`, content)
    expect(() => readBaseline(file)).toThrow(expect.objectContaining({ code: 'usage' }))
    expect(() => readBaseline(file)).toThrow(message)
  })

  it('by the program', async () => {
    const ended = await run(['scan', '--out', 'never', '--baseline', 'none.json'], { cwd })
    expect(ended).toMatchObject({ code: 2, stdout: '' })
    expect(ended.stderr).toMatch(/^palimpsest: none\.json: expected a baseline; palimpsest baseline writes one$/m)
  })
})

describe('scan --changed', () => {
  const flags = ['--changed', 'state.json', '--config', 'changed.yaml']
  const skipped = (folder: Folder): string[] =>
    folder.problems.filter(({ code }) => code === 'unchanged').map(({ file }) => file)

  beforeAll(() => {
    scratch.write('changed.yaml', 'corpora: lake\nreference: reference.jsonl\nbackground: background.jsonl\n')
    scratch.write('lake/a.jsonl', toLines(makeRows(5000, 10)))
    scratch.write('lake/b.jsonl', toLines(makeRows(5100, 10)))
    scratch.write('lake/c.jsonl', toLines([...makeRows(5200, 10), ...more]))
  })

  it('scans all the first time, and then only what is new and what has findings that count', async () => {
    const first = await scan('lake-1', ...flags)
    expect(first).toMatchObject({ code: 1, summary: { coverage: { unchanged: 0, scanned: 32 } } })
    const second = await scan('lake-2', ...flags)
    expect(skipped(second)).toEqual(['lake/a.jsonl', 'lake/b.jsonl'])
    // what was found is found again: a second run never passes where the first did not
    expect(second).toMatchObject({ code: 1, summary: { coverage: { unchanged: 2, scanned: 12 } } })
    expect(second.files.every(({ sha256 }) => sha256 !== null)).toBe(true)
    expect(second.summary.limits.join(' ')).toMatch(/2 files were left out, since the same bytes/)
    expect(second.stdout).toContain('2 files unchanged since an earlier scan')
    expect(second.stdout).not.toContain('INCOMPLETE')
  })

  it('goes by bytes, not by names or times, and sees a file that was altered', async () => {
    scratch.write('lake/renamed.jsonl', read('lake/a.jsonl'))
    rmSync(path.join(cwd, 'lake/a.jsonl'))
    scratch.write('lake/b.jsonl', read('lake/b.jsonl'))
    scratch.write('lake/c.jsonl', toLines(makeRows(5200, 10)))
    const third = await scan('lake-3', ...flags)
    expect(skipped(third)).toEqual(['lake/b.jsonl', 'lake/renamed.jsonl'])
    expect(third).toMatchObject({ code: 0, summary: { coverage: { scanned: 10 } } })
    const fourth = await scan('lake-4', ...flags)
    expect(skipped(fourth)).toHaveLength(3)
    expect(fourth).toMatchObject({ code: 0, summary: { documents: { n: 0 }, coverage: { unchanged: 3 } } })
    expect(read('lake-4/report.html')).not.toContain('Incomplete coverage')
  })

  it('scans all again where a parameter or an index is another', async () => {
    expect(skipped(await scan('lake-5', ...flags, '--max-depth', '50'))).toEqual([])
    expect(skipped(await scan('lake-6', ...flags, '--max-depth', '50'))).toHaveLength(3)
    expect(skipped(await scan('lake-7', ...flags, '--max-depth', '50', '--decoy', 'data'))).toEqual([])
  })

  it('does not take a file that could not be read in full for scanned', async () => {
    scratch.write('lake/torn.jsonl', `${toLines(makeRows(5300, 3))}{"prompt": "torn`)
    expect(await scan('lake-8', ...flags)).toMatchObject({ code: 3 })
    const again = await scan('lake-9', ...flags)
    expect(again.code).toBe(3)
    expect(skipped(again)).not.toContain('lake/torn.jsonl')
    rmSync(path.join(cwd, 'lake/torn.jsonl'))
  })

  it('refuses a share, and a state that is none', async () => {
    const share = await run(['scan', '--out', 'x', ...flags, '--fail-on', 'B:1%'], { cwd })
    expect(share).toMatchObject({ code: 2 })
    expect(share.stderr).toMatch(/a share is of the whole corpus/)
    scratch.write('state.json', '{"schema": 1}')
    const damaged = await run(['scan', '--out', 'x', ...flags], { cwd })
    expect(damaged.code).toBe(2)
    expect(damaged.stderr).toMatch(/state\.json: basis: .*; remove it to scan every file/)
  })
})
