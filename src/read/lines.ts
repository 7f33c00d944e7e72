/**
 * read: blocks of bytes → lines, for JSON lines and for text.
 *
 * Only the incomplete last line of a block is copied, so memory is one block and one record. A line over
 * the limit is not kept: its bytes are counted and reported when it ends.
 */

/** A line within `bytes[start, end)`, without its terminator; `size` bytes with it. Valid until the call returns. */
export type OnLine = (bytes: Buffer, start: number, end: number, size: number) => void

const empty: Buffer = Buffer.alloc(0)

/** Cuts a stream of blocks at one terminator byte. */
export class LineSplitter {
  private readonly terminator: number
  private readonly maxBytes: number
  private readonly onLine: OnLine
  private readonly onOversize: (size: number) => void
  private pieces: Buffer[] = []
  private heldBytes = 0
  private isOversize = false
  /** bytes of the line that was given up */
  abandonedBytes = 0

  /**
   * @param terminator 10 for LF, 13 for files that use bare CR
   * @param maxBytes longest line that is handed on
   */
  constructor(terminator: number, maxBytes: number, onLine: OnLine, onOversize: (size: number) => void) {
    this.terminator = terminator
    this.maxBytes = maxBytes
    this.onLine = onLine
    this.onOversize = onOversize
  }

  /** Takes the next block; the caller may reuse it afterwards. */
  feed(block: Buffer): void {
    const { terminator, maxBytes } = this
    let start = 0
    for (;;) {
      const at = block.indexOf(terminator, start)
      if (at < 0) break
      if (this.heldBytes > 0) this.finishHeld(block.subarray(start, at), 1)
      else if (at - start > maxBytes) this.onOversize(at + 1 - start)
      else this.onLine(block, start, at, at + 1 - start)
      start = at + 1
    }
    if (start < block.length) this.hold(block.subarray(start))
  }

  /** Ends the stream: what is held is the last line. */
  end(): void {
    if (this.heldBytes > 0) this.finishHeld(empty, 0)
  }

  /** Gives up the line that is held; null if there is none or it is over the limit. */
  abandon(): Buffer | null {
    const held = this.heldBytes > 0 && !this.isOversize ? Buffer.concat(this.pieces, this.heldBytes) : null
    this.abandonedBytes = this.heldBytes
    this.release()
    return held
  }

  private hold(tail: Buffer): void {
    this.heldBytes += tail.length
    if (this.heldBytes > this.maxBytes) {
      this.isOversize = true
      this.pieces = []
    } else this.pieces.push(Buffer.from(tail))
  }

  private finishHeld(tail: Buffer, terminatorBytes: number): void {
    const length = this.heldBytes + tail.length
    if (this.isOversize || length > this.maxBytes) {
      this.release()
      this.onOversize(length + terminatorBytes)
      return
    }
    const whole = Buffer.concat([...this.pieces, tail], length)
    this.release()
    this.onLine(whole, 0, length, length + terminatorBytes)
  }

  private release(): void {
    this.pieces = []
    this.heldBytes = 0
    this.isOversize = false
  }
}
