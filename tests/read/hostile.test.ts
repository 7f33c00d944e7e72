import { closeSync, openSync, writeSync } from 'node:fs'
import path from 'node:path'
import zlib from 'node:zlib'
import { afterAll, expect, test } from 'vitest'
import { createRandom, soundFiles, wound } from './mutate.ts'
import { readAll, Scratch, toLines } from './scratch.ts'

const scratch = new Scratch()
afterAll(() => scratch.remove())

test('sound files of every format are read whole, and their bytes are all in the account', async () => {
  for (const [name, bytes] of Object.entries(soundFiles)) {
    const { documents, counts, files } = await readAll([scratch.write(name, bytes)])
    expect(documents.length, name).toBe(name === 'e.txt' ? 1 : 30)
    expect(counts.scanned, name).toBe(counts.recordsIn)
    if (files[0].chain.length === 1) expect(counts.bytesIn, name).toBe(bytes.length)
  }
})

test('of damaged files every record and byte is in the account', async () => {
  const random = createRandom(20)
  for (const [name, sound] of Object.entries(soundFiles)) {
    for (let i = 0; i < 25; i++) {
      const bytes = wound(sound, random)
      const { counts, files, problems } = await readAll([scratch.write(name, bytes)], { maxRecordBytes: 1 << 20 })
      const { chain, sizeBytes } = files[0]
      expect(sizeBytes).toBe(bytes.length)
      expect(problems.find(problem => problem.code === 'reader-fault')?.reason).toBeUndefined()
      if (chain.length <= 1) expect(counts.bytesIn, `${name} ${i}`).toBe(bytes.length)
      expect(counts.recordsIn, `${name} ${i}`).toBeGreaterThan(0)
    }
  }
})

test('gzip, zstd and Parquet files cut at any of a hundred places are reported as incomplete', async () => {
  for (const name of ['g.jsonl.gz', 'i.jsonl.zst', 'j.parquet', 'k.parquet', 'm.arrow', 'n.arrow']) {
    const sound = soundFiles[name]
    for (let i = 1; i <= 100; i++) {
      const end = Math.floor((sound.length * i) / 101)
      const { counts } = await readAll([scratch.write(name, sound.subarray(0, end))])
      expect(counts.rejected + counts.limited, `${name} cut at ${end}`).toBeGreaterThan(0)
    }
  }
})

const good = { prompt: 'Is it still read?', response: 'Yes, the next record is still read.' }

test('after a line of 80 MB the next record is read, and the line is limited', async () => {
  const file = path.join(scratch.folder, 'long.jsonl')
  const handle = openSync(file, 'w')
  writeSync(handle, '{"response": "')
  for (let i = 0; i < 80; i++) writeSync(handle, Buffer.alloc(1 << 20, 97))
  writeSync(handle, `"}\n${toLines([good])}`)
  closeSync(handle)
  const before = process.memoryUsage().rss
  const { documents, problems } = await readAll([file])
  expect(documents.map(d => [d.record, d.text])).toEqual([[1, good.response]])
  expect(problems).toMatchObject([
    { record: 0, line: 1, outcome: 'limited', code: 'record-bytes', bytes: (80 << 20) + 17 },
  ])
  expect(process.memoryUsage().rss - before).toBeLessThan(200 << 20)
})

test('nesting of a million, very many columns and a million elements harm nothing but themselves', async () => {
  const deep = `{"response": ${'['.repeat(1e6)}${']'.repeat(1e6)}}\n`
  const wide = `{${Array.from({ length: 2e5 }, (_, i) => `"c${i}":1`).join(',')}}\n`
  const long = `{"response": [${'1,'.repeat(1e6)}1]}\n`
  const { documents, problems } = await readAll([scratch.write('big.jsonl', deep + wide + long + toLines([good]))])
  expect(documents.map(d => d.record)).toEqual([3])
  expect(problems.map(p => [p.record, p.outcome, p.code])).toEqual([
    [0, 'limited', 'nesting'],
    [1, 'limited', 'columns'],
    [2, 'skipped', 'no-model-text'],
  ])
})

test('bombs are stopped and reported within two seconds', async () => {
  const letters = Buffer.alloc(1 << 20, 97)
  const gz = zlib.gzipSync(Buffer.concat(Array.from({ length: 200 }, () => letters)))
  for (const [name, bytes] of [
    ['flat.jsonl.gz', gz],
    ['nested.jsonl.gz', zlib.gzipSync(gz)],
  ] as const) {
    const file = scratch.write(name, bytes)
    const started = performance.now()
    const { counts, problems } = await readAll([file])
    expect(performance.now() - started, name).toBeLessThan(2000)
    expect(counts.limited, name).toBeGreaterThan(0)
    expect(
      problems.some(p => p.code === 'decompression-ratio' || p.code === 'unsupported-format'),
      name,
    ).toBe(true)
  }
})

test('keys that every object has, NUL characters and lone surrogates pass as they are', async () => {
  const lines = [
    '{"__proto__": {"response": "polluted"}, "constructor": 1, "response": "An honest answer stands here."}',
    '{"response": "a\\u0000b and c"}',
    '{"response": "lone \\ud800 surrogate here"}',
  ]
  const { documents } = await readAll([scratch.write('keys.jsonl', lines.join('\n'))])
  expect(documents.map(d => d.text)).toEqual([
    'An honest answer stands here.',
    'a\0b and c',
    'lone \ud800 surrogate here',
  ])
  expect(({} as { response?: string }).response).toBeUndefined()
})

test('a NUL inside a line of JSON rejects that line alone, and a NUL in text is text', async () => {
  const broken = `${toLines([good])}{"response": "a\0b"}\n${toLines([good])}`
  const { documents, problems } = await readAll([scratch.write('nul.jsonl', broken)])
  expect(documents.map(d => d.record)).toEqual([0, 2])
  expect(problems).toMatchObject([{ record: 1, line: 2, code: 'malformed-json' }])
  const text = await readAll([scratch.write('nul.txt', 'one\0two three four five six')])
  expect(text.documents[0].text).toBe('one\0two three four five six')
})

test('a key written twice is remarked on, the last is read, and keys in texts are no keys', async () => {
  const lines = [
    '{"response": "He said \\"yes\\": twice.", "n": {"a": 1}}',
    '{"response": "The first one is hidden.", "response" : "The second one is read."}',
  ]
  const { documents, files } = await readAll([scratch.write('twice.jsonl', lines.join('\n'))])
  expect(documents.map(d => d.text)).toEqual(['He said "yes": twice.', 'The second one is read.'])
  expect(files[0].notes).toMatchObject([{ code: 'repeated-key', records: 1, first: 1 }])
})
