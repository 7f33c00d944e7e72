/**
 * read: Python literals → values. Writers of CSV put lists of turns into a cell as Python's `repr` (quotes
 * of either kind, None, True, tuples) or as NumPy prints them (no commas). Anything else is not a literal:
 * the caller then keeps the cell as text, so a fault here costs the structure and not the words.
 */

const maxLiteralDepth = 32

const escapes: { [letter: string]: string } = {
  n: '\n',
  r: '\r',
  t: '\t',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  '\n': '',
}

const hexLengths: { [letter: string]: number } = { x: 2, u: 4, U: 8 }

class Fault extends Error {}

class LiteralParser {
  private readonly text: string
  private at = 0
  private depth = 0

  constructor(text: string) {
    this.text = text
  }

  parseAll(): unknown {
    const value = this.parseValue()
    this.skipBlank()
    if (this.at !== this.text.length) throw new Fault()
    return value
  }

  private skipBlank(): void {
    while (this.at < this.text.length && ' \n\r\t,'.includes(this.text[this.at])) this.at++
  }

  private parseValue(): unknown {
    this.skipBlank()
    const head = this.text[this.at]
    if (head === '[') return this.parseList(']')
    if (head === '(') return this.parseList(')')
    if (head === '{') return this.parseDict()
    if (head === "'" || head === '"') return this.parseString()
    const word = /[\w.+-]+/y
    word.lastIndex = this.at
    const found = word.exec(this.text)?.[0]
    if (found === undefined) throw new Fault()
    this.at += found.length
    return this.parseWord(found)
  }

  private parseWord(word: string): unknown {
    if (word === 'None' || word === 'null' || word === 'nan') return null
    if (word === 'True' || word === 'true') return true
    if (word === 'False' || word === 'false') return false
    if (/^[rbu]$/i.test(word) && /['"]/.test(this.text[this.at] ?? '')) return this.parseString()
    if (word === 'array' && this.text[this.at] === '(') return this.parseArrayCall()
    const number = Number(word)
    if (Number.isNaN(number)) throw new Fault()
    return number
  }

  /** `array([...], dtype=object)`, as NumPy's repr has it. */
  private parseArrayCall(): unknown {
    this.at++
    const value = this.parseValue()
    const close = this.text.indexOf(')', this.at)
    if (close < 0 || close - this.at > 40) throw new Fault()
    this.at = close + 1
    return value
  }

  private enter(): void {
    this.at++
    if (++this.depth > maxLiteralDepth) throw new Fault()
  }

  private parseList(close: string): unknown[] {
    this.enter()
    const list: unknown[] = []
    for (this.skipBlank(); this.text[this.at] !== close; this.skipBlank()) list.push(this.parseValue())
    this.at++
    this.depth--
    return list
  }

  private parseDict(): { [key: string]: unknown } {
    this.enter()
    const entries: [string, unknown][] = []
    for (this.skipBlank(); this.text[this.at] !== '}'; this.skipBlank()) {
      const key = this.parseValue()
      this.skipBlank()
      if (this.text[this.at++] !== ':') throw new Fault()
      entries.push([String(key), this.parseValue()])
    }
    this.at++
    this.depth--
    return Object.fromEntries(entries)
  }

  private parseString(): string {
    const mark = this.text[this.at++]
    let out = ''
    let from = this.at
    for (;;) {
      const letter = this.text[this.at]
      if (letter === undefined) throw new Fault()
      if (letter === mark) break
      this.at++
      if (letter !== '\\') continue
      out += this.text.slice(from, this.at - 1) + this.parseEscape()
      from = this.at
    }
    return out + this.text.slice(from, this.at++)
  }

  private parseEscape(): string {
    const letter = this.text[this.at++]
    if (letter === undefined) throw new Fault()
    const nHex = hexLengths[letter]
    if (nHex === undefined) return escapes[letter] ?? ('\'"\\'.includes(letter) ? letter : `\\${letter}`)
    const digits = this.text.slice(this.at, this.at + nHex)
    const code = /^[0-9a-fA-F]+$/.test(digits) && digits.length === nHex ? Number.parseInt(digits, 16) : -1
    if (code < 0 || code > 0x10ffff) throw new Fault()
    this.at += nHex
    return String.fromCodePoint(code)
  }
}

/** Reads a Python literal; undefined if the text is not one from end to end. */
export function parseLiteral(text: string): unknown {
  try {
    return new LiteralParser(text).parseAll()
  } catch (error) {
    if (error instanceof Fault) return undefined
    throw error
  }
}
