/**
 * report: the error table of a release, whatever its columns, → tables of text that page and Markdown lay out.
 * The table is data that the release ships; every list of flat rows in it is one table, the rest are facts.
 */

import type { Json } from '../types.ts'
import { formatCount, formatShare, spellKey } from './wording.ts'

/** One table of the release's measured errors. */
export interface ErrorTable {
  /** empty for a table without a name */
  title: string
  head: string[]
  rows: string[][]
}

/** What a release says of its errors. */
export interface MeasuredErrors {
  /** single values, by name */
  facts: [name: string, value: string][]
  tables: ErrorTable[]
}

/** Said where a release ships no table. */
export const noMeasuredErrors =
  'This release ships no error table, so this report does not say how much of what there is the scan finds.'

type Row = { [key: string]: Json }

/** Reads an error table; values that are neither rows nor facts are shown as JSON. */
export function readMeasuredErrors(value: Json): MeasuredErrors {
  if (isRows(value)) return { facts: [], tables: [makeTable('', value)] }
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    return { facts: [['', show(value)]], tables: [] }
  const measured: MeasuredErrors = { facts: [], tables: [] }
  for (const [key, part] of Object.entries(value)) {
    if (isRows(part)) measured.tables.push(makeTable(spellKey(key), part))
    else measured.facts.push([spellKey(key), show(part)])
  }
  return measured
}

function isRows(value: Json): value is Row[] {
  const isRow = (row: Json): row is Row => row !== null && typeof row === 'object' && !Array.isArray(row)
  return Array.isArray(value) && value.length > 0 && value.every(isRow)
}

function makeTable(title: string, rows: readonly Row[]): ErrorTable {
  if (rows.every(isRate)) return { title, head: rateHead, rows: rows.map(showRate) }
  const keys = [...new Set(rows.flatMap(row => Object.keys(row)))]
  // what a row is of comes first
  keys.sort((a, b) => Number(typeof rows[0][b] === 'string') - Number(typeof rows[0][a] === 'string'))
  return { title, head: keys.map(spellKey), rows: rows.map(row => keys.map(key => show(row[key] ?? null))) }
}

type RateRow = { what: string; atClassAOrB: number; of: number; low: number; high: number }

const rateHead = ['what', 'at class A or B', 'of', 'share', 'interval']

function isRate(row: Row): row is RateRow {
  const counts = [row.atClassAOrB, row.of, row.low, row.high]
  return (
    typeof row.what === 'string' && counts.every(count => typeof count === 'number') && Object.keys(row).length === 5
  )
}

function showRate({ what, atClassAOrB, of, low, high }: RateRow): string[] {
  const share = of > 0 ? formatShare(atClassAOrB / of) : '–'
  return [what, formatCount(atClassAOrB), formatCount(of), share, `${formatShare(low)} to ${formatShare(high)}`]
}

/** A number between 0 and 1 is a share, a whole number a count. */
function show(value: Json): string {
  if (value === null) return '–'
  if (typeof value === 'string') return value
  if (typeof value !== 'number') return JSON.stringify(value)
  return value > 0 && value < 1 ? formatShare(value) : Number.isInteger(value) ? formatCount(value) : String(value)
}
