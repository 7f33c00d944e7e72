/**
 * run: the reference, background and decoy arguments of an audit → their indexes, and what has to be said of them.
 * Errors: `usage` for arguments that name nothing, `input` for corpora without text, `integrity` for damaged indexes.
 */
import type { ReadOptions } from '../read/corpus.ts'
import type { CorpusDigest } from '../types.ts'
import { describeIndex, type OpenedSide, openSide } from './corpora.ts'
import type { Sides } from './scan.ts'

/** Corpora, index files or names of the local store, by side. */
export interface SideArguments {
  /** outputs of the known models */
  references: string[]
  /** independent text of the same kinds; without it the rule is stricter */
  backgrounds?: string[]
  /** outputs that the vendor cannot have had; without it a share of the background is held back */
  decoys?: string[]
  /** key of locked index files */
  indexKey?: Uint8Array
}

/** The indexes of an audit, and what is to be said of them. */
export interface OpenedSides {
  sides: Sides
  /** the file of each index, by side and in its order; null where it was built on the fly */
  files: { references: (string | null)[]; backgrounds: (string | null)[]; decoys: (string | null)[] }
  /** the clauses that came with references of the local store */
  terms: OpenedSide['terms']
  /** sentences for the limits of the summary */
  notes: string[]
}

/** The sides, each with the role that its corpora have in the evidence. */
export const roles = [
  ['references', 'reference'],
  ['backgrounds', 'background'],
  ['decoys', 'decoy'],
] as const

/** What the evidence says of the indexes, side by side; clauses stand beside references alone. */
export function describeSides(sides: Sides, terms: OpenedSides['terms']): CorpusDigest[] {
  return roles.flatMap(([side, role]) =>
    sides[side].map(index => describeIndex(role, index, role === 'reference' ? terms.get(index) : undefined)),
  )
}

/** Opens all sides of an audit; where no decoy was given, a share of the background's corpora is held back as one. */
export async function openSides(
  args: SideArguments,
  read: ReadOptions,
  onProgress?: (bytes: number, records: number) => void,
  threads = 1,
): Promise<OpenedSides> {
  const {
    layout: _layout,
    textField: _text,
    promptField: _prompt,
    sampleShare: _share,
    maxRecords: _records,
    ...plain
  } = read
  const how = { read: plain, key: args.indexKey, threads, onProgress }
  const references = await openSide(args.references, how)
  const notes: string[] = []
  const backgroundArgs = args.backgrounds ?? []
  const decoyArgs = args.decoys ?? []
  const holdBack = decoyArgs.length === 0 && backgroundArgs.length > 0
  const backgrounds = await openSide(backgroundArgs, { ...how, take: holdBack ? 'kept' : 'all' })
  let decoys = await openSide(decoyArgs, how)
  if (holdBack && backgrounds.corpora.length > 0) {
    decoys = await openSide(backgrounds.corpora, { read: plain, threads, take: 'held-back' }).catch(() => ({
      indexes: [],
      terms: new Map(),
      files: [],
      problems: [],
      corpora: [],
    }))
    if (decoys.indexes.length > 0)
      notes.push('No decoy was given: one fifth of the background was held back and served as decoy.')
  }
  if (references.indexes.length === 0) notes.push('There was no reference: nothing was sought in the texts.')
  else if (decoys.indexes.length === 0) notes.push('There was no decoy: the error rate of this run was not measured.')
  if (references.indexes.length > 0 && backgrounds.indexes.length === 0)
    notes.push(
      'There was no background: commonplaces that other models write too could not be told apart, so the rule was stricter.',
    )
  const problems = [...references.problems, ...backgrounds.problems, ...(holdBack ? [] : decoys.problems)].filter(
    ({ outcome }) => outcome !== 'skipped',
  )
  if (problems.length > 0)
    notes.push(
      `${problems.length} records of references, background or decoys could not be read; the first: ${problems[0].file}: ${problems[0].code}.`,
    )
  return {
    sides: {
      references: references.indexes,
      backgrounds: backgrounds.indexes,
      decoys: decoys.indexes,
      wantsSample: false,
    },
    files: { references: references.files, backgrounds: backgrounds.files, decoys: decoys.files },
    terms: references.terms,
    notes,
  }
}
