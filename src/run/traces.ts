/**
 * run: scars and residue of a corpus, which need no reference. State is plain data and merges in any order.
 */
import { glanceOver } from '../explain/glance.ts'
import { addResidue, createResidue, mergeResidue, type ResidueState, rateResidue } from '../explain/residue.ts'
import { addScars, createScars, mergeScars, rateScars, type ScarState } from '../explain/scars.ts'
import type { ReferenceIndex } from '../match/reference.ts'
import { TextCache } from '../match/texts.ts'
import type { Document, Summary, TokenStream } from '../types.ts'

/** Documents of a background that are looked at, evenly spread: enough for rates of one in a thousand. */
const maxBackgroundDocuments = 5000

/** What careless anonymisation left, counted. */
export interface Traces {
  scars: ScarState
  residue: ResidueState
}

/** Empty counts. */
export function createTraces(hasBackground = true): Traces {
  return { scars: createScars(hasBackground), residue: createResidue() }
}

/** Counts one document. */
export function addTraces({ scars, residue }: Traces, { text, prompt }: Document, stream: TokenStream): void {
  const document = glanceOver(text, stream, prompt)
  addScars(scars, document)
  addResidue(residue, document)
}

/** Adds the counts of another part. */
export function mergeTraces(into: Traces, other: Traces): void {
  mergeScars(into.scars, other.scars)
  mergeResidue(into.residue, other.residue)
}

/**
 * Counts the backgrounds, or an even sample of large ones; undefined where there is none.
 * @param textsOf where their texts are read: a cache that the scan uses too saves it the reading
 */
export function countBackgrounds(
  backgrounds: readonly ReferenceIndex[],
  textsOf: (index: ReferenceIndex) => TextCache = index => new TextCache(index),
): Traces | undefined {
  if (backgrounds.length === 0) return undefined
  const traces = createTraces()
  for (const index of backgrounds) {
    const texts = textsOf(index)
    const { documents } = index.facts
    const stride = Math.max(1, documents / maxBackgroundDocuments)
    for (let at = 0; at < documents; at += stride) {
      const number = Math.floor(at)
      const { document, stream } = texts.read(number)
      addTraces(traces, document, stream)
    }
  }
  return traces
}

/** The rates of both, beside the background's. */
export function rateTraces(
  { scars, residue }: Traces,
  background: Traces | undefined,
): Pick<Summary, 'scars' | 'residue'> {
  return { scars: rateScars(scars, background?.scars), residue: rateResidue(residue, background?.residue) }
}
