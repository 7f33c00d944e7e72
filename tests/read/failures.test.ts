/** What reading does when the operating system refuses: the Nth call fails, for every N. */
import type { FileHandle } from 'node:fs/promises'
import path from 'node:path'
import zlib from 'node:zlib'
import { afterAll, expect, test, vi } from 'vitest'
import { PalimpsestError } from '../../src/errors.ts'
import type { Reading } from './scratch.ts'

const plan = vi.hoisted(() => ({ calls: 0, failing: -1, code: 'EIO' }))

vi.mock('node:fs/promises', async importOriginal => {
  const original = await importOriginal<typeof import('node:fs/promises')>()
  const check = (syscall: string): void => {
    if (plan.calls++ !== plan.failing) return
    throw Object.assign(new Error(`${plan.code}: ${syscall}`), { code: plan.code, syscall })
  }
  const guard = <A extends unknown[], R>(syscall: string, call: (...args: A) => Promise<R>) => {
    return async (...args: A): Promise<R> => {
      check(syscall)
      return call(...args)
    }
  }
  const open = async (...args: Parameters<typeof original.open>): Promise<FileHandle> => {
    check('open')
    const handle = await original.open(...args)
    const { read, stat } = handle
    handle.read = guard('read', read.bind(handle) as () => Promise<never>) as typeof read
    handle.stat = guard('fstat', stat.bind(handle) as () => Promise<never>) as typeof stat
    return handle
  }
  return {
    ...original,
    open,
    stat: guard('stat', original.stat as () => Promise<never>),
    readdir: guard('scandir', original.readdir as () => Promise<never>),
    realpath: guard('realpath', original.realpath as () => Promise<never>),
    readFile: guard('read', original.readFile as () => Promise<never>),
  }
})

const { readAll, Scratch, toLines } = await import('./scratch.ts')
const { soundFiles } = await import('./mutate.ts')

const scratch = new Scratch()
afterAll(() => scratch.remove())

const rows = Array.from({ length: 9 }, (_, i) => ({ prompt: `Question ${i}?`, response: `Answer ${i} of the series.` }))
scratch.write('data/a.jsonl', toLines(rows))
scratch.write('data/b/c.json.gz', zlib.gzipSync(JSON.stringify(rows)))
scratch.write('data/b/d.txt', 'A text of its own.')
scratch.write('data/j.parquet', soundFiles['j.parquet'])
scratch.write('data/n.arrow', soundFiles['n.arrow'])
const folder = path.join(scratch.folder, 'data')

async function readFailing(failing: number, code: string): Promise<Reading | null> {
  plan.calls = 0
  plan.failing = failing
  plan.code = code
  try {
    return await readAll([folder], { partBytes: 200 })
  } catch (error) {
    expect(error).toBeInstanceOf(PalimpsestError)
    return null
  } finally {
    plan.failing = -1
  }
}

for (const code of ['EIO', 'EMFILE']) {
  test(`when any one call fails with ${code}, what is read is right and what is not is in the account`, async () => {
    const whole = (await readFailing(-1, code))!
    const nCalls = plan.calls
    expect(whole.problems).toEqual([])
    expect(nCalls).toBeGreaterThan(40)
    const key = (d: { file: string; record: number; field: string; text: string }): string =>
      `${d.file} ${d.field} ${d.text}`
    const known = new Set(whole.documents.map(key))
    let nUnharmed = 0
    for (let failing = 0; failing < nCalls; failing++) {
      const reading = await readFailing(failing, code)
      if (reading === null) continue
      for (const document of reading.documents) expect(known.has(key(document)), `call ${failing}`).toBe(true)
      const isWhole = reading.documents.length === whole.documents.length
      const isTold = reading.counts.rejected + reading.counts.limited > 0
      expect(isWhole || isTold, `call ${failing} lost documents in silence`).toBe(true)
      if (isWhole && !isTold) nUnharmed++
    }
    expect(nUnharmed).toBeLessThan(nCalls / 2)
  })
}
