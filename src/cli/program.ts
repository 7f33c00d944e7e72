/**
 * cli: the commands and their help. Each command reads its options, calls `run`, prints what it gave, and
 * sets the exit code (DESIGN §5).
 */
import process from 'node:process'
import { Command, InvalidArgumentError, Option } from 'commander'
import { version } from '../run/version.ts'
import { runCompare } from './compare.ts'
import { runDemo } from './demo.ts'
import { runIndex, runInspectIndex, runMergeIndexes } from './index.ts'
import { runInspect } from './inspect.ts'
import { runReport, runVerify } from './report.ts'
import { runScan } from './scan.ts'
import { runKeys, runProve, runSign } from './sign.ts'
import { runAttribute, runProfile } from './style.ts'

/** Where a command leaves its exit code. */
export interface Outcome {
  code: number
}

function parseCount(text: string): number {
  const count = Number(text)
  if (!Number.isInteger(count) || count < 1)
    throw new InvalidArgumentError(`expected a whole number of 1 or more, got ${text}`)
  return count
}

function parseShare(text: string): number {
  const share = Number(text)
  if (!(share > 0 && share <= 1)) throw new InvalidArgumentError(`expected a share above 0 and up to 1, got ${text}`)
  return share
}

const corpusHelp = `
A corpus is a file, a folder, a glob in quotes, or - for standard input. JSON lines, JSON, CSV, TSV, Parquet, Arrow
and text are recognised by content, plain or in gzip or zstd; so are the layouts (Alpaca, Dolly, OpenAI messages, ShareGPT, preference pairs,
OASST, prompt/response, plain text). --layout, --text-field and --prompt-field overrule what was recognised.`

const exitHelp = `
Exit codes: 0 scanned in full, nothing at or above --fail-on · 1 findings at or above it · 2 wrong usage ·
3 incomplete coverage (see coverage.jsonl) · 4 a damaged index or bundle. The highest wins.`

/** Builds the command line. @param outcome receives the exit code of the command that ran */
export function createProgram(outcome: Outcome): Command {
  const program = new Command('palimpsest')
  program
    .description('Finds outputs of known models in training corpora, although names, numbers and wording were changed.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show this help')
    .showSuggestionAfterError()
    .enablePositionalOptions()
    .configureHelp({ sortSubcommands: false })
    .addHelpText(
      'after',
      `
First steps:
  palimpsest demo                                       see an audit of the corpora shipped with the program
  palimpsest index gpt4.jsonl --model gpt-4 --out gpt4.pali
  palimpsest scan vendor.jsonl --reference gpt4.pali --background others.jsonl --out audit/
Then open audit/report.html.`,
    )
  addReadOptions(program.command('scan'))
    .description('audit corpora: which records are copies of reference outputs, and what was done to them')
    .argument('<corpus...>', 'the corpora under audit')
    .option('-r, --reference <R...>', 'outputs of the known models: index files or corpora', [])
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
    .requiredOption('-o, --out <dir>', 'folder for the evidence; it must be new, or hold an earlier audit')
    .addOption(
      new Option('--fail-on <class>', 'lowest class that makes the exit code 1')
        .choices(['A', 'B', 'C', 'never'])
        .default('A'),
    )
    .option('-t, --threads <n>', 'worker threads', parseCount, 1)
    .option('--resume', 'go on where an earlier scan to the same folder was cut short')
    .option(
      '--sample <share>',
      'scan a share of the records, from 0 to 1, chosen by a hash of their content',
      parseShare,
    )
    .option('--max-records <n>', 'scan no more than the first n records, of the sample if there is one', parseCount)
    .option('--redact <mode>', 'how much corpus text the evidence holds: counts, hashes, excerpt:N or full', 'full')
    .option('--json', 'print the summary as JSON instead of the table')
    .addHelpText('after', corpusHelp + exitHelp)
    .action(async (corpora: string[], options) => runScan(corpora, options, outcome))
  addIndexCommands(program, outcome)
  addReadOptions(program.command('inspect'))
    .description('show what would be read of a corpus: format, layout, models, three examples')
    .argument('<corpus...>', 'the corpora to look at')
    .option('--json', 'print one JSON object a file')
    .addHelpText('after', corpusHelp)
    .action(async (corpora: string[], options) => runInspect(corpora, options, outcome))
  program
    .command('compare')
    .description('align one pair of texts and explain the edits')
    .argument('<suspect>', 'a text, or a file that holds it')
    .argument('<reference>', 'a text, or a file that holds it')
    .option('--json', 'print alignment and edits as JSON')
    .action(async (suspect: string, reference: string, options) => runCompare(suspect, reference, options, outcome))
  addReadOptions(program.command('profile'))
    .description("learn a model's style against a panel of imposters")
    .argument('<corpus...>', 'outputs of the model')
    .requiredOption('-m, --model <name>', 'name of the model')
    .requiredOption(
      '-i, --imposters <corpus...>',
      'texts of other models and of people; the model column, else the file, names the class',
    )
    .requiredOption('-o, --out <file>', 'profile to write; it holds no text')
    .action(async (corpora: string[], options) => runProfile(corpora, options, outcome))
  addReadOptions(program.command('attribute'))
    .description('estimate by style how much of a corpus a model wrote; says "cannot say" where it cannot')
    .argument('<corpus...>', 'the corpora in question')
    .requiredOption('-p, --profile <P...>', 'profiles of models')
    .option('-c, --control <corpus...>', "text of the corpus's own kind that the model did not write", [])
    .option('--per-document <file>', 'write the likelihood ratios of every document, a line each')
    .option('--json', 'print the estimates as JSON')
    .action(async (corpora: string[], options) => runAttribute(corpora, options, outcome))
  program
    .command('demo')
    .description('audit the corpora shipped with the program, and check the findings against their truth')
    .option('-o, --out <dir>', 'folder for the evidence', 'palimpsest-demo')
    .option('-t, --threads <n>', 'worker threads', parseCount, 1)
    .action(async options => runDemo(options, outcome))
  program
    .command('report')
    .description('render the report of an audit again')
    .argument('<dir>', 'folder of an audit')
    .addOption(
      new Option('-f, --format <format>', 'what to print')
        .choices(['terminal', 'html', 'md', 'json', 'csv', 'sarif'])
        .default('terminal'),
    )
    .action(async (dir: string, options) => runReport(dir, options, outcome))
  program
    .command('verify')
    .description('check that the files of an audit are what was written: digests, trees, sums, signatures')
    .argument('<dir>', 'folder of an audit')
    .option('--root <hex>', 'root that the audit must have')
    .option('-k, --key <pem...>', 'public keys of which each must have signed', [])
    .option('--json', 'print the checks as JSON')
    .action(async (dir: string, options) => runVerify(dir, options, outcome))
  program
    .command('keys')
    .description('make an Ed25519 key pair for signing audits')
    .argument('<file>', 'where the private key goes; the public key goes beside it')
    .action(async (file: string) => runKeys(file, outcome))
  program
    .command('sign')
    .description('verify an audit and sign it; any number of parties may')
    .argument('<dir>', 'folder of an audit')
    .requiredOption('-k, --key <pem>', 'private key file')
    .option('-n, --name <name>', 'name of the signer, signed with the rest')
    .action(async (dir: string, options) => runSign(dir, options, outcome))
  program
    .command('prove')
    .description('print the proof that one finding belongs to an audit')
    .argument('<dir>', 'folder of an audit')
    .argument('<id>', 'id of the finding')
    .action(async (dir: string, id: string) => runProve(dir, id, outcome))
  program.exitOverride(error => {
    process.exit(error.exitCode === 0 ? 0 : 2)
  })
  for (const command of program.commands.flatMap(one => [one, ...one.commands]))
    command.exitOverride(error => process.exit(error.exitCode === 0 ? 0 : 2))
  return program
}

function addIndexCommands(program: Command, outcome: Outcome): void {
  const index = addReadOptions(program.command('index'))
    .description('build an index of reference, background or decoy outputs')
    .argument('<corpus...>', 'corpora to index')
    .enablePositionalOptions()
    // asked for by hand: commander would ask for it with merge and inspect too
    .option('-o, --out <file>', 'index file to write, by convention NAME.pali')
    .option('-m, --model <name>', 'the model that wrote them; rows with a model column keep their own')
    .option('-t, --threads <n>', 'worker threads', parseCount, 1)
    .option('--resume', 'go on where an earlier build of the same file was cut short')
    .addHelpText(
      'after',
      `${corpusHelp}

Memory does not grow with the corpora. What is done is kept beside the file, as .NAME.checkpoints, until it is complete.
An index holds the texts it was built from: share it as you would share the corpus.
A corpus that is called merge or inspect is written ./merge or ./inspect.`,
    )
    .action(async (corpora: string[], options) => runIndex(corpora, options, outcome))
  index
    .command('merge')
    .description('join index files into one, without their corpora')
    .argument('<index...>', 'index files, in the order that their documents are to have')
    .requiredOption('-o, --out <file>', 'index file to write')
    .addHelpText(
      'after',
      `
The result finds what the single files find, and is searched faster than they are one by one.
Example: palimpsest index merge january.pali february.pali --out year.pali`,
    )
    .action((files: string[], options) => runMergeIndexes(files, options, outcome))
  index
    .command('inspect')
    .description('check an index file and say what it holds: documents, models, files, bytes, and what it gives away')
    .argument('<index>', 'index file')
    .option('--json', 'print it as JSON')
    .action((file: string, options) => runInspectIndex(file, options, outcome))
}

function addReadOptions(command: Command): Command {
  return command
    .option('--layout <name>', 'layout of every record, e.g. alpaca, messages, sharegpt')
    .option('--text-field <field>', 'key or JSON pointer of the model-side text')
    .option('--prompt-field <field>', 'key or JSON pointer of the prompt')
    .option('--max-record-bytes <n>', 'longest record that is read; a longer one is limited in the ledger', parseCount)
    .option('--max-depth <n>', 'deepest nesting of a record that is read', parseCount)
    .option('--max-ratio <n>', 'decompressed over compressed bytes, beyond which a file counts as a bomb', parseCount)
}
