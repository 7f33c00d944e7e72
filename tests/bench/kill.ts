/**
 * Bench: work that is killed and resumed, `npm run bench:kill`. A scan and the building of an index are ended by
 * SIGKILL at random points of their run and gone on with by `--resume`; what they write must be the bytes of the
 * undisturbed run. Ends with code 1 where one differs.
 *
 *     npm run bench:kill -- [--points 50] [--files 24] [--seed 1]
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { drawRange, writeRows } from './language.ts'
import { root } from './program.ts'
import { createRandom } from './random.ts'
import { writeTable } from './tally.ts'

const { values } = parseArgs({
  options: {
    points: { type: 'string', default: '50' },
    files: { type: 'string', default: '24' },
    seed: { type: 'string', default: '1' },
  },
})
const documentsPerFile = 160

/** Runs the program; killed after `killMs` if it has not ended by then. */
function run(args: readonly string[], killMs?: number): Promise<{ killed: boolean; ms: number }> {
  const started = performance.now()
  const child = spawn(process.execPath, [join(root, 'bin/palimpsest.js'), ...args], { stdio: 'ignore' })
  const timer = killMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killMs)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code, signal) => {
      clearTimeout(timer)
      if (code !== 0 && signal !== 'SIGKILL') reject(new Error(`palimpsest ${args.join(' ')} ended with ${code}`))
      else resolve({ killed: signal === 'SIGKILL', ms: performance.now() - started })
    })
  })
}

/** Digest of a file, or of all files of a folder but the facts of the run. */
function digestOf(path: string): string {
  const digest = createHash('sha256')
  if (path.endsWith('.pali')) return digest.update(readFileSync(path)).digest('hex')
  for (const name of readdirSync(path).sort())
    if (name !== 'run.json') digest.update(name).update(readFileSync(join(path, name)))
  return digest.digest('hex')
}

interface Tally {
  work: string
  points: number
  killed: number
  withCheckpoints: number
  equal: number
}

/** Kills and resumes one kind of work at so many points. */
async function tryPoints(work: string, args: readonly string[], out: string, points: number): Promise<Tally> {
  const random = createRandom(`${values.seed} ${work}`)
  const { ms } = await run(args)
  const expected = digestOf(out)
  const folder = join(out, '..', `.${out.split('/').at(-1)}.checkpoints`)
  const tally: Tally = { work, points, killed: 0, withCheckpoints: 0, equal: 0 }
  for (let point = 0; point < points; point++) {
    let ended = { killed: false, ms }
    // a run that ended before it was killed says nothing: again, within the time that it took
    for (let attempt = 0; attempt < 5 && !ended.killed; attempt++) {
      rmSync(out, { recursive: true, force: true })
      ended = await run(args, random.next() * ended.ms)
    }
    if (ended.killed) tally.killed++
    if (existsSync(folder) && readdirSync(folder).some(name => name.endsWith('.part'))) tally.withCheckpoints++
    await run([...args, '--resume'])
    if (digestOf(out) === expected && !existsSync(folder)) tally.equal++
    else console.error(`${work}: point ${point} differs`)
    if ((point + 1) % 10 === 0) console.error(`${work}: ${point + 1} of ${points} points, ${tally.equal} equal`)
  }
  return tally
}

const folder = mkdtempSync(join(tmpdir(), 'palimpsest-kill-'))
try {
  const files = Number(values.files)
  for (const side of ['reference', 'suspect']) mkdirSync(join(folder, side))
  for (let f = 0; f < files; f++) {
    const from = f * documentsPerFile
    writeRows(join(folder, 'reference', `${f}.jsonl`), drawRange(from, from + documentsPerFile))
    // one row in sixteen is a copy under other names
    const suspects = [...drawRange(from, from + documentsPerFile)].map(({ seed }, i) =>
      i % 16 === 3 ? { seed, isRenamed: true } : { seed: 0x20000000 + seed, isRenamed: false },
    )
    writeRows(join(folder, 'suspect', `${f}.jsonl`), suspects)
  }
  const index = join(folder, 'reference.pali')
  const points = Number(values.points)
  const built = await tryPoints(
    'index',
    ['index', join(folder, 'reference'), '--out', index],
    index,
    Math.ceil(points / 5),
  )
  const audit = join(folder, 'audit')
  const scan = ['scan', join(folder, 'suspect'), '--reference', index, '--out', audit, '--fail-on', 'never']
  const tallies = [await tryPoints('scan', scan, audit, points), built]
  const head = ['work', 'points', 'killed', 'with results to go on from', 'byte-identical after --resume']
  const rows = tallies.map(t => [t.work, t.points, t.killed, t.withCheckpoints, t.equal].map(String))
  console.log(writeTable(head, rows))
  if (tallies.some(({ equal, points: all }) => equal < all)) process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
