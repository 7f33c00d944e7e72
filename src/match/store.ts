/**
 * match: where the bytes of an index lie, in a file or in memory, and where new ones go. The only file of the room that
 * touches the file system. A file appears under its name when it is complete; a cut-short build leaves none.
 */
import fs from 'node:fs'
import { dirname } from 'node:path'
import { PalimpsestError } from '../errors.ts'

/** Bytes moved at a time. */
export const pieceBytes: number = 1 << 24
/** Bytes that are gathered before they are written. */
const heldAtMost = 1 << 20

/** Bytes that can be read at any place. */
export interface Store {
  /** what messages call it */
  origin: string
  /** the file, or null for memory */
  path: string | null
  sizeBytes: number
  /** fills `into` from byte `at`. @throws PalimpsestError `integrity` where the bytes are not there any more */
  read(at: number, into: Uint8Array): void
  close(): void
}

/** Takes bytes in order. */
export interface Sink {
  write(bytes: Uint8Array): void
  /** ends it: the store that holds what was written, its first bytes replaced by `head` */
  finish(head: Uint8Array): Store
  /** gives up what was written */
  abandon(): void
}

/** Does work that writes to a sink; what a failure leaves is given up. */
export function withSink<Result>(sink: Sink, work: (sink: Sink) => Result): Result {
  try {
    return work(sink)
  } catch (error) {
    sink.abandon()
    throw error
  }
}

/** A store over memory. */
export function openMemory(buffer: SharedArrayBuffer, origin: string): Store {
  return {
    origin,
    path: null,
    sizeBytes: buffer.byteLength,
    read: (at, into) => into.set(new Uint8Array(buffer, at, into.length)),
    close: () => undefined,
  }
}

/** A store over a file, which stays open. @throws the operating system's errors */
export function openFile(path: string): Store {
  const fd = fs.openSync(path, 'r')
  return {
    origin: path,
    path,
    sizeBytes: fs.fstatSync(fd).size,
    read: (at, into) => {
      for (let done = 0; done < into.length; ) {
        const n = fs.readSync(fd, into, done, Math.min(into.length - done, pieceBytes), at + done)
        if (n === 0)
          throw new PalimpsestError(
            'integrity',
            `${path}: expected ${into.length} bytes at ${at}, got ${done}: it changed while it was read`,
          )
        done += n
      }
    },
    close: () => fs.closeSync(fd),
  }
}

/** The first bytes of a file, fewer where it is shorter. */
export function readStart(path: string, bytes: number): Buffer {
  const fd = fs.openSync(path, 'r')
  try {
    const head = Buffer.alloc(bytes)
    return head.subarray(0, fs.readSync(fd, head, 0, bytes, 0))
  } finally {
    fs.closeSync(fd)
  }
}

/** A sink that keeps all in memory, to be shared between threads. */
export function writeMemory(origin: string): Sink {
  let pieces: Uint8Array[] = []
  let sizeBytes = 0
  return {
    write: bytes => {
      pieces.push(bytes.slice())
      sizeBytes += bytes.length
    },
    finish: head => {
      const buffer = new SharedArrayBuffer(sizeBytes)
      const all = new Uint8Array(buffer)
      let at = 0
      for (const piece of pieces) {
        all.set(piece, at)
        at += piece.length
      }
      all.set(head)
      pieces = []
      return { ...openMemory(buffer, origin), buffer } as MemoryStore
    },
    abandon: () => {
      pieces = []
    },
  }
}

/** A store whose memory can be handed to other threads as it is. */
export interface MemoryStore extends Store {
  buffer: SharedArrayBuffer
}

/** A sink that writes a file: under another name first, then by rename. */
export function writeFile(path: string): Sink {
  fs.mkdirSync(dirname(path), { recursive: true })
  const partial = `${path}.partial`
  const fd = fs.openSync(partial, 'w')
  let held: Uint8Array[] = []
  let heldBytes = 0
  const put = (bytes: Uint8Array): void => {
    for (let at = 0; at < bytes.length; ) at += fs.writeSync(fd, bytes, at, Math.min(bytes.length - at, pieceBytes))
  }
  const flush = (): void => {
    put(Buffer.concat(held, heldBytes))
    held = []
    heldBytes = 0
  }
  return {
    write: bytes => {
      if (bytes.length >= heldAtMost) {
        flush()
        put(bytes)
        return
      }
      held.push(bytes.slice())
      heldBytes += bytes.length
      if (heldBytes >= heldAtMost) flush()
    },
    finish: head => {
      flush()
      fs.writeSync(fd, head, 0, head.length, 0)
      fs.fsyncSync(fd)
      fs.closeSync(fd)
      fs.renameSync(partial, path)
      return openFile(path)
    },
    abandon: () => {
      fs.closeSync(fd)
      fs.rmSync(partial, { force: true })
    },
  }
}
