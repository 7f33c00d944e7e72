import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cutText, deriveSecret, gridOf, headOf, sealText } from '../../src/evidence/commit.ts'

const secret = deriveSecret(Buffer.from('content'))
const texts = fc.string({ unit: 'grapheme', maxLength: 400 })

describe('gridOf', () => {
  it('rises from 0 to the length, and a prefix on the grid has the same grid', () => {
    for (const length of [0, 1, 15, 16, 17, 128, 129, 1000, 1024, 1025, 5000]) {
      const grid = gridOf(length)
      expect(grid[0]).toBe(0)
      expect(grid.at(-1)).toBe(length)
      for (let i = 1; i < grid.length; i++) expect(grid[i]).toBeGreaterThan(grid[i - 1])
      for (const [i, at] of grid.entries()) expect(gridOf(at)).toEqual(grid.slice(0, i + 1))
    }
  })
})

describe('cutText', () => {
  it('keeps the head at any limit, also when cut again, and shows no more than the limit', () => {
    fc.assert(
      fc.property(texts, fc.nat(500), fc.nat(500), fc.boolean(), (text, a, b, blank) => {
        const seal = sealText(secret, text)
        const head = headOf(text, seal, blank)
        const [first, second] = [Math.max(a, b), Math.min(a, b)]
        const once = cutText(text, seal, first, blank)
        const twice = cutText(once.shown, once.seal, second, blank)
        expect(headOf(once.shown, once.seal, blank)).toBe(head)
        expect(headOf(twice.shown, twice.seal, blank)).toBe(head)
        expect(twice).toEqual(cutText(text, seal, second, blank))
        const kept = typeof twice.seal === 'string' ? Array.from(text).length : twice.seal[0]
        expect(kept).toBeLessThanOrEqual(second)
      }),
    )
  })

  it('shows long texts to within one step of the grid of the limit', () => {
    const { shown } = cutText('x'.repeat(500), sealText(secret, 'x'.repeat(500)), 100, false)
    expect(shown).toBe(`${'x'.repeat(96)}…`)
  })
})

describe('headOf', () => {
  it('is another for another text, another secret or another claim of what is shown', () => {
    fc.assert(
      fc.property(texts, texts, (text, other) => {
        fc.pre(text !== other)
        const seal = sealText(secret, text)
        const head = headOf(text, seal, false)
        expect(headOf(other, seal, false)).not.toBe(head)
        expect(headOf(other, sealText(secret, other), false)).not.toBe(head)
        expect(headOf(text, sealText(deriveSecret(Buffer.from('other')), text), false)).not.toBe(head)
        const cut = cutText(text, seal, 32, false)
        if (typeof cut.seal !== 'string' && cut.seal[0] > 0) {
          expect(headOf(cut.shown.slice(0, -1), cut.seal[1], false)).toBe(head)
          expect(headOf(`y${cut.shown.slice(1)}`, cut.seal, false)).not.toBe(cut.shown.startsWith('y') ? '' : head)
          expect(headOf(`${cut.shown}…`, cut.seal, false)).toBeUndefined()
          expect(headOf(cut.shown.slice(0, -1), cut.seal, false)).toBeUndefined()
        }
      }),
    )
  })

  it('does not follow from the text alone: the same text under another key has another head', () => {
    const keyed = deriveSecret(Buffer.from('content'), Buffer.from('key of the case'))
    expect(sealText(keyed, 'OpenAI')).not.toBe(sealText(secret, 'OpenAI'))
  })
})
