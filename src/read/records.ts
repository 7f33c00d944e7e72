/**
 * read: decoded blocks → records of one format, handed to the desk. Each reader takes blocks and ends
 * either at the end of the file or where it was cut by a fault.
 */
import { ValueSplitter } from './array.ts'
import { readCsv } from './csv.ts'
import { type Desk, describeOversize, malformedJson, type RecordReader } from './desk.ts'
import { LineSplitter } from './lines.ts'
import type { ReadOptions } from './settings.ts'

/** The reader of a format that is read as a stream of blocks. */
export function createReader(format: string | undefined, desk: Desk, options: ReadOptions): RecordReader {
  if (format === 'text') return readText(desk)
  if (format === 'json' || format === 'json-object') {
    return readJsonValues(desk, options.maxRecordBytes, format === 'json-object')
  }
  if (format === 'csv' || format === 'tsv') return readCsv(desk, options.maxRecordBytes)
  return readJsonLines(desk, options.maxRecordBytes, format === 'jsonl-cr' ? 13 : 10)
}

function isBlank(bytes: Buffer, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const byte = bytes[i]
    if (byte !== 32 && byte !== 13 && byte !== 9 && byte !== 10) return false
  }
  return true
}

/** One JSON value a line. */
function readJsonLines(desk: Desk, maxBytes: number, terminator: number): RecordReader {
  const { account } = desk
  const oversize = describeOversize(maxBytes)
  const splitter = new LineSplitter(
    terminator,
    maxBytes,
    (bytes, start, end, size) => {
      desk.lines++
      if (end - start < 64 && isBlank(bytes, start, end)) account.pass(size)
      else desk.takeJson(bytes, start, end, size, desk.lines)
    },
    size => account.drop(oversize, size, ++desk.lines, true),
  )
  return {
    feed: block => splitter.feed(block),
    end: cut => {
      if (cut === null) {
        splitter.end()
        return
      }
      const held = splitter.abandon()
      const isRecord = held !== null && isJson(held)
      if (isRecord) desk.takeJson(held, 0, held.length, held.length, ++desk.lines)
      account.drop(cut, isRecord ? 0 : splitter.abandonedBytes, desk.lines + 1, false)
    },
  }
}

function isJson(bytes: Buffer): boolean {
  try {
    JSON.parse(bytes.toString('utf8'))
    return true
  } catch {
    return false
  }
}

/** The elements of a JSON array, the records inside a JSON object, or values one after the other. */
function readJsonValues(desk: Desk, maxBytes: number, isWrapped: boolean): RecordReader {
  const { account } = desk
  const oversize = describeOversize(maxBytes)
  const splitter = new ValueSplitter(isWrapped ? 'members' : 'values', maxBytes, {
    onValue: (bytes, from, to, line) => desk.takeJson(bytes, from, to, to - from, line),
    onOversize: (size, line) => account.drop(oversize, size, line, true),
    onGap: size => account.pass(size),
  })
  let isBegun = isWrapped
  return {
    feed: block => {
      const first = isBegun ? undefined : block.find(byte => byte !== 32 && byte !== 13 && byte !== 9 && byte !== 10)
      isBegun ||= first !== undefined
      if (first === 91) splitter.level = 'elements'
      splitter.feed(block)
    },
    end: cut => {
      const line = splitter.openLine
      const unfinished = splitter.end()
      if (cut !== null) account.drop(cut, unfinished, line, false)
      else if (unfinished > 0) account.drop(malformedJson, unfinished, line, true)
      else if (!splitter.isComplete) {
        const reason = 'the file ends before its array is closed'
        account.drop({ outcome: 'rejected', code: 'truncated-json', reason }, 0, line, false)
      }
    },
  }
}

/** Text longer than this is cut into records at paragraphs. */
const textRecordBytes = 1 << 20

/** A text; a long one is cut at blank lines, else at line ends, else at characters. */
function readText(desk: Desk): RecordReader {
  const { account } = desk
  let pieces: Buffer[] = []
  let heldBytes = 0
  let offset = 0
  let line = 1
  const take = (bytes: Buffer): void => {
    const text = bytes.toString('utf8')
    if (text.includes('\ufffd')) desk.noteInvalid(bytes)
    desk.takeText(text, offset === 0 ? 'text' : `text@${offset}`, bytes.length, line)
    offset += bytes.length
    for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) line++
  }
  return {
    feed: block => {
      pieces.push(Buffer.from(block))
      heldBytes += block.length
      if (heldBytes < 2 * textRecordBytes) return
      let held = Buffer.concat(pieces, heldBytes)
      while (held.length >= 2 * textRecordBytes) {
        const cut = findTextCut(held, textRecordBytes)
        take(held.subarray(0, cut))
        held = held.subarray(cut)
      }
      pieces = [held]
      heldBytes = held.length
    },
    end: cut => {
      if (heldBytes > 0 || (cut === null && offset === 0)) take(Buffer.concat(pieces, heldBytes))
      if (cut !== null) account.drop(cut, 0, line, false)
    },
  }
}

/** Where to cut: after the last blank line before `limit`, else after the last line end, else between characters. */
function findTextCut(bytes: Buffer, limit: number): number {
  const part = bytes.subarray(0, limit)
  const blank = Math.max(part.lastIndexOf('\n\n') + 2, part.lastIndexOf('\n\r\n') + 3)
  if (blank > limit / 2) return blank
  const lineEnd = part.lastIndexOf(10) + 1
  if (lineEnd > limit / 2) return lineEnd
  let cut = limit
  while (cut > limit - 4 && (bytes[cut] & 0xc0) === 0x80) cut--
  return cut
}
