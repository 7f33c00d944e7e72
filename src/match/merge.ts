/**
 * match: several indexes → one, in memory that does not grow with their postings: an external merge sort (Knuth 1973,
 * §5.4) whose runs are indexes. Each range of hashes is unpacked from all of them, sorted, and packed again.
 *
 * The documents keep their order, so postings of a seed stay in order of position and the result does not depend on
 * how the corpus was divided, but for the places of text blocks.
 */
import { PalimpsestError } from '../errors.ts'
import { type IndexNames, writeShard } from './builder.ts'
import {
  type Header,
  type IndexFacts,
  IndexWriter,
  type Place,
  placeOf,
  type SectionName,
  type Shard,
} from './format.ts'
import { bitsBelow, entryWords, type Pairs, PostingsPacker, sortPairs, unpackBuckets, wordsOf } from './postings.ts'
import { pieceBytes, type Sink, type Store, withSink } from './store.ts'
import { countBits, ModelCounts, readOrigin, type Tables, writeOrigin, writeTables } from './tables.ts'

/** An index to be merged. */
export interface MergeInput {
  store: Store
  header: Header
  /** what is added to its record numbers: records of the same file before it */
  records: number
}

/** Masked tokens of a shard at most: its directory takes some 800 MB while it is made. */
const maxShardTokens: number = 2 ** 31
/** Masked positions have 32 bits. */
const maxMaskedTokens = 2 ** 32 - 1
/** Postings of a range that is sorted in memory, about: so many stand in the caches. */
const rangePostings = 1 << 18
/** No more ranges than the smallest directory has buckets. */
const maxRangeBits = 12

/** A shard of an input, and where its positions lie in the merged index. */
interface ShardInput {
  store: Store
  shard: Shard
  from: number
  place: (name: 'bucket' | 'packed' | 'frequentHash' | 'frequentCount') => Place
}

/** Reads a section, or a stretch of one, as words. */
function readWords(store: Store, at: number, words: number): Uint32Array {
  const out = new Uint32Array(words)
  store.read(at, new Uint8Array(out.buffer))
  return out
}

function readTable(input: MergeInput, name: SectionName): Uint32Array {
  const { at, bytes } = placeOf(input.header, name, input.store.origin)
  return readWords(input.store, at, bytes / 4)
}

/**
 * Merges indexes, in their order.
 *
 * @param onSlice told how many of all postings are merged
 * @throws PalimpsestError `usage` where they were made with other parameters or are too large together
 */
export function mergeIndexes(
  inputs: readonly MergeInput[],
  sink: Sink,
  names: IndexNames,
  onSlice: (postings: number, all: number) => void = () => undefined,
  shardTokens: number = maxShardTokens,
): { store: Store; header: Header } {
  return withSink(sink, () => writeMerged(inputs, sink, names, onSlice, shardTokens))
}

function writeMerged(
  inputs: readonly MergeInput[],
  sink: Sink,
  { sources, ...names }: IndexNames,
  onSlice: (postings: number, all: number) => void,
  shardTokens: number,
): { store: Store; header: Header } {
  const sum = (count: 'documents' | 'tokens' | 'maskedTokens' | 'seeds'): number =>
    inputs.reduce((all, { header }) => all + header[count], 0)
  const { sketch, maxOccurrences } = inputs[0].header
  for (const { header, store } of inputs)
    if (header.sketch.k !== sketch.k || header.sketch.w !== sketch.w || header.maxOccurrences !== maxOccurrences)
      throw new PalimpsestError('usage', `${store.origin}: made with other parameters; build it again to merge it`)
  const maskedTokens = sum('maskedTokens')
  if (maskedTokens > maxMaskedTokens)
    throw new PalimpsestError(
      'usage',
      `${names.name}: expected up to ${maxMaskedTokens} tokens in one index, got ${maskedTokens}; build two and give both`,
    )
  const writer = new IndexWriter(sink)
  copyBlocks(writer, inputs)
  const models = new ModelCounts()
  for (const { store, header } of inputs)
    for (const [model, documents] of readOrigin(store, header).models.list()) models.add(model, documents)
  writeOrigin(writer, { sources, models })
  writeTables(writer, joinTables(inputs, sum('documents')))
  const groups = groupShards(inputs, shardTokens)
  const all = groups.flat().reduce((postings, { shard }) => postings + shard.postings, 0)
  let done = 0
  const facts: Omit<IndexFacts, 'sha256'> = {
    ...names,
    sketch,
    maxOccurrences,
    documents: sum('documents'),
    tokens: sum('tokens'),
    maskedTokens,
    seeds: sum('seeds'),
    longestDocument: inputs.reduce((most, { header }) => Math.max(most, header.longestDocument), 0),
    files: sources.length,
    shards: groups.map((group, number) =>
      mergeShards(writer, number, group, maxOccurrences, postings => {
        done += postings
        onSlice(done, all)
      }),
    ),
  }
  return writer.finish(facts)
}

function copyBlocks(writer: IndexWriter, inputs: readonly MergeInput[]): void {
  writer.begin('blocks')
  const piece = Buffer.allocUnsafe(pieceBytes)
  for (const input of inputs) {
    const { at, bytes } = placeOf(input.header, 'blocks', input.store.origin)
    for (let done = 0; done < bytes; done += piece.length) {
      const part = piece.subarray(0, Math.min(piece.length, bytes - done))
      input.store.read(at + done, part)
      writer.append(part)
    }
  }
}

function joinTables(inputs: readonly MergeInput[], nDocuments: number): Tables {
  const nBlocks = inputs.reduce(
    (all, input) => all + placeOf(input.header, 'blockDocument', input.store.origin).bytes / 4,
    0,
  )
  const tables: Tables = {
    start: new Uint32Array(nDocuments + 1),
    prompt: new Uint32Array(nDocuments),
    whole: new Uint32Array(nDocuments),
    count: new Uint32Array(1 << countBits),
    blockStart: new Float64Array(nBlocks + 1),
    blockDocument: new Uint32Array(nBlocks),
    blockRecord: new Uint32Array(nBlocks),
  }
  let document = 0
  let block = 0
  for (const input of inputs) {
    const position = tables.start[document]
    const own = readTable(input, 'start')
    for (let d = 0; d < own.length; d++) tables.start[document + d] = position + own[d]
    tables.prompt.set(readTable(input, 'prompt'), document)
    const hashes = readTable(input, 'wholeHash')
    const documents = readTable(input, 'wholeDocument')
    for (let i = 0; i < hashes.length; i++) tables.whole[document + documents[i]] = hashes[i]
    const counts = readTable(input, 'count')
    for (let i = 0; i < counts.length; i++) tables.count[i] += counts[i]
    const starts = new Float64Array(readTable(input, 'blockStart').buffer)
    const first = tables.blockStart[block]
    for (let b = 0; b < starts.length; b++) tables.blockStart[block + b] = first + starts[b]
    const records = readTable(input, 'blockRecord')
    const firsts = readTable(input, 'blockDocument')
    for (let b = 0; b < records.length; b++) {
      tables.blockDocument[block + b] = document + firsts[b]
      tables.blockRecord[block + b] = input.records + records[b]
    }
    document += input.header.documents
    block += records.length
  }
  return tables
}

/** Shards of the inputs that become one shard each: neighbours, as many as fit. */
function groupShards(inputs: readonly MergeInput[], shardTokens: number): ShardInput[][] {
  const groups: ShardInput[][] = []
  let grouped = 0
  let base = 0
  for (const input of inputs) {
    for (const [number, shard] of input.header.shards.entries()) {
      if (groups.length === 0 || grouped + shard.maskedTokens > shardTokens) {
        groups.push([])
        grouped = 0
      }
      grouped += shard.maskedTokens
      const { store } = input
      groups[groups.length - 1].push({
        store,
        shard,
        from: base + shard.from,
        place: name => placeOf(input.header, `${name}${number}`, store.origin),
      })
    }
    base += input.header.maskedTokens
  }
  return groups
}

function mergeShards(
  writer: IndexWriter,
  number: number,
  group: readonly ShardInput[],
  maxOccurrences: number,
  onSlice: (postings: number) => void,
): Shard {
  const { from } = group[0]
  const maskedTokens = group.reduce((all, { shard }) => all + shard.maskedTokens, 0)
  const postings = group.reduce((all, { shard }) => all + shard.postings, 0)
  const unlisted = sumUnlisted(group, maxOccurrences)
  const packer = new PostingsPacker(postings, bitsBelow(maskedTokens), maxOccurrences, unlisted, words =>
    writer.append(words),
  )
  return writeShard(writer, number, { from, maskedTokens }, packer, sortRanges(group, from, postings, onSlice))
}

/** Occurrences of frequent seeds that no posting stands for. */
function sumUnlisted(group: readonly ShardInput[], maxOccurrences: number): Map<number, number> {
  const unlisted = new Map<number, number>()
  for (const { store, place } of group) {
    const read = (name: 'frequentHash' | 'frequentCount'): Uint32Array =>
      readWords(store, place(name).at, place(name).bytes / 4)
    const counts = read('frequentCount')
    for (const [i, hash] of read('frequentHash').entries())
      unlisted.set(hash, (unlisted.get(hash) ?? 0) + counts[i] - maxOccurrences)
  }
  return unlisted
}

/** The postings of a group, range of hashes by range. */
function* sortRanges(
  group: readonly ShardInput[],
  from: number,
  postings: number,
  onSlice: (postings: number) => void,
): Generator<Pairs> {
  const rangeBits = Math.min(maxRangeBits, Math.max(0, Math.ceil(Math.log2(postings / rangePostings))))
  let pairs: Pairs = { hash: new Uint32Array(0), position: new Uint32Array(0) }
  for (let range = 0; range < 2 ** rangeBits; range++) {
    let n = 0
    for (const input of group) {
      const { store, shard, place } = input
      const step = 2 ** (shard.bucketBits - rangeBits)
      const bucket = readWords(store, place('bucket').at + range * step * entryWords * 4, step * entryWords + 1)
      const [first, last] = [bucket[0], bucket[step * entryWords]]
      if (first === last) continue
      pairs = makeRoom(pairs, n, last - first)
      const width = 32 - shard.bucketBits + shard.positionBits
      const word = (first >>> 5) * width
      const packed = readWords(store, place('packed').at + word * 4, wordsOf(last, width) - word)
      n += unpackBuckets(shard, bucket, packed, range * step, input.from - from, pairs, n)
    }
    yield sortPairs(pairs.hash, pairs.position, n)
    onSlice(n)
  }
}

function makeRoom(pairs: Pairs, held: number, more: number): Pairs {
  if (held + more <= pairs.hash.length) return pairs
  const size = Math.max(held + more, pairs.hash.length * 2)
  const larger: Pairs = { hash: new Uint32Array(size), position: new Uint32Array(size) }
  larger.hash.set(pairs.hash.subarray(0, held))
  larger.position.set(pairs.position.subarray(0, held))
  return larger
}
