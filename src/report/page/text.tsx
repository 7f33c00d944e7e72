/**
 * page: text of a corpus as elements. Characters that cannot be seen stand as small named marks.
 */

import type { VNode } from 'preact'
import { hiddenOnPage, nameCharacter } from '../safe.ts'

/** Text with its unseen characters named. */
export function Shown({ text }: { text: string }): VNode {
  if (text.search(hiddenOnPage) < 0) return <>{text}</>
  const parts: (string | VNode)[] = []
  let at = 0
  for (const match of text.matchAll(hiddenOnPage)) {
    if (match.index > at) parts.push(text.slice(at, match.index))
    parts.push(
      <span class="hidden-character" key={match.index}>
        {nameCharacter(match[0])}
      </span>,
    )
    at = match.index + match[0].length
  }
  parts.push(text.slice(at))
  return <>{parts}</>
}

const scripts: [string, RegExp][] = [
  ['ja', /[\p{sc=Hira}\p{sc=Kana}]/gu],
  ['ko', /\p{sc=Hang}/gu],
  ['zh', /\p{sc=Han}/gu],
  ['ar', /\p{sc=Arab}/gu],
  ['he', /\p{sc=Hebr}/gu],
]

/** Language that a text's script suggests, so that a browser picks fitting letter forms; undefined for the rest. */
export function languageOf(text: string): string | undefined {
  const start = text.slice(0, 400)
  const nLetters = start.match(/\p{L}/gu)?.length ?? 0
  return scripts.find(([, script]) => (start.match(script)?.length ?? 0) > nLetters / 5)?.[0]
}

/** True where a text is code by its fences, or most of its lines end as code does. */
export function looksLikeCode(text: string): boolean {
  if (/^ {0,3}(```|~~~)/m.test(text)) return true
  const lines = text
    .slice(0, 4000)
    .split('\n')
    .filter(line => line.trim() !== '')
  return lines.length > 2 && lines.filter(line => /[;{}:,(]\s*$|^\s*(\/\/|#|\*)/.test(line)).length > lines.length / 2
}
