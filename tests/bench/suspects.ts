/**
 * Bench: suspects of known origin. References → treated copies by treatment, length and part; other texts → labelled
 * negatives; natural pairs → copies that people made.
 */
import { measureCopied, type Treated, type Treatment, treat, treatments } from './anonymise.ts'
import { loadPairs, type PartName, partOfPrompt, partOfRow, type Row } from './data.ts'
import { countWords, findWords, splitSentences } from './draft.ts'
import type { SurrogateMemory } from './names.ts'
import { createRandom, type Random } from './random.ts'
import { findHanPairs } from './wording.ts'

/** What a suspect is. */
export type SetName = 'copy' | 'same-prompt' | 'other-prompt' | 'human' | 'natural'

/** A suspect of known origin. */
export interface Suspect {
  id: string
  set: SetName
  /** name of the treatment; class of a natural pair; empty for negatives */
  treatment: string
  /** words of the source (characters in Chinese), of the copied part where sentences were left out or embedded */
  words: number
  /** length class: `100`, `50`, `25` (at least so many words) or `0`; code: by lines, `15` or `0` */
  bin: string
  /** id of the reference that was copied, or null */
  sourceId: string | null
  prompt: string
  text: string
  lang: string
  /** corpus that it, or the copied source, comes from */
  source: string
  /** who wrote it; of a copy, the reference model */
  model: string
  part: PartName
  /** UTF-16 units of the text that come from the source; null for negatives */
  copied: [number, number] | null
  /** edits that were planted */
  nPlanted: number
}

/** What to draw. */
export interface DrawOptions {
  /** copies for each treatment, length and part */
  perCell: number
  /** treatments to draw; all that apply unless said */
  treatments?: readonly string[]
  /** at most so many negatives of each kind and part; no limit unless said */
  negatives?: number
  parts?: readonly PartName[]
}

/** Seed of copies and treatments; printed by every bench. */
export const drawSeed = 'draw-1'

/** Lower bounds of the length classes: words, characters in Chinese, lines in code. */
function binOf(size: number, lang: string): string {
  if (lang === 'code') return size >= 15 ? '15' : size >= 8 ? '8' : '0'
  if (lang === 'zh') return size >= 80 ? '80' : size >= 40 ? '40' : '0'
  return size >= 100 ? '100' : size >= 50 ? '50' : size >= 25 ? '25' : '0'
}

/** Length classes of a language, longest first; the shortest texts are left out. */
export function binsOf(lang: string): string[] {
  return lang === 'code' ? ['15', '8'] : lang === 'zh' ? ['80', '40'] : ['100', '50', '25']
}

const sizeOf = (text: string, lang: string): number =>
  lang === 'code' ? text.split('\n').filter(line => line.trim()).length : countWords(text, lang)

const rowSizes = new WeakMap<Row, number>()

function sizeOfRow(row: Row): number {
  let size = rowSizes.get(row)
  if (size === undefined) {
    size = sizeOf(row.text, row.lang)
    rowSizes.set(row, size)
  }
  return size
}

/** The head of a text, whole sentences, that falls into a length class; undefined if none does. */
function cutToBin(text: string, bin: string, lang: string): string | undefined {
  for (const [, end] of splitSentences(text, lang)) {
    const head = text.slice(0, end).trimEnd()
    const size = binOf(sizeOf(head, lang), lang)
    if (size === bin) return head
  }
}

/** Families whose copies are measured by what is left of the source. */
const measuredByRest = new Set(['structure', 'passage'])

/** Draws treated copies of references. */
export function drawCopies(
  references: readonly Row[],
  lang: string,
  hosts: readonly string[],
  options: DrawOptions,
): Suspect[] {
  const suspects: Suspect[] = []
  const vocabulary = drawVocabulary(references, lang)
  const memory: SurrogateMemory = new Map()
  const wanted = options.treatments && new Set(options.treatments)
  for (const treatment of treatments) {
    if (!treatment.applies(lang) || (wanted && !wanted.has(treatment.name))) continue
    for (const part of options.parts ?? ['calibration', 'test']) {
      if (part === 'mixed') continue
      const own = references.filter(row => (row.prompt ? partOfPrompt(row.prompt) : partOfRow(row)) === part)
      for (const bin of treatment.family === 'passage' ? binsOf(lang).slice(0, 1) : binsOf(lang)) {
        const random = createRandom(`${drawSeed}/${treatment.name}/${part}/${bin}`)
        suspects.push(
          ...drawCell(treatment, own, bin, lang, part, options.perCell, { random, hosts, vocabulary, memory }),
        )
      }
    }
  }
  return suspects
}

interface DrawTools {
  random: Random
  hosts: readonly string[]
  vocabulary: readonly string[]
  memory: SurrogateMemory
}

/** Copies of one treatment, length class and part: texts of that length first, then heads of longer ones. */
function drawCell(
  treatment: Treatment,
  rows: readonly Row[],
  bin: string,
  lang: string,
  part: PartName,
  perCell: number,
  tools: DrawTools,
): Suspect[] {
  const suspects: Suspect[] = []
  const { random } = tools
  const fits = (row: Row): boolean => binOf(sizeOfRow(row), lang) === bin
  const natural = random.shuffle(rows.filter(fits))
  const longer = random.shuffle(rows.filter(row => !fits(row) && sizeOfRow(row) > Number(bin)))
  for (const [row, cut] of [
    ...natural.map(row => [row, false] as const),
    ...(lang === 'code' ? [] : longer.map(row => [row, true] as const)),
  ]) {
    if (suspects.length >= perCell) break
    const text = cut ? cutToBin(row.text, bin, lang) : row.text
    if (text === undefined) continue
    const treated = treat(treatment.name, { ...tools, text, lang, random: random.fork(row.id) })
    if (!treated.changed && treatment.family !== 'none') continue
    suspects.push(labelCopy(treatment, row, text, treated, bin, part))
  }
  return suspects
}

function labelCopy(
  treatment: Treatment,
  row: Row,
  text: string,
  treated: Treated,
  bin: string,
  part: PartName,
): Suspect {
  const { lang } = row
  const rest = measuredByRest.has(treatment.family)
  const words = rest ? measureCopied(treated, lang).words : countWords(text, lang)
  return {
    id: `copy/${treatment.name}/${bin}/${row.id}`,
    set: 'copy',
    treatment: treatment.name,
    words,
    bin: rest && lang !== 'code' ? binOf(words, lang) : bin,
    sourceId: row.id,
    prompt: treatment.family === 'passage' ? '' : row.prompt,
    text: treated.text,
    lang,
    source: row.source,
    model: row.model,
    part,
    copied: treated.copied,
    nPlanted: treated.planted.length,
  }
}

/** Words of the corpus, as often as they occur there. */
function drawVocabulary(rows: readonly Row[], lang: string): string[] {
  const random = createRandom(`${drawSeed}/vocabulary`)
  return random
    .shuffle(rows)
    .slice(0, 400)
    .flatMap(row => (lang === 'zh' ? findHanPairs(row.text) : findWords(row.text)).map(word => word.text))
    .filter(word => lang === 'zh' || /^[a-z]+$/.test(word))
}

/** Labels rows that copy nothing. */
export function labelNegatives(
  rows: readonly Row[],
  set: SetName,
  part: (row: Row) => PartName | undefined,
  options: DrawOptions,
): Suspect[] {
  const suspects: Suspect[] = []
  const nTaken = new Map<PartName, number>()
  const parts = options.parts ?? ['calibration', 'test', 'mixed']
  for (const row of createRandom(`${drawSeed}/negatives`).shuffle(rows)) {
    const own = part(row)
    if (!own || !parts.includes(own)) continue
    const n = nTaken.get(own) ?? 0
    if (n >= (options.negatives ?? Number.POSITIVE_INFINITY)) continue
    nTaken.set(own, n + 1)
    suspects.push({
      id: `${set}/${row.id}`,
      set,
      treatment: '',
      words: countWords(row.text, row.lang),
      bin: binOf(sizeOfRow(row), row.lang),
      sourceId: null,
      prompt: row.prompt,
      text: row.text,
      lang: row.lang,
      source: row.source,
      model: row.model,
      part: own,
      copied: null,
      nPlanted: 0,
    })
  }
  return suspects
}

/** Edited sides of natural pairs, as copies of their originals. */
export function labelPairs(
  file: string,
  lang: string,
  keep: (kind: string) => boolean,
): { originals: Row[]; suspects: Suspect[] } {
  const originals: Row[] = []
  const suspects: Suspect[] = []
  for (const pair of loadPairs(file)) {
    if (!keep(pair.kind) || !pair.original.trim() || !pair.edited.trim()) continue
    const part = partOfRow(pair)
    const row: Row = { id: pair.id, source: file, model: 'natural', prompt: pair.prompt, text: pair.original, lang }
    originals.push(row)
    suspects.push({
      id: `natural/${pair.id}`,
      set: 'natural',
      treatment: pair.class,
      words: countWords(pair.edited, lang),
      bin: binOf(sizeOf(pair.edited, lang), lang),
      sourceId: row.id,
      prompt: pair.prompt,
      text: pair.edited,
      lang,
      source: file,
      model: 'natural',
      part,
      copied: [0, pair.edited.length],
      nPlanted: 0,
    })
  }
  return { originals, suspects }
}
