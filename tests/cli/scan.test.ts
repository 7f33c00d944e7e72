/** The program end to end on small corpora: what it finds, prints and writes, and that nothing but the input decides it. */
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { indexVersion } from '../../src/match/format.ts'
import { ensureBuilt } from '../build.ts'
import { renameAll, writeProse } from '../prose.ts'
import { Scratch, toLines } from '../read/scratch.ts'
import { copyRows, makeRows, readAudit, run } from './program.ts'

const scratch = new Scratch()
const cwd = scratch.folder
const reference = makeRows(0, 30)
const sold = [
  ...makeRows(1000, 20),
  ...copyRows(reference.slice(0, 3)),
  ...copyRows(reference.slice(3, 6), renameAll).map(row => ({ ...row, id: `renamed-${row.id}` })),
]
const scanArgs = ['scan', 'sold', '-r', 'reference.pali', '-b', 'background.jsonl']

beforeAll(async () => {
  scratch.write('reference.jsonl', toLines(reference))
  scratch.write('background.jsonl', toLines(makeRows(4000, 40)))
  for (let i = 0; i < 4; i++) scratch.write(`sold/${i}.jsonl`, toLines(sold.filter((_, r) => r % 4 === i)))
  await ensureBuilt()
  await run(['index', 'reference.jsonl', '--model', 'm-1', '--out', 'reference.pali'], { cwd })
})
afterAll(() => scratch.remove())

/** Everything of a folder that must not depend on how it was made. */
function readFixed(dir: string): { [file: string]: string } {
  const names = readdirSync(path.join(cwd, dir)).filter(name => name !== 'run.json')
  return Object.fromEntries(names.map(name => [name, readFileSync(path.join(cwd, dir, name), 'utf8')]))
}

describe('scan', () => {
  it('finds the copies, says what was done to them, and ends with code 1', async () => {
    const ended = await run([...scanArgs, '-o', 'first'], { cwd })
    expect(ended).toMatchObject({ code: 1, stderr: '' })
    const { findings, summary } = await readAudit(path.join(cwd, 'first'))
    const found = Object.fromEntries(findings.map(({ suspect, reference: { id }, kind }) => [suspect.id, [id, kind]]))
    expect(found).toEqual({
      'sold-0': ['row-0', 'verbatim'],
      'sold-1': ['row-1', 'verbatim'],
      'sold-2': ['row-2', 'verbatim'],
      'renamed-sold-0': ['row-3', 'anonymised'],
      'renamed-sold-1': ['row-4', 'anonymised'],
      'renamed-sold-2': ['row-5', 'anonymised'],
    })
    expect(summary.documents).toMatchObject({ n: 26, classA: 6, classB: 0, classC: 0 })
    expect(findings.every(finding => finding.reference.model === 'm-1')).toBe(true)
    expect(summary.decoy).toMatchObject({ classA: 0, classB: 0 })
    expect(readdirSync(path.join(cwd, 'first'))).toEqual(
      expect.arrayContaining(['report.html', 'report.md', 'parameters.json', 'manifest.json', 'run.json']),
    )
  })

  it('writes the same bytes again, with two threads, and for any order of the files', async () => {
    await run([...scanArgs, '-o', 'again'], { cwd })
    await run([...scanArgs, '-o', 'threads', '--threads', '2'], { cwd })
    const files = [2, 0, 3, 1].map(i => `sold/${i}.jsonl`)
    const rest = scanArgs.slice(2)
    await run(['scan', ...files, ...rest, '-o', 'shuffled'], { cwd })
    await run(['scan', ...files.sort(), ...rest, '-o', 'ordered', '-t', '2'], { cwd })
    const again = readFixed('again')
    expect(Object.keys(again)).toContain('findings.jsonl')
    expect(readFixed('threads')).toEqual(again)
    expect(readFixed('shuffled')).toEqual(readFixed('ordered'))
  })

  it('prints the summary and nothing else on stdout with --json', async () => {
    const { code, stdout, stderr } = await run([...scanArgs, '-o', 'json', '--json'], { cwd })
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
    expect(JSON.parse(stdout)).toEqual(JSON.parse(readFileSync(path.join(cwd, 'json/summary.json'), 'utf8')))
  })

  it.each([
    ['A', 1],
    ['C', 1],
    ['never', 0],
  ])('with --fail-on %s ends with code %i', async (level, code) => {
    expect(await run([...scanArgs, '-o', `fail-${level}`, '--fail-on', level], { cwd })).toMatchObject({ code })
  })

  it('ends with code 0 where nothing is a copy, with or without --fail-on', async () => {
    scratch.write('clean.jsonl', toLines(makeRows(6000, 25)))
    const ended = await run(['scan', 'clean.jsonl', ...scanArgs.slice(2), '-o', 'clean', '--fail-on', 'C'], { cwd })
    expect(ended).toMatchObject({ code: 0, stderr: '' })
    const { findings, summary } = await readAudit(path.join(cwd, 'clean'))
    expect(findings).toEqual([])
    expect(summary.prevalence).toMatchObject({ point: 0, low: 0 })
    expect(summary.prevalence).toHaveProperty('high', expect.closeTo(1 - 0.025 ** (1 / 25), 6))
  })

  it('reads standard input', async () => {
    const ended = await run(['scan', '-', ...scanArgs.slice(2), '-o', 'piped'], { cwd, input: toLines(sold) })
    expect(ended).toMatchObject({ code: 1, stderr: '' })
    expect((await readAudit(path.join(cwd, 'piped'))).summary.documents.classA).toBe(6)
  })

  it('of a sample, or of the first records, says so and accounts for the rest', async () => {
    const sampled = await run([...scanArgs, '-o', 'sampled', '--sample', '0.5'], { cwd })
    const { summary, problems } = await readAudit(path.join(cwd, 'sampled'))
    expect(sampled.stdout).toMatch(/of 26 records, \d+ not in the sample/)
    expect(summary.coverage.scanned + summary.coverage.skipped).toBe(26)
    expect(summary.limits.join(' ')).toMatch(/A sample was scanned: 50 %/)
    expect(problems.every(({ code }) => code === 'not-sampled')).toBe(true)
    await run([...scanArgs, '-o', 'sampled-threads', '--sample', '0.5', '-t', '2'], { cwd })
    expect(readFixed('sampled-threads')).toEqual(readFixed('sampled'))
    const limited = await run([...scanArgs, '-o', 'limited', '--max-records', '5'], { cwd })
    expect(limited.stdout).toMatch(/5 of \d+ records, \d+ beyond --max-records/)
    expect((await readAudit(path.join(cwd, 'limited'))).summary.documents.n).toBe(5)
    expect((await run([...scanArgs, '-o', 'bad', '--sample', '50'], { cwd })).code).toBe(2)
  })

  it('without a reference reads all, finds nothing, and calls nothing free of copies', async () => {
    const ended = await run(['scan', 'sold', '-o', 'alone'], { cwd })
    expect(ended.stderr).toBe('')
    expect(ended.code).toBe(0)
    const { findings, summary } = await readAudit(path.join(cwd, 'alone'))
    expect(findings).toEqual([])
    expect(summary.coverage.scanned).toBe(26)
    expect(summary.prevalence).toEqual({ cannotSay: expect.stringMatching(/reference/) })
  })

  it('keeps the texts of the corpus out of a redacted edition', async () => {
    const ended = await run([...scanArgs, '-o', 'hashes', '--redact', 'hashes'], { cwd })
    expect(ended.code).toBe(1)
    const phrase = reference[0].response.split(' ').slice(2, 9).join(' ')
    expect(JSON.stringify(readFixed('first'))).toContain(phrase)
    expect(JSON.stringify(readFixed('hashes'))).not.toContain(phrase)
  })

  it('takes fields of any name by pointer', async () => {
    scratch.write('odd.jsonl', toLines(sold.map(({ id, response }) => ({ id, zz: { yy: response } }))))
    const ended = await run(['scan', 'odd.jsonl', ...scanArgs.slice(2), '-o', 'odd', '--text-field', '/zz/yy'], { cwd })
    expect(ended.code).toBe(1)
    expect((await readAudit(path.join(cwd, 'odd'))).summary.documents.classA).toBe(6)
  })
})

describe('output', () => {
  it.each([
    ['NO_COLOR', { NO_COLOR: '1' }],
    ['a pipe', {}],
  ])('has no colours with %s', async (_, env) => {
    const { stdout } = await run(['report', 'first'], { cwd, env })
    expect(stdout).toContain('class')
    expect(stdout).not.toContain('\u001b')
  })

  it('cannot be steered by what a corpus holds', async () => {
    const [row] = copyRows(reference.slice(7, 8))
    scratch.write(
      'hostile.jsonl',
      toLines([
        {
          ...row,
          id: '\u001b]0;owned\u0007',
          response: row.response.replaceAll(' the ', ' \u001b[31m<script>alert(1)</script> '),
        },
      ]),
    )
    const { stdout, stderr } = await run(['scan', 'hostile.jsonl', ...scanArgs.slice(2), '-o', 'hostile'], { cwd })
    expect(stdout + stderr).not.toContain('\u001b')
    expect(readFixed('hostile')['report.html']).not.toContain('<script>alert(1)')
  })
})

describe('report', () => {
  it.each([
    ['md', /^# /],
    ['html', /^<!doctype html>/i],
    ['csv', /^[^\n]*class[^\n]*\n/],
    ['json', /^\{.*\}\n$/],
    ['sarif', /^\{/],
    ['terminal', /prevalence/],
  ])('prints %s', async (format, form) => {
    const { code, stdout, stderr } = await run(['report', 'first', '--format', format], { cwd })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(form)
    if (format === 'json' || format === 'sarif') expect(() => JSON.parse(stdout)).not.toThrow()
    const beside = { md: 'report.md', html: 'report.html', csv: 'findings.csv', sarif: 'findings.sarif' }[format]
    if (beside !== undefined) expect(stdout).toBe(readFixed('first')[beside])
  })

  it('of a folder that is no audit is a usage or integrity error that names it', async () => {
    const { code, stdout, stderr } = await run(['report', 'sold'], { cwd })
    expect([2, 3, 4]).toContain(code)
    expect(stdout).toBe('')
    expect(stderr).toMatch(/^palimpsest: [^\n]*sold[^\n]*\n$/)
  })
})

describe('verify', () => {
  it('ends with code 0 for what was written', async () => {
    const { code, stdout } = await run(['verify', 'first', '--json'], { cwd })
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ ok: true })
  })

  it.each([
    'findings.jsonl',
    'summary.json',
    'coverage.jsonl',
    'parameters.json',
    'report.html',
  ])('ends with code 4 when one byte of %s changes', async name => {
    const files = readFixed('again')
    for (const [file, content] of Object.entries(files)) scratch.write(`changed/${file}`, content)
    scratch.write('changed/run.json', readFileSync(path.join(cwd, 'again/run.json')))
    scratch.write(
      `changed/${name}`,
      files[name].replace(/[0-9](?=[^0-9]*$)/, digit => String(9 - Number(digit))),
    )
    expect((await run(['verify', 'changed'], { cwd })).code).toBe(4)
  })
})

describe('index', () => {
  it('says what it holds, and gives the findings of the corpus it was built from', async () => {
    const { stdout } = await run(['index', 'reference.jsonl', '--model', 'm-1', '--out', 'reference.pali'], { cwd })
    expect(stdout).toMatch(/^reference\.pali: 30 documents, [\d,]+ tokens, [\d,]+ seeds, [\d,]+ bytes\n$/)
    const flying = scanArgs.map(arg => (arg === 'reference.pali' ? 'reference.jsonl' : arg))
    await run([...flying, '-o', 'flying'], { cwd })
    const pick = ({ findings }: Awaited<ReturnType<typeof readAudit>>): unknown =>
      findings.map(({ suspect, class: found, kind, score, edits }) => [suspect, found, kind, score, edits])
    expect(pick(await readAudit(path.join(cwd, 'flying')))).toEqual(pick(await readAudit(path.join(cwd, 'first'))))
  })

  it('is the same bytes every time, and ends with code 3 where rows could not be read', async () => {
    scratch.write('torn.jsonl', `${toLines(reference)}{"prompt": "torn`)
    const ended = await run(['index', 'torn.jsonl', '--out', 'torn.pali'], { cwd })
    expect(ended.code).toBe(3)
    expect(ended.stderr).toMatch(/torn\.jsonl, record 30/)
    const bytes = readFileSync(path.join(cwd, 'torn.pali'))
    await run(['index', 'torn.jsonl', '--out', 'torn.pali'], { cwd })
    expect(readFileSync(path.join(cwd, 'torn.pali')).equals(bytes)).toBe(true)
  })
})

describe('index of several files', () => {
  const halves = [reference.slice(0, 14), reference.slice(14)]
  const scanWith = async (out: string, index: string): Promise<unknown> => {
    await run(['scan', 'sold', '-r', index, '-b', 'background.jsonl', '-o', out], { cwd })
    const { findings } = await readAudit(path.join(cwd, out))
    return findings.map(({ suspect, class: found, score, edits, reference: { id } }) => [
      suspect,
      found,
      score,
      edits,
      id,
    ])
  }

  it('merged gives the findings of the index of all', async () => {
    for (const [i, rows] of halves.entries()) {
      scratch.write(`half${i}.jsonl`, toLines(rows))
      await run(['index', `half${i}.jsonl`, '--model', 'm-1', '--out', `half${i}.pali`], { cwd })
    }
    const ended = await run(['index', 'merge', 'half0.pali', 'half1.pali', '--out', 'halves.pali'], { cwd })
    expect(ended).toMatchObject({ code: 0, stderr: '' })
    expect(ended.stdout).toMatch(/^halves\.pali: 30 documents/)
    expect(await scanWith('by-halves', 'halves.pali')).toEqual(await scanWith('by-whole', 'reference.pali'))
  })

  it('is told of by inspect: models, files, digests, and that it holds the texts', async () => {
    const { code, stdout } = await run(['index', 'inspect', 'halves.pali'], { cwd })
    expect(code).toBe(0)
    expect(stdout).toMatch(/^documents {5}30,/m)
    expect(stdout).toMatch(/^models {8}m-1 \(30\)$/m)
    expect(stdout).toMatch(/half1\.jsonl, [\d,]+ bytes, [0-9a-f]{64}/)
    expect(stdout).toMatch(/gives away +all 30 texts/)
    const facts = JSON.parse((await run(['index', 'inspect', 'halves.pali', '--json'], { cwd })).stdout)
    expect(facts).toMatchObject({ version: indexVersion, documents: 30, models: [['m-1', 30]], model: 'm-1' })
    expect(facts.sources.map(({ file }: { file: string }) => file)).toEqual(['half0.jsonl', 'half1.jsonl'])
  })

  it('is the same bytes with two threads and for any order of the files', async () => {
    const build = async (out: string, ...args: string[]): Promise<Buffer> => {
      await run(['index', ...args, '--out', `${out}/same.pali`], { cwd })
      return readFileSync(path.join(cwd, out, 'same.pali'))
    }
    const one = await build('one', 'half0.jsonl', 'half1.jsonl')
    expect((await build('two', 'half1.jsonl', 'half0.jsonl', '--threads', '2')).equals(one)).toBe(true)
    expect(readdirSync(path.join(cwd, 'one'))).toEqual(['same.pali'])
  })

  it.each([
    [['index', 'reference.jsonl']],
    [['index', 'merge', 'half0.pali']],
    [['index', 'merge', 'absent.pali', '--out', 'x.pali']],
    [['index', 'inspect', 'absent.pali']],
  ])('%j is wrong usage', async args => {
    expect(await run(args, { cwd })).toMatchObject({ code: 2, stdout: '' })
  })

  it('that is no index is an integrity error', async () => {
    const ended = await run(['index', 'merge', 'half0.pali', 'half0.jsonl', '--out', 'x.pali'], { cwd })
    expect(ended).toMatchObject({ code: 4, stdout: '' })
    expect(ended.stderr).toMatch(/half0\.jsonl/)
  })
})

describe('compare', () => {
  const ours =
    'Our assistant was made by Blue Harbour in 2021 and it answers questions about rivers, lakes and the sea.'
  const theirs = ours.replace('Blue Harbour', 'Red Canyon').replace('2021', '2019')

  it('lists the edits between two texts', async () => {
    const { code, stdout } = await run(['compare', ours, theirs], { cwd })
    expect(code).toBe(0)
    expect(stdout).toMatch(/Red Canyon → Blue Harbour/)
    expect(stdout).toMatch(/2019 → 2021/)
  })

  it('reads files, and prints JSON', async () => {
    scratch.write('a.txt', ours)
    scratch.write('b.txt', theirs)
    const { stdout } = await run(['compare', 'a.txt', 'b.txt', '--json'], { cwd })
    const { edits, identity } = JSON.parse(stdout)
    expect(edits).toHaveLength(2)
    expect(identity).toBeGreaterThan(0.7)
  })

  it('says so when nothing is shared', async () => {
    const { code, stdout } = await run(['compare', ours, writeProse(1, 2)], { cwd })
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'the texts share no passage\n' })
  })
})

describe('demo', () => {
  it('finds what its truth says and ends with code 0', async () => {
    const { code, stdout, stderr } = await run(['demo', '--out', 'demo'], { cwd })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/all \d+ copies found with their source, nothing else at A or B/)
    await readAudit(path.join(cwd, 'demo'))
  })
})

describe('help', () => {
  it.each([
    [],
    ['scan'],
    ['index'],
    ['compare'],
    ['demo'],
    ['report'],
    ['verify'],
  ])('of %j ends with code 0', async (...command) => {
    const { code, stdout } = await run([...command, '--help'], { cwd })
    expect(code).toBe(0)
    expect(stdout).toMatch(/^Usage: palimpsest/)
  })

  it('prints the version of the package', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
    const printed = await run(['--version'], { cwd })
    expect(printed.code).toBe(0)
    expect(printed.stdout.replace(/\+[0-9a-f]{12}(\.changed)?\n$/, '\n')).toBe(`${version}\n`)
  })

  it.each([[['nonsense']], [['scan']], [['report', 'first', '--format', 'pdf']]])('%j is wrong usage', async args => {
    expect(await run(args, { cwd })).toMatchObject({ code: 2, stdout: '' })
  })
})
