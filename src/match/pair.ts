/**
 * match: two documents, without an index → their anchors and alignment. For `compare`, and to tell near-copies
 * among references.
 */
import { sketchDefaults } from '../options.ts'
import type { Alignment, TokenStream } from '../types.ts'
import { alignCandidate } from './align.ts'
import { chainAnchors } from './chains.ts'
import { chooseSeeds, SeedBuffer, type SketchParameters } from './minimizers.ts'

/** Occurrences of one seed in the second text that are followed. */
const maxOccurrencesInPair = 16

/** Scratch of one thread. */
const ourSeeds = new SeedBuffer()
const theirSeeds = new SeedBuffer()

/** Aligns two token streams. Returns undefined when they share no seed. */
export function alignPair(
  suspect: TokenStream,
  reference: TokenStream,
  sketch: SketchParameters = sketchDefaults,
): Alignment | undefined {
  const places = new Map<number, number[]>()
  const ours = chooseSeeds(suspect, sketch, ourSeeds)
  for (let i = 0; i < ours.n; i++) places.set(ours.hash[i], [])
  const theirs = chooseSeeds(reference, sketch, theirSeeds)
  for (let i = 0; i < theirs.n; i++) {
    const list = places.get(theirs.hash[i])
    if (list !== undefined && list.length < maxOccurrencesInPair) list.push(theirs.position[i])
  }
  const suspectAt: number[] = []
  const referenceAt: number[] = []
  for (let i = 0; i < ours.n; i++)
    for (const at of places.get(ours.hash[i])!) {
      suspectAt.push(ours.position[i])
      referenceAt.push(at)
    }
  if (suspectAt.length === 0) return undefined
  const anchors = { suspect: Int32Array.from(suspectAt), reference: Int32Array.from(referenceAt) }
  const weight = new Float32Array(suspectAt.length).fill(12)
  const { chain, score } = chainAnchors(anchors.suspect, anchors.reference, weight)
  return alignCandidate(suspect, reference, { document: 0, ...anchors, weight, chain, score }, sketch.k)
}
