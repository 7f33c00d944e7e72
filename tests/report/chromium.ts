/**
 * Builds the page's shell where it is missing or stale, and starts a Chromium for tests and screenshots.
 */

import { existsSync, readdirSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Browser, chromium } from 'playwright-core'
import { build } from 'vite'

const chromiumPath: string = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'

/** Why there is no browser to test with; undefined where there is one. */
export const noChromium: string | undefined = existsSync(chromiumPath)
  ? undefined
  : `no Chromium at ${chromiumPath} (install the package chromium, or set CHROMIUM_PATH)`

const source = fileURLToPath(new URL('../../src/report/', import.meta.url))
const shell = fileURLToPath(new URL('../../dist/report/page.html', import.meta.url))

/** Builds the shell if a source of it is newer. Takes about a second. */
export async function ensureShell(): Promise<void> {
  const files = (readdirSync(source, { recursive: true }) as string[]).filter(file => /\.(tsx?|css|html)$/.test(file))
  const newest = Math.max(...files.map(file => statSync(source + file).mtimeMs))
  if (existsSync(shell) && statSync(shell).mtimeMs > newest) return
  await build({ configFile: `${source}page/vite.config.ts`, logLevel: 'error' })
}

/** Starts Chromium without any connection of its own. */
export function startChromium(): Promise<Browser> {
  const quiet = ['--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-quic']
  return chromium.launch({
    executablePath: chromiumPath,
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', ...quiet],
  })
}
