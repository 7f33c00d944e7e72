/**
 * run: one part of the suspect corpus → what was found in it. The same code runs in the calling thread and in
 * workers; its results are plain data and merge in any order.
 */
import { combine, hashUnits } from '../hash.ts'
import type { ReferenceIndex } from '../match/reference.ts'
import { type Part, type ReadOptions, readPart } from '../read/corpus.ts'
import type { Alignment, ClassCounts, Document, Finding, FindingClass, LedgerFile, LedgerProblem } from '../types.ts'
import { mayReachClass } from '../weigh/bound.ts'
import type { Measures } from '../weigh/measures.ts'
import { classify } from '../weigh/rule.ts'
import { Scale } from '../weigh/scale.ts'
import type { Tokens } from '../weigh/tokens.ts'
import { ClusterCounter } from './clusters.ts'
import { makeFinding } from './finding.ts'
import { ModelCounter, type ModelCounts } from './models.ts'
import { Repeats } from './repeats.ts'
import { DocumentSample, type Sampled } from './sample.ts'
import { addTraces, createTraces, type Traces } from './traces.ts'

/** The indexes of an audit. */
export interface Sides {
  references: ReferenceIndex[]
  backgrounds: ReferenceIndex[]
  decoys: ReferenceIndex[]
  /** keep a sample of the documents for the estimates of style? */
  wantsSample: boolean
}

/** What the corpus-wide tables need to know of a finding. */
export interface Tie {
  /** which of the reference indexes */
  index: number
  /** document of that index */
  document: number
  /** hash of its prompt, 0 where it has none */
  prompt: number
  alignment: Alignment
}

/** All that one part gives. Record numbers count from the start of the part. */
export interface PartResult {
  /** position in the list of parts */
  part: number
  /** numbers of records that the part uses, for numbering those of the next */
  numbers: number
  /** line ends in the part, for numbering the lines of the next */
  lines: number
  findings: Finding[]
  /** of each finding: where its reference stands and which tokens are equal */
  ties: Tie[]
  problems: LedgerProblem[]
  /** the account of the part; null until it has been read to its end */
  file: LedgerFile | null
  found: ClassCounts
  decoy: ClassCounts
  /** keys of the clusters of documents (prompt, else text) */
  clusters: number[]
  /** what the rows say of the model that wrote them */
  models: ModelCounts
  traces: Traces
  /** documents for the estimates of style; empty where none is wanted */
  sample: Sampled[]
}

/** What one document shows. */
interface Judged {
  findings: Finding[]
  /** of each finding */
  ties: Tie[]
  best: FindingClass | undefined
  decoy: FindingClass | undefined
}

/** Units that an edit takes, about. */
const editUnits = 100

/** UTF-16 units of what a document shows, about. */
function sizeOf({ findings }: Judged): number {
  let units = 0
  for (const { reference, edits } of findings) units += (reference.text?.length ?? 0) + editUnits * edits.length
  return units
}

/** Scans parts against fixed indexes. One per thread. */
export class Scanner {
  private readonly sides: Sides
  private readonly options: ReadOptions
  private readonly scale: Scale
  private readonly decoyScale: Scale | undefined
  private readonly repeats = new Repeats<Judged>()

  constructor(sides: Sides, options: ReadOptions) {
    this.sides = sides
    this.options = options
    const isWorth = (alone: Measures): boolean => mayReachClass(alone, sides.backgrounds.length > 0)
    this.scale = new Scale(sides.references, sides.backgrounds, isWorth)
    if (sides.decoys.length > 0) this.decoyScale = new Scale(sides.decoys, sides.backgrounds, isWorth)
  }

  /**
   * Scans one part.
   *
   * @param order position of the part in the list of parts
   * @param onProgress called after each batch with the bytes and records it held
   */
  async scanPart(part: Part, order: number, onProgress: (bytes: number, records: number) => void): Promise<PartResult> {
    const clusters = new ClusterCounter()
    const result: PartResult = {
      part: order,
      numbers: 0,
      lines: 0,
      findings: [],
      ties: [],
      problems: [],
      file: null,
      found: { classA: 0, classB: 0, classC: 0 },
      decoy: { classA: 0, classB: 0, classC: 0 },
      clusters: [],
      models: { names: [], others: 0 },
      traces: createTraces(this.sides.backgrounds.length > 0),
      sample: [],
    }
    const models = new ModelCounter()
    const sample = new DocumentSample()
    for await (const batch of readPart(part, this.options)) {
      for (const document of batch.documents) {
        this.scanDocument(document, result, clusters)
        models.add(document.model)
        if (this.sides.wantsSample) sample.add(document)
      }
      for (const problem of batch.problems) result.problems.push(problem)
      result.numbers += batch.numbers
      result.lines += batch.lines
      if (batch.last !== null) result.file = batch.last
      onProgress(batch.counts.bytesIn, batch.counts.recordsIn)
    }
    result.clusters = clusters.export()
    result.models = models.export()
    result.sample = sample.export()
    return result
  }

  private scanDocument(document: Document, result: PartResult, clusters: ClusterCounter): void {
    clusters.add(clusterKey(document))
    const tokens = this.scale.read(document)
    addTraces(result.traces, document, tokens.stream)
    let judged = this.repeats.find(document, tokens.hash)
    if (judged === undefined) {
      judged = this.judge(document, tokens)
      this.repeats.keep(document, tokens.hash, judged, sizeOf(judged))
    }
    const { file, record, field, id } = document
    for (const finding of judged.findings)
      result.findings.push({ ...finding, suspect: { ...finding.suspect, file, record, field, id } })
    result.ties.push(...judged.ties)
    countClass(result.found, judged.best)
    countClass(result.decoy, judged.decoy)
  }

  /** What a document shows, wherever it stands. */
  private judge(document: Document, tokens: Tokens): Judged {
    const { references, backgrounds } = this.sides
    const judged: Judged = { findings: [], ties: [], best: undefined, decoy: undefined }
    for (const match of this.scale.weigh(document, tokens)) {
      const found = classify(match.measures, backgrounds.length > 0)
      if (found === undefined) continue
      if (judged.best === undefined || found < judged.best) judged.best = found
      judged.findings.push(makeFinding(document, tokens.stream, match, found, references, backgrounds))
      const { blocks, suspect, reference } = match.claim
      const { index, document: row } = match
      const prompt = references[index].promptOf(row)
      judged.ties.push({ index, document: row, prompt, alignment: { blocks, suspect, reference } })
    }
    if (this.decoyScale !== undefined) judged.decoy = this.bestDecoyClass(document, tokens, this.decoyScale)
    return judged
  }

  private bestDecoyClass(document: Document, tokens: Tokens, scale: Scale): FindingClass | undefined {
    let best: FindingClass | undefined
    for (const match of scale.weigh(document, tokens)) {
      const found = classify(match.measures, this.sides.backgrounds.length > 0)
      if (found !== undefined && (best === undefined || found < best)) best = found
    }
    return best
  }
}

function countClass(counts: ClassCounts, found: FindingClass | undefined): void {
  if (found === 'A') counts.classA++
  else if (found === 'B') counts.classB++
  else if (found === 'C') counts.classC++
}

/** Documents that answer one prompt, or say the same, are not independent observations. */
function clusterKey({ prompt, text }: Document): number {
  const basis = prompt === null || prompt === '' ? text : prompt
  const low = hashUnits(basis)
  return (combine(low, basis.length) & 0xfffff) * 2 ** 32 + low
}
