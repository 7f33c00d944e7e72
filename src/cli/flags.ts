/** cli: flags that several commands share, and how their values are read. */
import { type Command, InvalidArgumentError } from 'commander'
import { parseDay } from './accepted.ts'
import { checkConditions } from './gate.ts'

export function parseCount(text: string): number {
  const count = Number(text)
  if (!Number.isInteger(count) || count < 1)
    throw new InvalidArgumentError(`expected a whole number of 1 or more, got ${text}`)
  return count
}

export function parseShare(text: string): number {
  const share = Number(text)
  if (!(share > 0 && share <= 1)) throw new InvalidArgumentError(`expected a share above 0 and up to 1, got ${text}`)
  return share
}

export function addSideOptions(command: Command): Command {
  return command
    .option(
      '-r, --reference <R...>',
      'outputs of the known models: index files, corpora, or names of the store (corpora list)',
      [],
    )
    .option(
      '-b, --background <B...>',
      'independent text of the same kinds (other models, people): says what is commonplace',
      [],
    )
    .option(
      '-d, --decoy <D...>',
      'outputs that the vendor cannot have had: its hits are the error rate of this run; without it a share of the background is held back',
      [],
    )
    .option('-p, --profile <P...>', 'style profiles: estimate how much of the corpus their models wrote', [])
}

export function addAuditOptions(command: Command): Command {
  return command
    .option(
      '--sample <share>',
      'scan a share of the records, from 0 to 1, chosen by a hash of their content',
      parseShare,
    )
    .option('--max-records <n>', 'scan no more than the first n records, of the sample if there is one', parseCount)
    .option('--case <file>', 'JSON with the title, number, examiner, items and custody of the case')
    .option('--preregistration <file>', 'what preregister wrote; an audit that departs from it does not start')
}

export function addKeyOption(command: Command): Command {
  return command.option('--key-file <file>', 'key of index files that are locked (index --key-file)')
}

export function addOutputOptions(command: Command): Command {
  return command
    .option(
      '--fail-on <conditions>',
      'what makes the exit code 1: a class (A), a count (B:10) or a share (B:0.1%), several divided by commas; or never',
      checkConditions,
      'A',
    )
    .option('--redact <mode>', 'how much corpus text the evidence holds: counts, hashes, excerpt:N or full', 'full')
    .option('--json', 'print the summary as JSON instead of the table')
    .option('--baseline <file>', 'findings accepted before: only those that are new or expired count for --fail-on')
    .option('--today <date>', 'the day to which ends of acceptance are compared; default: today', parseDay)
}

export function addReadOptions(command: Command): Command {
  return command
    .option('--layout <name>', 'layout of every record, e.g. alpaca, messages, sharegpt')
    .option('--text-field <field>', 'key or JSON pointer of the model-side text')
    .option('--prompt-field <field>', 'key or JSON pointer of the prompt')
    .option('--max-record-bytes <n>', 'longest record that is read; a longer one is limited in the ledger', parseCount)
    .option('--max-depth <n>', 'deepest nesting of a record that is read', parseCount)
    .option('--max-ratio <n>', 'decompressed over compressed bytes, beyond which a file counts as a bomb', parseCount)
}
