/** The page in a real browser. Skipped with a message where no Chromium is. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { renderHtml } from '../../src/report/html.ts'
import type { Bundle } from '../../src/types.ts'
import { makeBundle } from './bundle.ts'
import { ensureShell, noChromium, startChromium } from './chromium.ts'
import { hostileStrings } from './hostile.ts'

if (noChromium) console.warn(`browser tests skipped: ${noChromium}`)

const axeSource = createRequire(import.meta.url)('axe-core').source as string
/** Runs in the page: serious violations, each with the element. */
const findViolations = `axe.run(document, { resultTypes: ['violations'] }).then(results => results.violations
  .filter(v => v.impact === 'serious' || v.impact === 'critical')
  .map(v => v.id + ': ' + v.nodes[0].html.slice(0, 160)))`
const folder = mkdtempSync(join(tmpdir(), 'palimpsest-page-'))
let browser: Browser

beforeAll(async () => {
  if (noChromium) return
  await ensureShell()
  browser = await startChromium()
})
afterAll(async () => {
  await browser?.close()
  rmSync(folder, { recursive: true, force: true })
})

interface OpenOptions {
  hash?: string
  dark?: boolean
  scripts?: boolean
  width?: number
}

/** Writes the page of a bundle and opens it; collects what must not happen. */
async function openPage(
  bundle: Bundle,
  name: string,
  options: OpenOptions = {},
): Promise<{ page: Page; faults: string[] }> {
  const file = join(folder, `${name}.html`)
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
  return { page, faults }
}

const status = (page: Page): Promise<string | null> => page.locator('[role=status]').textContent()

describe.skipIf(noChromium)('the page', () => {
  const bundle = makeBundle({ findings: 300, seed: 7 })
  let page: Page
  let faults: string[]
  beforeAll(async () => {
    ;({ page, faults } = await openPage(bundle, 'plain'))
  })

  test('opens with the first finding and nothing refused, requested or thrown', async () => {
    expect(await status(page)).toMatch(/^300 of 300 findings/)
    expect(await page.locator('.detail').getAttribute('aria-label')).toBe(`Finding ${bundle.findings[0].id}`)
    expect(faults).toEqual([])
  })

  test('search narrows the list at once and goes on through whole texts', async () => {
    // a word that stands late in texts only, in no edit and no first words
    const inTexts = bundle.findings.filter(f =>
      `${f.suspect.text}\n${f.reference.text}`.includes('belonged to walkers'),
    ).length
    await page.fill('input[type=search]', 'belonged to walkers')
    await expect.poll(() => status(page), { timeout: 5000 }).toMatch(new RegExp(`^${inTexts} of`))
    expect(inTexts).toBeGreaterThan(0)
    await page.fill('input[type=search]', bundle.findings[42].id)
    await expect.poll(() => status(page)).toMatch(/^1 of/)
    await page.fill('input[type=search]', 'no such words anywhere')
    await page.getByText('No finding passes these filters').waitFor()
    await page.fill('input[type=search]', '')
    expect(await status(page)).toMatch(/^300 of/)
  })

  test('filters by class, kind, file and reference, and the address names the view', async () => {
    await page.getByRole('button', { name: 'B', exact: true }).click()
    const inB = bundle.findings.filter(f => f.class === 'B')
    expect(await status(page)).toMatch(new RegExp(`^${inB.length} of 300`))
    await page.getByRole('button', { name: 'edited', exact: true }).click()
    const inBoth = inB.filter(f => f.kind === 'edited')
    expect(await status(page)).toMatch(new RegExp(`^${inBoth.length} of 300`))
    expect(page.url()).toMatch(/#class=B&kind=edited$/)
    await page.getByRole('button', { name: 'show all' }).click()
    const file = bundle.findings[0].suspect.file
    await page.getByLabel('File', { exact: true }).selectOption({ label: file })
    expect(await status(page)).toMatch(new RegExp(`^${bundle.findings.filter(f => f.suspect.file === file).length} of`))
    await page.getByLabel('Reference', { exact: true }).selectOption({ label: 'auricle-2.pali' })
    const tied = bundle.findings.filter(f => f.suspect.file === file && f.reference.index === 'auricle-2.pali')
    expect(await status(page)).toMatch(new RegExp(`^${tied.length} of`))
    await page.getByRole('button', { name: 'show all' }).click()
  })

  test('orders by weight', async () => {
    await page.getByLabel('Order').selectOption('score')
    const best = [...bundle.findings].sort((a, b) => b.score - a.score)[0]
    await page.locator('.row').first().click()
    expect(await page.locator('.detail').getAttribute('aria-label')).toBe(`Finding ${best.id}`)
    await page.getByLabel('Order').selectOption('place')
  })

  test('shows both texts whole, edits inked, and lights both sides together', async () => {
    const place = bundle.findings.findIndex(f => f.kind === 'edited' && f.edits.length > 3)
    const finding = bundle.findings[place]
    await page.goto(`${page.url().split('#')[0]}#finding=${finding.id}`)
    await page.waitForSelector(`[aria-label="Finding ${finding.id}"]`)
    const text = (side: string): Promise<string | null> => page.locator(`.pane[aria-label=${side}] .leaf`).textContent()
    expect(await text('suspect')).toBe(finding.suspect.text)
    expect(await text('reference')).toBe(finding.reference.text)
    expect(await page.locator('.pane[aria-label=suspect] .edit').count()).toBe(finding.edits.length)
    await page.locator('.pane[aria-label=suspect] .edit:not(.nothing)').first().hover()
    expect(await page.locator('.pane[aria-label=suspect] .lit').count()).toBe(1)
    expect(await page.locator('.pane[aria-label=reference] .lit').count()).toBe(1)
    await page.locator('.pane[aria-label=reference] .equal').last().hover()
    const lit = await page.locator('.lit').allTextContents()
    expect(lit).toHaveLength(2)
    expect(lit[0]).toBe(lit[1])
  })

  test('keys move through findings, edits and views', async () => {
    await page.goto(`${page.url().split('#')[0]}#order=place`)
    await page.getByRole('listbox').focus()
    await page.keyboard.press('Home')
    const open = (): Promise<string | null> => page.locator('.detail').getAttribute('aria-label')
    const name = (i: number): string => `Finding ${bundle.findings[i].id}`
    expect(await open()).toBe(name(0))
    await page.keyboard.press('j')
    await page.keyboard.press('ArrowDown')
    expect(await open()).toBe(name(2))
    await page.keyboard.press('k')
    expect(await open()).toBe(name(1))
    await page.keyboard.press('End')
    await page.waitForSelector(`[aria-label="${name(299)}"]`)
    await page.keyboard.press('Home')
    await page.waitForSelector(`[aria-label="${name(0)}"]`)
    await page.keyboard.press('v')
    expect(await page.locator('.sides.over').count()).toBe(1)
    await page.keyboard.press('v')
    await page.keyboard.press('n')
    expect(await page.locator('.edits [aria-pressed=true]').count()).toBe(bundle.findings[0].edits.length > 0 ? 1 : 0)
    await page.keyboard.press('/')
    expect(await page.locator('input[type=search]:focus').count()).toBe(1)
    await page.keyboard.press('Escape')
    await page.keyboard.press('?')
    expect(await page.locator('dialog[open]').count()).toBe(1)
    await page.keyboard.press('Escape')
    expect(await page.locator('dialog[open]').count()).toBe(0)
  })

  test('a link in the overview sets the filter', async () => {
    await page.locator('.strips a').first().click()
    const file = await page.locator('.strips a').first().textContent()
    expect(await status(page)).toMatch(new RegExp(`^${bundle.findings.filter(f => f.suspect.file === file).length} of`))
  })

  test('on paper the list becomes a table and the controls are gone', async () => {
    await page.emulateMedia({ media: 'print' })
    expect(await page.locator('.printed table').isVisible()).toBe(true)
    for (const gone of ['.list', '.filters input', '.masthead nav', '.keys']) {
      expect(await page.locator(gone).first().isVisible(), gone).toBe(false)
    }
    expect(await page.locator('.detail .leaf').first().isVisible()).toBe(true)
    await page.emulateMedia({ media: 'screen' })
  })

  test('only the rows in sight exist', async () => {
    expect(await page.locator('.row').count()).toBeLessThan(60)
  })

  test('nothing was refused, requested or thrown in all of this', () => {
    expect(faults).toEqual([])
  })
})

describe.skipIf(noChromium)('the page for everyone', () => {
  test.each([
    ['light', { dark: false, width: 1280 }],
    ['dark', { dark: true, width: 1280 }],
    ['narrow', { dark: false, width: 420 }],
  ])('has no serious accessibility violation (%s)', async (name, options) => {
    const { page } = await openPage(makeBundle({ findings: 60, complete: false }), `axe-${name}`, options)
    await page.evaluate(axeSource)
    for (const key of ['', 'v']) {
      if (key) await page.keyboard.press(key)
      const found = (await page.evaluate(findViolations)) as string[]
      expect(found).toEqual([])
    }
    await page.context().close()
  })

  test('with scripts off the summary and the strongest findings are read', async () => {
    const bundle = makeBundle({ findings: 40 })
    const { page } = await openPage(bundle, 'plain-off', { scripts: false })
    expect(await page.locator('h1').textContent()).toMatch(/documents in 4 files were scanned/)
    expect(await page.locator('details.plain').count()).toBe(30)
    await page.locator('details.plain summary').first().click()
    expect(await page.locator('details.plain blockquote').first().isVisible()).toBe(true)
    await page.context().close()
  })

  test('a redacted edition shows what is there', async () => {
    const { page, faults } = await openPage(makeBundle({ findings: 20, redacted: true }), 'redacted')
    expect(await page.locator('.pane[aria-label=suspect]').textContent()).toMatch(/does not hold the whole text/)
    expect(await page.locator('.pane[aria-label=suspect] .leaf').textContent()).toHaveLength(21)
    expect(faults).toEqual([])
    await page.context().close()
  })

  test('a page without findings says so beside coverage', async () => {
    const { page, faults } = await openPage(makeBundle({ findings: 0 }), 'none')
    await page.locator('html[data-ready]').waitFor()
    expect(await page.locator('#browser').textContent()).toMatch(/No passage reached class A, B or C/)
    expect(faults).toEqual([])
    await page.context().close()
  })

  test('deflated data reads the same as plain data', async () => {
    const bundle = makeBundle({ findings: 1200, varied: true })
    const { page, faults } = await openPage(bundle, 'deflated', { hash: `#finding=${bundle.findings[1100].id}` })
    expect(await page.locator('.pane[aria-label=suspect] .leaf').textContent()).toBe(bundle.findings[1100].suspect.text)
    expect(faults).toEqual([])
    await page.context().close()
  })
})

describe.skipIf(noChromium)('hostile text in every field', () => {
  test('is shown as text: nothing runs, nothing is fetched, nothing is refused because nothing tries', async () => {
    const bundle = makeBundle({ findings: hostileStrings.length, hostile: hostileStrings, files: 40, sentences: 1 })
    const { page, faults } = await openPage(bundle, 'hostile')
    for (let i = 0; i < hostileStrings.length; i++) {
      if (i % 40 === 20) await page.keyboard.press('v')
      await page.keyboard.press('j')
      if (i % 25 === 0) await page.locator('.sides').hover()
    }
    await page.waitForSelector(`[aria-label="Finding ${bundle.findings.at(-1)!.id}"]`)
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
    const { page, faults } = await openPage(bundle, 'letters')
    for (let i = 0; i < shown.length; i++) {
      await page.waitForSelector(`.detail[aria-label="Finding ${bundle.findings[i].id}"]`)
      expect(await page.locator('.pane[aria-label=suspect] .leaf').textContent()).toBe(bundle.findings[i].suspect.text)
      await page.keyboard.press('j')
    }
    expect(faults).toEqual([])
    await page.context().close()
  })
})
