/**
 * report: HTML as a tagged template. Every value that is not itself such a template passes `escapeHtml`, so a
 * renderer cannot forget to.
 */

import { escapeHtml } from './safe.ts'

/** HTML that was made by `html`, so it is safe to insert as it is. */
export class Markup {
  readonly source: string
  constructor(source: string) {
    this.source = source
  }
}

/** What may stand in a template; `null` and `false` leave nothing. */
export type Insert = Markup | string | number | null | false | readonly Insert[]

/** Makes HTML; strings and numbers put into it are escaped for text and for quoted attributes. */
export function html(strings: TemplateStringsArray, ...inserts: Insert[]): Markup {
  let source = strings[0]
  for (let i = 0; i < inserts.length; i++) source += sourceOf(inserts[i]) + strings[i + 1]
  return new Markup(source)
}

function sourceOf(insert: Insert): string {
  if (insert === null || insert === false) return ''
  if (insert instanceof Markup) return insert.source
  if (typeof insert === 'string' || typeof insert === 'number') return escapeHtml(String(insert))
  return insert.map(sourceOf).join('')
}

/** A section of the page with its title in the margin. */
export function section(id: string, title: string, body: Insert): Markup {
  return html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2><div class="body">${body}</div></section>`
}

/** A name inside a link's fragment; a lone surrogate cannot be encoded and is replaced, as the page does too. */
export function encodeName(name: string): string {
  return encodeURIComponent(name.replace(/\p{Cs}/gu, '\uFFFD'))
}
