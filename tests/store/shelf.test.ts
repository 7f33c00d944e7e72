import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  findShelved,
  holdName,
  isName,
  listLeftovers,
  listShelved,
  type Provenance,
  shelve,
  storeFolder,
} from '../../src/store/shelf.ts'
import { makeScratch } from './server.ts'

let scratch: ReturnType<typeof makeScratch>
let home: string

beforeEach(() => {
  scratch = makeScratch()
  home = path.join(scratch.folder, 'home')
})
afterEach(() => scratch.remove())

function makeProvenance(name: string): Provenance {
  return {
    schema: 1,
    name,
    title: null,
    model: null,
    licence: null,
    page: null,
    terms: null,
    source: null,
    files: [],
    unreadRecords: 0,
    index: { version: 4, sha256: 'ab'.repeat(32), documents: 1, tokens: 2, bytes: 3 },
    shelvedAt: '2026-01-01T00:00:00.000Z',
  }
}

const put = (name: string, replace = false, content = 'index'): unknown =>
  shelve(home, makeProvenance(name), file => writeFileSync(file, content), replace)

describe('the folder of the store', () => {
  test.each<[NodeJS.ProcessEnv, string]>([
    [{ PALIMPSEST_HOME: '/p', XDG_DATA_HOME: '/x' }, '/p'],
    [{ XDG_DATA_HOME: '/x' }, '/x/palimpsest'],
  ])('with %o is %s', (env, expected) => {
    expect(storeFolder(env)).toBe(path.resolve(expected))
  })

  test('is below the home folder where nothing else is said, and where what is said is relative', () => {
    expect(storeFolder({})).toMatch(/\.local.share.palimpsest$/)
    expect(storeFolder({ XDG_DATA_HOME: 'x' })).toBe(storeFolder({}))
  })
})

describe('a corpus on the shelf', () => {
  test('is found by its name, with its provenance', () => {
    expect(findShelved(home, 'mine')).toBeNull()
    put('mine')
    expect(findShelved(home, 'mine')?.provenance).toEqual(makeProvenance('mine'))
    expect(listShelved(home)).toEqual(['mine'])
    expect(listLeftovers(home)).toEqual([])
  })

  test('is not replaced unless that is asked for', () => {
    put('mine')
    expect(() => put('mine')).toThrow(/mine: already in the store, at .*--replace/)
    put('mine', true, 'new')
    expect(readdirSync(path.join(home, 'corpora'))).toEqual(['mine'])
  })

  test('that fails to be written leaves nothing', () => {
    const fail = (): never => {
      throw new Error('disk full')
    }
    expect(() => shelve(home, makeProvenance('mine'), fail, false)).toThrow('disk full')
    expect(readdirSync(path.join(home, 'corpora'))).toEqual([])
  })

  test('that fails to be replaced stays what it was', () => {
    put('mine')
    const fail = (): never => {
      throw new Error('disk full')
    }
    expect(() => shelve(home, makeProvenance('mine'), fail, true)).toThrow('disk full')
    expect(findShelved(home, 'mine')).not.toBeNull()
  })

  test.each(['../x', 'A', '', 'a/b', '.hidden', 'a'.repeat(65)])('cannot be called %o', name => {
    expect(() => put(name)).toThrow('not a name for a corpus')
    expect(findShelved(home, name)).toBeNull()
  })

  test.each([
    ['without an index', () => rmSync(path.join(home, 'corpora/mine/index.pali')), 'expected an index, found none'],
    [
      'without provenance',
      () => rmSync(path.join(home, 'corpora/mine/provenance.json')),
      'provenance.json cannot be read',
    ],
    [
      'with that of another',
      () => writeFileSync(path.join(home, 'corpora/mine/provenance.json'), JSON.stringify(makeProvenance('other'))),
      'does not describe this corpus',
    ],
  ])('%s is damaged, and says how to mend it', (_, damage, message) => {
    put('mine')
    damage()
    expect(() => findShelved(home, 'mine')).toThrow(message)
    expect(() => findShelved(home, 'mine')).toThrow(/delete the folder and pull or add mine again/)
  })
})

describe('a name', () => {
  test('is no name where a path of that name exists', () => {
    expect(isName('package.json')).toBe(false)
    expect(isName('alpaca')).toBe(true)
    for (const other of ['-', 'a/b', '*.jsonl', 'C:\\x', 'Alpaca']) expect(isName(other)).toBe(false)
  })

  test('is held by one process at a time', () => {
    const release = holdName(home, 'mine')
    expect(() => holdName(home, 'mine')).toThrow(`process ${process.pid} is pulling it`)
    release()
    holdName(home, 'mine')()
  })

  test('that a dead process held is free', () => {
    mkdirSync(path.join(home, 'downloads'), { recursive: true })
    const lock = path.join(home, 'downloads', 'mine.partial.lock')
    for (const holder of ['4194399', '', 'x']) {
      writeFileSync(lock, holder)
      holdName(home, 'mine')()
      expect(existsSync(lock)).toBe(false)
    }
  })
})

test('what cut-short work left is listed', () => {
  mkdirSync(path.join(home, 'downloads'), { recursive: true })
  mkdirSync(path.join(home, 'corpora', '.mine.partial-123'), { recursive: true })
  writeFileSync(path.join(home, 'downloads', 'mine.partial'), 'x')
  expect(listLeftovers(home).map(file => path.basename(file))).toEqual(['.mine.partial-123', 'mine.partial'])
  expect(listShelved(home)).toEqual([])
})
