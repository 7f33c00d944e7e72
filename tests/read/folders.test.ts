import { mkdirSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import { tableFromArrays, tableToIPC } from '@uwdata/flechette'
import { afterAll, expect, test } from 'vitest'
import { readAll, Scratch, toLines } from './scratch.ts'

const scratch = new Scratch()
afterAll(() => scratch.remove())

const rows = (n: number): { prompt: string; response: string }[] =>
  Array.from({ length: n }, (_, i) => ({ prompt: `Question ${i}?`, response: `An answer, number ${i}.` }))

const card = (nTrain: number): string => `---
license: mit
configs:
- config_name: default
  data_files:
  - split: train
    path: data/train-*
dataset_info:
  splits:
  - name: train
    num_examples: ${nTrain}
  - name: test_sft
    num_examples: 2
---
# A card
`

test('a clone of a dataset repository is read without its card, and its row counts are checked', async () => {
  const folder = 'hub/set'
  scratch.write(`${folder}/README.md`, card(5))
  scratch.write(`${folder}/.gitattributes`, '*.parquet filter=lfs')
  scratch.write(`${folder}/data/train-00000-of-00002.jsonl`, toLines(rows(3)))
  scratch.write(`${folder}/data/train-00001-of-00002.jsonl`, toLines(rows(2)))
  scratch.write(`${folder}/data/test_sft-00000-of-00001.jsonl`, toLines(rows(2)))
  const { documents, problems } = await readAll([path.join(scratch.folder, folder)])
  expect(documents.length).toBe(7)
  expect(problems.map(p => [p.file, p.outcome, p.code])).toEqual([
    ['set/.gitattributes', 'skipped', 'hidden'],
    ['set/README.md', 'skipped', 'dataset-card'],
  ])
})

test('rows that the card claims and the files do not hold are a problem', async () => {
  const folder = 'short/set'
  scratch.write(`${folder}/README.md`, card(9))
  scratch.write(`${folder}/train.jsonl`, toLines(rows(3)))
  const { problems, counts } = await readAll([path.join(scratch.folder, folder)])
  expect(problems).toMatchObject([
    { code: 'dataset-card' },
    { outcome: 'rejected', code: 'row-count', reason: 'the metadata claims 9 rows for split train, its files hold 3' },
  ])
  expect(counts).toMatchObject({ recordsIn: 5, scanned: 3, rejected: 1, skipped: 1 })
})

test('a saved dataset is read by its state: its data files, not its indices or caches', async () => {
  const folder = 'disk/saved'
  const arrow = Buffer.from(
    tableToIPC(tableFromArrays({ prompt: ['Where?', 'When?'], response: ['Over the bridge.', 'In the evening.'] }), {
      format: 'stream',
    })!,
  )
  scratch.write(`${folder}/dataset_dict.json`, '{"splits": ["train"]}')
  scratch.write(`${folder}/train/data-00000-of-00001.arrow`, arrow)
  scratch.write(`${folder}/train/cache-1234.arrow`, arrow)
  scratch.write(
    `${folder}/train/state.json`,
    '{"_data_files": [{"filename": "data-00000-of-00001.arrow"}], "_split": "train"}',
  )
  scratch.write(`${folder}/train/dataset_info.json`, '{"splits": {"train": {"name": "train", "num_examples": 7}}}')
  const { documents, problems } = await readAll([path.join(scratch.folder, folder)])
  expect(documents.map(d => d.text)).toEqual(['Over the bridge.', 'In the evening.'])
  expect(problems.map(p => [p.file, p.outcome, p.code])).toEqual([
    ['saved/dataset_dict.json', 'skipped', 'metadata'],
    ['saved/train/cache-1234.arrow', 'skipped', 'not-in-dataset'],
    ['saved/train/dataset_info.json', 'skipped', 'metadata'],
    ['saved/train/state.json', 'skipped', 'metadata'],
    ['saved/train/data-00000-of-00001.arrow', 'skipped', 'row-count'],
  ])
})

test('in a cache of links and blobs each blob is read once, under the name of its link', async () => {
  const folder = 'cache/datasets--org--set'
  const blob = scratch.write(`${folder}/blobs/${'a1'.repeat(20)}`, toLines(rows(2)))
  const snapshot = path.join(scratch.folder, folder, 'snapshots/rev')
  mkdirSync(snapshot, { recursive: true })
  symlinkSync(blob, path.join(snapshot, 'train.jsonl'))
  const { documents, problems } = await readAll([path.join(scratch.folder, folder)])
  expect(documents.map(d => d.file)).toEqual(Array(2).fill('datasets--org--set/snapshots/rev/train.jsonl'))
  expect(problems).toMatchObject([{ outcome: 'skipped', code: 'same-file' }])
})

test('a file of records is data whatever its name', async () => {
  const folder = 'named/set'
  scratch.write(`${folder}/state.json`, JSON.stringify(rows(2)))
  scratch.write(`${folder}/README.md`, '# Notes\n\nPlain words about the journey.\n')
  const { documents } = await readAll([path.join(scratch.folder, folder)])
  expect(documents.map(d => d.file)).toEqual(['set/README.md', 'set/state.json', 'set/state.json'])
})

test('a card of hostile YAML does not harm the reading', async () => {
  const folder = 'yaml/set'
  const bomb = `---\na: &a [x, x]\n${Array.from({ length: 12 }, (_, i) => `b${i}: &b${i} [${`*${i ? `b${i - 1}` : 'a'}, `.repeat(9)}x]`).join('\n')}\n---\n`
  scratch.write(`${folder}/README.md`, bomb)
  scratch.write(`${folder}/train.jsonl`, toLines(rows(1)))
  const { documents } = await readAll([path.join(scratch.folder, folder)])
  expect(documents.some(d => d.file === 'set/train.jsonl')).toBe(true)
})

test('files that the card names for a configuration and its splits are counted, whatever they are called', async () => {
  const folder = 'named/set'
  const config = (name: string, files: string, n: number): string[] => [
    `- config_name: ${name}\n  data_files:\n  - split: train\n    path: ${files}`,
    `- config_name: ${name}\n  splits:\n  - name: train\n    num_examples: ${n}`,
  ]
  const [first, second] = [config('north', '[first/*.jsonl, more.jsonl]', 5), config('south', 'second/**', 9)]
  scratch.write(
    `${folder}/README.md`,
    `---\nconfigs:\n${first[0]}\n${second[0]}\ndataset_info:\n${first[1]}\n${second[1]}\n---\n`,
  )
  scratch.write(`${folder}/first/a.jsonl`, toLines(rows(2)))
  scratch.write(`${folder}/more.jsonl`, toLines(rows(3)))
  scratch.write(`${folder}/second/deep/b.jsonl`, toLines(rows(4)))
  const { problems } = await readAll([path.join(scratch.folder, folder)])
  expect(problems.filter(({ code }) => code === 'row-count').map(({ reason }) => reason)).toEqual([
    'the metadata claims 9 rows for split train of south, its files hold 4',
  ])
})

test('a card that names files outside its folder is not followed there', async () => {
  const folder = 'outside/set'
  scratch.write('outside/other.jsonl', toLines(rows(2)))
  scratch.write(
    `${folder}/README.md`,
    '---\nconfigs:\n- config_name: d\n  data_files: [../other.jsonl, /etc/passwd, "{..,.}/*"]\ndataset_info:\n  splits:\n  - name: train\n    num_examples: 7\n---\n',
  )
  scratch.write(`${folder}/train.jsonl`, toLines(rows(3)))
  const { problems } = await readAll([path.join(scratch.folder, 'outside')])
  expect(problems.filter(({ code }) => code === 'row-count').map(({ reason }) => reason)).toEqual([
    'the metadata claims 7 rows for split train, its files hold 3',
  ])
})
