/**
 * cli: the commands and their help. Each command reads its options, calls `run`, prints what it gave, and
 * sets the exit code (DESIGN §5).
 */
import process from 'node:process'
import { Command, InvalidArgumentError, Option } from 'commander'
import { fullVersion } from '../run/version.ts'
import { parseDay } from './accepted.ts'
import { runBaseline } from './baseline.ts'
import { runMerge, runPlan, runWork } from './cluster.ts'
import { runCompare } from './compare.ts'
import { runCorporaAdd, runCorporaList, runCorporaPull } from './corpora.ts'
import { runDemo } from './demo.ts'
import { runDoctor } from './doctor.ts'
import { checkConditions } from './gate.ts'
import { runIndex, runInspectIndex, runMergeIndexes } from './index.ts'
import { runInit } from './init.ts'
import { runInspect } from './inspect.ts'
import { runPreregister } from './preregister.ts'
import { runReport, runVerify } from './report.ts'
import { runScan } from './scan.ts'
import { configNames } from './settings.ts'
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

const caseHelp = `
A case file is JSON: {"title": "…", "number": "…", "examiner": "…", "organisation": "…", "purpose": "…",
"items": [{"number": "1", "file": "vendor.jsonl", "description": "…"}],
"custody": [{"at": "2026-01-02", "actor": "…", "action": "received", "items": ["1"]}]}; all but the title may be left out.`

const preregisterHelp = `
The file holds every parameter and rule and the digest of each reference, background, decoy and profile. Give its digest
to the other party before the suspect is opened, then:
  palimpsest scan vendor.jsonl --preregistration plan.json … with the same options and corpora
A scan that departs from it does not start, and the evidence shows what was fixed, and in which order.`

const indexHelp = `
An index holds the texts it was built from: share it as you would share the corpus. With --key-file all of it is
encrypted under the key (32 bytes or more; openssl rand -hex 32 > key), and scan takes the same flag.

Memory does not grow with the corpora, except for a locked index, which is made in memory. What is done is kept beside
the file, as .NAME.checkpoints, until it is complete. A corpus that is called merge or inspect is written ./merge or
./inspect.`

const verifyHelp = `
With --recompute, name the corpora as they were named to scan:
  palimpsest verify audit/ --recompute --suspect vendor.jsonl --reference gpt4.pali --background others.jsonl
An index made again from its raw files has the digest that it had.`
const settingsHelp = `

Every flag may also stand in a config file (palimpsest init writes one) under its name in camel case, the corpora under
"corpora", or in the environment: --fail-on, failOn, PALIMPSEST_FAIL_ON. A flag goes before the environment, the
environment before the config, the config before the default. Paths in a config are relative to it; lists in the
environment are divided by line ends or as PATH is. A share counts at the lower end of its 95% interval.`

const sealKeyHelp = 'secret mixed into the salts of sealed texts, for very small audits that are redacted'
const outHelp = 'folder for the evidence; it must be new, or hold an earlier audit'

const exitHelp = `
Exit codes: 0 scanned in full, nothing at or above --fail-on · 1 findings at or above it · 2 wrong usage ·
3 incomplete coverage (see coverage.jsonl) · 4 a damaged index or bundle. The highest wins.`

const storeHelp = `
The store is the folder PALIMPSEST_HOME, else palimpsest in XDG_DATA_HOME or ~/.local/share. What it holds is taken by
its name wherever a reference, background or decoy is expected; a file of the same name wins.`

const profileHelp = `

The model and the imposters together need 50 documents of 20 words each at least; some hundreds of each, answers to the
same prompts, tell more. Imposters should be what the corpus in question may otherwise hold: other models, and
people. One profile is for one language. Printed is what the profile was worth on prompts held out of its training.`

const attributeHelp = `

Each profile weighs two propositions: its model wrote a text, or another author of the kinds in its panel did. With
several profiles a text goes to the one whose ratio favours it most, or to none of these.
A share is given only where the corpus fits a mixture of what the profile knows. For a corpus of another kind give as
--control a hundred texts or more of that kind, prompts and length, that the model did not write.

  palimpsest profile gpt4.jsonl --model gpt4 --imposters others/ --out gpt4.style
  palimpsest attribute vendor.jsonl --profile gpt4.style --control ours.jsonl --per-document scores.jsonl

Exit codes: 0 done, also where it cannot say · 2 wrong usage · 3 records that could not be read, or no text ·
4 a damaged profile, or one of another version.`
const planHelp = `

The plan holds inputs with their digests, shards, indexes and all parameters. References that are corpora are indexed
now; index large ones beforehand with palimpsest index. Every machine must see inputs and indexes under the same paths,
or under the same paths below the plan's folder, and run this very program.`

const workHelp = `
--shard auto reads PALIMPSEST_SHARD, SLURM_ARRAY_TASK_ID, JOB_COMPLETION_INDEX (Kubernetes), AWS_BATCH_JOB_ARRAY_INDEX,
or CI_NODE_INDEX (GitLab, which counts from 1). Inputs and indexes that are not what was planned are refused.

--fetch is split at spaces and run without a shell, once for each stretch of bytes; {file} {path} {start} {last}
{length} are replaced: --fetch 'curl -sfr {start}-{last} https://store/bucket/{file}'.`

const mergeHelp = `
Refused unless every shard is there exactly once, of this plan and this program, with sums that balance. All files but
run.json are then those of a scan on one machine.
`

/** Builds the command line. @param outcome receives the exit code of the command that ran */
export function createProgram(outcome: Outcome): Command {
  const program = new Command('palimpsest')
  program
    .description('Finds outputs of known models in training corpora, although names, numbers and wording were changed.')
    .version(fullVersion, '-V, --version', 'print the version, with the commit if it is known')
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
  addAuditOptions(addKeyOption(addOutputOptions(addSideOptions(addReadOptions(program.command('scan'))))))
    .description('audit corpora: which records are copies of reference outputs, and what was done to them')
    .argument('[corpus...]', 'the corpora under audit')
    .option('-o, --out <dir>', outHelp)
    .option('-t, --threads <n>', 'worker threads', parseCount, 1)
    .option('--resume', 'go on where an earlier scan to the same folder was cut short')
    .option('--seal-key <file>', sealKeyHelp)
    .option(
      '--job-summary [file]',
      'append the report as Markdown to this file, or to the one that GITHUB_STEP_SUMMARY names',
    )
    .option(
      '--changed <file>',
      'scan only files whose bytes are new since the scan that left this state file; those with findings that count for --fail-on are scanned again',
    )
    .option(
      '-c, --config <file>',
      `config file; without it ${configNames[0]} is looked for here and in the folders above`,
    )
    .addHelpText('after', corpusHelp + settingsHelp + caseHelp + exitHelp)
    .action(async (corpora: string[], _options, command: Command) => runScan(command, corpora, outcome))
  addKeyOption(addSideOptions(addReadOptions(program.command('preregister'))))
    .description('fix parameters and digests in a file before the suspect is opened')
    .requiredOption('-o, --out <file>', 'file to write; one that exists is never replaced')
    .option('--json', 'print the plan and its digest as JSON')
    .addHelpText('after', preregisterHelp)
    .action(async options => runPreregister(options, outcome))
  program
    .command('baseline')
    .description('accept the findings of an audit, so that later scans tell what is new')
    .argument('<dir>', 'folder of an audit, full edition')
    .requiredOption('-o, --out <file>', 'baseline to write; one that is there is added to')
    .option('--reason <text>', 'why they are accepted; stands in the file')
    .option('--until <date>', 'last day of acceptance, YYYY-MM-DD; afterwards the findings count as expired', parseDay)
    .option('--id <ids...>', 'accept only these findings, by id or fingerprint', [])
    .addOption(
      new Option('--class <classes...>', 'accept only findings of these classes').choices(['A', 'B', 'C']).default([]),
    )
    .option('--today <date>', 'the day to which ends of acceptance are compared; default: today', parseDay)
    .addHelpText(
      'after',
      `
An entry goes by the texts of a finding and its class, with a count, not by file and row: a shuffled, renamed or
re-sharded corpus keeps it. A finding whose class has risen is new. The file holds digests of texts, reasons and places,
and no text; whoever holds both texts of a finding can tell whether it stands there.`,
    )
    .action(async (dir: string, options) => runBaseline(dir, options, outcome))
  program
    .command('init')
    .description('write a config file for scan, from a few questions or from what is found in this folder')
    .option('-y, --yes', 'ask nothing')
    .option('--force', 'overwrite a config that is there')
    .addHelpText('after', '\nAnswers are read from standard input, a line each; an empty line takes what is proposed.')
    .action(async options => runInit(options, outcome))
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
    .addHelpText('after', corpusHelp + profileHelp)
    .action(async (corpora: string[], options) => runProfile(corpora, options, outcome))
  addReadOptions(program.command('attribute'))
    .description('estimate by style how much of a corpus a model wrote; says "cannot say" where it cannot')
    .argument('<corpus...>', 'the corpora in question')
    .requiredOption('-p, --profile <P...>', 'profiles of models')
    .option('-c, --control <corpus...>', "text of the corpus's own kind that the model did not write", [])
    .option('--per-document <file>', 'write the likelihood ratios of every document, a line each')
    .option('--figures <dir>', 'write score histogram, Tippett plot and tree of likeness as SVG, and their data')
    .option('--json', 'print the estimates as JSON')
    .addHelpText('after', corpusHelp + attributeHelp)
    .action(async (corpora: string[], options) => runAttribute(corpora, options, outcome))
  addAuditOptions(addKeyOption(addSideOptions(addReadOptions(program.command('plan')))))
    .description('divide an audit into shards for several machines: plan, then work on each shard, then merge')
    .argument('<corpus...>', 'the corpora under audit')
    .requiredOption('-n, --shards <n>', 'pieces of about equal size into which the corpora are divided', parseCount)
    .requiredOption('-o, --out <file>', 'plan to write; indexes that are built go beside it')
    .addHelpText('after', corpusHelp + planHelp)
    .action(async (corpora: string[], options) => runPlan(corpora, options, outcome))
  addKeyOption(program.command('work'))
    .description('work on one shard of a plan; a shard that is complete is left alone')
    .argument('<plan>', 'plan that `palimpsest plan` wrote')
    .requiredOption('-s, --shard <i>', 'number of the shard, from 0 on; several as 0-7; or auto: as the scheduler says')
    .option('-t, --threads <n>', 'worker threads', parseCount, 1)
    .option('--partials <dir>', 'where partial results go (default: beside the plan)')
    .option('--indexes <dir>', 'folder with copies of indexes on this machine, each named by its digest: DIGEST.pali')
    .option('--fetch <command>', 'command that prints bytes of an input that is not where it was planned')
    .addHelpText('after', workHelp)
    .action(async (plan: string, options) => runWork(plan, options, outcome))
  addKeyOption(addOutputOptions(program.command('merge')))
    .description('merge all shards of a plan into the audit that one machine would have made')
    .argument('<plan>', 'plan that `palimpsest plan` wrote')
    .requiredOption('-o, --out <dir>', outHelp)
    .option('--partials <dir...>', 'folders with partial results (default: the one beside the plan)')
    .option('--seal-key <file>', sealKeyHelp)
    .addHelpText('after', mergeHelp + exitHelp)
    .action(async (plan: string, options) => runMerge(plan, options, outcome))
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
  addKeyOption(addSideOptions(program.command('verify')))
    .description('check that the files of an audit are what was written: digests, trees, sums, signatures')
    .argument('<dir>', 'folder of an audit')
    .option('--root <hex>', 'root that the audit must have')
    .option('-k, --key <pem...>', 'public keys of which each must have signed', [])
    .option('--recompute', 'audit the corpora at hand again, and hold every finding and the root against the result')
    .option('-s, --suspect <corpus...>', 'with --recompute: the corpora that were audited', [])
    .option('--seal-key <file>', 'with --recompute: the secret of the audit, if it had one and its texts are withheld')
    .option('-t, --threads <n>', 'with --recompute: worker threads', parseCount, 1)
    .option('--json', 'print the checks as JSON')
    .addHelpText('after', verifyHelp)
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
  addCorporaCommands(program, outcome)
  program
    .command('doctor')
    .description('say what is missing or outdated on this machine, and what to do about it')
    .option('--json', 'print the checks as JSON')
    .addHelpText(
      'after',
      `
Looks at Node, zstd, threads, memory, disk, the local store and the corpora in it, and scans a small corpus.
Exit codes: 0 nothing is missing · 3 something is missing or outdated · 4 something is damaged.`,
    )
    .action(async options => runDoctor(options, outcome))
  overrideExit(program)
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
    .option('--key-file <file>', 'lock the index: without this key it gives away nothing but its size')
    .addHelpText('after', corpusHelp + indexHelp)
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

function addSideOptions(command: Command): Command {
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

function addAuditOptions(command: Command): Command {
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

function addKeyOption(command: Command): Command {
  return command.option('--key-file <file>', 'key of index files that are locked (index --key-file)')
}

function addOutputOptions(command: Command): Command {
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

/** Wrong usage ends with 2, whatever the command. */
function overrideExit(command: Command): void {
  command.exitOverride(error => process.exit(error.exitCode === 0 ? 0 : 2))
  for (const inner of command.commands) overrideExit(inner)
}

function addCorporaCommands(program: Command, outcome: Outcome): void {
  const corpora = program
    .command('corpora')
    .description('references and backgrounds by name: list, fetch and add them')
    .addHelpText('after', storeHelp)
  corpora
    .command('list')
    .description('list the corpora of the catalogue and of the local store')
    .option('--catalogue <file>', 'another catalogue than the shipped one')
    .option('--json', 'print one JSON object a corpus')
    .addHelpText('after', storeHelp)
    .action(async options => runCorporaList(options, outcome))
  corpora
    .command('pull')
    .description('fetch a corpus of the catalogue and index it; the only command that opens the network')
    .argument('<name>', 'a name that corpora list shows')
    .option(
      '--mirror <url>',
      'ask this address instead: the path is appended, {host} stands for the original host (default: PALIMPSEST_MIRROR)',
    )
    .option('--catalogue <file>', 'another catalogue than the shipped one')
    .option('--replace', 'fetch it again although it is in the store')
    .addHelpText(
      'after',
      `
HTTPS_PROXY, HTTP_PROXY and NO_PROXY are honoured. Size and SHA-256 are checked where they were published, a cut-short
download goes on when the command is given again, and nothing is in the store before all of it is. The licence is that
of the publisher: see the page that corpora list names.
${storeHelp}`,
    )
    .action(async (name: string, options) => runCorporaPull(name, options, outcome))
  addReadOptions(corpora.command('add'))
    .description('index corpora of your own and give them a name')
    .argument('<corpus...>', 'corpora to index')
    .requiredOption('-n, --name <name>', 'the name: lower-case letters, digits, dots, dashes and underscores')
    .option('-m, --model <name>', 'the model that wrote them; rows with a model column keep their own')
    .option('--replace', 'take the place of a corpus of that name')
    .addHelpText('after', corpusHelp + storeHelp)
    .action(async (files: string[], options) => runCorporaAdd(files, options, outcome))
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
