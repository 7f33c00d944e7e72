/**
 * Bench: explain. Planted edits → share with the right kind, the substitution table's precision and recall, the
 * identity test on anonymised and on copy-edited corpora, scars on untouched and on replaced corpora, and the time
 * on adversarial text. `npx tsx tests/bench/explain.ts [kinds|table|identity|scars|speed] …`
 */

import { existsSync } from 'node:fs'
import { explainAlignment } from '../../src/explain/edits.ts'
import { glanceOver } from '../../src/explain/glance.ts'
import {
  addIdentityCount,
  countIdentityEdits,
  type IdentityCounts,
  testIdentityEdits,
  testMapping,
} from '../../src/explain/identity.ts'
import { identityKinds } from '../../src/explain/kinds.ts'
import { addResidue, createResidue } from '../../src/explain/residue.ts'
import { addScars, createScars } from '../../src/explain/scars.ts'
import type { Side } from '../../src/explain/sides.ts'
import { addEdits, createTable, foldName, listSubstitutions, type TableState } from '../../src/explain/table.ts'
import { alignPair } from '../../src/match/pair.ts'
import { tokenise } from '../../src/text/tokens.ts'
import { type Edit, type EditKind, TokenKind } from '../../src/types.ts'
import { treat } from './anonymise.ts'
import { dataFolder, loadRows, type Row } from './data.ts'
import type { Planted } from './draft.ts'
import type { SurrogateMemory } from './names.ts'
import { createRandom } from './random.ts'
import { benchScars, judge } from './scars.ts'

function sideOf(text: string): Side {
  return { text, stream: tokenise(text) }
}

function explainPair(suspect: Side, reference: Side) {
  const alignment = alignPair(suspect.stream, reference.stream)
  return alignment && { alignment, edits: explainAlignment(suspect, reference, alignment) }
}

/** A seeded sample of documents of at least `words` words. */
function sample(names: string[], lang: string, n: number, words: number): Row[] {
  const random = createRandom(`explain/${names.join()}`)
  const rows = names.flatMap(name => loadRows(name, lang)).filter(row => row.lang === lang)
  const size = (row: Row): number => (lang === 'zh' ? row.text.length / 1.6 : row.text.split(/\s+/).length)
  return random.shuffle(rows.filter(row => size(row) >= words && size(row) < 1200 && isProse(row.text))).slice(0, n)
}

/** Text with hardly any code: the treatments are those of prose. */
function isProse(text: string): boolean {
  const { n, kind } = tokenise(text)
  let code = 0
  for (let i = 0; i < n; i++) if ((kind[i] & TokenKind.code) !== 0) code++
  return code * 50 < n
}

/** `EXPLAIN_SCALE=0.2` takes a fifth of each sample, `EXPLAIN_SEED=b` makes other edits of the table. */
const scale = Number(process.env.EXPLAIN_SCALE ?? 1)
const seed = process.env.EXPLAIN_SEED ?? ''
const english = (n: number): Row[] => sample(['alpaca_eval_dev'], 'en', n * scale, 80)
const chinese = (n: number): Row[] =>
  sample(['moss003_sft_sample', 'sharegpt_zh_1k', 'hc3plus_zh_qa'], 'zh', n * scale, 80)

/** The edits that a planted one may be seen as. */
function findEdits(planted: Planted, edits: Edit[]): Edit[] {
  const [start, end] = planted.span
  return edits.filter(edit => {
    if (edit.suspect[0] >= end + 2 || edit.suspect[1] <= start - 2) return false
    const overlaps = edit.suspect[0] < end && edit.suspect[1] > start
    const isTakenOut = planted.to.trim() === '' && edit.from !== ''
    return overlaps || (isTakenOut && [edit.from.slice(0, 8), edit.from.slice(-8)].some(e => planted.from.includes(e)))
  })
}

/**
 * What a planted edit may rightly be called. A placeholder's kind may be that of what it stands for, a name of unknown
 * kind any; a maker of models is an organisation. `to` that became `in order to` had words put in. Planted edits with no
 * word between them are one replaced run, of which any of their kinds is true; of ordinary words it is a rewording.
 */
function isRight(planted: Planted, touching: Planted[], seen: EditKind, text: string): boolean {
  const { kind, from, to, span } = planted
  if (kind === seen) return true
  // the treatment does not see that a number is part of a date
  if (kind === 'number' && seen === 'date' && /[年月日]/.test(text[span[1]] ?? '')) return true
  if ((kind === 'placeholder' || kind === 'name') && identityKinds.has(seen)) return true
  if (kind === 'model' && seen === 'organisation') return true
  if (!identityKinds.has(kind) && from !== '' && to !== '') {
    if (seen === 'insertion' && hasWords(to.toLowerCase(), from.toLowerCase())) return true
    if (seen === 'deletion' && hasWords(from.toLowerCase(), to.toLowerCase())) return true
  }
  if (touching.length === 0) return false
  const isOfWords = ![planted, ...touching].some(other => identityKinds.has(other.kind))
  return touching.some(other => other.kind === seen) || (isOfWords && seen === 'wording')
}

/** Does `long` begin or end with `short`? */
function hasWords(long: string, short: string): boolean {
  return long.length > short.length && (long.startsWith(short) || long.endsWith(short))
}

/** The planted edits between which and this one no word was left standing. */
function findTouching(planted: Planted, all: Planted[], text: string): Planted[] {
  return all.filter(other => {
    if (other === planted || other.kind === 'reorder') return false
    const [first, second] = other.span[0] < planted.span[0] ? [other, planted] : [planted, other]
    return second.span[0] - first.span[1] < 8 && !/[\p{L}\p{N}]/u.test(text.slice(first.span[1], second.span[0]))
  })
}

/** A planted edit that was called otherwise, with what stands around it. */
function showConfusion(key: string, planted: Planted, text: string, edits: Edit[]): void {
  const [from, to] = [planted.span[0] - 30, planted.span[1] + 30]
  const near = edits.filter(edit => edit.suspect[1] >= from && edit.suspect[0] <= to)
  const seen = near.map(edit => `${edit.kind}: ${edit.from} → ${edit.to}`)
  console.log(key, JSON.stringify([planted.from, planted.to, text.slice(Math.max(0, from), to), seen]))
}

const kindTreatments: Record<string, string[]> = {
  en: [
    'surrogate', 'surrogate-all', 'placeholder', 'placeholder-numbered', 'placeholder-redacted', 'placeholder-user', 'deletion-scarred',
    'numbers', 'dates', 'brands', 'contractions', 'british', 'misspelt-3', 'inflection-10', 'synonyms-10', 'edits-10', 'light',
  ], // biome-ignore format: a list reads better packed
  zh: [
    'surrogate',
    'surrogate-all',
    'placeholder',
    'placeholder-numbered',
    'deletion-scarred',
    'numbers',
    'dates',
    'brands',
    'synonyms-10',
    'edits-10',
    'light',
  ],
}

function benchKinds(): void {
  for (const [lang, rows] of [
    ['en', english(250)],
    ['zh', chinese(250)],
  ] as const) {
    if (process.env.EXPLAIN_LANG && process.env.EXPLAIN_LANG !== lang) continue
    let all = 0
    let allRight = 0
    for (const name of kindTreatments[lang]!) {
      if (process.env.EXPLAIN_ONLY && !process.env.EXPLAIN_ONLY.split(',').includes(name)) continue
      const random = createRandom(`kinds/${lang}/${name}`)
      const vocabulary = [...new Set(rows.slice(0, 50).flatMap(row => row.text.match(/[\p{L}]+/gu) ?? []))].filter(
        w => w.length < 12,
      )
      const confusions = new Map<string, number>()
      let n = 0
      let right = 0
      let unseen = 0
      for (const row of rows) {
        const treated = treat(name, { text: row.text, lang, random, hosts: [], vocabulary })
        const result = explainPair(sideOf(treated.text), sideOf(row.text))
        if (!result) continue
        for (const planted of treated.planted) {
          if (planted.kind === 'reorder' || foldName(planted.from) === foldName(planted.to)) continue
          const found = findEdits(planted, result.edits)
          if (found.length === 0) {
            unseen++
            continue
          }
          n++
          const touching = findTouching(planted, treated.planted, treated.text)
          if (found.some(edit => isRight(planted, touching, edit.kind, treated.text))) right++
          else {
            const key = `${planted.kind}→${found[0]!.kind}`
            confusions.set(key, (confusions.get(key) ?? 0) + 1)
            if (
              process.env.EXPLAIN_SHOW?.split(',').includes(key) &&
              random.chance(Number(process.env.EXPLAIN_SHARE ?? 0.1))
            )
              showConfusion(key, planted, treated.text, result.edits)
          }
        }
      }
      all += n
      allRight += right
      const worst = [...confusions]
        .sort((a, b) => b[1] - a[1])
        .slice(0, 5)
        .map(([key, count]) => `${key} ${count}`)
      console.log(
        `kinds ${lang} ${name.padEnd(22)} ${(right / n).toFixed(4)} of ${n}, unseen ${unseen}  ${worst.join(', ')}`,
      )
    }
    judge(`kinds ${lang}`, `${(allRight / all).toFixed(4)} of ${all} planted edits`, '0.97', allRight / all >= 0.97)
  }
}

/** A planted pair: the documents that hold it, and whether it was a name. */
interface PlantedPair {
  documents: Set<string>
  isName: boolean
  /** two pairs with nothing between them: true as a row, but none that must be found */
  isJoined: boolean
}

/** A time, a date or a power: `6:00`, `2014.2.24`, `2022年8月25`, `10⁹`. */
const wholeTime =
  /(?<![\d.:/-])(?:\d{1,3}:\d\d(?::\d\d)?|\d{4}[./-]\d{1,2}(?:[./-]\d{1,2})?|\d{1,2}[./-]\d{1,2}[./-]\d{4}|\d+ ?年 ?\d+(?: ?月 ?\d+)?|\d+ ?月 ?\d+|\d+[⁰¹²³⁴-⁹]+)(?![\d:])/gu

/** Treatments shift each number by itself; of a time, date or power the whole is what became another. */
function joinWhole(planted: readonly Planted[], text: string): Planted[] {
  const joined = [...planted]
  for (const { 0: to, index } of text.matchAll(wholeTime)) {
    const span: Planted['span'] = [index, index + to.length]
    const at = joined.findIndex(part => part.span[0] >= span[0])
    let n = 0
    while (at >= 0 && joined[at + n] !== undefined && joined[at + n]!.span[1] <= span[1]) n++
    const parts = joined.slice(at, at + n)
    if (n === 0 || !parts.every(part => /^\d+$/.test(part.from) && /^\d+$/.test(part.to))) continue
    let from = to
    for (const part of [...parts].reverse())
      from = from.slice(0, part.span[0] - index) + part.from + from.slice(part.span[1] - index)
    joined.splice(at, n, { from, to, kind: 'date', span })
  }
  return joined
}

/** A corpus of findings: treated documents against their sources, gathered as an audit gathers them. */
function gather(rows: Row[], name: string, lang: string, seed: string, memory?: SurrogateMemory) {
  const table = createTable()
  const counts: IdentityCounts = new Map()
  const pairs = new Map<string, PlantedPair>()
  const random = createRandom(seed)
  const vocabulary = [...new Set(rows.slice(0, 50).flatMap(row => row.text.match(/[\p{L}]+/gu) ?? []))]
  rows.forEach((row, i) => {
    const treated = treat(name, { text: row.text, lang, random, hosts: [], memory, vocabulary })
    const reference = sideOf(row.text)
    const result = explainPair(sideOf(treated.text), reference)
    if (!result) return
    const plant = (from: string, to: string, isName: boolean, isJoined: boolean): void => {
      const key = `${foldName(from)} → ${foldName(to)}`
      const pair = pairs.get(key) ?? { documents: new Set(), isName, isJoined }
      pair.documents.add(row.id)
      pairs.set(key, { ...pair, isJoined: pair.isJoined && isJoined })
    }
    let before: Planted | undefined
    for (const planted of joinWhole(treated.planted, treated.text)) {
      if (planted.from === '' || planted.to === '' || foldName(planted.from) === foldName(planted.to)) continue
      const isName = identityKinds.has(planted.kind)
      plant(planted.from, planted.to, isName, false)
      const between = before && treated.text.slice(before.span[1], planted.span[0])
      if (before && between !== undefined && /^ ?$/.test(between))
        plant(before.from + between + planted.from, before.to + between + planted.to, isName, true)
      before = planted
    }
    addEdits(table, {
      document: row.id,
      cluster: row.prompt || row.id,
      edits: result.edits,
      reference,
      alignment: result.alignment,
    })
    const count = countIdentityEdits(row.prompt || String(i), row.id, reference.stream, result.alignment)
    if (count) addIdentityCount(counts, count)
  })
  return { table, counts, pairs }
}

function benchTable(): void {
  for (const [lang, rows] of [
    ['en', english(3000)],
    ['zh', chinese(3000)],
  ] as const) {
    if (process.env.EXPLAIN_LANG && process.env.EXPLAIN_LANG !== lang) continue
    for (const name of ['surrogate-corpus', 'brands', 'placeholder-angle', 'light', 'surrogate-all']) {
      if (process.env.EXPLAIN_ONLY && !process.env.EXPLAIN_ONLY.split(',').includes(name)) continue
      const { table, pairs } = gather(rows, name, lang, `table/${name}${seed}`, new Map())
      scoreTable(`${lang} ${name}`, table, pairs)
    }
  }
}

/** Numbers are drawn anew each time, so that a pair of them recurs by chance only; they are counted apart. */
const partOf = (key: string, isName: boolean): string =>
  /^[\d.,/s-]+ →/.test(key) ? 'numbers' : isName ? 'names' : 'words'

/** The pair without the end that both sides share: `微软公司 → 九章公司` is 微软 → 九章 in the whole name. */
function narrow(key: string): string {
  const [from = '', to = ''] = key.split(' → ')
  let shared = 0
  while (shared < Math.min(from.length, to.length) - 1 && from.at(-1 - shared) === to.at(-1 - shared)) shared++
  return /^\p{Script=Han}+$/u.test(from.slice(from.length - shared))
    ? `${from.slice(0, from.length - shared)} → ${to.slice(0, to.length - shared)}`
    : key
}

/** Fewer planted pairs are shown but not judged. */
const minJudgedPairs = 20

function scoreTable(title: string, table: TableState, pairs: Map<string, PlantedPair>): void {
  const rows = listSubstitutions(table, undefined, 100_000)
  const keyOf = (row: { from: string; to: string }): string => `${foldName(row.from)} → ${foldName(row.to)}`
  const share = (part: unknown[], all: unknown[]): string =>
    `${(1 - part.length / all.length).toFixed(4)} of ${all.length}`
  const keys = new Set(rows.map(keyOf))
  const narrowed = new Set([...keys].map(narrow))
  for (const part of ['names', 'words', 'numbers']) {
    const planted = [...pairs]
      .filter(([key, pair]) => !pair.isJoined && pair.documents.size >= 3 && partOf(key, pair.isName) === part)
      .map(([key]) => key)
    if (planted.length === 0) continue
    const found = rows.filter(row => {
      const isName = pairs.get(keyOf(row))?.isName ?? identityKinds.has(row.kind)
      return partOf(keyOf(row), isName) === part
    })
    const often = found.filter(row => row.documents >= 3)
    const isWrong = (row: { from: string; to: string }): boolean =>
      ![keyOf(row), narrow(keyOf(row))].some(key => pairs.has(key))
    const missed = planted.filter(key => !keys.has(key) && !narrowed.has(key))
    console.log(
      `table ${title.padEnd(22)} ${part.padEnd(7)} precision ${share(found.filter(isWrong), found)} (rows of 3 and more documents: ${share(often.filter(isWrong), often)}), recall ${share(missed, planted)}`,
    )
    if (planted.length >= minJudgedPairs) {
      const precision = 1 - often.filter(isWrong).length / often.length
      const recall = 1 - missed.length / planted.length
      judge(
        `table ${title}, ${part} in 3 documents and more`,
        `precision ${precision.toFixed(4)} of ${often.length}, recall ${recall.toFixed(4)} of ${planted.length}`,
        '0.99, 0.95',
        precision >= 0.99 && recall >= 0.95,
      )
    }
    if (process.env.EXPLAIN_SHOW)
      console.log(
        '  missed:',
        missed.slice(0, 14).join(' | '),
        '\n  wrong:',
        found.filter(isWrong).slice(0, 14).map(keyOf).join(' | '),
      )
  }
}

const anonymisations = new Set(['surrogate', 'placeholder', 'deletion-scarred', 'brands', 'surrogate-partial', 'light'])

function benchIdentity(): void {
  let worst = 0
  for (const [lang, rows] of [
    ['en', english(200)],
    ['zh', chinese(200)],
  ] as const) {
    for (const name of [
      'surrogate',
      'placeholder',
      'deletion-scarred',
      'brands',
      'surrogate-partial',
      'light',
      'edits-10',
      'synonyms-10',
    ]) {
      const { table, counts } = gather(rows, name, lang, `identity/${name}`, new Map())
      const { observed, expected, pValue, effect, clusters } = testIdentityEdits(counts)
      const mapping = testMapping(table)
      if (anonymisations.has(name)) worst = Math.max(worst, pValue)
      console.log(
        `identity ${lang} ${name.padEnd(18)} p ${pValue.toExponential(1)} observed ${observed} expected ${expected.toFixed(1)} effect ${effect.toFixed(2)} clusters ${clusters}; mapping p ${mapping.pValue.toExponential(1)} effect ${mapping.effect.toFixed(2)}`,
      )
    }
  }
  judge(
    'identity, every anonymised corpus of 200 findings',
    `p at most ${worst.toExponential(1)}`,
    '1e-6',
    worst <= 1e-6,
  )
  testCopyEdited('en', english(4000))
  testCopyEdited('zh', chinese(4000))
}

/** P-values of corpora that were edited without regard to names, against the even spread that is due. */
function testCopyEdited(lang: string, rows: Row[]): void {
  const ps: number[] = []
  for (let corpus = 0; corpus < 200; corpus++) {
    const random = createRandom(`null/${corpus}`)
    const part = Array.from({ length: 100 }, () => random.pick(rows))
    const counts: IdentityCounts = new Map()
    part.forEach((row, i) => {
      const reference = sideOf(row.text)
      const result = explainPair(sideOf(copyEdit(reference, random.fork(`${i}`).next)), reference)
      const count = result && countIdentityEdits(`${i}`, `${i}`, reference.stream, result.alignment)
      if (count) addIdentityCount(counts, count)
    })
    ps.push(testIdentityEdits(counts).pValue)
  }
  ps.sort((a, b) => a - b)
  const distance = Math.max(
    ...ps.map((p, i) => Math.max(Math.abs(p - i / ps.length), Math.abs(p - (i + 1) / ps.length))),
  )
  const critical = 1.358 / Math.sqrt(ps.length)
  judge(
    `identity ${lang}, ${ps.length} copy-edited corpora`,
    `Kolmogorov–Smirnov ${distance.toFixed(4)}`,
    `at most ${critical.toFixed(4)}, the 5 % critical value`,
    distance <= critical,
  )
  const below = ps.filter(p => p < 1e-3).length
  judge(
    `identity ${lang}, of them below 1e-3`,
    `${below}, the least ${ps[0]!.toExponential(1)}`,
    'at most 2',
    below <= 2,
  )
}

/**
 * Replaces 8 % of all tokens, names or not, by others of the text: copy-editing that knows nothing of names. A word put
 * in its own place is no edit, and frequent words, which are no names, would be drawn so more often; a Latin word beside
 * another in Chinese would make one word of both.
 */
function copyEdit(side: Side, next: () => number): string {
  const { text, stream } = side
  const isLike = (i: number, j: number): boolean =>
    stream.hash[i] !== stream.hash[j] && ((stream.kind[i]! ^ stream.kind[j]!) & TokenKind.ideograph) === 0
  let edited = ''
  let at = 0
  for (let i = 0; i < stream.n; i++) {
    if (next() >= 0.08) continue
    let other = Math.floor(next() * stream.n)
    for (let k = 0; k < 40 && !isLike(i, other); k++) other = Math.floor(next() * stream.n)
    edited += text.slice(at, stream.start[i]) + text.slice(stream.start[other], stream.end[other])
    at = stream.end[i]!
  }
  return edited + text.slice(at)
}

const adversarial: string[] = [
  'a A', 'a a', ' ,', ', ,', ' . ', '[NAME] ', '[NAME', '<PERSON>', '{{', 'trained by ', 'I am , ', '†', '†source', 'XX', 'X1', "the 's ", 'Acme and ',
  'Acme (', '公司', '公', '由', '由某', '公 司 ', '语言模型由', 'Zorvexa ', 'www.A.com ', 'www.a.', 'www.chatgpt.com/ ', '，，', '，', 'Copy\n', 'copy code\n', '*** ', 'as an ai language ', 'i am an ai ', '作为一个', '出生于，', 'a. was a ', 'Amazon Photoshop ', '微软Photoshop', 'March 45 ', '\n7. ', '22st ', '9:75 ', '45月', 'a Apple ', 'A', '1', ' ', '\n', 'é', '𝒜', '\u200b',
] // biome-ignore format: a list reads better packed

/** Processor time since `start`: other work on the machine does not count. */
function userMs(start: NodeJS.CpuUsage): number {
  return process.cpuUsage(start).user / 1000
}

function benchSpeed(): void {
  let worst = 0
  const warm = loadRows('alpaca_eval_dev').slice(0, 1500)
  const state = createScars()
  for (const row of warm) addScars(state, glanceOver(row.text, tokenise(row.text), row.prompt || null))
  for (const row of warm) addResidue(createResidue(), glanceOver(row.text, tokenise(row.text), 'who are you'))
  for (const unit of adversarial) {
    const text = unit.repeat(Math.floor((1 << 20) / Buffer.byteLength(unit)))
    const document = glanceOver(text, tokenise(text), null)
    let best = Number.POSITIVE_INFINITY
    for (let i = 0; i < 5; i++) {
      const start = process.cpuUsage()
      addScars(createScars(), document)
      addResidue(createResidue(), document)
      best = Math.min(best, userMs(start))
    }
    worst = Math.max(worst, best)
    console.log(`speed 1 MiB of ${JSON.stringify(unit).padEnd(24)} ${best.toFixed(1)} ms, ${document.stream.n} tokens`)
  }
  judge(
    '1 MiB of adversarial text against every pattern',
    `${worst.toFixed(1)} ms of processor time`,
    '50',
    worst <= 50,
  )
  const rows = english(600)
  const random = createRandom('speed')
  const pairs = rows.map(
    row => [sideOf(treat('light', { text: row.text, lang: 'en', random, hosts: [] }).text), sideOf(row.text)] as const,
  )
  const aligned = pairs.flatMap(([s, r]) => {
    const alignment = alignPair(s.stream, r.stream)
    return alignment ? [{ s, r, alignment }] : []
  })
  const start = process.cpuUsage()
  for (const { s, r, alignment } of aligned) explainAlignment(s, r, alignment)
  console.log(
    `speed explainAlignment ${(userMs(start) / aligned.length).toFixed(3)} ms a finding, ${aligned.length} findings`,
  )
}

if (!existsSync(dataFolder)) {
  console.error(`no measuring corpora: expected the folder ${dataFolder}; set PALIMPSEST_DATA`)
  process.exitCode = 2
} else {
  const chosen = process.argv.slice(2)
  const parts: Record<string, () => void> = {
    kinds: benchKinds,
    table: benchTable,
    identity: benchIdentity,
    scars: benchScars,
    speed: benchSpeed,
  }
  for (const [name, run] of Object.entries(parts)) if (chosen.length === 0 || chosen.includes(name)) run()
}
