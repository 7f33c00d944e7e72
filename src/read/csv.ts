/**
 * read: decoded blocks → rows of CSV or TSV, as RFC 4180 has them and as Python's reader forgives: quoted
 * line ends, doubled quotes, stray quotes in unquoted cells, LF, CRLF and bare CR.
 *
 * Faults: a quote that is never closed makes a row of all that follows. Past the record limit, or at the
 * end, only its first line is rejected and reading goes on with the next.
 */
import { type Desk, describeOversize, type RecordReader } from './desk.ts'
import { classifyField, type Row } from './fields.ts'
import type { Trouble } from './ledger.ts'

const quote = 34
const lf = 10
const cr = 13

/** A first row with a cell longer than this is data, not names. */
const maxNameUnits = 128
const maxNameWords = 8

/** Times that an unclosed quote may be got over; each costs a look at up to one record limit of bytes. */
const maxRecoveries = 16

/** Places of the cells of one row. */
interface RowPlaces {
  /** start, end and 1 if quoted, for each cell */
  cells: number[]
  /** first byte after the row and its line end */
  next: number
}

/** Finds the cells of the row at `start`; null if the row does not end within `bytes`, which `isLast` says it must. */
function findRow(bytes: Buffer, start: number, delimiter: number, isLast: boolean): RowPlaces | null {
  const cells: number[] = []
  const n = bytes.length
  for (let at = start; ; ) {
    let end = at
    let isQuoted = 0
    if (bytes[at] === quote) {
      isQuoted = 1
      end = findQuoteEnd(bytes, at + 1)
      if (end < 0 || (end >= n && !isLast)) return null
    }
    while (end < n && bytes[end] !== delimiter && bytes[end] !== lf && bytes[end] !== cr) end++
    if (end >= n && !isLast) return null
    cells.push(at, end, isQuoted)
    if (end < n && bytes[end] === delimiter) {
      at = end + 1
      continue
    }
    if (end < n && bytes[end] === cr) {
      if (end + 1 >= n && !isLast) return null
      return { cells, next: end + (bytes[end + 1] === lf ? 2 : 1) }
    }
    return { cells, next: Math.min(n, end + 1) }
  }
}

/** The byte after the closing quote; -1 if there is none. */
function findQuoteEnd(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(quote, from); at >= 0; at = bytes.indexOf(quote, at + 2)) {
    if (bytes[at + 1] !== quote) return at + 1
  }
  return -1
}

function readCell(text: string, isQuoted: boolean): string {
  if (!isQuoted) return text
  // what stands behind the closing quote belongs to the cell, as Python has it
  const close = findClose(text)
  return text.slice(1, close).replaceAll('""', '"') + text.slice(close + 1)
}

function findClose(text: string): number {
  for (let at = text.indexOf('"', 1); at >= 0; at = text.indexOf('"', at + 2)) {
    if (text[at + 1] !== '"') return at
  }
  return text.length
}

function readCells(bytes: Buffer, start: number, { cells, next }: RowPlaces): string[] {
  const whole = bytes.toString('utf8', start, next)
  const isAscii = whole.length === next - start // every unit is then a byte of its own
  const values: string[] = []
  for (let i = 0; i < cells.length; i += 3) {
    const [from, to, isQuoted] = [cells[i], cells[i + 1], cells[i + 2]]
    const text = isAscii ? whole.slice(from - start, to - start) : bytes.toString('utf8', from, to)
    values.push(readCell(text, isQuoted === 1))
  }
  return values
}

/** The delimiter that the first line has most of, outside quotes. */
function findDelimiter(head: Buffer): number {
  const line = head
    .toString('latin1')
    .replace(/"(?:[^"]|"")*"/g, '')
    .split(/[\r\n]/, 1)[0]
  const ranked = [',', '\t', ';', '|'].map(mark => ({ mark, n: line.split(mark).length }))
  return ranked.reduce((best, next) => (next.n > best.n ? next : best)).mark.charCodeAt(0)
}

/** True if a first row holds data: a cell too long for a name, or a sentence where no cell has a name that is known. */
function isData(cells: string[]): boolean {
  if (cells.some(cell => cell.length > maxNameUnits)) return true
  return (
    cells.some(cell => cell.split(' ').length > maxNameWords) && cells.every(cell => classifyField(cell) === 'other')
  )
}

/** Names of columns, made different from one another. */
function nameColumns(cells: string[]): { names: string[]; isHeader: boolean } {
  if (isData(cells)) {
    return { names: cells.map((_, i) => `column ${i + 1}`), isHeader: false }
  }
  const seen = new Map<string, number>()
  const names = cells.map((cell, i) => {
    const name = cell.trim() || `column ${i + 1}`
    const n = (seen.get(name) ?? 0) + 1
    seen.set(name, n)
    return n === 1 ? name : `${name} ${n}`
  })
  return { names, isHeader: true }
}

/** Reads CSV; the delimiter is found in the first block. */
export function readCsv(desk: Desk, maxBytes: number): RecordReader {
  return new CsvReader(desk, maxBytes)
}

class CsvReader implements RecordReader {
  private readonly desk: Desk
  private readonly maxBytes: number
  private delimiter = 0
  private names: string[] | null = null
  private held: Buffer = Buffer.alloc(0)
  private nRecoveries = 0

  constructor(desk: Desk, maxBytes: number) {
    this.desk = desk
    this.maxBytes = maxBytes
  }

  feed(block: Buffer): void {
    const bytes = this.held.length > 0 ? Buffer.concat([this.held, block]) : block
    if (this.delimiter === 0) this.delimiter = findDelimiter(bytes)
    const rest = this.takeRows(bytes, false)
    this.held = Buffer.from(bytes.subarray(rest))
  }

  end(cut: Trouble | null): void {
    const rest = cut === null ? this.takeRows(this.held, true) : 0
    const left = this.held.length - rest
    if (cut !== null) this.desk.account.drop(cut, left, this.desk.lines + 1, false)
    else if (left > 0) this.desk.account.drop(unclosed, left, this.desk.lines + 1, true)
    this.held = Buffer.alloc(0)
  }

  /** Takes every row that ends within the bytes; returns where the first that does not begins. */
  private takeRows(bytes: Buffer, isLast: boolean): number {
    let at = 0
    while (at < bytes.length) {
      const row = findRow(bytes, at, this.delimiter, isLast)
      if (row === null) {
        if (!isLast && bytes.length - at <= this.maxBytes) break
        const next = this.recover(bytes, at)
        if (next < 0) break
        at = next
        continue
      }
      this.takeRow(bytes, at, row)
      at = row.next
    }
    return at
  }

  /** Rejects the first line of a row that does not end; -1 if there is no line end, or too often. */
  private recover(bytes: Buffer, at: number): number {
    const lineEnd = bytes.indexOf(lf, at)
    if (lineEnd < 0 || ++this.nRecoveries > maxRecoveries) {
      if (bytes.length - at <= this.maxBytes) return -1
      this.desk.account.drop(unclosed, bytes.length - at, this.desk.lines + 1, true)
      return bytes.length
    }
    this.desk.lines++
    this.desk.account.drop(unclosed, lineEnd + 1 - at, this.desk.lines, true)
    return lineEnd + 1
  }

  private takeRow(bytes: Buffer, start: number, places: RowPlaces): void {
    const { desk } = this
    const size = places.next - start
    const line = desk.lines + 1
    desk.lines += countLineEnds(bytes, start, places.next)
    const isBlank = places.cells.length === 3 && places.cells[0] === places.cells[1]
    if (isBlank) {
      desk.account.pass(size)
      return
    }
    if (size > this.maxBytes) {
      desk.account.drop(describeOversize(this.maxBytes), size, line, true)
      return
    }
    const cells = readCells(bytes, start, places)
    if (this.names === null) {
      const { names, isHeader } = nameColumns(cells)
      this.names = names
      if (isHeader) {
        desk.account.pass(size)
        return
      }
      desk.account.note('no-header', 'the first row is no list of names; columns were numbered')
    }
    const bad = bytes.subarray(start, places.next)
    if (cells.some(cell => cell.includes('\ufffd'))) desk.noteInvalid(bad)
    if (cells.length !== this.names.length) {
      desk.account.note('column-count', 'the row has more or fewer cells than there are names')
    }
    desk.takeCells(this.nameCells(cells), size, line)
  }

  private nameCells(cells: string[]): Row {
    const row: Row = Object.create(null)
    for (const [i, cell] of cells.entries()) row[this.names![i] ?? `column ${i + 1}`] = cell
    return row
  }
}

const unclosed: Trouble = { outcome: 'rejected', code: 'unclosed-quote', reason: 'a quote is opened and never closed' }

function countLineEnds(bytes: Buffer, start: number, end: number): number {
  const part = bytes.subarray(start, end)
  let n = 0
  for (let at = part.indexOf(lf); at >= 0; at = part.indexOf(lf, at + 1)) n++
  if (n === 0 && part.includes(cr)) n = 1
  return n
}
