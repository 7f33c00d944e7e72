/**
 * Evidence: a sealed bundle → an edition that shows less, under the same root. Nothing secret is needed beyond the
 * bundle itself, and an edition can be cut further, never less.
 *
 * `full` shows all. `excerpt:N` shows at most N characters of each text, cut on the grid of its seal. `hashes` shows
 * every place, measure and edit kind, and for each text only a salted digest, equal for equal texts. `counts` shows
 * the summary, the coverage and for each finding its class and kind.
 */
import { PalimpsestError } from '../errors.ts'
import type { Bundle, Finding, LedgerProblem, Seals, Summary, TextSeal } from '../types.ts'
import { cutText, deriveBodySalt, headOf, sealText } from './commit.ts'
import {
  findingBody,
  type HeadAt,
  headsFromSecret,
  isBlankPath,
  mapFindingTexts,
  mapProblemTexts,
  mapSummaryTexts,
  sealBundle,
  splitFinding,
  stubsOf,
} from './seal.ts'

/** How much of the texts an edition shows. */
export type Redaction = { mode: 'counts' | 'hashes' | 'full' } | { mode: 'excerpt'; characters: number }

/** Name of the edition that a redaction makes. */
function editionOf(redaction: Redaction): Seals['edition'] {
  return redaction.mode === 'excerpt' ? `excerpt:${redaction.characters}` : redaction.mode
}

/**
 * Parses `counts`, `hashes`, `excerpt:N` or `full`.
 * @throws PalimpsestError `usage`
 */
export function parseRedaction(text: string): Redaction {
  if (text === 'counts' || text === 'hashes' || text === 'full') return { mode: text }
  const excerpt = /^excerpt:(0|[1-9][0-9]{0,8})$/.exec(text)
  if (excerpt) return { mode: 'excerpt', characters: Number(excerpt[1]) }
  throw new PalimpsestError(
    'usage',
    `redaction: expected counts, hashes, excerpt:N or full, got ${JSON.stringify(text)}`,
  )
}

/** Characters that an edition shows of the text at `path`. */
export function limitOf(edition: Seals['edition'], path: string): number {
  if (edition === 'full') return Number.POSITIVE_INFINITY
  // the rest of the document is not the passage; a plain digest of texts would let a guess be tested
  if (isBlankPath(path) || path === 'originals[].sha256' || path === 'fingerprint') return 0
  return edition.startsWith('excerpt:') ? Number(edition.slice('excerpt:'.length)) : 0
}

/** Position of an edition on the way from all to nothing; a bundle can only move up. */
function severity(edition: Seals['edition']): number {
  if (edition === 'full') return 0
  if (edition === 'counts') return Number.POSITIVE_INFINITY
  return edition === 'hashes' ? 2 : 1 + 1 / (1 + Number(edition.slice('excerpt:'.length)))
}

/**
 * Makes an edition of a bundle. A bundle that is not sealed is sealed first.
 * @param key secret of the case (`sealBundle`); of no effect on a bundle that is sealed
 * @throws PalimpsestError `usage` if the bundle shows less already than was asked for
 */
export function redactBundle(bundle: Bundle, redaction: Redaction, key?: Uint8Array): Bundle {
  const sealed = sealBundle(bundle, key)
  const seals = sealed.seals!
  const edition = editionOf(redaction)
  if (edition === seals.edition) return sealed
  if (severity(edition) < severity(seals.edition)) {
    throw new PalimpsestError('usage', `redaction: a bundle of edition ${seals.edition} cannot become ${edition}`)
  }
  const cutter = new Cutter(edition, seals)
  const { shown: summary, seals: summarySeals } = cutter.cut(seals.summary, visit =>
    mapSummaryTexts(sealed.summary, visit),
  )
  const problems = sealed.coverage.problems.map((problem, i) =>
    cutter.cut(seals.problems[i], visit => mapProblemTexts(problem, visit)),
  )
  const findings = edition === 'counts' ? [] : sealed.findings.map((finding, i) => cutter.cutFinding(finding, i))
  return {
    ...sealed,
    findings: findings.map(finding => finding.shown),
    summary: summary as unknown as Summary,
    coverage: {
      files: sealed.coverage.files,
      problems: problems.map(problem => problem.shown as unknown as LedgerProblem),
    },
    seals: {
      edition,
      root: seals.root,
      secret: null,
      findings: edition === 'counts' ? [...stubsOf(sealed, seals)] : findings.map(finding => finding.seal),
      problems: problems.map(problem => problem.seals),
      summary: summarySeals,
    },
  }
}

/** Seals and salts of one finding, as a redacted edition would hold them, of any edition but counts. */
export function sealsOfFinding(finding: Finding, i: number, seals: Seals): { salt: string; texts: TextSeal[] } {
  if (seals.secret === null) return seals.findings[i] as { salt: string; texts: TextSeal[] }
  const secret = Buffer.from(seals.secret, 'hex')
  const texts: TextSeal[] = []
  const body = findingBody(finding, text => {
    const seal = sealText(secret, text)
    texts.push(seal)
    return headOf(text, seal, false)!
  })
  return { salt: deriveBodySalt(secret, body), texts }
}

/** Cuts the texts of one bundle down to an edition, and keeps their seals in step. */
class Cutter {
  #edition: Seals['edition']
  #seals: Seals
  #secret: Buffer | undefined
  #headAt: HeadAt | undefined

  constructor(edition: Seals['edition'], seals: Seals) {
    this.#edition = edition
    this.#seals = seals
    this.#secret = seals.secret === null ? undefined : Buffer.from(seals.secret, 'hex')
    this.#headAt = this.#secret && headsFromSecret(this.#secret)
  }

  /** @param given seals of the texts in order, unless the secret of the bundle stands for them */
  cut<T>(given: readonly TextSeal[], map: (visit: HeadAt) => T): { shown: T; seals: TextSeal[] } {
    const seals: TextSeal[] = []
    const shown = map((text, path) => {
      const seal = this.#secret ? sealText(this.#secret, text) : given[seals.length]
      const cut = cutText(text, seal, limitOf(this.#edition, path), isBlankPath(path))
      seals.push(cut.seal)
      return cut.shown
    })
    return { shown, seals }
  }

  cutFinding(finding: Finding, i: number): { shown: Finding; seal: { salt: string; texts: TextSeal[] } } {
    const given = this.#seals.findings[i] as { salt: string; texts: TextSeal[] } | undefined
    const split = splitFinding(finding)
    const { shown, seals } = this.cut(given?.texts ?? [], visit => mapFindingTexts(split, visit))
    const salt =
      this.#secret && this.#headAt ? deriveBodySalt(this.#secret, findingBody(finding, this.#headAt)) : given!.salt
    return { shown: joinFinding(finding, shown as unknown as SplitFinding), seal: { salt, texts: seals } }
  }
}

type SplitSide<T> = Omit<T, 'text' | 'excerpt'> & { before?: string; passage?: string; after?: string }
type SplitFinding = Omit<Finding, 'class' | 'kind' | 'suspect' | 'reference'> & {
  suspect: SplitSide<Finding['suspect']>
  reference: SplitSide<Finding['reference']>
}

/** The inverse of `splitFinding` for what a redacted edition shows. */
function joinFinding(original: Finding, split: SplitFinding): Finding {
  return {
    ...split,
    class: original.class,
    kind: original.kind,
    suspect: joinSide(split.suspect),
    reference: joinSide(split.reference),
  }
}

function joinSide<T>(side: SplitSide<T>): T {
  const { before: _before, passage, after: _after, ...place } = side
  return (passage === undefined ? place : { ...place, excerpt: passage }) as T
}
