/**
 * Evidence: the findings once more, from the raw corpora. The edits of every finding must account for every difference
 * (`replay.ts`); every finding is derived anew by the function that made it, and must come out the same; the similarity
 * of a sample is computed by tools that share no code with it: edit distance (npm fast-levenshtein) and MinHash over
 * character n-grams (npm minhash).
 *
 * The outside measures do not see what was masked or moved, so they confirm a finding, or leave it unconfirmed for a
 * person to look at; they never refute one.
 */
import levenshtein from 'fast-levenshtein'
import minhash from 'minhash'
import { PalimpsestError } from '../errors.ts'
import type { Document, Finding } from '../types.ts'
import { readBundle } from './bundle.ts'
import { canonicalise, digestHex, repairText, repairValue } from './canonical.ts'
import { cutMark } from './commit.ts'
import { replayEdits } from './replay.ts'
import { mapFindingTexts } from './seal.ts'

/** The corpora as they are read from the raw files. */
export interface RawCorpora {
  suspect: AsyncIterable<Document>
  /** name of the index, as findings give it → its documents */
  references: ReadonlyMap<string, AsyncIterable<Document>>
}

/** Derives a finding anew from both documents; whatever parts it returns are compared; undefined: it is none. */
export type Rederive = (suspectText: string, referenceText: string, finding: Finding) => Partial<Finding> | undefined

/** Similarity of one finding's passages by unrelated tools. */
interface OutsideSimilarity {
  id: string
  /** as the finding states it */
  identity: number
  /** 1 − edit distance / longer length, of at most `windowUnits` */
  levenshtein: number
  /** estimated share of common character n-grams */
  jaccard: number
  isConfirmed: boolean
}

export interface Recomputation {
  /** every finding was derived anew and came out the same */
  ok: boolean
  findings: number
  /** findings that did not come out the same, and in what */
  differences: { id: string; what: string }[]
  sample: OutsideSimilarity[]
}

/** Findings whose similarity is computed by outside tools, unless told otherwise. */
const defaultSampleSize = 200

/** Longest passage that is given to them; edit distance is quadratic. */
const windowUnits = 2000

/** Length of the character n-grams given to MinHash. */
const gramUnits = 4

/** How far the edit similarity may lie under the identity of tokens, which words of other lengths pull apart. */
const levenshteinSlack = 0.25

/**
 * Similarity that answers of two models to one prompt seldom reach: 90 % of such pairs stay below 0.34 and 0.32, while
 * 90 % of copies with half of their words replaced lie above 0.50 and 0.45 (tests/bench/outside.ts).
 */
const unrelatedLevenshtein = 0.4
const unrelatedJaccard = 0.4

/**
 * Derives every finding of a bundle anew. Whether the bundle itself is sound is for `verifyBundle` to say.
 * @param sampleSize findings whose similarity outside tools compute; the choice depends on the root alone
 * @throws PalimpsestError `usage` for an edition of counts, or if a reference is not given; `integrity` if the bundle
 * is damaged
 */
export async function recomputeFindings(
  dir: string,
  corpora: RawCorpora,
  rederive: Rederive,
  sampleSize: number = defaultSampleSize,
): Promise<Recomputation> {
  const { findings, seals } = await readBundle(dir)
  const { edition, root } = seals!
  if (edition === 'counts') {
    throw new PalimpsestError('usage', `${dir}: an edition of counts holds no findings to recompute`)
  }
  const suspects = await collectTexts(corpora.suspect, new Set(findings.map(finding => placeOf(finding.suspect))))
  const references = await collectReferences(findings, corpora.references)
  const sampled = sampleFindings(findings, root, sampleSize)
  const differences: Recomputation['differences'] = []
  const sample: OutsideSimilarity[] = []
  for (const finding of findings) {
    const suspectText = suspects.get(placeOf(finding.suspect))
    const referenceText = references.get(finding.reference.index)!.get(placeOf(finding.reference))
    if (suspectText === undefined || referenceText === undefined) {
      const side = suspectText === undefined ? 'suspect' : 'reference'
      differences.push({ id: finding.id, what: `the ${side} corpus has no such document` })
      continue
    }
    const what = compareTexts(finding, suspectText, referenceText)
    if (what.length === 0 && !replayEdits(suspectText, referenceText, finding)) {
      what.push('differences that no edit accounts for')
    }
    const derived = rederive(suspectText, referenceText, finding)
    if (derived === undefined) what.push('not found anew')
    else what.push(...compareParts(finding, derived, edition === 'full'))
    if (what.length > 0) differences.push({ id: finding.id, what: what.join(', ') })
    if (sampled.has(finding.id)) sample.push(measureOutside(finding, suspectText, referenceText))
  }
  return { ok: differences.length === 0, findings: findings.length, differences, sample }
}

function placeOf({ file, record, field }: { file: string; record: number; field: string }): string {
  return JSON.stringify([repairText(file), record, repairText(field)])
}

async function collectTexts(
  documents: AsyncIterable<Document>,
  wanted: ReadonlySet<string>,
): Promise<Map<string, string>> {
  const texts = new Map<string, string>()
  for await (const document of documents) {
    const place = placeOf(document)
    if (wanted.has(place)) texts.set(place, document.text)
  }
  return texts
}

async function collectReferences(
  findings: readonly Finding[],
  corpora: RawCorpora['references'],
): Promise<Map<string, Map<string, string>>> {
  const wanted = new Map<string, Set<string>>()
  for (const { reference } of findings) {
    const places = wanted.get(reference.index) ?? new Set()
    wanted.set(reference.index, places.add(placeOf(reference)))
  }
  const texts = new Map<string, Map<string, string>>()
  for (const [index, places] of wanted) {
    const documents = corpora.get(index)
    if (documents === undefined) {
      throw new PalimpsestError('usage', `reference ${JSON.stringify(index)}: give its raw corpus to recompute`)
    }
    texts.set(index, await collectTexts(documents, places))
  }
  return texts
}

/** A sample that nobody chose: findings by the hash of root and id. */
function sampleFindings(findings: readonly Finding[], root: string, size: number): Set<string> {
  const ranked = findings
    .map(({ id }) => ({ id, rank: digestHex(root, id) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
  return new Set(ranked.slice(0, size).map(({ id }) => id))
}

/** Whether the raw texts are those that the finding shows, as far as its edition shows them. */
function compareTexts(finding: Finding, suspectText: string, referenceText: string): string[] {
  const fits = (side: Finding['suspect'] | Finding['reference'], raw: string): boolean => {
    if (side.text !== undefined) return side.text === repairText(raw)
    const { excerpt } = side
    const passage = repairText(raw.slice(side.span[0], side.span[1]))
    if (excerpt === undefined || /^#[0-9a-f]{12}$/.test(excerpt) || excerpt === passage) return true
    return excerpt.endsWith(cutMark) && passage.startsWith(excerpt.slice(0, -cutMark.length))
  }
  return [
    ...(fits(finding.suspect, suspectText) ? [] : ['text of the suspect']),
    ...(fits(finding.reference, referenceText) ? [] : ['text of the reference']),
  ]
}

/** Names of the derived parts that differ. Where the bundle withholds texts, they are left out on both sides. */
function compareParts(finding: Finding, derived: Partial<Finding>, isFull: boolean): string[] {
  const formOf = (part: string, value: unknown): string => {
    const repaired: { [key: string]: unknown } = { [part]: withoutText(repairValue(value).value) }
    return canonicalise(isFull ? repaired : mapFindingTexts(repaired, () => ''))
  }
  return (Object.keys(derived) as (keyof Finding)[])
    .filter(part => formOf(part, derived[part]) !== formOf(part, finding[part]))
    .sort()
}

/** A side without its document, which `compareTexts` compares. */
function withoutText(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('span' in value)) return value
  const { text: _text, excerpt: _excerpt, ...place } = value as Finding['suspect']
  return place
}

/** Measures both passages with tools that share no code with the alignment. */
function measureOutside(finding: Finding, suspectText: string, referenceText: string): OutsideSimilarity {
  const suspect = suspectText.slice(...finding.suspect.span).slice(0, windowUnits)
  const reference = referenceText.slice(...finding.reference.span).slice(0, windowUnits)
  const { levenshtein: edit, jaccard } = measurePair(suspect, reference)
  const bound = Math.max(unrelatedLevenshtein, finding.identity - levenshteinSlack)
  const isConfirmed = edit >= bound || jaccard >= unrelatedJaccard
  return { id: finding.id, identity: finding.identity, levenshtein: edit, jaccard, isConfirmed }
}

/** Edit similarity and estimated Jaccard similarity of two texts of at most `windowUnits`. */
export function measurePair(a: string, b: string): { levenshtein: number; jaccard: number } {
  const longer = Math.max(a.length, b.length)
  const distance = levenshtein.get(a, b)
  return { levenshtein: longer === 0 ? 1 : 1 - distance / longer, jaccard: signText(a).jaccard(signText(b)) }
}

function signText(text: string): InstanceType<typeof minhash.Minhash> {
  const signature = new minhash.Minhash({ numPerm: 128, seed: 1 })
  const grams = new Set<string>()
  const folded = text.toLowerCase().replace(/\s+/g, ' ')
  for (let i = 0; i === 0 || i + gramUnits <= folded.length; i++) grams.add(folded.slice(i, i + gramUnits))
  for (const gram of grams) signature.update(gram)
  return signature
}
