/**
 * run: which models the rows of the corpus name as the writers of their answers. Documents → counts by name, in
 * bounded memory: names past the limit, and texts too long for a name, are counted together.
 */
import type { NamedModels } from '../types.ts'

/** Different names told apart, in a part and in the corpus. */
const maxNames = 1024

/** Longer texts are no names. */
const maxNameUnits = 80

/** Names that the summary lists. */
const nListed = 50

/** Counts of documents by the name in their model column; plain data. */
export interface ModelCounts {
  names: [name: string, documents: number][]
  /** documents whose name is not among them */
  others: number
}

/** Counts documents by named model. Parts merge in their order, so the result depends on the corpus alone. */
export class ModelCounter {
  private readonly names: Map<string, number> = new Map()
  private others = 0

  /** Counts documents of a model; null where the row names none. */
  add(model: string | null, documents = 1): void {
    if (model === null) return
    const known = this.names.get(model)
    if (known !== undefined) this.names.set(model, known + documents)
    else if (this.names.size < maxNames && model.length <= maxNameUnits) this.names.set(model, documents)
    else this.others += documents
  }

  /** Takes in what was counted of another part. */
  merge({ names, others }: ModelCounts): void {
    for (const [name, documents] of names) this.add(name, documents)
    this.others += others
  }

  /** The counts as plain data. */
  export(): ModelCounts {
    return { names: [...this.names], others: this.others }
  }

  /** For the summary: the most frequent names first. @param lackingFiles files whose layout usually names the model, and that do not */
  summarise(lackingFiles: number): NamedModels {
    const ranked = [...this.names].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    const rest = ranked.slice(nListed).reduce((sum, [, documents]) => sum + documents, this.others)
    return {
      models: ranked.slice(0, nListed).map(([model, documents]) => ({ model, documents })),
      others: rest,
      lackingFiles,
    }
  }
}
