/**
 * text: which lines are code, judged one line at a time.
 *
 * A fence says so; without one the shape of the line does. Answers of code models often come unfenced.
 * False positives: tables and formulas; false negatives: prose-like lines (SQL in capitals, shell).
 */

/** Strength of the evidence that a line is code: `none` breaks a code run, `weak` continues one, `strong` begins one. */
export const LineShape = { none: 0, weak: 1, strong: 2, blank: 3 } as const

/** Units of a line that are looked at. */
const maxJudgedUnits = 400

/** Marks that code is full of and prose seldom has. Hyphens, quotes and list stars do not count. */
const codeLike = '{}()[];=<>+&|$\\_'

const statementOpeners =
  /^(?:def|class|import|from|function|public|private|protected|static|const|let|var|return|#include|package|using|namespace|SELECT|INSERT INTO|UPDATE|DELETE FROM|CREATE TABLE|elif|else:|try:|except|for|while|if|print|console\.|@\w+|async|await|export|echo|sudo|switch|case)\b/

/**
 * Judges the line `[start, end)` (UTF-16 units) of a text.
 * Linear in the line; looks at no more than its first `maxJudgedUnits`.
 */
export function judgeLine(units: Uint16Array, start: number, end: number): number {
  let from = start
  while (from < end && units[from] <= 32) from++
  let to = Math.min(end, start + maxJudgedUnits)
  while (to > from && units[to - 1] <= 32) to--
  if (from >= to) return LineShape.blank
  let counts = 0
  for (let i = from; i < to; i++) {
    const c = units[i]
    counts += c < 128 ? weightOfMark[c] : wideWeight
  }
  const symbols = counts & 1023
  const operative = (counts >>> 10) & 1023
  const wide = counts >>> 20
  const length = to - from
  const last = units[to - 1]
  const closes = closesStatement(last)
  const indented = from - start >= 2 || units[start] === 9
  if (symbols === 0) return indented && wide === 0 ? LineShape.weak : LineShape.none
  if (closes && (symbols >= 2 || length <= 3)) return LineShape.strong
  if (wide * 4 > length) return LineShape.none
  const opener =
    symbols >= 2 && statementOpeners.test(String.fromCharCode(...units.subarray(from, Math.min(to, from + 16))))
  if (opener && (last === 41 /* ) */ || last === 58 /* : */ || last === 44 || closes || symbols * 12 > length))
    return LineShape.strong
  if (operative > 0 && symbols * 6 >= length && symbols >= 4) return LineShape.strong
  if (indented || symbols * 12 >= length || closes) return LineShape.weak
  return LineShape.none
}

/**
 * Does the line `[start, end)` begin a run of code (`LineShape.strong`)? Most lines are turned away by their ends.
 *
 * @param marks weight of the code marks in it (`codeMarks`), or more
 */
export function beginsCode(units: Uint16Array, start: number, end: number, marks: number): boolean {
  if (marks < minCodeMarks) return false
  let from = start
  while (from < end && units[from] <= 32) from++
  const to = Math.min(end, start + maxJudgedUnits)
  let last = to - 1
  while (last > from && units[last] <= 32) last--
  const isDense = marks * 6 > last - from
  if (!isDense && !closesStatement(units[last]) && opensStatement[units[from]] !== 1) return false
  return judgeLine(units, start, end) === LineShape.strong
}

/** 1 for the ASCII units with which `statementOpeners` begin. */
const opensStatement: Uint8Array = new Uint8Array(128)
for (const unit of 'dcifpslvrneawt#@uSIDCU') opensStatement[unit.charCodeAt(0)] = 1

function closesStatement(unit: number): boolean {
  return unit === 59 /* ; */ || unit === 123 /* { */ || unit === 125 /* } */
}

/**
 * What a mark adds to the sum from which a line may be code at all: a line is no code for one mark, unless it ends with
 * a semicolon or a brace.
 */
export const codeMarks: Uint8Array = new Uint8Array(128)
const minCodeMarks = 2
for (const mark of codeLike) codeMarks[mark.charCodeAt(0)] = /[;{}]/.test(mark) ? 2 : 1

/** One count in each of three fields of ten bits, which hold the 400 units of a line: marks, operative marks, wide units. */
const operativeWeight = 1 << 10
const wideWeight = 1 << 20
/** What a unit adds. */
const weightOfMark: Uint16Array = new Uint16Array(128)
for (const mark of codeLike) weightOfMark[mark.charCodeAt(0)] = 1
for (const mark of '=;(') weightOfMark[mark.charCodeAt(0)] += operativeWeight
