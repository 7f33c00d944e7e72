/**
 * Bench: the measuring corpora and how they are divided. A folder of gzipped JSON lines (`PALIMPSEST_DATA`, else
 * `../shared/data`) → rows, by role. Prompts and models are divided into a calibration and a test part that share
 * neither; sister models (fine-tunes of one line, re-runs) stay on one side.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { hashLabel } from './random.ts'

/** A row of a measuring corpus. */
export interface Row {
  /** `source/id`, unique over all corpora */
  id: string
  source: string
  model: string
  prompt: string
  text: string
  /** `en`, `zh` or `code` */
  lang: string
}

/** A natural pair: a text and what an editor made of it. */
export interface Pair {
  id: string
  original: string
  edited: string
  prompt: string
  /** `identical`, `cosmetic`, `light`, `moderate` or `rewritten` */
  class: string
  kind: string
}

/** Which part a prompt, model or suspect belongs to. `mixed`: the prompt of one part, the model of the other. */
export type PartName = 'calibration' | 'test' | 'mixed'

/** Folder of the measuring corpora. */
export const dataFolder: string = process.env.PALIMPSEST_DATA ?? join(import.meta.dirname, '../../../shared/data')

function readRows(name: string): Record<string, string>[] {
  const file = join(dataFolder, `${name}.jsonl.gz`)
  if (!existsSync(file)) {
    throw new Error(`measuring corpus not found: expected ${file}; set PALIMPSEST_DATA to the folder that holds it`)
  }
  const lines = gunzipSync(readFileSync(file)).toString('utf8').split('\n')
  return lines.filter(line => line !== '').map(line => JSON.parse(line) as Record<string, string>)
}

/** Loads one corpus; rows without text are left out. */
export function loadRows(name: string, lang = 'en'): Row[] {
  return readRows(name)
    .filter(row => row.text?.trim())
    .map(row => ({
      id: `${name}/${row.id}`,
      source: name,
      model: row.model ?? 'unknown',
      prompt: row.prompt ?? '',
      text: row.text!,
      lang: row.lang === 'zh' ? 'zh' : lang === 'code' ? 'code' : row.lang === 'ja' || row.lang === 'ko' ? 'zh' : 'en',
    }))
}

/** Loads a file of natural pairs. */
export function loadPairs(name: string): Pair[] {
  return readRows(`pairs/${name}`).map(row => ({
    id: `${name}/${row.id}`,
    original: row.original!,
    edited: row.edited!,
    prompt: row.prompt ?? '',
    class: row.class!,
    kind: row.kind ?? '',
  }))
}

/** The eight models whose outputs are the references. */
export const referenceModels: readonly string[] = [
  'gpt4',
  'gpt4_0314',
  'gpt4_0613',
  'gpt4_1106_preview',
  'gpt-4-turbo-2024-04-09',
  'gpt-4o-2024-05-13',
  'gpt-3.5-turbo-0301',
  'gpt-3.5-turbo-0613',
]

/** Fifteen models of other makers whose answers are the background. */
export const backgroundModels: readonly string[] = [
  'claude-2',
  'claude-2.1',
  'gemini-pro',
  'cohere',
  'mistral-medium',
  'Meta-Llama-3-70B-Instruct',
  'Meta-Llama-3.1-70B-Instruct-Turbo',
  'llama-2-13b-chat-hf',
  'llama-2-70b-chat-hf',
  'Qwen1.5-72B-Chat',
  'Qwen1.5-110B-Chat',
  'vicuna-13b-v1.5',
  'vicuna-33b-v1.3',
  'tulu-2-dpo-7b-ExPO',
  'tulu-2-dpo-13b-ExPO',
]

/** Neither reference nor negative: other releases of the reference's line, and one that answers with a fixed string. */
export const excludedModels: readonly string[] = [
  'gpt-3.5-turbo-1106',
  'gpt-4-0125-preview',
  'gpt4_1106_preview_concise',
  'text_davinci_003',
  'NullModel',
]

/** Suspect models of the calibration part; all further ones are of the test part. */
const calibrationModels = new Set([
  'guanaco-33b',
  'guanaco-65b',
  'wizardlm-13b',
  'wizardlm-13b-v1.1',
  'recycled-wizardlm-7b-v1.0',
  'Infinity-Instruct-3M-0625-Llama3-70B',
  'Infinity-Instruct-3M-0625-Yi-1.5-9B',
  'openbuddy-falcon-7b-v6',
  'openbuddy-llama2-70b-v10.1',
  'claude2-alpaca-13b',
  'phi-2',
  'phi-2-dpo',
  'gemma-7b-it',
  'TOA',
  'Together-MoA',
  'nous-hermes-13b',
  'zephyr-7b-alpha',
  'Conifer-7B-DPO',
  'SPPO-Mistral7B-PairRM',
])

/** Lines of models: sizes, releases, fine-tunes and mixtures of one another, which repeat one another's answers. */
const lines: readonly RegExp[] = [
  /^gpt-?[34]|^text_davinci/,
  /^claude-2/,
  /llama-2-\d+b-chat|^llama-2/,
  /Llama-3/,
  /Qwen1\.5/,
  /vicuna/,
  /tulu-2/,
  /alpaca-7b|alpaca-farm/,
  /gemma-2|SelfMoA|FuseChat-Gemma/,
  /MoA$|^TOA$/,
  /wizardlm/,
  /guanaco/,
  /phi-2/,
  /Yi-34B/,
  /openbuddy/,
  /Infinity-Instruct/,
]

/** Does this model put together what others answered? */
export function isMixture(model: string): boolean {
  return /MoA|^TOA$/.test(model)
}

/** The line that a model belongs to; its own name where it stands alone. */
export function lineOf(model: string): string {
  const at = lines.findIndex(line => line.test(model))
  return at < 0 ? model : `line ${at}`
}

/** Seed of the division; printed by every bench. */
export const divisionSeed = 'division-1'

/**
 * The part of a prompt: two fifths calibration, half test, and a tenth `spare`, whose prompts no suspect answers and
 * whose background answers serve where the background has other prompts.
 */
export function partOfPrompt(prompt: string): 'calibration' | 'test' | 'spare' {
  const draw = hashLabel(`${divisionSeed}/${prompt}`) % 1000
  return draw < 400 ? 'calibration' : draw < 900 ? 'test' : 'spare'
}

/** The part of a suspect model. */
export function partOfModel(model: string): 'calibration' | 'test' {
  return calibrationModels.has(model) ? 'calibration' : 'test'
}

/** The part of an answer; undefined for spare prompts. */
export function partOfAnswer(row: Row): PartName | undefined {
  const prompt = partOfPrompt(row.prompt)
  if (prompt === 'spare') return undefined
  return prompt === partOfModel(row.model) ? prompt : 'mixed'
}

/** The part of a row of which only the row itself can be divided (human text, other corpora). */
export function partOfRow(row: { id: string }): 'calibration' | 'test' {
  return hashLabel(`${divisionSeed}/row/${row.id}`) % 10 < 4 ? 'calibration' : 'test'
}

/** A stable coin: true for `share` of the rows. */
export function drawRow(row: { id: string }, purpose: string, share: number): boolean {
  return (hashLabel(`${divisionSeed}/${purpose}/${row.id}`) % 100_000) / 100_000 < share
}

/** Long documents in pieces of about `words` words, at paragraph or sentence ends. */
export function pieceRows(rows: readonly Row[], words: number): Row[] {
  const pieces: Row[] = []
  for (const row of rows) {
    if (row.text.length < words * 9) {
      pieces.push(row)
      continue
    }
    let piece = ''
    let n = 0
    const flush = (): void => {
      if (piece.trim()) pieces.push({ ...row, id: `${row.id}#${n++}`, text: piece.trim() })
      piece = ''
    }
    for (const sentence of row.text.split(/(?<=[.!?。！？]\s)|(?<=\n)/)) {
      piece += sentence
      if (piece.length >= words * 6) flush()
    }
    flush()
  }
  return pieces
}

/** Answers of the 74 models to the same prompts, by role. */
export function loadAnswers(): { references: Row[]; background: Row[]; suspects: Row[] } {
  const rows = loadRows('alpaca_eval_dev')
  const is = (models: readonly string[]): ((row: Row) => boolean) => {
    const set = new Set(models)
    return row => set.has(row.model)
  }
  const [reference, background, excluded] = [is(referenceModels), is(backgroundModels), is(excludedModels)]
  return {
    references: rows.filter(reference),
    background: rows.filter(background),
    suspects: rows.filter(row => !reference(row) && !background(row) && !excluded(row)),
  }
}

/** English human text of several genres, long documents in pieces. */
export function loadHumans(): Row[] {
  const names = ['dolly_3k_human', 'lima_human', 'c4_en_human', 'wiki_en_human', 'nltk_human_prose']
  return names.flatMap(name => pieceRows(loadRows(name), 400)).filter(row => row.lang === 'en')
}

/** Chinese human text. */
export function loadChineseHumans(): Row[] {
  const questions = loadRows('hc3plus_zh_qa').filter(row => row.model === 'human')
  return [...questions, ...loadRows('cmrc2018_zhwiki_human'), ...loadRows('oasst_zh_sft')].filter(
    row => row.lang === 'zh',
  )
}
