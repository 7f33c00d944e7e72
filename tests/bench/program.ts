/** Bench: the built program in a process of its own, with the processor time and memory that it took. */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export const root: string = join(import.meta.dirname, '../..')

/** What a process that ended had used. */
export interface Usage {
  /** with which it ended */
  code: number
  seconds: number
  cpuSeconds: number
  peakBytes: number
}

const hook = `data:text/javascript,${encodeURIComponent(
  `import fs from 'node:fs'; process.on('exit', () => {
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
    fs.writeFileSync(process.env.BENCH_USAGE, JSON.stringify({ cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, peakBytes: maxRSS * 1024 }))
  })`,
)}`

/** Runs the program. @throws Error where it ends with another code than 0 or those allowed */
export function runProgram(args: readonly string[], folder: string, codes: readonly number[] = [0]): Usage {
  if (!existsSync(join(root, 'dist/cli/main.js'))) throw new Error('the program is not built: run npm run build first')
  const usage = join(folder, 'usage.json')
  const started = performance.now()
  const { status, stderr } = spawnSync(process.execPath, ['--import', hook, join(root, 'bin/palimpsest.js'), ...args], {
    encoding: 'utf8',
    env: { ...process.env, BENCH_USAGE: usage },
    maxBuffer: 1 << 28,
  })
  const seconds = (performance.now() - started) / 1000
  const code = status ?? -1
  if (!codes.includes(code)) throw new Error(`palimpsest ${args[0]} ended with ${status}: ${stderr.slice(-2000)}`)
  return { code, seconds, ...JSON.parse(readFileSync(usage, 'utf8')) }
}
