/**
 * read: records whose texts stand in columns: answers beside their prompts, text rows, and, for records
 * of unknown names, every column that holds prose.
 */
import { classifyField, type FieldRole, hasText, isRow, joinPrompt, type Row, readModel } from './fields.ts'
import { readTemplate } from './templates.ts'
import { collectReadings, type Reading, readPairs, readTurns, unwrapLiteral } from './turns.ts'

/** Columns shorter than this, or of one word, are labels and not prose. */
const proseUnits = 20

/** Columns of a record that are looked at; a row of a million columns has no layout. */
const maxColumns = 2048

function listColumns(row: Row, role: FieldRole): string[] {
  const found: string[] = []
  let n = 0
  for (const key in row) {
    if (++n > maxColumns) break
    if (classifyField(key) === role) found.push(key)
  }
  return found
}

/** What a row says was asked: the system columns, then the prompt columns, in the order of the row. */
export function readPrompt(row: Row): string | null {
  const parts: string[] = []
  for (const role of ['system', 'prompt'] as const) {
    for (const key of listColumns(row, role)) collectStrings(row[key], parts)
  }
  return joinPrompt(parts)
}

function collectStrings(value: unknown, out: string[]): void {
  if (typeof value === 'string') out.push(value)
  else if (Array.isArray(value)) {
    for (const element of value) {
      if (typeof element === 'string') out.push(element)
      else if (isRow(element)) for (const key of ['content', 'value', 'text']) collectStrings(element[key], out)
    }
  }
}

/** Texts of one answer column: a string, a list of strings, turns, or objects that hold an answer. */
function readAnswer(value: unknown, field: string, prompt: string | null, model: string | null): Reading[] | null {
  if (typeof value === 'string') return hasText(value) ? [{ field, text: value, prompt, model }] : []
  if (Array.isArray(value)) {
    const turns = readTurns(value, field)
    if (turns) return collectReadings(turns, prompt, model)
    const readings: Reading[] = []
    let isAnswer = value.length === 0
    for (const [i, element] of value.entries()) {
      const inner = readAnswer(element, `${field}[${i}]`, prompt, model)
      if (inner === null) continue
      isAnswer = true
      for (const reading of inner) readings.push(reading)
    }
    return isAnswer ? readings : null
  }
  if (!isRow(value)) return null
  const own = readModel(value) ?? model
  const readings: Reading[] = []
  let isAnswer = false
  for (const key in value) {
    const role = classifyField(key)
    if (role !== 'answer' && role !== 'text' && role !== 'reasoning' && key !== 'choices' && key !== 'message') continue
    const inner = readAnswer(value[key], `${field}.${key}`, prompt, own)
    if (inner === null) continue
    isAnswer = true
    for (const reading of inner) readings.push(reading)
  }
  return isAnswer ? readings : null
}

function readAnswerColumns(row: Row, role: 'answer' | 'weakAnswer', prompt: string | null): Reading[] | null {
  const model = readModel(row)
  const readings: Reading[] = []
  let isAnswer = false
  for (const key of listColumns(row, role)) {
    const inner = readAnswer(row[key], key, prompt, model)
    if (inner === null) continue
    isAnswer = true
    for (const reading of inner) readings.push(reading)
  }
  return isAnswer ? readings : null
}

/** Rows with answer columns (Alpaca, Dolly, prompt and response, OpenAI's batch form), with history and reasoning. */
export function readAnswers(row: Row): Reading[] | null {
  const prompt = readPrompt(row)
  const hasTextColumn = listColumns(row, 'text').some(key => hasText(row[key]))
  const readings =
    readAnswerColumns(row, 'answer', prompt) ?? (hasTextColumn ? null : readAnswerColumns(row, 'weakAnswer', prompt))
  if (readings === null) return null
  const model = readModel(row)
  const history = readPairs(unwrapLiteral(row.history), 'history')
  if (history) {
    for (const reading of collectReadings(history, null, model)) readings.push(reading)
  }
  for (const key of listColumns(row, 'reasoning')) {
    for (const reading of readAnswer(row[key], key, prompt, model) ?? []) readings.push(reading)
  }
  return readings
}

/** Rows of text, with a prompt if there is one; if there is none, a chat template inside the text is cut apart. */
export function readRows(row: Row): Reading[] | null {
  const keys = listColumns(row, 'text').filter(key => typeof row[key] === 'string')
  if (keys.length === 0) return null
  const prompt = readPrompt(row)
  const model = readModel(row)
  const readings: Reading[] = []
  for (const key of keys) {
    const text = row[key] as string
    if (!hasText(text)) continue
    const turns = prompt === null ? readTemplate(text, key) : null
    if (turns) for (const reading of collectReadings(turns, prompt, model)) readings.push(reading)
    else readings.push({ field: key, text, prompt, model })
  }
  return readings
}

/** Every column with prose in it, for records of unknown names; null if there is none. */
export function readColumns(row: Row): Reading[] | null {
  const model = readModel(row)
  const readings: Reading[] = []
  let n = 0
  for (const key in row) {
    if (++n > maxColumns) break
    const role = classifyField(key)
    if (role !== 'other' && role !== 'weakAnswer') continue
    collectProse(row[key], key, 0, model, readings)
  }
  return readings.length === 0 ? null : readings
}

function collectProse(value: unknown, field: string, depth: number, model: string | null, out: Reading[]): void {
  if (typeof value === 'string') {
    const text = value.trim()
    if (text.length >= proseUnits && (/\s/.test(text) || /[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]/.test(text))) {
      out.push({ field, text: value, prompt: null, model })
    }
  } else if (depth < 4 && out.length < maxColumns) {
    if (Array.isArray(value))
      for (const [i, x] of value.entries()) collectProse(x, `${field}[${i}]`, depth + 1, model, out)
    else if (isRow(value)) for (const key in value) collectProse(value[key], `${field}.${key}`, depth + 1, model, out)
  }
}
