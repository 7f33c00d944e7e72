/** Hostile text in a real browser: nothing runs, nothing is fetched. Skipped with a message where no Chromium is. */

import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeBundle } from './bundle.ts'
import { ensureShell, noChromium, openPage, startChromium } from './chromium.ts'
import { hostileStrings } from './hostile.ts'

if (noChromium) console.warn(`browser tests skipped: ${noChromium}`)

let browser: Browser
beforeAll(async () => {
  if (noChromium) return
  await ensureShell()
  browser = await startChromium()
})
afterAll(() => browser?.close())

/** Runs in the page: presses `j` until each of the findings has stood open, and `v` now and then. */
const walk = (ids: readonly string[]): string => `(async () => {
  const press = key => document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }))
  for (const [i, id] of ${JSON.stringify(ids)}.entries()) {
    while (document.querySelector('.detail')?.getAttribute('aria-label') !== 'Finding ' + id) {
      await new Promise(done => requestAnimationFrame(done))
    }
    if (i % 40 === 20) press('v')
    press('j')
  }
})()`

describe.skipIf(noChromium)('hostile text in every field', () => {
  test('is shown as text: nothing runs, nothing is fetched, nothing is refused because nothing tries', async () => {
    const bundle = makeBundle({ findings: hostileStrings.length, hostile: hostileStrings, files: 40, sentences: 1 })
    const { page, faults } = await openPage(browser, bundle)
    await page.evaluate(walk(bundle.findings.map(f => f.id)))
    await page.locator('.sides').hover()
    for (const summary of await page.locator('summary').all()) await summary.click()
    await page.fill('input[type=search]', '<script>')
    await page.waitForTimeout(600)
    expect(faults).toEqual([])
    expect(
      await page.locator('main script, main img, main iframe, #browser img, #browser iframe, #browser script').count(),
    ).toBe(0)
    await page.context().close()
  })

  test('stands in the panes letter by letter', async () => {
    const shown = hostileStrings.filter(text => /^[\x20-\x7e]+$/.test(text)).slice(0, 60)
    const bundle = makeBundle({ findings: shown.length, hostile: shown, files: 1, sentences: 1 })
    const { page, faults } = await openPage(browser, bundle)
    for (let i = 0; i < shown.length; i++) {
      await page.waitForSelector(`.detail[aria-label="Finding ${bundle.findings[i].id}"]`)
      expect(await page.locator('.pane[aria-label=suspect] .leaf').textContent()).toBe(bundle.findings[i].suspect.text)
      await page.keyboard.press('j')
    }
    expect(faults).toEqual([])
    await page.context().close()
  })
})
