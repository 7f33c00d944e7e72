/** cli: the command `init`: a config file for `scan`, from answers or from what stands in the working folder. */
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { ExitCode, PalimpsestError } from '../errors.ts'
import { checkConditions } from './gate.ts'
import type { Outcome } from './program.ts'
import { configNames } from './settings.ts'

/** One question: the key it fills, what is asked, and what an empty answer means. */
interface Question {
  key: 'corpora' | 'reference' | 'background' | 'decoy' | 'out' | 'failOn'
  asked: string
  comment: string
  proposed: string
}

/** The first of these names that stands in the working folder, else the fallback. */
function propose(names: readonly string[], fallback: string): string {
  const standing = readdirSync('.')
  const stems = standing.map(name => [name.replace(/\..*$/, ''), name])
  for (const wanted of names) {
    const found = stems.find(([stem]) => stem === wanted)
    if (found !== undefined) return found[1]
  }
  return fallback
}

function listQuestions(): Question[] {
  return [
    {
      key: 'corpora',
      asked: 'the corpora under audit (files, folders, globs; several divided by commas)',
      comment: 'the corpora under audit: files, folders, globs',
      proposed: propose(['data', 'vendor', 'train', 'suspect'], 'data'),
    },
    {
      key: 'reference',
      asked: 'outputs of the known models (index files or corpora)',
      comment: 'outputs of the known models: index files or corpora',
      proposed: propose(['references', 'reference'], 'reference'),
    },
    {
      key: 'background',
      asked: 'independent text of the same kinds; empty for none',
      comment: 'independent text of the same kinds: says what is commonplace',
      proposed: propose(['backgrounds', 'background'], ''),
    },
    {
      key: 'decoy',
      asked: 'outputs that the vendor cannot have had; empty for none',
      comment: 'outputs that the vendor cannot have had: their hits are the error rate of a run',
      proposed: propose(['decoys', 'decoy'], ''),
    },
    { key: 'out', asked: 'folder for the evidence', comment: 'folder for the evidence', proposed: 'audit' },
    {
      key: 'failOn',
      asked: 'what makes the exit code 1 (A, B:10, B:0.1%, never)',
      comment: 'what makes the exit code 1: a class, a count (B:10), a share (B:0.1%), or never',
      proposed: 'A',
    },
  ]
}

/** Runs `init`. */
export async function runInit(flags: { yes?: boolean; force?: boolean }, outcome: Outcome): Promise<void> {
  const standing = configNames.filter(name => existsSync(name))
  const other = standing.find(name => name !== configNames[0])
  if (other !== undefined) throw new PalimpsestError('usage', `${other}: a config is there already; edit or remove it`)
  if (standing.length > 0 && flags.force !== true)
    throw new PalimpsestError('usage', `${standing[0]}: is there already; --force overwrites it`)
  const questions = listQuestions()
  const answers = flags.yes === true ? questions.map(({ proposed }) => proposed) : await ask(questions)
  const text = writeConfig(questions, answers)
  // a config that appeared in between is not overwritten either
  writeFileSync(configNames[0], text, { flag: flags.force === true ? 'w' : 'wx' })
  process.stdout.write(`${configNames[0]}: written; palimpsest scan reads it here and in the folders below\n`)
  outcome.code = ExitCode.ok
}

/** Puts each question on stderr and takes a line of stdin for it; where stdin ends, what is proposed is taken. */
async function ask(questions: readonly Question[]): Promise<string[]> {
  const input = createInterface({ input: process.stdin, terminal: false })
  const lines = input[Symbol.asyncIterator]()
  const answers: string[] = []
  for (const { key, asked, proposed } of questions) {
    process.stderr.write(`${asked}${proposed === '' ? '' : ` [${proposed}]`}: `)
    const { value, done } = await lines.next()
    const answer = done === true ? '' : String(value).trim()
    answers.push(answer === '' ? proposed : key === 'failOn' ? checkConditions(answer) : answer)
  }
  input.close()
  process.stderr.write('\n')
  return answers
}

/** YAML with a comment before each key; a key without an answer stands there as a comment. */
function writeConfig(questions: readonly Question[], answers: readonly string[]): string {
  const blocks = questions.map(({ key, comment }, i) => {
    const items = answers[i]
      .split(',')
      .map(item => item.trim())
      .filter(Boolean)
    if (key === 'out' || key === 'failOn') return `# ${comment}\n${key}: ${JSON.stringify(answers[i])}\n`
    if (items.length === 0) return `# ${comment}\n# ${key}: []\n`
    return `# ${comment}\n${key}:\n${items.map(item => `  - ${JSON.stringify(item)}\n`).join('')}`
  })
  return `# Settings of palimpsest scan: every flag by its name in camel case; palimpsest scan --help tells them.
# A flag or an environment variable (PALIMPSEST_FAIL_ON) goes before this file. Paths are relative to it.
${blocks.join('')}`
}
