/**
 * report: bundle → the blocks of data in a page: an index of columns, then chunks of findings with their texts.
 * Texts are cut to the stretch that findings need and shared by the findings of a chunk. Past `maxPlainBytes` the
 * blocks are deflated, since a page with 1,000 findings is to stay under 5 MB; under it they stay legible, and
 * the same on every build of zlib.
 */

import { deflateSync } from 'node:zlib'
import type { Bundle, Finding, Span } from '../types.ts'
import {
  chunkElement,
  indexElement,
  kindOrder,
  type PageChunk,
  type PageFinding,
  type PageIndex,
  type PageText,
  type PageWords,
  wordsElement,
} from './format.ts'
import { escapeHtml, escapeScriptJson, shorten } from './safe.ts'
import { classes, sayNoFindings } from './wording.ts'

const chunkSize = 128
/** JSON units up to which blocks are stored as they are. */
const maxPlainUnits = 2_000_000
/** Text shown before and after a passage, UTF-16 units. */
const marginUnits = 600
/** Longest stretch of one document in a page. */
const maxTextUnits = 100_000
/**
 * UTF-8 bytes of text in a page, the two nearly equal sides of a finding counted once; texts of further findings,
 * lowest class last, are left out. They deflate to about two fifths, and a browser reads 60 MB of page in a second.
 */
const maxTextBytes = 72_000_000
/** Findings in a page: a browser lists so many in two seconds. */
const maxFindings = 200_000
const gistUnits = 96
const termUnits = 120

/**
 * Renders all data blocks as script elements that hold JSON.
 *
 * @param limit findings that the page may list; of more, those of the highest classes, the first ones of the last
 */
export function packBlocks(bundle: Bundle, limit: number = maxFindings): string {
  const elements: string[] = []
  const plain: Block[] = []
  let units = 0
  const listed = limitFindings(bundle, limit)
  for (const block of makeBlocks(listed, bundle.findings.length - listed.findings.length)) {
    units += block.json.length
    plain.push(block)
    // once the blocks are too long, those held back and all that follow are deflated
    if (units > maxPlainUnits) for (const held of plain.splice(0)) elements.push(renderBlock(held, true))
  }
  return [...elements, ...plain.map(block => renderBlock(block, false))].join('\n')
}

/** The bundle with as many findings as a page has room for, in their order. */
function limitFindings(bundle: Bundle, limit: number): Bundle {
  const { findings, summary } = bundle
  if (findings.length <= limit) return bundle
  const isListed = fillByClass(findings, limit, () => 1)
  const { baseline } = summary
  const states = baseline && [...baseline.states].filter((_, i) => isListed[i] === 1).join('')
  return {
    ...bundle,
    findings: findings.filter((_, i) => isListed[i] === 1),
    summary: baseline ? { ...summary, baseline: { ...baseline, states: states! } } : summary,
  }
}

interface Block {
  id: string
  json: string
}

function* makeBlocks(bundle: Bundle, findingsLeftOut: number): Generator<Block> {
  const { findings } = bundle
  const outlines = findings.map(outline)
  const kept = fillByClass(findings, maxTextBytes, i => outlines[i].textBytes)
  const words: PageWords = { gist: outlines.map(({ gist }) => gist), terms: outlines.map(({ terms }) => terms) }
  yield { id: indexElement, json: escapeScriptJson(buildIndex(bundle, outlines, kept, findingsLeftOut)) }
  yield { id: wordsElement, json: escapeScriptJson(words) }
  for (let at = 0; at < findings.length; at += chunkSize) {
    const chunk = buildChunk(findings.slice(at, at + chunkSize), kept, at)
    yield { id: chunkElement(at / chunkSize), json: escapeScriptJson(chunk) }
  }
}

function renderBlock({ id, json }: Block, deflate: boolean): string {
  const content = deflate ? `"${deflateSync(json).toString('base64')}"` : json
  const encoding = deflate ? ' data-encoding="deflate-base64"' : ''
  return `<script type="application/json" id="${escapeHtml(id)}"${encoding}>${content}</script>`
}

/** What the lists of a page take from texts and edits of a finding. */
interface Outline {
  gist: string
  terms: string
  edits: number
  /** UTF-8 bytes of its texts in the page; 0 where the edition has none */
  textBytes: number
}

/** Looks at texts and edits of a finding once: they may have to be unpacked. */
function outline(finding: Finding): Outline {
  return {
    gist: gistOf(finding),
    terms: termsOf(finding),
    edits: finding.edits.length,
    textBytes: Math.max(stretchBytes(finding.suspect), stretchBytes(finding.reference)),
  }
}

/** 1 for each finding that a budget has room for: all, unless they exceed it; then A before B before C. */
function fillByClass(findings: readonly Finding[], budget: number, costOf: (i: number) => number): Uint8Array {
  const kept = new Uint8Array(findings.length)
  let spent = 0
  for (const grade of classes) {
    for (let i = 0; i < findings.length; i++) {
      if (findings[i].class !== grade) continue
      spent += costOf(i)
      if (spent <= budget) kept[i] = 1
    }
  }
  return kept
}

function stretchBytes({ text, span }: { text?: string; span: Span }): number {
  return text === undefined
    ? 0
    : Buffer.byteLength(text.slice(Math.max(0, span[0] - marginUnits), span[1] + marginUnits))
}

/** Gives each name a place, in the order in which names come. */
function makeNames(): { names: string[]; place: (name: string) => number } {
  const places = new Map<string, number>()
  const names: string[] = []
  const place = (name: string): number => {
    const known = places.get(name)
    if (known !== undefined) return known
    places.set(name, names.length)
    names.push(name)
    return names.length - 1
  }
  return { names, place }
}

function buildIndex(
  bundle: Bundle,
  outlines: readonly Outline[],
  kept: Uint8Array,
  findingsLeftOut: number,
): PageIndex {
  const files = makeNames()
  const references = makeNames()
  const { findings } = bundle
  for (const file of bundle.coverage.files) files.place(file.file)
  for (const reference of bundle.summary.references) references.place(reference.index)
  return {
    n: findings.length,
    chunkSize,
    file: findings.map(f => files.place(f.suspect.file)),
    reference: findings.map(f => references.place(f.reference.index)),
    files: files.names,
    references: references.names,
    id: findings.map(f => f.id),
    class: findings.map(f => f.class).join(''),
    kind: findings.map(f => Math.max(0, kindOrder.indexOf(f.kind))).join(''),
    state: bundle.summary.baseline?.states ?? '',
    record: findings.map(f => f.suspect.record),
    tokens: findings.map(f => f.tokens),
    distinctive: findings.map(f => f.distinctiveTokens),
    edits: outlines.map(({ edits }) => edits),
    score: findings.map(f => Math.round(f.score)),
    none: sayNoFindings(bundle),
    findingsLeftOut,
    textsLeftOut: outlines.filter(({ textBytes }, i) => textBytes > 0 && kept[i] === 0).length,
  }
}

function gistOf(finding: Finding): string {
  const { text, span } = finding.suspect
  if (text === undefined && finding.suspect.excerpt !== undefined) return shorten(finding.suspect.excerpt, gistUnits)
  if (text === undefined)
    return shorten(
      finding.edits
        .slice(0, 4)
        .map(e => `${e.from} → ${e.to}`)
        .join(' · '),
      gistUnits,
    )
  const stretch = text
    .slice(span[0], span[0] + 3 * gistUnits)
    .replace(/\s+/g, ' ')
    .trim()
  return shorten(stretch, gistUnits)
}

function termsOf(finding: Finding): string {
  const ids = [finding.suspect.id, finding.reference.id].filter(id => id !== null)
  const words = new Set(finding.edits.slice(0, 12).flatMap(e => [e.from, e.to]))
  return shorten([...ids, ...words].join('\n'), termUnits)
}

interface Stretch {
  text: string
  span: Span
  place: number
}

/** One chunk: its findings without texts, and each text once. */
function buildChunk(findings: readonly Finding[], kept: Uint8Array, at: number): PageChunk {
  const stretches: Stretch[] = []
  const byDocument = new Map<string, Stretch>()
  const place = (finding: Finding, side: 'suspect' | 'reference', i: number): number => {
    const { text, span } = finding[side]
    if (text === undefined || kept[at + i] === 0) return -1
    const key = documentKey(finding, side)
    const known = byDocument.get(key)
    const joint: Span = known ? [Math.min(known.span[0], span[0]), Math.max(known.span[1], span[1])] : span
    if (known && joint[1] - joint[0] + 2 * marginUnits <= maxTextUnits) {
      known.span = joint
      return known.place
    }
    const stretch: Stretch = { text, span, place: stretches.length }
    byDocument.set(key, stretch)
    stretches.push(stretch)
    return stretch.place
  }
  const rows: PageFinding[] = findings.map((finding, i) => {
    const { text: _suspect, ...suspect } = finding.suspect
    const { text: _reference, ...reference } = finding.reference
    return {
      finding: { ...finding, suspect, reference },
      suspect: place(finding, 'suspect', i),
      reference: place(finding, 'reference', i),
    }
  })
  return { texts: stretches.map(({ text, span }) => cutText(text, span)), findings: rows }
}

function documentKey(finding: Finding, side: 'suspect' | 'reference'): string {
  const { file, record, field } = finding[side]
  return JSON.stringify([side, side === 'reference' ? finding.reference.index : '', file, record, field])
}

/** Cuts a document to a stretch with margins, at whole code points. */
function cutText(text: string, span: Span): PageText {
  let start = Math.max(0, span[0] - marginUnits)
  let end = Math.min(text.length, span[1] + marginUnits, start + maxTextUnits)
  if (isLowSurrogate(text.charCodeAt(start))) start--
  if (isLowSurrogate(text.charCodeAt(end))) end++
  start = Math.max(0, start)
  return { text: text.slice(start, end), start, of: text.length }
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff
}
