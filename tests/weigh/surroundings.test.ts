import { describe, expect, it } from 'vitest'
import type { Block, TokenStream } from '../../src/types.ts'
import type { Claim } from '../../src/weigh/claim.ts'
import { inReference, surroundingsOf } from '../../src/weigh/surroundings.ts'

const streamOf = (n: number): TokenStream => ({ n }) as TokenStream
const near = (ours: number, theirs: number, ...blocks: Omit<Block, 's'>[]): readonly number[] =>
  surroundingsOf(
    streamOf(theirs),
    streamOf(ours),
    { blocks: blocks.map(block => ({ ...block, s: 0 })) } as unknown as Claim,
    inReference,
  )

describe('what is read around a claim', () => {
  it('is all of a side, unless it is far longer than the other', () => {
    expect(near(20, 16_384, { r: 0, n: 9 })).toEqual([0, 16_384])
    expect(near(100_000, 1_600_000, { r: 5, n: 9 })).toEqual([0, 1_600_000])
  })

  it('is a stretch of a giant around the longest block, whatever the length of the giant', () => {
    for (const giant of [1e6, 1e8]) {
      expect(near(200, giant, { r: 9, n: 4 }, { r: 500_000, n: 100 })).toEqual([491_858, 508_242])
      expect(near(2000, giant, { r: 100, n: 100 })).toEqual([0, 32_000])
      expect(near(200, giant, { r: giant - 100, n: 100 })).toEqual([giant - 16_384, giant])
    }
  })
})
