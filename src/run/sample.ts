/**
 * run: a sample of documents for stages that need not see all of them: those whose texts have the smallest hashes
 * (bottom-k), so it depends neither on order nor on threads, and memory does not grow with the corpus.
 */
import { hashUnits, mix } from '../hash.ts'
import type { Document } from '../types.ts'

/** Documents kept: more than any estimate of style draws. */
const size = 5000

/** A document of the sample. */
export interface Sampled {
  key: number
  id: string | null
  text: string
  prompt: string | null
}

const compareSampled = (a: Sampled, b: Sampled): number =>
  a.key - b.key || (a.text < b.text ? -1 : a.text > b.text ? 1 : 0)

/** Keeps the documents with the smallest text hashes. */
export class DocumentSample {
  private kept: Sampled[] = []
  private threshold = 2 ** 32

  add({ id, text, prompt }: Pick<Document, 'id' | 'text' | 'prompt'>): void {
    this.take({ key: mix(hashUnits(text)), id, text, prompt })
  }

  /** Takes in what another part has kept. */
  merge(others: readonly Sampled[]): void {
    for (const other of others) this.take(other)
  }

  private take(document: Sampled): void {
    if (document.key > this.threshold) return
    this.kept.push(document)
    if (this.kept.length >= 2 * size) this.trim()
  }

  private trim(): void {
    this.kept.sort(compareSampled)
    if (this.kept.length <= size) return
    this.kept.length = size
    this.threshold = this.kept[size - 1].key
  }

  /** The sample, in an order that depends on the texts alone; plain data. */
  export(): Sampled[] {
    this.trim()
    return this.kept
  }
}
