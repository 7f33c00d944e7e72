/** `profile` and `attribute` as a user starts them: what they print, write and refuse. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { StyleSummary } from '../../src/types.ts'
import { ensureBuilt } from '../build.ts'
import { Scratch, toLines } from '../read/scratch.ts'
import { writeChinese, writeDocuments } from '../style/authors.ts'
import { makeRows, readAudit, run } from './program.ts'

const scratch = new Scratch()
const cwd = scratch.folder

interface Line {
  id: string
  prompt: string
  response: string
  model?: string
}

/** Rows of an author, one for each prompt. */
function rowsOf(author: number, nPrompts: number, first = 0, nWords = 130): Line[] {
  return writeDocuments(author, nPrompts, nWords, first, first).map(({ id, prompt, text }) => ({
    ...{ id: id ?? '', prompt: prompt ?? '', response: text },
  }))
}

const named = (model: string, rows: Line[]): Line[] => rows.map(row => ({ ...row, model }))
const profileArgs = (model: string, own: string, imposters: string[]): string[] => [
  ...['profile', own, '--model', model, '--imposters', ...imposters, '--out', `${model}.style`],
]

beforeAll(async () => {
  scratch.write('one.jsonl', toLines(rowsOf(1, 120)))
  scratch.write('two.jsonl', toLines(rowsOf(2, 120)))
  scratch.write('panel.jsonl', toLines([3, 4, 5].flatMap(author => named(`author-${author}`, rowsOf(author, 120)))))
  const others = [3, 4, 5].flatMap(author => rowsOf(author, 70, 1000))
  scratch.write('mixed.jsonl', toLines([...rowsOf(1, 90, 2000), ...others]))
  scratch.write('short.jsonl', toLines(rowsOf(1, 60, 3000, 12)))
  const chinese = Array.from({ length: 60 }, (_, i) => ({
    id: `zh-${i}`,
    prompt: '',
    response: writeChinese(1, i, 200, 0),
  }))
  scratch.write('chinese.jsonl', toLines(chinese))
  scratch.write('bilingual.jsonl', toLines([...chinese, ...rowsOf(1, 60, 4000)]))
  await ensureBuilt()
  await run(profileArgs('two', 'two.jsonl', ['one.jsonl', 'panel.jsonl']), { cwd })
}, 120_000)
afterAll(() => scratch.remove())

describe('profile', () => {
  it('says against whom it learned and what it is worth, and writes a file without text', async () => {
    const ended = await run(profileArgs('one', 'one.jsonl', ['two.jsonl', 'panel.jsonl']), { cwd })
    expect(ended.code).toBe(0)
    expect(ended.stdout).toMatch(/^one\.style: one against 4, closest confusable /)
    expect(ended.stdout).toMatch(/at 50 words: own class found \d+\.\d %, equal error rate .* cost 0\.\d\d\n/)
    expect(ended.stdout).toMatch(/ratios are offered from 50 words on\n$/)
    const bytes = readFileSync(path.join(cwd, 'one.style')).toString('latin1')
    expect(bytes.startsWith('PALISTYL')).toBe(true)
    expect(bytes).not.toContain('harbour')
    expect(existsSync(path.join(cwd, 'one.style.partial'))).toBe(false)
  })

  it('takes from a corpus of several models the rows that name its own', async () => {
    scratch.write('all.jsonl', toLines([...named('one', rowsOf(1, 80)), ...named('two', rowsOf(2, 80))]))
    const ended = await run([...profileArgs('one', 'all.jsonl', ['all.jsonl']).slice(0, -1), 'own.style'], { cwd })
    expect(ended).toMatchObject({ code: 0 })
    expect(ended.stderr).toContain('80 documents that do not name one were left out')
    expect(ended.stdout).toContain('one against 1, closest confusable two')
  })

  it.each([
    ['one class only', 'one.jsonl', ['own.jsonl'], /needs imposters, got none/],
    ['too little data', 'few.jsonl', ['two.jsonl'], /at least 50 documents of 20 words or more of m, got 10/],
    ['texts too short', 'short.jsonl', ['two.jsonl'], /of m, got 0; give more or longer texts/],
    ['mixed languages', 'bilingual.jsonl', ['two.jsonl'], /expected one language, got \d+ % .* in ideographs/],
    ['two languages', 'one.jsonl', ['chinese.jsonl'], /make one profile for each language/],
    ['no text', 'empty.jsonl', ['two.jsonl'], /empty\.jsonl: no text was found/],
  ])('refuses %s and leaves no file', async (_what, own, imposters, reason) => {
    scratch.write('few.jsonl', toLines(rowsOf(1, 10)))
    scratch.write('own.jsonl', toLines(named('m', rowsOf(1, 80))))
    scratch.write('empty.jsonl', toLines([{ id: '1', prompt: 'p', response: '' }]))
    const ended = await run(profileArgs('m', own, imposters), { cwd })
    expect(ended.code).toBe(3)
    expect(ended.stderr).toMatch(reason)
    expect(existsSync(path.join(cwd, 'm.style'))).toBe(false)
  })
})

describe('attribute', () => {
  const attribute = (corpus: string, ...rest: string[]) =>
    run(['attribute', corpus, '--profile', 'one.style', 'two.style', ...rest], { cwd })

  it('prints a share that covers the truth, and to which profile documents are nearest, or to none', async () => {
    const { code, stdout, stderr } = await attribute('mixed.jsonl')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^one: 3\d(\.\d)?% \(.*\); closest confusable /m)
    const counts = /most: one (\d+), two (\d+), none of these (\d+); without a ratio 0/
      .exec(stdout)!
      .slice(1)
      .map(Number)
    expect(counts.reduce((sum, n) => sum + n, 0)).toBe(300)
    expect(counts[0]).toBeGreaterThan(60)
    expect(counts[2]).toBeGreaterThan(120)
  })

  it('prints the estimates as JSON, writes a line for each document, and pictures', async () => {
    const { stdout } = await attribute(
      'mixed.jsonl',
      '--json',
      '--per-document',
      'scores.jsonl',
      '--figures',
      'pictures',
    )
    const style = JSON.parse(stdout) as StyleSummary[]
    expect(style.map(({ model }) => model)).toEqual(['one', 'two'])
    expect(style[0].prevalence).toMatchObject({ level: 0.95 })
    expect(style[0].figures?.histogram.counts.reduce((sum, n) => sum + n, 0)).toBe(300)
    const lines = readFileSync(path.join(cwd, 'scores.jsonl'), 'utf8').trim().split('\n')
    const rows = lines.map(line => JSON.parse(line))
    expect(rows).toHaveLength(300)
    expect(rows[0]).toMatchObject({ id: '1/2000', file: 'mixed.jsonl', record: 0, best: expect.any(String) })
    const found = rows.map(({ nearest }) => nearest.one)
    const authors = rows.map(({ id }) => ['', 'one', 'two.jsonl', 'author-3', 'author-4', 'author-5'][id.split('/')[0]])
    expect(found.filter((name, i) => name === authors[i]).length).toBeGreaterThan(200)
    for (const { scores, best } of rows) {
      expect(Object.keys(scores)).toEqual(['one', 'two'])
      expect(['one', 'two', 'none']).toContain(best)
      if (best === 'none') expect(Math.max(scores.one, scores.two)).toBeLessThanOrEqual(0)
      else expect(scores[best]).toBeGreaterThan(0)
    }
    const pictures = readdirSync(path.join(cwd, 'pictures')).sort()
    expect(pictures).toEqual(
      ['1-one', '2-two'].flatMap(stem =>
        ['json', 'likeness.svg', 'scores.svg', 'tippett.svg'].map(end => `${stem}.${end}`),
      ),
    )
    for (const name of pictures.filter(name => name.endsWith('.svg'))) {
      const svg = readFileSync(path.join(cwd, 'pictures', name), 'utf8')
      expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg".* role="img" .*<title .*<desc .*<\/svg>\n$/s)
    }
  })

  it('measures the background on a control', async () => {
    scratch.write('strange.jsonl', toLines([...rowsOf(1, 60, 5000), ...[7, 8, 9].flatMap(a => rowsOf(a, 60, 6000))]))
    scratch.write('control.jsonl', toLines([7, 8, 9].flatMap(author => rowsOf(author, 40, 7000))))
    const { code, stdout } = await attribute('strange.jsonl', '--control', 'control.jsonl', '--json')
    expect(code).toBe(0)
    const [{ prevalence, background }] = JSON.parse(stdout)
    expect(background).toBe('control')
    expect(prevalence.low).toBeLessThanOrEqual(0.25)
    expect(prevalence.high).toBeGreaterThanOrEqual(0.25)
  })

  it.each([
    ['too few documents', 'few.jsonl', /one: cannot say: 10 documents have \d+ words or more, at least 30/],
    ['texts too short', 'short.jsonl', /one: cannot say: 0 documents have .*without a ratio 60/s],
    ['another language', 'chinese.jsonl', /one: cannot say: 100 % of the documents are in another language/],
    ['mixed languages', 'bilingual.jsonl', /one: cannot say: 50 % of the documents are in another language/],
  ])('cannot say on %s, and gives no number', async (_what, corpus, reason) => {
    const { code, stdout } = await attribute(corpus)
    expect(code).toBe(0)
    expect(stdout).toMatch(reason)
    expect(stdout).not.toMatch(/\d %? to |\d% \(/)
  })

  it('ends with code 3 where records could not be read', async () => {
    scratch.write('torn.jsonl', `${toLines(rowsOf(1, 5, 9000))}{"id": 1, "response": "cut\n`)
    const { code, stderr } = await attribute('torn.jsonl')
    expect(code).toBe(3)
    expect(stderr).toContain('1 records of torn.jsonl could not be read')
  })

  it.each([
    ['no profile at all', (bytes: Buffer) => bytes.fill(7, 0, 8), 4, /expected a style profile/],
    ['damaged', (bytes: Buffer) => bytes.fill(7, 5000, 5001), 4, /damaged.*train it again/],
    ['of another version', (bytes: Buffer) => bytes.fill(99, 8, 9), 4, /version 99, expected \d+; train it again/],
    ['cut short', (bytes: Buffer) => bytes.subarray(0, 9000), 4, /damaged/],
  ])('refuses a profile that is %s', async (_what, change, code, reason) => {
    writeFileSync(path.join(cwd, 'bad.style'), change(readFileSync(path.join(cwd, 'one.style'))))
    const ended = await run(['attribute', 'mixed.jsonl', '--profile', 'bad.style'], { cwd })
    expect(ended).toMatchObject({ code, stdout: '' })
    expect(ended.stderr).toMatch(reason)
  })

  it('refuses two profiles of one model, and one that does not exist', async () => {
    const twice = await run(['attribute', 'mixed.jsonl', '--profile', 'one.style', 'one.style'], { cwd })
    expect(twice).toMatchObject({ code: 2, stdout: '' })
    expect(twice.stderr).toMatch(/expected one profile for each model, got two of one/)
    const none = await run(['attribute', 'mixed.jsonl', '--profile', 'none.style'], { cwd })
    expect(none).toMatchObject({ code: 2, stdout: '' })
  })
})

describe('scan --profile', () => {
  it('puts estimate, figures and the digest of the profile into a bundle that verifies', async () => {
    scratch.write('reference.jsonl', toLines(makeRows(0, 20)))
    const ended = await run(
      ['scan', 'mixed.jsonl', '-r', 'reference.jsonl', '-p', 'one.style', '-o', 'audit', '--fail-on', 'never'],
      { cwd },
    )
    expect(ended.code).toBe(0)
    const { summary } = await readAudit(path.join(cwd, 'audit'))
    expect(summary.style[0]).toMatchObject({ model: 'one', documents: { n: 300, scored: 300 } })
    const corpora = JSON.parse(readFileSync(path.join(cwd, 'audit/corpora.json'), 'utf8'))
    expect(JSON.stringify(corpora)).toContain('"role":"profile"')
    const page = readFileSync(path.join(cwd, 'audit/report.html'), 'utf8')
    for (const id of ['style-0-h', 'style-0-p', 'style-0-l'])
      expect(page).toContain(`aria-labelledby="${id}-t ${id}-d"`)
  })
})
