/** What the program does with input that is not as it should be. */
import path from 'node:path'
import zlib from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ensureBuilt } from '../build.ts'
import { renameAll } from '../prose.ts'
import { Scratch, toLines } from '../read/scratch.ts'
import { copyRows, type Ended, type Folder, makeRows, readAudit, run } from './program.ts'

const scratch = new Scratch()
const cwd = scratch.folder
const reference = makeRows(0, 30)
const sold = [...makeRows(1000, 12), ...copyRows(reference.slice(0, 4), renameAll)]
const soldLines = toLines(sold)

beforeAll(async () => {
  scratch.write('reference.jsonl', toLines(reference))
  scratch.write('sold.jsonl', soldLines)
  await ensureBuilt()
  const built = await run(['index', 'reference.jsonl', '--model', 'm-1', '--out', 'reference.pali'], { cwd })
  expect(built).toMatchObject({ code: 0, stderr: '' })
})
afterAll(() => scratch.remove())

/** Scans corpora and reads the audit; in each, whatever else is wrong, the four copies of `sold.jsonl` must be found. */
async function scan(name: string, corpora: string[], ...flags: string[]): Promise<Ended & Folder> {
  const out = `audit-${name}`
  const ended = await run(['scan', ...corpora, '-r', 'reference.pali', '-o', out, ...flags], { cwd })
  return { ...ended, ...(await readAudit(path.join(cwd, out))) }
}

function expectCopies({ findings, summary }: Folder, file = 'sold.jsonl', first = 12): void {
  const own = findings.filter(({ suspect }) => suspect.file === file)
  expect(own.map(({ suspect, reference: { id } }) => [suspect.record, id])).toEqual(
    [0, 1, 2, 3].map(i => [first + i, `row-${i}`]),
  )
  expect(summary.documents.classA).toBe(4)
}

describe('a scan beside a file that cannot be read in full ends with code 3 and finds what stands in the rest', () => {
  const badUtf8 = Buffer.concat([
    Buffer.from('{"prompt":"a","response":"bytes that are '),
    Buffer.from([0xff, 0xfe, 0xc0]),
    Buffer.from(' no text"}\n'),
  ])
  const packed = zlib.gzipSync(toLines(makeRows(3000, 400)))
  const cases: [string, string | Buffer, { outcome: string; code: RegExp; record?: number; line?: number }][] = [
    [
      'malformed.jsonl',
      `${toLines(makeRows(2000, 2))}{"prompt": "a", "respo\n${toLines(makeRows(2002, 2))}`,
      { outcome: 'rejected', code: /json/, record: 2, line: 3 },
    ],
    ['truncated.jsonl.gz', packed.subarray(0, packed.length >> 1), { outcome: 'rejected', code: /gzip/ }],
    [
      'image.jsonl',
      Buffer.concat([Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), Buffer.alloc(2000)]),
      { outcome: 'rejected', code: /./ },
    ],
  ]
  it.each(cases)('%s', async (name, content, fault) => {
    scratch.write(name, content)
    const result = await scan(`beside-${name}`, [name, 'sold.jsonl'])
    expect(result.code).toBe(3)
    expectCopies(result)
    const own = result.problems.filter(({ file }) => file === name)
    expect(own[0]).toMatchObject({ outcome: fault.outcome, code: expect.stringMatching(fault.code) })
    if (fault.record !== undefined) expect(own[0]).toMatchObject({ record: fault.record, line: fault.line })
    expect(own[0].reason).toMatch(/^[^A-Z\n][^\n]{8,}$/)
    expect(result.stdout).toContain(name)
    expect(result.summary.limits.join()).toMatch(/not scanned/)
    expect(result.stderr).not.toMatch(/ at .*:\d+:\d+|Error/)
  })

  it('a line of 100 MB', async () => {
    const rows = Buffer.from(soldLines)
    const line = Buffer.alloc(100 << 20, 'word ')
    line.write('{"prompt":"a","response":"')
    scratch.write('long.jsonl', Buffer.concat([line, Buffer.from('"}\n'), rows]))
    const result = await scan('long', ['long.jsonl'])
    expect(result.code).toBe(3)
    expectCopies(result, 'long.jsonl', 13)
    expect(result.problems).toMatchObject([{ file: 'long.jsonl', record: 0, line: 1, outcome: 'limited' }])
    expect(result.problems[0].bytes).toBe(line.length + 3)
  })

  it('rows of another layout than the one that was asked for', async () => {
    scratch.write('alpaca.jsonl', toLines([{ instruction: 'do it', input: '', output: 'done as you said' }]))
    const result = await scan('layout', ['alpaca.jsonl'], '--layout', 'sharegpt')
    expect(result.code).toBe(3)
    expect(result.problems).toMatchObject([{ file: 'alpaca.jsonl', record: 0, line: 1 }])
    expect(result.problems[0].reason).toMatch(/sharegpt|conversations/)
  })

  it('bytes that are not UTF-8 are scanned, and remarked on', async () => {
    scratch.write('bytes.jsonl', Buffer.concat([badUtf8, Buffer.from(soldLines)]))
    const result = await scan('bytes', ['bytes.jsonl'], '--fail-on', 'never')
    expect(result.code).toBe(0)
    expectCopies(result, 'bytes.jsonl', 13)
    expect(result.files[0].notes).toMatchObject([{ code: 'invalid-utf8', records: 1, first: 0 }])
  })
})

describe('what is not incomplete', () => {
  it('a record without text is skipped, and the code is that of the findings', async () => {
    scratch.write(
      'silent.jsonl',
      toLines([{ prompt: 'a', response: '' }, { prompt: 'b', response: null }, 17, ...sold]),
    )
    const result = await scan('silent', ['silent.jsonl'])
    expect(result.code).toBe(1)
    expectCopies(result, 'silent.jsonl', 15)
    expect(result.summary.coverage).toMatchObject({ skipped: 3, rejected: 0, limited: 0 })
    expect(result.problems.map(({ record, line }) => [record, line])).toEqual([
      [0, 1],
      [1, 2],
      [2, 3],
    ])
  })

  it('an empty file beside another one', async () => {
    scratch.write('empty.jsonl', '')
    const result = await scan('empty-beside', ['empty.jsonl', 'sold.jsonl'])
    expect(result.code).toBe(1)
    expectCopies(result)
    expect(result.problems).toMatchObject([{ file: 'empty.jsonl', code: 'empty-file', outcome: 'skipped' }])
  })
})

it('a scan of an empty file alone has scanned nothing, and says so with code 3', async () => {
  scratch.write('empty.jsonl', '')
  const result = await scan('empty', ['empty.jsonl'])
  expect(result.code).toBe(3)
  expect(result.summary.documents.n).toBe(0)
  expect(result.summary.prevalence).toEqual({ cannotSay: expect.any(String) })
  expect(result.stdout).not.toMatch(/nothing found/i)
})

describe('one line on stderr, no folder written:', () => {
  const refuse = async (args: string[], code: number, message: RegExp): Promise<void> => {
    const ended = await run([...args, '-o', 'never'], { cwd })
    expect(ended.code).toBe(code)
    expect(ended.stdout).toBe('')
    expect(ended.stderr).toMatch(/^(palimpsest|error): [^\n]+\n(\n?[^\n]+\n)?$/)
    expect(ended.stderr).toMatch(message)
    expect(ended.stderr).not.toContain('defect')
    await expect(readAudit(path.join(cwd, 'never'))).rejects.toThrow()
  }
  it('a corpus that is not there', () => refuse(['scan', 'gone.jsonl', '-r', 'reference.pali'], 2, /gone\.jsonl/))
  it('a reference that is not there', () => refuse(['scan', 'sold.jsonl', '-r', 'gone.pali'], 2, /gone\.pali/))
  it('a reference without text', () => {
    scratch.write('blank.jsonl', toLines([{ prompt: 'a', response: '' }]))
    return refuse(['scan', 'sold.jsonl', '-r', 'blank.jsonl'], 3, /blank\.jsonl/)
  })
  it('a layout that is not known', () =>
    refuse(['scan', 'sold.jsonl', '-r', 'reference.pali', '--layout', 'nonsense'], 2, /nonsense/))
  it('an option that is not known', () =>
    refuse(['scan', 'sold.jsonl', '-r', 'reference.pali', '--refrence', 'x'], 2, /--refrence/))
  it('a count of threads that is none', () =>
    refuse(['scan', 'sold.jsonl', '-r', 'reference.pali', '--threads', '0'], 2, /0/))
  it('a way to redact that is not known', () =>
    refuse(['scan', 'sold.jsonl', '-r', 'reference.pali', '--redact', 'some'], 2, /some/))
})

describe('an index that is not what was written ends the scan with code 4:', () => {
  const spoil = async (name: string, change: (bytes: Buffer) => Buffer, message: RegExp): Promise<void> => {
    const { readFileSync } = await import('node:fs')
    scratch.write(name, change(readFileSync(path.join(cwd, 'reference.pali'))))
    const ended = await run(['scan', 'sold.jsonl', '-r', name, '-o', 'never'], { cwd })
    expect(ended).toMatchObject({ code: 4, stdout: '' })
    expect(ended.stderr).toContain(name)
    expect(ended.stderr).toMatch(message)
    expect(ended.stderr).not.toContain('defect')
  }
  const set = (at: (n: number) => number) => (bytes: Buffer) => {
    bytes[at(bytes.length)] ^= 0x10
    return bytes
  }
  it('another version', () =>
    spoil(
      'version.pali',
      set(() => 4),
      /version \d+/,
    ))
  it('a changed byte in the header', () =>
    spoil(
      'header.pali',
      set(() => 40),
      /header|digest/,
    ))
  it('a changed byte in the middle', () =>
    spoil(
      'middle.pali',
      set(n => n >> 1),
      /digest/,
    ))
  it('a changed byte at its end', () =>
    spoil(
      'end.pali',
      set(n => n - 9),
      /digest/,
    ))
  it('the first half alone', () => spoil('half.pali', bytes => bytes.subarray(0, bytes.length >> 1), /cut short/))
  it('its mark alone', () => spoil('mark.pali', bytes => bytes.subarray(0, 4), /4 bytes/))
})
