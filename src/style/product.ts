/**
 * Style: a stretch of text → its scores by several solvers, in whole numbers in the memory of a kernel.
 *
 * Of a vector of length 1 with n entries the sums stay below √n · 127 · 32767, which is less than 2³¹.
 */
import { createKernel, type Kernel, nByteLanes, valueScale } from './kernel.ts'
import type { MaskedText } from './mask.ts'
import type { QuantisedSolver } from './profile.ts'
import { Vectoriser, type Vocabulary } from './vectors.ts'

/** Owns the weights of its solvers, which have the same classes, and the vector that was read last. */
export class StretchScorer {
  private readonly solvers: readonly QuantisedSolver[]
  private readonly vectoriser: Vectoriser
  private readonly kernel: Kernel
  private readonly sums: Int32Array
  private readonly entries: Uint32Array
  private readonly stride: number
  private nEntries = 0

  constructor(vocabulary: Vocabulary, solvers: readonly QuantisedSolver[]) {
    const nFeatures = vocabulary.buckets.length
    const nClasses = solvers[0].bias.length
    this.solvers = solvers
    this.vectoriser = new Vectoriser(vocabulary)
    this.stride = Math.ceil(nClasses / nByteLanes) * nByteLanes
    const start = nByteLanes * 4
    this.kernel = createKernel(start + nFeatures * (4 + this.stride * solvers.length), this.stride)
    const { buffer } = this.kernel
    this.sums = new Int32Array(buffer, 0, nByteLanes)
    this.entries = new Uint32Array(buffer, start, nFeatures)
    solvers.forEach(({ weights }, s) => {
      const padded = new Int8Array(buffer, this.placeOf(s), nFeatures * this.stride)
      for (let f = 0; f < nFeatures; f++) {
        padded.set(weights.subarray(f * nClasses, (f + 1) * nClasses), f * this.stride)
      }
    })
  }

  private placeOf(solver: number): number {
    return this.entries.byteOffset + this.entries.length * (4 + solver * this.stride)
  }

  /** Reads a stretch; returns the share of its character n-grams that the vocabulary knows, 0–1. */
  read(text: MaskedText, from: number, to: number): number {
    this.nEntries = this.vectoriser.write(text, from, to, this.entries, 0)
    return this.vectoriser.familiarity
  }

  /** Adds the scores of the stretch by one solver, divided by `nStretches`. */
  addScores(solver: number, nStretches: number, scores: Float64Array): void {
    const { sums, entries, kernel, nEntries } = this
    const { step, bias } = this.solvers[solver]
    const start = entries.byteOffset
    const end = start + nEntries * 4
    for (let block = 0; block < scores.length; block += nByteLanes) {
      sums.fill(0)
      kernel.multiply(start, end, this.placeOf(solver) + block, sums.byteOffset)
      for (let lane = 0; lane < nByteLanes && block + lane < scores.length; lane++) {
        const c = block + lane
        scores[c] += ((sums[lane] / valueScale) * step[c] + bias[c]) / nStretches
      }
    }
  }
}
