/**
 * read: a record → its model-side texts. A layout is a shape; the first in `shapes` that a record has
 * reads it. The layout decided for the file is tried first and the others after it, so a file of mixed
 * layouts is read whole; a layout set by hand is the only one tried.
 *
 * Faults: a prompt column under an unknown name of a record of unknown shape is read as model-side.
 */

import { readAnswers, readColumns, readRows } from './columns.ts'
import { classifyField, hasText, isRow, joinPrompt, type Row, readModel } from './fields.ts'
import { readHc3, readMoss, readOasstRow, readOasstTree, readPreference } from './trees.ts'
import { collectReadings, type Reading, readAlternating, readTurns, unwrapLiteral } from './turns.ts'

/** A record's shape, by name: `read` gives null if the record does not have it, [] if it holds no model-side text. */
export interface Shape {
  names: readonly string[]
  read(row: Row): Reading[] | null
  /** the finer name, for the report */
  label(row: Row): string
}

const conversationKeys = [
  'messages',
  'conversations',
  'conversation',
  'chat',
  'dialog',
  'dialogue',
  'turns',
  'contents',
]
const alternatingKeys = [...conversationKeys, 'data']

function findTurns(row: Row): { key: string; turns: NonNullable<ReturnType<typeof readTurns>> } | null {
  for (const key of conversationKeys) {
    const value = row[key]
    if (value === undefined) continue
    const turns = readTurns(unwrapLiteral(value), key)
    if (turns) return { key, turns }
  }
  for (const key in row) {
    const value = row[key]
    if (typeof value !== 'object' || value === null || key === 'chosen' || key === 'rejected') continue
    const turns = readTurns(value, key)
    if (turns) return { key, turns }
  }
  for (const key of alternatingKeys) {
    const value = row[key]
    if (value === undefined) continue
    const turns = readAlternating(unwrapLiteral(value), key)
    if (turns) return { key, turns }
  }
  return null
}

/** The system column of a conversation row; its prompt columns repeat the first turn. */
function readSystem(row: Row): string | null {
  const parts: string[] = []
  for (const key in row) if (classifyField(key) === 'system' && hasText(row[key])) parts.push(row[key] as string)
  return joinPrompt(parts)
}

function readConversation(row: Row): Reading[] | null {
  const found = findTurns(row)
  if (found === null) return null
  const readings = collectReadings(found.turns, readSystem(row), readModel(row))
  for (const key in row) {
    if (key === found.key || classifyField(key) !== 'answer') continue
    return [...readings, ...(readAnswers({ ...row, [found.key]: null }) ?? [])]
  }
  return readings
}

function labelConversation(row: Row): string {
  const key = findTurns(row)?.key
  if (key === undefined) return 'conversation'
  if ('label' in row && typeof row.label === 'boolean') return 'kto'
  const list = unwrapLiteral(row[key])
  const first: unknown = Array.isArray(list) ? list[0] : list
  if (!isRow(first)) return 'conversation'
  return 'from' in first ? 'sharegpt' : 'role' in first && key !== 'contents' ? 'messages' : 'conversation'
}

function labelAnswers(row: Row): string {
  if ('label' in row && typeof row.label === 'boolean') return 'kto'
  if (typeof row.instruction !== 'string') return 'prompt-response'
  if (typeof row.output === 'string') return 'alpaca'
  return typeof row.response === 'string' && 'context' in row ? 'dolly' : 'prompt-response'
}

/** Every shape, the most telling first. */
export const shapes: readonly Shape[] = [
  { names: ['preference'], read: readPreference, label: () => 'preference' },
  { names: ['oasst', 'oasst-tree'], read: readOasstTree, label: () => 'oasst-tree' },
  { names: ['oasst', 'oasst-rows'], read: readOasstRow, label: () => 'oasst-rows' },
  { names: ['moss'], read: readMoss, label: () => 'moss' },
  { names: ['messages', 'sharegpt', 'conversation', 'kto'], read: readConversation, label: labelConversation },
  { names: ['hc3'], read: readHc3, label: () => 'hc3' },
  { names: ['alpaca', 'dolly', 'prompt-response', 'kto'], read: readAnswers, label: labelAnswers },
  { names: ['rows'], read: readRows, label: () => 'rows' },
  { names: ['columns'], read: readColumns, label: () => 'columns' },
]

/** Names that `--layout` takes. `text` reads a file as plain text whatever its format. */
export const layoutNames: readonly string[] = ['text', ...new Set(shapes.flatMap(shape => shape.names))].sort()

/** What the layout was decided to be, for one source; plain data, so it goes to workers. */
export interface LayoutDecision {
  /** as the report shows it, e.g. `alpaca` */
  name: string
  /** where it came from */
  by: 'format' | 'shape' | 'option'
  /** index in `shapes` of the shape to try first; -1 if shapes are not asked */
  shape: number
  /** records looked at, and those of them in which model-side text was found */
  sampled: number
  hits: number
  /** names of layouts among the sampled records, with their counts */
  seen: { [name: string]: number }
  /** true where most sampled records are of a kind that usually names the model, and have no column for it */
  lacksModelColumn: boolean
}

/** Columns that stand in public sets whose rows name the model that answered, by the set; all of a line must be there. */
const modelNamingSets: readonly (readonly string[])[] = [
  ['conversation', 'conversation_id'],
  ['conversation', 'conversation_hash'],
  ['conversation', 'openai_moderation'],
  ['conversation', 'redacted'],
  ['message_tree_id', 'role'],
  ['dataset', 'instruction', 'output'],
]

/** True for a row of a kind that usually names the model that answered, without a column for it. */
export function lacksModelColumn(row: Row): boolean {
  if (!modelNamingSets.some(columns => columns.every(column => Object.hasOwn(row, column)))) return false
  for (const key in row) if (classifyField(key) === 'model') return false
  return true
}

/** Is this the place of a shape, or -1 for none? Plans bring decisions from elsewhere. */
export function isShapeIndex(shape: number): boolean {
  return Number.isInteger(shape) && shape >= -1 && shape < shapes.length
}

/** A record as a row: bare strings and arrays of turns get a column of their own; null for anything else. */
export function asRow(value: unknown): Row | null {
  if (typeof value === 'string') return { text: value }
  if (Array.isArray(value)) return { turns: value }
  return isRow(value) ? value : null
}

/** Readings of a row by the first shape that it has, `first` being tried before the others; null if it has none. */
export function readRow(row: Row, first: number): { shape: number; readings: Reading[] } | null {
  if (first >= 0) {
    const readings = shapes[first].read(row)
    if (readings) return { shape: first, readings }
  }
  for (const [shape, { read }] of shapes.entries()) {
    const readings = shape === first ? null : read(row)
    if (readings) return { shape, readings }
  }
  return null
}

/** Votes over sampled records. */
export function decideLayout(values: unknown[]): LayoutDecision | null {
  const votes = new Map<string, { shape: number; n: number }>()
  let hits = 0
  let nLacking = 0
  for (const value of values) {
    const row = asRow(value)
    const found = row && readRow(row, -1)
    if (!row || !found) continue
    if (lacksModelColumn(row)) nLacking++
    const name = shapes[found.shape].label(row)
    const vote = votes.get(name) ?? { shape: found.shape, n: 0 }
    vote.n++
    votes.set(name, vote)
    if (found.readings.length > 0) hits++
  }
  const ranked = [...votes].sort((a, b) => b[1].n - a[1].n || a[1].shape - b[1].shape)
  if (ranked.length === 0) return null
  const [name, { shape }] = ranked[0]
  const seen = Object.fromEntries(ranked.map(([label, vote]) => [label, vote.n]))
  const sampled = values.length
  return { name, by: 'shape', shape, sampled, hits, seen, lacksModelColumn: nLacking > sampled / 2 }
}
