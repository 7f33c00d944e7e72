/** Style: a stretch of text → its scores by several solvers, in whole numbers in the memory of a kernel. */
import { FeatureCounter } from './features.ts'
import { createKernel, type Kernel, nByteLanes } from './kernel.ts'
import type { MaskedText } from './mask.ts'
import type { QuantisedSolver } from './profile.ts'
import { Vectoriser, type Vocabulary } from './vectors.ts'

/** Entries of a unit vector are multiplied as whole numbers of this fraction: √n · 127 · 16384 stays below 2³¹. */
const valueScale = 16384

/** Owns the weights of its solvers, which have the same classes, and the vector that was read last. */
export class StretchScorer {
  private readonly solvers: readonly QuantisedSolver[]
  private readonly vectoriser: Vectoriser
  private readonly kernel: Kernel
  private readonly sums: Int32Array
  private readonly index: Uint32Array
  private readonly whole: Int16Array
  private readonly value: Float32Array
  private readonly stride: number
  private nEntries = 0

  constructor(vocabulary: Vocabulary, solvers: readonly QuantisedSolver[]) {
    const nFeatures = vocabulary.buckets.length
    const nClasses = solvers[0].bias.length
    this.solvers = solvers
    this.vectoriser = new Vectoriser(vocabulary, new FeatureCounter())
    this.stride = Math.ceil(nClasses / nByteLanes) * nByteLanes
    const start = nByteLanes * 4
    this.kernel = createKernel(start + nFeatures * (6 + this.stride * solvers.length), this.stride)
    const { buffer } = this.kernel
    this.sums = new Int32Array(buffer, 0, nByteLanes)
    this.index = new Uint32Array(buffer, start, nFeatures)
    this.whole = new Int16Array(buffer, start + nFeatures * 4, nFeatures)
    this.value = new Float32Array(nFeatures)
    solvers.forEach(({ weights }, s) => {
      const padded = new Int8Array(buffer, this.placeOf(s), nFeatures * this.stride)
      for (let f = 0; f < nFeatures; f++) {
        padded.set(weights.subarray(f * nClasses, (f + 1) * nClasses), f * this.stride)
      }
    })
  }

  private placeOf(solver: number): number {
    const nFeatures = this.index.length
    return this.index.byteOffset + nFeatures * (6 + solver * this.stride)
  }

  /** Reads a stretch; returns the share of its character n-grams that the vocabulary knows, 0–1. */
  read(text: MaskedText, from: number, to: number): number {
    const { index, value, whole } = this
    const n = this.vectoriser.write(text, from, to, index, value, 0)
    for (let i = 0; i < n; i++) whole[i] = value[i] * valueScale + 0.5
    this.nEntries = n
    return this.vectoriser.familiarity
  }

  /** Adds the scores of the stretch by one solver, divided by `nStretches`. */
  addScores(solver: number, nStretches: number, scores: Float64Array): void {
    const { sums, index, whole, kernel, nEntries } = this
    const { step, bias } = this.solvers[solver]
    const end = index.byteOffset + nEntries * 4
    for (let block = 0; block < scores.length; block += nByteLanes) {
      sums.fill(0)
      kernel.multiply(index.byteOffset, whole.byteOffset, end, this.placeOf(solver) + block, sums.byteOffset)
      for (let lane = 0; lane < nByteLanes && block + lane < scores.length; lane++) {
        const c = block + lane
        scores[c] += ((sums[lane] / valueScale) * step[c] + bias[c]) / nStretches
      }
    }
  }
}
