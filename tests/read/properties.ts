/**
 * What must hold of every parser for any input at all, as properties: a few thousand cases in the tests, a million in
 * `tests/bench/fuzz-parsers.ts`. Each property holds the parser against a slow oracle or against a law.
 */
import fc from 'fast-check'
import { type ValueLevel, ValueSplitter } from '../../src/read/array.ts'
import { Desk } from '../../src/read/desk.ts'
import { Transcoder } from '../../src/read/encodings.ts'
import type { Row } from '../../src/read/fields.ts'
import { findBinaryFormat, findContainer, findEncoding, findRefusal, findTextFormat } from '../../src/read/formats.ts'
import { asRow, readRow } from '../../src/read/layouts.ts'
import { LineSplitter } from '../../src/read/lines.ts'
import { parseLiteral } from '../../src/read/literals.ts'
import { readPointer } from '../../src/read/pointers.ts'
import { createReader } from '../../src/read/records.ts'
import { defaultReadOptions } from '../../src/read/settings.ts'
import { readTemplate } from '../../src/read/templates.ts'

/** Text made of what a parser stumbles over. */
function textOf(...units: string[]): fc.Arbitrary<string> {
  return fc.string({ unit: fc.constantFrom(...units), maxLength: 24 })
}

const blockSize = fc.integer({ min: 1, max: 30 })
const bytes = fc.uint8Array({ maxLength: 24 }).map(array => Buffer.from(array))
const mixedBytes = fc
  .array(
    fc.constantFrom(
      '{"text":"a"}',
      '\n',
      '\r',
      '\0',
      '\xff\xfe',
      '\xfe\xff',
      '\xef\xbb\xbf',
      '"',
      '\\',
      '\xc3',
      '\x1f\x8b',
      'PK',
      '[',
      ']',
    ),
    { maxLength: 8 },
  )
  .map(parts => Buffer.from(parts.join(''), 'latin1'))

function feed(content: Buffer, size: number, take: (block: Buffer) => void): void {
  for (let at = 0; at < content.length; at += size) take(content.subarray(at, at + size))
}

function cutValues(content: Buffer, level: ValueLevel, size: number): { values: string[]; bytes: number } {
  const values: string[] = []
  let sum = 0
  const splitter = new ValueSplitter(level, 12, {
    onValue: (block, start, end) => {
      values.push(block.toString('latin1', start, end))
      sum += end - start
    },
    onOversize: n => {
      values.push(`oversize ${n}`)
      sum += n
    },
    onGap: n => {
      sum += n
    },
  })
  feed(content, size, block => splitter.feed(block))
  const unfinished = splitter.end()
  return { values, bytes: sum + unfinished }
}

function cutLines(content: Buffer, size: number): string[] {
  const lines: string[] = []
  const splitter = new LineSplitter(
    10,
    12,
    (block, start, end, n) => lines.push(`${block.toString('latin1', start, end)}|${n}`),
    n => lines.push(`oversize|${n}`),
  )
  feed(content, size, block => splitter.feed(block))
  splitter.end()
  return lines
}

/** The lines by the plain way. */
function cutLinesPlainly(content: Buffer): string[] {
  return (content.toString('latin1').match(/[^\n]*\n|[^\n]+$/g) ?? []).map(line => {
    const body = line.replace(/\n$/, '')
    return body.length > 12 ? `oversize|${line.length}` : `${body}|${line.length}`
  })
}

/** Sums and documents of a format read in blocks. */
function readBlocks(format: string, content: Buffer, size: number): string {
  const desk = new Desk('f', null, defaultReadOptions)
  const reader = createReader(format, desk, { ...defaultReadOptions, maxRecordBytes: 40 })
  feed(content, size, block => reader.feed(block))
  reader.end(null)
  const { counts } = desk.account
  if (counts.recordsIn !== counts.scanned + counts.rejected + counts.limited + counts.skipped) return 'unbalanced'
  if (counts.bytesIn !== content.length) return `${counts.bytesIn} of ${content.length} bytes`
  return JSON.stringify([counts, desk.documents])
}

const columns =
  'id model prompt instruction output response messages conversations chosen rejected text role from value content conversation label replies history __proto__ constructor'
const row = fc.letrec(tie => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(
      '',
      ' ',
      'user',
      'assistant',
      'gpt',
      'Yes.',
      "[{'role': 'user', 'content': 'q'}]",
      '[{"from":"gpt","value":"v"}]',
      '### Human: q ### Assistant: a',
      null,
      true,
      3,
    ),
    fc.array(tie('value'), { maxLength: 3 }),
    tie('row'),
  ),
  row: fc.dictionary(fc.constantFrom(...columns.split(' ')), tie('value'), { maxKeys: 5 }),
})).row as fc.Arbitrary<Row>

/** All strings of a value, as they stand. */
function listStrings(value: unknown, into: string[] = []): string[] {
  if (typeof value === 'string') into.push(value)
  else if (typeof value === 'object' && value !== null)
    for (const inner of Object.values(value)) listStrings(inner, into)
  return into
}

/** Bytes of UTF-16 as UTF-8, by the web's decoder. */
function decodePlainly(content: Buffer, encoding: 'utf-16le' | 'utf-16be'): string {
  return new TextDecoder(encoding).decode(content)
}

function transcode(content: Buffer, encoding: 'utf-16le' | 'utf-16be', size: number): string {
  const transcoder = new Transcoder(encoding)
  const out: Buffer[] = []
  feed(content, size, block => out.push(transcoder.feed(block)))
  out.push(transcoder.end())
  return Buffer.concat(out).toString('utf8')
}

/** Every property by the name of its parser. */
export const parserProperties: { [name: string]: fc.IProperty<unknown> } = {
  lines: fc.property(fc.oneof(bytes, mixedBytes), blockSize, (content, size) => {
    return cutLines(content, size).join('\n') === cutLinesPlainly(content).join('\n')
  }),
  values: fc.property(
    textOf('[', ']', '{', '}', '"', '\\', ',', ':', '1', ' ', '\n', '山').map(text => Buffer.from(text)),
    fc.constantFrom<ValueLevel>('values', 'elements', 'members'),
    blockSize,
    (content, level, size) => {
      const cut = cutValues(content, level, size)
      return cut.bytes === content.length && cut.values.join('\n') === cutValues(content, level, 1000).values.join('\n')
    },
  ),
  csv: fc.property(textOf('a', ',', '"', '\n', '\r', ';', '\t', 'é', ' '), blockSize, (text, size) => {
    const content = Buffer.from(`id,text\n${text}`)
    return readBlocks('csv', content, size) === readBlocks('csv', content, 1000)
  }),
  jsonl: fc.property(fc.oneof(bytes, mixedBytes), blockSize, (content, size) => {
    const read = readBlocks('jsonl', content, size)
    return read.startsWith('[') && read === readBlocks('jsonl', content, 1000)
  }),
  json: fc.property(fc.oneof(bytes, mixedBytes), blockSize, (content, size) => {
    const read = readBlocks('json', content, size)
    return read.startsWith('[') && read === readBlocks('json', content, 1000)
  }),
  literals: fc.property(
    textOf("'", '"', '\\', '[', ']', '{', '}', ',', ':', 'None', '1', '(', 'x41', ' ', 'b'),
    text => {
      const value = parseLiteral(text)
      return value === undefined || value === null || JSON.stringify(value) !== undefined
    },
  ),
  layouts: fc.property(row, value => {
    const read = readRow(asRow(value)!, -1)
    if (read === null) return true
    const strings = listStrings(value)
    return read.readings.every(
      ({ text }) => text.trim() !== '' && strings.some(string => string.includes(text) || /^[[{]/.test(string)),
    )
  }),
  pointers: fc.property(
    row,
    textOf('/', '*', '0', '~1', 'text', 'messages', '__proto__', 'content'),
    (value, pointer) => {
      const pointed = readPointer(value, pointer)
      const strings = listStrings(value)
      return pointed === null || pointed.every(({ text }) => strings.includes(text))
    },
  ),
  templates: fc.property(
    textOf(
      '### Human: ',
      '### Assistant: ',
      '<|im_start|>',
      'user\n',
      'assistant\n',
      '<|im_end|>',
      '[INST]',
      '[/INST]',
      'H: ',
      'A: ',
      '\n',
      'word ',
    ),
    text => (readTemplate(text, 'text') ?? []).every(turn => turn.texts.every(part => text.includes(part.text))),
  ),
  encodings: fc.property(
    fc.array(fc.constantFrom('a', 'é', '🜁', '\ud800', '\udc00', '\ufeff', '\0', '\r', '\n'), { maxLength: 12 }),
    fc.boolean(),
    fc.boolean(),
    blockSize,
    (units, isBig, isTorn, size) => {
      let content = Buffer.from(units.join(''), 'utf16le')
      if (isBig) content.swap16()
      if (isTorn) content = content.subarray(0, -1)
      const encoding = isBig ? 'utf-16be' : 'utf-16le'
      return transcode(content, encoding, size) === decodePlainly(content, encoding)
    },
  ),
  formats: fc.property(
    fc.oneof(bytes, mixedBytes),
    fc.constantFrom('a.json', 'a.csv', 'a', 'a.zip', 'a.parquet', 'a.md'),
    (head, name) => {
      const found = [
        findRefusal(head, name)?.code,
        findContainer(head),
        findEncoding(head),
        findBinaryFormat(head),
        findTextFormat(head, name),
      ]
      return found.every(answer => answer === undefined || answer === null || typeof answer === 'string')
    },
  ),
}
