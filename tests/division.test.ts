import { describe, expect, it } from 'vitest'
import {
  backgroundModels,
  drawRow,
  excludedModels,
  partOfAnswer,
  partOfModel,
  partOfPrompt,
  pieceRows,
  type Row,
  referenceModels,
} from './bench/data.ts'

const row = (over: Partial<Row>): Row => ({
  id: 'x/1',
  source: 'x',
  model: 'm',
  prompt: 'p',
  text: 't',
  lang: 'en',
  ...over,
})

describe('the division of the measuring corpora', () => {
  it('gives no model two roles', () => {
    const all = [...referenceModels, ...backgroundModels, ...excludedModels]
    expect(new Set(all).size).toBe(all.length)
    expect(referenceModels).toHaveLength(8)
    expect(backgroundModels).toHaveLength(15)
  })

  it('puts about two fifths of the prompts in the calibration part, half in the test part, a tenth in neither', () => {
    const parts = Array.from({ length: 4000 }, (_, i) => partOfPrompt(`prompt number ${i}`))
    const share = (name: string): number => parts.filter(part => part === name).length / parts.length
    expect(share('calibration')).toBeGreaterThan(0.36)
    expect(share('calibration')).toBeLessThan(0.44)
    expect(share('spare')).toBeGreaterThan(0.08)
    expect(share('spare')).toBeLessThan(0.12)
  })

  it('takes an answer for calibration or test only where its prompt and its model are of that part', () => {
    for (let i = 0; i < 200; i++) {
      for (const model of ['guanaco-33b', 'openchat-v3.1-13b']) {
        const answer = row({ prompt: `prompt number ${i}`, model })
        const part = partOfAnswer(answer)
        if (part === undefined) expect(partOfPrompt(answer.prompt)).toBe('spare')
        else if (part === 'mixed') expect(partOfPrompt(answer.prompt)).not.toBe(partOfModel(model))
        else expect([partOfPrompt(answer.prompt), partOfModel(model)]).toEqual([part, part])
      }
    }
  })

  it('draws the same rows every time, and other rows for another purpose', () => {
    const ids = Array.from({ length: 400 }, (_, i) => ({ id: `row/${i}` }))
    const drawn = (purpose: string): string =>
      ids
        .filter(id => drawRow(id, purpose, 0.3))
        .map(({ id }) => id)
        .join()
    expect(drawn('a')).toBe(drawn('a'))
    expect(drawn('a')).not.toBe(drawn('b'))
  })
})

describe('pieces of long documents', () => {
  it('hold every word of the document once, in order', () => {
    const text = Array.from({ length: 900 }, (_, i) => `This is sentence number ${i} of it. `).join('')
    const pieces = pieceRows([row({ text })], 400)
    expect(pieces.length).toBeGreaterThan(3)
    expect(new Set(pieces.map(piece => piece.id)).size).toBe(pieces.length)
    expect(pieces.map(piece => piece.text).join(' ')).toBe(text.trim())
  })

  it('leave short documents alone', () => {
    const short = row({ text: 'A short one.' })
    expect(pieceRows([short], 400)).toEqual([short])
  })
})
