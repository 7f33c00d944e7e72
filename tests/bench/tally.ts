/**
 * Bench: judged suspects → counts and rates with exact intervals.
 */
import { clopperPearson } from '../../src/stats.ts'
import type { FindingClass } from '../../src/types.ts'
import type { Detection } from './adapter.ts'
import type { Row } from './data.ts'
import type { Suspect } from './suspects.ts'

/** A suspect and what was found on it. */
export interface Outcome {
  suspect: Suspect
  detection: Detection
  /** the reference named is the source, holds the same text, or answers the same prompt; null: nothing to name */
  isRight: boolean | null
}

/** Joins suspects with detections and judges whether the right reference was named. */
export function joinOutcomes(
  references: readonly Row[],
  suspects: readonly Suspect[],
  detections: readonly Detection[],
): Outcome[] {
  const byId = new Map(references.map(row => [row.id, row]))
  return suspects.map((suspect, i) => {
    const detection = detections[i]!
    const source = suspect.sourceId === null ? undefined : byId.get(suspect.sourceId)
    const named = detection.referenceId === null ? undefined : byId.get(detection.referenceId)
    let isRight: boolean | null = null
    if (source && named) {
      const samePrompt = source.prompt !== '' && source.prompt === named.prompt
      isRight = source.id === named.id || samePrompt || source.text.trim() === named.text.trim()
    }
    return { suspect, detection, isRight }
  })
}

/** Counts of one kind of suspect. */
export interface Tally {
  n: number
  a: number
  ab: number
  abc: number
  /** findings of A or B on copies whose reference was judged, and how many were right */
  named: number
  right: number
}

/** Counts the outcomes that pass. */
export function countOutcomes(outcomes: readonly Outcome[], passes: (suspect: Suspect) => boolean = () => true): Tally {
  const tally: Tally = { n: 0, a: 0, ab: 0, abc: 0, named: 0, right: 0 }
  for (const { suspect, detection, isRight } of outcomes) {
    if (!passes(suspect)) continue
    tally.n++
    if (isAtLeast(detection, 'A')) tally.a++
    if (isAtLeast(detection, 'B')) {
      tally.ab++
      if (isRight !== null) tally.named++
      if (isRight) tally.right++
    }
    if (isAtLeast(detection, 'C')) tally.abc++
  }
  return tally
}

/** Is a finding of this class or a stronger one? */
export function isAtLeast({ class: found }: Detection, level: FindingClass): boolean {
  return found !== null && found <= level
}

/** A share as a percentage with its exact 95 % interval, `97.5 (95.1–98.9)`; a dash for nothing counted. */
export function writeShare(k: number, n: number): string {
  if (n === 0) return '–'
  const { low, high } = clopperPearson(k, n, 0.95)
  return `${writePercent(k / n)} (${writePercent(low)}–${writePercent(high)})`
}

/** False alarms: count, and the exact 95 % interval of the rate. */
export function writeAlarms(k: number, n: number): string {
  if (n === 0) return '–'
  const { low, high } = clopperPearson(k, n, 0.95)
  return `${k} (${writePercent(low)}–${writePercent(high)} %)`
}

function writePercent(share: number): string {
  const percent = share * 100
  if (percent === 0 || percent === 100) return String(percent)
  return percent < 1 ? percent.toPrecision(2) : percent > 99.9 ? percent.toFixed(2) : percent.toFixed(1)
}

/** A Markdown table. */
export function writeTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map((_, i) => (i === 0 ? '---' : '--:'))), ...rows.map(line)].join('\n')
}
