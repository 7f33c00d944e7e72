import { describe, expect, it } from 'vitest'
import { considerAlternatives } from '../../src/evidence/alternatives.ts'
import { sealBundle } from '../../src/evidence/seal.ts'
import type { Alternative, Edit, Finding } from '../../src/types.ts'
import { makeBundle } from './synthetic.ts'

const everything = { hasBackground: true }

/** A finding that nothing explains, but for what is given. */
function makeFinding(parts: Partial<Finding>): Finding {
  const [finding] = makeBundle(1, 1).findings
  return {
    ...finding,
    tokens: 100,
    distinctiveTokens: 95,
    explainedByPrompt: 0,
    explainedByBackground: 0,
    score: 200,
    bestCompetitor: 10,
    competitor: null,
    alsoMatches: 0,
    peers: 4,
    edits: [],
    ...parts,
  }
}

function evidenceOf(parts: Partial<Finding>, context = everything): Record<string, Alternative['evidence']> {
  const alternatives = considerAlternatives(makeFinding(parts), context)
  return Object.fromEntries(alternatives.map(({ explanation, evidence }) => [explanation, evidence]))
}

function replace(from: string, to: string): Edit {
  return { op: 'replace', kind: 'placeholder', from, to, suspect: [0, to.length], reference: [0, from.length] }
}

const background = { side: 'background' as const, index: 'human', record: 1, id: null }
const against = {
  'same-prompt': 'against',
  'common-source': 'against',
  template: 'against',
  'reverse-direction': 'not-examined',
}

describe('considerAlternatives', () => {
  it('names the four alternatives in a fixed order', () => {
    const names = considerAlternatives(makeFinding({}), everything).map(alternative => alternative.explanation)
    expect(names).toEqual(['same-prompt', 'common-source', 'template', 'reverse-direction'])
  })

  it.each<[string, Partial<Finding>, object]>([
    ['nothing explains the passage', {}, {}],
    ['the prompt explains half of it', { explainedByPrompt: 0.5 }, { 'same-prompt': 'for' }],
    ['another reference does half as well', { bestCompetitor: 100 }, { 'same-prompt': 'for' }],
    ['no other answer to the prompt was at hand', { peers: 0 }, { 'same-prompt': 'not-examined' }],
    ['nobody counted other answers', { peers: undefined }, { 'same-prompt': 'not-examined' }],
    ['the background explains half of it', { explainedByBackground: 0.5 }, { 'common-source': 'for' }],
    [
      'a background document does half as well',
      { bestCompetitor: 100, competitor: background },
      { 'same-prompt': 'for', 'common-source': 'for' },
    ],
    ['few of its words are its own', { distinctiveTokens: 40 }, { template: 'for' }],
    ['it stands in many outputs', { alsoMatches: 3 }, { template: 'for' }],
    ['the suspect has a placeholder', { edits: [replace('Ann', '[NAME_1]')] }, { 'reverse-direction': 'against' }],
    ['the reference has a placeholder', { edits: [replace('<PERSON>', 'Ann')] }, { 'reverse-direction': 'for' }],
    ['both sides have one', { edits: [replace('Ann', 'User7'), replace('XXXX', 'Bob')] }, {}],
    ['a placeholder became another', { edits: [replace('[NAME]', '<PERSON>')] }, {}],
  ])('when %s', (_, parts, expected) => {
    expect(evidenceOf(parts)).toEqual({ ...against, ...expected })
  })

  it('says what was not examined instead of counting it against an explanation', () => {
    const context = { hasBackground: false }
    const nothing = { 'same-prompt': 'not-examined', 'common-source': 'not-examined' }
    expect(evidenceOf({ bestCompetitor: 0, peers: 0 }, context)).toMatchObject(nothing)
    expect(evidenceOf({ explainedByPrompt: 0.9, peers: 0 }, context)).toMatchObject({ 'same-prompt': 'for' })
  })

  it('is not slow on hostile edits', () => {
    const edits = [
      replace('<'.repeat(50_000), `${'[A '.repeat(20_000)}`),
      replace('X'.repeat(50_000), ' '.repeat(50_000)),
    ]
    const start = performance.now()
    considerAlternatives(makeFinding({ edits }), everything)
    expect(performance.now() - start).toBeLessThan(500)
  })

  it('is part of every sealed finding', () => {
    for (const finding of sealBundle(makeBundle(2, 5)).findings) expect(finding.alternatives).toHaveLength(4)
  })
})
