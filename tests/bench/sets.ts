/**
 * Bench: labelled suspects. Setting (which references, which background) → reference and background rows, and
 * suspects of known origin: treated copies by treatment and length, answers to the same prompts, answers to other
 * prompts, human text, natural pairs. Run as a script it writes them:
 *
 *     npx tsx tests/bench/sets.ts --out DIR [--setting same-prompt|swapped|usual|zh|code] [--per 40] [--part test]
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import {
  divisionSeed, drawRow, lineOf, loadAnswers, loadChineseHumans, loadHumans, loadRows, type PartName, partOfAnswer, partOfPrompt, partOfRow,
  pieceRows, type Row,
} from './data.ts' // biome-ignore format: a list reads better packed
import { createRandom } from './random.ts'
import { type DrawOptions, drawCopies, drawSeed, labelNegatives, labelPairs, type Suspect } from './suspects.ts'

/** References, background and suspects that belong together. */
export interface Setting {
  name: SettingName
  references: Row[]
  background: Row[]
  suspects: Suspect[]
}

const settingNames = ['same-prompt', 'swapped', 'usual', 'zh', 'code'] as const
export type SettingName = (typeof settingNames)[number]

const byRow = (row: Row): PartName => partOfRow(row)
const notSpare = (row: Row): boolean => partOfPrompt(row.prompt) !== 'spare'

function easyNegatives(options: DrawOptions): Suspect[] {
  const others = [
    ...pieceRows(loadRows('creative_prompts_dev'), 500),
    ...loadRows('moss003_sft_sample').filter(row => row.lang === 'en'),
  ]
  return labelNegatives(others, 'other-prompt', byRow, options)
}

const hostTexts = (humans: readonly Row[]): string[] =>
  humans
    .filter(row => row.text.length > 800 && row.text.length < 6000 && drawRow(row, 'host', 0.25))
    .map(row => row.text)

/** Eight reference answers and fifteen background answers to each prompt. */
function buildSamePrompt(options: DrawOptions): Setting {
  const answers = loadAnswers()
  const humans = loadHumans()
  return {
    name: 'same-prompt',
    references: answers.references,
    background: answers.background,
    suspects: [
      ...drawCopies(answers.references.filter(notSpare), 'en', hostTexts(humans), options),
      ...labelNegatives(answers.suspects, 'same-prompt', partOfAnswer, options),
      ...easyNegatives(options),
      ...labelNegatives(humans, 'human', byRow, options),
    ],
  }
}

const swappedReferences = new Set([
  'claude-2',
  'gemini-pro',
  'cohere',
  'mistral-medium',
  'Meta-Llama-3-70B-Instruct',
  'llama-2-70b-chat-hf',
  'Qwen1.5-110B-Chat',
  'vicuna-33b-v1.3',
])

/**
 * The roles changed about: eight models of other makers are the references, the usual references the background.
 * Models of the references' own lines are neither, as in the other settings.
 */
function buildSwapped(options: DrawOptions): Setting {
  const answers = loadAnswers()
  const references = answers.background.filter(row => swappedReferences.has(row.model))
  const lines = new Set([...swappedReferences].map(lineOf))
  const others = answers.suspects.filter(({ model }) => !lines.has(lineOf(model)))
  return {
    name: 'swapped',
    references,
    background: answers.references,
    suspects: [
      ...drawCopies(references.filter(notSpare), 'en', hostTexts(loadHumans()), options),
      ...labelNegatives(others, 'same-prompt', partOfAnswer, options),
    ],
  }
}

/** Trained on alpaca_davinci003: they repeat whole answers of it, so beside it they are no negatives. */
const trainedOnDavinci = new Set(['alpaca-7b', 'alpaca-7b-neft', 'alpaca-farm-ppo-sim-gpt4-20k'])

/** Rows of a cleaned corpus whose text is that of a reference to the letter, those of the pairs aside. */
function labelUnchanged(rows: readonly Row[], references: readonly Row[], pairs: readonly Suspect[]): Suspect[] {
  const known = new Map(references.map(row => [row.text.trim(), row]))
  const paired = new Set(pairs.map(suspect => suspect.text.trim()))
  const identical = rows.filter(row => known.has(row.text.trim()) && !paired.has(row.text.trim()))
  return labelNegatives(identical, 'natural', byRow, { perCell: 0 }).map(suspect => ({
    ...suspect,
    treatment: 'identical',
    sourceId: known.get(suspect.text.trim())!.id,
    copied: [0, suspect.text.length],
  }))
}

/** One reference answer per prompt and a background of other prompts: the usual case. */
function buildUsual(options: DrawOptions): Setting {
  const answers = loadAnswers()
  const humans = loadHumans()
  const random = createRandom(`${drawSeed}/usual`)
  const chosen = new Map<string, Row>()
  for (const row of random.shuffle(answers.references)) if (!chosen.has(row.prompt)) chosen.set(row.prompt, row)
  const one = [...chosen.values()]
  const davinci = loadRows('alpaca_davinci003').filter(row => row.lang === 'en')
  const independent = answers.suspects.filter(row => !trainedOnDavinci.has(row.model))
  const asked = new Set(davinci.map(row => row.prompt))
  const retold = loadRows('halueval_general_chatgpt').filter(row => asked.has(row.prompt))
  const inBackground = (row: { id: string }): boolean => drawRow(row, 'usual-background', 0.5)
  const copied = [...one.filter(notSpare), ...davinci.filter(row => drawRow(row, 'usual-copied', 0.1))]
  const natural = labelPairs('alpaca_vs_alpaca_cleaned_first1000', 'en', () => true).suspects
  const firstId = (id: string): string => `alpaca_davinci003/${id.match(/alpaca\/(\d+)$/)?.[1]}`
  const unchanged = labelUnchanged(loadRows('alpaca_cleaned_first1000'), davinci, natural)
  return {
    name: 'usual',
    references: [...one, ...davinci],
    background: [
      ...answers.background.filter(row => partOfPrompt(row.prompt) === 'spare'),
      ...pieceRows(loadRows('creative_prompts_dev'), 500).filter(row => inBackground({ id: row.prompt })),
      ...humans.filter(inBackground),
    ],
    suspects: [
      ...drawCopies(copied, 'en', hostTexts(humans.filter(row => !inBackground(row))), options),
      ...labelNegatives(independent, 'same-prompt', partOfAnswer, options),
      ...labelNegatives(
        retold,
        'same-prompt',
        row => (partOfPrompt(row.prompt) === 'spare' ? undefined : byRow(row)),
        options,
      ),
      ...easyNegatives(options).filter(suspect => !inBackground({ id: suspect.prompt })),
      ...labelNegatives(
        humans.filter(row => !inBackground(row)),
        'human',
        byRow,
        options,
      ),
      ...natural.map(suspect => ({ ...suspect, sourceId: firstId(suspect.id) })),
      ...unchanged,
    ],
  }
}

const conversationOf = (row: Row): string => row.id.replace(/\/[^/]*$/, '')

function bigramsOf(text: string): Set<string> {
  const characters = text.match(/[\p{L}\p{N}]/gu) ?? []
  return new Set(characters.slice(1).map((character, i) => characters[i]! + character))
}

/** Jaccard index of character bigrams from which two prompts are taken for translations of one. */
const retoldShare = 0.35

/**
 * Leaves out conversations in which a prompt of the references is asked again (`retoldShare` of the bigrams in common): the
 * corpora hold the same conversation twice, in two translations, and those answers are no negatives.
 */
function dropRetold(rows: readonly Row[], references: readonly Row[]): Row[] {
  const asked = references.map(row => bigramsOf(row.prompt)).filter(bigrams => bigrams.size >= 5)
  const retold = new Set<string>()
  for (const row of rows) {
    const own = bigramsOf(row.prompt)
    if (own.size < 5 || retold.has(conversationOf(row))) continue
    const isAsked = asked.some(other => {
      if (other.size > own.size * 2 || own.size > other.size * 2) return false
      let shared = 0
      for (const bigram of own) if (other.has(bigram)) shared++
      return shared >= (own.size + other.size - shared) * retoldShare
    })
    if (isAsked) retold.add(conversationOf(row))
  }
  return rows.filter(row => !retold.has(conversationOf(row)))
}

/** Chinese: outputs of three corpora; human text, answers of another corpus and of held-out conversations. */
function buildChinese(options: DrawOptions): Setting {
  const pool = [
    ...loadRows('moss003_sft_sample'),
    ...loadRows('sharegpt_zh_1k'),
    ...loadRows('huatuo_llama_gpt35'),
  ].filter(row => row.lang === 'zh')
  const heldOut = (row: Row): boolean =>
    row.source !== 'huatuo_llama_gpt35' && drawRow({ id: conversationOf(row) }, 'zh-held-out', 0.3)
  const references = pool.filter(row => !heldOut(row))
  const conversations = references.filter(row => row.source !== 'huatuo_llama_gpt35')
  const others = dropRetold(pool.filter(heldOut), conversations)
  const humans = loadChineseHumans()
  const inBackground = (row: Row): boolean => drawRow(row, 'zh-background', 0.3)
  const pairs = labelPairs('zh_alpaca_human_fixes', 'zh', () => true)
  const chatgpt = loadRows('hc3plus_zh_qa').filter(row => row.model === 'chatgpt' && row.lang === 'zh')
  const hosts = humans.filter(row => !inBackground(row) && row.text.length > 200).map(row => row.text)
  return {
    name: 'zh',
    references: [...references, ...pairs.originals],
    background: humans.filter(inBackground),
    suspects: [
      ...drawCopies(references, 'zh', hosts, options),
      ...labelNegatives([...chatgpt, ...others], 'other-prompt', byRow, options),
      ...labelNegatives(
        humans.filter(row => !inBackground(row)),
        'human',
        byRow,
        options,
      ),
      ...pairs.suspects,
    ],
  }
}

const fenced = (row: Row): Row | undefined => {
  const blocks = [...row.text.matchAll(/```[^\n]*\n([\s\S]*?)```/g)].map(match => match[1]!)
  return blocks.length > 0 ? { ...row, id: `${row.id}#code`, text: blocks.join('\n'), lang: 'code' } : undefined
}

/** The fenced code of answers; of those that hold none, nothing. */
export const codeOf = (rows: readonly Row[]): Row[] => rows.map(fenced).filter(row => row !== undefined)

/** The task of a row of `gptsniffer_java`, which a person (1) and a model (0) have solved. */
export const taskOf = (row: Row): string => row.id.replace(/^.*\/[01]_/, '')

/** Code: outputs of two corpora and of the eight models; same-task code by other authors. */
function buildCode(options: DrawOptions): Setting {
  const java = loadRows('gptsniffer_java', 'code')
  const answers = loadAnswers()
  const generated = java.filter(row => row.model === 'chatgpt')
  const tasks = new Set(generated.map(taskOf))
  const human = java.filter(row => row.model === 'human')
  const inBackground = (row: Row): boolean => drawRow(row, 'code-background', 0.3)
  const references = [...loadRows('gpteacher_codegen', 'code'), ...generated, ...codeOf(answers.references)]
  const pairs = labelPairs('gptsniffer_variants', 'code', kind => /C[37]$/.test(kind))
  const javaIds = new Map(generated.map(row => [row.text, row.id]))
  return {
    name: 'code',
    references,
    background: [...human.filter(row => !tasks.has(taskOf(row)) && inBackground(row)), ...codeOf(answers.background)],
    suspects: [
      ...drawCopies(references, 'code', [], options),
      ...labelNegatives(codeOf(answers.suspects), 'same-prompt', partOfAnswer, options),
      ...labelNegatives(
        human.filter(row => tasks.has(taskOf(row))),
        'same-prompt',
        byRow,
        options,
      ),
      ...labelNegatives(loadRows('codealpaca_2k', 'code'), 'other-prompt', byRow, options),
      ...labelNegatives(
        human.filter(row => !tasks.has(taskOf(row)) && !inBackground(row)),
        'human',
        byRow,
        options,
      ),
      ...pairs.suspects.flatMap((suspect, i) => {
        const sourceId = javaIds.get(pairs.originals[i]!.text)
        return sourceId ? [{ ...suspect, id: `${suspect.id}#${i}`, sourceId }] : []
      }),
    ],
  }
}

/** Builds a setting. Deterministic: the same options give the same suspects. */
export function buildSetting(name: SettingName, options: DrawOptions): Setting {
  switch (name) {
    case 'same-prompt':
      return buildSamePrompt(options)
    case 'swapped':
      return buildSwapped(options)
    case 'usual':
      return buildUsual(options)
    case 'zh':
      return buildChinese(options)
    case 'code':
      return buildCode(options)
  }
}

const toLines = (rows: readonly object[]): string => rows.map(row => `${JSON.stringify(row)}\n`).join('')

function main(): void {
  const { values } = parseArgs({
    options: {
      out: { type: 'string' },
      setting: { type: 'string', default: 'same-prompt' },
      per: { type: 'string', default: '40' },
      part: { type: 'string', multiple: true },
      treatment: { type: 'string', multiple: true },
      negatives: { type: 'string' },
    },
  })
  const name = settingNames.find(known => known === values.setting)
  if (!values.out || !name) {
    console.error(
      `usage: sets.ts --out DIR [--setting ${settingNames.join('|')}] [--per N] [--negatives N] [--part P] [--treatment T]`,
    )
    process.exit(2)
  }
  const setting = buildSetting(name, {
    perCell: Number(values.per),
    negatives: values.negatives ? Number(values.negatives) : undefined,
    parts: values.part as PartName[] | undefined,
    treatments: values.treatment,
  })
  mkdirSync(values.out, { recursive: true })
  writeFileSync(join(values.out, 'reference.jsonl'), toLines(setting.references))
  writeFileSync(join(values.out, 'background.jsonl'), toLines(setting.background))
  writeFileSync(join(values.out, 'suspects.jsonl'), toLines(setting.suspects))
  console.log(`seeds ${divisionSeed}, ${drawSeed}`)
  console.log(
    `${setting.references.length} references, ${setting.background.length} background, ${setting.suspects.length} suspects`,
  )
  const counts = new Map<string, number>()
  for (const { set, part } of setting.suspects) counts.set(`${set} ${part}`, (counts.get(`${set} ${part}`) ?? 0) + 1)
  for (const [key, n] of [...counts].sort()) console.log(`${key}: ${n}`)
}

if (process.argv[1] === import.meta.filename) main()
