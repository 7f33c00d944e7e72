/**
 * read: parsed records → documents and their account. Every format hands its records to a desk; here a
 * record gets its one outcome.
 */
import { isUtf8 } from 'node:buffer'
import { hashBytes, hashUnits } from '../hash.ts'
import type { Document, LedgerFile, LedgerProblem } from '../types.ts'
import { joinPrompt, type Row, readId, readModel } from './fields.ts'
import { asRow, type LayoutDecision, layoutNames, readRow, shapes } from './layouts.ts'
import { Account, type Trouble } from './ledger.ts'
import { readPointer } from './pointers.ts'
import { batchUnits, type ReadOptions } from './settings.ts'
import type { Reading } from './turns.ts'

/** The troubles that a record can have. */
export const malformedJson: Trouble = {
  outcome: 'rejected',
  code: 'malformed-json',
  reason: 'the record is not valid JSON',
}
const noModelColumn = {
  code: 'no-model-column',
  reason: 'sets of this layout usually name the model that answered; this file has no column for it',
}
const noText: Trouble = { outcome: 'skipped', code: 'no-model-text', reason: 'the record holds no model-side text' }

/** Takes the blocks of one part in order. */
export interface RecordReader {
  feed(block: Buffer): void
  /** @param cut the fault after which nothing could be read, or null at a clean end */
  end(cut: Trouble | null): void
}

/** Replaces NaN and Infinity, which Python writes and JSON does not know, outside strings. */
function parseLoosely(text: string): unknown {
  return JSON.parse(text.replace(/"[^"\\]*(?:\\.[^"\\]*)*"|-?\b(?:NaN|Infinity)\b/g, x => (x[0] === '"' ? x : 'null')))
}

/** The trouble of a record over the limit. */
export function describeOversize(maxBytes: number): Trouble {
  return { outcome: 'limited', code: 'record-bytes', reason: `the record is longer than ${maxBytes} bytes` }
}

/** Units of all strings in a value, and whether U+FFFD is among them; does not recurse. */
function measureText(value: unknown): { units: number; isReplaced: boolean } {
  const open: unknown[] = [value]
  let units = 0
  let isReplaced = false
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next === 'string') {
      units += next.length
      isReplaced ||= next.includes('\ufffd')
    } else if (typeof next === 'object' && next !== null && !ArrayBuffer.isView(next)) {
      for (const inner of Object.values(next)) if (inner !== undefined) open.push(inner)
    }
  }
  return { units, isReplaced }
}

/** Columns of one object; a million of them are no record, and looking through them takes seconds. */
const maxColumns = 10_000

/** Shape of a parsed value. */
interface Shape {
  /** the limit that it passes by its nesting or its columns, if any */
  limit: Trouble | null
  /** keys of all objects in it */
  nKeys: number
}

/** Looks through a parsed value; does not recurse. */
export function measureShape(value: unknown, maxDepth: number): Shape {
  let nKeys = 0
  let level: unknown[] = [value]
  const end = (code: string, reason: string): Shape => ({ limit: { outcome: 'limited', code, reason }, nKeys })
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > maxDepth) return end('nesting', `the record is nested deeper than ${maxDepth} levels`)
    const next: unknown[] = []
    for (const holder of level) {
      if (typeof holder !== 'object' || holder === null || ArrayBuffer.isView(holder)) continue
      if (Array.isArray(holder)) {
        for (const inner of holder) if (typeof inner === 'object' && inner !== null) next.push(inner)
        continue
      }
      const keys = Object.keys(holder)
      if (keys.length > maxColumns) return end('columns', `an object has more than ${maxColumns} columns`)
      nKeys += keys.length
      for (const key of keys) {
        const inner = (holder as Row)[key]
        if (typeof inner === 'object' && inner !== null) next.push(inner)
      }
    }
    level = next
  }
  return { limit: null, nKeys }
}

const colon = 58

/** Keys written in JSON text, those written twice counted twice. */
function countKeys(text: string): number {
  let n = 0
  for (const [whole] of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?/gs)) if (whole.endsWith(':')) n++
  return n
}

/** True if an object of the text has a key twice; `nKeys` are those that parsing left. */
function hasRepeatedKeys(text: string, nKeys: number): boolean {
  // quotes before a colon are keys, or stand inside a string, which only the slow count can tell
  let n = 0
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) {
    let next = text.charCodeAt(at + 1)
    for (let i = at + 2; next <= 32; i++) next = text.charCodeAt(i)
    if (next === colon) n++
  }
  return n !== nKeys && countKeys(text) > nKeys
}

/** Hash of a row's content. */
function hashRow(row: Row): number {
  return hashUnits(JSON.stringify(row, (_, value) => (typeof value === 'bigint' ? `${value}` : value)))
}

/** Where records of one part become documents. */
export class Desk {
  readonly account: Account
  documents: Document[] = []
  nDocuments = 0
  /** line ends passed so far, where the format has lines */
  lines = 0
  private units = 0
  private readonly file: string
  private readonly layout: LayoutDecision | null
  protected readonly options: ReadOptions
  private readonly maxRecords: number
  /** hashes below it are in the sample */
  private readonly sampleBound: number

  /** @param maxRecords records of the sample that are read; those after them are left out */
  constructor(
    file: string,
    layout: LayoutDecision | null,
    options: ReadOptions,
    maxRecords: number = Number.POSITIVE_INFINITY,
  ) {
    this.file = file
    this.layout = layout
    this.options = options
    this.maxRecords = maxRecords
    this.sampleBound = (options.sampleShare ?? 1) * 2 ** 32
    this.account = new Account(file)
  }

  /** True when a batch is large enough to be handed on. */
  get isFull(): boolean {
    return this.units >= batchUnits || this.account.problems.length >= 4096
  }

  /** Books JSON text that stands in `bytes[start, end)`. */
  takeJson(bytes: Buffer, start: number, end: number, size: number, line: number | null): void {
    if (this.isLeft(size, () => hashBytes(bytes, start, end))) return
    const text = bytes.toString('utf8', start, end)
    const value = this.parse(text)
    if (value === undefined) {
      this.account.drop(malformedJson, size, line, true)
      return
    }
    if (text.includes('\ufffd')) this.noteInvalid(bytes.subarray(start, end))
    this.takeValue(value, size, line, text)
  }

  /** Is the record left out on request? The choice depends on its content alone. */
  private isLeft(size: number, hashContent: () => number): boolean {
    if (this.sampleBound < 2 ** 32 && hashContent() >= this.sampleBound) {
      this.account.leave('sample', size)
      return true
    }
    if (this.account.taken < this.maxRecords) return false
    this.account.leave('limit', size)
    return true
  }

  private parse(text: string): unknown {
    try {
      return JSON.parse(text)
    } catch {
      if (!/NaN|Infinity/.test(text)) return undefined
    }
    try {
      const value = parseLoosely(text)
      this.account.note('non-finite-number', 'a number is NaN or Infinity, which JSON does not know; read as null')
      return value
    } catch {
      return undefined
    }
  }

  /** Remarks on bytes that are not UTF-8; they were decoded as U+FFFD. */
  noteInvalid(bytes: Buffer): void {
    if (isUtf8(bytes)) return
    this.account.note('invalid-utf8', 'bytes that are not UTF-8 were read as U+FFFD')
  }

  /** Books a parsed record; `source` is the JSON text that it stood in. */
  takeValue(value: unknown, size: number, line: number | null, source?: string): void {
    const { limit, nKeys } = measureShape(value, this.options.maxDepth)
    if (limit) {
      this.account.drop(limit, size, line, true)
      return
    }
    if (source !== undefined && hasRepeatedKeys(source, nKeys)) {
      this.account.note('repeated-key', 'an object has a key twice; the last is read, as JSON.parse and Python have it')
    }
    const readings = this.readValue(value)
    if (!Array.isArray(readings)) this.account.drop(readings, size, line, true)
    else this.add(this.account.scan(size), readId(asRow(value)!), readings)
  }

  /** Books a row of a table of text. */
  takeCells(row: Row, size: number, line: number | null): void {
    if (!this.isLeft(size, () => hashRow(row))) this.takeValue(row, size, line)
  }

  /** Books a row of a columnar file, whose `size` is its share of the file. */
  takeRow(row: Row, size: number): void {
    if (this.isLeft(size, () => hashRow(row))) return
    const { units, isReplaced } = measureText(row)
    if (units > this.options.maxRecordBytes) {
      this.account.drop(describeOversize(this.options.maxRecordBytes), size, null, true)
      return
    }
    if (isReplaced)
      this.account.note('replaced-characters', 'the text holds U+FFFD, written so or for bytes that are not UTF-8')
    this.takeValue(row, size, null)
  }

  /** Books a text without columns. */
  takeText(text: string, field: string, size: number, line: number | null): void {
    if (this.isLeft(size, () => hashUnits(text))) return
    if (/\S/.test(text)) this.add(this.account.scan(size), null, [{ field, text, prompt: null, model: null }])
    else this.account.drop(noText, size, line, true)
  }

  /** Batch so far, which is then empty. */
  take(): { documents: Document[]; problems: LedgerProblem[] } {
    const batch = { documents: this.documents, problems: this.account.takeProblems() }
    this.documents = []
    this.units = 0
    return batch
  }

  /** The account of the part. */
  close(file: Pick<LedgerFile, 'sizeBytes' | 'sha256' | 'chain'>): LedgerFile {
    this.account.close()
    const { counts, notes, firstScanned } = this.account
    if (this.layout?.lacksModelColumn === true && firstScanned !== null)
      notes.set('no-model-column', { ...noModelColumn, records: counts.scanned, first: firstScanned })
    const sorted = [...notes.values()].sort((a, b) => (a.code < b.code ? -1 : 1))
    return {
      file: this.file,
      ...file,
      layout: this.layout?.name ?? null,
      documents: this.nDocuments,
      ...counts,
      ...(sorted.length > 0 ? { notes: sorted } : {}),
    }
  }

  private add(record: number, id: string | null, readings: Reading[]): void {
    const { file } = this
    for (const { field, text, prompt, model } of readings) {
      this.documents.push({ file, record, field, id, model, text, prompt })
      this.units += text.length + (prompt?.length ?? 0)
    }
    this.nDocuments += readings.length
  }

  private readValue(value: unknown): Reading[] | Trouble {
    const row = asRow(value)
    if (row === null) return noText
    const readings = this.readRecord(row)
    return Array.isArray(readings) && readings.length === 0 ? noText : readings
  }

  private readRecord(row: Row): Reading[] | Trouble {
    const { layout, textField } = this.options
    if (textField !== undefined) return this.readByHand(row, textField)
    if (layout !== undefined && layout !== 'text') return readForced(row, layout)
    const found = readRow(row, this.layout?.shape ?? -1)
    const readings = found?.readings ?? []
    return this.options.promptField === undefined ? readings : this.withPrompt(row, readings)
  }

  private readByHand(row: Row, textField: string): Reading[] | Trouble {
    const pointed = readPointer(row, textField)
    if (pointed === null) {
      const reason = `expected text at ${textField}, got columns ${listKeys(row)}`
      return { outcome: 'rejected', code: 'no-such-field', reason }
    }
    const model = readModel(row)
    const readings = pointed.map(({ field, text }) => ({ field, text, prompt: null, model }))
    return this.options.promptField === undefined ? readings : this.withPrompt(row, readings)
  }

  private withPrompt(row: Row, readings: Reading[]): Reading[] {
    const pointed = readPointer(row, this.options.promptField!)
    const prompt = joinPrompt(pointed?.map(({ text }) => text) ?? [])
    return readings.map(reading => ({ ...reading, prompt }))
  }
}

function readForced(row: Row, layout: string): Reading[] | Trouble {
  for (const { names, read } of shapes) {
    const readings = names.includes(layout) ? read(row) : null
    if (readings) return readings
  }
  const reason = `expected layout ${layout}, got columns ${listKeys(row)}; leave the layout out to have it recognised`
  return { outcome: 'rejected', code: 'wrong-layout', reason }
}

function listKeys(row: Row): string {
  const keys = Object.keys(row)
  const shown = keys.slice(0, 8).map(key => (key.length > 30 ? `${key.slice(0, 30)}…` : key))
  return `${shown.join(', ') || '(none)'}${keys.length > 8 ? ` and ${keys.length - 8} more` : ''}`
}

/** True if the name is one that `ReadOptions.layout` takes. */
export function isLayoutName(name: string): boolean {
  return layoutNames.includes(name)
}
