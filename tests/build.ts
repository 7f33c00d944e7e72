/**
 * The tests of the command line run the program that is shipped: this builds it when it is missing or older than its
 * sources. It is vitest's global setup; a test that asks again finds it done.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, rmdirSync, statSync, utimesSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const lock = path.join(root, 'dist.lock')
const outputs = ['dist/cli/main.js', 'dist/run/worker.js', 'dist/index.js', 'dist/report/page.html']

function newestMs(folder: string): number {
  let newest = 0
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) newest = Math.max(newest, statSync(path.join(entry.parentPath, entry.name)).mtimeMs)
  return newest
}

function isCurrent(): boolean {
  const paths = outputs.map(name => path.join(root, name))
  if (!paths.every(name => existsSync(name))) return false
  const oldest = Math.min(...paths.map(name => statSync(name).mtimeMs))
  return newestMs(path.join(root, 'src')) <= oldest && statSync(path.join(root, 'package.json')).mtimeMs <= oldest
}

/** Takes the lock; false while another process of the tests builds. */
function takeLock(): boolean {
  try {
    mkdirSync(lock)
    return true
  } catch {
    // a build that was killed leaves its lock behind
    if (existsSync(lock) && Date.now() - statSync(lock).mtimeMs > 120_000) rmdirSync(lock)
    return false
  }
}

/** Builds the program unless what stands in `dist` is current. */
export async function ensureBuilt(): Promise<void> {
  while (!isCurrent()) {
    if (!takeLock()) {
      await new Promise(resolve => setTimeout(resolve, 200))
      continue
    }
    try {
      if (isCurrent()) return
      for (const script of ['build:code', 'build:page'])
        execFileSync('npm', ['run', '--silent', script], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
      // a builder may leave a file alone whose content would be the same
      for (const name of outputs) utimesSync(path.join(root, name), new Date(), new Date())
    } finally {
      rmdirSync(lock)
    }
  }
}

/** The global setup of vitest. */
export default function setup(): Promise<void> {
  return ensureBuilt()
}
