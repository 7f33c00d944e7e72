/**
 * Where the bounds of `recompute.ts` come from: edit similarity and MinHash similarity of unrelated answers, of answers
 * of two models to one prompt, and of copies with a share of their words replaced.
 *
 *   npx tsx tests/bench/outside.ts        (corpora: PALIMPSEST_DATA, default ../shared/data)
 */
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { measurePair } from '../../src/evidence/recompute.ts'
import { below, seedRandom } from '../evidence/synthetic.ts'

const path = join(resolve(process.env.PALIMPSEST_DATA ?? '../shared/data'), 'alpaca_eval_dev.jsonl.gz')
if (!existsSync(path)) {
  console.log(`no corpus at ${path}: set PALIMPSEST_DATA`)
  process.exit(0)
}
const rows = gunzipSync(readFileSync(path))
  .toString()
  .split('\n')
  .filter(Boolean)
  .map(line => JSON.parse(line) as { prompt: string; text: string })
  .map(({ prompt, text }) => ({ prompt, text: text.slice(0, 2000) }))
  .filter(({ text }) => text.length >= 200)
const byPrompt = groupRows()
const random = seedRandom(1)

function groupRows(): Map<string, typeof rows> {
  const groups = new Map<string, typeof rows>()
  for (const row of rows) {
    const group = groups.get(row.prompt)
    if (group) group.push(row)
    else groups.set(row.prompt, [row])
  }
  return groups
}

function replaceWords(text: string, share: number): string {
  const words = text.split(' ')
  return words.map(word => (random() < share ? words[below(random, words.length)] : word)).join(' ')
}

function pick(): { prompt: string; text: string } {
  return rows[below(random, rows.length)]
}

const pairs: [string, () => [string, string]][] = [
  ['unrelated', () => [pick().text, pick().text]],
  [
    'same prompt',
    () => {
      const row = pick()
      const others = byPrompt.get(row.prompt)!.filter(other => other.text !== row.text)
      return [row.text, others[below(random, others.length)]?.text ?? '']
    },
  ],
  ...[0.1, 0.3, 0.5].map((share): [string, () => [string, string]] => [
    `copy, ${share} of words replaced`,
    () => {
      const { text } = pick()
      return [text, replaceWords(text, share)]
    },
  ]),
]

for (const [name, make] of pairs) {
  const measures = Array.from({ length: 300 }, () => measurePair(...make()))
  for (const measure of ['levenshtein', 'jaccard'] as const) {
    const sorted = measures.map(pair => pair[measure]).sort((a, b) => a - b)
    const quantiles = [0.01, 0.1, 0.5, 0.9, 0.99].map(q => sorted[Math.floor(q * sorted.length)].toFixed(3))
    console.log(`${name.padEnd(30)} ${measure.padEnd(12)} 1 %, 10 %, 50 %, 90 %, 99 %: ${quantiles.join(' ')}`)
  }
}
