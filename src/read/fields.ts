/**
 * read: names of columns → what they hold. Names are hints; the shape of the value decides (layouts.ts).
 *
 * The lists were gathered from the public chat, instruction, preference and pre-training sets. A name
 * that is missing here costs the prompt or the layout's label, not the text: records of unknown shape are
 * read column by column.
 */

/** An object as JSON.parse returns it; keys may be anything, `__proto__` and `constructor` too. */
export type Row = { [key: string]: unknown }

/** What a column is for. */
export type FieldRole = 'answer' | 'weakAnswer' | 'reasoning' | 'system' | 'prompt' | 'text' | 'id' | 'model' | 'other'

const names: { [role in Exclude<FieldRole, 'other'>]: string } = {
  answer:
    'output response completion answer reply generation generated generated_text model_output model_response ' +
    'assistant bot gpt chatgpt bot_response model_answer llm_response llm_output assistant_response ' +
    'responses outputs completions answers generations replies chosen rejected ai_response machine_text',
  weakAnswer: 'target targets solution a best_answer final_answer highlights summary translation',
  reasoning: 'reasoning reasoning_content thinking thoughts rationale cot chain_of_thought complex_cot thought',
  system: 'system system_prompt meta_instruction system_message sys developer',
  prompt:
    'prompt instruction instructions question query input inputs context user human user_prompt task problem q ' +
    'source_text dialogue history_prompt request message title passage document',
  text:
    'text content body raw_content raw_text article story page_content markdown essay paragraph selftext abstract ' +
    'full_text plain_text code document_text',
  id:
    'id _id uid uuid message_id conversation_id conversation_hash custom_id prompt_id question_id row_id example_id ' +
    'qid doc_id document_id record_id sample_id key idx index',
  model: 'model model_name generator model_id engine llm model_version source_model',
}

const known: Map<string, FieldRole> = new Map()
for (const [role, list] of Object.entries(names)) {
  for (const name of list.split(' ')) if (!known.has(name)) known.set(name, role as FieldRole)
}

const answerTail = /(?:^|_)(?:output|response|completion|answer|generation|reply)s?(?:_?(?:\d{1,3}|[ab]))?$/
const reasoningTail = /(?:^|_)(?:reasoning|thinking|cot)$/
const personWord = /^(?:human|user|student|gold|correct|reference)_/
const cacheLimit = 4096

const cache: Map<string, FieldRole> = new Map()

function classify(key: string): FieldRole {
  const name = key
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[\s.-]+/g, '_')
  const role = known.get(name)
  if (role) return role
  if (personWord.test(name)) return 'other'
  if (answerTail.test(name)) return 'answer'
  if (reasoningTail.test(name)) return 'reasoning'
  return 'other'
}

/** What the column of this name is for. */
export function classifyField(key: string): FieldRole {
  let role = cache.get(key)
  if (role === undefined) {
    role = key.length > 64 ? 'other' : classify(key)
    if (cache.size < cacheLimit) cache.set(key, role)
  }
  return role
}

/** True if a person could read something in it. */
export function hasText(value: unknown): value is string {
  return typeof value === 'string' && /\S/.test(value)
}

/** True for an object that is not an array. */
export function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The value as text if it is a string or a finite number, else null. */
export function asName(value: unknown): string | null {
  if (typeof value === 'string') return value === '' ? null : value
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  return null
}

/** The row's own id: the first id column in the order of the list of names, as text. */
export function readId(row: Row): string | null {
  return asName(row.id) ?? findNamed(row, 'id')
}

/** The model column of a row or of a turn. */
export function readModel(row: Row): string | null {
  return typeof row.model === 'string' ? asName(row.model) : findNamed(row, 'model')
}

function findNamed(row: Row, role: FieldRole): string | null {
  for (const key in row) {
    if (classifyField(key) !== role) continue
    const value = asName(row[key])
    if (value !== null) return value
  }
  return null
}

/** Non-empty parts on lines of their own; null if there is none. */
export function joinPrompt(parts: (string | null | undefined)[]): string | null {
  const kept = parts.filter(hasText)
  return kept.length === 0 ? null : kept.length === 1 ? kept[0] : kept.join('\n')
}
