/** An audit divided into shards: the same bytes as on one machine, or a refusal that names the shard. */
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import zlib from 'node:zlib'
import fc from 'fast-check'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseCase } from '../../src/evidence/casefile.ts'
import { readPreregistration } from '../../src/evidence/preregister.ts'
import { parseRedaction } from '../../src/evidence/redact.ts'
import { openIndex, writeIndex } from '../../src/match/reference.ts'
import { audit } from '../../src/run/audit.ts'
import { buildIndex } from '../../src/run/build.ts'
import { mergeShards } from '../../src/run/gather.ts'
import { digestPlan, type Plan, type PlannedPart, readPlan } from '../../src/run/plan.ts'
import { dealParts, type PlanOptions, planAudit } from '../../src/run/prepare.ts'
import { preregisterAudit } from '../../src/run/preregister.ts'
import { workShard } from '../../src/run/work.ts'
import { decodeProfile, encodeProfile } from '../../src/style/profile.ts'
import { trainProfile } from '../../src/style/train.ts'
import { copyRows, makeRows } from '../cli/program.ts'
import { renameAll } from '../prose.ts'
import { Scratch, toLines } from '../read/scratch.ts'
import { writeDocuments } from '../style/authors.ts'

// biome-ignore lint/suspicious/noExplicitAny: a plan to be spoilt at any place
type Loose = any

const scratch = new Scratch()
afterAll(() => scratch.remove())
const at = (name: string): string => path.join(scratch.folder, name)

const reference = makeRows(0, 60)
const background = makeRows(4000, 60)
const decoy = makeRows(7000, 20)
const sold = [
  ...makeRows(1000, 30),
  ...copyRows(reference.slice(0, 20), renameAll),
  ...copyRows(reference.slice(20, 24)),
  ...copyRows(decoy.slice(0, 2)),
]
/** Small parts, so that a small corpus has many. */
const read = { partBytes: 9000 }

/** Rows as a Parquet file of row groups of five. */
function toParquet(rows: ReturnType<typeof makeRows>): Buffer {
  const columnData = (['id', 'prompt', 'response'] as const).map(name => ({
    name,
    data: rows.map(row => row[name]),
    type: 'STRING' as const,
  }))
  return Buffer.from(parquetWriteBuffer({ columnData, rowGroupSize: 5, codec: 'UNCOMPRESSED' }))
}

/** A corpus of many formats, with faults, and metadata that claims one row too many. */
function writeCorpus(): void {
  scratch.write(
    'corpus/a.jsonl',
    Buffer.concat([
      Buffer.from(toLines(sold)),
      Buffer.from('{"prompt": "torn"\n'),
      Buffer.from('{"prompt":"p","response":"not UTF-8 \xff at all"}\n{"prompt":"p","response":""}\n', 'latin1'),
      Buffer.from(toLines(copyRows(reference.slice(30, 36), renameAll))),
    ]),
  )
  scratch.write('corpus/b.jsonl.gz', zlib.gzipSync(toLines(copyRows(reference.slice(40, 44), renameAll))))
  scratch.write('corpus/c.json', JSON.stringify(makeRows(9000, 5)))
  scratch.write('corpus/empty.jsonl', '')
  const parquet = toParquet([...makeRows(9200, 20), ...copyRows(reference.slice(44, 52), renameAll)])
  const spoilt = parquet.indexOf('row-9207')
  parquet.fill(0, spoilt - 40, spoilt)
  scratch.write('corpus/p.parquet', parquet)
  scratch.write('corpus/train.jsonl', toLines(makeRows(9100, 4)))
  scratch.write('corpus/README.md', '---\ndataset_info:\n  splits:\n  - name: train\n    num_examples: 5\n---\n')
}

const options = (out: string, more: Partial<PlanOptions> = {}): PlanOptions => ({
  suspects: [at('corpus')],
  references: [at('reference.pali')],
  backgrounds: [at('background.jsonl')],
  shards: 4,
  out: at(out),
  read,
  ...more,
})

beforeAll(async () => {
  writeCorpus()
  scratch.write('background.jsonl', toLines(background))
  scratch.write('decoy.jsonl', toLines(decoy))
  scratch.write('reference.jsonl', toLines(reference))
  writeIndex(at('reference.pali'), (await buildIndex([at('reference.jsonl')], { name: 'reference.pali' })).index)
  const imposters = [2, 3].map(author => ({ name: `author ${author}`, documents: writeDocuments(author, 60, 60) }))
  const profile = trainProfile({ model: 'm', documents: writeDocuments(1, 60, 60), imposters, options: {} })
  scratch.write('m.profile', encodeProfile(profile))
})

/** All files of a bundle but `run.json`, by name. */
function readBundleFiles(dir: string): Map<string, string> {
  const names = readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter(name => name !== 'run.json')
  return new Map(names.sort().map(name => [name, readFileSync(path.join(dir, name), 'latin1')]))
}

/** Plans, works on all shards in the order given, and merges. */
async function divide(out: string, more: Partial<PlanOptions> = {}, order?: number[]): Promise<Map<string, string>> {
  const { shards } = await planAudit(options(`${out}.json`, more))
  for (const shard of order ?? shards.keys()) await workShard(at(`${out}.json`), shard)
  await mergeShards(at(`${out}.json`), { out: at(`${out}.merged`) })
  return readBundleFiles(at(`${out}.merged`))
}

async function scanWhole(out: string, more: Partial<PlanOptions> = {}): Promise<Map<string, string>> {
  const { profiles = [], ...rest } = options(out, more)
  const opened = profiles.map(file => decodeProfile(readFileSync(file)))
  await audit({ ...rest, profiles: opened, out: at(out) })
  return readBundleFiles(at(out))
}

describe('a corpus in shards', () => {
  it('gives the bytes of one scan, whatever the number of shards and the order of work', async () => {
    const whole = await scanWhole('whole')
    expect(whole.get('coverage.jsonl')).toMatch(/row-count/)
    expect(whole.get('coverage.jsonl')).toMatch(/invalid-utf8/)
    expect(whole.get('coverage.jsonl')).toMatch(/rows 5 to 9 of row group 1/)
    expect((whole.get('findings.jsonl') ?? '').split('\n').length).toBeGreaterThan(30)
    expect(await divide('one', { shards: 1 })).toEqual(whole)
    expect(await divide('four', {}, [2, 0, 3, 1])).toEqual(whole)
    const { sources, shards } = readPlan(at('four.json'))
    const inParquet = shards.flat().filter(({ source }) => sources[source].file === 'corpus/p.parquet')
    expect(inParquet.filter(({ start, end }) => start < end).length).toBeGreaterThan(2)
    // more shards than parts: some hold nothing
    expect(await divide('many', { shards: 40 })).toEqual(whole)
  })

  it('gives them with a decoy, without a background, with references of several files, and with style', async () => {
    for (const [name, more] of Object.entries({
      decoyed: { decoys: [at('decoy.jsonl')] },
      bare: { backgrounds: [] },
      several: { references: [at('reference.pali'), at('decoy.jsonl')], backgrounds: [] },
      styled: { profiles: [at('m.profile')] },
      sampled: { read: { ...read, sampleShare: 0.7, maxRecords: 40 } },
    }))
      expect(await divide(name, more), name).toEqual(await scanWhole(`${name}-whole`, more))
    expect(readBundleFiles(at('styled-whole')).get('summary.json')).toContain('"model":"m"')
  })

  it('gives them for a case that was preregistered, with locked indexes, a secret and withheld texts', async () => {
    const indexKey = Buffer.alloc(32, 7)
    const sealKey = Buffer.alloc(32, 9)
    const lock = async (name: string): Promise<string> => {
      const { index } = await buildIndex([at(`${name}.jsonl`)], { name })
      writeIndex(at(`${name}.locked.pali`), index, indexKey)
      return at(`${name}.locked.pali`)
    }
    const sides = {
      references: [await lock('reference')],
      backgrounds: [await lock('background')],
      decoys: [await lock('decoy')],
      indexKey,
      read,
    }
    await preregisterAudit(at('fixed.json'), { ...sides, profiles: [decodeProfile(readFileSync(at('m.profile')))] })
    const item = { number: '1', file: 'corpus/a.jsonl', description: null }
    const more: Partial<PlanOptions> = {
      ...sides,
      profiles: [at('m.profile')],
      case: parseCase(JSON.stringify({ title: 'Case', items: [item] }), 'case.json'),
      preregistration: { fixed: await readPreregistration(at('fixed.json')), at: '2026-01-02T03:04:05.678Z' },
    }
    const rest = { sealKey, redaction: parseRedaction('hashes') }
    const whole = await scanWhole('case-whole', { ...more, ...rest } as Partial<PlanOptions>)
    const { shards } = await planAudit(options('case.json', more))
    for (const shard of shards.keys()) await workShard(at('case.json'), shard, { indexKey })
    const { facts } = await mergeShards(at('case.json'), { out: at('case'), indexKey, ...rest })
    expect(readBundleFiles(at('case'))).toEqual(whole)
    expect(whole.get('summary.json')).toBeDefined()
    expect([...whole.keys()].some(name => /prereg/.test(name))).toBe(true)
    expect(facts.preregisteredAt).toBe('2026-01-02T03:04:05.678Z')
    expect(facts.suspectOpenedAt ?? '').toBe(readPlan(at('case.json')).preregistration?.openedAt)
    rmSync(at('case.partials'), { recursive: true })
    await expect(workShard(at('case.json'), 0)).rejects.toThrow(/locked/)
    const departs = planAudit(options('departs.json', { ...more, decoys: [] }))
    await expect(departs).rejects.toThrow(/departs from its preregistration in decoy/)
  })

  it('leaves a shard alone that is complete, and gives the same file when it is lost', async () => {
    await planAudit(options('again.json'))
    const first = await workShard(at('again.json'), 1)
    const { mtimeMs } = statSync(first.file)
    expect(await workShard(at('again.json'), 1)).toEqual({ ...first, wasComplete: true })
    expect(statSync(first.file).mtimeMs).toBe(mtimeMs)
    rmSync(first.file)
    expect(await workShard(at('again.json'), 1)).toEqual({ ...first, wasComplete: false })
    appendFileSync(first.file, ' ')
    expect(await workShard(at('again.json'), 1)).toEqual({ ...first, wasComplete: false })
    expect(readdirSync(at('again.partials'))).toHaveLength(1)
  })

  it.each([
    ['lines', (): string | Buffer => toLines(sold), 4, (nShards: number, _footer: number) => nShards - 1],
    [
      'parquet',
      (): string | Buffer => toParquet(sold),
      12,
      (nShards: number, footer: number) => (nShards - 1) * footer,
    ],
  ] as const)('reads of a large file no more than its own, where a command fetches it: %s', async (name, write, nStretches, more) => {
    const corpus = scratch.write(`store-${name}/vendor`, write())
    const far: Partial<PlanOptions> = { suspects: [corpus], backgrounds: [] }
    const whole = await scanWhole(`near-${name}`, far)
    const { shards } = await planAudit(options(`far-${name}.json`, far))
    renameSync(corpus, at(`store-${name}/elsewhere`))
    const log = at(`store-${name}/log`)
    const print = `const fs = require('node:fs'); const [start, length] = process.argv.slice(1).map(Number)
      fs.appendFileSync(${JSON.stringify(log)}, length + ' ')
      const bytes = Buffer.alloc(length)
      fs.readSync(fs.openSync(${JSON.stringify(at(`store-${name}/elsewhere`))}), bytes, 0, length, start)
      fs.writeSync(1, bytes)`
    const fetch = [process.execPath, '-e', print, '{start}', '{length}']
    for (const shard of shards.keys()) await workShard(at(`far-${name}.json`), shard, { fetch })
    const lengths = readFileSync(log, 'utf8').trim().split(' ').map(Number)
    expect(lengths).toHaveLength(nStretches)
    const bytes = readFileSync(at(`store-${name}/elsewhere`))
    const footer = bytes.readUInt32LE(bytes.length - 8) + 8
    expect(lengths.reduce((sum, length) => sum + length, 0)).toBe(bytes.length + more(shards.length, footer))
    await mergeShards(at(`far-${name}.json`), { out: at(`far-${name}`) })
    expect(readBundleFiles(at(`far-${name}`))).toEqual(whole)
  })

  it('may move with its plan, and take its indexes from a folder of copies', async () => {
    const { corpora } = await planAudit(options('moved/here/plan.json'))
    const there = at('moved/there')
    mkdirSync(there)
    for (const { sha256, path: file } of corpora)
      copyFileSync(path.resolve(at('moved/here'), file), path.join(there, `${sha256}.pali`))
    renameSync(at('moved/here'), at('moved/elsewhere'))
    const plan = at('moved/elsewhere/plan.json')
    expect((await workShard(plan, 0, { indexes: there })).wasComplete).toBe(false)
    rmSync(at('moved/elsewhere/plan.indexes'), { recursive: true })
    await workShard(plan, 1, { indexes: there })
    await expect(workShard(plan, 2)).rejects.toThrow(/shard 2: .*expected the index as planned, got none/)
  })
})

describe('the parts of a plan', () => {
  it('are dealt in order, none lost, and no shard is heavier than its share and one part', () => {
    const sizes = fc.array(fc.nat(100_000), { maxLength: 60 })
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 50 }), (list, shards) => {
        const parts: PlannedPart[] = list.map((end, source) => ({ source, index: 0, start: 0, end, sha256: null }))
        const dealt = dealParts(parts, shards)
        expect(dealt).toHaveLength(shards)
        expect(dealt.flat()).toEqual(parts)
        const weigh = (some: PlannedPart[]): number => some.reduce((sum, { end }) => sum + end + 1, 0)
        const most = Math.max(0, ...list.map(end => end + 1))
        for (const shard of dealt) expect(weigh(shard)).toBeLessThanOrEqual(weigh(parts) / shards + most + 1e-6)
      }),
    )
  })
})

describe('work refuses, and names the shard:', () => {
  const prepare = async (name: string): Promise<{ plan: string; corpus: string }> => {
    const corpus = scratch.write(`${name}/vendor.jsonl`, toLines(sold))
    scratch.write(`${name}/reference.jsonl`, toLines(reference))
    const out = `${name}/plan.json`
    await planAudit(options(out, { suspects: [corpus], references: [at(`${name}/reference.jsonl`)], backgrounds: [] }))
    return { plan: at(out), corpus }
  }

  it('an input of another size, or that is gone', async () => {
    const { plan, corpus } = await prepare('size')
    appendFileSync(corpus, '\n')
    await expect(workShard(plan, 2)).rejects.toThrow(/^shard 2: vendor\.jsonl: expected \d+ bytes as planned, got \d+/)
    rmSync(corpus)
    await expect(workShard(plan, 2)).rejects.toThrow(/^shard 2: vendor\.jsonl: .*no file/)
  })

  it('an input whose bytes changed, in the shard that reads them and in no other', async () => {
    const { plan, corpus } = await prepare('bytes')
    const { shards } = readPlan(plan)
    const bytes = readFileSync(corpus)
    const [{ start, end }] = shards[1]
    const place = bytes.indexOf('e', (start + end) >> 1)
    bytes[place] = 'a'.charCodeAt(0)
    writeFileSync(corpus, bytes)
    await expect(workShard(plan, 1)).rejects.toThrow(
      /^shard 1: vendor\.jsonl: bytes \d+ to \d+ .* not those that were planned/,
    )
    for (const shard of [0, 2, 3]) expect((await workShard(plan, shard)).wasComplete).toBe(false)
    expect(() => statSync(at('bytes/plan.partials'))).not.toThrow()
    await expect(mergeShards(plan)).rejects.toThrow(/^shard 1: no result/)
    // the time of a change says nothing
    utimesSync(corpus, 1, 1)
    await expect(workShard(plan, 1)).rejects.toThrow(/^shard 1:/)
  })

  it('another index at the place of the planned one', async () => {
    const { plan } = await prepare('index')
    const [{ path: file }] = readPlan(plan).corpora
    const place = path.resolve(at('index'), file)
    const { index } = await buildIndex([at('decoy.jsonl')], { name: 'reference.jsonl' })
    writeIndex(place, index)
    await expect(workShard(plan, 3)).rejects.toThrow(/^shard 3: .*expected an index with sha256/)
    const renamed = await buildIndex([at('index/reference.jsonl')], { name: 'another.jsonl' })
    writeIndex(place, renamed.index)
    expect(openIndex(place).facts.sha256).toBe(readPlan(plan).corpora[0].sha256)
    await expect(workShard(plan, 3)).rejects.toThrow(/^shard 3: .*expected an index with name reference\.jsonl/)
  })

  it('a plan of another program, or of another rule', async () => {
    const { plan } = await prepare('program')
    const change = (edit: (plan: Plan) => void): void => {
      const { digest: _digest, ...rest } = readPlan(plan)
      edit(rest as Plan)
      writeFileSync(plan, JSON.stringify({ ...rest, digest: digestPlan(rest) }))
    }
    change(({ parameters }) => {
      parameters.unicode = '3.0'
    })
    await expect(workShard(plan, 1)).rejects.toThrow(/^shard 1: parameters\.unicode/)
    change(({ program }) => {
      program.version = '0.0.9'
    })
    await expect(workShard(plan, 1)).rejects.toThrow(/^shard 1: expected palimpsest 0\.0\.9/)
  })

  it('a shard that the plan has not', async () => {
    const { plan } = await prepare('range')
    for (const shard of [4, -1, 0.5])
      await expect(workShard(plan, shard)).rejects.toThrow(/expected a shard from 0 to 3/)
  })
})

describe('merge refuses, and names the shard:', () => {
  const partials = (name: string): string => at(`${name}/plan.partials`)
  const fileOf = (name: string, shard: number): string =>
    path.join(partials(name), readdirSync(partials(name)).find(file => file.startsWith(`shard-0000${shard}`)) ?? '')
  const prepare = async (name: string): Promise<string> => {
    const corpus = scratch.write(`${name}/vendor.jsonl`, toLines(sold))
    await planAudit(options(`${name}/plan.json`, { suspects: [corpus], backgrounds: [] }))
    for (const shard of [0, 1, 2, 3]) await workShard(at(`${name}/plan.json`), shard)
    return at(`${name}/plan.json`)
  }
  /** Writes a partial result again with lines changed, under the name of its content. */
  const forge = async (name: string, shard: number, edit: (lines: string[]) => string[]): Promise<void> => {
    const file = fileOf(name, shard)
    const text = edit(readFileSync(file, 'utf8').split('\n')).join('\n')
    const { createHash } = await import('node:crypto')
    rmSync(file)
    writeFileSync(file.replace(/[0-9a-f]{64}/, createHash('sha256').update(text).digest('hex')), text)
  }

  it('missing ones', async () => {
    const plan = await prepare('missing')
    rmSync(fileOf('missing', 1))
    rmSync(fileOf('missing', 3))
    await expect(mergeShards(plan)).rejects.toThrow(/^shard 1, 3: no result .* --shard 1$/)
  })

  it('doubled ones', async () => {
    const plan = await prepare('doubled')
    const file = fileOf('doubled', 2)
    writeFileSync(file.replace(/[0-9a-f]{64}/, '0'.repeat(64)), readFileSync(file))
    await expect(mergeShards(plan)).rejects.toThrow(/^shard 2: it is there twice/)
    mkdirSync(at('doubled/other'))
    renameSync(file, path.join(at('doubled/other'), path.basename(file)))
    await expect(mergeShards(plan, { partials: [partials('doubled'), at('doubled/other')] })).rejects.toThrow(
      /^shard 2: it is there twice/,
    )
  })

  it('stale ones, of a plan before', async () => {
    const plan = await prepare('stale')
    const old = fileOf('stale', 1)
    const corpus = scratch.write('stale/vendor.jsonl', toLines(sold.slice(1)))
    await planAudit(options('stale/plan.json', { suspects: [corpus], backgrounds: [] }))
    for (const shard of [0, 1, 2, 3]) await workShard(plan, shard)
    for (const shard of [0, 2, 3]) {
      const stale = readdirSync(partials('stale')).filter(file => file.startsWith(`shard-0000${shard}`))
      const { digest } = readPlan(plan)
      for (const file of stale) if (!file.includes(digest.slice(0, 32))) rmSync(path.join(partials('stale'), file))
    }
    await expect(mergeShards(plan)).rejects.toThrow(/^shard 1: .* is stale or foreign/)
    rmSync(old)
    await expect(mergeShards(plan)).resolves.toMatchObject({ root: null })
  })

  it('foreign ones, beyond the plan or with the name of another', async () => {
    const plan = await prepare('foreign')
    const file = fileOf('foreign', 2)
    writeFileSync(file.replace('shard-00002', 'shard-00009'), readFileSync(file))
    await expect(mergeShards(plan)).rejects.toThrow(/^shard 9: .* is foreign: the plan has shards 0 to 3/)
    rmSync(file.replace('shard-00002', 'shard-00009'))
    rmSync(fileOf('foreign', 1))
    writeFileSync(file.replace('shard-00002', 'shard-00001'), readFileSync(file))
    await expect(mergeShards(plan)).rejects.toThrow(/^shard 1: .* its head is not of this file/)
  })

  it('damaged ones', async () => {
    const plan = await prepare('damaged')
    const bytes = readFileSync(fileOf('damaged', 3))
    for (const place of [0, bytes.length >> 1, bytes.length - 2]) {
      const spoilt = Buffer.from(bytes)
      spoilt[place] ^= 1
      writeFileSync(fileOf('damaged', 3), spoilt)
      await expect(mergeShards(plan)).rejects.toThrow(/^shard 3: /)
    }
    writeFileSync(fileOf('damaged', 3), bytes.subarray(0, bytes.length >> 1))
    await expect(mergeShards(plan)).rejects.toThrow(/^shard 3: /)
  })

  it('those of another version on one node, of which the sums do not balance, or that lack a part', async () => {
    const plan = await prepare('forged')
    const kept = readFileSync(fileOf('forged', 1))
    const name = fileOf('forged', 1)
    const cases: [(lines: string[]) => string[], RegExp][] = [
      [
        ([head, ...rest]) => [head.replace(/"version":"[^"]+"/, '"version":"9.9.9"'), ...rest],
        /^shard 1: .* got that of 9\.9\.9/,
      ],
      [
        ([head, ...rest]) => [
          head.replace(/"sha256":"."/, '"sha256":"_"').replace(/"sha256":"./, '"sha256":"_'),
          ...rest,
        ],
        /^shard 1: .*use one version everywhere/,
      ],
      [
        ([head, ...rest]) => [head.replace(/"recordsIn":\d+/, '"recordsIn":1'), ...rest],
        /^shard 1: .*recordsIn: its parts sum up to/,
      ],
      [lines => lines.map(line => line.replaceAll(/"scanned":\d+/g, '"scanned":3')), /^shard 1: /],
      [
        ([head, _first, ...rest]) => [head.replace(/"parts":(\d+)/, (_, n) => `"parts":${n - 1}`), ...rest],
        /^shard 1: /,
      ],
      [
        ([head, first, ...rest]) => [head, first.replace(/"part":\d+/, '"part":0'), ...rest],
        /^shard 1: .*expected part \d+, got part 0/,
      ],
    ]
    for (const [edit, message] of cases) {
      await forge('forged', 1, edit)
      await expect(mergeShards(plan)).rejects.toThrow(message)
      rmSync(fileOf('forged', 1))
      writeFileSync(name, kept)
    }
    await expect(mergeShards(plan)).resolves.toMatchObject({ root: null })
  })

  it('an index or a profile that is not the planned one', async () => {
    await planAudit(options('sides/plan.json', { profiles: [at('m.profile')] }))
    for (const shard of [0, 1, 2, 3]) await workShard(at('sides/plan.json'), shard)
    const profile = readFileSync(at('m.profile'))
    writeFileSync(at('m.profile'), profile.subarray(1))
    await expect(mergeShards(at('sides/plan.json'))).rejects.toThrow(/expected the profile with digest/)
    writeFileSync(at('m.profile'), profile)
    rmSync(at('sides/plan.indexes'), { recursive: true })
    await expect(mergeShards(at('sides/plan.json'))).rejects.toThrow(/merge: .*expected the index as planned/)
  })
})

describe('a plan that is not as it was written', () => {
  let plan: Plan
  beforeAll(async () => {
    plan = await planAudit(options('sound.json', { suspects: [at('corpus/a.jsonl')] }))
  })
  /** What is said of the plan with one value changed; the digest is right, as whoever means harm would see to. */
  const read = (edit: (plan: Loose) => void): string => {
    const copy = JSON.parse(JSON.stringify(plan)) as Loose
    const { digest } = copy
    delete copy.digest
    edit(copy)
    const file = scratch.write('hostile.json', JSON.stringify({ digest: digestPlan(copy as Plan), ...copy }))
    expect(digest).toBe(plan.digest)
    try {
      readPlan(file)
      return 'taken'
    } catch (error) {
      return (error as Error).message
    }
  }

  it('is taken unchanged', () => expect(read(() => {})).toBe('taken'))

  it.each<[string, (plan: Loose) => void, RegExp]>([
    ['a schema to come', p => (p.schema = 2), /: schema: /],
    ['a key too many', p => (p.extra = 1), /: extra: /],
    ['a key too few', p => delete p.notes, /: notes: /],
    ['a size below zero', p => (p.sources[0].sizeBytes = -1), /: sources\.0\.sizeBytes: /],
    ['a path with a zero byte', p => (p.sources[0].path = 'a\0b'), /: sources\.0\.path: /],
    ['a layout out of range', p => (p.sources[0].layout.shape = 999), /: sources\.0\.layout\.shape: /],
    ['a format that is none', p => (p.sources[0].chain = ['../x']), /: sources\.0\.chain\.0: /],
    ['a level beyond one', p => (p.parameters.level = 2), /: parameters\.level: /],
    ['an option of reading that is none', p => (p.parameters.read.maxDepth = 'deep'), /: parameters\.read\.maxDepth: /],
    ['a digest that is none', p => (p.corpora[0].sha256 = 'x'), /: corpora\.0\.sha256: /],
    ['shards that are none', p => (p.shards = {}), /: shards: /],
    ['no shards', p => (p.shards = []), /: shards: /],
    ['a part that reaches beyond its file', p => (p.shards[0][0].end = 1e9), /: shards\.0\.0\.end: /],
    ['a part twice', p => p.shards[0].push(p.shards[0].at(-1)), /: shards\.0\.\d+: expected part/],
    ['a part left out', p => p.shards[1].shift(), /: shards\.[12]\.\d: expected part/],
    ['the last part left out', p => p.shards[3].pop(), /: shards: expected parts up to the end/],
    ['a part of a source that is not there', p => (p.shards[0][0].source = 77), /: shards\.0\.0: /],
    ['a part without its digest', p => (p.shards[0][0].sha256 = null), /: shards\.0\.0\.sha256: /],
    ['a prototype', p => (p.shards[0][0] = JSON.parse('{"__proto__": {"source": 0}}')), /: shards\.0\.0/],
  ])('is refused for %s', (_what, edit, message) => {
    expect(read(edit)).toMatch(message)
  })

  it('is refused for a change that the digest does not know, for what is no JSON, and where there is none', () => {
    const file = scratch.write('changed.json', JSON.stringify({ ...plan, notes: ['another'] }))
    expect(() => readPlan(file)).toThrow(/digest: the plan was changed/)
    expect(() => readPlan(scratch.write('no.json', '{'))).toThrow(/expected JSON/)
    expect(() => readPlan(at('gone.json'))).toThrow(/no such plan/)
  })

  it('cannot be made of standard input, or in no shards', async () => {
    await expect(planAudit(options('never.json', { suspects: ['-'] }))).rejects.toThrow(/standard input/)
    await expect(planAudit(options('never.json', { shards: 0 }))).rejects.toThrow(/expected 1 to/)
  })
})
