/** Temporary folders for tests that write bundles, and the second verifier. */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll } from 'vitest'

const verifierPath = fileURLToPath(new URL('../../src/evidence/verify.py', import.meta.url))

/** Whether a Python 3 is at hand; without one, what is tested with it is skipped. */
export const hasPython: boolean = spawnSync('python3', ['--version']).status === 0

// in memory where the system has such a folder: thousands of small writes take a fifth of the time
const temporaryParent = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

/** A temporary folder that is removed after the tests of a file. */
export function makeFolder(): string {
  const dir = mkdtempSync(join(temporaryParent, 'palimpsest-evidence-'))
  afterAll(() => rmSync(dir, { recursive: true, force: true }), 60_000)
  return dir
}

/** Every file of a folder, path → bytes. */
export function readFolder(dir: string, prefix = ''): Map<string, Buffer> {
  const files = new Map<string, Buffer>()
  for (const name of readdirSync(join(dir, prefix)).sort()) {
    const path = `${prefix}${name}`
    if (statSync(join(dir, path)).isDirectory()) {
      for (const [inner, bytes] of readFolder(dir, `${path}/`)) files.set(inner, bytes)
    } else {
      files.set(path, readFileSync(join(dir, path)))
    }
  }
  return files
}

/** Outcome of the Python verifier for each folder: the checks that it made. */
export function verifyByPython(dirs: readonly string[], options: readonly string[] = []): Record<string, boolean>[] {
  const call = spawnSync('python3', ['-B', verifierPath, '--json', ...options, ...dirs], { maxBuffer: 1 << 28 })
  const lines = call.stdout.toString().trim().split('\n')
  return lines.map(line => {
    const { checks } = JSON.parse(line) as { checks: { name: string; ok: boolean }[] }
    return Object.fromEntries(checks.map(({ name, ok }) => [name, ok]))
  })
}

/** Runs a Python program with the verifier's folder on its path. */
export function runPython(program: string, input: string): string {
  return execFileSync('python3', ['-B', '-c', program], {
    input,
    env: { ...process.env, PYTHONPATH: fileURLToPath(new URL('../../src/evidence', import.meta.url)) },
    maxBuffer: 1 << 28,
  }).toString()
}
