/**
 * match: documents → an index of one shard. Build → finish → query, flatbush style. What is larger than memory is built
 * as several such indexes, which `mergeIndexes` joins.
 */
import { matchDefaults, sketchDefaults } from '../options.ts'
import { TokenBuffer } from '../text/buffer.ts'
import { tokenise } from '../text/tokens.ts'
import type { Document } from '../types.ts'
import { packBlock } from './blocks.ts'
import { type Header, type IndexFacts, IndexWriter, type Shard } from './format.ts'
import { chooseSeeds, SeedBuffer, type SketchParameters } from './minimizers.ts'
import { bitsBelow, countListed, type Pairs, PostingsPacker, sortPairs } from './postings.ts'
import { hashPrompt, hashStream, ReferenceIndex } from './reference.ts'
import { type Sink, type Store, withSink, writeMemory } from './store.ts'
import { countBits, longestOf, ModelCounts, type SourceDigest, writeOrigin, writeTables } from './tables.ts'

/** UTF-16 units of text in a block: less is packed at twice the cost, more is unpacked in vain. */
const blockUnits = 16_384

/** Name shown in findings, the model that wrote the corpus if known, and its files. */
export interface IndexNames {
  name: string
  model: string | null
  sources: readonly SourceDigest[]
}

/** Collects documents; `finish` gives the index. Memory: about 3 B a token and the packed texts. */
export class IndexBuilder {
  private readonly sketch: SketchParameters
  private readonly tokens = new TokenBuffer()
  private readonly promptTokens = new TokenBuffer()
  private readonly seeds = new SeedBuffer()
  private hashes = new Uint32Array(1 << 16)
  private positions = new Uint32Array(1 << 16)
  private nSeeds = 0
  private readonly starts: number[] = [0]
  private nTokens = 0
  private nMasked = 0
  private readonly counts = new Uint32Array(1 << countBits)
  private readonly models = new ModelCounts()
  private readonly prompts: number[] = []
  private readonly wholes: number[] = []
  private readonly blocks: Uint8Array[] = []
  private readonly blockDocuments: number[] = []
  private pending: Document[] = []
  private pendingUnits = 0
  private finished = false

  constructor(sketch: SketchParameters = sketchDefaults) {
    this.sketch = sketch
  }

  /** Masked tokens so far. */
  get maskedTokens(): number {
    return this.nMasked
  }

  /** Documents so far. */
  get documents(): number {
    return this.wholes.length
  }

  /** Adds one document. @throws Error after `finish` */
  add(document: Document): void {
    if (this.finished) throw new Error('the index is finished: no document can be added')
    const stream = tokenise(document.text, this.tokens)
    const { n, hash, position } = chooseSeeds(stream, this.sketch, this.seeds)
    while (this.nSeeds + n > this.hashes.length) this.growSeeds()
    for (let i = 0; i < n; i++) {
      this.hashes[this.nSeeds] = hash[i]
      this.positions[this.nSeeds++] = this.nMasked + position[i]
    }
    for (let i = 0; i < stream.n; i++) this.counts[stream.hash[i] >>> (32 - countBits)]++
    this.nTokens += stream.n
    this.nMasked += stream.nMasked
    this.starts.push(this.nMasked)
    this.wholes.push(hashStream(stream))
    this.prompts.push(document.prompt === null ? 0 : hashPrompt(document.prompt, this.promptTokens))
    this.models.add(document.model, 1)
    this.pending.push(document)
    this.pendingUnits += document.text.length + (document.prompt?.length ?? 0)
    if (this.pendingUnits >= blockUnits) this.closeBlock()
  }

  private growSeeds(): void {
    const hashes = new Uint32Array(this.hashes.length * 2)
    hashes.set(this.hashes)
    this.hashes = hashes
    const positions = new Uint32Array(this.positions.length * 2)
    positions.set(this.positions)
    this.positions = positions
  }

  private closeBlock(): void {
    if (this.pending.length === 0) return
    this.blockDocuments.push(this.starts.length - 1 - this.pending.length)
    this.blocks.push(packBlock(this.pending))
    this.pending = []
    this.pendingUnits = 0
  }

  /** Ends the building, in memory. */
  finish(names: IndexNames): ReferenceIndex {
    return new ReferenceIndex(this.write(writeMemory(names.name), names).store)
  }

  /** Ends the building, into a sink. */
  write(sink: Sink, names: IndexNames): { store: Store; header: Header } {
    this.closeBlock()
    this.finished = true
    return withSink(sink, () => this.writeSections(sink, names))
  }

  private writeSections(sink: Sink, { sources, ...names }: IndexNames): { store: Store; header: Header } {
    const writer = new IndexWriter(sink)
    writer.begin('blocks')
    const blockStart = new Float64Array(this.blocks.length + 1)
    for (const [i, block] of this.blocks.entries()) {
      writer.append(block)
      blockStart[i + 1] = blockStart[i] + block.length
    }
    writeOrigin(writer, { sources, models: this.models })
    const start = Uint32Array.from(this.starts)
    writeTables(writer, {
      start,
      prompt: Uint32Array.from(this.prompts),
      whole: Uint32Array.from(this.wholes),
      count: this.counts,
      blockStart,
      blockDocument: Uint32Array.from(this.blockDocuments),
      blockRecord: new Uint32Array(this.blocks.length),
    })
    const facts: Omit<IndexFacts, 'sha256'> = {
      ...names,
      sketch: this.sketch,
      maxOccurrences: matchDefaults.maxOccurrences,
      documents: start.length - 1,
      tokens: this.nTokens,
      maskedTokens: this.nMasked,
      seeds: this.nSeeds,
      longestDocument: longestOf(start),
      files: sources.length,
      shards: [this.writeShard(writer)],
    }
    return writer.finish(facts)
  }

  private writeShard(writer: IndexWriter): Shard {
    const pairs = sortPairs(this.hashes, this.positions, this.nSeeds)
    const { maxOccurrences } = matchDefaults
    const listed = countListed(pairs, maxOccurrences)
    const packer = new PostingsPacker(listed, bitsBelow(this.nMasked), maxOccurrences, new Map(), words =>
      writer.append(words),
    )
    const shard = { from: 0, maskedTokens: this.nMasked }
    return writeShard(writer, 0, shard, packer, [pairs])
  }
}

/** Packs pairs that come in order, piece by piece, as shard `number`. */
export function writeShard(
  writer: IndexWriter,
  number: number,
  range: Pick<Shard, 'from' | 'maskedTokens'>,
  packer: PostingsPacker,
  pieces: Iterable<Pairs>,
): Shard {
  writer.begin(`packed${number}`)
  for (const pairs of pieces) packer.add(pairs)
  const { postings, frequentHash, frequentCount } = packer.finish()
  writer.write(`bucket${number}`, packer.bucket)
  writer.write(`frequentHash${number}`, frequentHash)
  writer.write(`frequentCount${number}`, frequentCount)
  return { ...range, bucketBits: packer.bucketBits, positionBits: packer.positionBits, postings }
}
