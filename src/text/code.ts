/**
 * text: which lines are code, judged one line at a time.
 *
 * A fence says so; without one the shape of the line does. Answers of code models often come unfenced.
 * False positives: tables and formulas; false negatives: prose-like lines (SQL in capitals, shell).
 */

/** Strength of the evidence that a line is code: `none` breaks a code run, `weak` continues one, `strong` begins one. */
export const LineShape = { none: 0, weak: 1, strong: 2, blank: 3 } as const

const statementOpeners =
  /^(?:def|class|import|from|function|public|private|protected|static|const|let|var|return|#include|package|using|namespace|SELECT|INSERT INTO|UPDATE|DELETE FROM|CREATE TABLE|elif|else:|try:|except|for|while|if|print|console\.|@\w+|async|await|export|echo|sudo|switch|case)\b/

/**
 * Judges the line `[start, end)` (UTF-16 units) of a text.
 * Linear in the line; looks at no more than its first 400 units.
 */
export function judgeLine(units: Uint16Array, start: number, end: number): number {
  let from = start
  while (from < end && units[from] <= 32) from++
  let to = Math.min(end, start + 400)
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
  const closes = last === 59 /* ; */ || last === 123 /* { */ || last === 125 /* } */
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

/** One count in each of three fields of ten bits, which hold the 400 units of a line: marks, operative marks, wide units. */
const operativeWeight = 1 << 10
const wideWeight = 1 << 20
/** What a unit adds: marks that code is full of and prose seldom has. Hyphens, quotes and list stars do not count. */
const weightOfMark: Uint16Array = new Uint16Array(128)
for (const mark of '{}()[];=<>+&|$\\_') weightOfMark[mark.charCodeAt(0)] = 1
for (const mark of '=;(') weightOfMark[mark.charCodeAt(0)] += operativeWeight
