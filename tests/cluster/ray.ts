/** Ray for tests and benches: is it there, two nodes on loopback, and the driver run against them. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const python = process.env.PALIMPSEST_PYTHON ?? 'python3'

/** How Ray comes to be there; printed where it is not. */
export const rayAdvice =
  'Ray is not there: its test is skipped; pip install ray, and set PALIMPSEST_PYTHON to that python'

/** Can Ray be imported? */
export function hasRay(): boolean {
  const probe = 'import importlib.util, sys; sys.exit(importlib.util.find_spec("ray") is None)'
  return spawnSync(python, ['-c', probe]).status === 0
}

/** Two nodes of one processor each. */
export interface Nodes {
  address: string
  /** takes one node away; resolves when it is gone */
  kill: () => Promise<void>
  /** ends what is left; resolves when it has ended */
  stop: () => Promise<void>
}

/** Starts two nodes. */
export async function startNodes(): Promise<Nodes> {
  const child = spawn(python, [path.join(root, 'tests/cluster/nodes.py')], { stdio: ['pipe', 'pipe', 'pipe'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  let complaint = ''
  child.stderr.on('data', words => {
    complaint = (complaint + words).slice(-2000)
  })
  const nextLine = async (): Promise<string> => {
    const { value, done } = await lines.next()
    if (done) throw new Error(`the Ray nodes ended: ${complaint}`)
    return value
  }
  const address = await nextLine()
  return {
    address,
    kill: async () => {
      child.stdin.write('kill\n')
      await nextLine()
    },
    stop: async () => {
      const ended = new Promise(resolve => child.on('exit', resolve))
      child.stdin.end()
      await ended
    },
  }
}

/** What the driver said and how it ended. */
export interface Driven {
  code: number | null
  stdout: string
  /** its lines, one for each shard */
  progress: string[]
}

const ownProgram = [process.execPath, path.join(root, 'bin/palimpsest.js')]

/** A word as a POSIX shell reads it. */
const quote = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`

/** Runs the driver to its end. @param onProgress called at each line of progress */
export function driveRay(
  { address }: Nodes,
  args: readonly string[],
  { cwd, mergeArgs = [], program = ownProgram }: { cwd: string; mergeArgs?: string[]; program?: string[] },
  onProgress: (line: string) => void = () => {},
): Promise<Driven> {
  const driver = path.join(root, 'cluster/ray_scan.py')
  return new Promise((resolve, reject) => {
    const child: ChildProcess = spawn(
      python,
      [driver, ...args, '--address', address, '--program', program.map(quote).join(' '), '--', ...mergeArgs],
      {
        cwd,
        env: { ...process.env, RAY_USAGE_STATS_ENABLED: '0' },
      },
    )
    let stdout = ''
    const progress: string[] = []
    child.stdout?.setEncoding('utf8').on('data', words => (stdout += words))
    if (child.stderr)
      createInterface({ input: child.stderr }).on('line', line => {
        progress.push(line)
        onProgress(line)
      })
    child.on('error', reject)
    child.on('close', code => resolve({ code, stdout, progress }))
  })
}

/** Files of two bundles that differ, `run.json` aside. */
export function listDifferences(a: string, b: string): string[] {
  const names = new Set([...readdirSync(a), ...readdirSync(b)])
  names.delete('run.json')
  const bytesOf = (dir: string, name: string): Buffer => readFileSync(path.join(dir, name))
  return [...names].filter(name => {
    try {
      return !bytesOf(a, name).equals(bytesOf(b, name))
    } catch {
      return true
    }
  })
}
