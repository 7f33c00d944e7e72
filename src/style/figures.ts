/**
 * Style: a profile and a scored corpus → the data of the report's pictures. Numbers and masked phrases only.
 *
 * Score histogram with the fit of the estimate, Tippett plot of the held-out ratios, and the words and word pairs
 * that speak most for the model where names and numbers are symbols.
 */
import type { Estimate } from '../types.ts'
import { heldOutColumns, isUnseen } from './calibrate.ts'
import { bucketOfPair, bucketOfWord } from './features.ts'
import { TextMasker } from './mask.ts'
import type { Profile } from './profile.ts'
import { pickReference, takeEvidence } from './reference.ts'
import { boundRatio, type DocumentScore, weighEvidence } from './score.ts'
import { CodeClass, codeClass, entityCode, numberCode } from './words.ts'

/** A histogram of log10 ratios with what the estimate expects in each bin. */
export interface ScoreHistogram {
  /** `counts.length + 1` edges, ascending */
  edges: number[]
  /** scored documents of the corpus in each bin */
  counts: number[]
  /** documents expected of the model and of the panel at the estimated share; null without an estimate */
  expected: { model: number[]; panel: number[] } | null
}

const nBins = 24

/** Histogram of the corpus's ratios, with the fit that its estimate stands for. */
export function drawHistogram(profile: Profile, documents: DocumentScore[], prevalence: Estimate): ScoreHistogram {
  const { low, high } = profile.bounds
  const edges = Array.from({ length: nBins + 1 }, (_, i) => low + ((high - low) * i) / nBins)
  const binOf = (ratio: number): number =>
    Math.max(0, Math.min(nBins - 1, Math.floor(((ratio - low) / (high - low)) * nBins)))
  const counts = new Array<number>(nBins).fill(0)
  const scored = documents.filter(document => document.log10LikelihoodRatio !== null)
  for (const { log10LikelihoodRatio } of scored) counts[binOf(log10LikelihoodRatio ?? 0)]++
  if ('cannotSay' in prevalence) return { edges, counts, expected: null }
  const words = scored.map(document => document.words)
  const reference = pickReference(profile, words, () => true)
  const expect = (use: (label: number) => boolean, share: number): number[] => {
    const { evidence, weight } = takeEvidence(profile, reference, use)
    const bins = new Array<number>(nBins).fill(0)
    const total = weight.reduce((sum, w) => sum + w, 0)
    evidence.forEach((value, i) => {
      bins[binOf(boundRatio(value, profile.bounds))] += (scored.length * share * weight[i]) / total
    })
    return bins
  }
  const model = expect(label => label === 0, prevalence.point)
  return { edges, counts, expected: { model, panel: expect(label => label !== 0, 1 - prevalence.point) } }
}

/** One curve of a Tippett plot: the share of texts whose log10 ratio is at least each of the thresholds. */
export interface TippettCurve {
  name: 'model' | 'imposters' | 'imposters unseen'
  n: number
  share: number[]
}

/** Tippett plot of the whole held-out documents; thresholds are log10 ratios. */
export function drawTippett(profile: Profile): { thresholds: number[]; curves: TippettCurve[] } {
  const { heldOut, bounds, classes } = profile
  const thresholds = Array.from({ length: 61 }, (_, i) => bounds.low + ((bounds.high - bounds.low) * i) / 60)
  const ratios: Record<TippettCurve['name'], number[]> = { model: [], imposters: [], 'imposters unseen': [] }
  for (let i = 0; i < heldOut.n; i++) {
    if (heldOut.cut[i] !== 0 || heldOut.words[i] < (profile.minWords ?? 0)) continue
    const ratio = (unseen: boolean): number =>
      boundRatio(weighEvidence(profile.calibration, heldOutColumns(heldOut, classes.length, i, unseen)), bounds)
    ratios[heldOut.label[i] === 0 ? 'model' : 'imposters'].push(ratio(false))
    if (isUnseen(heldOut, i)) ratios['imposters unseen'].push(ratio(true))
  }
  const curves = (['model', 'imposters', 'imposters unseen'] as const)
    .filter(name => ratios[name].length > 0)
    .map(name => ({
      name,
      n: ratios[name].length,
      share: thresholds.map(t => ratios[name].filter(ratio => ratio >= t).length / ratios[name].length),
    }))
  return { thresholds, curves }
}

/** A phrase that speaks for the model. */
export interface StrongPhrase {
  /** a word or two; `◆` stands for a name and `#` for a number */
  phrase: string
  /** texts that hold it */
  documents: number
  /** how much it speaks for the model against the mean of the panel, the strongest being 1 */
  strength: number
}

/** A phrase in fewer texts than this may be of one text only, and could identify it. */
const minDocuments = 5

/**
 * The words and word pairs of the texts that speak most for the model.
 *
 * @param texts a sample of the corpus, preferably those with the highest ratios
 * @param n phrases wanted
 */
export function findPhrases(profile: Profile, texts: Iterable<string>, n: number): StrongPhrase[] {
  const masker = new TextMasker()
  const seen = new Map<string, { bucket: number; documents: number }>()
  for (const text of texts) {
    const { codes, wordStart, nWords, n: length } = masker.mask(text)
    const here = new Map<string, number>()
    let before = ''
    for (let w = 0; w < nWords; w++) {
      const word = readWord(codes, wordStart[w], length)
      here.set(word, bucketOfWord(word))
      if (before !== '') here.set(`${before} ${word}`, bucketOfPair(before, word))
      before = word
    }
    for (const [phrase, bucket] of here) {
      const known = seen.get(phrase)
      if (known === undefined) seen.set(phrase, { bucket, documents: 1 })
      else known.documents++
    }
  }
  const strong = [...seen]
    .filter(([, { documents }]) => documents >= minDocuments)
    .map(([phrase, { bucket, documents }]) => ({
      phrase,
      documents,
      strength: strengthOf(profile, bucket) * documents,
    }))
    .filter(({ strength }) => strength > 0)
    .sort((a, b) => b.strength - a.strength || (a.phrase < b.phrase ? -1 : 1))
    .slice(0, n)
  const most = strong.length === 0 ? 1 : strong[0].strength
  return strong.map(({ phrase, documents, strength }) => ({
    phrase: phrase.replaceAll(String.fromCharCode(entityCode), '◆').replaceAll(String.fromCharCode(numberCode), '#'),
    documents,
    strength: strength / most,
  }))
}

/** The word at a place of the masked codes, in lower case. */
function readWord(codes: Uint16Array, start: number, length: number): string {
  if (codeClass(codes[start]) !== CodeClass.letter) return String.fromCharCode(codes[start])
  let end = start
  while (end < length && codeClass(codes[end]) === CodeClass.letter) end++
  return String.fromCharCode(...codes.subarray(start, Math.min(end, start + 64))).toLowerCase()
}

/** Weight of a bucket for the model less its mean weight for the panel, by its rarity; 0 if it is not known. */
function strengthOf(profile: Profile, bucket: number): number {
  const { vocabulary, classes } = profile
  const { weights, step } = profile.full
  const feature = vocabulary.slot[bucket] - 1
  if (feature < 0) return 0
  const at = feature * classes.length
  let panel = 0
  for (let c = 1; c < classes.length; c++) panel += (weights[at + c] * step[c]) / (classes.length - 1)
  return (weights[at] * step[0] - panel) * vocabulary.idf[feature]
}
