/**
 * report, the borders. Corpus text is hostile: it reaches a terminal, a page, a Markdown file, a spreadsheet or
 * a script element only through the one function here that makes it inert there (DESIGN §7.5).
 *
 * What cannot be seen is shown as a visible escape (`\n`, `\u{202e}`), so a reader sees what stands in the data
 * and nothing acts. Possible error: text that holds such an escape literally looks the same as an escaped character.
 */

/** Letters and signs before which a joiner belongs to the spelling: Arabic, Indic, Mongolian, emoji. */
const joining =
  '\\p{Extended_Pictographic}\\p{Emoji_Modifier}\\uFE0F\\p{sc=Arab}\\p{sc=Syrc}\\p{sc=Mong}\\p{sc=Deva}\\p{sc=Beng}' +
  '\\p{sc=Guru}\\p{sc=Gujr}\\p{sc=Orya}\\p{sc=Taml}\\p{sc=Telu}\\p{sc=Knda}\\p{sc=Mlym}\\p{sc=Sinh}\\p{sc=Khmr}\\p{sc=Mymr}'

/**
 * Source of a character class (without brackets) of what neither a terminal nor a page may show as it is:
 * C0 but tab and line ends, DEL, C1, every format character (bidi, zero-width, tags, shy), line and paragraph
 * separators, fillers and blanks that look like nothing, variation selectors but the two of emoji, non-characters.
 */
const unseen =
  '\\u0000-\\u0008\\u000B\\u000C\\u000E-\\u001F\\u007F-\\u009F\\u034F\\u115F\\u1160\\u17B4\\u17B5\\u180B-\\u180F' +
  '\\u2028\\u2029\\u2800\\u3164\\uFFA0\\u2065\\uFE00-\\uFE0D\\uFFF0-\\uFFF8\\u{FFFE}\\u{FFFF}\\u{E0000}-\\u{E0FFF}\\p{Cf}\\p{Cs}'

const joiner = new RegExp(`(?<=[${joining}])[\\u200C\\u200D]`, 'u')

/** Finds, one at a time, the characters that a page must show by name. Global: copy it before keeping state. */
export const hiddenOnPage: RegExp = new RegExp(`(?!${joiner.source})[${unseen}]`, 'gu')
const hiddenInTerminal = new RegExp(`[${unseen}\\n\\r\\t]`, 'gu')
/** A fifth combining mark on one letter is there to overrun the lines around it. */
const markPile = /(\p{M}{4})\p{M}+/gu
const named: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/**
 * Names a character that cannot be seen.
 * @param character one code point
 * @returns `\n`, `\r`, `\t`, or `\u{…}` in lower-case hex
 */
export function nameCharacter(character: string): string {
  return named[character] ?? `\\u{${character.codePointAt(0)!.toString(16).padStart(4, '0')}}`
}

/**
 * Cuts to at most `maxUnits` UTF-16 units, never inside a surrogate pair; an ellipsis says that it was cut.
 * @param maxUnits at least 1
 */
export function shorten(text: string, maxUnits: number): string {
  if (text.length <= maxUnits) return text
  const end = maxUnits - 1
  const inPair = end > 0 && isHighSurrogate(text.charCodeAt(end - 1))
  return `${text.slice(0, inPair ? end - 1 : end)}…`
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff
}

/**
 * Terminal: one line, no control, escape, bidi, zero-width or tag character; each is shown as a visible escape.
 * @param maxUnits longest text to let through, before escaping
 */
export function escapeTerminal(text: string, maxUnits = 4096): string {
  return shorten(text, maxUnits).replace(hiddenInTerminal, nameCharacter).replace(markPile, '$1…')
}

const htmlEntities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
}

/** HTML: safe as text and inside a quoted attribute. What cannot be seen is a visible escape; line ends stay. */
export function escapeHtml(text: string): string {
  return text
    .replace(hiddenOnPage, nameCharacter)
    .replace(markPile, '$1…')
    .replace(/[&<>"'`]/g, character => htmlEntities[character])
}

/**
 * JSON inside a script element: no `<` (so neither `</script` nor `<!--`), and nothing that ends a line.
 * The value survives unchanged; lone surrogates become JSON escapes.
 */
export function escapeScriptJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029\u007f-\u009f]/g,
    unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/**
 * Markdown: a code span on one line, in which no mark-up, link, mention or HTML acts.
 * A pipe would end a table's cell, so it is shown as a visible escape too.
 * @param maxUnits longest text to let through, before escaping
 */
export function quoteMarkdown(text: string, maxUnits = 160): string {
  if (text === '') return '(nothing)'
  const line = escapeTerminal(text, maxUnits).replace(/\|/g, '\\u{7c}')
  let longestRun = 0
  for (const run of line.match(/`+/g) ?? []) longestRun = Math.max(longestRun, run.length)
  const fence = '`'.repeat(longestRun + 1)
  const padding = line.startsWith('`') || line.endsWith('`') || /^ .* $/.test(line) ? ' ' : ''
  return fence + padding + line + padding + fence
}

/** What spreadsheets take for the start of a formula, behind any blank, in any width. */
const formula = /^[\s\p{Z}'"]*[=+\-@|%＝＋－＠]/u

/**
 * CSV: one quoted field on one line. A field that a spreadsheet would compute is preceded by an apostrophe,
 * also behind a semicolon, which is the separator of some locales.
 * Numbers are written bare. `null` is an empty field.
 */
export function quoteCsv(value: string | number | null): string {
  if (value === null) return ''
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : ''
  const line = value.replace(hiddenInTerminal, nameCharacter).replace(/;(?=[\s\p{Z}'"]*[=+\-@|%＝＋－＠])/gu, ";'")
  const inert = formula.test(value) || formula.test(line) || /^[\t\r\n]/.test(value) ? `'${line}` : line
  return `"${inert.replaceAll('"', '""')}"`
}
