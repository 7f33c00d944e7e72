import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalise, digestHex, parseCanonical, repairText, repairValue } from '../../src/evidence/canonical.ts'
import { hasPython, runPython } from './folders.ts'

const parse = (text: string): unknown => parseCanonical(Buffer.from(text), 'test.json')

describe('canonicalise', () => {
  it('sorts keys by UTF-16 units and leaves out white space and undefined', () => {
    expect(canonicalise({ b: 1, a: [true, null], '\u{1f600}': 2, '\uffff': 3, c: undefined })).toBe(
      '{"a":[true,null],"b":1,"\u{1f600}":2,"\uffff":3}',
    )
  })

  it('gives the same bytes whatever order the keys stood in', () => {
    expect(canonicalise({ 9: 'a', 10: 'b', __proto__: null, a: { 2: 0, 1: [{ z: 1, y: 2 }] } })).toBe(
      '{"10":"b","9":"a","a":{"1":[{"y":2,"z":1}],"2":0}}',
    )
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), value => {
        const { value: ordered } = repairValue(value)
        const reversed = Object.fromEntries(Object.entries(ordered).reverse())
        expect(canonicalise(ordered)).toBe(canonicalise(reversed))
      }),
      { seed: 3 },
    )
  })

  it('calls what knows its own JSON by it', () => {
    expect(canonicalise({ at: new Date(0) })).toBe('{"at":"1970-01-01T00:00:00.000Z"}')
  })

  it('refuses numbers that are not finite and lone surrogates', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, 'a\ud800']) expect(() => canonicalise([value])).toThrow()
    const round: unknown[] = []
    round.push(round)
    expect(() => canonicalise(round)).toThrow()
  })

  it.skipIf(!hasPython)('gives the bytes that the Python verifier gives', () => {
    const values: unknown[] = fc.sample(fc.jsonValue(), { seed: 1, numRuns: 400 }).filter(value => {
      return JSON.stringify(value) === JSON.stringify(repairValue(value).value)
    })
    const numbers = fc.sample(fc.double({ noNaN: true, noDefaultInfinity: true }), { seed: 2, numRuns: 2000 })
    const edges = [
      0,
      -0,
      1e21,
      1e20,
      123456789012345680000,
      1e-6,
      1e-7,
      1.5e-7,
      2 ** 60,
      5e-324,
      1.7976931348623157e308,
    ]
    const lines = [...values, ...numbers, ...edges, ...edges.map(edge => -edge)].map(value => canonicalise(value))
    const program = [
      'import json, sys, verify',
      'for line in sys.stdin.buffer.read().decode("utf-8").split("\\n"):',
      '    same = verify.canonical(verify.parse_canonical(line.encode("utf-8"), "line")) == line',
      '    print(same, flush=False)',
    ].join('\n')
    const verdicts = runPython(program, lines.join('\n')).trim().split('\n')
    expect(verdicts).toHaveLength(lines.length)
    expect(lines.filter((_, i) => verdicts[i] !== 'True')).toEqual([])
  })
})

describe('parseCanonical', () => {
  it('gives back what was canonicalised', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        const { value: repaired } = repairValue(value)
        expect(parse(canonicalise(repaired))).toEqual(JSON.parse(JSON.stringify(repaired)))
      }),
    )
  })

  it.each([
    ['white space', '{"a": 1}'],
    ['a line feed', '{}\n'],
    ['keys out of order', '{"b":1,"a":2}'],
    ['a key twice', '{"a":1,"a":1}'],
    ['a number spelled otherwise', '[1.0]'],
    ['an exponent', '[1e2]'],
    ['a minus zero', '[-0]'],
    ['an integer beyond a double', '[9007199254740993]'],
    ['a number beyond all', '[1e999]'],
    ['a needless escape', '["\\u0041"]'],
    ['a lone surrogate', '["\\ud800"]'],
    ['not a number', '[NaN]'],
    ['nothing', ''],
    ['a byte order mark', '\ufeff{}'],
    ['too deep', `${'['.repeat(65)}${']'.repeat(65)}`],
    ['far too deep', '['.repeat(1_000_000)],
  ])('refuses %s, as the Python verifier does', (_, text) => {
    expect(() => parse(text)).toThrow(/test\.json: /)
    if (!hasPython) return
    const program = [
      'import sys, verify',
      'try:',
      '    verify.parse_canonical(sys.stdin.buffer.read(), "test.json")',
      '    print("accepted")',
      'except verify.Refused:',
      '    print("refused")',
    ].join('\n')
    expect(runPython(program, text).trim()).toBe('refused')
  })

  it('does not count brackets inside strings as depth', () => {
    const text = canonicalise([`${'['.repeat(200)}\\"${'{'.repeat(200)}`])
    expect(canonicalise(parse(text))).toBe(text)
  })
})

describe('repairValue', () => {
  it('repairs strings and keys without a UTF-8 form and says what stood there', () => {
    const { value, originals } = repairValue({ a: ['x\ud800y'], '\udc00': 'fine', b: undefined })
    expect(value).toEqual({ a: ['x\ufffdy'], '\ufffd': 'fine' })
    expect(originals).toEqual([{ path: 'a[0]', sha256: digestHex(Buffer.from('x\ud800y', 'utf16le')) }])
  })

  it('keeps the length in UTF-16 units', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(), (text, at) => {
        const broken = text.slice(0, at % (text.length + 1))
        expect(repairText(broken)).toHaveLength(broken.length)
      }),
    )
  })
})
