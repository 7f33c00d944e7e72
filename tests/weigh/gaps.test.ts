import { describe, expect, it } from 'vitest'
import { alignPair } from '../../src/match/pair.ts'
import { tokenise } from '../../src/text/tokens.ts'
import { countUneven } from '../../src/weigh/gaps.ts'
import { writeSentences } from '../prose.ts'

const sentences = writeSentences(1, 6)
const answer = sentences.join(' ')

function uneven(suspect: string, reference: string): number {
  const [ours, theirs] = [tokenise(suspect), tokenise(reference)]
  return countUneven(ours, theirs, alignPair(ours, theirs)!.blocks)
}

describe('uneven gaps', () => {
  it('are none where names changed and words were replaced one by one', () => {
    const named = (name: string): string => answer.replace(/\.(?= )/g, ` by ${name}.`)
    expect(uneven(named('Berg'), named('Maria Lindqvist Holm'))).toBe(0)
    const replaced = sentences.map(sentence => sentence.replace(/ \S+ /, ' quince ')).join(' ')
    expect(uneven(replaced, answer)).toBe(0)
  })

  it('count the longer side of each where something was put in, left out or said otherwise', () => {
    const between = (words: string): string => [...sentences.slice(0, 3), words, ...sentences.slice(3)].join(' ')
    expect(uneven(between('quince medlar loquat'), answer)).toBe(3)
    expect(uneven(answer, between('quince medlar loquat'))).toBe(3)
    expect(uneven(between('quince medlar loquat'), between('sloe bilberry damson rowan rosehip'))).toBe(5)
  })
})
