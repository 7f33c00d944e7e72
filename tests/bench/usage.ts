/** Bench: what processes used, their children on other nodes included: each writes a line into a log as it exits. */
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const bin = join(import.meta.dirname, '../../bin/palimpsest.js')

/** What one run of the program had used when it exited. */
export interface Usage {
  args: string[]
  cpuSeconds: number
  wallSeconds: number
  peakBytes: number
}

/** Program and arguments that start palimpsest and note in `log` what it used. */
export function measuredProgram(log: string): string[] {
  const hook = `import { appendFileSync } from 'node:fs'
    process.on('exit', () => {
      const { user, system } = process.cpuUsage()
      const peakBytes = process.resourceUsage().maxRSS * 1024
      const line = { args: process.argv.slice(2), cpuSeconds: (user + system) / 1e6, wallSeconds: process.uptime(), peakBytes }
      appendFileSync(${JSON.stringify(log)}, JSON.stringify(line) + '\\n')
    })`
  return [process.execPath, '--import', `data:text/javascript,${encodeURIComponent(hook)}`, bin]
}

/** All that a log holds. */
export function readUsage(log: string): Usage[] {
  if (!existsSync(log)) return []
  return readFileSync(log, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map(line => JSON.parse(line) as Usage)
}

/** Runs a command of palimpsest to its end. @throws where its code is none of those of a scan that was written */
export function runMeasured(log: string, args: readonly string[]): Promise<void> {
  const [program, ...before] = measuredProgram(log)
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...before, ...args], { stdio: ['ignore', 'ignore', 'inherit'] })
    child.on('error', reject)
    child.on('close', code =>
      code === 0 || code === 1 ? resolve() : reject(new Error(`palimpsest ${args[0]} ended with ${code}`)),
    )
  })
}

/** Sums of the runs of a command. */
export function sumUsage(list: readonly Usage[]): { runs: number; cpuSeconds: number; peakBytes: number } {
  return {
    runs: list.length,
    cpuSeconds: list.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
    peakBytes: Math.max(0, ...list.map(({ peakBytes }) => peakBytes)),
  }
}
