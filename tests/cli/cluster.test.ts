/** `plan`, `work` and `merge` as a scheduler starts them. */
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chooseShard, chooseShards } from '../../src/cli/cluster.ts'
import { ensureBuilt } from '../build.ts'
import { renameAll } from '../prose.ts'
import { Scratch, toLines } from '../read/scratch.ts'
import { copyRows, makeRows, readAudit, run } from './program.ts'

const scratch = new Scratch()
const cwd = scratch.folder
const reference = makeRows(0, 30)
const files = ['a', 'b', 'c'].map((name, i) => [
  `vendor/${name}.jsonl`,
  toLines([...makeRows(1000 + 10 * i, 6), ...copyRows(reference.slice(3 * i, 3 * i + 3), renameAll)]),
])

beforeAll(async () => {
  await ensureBuilt()
  scratch.write('reference.jsonl', toLines(reference))
  for (const [name, content] of files) scratch.write(name, content)
  const built = await run(['index', 'reference.jsonl', '--model', 'm-1', '--out', 'reference.pali'], { cwd })
  expect(built).toMatchObject({ code: 0, stderr: '' })
})
afterAll(() => scratch.remove())

const plan = async (out: string): Promise<void> => {
  const planned = await run(['plan', 'vendor', '-r', 'reference.pali', '--shards', '3', '-o', out], { cwd })
  expect(planned).toMatchObject({ code: 0, stderr: '' })
  expect(planned.stdout).toMatch(/3 files, .* in 3 shards/)
}

function expectSame(a: string, b: string): void {
  const names = readdirSync(path.join(cwd, a))
  expect(readdirSync(path.join(cwd, b))).toEqual(names)
  for (const name of names.filter(file => file !== 'run.json'))
    expect(readFileSync(path.join(cwd, a, name)).equals(readFileSync(path.join(cwd, b, name))), name).toBe(true)
}

it('three tasks of an array and a merge leave the folder of one scan, and its exit code', async () => {
  await plan('plan.json')
  for (const [variable, first] of [
    ['SLURM_ARRAY_TASK_ID', 0],
    ['CI_NODE_INDEX', 1],
  ] as const)
    for (const shard of [2, 0, 1]) {
      const env = { [variable]: String(shard + first) }
      const done = await run(['work', 'plan.json', '--shard', 'auto'], { cwd, env })
      expect(done).toMatchObject({ code: 0, stderr: '' })
      expect(done.stdout).toMatch(first === 0 ? `shard ${shard}: done, 9 records` : `shard ${shard}: was complete`)
    }
  const merged = await run(['merge', 'plan.json', '--out', 'audit-a'], { cwd })
  const scanned = await run(['scan', 'vendor', '-r', 'reference.pali', '-o', 'audit-b', '-t', '2'], { cwd })
  expect(merged).toMatchObject({ code: 1, stderr: '' })
  expect(scanned.code).toBe(1)
  expect(merged.stdout).toBe(scanned.stdout.replaceAll('audit-b', 'audit-a'))
  expectSame('audit-a', 'audit-b')
  expect((await readAudit(path.join(cwd, 'audit-a'))).findings).toHaveLength(9)
})

describe('inputs that are elsewhere', () => {
  /** Prints bytes of a file below a folder that no plan names. */
  const printer = scratch.write(
    'print.mjs',
    `import { openSync, readSync, writeSync } from 'node:fs'
     const [file, start, last, length] = process.argv.slice(2)
     if (+last - +start + 1 !== +length) process.exit(9)
     const bytes = Buffer.alloc(+length)
     readSync(openSync('store/' + encodeURIComponent(file)), bytes, 0, +length, +start)
     writeSync(1, process.env.SPOIL ? bytes.subarray(1) : bytes)`,
  )
  const fetching = `${process.execPath} ${printer} {file} {start} {last} {length}`

  it('are fetched by a command, bytes by bytes, without a shell', async () => {
    const odd = 'vendor/$(touch owned); x.jsonl'
    writeFileSync(path.join(cwd, odd), toLines(copyRows(reference.slice(20, 23))))
    const planned = await run(['plan', 'vendor', '-r', 'reference.pali', '--shards', '5', '-o', 'far.json'], { cwd })
    expect(planned.code).toBe(0)
    await run(['scan', 'vendor', '-r', 'reference.pali', '-o', 'near'], { cwd })
    scratch.write('store/x', '')
    for (const name of readdirSync(path.join(cwd, 'vendor')))
      renameSync(path.join(cwd, 'vendor', name), path.join(cwd, 'store', encodeURIComponent(`vendor/${name}`)))
    const lost = await run(['work', 'far.json', '--shard', '1'], { cwd })
    expect(lost).toMatchObject({ code: 4, stdout: '', stderr: expect.stringMatching(/shard 1: .* no file at/) })
    const short = await run(['work', 'far.json', '-s', '1', '--fetch', fetching], { cwd, env: { SPOIL: '1' } })
    expect(short).toMatchObject({ code: 3, stdout: '' })
    expect(short.stderr).toMatch(/^palimpsest: shard 1: .* were not fetched: expected \d+ bytes, got \d+\n$/)
    const broken = await run(['work', 'far.json', '-s', '1', '--fetch', 'no-such-program {file}'], { cwd })
    expect(broken.stderr).toMatch(/^palimpsest: shard 1: .*no-such-program/)
    for (const shard of ['0', '1', '2', '3', '4'])
      expect(await run(['work', 'far.json', '-s', shard, '--fetch', fetching], { cwd })).toMatchObject({ code: 0 })
    for (const name of readdirSync(path.join(cwd, 'store')).filter(file => file.includes('vendor')))
      renameSync(path.join(cwd, 'store', name), path.join(cwd, decodeURIComponent(name)))
    rmSync(path.join(cwd, odd))
    await run(['merge', 'far.json', '-o', 'far'], { cwd })
    expectSame('far', 'near')
    expect(readdirSync(cwd)).not.toContain('owned')
  })
})

describe('the number of a shard', () => {
  it.each<[string, NodeJS.ProcessEnv, number]>([
    ['7', { SLURM_ARRAY_TASK_ID: '3' }, 7],
    ['auto', { SLURM_ARRAY_TASK_ID: '3' }, 3],
    ['auto', { JOB_COMPLETION_INDEX: '0' }, 0],
    ['auto', { AWS_BATCH_JOB_ARRAY_INDEX: '12' }, 12],
    ['auto', { CI_NODE_INDEX: '1', CI_NODE_TOTAL: '4' }, 0],
    ['auto', { PALIMPSEST_SHARD: '5', CI_NODE_INDEX: '1' }, 5],
  ])('%s with %o', (asked, env, shard) => expect(chooseShard(asked, env)).toBe(shard))

  it.each<[string, NodeJS.ProcessEnv, RegExp]>([
    ['auto', {}, /expected one of PALIMPSEST_SHARD, .* got none/],
    ['auto', { CI_NODE_INDEX: '0' }, /CI_NODE_INDEX: expected a whole number of 1 or more, got 0/],
    ['auto', { SLURM_ARRAY_TASK_ID: '' }, /SLURM_ARRAY_TASK_ID: expected/],
    ['-1', {}, /--shard: expected/],
    ['1e3', {}, /--shard: expected/],
  ])('is refused: %s with %o', (asked, env, message) => expect(() => chooseShard(asked, env)).toThrow(message))

  it('may be several, which one process works on', async () => {
    expect(chooseShards('2-4', {})).toEqual([2, 3, 4])
    expect(chooseShards('auto', { CI_NODE_INDEX: '2' })).toEqual([1])
    expect(() => chooseShards('4-2', {})).toThrow(/expected the last to be 4 or more, got 2/)
    await plan('several.json')
    const { code, stdout } = await run(['work', 'several.json', '--shard', '0-2'], { cwd })
    expect(code).toBe(0)
    expect(stdout.match(/shard \d: done, 9 records/g)).toHaveLength(3)
  })

  it('beyond the plan ends with code 2, and a plan that is none with code 4', async () => {
    await plan('range.json')
    const beyond = await run(['work', 'range.json', '--shard', '3'], { cwd })
    expect(beyond).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('from 0 to 2, got 3') })
    scratch.write('spoilt.json', '{"schema":1}')
    const spoilt = await run(['merge', 'spoilt.json', '-o', 'never'], { cwd })
    expect(spoilt).toMatchObject({ code: 4, stdout: '', stderr: expect.stringMatching(/spoilt\.json: \w+: /) })
    const missing = await run(['merge', 'range.json', '-o', 'never'], { cwd })
    expect(missing).toMatchObject({ code: 4, stderr: expect.stringMatching(/shard 0, 1, 2: no result/) })
  })
})
