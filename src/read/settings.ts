/**
 * read: what a caller may set, and the defaults. A limit that is passed is never silent: the record or
 * the rest of the file becomes `limited` in the ledger.
 */

/** Options of the read stage. */
export interface ReadOptions {
  layout?: string // name of a layout (`layoutNames`) that every record must have; default: recognised by shape
  textField?: string // key or JSON pointer of the model-side text; `*` stands for every element of an array
  promptField?: string // key or JSON pointer of the prompt
  maxRecordBytes: number // bytes of one record, default 16 MiB
  maxDepth: number // nesting of one record, default 64
  maxRatio: number // decompressed ÷ compressed bytes past the first 16 MiB, default 200
  sampleShare?: number // share of the records that is read, chosen by a hash of their bytes; default: all
  maxRecords?: number // records of the sample that are read, the first of the corpus; default: all
  partBytes: number // byte ranges into which plain JSON lines and Parquet are cut for workers, default 4 MiB; longer in large files
  signal?: AbortSignal // stops reading between two batches
}

export const defaultReadOptions: ReadOptions = {
  maxRecordBytes: 16 << 20, // the longest record in the public chat corpora looked at is 1.2 MB
  maxDepth: 64, // OASST trees, the deepest layout known, reach about 30
  maxRatio: 200, // text packs 3–10 to 1, tables of equal rows up to 100; a deflate bomb reaches 1,032
  partBytes: 4 << 20, // small enough that threads end together, large enough that opening a part costs nothing
}

/** Decompressed bytes below which `maxRatio` is not asked: small files of one repeated line are no bombs. */
export const ratioFloorBytes: number = 16 << 20

/** Text units after which a batch is handed on. */
export const batchUnits: number = 1 << 16

/**
 * Bytes that a reader is fed at a time. Texts of a batch live until the last of them is scanned: at eight times as much
 * the collector of garbage copies most of them twice, and takes 2.5 times as long.
 */
export const pieceBytes: number = 1 << 17

/** Bytes read from a file at a time. */
export const blockBytes: number = 1 << 20
