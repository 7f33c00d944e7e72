/**
 * Bench: code in several roles, for the calibration. Corpora of code → references, background and suspects of the
 * calibration part, so that innocent code is known from more tasks and authors than one division gives.
 */
import { drawRow, loadRows, partOfPrompt, partOfRow, type Row } from './data.ts'
import { createRandom } from './random.ts'
import { codeOf, type Setting, taskOf } from './sets.ts'
import { assignModels, loadPool } from './splits.ts'
import { drawCopies, labelNegatives, type Suspect } from './suspects.ts'

/** What is at hand beside the suspects; the roles of the corpora are changed about in the first. */
export const codeSituations = ['code', 'code, no background', 'code of many models'] as const
export type CodeSituation = (typeof codeSituations)[number]

/** References, background and suspects that belong together. */
export type CodeSplit = Pick<Setting, 'references' | 'background' | 'suspects'> & { situation: CodeSituation }

const part = 'calibration'
/** Models on the side of the reference and of the background, split by split. */
const sizes: readonly (readonly [number, number])[] = [[1, 10], [3, 12], [8, 12], [4, 5], [2, 15], [8, 8], [1, 0], [3, 0]] // biome-ignore format: a list reads better packed

const copy = (rows: readonly Row[], perCell: number): Suspect[] =>
  drawCopies(rows, 'code', [], {
    perCell,
    treatments: ['verbatim', 'code-renamed', 'code-uncommented', 'code-relaid', 'code-disguised'],
    parts: [part],
  })

/**
 * Draws all splits of code.
 *
 * @param setting the code of the accuracy bench, calibration part
 * @param perCell copies for each treatment and length
 */
export function* drawCodeSplits({ references, background, suspects }: Setting, perCell: number): Generator<CodeSplit> {
  yield { situation: 'code', references, background, suspects }
  yield { situation: 'code, no background', references, background: [], suspects }
  const java = loadRows('gptsniffer_java', 'code')
  const people = java.filter(row => row.model === 'human' && partOfRow(row) === part)
  const tasks = new Set(people.map(taskOf))
  const generated = java.filter(row => row.model !== 'human' && tasks.has(taskOf(row)))
  yield {
    situation: 'code',
    references: people,
    background: references.filter(row => row.source === 'gpteacher_codegen' && drawRow(row, 'code-background', 0.3)),
    suspects: [...copy(people, perCell), ...labelNegatives(generated, 'same-prompt', () => part, { perCell: 0 })],
  }
  const others = loadRows('codealpaca_2k', 'code').filter(row => partOfRow(row) === part)
  const asked = references.filter(row => row.source === 'gpteacher_codegen' && partOfPrompt(row.prompt) === part)
  yield {
    situation: 'code',
    references: others,
    background: people,
    suspects: [...copy(others, perCell), ...labelNegatives(asked, 'other-prompt', () => part, { perCell: 0 })],
  }
  yield* drawModels(people, perCell)
}

/** Code in the answers of many models, whose roles are dealt out again and again. */
function* drawModels(people: readonly Row[], perCell: number): Generator<CodeSplit> {
  const { answers, spare } = loadPool()
  const rows = codeOf(answers)
  const further = codeOf(spare)
  for (const [i, size] of sizes.entries()) {
    const models = assignModels(rows, size, createRandom(`code-splits/${i}`))
    const of = (side: ReadonlySet<string>, list: readonly Row[]): Row[] => list.filter(({ model }) => side.has(model))
    const background = [...of(models.background, rows), ...of(models.background, further)]
    yield {
      situation: 'code of many models',
      references: [...of(models.reference, rows), ...of(models.reference, further)],
      background: background.length === 0 ? [] : [...background, ...people],
      suspects: [
        ...copy(of(models.reference, rows), perCell),
        ...labelNegatives(of(models.suspects, rows), 'same-prompt', () => part, { perCell: 0 }),
      ],
    }
  }
}
