/** Slow, obvious alignment for tests: the longest common subsequence of the raw tokens, then moved runs of five and more. */

import type { Side } from '../../src/explain/sides.ts'
import { tokenise } from '../../src/text/tokens.ts'
import type { Alignment, Block } from '../../src/types.ts'

export function sideOf(text: string): Side {
  return { text, stream: tokenise(text) }
}

/** Aligns two texts from end to end. */
export function alignByLcs(suspect: Side, reference: Side): Alignment {
  const a = suspect.stream
  const b = reference.stream
  const width = b.n + 1
  const table = new Uint32Array((a.n + 1) * width)
  for (let i = a.n - 1; i >= 0; i--)
    for (let j = b.n - 1; j >= 0; j--)
      table[i * width + j] =
        a.hash[i] === b.hash[j]
          ? table[(i + 1) * width + j + 1] + 1
          : Math.max(table[(i + 1) * width + j], table[i * width + j + 1])
  const blocks: Block[] = []
  for (let i = 0, j = 0; i < a.n && j < b.n; ) {
    if (a.hash[i] === b.hash[j]) {
      const last = blocks[blocks.length - 1]
      if (last && last.s + last.n === i && last.r + last.n === j) last.n++
      else blocks.push({ s: i, r: j, n: 1 })
      i++
      j++
    } else if (table[(i + 1) * width + j] >= table[i * width + j + 1]) i++
    else j++
  }
  const moved = findMoved(suspect, reference, blocks)
  return {
    blocks: [...blocks.map(x => ({ ...x, moved: false })), ...moved.map(x => ({ ...x, moved: true }))].sort(
      (x, y) => x.s - y.s,
    ),
    suspect: [0, a.n],
    reference: [0, b.n],
  }
}

/** Longest equal runs of at least five tokens that no block covers on either side, longest first. */
function findMoved(suspect: Side, reference: Side, blocks: Block[]): Block[] {
  const takenS = new Uint8Array(suspect.stream.n)
  const takenR = new Uint8Array(reference.stream.n)
  for (const block of blocks) {
    takenS.fill(1, block.s, block.s + block.n)
    takenR.fill(1, block.r, block.r + block.n)
  }
  const moved: Block[] = []
  for (;;) {
    let best: Block = { s: 0, r: 0, n: 0 }
    for (let i = 0; i < takenS.length; i++)
      for (let j = 0; j < takenR.length; j++) {
        let n = 0
        while (
          i + n < takenS.length &&
          j + n < takenR.length &&
          !takenS[i + n] &&
          !takenR[j + n] &&
          suspect.stream.hash[i + n] === reference.stream.hash[j + n]
        )
          n++
        if (n > best.n) best = { s: i, r: j, n }
      }
    if (best.n < 5) return moved
    takenS.fill(1, best.s, best.s + best.n)
    takenR.fill(1, best.r, best.r + best.n)
    moved.push(best)
  }
}
