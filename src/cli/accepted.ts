/** cli: baseline files: the findings that were accepted, an entry a line, and the days on which acceptance ends. */
import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import * as v from 'valibot'
import { PalimpsestError } from '../errors.ts'
import type { Baseline } from '../run/baseline.ts'
import { sayFault } from './faults.ts'

/** Larger than a baseline of 200,000 entries. */
const maxBaselineBytes = 64 << 20

const day = v.pipe(v.string(), v.check(isDay, 'expected a day as YYYY-MM-DD'))

const baselineShape = v.strictObject({
  schema: v.literal(1, 'expected schema 1'),
  entries: v.array(
    v.strictObject({
      fingerprint: v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/, 'expected 32 hexadecimal digits')),
      class: v.picklist(['A', 'B', 'C'], 'expected A, B or C'),
      kind: v.picklist(['verbatim', 'anonymised', 'edited', 'passage'], 'expected a kind of finding'),
      count: v.pipe(v.number(), v.safeInteger(), v.minValue(1, 'expected 1 or more')),
      reason: v.nullable(v.string()),
      until: v.nullable(day),
      seen: v.string(),
    }),
  ),
})

/** Whether a text is a day of the calendar, `YYYY-MM-DD`. */
function isDay(text: string): boolean {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text)
}

/** Takes a day from the command line. @throws PalimpsestError `usage` */
export function parseDay(text: string): string {
  if (isDay(text)) return text
  throw new PalimpsestError('usage', `expected a day as YYYY-MM-DD, got ${JSON.stringify(text)}`)
}

/** The day that acceptance is compared to, unless another is given: today, as the world's clock has it. */
export function nameToday(): string {
  return new Date().toISOString().slice(0, 10)
}

/** Reads a baseline file. @throws PalimpsestError `usage`, naming the file and the entry */
export function readBaseline(file: string): Baseline {
  const found = statSync(file, { throwIfNoEntry: false })
  if (!found?.isFile())
    throw new PalimpsestError('usage', `${file}: expected a baseline; palimpsest baseline writes one`)
  if (found.size > maxBaselineBytes)
    throw new PalimpsestError('usage', `${file}: expected at most ${maxBaselineBytes} bytes, got ${found.size}`)
  let content: unknown
  try {
    content = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new PalimpsestError('usage', `${file}: not JSON: ${(error as Error).message}`)
  }
  const checked = v.safeParse(baselineShape, content)
  if (!checked.success) throw new PalimpsestError('usage', `${file}: ${sayFault(checked.issues, 'baseline')}`)
  const keys = new Set<string>()
  for (const [i, { fingerprint, class: grade }] of checked.output.entries.entries()) {
    const key = `${fingerprint} ${grade}`
    if (keys.has(key)) throw new PalimpsestError('usage', `${file}: entries.${i}: stands there twice`)
    keys.add(key)
  }
  return checked.output
}

/** Writes a baseline with an entry a line, so that a change reads well in version control. */
export function writeBaseline(file: string, { entries }: Baseline): void {
  const lines = entries.map(entry => `  ${JSON.stringify(entry)}`).join(',\n')
  const text = `{"schema": 1, "entries": [${lines === '' ? '' : `\n${lines}\n`}]}\n`
  writeFileSync(`${file}.partial`, text)
  renameSync(`${file}.partial`, file)
}

/** What was accepted and the day on which that is judged, as flags say; undefined without a baseline. */
export function readAccepted(flags: {
  baseline?: string
  today?: string
}): { baseline: Baseline; today: string } | undefined {
  if (flags.baseline === undefined) return undefined
  return { baseline: readBaseline(flags.baseline), today: flags.today ?? nameToday() }
}
