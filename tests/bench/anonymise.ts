/**
 * Bench: the anonymiser. A text and the name of a treatment → the treated text, what was planted and where, and
 * which part of it is the copy. Pure and seeded; treatments are steps over drafts, so any can be combined.
 */
import type { Span } from '../../src/types.ts'
import { relayCode, renameIdentifiers, stripComments } from './code.ts'
import { countWords, type Draft, type Planted, splitSentences, startDraft } from './draft.ts'
import { addMarkdown, joinLists, recaseText, reformatText, relayText, splitToList, stripMarkdown } from './markdown.ts'
import {
  deleteNames,
  dialects,
  plantPlaceholders,
  plantSurrogates,
  type SurrogateMemory,
  scrubIdentity,
  shiftValues,
  swapBrands,
} from './names.ts'
import type { Random } from './random.ts'
import {
  addChat,
  cutPassage,
  dropSentences,
  embedText,
  mergeText,
  shuffleSentences,
  swapNeighbours,
  truncateText,
} from './sentences.ts'
import {
  changeTypography,
  misspellWords,
  plantInvisible,
  plantLookAlikes,
  widenCharacters,
  writeTraditional,
} from './typography.ts'
import { changeContractions, changeInflection, changeSpelling, editWords, swapSynonyms } from './wording.ts'

/** What a treatment works with. */
export interface TreatInput {
  text: string
  /** `en`, `zh` or `code` */
  lang: string
  random: Random
  /** documents into which passages are set, and with which answers are merged */
  hosts: readonly string[]
  /** words of the corpus, for random edits */
  vocabulary?: readonly string[]
  /** a mapping that holds over the corpus, for `surrogate-corpus` and `brands`; absent: over the document */
  memory?: SurrogateMemory
}

/** The treated text with the truth about it. */
export interface Treated {
  text: string
  planted: Planted[]
  /** UTF-16 units of the treated text that come from the source */
  copied: Span
  /** false: the treatment found nothing to change, or cannot be applied to this text */
  changed: boolean
}

export type Family =
  | 'none' | 'names' | 'placeholder' | 'deletion' | 'values' | 'brands' | 'format' | 'typography' | 'wording'
  | 'structure' | 'chat' | 'passage' | 'combined' | 'code' // biome-ignore format: a list reads better packed

type Step = (draft: Draft, input: TreatInput) => Draft | undefined

/** A treatment of the registry. */
export interface Treatment {
  name: string
  family: Family
  applies(lang: string): boolean
  step: Step
}

const both = (lang: string): boolean => lang === 'en' || lang === 'zh'
const english = (lang: string): boolean => lang === 'en'
const chinese = (lang: string): boolean => lang === 'zh'
const onlyCode = (lang: string): boolean => lang === 'code'
const any = (): boolean => true

const vocabulary = (input: TreatInput): readonly string[] => input.vocabulary ?? []
const host = ({ hosts, random }: TreatInput): string => (hosts.length > 0 ? random.pick(hosts) : '')

/** One step after another. */
const chain =
  (...steps: Step[]): Step =>
  (draft, input) => {
    let next: Draft | undefined = draft
    for (const step of steps) next = next && step(next, input)
    return next
  }
/** One of several steps, drawn. */
const oneOf =
  (...steps: Step[]): Step =>
  (draft, input) =>
    input.random.pick(steps)(draft, input)
/** A step that happens with probability p. */
const maybe =
  (p: number, step: Step): Step =>
  (draft, input) =>
    input.random.chance(p) ? step(draft, input) : draft

const surrogate: Step = (d, { lang, random }) => plantSurrogates(d, lang, random)
const surrogateAll: Step = (d, { lang, random }) => plantSurrogates(d, lang, random, { values: true })
const placeholder: Step = (d, { lang, random }) => plantPlaceholders(d, lang, random.pick(dialects), random.chance(0.4))
const deletion: Step = (d, { lang, random }) => deleteNames(d, lang, random.chance(0.5), random.chance(0.3))
const reformat: Step = (d, { lang, random }) => reformatText(d, lang, random)
const scrub: Step = (d, { lang, random }) => scrubIdentity(d, lang, random)
const chat: Step = (d, { lang, random }) => addChat(d, random.pick(['prefix', 'suffix', 'both']), lang, random)
const drop =
  (share: number): Step =>
  (d, { lang, random }) =>
    dropSentences(d, share, lang, random)
const swap =
  (share: number): Step =>
  (d, { lang, random }) =>
    swapNeighbours(d, share, lang, random)
const synonyms =
  (share: number): Step =>
  (d, { lang, random }) =>
    swapSynonyms(d, share, lang, random)
const edits =
  (share: number): Step =>
  (d, input) =>
    editWords(d, share, vocabulary(input), input.random, input.lang)
const anonymise = oneOf(surrogate, surrogateAll, placeholder, deletion)
const passageMinWords = (lang: string): number => (lang === 'zh' ? 80 : 50)

/** `n` sentences of at least the given length, anonymised or not, in a host document. */
const passage =
  (n: number, anonymised: boolean, minWords: (lang: string) => number): Step =>
  (draft, input) => {
    const cut = cutPassage(draft, n, minWords(input.lang), input.lang, input.random)
    if (!cut) return undefined
    const treated = anonymised ? (anonymise(cut, input) ?? cut) : cut
    return embedText(treated, host(input), input.lang, input.random)
  }

const codeWhole = (input: TreatInput): boolean => input.lang === 'code'
const rename: Step = (d, input) => renameIdentifiers(d, input.random, codeWhole(input))
const uncomment: Step = (d, input) => stripComments(d, codeWhole(input))
const relay: Step = (d, input) => relayCode(d, input.random, codeWhole(input))

const make = (family: Family, applies: (lang: string) => boolean, steps: Record<string, Step>): Treatment[] =>
  Object.entries(steps).map(([name, step]) => ({ name, family, applies, step }))

/** Every treatment, by family. */
export const treatments: readonly Treatment[] = [
  ...make('none', any, { verbatim: d => d }),
  ...make('names', both, {
    surrogate,
    'surrogate-inconsistent': (d, { lang, random }) => plantSurrogates(d, lang, random, { inconsistent: true }),
    'surrogate-corpus': (d, { lang, random, memory }) => plantSurrogates(d, lang, random, { memory }),
    'surrogate-partial': (d, { lang, random }) => plantSurrogates(d, lang, random, { coverage: 0.5 }),
    'surrogate-all': surrogateAll,
  }),
  ...make('placeholder', both, {
    placeholder,
    ...Object.fromEntries(
      dialects.map(dialect => [
        `placeholder-${dialect}`,
        ((d, { lang }) => plantPlaceholders(d, lang, dialect)) as Step,
      ]),
    ),
  }),
  ...make('deletion', both, {
    deletion,
    'deletion-scarred': (d, { lang }) => deleteNames(d, lang, false),
    'deletion-tidy': (d, { lang }) => deleteNames(d, lang, true),
    'deletion-all': (d, { lang }) => deleteNames(d, lang, true, true),
  }),
  ...make('values', both, {
    numbers: (d, { random }) => shiftValues(d, random, ['number']),
    dates: (d, { random }) => shiftValues(d, random, ['date']),
  }),
  ...make('brands', both, {
    brands: (d, { lang, random, memory }) => swapBrands(d, lang, random, memory),
    'self-identification': scrub,
  }),
  ...make('format', both, {
    reformatted: reformat,
    'markdown-stripped': d => stripMarkdown(d),
    'markdown-added': (d, { lang, random }) => addMarkdown(d, lang, random),
    'list-to-prose': (d, { lang, random }) => joinLists(d, lang, random),
    'prose-to-list': (d, { lang, random }) => splitToList(d, lang, random),
    layout: (d, { random }) => relayText(d, random),
  }),
  ...make('format', english, {
    'case-lower': d => recaseText(d, 'lower'),
    'case-upper': d => recaseText(d, 'upper'),
    'case-title': d => recaseText(d, 'title'),
  }),
  ...make('typography', both, {
    typography: (d, { lang, random }) => changeTypography(d, lang, random),
    'full-width': (d, { random }) => widenCharacters(d, random),
  }),
  ...make('typography', english, {
    homoglyph: (d, { random }) => plantLookAlikes(d, random),
    'zero-width': (d, { random }) => plantInvisible(d, random),
    'misspelt-3': (d, { random }) => misspellWords(d, 0.03, random),
  }),
  ...make('typography', chinese, { traditional: d => writeTraditional(d) }),
  ...make('wording', english, {
    contractions: d => changeContractions(d),
    british: d => changeSpelling(d, 'british'),
    american: d => changeSpelling(d, 'american'),
    'inflection-5': (d, { random }) => changeInflection(d, 0.05, random),
    'inflection-10': (d, { random }) => changeInflection(d, 0.1, random),
    'inflection-20': (d, { random }) => changeInflection(d, 0.2, random),
  }),
  ...make('wording', both, {
    'synonyms-5': synonyms(0.05),
    'synonyms-10': synonyms(0.1),
    'synonyms-20': synonyms(0.2),
    'edits-5': edits(0.05),
    'edits-10': edits(0.1),
    'edits-20': edits(0.2),
  }),
  ...make('structure', both, {
    'drop-10': drop(0.1),
    'drop-30': drop(0.3),
    neighbours: swap(0.25),
    shuffled: (d, { lang, random }) => shuffleSentences(d, lang, random),
    merged: (d, input) => mergeText(d, host(input), input.random),
    'truncated-head': (d, { lang }) => truncateText(d, 0.6, 'head', lang),
    'truncated-tail': (d, { lang }) => truncateText(d, 0.6, 'tail', lang),
  }),
  ...make('chat', both, {
    prefix: (d, { lang, random }) => addChat(d, 'prefix', lang, random),
    suffix: (d, { lang, random }) => addChat(d, 'suffix', lang, random),
    chat: (d, { lang, random }) => addChat(d, 'both', lang, random),
  }),
  ...make('passage', both, {
    'embedded-1': passage(1, false, () => 12),
    'embedded-2': passage(2, false, () => 25),
    'embedded-3': passage(3, false, passageMinWords),
    'embedded-4': passage(4, false, passageMinWords),
    'embedded-5': passage(5, false, passageMinWords),
    passage: passage(3, true, passageMinWords),
    'passage-5': passage(5, true, passageMinWords),
  }),
  ...make('combined', both, {
    disguised: chain(scrub, anonymise, maybe(0.5, (d, { random }) => shiftValues(d, random, ['number', 'date'])),
      maybe(0.5, reformat), maybe(0.5, (d, { lang, random }) => changeTypography(d, lang, random)), maybe(0.4, d => changeContractions(d)),
      maybe(0.3, d => changeSpelling(d, 'british')), maybe(0.4, chat)), // biome-ignore format: a chain reads better packed
    light: chain(anonymise, drop(0.1), swap(0.1), synonyms(0.05), edits(0.05)),
  }),
  ...make('code', onlyCode, {
    'code-renamed': rename,
    'code-uncommented': uncomment,
    'code-relaid': relay,
    'code-disguised': chain(rename, uncomment, relay),
  }),
]

const byName = new Map(treatments.map(treatment => [treatment.name, treatment]))

/** The families of the registry, in its order. */
export const families: readonly Family[] = [...new Set(treatments.map(treatment => treatment.family))]

/**
 * Applies a treatment.
 * @throws if no treatment has that name
 */
export function treat(name: string, input: TreatInput): Treated {
  const treatment = byName.get(name)
  if (!treatment) throw new Error(`unknown treatment ${name}; known: ${[...byName.keys()].join(', ')}`)
  const start = startDraft(input.text)
  const end = (treatment.applies(input.lang) ? treatment.step(start, input) : undefined) ?? start
  return { text: end.text, planted: end.planted, copied: end.copied, changed: end.text !== input.text }
}

/** Sentences and words of the part that is copied. */
export function measureCopied(treated: Treated, lang: string): { words: number; sentences: number } {
  const copied = treated.text.slice(...treated.copied)
  return { words: countWords(copied, lang), sentences: splitSentences(copied, lang).length }
}
