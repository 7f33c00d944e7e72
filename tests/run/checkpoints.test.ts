import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { listSources, type Part, planParts } from '../../src/read/corpus.ts'
import { defaultReadOptions } from '../../src/read/settings.ts'
import { audit } from '../../src/run/audit.ts'
import { Checkpoints } from '../../src/run/checkpoints.ts'
import { type PartResult, Scanner } from '../../src/run/scan.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'palimpsest-checkpoints-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

/** A corpus of a few rows, its only part, and the result of scanning it. */
async function scanSmall(): Promise<{ part: Part; result: PartResult }> {
  const file = path.join(folder, 'vendor.jsonl')
  writeFileSync(
    file,
    Array.from({ length: 5 }, (_, i) => `${JSON.stringify({ text: `row ${i} says hello to the world` })}\n`).join(''),
  )
  const [part] = planParts(await listSources([file], defaultReadOptions), defaultReadOptions)
  const sides = { references: [], backgrounds: [], decoys: [], wantsSample: true }
  return { part, result: await new Scanner(sides, defaultReadOptions).scanPart(part, 0, () => {}) }
}

describe('checkpoints', () => {
  it('give back what was kept', async () => {
    const { part, result } = await scanSmall()
    const out = path.join(folder, 'audit')
    new Checkpoints(out, ['basis']).save([part], result)
    expect(new Checkpoints(out, ['basis']).load([part])).toEqual(result)
  })

  it('are not used for other parameters, another range or a changed file', async () => {
    const { part, result } = await scanSmall()
    const checkpoints = new Checkpoints(path.join(folder, 'audit'), ['basis'])
    checkpoints.save([part], result)
    expect(new Checkpoints(path.join(folder, 'audit'), ['other']).load([part])).toBeUndefined()
    expect(checkpoints.load([{ ...part, end: part.end - 1 }])).toBeUndefined()
    expect(
      checkpoints.load([{ ...part, source: { ...part.source, mtimeMs: part.source.mtimeMs + 1 } }]),
    ).toBeUndefined()
  })

  it('count as none when they are damaged', async () => {
    const { part, result } = await scanSmall()
    const checkpoints = new Checkpoints(path.join(folder, 'audit'), ['basis'])
    checkpoints.save([part], result)
    const kept = path.join(folder, '.audit.checkpoints')
    const file = path.join(kept, readdirSync(kept)[0])
    const bytes = readFileSync(file)
    for (const at of [0, 40, bytes.length - 1]) {
      const damaged = Buffer.from(bytes)
      damaged[at] ^= 1
      writeFileSync(file, damaged)
      expect(checkpoints.load([part])).toBeUndefined()
    }
    writeFileSync(file, bytes.subarray(0, bytes.length / 2))
    expect(checkpoints.load([part])).toBeUndefined()
  })

  it('let an audit go on to the same bytes, and are gone when it is written', async () => {
    const reference = path.join(folder, 'reference.jsonl')
    const vendor = path.join(folder, 'vendor.jsonl')
    const answer =
      'The kettle sang on the stove while the old clockmaker sorted brass screws by lamplight, humming a tune nobody else remembered.'
    writeFileSync(reference, `${JSON.stringify({ prompt: 'Tell a story.', text: answer })}\n`)
    for (let i = 0; i < 40; i++)
      appendFileSync(
        vendor,
        `${JSON.stringify({ text: i % 7 === 0 ? answer : `note ${i} about nothing in particular, written by hand` })}\n`,
      )
    const options = { suspects: [vendor], references: [reference], read: { partBytes: 600 } }
    const whole = await audit({ ...options, out: path.join(folder, 'whole') })
    const out = path.join(folder, 'resumed')
    let scanned = 0
    const stop = new Error('cut short')
    await expect(
      audit({
        ...options,
        out,
        onProgress: stage => {
          if (stage === 'scan' && ++scanned === 4) throw stop
        },
      }),
    ).rejects.toBe(stop)
    expect(existsSync(out)).toBe(false)
    expect(readdirSync(path.join(folder, '.resumed.checkpoints')).length).toBe(3)
    const resumed = await audit({ ...options, out, resume: true })
    expect(resumed.root).toBe(whole.root)
    expect(existsSync(path.join(folder, '.resumed.checkpoints'))).toBe(false)
  })
})
