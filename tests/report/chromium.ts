/**
 * Builds the page's shell where it is missing or stale, and starts a Chromium for tests and screenshots.
 */

import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { type Browser, chromium, type Page } from 'playwright-core'
import { build } from 'vite'
import { renderHtml } from '../../src/report/html.ts'
import type { Bundle } from '../../src/types.ts'

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
  // test files run side by side: each builds apart and puts its page in place whole
  const apart = mkdtempSync(join(tmpdir(), 'palimpsest-shell-'))
  await build({ configFile: `${source}page/vite.config.ts`, logLevel: 'error', build: { outDir: apart } })
  mkdirSync(dirname(shell), { recursive: true })
  const ready = `${shell}.${process.pid}`
  copyFileSync(join(apart, 'page.html'), ready)
  renameSync(ready, shell)
  rmSync(apart, { recursive: true })
}

/** Starts Chromium without any connection of its own. */
export function startChromium(): Promise<Browser> {
  const quiet = ['--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-quic']
  return chromium.launch({
    executablePath: chromiumPath,
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', ...quiet],
  })
}

interface OpenOptions {
  hash?: string
  dark?: boolean
  scripts?: boolean
  width?: number
}

/** Writes the page of a bundle and opens it; collects what must not happen. */
export async function openPage(
  browser: Browser,
  bundle: Bundle,
  options: OpenOptions = {},
): Promise<{ page: Page; faults: string[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'palimpsest-page-'))
  const file = join(folder, 'report.html')
  writeFileSync(file, renderHtml(bundle))
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1280, height: 900 },
    colorScheme: options.dark ? 'dark' : 'light',
    javaScriptEnabled: options.scripts ?? true,
  })
  const faults: string[] = []
  await context.exposeFunction('pwned', () => void faults.push('executed'))
  const page = await context.newPage()
  page.on('request', request => {
    if (!request.url().startsWith(pathToFileURL(folder).href)) faults.push(`request ${request.url().slice(0, 80)}`)
  })
  page.on('dialog', dialog => {
    faults.push('dialog')
    void dialog.dismiss()
  })
  page.on('pageerror', error => faults.push(`error ${error.message}`))
  page.on('console', message => {
    if (message.type() === 'error') faults.push(`console ${message.text().slice(0, 200)}`)
  })
  await page.goto(pathToFileURL(file).href + (options.hash ?? ''))
  if (options.scripts !== false && bundle.findings.length > 0) await page.waitForSelector('.detail')
  page.on('close', () => rmSync(folder, { recursive: true, force: true }))
  return { page, faults }
}
