/**
 * Bench: many assignments of models to roles, for the calibration. Answers of many models to the prompts of the
 * calibration part → references, background and suspects of each split, in every situation the rule must hold in. All
 * ordered pairs of lines of models come up, so the tail of innocent answers is known from many thousands of them.
 */
import {
  backgroundModels, drawRow, excludedModels, isMixture, lineOf, loadHumans, loadRows, partOfModel, partOfPrompt, partOfRow,
  pieceRows, type Row, referenceModels,
} from './data.ts' // biome-ignore format: a list reads better packed
import { createRandom, type Random } from './random.ts'
import { drawCopies, labelNegatives, type Suspect } from './suspects.ts'

/** What is at hand beside the suspects. */
export const situations = ['same prompts', 'usual case', 'no background', 'prompts unknown'] as const
export type Situation = (typeof situations)[number]

/** References, background and suspects that belong together. */
export interface Split {
  situation: Situation
  references: Row[]
  /** may be empty */
  background: Row[]
  suspects: Suspect[]
}

/** Seed of the splits; printed by the calibration. */
export const splitSeed = 'splits-1'

/** Models on the side of the reference and of the background, split by split. */
const sizes: readonly (readonly [number, number])[] = [
  [1, 10], [3, 12], [8, 12], [4, 5], [2, 15], [8, 8], [5, 12], [1, 15], [3, 10], [2, 8], [6, 10], [1, 12],
] // biome-ignore format: a list reads better packed

/** What copies go through: the treatments that goals are set for, and the parts that they are made of. */
const copied = [
  'verbatim', 'surrogate', 'placeholder', 'deletion', 'reformatted', 'disguised', 'light', 'edits-10', 'edits-20', 'embedded-3', 'passage',
  'drop-10', 'neighbours', 'synonyms-10',
] // biome-ignore format: a list reads better packed

const part = 'calibration'

interface Pool {
  /** answers to the prompts of the calibration part, and to the prompts that nothing is asked of */
  answers: Row[]
  spare: Row[]
  /** long answers to other prompts, and human text */
  other: Row[]
  hosts: string[]
}

/** Loads what the splits are drawn from. */
export function loadPool(): Pool {
  const excluded = new Set(excludedModels)
  const fixed = new Set([...referenceModels, ...backgroundModels])
  const rows = loadRows('alpaca_eval_dev').filter(
    ({ model }) => !excluded.has(model) && (fixed.has(model) || partOfModel(model) === part),
  )
  const humans = loadHumans().filter(row => partOfRow(row) === part)
  return {
    answers: rows.filter(row => partOfPrompt(row.prompt) === part),
    spare: rows.filter(row => partOfPrompt(row.prompt) === 'spare'),
    other: [
      ...pieceRows(loadRows('creative_prompts_dev'), 500).filter(row => partOfPrompt(row.prompt) !== 'test'),
      ...humans,
    ],
    hosts: humans
      .filter(row => row.text.length > 800 && row.text.length < 6000 && drawRow(row, 'host', 0.25))
      .map(row => row.text),
  }
}

/** Whole lines of models on each side; a mixture repeats what others wrote, so it is background only. */
export function assignModels(
  rows: readonly Row[],
  [nReference, nBackground]: readonly [number, number],
  random: Random,
): Record<'reference' | 'background' | 'suspects', Set<string>> {
  const lines = new Map<string, Set<string>>()
  for (const { model } of rows) {
    const line = lineOf(model)
    lines.set(line, (lines.get(line) ?? new Set()).add(model))
  }
  const order = random.shuffle([...lines.keys()])
  const take = (nModels: number, passes: (model: string) => boolean): Set<string> => {
    const chosen = new Set<string>()
    for (let i = order.length - 1; i >= 0 && chosen.size < nModels; i--) {
      const own = random.shuffle([...lines.get(order[i]!)!]).filter(passes)
      if (own.length === 0) continue
      order.splice(i, 1)
      for (const model of own.slice(0, nModels - chosen.size)) chosen.add(model)
    }
    return chosen
  }
  const reference = take(nReference, model => !isMixture(model))
  const background = take(nBackground, () => true)
  const suspects = new Set(order.flatMap(line => [...lines.get(line)!]).filter(model => !isMixture(model)))
  return { reference, background, suspects }
}

const of = (models: ReadonlySet<string>, rows: readonly Row[]): Row[] => rows.filter(({ model }) => models.has(model))
const forget = <T extends { prompt: string }>(rows: readonly T[]): T[] => rows.map(row => ({ ...row, prompt: '' }))

/** One answer to each prompt. */
function pickOne(rows: readonly Row[], random: Random): Row[] {
  const chosen = new Map<string, Row>()
  for (const row of random.shuffle(rows)) if (!chosen.has(row.prompt)) chosen.set(row.prompt, row)
  return [...chosen.values()]
}

/** Draws all splits, each in every situation. @param perCell copies for each treatment and length */
export function* drawSplits(perCell: number): Generator<Split> {
  const { answers, spare, other, hosts } = loadPool()
  const copy = (rows: readonly Row[]): Suspect[] =>
    drawCopies(rows, 'en', hosts, { perCell, treatments: copied, parts: [part] })
  for (const [i, size] of sizes.entries()) {
    const random = createRandom(`${splitSeed}/${i}`)
    const models = assignModels(answers, size, random)
    const independent = labelNegatives(of(models.suspects, answers), 'same-prompt', () => part, { perCell: 0 })
    const references = [...of(models.reference, answers), ...of(models.reference, spare)]
    const background = [...of(models.background, answers), ...of(models.background, spare)]
    const suspects = [...copy(of(models.reference, answers)), ...independent]
    yield { situation: 'same prompts', references, background, suspects }
    yield { situation: 'no background', references, background: [], suspects }
    const one = pickOne(of(models.reference, answers), random)
    const few = [...one, ...of(models.reference, spare)]
    const elsewhere = [
      ...of(models.background, spare),
      ...other.filter(row => drawRow({ id: row.prompt === '' ? row.id : row.prompt }, `${splitSeed}/${i}`, 0.5)),
    ]
    const again = [...copy(one), ...independent]
    yield { situation: 'usual case', references: few, background: elsewhere, suspects: again }
    yield { situation: 'no background', references: few, background: [], suspects: again }
    yield {
      situation: 'prompts unknown',
      references: forget(few),
      background: forget(elsewhere),
      suspects: forget(again),
    }
    yield {
      situation: 'prompts unknown',
      references: forget(references),
      background: forget(background),
      suspects: forget(suspects),
    }
  }
}
