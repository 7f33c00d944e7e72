/**
 * read: lists of turns → model-side texts, each with the turns that asked for it.
 *
 * A list of turns is recognised by shape: every element has a "who" key and a "what" key, or is a string
 * (turns alternate), or a pair; the struct-of-lists form of columnar files and lists written as JSON or as
 * a Python literal inside a string are taken too. Faults: if no turn names a known model role, every turn
 * of an unknown role is read as model-side, so that nothing escapes for its label.
 */
import { asName, hasText, isRow, joinPrompt, type Row } from './fields.ts'
import { parseLiteral } from './literals.ts'

/** One model-side text of a record. */
export interface Reading {
  /** where it stands in the record, e.g. `messages[2].content` */
  field: string
  text: string
  prompt: string | null
  model: string | null
}

/** Who speaks. */
export type Side = 'model' | 'user' | 'system' | 'tool' | 'other'

/** One turn of a conversation. */
export interface Turn {
  side: Side
  texts: { field: string; text: string }[]
  model: string | null
}

const whoKeys = ['role', 'from', 'speaker', 'author', 'sender', 'who'] as const
const whatKeys = ['content', 'value', 'text', 'message', 'parts', 'utterance'] as const
const reasoningKeys = ['reasoning_content', 'reasoning', 'thinking', 'thought'] as const

const sides: Map<string, Side> = new Map()
for (const [side, list] of [
  [
    'model',
    'assistant gpt chatgpt bot model ai bing bard claude gemini chosen llm agent gpt-4 gpt4 gpt-3.5 moss answer',
  ],
  ['user', 'user human prompter instruction customer question usr'],
  ['system', 'system developer context'],
  ['tool', 'tool function observation function_response tool_response ipython tool_result'],
] as const) {
  for (const name of list.split(' ')) sides.set(name, side)
}

function classifySide(who: unknown): Side {
  if (isRow(who)) return classifySide(who.role ?? who.name)
  return typeof who === 'string' && who.length < 40 ? (sides.get(who.trim().toLowerCase()) ?? 'other') : 'other'
}

function findKey(row: Row, keys: readonly string[]): string | null {
  for (const key of keys) if (row[key] !== undefined && Object.hasOwn(row, key)) return key
  return null
}

/** Texts of a content value: a string, a list of parts, or an object around either. */
function readContent(value: unknown, field: string, out: Turn['texts'], isPart = false): void {
  if (typeof value === 'string') {
    if (hasText(value)) out.push({ field, text: value })
  } else if (Array.isArray(value)) {
    if (!isPart) for (const [i, part] of value.entries()) readContent(part, `${field}[${i}]`, out, true)
  } else if (isRow(value)) {
    for (const key of ['text', 'content', 'value', 'parts', 'thinking']) {
      if (typeof value[key] === 'string' || (key === 'parts' && Array.isArray(value[key]))) {
        readContent(value[key], `${field}.${key}`, out)
      }
    }
  }
}

/** Reads an object with a who and a what key; null if it is not one. */
export function readTurn(value: unknown, field: string): Turn | null {
  if (!isRow(value)) return null
  const who = findKey(value, whoKeys)
  if (who === null) return null
  const what = findKey(value, whatKeys)
  if (what === null && !('tool_calls' in value) && !('function_call' in value)) return null
  const texts: Turn['texts'] = []
  for (const key of reasoningKeys) if (hasText(value[key])) texts.push({ field: `${field}.${key}`, text: value[key] })
  if (what !== null) readContent(value[what], `${field}.${what}`, texts)
  return { side: classifySide(value[who]), texts, model: asName(value.model) ?? asName(value.model_name) }
}

function readStructOfLists(value: Row, field: string): Turn[] | null {
  const who = findKey(value, whoKeys)
  const what = findKey(value, whatKeys)
  if (who === null || what === null) return null
  const roles = value[who]
  const texts = value[what]
  if (!Array.isArray(roles) || !Array.isArray(texts) || roles.length !== texts.length) return null
  return roles.map((role, i) => {
    const turn: Turn = { side: classifySide(role), texts: [], model: null }
    readContent(texts[i], `${field}.${what}[${i}]`, turn.texts)
    return turn
  })
}

/** A list or object that stands inside a string, as columns of CSV files do; anything else as it is. */
export function unwrapLiteral(value: unknown): unknown {
  if (typeof value !== 'string') return value
  const head = value.trimStart()[0]
  if (head !== '[' && head !== '{') return value
  try {
    return JSON.parse(value)
  } catch {
    return parseLiteral(value) ?? value
  }
}

/** The turns of a list in any of its forms; null if it is not a list of turns. */
export function readTurns(value: unknown, field: string): Turn[] | null {
  if (isRow(value)) return readStructOfLists(value, field)
  if (!Array.isArray(value) || value.length === 0) return null
  const turns: Turn[] = []
  for (const [i, element] of value.entries()) {
    const turn = readTurn(element, `${field}[${i}]`)
    if (turn === null) return null
    turns.push(turn)
  }
  return turns
}

/** Strings that alternate between user and model, user first; null if it is not such a list. */
export function readAlternating(value: unknown, field: string): Turn[] | null {
  if (!Array.isArray(value) || value.length === 0 || !value.every(text => typeof text === 'string')) return null
  return value.map((text, i) => ({
    side: i % 2 === 0 ? 'user' : 'model',
    texts: hasText(text) ? [{ field: `${field}[${i}]`, text }] : [],
    model: null,
  }))
}

/** Pairs of user and model text, as in `history` columns; null if it is not such a list. */
export function readPairs(value: unknown, field: string): Turn[] | null {
  if (!Array.isArray(value) || value.length === 0) return null
  const turns: Turn[] = []
  for (const [i, pair] of value.entries()) {
    if (!Array.isArray(pair) || pair.length !== 2 || !pair.every(text => typeof text === 'string')) return null
    for (const [j, text] of pair.entries()) {
      const texts = hasText(text) ? [{ field: `${field}[${i}][${j}]`, text }] : []
      turns.push({ side: j === 0 ? 'user' : 'model', texts, model: null })
    }
  }
  return turns
}

/**
 * Units that the prompts of one record may take together. Each answer of a conversation carries all turns
 * before it, so a record of many small turns would grow quadratically; past this, an answer carries only
 * what was said since the answer before.
 */
const promptBudgetUnits = 4 << 20

/** Model-side texts of turns, each with what was said to the model before it; `asked` comes before the first turn. */
export function collectReadings(turns: Turn[], asked: string | null, model: string | null): Reading[] {
  const modelSide: Side = turns.some(turn => turn.side === 'model') ? 'model' : 'other'
  const said: string[] = asked === null ? [] : [asked]
  const readings: Reading[] = []
  let prompt = asked
  let saidUnits = asked?.length ?? 0
  let budget = promptBudgetUnits
  let nAnswered = said.length
  for (const turn of turns) {
    if (turn.side !== modelSide) {
      for (const { text } of turn.texts) {
        said.push(text)
        saidUnits += text.length
      }
      continue
    }
    if (said.length !== nAnswered) {
      budget -= saidUnits
      prompt = joinPrompt(budget < 0 ? said.slice(nAnswered) : said)
      nAnswered = said.length
    }
    for (const { field, text } of turn.texts) readings.push({ field, text, prompt, model: turn.model ?? model })
  }
  return readings
}
