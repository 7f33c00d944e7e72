/**
 * Evidence: the content of a bundle against its manifest, line by line, so memory does not grow with the findings.
 * Findings, coverage, summary and seals → trees, root, and sums that must agree.
 * Errors: `integrity`, RangeError or TypeError for any value that no bundle of ours holds.
 */
import { PalimpsestError } from '../errors.ts'
import type {
  BaselineReading,
  Bundle,
  Finding,
  FindingClass,
  Json,
  LedgerCounts,
  LedgerFile,
  LedgerProblem,
  Seals,
  Span,
  Summary,
  TextSeal,
} from '../types.ts'
import { type CoverageLine, readCase, readJson, readJsonLines, type SealLine } from './bundle.ts'
import { canonicalise } from './canonical.ts'
import { describeCase } from './casefile.ts'
import type { OpenBundle } from './manifest.ts'
import { TreeBuilder } from './merkle.ts'
import { compareFindings, roles } from './order.ts'
import { compareFixed } from './preregister.ts'
import { limitOf } from './redact.ts'
import {
  type Content,
  contentOf,
  type HeadAt,
  hashFile,
  hashFinding,
  hashProblem,
  headsFromSeals,
  headsFromSecret,
  mapSummaryTexts,
  numberDocuments,
  rootOf,
  type Stub,
  stubFromSalt,
  stubFromSecret,
} from './seal.ts'

/** What came out of the content of a sound bundle. */
export interface ContentCheck {
  root: string
  edition: Seals['edition']
  findings: number
  /** the sums and the order, each a check of its own */
  sums: { name: string; ok: boolean; detail: string }[]
}

const classes: readonly FindingClass[] = ['A', 'B', 'C']
const kinds: readonly string[] = ['verbatim', 'anonymised', 'edited', 'passage']
const ops: readonly string[] = ['replace', 'delete', 'insert', 'move']
const explainers: readonly string[] = ['prompt', 'background', 'complexity']
const outcomes = ['scanned', 'rejected', 'limited', 'skipped'] as const
const byteOutcomes = ['bytesScanned', 'bytesRejected', 'bytesLimited', 'bytesSkipped'] as const

function refuse(what: string): never {
  throw new PalimpsestError('integrity', what)
}

function need(holds: boolean, what: string): void {
  if (!holds) refuse(what)
}

/**
 * Recomputes the content and the root from the files, and compares them with the manifest.
 * @throws PalimpsestError `integrity`, RangeError, TypeError
 */
export function checkContent(opened: OpenBundle): ContentCheck {
  const { manifest } = opened
  const seals = new SealReader(manifest.edition, readJsonLines(opened, 'seals.jsonl'))
  seals.begin()
  const summary = readJson(opened, 'summary.json') as unknown as Summary
  const summaryBody = seals.use(seals.summary, headAt => mapSummaryTexts(summary, headAt))
  const tally = new Tally()
  const trees = { findings: new TreeBuilder(), coverage: new TreeBuilder() }
  addFindings(opened, seals, tally, trees.findings)
  const coverage = addCoverage(opened, seals, trees.coverage)
  seals.end()
  const others: Omit<Bundle, 'findings'> = {
    summary,
    coverage,
    parameters: readJson(opened, 'parameters.json') as Bundle['parameters'],
    corpora: readJson(opened, 'corpora.json') as unknown as Bundle['corpora'],
    ...(opened.sizes.has('preregistration.json') && {
      preregistration: readJson(opened, 'preregistration.json') as unknown as Bundle['preregistration'],
    }),
  }
  need(Array.isArray(others.corpora) && others.corpora.every(isRecord), 'corpora.json: expected a list of corpora')
  const caseFile = readJson(opened, 'case.json') as { [key: string]: Json }
  const bundle = { ...others, ...readCase(caseFile) }
  const findingsRoot = trees.findings.root().toString('hex')
  need(canonicalise(describeCase(bundle, findingsRoot)) === canonicalise(caseFile), 'case.json: does not fit the rest')
  compareContent(contentOf(bundle, trees, summaryBody), manifest.content)
  return {
    root: rootOf(manifest.content),
    edition: manifest.edition,
    findings: trees.findings.size,
    sums: [attempt('sums', () => checkSums(summary, coverage, tally)), attempt('order', () => checkOrder(others))],
  }
}

function attempt(name: string, check: () => string): { name: string; ok: boolean; detail: string } {
  try {
    return { name, ok: true, detail: check() }
  } catch (error) {
    return { name, ok: false, detail: (error as Error).message }
  }
}

function compareContent(actual: Content, stated: Content): void {
  for (const part of Object.keys(stated) as (keyof Content)[]) {
    need(
      canonicalise(actual[part]) === canonicalise(stated[part]),
      `${part}: does not lead to the root of the manifest`,
    )
  }
}

/** Hands out seals in step with what they seal, and holds them to their edition. */
class SealReader {
  summary: TextSeal[]
  #edition: Seals['edition']
  #lines: Generator<Json>
  #secret: Buffer | undefined
  #headAt: HeadAt | undefined

  constructor(edition: Seals['edition'], lines: Generator<Json>) {
    this.#edition = edition
    this.#lines = lines
    this.summary = []
  }

  begin(): void {
    if (this.#edition !== 'full') {
      this.summary = this.#take('summary', ['of', 'texts']).texts
      return
    }
    const { secret } = this.#take('bundle', ['of', 'secret'])
    need(/^[0-9a-f]{64}$/.test(secret), 'seals.jsonl: expected a secret of 32 bytes')
    this.#secret = Buffer.from(secret, 'hex')
    this.#headAt = headsFromSecret(this.#secret)
  }

  #take<Of extends SealLine['of']>(of: Of, keys: string[]): Extract<SealLine, { of: Of }> {
    const line = this.#lines.next().value as SealLine | undefined
    if (line?.of !== of) return refuse(`seals.jsonl: expected a seal of a ${of}`)
    need(Object.keys(line).sort().join() === keys.join(), `seals.jsonl: a seal of a ${of} has other parts`)
    return line as Extract<SealLine, { of: Of }>
  }

  /** Uses the secret, or the given seals, every one of them once. */
  use<T>(texts: TextSeal[], map: (headAt: HeadAt) => T): T {
    if (this.#headAt) return map(this.#headAt)
    need(texts.every(isTextSeal), 'seals.jsonl: not a seal of a text')
    let next = 0
    const { headAt, isUsedUp } = headsFromSeals(texts)
    const result = map((shown, path) => {
      const seal = texts[next++]
      need(isWithin(shown, seal, limitOf(this.#edition, path)), `${path}: shows more than edition ${this.#edition}`)
      return headAt(shown, path)
    })
    need(isUsedUp(), 'seals.jsonl: more seals than texts')
    return result
  }

  stubOf(finding: Finding, document: number): Stub {
    if (this.#secret && this.#headAt) return stubFromSecret(finding, document, this.#secret, this.#headAt)
    const seal = this.#take('finding', ['of', 'salt', 'texts']) as unknown as {
      salt: string
      texts: TextSeal[]
    }
    need(/^[0-9a-f]{32}$/.test(seal.salt), 'seals.jsonl: expected a salt of 16 bytes')
    return this.use(seal.texts, headAt => stubFromSalt(finding, document, seal.salt, headAt))
  }

  /** Stubs of the counts edition, which stand here and nowhere else. */
  *stubs(size: number): Generator<Stub> {
    for (let i = 0; i < size; i++) {
      const { of: _of, ...stub } = this.#take('finding', ['class', 'document', 'kind', 'of', 'rest'])
      yield stub as Stub
    }
  }

  problem(): TextSeal[] {
    return this.#secret ? [] : this.#take('problem', ['of', 'texts']).texts
  }

  end(): void {
    need(this.#lines.next().done === true, 'seals.jsonl: more lines than the bundle has texts')
  }
}

function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isHex(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)
}

function isTextSeal(seal: unknown): seal is TextSeal {
  if (!Array.isArray(seal)) return isHex(seal)
  return seal.length === 2 && Number.isSafeInteger(seal[0]) && seal[0] >= 0 && isHex(seal[1])
}

/** Whether a text shows no more than its edition may. */
function isWithin(shown: string, seal: TextSeal | undefined, limit: number): boolean {
  if (seal === undefined) return false
  return (typeof seal === 'string' ? Array.from(shown).length : seal[0]) <= limit
}

function addFindings(opened: OpenBundle, seals: SealReader, tally: Tally, tree: TreeBuilder): void {
  const { edition, content } = opened.manifest
  const lines = readJsonLines(opened, 'findings.jsonl')
  if (edition === 'counts') {
    need(lines.next().done === true, 'findings.jsonl: an edition of counts holds no findings')
    for (const stub of seals.stubs(content.findings.size)) {
      tally.add(stub)
      tree.add(hashFinding(stub))
    }
    return
  }
  const numberOf = numberDocuments()
  const ids = new Set<string>()
  let previous: Finding | undefined
  for (const line of lines) {
    const finding = line as unknown as Finding
    const where = `findings.jsonl:${tree.size + 1}`
    checkShape(finding, edition, where)
    need(!ids.has(finding.id), `${where}: id ${JSON.stringify(finding.id)} is repeated`)
    need(previous === undefined || compareFindings(previous, finding) < 0, `${where}: out of order`)
    ids.add(finding.id)
    previous = finding
    const stub = seals.stubOf(finding, numberOf(finding))
    tally.add(stub)
    tree.add(hashFinding(stub))
  }
}

function isSpan(span: unknown): span is Span {
  return (
    Array.isArray(span) && span.length === 2 && span.every(Number.isSafeInteger) && span[0] >= 0 && span[0] <= span[1]
  )
}

/** The parts of a finding that any check, or a report, relies on. */
function checkShape(finding: Finding, edition: Seals['edition'], where: string): void {
  need(typeof finding.id === 'string', `${where}: expected an id`)
  need(classes.includes(finding.class) && kinds.includes(finding.kind), `${where}: class or kind`)
  for (const side of [finding.suspect, finding.reference]) {
    need(typeof side.file === 'string' && typeof side.field === 'string', `${where}: file or field`)
    need(Number.isSafeInteger(side.record) && side.record >= 0 && isSpan(side.span), `${where}: record or span`)
    const absent = edition === 'full' ? side.excerpt : side.text
    need(absent === undefined, `${where}: shows a text that edition ${edition} does not have`)
    const text = side.text ?? side.excerpt
    need(text === undefined || typeof text === 'string', `${where}: text`)
    if (edition === 'full' && text !== undefined) need(side.span[1] <= text.length, `${where}: span beyond the text`)
  }
  need(typeof finding.reference.index === 'string', `${where}: index`)
  const { tokens, distinctiveTokens } = finding
  need(Number.isSafeInteger(tokens) && Number.isSafeInteger(distinctiveTokens), `${where}: tokens`)
  need(distinctiveTokens >= 0 && distinctiveTokens <= tokens, `${where}: more distinctive tokens than tokens`)
  checkExplained(finding, where)
  need(Array.isArray(finding.edits), `${where}: edits`)
  for (const edit of finding.edits) {
    need(ops.includes(edit.op) && isSpan(edit.suspect) && isSpan(edit.reference), `${where}: edit`)
    if (edition === 'full') checkEdit(finding, edit, where)
  }
}

/** What is struck out lies inside the passage, in order. */
function checkExplained({ explained, suspect }: Finding, where: string): void {
  if (explained === undefined) return
  need(isRecord(explained), `${where}: explained`)
  for (const [by, spans] of Object.entries(explained)) {
    need(explainers.includes(by) && Array.isArray(spans), `${where}: explained`)
    let at = suspect.span[0]
    for (const span of spans) {
      need(isSpan(span) && span[0] >= at && span[1] <= suspect.span[1], `${where}: explained by ${by}`)
      at = span[1]
    }
  }
}

/** An edit says what stands in both texts, as far as they are there. */
function checkEdit(finding: Finding, edit: Finding['edits'][number], where: string): void {
  const sides = [
    { text: finding.suspect.text, span: edit.suspect, stated: edit.to },
    { text: finding.reference.text, span: edit.reference, stated: edit.from },
  ]
  for (const { text, span, stated } of sides) {
    if (text !== undefined) need(text.slice(span[0], span[1]) === stated, `${where}: an edit is not what the text says`)
  }
}

function addCoverage(opened: OpenBundle, seals: SealReader, tree: TreeBuilder): Bundle['coverage'] {
  const coverage: Bundle['coverage'] = { files: [], problems: [] }
  const names = new Set<string>()
  for (const line of readJsonLines(opened, 'coverage.jsonl')) {
    const { entry, ...rest } = line as unknown as CoverageLine
    if (entry === 'file') {
      const file = rest as LedgerFile
      need(coverage.problems.length === 0, 'coverage.jsonl: files come before problems')
      need(typeof file.file === 'string', 'coverage.jsonl: file')
      names.add(file.file)
      coverage.files.push(file)
      tree.add(hashFile(file))
    } else {
      const problem = rest as LedgerProblem
      need(entry === 'problem' && names.has(problem.file), 'coverage.jsonl: a problem of no file')
      coverage.problems.push(problem)
      tree.add(seals.use(seals.problem(), headAt => hashProblem(problem, headAt)))
    }
  }
  return coverage
}

/** Documents by the best class of their findings, and each finding by its class and the number of its document. */
class Tally {
  documents: Record<FindingClass, number>
  readonly findings: Pick<Stub, 'class' | 'document'>[] = []
  #document: number
  #best: FindingClass | undefined

  constructor() {
    this.documents = { A: 0, B: 0, C: 0 }
    this.#document = -1
  }

  add({ class: findingClass, kind, document, rest }: Stub): void {
    need(classes.includes(findingClass) && kinds.includes(kind) && isHex(rest), 'seals.jsonl: not a stub of a finding')
    this.findings.push({ class: findingClass, document })
    if (document === this.#document) {
      if (findingClass >= this.#best!) return
      this.documents[this.#best!]--
    } else {
      need(document === this.#document + 1, 'seals.jsonl: documents are not numbered in order')
      this.#document = document
    }
    this.#best = findingClass
    this.documents[findingClass]++
  }
}

function checkSums(summary: Summary, coverage: Bundle['coverage'], tally: Tally): string {
  need(summary.schema === 1, 'summary.json: schema')
  const totals = summary.coverage
  checkBalance(totals, 'summary.json')
  need(totals.files === coverage.files.length, 'summary.json: files are not those of coverage.jsonl')
  for (const file of coverage.files) {
    checkBalance(file, file.file)
    need(Number.isSafeInteger(file.documents) && file.documents >= 0, `${file.file}: documents`)
  }
  const keys = ['recordsIn', ...outcomes, 'bytesIn', ...byteOutcomes, 'documents'] as const
  for (const key of keys) {
    const sum = coverage.files.reduce((total, file) => total + file[key], 0)
    need(sum === totals[key], `summary.json: ${key}: expected ${sum}, got ${totals[key]}`)
  }
  const { n, classA, classB, classC } = summary.documents
  const { A, B, C } = tally.documents
  need(classA === A && classB === B && classC === C, `summary.json: documents by class: expected ${A}, ${B}, ${C}`)
  need(Number.isSafeInteger(n) && A + B + C <= n, 'summary.json: more documents with findings than documents')
  if (summary.baseline !== undefined) checkBaseline(summary.baseline, tally)
  return `${totals.recordsIn} records and ${totals.bytesIn} bytes balance; ${A} + ${B} + ${C} documents of class A, B, C`
}

/** What a baseline says of each finding leads to the numbers by state and class. */
function checkBaseline(reading: BaselineReading, { findings }: Tally): void {
  const { states } = reading
  need(typeof states === 'string' && /^[nke]*$/.test(states), 'summary.json: baseline.states')
  need(states.length === findings.length, 'summary.json: baseline.states: expected a letter for each finding')
  const names = { n: 'new', k: 'known', e: 'expired' } as const
  const counts: Record<'new' | 'known' | 'expired', Record<FindingClass, number>> = {
    new: { A: 0, B: 0, C: 0 },
    known: { A: 0, B: 0, C: 0 },
    expired: { A: 0, B: 0, C: 0 },
  }
  const open = new Map<number, FindingClass>()
  for (const [i, { class: grade, document }] of findings.entries()) {
    const state = names[states[i] as keyof typeof names]
    counts[state][grade]++
    const best = open.get(document)
    if (state !== 'known' && (best === undefined || grade < best)) open.set(document, grade)
  }
  const documents: Record<FindingClass, number> = { A: 0, B: 0, C: 0 }
  for (const grade of open.values()) documents[grade]++
  for (const [part, counted] of Object.entries({ ...counts, documents }))
    for (const grade of classes)
      need(
        reading[part as keyof typeof counts]?.[`class${grade}`] === counted[grade],
        `summary.json: baseline.${part}: expected ${counted[grade]} of class ${grade}`,
      )
}

function checkBalance(counts: LedgerCounts, where: string): void {
  for (const key of ['recordsIn', ...outcomes, 'bytesIn', ...byteOutcomes] as const) {
    need(Number.isSafeInteger(counts[key]) && counts[key] >= 0, `${where}: ${key}`)
  }
  const records = outcomes.reduce((total, key) => total + counts[key], 0)
  const bytes = byteOutcomes.reduce((total, key) => total + counts[key], 0)
  need(records === counts.recordsIn, `${where}: records: expected ${counts.recordsIn}, got ${records}`)
  need(bytes === counts.bytesIn, `${where}: bytes: expected ${counts.bytesIn}, got ${bytes}`)
}

/** What was fixed beforehand is what the audit used. */
function checkOrder(bundle: Omit<Bundle, 'findings'>): string {
  const { preregistration, corpora, parameters } = bundle
  for (const { role, name, sha256 } of corpora) {
    need(roles.includes(role) && typeof name === 'string' && isHex(sha256), 'corpora.json: role, name or digest')
  }
  if (preregistration === undefined) return 'parameters were not fixed beforehand'
  const parts = Object.keys(preregistration).sort().join()
  need(parts === 'corpora,parameters,schema' && preregistration.schema === 1, 'preregistration.json: parts')
  need(isRecord(preregistration.parameters) && isRecord(parameters), 'preregistration.json: parameters')
  const differences = compareFixed(preregistration, bundle)
  need(differences.length === 0, `preregistration.json: ${differences.join(', ')} changed afterwards`)
  return 'parameters and references are those that were fixed beforehand'
}
