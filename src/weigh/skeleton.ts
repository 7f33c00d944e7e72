/**
 * weigh: the code of a document → its skeleton: tokens in which all names are alike, without comments and layout.
 * Text and stream → symbols to align, and what name or literal stands at each. The paragraphs in which some line is code are cut
 * anew as if they were fenced, so that a brace on a line of its own, or a longer name, makes no line prose.
 * Errors: prose in a paragraph of code counts as names; comments that open with other marks stay.
 */
import { combine, hashUnits, mix } from '../hash.ts'
import { Shape, TokenBuffer } from '../text/buffer.ts'
import { literalSymbol } from '../text/cutter.ts'
import { tokenise } from '../text/tokens.ts'
import { WordSet } from '../text/words.ts'
import { TokenKind, type TokenStream } from '../types.ts'

/** An identifier or a literal, by its bits, and what stands for each of them in a skeleton. */
const codeName = TokenKind.code | TokenKind.name
const nameSymbol = 1
/** Skeleton tokens that make a shape. */
export const shapeTokens = 6

/** Keywords of some languages that are common identifiers in others: names, unless in capitals as in SQL. */
const looseKeywords = new WordSet(`
begin by create delete drop end exec export group having impl inner insert into join limit local loop match mod module object on
operator or order outer override record ref repeat require select self set string table template type union update use
using values when where with
`)

/** The code of a document. */
export interface Skeleton extends TokenStream {
  /** what stands at each token: hash of the name or literal as it is written, 0 for other tokens */
  name: Uint32Array
  /** hash of each token as the indexes count it */
  raw: Uint32Array
  /** 1 for tokens of lines that are code by themselves, 0 for those of lines beside them that may be prose */
  isSure: Uint8Array
  /** text of the literal at a token, undefined for other tokens */
  literalAt: (token: number) => string | undefined
}

/** Scratch of one thread. */
const buffer = new TokenBuffer()

/** Makes the skeleton of a document. @param stream its tokens, which say in which lines its code stands */
export function makeSkeleton(text: string, stream: TokenStream): Skeleton {
  const lines = pickLines(text, stream)
  const fence = '```\n'
  const code = fence + blankComments(lines.map(line => text.slice(line.start, line.end)).join('\n'))
  const { n: room, hash, kind, start, end, shape, symbol } = tokenise(code, buffer) as TokenBuffer
  const symbols = new Uint32Array(room)
  const name = new Uint32Array(room)
  const raw = new Uint32Array(room)
  const isSure = new Uint8Array(room)
  const from = new Uint32Array(room)
  const to = new Uint32Array(room)
  const mixed = new Uint32Array(room)
  let n = 0
  let line = 0
  let lineEnd = fence.length + (lines.length === 0 ? 0 : lines[0].end - lines[0].start)
  for (let i = 0; i < room; i++) {
    if ((kind[i] & TokenKind.code) === 0) continue
    for (; start[i] > lineEnd; lineEnd += 1 + lines[line].end - lines[line].start) line++
    const isName =
      (kind[i] & codeName) === codeName || ((shape[i] & Shape.allUpper) === 0 && looseKeywords.has(hash[i]))
    symbols[n] = isName ? nameSymbol : hash[i]
    name[n] = isName ? hashUnits(code.slice(start[i], end[i])) : 0
    raw[n] = hash[i]
    isSure[n] = lines[line].isSure ? 1 : 0
    if (symbol[i] === literalSymbol) [from[n], to[n]] = [start[i], end[i]]
    // a few symbols make up most of a skeleton: each is mixed with those before it for the seeds
    let run = symbols[n]
    for (let j = 1; j < shapeTokens && j <= n; j++) run = combine(run, symbols[n - j])
    mixed[n++] = mix(run)
  }
  return {
    n,
    hash: symbols,
    start: from,
    end: to,
    kind: new Uint8Array(n).fill(TokenKind.code),
    nMasked: n,
    masked: Uint32Array.from({ length: n }, (_, i) => i),
    maskedHash: mixed,
    name,
    raw,
    isSure,
    literalAt: token => (to[token] > 0 ? code.slice(from[token], to[token]) : undefined),
  }
}

/** A line of a text: where it stands, and whether any of its tokens is code. */
interface Line {
  start: number
  end: number
  isSure: boolean
}

/** The lines of the paragraphs of a text in which some token is code, those of fences aside. */
function pickLines(text: string, { n, start, kind }: TokenStream): Line[] {
  const picked: Line[] = []
  let paragraph: Line[] = []
  const close = (): void => {
    if (paragraph.some(({ isSure }) => isSure)) for (const line of paragraph) picked.push(line)
    paragraph = []
  }
  let token = 0
  for (let at = 0; at <= text.length; ) {
    const newline = text.indexOf('\n', at)
    const line = { start: at, end: newline < 0 ? text.length : newline, isSure: false }
    for (; token < n && start[token] < line.end; token++) line.isSure ||= (kind[token] & TokenKind.code) !== 0
    const units = text.slice(line.start, line.end).trim()
    if (units === '') close()
    else if (!units.startsWith('```') && !units.startsWith('~~~')) paragraph.push(line)
    at = line.end + 1
  }
  close()
  return picked
}

/** How comments of several lines open and close; the tokens know those that end with their line. */
const closeOf: Record<string, string> = { '/*': '*/', '<!--': '-->', '"""': '"""', "'''": "'''" }
const openings =
  /\/\*|<!--|"""|'''|["'`]|(?<![^\s])#(?!(?:include|define|undef|ifn?def|if|el|endif|pragma|region)\b)[A-Za-z][^\n{;]{0,200}$/gm

/** Code with block comments, doc strings, and comments whose mark touches their first word blanked. Linear in the text. */
function blankComments(code: string): string {
  let out = ''
  let kept = 0
  const unclosed = new Set<string>()
  openings.lastIndex = 0
  for (let match = openings.exec(code); match !== null; match = openings.exec(code)) {
    const [mark] = match
    let end = openings.lastIndex
    if (mark.length === 1) {
      end = endOfLiteral(code, match.index)
      openings.lastIndex = end
      continue
    }
    const close = closeOf[mark]
    if (close !== undefined) {
      const at = unclosed.has(close) ? -1 : code.indexOf(close, end)
      if (at < 0) unclosed.add(close)
      if (at < 0) continue
      end = at + close.length
      openings.lastIndex = end
      // only at the start of a statement is a string of several lines a comment
      if (mark === close && !/(?:^|\n)[ \t]*$/.test(code.slice(Math.max(kept, match.index - 80), match.index))) continue
    }
    out += code.slice(kept, match.index) + code.slice(match.index, end).replace(/[^\n]/g, ' ')
    kept = end
  }
  return out + code.slice(kept)
}

/** Behind the literal that opens at a quote, or behind the quote if it does not close in its line. */
function endOfLiteral(code: string, at: number): number {
  for (let i = at + 1; i < code.length && code[i] !== '\n'; i++) {
    if (code[i] === '\\') i++
    else if (code[i] === code[at]) return i + 1
  }
  return at + 1
}
