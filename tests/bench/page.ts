/**
 * Bench: how large the page of a report is, how long it takes to render, to open in Chromium and to filter.
 *
 *     npx tsx --max-old-space-size=8000 tests/bench/page.ts [N...]      findings of each page, default 1000 100000
 *
 * Texts hardly repeat, so sizes are those of real ones. Times are the best and worst of five pages opened anew.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { argv } from 'node:process'
import { pathToFileURL } from 'node:url'
import type { Browser } from 'playwright-core'
import { renderHtml } from '../../src/report/html.ts'
import { makeBundle } from '../report/bundle.ts'
import { ensureShell, noChromium, startChromium } from '../report/chromium.ts'

const runs = 5

/** Runs in the page: does something, and says how many milliseconds passed until the screen followed. */
const timed = (act: string): string => `(async () => {
  const start = performance.now()
  ${act}
  await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))
  return performance.now() - start
})()`

const search = (words: string): string =>
  timed(`
  const field = document.querySelector('input[type=search]')
  field.value = ${JSON.stringify(words)}
  field.dispatchEvent(new Event('input', { bubbles: true }))`)

const acts: [name: string, act: string][] = [
  ['search, many hits', search('Brightwater')],
  ['search, no hit', search('zzzz')],
  ['search, cleared', search('')],
  ['class', timed("document.querySelector('fieldset[aria-label=Class] button').click()")],
  [
    'order',
    timed(`
    const order = document.querySelector('select[aria-label=Order]')
    order.value = 'score'
    order.dispatchEvent(new Event('change', { bubbles: true }))`),
  ],
]

async function measurePage(browser: Browser, url: string, times: Map<string, number[]>): Promise<void> {
  const note = (name: string, ms: number): void => void times.set(name, [...(times.get(name) ?? []), ms])
  const page = await browser.newPage({ viewport: { width: 1360, height: 900 } })
  const start = performance.now()
  await page.goto(url, { waitUntil: 'commit' })
  await page.locator('.detail .leaf').first().waitFor()
  note('open', performance.now() - start)
  await page.waitForTimeout(1500)
  for (const [name, act] of acts) note(name, (await page.evaluate(act)) as number)
  await page.close()
}

async function measure(browser: Browser, folder: string, findings: number): Promise<void> {
  const bundle = makeBundle({ findings, varied: true })
  const start = performance.now()
  const text = renderHtml(bundle)
  const renderMs = performance.now() - start
  const file = join(folder, `${findings}.html`)
  writeFileSync(file, text)
  const times = new Map<string, number[]>()
  for (let run = 0; run < runs; run++) await measurePage(browser, pathToFileURL(file).href, times)
  const row = (name: string, value: string): void => console.log(`| ${findings} | ${name} | ${value} |`)
  row('size', `${(Buffer.byteLength(text) / 1e6).toFixed(1)} MB`)
  row('render', `${Math.round(renderMs)} ms`)
  for (const [name, all] of times) row(name, `${Math.round(Math.min(...all))}–${Math.round(Math.max(...all))} ms`)
}

async function main(): Promise<void> {
  if (noChromium) {
    console.error(noChromium)
    return
  }
  await ensureShell()
  const folder = mkdtempSync(join(tmpdir(), 'palimpsest-bench-'))
  const browser = await startChromium()
  try {
    console.log('| findings | what | measured |\n| --: | :-- | --: |')
    const sizes = argv.slice(2).map(Number)
    for (const findings of sizes.length > 0 ? sizes : [1000, 100_000]) await measure(browser, folder, findings)
  } finally {
    await browser.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

void main()
