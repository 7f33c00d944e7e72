import { beforeAll, describe, expect, test } from 'vitest'
import { CorpusAttributor } from '../../src/style/attribute.ts'
import { drawHistogram, drawTippett } from '../../src/style/figures.ts'
import { findHabits } from '../../src/style/habits.ts'
import { estimatePrevalence } from '../../src/style/prevalence.ts'
import { decodeProfile, encodeProfile, type Profile } from '../../src/style/profile.ts'
import { StyleSample } from '../../src/style/sample.ts'
import { type MeasuredScore, StyleScorer } from '../../src/style/score.ts'
import { type StyleDocument, trainProfile } from '../../src/style/train.ts'
import { similarityMap } from '../../src/style/tree.ts'
import { writeChinese, writeDocuments } from './authors.ts'

const panel = [2, 3, 4, 5].map(author => ({ name: `author ${author}`, documents: writeDocuments(author, 120, 130) }))

function train(seed = 1): Profile {
  return trainProfile({
    model: 'author 1',
    documents: writeDocuments(1, 120, 130),
    imposters: panel,
    options: { seed },
  })
}

const scoreAll = (scorer: StyleScorer, documents: StyleDocument[]): MeasuredScore[] =>
  documents.map(({ text, prompt }) => scorer.score(text, prompt))

let profile: Profile
beforeAll(() => {
  profile = train()
}, 60_000)

describe('trainProfile', () => {
  test('learns the author and says on unseen prompts how well', () => {
    expect(profile.minWords).toBe(50)
    const at100 = profile.quality.find(quality => quality.words === 100)
    expect(at100?.accuracy).toBeGreaterThan(0.7)
    expect(at100?.cost).toBeLessThan(0.6)
    expect(at100?.costUnseen).toBeLessThan(1)
  })

  test('equal input gives equal bytes', () => {
    expect(Buffer.from(encodeProfile(train())).equals(Buffer.from(encodeProfile(profile)))).toBe(true)
  })

  test('refuses one class only, too little text, and mixed scripts', () => {
    const documents = writeDocuments(1, 60, 60)
    const imposters = [{ name: 'x', documents: writeDocuments(2, 60, 60) }]
    expect(() => trainProfile({ model: 'm', documents, imposters: [], options: {} })).toThrow(
      /needs imposters, got none/,
    )
    expect(() => trainProfile({ model: 'x', documents, imposters, options: {} })).toThrow(/got x twice/)
    const few = documents.slice(0, 20)
    expect(() => trainProfile({ model: 'm', documents: few, imposters, options: {} })).toThrow(/at least 50 .* got 20/)
    const asked = [documents, imposters[0].documents].map(list =>
      list.map(document => ({ ...document, prompt: 'same' })),
    )
    expect(() =>
      trainProfile({ model: 'm', documents: asked[0], imposters: [{ name: 'x', documents: asked[1] }], options: {} }),
    ).toThrow(/at least 20 prompts, got 1/)
    const short = documents.map(document => ({ ...document, text: 'too short to learn from' }))
    expect(() => trainProfile({ model: 'm', documents: short, imposters, options: {} })).toThrow(/got 0/)
    const chinese = documents.map((document, i) => ({ ...document, text: writeChinese(1, i, 60, 0) }))
    expect(() => trainProfile({ model: 'm', documents: chinese, imposters, options: {} })).toThrow(
      /expected one language/,
    )
  })

  test('learns Chinese by the same code', () => {
    const write = (author: number, nPrompts: number) =>
      Array.from({ length: nPrompts }, (_, i) => ({
        id: null,
        prompt: `p${i}`,
        text: writeChinese(author, i, 120, 0),
      }))
    const imposters = [2, 3, 4].map(author => ({ name: `${author}`, documents: write(author, 80) }))
    const chinese = trainProfile({ model: '1', documents: write(1, 80), imposters, options: {} })
    expect(chinese.script).toBe('ideographic')
    expect(chinese.quality.find(quality => quality.words === 100)?.accuracy).toBeGreaterThan(0.6)
    const score = new StyleScorer(chinese).score(writeDocuments(1, 1, 200)[0].text, null)
    expect(score).toMatchObject({ refusal: 'foreign', log10LikelihoodRatio: null })
  })
})

describe('profile files', () => {
  test('decode to the profile that was encoded', () => {
    const bytes = encodeProfile(profile)
    const { model, classes, quality, intervals } = decodeProfile(bytes)
    expect({ model, classes, quality, intervals }).toEqual({
      model: profile.model,
      classes: profile.classes,
      quality: profile.quality,
      intervals: profile.intervals,
    })
    expect(Buffer.from(encodeProfile(decodeProfile(bytes))).equals(Buffer.from(bytes))).toBe(true)
  })

  test('hold no text', () => {
    const bytes = Buffer.from(encodeProfile(profile)).toString('latin1')
    for (const word of ['harbour', 'mountain', 'although', 'prompt 7']) expect(bytes).not.toContain(word)
  })

  test('are refused when damaged, cut short, foreign, or of another version', () => {
    const bytes = Buffer.from(encodeProfile(profile))
    for (const at of [20, 5000, bytes.length - 1]) {
      const damaged = Buffer.from(bytes)
      damaged[at] ^= 1
      expect(() => decodeProfile(damaged)).toThrow(/damaged/)
    }
    expect(() => decodeProfile(bytes.subarray(0, bytes.length - 7))).toThrow(/damaged/)
    expect(() => decodeProfile(Buffer.from('no profile at all'))).toThrow(/expected a style profile/)
    const other = Buffer.from(bytes)
    other.writeUInt32LE(9, 8)
    expect(() => decodeProfile(other)).toThrow(/version 9, expected 4/)
  })
})

describe('scores', () => {
  test('favour the author on unseen prompts and are silent on short text', () => {
    const scorer = new StyleScorer(profile)
    const mean = (author: number) => {
      const scores = scoreAll(scorer, writeDocuments(author, 40, 130, 1, 500))
      return scores.reduce((sum, score) => sum + (score.log10LikelihoodRatio as number), 0) / scores.length
    }
    expect(mean(1)).toBeGreaterThan(0.3)
    for (const author of [2, 3, 4, 5]) expect(mean(author)).toBeLessThan(-0.3)
    expect(scorer.score('The quiet river.', null)).toMatchObject({ refusal: 'too-short', log10LikelihoodRatio: null })
    expect(scorer.score('', null)).toMatchObject({ refusal: 'too-short', words: 0 })
  })

  test('stay within what the panel can support', () => {
    const scorer = new StyleScorer(profile)
    for (const { log10LikelihoodRatio } of scoreAll(scorer, writeDocuments(1, 30, 2000, 2, 900))) {
      expect(log10LikelihoodRatio).toBeLessThanOrEqual(Math.log10(5))
    }
  })

  test('do not move when names and numbers are exchanged', () => {
    const scorer = new StyleScorer(profile)
    const text = (name: string, n: string) =>
      writeDocuments(1, 1, 120)[0].text.replaceAll('the ', `the house of ${name} with ${n} doors and the `)
    const a = scorer.score(text('Ada Lovelace', '12'), null)
    expect(scorer.score(text('<PERSON>', '7,300'), null).logOdds).toBeCloseTo(a.logOdds, 6)
    expect(scorer.score(text('Karl', '4'), null).logOdds).toBeCloseTo(a.logOdds, 6)
  })
})

describe('prevalence', () => {
  const mix = (own: number, others: number, seed: number) => [
    ...writeDocuments(1, own, 130, seed, 1000),
    ...[2, 3, 4, 5].flatMap(author => writeDocuments(author, others / 4, 130, seed, 1000 + own)),
  ]

  test('covers the true share of corpora with the panel as background', () => {
    const scorer = new StyleScorer(profile)
    for (const [own, others] of [
      [0, 200],
      [20, 180],
      [100, 100],
    ]) {
      const { prevalence } = estimatePrevalence(profile, scoreAll(scorer, mix(own, others, 3)))
      if ('cannotSay' in prevalence) throw new Error(prevalence.cannotSay)
      expect(prevalence.low).toBeLessThanOrEqual(own / 200)
      expect(prevalence.high).toBeGreaterThanOrEqual(own / 200)
      expect(Math.abs(prevalence.point - own / 200)).toBeLessThan(0.06)
    }
  })

  test('a background never seen is refused or covered, with and without a control', () => {
    const scorer = new StyleScorer(profile)
    const strange = [7, 8, 9].flatMap(author => writeDocuments(author, 70, 130, 4, 2000))
    const found = estimatePrevalence(profile, scoreAll(scorer, strange)).prevalence
    expect('cannotSay' in found ? 0 : found.low).toBeLessThan(0.01)
    const control = [7, 8, 9].flatMap(author => writeDocuments(author, 40, 130, 5, 3000))
    const [suspect, clean] = [new CorpusAttributor([profile]), new CorpusAttributor([profile])]
    for (const document of [...strange, ...writeDocuments(1, 70, 130, 6, 4000)]) suspect.add(document)
    for (const document of control) clean.add(document)
    const { style } = suspect.finish(clean)
    expect(style[0]).toMatchObject({ background: 'control', documents: { n: 280, scored: 280 } })
    const { prevalence } = style[0]
    if ('cannotSay' in prevalence) throw new Error(prevalence.cannotSay)
    expect(prevalence.low).toBeLessThanOrEqual(0.25)
    expect(prevalence.high).toBeGreaterThanOrEqual(0.25)
  })

  test('without a control says nothing from a small panel, nor where hardly any background is left', () => {
    const small = trainProfile({
      model: 'author 1',
      documents: writeDocuments(1, 120, 130),
      imposters: [2, 3, 4].map(author => ({ name: `author ${author}`, documents: writeDocuments(author, 240, 130) })),
      options: {},
    })
    const scorer = new StyleScorer(small)
    const [corpus, control] = [8, 9].map(seed =>
      scoreAll(
        scorer,
        [2, 3, 4].flatMap(author => writeDocuments(author, 60, 130, seed, 1000 * seed)),
      ),
    )
    const without = estimatePrevalence(small, corpus).prevalence
    expect('cannotSay' in without && without.cannotSay).toMatch(/panel of author 1 is too small .* control/)
    expect(estimatePrevalence(small, corpus, { control }).prevalence).toMatchObject({ low: 0 })
    const own = scoreAll(new StyleScorer(profile), writeDocuments(1, 150, 130, 3, 9000))
    const whole = estimatePrevalence(profile, own).prevalence
    expect('cannotSay' in whole && whole.cannotSay).toMatch(/nearly all of the corpus reads as author 1/)
  })

  test('says why it cannot say', () => {
    const scorer = new StyleScorer(profile)
    const reason = (documents: StyleDocument[]): string => {
      const { prevalence } = estimatePrevalence(profile, scoreAll(scorer, documents))
      return 'cannotSay' in prevalence ? prevalence.cannotSay : ''
    }
    expect(reason([])).toMatch(/0 documents have 50 words or more, at least 30/)
    expect(reason(writeDocuments(1, 10, 130))).toMatch(/10 documents/)
    const oneQuestion = writeDocuments(1, 60, 130).map(document => ({ ...document, prompt: 'the same' }))
    expect(reason(oneQuestion)).toMatch(/answer 1 prompts/)
    const chinese = Array.from({ length: 60 }, (_, i) => ({ id: null, prompt: null, text: writeChinese(1, i, 200, 0) }))
    expect(reason([...chinese, ...writeDocuments(1, 60, 130)])).toMatch(/50 % of the documents are in another language/)
  })
})

describe('samples', () => {
  test('do not depend on the order of texts', () => {
    const documents = [...writeDocuments(1, 30, 130, 8, 6000), ...writeDocuments(2, 90, 130, 8, 6000)]
    const [forwards, backwards] = [documents, documents.toReversed()].map(order => {
      const sample = new StyleSample(new StyleScorer(profile))
      for (const document of order) sample.add(document)
      return { estimate: sample.estimate(), strongest: sample.strongestTexts(), scored: sample.nScored }
    })
    expect(backwards).toEqual(forwards)
    expect(forwards.scored).toBe(120)
    expect(documents.slice(0, 30).filter(({ text }) => forwards.strongest.indexOf(text) < 40).length).toBeGreaterThan(
      25,
    )
  })
})

describe('figures', () => {
  test('the histogram counts every scored text and its fit sums to as many', () => {
    const scored = scoreAll(new StyleScorer(profile), writeDocuments(2, 80, 130, 9, 7000))
    const prevalence = { point: 0.25, low: 0, high: 1, level: 0.95 }
    const { edges, counts, expected } = drawHistogram(profile, scored, prevalence)
    const sum = (list: number[] | undefined): number => (list ?? []).reduce((total, n) => total + n, 0)
    expect(edges).toHaveLength(counts.length + 1)
    expect(sum(counts)).toBe(80)
    expect(sum(expected?.model)).toBeCloseTo(20, 1)
    expect(sum(expected?.others)).toBeCloseTo(60, 1)
    expect(drawHistogram(profile, scored, { cannotSay: 'why' }).expected).toBeNull()
  })

  test('Tippett curves fall from 1 and the model lies above its imposters', () => {
    const { thresholds, curves } = drawTippett(profile)
    const [model, imposters] = curves
    const zero = thresholds.findIndex(threshold => threshold >= 0)
    for (const { share } of curves) {
      expect(share[0]).toBe(1)
      for (let i = 1; i < share.length; i++) expect(share[i]).toBeLessThanOrEqual(share[i - 1])
    }
    expect(model.share[zero]).toBeGreaterThan(imposters.share[zero] + 0.4)
  })

  test('habits are of every kind, speak for the author, and have names as symbols', () => {
    const textsOf = (author: number): string[] => writeDocuments(author, 30, 130, 9, 8000).map(({ text }) => text)
    const habits = findHabits(
      profile,
      textsOf(1).map(text => `${text}\nIt pleased Ada Lovelace greatly.`),
      6,
    )
    expect(new Set(habits.map(({ kind }) => kind))).toEqual(
      new Set(['words', 'function words', 'punctuation', 'layout']),
    )
    expect(Math.max(...habits.map(({ strength }) => strength))).toBe(1)
    expect(habits.every(({ documents, strength }) => documents >= 5 && strength > 0)).toBe(true)
    expect(habits.map(({ habit }) => habit).join(' ')).not.toMatch(/ada|lovelace/i)
    const listed = (author: number): string[] => findHabits(profile, textsOf(author), 6).map(({ habit }) => habit)
    expect(listed(3)).not.toEqual(listed(1))
    expect(findHabits(profile, textsOf(1).slice(0, 4), 6)).toEqual([])
  })

  test('what a single text holds names no habit, whatever bucket it falls into', () => {
    const texts = writeDocuments(1, 30, 130, 9, 8000).map(({ text }) => text)
    const rare = Array.from({ length: 3000 }, (_, i) => {
      const letters = [0, 1, 2].map(place => String.fromCharCode(97 + (Math.floor(i / 15 ** place) % 15)))
      return `${String.fromCharCode(0x2801 + (i % 200))} qx${letters.join('')}`
    })
    const habits = findHabits(profile, [...texts, ...texts.map(text => `${text} `), rare.join('\n')], 200)
    expect(habits.length).toBeGreaterThan(20)
    expect(habits.map(({ habit }) => habit).join(' ')).not.toMatch(/qx|[\u2801-\u28ff]/)
  })

  test('habits name the marks, sentences and lines that stand in the texts', () => {
    const weights = profile.full.weights.map((_, at) => (at % 5 === 0 ? 1 : 0))
    const all = { ...profile, full: { ...profile.full, weights } }
    const twelve = 'Indeed the quiet river carries the letter and the quiet river carries.'
    const texts = Array.from({ length: 6 }, () => Array.from({ length: 12 }, () => twelve).join(' '))
    const found = findHabits(all, texts, 30).map(({ habit }) => habit)
    for (const habit of ['.', 'the', 'river carries', 'sentences of 9 to 12 words']) expect(found).toContain(habit)
    expect(found).not.toContain(',')
    expect(found.filter(habit => habit.startsWith('lines'))).toEqual([
      'lines of 90 to 180 words at the end of the text',
    ])
  })
})

describe('attribution', () => {
  test('names the profile, or none', () => {
    const second = trainProfile({
      model: 'author 2',
      documents: panel[0].documents,
      imposters: [{ name: 'author 1', documents: writeDocuments(1, 120, 130) }, ...panel.slice(1)],
      options: {},
    })
    const attribute = (author: number) => {
      const attributor = new CorpusAttributor([profile, second])
      const best = writeDocuments(author, 40, 130, 7, 5000).map(document => attributor.add(document).best)
      const { style, none, silent } = attributor.finish()
      expect(style.reduce((sum, { documents }) => sum + documents.nearest, none + silent)).toBe(40)
      return best
    }
    expect(attribute(1).filter(name => name === 'author 1').length).toBeGreaterThan(28)
    expect(attribute(2).filter(name => name === 'author 2').length).toBeGreaterThan(28)
    expect(attribute(4).filter(name => name === 'none').length).toBeGreaterThan(28)
  })

  test('the map of the panel is symmetric', () => {
    const map = similarityMap(profile)
    for (let a = 0; a < 5; a++) {
      expect(map.distance[a * 6]).toBe(0)
      for (let b = 0; b < 5; b++) expect(map.distance[a * 5 + b]).toBe(map.distance[b * 5 + a])
    }
    expect(map.joins).toHaveLength(4)
  })
})
