/**
 * Evidence: bundle → its content under commitments, and the root over it.
 *
 * Every string of a finding, a problem or the summary is sealed as a text (`commit.ts`) unless it is named here as
 * open, so a field that is added later is withheld until somebody decides otherwise. The root sees heads of texts,
 * never the texts, and is therefore the same for every edition.
 */
import type { Bundle, Finding, Json, LedgerFile, LedgerProblem, Seals, Summary, TextSeal } from '../types.ts'
import { type AuditContext, considerAlternatives } from './alternatives.ts'
import { canonicalise, digestAll, digestHex, repairText, repairValue } from './canonical.ts'
import { describeCase } from './casefile.ts'
import { commitBody, deriveBodySalt, deriveSecret, headOf, sealText } from './commit.ts'
import { hashLeaf, TreeBuilder } from './merkle.ts'
import { compareDocuments, orderBundle } from './order.ts'
import { digestFinding, isPacked } from './packed.ts'

/** What the root is the digest of; it stands in `manifest.json`. */
export interface Content {
  schema: 1
  findings: { size: number; root: string }
  coverage: { size: number; root: string }
  summary: string
  parameters: string
  corpora: string
  case: string
  preregistration: string | null
}

/** What of a finding stays in every edition, and the commitment to everything else. */
export interface Stub {
  class: Finding['class']
  kind: Finding['kind']
  /** 0-based number of the suspect document among those with findings */
  document: number
  rest: string
}

/** Gives the head of a text that is shown as `shown` at `path`. */
export type HeadAt = (shown: string, path: string) => string

/** Strings that every edition but `counts` shows: codes, and the places and names of files, fields and models. */
const openFinding: ReadonlySet<string> = new Set([
  'id',
  'class',
  'kind',
  'suspect.file',
  'suspect.field',
  'reference.index',
  'reference.model',
  'reference.file',
  'reference.field',
  'competitor.side',
  'competitor.index',
  'edits[].op',
  'edits[].kind',
  'alternatives[].explanation',
  'alternatives[].evidence',
  'originals[].path',
])

const openProblem: ReadonlySet<string> = new Set(['file', 'outcome', 'code'])

const openSummary: ReadonlySet<string> = new Set([
  'prevalence.cannotSay',
  'substitutions[].kind',
  'substitutions[].examples[]',
  'placeholders[].dialect',
  'placeholders[].kinds[]',
  'style[].model',
  'style[].prevalence.cannotSay',
  'style[].closestConfusable[]',
  'style[].figures.habits[].kind',
  'style[].figures.likeness.names[]',
  'style[].figures.tippett.curves[].of',
  'references[].index',
  'limits[]',
  'baseline.sha256',
  'baseline.today',
  'baseline.states',
])

/**
 * Copies a value, passing every string that is not open through `visit`, in the order of canonical JSON.
 * Paths name keys with dots and entries of arrays with `[]`.
 */
function mapTexts(value: unknown, open: ReadonlySet<string>, visit: HeadAt, path = ''): Json {
  if (typeof value === 'string') return open.has(path) ? value : visit(value, path)
  if (Array.isArray(value)) return value.map(entry => mapTexts(entry, open, visit, `${path}[]`))
  if (value === null || typeof value !== 'object') return value as Json
  const entries: [string, Json][] = []
  for (const key of Object.keys(value).sort()) {
    const entry = (value as { [key: string]: unknown })[key]
    if (entry !== undefined) entries.push([key, mapTexts(entry, open, visit, path === '' ? key : `${path}.${key}`)])
  }
  return Object.fromEntries(entries)
}

/** A side of a finding with its document in three parts, so that the passage can be opened alone. */
function splitSide(side: Finding['suspect'] | Finding['reference']): { [key: string]: unknown } {
  const { text, excerpt, ...place } = side
  if (text === undefined && excerpt === undefined) return place
  if (text === undefined) return { ...place, before: '', passage: excerpt, after: '' }
  const [start, end] = side.span
  const parts = [text.slice(0, start), text.slice(start, end), text.slice(end)]
  const [before, passage, after] = parts.map(repairText)
  return { ...place, before, passage, after }
}

/** The form of a finding that is sealed: texts in parts, without what the stub says. */
export function splitFinding(finding: Finding): { [key: string]: unknown } {
  const { class: _class, kind: _kind, ...rest } = finding
  return { ...rest, suspect: splitSide(finding.suspect), reference: splitSide(finding.reference) }
}

/** Whether a text at this path is shown as nothing, not by its pseudonym, when it is withheld. */
export function isBlankPath(path: string): boolean {
  return path.endsWith('.before') || path.endsWith('.after')
}

/** The body of a finding that its stub commits to, as canonical JSON. */
export function findingBody(finding: Finding, headAt: HeadAt): string {
  return canonicalise(mapTexts(splitFinding(finding), openFinding, headAt))
}

/** The strings of a split finding that are sealed, replaced one by one. */
export function mapFindingTexts(split: { [key: string]: unknown }, visit: HeadAt): Json {
  return mapTexts(split, openFinding, visit)
}

/** The summary or a problem with its texts replaced one by one. */
export function mapSummaryTexts(summary: Summary, visit: HeadAt): Json {
  return mapTexts(summary, openSummary, visit)
}

export function mapProblemTexts(problem: LedgerProblem, visit: HeadAt): Json {
  return mapTexts(problem, openProblem, visit)
}

/** Leaf of the findings tree. */
export function hashFinding(stub: Stub): Buffer {
  const { class: findingClass, kind, document, rest } = stub
  return hashLeaf(canonicalise({ type: 'finding', class: findingClass, kind, document, rest }))
}

/** Leaf of the coverage tree for a file. */
export function hashFile(file: LedgerFile): Buffer {
  return hashLeaf(canonicalise({ type: 'file', file }))
}

/** Leaf of the coverage tree for a problem. */
export function hashProblem(problem: LedgerProblem, headAt: HeadAt): Buffer {
  return hashLeaf(canonicalise({ type: 'problem', problem: mapProblemTexts(problem, headAt) }))
}

/** Root over a content. */
export function rootOf(content: Content): string {
  return digestHex(canonicalise(content))
}

/** UTF-16 units of texts whose heads are kept, and how many each takes beside its own. */
const maxHeadUnits = 8_000_000
const headUnits = 64

/** Heads of whole texts under a secret. Texts recur, in edits and in references, so their heads are kept while room lasts. */
export function headsFromSecret(secret: Uint8Array): HeadAt {
  const kept = new Map<string, string>()
  let heldUnits = 0
  return text => {
    const known = kept.get(text)
    if (known !== undefined) return known
    const head = headOf(text, sealText(secret, text), false)!
    heldUnits += text.length + headUnits
    kept.set(text, head)
    for (const oldest of kept.keys()) {
      if (heldUnits <= maxHeadUnits) break
      kept.delete(oldest)
      heldUnits -= oldest.length + headUnits
    }
    return head
  }
}

/**
 * Heads of shown texts from their seals, used in order.
 * @returns `headAt` throws RangeError where text and seal do not fit; `isUsedUp` says whether every seal had its text
 */
export function headsFromSeals(seals: readonly TextSeal[]): { headAt: HeadAt; isUsedUp: () => boolean } {
  let next = 0
  return {
    headAt: (shown, path) => {
      const seal = seals[next++]
      const head = seal === undefined ? undefined : headOf(shown, seal, isBlankPath(path))
      if (head === undefined) throw new RangeError(`the text at ${path} does not fit its seal`)
      return head
    },
    isUsedUp: () => next === seals.length,
  }
}

/** Heads from seals, when every text must use up exactly one seal. */
export function useSeals<T>(seals: readonly TextSeal[], use: (headAt: HeadAt) => T): T {
  const { headAt, isUsedUp } = headsFromSeals(seals)
  const result = use(headAt)
  if (!isUsedUp()) throw new RangeError('more seals than texts')
  return result
}

/** Numbers the suspect documents of findings that come in order. */
export function numberDocuments(): (finding: Finding) => number {
  let previous: Finding | undefined
  let number = -1
  return finding => {
    if (previous === undefined || compareDocuments(previous, finding) !== 0) number++
    previous = finding
    return number
  }
}

/** Stub of a finding of the full edition. */
export function stubFromSecret(finding: Finding, document: number, secret: Uint8Array, headAt: HeadAt): Stub {
  const body = findingBody(finding, headAt)
  const rest = commitBody(deriveBodySalt(secret, body), body)
  return { class: finding.class, kind: finding.kind, document, rest }
}

/** Stub of a finding of a redacted edition. */
export function stubFromSalt(finding: Finding, document: number, salt: string, headAt: HeadAt): Stub {
  const rest = commitBody(salt, findingBody(finding, headAt))
  return { class: finding.class, kind: finding.kind, document, rest }
}

/** The content of a bundle, apart from its trees. */
export function contentOf(
  bundle: Omit<Bundle, 'findings'>,
  trees: { findings: TreeBuilder; coverage: TreeBuilder },
  summaryBody: Json,
): Content {
  const findings = { size: trees.findings.size, root: trees.findings.root().toString('hex') }
  return {
    schema: 1,
    findings,
    coverage: { size: trees.coverage.size, root: trees.coverage.root().toString('hex') },
    summary: digestHex(canonicalise(summaryBody)),
    parameters: digestHex(canonicalise(bundle.parameters)),
    corpora: digestHex(canonicalise(bundle.corpora)),
    case: digestHex(canonicalise(describeCase(bundle, findings.root))),
    preregistration: bundle.preregistration === undefined ? null : digestHex(canonicalise(bundle.preregistration)),
  }
}

/** The content of a bundle in any edition, from its seals. */
export function measureContent(bundle: Bundle): Content {
  const seals = bundle.seals!
  const trees = { findings: new TreeBuilder(), coverage: new TreeBuilder() }
  for (const stub of stubsOf(bundle, seals)) trees.findings.add(hashFinding(stub))
  for (const file of bundle.coverage.files) trees.coverage.add(hashFile(file))
  const fromSecret = seals.secret === null ? undefined : headsFromSecret(Buffer.from(seals.secret, 'hex'))
  for (const [i, problem] of bundle.coverage.problems.entries()) {
    const leaf = fromSecret
      ? hashProblem(problem, fromSecret)
      : useSeals(seals.problems[i], headAt => hashProblem(problem, headAt))
    trees.coverage.add(leaf)
  }
  const summaryBody = fromSecret
    ? mapSummaryTexts(bundle.summary, fromSecret)
    : useSeals(seals.summary, headAt => mapSummaryTexts(bundle.summary, headAt))
  return contentOf(bundle, trees, summaryBody)
}

/** Stubs of all findings of a bundle, in order. */
export function* stubsOf(bundle: Bundle, seals: Seals): Generator<Stub> {
  if (seals.edition === 'counts') {
    yield* seals.findings as Stub[]
    return
  }
  const numberOf = numberDocuments()
  const secret = seals.secret === null ? undefined : Buffer.from(seals.secret, 'hex')
  const headAt = secret && headsFromSecret(secret)
  for (const [i, finding] of bundle.findings.entries()) {
    const document = numberOf(finding)
    if (secret && headAt) {
      yield stubFromSecret(finding, document, secret, headAt)
    } else {
      const { salt, texts } = seals.findings[i] as { salt: string; texts: TextSeal[] }
      yield useSeals(texts, fromSeals => stubFromSalt(finding, document, salt, fromSeals))
    }
  }
}

/** A finding as it is sealed: repaired, with its alternatives. One that is so already is returned as it is. */
export function prepareFinding(finding: Finding, context: AuditContext): Finding {
  const { alternatives } = finding
  const { value, originals } = repairValue(
    alternatives === undefined ? { ...finding, alternatives: considerAlternatives(finding, context) } : finding,
  )
  return originals.length === 0 ? value : { ...value, originals }
}

/**
 * Seals a bundle: puts everything in order, repairs strings that have no UTF-8 form, considers the alternatives of
 * each finding, and computes the root. A sealed bundle is returned as it is.
 * @param key secret of the case, for audits so small that a reader may know all of the texts but one
 */
export function sealBundle(bundle: Bundle, key?: Uint8Array): Bundle {
  if (bundle.seals !== undefined) return bundle
  const context = { hasBackground: bundle.corpora.some(corpus => corpus.role === 'background') }
  const { findings, ...others } = bundle
  const prepared = findings.map(finding => (isPacked(finding) ? finding : prepareFinding(finding, context)))
  const ordered = orderBundle({ ...repairValue(others).value, findings: prepared })
  const shown = digestShown(ordered)
  const secret = deriveSecret(shown, key)
  const seals: Seals = {
    edition: 'full',
    root: '',
    secret: secret.toString('hex'),
    findings: [],
    problems: [],
    summary: [],
  }
  const content = measureContent({ ...ordered, seals })
  const rooted = { ...seals, root: rootOf(content) }
  measured.set(rooted, { shown, content })
  return { ...ordered, seals: rooted }
}

/** The content under seals that were made here, and the digest of all that the bundle showed then. */
const measured = new WeakMap<Seals, { shown: Buffer; content: Content }>()

/** Digest of all that a bundle shows, but for its seals. */
function digestShown({ findings, seals: _seals, ...others }: Bundle): Buffer {
  return digestAll([...findings.map(digestFinding), canonicalise({ ...others, findings: [] })])
}

/** The content of a sealed bundle (`measureContent`); of one that was sealed here and not changed since, at less cost. */
export function recallContent(bundle: Bundle): Content {
  const known = measured.get(bundle.seals!)
  return known !== undefined && digestShown(bundle).equals(known.shown) ? known.content : measureContent(bundle)
}
