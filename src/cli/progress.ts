/**
 * cli: progress on stderr: a bar with rate and time left on a terminal, a quiet line every ten seconds otherwise.
 */
import process from 'node:process'
import bars from 'cli-progress'

const lineIntervalMs = 10_000

/** Shows how far a long work has come. */
export class Progress {
  private readonly isTerminal = process.stderr.isTTY === true
  private bar: bars.SingleBar | undefined
  private stage = ''
  private things = 'records'
  private bytes = 0
  private records = 0
  private totalBytes = 0
  private startedMs = 0
  private saidMs = 0

  /**
   * Begins a stage.
   *
   * @param totalBytes size of the work on disk; 0 if not known
   * @param things what is counted: bytes are told only beside records
   */
  begin(stage: string, totalBytes: number, things: 'records' | 'postings' = 'records'): void {
    this.end()
    this.stage = stage
    this.things = things
    this.bytes = 0
    this.records = 0
    this.totalBytes = totalBytes
    this.startedMs = this.saidMs = Date.now()
  }

  /** Adds what came in. Decoded bytes may exceed the size on disk of compressed files. */
  add(bytes: number, records: number): void {
    this.bytes += bytes
    this.records += records
    if (this.isTerminal) this.draw()
    else if (Date.now() - this.saidMs >= lineIntervalMs) {
      this.saidMs = Date.now()
      process.stderr.write(`${this.stage}: ${this.describe()}\n`)
    }
  }

  private describe(): string {
    const seconds = Math.max(0.001, (Date.now() - this.startedMs) / 1000)
    const rate = this.bytes / 1e6 / seconds
    if (this.things !== 'records') return `${this.records.toLocaleString('en')} ${this.things}`
    const records = this.records === 0 ? '' : `${this.records.toLocaleString('en')} records, `
    return `${records}${(this.bytes / 1e6).toFixed(1)} MB, ${rate.toFixed(1)} MB/s`
  }

  private draw(): void {
    // the bar is only shown for work that lasts
    if (Date.now() - this.startedMs < 300) return
    const total = Math.max(this.totalBytes, this.bytes, 1)
    if (this.bar === undefined) {
      const format = `${this.stage} {bar} {percentage} % · {facts} · {eta_formatted} left`
      this.bar = new bars.SingleBar(
        { format, hideCursor: true, clearOnComplete: true, stream: process.stderr },
        bars.Presets.shades_classic,
      )
      this.bar.start(total, this.bytes, { facts: this.describe() })
    }
    this.bar.setTotal(total)
    this.bar.update(this.bytes, { facts: this.describe() })
  }

  /** Ends the stage and clears the line. */
  end(): void {
    this.bar?.stop()
    this.bar = undefined
  }
}
