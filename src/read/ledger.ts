/**
 * read: the account of one part of one file. Records and bytes in → counts that balance (DESIGN §7.1).
 *
 * Every record has one outcome. A stretch that could not be divided into records (the rest of a truncated
 * gzip, a file that cannot be opened) counts as one record. `problems` stand for rejected + limited + skipped
 * records, one each, but for those left out on request, which are told together. Bytes between records (blank
 * lines, commas of an array) hold no text and count as scanned.
 */
import type { LedgerCounts, LedgerNote, LedgerProblem } from '../types.ts'

/** What did not become documents: why, and for how many bytes. */
export interface Trouble {
  outcome: LedgerProblem['outcome']
  /** stable code, e.g. `malformed-json` */
  code: string
  reason: string
}

/** The trouble of a file without any record. */
export const noRecords: Trouble = { outcome: 'skipped', code: 'no-records', reason: 'the file holds no record' }

/** Why records are left out on request. */
export const leftOut: Readonly<Record<'sample' | 'limit', Trouble>> = {
  sample: { outcome: 'skipped', code: 'not-sampled', reason: 'these records are not in the sample that was asked for' },
  limit: {
    outcome: 'skipped',
    code: 'beyond-max-records',
    reason: 'these records come after those that were asked for',
  },
}

/** Counts with every sum at zero. */
export function createCounts(): LedgerCounts {
  return {
    recordsIn: 0,
    scanned: 0,
    rejected: 0,
    limited: 0,
    skipped: 0,
    bytesIn: 0,
    bytesScanned: 0,
    bytesRejected: 0,
    bytesLimited: 0,
    bytesSkipped: 0,
  }
}

/** Adds `more` to `counts` in place. */
export function addCounts(counts: LedgerCounts, more: LedgerCounts): void {
  for (const key of Object.keys(counts) as (keyof LedgerCounts)[]) counts[key] += more[key]
}

/** The running account of one part. */
export class Account {
  readonly counts: LedgerCounts = createCounts()
  readonly notes: Map<string, LedgerNote> = new Map()
  problems: LedgerProblem[] = []
  private readonly file: string
  private passedNumbers = 0
  /** number of the first record that was scanned */
  firstScanned: number | null = null
  private readonly left = { sample: { records: 0, bytes: 0 }, limit: { records: 0, bytes: 0 } }

  constructor(file: string) {
    this.file = file
  }

  /** Numbers used so far, those of rows that are lost together among them. */
  get numbers(): number {
    return this.passedNumbers + this.counts.recordsIn
  }

  /** Books a record that was read; returns its 0-based number. */
  scan(bytes: number): number {
    const { counts, numbers } = this
    this.firstScanned ??= numbers
    counts.recordsIn++
    counts.scanned++
    counts.bytesIn += bytes
    counts.bytesScanned += bytes
    return numbers
  }

  /** Records of the sample so far, whatever became of them. */
  get taken(): number {
    return this.counts.recordsIn - this.left.sample.records - this.left.limit.records
  }

  /** Books records that are left out on request; they become one problem a reason when the part is closed. */
  leave(why: keyof typeof leftOut, bytes: number, records = 1): void {
    const { counts, left } = this
    counts.recordsIn += records
    counts.skipped += records
    counts.bytesIn += bytes
    counts.bytesSkipped += bytes
    left[why].records += records
    left[why].bytes += bytes
  }

  /** Ends the part. */
  close(): void {
    for (const why of ['sample', 'limit'] as const) {
      const { records, bytes } = this.left[why]
      if (records > 0)
        this.problems.push({ file: this.file, record: null, line: null, ...leftOut[why], bytes, records })
    }
  }

  /** Leaves out the numbers of rows that are lost together, so that rows after them keep their own. */
  passNumbers(n: number): void {
    this.passedNumbers += n
  }

  /** Books bytes between records. */
  pass(bytes: number): void {
    this.counts.bytesIn += bytes
    this.counts.bytesScanned += bytes
  }

  /** Books a record that was not read; `record` null if it is a stretch, not a row. */
  drop(trouble: Trouble, bytes: number, line: number | null, isRow: boolean): void {
    const { counts } = this
    const record = isRow ? this.numbers : null
    counts.recordsIn++
    counts.bytesIn += bytes
    counts[trouble.outcome]++
    if (trouble.outcome === 'rejected') counts.bytesRejected += bytes
    else if (trouble.outcome === 'limited') counts.bytesLimited += bytes
    else counts.bytesSkipped += bytes
    this.problems.push({ file: this.file, record, line, ...trouble, bytes })
  }

  /** Adds bytes to the problem booked last: what stands behind it and could not be read either. */
  extendLast(bytes: number): void {
    const last = this.problems.at(-1)
    if (!last) return
    last.bytes += bytes
    this.counts.bytesIn += bytes
    if (last.outcome === 'rejected') this.counts.bytesRejected += bytes
    else if (last.outcome === 'limited') this.counts.bytesLimited += bytes
    else this.counts.bytesSkipped += bytes
  }

  /** Remarks on the record that will be booked next. */
  note(code: string, reason: string): void {
    const known = this.notes.get(code)
    if (known) known.records++
    else this.notes.set(code, { code, reason, records: 1, first: this.numbers })
  }

  takeProblems(): LedgerProblem[] {
    const taken = this.problems
    this.problems = []
    return taken
  }
}
