/**
 * run: results of the parts → findings with absolute places, the ledger of the corpus, and its summary.
 * Parts merge in their order, so nothing depends on which thread finished first.
 */
import type { AuditContext } from '../evidence/alternatives.ts'
import { FindingPacker } from '../evidence/packed.ts'
import { prepareFinding } from '../evidence/seal.ts'
import {
  addIdentityCount,
  countIdentityEdits,
  type IdentityCounts,
  testIdentityEdits,
  testMapping,
} from '../explain/identity.ts'
import { addEdits, createTable, listSubstitutions, type TableState } from '../explain/table.ts'
import { listUses } from '../explain/uses.ts'
import { hashUnits } from '../hash.ts'
import type { Part } from '../read/corpus.ts'
import { addCounts, createCounts } from '../read/ledger.ts'
import { clopperPearson } from '../stats.ts'
import { TokenBuffer } from '../text/buffer.ts'
import { tokenise } from '../text/tokens.ts'
import type {
  ClassCounts,
  CorpusDigest,
  Estimate,
  Excess,
  Finding,
  LedgerCounts,
  LedgerFile,
  LedgerProblem,
  NamedModels,
  StyleSummary,
  Summary,
  TokenStream,
} from '../types.ts'
import { ClusterCounter } from './clusters.ts'
import { identifyFinding } from './finding.ts'
import { ModelCounter } from './models.ts'
import { DocumentSample, type Sampled } from './sample.ts'
import type { PartResult, Tie } from './scan.ts'
import { createTraces, mergeTraces, rateTraces, type Traces } from './traces.ts'

/** Below this number of documents a share says nothing. */
const minDocuments = 20

/** The corpus-wide result of all parts. */
export interface Merged {
  findings: Finding[]
  files: LedgerFile[]
  problems: LedgerProblem[]
  counts: LedgerCounts
  documents: number
  found: ClassCounts
  decoy: ClassCounts
  clusters: number
  table: TableState
  identity: IdentityCounts
  namedModels: NamedModels
  traces: Traces
  sample: Sampled[]
}

/**
 * Takes in the results of all parts, one by one in their order. What a part needed to keep apart (its clusters, its
 * sample, which tokens its findings share with their references) goes with it, so memory grows with findings alone.
 */
export class Merger {
  private readonly parts: readonly Part[]
  private readonly tokens = new TokenBuffer()
  private readonly clusters = new ClusterCounter()
  private readonly models = new ModelCounter()
  private readonly sample = new DocumentSample()
  private readonly files = new Map<string, LedgerFile>()
  private readonly context: AuditContext
  private readonly packer = new FindingPacker()
  private readonly merged: Merged
  private taken = 0
  /** records and lines of the file at hand before the next part */
  private records = 0
  private lines = 0
  /** the reference text of the last finding: equal ones follow one another */
  private last: { text: string; stream: TokenStream } | undefined

  /** @param corpora those that the suspect is held against */
  constructor(parts: readonly Part[], corpora: readonly CorpusDigest[]) {
    this.parts = parts
    this.context = { hasBackground: corpora.some(({ role }) => role === 'background') }
    this.merged = {
      findings: [],
      files: [],
      problems: [],
      counts: createCounts(),
      documents: 0,
      found: { classA: 0, classB: 0, classC: 0 },
      decoy: { classA: 0, classB: 0, classC: 0 },
      clusters: 0,
      table: createTable(),
      identity: new Map(),
      namedModels: this.models.summarise(0),
      traces: createTraces(),
      sample: [],
    }
  }

  /** Takes in the result of the next part. */
  add(result: PartResult): void {
    const { merged } = this
    const account = accountOf(result)
    if (this.parts[this.taken++].index === 0) this.records = this.lines = 0
    for (const [f, finding] of result.findings.entries()) this.addFinding(finding, result.ties[f])
    for (const problem of result.problems) merged.problems.push(renumber(problem, this.records, this.lines))
    mergeFile(this.files, account, this.records)
    for (const key of result.clusters) this.clusters.add(key)
    this.models.merge(result.models)
    merged.documents += account.documents
    mergeTraces(merged.traces, result.traces)
    this.sample.merge(result.sample)
    addClasses(merged.found, result.found)
    addClasses(merged.decoy, result.decoy)
    this.records += result.numbers
    this.lines += result.lines
  }

  private addFinding(finding: Finding, { index, document, prompt, alignment }: Tie): void {
    const { merged } = this
    finding.suspect.record += this.records
    finding.id = identifyFinding(finding)
    const text = finding.reference.text ?? ''
    if (text !== this.last?.text) this.last = { text, stream: tokenise(text, this.tokens) }
    const { stream } = this.last
    const cluster = `${index}:${prompt === 0 ? document : `p${prompt}`}`
    const place = `${finding.suspect.file}:${finding.suspect.record}:${finding.suspect.field}`
    addEdits(merged.table, { document: place, cluster, edits: finding.edits, reference: { text, stream }, alignment })
    const count = countIdentityEdits(cluster, tellEdits(finding), stream, alignment)
    if (count !== null) addIdentityCount(merged.identity, count)
    merged.findings.push(this.packer.pack(prepareFinding(finding, this.context)))
  }

  /** What all parts give together. */
  finish(): Merged {
    const { merged } = this
    merged.files = [...this.files.values()]
    for (const file of merged.files) addCounts(merged.counts, pickCounts(file))
    merged.clusters = this.clusters.count()
    merged.namedModels = this.models.summarise(merged.files.filter(lacksModelColumn).length)
    merged.sample = this.sample.export()
    return merged
  }
}

/** Whether a file has no column for the model though its layout usually has. */
function lacksModelColumn({ notes }: LedgerFile): boolean {
  return notes?.some(({ code }) => code === 'no-model-column') === true
}

/** The account of a part; every part that was read has one. */
export function accountOf({ file, part }: PartResult): LedgerFile {
  if (file === null) throw new Error(`part ${part} ended without its account`)
  return file
}

/** The sums of an account, without its names. */
export function pickCounts(file: LedgerFile): LedgerCounts {
  const counts = createCounts()
  for (const key of Object.keys(counts) as (keyof LedgerCounts)[]) counts[key] = file[key]
  return counts
}

/** A problem with its places counted from the start of the file. */
export function renumber(problem: LedgerProblem, records: number, lines: number): LedgerProblem {
  return {
    ...problem,
    record: problem.record === null ? null : problem.record + records,
    line: problem.line === null ? null : problem.line + lines,
  }
}

/**
 * Adds the account of a part to that of its file; the digest of a divided file is filled in later.
 *
 * @param records those of the parts of the file before this one
 */
export function mergeFile(files: Map<string, LedgerFile>, account: LedgerFile, records: number): void {
  const known = files.get(account.file)
  if (known === undefined) {
    files.set(account.file, { ...account })
    return
  }
  const more = pickCounts(account)
  for (const key of Object.keys(more) as (keyof LedgerCounts)[]) known[key] += more[key]
  known.documents += account.documents
  known.sha256 = null
  for (const note of account.notes ?? []) {
    const notes = known.notes ?? []
    const same = notes.find(({ code }) => code === note.code)
    if (same === undefined) notes.push({ ...note, first: note.first + records })
    else same.records += note.records
    known.notes = notes.sort((a, b) => (a.code < b.code ? -1 : 1))
  }
}

function addClasses(into: ClassCounts, more: ClassCounts): void {
  into.classA += more.classA
  into.classB += more.classB
  into.classC += more.classC
}

/**
 * Share of documents in class A or B, with the exact interval (Clopper and Pearson 1934) of as many
 * observations as there are clusters: answers to one prompt, or copies of one text, count once.
 */
export function estimatePrevalence(
  merged: Pick<Merged, 'documents' | 'clusters' | 'found'>,
  level: number,
  hasReference: boolean,
): Estimate {
  const { documents, clusters, found } = merged
  if (!hasReference) return { cannotSay: 'no reference was given' }
  if (documents === 0) return { cannotSay: 'no document was scanned' }
  if (clusters < minDocuments)
    return { cannotSay: `only ${clusters} unrelated documents were scanned; a share needs ${minDocuments} or more` }
  const point = (found.classA + found.classB) / documents
  const { low, high } = clopperPearson(Math.round(point * clusters), clusters, level)
  return { point, low: Math.min(low, point), high: Math.max(high, point), level, clusters }
}

/**
 * Leads beyond those that the decoy gives: what short copies amount to, none of which carries a class of its own. The
 * interval is the exact one of the decoy's hits among the documents scanned.
 *
 * @param sizes documents of reference and decoy
 */
export function excessOfLeads(
  { documents, found, decoy }: Pick<Merged, 'documents' | 'found' | 'decoy'>,
  sizes: { reference: number; decoy: number },
  level: number,
): { excessLeads?: Excess } {
  if (documents === 0 || sizes.decoy === 0) return {}
  const scale = sizes.reference / sizes.decoy
  const chance = clopperPearson(decoy.classC, documents, level)
  const observed = found.classC
  const beyond = (share: number): number => observed - share * documents * scale
  return {
    excessLeads: {
      observed,
      expected: decoy.classC * scale,
      low: beyond(chance.high),
      high: beyond(chance.low),
      level,
    },
  }
}

const countDocuments = (corpora: readonly CorpusDigest[]): number =>
  corpora.reduce((sum, { documents }) => sum + documents, 0)

/**
 * The summary of an audit (DESIGN §6).
 *
 * @param corpora digests of references, backgrounds and decoys
 * @param background what the backgrounds show of scars and residue; undefined where there is none
 */
export function summarise(
  merged: Merged,
  corpora: readonly CorpusDigest[],
  background: Traces | undefined,
  level: number,
  style: StyleSummary[],
  limits: string[],
): Summary {
  const identityEdits = testIdentityEdits(merged.identity)
  const mapping = testMapping(merged.table)
  const references = corpora.filter(({ role }) => role === 'reference')
  const decoys = corpora.filter(({ role }) => role === 'decoy')
  const decoyDocuments = countDocuments(decoys)
  const sizes = { reference: countDocuments(references), decoy: decoyDocuments }
  return {
    schema: 1,
    coverage: { ...merged.counts, files: merged.files.length, documents: merged.documents },
    documents: { n: merged.documents, ...merged.found, clusters: merged.clusters },
    decoy:
      decoys.length === 0
        ? null
        : { documents: decoyDocuments, ...merged.decoy, ...excessOfLeads(merged, sizes, level) },
    prevalence: estimatePrevalence(merged, level, references.length > 0),
    substitutions: listSubstitutions(merged.table),
    placeholders: listUses(merged.table.uses),
    identityEdits: identityEdits.clusters === 0 ? null : identityEdits,
    // without two places of one name there is nothing that could agree
    mapping: mapping.expected === 0 ? null : mapping,
    ...rateTraces(merged.traces, background),
    style,
    namedModels: merged.namedModels,
    references: references.map(({ name, documents }) => {
      const own = merged.findings.filter(finding => finding.reference.index === name)
      const count = (found: string): number => own.filter(finding => finding.class === found).length
      return {
        index: name,
        documents,
        classA: count('A'),
        classB: count('B'),
        classC: count('C'),
      }
    }),
    limits,
  }
}

/** Tells the findings of a cluster apart by what they say, whatever their files are called. */
function tellEdits({ edits, suspect, reference }: Finding): string {
  const said = edits.map(({ from, to }) => `${from}\u0000${to}`).join('\u0000')
  return `${hashUnits(said)}:${suspect.span}:${reference.span}`
}
