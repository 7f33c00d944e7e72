import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { digest } from '../../src/evidence/canonical.ts'
import { auditPath, hashLeaf, rootFromPath, treeRoot } from '../../src/evidence/merkle.ts'

/** RFC 6962 §2.1, word for word. */
function slowRoot(leaves: readonly string[]): Buffer {
  if (leaves.length === 0) return digest('')
  if (leaves.length === 1) return digest(Uint8Array.of(0), leaves[0])
  let k = 1
  while (k * 2 < leaves.length) k *= 2
  return digest(Uint8Array.of(1), slowRoot(leaves.slice(0, k)), slowRoot(leaves.slice(k)))
}

const hashAll = (leaves: readonly string[]): Buffer[] => leaves.map(leaf => hashLeaf(leaf))

describe('treeRoot', () => {
  it('gives the known roots of the certificate transparency test vectors', () => {
    const inputs = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f']
    const leaves = inputs.map(hex => hashLeaf(Buffer.from(hex, 'hex')))
    expect(treeRoot([]).toString('hex')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
    expect(treeRoot(leaves).toString('hex')).toBe('5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328')
  })

  it('agrees with the definition for every size up to 70', () => {
    for (let n = 0; n <= 70; n++) {
      const leaves = Array.from({ length: n }, (_, i) => `leaf ${i}`)
      expect(treeRoot(hashAll(leaves))).toEqual(slowRoot(leaves))
    }
  })
})

describe('rootFromPath', () => {
  it('leads from every leaf to the root, and no other leaf does', () => {
    for (let n = 1; n <= 40; n++) {
      const leaves = hashAll(Array.from({ length: n }, (_, i) => `leaf ${i}`))
      const root = treeRoot(leaves)
      for (let i = 0; i < n; i++) {
        const path = auditPath(leaves, i)
        expect(rootFromPath(leaves[i], i, n, path)).toEqual(root)
        expect(rootFromPath(hashLeaf('other'), i, n, path)).not.toEqual(root)
        if (n > 1) expect(rootFromPath(leaves[i], (i + 1) % n, n, path)).not.toEqual(root)
        if (path.length > 0) expect(rootFromPath(leaves[i], i, n, path.slice(1))).not.toEqual(root)
        expect(rootFromPath(leaves[i], i, n, [...path, root])).toBeUndefined()
      }
    }
  })

  it('refuses places outside the tree', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ max: 0 }), (index, size) => {
        expect(rootFromPath(hashLeaf(''), index, size, [])).toBeUndefined()
      }),
    )
  })
})
