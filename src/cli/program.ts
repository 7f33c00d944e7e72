/**
 * cli: the commands and their help. Each command reads its options, calls `run`, prints what it gave, and
 * sets the exit code (DESIGN §5).
 */
import process from 'node:process'
import { Command, Option } from 'commander'
import { fullVersion } from '../run/version.ts'
import { parseDay } from './accepted.ts'
import { runBaseline } from './baseline.ts'
import { runMerge, runPlan, runWork } from './cluster.ts'
import { runCompare } from './compare.ts'
import { runCorporaAdd, runCorporaList, runCorporaPull } from './corpora.ts'
import { runDemo } from './demo.ts'
import { runDoctor } from './doctor.ts'
import { addAuditOptions, addKeyOption, addOutputOptions, addReadOptions, addSideOptions, parseCount } from './flags.ts'
import {
  attributeHelp,
  caseHelp,
  corpusHelp,
  exitHelp,
  indexHelp,
  mergeHelp,
  outHelp,
  planHelp,
  preregisterHelp,
  profileHelp,
  sealKeyHelp,
  settingsHelp,
  storeHelp,
  verifyHelp,
  workHelp,
} from './help.ts'
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
