/** References in several index files: what does not change when all are open, and what does when they are not. */
import { afterAll, describe, expect, it } from 'vitest'
import { audit } from '../../src/run/audit.ts'
import type { Finding } from '../../src/types.ts'
import { copyRows, makeRows, type Row } from '../cli/program.ts'
import { renameAll, writeProse } from '../prose.ts'
import { Scratch, toLines } from '../read/scratch.ts'

const scratch = new Scratch()
afterAll(() => scratch.remove())

/** An answer, and another to another question that shares half of a passage with it: its best competitor. */
const half = writeProse(501, 5)
const passage = `${half} ${writeProse(502, 6)}`
const rivals: Row[] = [passage, half].map((text, i) => ({
  id: `rival-${i}`,
  prompt: writeProse(610 + i, 1),
  response: `${writeProse(620 + i, 12)} ${text} ${writeProse(630 + i, 12)}`,
}))
const reference = [...makeRows(0, 45), ...rivals]
const sold = [
  ...makeRows(1000, 30),
  ...copyRows(reference.slice(0, 45), renameAll),
  { id: 'contested', prompt: writeProse(640, 1), response: passage },
]
const background = [scratch.write('background.jsonl', toLines(makeRows(4000, 40)))]
const suspects = [scratch.write('vendor.jsonl', toLines(sold))]

/** What is found with the reference dealt out to so many files; `some` of them take part. */
async function scan(nFiles: number, some: readonly number[] = [...Array(nFiles).keys()]): Promise<Finding[]> {
  const references = some.map(k =>
    scratch.write(`${nFiles}/${k}.jsonl`, toLines(reference.filter((_, i) => i % nFiles === k))),
  )
  return (await audit({ suspects, references, backgrounds: background })).bundle.findings
}

/** A finding without the names and row numbers of the files, which the division changes. */
const bare = ({ id: _id, suspect, reference: { id, text, span }, competitor, ...rest }: Finding) => ({
  ...rest,
  suspect,
  reference: { id, text, span },
  competitor: competitor?.id,
})

describe('a reference in several files', () => {
  it('gives the same findings, measures and competitors as in one, where all are open at once', async () => {
    const one = (await scan(1)).map(bare)
    expect(one.length).toBeGreaterThanOrEqual(45)
    for (const nFiles of [2, 5]) expect((await scan(nFiles)).map(bare)).toEqual(one)
  })

  it('claims more where its files are scanned apart: competitors in the other files are not seen', async () => {
    const bits = (findings: Finding[]): number[] =>
      findings.filter(({ suspect: { id } }) => id === 'contested').map(({ bestCompetitor }) => bestCompetitor)
    const [together] = bits(await scan(2))
    expect(together).toBeGreaterThan(100)
    expect(Math.min(...bits(await scan(2, [0])), ...bits(await scan(2, [1])))).toBe(0)
  })
})
