/**
 * Bench: detection accuracy, `npm run bench:accuracy`. Builds labelled suspects from the measuring corpora, runs the
 * product and the peers' rules on them, and prints recall and false alarms with exact intervals, in Markdown.
 *
 *     npm run bench:accuracy -- [--quick] [--summary] [--setting NAME…] [--part calibration|test] [--per N]
 *                               [--negatives N] [--json FILE] [--failures FILE] [--misses] [--curve FILE] [--release]
 *
 * `--per` copies for each treatment, length and part; `--negatives` at most so many of each kind. `--summary` prints
 * the short table alone; `--release` writes the error table that the program ships, `--failures` lists false alarms and
 * missed copies with their measures, `--misses` prints the missed copies that goals are set for, with what they measure
 * and why they were missed, as far as that can be told; `--curve` draws the trade-off of all English settings that were run.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { detect, type Judged } from './adapter.ts'
import { drawCurves } from './curve.ts'
import { divisionSeed, type PartName, type Row } from './data.ts'
import { tabulateMisses, writeMisses } from './misses.ts'
import { buildPeers } from './rules.ts'
import { buildSetting, type SettingName } from './sets.ts'
import { type DrawOptions, drawSeed, type Suspect } from './suspects.ts'
import {
  listReleaseErrors,
  type Measured,
  tabulateAlarms,
  tabulateCurve,
  tabulateGoals,
  tabulateNaming,
  tabulateNatural,
  tabulatePeers,
  tabulateRecall,
  tabulateSummary,
} from './tables.ts'
import { isAtLeast, joinOutcomes, type Outcome } from './tally.ts'

/** The treatments that goals are set for. */
const core = [
  'verbatim', 'surrogate', 'placeholder', 'deletion', 'reformatted', 'disguised', 'light', 'edits-10', 'edits-20', 'embedded-3', 'passage',
  'code-renamed', 'code-uncommented', 'code-relaid', 'code-disguised',
] // biome-ignore format: a list reads better packed

interface Run {
  name: string
  setting: SettingName
  lang: string
  /** all treatments, or those that goals are set for */
  scope: 'all' | 'core'
  background: 'given' | 'none'
  prompts: 'given' | 'unknown'
  peers: boolean
}

const given = { background: 'given', prompts: 'given', peers: false } as const
const runs: readonly Run[] = [
  { ...given, name: 'background on the same prompts', setting: 'same-prompt', lang: 'en', scope: 'all', peers: true },
  { ...given, name: 'roles changed about', setting: 'swapped', lang: 'en', scope: 'core' },
  { ...given, name: 'usual case', setting: 'usual', lang: 'en', scope: 'core', peers: true },
  { ...given, name: 'no background', setting: 'same-prompt', lang: 'en', scope: 'core', background: 'none' },
  { ...given, name: 'prompts unknown', setting: 'same-prompt', lang: 'en', scope: 'core', prompts: 'unknown' },
  { ...given, name: 'Chinese', setting: 'zh', lang: 'zh', scope: 'all' },
  { ...given, name: 'code', setting: 'code', lang: 'code', scope: 'all' },
]

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    summary: { type: 'boolean', default: false },
    setting: { type: 'string', multiple: true },
    part: { type: 'string', default: 'test' },
    per: { type: 'string' },
    negatives: { type: 'string' },
    json: { type: 'string' },
    release: { type: 'boolean', default: false },
    failures: { type: 'string' },
    misses: { type: 'boolean', default: false },
    curve: { type: 'string' },
  },
})

/** What a run draws: enough of each kind that intervals are tight, a taste of each with `--quick`. */
function chooseDraw(run: Run): DrawOptions {
  const all = run.scope === 'all' && !values.quick && !values.summary
  const perCell = values.per
    ? Number(values.per)
    : values.quick
      ? 12
      : values.summary
        ? 300
        : run.lang === 'en'
          ? 150
          : 200
  return {
    perCell,
    treatments: all ? undefined : core,
    negatives: values.negatives ? Number(values.negatives) : values.quick ? 300 : undefined,
    parts: [values.part as PartName],
  }
}

const withoutPrompt = <T extends Judged>(row: T): T => ({ ...row, prompt: '' })

interface Judgement {
  measured: Measured
  flags: Map<string, boolean[]>
  seconds: number
}

function judgeRun(run: Run): Judgement {
  const setting = buildSetting(run.setting, chooseDraw(run))
  const isUnknown = run.prompts === 'unknown'
  const references: Row[] = isUnknown ? setting.references.map(withoutPrompt) : setting.references
  const suspects: Suspect[] = isUnknown ? setting.suspects.map(withoutPrompt) : setting.suspects
  const started = performance.now()
  const detections = detect(references, run.background === 'none' ? [] : setting.background, suspects)
  const seconds = (performance.now() - started) / 1000
  const outcomes = joinOutcomes(setting.references, setting.suspects, detections)
  const flags = new Map<string, boolean[]>()
  if (run.peers && !values.summary) {
    for (const peer of buildPeers(references.map(row => row.text))) {
      flags.set(
        peer.name,
        suspects.map(suspect => peer.flags(suspect.text)),
      )
    }
  }
  return { measured: { name: run.name, lang: run.lang, outcomes }, flags, seconds }
}

/** False alarms at any class and copies not found at B, the strongest and the longest first. */
function listFailures({ name, outcomes }: Measured): object[] {
  const failed = outcomes.filter(({ suspect, detection }) =>
    suspect.set === 'copy' || suspect.set === 'natural' ? !isAtLeast(detection, 'B') : isAtLeast(detection, 'C'),
  )
  const order = ({ suspect, detection }: Outcome): string => `${suspect.set} ${detection.class ?? 'D'}`
  return failed
    .sort((x, y) => (order(x) < order(y) ? -1 : order(x) > order(y) ? 1 : y.detection.score - x.detection.score))
    .map(({ suspect, detection }) => ({
      run: name,
      ...detection,
      suspect: { ...suspect, text: suspect.text.slice(0, 2000) },
    }))
}

const toJson = ({ measured: { name, outcomes }, flags, seconds }: Judgement): object => ({
  name,
  seconds,
  suspects: outcomes.map(({ suspect, detection, isRight }, i) => ({
    id: suspect.id,
    set: suspect.set,
    treatment: suspect.treatment,
    bin: suspect.bin,
    words: suspect.words,
    model: suspect.model,
    class: detection.class,
    score: detection.score,
    decision: Number.isFinite(detection.decision) ? detection.decision : null,
    referenceId: detection.referenceId,
    isRight,
    peers: [...flags].filter(([, list]) => list[i]).map(([peer]) => peer),
    measures: detection.measures,
  })),
})

/** The error table that the program ships and prints in every report. */
function writeRelease(measured: Measured): void {
  const table = {
    measured: new Date().toISOString().slice(0, 10),
    command: 'npm run bench:accuracy -- --summary --release',
    corpora: 'answers of 74 models to the same prompts, with a background of fifteen models on those prompts, English',
    level: 0.95,
    ...listReleaseErrors(measured),
  }
  writeFileSync(join(import.meta.dirname, '../../corpora/release-errors.json'), `${JSON.stringify(table, null, 2)}\n`)
}

function main(): void {
  const wanted = runs.filter(run =>
    values.summary
      ? run === runs[0]
      : (values.setting?.some(name => name === run.setting || name === run.name) ?? true),
  )
  console.log(`Seeds: ${divisionSeed}, ${drawSeed}. Part: ${values.part}. ${new Date().toISOString().slice(0, 10)}.\n`)
  const judgements = wanted.map(run => {
    process.stderr.write(`${run.name} …\n`)
    const judgement = judgeRun(run)
    process.stderr.write(
      `${run.name}: ${judgement.measured.outcomes.length} suspects in ${judgement.seconds.toFixed(0)} s\n`,
    )
    return judgement
  })
  const measured = judgements.map(judgement => judgement.measured)
  if (values.release) writeRelease(measured[0]!)
  if (values.summary) console.log(tabulateSummary(measured[0]!))
  else {
    const parts = [
      tabulateGoals(measured),
      tabulateAlarms(measured),
      tabulateNaming(measured),
      tabulateMisses(measured.filter(({ lang }) => lang !== 'code')),
      values.misses ? writeMisses(measured.filter(({ lang }) => lang !== 'code')) : '',
      ...measured.map(tabulateCurve),
      ...measured.map(tabulateRecall),
      ...measured.map(tabulateNatural),
      ...judgements.filter(({ flags }) => flags.size > 0).map(({ measured: own, flags }) => tabulatePeers(own, flags)),
    ]
    console.log(parts.filter(part => part !== '').join('\n\n'))
  }
  if (values.json) writeFileSync(values.json, `${JSON.stringify(judgements.map(toJson))}\n`)
  if (values.curve) writeFileSync(values.curve, drawCurves(measured.filter(({ lang }) => lang === 'en')))
  if (values.failures) {
    const lines = measured.flatMap(listFailures).map(failure => `${JSON.stringify(failure)}\n`)
    writeFileSync(values.failures, lines.join(''))
  }
}

main()
