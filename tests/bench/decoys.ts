/**
 * Bench: does the decoy tell how many findings are false? In each random split of models into reference, decoy,
 * background and suspects, all suspects are innocent: findings against the reference are the true count, findings
 * against the decoy the estimate. Printed for a decoy that was given, and for one held back from the background.
 *
 *     npm run bench:decoys -- [--splits 20] [--per 1500] [--seed 1]
 */
import { parseArgs } from 'node:util'
import { isHeldBack } from '../../src/run/runs.ts'
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

/** True counts and both estimates of one split. */
function measureSplit({
  reference,
  decoy,
  background,
  suspects,
}: Split): Record<'true' | 'given' | 'heldBack', number[]> {
  const held = background.filter((row, i) => isHeldBack(toDocument(row, i)))
  const rest = background.filter((row, i) => !isHeldBack(toDocument(row, i)))
  const share = reference.length / Math.max(1, held.length)
  return {
    true: countFound(reference, background, suspects),
    given: countFound(decoy, background, suspects).map(n => (n * reference.length) / decoy.length),
    heldBack: countFound(held, rest, suspects).map(n => n * share),
  }
}

const write = (n: number): string => (Number.isInteger(n) ? String(n) : n.toFixed(1))

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
  const rowsOut = measured.map((split, i) => [
    String(i + 1),
    ...levels.flatMap((_, l) => [write(split.true[l]!), write(split.given[l]!), write(split.heldBack[l]!)]),
  ])
  const names = ['A', 'A + B', 'any']
  console.log(writeTable(['split', ...names.flatMap(name => [`${name}: true`, 'decoy given', 'held back'])], rowsOut))
  const summary = levels.flatMap((_, l) =>
    (['given', 'heldBack'] as const).map(kind => {
      const pairs = measured.map(split => [split.true[l]!, split[kind][l]!] as const)
      const sum = (side: 0 | 1): number => pairs.reduce((total, pair) => total + pair[side], 0)
      const within = pairs.filter(([t, e]) => (t === 0 && e === 0) || (t > 0 && e >= t / 2 && e <= t * 2)).length
      const ratio = sum(0) === 0 ? '–' : (sum(1) / sum(0)).toFixed(2)
      return [
        names[l]!,
        kind === 'given' ? 'decoy given' : 'held back',
        write(sum(0)),
        write(sum(1)),
        ratio,
        `${within} of ${nSplits}`,
      ]
    }),
  )
  const head = ['class', 'decoy', 'true, all splits', 'estimated', 'estimated / true', 'within a factor of 2']
  console.log(`\n${writeTable(head, summary)}`)
}

main()
