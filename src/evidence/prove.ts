/**
 * Evidence: proof that one finding belongs to an audit, for a reader who knows the root and nothing else of it.
 * A finding of any edition but counts → the finding, its seals, and its path to the root.
 */
import { PalimpsestError } from '../errors.ts'
import type { Finding, Seals, TextSeal } from '../types.ts'
import { readBundle } from './bundle.ts'
import { auditPath, rootFromPath } from './merkle.ts'
import { sealsOfFinding } from './redact.ts'
import { type Content, hashFinding, measureContent, rootOf, stubFromSalt, stubsOf, useSeals } from './seal.ts'

/** All that is needed to check one finding against a root. Plain JSON. */
export interface InclusionProof {
  schema: 1
  edition: Seals['edition']
  root: string
  content: Content
  /** the finding as its edition shows it */
  finding: Finding
  /** number of its suspect document among those with findings */
  document: number
  salt: string
  texts: TextSeal[]
  /** place of its leaf */
  index: number
  /** sibling hashes from the leaf up, hex */
  path: string[]
}

/**
 * Proves one finding of a bundle.
 * @throws PalimpsestError `usage` if there is no such finding or the edition holds none, `integrity` if the bundle is
 * not sound
 */
export async function proveFinding(dir: string, findingId: string): Promise<InclusionProof> {
  const bundle = await readBundle(dir)
  const seals = bundle.seals!
  const index = bundle.findings.findIndex(finding => finding.id === findingId)
  if (index === -1) {
    const why = seals.edition === 'counts' ? 'an edition of counts holds no findings' : 'no such finding'
    throw new PalimpsestError('usage', `${dir}: ${JSON.stringify(findingId)}: ${why}`)
  }
  const content = measureContent(bundle)
  if (rootOf(content) !== seals.root) {
    throw new PalimpsestError('integrity', `${dir}: the findings do not lead to the root; run palimpsest verify`)
  }
  const stubs = [...stubsOf(bundle, seals)]
  const finding = bundle.findings[index]
  return {
    schema: 1,
    edition: seals.edition,
    root: seals.root,
    content,
    finding,
    document: stubs[index].document,
    ...sealsOfFinding(finding, index, seals),
    index,
    path: auditPath(stubs.map(hashFinding), index).map(hash => hash.toString('hex')),
  }
}

/**
 * Checks a proof.
 * @param root the root that the reader was told, hex
 * @returns why the proof fails, or undefined if it holds
 */
export function verifyProof(proof: InclusionProof, root: string): string | undefined {
  if (root.toLowerCase() !== proof.root) return `expected root ${root}, got ${proof.root}`
  try {
    if (proof.schema !== 1 || rootOf(proof.content) !== proof.root) return 'the content does not lead to the root'
    // a text beside an excerpt would not be under its seal
    const sides = [proof.finding.suspect, proof.finding.reference]
    const hasLoose = sides.some(side => (proof.edition === 'full' ? 'excerpt' in side : 'text' in side))
    if (hasLoose) return `shows a text that edition ${proof.edition} does not have`
    const stub = useSeals(proof.texts, headAt => stubFromSalt(proof.finding, proof.document, proof.salt, headAt))
    const path = proof.path.map(hash => Buffer.from(hash, 'hex'))
    const reached = rootFromPath(hashFinding(stub), proof.index, proof.content.findings.size, path)
    if (reached?.toString('hex') === proof.content.findings.root) return undefined
    return 'the finding does not lead to the root'
  } catch (error) {
    return `not a proof: ${(error as Error).message}`
  }
}
