/**
 * explain: placeholders by dialect, and numbers of which digits were masked. Document → counters.
 *
 * Labels of templates, commands and paths are left alone: nobody's name stood there.
 */
import { TokenKind } from '../types.ts'
import { type Counters, countEvent, counterOf } from './counters.ts'
import { findFrame, labelWords, nameDialect } from './dialects.ts'
import type { TraceDocument } from './glance.ts'

/** Dialects that people write too, for other reasons. */
const weakDialects = new Set([
  'blanks',
  'run of x',
  'capitalised square brackets',
  'stars',
  'hashes',
  'blocks',
  'some (某)',
  'marks on either side',
])
/** What joins a placeholder to a command, a path or an identifier. */
const syntaxBefore = /[A-Za-z0-9_=`|\\-]$|[A-Za-z0-9]\/$/
const syntaxBehind = /^(?:[_=`|\\]|[/.][A-Za-z])/
/** Placeholders of one document that are looked at; a dialect counts once in it. */
const maxPlaceholders = 500
/** Letters and forms to be filled in; their brackets are nobody's. */
const templateMarks =
  /\[(?:your|insert|recipient|my|enter|add|include|specify|choose|describe|list|product|link|company name|the )|\b(?:dear|sincerely|regards|subject:|signature|invoice)\b|尊敬的|亲爱的|此致|您的/i
/** Behind the first digits of a number. */
const starredNumber = /^\*{3,8}\d/
const maxStarredUnits = 9

/** Tokens that are placeholders, or may be the inside of one whatever their word. */
const bracketedKinds = TokenKind.placeholder | TokenKind.number | TokenKind.address

/** Scratch of one thread: what was counted in a document. */
const seen = new Set<string>()

/** Placeholders by dialect, those glued to letters, and numbers written with X; a document counts once for each. */
export function countPlaceholders(counters: Counters, document: TraceDocument): void {
  const { text, stream, glance } = document
  const { at, n } = glance.names
  seen.clear()
  const count = (name: string, start: number, end: number) => {
    if (seen.has(name)) return
    seen.add(name)
    countEvent(counterOf(counters, name), document, start, end)
  }
  let judged = 0
  let template: boolean | undefined
  const isTemplate = () => {
    template ??= templateMarks.test(text)
    return template
  }
  for (let g = 0; g < n; g++) {
    const i = at[g]
    const kind = stream.kind[i]
    if ((kind & TokenKind.code) !== 0) continue
    if ((kind & bracketedKinds) === 0 && !labelWords.has(stream.hash[i])) continue
    let start = stream.start[i]
    let end = stream.end[i]
    if ((kind & TokenKind.number) !== 0 && isPlainNumber(text, start, end)) continue
    const frame = findFrame(text, start, end)
    if (frame !== undefined) {
      start = frame[0]
      end = frame[1]
    } else if ((kind & (TokenKind.placeholder | TokenKind.number)) === 0) continue
    if (isMaskedNumber(text, start, end)) {
      count('maskedNumbers', start, end)
      continue
    }
    if (++judged > maxPlaceholders) return
    if (isSyntax(text, start, end)) continue
    const token = text.slice(start, Math.min(end, start + 64))
    const dialect = nameDialect(token) ?? nameDialect(token.replace(/s$/, ''))
    if (dialect === null || (/brackets|braces/.test(dialect) && isTemplate())) continue
    count(`placeholder: ${dialect}`, start, end)
    if (!weakDialects.has(dialect)) count('placeholders', start, end)
    if (isGlued(text, token, end)) count('gluedPlaceholder', start, end)
  }
}

/** `--bucket=[BUCKET_ID]`, `projects/{PROJECT_ID}`, `HEADER_DIRS_<NAME>`: part of a command, a path or an identifier, where no name stood. */
function isSyntax(text: string, start: number, end: number): boolean {
  if (!'[<{$'.includes(text[start])) return false
  const from = text.charCodeAt(start - 1) === 36 /* $ */ ? start - 1 : start
  return syntaxBefore.test(text.slice(Math.max(0, from - 2), from)) || syntaxBehind.test(text.slice(end, end + 2))
}

/** Digits and marks only, or behind a digit no capital: the common case, cheaply told. */
function isPlainNumber(text: string, start: number, end: number): boolean {
  if (end - start > 64) return true
  if (text.charCodeAt(end) === 42 /* * */) return false
  const first = text.charCodeAt(start)
  const isDigit = first >= 48 && first <= 57
  for (let i = start; i < end; i++) {
    const unit = text.charCodeAt(i)
    if ((unit >= 65 && unit <= 90) || (!isDigit && unit >= 97 && unit <= 122)) return false
  }
  return true
}

/** `$XX`, `XX%`, `20XX`, `555-XXXX`, `138****1234`. */
function isMaskedNumber(text: string, start: number, end: number): boolean {
  let crosses = 0
  let digits = 0
  for (let i = start; i < end; i++) {
    const unit = text.charCodeAt(i)
    if (unit === 88) crosses++
    else if (unit >= 48 && unit <= 57) digits++
    else if (unit !== 44 && unit !== 46) return false
  }
  if (starredNumber.test(text.slice(end, end + maxStarredUnits))) return digits === end - start
  if (crosses < 2) return false
  if (digits > 0) return true
  const before = text.charCodeAt(start - 1)
  const after = text.charCodeAt(end)
  return before === 36 /* $ */ || after === 37 /* % */ || (before === 45 && isDigitBefore(text, start - 1))
}

function isDigitBefore(text: string, at: number): boolean {
  const unit = text.charCodeAt(at - 1)
  return (unit >= 48 && unit <= 57) || unit === 88
}

/** A letter directly behind a placeholder: `[NAME]s`, `User7s`, `<PERSON>ian`. */
function isGlued(text: string, token: string, end: number): boolean {
  const after = text.charCodeAt(end)
  if (/[a-z]$/.test(token) && /\d/.test(token) && nameDialect(token) === null) return true
  return /[\])>}]$/.test(token) && after >= 97 && after <= 122
}
