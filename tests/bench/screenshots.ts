/**
 * Bench: takes the README's screenshots of a report.
 *
 *     npx tsx tests/bench/screenshots.ts DIR [OUT]
 *
 * DIR is a folder with report.html and findings.jsonl; the pictures go to OUT (default docs/). The finding shown is
 * the class A one whose edits are of the most kinds, in prose.
 */

import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { argv, exit } from 'node:process'
import { pathToFileURL } from 'node:url'
import type { Browser } from 'playwright-core'
import type { Finding } from '../../src/types.ts'
import { noChromium, startChromium } from '../report/chromium.ts'

interface Shot {
  name: string
  dark: boolean
  /** names the view, as an address of the page does */
  hash: string
  /** id of the element to bring to the top */
  at: string
  keys: string[]
}

/** Address of the finding that shows most. */
function chooseFinding(dir: string): string {
  const path = join(dir, 'findings.jsonl')
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n').filter(Boolean) : []
  const findings = lines.map(line => JSON.parse(line) as Finding)
  const worth = ({ edits, suspect, class: grade }: Finding): number => {
    const isProse = grade === 'A' && edits.length <= 30 && /^[\p{Script=Latin}\P{L}]*$/u.test(suspect.text ?? '')
    return isProse && !/[{}]|```/.test(suspect.text ?? '') ? new Set(edits.map(e => e.kind)).size : -1
  }
  let best: Finding | undefined
  for (const finding of findings) if (best === undefined || worth(finding) > worth(best)) best = finding
  return best === undefined ? '' : `#finding=${best.id}`
}

function planShots(dir: string): Shot[] {
  const hash = chooseFinding(dir)
  return [
    { name: 'report-summary', dark: false, hash: '', at: '', keys: [] },
    { name: 'report-changes', dark: false, hash: '', at: 'changes', keys: [] },
    { name: 'report-findings', dark: false, hash, at: 'findings', keys: ['n'] },
    { name: 'report-written-over', dark: true, hash, at: 'findings', keys: ['v', 'n'] },
  ]
}

async function takeShot(browser: Browser, url: string, out: string, shot: Shot): Promise<void> {
  const page = await browser.newPage({
    viewport: { width: 1360, height: shot.at === 'findings' ? 1120 : 880 },
    deviceScaleFactor: 1.5,
    colorScheme: shot.dark ? 'dark' : 'light',
  })
  await page.goto(url + shot.hash)
  await page.locator('html[data-ready]').waitFor()
  await page.locator('.detail .leaf, #browser > p').first().waitFor()
  if (shot.at) await page.locator(`#${shot.at}`).evaluate(element => element.scrollIntoView())
  for (const key of shot.keys) await page.keyboard.press(key)
  await page.waitForTimeout(300)
  const path = join(out, `${shot.name}.png`)
  await page.screenshot({ path })
  console.log(path)
  await page.close()
}

async function main([dir, out = 'docs']: string[]): Promise<number> {
  const report = resolve(dir ?? '.', 'report.html')
  if (dir === undefined || !existsSync(report)) {
    console.error(`usage: screenshots.ts DIR [OUT]; expected a report.html in DIR, found none at ${report}`)
    return 2
  }
  if (noChromium) {
    console.error(noChromium)
    return 2
  }
  mkdirSync(out, { recursive: true })
  const browser = await startChromium()
  try {
    for (const shot of planShots(dir)) await takeShot(browser, pathToFileURL(report).href, out, shot)
  } finally {
    await browser.close()
  }
  return 0
}

main(argv.slice(2)).then(exit)
