import { createHash } from 'node:crypto'
import { appendFileSync, chmodSync, mkdirSync, rmSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import zlib from 'node:zlib'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import {
  defaultReadOptions,
  digestFile,
  listSources,
  planParts,
  type ReadOptions,
  readPart,
} from '../../src/read/corpus.ts'
import type { Document, LedgerCounts } from '../../src/types.ts'
import { readAll, Scratch, toLines } from './scratch.ts'

const scratch = new Scratch()
afterAll(() => scratch.remove())

const answer = 'The ferry leaves the northern pier at seven in the morning.'
const row = (i: number): { instruction: string; output: string } => ({
  instruction: `Question ${i}?`,
  output: `${answer} Number ${i}.`,
})

test('a file of JSON lines gives its model-side texts with prompts, places and the digest of the file', async () => {
  const content = toLines([
    { id: 'a', ...row(0) },
    { id: 'b', ...row(1) },
  ])
  const file = scratch.write('vendor.jsonl', content)
  const { documents, files, counts } = await readAll([file])
  expect(documents[1]).toEqual({
    file: 'vendor.jsonl',
    record: 1,
    field: 'output',
    id: 'b',
    model: null,
    text: `${answer} Number 1.`,
    prompt: 'Question 1?',
  })
  expect(counts).toMatchObject({ recordsIn: 2, scanned: 2, bytesIn: content.length })
  const sha256 = createHash('sha256').update(content).digest('hex')
  expect(files[0]).toMatchObject({
    sha256,
    sizeBytes: content.length,
    chain: ['jsonl'],
    layout: 'alpaca',
    documents: 2,
  })
  expect(await digestFile(file)).toBe(sha256)
})

test('the same rows give the same documents as JSON lines, as an array of any form, and inside gzip', async () => {
  const rows = Array.from({ length: 50 }, (_, i) => row(i))
  const forms: [string, string | Buffer][] = [
    ['forms/a.jsonl', toLines(rows)],
    ['forms/b.jsonl', toLines(rows).replaceAll('\n', '\r\n')],
    ['forms/c.jsonl', `\ufeff${toLines(rows).trimEnd()}`],
    ['forms/d.json', JSON.stringify(rows)],
    ['forms/e.json', JSON.stringify(rows, null, 2)],
    ['forms/f.json', `${rows.map(r => JSON.stringify(r, null, 1)).join('\n')}\n`],
    ['forms/g.jsonl', toLines(rows).replaceAll('\n', '\r')],
    ['forms/h.jsonl.gz', zlib.gzipSync(toLines(rows))],
    ['forms/i.json.gz', zlib.gzipSync(zlib.gzipSync(JSON.stringify(rows)))],
    ['forms/j.jsonl', Buffer.from(`\ufeff${toLines(rows)}`, 'utf16le')],
    ['forms/k.jsonl', Buffer.from(`\ufeff${toLines(rows)}`, 'utf16le').swap16()],
    ['forms/n.json', JSON.stringify({ version: '1', data: rows })],
    ['forms/o.json', JSON.stringify(Object.fromEntries(rows.map((r, i) => [`row-${i}`, r])), null, 2)],
    ['forms/l.txt', toLines(rows)],
    ['forms/m', JSON.stringify(rows)],
  ]
  for (const [name, content] of forms) {
    const { documents, counts } = await readAll([scratch.write(name, content)])
    expect(
      documents.map(d => [d.record, d.text, d.prompt]),
      name,
    ).toEqual(rows.map((r, i) => [i, r.output, r.instruction]))
    expect(counts, name).toMatchObject({ recordsIn: 50, scanned: 50 })
  }
})

test('each bad record has one problem with its place, and the scan goes on', async () => {
  const lines = [
    JSON.stringify(row(0)),
    '{"instruction": "cut',
    '',
    JSON.stringify({ instruction: 'No answer?', output: ' ' }),
    '17',
    '[[[[[[[[1]]]]]]]]',
    JSON.stringify({ instruction: 'Long?', output: 'x'.repeat(5000) }),
    JSON.stringify(row(7)),
  ]
  const file = scratch.write('bad.jsonl', `${lines.join('\n')}\n`)
  const { documents, problems, counts } = await readAll([file], { maxRecordBytes: 1000, maxDepth: 6 })
  expect(documents.map(d => d.record)).toEqual([0, 6])
  expect(problems.map(p => [p.record, p.line, p.outcome, p.code])).toEqual([
    [1, 2, 'rejected', 'malformed-json'],
    [2, 4, 'skipped', 'no-model-text'],
    [3, 5, 'skipped', 'no-model-text'],
    [4, 6, 'limited', 'nesting'],
    [5, 7, 'limited', 'record-bytes'],
  ])
  expect(counts).toMatchObject({ recordsIn: 7, scanned: 2, rejected: 1, limited: 2, skipped: 2 })
})

test('NaN and Infinity, which Python writes, do not cost the record', async () => {
  const file = scratch.write(
    'nan.jsonl',
    `{"score": NaN, "low": -Infinity, "output": "It is NaN, says \\"Infinity\\"."}\n`,
  )
  const { documents, files } = await readAll([file])
  expect(documents[0].text).toBe('It is NaN, says "Infinity".')
  expect(files[0].notes?.map(note => note.code)).toEqual(['non-finite-number'])
})

test('bytes that are not UTF-8 are scanned as U+FFFD and remarked on; a written U+FFFD is not', async () => {
  const good = Buffer.from(toLines([{ text: 'a written \ufffd in a text' }]))
  const bad = Buffer.concat([Buffer.from('{"text": "caf'), Buffer.from([0xe9]), Buffer.from(' au lait for two"}\n')])
  const { documents, files } = await readAll([scratch.write('latin.jsonl', Buffer.concat([good, bad]))])
  expect(documents.map(d => d.text)).toEqual(['a written \ufffd in a text', 'caf\ufffd au lait for two'])
  expect(files[0].notes).toMatchObject([{ code: 'invalid-utf8', records: 1, first: 1 }])
})

test('a truncated gzip gives what stands before the cut and one problem for the rest', async () => {
  const rows = Array.from({ length: 2000 }, (_, i) => ({ text: `${answer} ${(i * 7919) % 10007} ${i}` }))
  const packed = zlib.gzipSync(toLines(rows))
  const file = scratch.write('cut.jsonl.gz', packed.subarray(0, packed.length - 2000))
  const { documents, problems, counts } = await readAll([file])
  expect(documents.length).toBeGreaterThan(1000)
  expect(documents.map(d => d.text)).toEqual(rows.slice(0, documents.length).map(r => r.text))
  expect(problems).toMatchObject([{ record: null, line: documents.length + 1, code: 'truncated-gzip' }])
  expect(counts.rejected).toBe(1)
})

test('an array that is not closed gives its elements and a problem', async () => {
  const text = JSON.stringify([row(0), row(1)])
  const open = await readAll([scratch.write('open.json', text.slice(0, -1))])
  expect(open.documents.length).toBe(2)
  expect(open.problems).toMatchObject([{ record: null, code: 'truncated-json' }])
  const cut = await readAll([scratch.write('cut.json', text.slice(0, -10))])
  expect(cut.documents.length).toBe(1)
  expect(cut.problems).toMatchObject([{ record: 1, code: 'malformed-json' }])
})

test('plain text is one record; a long text is cut at paragraphs and loses nothing', async () => {
  const short = await readAll([scratch.write('note.txt', 'A first line.\n\nA second one: é.\n')])
  expect(short.documents).toMatchObject([{ record: 0, field: 'text', text: 'A first line.\n\nA second one: é.\n' }])
  const paragraph = `${answer.repeat(20)}\n\n`
  const long = paragraph.repeat(3000)
  const { documents } = await readAll([scratch.write('book.md', long)])
  expect(documents.length).toBeGreaterThan(2)
  expect(documents.map(d => d.text).join('')).toBe(long)
  expect(documents.slice(0, -1).every(d => d.text.endsWith('\n\n'))).toBe(true)
  for (const d of documents.slice(1)) expect(long.startsWith(d.text, Number(d.field.slice(5)))).toBe(true)
  const solid = 'é'.repeat(3 << 20)
  const one = await readAll([scratch.write('solid.txt', solid)])
  expect(one.documents.map(d => d.text).join('')).toBe(solid)
})

test('a folder is read in order of names, with hidden files, refusals and empty files accounted for', async () => {
  const base = 'tree/data'
  scratch.write(`${base}/b.jsonl`, toLines([row(1)]))
  scratch.write(`${base}/a/deep.json`, JSON.stringify([row(0)]))
  scratch.write(`${base}/.hidden`, 'secret')
  scratch.write(`${base}/c.zip`, Buffer.from('PK\x03\x04rest of a zip'))
  scratch.write(`${base}/d.jsonl`, '')
  scratch.write(`${base}/e.bin`, Buffer.alloc(300, 1))
  scratch.write(`${base}/f.jsonl`, 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n')
  const folder = path.join(scratch.folder, base)
  symlinkSync(folder, path.join(folder, 'loop'))
  symlinkSync(path.join(folder, 'nowhere'), path.join(folder, 'z-dangling'))
  symlinkSync(path.join(folder, 'b.jsonl'), path.join(folder, 'y-again.jsonl'))
  const { documents, problems } = await readAll([folder])
  expect(documents.map(d => d.file)).toEqual(['data/a/deep.json', 'data/b.jsonl'])
  expect(problems.map(p => [p.file, p.outcome, p.code])).toEqual([
    ['data/.hidden', 'skipped', 'hidden'],
    ['data/c.zip', 'rejected', 'unsupported-format'],
    ['data/d.jsonl', 'skipped', 'empty-file'],
    ['data/e.bin', 'rejected', 'unsupported-format'],
    ['data/f.jsonl', 'rejected', 'lfs-pointer'],
    ['data/loop', 'skipped', 'same-folder'],
    ['data/y-again.jsonl', 'skipped', 'same-file'],
    ['data/z-dangling', 'rejected', 'unreadable'],
  ])
})

test('files of one name are told apart by their folders, and the order of arguments does not matter', async () => {
  const a = scratch.write('one/train.jsonl', toLines([row(0)]))
  const b = scratch.write('two/train.jsonl', toLines([row(1)]))
  const there = await readAll([a, b])
  const back = await readAll([b, a, b])
  expect(there.documents.map(d => d.file)).toEqual(['one/train.jsonl', 'two/train.jsonl'])
  expect(back.documents).toEqual(there.documents)
})

test('a glob is expanded, and names are relative to its fixed part', async () => {
  scratch.write('globbed/x/1.jsonl', toLines([row(0)]))
  scratch.write('globbed/y/2.jsonl', toLines([row(1)]))
  scratch.write('globbed/y/2.txt', 'not asked for')
  const { documents } = await readAll([`${scratch.folder}/globbed/**/*.jsonl`])
  expect(documents.map(d => d.file)).toEqual(['x/1.jsonl', 'y/2.jsonl'])
})

test('an argument that names nothing is an error that says so', async () => {
  await expect(readAll([path.join(scratch.folder, 'missing.jsonl')])).rejects.toMatchObject({
    code: 'usage',
    message: /missing\.jsonl.*does not exist/,
  })
  await expect(readAll([`${scratch.folder}/no*thing`])).rejects.toMatchObject({ code: 'usage' })
  await expect(readAll([scratch.folder], { layout: 'alpacca' })).rejects.toMatchObject({
    code: 'usage',
    message: /got alpacca/,
  })
})

test('a layout set by hand rejects records that do not have it, and says what they have', async () => {
  const file = scratch.write(
    'share.jsonl',
    toLines([
      {
        id: 1,
        conversations: [
          { from: 'human', value: 'Q?' },
          { from: 'gpt', value: answer },
        ],
      },
    ]),
  )
  const wrong = await readAll([file], { layout: 'alpaca' })
  expect(wrong.problems).toMatchObject([
    { outcome: 'rejected', code: 'wrong-layout', reason: /expected layout alpaca, got columns id, conversations/ },
  ])
  const right = await readAll([file], { layout: 'sharegpt' })
  expect(right.documents.map(d => d.text)).toEqual([answer])
  const plain = await readAll([file], { layout: 'text' })
  expect(plain.documents[0].field).toBe('text')
})

test('fields set by hand are names or JSON pointers', async () => {
  const file = scratch.write(
    'odd.jsonl',
    toLines([{ blob: { 'a/b': [{ t: answer }, { t: 'and more of it' }] }, ask: 'Where to?' }, { ask: 'x' }]),
  )
  const { documents, problems } = await readAll([file], { textField: '/blob/a~1b/*/t', promptField: 'ask' })
  expect(documents.map(d => [d.field, d.text, d.prompt])).toEqual([
    ['blob.a/b[0].t', answer, 'Where to?'],
    ['blob.a/b[1].t', 'and more of it', 'Where to?'],
  ])
  expect(problems).toMatchObject([{ record: 1, outcome: 'rejected', code: 'no-such-field' }])
})

async function readInParts(
  file: string,
  options: ReadOptions,
): Promise<{ texts: Document[]; counts: LedgerCounts; nParts: number }> {
  const texts: Document[] = []
  const counts: { [key: string]: number } = {}
  const parts = planParts(await listSources([file], options), options)
  let records = 0
  for (const part of structuredClone(parts)) {
    let last: LedgerCounts | null = null
    for await (const batch of readPart(part, options)) {
      for (const document of batch.documents) texts.push({ ...document, record: document.record + records })
      if (batch.last) last = batch.last
    }
    for (const key of Object.keys(last!) as (keyof LedgerCounts)[]) {
      if (typeof last![key] === 'number') counts[key] = (counts[key] ?? 0) + last![key]
    }
    records += last!.recordsIn
  }
  return { texts, counts: counts as unknown as LedgerCounts, nParts: parts.length }
}

test('parts of any size give the same documents and account as the whole file', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.oneof(
          fc.string({ maxLength: 30 }).map(text => JSON.stringify({ text })),
          fc.constantFrom('', 'broken', ' '),
        ),
        { maxLength: 12 },
      ),
      fc.boolean(),
      fc.integer({ min: 1, max: 90 }),
      async (lines, endsWithNewline, partBytes) => {
        const content = lines.join('\n') + (endsWithNewline ? '\n' : '')
        const file = scratch.write('parts.jsonl', content)
        const whole = await readAll([file])
        const { texts, counts } = await readInParts(file, { ...defaultReadOptions, partBytes })
        expect(texts).toEqual(whole.documents)
        for (const key of ['recordsIn', 'scanned', 'rejected', 'skipped', 'bytesIn', 'bytesScanned'] as const) {
          expect(counts[key], key).toBe(whole.counts[key])
        }
      },
    ),
    { seed: 5, numRuns: 150 },
  )
})

test('a file that changes, vanishes or cannot be opened after it was listed is in the account', async () => {
  const options = defaultReadOptions
  const names = ['changes.jsonl', 'vanishes.jsonl', 'becomes-a-folder.jsonl']
  const files = names.map(name => scratch.write(`later/${name}`, toLines([row(0)])))
  const sources = await listSources([path.join(scratch.folder, 'later')], options)
  appendFileSync(files[0], toLines([row(1)]))
  rmSync(files[1])
  rmSync(files[2])
  mkdirSync(files[2])
  const codes: string[] = []
  for (const part of planParts(sources, options)) {
    for await (const batch of readPart(part, options)) {
      for (const problem of batch.problems)
        codes.push(`${path.basename(problem.file)} ${problem.code} ${problem.bytes > 0}`)
    }
  }
  expect(codes).toEqual([
    'becomes-a-folder.jsonl unreadable true',
    'changes.jsonl changed false',
    'vanishes.jsonl unreadable true',
  ])
})

test.skipIf(process.getuid?.() === 0)('a file without permission to read it is in the account', async () => {
  const file = scratch.write('locked/no.jsonl', toLines([row(0)]))
  chmodSync(file, 0)
  const { problems } = await readAll([path.dirname(file)])
  expect(problems).toMatchObject([{ outcome: 'rejected', code: 'unreadable' }])
})

test('reading stops when the signal aborts', async () => {
  const file = scratch.write('abort.jsonl', toLines([row(0)]))
  await expect(readAll([file], { signal: AbortSignal.abort() })).rejects.toThrow(/abort/i)
})
