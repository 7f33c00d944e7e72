/**
 * page: filter and search over the columns of the index, and the fragment of the address that names a view.
 * Pure; 100,000 findings take some tens of milliseconds.
 */

import { kindOrder, type PageChunk, type PageIndex, type PageWords } from '../format.ts'

export type Order = 'place' | 'score' | 'edits'

/** Shortest query that is also looked for in whole texts. */
export const minTextQuery = 3

/** What the list shows. An empty string or -1 means no restriction. */
export interface Filter {
  query: string
  /** letters of the classes to show */
  classes: string
  /** digits of the kinds to show, places in `kindOrder` */
  kinds: string
  file: number
  reference: number
  order: Order
}

export const noFilter: Filter = { query: '', classes: '', kinds: '', file: -1, reference: -1, order: 'place' }

/** True if a filter leaves findings out. */
export function isRestricted({ query, classes, kinds, file, reference }: Filter): boolean {
  return query !== '' || classes !== '' || kinds !== '' || file >= 0 || reference >= 0
}

/** Text of each finding in which a query is looked for, lower case. */
export function makeHaystacks(index: PageIndex, words: PageWords): string[] {
  // lower case comes last: it leaves one flat string, where joined pieces would be flattened by the first search
  return index.id.map((id, i) => `${id}\n${index.record[i]}\n${words.gist[i]}\n${words.terms[i]}`.toLowerCase())
}

/** For each name whether it holds the query. */
function matchNames(names: readonly string[], query: string): boolean[] {
  return names.map(name => query !== '' && name.toLowerCase().includes(query))
}

/**
 * Places of the findings that pass, in the order asked for.
 * @param haystacks of `makeHaystacks`; empty until they are made, so only names are searched
 * @param inTexts places whose texts are known to hold the query; they pass it as well
 */
export function selectFindings(
  index: PageIndex,
  haystacks: readonly string[],
  filter: Filter,
  inTexts: ReadonlySet<number>,
): number[] {
  const query = filter.query.trim().toLowerCase()
  const { classes, kinds, file, reference } = filter
  const inFile = matchNames(index.files, query)
  const inReference = matchNames(index.references, query)
  const holds = (i: number): boolean =>
    haystacks[i]?.includes(query) || inFile[index.file[i]] || inReference[index.reference[i]] || inTexts.has(i)
  const selected: number[] = []
  for (let i = 0; i < index.n; i++) {
    if (classes !== '' && !classes.includes(index.class[i])) continue
    if (kinds !== '' && !kinds.includes(index.kind[i])) continue
    if (file >= 0 && index.file[i] !== file) continue
    if (reference >= 0 && index.reference[i] !== reference) continue
    if (query === '' || holds(i)) selected.push(i)
  }
  const key = filter.order === 'score' ? index.score : filter.order === 'edits' ? index.edits : null
  return key ? selected.sort((a, b) => key[b] - key[a] || a - b) : selected
}

/** Places in a chunk whose texts or edits hold the query (lower case). */
export function searchChunk(chunk: PageChunk, query: string): number[] {
  const texts = chunk.texts.map(({ text }) => text.toLowerCase().includes(query))
  const found: number[] = []
  chunk.findings.forEach(({ finding, suspect, reference }, i) => {
    const inEdits = (): boolean =>
      finding.edits.some(e => e.from.toLowerCase().includes(query) || e.to.toLowerCase().includes(query))
    if (texts[suspect] || texts[reference] || inEdits()) found.push(i)
  })
  return found
}

/** A view of the list as an address names it. */
export interface View {
  filter: Filter
  /** id of the finding that is open; empty if none is named */
  finding: string
}

const wellFormed = (name: string): string => name.replace(/\p{Cs}/gu, '\uFFFD')

/** The fragment that names a view, without `#`. */
export function writeFragment(index: PageIndex, { filter, finding }: View): string {
  const parts: [string, string][] = []
  if (finding) parts.push(['finding', finding])
  if (filter.query) parts.push(['q', filter.query])
  if (filter.classes) parts.push(['class', filter.classes])
  if (filter.kinds) parts.push(['kind', [...filter.kinds].map(k => kindOrder[Number(k)]).join(',')])
  if (filter.file >= 0) parts.push(['file', index.files[filter.file]])
  if (filter.reference >= 0) parts.push(['reference', index.references[filter.reference]])
  if (filter.order !== 'place') parts.push(['order', filter.order])
  return parts.map(([key, value]) => `${key}=${encodeURIComponent(wellFormed(value))}`).join('&')
}

/** The view that a fragment names; undefined where it names none, as the anchor of a section does. */
export function readFragment(index: PageIndex, fragment: string): View | undefined {
  if (!fragment.includes('=')) return undefined
  const values = new Map<string, string>()
  for (const part of fragment.replace(/^#/, '').split('&')) {
    const at = part.indexOf('=')
    if (at > 0) values.set(part.slice(0, at), decode(part.slice(at + 1)))
  }
  const kinds = (values.get('kind') ?? '').split(',').map(kind => (kindOrder as readonly string[]).indexOf(kind))
  const order = values.get('order')
  const filter: Filter = {
    query: values.get('q') ?? '',
    classes: [...'ABC'].filter(c => values.get('class')?.includes(c)).join(''),
    kinds: kinds.filter(k => k >= 0).join(''),
    file: index.files.findIndex(name => wellFormed(name) === values.get('file')),
    reference: index.references.findIndex(name => wellFormed(name) === values.get('reference')),
    order: order === 'score' || order === 'edits' ? order : 'place',
  }
  return { filter, finding: values.get('finding') ?? '' }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
