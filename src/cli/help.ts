/** cli: what the help of a command says beside its flags. */
export const corpusHelp = `
A corpus is a file, a folder, a glob in quotes, or - for standard input. JSON lines, JSON, CSV, TSV, Parquet, Arrow
and text are recognised by content, plain or in gzip or zstd; so are the layouts (Alpaca, Dolly, OpenAI messages, ShareGPT, preference pairs,
OASST, prompt/response, plain text). --layout, --text-field and --prompt-field overrule what was recognised.`

export const caseHelp = `
A case file is JSON: {"title": "…", "number": "…", "examiner": "…", "organisation": "…", "purpose": "…",
"items": [{"number": "1", "file": "vendor.jsonl", "description": "…"}],
"custody": [{"at": "2026-01-02", "actor": "…", "action": "received", "items": ["1"]}]}; all but the title may be left out.`

export const preregisterHelp = `
The file holds every parameter and rule and the digest of each reference, background, decoy and profile. Give its digest
to the other party before the suspect is opened, then:
  palimpsest scan vendor.jsonl --preregistration plan.json … with the same options and corpora
A scan that departs from it does not start, and the evidence shows what was fixed, and in which order.`

export const indexHelp = `
An index holds the texts it was built from: share it as you would share the corpus. With --key-file all of it is
encrypted under the key (32 bytes or more; openssl rand -hex 32 > key), and scan takes the same flag.

Memory does not grow with the corpora, except for a locked index, which is made in memory. What is done is kept beside
the file, as .NAME.checkpoints, until it is complete. A corpus that is called merge or inspect is written ./merge or
./inspect.`

export const verifyHelp = `
With --recompute, name the corpora as they were named to scan:
  palimpsest verify audit/ --recompute --suspect vendor.jsonl --reference gpt4.pali --background others.jsonl
An index made again from its raw files has the digest that it had.`
export const settingsHelp = `

Every flag may also stand in a config file (palimpsest init writes one) under its name in camel case, the corpora under
"corpora", or in the environment: --fail-on, failOn, PALIMPSEST_FAIL_ON. A flag goes before the environment, the
environment before the config, the config before the default. Paths in a config are relative to it; lists in the
environment are divided by line ends or as PATH is. A share counts at the lower end of its 95% interval.`

export const sealKeyHelp = 'secret mixed into the salts of sealed texts, for very small audits that are redacted'
export const outHelp = 'folder for the evidence; it must be new, or hold an earlier audit'

export const exitHelp = `
Exit codes: 0 scanned in full, nothing at or above --fail-on · 1 findings at or above it · 2 wrong usage ·
3 incomplete coverage (see coverage.jsonl) · 4 a damaged index or bundle. The highest wins.`

export const storeHelp = `
The store is the folder PALIMPSEST_HOME, else palimpsest in XDG_DATA_HOME or ~/.local/share. What it holds is taken by
its name wherever a reference, background or decoy is expected; a file of the same name wins.`

export const profileHelp = `

The model and the imposters together need 50 documents of 20 words each at least; some hundreds of each, answers to the
same prompts, tell more. Imposters should be what the corpus in question may otherwise hold: other models, and
people. One profile is for one language. Printed is what the profile was worth on prompts held out of its training.`

export const attributeHelp = `

Each profile weighs two propositions: its model wrote a text, or another author of the kinds in its panel did. With
several profiles a text goes to the one whose ratio favours it most, or to none of these. A line of --per-document also
names, for each profile, which of its model and imposters the text is nearest to.
A share is given only where the corpus fits a mixture of what the profile knows. For a corpus of another kind give as
--control a hundred texts or more of that kind, prompts and length, that the model did not write.

  palimpsest profile gpt4.jsonl --model gpt4 --imposters others/ --out gpt4.style
  palimpsest attribute vendor.jsonl --profile gpt4.style --control ours.jsonl --per-document scores.jsonl

Exit codes: 0 done, also where it cannot say · 2 wrong usage · 3 records that could not be read, or no text ·
4 a damaged profile, or one of another version.`
export const planHelp = `

The plan holds inputs with their digests, shards, indexes and all parameters. References that are corpora are indexed
now; index large ones beforehand with palimpsest index. Every machine must see inputs and indexes under the same paths,
or under the same paths below the plan's folder, and run this very program.`

export const workHelp = `
--shard auto reads PALIMPSEST_SHARD, SLURM_ARRAY_TASK_ID, JOB_COMPLETION_INDEX (Kubernetes), AWS_BATCH_JOB_ARRAY_INDEX,
or CI_NODE_INDEX (GitLab, which counts from 1). Inputs and indexes that are not what was planned are refused.

--fetch is split at spaces and run without a shell, once for each stretch of bytes; {file} {path} {start} {last}
{length} are replaced: --fetch 'curl -sfr {start}-{last} https://store/bucket/{file}'.`

export const mergeHelp = `
Refused unless every shard is there exactly once, of this plan and this program, with sums that balance. All files but
run.json are then those of a scan on one machine.
`
