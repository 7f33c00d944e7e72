/**
 * run: results of the parts → findings with absolute places, the ledger of the corpus, and its summary.
 * Parts merge in their order, so nothing depends on which thread finished first.
 */
import {
  addIdentityCount,
  countIdentityEdits,
  type IdentityCounts,
  testIdentityEdits,
  testMapping,
} from '../explain/identity.ts'
import { addEdits, createTable, listSubstitutions, type TableState } from '../explain/table.ts'
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
import type { PartResult } from './scan.ts'
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

/** Merges the results of all parts; `results[i]` is of `parts[i]`. */
export function mergeParts(parts: readonly Part[], results: readonly PartResult[]): Merged {
  const tokens = new TokenBuffer()
  const clusters = new ClusterCounter()
  const models = new ModelCounter()
  const sample = new DocumentSample()
  const files = new Map<string, LedgerFile>()
  const merged: Merged = {
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
    namedModels: models.summarise(0),
    traces: createTraces(),
    sample: [],
  }
  let records = 0
  let lines = 0
  let last: { text: string; stream: TokenStream } | undefined
  for (const [order, result] of results.entries()) {
    const account = accountOf(result)
    if (parts[order].index === 0) records = lines = 0
    for (const [f, finding] of result.findings.entries()) {
      finding.suspect.record += records
      finding.id = identifyFinding(finding)
      const { index, document, prompt, alignment } = result.ties[f]
      const text = finding.reference.text ?? ''
      if (text !== last?.text) last = { text, stream: tokenise(text, tokens) }
      const { stream } = last
      const cluster = `${index}:${prompt === 0 ? document : `p${prompt}`}`
      const place = `${finding.suspect.file}:${finding.suspect.record}:${finding.suspect.field}`
      addEdits(merged.table, { document: place, cluster, edits: finding.edits, reference: { text, stream }, alignment })
      const count = countIdentityEdits(cluster, finding.id, stream, alignment)
      if (count !== null) addIdentityCount(merged.identity, count)
      merged.findings.push(finding)
    }
    for (const problem of result.problems) merged.problems.push(renumber(problem, records, lines))
    mergeFile(files, account, records)
    for (const key of result.clusters) clusters.add(key)
    models.merge(result.models)
    merged.documents += account.documents
    mergeTraces(merged.traces, result.traces)
    sample.merge(result.sample)
    addClasses(merged.found, result.found)
    addClasses(merged.decoy, result.decoy)
    records += result.numbers
    lines += result.lines
  }
  merged.files = [...files.values()]
  for (const file of merged.files) addCounts(merged.counts, pickCounts(file))
  merged.clusters = clusters.count()
  merged.namedModels = models.summarise(merged.files.filter(lacksModelColumn).length)
  merged.sample = sample.export()
  return merged
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
