/**
 * Bench: does the decoy tell how many findings are false? In each random split of models into reference, decoy,
 * background and suspects, all suspects are innocent: findings against the reference are the true count, findings
 * against the decoy the estimate. Printed for a decoy that was given, and for one held back from the background. Counts of
 * a few differ by more than a factor of two for chance alone, so it is also said how many splits an exact test would
 * refute, and how the sums of five splits agree.
 *
 *     npm run bench:decoys -- [--splits 20] [--per 1500] [--seed 1]
 */
import { parseArgs } from 'node:util'
import { isHeldBack } from '../../src/run/runs.ts'
import { binomialTail } from '../../src/stats.ts'
import type { FindingClass } from '../../src/types.ts'
import { detect, toDocument } from './adapter.ts'
import { lineOf, loadAnswers, type Row } from './data.ts'
import { createRandom, type Random } from './random.ts'
import { isAtLeast, writeTable } from './tally.ts'

const { values } = parseArgs({
  options: {
    splits: { type: 'string', default: '20' },
    per: { type: 'string', default: '1500' },
    seed: { type: 'string', default: '1' },
  },
})

const levels: readonly FindingClass[] = ['A', 'B', 'C']
/** Models on each side of a split. */
const nReference = 4
const nBackground = 10
const nSuspect = 16

interface Split {
  reference: Row[]
  decoy: Row[]
  background: Row[]
  suspects: Row[]
}

/** Assigns lines of models to sides at random; reference and decoy are exchangeable, and no line is on two sides. */
function drawSplit(rows: readonly Row[], nSuspects: number, random: Random): Split {
  const models = new Map<string, Set<string>>()
  for (const { model } of rows) {
    const line = lineOf(model)
    models.set(line, (models.get(line) ?? new Set()).add(model))
  }
  const order = random.shuffle([...models.keys()])
  const take = (nModels: number): Row[] => {
    const chosen = new Set<string>()
    while (chosen.size < nModels && order.length > 0) {
      const line = [...models.get(order.pop()!)!]
      for (const model of line.slice(0, nModels - chosen.size)) chosen.add(model)
    }
    return rows.filter(row => chosen.has(row.model))
  }
  const [reference, decoy, background, suspects] = [nReference, nReference, nBackground, nSuspect].map(take)
  return {
    reference: reference!,
    decoy: decoy!,
    background: background!,
    suspects: random.shuffle(suspects!).slice(0, nSuspects),
  }
}

/** Suspects found at each class or a stronger one. */
function countFound(references: readonly Row[], background: readonly Row[], suspects: readonly Row[]): number[] {
  const detections = detect(references, background, suspects)
  return levels.map(level => detections.filter(detection => isAtLeast(detection, level)).length)
}

/** Decoys: the one that was given, and the one held back from the background. */
const decoys = ['given', 'heldBack'] as const
type DecoyName = (typeof decoys)[number]

/** Findings of one split, by class; an estimate is the decoy's hits times `scale`. */
interface Measured {
  true: number[]
  hits: Record<DecoyName, number[]>
  scale: Record<DecoyName, number>
}

function measureSplit({ reference, decoy, background, suspects }: Split): Measured {
  const held = background.filter((row, i) => isHeldBack(toDocument(row, i)))
  const rest = background.filter((row, i) => !isHeldBack(toDocument(row, i)))
  return {
    true: countFound(reference, background, suspects),
    hits: { given: countFound(decoy, background, suspects), heldBack: countFound(held, rest, suspects) },
    scale: { given: reference.length / decoy.length, heldBack: reference.length / Math.max(1, held.length) },
  }
}

/** Two-sided exact test that findings and hits have one rate: given their sum, the findings are binomial. */
function isRefuted(found: number, hits: number, scale: number): boolean {
  const n = found + hits
  const p = scale / (1 + scale)
  return n > 0 && Math.min(binomialTail(found, n, p), binomialTail(hits, n, 1 - p)) < 0.025
}

const isWithinTwo = (found: number, estimate: number): boolean =>
  found === 0 ? estimate === 0 : estimate >= found / 2 && estimate <= found * 2

const write = (n: number): string => (Number.isInteger(n) ? String(n) : n.toFixed(1))
const groupSize = 5

function summarise(measured: readonly Measured[], name: string, level: number, decoy: DecoyName): string[] {
  const pairs = measured.map(({ true: found, hits, scale }) => ({
    found: found[level]!,
    hits: hits[decoy][level]!,
    scale: scale[decoy],
    estimate: hits[decoy][level]! * scale[decoy],
  }))
  const sum = (list: readonly { found: number; estimate: number }[], side: 'found' | 'estimate'): number =>
    list.reduce((total, pair) => total + pair[side], 0)
  const groups: (typeof pairs)[] = []
  for (let i = 0; i + groupSize <= pairs.length; i += groupSize) groups.push(pairs.slice(i, i + groupSize))
  const found = sum(pairs, 'found')
  return [
    name,
    decoy === 'given' ? 'decoy given' : 'held back',
    write(found),
    write(sum(pairs, 'estimate')),
    found === 0 ? '–' : (sum(pairs, 'estimate') / found).toFixed(2),
    `${pairs.filter(pair => isWithinTwo(pair.found, pair.estimate)).length} of ${pairs.length}`,
    `${groups.filter(group => isWithinTwo(sum(group, 'found'), sum(group, 'estimate'))).length} of ${groups.length}`,
    `${pairs.filter(pair => isRefuted(pair.found, pair.hits, pair.scale)).length} of ${pairs.length}`,
  ]
}

function main(): void {
  const answers = loadAnswers()
  const rows = [...answers.suspects, ...answers.background]
  const nSplits = Number(values.splits)
  const measured = Array.from({ length: nSplits }, (_, i) => {
    const split = drawSplit(rows, Number(values.per), createRandom(`decoys/${values.seed}/${i}`))
    process.stderr.write(`split ${i + 1} of ${nSplits} …\n`)
    return measureSplit(split)
  })
  console.log(`${nSplits} splits of ${values.per} innocent suspects, seed ${values.seed}\n`)
  const rowsOut = measured.map(({ true: found, hits, scale }, i) => [
    String(i + 1),
    ...levels.flatMap((_, l) => [write(found[l]!), ...decoys.map(decoy => write(hits[decoy][l]! * scale[decoy]))]),
  ])
  const names = ['A', 'A + B', 'any']
  console.log(writeTable(['split', ...names.flatMap(name => [`${name}: true`, 'decoy given', 'held back'])], rowsOut))
  const head = [
    'class',
    'decoy',
    'true, all splits',
    'estimated',
    'estimated / true',
    'within a factor of 2',
    `sums of ${groupSize} splits`,
    'refuted at 5 %',
  ]
  const summary = levels.flatMap((_, l) => decoys.map(decoy => summarise(measured, names[l]!, l, decoy)))
  console.log(`\n${writeTable(head, summary)}`)
}

main()
