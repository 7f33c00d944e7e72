import { execFileSync, spawn } from 'node:child_process'
import { linkSync, mkdirSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import { Readable } from 'node:stream'
import zlib from 'node:zlib'
import { afterAll, expect, test } from 'vitest'
import { readAll, Scratch, toLines } from './scratch.ts'

const scratch = new Scratch()
afterAll(() => scratch.remove())

process.env.TMPDIR = scratch.folder // streams are spooled there, and go with it

const rows = [{ prompt: 'Who keeps the gate?', response: 'The old warden keeps it.' }]

test('a dash is standard input, packed or not', async () => {
  const original = Object.getOwnPropertyDescriptor(process, 'stdin')!
  for (const bytes of [Buffer.from(toLines(rows)), zlib.gzipSync(toLines(rows))]) {
    Object.defineProperty(process, 'stdin', {
      value: Readable.from([bytes.subarray(0, 9), bytes.subarray(9)]),
      configurable: true,
    })
    try {
      const { documents, files } = await readAll(['-'])
      expect(documents).toMatchObject([{ file: '-', record: 0, text: rows[0].response, prompt: rows[0].prompt }])
      expect(files[0].sizeBytes).toBe(bytes.length)
    } finally {
      Object.defineProperty(process, 'stdin', original)
    }
  }
})

test('a pipe that is named is read to its end; one that stands in a folder is reported and does not block', async () => {
  const pipe = path.join(scratch.folder, 'piped/pipe.jsonl')
  mkdirSync(path.dirname(pipe))
  try {
    execFileSync('sh', ['-c', `mkfifo '${pipe}'`])
  } catch {
    return // no named pipes on this system
  }
  const inFolder = await readAll([path.dirname(pipe)])
  expect(inFolder.problems).toMatchObject([{ outcome: 'rejected', code: 'not-a-file' }])
  const writer = spawn('sh', ['-c', `cat > '${pipe}'`], { stdio: ['pipe', 'ignore', 'ignore'] })
  writer.stdin.end(toLines(rows))
  const named = await readAll([pipe])
  expect(named.documents).toMatchObject([{ file: 'pipe.jsonl', text: rows[0].response }])
})

test('a link to a hidden file is read, since the hidden name is not', async () => {
  const hidden = scratch.write('linked/.store/data.jsonl', toLines(rows))
  symlinkSync(hidden, path.join(scratch.folder, 'linked/data.jsonl'))
  const { documents, problems } = await readAll([path.join(scratch.folder, 'linked')])
  expect(documents.map(d => d.file)).toEqual(['linked/data.jsonl'])
  expect(problems).toMatchObject([{ file: 'linked/.store', code: 'hidden' }])
})

test('two names of one file on disk are two files, as copies are', async () => {
  const first = scratch.write('hard/a.jsonl', toLines(rows))
  linkSync(first, path.join(scratch.folder, 'hard/b.jsonl'))
  const { documents } = await readAll([path.join(scratch.folder, 'hard')])
  expect(documents.map(d => d.file)).toEqual(['hard/a.jsonl', 'hard/b.jsonl'])
})

test('a loop of links ends', async () => {
  const folder = path.join(scratch.folder, 'loop')
  scratch.write('loop/inner/a.jsonl', toLines(rows))
  symlinkSync(folder, path.join(folder, 'inner/up'))
  symlinkSync(path.join(folder, 'self'), path.join(folder, 'self'))
  const { documents, problems } = await readAll([folder])
  expect(documents.map(d => d.file)).toEqual(['loop/inner/a.jsonl'])
  expect(problems).toMatchObject([
    { file: 'loop/inner/up', outcome: 'skipped', code: 'same-folder' },
    { file: 'loop/self', outcome: 'rejected', code: 'unreadable', reason: /ELOOP/ },
  ])
})
