/**
 * Bench: other tools on the same job, on the same machine, in one run: `npm run bench:peers`. References and labelled
 * suspects of the accuracy bench → which suspects each tool flags, and the processor time that it takes on one core.
 * Tools come from their registries, into a folder of their own; one that cannot be had is reported as absent.
 *
 *     npm run bench:peers -- [--per 60] [--negatives 2000] [--tools DIR]
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { root, runProgram } from './program.ts'
import { buildSetting } from './sets.ts'
import type { Suspect } from './suspects.ts'
import { writeTable } from './tally.ts'

const { values } = parseArgs({
  options: {
    per: { type: 'string', default: '60' },
    negatives: { type: 'string', default: '2000' },
    tools: { type: 'string' },
  },
})
const treatments = ['verbatim', 'surrogate', 'placeholder', 'deletion', 'reformatted', 'light', 'embedded-3']
const megabyte = 1e6

/** What a tool gave. */
interface Ran {
  name: string
  version: string
  command: string
  rule: string
  indexSeconds: number
  /** for all suspects, of which most are copies or answers to the same prompt */
  scanSeconds: number
  /** for text that has nothing in common with the references */
  unrelatedSeconds: number
  peakBytes: number
  flagged: ReadonlySet<string>
}

/** Why a tool did not run. */
interface Absent {
  name: string
  absent: string
}

const folder = mkdtempSync(join(tmpdir(), 'palimpsest-peers-'))

const toLines = (rows: readonly unknown[]): string => rows.map(row => `${JSON.stringify(row)}\n`).join('')

/** This program: index and scan, less what it takes for a corpus of one row. */
function runOwn(): Ran {
  const scan = (suspects: string): { cpuSeconds: number; peakBytes: number } => {
    const out = join(folder, 'audit')
    rmSync(out, { recursive: true, force: true })
    const sides = ['--reference', join(folder, 'references.pali'), '--background', join(folder, 'background.pali')]
    return runProgram(['scan', join(folder, suspects), ...sides, '--out', out, '--fail-on', 'never'], folder)
  }
  writeFileSync(join(folder, 'one.jsonl'), toLines([{ id: 'one', text: 'One short row.' }]))
  const start = runProgram(['index', join(folder, 'one.jsonl'), '--out', join(folder, 'one.pali')], folder)
  const built = ['references', 'background'].map(side =>
    runProgram(['index', join(folder, `${side}.jsonl`), '--out', join(folder, `${side}.pali`)], folder),
  )
  const idle = scan('one.jsonl')
  const unrelated = scan('unrelated.jsonl')
  const whole = scan('suspects.jsonl')
  const findings = readFileSync(join(folder, 'audit/findings.jsonl'), 'utf8').split('\n').filter(Boolean)
  const flagged = findings.map(line => JSON.parse(line)).filter(finding => finding.class < 'C')
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  return {
    name: 'palimpsest',
    version,
    command: 'palimpsest scan suspects.jsonl --reference references.pali --background background.pali',
    rule: 'class A or B; names the reference and the edits',
    indexSeconds: built.reduce((sum, { cpuSeconds }) => sum + cpuSeconds - start.cpuSeconds, 0),
    scanSeconds: whole.cpuSeconds - idle.cpuSeconds,
    unrelatedSeconds: unrelated.cpuSeconds - idle.cpuSeconds,
    peakBytes: whole.peakBytes,
    flagged: new Set(flagged.map(finding => finding.suspect.id)),
  }
}

/** A Python with the packages, made once in a folder of its own; or why there is none. */
function makePython(tools: string, name: string): { python: string } | { absent: string } {
  const python = join(tools, 'bin/python')
  try {
    if (!existsSync(python)) execFileSync('python3', ['-m', 'venv', tools], { stdio: 'pipe' })
    if (name !== 'ngrams') execFileSync(python, ['-m', 'pip', 'install', '--quiet', name], { stdio: 'pipe' })
    return { python }
  } catch (error) {
    return { absent: String((error as Error).message).split('\n')[0]! }
  }
}

function runPython(tools: string, name: string, shown: string): Ran | Absent {
  const made = makePython(tools, name)
  if ('absent' in made) return { name: shown, absent: made.absent }
  const { status, stdout, stderr } = spawnSync(made.python, [join(import.meta.dirname, 'peers.py'), name, folder], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  if (status !== 0) return { name: shown, absent: stderr.trim().split('\n').at(-1) ?? `ended with ${status}` }
  const { flagged, ...rest } = JSON.parse(stdout)
  return { name: shown, command: `python peers.py ${name}`, ...rest, flagged: new Set(flagged) }
}

/** The decontamination tool in Rust has no package: looked for, and told. */
function findDecon(): Absent {
  const { status, stderr, error } = spawnSync('cargo', ['info', 'decon'], { encoding: 'utf8', cwd: folder })
  const name = 'decon'
  if (error !== undefined) return { name, absent: 'no cargo on this machine' }
  if (status !== 0) return { name, absent: `not on crates.io: ${stderr.trim().split('\n').at(-1)}` }
  return { name, absent: 'crates.io holds a package of this name, which this bench does not know how to run' }
}

const share = (part: number, all: number): string => (all === 0 ? '–' : `${((100 * part) / all).toFixed(1)} %`)

/** Rate of a tool, and how often its time is ours. */
function rate(bytes: number, seconds: number, ownSeconds: number): string {
  return `${(bytes / megabyte / seconds).toFixed(2)}${seconds === ownSeconds ? '' : ` (${(seconds / ownSeconds).toFixed(1)} ×)`}`
}

function describe(ran: Ran, suspects: readonly Suspect[], sizes: readonly [number, number], own: Ran): string[] {
  const flaggedOf = (wanted: (suspect: Suspect) => boolean): string => {
    const all = suspects.filter(wanted)
    return share(all.filter(({ id }) => ran.flagged.has(id)).length, all.length)
  }
  return [
    `${ran.name} ${ran.version}`,
    rate(sizes[0], ran.scanSeconds, own.scanSeconds),
    rate(sizes[1], ran.unrelatedSeconds, own.unrelatedSeconds),
    ran.indexSeconds.toFixed(1),
    (ran.peakBytes / megabyte).toFixed(0),
    flaggedOf(({ set, treatment }) => set === 'copy' && treatment === 'verbatim'),
    flaggedOf(({ set, treatment }) => set === 'copy' && treatment !== 'verbatim' && treatment !== 'embedded-3'),
    flaggedOf(({ set, treatment }) => set === 'copy' && treatment === 'embedded-3'),
    flaggedOf(({ set }) => set === 'same-prompt'),
    flaggedOf(({ set }) => set === 'other-prompt' || set === 'human'),
  ]
}

try {
  const { references, background, suspects } = buildSetting('same-prompt', {
    perCell: Number(values.per),
    treatments,
    negatives: Number(values.negatives),
    parts: ['test'],
  })
  const toRow = ({ id, text, prompt }: { id: string; text: string; prompt: string }): unknown => ({ id, prompt, text })
  const clean = suspects.filter(({ set }) => set === 'other-prompt' || set === 'human')
  const unrelated = Array.from({ length: 5 }, () => clean).flat()
  for (const [name, rows] of Object.entries({ references, background, suspects, unrelated }))
    writeFileSync(join(folder, `${name}.jsonl`), toLines(rows.map(toRow)))
  const sizeOf = (rows: readonly Suspect[]): number => rows.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0)
  const sizes = [sizeOf(suspects), sizeOf(unrelated)] as const
  console.log(
    `${references.length} references, ${suspects.length} suspects of ${(sizes[0] / megabyte).toFixed(1)} MB, one core each\n`,
  )
  const tools = values.tools ?? join(folder, 'tools')
  const own = runOwn()
  const others = [
    runPython(tools, 'datasketch', 'datasketch'),
    runPython(tools, 'rensa', 'rensa'),
    runPython(tools, 'ngrams', '13-grams in a Python set, Python'),
    findDecon(),
  ]
  const all = [own, ...others]
  const ran = all.filter((one): one is Ran => !('absent' in one))
  const head = [
    'tool',
    'suspects, MB per CPU s (time over ours)',
    'unrelated text, MB per CPU s',
    'index CPU s',
    'peak MB',
    'verbatim',
    'edited copies',
    'three sentences inside',
    'same prompt (false)',
    'unrelated (false)',
  ]
  console.log(
    `${writeTable(
      head,
      ran.map(one => describe(one, suspects, sizes, own)),
    )}\n`,
  )
  for (const { name, command, rule } of ran) console.log(`- ${name}: ${rule}; \`${command}\``)
  for (const one of all) if ('absent' in one) console.log(`- ${one.name}: absent: ${one.absent}`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
