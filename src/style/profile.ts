/**
 * Style: the shape of a profile, and its file.
 *
 * A profile holds hashed vocabulary, quantised weights, calibration, and the held-out scores from which every
 * estimate is made; it holds no text. The file is magic, version, a JSON header that names the arrays, the arrays
 * (little-endian), and a SHA-256 over all before it. A damaged or foreign file is an integrity error.
 */
import { createHash } from 'node:crypto'
import { endianness } from 'node:os'
import { PalimpsestError } from '../errors.ts'
import { hashUnits, mix } from '../hash.ts'
import type { CorpusDigest, StyleQuality } from '../types.ts'
import { nBuckets } from './features.ts'
import { indexVocabulary, type Vocabulary } from './vectors.ts'

/** Version of the file and of the features in it: a profile of another version cannot be scored with. */
const profileVersion = 4
const magic = 'PALISTYL'
const digestBytes = 32

/** Held-out texts with their scores; the arrays run in parallel. */
export interface HeldOut {
  n: number
  /** class: 0 is the model */
  label: Uint16Array
  /** prompt group, so that texts of one prompt are counted as one cluster */
  group: Uint32Array
  words: Uint16Array
  /** 0 for a whole document, else the length in words to which it was cut */
  cut: Uint16Array
  /** class scores, `nClasses` for each text, times `scoreScale` */
  scores: Int16Array
  /** score for the model from a solver that never saw the text's class, same scale; 0 for class 0 */
  unseen: Int16Array
}

/** Scores are kept as whole numbers of this fraction. */
export const scoreScale = 4096

/** Linear weights as bytes. */
export interface QuantisedSolver {
  /** by feature, then class, as whole multiples of `step[class]` */
  weights: Int8Array
  step: Float64Array
  bias: Float64Array
}

/** A solver, and what its scores of all classes say together: see `fitFusion`. */
export interface FusedSolver extends QuantisedSolver {
  fusion: Float64Array
}

/** Folds of training. */
export const nFolds = 4

/** Cluster of a text: its prompt, or where there is none the text itself. */
export function groupOf(prompt: string | null, text: string): number {
  const asked = prompt?.trim() ?? ''
  return asked === '' ? mix(hashUnits(text) ^ 0x5bd1e995) : hashUnits(asked)
}

/** Fold of a prompt group: its texts were scored by the solver that did not see them. */
export function foldOf(group: number, seed: number): number {
  return mix(group ^ seed) % nFolds
}

/**
 * Against whom log odds are calibrated. `ratio`: authors known and unknown to the solver, for the ratio of a text, and for
 * shares beside a control. `share`: the panel alone, for shares where the panel is the background, of which it tells more.
 */
export type Calibration = 'ratio' | 'share'

/** Everything needed to score a text and to say what the score is worth. */
export interface Profile {
  model: string
  /** the model first, then the imposters */
  classes: string[]
  /** documents of each class that it was learned from */
  documents: number[]
  script: 'alphabetic' | 'ideographic'
  seed: number
  vocabulary: Vocabulary
  /** solvers of the folds: a text of a corpus is scored by the one of its prompt's fold, as the held-out texts were */
  measured: FusedSolver[]
  /** solver of all texts, which knows the classes better: for the ratio of a single text */
  full: FusedSolver
  /** coefficients of the calibrations, see `calibrate` */
  calibration: Record<Calibration, number[]>
  /** bounds of log10 likelihood ratios that the held-out data can support */
  bounds: { low: number; high: number }
  /** shortest text, in words, whose ratio is offered; null if none is */
  minWords: number | null
  /** share of known n-grams under which a text is foreign to the profile */
  minFamiliarity: number
  /** imposters that most resemble the model when unknown to it, nearest first */
  closestConfusable: string[]
  quality: StyleQuality[]
  /** nominal intervals, the factor by which they are widened, and what they then covered on held-out prompts */
  intervals: { level: number; widening: number; covered: number; bags: number }
  heldOut: HeldOut
}

type Numbers = Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Float32Array | Float64Array
const arrayTypes = { Uint8Array, Int8Array, Uint16Array, Int16Array, Uint32Array, Float32Array, Float64Array }

interface Header {
  version: number
  facts: Omit<Profile, 'vocabulary' | 'measured' | 'full' | 'heldOut'>
  arrays: { name: string; type: keyof typeof arrayTypes; length: number }[]
}

/** The file of a profile; equal profiles give equal bytes. */
export function encodeProfile(profile: Profile): Uint8Array {
  if (endianness() !== 'LE')
    throw new PalimpsestError('usage', 'profiles can only be written on little-endian machines')
  const { vocabulary, measured, full, heldOut, ...facts } = profile
  const { label, group, words, cut, scores, unseen } = heldOut
  const arrays: Record<string, Numbers> = {
    ...{ buckets: vocabulary.buckets, idf: vocabulary.idf },
    ...{ label, group, words, cut, scores, unseen },
  }
  for (const [s, solver] of [full, ...measured].entries()) {
    const { weights, step, bias, fusion } = solver
    Object.assign(arrays, { [`weights${s}`]: weights, [`step${s}`]: step, [`bias${s}`]: bias, [`fusion${s}`]: fusion })
  }
  const header: Header = {
    version: profileVersion,
    facts,
    arrays: Object.entries(arrays).map(([name, array]) => ({
      name,
      type: array.constructor.name as keyof typeof arrayTypes,
      length: array.length,
    })),
  }
  const head = Buffer.from(JSON.stringify(header))
  const start = Buffer.alloc(16)
  start.write(magic, 'latin1')
  start.writeUInt32LE(profileVersion, 8)
  start.writeUInt32LE(head.length, 12)
  const parts: Buffer[] = [start, head]
  for (const array of Object.values(arrays)) parts.push(Buffer.from(array.buffer, array.byteOffset, array.byteLength))
  const body = Buffer.concat(parts)
  return Buffer.concat([body, createHash('sha256').update(body).digest()])
}

/** A profile as a report names it, with the digest of its file. */
export function describeProfile(profile: Profile): CorpusDigest {
  const documents = profile.documents.reduce((sum, n) => sum + n, 0)
  const sha256 = createHash('sha256').update(encodeProfile(profile)).digest('hex')
  return { role: 'profile', name: profile.model, model: profile.model, documents, tokens: 0, sha256 }
}

/**
 * Reads a profile file.
 *
 * @throws PalimpsestError `integrity` if it is no profile, damaged, or of another version
 */
export function decodeProfile(bytes: Uint8Array): Profile {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (file.length < 16 + digestBytes || file.toString('latin1', 0, 8) !== magic) {
    throw new PalimpsestError('integrity', 'expected a style profile, got another file; make one with `profile`')
  }
  const version = file.readUInt32LE(8)
  if (version !== profileVersion) {
    const message = `got a profile of version ${version}, expected ${profileVersion}; train it again with this version`
    throw new PalimpsestError('integrity', message)
  }
  const body = file.subarray(0, file.length - digestBytes)
  if (!createHash('sha256').update(body).digest().equals(file.subarray(body.length))) {
    throw new PalimpsestError('integrity', 'the profile is damaged: its checksum differs; copy or train it again')
  }
  const headEnd = 16 + file.readUInt32LE(12)
  const { facts, arrays } = JSON.parse(file.toString('utf8', 16, headEnd)) as Header
  const read: Record<string, Numbers> = {}
  let at = headEnd
  for (const { name, type, length } of arrays) {
    const Type = arrayTypes[type]
    const end = at + length * Type.BYTES_PER_ELEMENT
    // a copy, because the arrays stand unaligned in the file
    read[name] = new Type(file.buffer.slice(file.byteOffset + at, file.byteOffset + end) as ArrayBuffer)
    at = end
  }
  return assemble(facts, read)
}

function assemble(facts: Header['facts'], read: Record<string, Numbers>): Profile {
  const buckets = read.buckets as Uint32Array
  const label = read.label as Uint16Array
  const nClasses = facts.classes.length
  const solvers = Array.from({ length: nFolds + 1 }, (_, s) => ({
    weights: read[`weights${s}`] as Int8Array,
    step: read[`step${s}`] as Float64Array,
    bias: read[`bias${s}`] as Float64Array,
    fusion: read[`fusion${s}`] as Float64Array,
  }))
  const fits =
    buckets.every(bucket => bucket < nBuckets) &&
    new Set(buckets).size === buckets.length &&
    solvers.every(solver => solver.weights?.length === buckets.length * nClasses) &&
    solvers.every(solver => solver.fusion?.length === nClasses * (1 + 2 * nClasses)) &&
    read.scores.length === label.length * nClasses
  if (!fits) throw new PalimpsestError('integrity', 'the profile contradicts itself: its arrays do not fit together')
  return {
    ...facts,
    vocabulary: indexVocabulary(buckets, read.idf as Float32Array),
    full: solvers[0],
    measured: solvers.slice(1),
    heldOut: {
      n: label.length,
      label,
      group: read.group as Uint32Array,
      words: read.words as Uint16Array,
      cut: read.cut as Uint16Array,
      scores: read.scores as Int16Array,
      unseen: read.unseen as Int16Array,
    },
  }
}
