/**
 * Bench: copies that goals are set for and that got no class A or B → why, as far as their measures and their form tell: a
 * table of counts by setting and goal, and a line for each copy.
 */
import { bestCompetitor, isCode, isLeadAtMost, marginBits } from '../../src/weigh/rule.ts'
import { binsOf, type Suspect } from './suspects.ts'
import { anonymised, isCopy, type Measured } from './tables.ts'
import { isAtLeast, type Outcome, writeTable } from './tally.ts'

/** Copies of prose that goals are set for. */
function listGoals(lang: string): { name: string; passes: (suspect: Suspect) => boolean }[] {
  const [long, middle] = binsOf(lang)
  const unit = lang === 'zh' ? 'characters' : 'words'
  const isAnonymised = (bin?: string) => (suspect: Suspect) => anonymised.some(name => isCopy(name, bin)(suspect))
  return [
    { name: `anonymised, ≥ ${long} ${unit}`, passes: isAnonymised(long) },
    { name: `anonymised, ${middle}–${long}`, passes: isAnonymised(middle) },
    { name: `light edits on top, ≥ ${long}`, passes: isCopy('light', long) },
    { name: 'three sentences', passes: isCopy('passage') },
  ]
}

/** A line that is no sentence: of a list, a table, a row of keywords. */
const itemLine = /^\s*(?:[-*•|#]|\d+[.)])/u
const maxItemWords = 8

/** Do most lines of a text hold items and no sentences? */
function isList(text: string): boolean {
  const lines = text.split('\n').filter(line => line.trim() !== '')
  const items = lines.filter(line => itemLine.test(line) || line.trim().split(/\s+/).length <= maxItemWords)
  return lines.length >= 4 && items.length > lines.length / 2
}

/** Why a copy may have been missed, the first that holds. */
const reasons: readonly { name: string; holds: (outcome: Outcome) => boolean }[] = [
  { name: 'code or formulas', holds: ({ detection: { measures } }) => measures !== null && isCode(measures) },
  {
    name: 'a translation of its prompt',
    holds: ({ detection: { measures } }) => measures !== null && isLeadAtMost(measures),
  },
  {
    name: 'a list, table or keywords',
    holds: ({ suspect, detection: { measures } }) => isList(suspect.text) || (measures?.identityShare ?? 0) >= 0.3,
  },
  { name: 'repeats its prompt', holds: ({ detection: { measures } }) => (measures?.explainedByPrompt ?? 0) >= 0.4 },
  {
    name: 'others say much of it too',
    holds: ({ detection: { measures } }) => measures !== null && bestCompetitor(measures) >= 0.3 * measures.score,
  },
  {
    name: 'part of a longer answer',
    holds: ({ detection: { measures } }) => measures !== null && measures.referenceContainment < 0.5,
  },
  { name: 'much changed', holds: ({ detection: { measures } }) => measures === null || measures.identity < 0.7 },
  { name: 'else', holds: () => true },
]

interface Miss {
  goal: string
  reason: string
  outcome: Outcome
}

function listMisses({ lang, outcomes }: Measured): Miss[] {
  const missed = outcomes.filter(({ detection }) => !isAtLeast(detection, 'B'))
  return listGoals(lang).flatMap(({ name, passes }) =>
    missed
      .filter(({ suspect }) => passes(suspect))
      .map(outcome => ({ goal: name, reason: reasons.find(({ holds }) => holds(outcome))!.name, outcome })),
  )
}

/** Missed copies by setting, goal and reason. */
export function tabulateMisses(measured: readonly Measured[]): string {
  const rows = measured.flatMap(of => {
    const misses = listMisses(of)
    return listGoals(of.lang).flatMap(({ name, passes }) => {
      const n = of.outcomes.filter(({ suspect }) => passes(suspect)).length
      const own = misses.filter(({ goal }) => goal === name)
      const counts = reasons.map(({ name: reason }) => own.filter(miss => miss.reason === reason).length)
      return n === 0 ? [] : [[of.name, name, String(n), String(own.length), ...counts.map(String)]]
    })
  })
  const head = ['setting', 'copies', 'n', 'missed', ...reasons.map(({ name }) => name)]
  return `### Missed copies, by the first reason that holds\n\n${writeTable(head, rows)}`
}

/** Missed copies one by one, with what decided. */
export function writeMisses(measured: readonly Measured[]): string {
  const lines = measured.flatMap(of =>
    listMisses(of).map(({ goal, reason, outcome: { suspect, detection } }) => {
      const { measures } = detection
      const bits: Record<string, number> = measures === null ? {} : { margin: marginBits(measures), ...measures }
      const numbers = Object.entries(bits).map(([name, value]) => `${name} ${Number(value.toFixed(2))}`)
      const text = suspect.text.slice(0, 160).replaceAll(/\s+/g, ' ')
      return `- ${of.name} · ${goal} · ${reason} · ${suspect.id} · ${numbers.join(', ') || 'nothing claimed'} · ${text}`
    }),
  )
  return lines.join('\n')
}
