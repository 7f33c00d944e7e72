/**
 * text: lines of prose → tokens, until a line turns out to be code.
 *
 * A line is cut before it is judged. One without the marks that code is full of is prose; any other is judged at its
 * end, and taken back if it is code. So most lines are looked through once.
 */
import { Shape } from './buffer.ts'
import { beginsCode, codeMarks } from './code.ts'
import type { Cutter } from './cutter.ts'
import { classMask, UnitClass } from './fold.ts'
import { cutPlain } from './plain.ts'

/** Cuts prose from the cursor on. */
export function cutProse(cutter: Cutter): void {
  const { length } = cutter.text
  while (cutter.at < length && !cutter.inCode) {
    const isJudged = enterProse(cutter)
    if (!cutter.inCode) cutLine(cutter, isJudged)
  }
}

/** Enters a line in which there may be a fence; says whether the line at the cursor is entered. */
function enterProse(cutter: Cutter): boolean {
  if (!cutter.isEntered && (cutter.inFence || mayBeFence(cutter.units, cutter.at))) cutter.enterLine()
  const { isEntered } = cutter
  cutter.isEntered = false
  return isEntered
}

function mayBeFence(units: Uint16Array, at: number): boolean {
  let first = at
  while (units[first] === 32 || units[first] === 9) first++
  return units[first] === 96 || units[first] === 126
}

/** Cuts the rest of a line and passes over its end. */
function cutLine(cutter: Cutter, isJudged: boolean): void {
  const { units, out, at: from } = cutter
  const { length } = cutter.text
  const { n, nCapitals } = out
  let marks = 0
  while (cutter.at < length) {
    marks += cutPlain(cutter)
    const { at } = cutter
    const unit = units[at]
    if (unit === 10) break
    if ((cutter.classAt(at) & classMask) === UnitClass.newline) {
      // half of a line end; other line ends leave the judgement to what stands behind them as well
      if (unit === 13 && units[at + 1] === 10) cutter.at = at + 1
      else {
        marks = length
        break
      }
    } else {
      cutter.cutCarefully()
      for (let i = at; i < cutter.at; i++) if (units[i] < 128) marks += codeMarks[units[i]]
    }
  }
  if (!isJudged && beginsCode(units, from, cutter.endOfLine(from), marks)) {
    cutter.inCode = true
    cutter.at = from
    out.n = n
    out.nCapitals = nCapitals
  } else cutter.at++
  cutter.opening = true
  out.atLineBreak = Shape.lineStart
}
