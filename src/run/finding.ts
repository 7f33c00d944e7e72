/**
 * run: a weighed match → a finding with its edits. What needs the place of the record in the whole corpus
 * (its number, the id) is filled in when the parts are merged.
 */
import { createHash } from 'node:crypto'
import { explainAlignment } from '../explain/edits.ts'
import { identityKinds } from '../explain/kinds.ts'
import type { ReferenceIndex } from '../match/reference.ts'
import type { Document, Edit, Finding, FindingClass, FindingKind, Span, TokenStream } from '../types.ts'
import { type Explained, explainTokens } from '../weigh/explained.ts'
import { bestCompetitor } from '../weigh/rule.ts'
import type { Match } from '../weigh/scale.ts'

/** A claim that covers less of its document is a passage. */
const minWholeShare = 0.6
/** Share of the edits that must change names for the finding to count as anonymised. */
const minNamingShare = 0.5

/** UTF-16 span of tokens `[from, to)`. */
function spanOf(stream: TokenStream, [from, to]: Span): Span {
  return [stream.start[from], stream.end[to - 1]]
}

/** What sort of copy the edits make of it. */
function judgeKind(edits: readonly Edit[], suspectContainment: number): FindingKind {
  if (suspectContainment < minWholeShare) return 'passage'
  const changes = edits.filter(({ kind }) => kind !== 'format')
  if (changes.length === 0) return 'verbatim'
  const naming = changes.filter(({ kind }) => identityKinds.has(kind) || kind === 'identifier').length
  return naming >= minNamingShare * changes.length ? 'anonymised' : 'edited'
}

/**
 * Makes the finding of a match.
 *
 * @param references the indexes that `match.index` and the competitor count
 */
export function makeFinding(
  document: Document,
  stream: TokenStream,
  match: Match,
  found: FindingClass,
  references: readonly ReferenceIndex[],
  backgrounds: readonly ReferenceIndex[],
): Finding {
  const { claim, measures, reference, competitor } = match
  const edits = explainAlignment(
    { text: document.text, stream },
    { text: reference.document.text, stream: reference.stream },
    claim,
  )
  const { facts } = references[match.index]
  const row = reference.document
  const kind = judgeKind(edits, measures.suspectContainment)
  const span = spanOf(stream, claim.suspect)
  return {
    id: '',
    fingerprint: fingerprintTexts(document.text.slice(span[0], span[1]), row.text, kind),
    class: found,
    kind,
    suspect: {
      file: document.file,
      record: document.record,
      field: document.field,
      id: document.id,
      span,
      text: document.text,
    },
    reference: {
      index: facts.name,
      record: row.record,
      id: row.id,
      model: row.model ?? facts.model,
      file: row.file,
      field: row.field,
      span: spanOf(reference.stream, claim.reference),
      text: row.text,
    },
    tokens: claim.suspect[1] - claim.suspect[0],
    distinctiveTokens: claim.distinctive,
    identity: round(measures.identity),
    suspectContainment: round(measures.suspectContainment),
    referenceContainment: round(measures.referenceContainment),
    explainedByPrompt: round(measures.explainedByPrompt),
    explainedByBackground: round(measures.explainedByBackground),
    score: round(measures.score),
    bestCompetitor: round(bestCompetitor(measures)),
    competitor:
      competitor === null
        ? null
        : {
            side: competitor.side,
            index: (competitor.side === 'background' ? backgrounds : references)[competitor.index].facts.name,
            record: competitor.row.record,
            id: competitor.row.id,
          },
    alsoMatches: match.alsoMatches,
    peers: measures.peers,
    edits,
    explained: placeExplained(stream, explainTokens(claim, match.backgroundBlocks)),
  }
}

/** What explains the passage, in UTF-16 units; kinds of which there is nothing are left out. */
function placeExplained(stream: TokenStream, explained: Explained): NonNullable<Finding['explained']> {
  const placed: NonNullable<Finding['explained']> = {}
  for (const by of ['prompt', 'background', 'complexity'] as const)
    if (explained[by].length > 0) placed[by] = explained[by].map(span => spanOf(stream, span))
  return placed
}

/** Four decimals: below that the figures say nothing, and files stay small. */
function round(value: number): number {
  return Math.round(value * 1e4) / 1e4
}

/** Identity of a finding: the places of both passages. */
export function identifyFinding({ suspect, reference }: Finding): string {
  const parts = [
    suspect.file,
    suspect.record,
    suspect.field,
    ...suspect.span,
    reference.index,
    reference.file,
    reference.record,
    reference.field,
    ...reference.span,
  ]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 20)
}

/**
 * What a finding is, whatever its place: the suspect passage, the whole reference output, and the kind. Two findings of
 * equal texts have one fingerprint. It is a plain digest, so editions that show less withhold it like a text.
 */
function fingerprintTexts(passage: string, reference: string, kind: FindingKind): string {
  const digest = createHash('sha256').update(JSON.stringify(['palimpsest fingerprint 1', kind, passage, reference]))
  return digest.digest('hex').slice(0, 32)
}
