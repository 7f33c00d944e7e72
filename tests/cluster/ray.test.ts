/** The driver for Ray on a real cluster of two nodes, of which one is lost midway. */
import { readdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ensureBuilt } from '../build.ts'
import { copyRows, makeRows, run } from '../cli/program.ts'
import { renameAll } from '../prose.ts'
import { Scratch, toLines } from '../read/scratch.ts'
import { driveRay, hasRay, listDifferences, type Nodes, rayAdvice, startNodes } from './ray.ts'

const isThere = hasRay()
if (!isThere) console.warn(rayAdvice)

describe.skipIf(!isThere)('a scan on two Ray nodes', () => {
  const scratch = new Scratch()
  const cwd = scratch.folder
  const nShards = 8
  let nodes: Nodes
  beforeAll(async () => {
    await ensureBuilt()
    const reference = makeRows(0, 40)
    scratch.write('reference.jsonl', toLines(reference))
    for (let i = 0; i < nShards; i++) {
      const copies = copyRows(reference.slice(4 * i, 4 * i + 4), renameAll)
      scratch.write(`vendor/${i}.jsonl`, toLines([...makeRows(1000 + 100 * i, 40), ...copies]))
    }
    const args = ['vendor', '-r', 'reference.jsonl']
    await run(['plan', ...args, '--shards', String(nShards), '-o', 'plan.json'], { cwd })
    await run(['scan', ...args, '-o', 'whole'], { cwd })
    nodes = await startNodes()
  }, 240_000)
  afterAll(async () => {
    await nodes?.stop()
    scratch.remove()
  }, 60_000)

  it('loses one of them midway, and leaves the folder of one scan', async () => {
    let killing: Promise<void> | undefined
    const args = ['plan.json', '--out', 'merged', '--node-folder', path.join(cwd, 'node')]
    const driven = await driveRay(nodes, args, { cwd, mergeArgs: ['--fail-on', 'never'] }, () => {
      killing ??= nodes.kill()
    })
    await killing
    expect(killing).toBeDefined()
    expect(driven.progress.at(-1)).toMatch(`${nShards} of ${nShards} shards`)
    expect(driven.code).toBe(0)
    expect(listDifferences(path.join(cwd, 'merged'), path.join(cwd, 'whole'))).toEqual([])
    // one copy of the index, placed by its digest
    expect(readdirSync(path.join(cwd, 'node')).filter(name => name.endsWith('.pali'))).toHaveLength(1)
  }, 120_000)

  it('ends with the refusal of a shard whose input changed, and its code', async () => {
    rmSync(path.join(cwd, 'plan.partials'), { recursive: true })
    scratch.write('vendor/3.jsonl', toLines(makeRows(1, 2)))
    const args = ['plan.json', '--out', 'never', '--node-folder', path.join(cwd, 'node')]
    const driven = await driveRay(nodes, args, { cwd })
    expect(driven.code).toBe(4)
    expect(driven.progress.at(-1)).toMatch(/shard 3: vendor\/3\.jsonl: expected \d+ bytes as planned/)
    expect(readdirSync(cwd)).not.toContain('never')
  }, 120_000)
})
