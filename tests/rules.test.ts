import { describe, expect, it } from 'vitest'
import { buildPeers } from './bench/rules.ts'

const reference =
  'The harbour was quiet that morning, and the old fisherman counted his nets twice before he dared to believe that one of them was gone. He asked the boy, who shrugged, and then the widow at the lighthouse, who pointed at the gulls and laughed until the kettle boiled over.'
const other =
  'A budget is a plan for money. Write down what you earn each month, subtract rent and food, and decide what to do with the rest before you spend it on things that you will not remember by the end of the year.'
const peers = buildPeers([
  reference,
  'short one',
  'Another text stands here, so that rare words have something to be rarer than in this set.',
])

describe('every rule of the peers', () => {
  it.each(peers)('$name flags a verbatim copy', peer => {
    expect(peer.flags(reference)).toBe(true)
  })
  it.each(peers)('$name does not flag an unrelated text', peer => {
    expect(peer.flags(other)).toBe(false)
  })
  it.each(peers)('$name does not flag an empty text', peer => {
    expect(peer.flags('')).toBe(false)
  })
})

describe('rules differ where they should', () => {
  const named = (part: string) => peers.find(peer => peer.name.includes(part))!
  const sentence = reference.slice(reference.indexOf('He asked'))
  const embedded = `${other} ${sentence} ${other}`

  it('a sentence in another document passes decon and MinHash, but not 13-grams and passim', () => {
    expect(named('13-gram').flags(embedded)).toBe(true)
    expect(named('passim').flags(embedded)).toBe(true)
    expect(named('MinHash').flags(embedded)).toBe(false)
    expect(named('decon').flags(embedded)).toBe(false)
  })

  it('a change in every tenth word ends all runs of 13 words', () => {
    const words = reference.split(' ').map((word, i) => (i % 10 === 9 ? 'instead' : word))
    expect(named('13-gram').flags(words.join(' '))).toBe(false)
  })
})
