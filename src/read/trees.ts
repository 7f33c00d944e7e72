/**
 * read: records with a structure of their own: preference pairs, OASST trees and rows, MOSS, HC3.
 */
import { readPrompt } from './columns.ts'
import { hasText, isRow, joinPrompt, type Row, readModel } from './fields.ts'
import { readTemplate } from './templates.ts'
import {
  collectReadings,
  type Reading,
  readAlternating,
  readTurn,
  readTurns,
  type Side,
  type Turn,
  unwrapLiteral,
} from './turns.ts'

const preferenceKeys = ['chosen', 'rejected', 'chosen_response', 'rejected_response'] as const

/** Pairs of a better and a worse answer; both are model-side. */
export function readPreference(row: Row): Reading[] | null {
  if (row.chosen === undefined && row.chosen_response === undefined) return null
  const asked = readAsked(row)
  const model = readModel(row)
  const readings: Reading[] = []
  const seen = new Set<string>()
  let isPreference = false
  for (const key of preferenceKeys) {
    const inner = readPreferred(unwrapLiteral(row[key]), key, asked, model)
    if (inner === null) continue
    isPreference = true
    for (const reading of inner) {
      // lists that hold the whole conversation share the turns before the last answer
      if (!seen.has(reading.text)) readings.push(reading)
      seen.add(reading.text)
    }
  }
  return isPreference ? readings : null
}

/** What was asked: the turns of a conversation column, or the prompt columns. */
function readAsked(row: Row): string | null {
  for (const key of ['conversations', 'conversation', 'messages', 'prompt', 'history']) {
    const turns = readTurns(unwrapLiteral(row[key]), key)
    if (turns === null) continue
    const system = joinPrompt([row.system, row.system_prompt].filter(hasText))
    return joinPrompt([
      system,
      ...turns.filter(({ side }) => side !== 'model').flatMap(turn => turn.texts.map(x => x.text)),
    ])
  }
  return readPrompt(row)
}

function readPreferred(value: unknown, key: string, asked: string | null, model: string | null): Reading[] | null {
  if (typeof value === 'string') {
    const turns = readTemplate(value, key)
    if (turns) return collectReadings(turns, asked, model)
    return hasText(value) ? [{ field: key, text: value, prompt: asked, model }] : []
  }
  const single = readTurn(value, key)
  const turns = single ? [single] : readTurns(value, key)
  if (turns === null) return readStrings(value, key, asked, model)
  const isWhole = turns.some(turn => turn.side === 'user')
  return collectReadings(turns, isWhole ? null : asked, model)
}

function readStrings(value: unknown, key: string, prompt: string | null, model: string | null): Reading[] | null {
  const list = readAlternating(value, key)
  if (list === null) return null
  return list.flatMap(turn => turn.texts.map(({ field, text }) => ({ field, text, prompt, model })))
}

/** OASST's message trees: every assistant message, with the prompter's messages on the way to it. */
export function readOasstTree(row: Row): Reading[] | null {
  const root = row.prompt
  if (!isRow(root) || typeof root.text !== 'string' || !Array.isArray(root.replies)) return null
  const readings: Reading[] = []
  const open: { message: Row; field: string; asked: string[] }[] = [{ message: root, field: 'prompt', asked: [] }]
  for (let next = open.pop(); next; next = open.pop()) {
    const { message, field, asked } = next
    const isModel = message.role === 'assistant'
    if (isModel && hasText(message.text)) {
      const prompt = joinPrompt(asked)
      readings.push({ field: `${field}.text`, text: message.text, prompt, model: readModel(message) ?? readModel(row) })
    }
    if (!Array.isArray(message.replies)) continue
    const said = !isModel && hasText(message.text) ? [...asked, message.text] : asked
    for (let i = message.replies.length - 1; i >= 0; i--) {
      const reply: unknown = message.replies[i]
      if (isRow(reply)) open.push({ message: reply, field: `${field}.replies[${i}]`, asked: said })
    }
  }
  return readings
}

/** OASST's flat rows: one message each; the message that it answers stands in another row, so there is no prompt. */
export function readOasstRow(row: Row): Reading[] | null {
  if (typeof row.text !== 'string' || typeof row.role !== 'string') return null
  if (!('message_tree_id' in row) && !('parent_id' in row)) return null
  const turn = readTurn(row, 'row')
  if (turn === null || turn.side !== 'model' || !hasText(row.text)) return []
  return [{ field: 'text', text: row.text, prompt: null, model: readModel(row) }]
}

const mossMark = /^\s*<\|[^|<>]{1,30}\|>:?[ \t]*/
const mossSides: { [voice: string]: Side } = { Human: 'user', 'Tool Responses': 'tool', MOSS: 'model' }
const mossEnd = /<eo[a-z]>\s*$/

/** MOSS: `chat.turn_N` with one column for each voice; its markers are cut off. */
export function readMoss(row: Row): Reading[] | null {
  const { chat } = row
  if (!isRow(chat) || !isRow(chat.turn_1)) return null
  const turns: Turn[] = []
  for (const key in chat) {
    const voices = chat[key]
    if (!isRow(voices)) continue
    for (const voice in voices) {
      const side = mossSides[voice]
      const value = voices[voice]
      if (side === undefined || typeof value !== 'string') continue
      const text = value.replace(mossMark, '').replace(mossEnd, '')
      if (hasText(text)) turns.push({ side, texts: [{ field: `chat.${key}.${voice}`, text }], model: null })
    }
  }
  return collectReadings(turns, hasText(row.meta_instruction) ? row.meta_instruction : null, readModel(row))
}

/** HC3: lists of answers by humans and by a model to one question; the model's are read. */
export function readHc3(row: Row): Reading[] | null {
  if (!Array.isArray(row.human_answers) && !Array.isArray(row.human_answer)) return null
  const readings: Reading[] = []
  for (const key in row) {
    const list = row[key]
    if (!/_answers?$/.test(key) || key.startsWith('human_') || !Array.isArray(list)) continue
    const model = readModel(row) ?? key.replace(/_answers?$/, '')
    for (const [i, text] of list.entries()) {
      if (hasText(text)) readings.push({ field: `${key}[${i}]`, text, prompt: readPrompt(row), model })
    }
  }
  return readings
}
