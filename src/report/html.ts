/**
 * report: bundle → one self-contained page. The shell (style and script, prebuilt from `page/`) stands next to the
 * built code; this puts the overview, the data and a strict policy into it. Nothing else is read and nothing is
 * fetched: `default-src 'none'`, script and style only by the hash computed here.
 */

import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { PalimpsestError } from '../errors.ts'
import type { Bundle, RunFacts } from '../types.ts'
import { html } from './markup.ts'
import { renderOverview } from './overview.ts'
import { packBlocks } from './pack.ts'
import { renderPlainFindings } from './plain.ts'

/** Where the shell stands, seen from dist/index.js, from dist/report/html.js and from src/report/html.ts. */
const shellPlaces = ['./report/page.html', './page.html', '../../dist/report/page.html']

/**
 * Renders the page. The result depends on bundle and run alone.
 * @param run facts of the run to print at the end; omitted: the page depends on inputs and parameters alone
 * @throws PalimpsestError `input` if the shell was not built
 */
export function renderHtml(bundle: Bundle, run?: RunFacts): string {
  const shell = loadShell()
  const main = html`${renderOverview(bundle, run)}<section id="findings" aria-labelledby="findings-title"><h2 id="findings-title">Findings</h2><div id="browser"></div><noscript>${renderPlainFindings(bundle)}</noscript></section>`
  return fillShell(shell, {
    policy: `<meta http-equiv="Content-Security-Policy" content="${policyOf(shell)}">`,
    overview: main.source,
    data: packBlocks(bundle),
  })
}

/** The built page without content. Bundled copies of this module look for it beside themselves first. */
function loadShell(): string {
  for (const place of shellPlaces) {
    const path = fileURLToPath(new URL(place, import.meta.url))
    if (existsSync(path)) return readFileSync(path, 'utf8')
  }
  throw new PalimpsestError(
    'input',
    'page shell not found: expected report/page.html next to the built code; run `npm run build:page`',
  )
}

/** Puts each part in the place of its comment `<!--palimpsest:name-->`. */
function fillShell(shell: string, parts: Record<string, string>): string {
  return shell.replace(/<!--palimpsest:(\w+)-->/g, (comment, name: string) => parts[name] ?? comment)
}

/** Allows what the shell holds, by hash, and nothing else. */
function policyOf(shell: string): string {
  const scripts = hashesOf(shell, /<script\b[^>]*>([\s\S]*?)<\/script>/g)
  const styles = hashesOf(shell, /<style\b[^>]*>([\s\S]*?)<\/style>/g)
  return [
    "default-src 'none'",
    `script-src ${scripts.join(' ')}`,
    `style-src ${styles.join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
}

function hashesOf(shell: string, element: RegExp): string[] {
  return [...shell.matchAll(element)].map(
    ([, content]) => `'sha256-${createHash('sha256').update(content).digest('base64')}'`,
  )
}
