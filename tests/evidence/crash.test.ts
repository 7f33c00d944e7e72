/** Writing and signing with the Nth call to the file system failing, for every N. */
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { writeBundle } from '../../src/evidence/bundle.ts'
import { sealBundle } from '../../src/evidence/seal.ts'
import { generateKeys } from '../../src/evidence/statement.ts'
import { signBundle, verifyBundle } from '../../src/evidence/verify.ts'
import { makeFolder } from './folders.ts'
import { facts, makeBundle } from './synthetic.ts'

const fault = vi.hoisted(() => ({ callsLeft: Number.POSITIVE_INFINITY }))

vi.mock('node:fs/promises', async importOriginal => {
  const original = await importOriginal<typeof import('node:fs/promises')>()
  type Call = (...parameters: unknown[]) => Promise<unknown>
  const count = (call: Call): Call => {
    return async (...parameters) => {
      if (fault.callsLeft-- === 0) throw Object.assign(new Error('the disk is full'), { code: 'ENOSPC' })
      return call(...parameters)
    }
  }
  const wrapped: Record<string, unknown> = { ...original }
  for (const name of ['lstat', 'mkdir', 'readdir', 'rename', 'rm'] as const)
    wrapped[name] = count(original[name] as Call)
  wrapped.open = count(async (...parameters) => {
    const handle = await original.open(...(parameters as Parameters<typeof original.open>))
    for (const name of ['write', 'writeFile', 'sync'] as const) {
      Object.defineProperty(handle, name, { value: count((handle[name] as Call).bind(handle)) })
    }
    return handle
  })
  return wrapped
})

const temporary = makeFolder()
const parent = join(temporary, 'parent')
const dir = join(parent, 'out')
const older = sealBundle(makeBundle(1, 3))
const newer = sealBundle(makeBundle(2, 3))
const extras = new Map([['report.html', '<!doctype html>']])

/** Runs `work` with the nth call failing, for every n until none fails; looks at the folder after each. */
async function failEverywhere(prepare: () => Promise<void>, work: () => Promise<unknown>): Promise<number> {
  for (let n = 0; ; n++) {
    rmSync(parent, { recursive: true, force: true })
    mkdirSync(parent)
    fault.callsLeft = Number.POSITIVE_INFINITY
    await prepare()
    fault.callsLeft = n
    const failed = await work().then(
      () => false,
      () => true,
    )
    const isSpent = fault.callsLeft < 0
    fault.callsLeft = Number.POSITIVE_INFINITY
    if (readdirSync(parent).includes('out')) {
      const { ok, checks } = await verifyBundle(dir)
      expect(ok, `call ${n}: ${JSON.stringify(checks.filter(check => !check.ok))}`).toBe(true)
    } else {
      expect(failed, `call ${n}`).toBe(true)
    }
    if (!isSpent) return n
  }
}

describe('a bundle that could not be written to the end', () => {
  beforeEach(() => {
    fault.callsLeft = Number.POSITIVE_INFINITY
  })

  it('never looks finished', async () => {
    const calls = await failEverywhere(
      async () => undefined,
      () => writeBundle(dir, newer, facts, extras),
    )
    expect(calls).toBeGreaterThan(40)
    expect((await verifyBundle(dir, { root: newer.seals!.root })).ok).toBe(true)
  })

  it('leaves the bundle that it was to replace, or the new one, and never a mixture', async () => {
    const roots = new Set<string>()
    const calls = await failEverywhere(
      async () => {
        await writeBundle(dir, older, facts, extras)
      },
      async () => {
        try {
          await writeBundle(dir, newer, facts, extras)
        } finally {
          expect(readdirSync(parent)).toContain('out')
          for (const { root } of [older.seals!, newer.seals!]) {
            if ((await verifyBundle(dir, { root })).ok) roots.add(root)
          }
        }
      },
    )
    expect(calls).toBeGreaterThan(40)
    expect(roots.size).toBe(2)
  })
})

describe('a signature that could not be written to the end', () => {
  it('leaves the bundle as it was, or signed', async () => {
    const { privatePem } = generateKeys()
    const calls = await failEverywhere(
      async () => {
        await writeBundle(dir, older, facts, extras)
      },
      () => signBundle(dir, privatePem),
    )
    expect(calls).toBeGreaterThan(4)
  })
})
