/**
 * Ground floor: every shape that crosses from one room to another.
 *
 * Spans are half-open `[start, end)` and 0-based; the comment at each says of what.
 * Fractions run 0–1.
 */

/** A half-open interval `[start, end)`; the field that holds it says of what. */
export type Span = [start: number, end: number]

// ---------------------------------------------------------------- read → text

/** One model-side text of one record, with the prompt that it answers. */
export interface Document {
  /** the file as the user sees it: relative to the corpus argument, forward slashes */
  file: string
  /** 0-based row of the file */
  record: number
  /** where in the record the text stands, e.g. `output`, `messages[2].content`; `text` for plain text */
  field: string
  /** the row's own id, as text */
  id: string | null
  /** the row's own model column, if it has one */
  model: string | null
  /** model-side text, exactly as decoded */
  text: string
  /** the text that asked for it (system and user turns before it), or null */
  prompt: string | null
}

/** What became of a record. Every record has exactly one outcome. */
export type Outcome = 'scanned' | 'rejected' | 'limited' | 'skipped'

/** Counts of one file or of all; each sum balances (DESIGN §7.1). */
export interface LedgerCounts {
  recordsIn: number
  scanned: number
  rejected: number
  limited: number
  skipped: number
  bytesIn: number
  bytesScanned: number
  bytesRejected: number
  bytesLimited: number
  bytesSkipped: number
}

/** Models that the rows of the suspect name as writers of their answers. */
export interface NamedModels {
  /** names in the model column with their documents, most frequent first */
  models: { model: string; documents: number }[]
  /** documents with further names */
  others: number
  /** files without such a column, of layouts that usually have one */
  lackingFiles: number
}

/** A record (or a stretch of bytes) that was not scanned, and why. A line of coverage.jsonl. */
export interface LedgerProblem {
  file: string
  /** 0-based row; null when no row could be made out */
  record: number | null
  /** 1-based line of the decoded text, where the format has lines */
  line: number | null
  outcome: Exclude<Outcome, 'scanned'>
  /** stable code, e.g. `malformed-json`, `no-model-text`, `truncated-gzip` */
  code: string
  /** one sentence for a person, safe to print only through the border functions */
  reason: string
  /** bytes of the decoded file that this entry stands for */
  bytes: number
  /** records that it stands for, where they are more than one: those left out of a sample */
  records?: number
}

/** A remark on records that were scanned all the same, e.g. `invalid-utf8`. */
export interface LedgerNote {
  /** stable code */
  code: string
  /** one sentence for a person */
  reason: string
  /** records it is true of */
  records: number
  /** 0-based record at which it was first seen */
  first: number
}

/** The account of one input file. A line of coverage.jsonl. */
export interface LedgerFile extends LedgerCounts {
  file: string
  /** size on disk */
  sizeBytes: number
  /** lower-case hex digest of the bytes on disk; null if they could not be read to the end */
  sha256: string | null
  /** containers and format from outside in, e.g. `gzip`, `jsonl` */
  chain: string[]
  /** layout that was used, e.g. `alpaca` */
  layout: string | null
  /** documents handed on (a record may hold several) */
  documents: number
  /** what deserves a look although it was scanned, sorted by code; absent if nothing */
  notes?: LedgerNote[]
}

// --------------------------------------------------------------- text → match

/** What a token is; bits, so a token can be several things. */
export const TokenKind = {
  /** an ordinary word */
  word: 0,
  /** name of a person, organisation, place or product, judged by its form */
  name: 1,
  /** digits, or a word with digits in it */
  number: 2,
  /** what anonymisers write: `<PERSON>`, `[NAME_1]`, `User7`, `XXXX` */
  placeholder: 4,
  /** URL, e-mail address, @handle */
  address: 8,
  /** a known model or its maker, whatever its case */
  model: 16,
  /** token of a code region */
  code: 32,
  /** one character of a script that is written without spaces (Han, Kana, Thai …) */
  ideograph: 64,
  /** first token of a sentence, line or list item */
  opening: 128,
} as const

/**
 * Bits of `TokenKind` that make a token identity-bearing: it is left out of the masked stream, unless it is a common word that
 * has the form of a name for its capital alone.
 */
export const identityBits: number =
  TokenKind.name | TokenKind.number | TokenKind.placeholder | TokenKind.address | TokenKind.model

/**
 * Both streams of one document. The arrays have at least `n` (or `nMasked`) entries; only those count.
 * The raw stream is all tokens in order; the masked stream lists those without an identity bit, and common words with a capital.
 */
export interface TokenStream {
  /** tokens in the raw stream */
  n: number
  /** folded hash of each raw token */
  hash: Uint32Array
  /** start of each raw token in the original text, UTF-16 units */
  start: Uint32Array
  /** end of each raw token in the original text, UTF-16 units */
  end: Uint32Array
  /** `TokenKind` bits of each raw token */
  kind: Uint8Array
  /** tokens in the masked stream */
  nMasked: number
  /** raw index of each masked token, ascending */
  masked: Uint32Array
  /** hash of each masked token as used for seeds; short-alphabet tokens (ideographs, code) are mixed with the ones before */
  maskedHash: Uint32Array
}

// ------------------------------------------------------------ match → explain

/** A run of equal tokens: suspect `[s, s+n)` equals reference `[r, r+n)`, raw token indexes. */
export interface Block {
  s: number
  r: number
  n: number
}

/**
 * Token alignment of one suspect passage with one reference passage.
 *
 * `blocks` are sorted by suspect position and disjoint on both sides. Those with `moved` false rise in
 * the reference too; what lies between two of them is a replacement, deletion or insertion. A moved
 * block lies out of that order.
 */
export interface Alignment {
  blocks: (Block & { moved: boolean })[]
  /** raw suspect tokens covered */
  suspect: Span
  /** raw reference tokens covered */
  reference: Span
}

/** What an edit did. */
export type EditOp = 'replace' | 'delete' | 'insert' | 'move'

/** What an edit changed (DESIGN §4). */
export type EditKind =
  | 'person'
  | 'organisation'
  | 'place'
  | 'name'
  | 'number'
  | 'date'
  | 'contact'
  | 'model'
  | 'placeholder'
  | 'format'
  | 'spelling'
  | 'synonym'
  | 'wording'
  | 'identifier'
  | 'deletion'
  | 'insertion'
  | 'reorder'

/** One edit between a reference passage and the suspect passage. */
export interface Edit {
  op: EditOp
  kind: EditKind
  /** text of the reference, as it stands there */
  from: string
  /** text of the suspect, as it stands there */
  to: string
  /** UTF-16 units of the suspect document */
  suspect: Span
  /** UTF-16 units of the reference document */
  reference: Span
}

/** A pair seen in edits over the corpus. */
export interface Substitution {
  from: string
  to: string
  kind: EditKind
  /** suspect documents in which the pair was seen */
  documents: number
  /** share of the aligned places of `from` at which it became `to` */
  consistency: number
  /** groups of unrelated references in which the pair was seen */
  clusters?: number
  /** some suspect documents that show it */
  examples?: string[]
}

/** A placeholder in the edits, and what it stands for. */
export interface PlaceholderUse {
  /** of those that differ by case or a number only, the first by the order of letters */
  placeholder: string
  /** name of its form, e.g. `angle brackets` */
  dialect: string
  /** aligned places at which it stands for other words */
  places: number
  /** suspect documents in which it does */
  documents: number
  /** different words that it stands for; an estimate above 256 */
  replaced: number
  /** kinds of those edits, the most frequent first */
  kinds: EditKind[]
  /** up to three of the words */
  examples: string[]
}

// ------------------------------------------------------------- weigh → report

/** How rare a match like this is among independent answers: A at most 1 in 10,000, B 1 in 1,000, C a lead without a rate. */
export type FindingClass = 'A' | 'B' | 'C'
/** What the match is: an equal text, one with other names, one with other edits, or a part of a longer text. */
export type FindingKind = 'verbatim' | 'anonymised' | 'edited' | 'passage'

/** One suspect passage tied to one reference output (DESIGN §6). */
export interface Finding {
  /** of the places of both passages */
  id: string
  /** of their texts alone, so that it outlives a shuffle, a new file name and other shards; absent in old bundles */
  fingerprint?: string
  class: FindingClass
  kind: FindingKind
  suspect: {
    file: string
    record: number
    field: string
    id: string | null
    /** UTF-16 units of the suspect document */
    span: Span
    /** the whole suspect document; absent in redacted editions */
    text?: string
    /** redacted editions: the first characters of the passage (`…` where cut), or `#` and a digest where withheld */
    excerpt?: string
  }
  reference: {
    /** name of the index or corpus */
    index: string
    record: number
    id: string | null
    model: string | null
    file: string
    field: string
    /** UTF-16 units of the reference document */
    span: Span
    /** the whole reference document; absent in redacted editions */
    text?: string
    /** redacted editions: as for the suspect */
    excerpt?: string
  }
  /** aligned raw tokens of the suspect */
  tokens: number
  distinctiveTokens: number
  /** matches / columns */
  identity: number
  suspectContainment: number
  referenceContainment: number
  explainedByPrompt: number
  explainedByBackground: number
  /** weight of the match in bits */
  score: number
  /** the best that any competitor explains of the same span, in bits */
  bestCompetitor: number
  /** which competitor that was; null if none matched */
  competitor: { side: 'background' | 'reference'; index: string; record: number; id: string | null } | null
  /** further references that tie to the same passage */
  alsoMatches: number
  /** documents at hand, near-copies of the reference aside, known to answer the prompt of either side; absent if not kept */
  peers?: number
  edits: Edit[]
  /**
   * stretches of the suspect document that something else explains, in UTF-16 units, rising and disjoint within each
   * kind: `prompt` and `complexity` (repetition, quotation) add no weight, and what the best `background` document holds too
   * is what `explainedByBackground` weighs; absent if not kept
   */
  explained?: { prompt?: Span[]; background?: Span[]; complexity?: Span[] }
  /** other explanations of the match; evidence fills them in when it seals the bundle */
  alternatives?: Alternative[]
  /** strings that held lone surrogates and stand here repaired: digest of the original UTF-16LE units */
  originals?: { path: string; sha256: string }[]
}

/** Another explanation of a match, and what the measures of the finding say about it; prose belongs to `report`. */
export interface Alternative {
  explanation: 'same-prompt' | 'common-source' | 'template' | 'reverse-direction'
  evidence: 'for' | 'against' | 'not-examined'
  /** the measures that were looked at, by name */
  measures: { [name: string]: number }
}

/** An estimate with its interval, or the reason why there is none. */
export type Estimate =
  | { point: number; low: number; high: number; level: number; clusters?: number }
  | { cannotSay: string }

/** Rate of something in the corpus, with an interval, beside the background's rate where known. */
export interface Rate {
  /** what was counted, and out of what */
  count: number
  of: number
  low: number
  high: number
  level: number
  background: { count: number; of: number } | null
  examples: string[]
  /** clearly above what untouched text and the background show; absent: not judged */
  reported?: boolean
}

/** `summary.json` (DESIGN §6); `report` renders it, `evidence` seals it. */
export interface Summary {
  schema: 1
  coverage: LedgerCounts & {
    files: number
    documents: number
    /** files that were left out because the same bytes were scanned before; absent if that was not asked for */
    unchanged?: number
  }
  documents: {
    n: number
    classA: number
    classB: number
    classC: number
    /** groups of unrelated documents: answers to one prompt, or equal texts, count once */
    clusters?: number
  }
  decoy: {
    documents: number
    classA: number
    classB: number
    classC: number
    /** leads (class C) beyond what the decoy has, as if it held as many documents as the reference; short copies show here */
    excessLeads?: Excess
  } | null
  prevalence: Estimate
  substitutions: Substitution[]
  /** placeholders that stand for several words */
  placeholders?: PlaceholderUse[]
  /** edited tokens that bear identity, against the same edits placed at random; effect is observed / expected */
  identityEdits: { observed: number; expected: number; pValue: number; effect?: number; clusters?: number } | null
  /** agreements of the mapping between unrelated findings, against shuffled surrogates */
  mapping?: { observed: number; expected: number; pValue: number; effect: number; clusters: number } | null
  scars: Record<string, Rate>
  residue: Record<string, Rate>
  style: StyleSummary[]
  /** what the suspect itself says of the models behind it */
  namedModels?: NamedModels
  references: { index: string; documents: number; classA: number; classB: number; classC: number }[]
  /** in one plain sentence each, what limits the reading of this run */
  limits: string[]
  /** absent if no baseline was given */
  baseline?: BaselineReading
}

/** What a baseline says of a finding: not in it, accepted in it, or accepted until a day that has passed. */
export type BaselineState = 'new' | 'known' | 'expired'

/** Number of things by class. */
export interface ClassCounts {
  classA: number
  classB: number
  classC: number
}

/** The findings of a scan beside those that were accepted before. */
export interface BaselineReading {
  /** digest of the accepted findings, hex */
  sha256: string
  /** findings that the baseline accepts */
  accepted: number
  /** day to which the ends of acceptance were compared, `YYYY-MM-DD`; null where none has an end */
  today: string | null
  /** findings by what the baseline says of them, and by class */
  new: ClassCounts
  known: ClassCounts
  expired: ClassCounts
  /** accepted findings that this scan did not make */
  absent: number
  /** suspect documents by the best class of those of their findings that are new or expired */
  documents: ClassCounts
  /** one letter for each finding in their order: `n`ew, `k`nown or `e`xpired */
  states: string
}

/** Style of the corpus against one profile. */
export interface StyleSummary {
  model: string
  prevalence: Estimate
  closestConfusable: string[]
  /** documents looked at; those long and familiar enough for a ratio; those whose ratio favours this profile most */
  documents?: { n: number; scored: number; nearest: number }
  figures?: StyleFigures
}

/** What the pictures of one profile are drawn from: numbers, names of classes, habits with names masked. */
export interface StyleFigures {
  /** log10 ratios of the documents between `edges`, and what the estimate expects there of each side */
  histogram: { edges: number[]; counts: number[]; expected: { model: number[]; others: number[] } | null }
  /** of the profile's held-out texts: the share whose log10 ratio is at least each threshold */
  tippett: { thresholds: number[]; curves: StyleCurve[] }
  /** strongest first, within each kind */
  habits: StyleHabit[]
  /** what the profile was worth on held-out texts of each length */
  quality: StyleQuality[]
  /** how alike the classes write: joins of nodes 0 … names − 1 and, after them, of earlier joins; height 0–1 */
  likeness: { names: string[]; joins: { left: number; right: number; height: number }[] }
}

/** One curve of a Tippett plot. */
export interface StyleCurve {
  of: 'model' | 'imposters' | 'imposters unseen'
  texts: number
  share: number[]
}

/** A habit of the corpus that speaks for the model. */
export interface StyleHabit {
  kind: 'words' | 'function words' | 'punctuation' | 'layout'
  /** `◆` stands for a name, `#` for a number */
  habit: string
  /** documents that show it, of those looked at for habits */
  documents: number
  /** its part in the margin of the model over the panel, the strongest being 1 */
  strength: number
}

/** How good a profile is at one length, on prompts that it was not learned from. */
export interface StyleQuality {
  /** length in words of the texts judged */
  words: number
  /** texts of the model and of imposters */
  nModel: number
  nImposters: number
  /** share of texts given to their own class among all classes, 0–1 */
  accuracy: number
  /** log-likelihood-ratio cost against imposters of the panel; below 1 the ratio informs */
  cost: number
  /** the same with each imposter unknown to the model; null if the panel is too small to say */
  costUnseen: number | null
  /** equal error rate against the panel */
  equalErrorRate: number
}

// ------------------------------------------------------------ evidence, report

/** Anything that JSON can hold. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/** The clause that the owner of a model published on the use of its outputs: context, from which nothing is concluded. */
export interface Terms {
  owner: string
  document: string
  /** the date that the document bears, `YYYY-MM-DD` */
  date: string
  address: string
  /** what the clause says, in the words of whoever wrote the catalogue */
  summary: string
  /** lower-case hex digest of the copy that was read; null if none was kept */
  snapshotSha256: string | null
}

/** A corpus or index that took part, with its digest. */
export interface CorpusDigest {
  role: 'suspect' | 'reference' | 'background' | 'decoy' | 'profile'
  /** name as shown in findings */
  name: string
  /** model that wrote it, if it was said */
  model: string | null
  documents: number
  tokens: number
  /** lower-case hex digest: of the index content, or of the sorted list of file digests of a corpus */
  sha256: string
  /** references that were pulled by name: the clause that the catalogue gives for their model, if it gives one */
  terms?: Terms
}

/** Documents found beyond those expected by chance, with the interval that the uncertain number of the latter leaves. */
export interface Excess {
  observed: number
  /** hits of the decoy times the sizes' ratio */
  expected: number
  low: number
  high: number
  level: number
}

/**
 * All that an audit found, before it is written: the content under the root of the evidence.
 * It depends on inputs and parameters alone, never on time, machine, threads or file order.
 */
export interface Bundle {
  findings: Finding[]
  summary: Summary
  coverage: { files: LedgerFile[]; problems: LedgerProblem[] }
  /** every tunable with the value it had, the printed rule, versions of tool and Unicode */
  parameters: { [key: string]: Json }
  corpora: CorpusDigest[]
  /** what the auditor says about the case, read from a file */
  case?: CaseHeader
  /** the measured error table of this release; absent if it ships none */
  releaseErrors?: Json
  /** parameters and references as they were fixed before the suspect was opened */
  preregistration?: Preregistration
  /** what ties every edition to one root; made by `sealBundle`, opaque to other rooms except for `edition` and `root` */
  seals?: Seals
}

/** What the auditor states about a case. The program adds nothing to it and checks only its shape. */
export interface CaseHeader {
  title: string
  number: string | null
  examiner: string | null
  organisation: string | null
  purpose: string | null
  /** the examiner's numbers of the items, and the audited file that each is; `file` is null for what is no file */
  items?: { number: string; file: string | null; description: string | null }[]
  /** who did what with which item, in order; times as the auditor writes them */
  custody: { at: string; actor: string; action: string; items: string[] }[]
}

/** Parameters and reference digests, written before the suspect is opened. */
export interface Preregistration {
  schema: 1
  parameters: { [key: string]: Json }
  /** every corpus except the suspect */
  corpora: CorpusDigest[]
}

/** Digest of what follows the shown part of a text: plain where the text is whole, else with the characters shown. */
export type TextSeal = string | [shownCharacters: number, rest: string]

/** Ties an edition to the root that all editions of one audit share. */
export interface Seals {
  edition: 'counts' | 'hashes' | 'full' | `excerpt:${number}`
  /** lower-case hex; the same in every edition */
  root: string
  /** hex; full edition only: salts derive from it */
  secret: string | null
  /** redacted editions, in the order of the findings; counts: what is left of each finding */
  findings: (
    | { salt: string; texts: TextSeal[] }
    | { class: FindingClass; kind: FindingKind; document: number; rest: string }
  )[]
  problems: TextSeal[][]
  summary: TextSeal[]
}

/** Facts of one run that may differ between two equal audits; `run.json`, outside the root. */
export interface RunFacts {
  startedAt: string
  finishedAt: string
  node: string
  platform: string
  threads: number
  arguments: string[]
  /** every setting with its value, and whether flag, environment, a config file or the program chose it */
  settings?: { [name: string]: { value: Json; from: string } }
  wallMs: number
  peakRssBytes: number
  /** when parameters and references were fixed, where that was done beforehand */
  preregisteredAt?: string
  /** when the first suspect file was opened */
  suspectOpenedAt?: string
}
