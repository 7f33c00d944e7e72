/**
 * run: an audit once more from the corpora, held against its bundle: the corpora are those that were digested, every
 * finding comes out the same and none besides, and the root is the same. `evidence/recompute.ts` compares the findings
 * with the raw texts and has a sample measured by tools that share no code with this program's matching.
 */
import { PalimpsestError } from '../errors.ts'
import { readBundle } from '../evidence/bundle.ts'
import { canonicalise } from '../evidence/canonical.ts'
import { compareFixed } from '../evidence/preregister.ts'
import { type Recomputation, recomputeFindings } from '../evidence/recompute.ts'
import { measureContent, rootOf } from '../evidence/seal.ts'
import type { ReferenceIndex } from '../match/reference.ts'
import { TextCache } from '../match/texts.ts'
import { defaultReadOptions, type ReadOptions, readCorpus } from '../read/corpus.ts'
import type { Bundle, Document, Finding } from '../types.ts'
import { type AuditOptions, describePlan, openAudit, scanAudit } from './audit.ts'
import type { Basis } from './conclude.ts'

/** The corpora of an audit, at hand again. */
export type RecomputeOptions = Pick<
  AuditOptions,
  | 'suspects'
  | 'references'
  | 'backgrounds'
  | 'decoys'
  | 'profiles'
  | 'indexKey'
  | 'sealKey'
  | 'threads'
  | 'onProgress'
  | 'onPlan'
>

/** Outcome of a recomputation; the checks have the form of those of `verifyBundle`. */
export interface RecomputedAudit {
  ok: boolean
  checks: { name: string; ok: boolean; detail: string }[]
  /** absent where the corpora are not those of the audit, or the edition holds no findings */
  findings?: Recomputation
}

/** Findings named in a detail before the rest is only counted. */
const maxNamed = 5

/**
 * Audits the corpora again as a bundle says that it was done, and compares.
 *
 * @throws PalimpsestError `usage` for arguments that name nothing, `integrity` if the bundle is damaged
 */
export async function recomputeAudit(dir: string, options: RecomputeOptions): Promise<RecomputedAudit> {
  const bundle = await readBundle(dir)
  if (options.suspects.length === 0 || options.suspects.includes('-'))
    throw new PalimpsestError('usage', 'recompute: expected the files of the suspect corpus; name them with --suspect')
  const { read, level } = readParameters(bundle)
  const given: AuditOptions = { ...options, read, level }
  const audit = await openAudit(given)
  const { sides } = audit.opened
  const plan = describePlan(given, audit.opened, audit.basis.read, level)
  const departures = compareFixed(plan, bundle)
  if (departures.length > 0) return stopAt(describeDepartures(departures, bundle, plan.parameters))
  const basis = { ...audit.basis, ...auditorsPart(bundle) }
  const { bundle: again } = await scanAudit({ ...audit, basis }, given)
  const ours = again.corpora.find(({ role }) => role === 'suspect')
  const theirs = bundle.corpora.find(({ role }) => role === 'suspect')
  if (ours?.sha256 !== theirs?.sha256)
    return stopAt(`the suspect corpus is another: expected digest ${theirs?.sha256}, got ${ours?.sha256}`)
  const checks = [{ name: 'corpora', ok: true, detail: 'all are those of the audit, by digest' }]
  const root = compareRoots(bundle, again)
  if (bundle.seals?.edition === 'counts') {
    const detail = 'this edition holds no findings; the root stands for them'
    return concluded([...checks, { name: 'findings', ok: true, detail }, root])
  }
  const findings = await compareFindings(dir, bundle, again, sides.references, options.suspects, read)
  return { ...concluded([...checks, describeFindings(findings), root, describeSample(findings)]), findings }
}

function concluded(checks: RecomputedAudit['checks']): RecomputedAudit {
  return { ok: checks.every(({ ok }) => ok), checks }
}

function stopAt(detail: string): RecomputedAudit {
  return { ok: false, checks: [{ name: 'corpora', ok: false, detail }] }
}

/** How the audit read its texts. */
function readParameters({ parameters }: Bundle): { read: ReadOptions; level: number } {
  const { read, level } = parameters
  if (typeof read !== 'object' || read === null || Array.isArray(read) || typeof level !== 'number')
    throw new PalimpsestError('integrity', 'parameters.json: expected how texts were read, and the level of intervals')
  return { read: { ...defaultReadOptions, ...(read as Partial<ReadOptions>) }, level }
}

/** What no recomputation can derive: the auditor's words, and what was fixed beforehand. */
function auditorsPart({ case: header, preregistration }: Bundle): Pick<Basis, 'case' | 'preregistration'> {
  return { ...(header !== undefined && { case: header }), ...(preregistration !== undefined && { preregistration }) }
}

function describeDepartures(departures: string[], bundle: Bundle, own: Bundle['parameters']): string {
  const said = (parameters: Bundle['parameters']): string => canonicalise([parameters.tool, parameters.unicode ?? null])
  const versions =
    said(bundle.parameters) === said(own) ? '' : `; made with ${said(bundle.parameters)}, this is ${said(own)}`
  return `the audit was made with other ${departures.join(', ')}${versions}`
}

/** Same content, same root: that of a redacted edition needs the seal key, if one was used. */
function compareRoots(bundle: Bundle, again: Bundle): RecomputedAudit['checks'][number] {
  const seals = bundle.seals!
  const same = seals.secret === null ? again : { ...again, seals: { ...again.seals!, secret: seals.secret } }
  const [ours, theirs] = [measureContent(same), measureContent(bundle)]
  const name = 'root again'
  if (rootOf(ours) === seals.root) return { name, ok: true, detail: `the audit made anew has root ${seals.root}` }
  const parts = (Object.keys(theirs) as (keyof typeof theirs)[]).filter(
    part => canonicalise(ours[part]) !== canonicalise(theirs[part]),
  )
  const remedy = seals.secret === null ? '; an audit sealed with a key needs --seal-key' : ''
  return { name, ok: false, detail: `the audit made anew differs in ${parts.join(', ')}${remedy}` }
}

async function compareFindings(
  dir: string,
  bundle: Bundle,
  again: Bundle,
  references: readonly ReferenceIndex[],
  suspects: string[],
  read: ReadOptions,
): Promise<Recomputation> {
  const made = new Map(again.findings.map(finding => [finding.id, finding]))
  const result = await recomputeFindings(
    dir,
    { suspect: readDocuments(suspects, read), references: new Map(references.map(i => [i.facts.name, listTexts(i)])) },
    (_suspect, _reference, { id }): Finding | undefined => made.get(id),
  )
  for (const { id } of bundle.findings) made.delete(id)
  const differences = [...result.differences, ...[...made.keys()].map(id => ({ id, what: 'not in the bundle' }))]
  return { ...result, differences, ok: differences.length === 0 }
}

async function* readDocuments(corpora: string[], read: ReadOptions): AsyncGenerator<Document> {
  for await (const { documents } of readCorpus(corpora, read)) yield* documents
}

async function* listTexts(index: ReferenceIndex): AsyncGenerator<Document> {
  const texts = new TextCache(index)
  for (let document = 0; document < index.facts.documents; document++) yield texts.readDocument(document)
}

function describeFindings({ findings, differences, ok }: Recomputation): RecomputedAudit['checks'][number] {
  if (ok) return { name: 'findings', ok, detail: `${findings} derived anew from the raw texts, all the same` }
  const named = differences.slice(0, maxNamed).map(({ id, what }) => `${id}: ${what}`)
  const rest = differences.length - named.length
  return { name: 'findings', ok, detail: `${named.join('; ')}${rest > 0 ? `; and ${rest} more` : ''}` }
}

/** Outside measures confirm or leave open, they never refute; so this check cannot fail. */
function describeSample({ sample }: Recomputation): RecomputedAudit['checks'][number] {
  const open = sample.filter(({ isConfirmed }) => !isConfirmed).map(({ id }) => id)
  const named = open.length === 0 ? '' : `; for a person to look at: ${open.slice(0, maxNamed).join(', ')}`
  const detail = `edit distance (fast-levenshtein) or MinHash (minhash) confirm ${sample.length - open.length} of ${sample.length}${named}`
  return { name: 'outside tools', ok: true, detail }
}
