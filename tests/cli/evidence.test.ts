/** What is fixed beforehand, said about a case, locked, and made again, with the program as a user starts it. */
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ensureBuilt } from '../build.ts'
import { renameAll } from '../prose.ts'
import { Scratch, toLines } from '../read/scratch.ts'
import { copyRows, makeRows, readAudit, run } from './program.ts'

const scratch = new Scratch()
const cwd = scratch.folder
const reference = makeRows(0, 20)
const sides = ['-r', 'reference.jsonl', '-b', 'background.jsonl']
const corpora = ['-s', 'sold.jsonl', ...sides]

const read = (file: string): string => readFileSync(path.join(cwd, file), 'utf8')
const readJson = (file: string): { [key: string]: never } => JSON.parse(read(file))

beforeAll(async () => {
  const sold = [...makeRows(1000, 24), ...copyRows(reference.slice(0, 4), renameAll)]
  scratch.write('sold.jsonl', toLines(sold))
  scratch.write('reference.jsonl', toLines(reference))
  scratch.write('background.jsonl', toLines(makeRows(4000, 30)))
  scratch.write('key', 'k'.repeat(64))
  scratch.write('other-key', 'x'.repeat(64))
  await ensureBuilt()
}, 60_000)
afterAll(() => scratch.remove())

describe('preregister', () => {
  it('fixes what a scan then keeps to, and the evidence shows the order', async () => {
    const { code, stdout } = await run(['preregister', ...sides, '-o', 'plan.json'], { cwd })
    expect(code).toBe(0)
    const [, digest] = /^sha256 ([0-9a-f]{64})$/m.exec(stdout)!
    const scan = await run(['scan', 'sold.jsonl', ...sides, '--preregistration', 'plan.json', '-o', 'planned'], { cwd })
    expect(scan).toMatchObject({ code: 1, stderr: '' })
    await readAudit(path.join(cwd, 'planned'))
    expect(read('planned/preregistration.json')).toBe(read('plan.json'))
    const { order } = readJson('planned/case.json') as unknown as { order: { [key: string]: unknown }[] }
    expect(order[0]).toMatchObject({ preregistered: true, sha256: digest })
    const { facts } = readJson('planned/run.json') as unknown as { facts: { [key: string]: string } }
    expect(facts.preregisteredAt).toBe(statSync(path.join(cwd, 'plan.json')).mtime.toISOString())
    expect(facts.preregisteredAt <= facts.suspectOpenedAt).toBe(true)
    const html = read('planned/report.html')
    expect(html).toContain('fixed and digested before the suspect corpus was opened')
  })

  it('is never replaced, and is nothing without a reference', async () => {
    const again = await run(['preregister', ...sides, '-o', 'plan.json'], { cwd })
    expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining('a preregistration is final') })
    const none = await run(['preregister', '-b', 'background.jsonl', '-o', 'none.json'], { cwd })
    expect(none).toMatchObject({ code: 2, stderr: expect.stringContaining('no reference was named') })
  })

  it.each([
    ['another background', ['-r', 'reference.jsonl', '-b', 'sold.jsonl'], 'background "background.jsonl"'],
    ['another way of reading', [...sides, '--max-depth', '9'], 'in read;'],
    ['one side less', ['-r', 'reference.jsonl'], 'background "background.jsonl"'],
  ])('stops a scan with %s before the suspect is opened', async (_, given, said) => {
    const args = ['scan', 'not-there.jsonl', ...given, '--preregistration', 'plan.json', '-o', 'departed']
    const ended = await run(args, { cwd })
    expect(ended.code).toBe(2)
    expect(ended.stderr).toContain('departs from its preregistration')
    expect(ended.stderr).toContain(said)
  })
})

describe('scan --case', () => {
  const header = {
    title: 'Vendor file <March>',
    number: '2026-17',
    examiner: 'A. Examiner',
    items: [{ number: 'X-1', file: 'sold.jsonl', description: 'as delivered' }],
    custody: [{ at: '2026-01-02', actor: 'Intake', action: 'received', items: ['X-1'] }],
  }
  const scan = (name: string, out: string): ReturnType<typeof run> =>
    run(['scan', 'sold.jsonl', '-r', 'reference.jsonl', '--case', name, '-o', out], { cwd })

  it('puts case, items and custody into the evidence and on the page', async () => {
    writeFileSync(path.join(cwd, 'case.json'), JSON.stringify(header))
    expect(await scan('case.json', 'case')).toMatchObject({ code: 1, stderr: '' })
    await readAudit(path.join(cwd, 'case'))
    const file = readJson('case/case.json') as unknown as { header: object; custody: object[]; inventory: object[] }
    expect(file.header).toMatchObject({ title: header.title, examiner: 'A. Examiner', items: header.items })
    expect(file.custody[0]).toMatchObject({ actor: 'Intake', previous: null })
    expect(file.inventory[0]).toMatchObject({ item: 1, file: 'sold.jsonl', chain: ['jsonl'] })
    const html = read('case/report.html')
    for (const text of ['Vendor file &lt;March&gt;', 'A. Examiner', 'X-1', 'Intake', 'received'])
      expect(html).toContain(text)
  })

  it.each([
    ['no-case.json', undefined, 'ENOENT'],
    ['broken.json', '{"title":', 'not JSON'],
    ['untitled.json', '{}', 'title: expected "title", got undefined'],
    ['odd.json', '{"title":"x","verdict":"y"}', 'verdict: expected no such part'],
    ['twice.json', '{"title":"x","items":[{"number":1},{"number":"1"}]}', 'items.1.number: "1" is used twice'],
    ['gone.json', '{"title":"x","items":[{"number":1,"file":"y.jsonl"}]}', 'item 1 is "y.jsonl", which is not audited'],
  ])('refuses %s and says why', async (name, text, said) => {
    if (text !== undefined) writeFileSync(path.join(cwd, name), text)
    expect(await scan(name, 'refused')).toMatchObject({ code: 2, stderr: expect.stringContaining(said) })
  })
})

describe('a locked index', () => {
  beforeAll(async () => {
    await run(['index', 'reference.jsonl', '-o', 'open.pali'], { cwd })
    const { stdout } = await run(['index', 'reference.jsonl', '-o', 'locked.pali', '--key-file', 'key'], { cwd })
    expect(stdout).toMatch(/, locked$/m)
  }, 60_000)

  it('gives the findings of an open one to a scan with its key', async () => {
    await run(['scan', 'sold.jsonl', '-r', 'open.pali', '-o', 'by-open'], { cwd })
    await run(['scan', 'sold.jsonl', '-r', 'locked.pali', '--key-file', 'key', '-t', '2', '-o', 'by-locked'], { cwd })
    const named = (text: string): string => text.replaceAll('open.pali', 'locked.pali')
    const ids = (text: string): string => text.replace(/"id":"[0-9a-f]{20}"/g, '')
    expect(ids(read('by-locked/findings.jsonl'))).toBe(ids(named(read('by-open/findings.jsonl'))))
  })

  it('is of no use without it, and shows none of its words', async () => {
    const scan = (...key: string[]): ReturnType<typeof run> =>
      run(['scan', 'sold.jsonl', '-r', 'locked.pali', ...key, '-o', 'no'], { cwd })
    expect(await scan()).toMatchObject({ code: 2, stderr: expect.stringContaining('give its key with --key-file') })
    expect(await scan('--key-file', 'other-key')).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('this key does not open the index'),
    })
    const bytes = readFileSync(path.join(cwd, 'locked.pali'), 'latin1')
    expect(readFileSync(path.join(cwd, 'open.pali'), 'latin1')).toContain('"documents":20')
    expect(bytes).not.toContain('"documents"')
  })
})

describe('verify --recompute', () => {
  beforeAll(async () => {
    await run(['scan', 'sold.jsonl', ...sides, '-o', 'full'], { cwd })
    await run(['scan', 'sold.jsonl', ...sides, '-o', 'sealed', '--seal-key', 'key', '--redact', 'hashes'], { cwd })
    await run(['scan', 'sold.jsonl', ...sides, '-o', 'counts', '--redact', 'counts'], { cwd })
  }, 60_000)

  it('derives every finding and the root again, and has a sample confirmed by unrelated tools', async () => {
    for (const dir of ['full', 'counts']) {
      const { code, stdout } = await run(['verify', dir, '--recompute', ...corpora, '-t', '2'], { cwd })
      expect(code, stdout).toBe(0)
      expect(stdout).toMatch(/^ok +root again: the audit made anew has root [0-9a-f]{64}$/m)
    }
    const { stdout } = await run(['verify', 'full', '--recompute', ...corpora], { cwd })
    expect(stdout).toMatch(/^ok +findings: 4 derived anew from the raw texts, all the same$/m)
    expect(stdout).toContain('confirm 4 of 4')
  })

  it('needs the seal key where an edition withholds the texts', async () => {
    const withKey = await run(['verify', 'sealed', '--recompute', ...corpora, '--seal-key', 'key'], { cwd })
    expect(withKey.code, withKey.stdout).toBe(0)
    const without = await run(['verify', 'sealed', '--recompute', ...corpora], { cwd })
    expect(without).toMatchObject({ code: 4, stdout: expect.stringContaining('needs --seal-key') })
  })

  it('says so when a corpus is not the one of the audit', async () => {
    scratch.write('other/sold.jsonl', toLines(makeRows(1000, 24)))
    const changed = await run(['verify', 'full', '--recompute', '-s', 'other/sold.jsonl', ...sides], { cwd })
    expect(changed).toMatchObject({ code: 4, stdout: expect.stringContaining('the suspect corpus is another') })
    const fewer = await run(['verify', 'full', '--recompute', '-s', 'sold.jsonl', '-r', 'reference.jsonl'], { cwd })
    expect(fewer).toMatchObject({ code: 4, stdout: expect.stringContaining('other background "background.jsonl"') })
  })

  it('refuses corpora without --recompute, and the reverse', async () => {
    expect(await run(['verify', 'full', ...corpora], { cwd })).toMatchObject({ code: 2 })
    expect(await run(['verify', 'full', '--recompute'], { cwd })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('name them with --suspect'),
    })
  })
})
