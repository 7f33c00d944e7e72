/**
 * Evidence: hash trees of RFC 6962 §2.1 over SHA-256. Leaves in order → root; a leaf → its audit path.
 * A leaf and a node are hashed under different prefixes, so neither can be passed off as the other.
 */
import { digest } from './canonical.ts'

const leafPrefix = Uint8Array.of(0)
const nodePrefix = Uint8Array.of(1)

/** Hash of one leaf. */
export function hashLeaf(data: string | Uint8Array): Buffer {
  return digest(leafPrefix, data)
}

function hashNode(left: Uint8Array, right: Uint8Array): Buffer {
  return digest(nodePrefix, left, right)
}

/** Grows a tree leaf by leaf, in memory for one hash a level. */
export class TreeBuilder {
  /** leaves added so far */
  size: number
  /** roots of the perfect subtrees so far, largest first */
  #peaks: Buffer[]

  constructor() {
    this.size = 0
    this.#peaks = []
  }

  /** Adds one leaf by its hash (`hashLeaf`). */
  add(leaf: Buffer): void {
    let peak = leaf
    // every trailing 1 bit of the size is a perfect subtree that the new leaf completes
    for (let rest = this.size; rest % 2 === 1; rest = (rest - 1) / 2) peak = hashNode(this.#peaks.pop()!, peak)
    this.#peaks.push(peak)
    this.size++
  }

  /** Root of the leaves so far; of an empty tree, the hash of nothing. */
  root(): Buffer {
    if (this.#peaks.length === 0) return digest()
    return this.#peaks.reduceRight((right, left) => hashNode(left, right))
  }
}

/** Root over leaf hashes. */
export function treeRoot(leaves: readonly Buffer[]): Buffer {
  const tree = new TreeBuilder()
  for (const leaf of leaves) tree.add(leaf)
  return tree.root()
}

/** Audit path of leaf `index`: sibling hashes from the leaf up (RFC 6962 §2.1.1). */
export function auditPath(leaves: readonly Buffer[], index: number): Buffer[] {
  if (leaves.length <= 1) return []
  const split = largestPowerBelow(leaves.length)
  const left = leaves.slice(0, split)
  const right = leaves.slice(split)
  return index < split
    ? [...auditPath(left, index), treeRoot(right)]
    : [...auditPath(right, index - split), treeRoot(left)]
}

/**
 * Root that a leaf and its audit path lead to.
 * @returns undefined if the path cannot belong to leaf `index` of a tree of `size` leaves
 */
export function rootFromPath(leaf: Buffer, index: number, size: number, path: readonly Buffer[]): Buffer | undefined {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return undefined
  let hash = leaf
  let position = index
  let last = size - 1
  for (const sibling of path) {
    if (last === 0) return undefined
    if (position % 2 === 1 || position === last) {
      hash = hashNode(sibling, hash)
      while (position % 2 === 0 && position !== 0) {
        position /= 2
        last = Math.floor(last / 2)
      }
    } else {
      hash = hashNode(hash, sibling)
    }
    position = Math.floor(position / 2)
    last = Math.floor(last / 2)
  }
  return last === 0 ? hash : undefined
}

function largestPowerBelow(n: number): number {
  let power = 1
  while (power * 2 < n) power *= 2
  return power
}
