/**
 * Bench: counts → Markdown tables. Recall by treatment and length, false alarms by kind of negative, the goals with
 * what was measured, and the peers on the same work.
 */
import { clopperPearson } from '../../src/stats.ts'
import { families, treatments } from './anonymise.ts'
import { binsOf, type Suspect } from './suspects.ts'
import { countOutcomes, type Outcome, type Tally, writeAlarms, writeShare, writeTable } from './tally.ts'

/** Outcomes of one setting, and how it is called in tables. */
export interface Measured {
  name: string
  lang: string
  outcomes: Outcome[]
}

const familyOf = new Map(treatments.map(treatment => [treatment.name, treatment.family]))

/** Length classes in words. */
const sizeNames: Record<string, string> = {
  '100': '≥ 100 words',
  '50': '50–100',
  '25': '25–50',
  '80': '≥ 80 characters',
  '40': '40–80',
  '15': '≥ 15 lines',
  '8': '8–15 lines',
}

export const isCopy =
  (treatment: string, bin?: string) =>
  (suspect: Suspect): boolean =>
    suspect.set === 'copy' && suspect.treatment === treatment && (bin === undefined || suspect.bin === bin)

/** Recall by treatment × length: for each length, A, A + B and any class. */
export function tabulateRecall({ name, lang, outcomes }: Measured): string {
  const bins = binsOf(lang)
  const present = new Set(
    outcomes.filter(({ suspect }) => suspect.set === 'copy').map(({ suspect }) => suspect.treatment),
  )
  const rows: string[][] = []
  for (const family of families) {
    for (const treatment of [...present].filter(known => familyOf.get(known) === family)) {
      const cells = bins.flatMap(bin => {
        const { n, a, ab, abc } = countOutcomes(outcomes, isCopy(treatment, family === 'passage' ? undefined : bin))
        if (family === 'passage' && bin !== bins[0]) return ['', '', '', '']
        const share = (k: number): string => (n === 0 ? '–' : (100 * (k / n)).toFixed(1))
        return [String(n), share(a), n === 0 ? '–' : writeShare(ab, n), share(abc)]
      })
      rows.push([family, treatment, ...cells])
    }
  }
  const head = bins.flatMap(bin => [`${sizeNames[bin]}: n`, 'A %', 'A + B % (95 %)', 'any %'])
  return `### Recall: ${name}\n\nPassages of all lengths stand in the first columns.\n\n${writeTable(['family', 'treatment', ...head], rows)}`
}

const negativeSets = ['same-prompt', 'other-prompt', 'human'] as const

/** False alarms by kind and corpus of negatives, for each setting. */
export function tabulateAlarms(measured: readonly Measured[]): string {
  const rows: string[][] = []
  for (const { name, outcomes } of measured) {
    for (const set of negativeSets) {
      const add = (what: string, passes: (suspect: Suspect) => boolean): void => {
        const { n, a, ab, abc } = countOutcomes(outcomes, passes)
        if (n > 0) rows.push([name, what, String(n), writeAlarms(a, n), writeAlarms(ab, n), writeAlarms(abc, n)])
      }
      const own = outcomes.filter(({ suspect }) => suspect.set === set)
      const sources = [...new Set(own.map(({ suspect }) => suspect.source))].sort()
      add(set, suspect => suspect.set === set)
      if (sources.length < 2) continue
      for (const source of sources)
        add(`${set}: ${source}`, suspect => suspect.set === set && suspect.source === source)
    }
  }
  return `### False alarms\n\n${writeTable(['setting', 'negatives', 'n', 'A', 'A + B', 'any class'], rows)}`
}

/** Natural pairs: found, by how far the edited side is from the original. */
export function tabulateNatural({ name, lang, outcomes }: Measured): string {
  const rows: string[][] = []
  for (const treatment of ['identical', 'cosmetic', 'light', 'moderate', 'rewritten']) {
    for (const bin of binsOf(lang)) {
      const { n, a, ab, abc } = countOutcomes(
        outcomes,
        suspect => suspect.set === 'natural' && suspect.treatment === treatment && suspect.bin === bin,
      )
      if (n > 0)
        rows.push([treatment, sizeNames[bin]!, String(n), writeShare(a, n), writeShare(ab, n), writeShare(abc, n)])
    }
  }
  for (const [treatment, atLeast, of] of [
    ['identical', 20, 'en'],
    ['light', 60, 'zh'],
  ] as const) {
    const passes = (suspect: Suspect): boolean =>
      suspect.set === 'natural' && suspect.treatment === treatment && suspect.words >= atLeast && of === lang
    const { n, a, ab, abc } = countOutcomes(outcomes, passes)
    const size = `all ≥ ${atLeast} ${lang === 'zh' ? 'characters' : 'words'}`
    if (n > 0) rows.push([treatment, size, String(n), writeShare(a, n), writeShare(ab, n), writeShare(abc, n)])
  }
  if (rows.length === 0) return ''
  return `### Natural pairs: ${name}\n\n${writeTable(['class', 'length', 'n', 'A', 'A + B', 'any class'], rows)}`
}

/** The right reference named, over all findings of class A or B on copies. */
export function tabulateNaming(measured: readonly Measured[]): string {
  const rows = measured.map(({ name, outcomes }) => {
    const { named, right } = countOutcomes(outcomes, suspect => suspect.set === 'copy')
    return [name, String(named), writeShare(right, named)]
  })
  return `### Reference named: the source, the same text, or an answer to the same prompt\n\n${writeTable(['setting', 'findings', 'right %'], rows)}`
}

type Level = 'a' | 'ab' | 'abc'
const levelNames: Record<Level, string> = { a: 'A', ab: 'A + B', abc: 'any class' }
export const anonymised: readonly string[] = [
  'verbatim',
  'surrogate',
  'placeholder',
  'deletion',
  'reformatted',
  'disguised',
]

interface Goal {
  what: string
  level: Level
  goal: string
  tally: Tally
  /** recall is wanted high, alarms low */
  wants: 'recall' | 'alarms'
}

/** What is aimed at, setting by setting. */
function listGoals({ name, lang, outcomes }: Measured): Goal[] {
  const goals: Goal[] = []
  const add = (
    what: string,
    level: Level,
    goal: string,
    wants: Goal['wants'],
    passes: (suspect: Suspect) => boolean,
  ): void => {
    const tally = countOutcomes(outcomes, passes)
    if (tally.n > 0) goals.push({ what: `${name}: ${what}`, level, goal, wants, tally })
  }
  const [long, middle, short] = binsOf(lang)
  add(
    'answers to the same prompts',
    'a',
    name.startsWith('no background') ? '≤ 1 in 1,000' : '≤ 1 in 10,000',
    'alarms',
    s => s.set === 'same-prompt',
  )
  add('answers to the same prompts', 'ab', '≤ 1 in 1,000', 'alarms', s => s.set === 'same-prompt')
  add('human text', 'ab', lang === 'en' ? '0' : '≤ 1 in 1,000', 'alarms', s => s.set === 'human')
  add('answers to other prompts', 'ab', lang === 'en' ? '0' : '≤ 1 in 1,000', 'alarms', s => s.set === 'other-prompt')
  if (lang === 'code') {
    for (const treatment of ['code-renamed', 'code-relaid', 'code-uncommented', 'code-disguised']) {
      add(`${treatment}, ${sizeNames[long!]}`, 'ab', '≥ 90 %', 'recall', isCopy(treatment, long))
    }
    return goals
  }
  for (const treatment of anonymised) {
    add(`${treatment}, ${sizeNames[long!]}`, 'a', '≥ 98.5 %', 'recall', isCopy(treatment, long))
    add(`${treatment}, ${sizeNames[long!]}`, 'ab', '≥ 99.5 %', 'recall', isCopy(treatment, long))
  }
  const isAnonymised = (suspect: Suspect): boolean => suspect.set === 'copy' && anonymised.includes(suspect.treatment)
  add(`those six, ${sizeNames[middle!]}`, 'ab', '≥ 97 %', 'recall', s => isAnonymised(s) && s.bin === middle)
  if (short) add(`those six, ${sizeNames[short]}`, 'abc', '≥ 85 %', 'recall', s => isAnonymised(s) && s.bin === short)
  add(
    `light edits on top, ${sizeNames[long!]}`,
    'ab',
    lang === 'zh' ? '≥ 97 %' : '≥ 98 %',
    'recall',
    isCopy('light', long),
  )
  add(`10 % random word edits, ${sizeNames[long!]}`, 'ab', '≥ 97 %', 'recall', isCopy('edits-10', long))
  add(`20 % random word edits, ${sizeNames[long!]}`, 'ab', '≥ 90 %', 'recall', isCopy('edits-20', long))
  add('three sentences, anonymised, in another document', 'ab', '≥ 95 %', 'recall', isCopy('passage'))
  return goals
}

/** The goals with what was measured. */
export function tabulateGoals(measured: readonly Measured[]): string {
  const rows = measured.flatMap(listGoals).map(({ what, level, goal, wants, tally }) => {
    const share = wants === 'recall' ? `${writeShare(tally[level], tally.n)} %` : writeAlarms(tally[level], tally.n)
    return [what, levelNames[level], goal, share, String(tally.n)]
  })
  return `### Goals\n\n${writeTable(['what', 'class', 'goal', 'measured (95 %)', 'n'], rows)}`
}

const curveRates = [0.01, 0.003, 0.001, 0.0003, 0.0001]

/**
 * The trade-off: for thresholds on the decision value that let through a given share of the answers to the same
 * prompts, the recall of groups of copies. A share finer than one of the negatives stands for none of them.
 */
export function tabulateCurve({ name, lang, outcomes }: Measured): string {
  const negatives = outcomes.filter(({ suspect }) => suspect.set === 'same-prompt')
  if (negatives.length === 0) return ''
  const [long, middle, short] = binsOf(lang)
  const isAnonymised = (s: Suspect): boolean => s.set === 'copy' && anonymised.includes(s.treatment)
  const ofCode = (s: Suspect): boolean => s.set === 'copy' && s.treatment.startsWith('code-')
  const groups: [string, (suspect: Suspect) => boolean][] =
    lang === 'code'
      ? [
          [`code, ${sizeNames[long!]}`, s => ofCode(s) && s.bin === long],
          [`code, ${sizeNames[middle!]}`, s => ofCode(s) && s.bin === middle],
        ]
      : [
          ...[long, middle, short].flatMap((bin): [string, (suspect: Suspect) => boolean][] =>
            bin ? [[`six, ${sizeNames[bin]}`, s => isAnonymised(s) && s.bin === bin]] : [],
          ),
          [`light, ${sizeNames[long!]}`, isCopy('light', long)],
          [`edits-20, ${sizeNames[long!]}`, isCopy('edits-20', long)],
          ['passage', isCopy('passage')],
        ]
  const decisions = negatives.map(({ detection }) => detection.decision).sort((a, b) => b - a)
  const rows = curveRates.map(rate => {
    const nLet = Math.floor(rate * negatives.length)
    const threshold = decisions[nLet]!
    const recalls = groups.map(([, passes]) => {
      const own = outcomes.filter(({ suspect }) => passes(suspect))
      return own.length === 0
        ? '–'
        : `${((100 * own.filter(({ detection }) => detection.decision > threshold).length) / own.length).toFixed(1)} %`
    })
    return [`${nLet} of ${negatives.length}`, `> ${threshold.toPrecision(4)}`, ...recalls]
  })
  const head = ['let through', 'threshold', ...groups.map(([group]) => group)]
  return `### Trade-off by one threshold: ${name}\n\n${writeTable(head, rows)}`
}

/** The short table: recall of five treatments by length, passages, false alarms, reference named. */
export function tabulateSummary({ outcomes }: Measured): string {
  const rows: string[][] = []
  for (const [bin, goal] of [
    ['100', '≥ 97 %'],
    ['50', '≥ 90 %'],
  ] as const) {
    for (const treatment of anonymised.slice(0, 5)) {
      const { n, ab } = countOutcomes(outcomes, isCopy(treatment, bin))
      rows.push([`${treatment}, ${sizeNames[bin]}`, goal, `${writeShare(ab, n)} %`, String(n)])
    }
  }
  for (const treatment of ['embedded-3', 'passage']) {
    const { n, ab } = countOutcomes(outcomes, isCopy(treatment))
    const what =
      treatment === 'passage'
        ? 'three sentences, anonymised, in another document'
        : 'three sentences in another document'
    rows.push([what, '≥ 85 %', `${writeShare(ab, n)} %`, String(n)])
  }
  for (const [set, what, goal] of [
    ['same-prompt', 'false: answers of other models to the same prompts', '≤ 0.5 %'],
    ['other-prompt', 'false: answers to other prompts', '0'],
    ['human', 'false: human text', '0'],
  ] as const) {
    const { n, ab } = countOutcomes(outcomes, suspect => suspect.set === set)
    rows.push([what, goal, writeAlarms(ab, n), String(n)])
  }
  const { named, right } = countOutcomes(outcomes, suspect => suspect.set === 'copy')
  rows.push(['the reference named is the right one', '≥ 99 %', `${writeShare(right, named)} %`, String(named)])
  return writeTable(['A + B', 'goal', 'measured (95 %)', 'n'], rows)
}

/** A row of the error table that a release ships: so many of so many were found at class A or B, with the exact interval. */
export interface ReleaseRow {
  what: string
  atClassAOrB: number
  of: number
  low: number
  high: number
}

/** Recall and false alarms as plain numbers, for `corpora/release-errors.json`. */
export function listReleaseErrors({ outcomes }: Measured): { recall: ReleaseRow[]; falseAlarms: ReleaseRow[] } {
  const row = (what: string, isIn: (suspect: Suspect) => boolean): ReleaseRow => {
    const { n, ab } = countOutcomes(outcomes, isIn)
    const { low, high } = clopperPearson(ab, n, 0.95)
    return { what, atClassAOrB: ab, of: n, low, high }
  }
  const recall = ['100', '50'].flatMap(bin =>
    anonymised.slice(0, 5).map(treatment => row(`copies, ${treatment}, ${sizeNames[bin]}`, isCopy(treatment, bin))),
  )
  recall.push(row('three sentences, anonymised, in another document', isCopy('passage')))
  const negative =
    (set: string): ((suspect: Suspect) => boolean) =>
    suspect =>
      suspect.set === set
  const falseAlarms = [
    row('answers of other models to the same prompts', negative('same-prompt')),
    row('answers to other prompts', negative('other-prompt')),
    row('texts written by people', negative('human')),
  ]
  return { recall, falseAlarms }
}

/** What each rule flags: copies by treatment, and negatives; the product's rows first. */
export function tabulatePeers(measured: Measured, flags: ReadonlyMap<string, boolean[]>): string {
  const { outcomes } = measured
  const rules: [string, (i: number) => boolean][] = [
    ['palimpsest A', i => outcomes[i]!.detection.class === 'A'],
    ['palimpsest A + B', i => outcomes[i]!.detection.class === 'A' || outcomes[i]!.detection.class === 'B'],
    ...[...flags].map(([name, list]): [string, (i: number) => boolean] => [name, i => list[i]!]),
  ]
  const columns: [string, (suspect: Suspect) => boolean][] = [
    ['same prompt: false', s => s.set === 'same-prompt'],
    ['human: false', s => s.set === 'human'],
    ...['verbatim', 'surrogate', 'placeholder', 'deletion', 'disguised', 'light', 'edits-10', 'edits-20'].map(
      (treatment): [string, (suspect: Suspect) => boolean] => [`${treatment} ≥ 100`, isCopy(treatment, '100')],
    ),
    ['surrogate 50–100', isCopy('surrogate', '50')],
    ['passage', isCopy('passage')],
  ]
  const rows = rules.map(([name, flagged]) => [
    name,
    ...columns.map(([, passes]) => {
      let n = 0
      let k = 0
      outcomes.forEach(({ suspect }, i) => {
        if (!passes(suspect)) return
        n++
        if (flagged(i)) k++
      })
      return n === 0 ? '–' : `${((100 * k) / n).toFixed(k / n < 0.01 ? 2 : 1)} %`
    }),
  ])
  return `### Beside the default rules of other tools: ${measured.name}\n\n${writeTable(['rule', ...columns.map(([name]) => name)], rows)}`
}
