/**
 * read: corpora → what would be read, before anyone scans: container, format, layout with its hit rate, the
 * models that rows name, and three examples of each file.
 */
import type { Document, LedgerProblem } from '../types.ts'
import { readPart } from './corpus.ts'
import type { LayoutDecision } from './layouts.ts'
import { planParts } from './parts.ts'
import { defaultReadOptions, type ReadOptions } from './settings.ts'
import { listSources } from './sources.ts'

/** What would be read of one file. */
export interface Inspection {
  file: string
  sizeBytes: number
  /** containers, encoding and format from outside in */
  chain: string[]
  /** the layout, with how many of the sampled records hold model-side text; null if there is none */
  layout: LayoutDecision | null
  /** names in the model column of the records looked at, with their counts, most frequent first */
  models: { model: string; documents: number }[]
  /** documents that were looked at for `models` and `examples` */
  documents: number
  /** the first documents of up to three records */
  examples: Document[]
  /** what would not be read, among the records looked at */
  problems: LedgerProblem[]
}

const nExamples = 3

/** Looks at the first batch of each file of the corpora. Sorted by file. @throws as `listSources` does */
export async function* inspectCorpus(
  corpora: string[],
  options: Partial<ReadOptions> = {},
): AsyncGenerator<Inspection> {
  const all = { ...defaultReadOptions, ...options }
  for (const part of planParts(await listSources(corpora, all), all)) {
    if (part.index > 0) continue
    const { file, sizeBytes, chain, layout } = part.source
    const inspection: Inspection = {
      file,
      sizeBytes,
      chain,
      layout,
      models: [],
      documents: 0,
      examples: [],
      problems: [],
    }
    const models = new Map<string, number>()
    for await (const batch of readPart(part, all)) {
      for (const document of batch.documents) {
        inspection.documents++
        if (document.model !== null) models.set(document.model, (models.get(document.model) ?? 0) + 1)
        const isNew = inspection.examples.at(-1)?.record !== document.record
        if (isNew && inspection.examples.length < nExamples) inspection.examples.push(document)
      }
      for (const problem of batch.problems) inspection.problems.push(problem)
      if (inspection.documents >= nExamples) break
    }
    const ranked = [...models].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    inspection.models = ranked.map(([model, documents]) => ({ model, documents }))
    yield inspection
  }
}
