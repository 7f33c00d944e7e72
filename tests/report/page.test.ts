/** The page in a real browser. Skipped with a message where no Chromium is. */

import axe from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeBundle } from './bundle.ts'
import { ensureShell, noChromium, openPage, startChromium } from './chromium.ts'

if (noChromium) console.warn(`browser tests skipped: ${noChromium}`)

/** Runs in the page: serious violations, each with the element. */
const findViolations = `axe.run(document, { resultTypes: ['violations'] }).then(results => results.violations
  .filter(v => v.impact === 'serious' || v.impact === 'critical')
  .map(v => v.id + ': ' + v.nodes[0].html.slice(0, 160)))`
let browser: Browser

beforeAll(async () => {
  if (noChromium) return
  await ensureShell()
  browser = await startChromium()
})
afterAll(async () => {
  await browser?.close()
})

const status = (page: Page): Promise<string | null> => page.locator('[role=status]').textContent()

/** A computed style of the first element that a selector finds. */
const styleOf = (page: Page, selector: string, property: string): Promise<unknown> =>
  page.evaluate(`getComputedStyle(document.querySelector(${JSON.stringify(selector)})).${property}`)

describe.skipIf(noChromium)('the page', () => {
  const bundle = makeBundle({ findings: 300, seed: 7 })
  let page: Page
  let faults: string[]
  beforeAll(async () => {
    ;({ page, faults } = await openPage(browser, bundle))
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

  test('strikes out what prompt and background explain, with a legend, and says what else was considered', async () => {
    const struck = page.locator('.pane[aria-label=suspect] .explained')
    expect(await struck.count()).toBeGreaterThan(0)
    expect(await page.locator('.inks .explained').allTextContents()).toEqual(['in the prompt', 'in the background too'])
    expect(await styleOf(page, '.pane[aria-label=suspect] .explained', 'textDecorationLine')).toBe('line-through')
    expect(await page.locator('.alternatives tr').count()).toBe(4)
    expect(await page.locator('.alternatives').textContent()).toContain('not examined')
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
    const folded = page.locator('#rule details').first()
    expect(await folded.getAttribute('open')).toBeNull()
    expect(await folded.locator('dd, .rule').first().boundingBox()).not.toBeNull()
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
  ])('has no serious accessibility violation (%s)', async (_, options) => {
    const { page } = await openPage(browser, makeBundle({ findings: 60, complete: false }), options)
    await page.evaluate(axe.source)
    for (const key of ['', 'v']) {
      if (key) await page.keyboard.press(key)
      const found = (await page.evaluate(findViolations)) as string[]
      expect(found).toEqual([])
    }
    await page.context().close()
  })

  test('with scripts off the summary and the strongest findings are read', async () => {
    const bundle = makeBundle({ findings: 40 })
    const { page } = await openPage(browser, bundle, { scripts: false })
    expect(await page.locator('h1').textContent()).toMatch(/documents in 4 files were scanned/)
    expect(await page.locator('details.plain').count()).toBe(30)
    await page.locator('details.plain summary').first().click()
    expect(await page.locator('details.plain blockquote').first().isVisible()).toBe(true)
    await page.context().close()
  })

  test('Chinese and right-to-left texts have their language and direction', async () => {
    const bundle = makeBundle({ findings: 2 })
    const [first, second] = bundle.findings
    const texts: [typeof first, string][] = [
      [first, 'העורך קרא את הכתב פעם אחת, ואחר כך כתב עליו: Acme 2024.'],
      [second, '先把滤纸折好放进滤杯，用热水冲一遍，既去掉纸味，又能预热下壶。'],
    ]
    for (const [finding, text] of texts) {
      Object.assign(finding, { edits: [], explained: {} })
      for (const side of [finding.suspect, finding.reference]) Object.assign(side, { text, span: [0, text.length] })
    }
    const { page } = await openPage(browser, bundle, { hash: `#finding=${first.id}` })
    const leaf = '.pane[aria-label=suspect] .leaf'
    expect(await styleOf(page, leaf, 'direction')).toBe('rtl')
    await page.goto(`${page.url().split('#')[0]}#finding=${second.id}`)
    await page.waitForSelector(`[aria-label="Finding ${second.id}"]`)
    expect(await styleOf(page, leaf, 'direction')).toBe('ltr')
    expect(await page.locator(leaf).getAttribute('lang')).toMatch(/^zh/)
    await page.context().close()
  })

  test('a redacted edition shows what is there', async () => {
    const { page, faults } = await openPage(browser, makeBundle({ findings: 20, redacted: true }))
    expect(await page.locator('.pane[aria-label=suspect]').textContent()).toMatch(/does not hold the whole text/)
    expect(await page.locator('.pane[aria-label=suspect] .leaf').textContent()).toHaveLength(21)
    expect(faults).toEqual([])
    await page.context().close()
  })

  test('a page without findings says so beside coverage', async () => {
    const { page, faults } = await openPage(browser, makeBundle({ findings: 0 }))
    await page.locator('html[data-ready]').waitFor()
    expect(await page.locator('#browser').textContent()).toMatch(/No passage reached class A, B or C/)
    expect(faults).toEqual([])
    await page.context().close()
  })

  test('deflated data reads the same as plain data', async () => {
    const bundle = makeBundle({ findings: 1200, varied: true })
    const { page, faults } = await openPage(browser, bundle, { hash: `#finding=${bundle.findings[1100].id}` })
    expect(await page.locator('.pane[aria-label=suspect] .leaf').textContent()).toBe(bundle.findings[1100].suspect.text)
    expect(faults).toEqual([])
    await page.context().close()
  })
})
