/**
 * report: numbers and sentences, said once for terminal, Markdown and page. Pure, no corpus text passes through.
 *
 * Observations and validated statistics only; `tests/report/wording.test.ts` holds all templates against the list
 * of what a report must never say.
 */

import type {
  Alternative,
  BaselineReading,
  BaselineState,
  Bundle,
  EditKind,
  Estimate,
  Finding,
  FindingClass,
  FindingKind,
  Rate,
  Summary,
  Terms,
} from '../types.ts'

/** A test against chance, as the summary holds it. */
export interface ChanceTest {
  observed: number
  expected: number
  pValue: number
  effect?: number
  clusters?: number
}

export const classes: readonly FindingClass[] = ['A', 'B', 'C']

/** What a class claims, and no more (DESIGN §4). */
export const classMeaning: Record<FindingClass, string> = {
  A: 'On answers of other models to the same prompts, the rule for class A was set so that at most 1 in 10,000 is flagged.',
  B: 'On answers of other models to the same prompts, the rule for class B was set so that at most 1 in 1,000 is flagged.',
  C: 'A lead for a person to read. No error rate is claimed for class C.',
}

/** The same in three words, for legends and tables. */
export const classShort: Record<FindingClass, string> = {
  A: 'at most 1 in 10,000',
  B: 'at most 1 in 1,000',
  C: 'lead, no rate claimed',
}

export const kindMeaning: Record<FindingKind, string> = {
  verbatim: 'the texts agree word for word',
  anonymised: 'they differ above all in names, numbers and other identity-bearing words',
  edited: 'they differ also in wording',
  passage: 'a part of the suspect document agrees with the reference',
}

/** Edit kinds that share an ink, in the order of the legend. */
export const inks: readonly { ink: string; label: string; kinds: readonly EditKind[] }[] = [
  { ink: 'name', label: 'person, organisation, place, name', kinds: ['person', 'organisation', 'place', 'name'] },
  { ink: 'number', label: 'number, date', kinds: ['number', 'date'] },
  { ink: 'model', label: 'model identity, contact', kinds: ['model', 'contact'] },
  { ink: 'placeholder', label: 'placeholder', kinds: ['placeholder'] },
  { ink: 'form', label: 'format, spelling', kinds: ['format', 'spelling'] },
  { ink: 'wording', label: 'synonym, wording, identifier', kinds: ['synonym', 'wording', 'identifier'] },
  { ink: 'gone', label: 'deletion', kinds: ['deletion'] },
  { ink: 'added', label: 'insertion', kinds: ['insertion'] },
  { ink: 'moved', label: 'reorder', kinds: ['reorder'] },
]

const inkOfKind = new Map<string, string>(inks.flatMap(({ ink, kinds }) => kinds.map(kind => [kind, ink] as const)))

/** The ink of an edit kind; a kind that is not known reads as wording. */
export function inkOf(kind: string): string {
  return inkOfKind.get(kind) ?? 'wording'
}

/** `1234567` → `1,234,567`, the same on every machine. */
export function formatCount(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ',')
}

/** `1 document`, `2,000 documents`. */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`
}

/** A fraction 0–1 as percent, with the digits that it bears: `0.034%`, `0.5%`, `12.4%`, `100%`. */
export function formatShare(share: number): string {
  if (!Number.isFinite(share)) return '–'
  const percent = share * 100
  if (percent === 0 || percent === 100) return `${percent}%`
  if (percent > 99.9) return percent >= 99.995 ? 'over 99.99%' : `${percent.toFixed(2)}%`
  if (percent >= 0.1) return `${percent.toFixed(1)}%`
  return percent < 0.0001 ? 'under 0.0001%' : `${Number(percent.toPrecision(2))}%`
}

/** Share of `count` in `of`, or a dash where there is nothing to share. */
export function formatPart(count: number, of: number): string {
  return of > 0 ? formatShare(count / of) : '–'
}

/** `11.8–13.1%, 95% interval, 980 clusters` without the point; the reason where there is none. */
export function formatInterval(estimate: Estimate): string {
  if ('cannotSay' in estimate) return `cannot say: ${estimate.cannotSay}`
  const clusters = estimate.clusters === undefined ? '' : `, ${countOf(estimate.clusters, 'cluster')}`
  return `${formatShare(estimate.low)} to ${formatShare(estimate.high)}, ${Number((estimate.level * 100).toFixed(2))}% interval${clusters}`
}

/** Point and interval of an estimate in one line. */
export function formatEstimate(estimate: Estimate): string {
  return 'cannotSay' in estimate
    ? formatInterval(estimate)
    : `${formatShare(estimate.point)} (${formatInterval(estimate)})`
}

/** Count, share and interval of a rate. */
export function formatRate(rate: Rate): string {
  return `${formatCount(rate.count)} of ${formatCount(rate.of)}: ${formatPart(rate.count, rate.of)} (${formatInterval({ point: 0, ...rate })})`
}

/** The background's rate, or that it was not measured. */
export function formatBackground(rate: Rate): string {
  if (!rate.background) return 'not measured'
  return `${formatPart(rate.background.count, rate.background.of)} of ${formatCount(rate.background.of)}`
}

/** `0.000012` → `1.2e-5`; a value that underflowed is a bound. */
export function formatProbability(p: number): string {
  if (p <= 0) return 'under 1e-300'
  return p >= 0.001 ? String(Number(p.toPrecision(2))) : p.toExponential(1)
}

/** Bytes in the unit a person reads, powers of 1024. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  let value = bytes
  let unit = 0
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024
    unit++
  }
  return `${unit === 0 ? value : value.toFixed(value < 10 ? 1 : 0)} ${units[unit]}`
}

/** `noModelText`, `a-an_disagreement` → words. For keys that the program itself chose. */
export function spellKey(key: string): string {
  return key
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/[-_]+/g, ' ')
    .toLowerCase()
}

/** What a scar or residue is, by its key. */
const traceMeanings: Record<string, string> = {
  anBeforeConsonant: 'an before a name that wants a',
  articleDisagreement: 'a or an does not fit the name behind it',
  capitalAddress: 'a capital in the host of a web address',
  changedAlike: 'one name in answers whose prompts say other names',
  changedFromPrompt: 'the answer repeats its prompt with another name',
  chineseLeftover: 'a Chinese kind of institution twice',
  coinedSurrogate: 'names that no word list knows, in many unrelated documents',
  danglingArticle: 'the before a word that no noun begins with',
  danglingChinese: 'Chinese words that want a name, and have a mark',
  danglingPunctuation: 'words that want a name, and have a mark',
  deletedGap: 'two spaces where a name may have stood',
  deletedSelfIdentification: 'I am, trained by: without the name',
  disorderedList: 'the numbers of a list follow one another in no order',
  doubledItem: 'one name twice in an enumeration',
  doubledName: 'a name tied to itself',
  gluedPlaceholder: 'letters directly behind a placeholder',
  headlessSentence: 'a sentence that begins with was, has or the like: nobody is named before',
  identityTemplate: 'many rows say alike who answers',
  impossibleNumber: 'a date, a time of day, an ordinal or an amount that cannot be',
  knowledgeCutoff: 'the date at which knowledge ends',
  maskedNumbers: 'digits written as X',
  namelessChinese: 'an institution that is not named: 某公司',
  placeholders: 'any placeholder of those that people seldom write',
  possessiveLeftover: 'a possessive without its owner',
  refusal: 'a model declines to answer',
  refusalsAbsent: 'the background refuses far more often',
  repeatedSurrogate: 'a name in far more unrelated documents than the background has',
  selfIdentification: 'the text says that a model speaks',
  spacedChinese: 'a Chinese name set off by spaces, as Latin names are',
  strangeProduct: 'a product behind the name of a maker who does not make it',
  toolArtefact: 'marks and buttons of a chat page',
  unknownMaker: 'a model trained by somebody not known to make any',
}

/** What a scar or residue is, in a few words; empty where its name says it. */
export function explainTrace(key: string): string {
  return traceMeanings[key] ?? ''
}

/** The rates, those that are reported first. */
export function orderRates(rates: Record<string, Rate>): [string, Rate][] {
  return Object.entries(rates).sort(([, a], [, b]) => Number(b.reported === true) - Number(a.reported === true))
}

/** How edits are to be read; stands wherever edits stand. */
export const readingOfEdits =
  'Edits are written from the reference’s words to the suspect’s words. That is an order of reading; it does not say which text was first.'

/** What this report is; stands at its end. */
export const readingOfReport =
  'This report states observations, each of which can be repeated from the files named here, and statistics with their intervals. It draws no conclusion about conduct; that is left to a named person.'

/** What a finding claims. */
export const readingOfFindings =
  'A finding ties one passage of the suspect corpus to one output of a reference: after the edits shown, both share these spans of text.'

/** What a decoy is for. */
export const readingOfDecoy =
  'Decoys are outputs that the suspect corpus cannot hold, matched to the reference in kind. The same rule is run on them, so their hits show how often this run errs.'

/** The leads against those expected from the decoy, in one sentence; empty where that was not measured. */
export function readingOfLeads(decoy: Summary['decoy']): string {
  if (decoy?.excessLeads === undefined) return ''
  const { observed, expected, low, high, level } = decoy.excessLeads
  const amount = (n: number): string => formatAmount(Math.max(0, n))
  return `Leads (class C): ${formatAmount(observed)} where the decoy, scaled to the size of the reference, leads to expect ${formatAmount(expected)}; the excess is ${amount(low)}–${amount(high)} (${Math.round(level * 100)}% interval). Short copies, too short for a class of their own, show in it.`
}

export const noDecoy = 'No decoy was given, so the error rate of this run itself was not measured.'

/** What stands under the clauses of owners. */
export const readingOfTerms =
  'Context: what the owner of the model published, with its date. Which version was in force when a text was made, whom it binds, and whether it bears on this corpus, the report does not say.'

/** How a clause is named: owner, document, date. */
export function nameTerms({ owner, document, date }: Terms): string {
  return `${owner}, ${document} of ${date}`
}

/** Which copy of a clause was read. */
export function saySnapshot({ snapshotSha256 }: Terms): string {
  return snapshotSha256 === null
    ? 'no copy was kept, so read the document itself'
    : `copy with SHA-256 ${snapshotSha256}`
}

/** Said of identity edits: `observed` edited words bear identity, `expected` of the same edits placed at random. */
export const readingOfIdentityEdits =
  'The same edits, placed at random in the same texts, would fall on identity-bearing words only as often as such words stand there. The exact p-value says how often random placement reaches what was observed.'

/** Said of the mapping test. */
export const readingOfPlaceholders =
  'Placeholders of the suspect that stand where the references have different words: for how many, in how many documents and places.'

export const readingOfMapping =
  'The same words were replaced by the same words in findings that are otherwise unrelated. The p-value says how often replacements shuffled among the places of names agree so often.'

/** A number of things observed or expected: whole, or with one digit after the point. */
export function formatAmount(amount: number): string {
  return Number.isInteger(amount) || amount >= 100 ? formatCount(amount) : amount.toFixed(1)
}

/** A test in one line: observed, expected, effect, p-value, clusters. */
export function formatTest(test: ChanceTest): string {
  const effect = test.effect === undefined ? '' : `, ${formatAmount(test.effect)} times as many`
  const clusters = test.clusters === undefined ? '' : `, ${countOf(test.clusters, 'cluster')}`
  return `${formatAmount(test.observed)} observed, ${formatAmount(test.expected)} expected by chance${effect}, p ${formatProbability(test.pValue)}${clusters}`
}

/** What an alternative explanation supposes. */
export const alternativeMeaning: Record<Alternative['explanation'], string> = {
  'same-prompt': 'two independent answers to the same prompt',
  'common-source': 'both quote a common source',
  template: 'both follow a template',
  'reverse-direction': 'the reference was made from the suspect',
}

/** By what an alternative explanation was judged. */
export const alternativeBasis: Record<Alternative['explanation'], string> = {
  'same-prompt': 'by how much of the passage the prompt explains, and how well other answers to it that are at hand do',
  'common-source': 'by how much of the passage the background explains',
  template: 'by how many other outputs hold the passage, and how many of its words are distinctive',
  'reverse-direction': 'by the side on which placeholders stand; wording has no direction, dates have',
}

export const readingOfAlternatives =
  'Each finding was held against four other explanations. For and against mean what the measures of that finding say; not examined means that nothing at hand could tell, and is never counted as against.'

/** What the measures say about an alternative explanation. */
export const alternativeEvidence: Record<Alternative['evidence'], string> = {
  for: 'measures speak for it',
  against: 'measures speak against it',
  'not-examined': 'not examined',
}

/** What explains a stretch of the suspect apart from the reference, and what follows from it. */
export const explainedMeaning: Record<keyof NonNullable<Finding['explained']>, string> = {
  prompt: 'stands in the prompt: adds no weight',
  background: 'the best background document has it too: its weight is held against the finding',
  complexity: 'repeated or quoted: adds next to no weight',
}

/** The same in the legend of the texts. */
export const explainedLabel: Record<keyof NonNullable<Finding['explained']>, string> = {
  prompt: 'in the prompt',
  background: 'in the background too',
  complexity: 'repeated or quoted',
}

/** Whether a rate stands above what untouched text shows; empty where it was not judged. */
export function judgeRate(rate: Rate): string {
  if (rate.reported === undefined) return ''
  return rate.reported ? 'above what untouched text shows' : 'not clearly above what untouched text shows'
}

/** Stands where findings would: says whether there are none, or whether this edition leaves them out. */
export function sayNoFindings({ summary, seals }: Pick<Bundle, 'summary' | 'seals'>): string {
  const { classA, classB, classC } = summary.documents
  if (classA + classB + classC > 0) return sayEdition(seals?.edition ?? 'counts')
  return 'No passage reached class A, B or C in what was scanned; see coverage, measured errors and limits.'
}

/** What the rows of the corpus say of the models that wrote them, without the names; undefined where it was not gathered. */
export function sayNamedModels({ documents, namedModels }: Bundle['summary']): string | undefined {
  if (namedModels === undefined || documents.n === 0) return undefined
  const { models, others, lackingFiles } = namedModels
  const named = models.reduce((sum, model) => sum + model.documents, others)
  const said =
    named === 0
      ? 'No row names the model that wrote its answer.'
      : `The rows of ${countOf(named, 'document')} name a model; ${formatCount(documents.n - named)} name none.`
  if (lackingFiles === 0) return said
  const has = lackingFiles === 1 ? 'has' : 'have'
  return `${said} ${countOf(lackingFiles, 'file')} of a layout whose sets usually name it ${has} no column for it.`
}

/** What an edition of a report holds. */
export function sayEdition(edition: string): string {
  if (edition === 'full') return 'This is the full edition.'
  if (edition === 'counts')
    return 'This edition holds counts only; findings stand in fuller editions with the same root.'
  if (edition === 'hashes') return 'This edition holds digests in place of texts; fuller editions have the same root.'
  return `This edition holds excerpts of texts (${edition.replace('excerpt:', 'at most ')} characters each); fuller editions have the same root.`
}

export const readingOfScars =
  'Scars are what careless replacement of names leaves in a text. Rates stand beside the background’s, where it was measured.'

export const readingOfResidue =
  'Residue is self-identification of a model that was left standing, counted over all scanned documents.'

export const readingOfStyle =
  'Style is judged for the corpus as a whole, never for one document, and stands beside the models it is most easily confused with.'

export const readingOfRule =
  'A class needs three things at once: a margin in bits over the best competitor, a number of distinctive words, and a score over margin, agreement and coverage. The thresholds are higher where fewer competitors were at hand. They were set on labelled texts that the measured errors below do not use.'

export const whereRunStands =
  'Times, machine, Node version and arguments stand in run.json beside this page; results do not depend on them.'

export const noOwnLimits = 'Nothing was noted beyond what limits every run.'

/** What limits the reading of any report of this program. */
export const standingLimits: readonly string[] = [
  'A commonplace that no background holds looks like a copy: quotations, recipes, formulas and well-known code deserve a look before anything else.',
  'Texts rewritten sentence by sentence, summarised or translated leave little to find; below some fifty words few copies can be told from chance. The measured errors say how many.',
  'Wording has no direction: which of two texts was first needs dates.',
  'A model asked twice may repeat itself, on code and narrow questions most.',
  'Languages other than English and Chinese are matched, but their names are told less well.',
]

/** How a reader checks what the report says. */
export const howToVerify: readonly string[] = [
  'Compare the SHA-256 of each corpus named in this report with the files you hold.',
  'Run `palimpsest verify DIR` on the folder of this report: it checks every digest, the tree over the findings and the signatures.',
  'Run `palimpsest verify DIR --recompute` with the corpora at hand: it derives every finding again from the raw files.',
]

/** What a baseline says of one finding, by its letter. */
const baselineStates: Record<string, BaselineState> = { n: 'new', k: 'known', e: 'expired' }

/** What the baseline says of the finding at a place; undefined without a baseline. */
export function stateOf({ summary }: Pick<Bundle, 'summary'>, place: number): BaselineState | undefined {
  return baselineStates[summary.baseline?.states[place] ?? '']
}

/** The findings beside a baseline, in a sentence. */
export function sayBaseline(reading: BaselineReading): string {
  const parts = (['new', 'expired', 'known'] as const).map(state => {
    const { classA, classB, classC } = reading[state]
    const total = classA + classB + classC
    return `${formatCount(total)} ${state}${total === 0 ? '' : ` (A ${formatCount(classA)}, B ${formatCount(classB)}, C ${formatCount(classC)})`}`
  })
  const day = reading.today === null ? '' : ` on ${reading.today}`
  const absent = reading.absent === 0 ? '' : `; ${formatCount(reading.absent)} accepted before and not found now`
  return `Beside a baseline of ${countOf(reading.accepted, 'accepted finding')}${day}: ${parts.join(', ')}${absent}.`
}

/** How the words of a baseline are to be read. */
export const readingOfBaseline =
  'Known findings were accepted before, by somebody who gave a reason or none; acceptance takes nothing from what a finding shows. Expired are those whose acceptance has ended.'
