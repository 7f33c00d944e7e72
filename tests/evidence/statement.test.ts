import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { writeBundle } from '../../src/evidence/bundle.ts'
import { digestHex } from '../../src/evidence/canonical.ts'
import { encodePae, generateKeys, keyIdOfPem, writeKeys } from '../../src/evidence/statement.ts'
import { signBundle, verifyBundle } from '../../src/evidence/verify.ts'
import { hasPython, makeFolder, readFolder, runPython, verifyByPython } from './folders.ts'
import { facts, makeBundle } from './synthetic.ts'

const temporary = makeFolder()

describe('encodePae', () => {
  it('encodes the example of the DSSE specification, with lengths in bytes', () => {
    expect(encodePae('http://example.com/HelloWorld', 'hello world').toString()).toBe(
      'DSSEv1 29 http://example.com/HelloWorld 11 hello world',
    )
    expect(encodePae('t', '墨').toString()).toBe('DSSEv1 1 t 3 墨')
  })
})

describe('writeKeys', () => {
  it('writes a private key that only its owner reads, and never writes over a file', async () => {
    const path = join(temporary, 'ann')
    const keyId = await writeKeys(path)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(keyIdOfPem(readFileSync(`${path}.pub`, 'utf8'))).toBe(keyId)
    await expect(writeKeys(path)).rejects.toThrow('EEXIST')
  })
})

describe('signBundle', () => {
  it('lets any number of parties sign the same bundle, in any order', async () => {
    const dir = join(temporary, 'many')
    const { root } = await writeBundle(dir, makeBundle(1, 3), facts, new Map())
    const parties = Array.from({ length: 3 }, generateKeys)
    for (const [i, { privatePem }] of parties.entries()) await signBundle(dir, privatePem, `party ${i}\ud800`)
    await signBundle(dir, parties[0].privatePem, 'party 0 again')
    const { ok, checks } = await verifyBundle(dir, { root, publicKeys: parties.map(party => party.publicPem) })
    expect(checks.filter(check => !check.ok)).toEqual([])
    expect(ok).toBe(true)
    expect(checks.at(-1)!.detail.match(/key given/g)).toHaveLength(3)
    expect(readdirSync(join(dir, 'signatures'))).toHaveLength(3)
    expect(readdirSync(temporary).filter(name => name.startsWith('.'))).toEqual([])
    if (hasPython) expect(Object.values(verifyByPython([dir])[0])).toEqual(Array(7).fill(true))
  })

  it('writes an envelope that the bare rules of DSSE verify', async () => {
    const dir = join(temporary, 'bare')
    const { root } = await writeBundle(dir, makeBundle(2, 3), facts, new Map())
    const keys = generateKeys()
    await signBundle(dir, keys.privatePem)
    const files = readFolder(dir)
    const envelope = JSON.parse(files.get(`signatures/${keys.keyId}.dsse.json`)!.toString())
    const payload = Buffer.from(envelope.payload, 'base64').toString()
    const signed = Buffer.from(
      `DSSEv1 ${envelope.payloadType.length} ${envelope.payloadType} ${payload.length} ${payload}`,
    )
    const sig = Buffer.from(envelope.signatures[0].sig, 'base64')
    expect(verify(null, signed, createPublicKey(keys.publicPem), sig)).toBe(true)
    const statement = JSON.parse(payload)
    expect(statement._type).toBe('https://in-toto.io/Statement/v1')
    expect(statement.subject).toEqual([
      { name: 'root', digest: { sha256: root } },
      { name: 'manifest.json', digest: { sha256: digestHex(files.get('manifest.json')!) } },
      { name: 'run.json', digest: { sha256: digestHex(files.get('run.json')!) } },
    ])
  })

  it('refuses to sign a bundle that does not verify, and keys of another kind', async () => {
    const dir = join(temporary, 'unsound')
    const bundle = makeBundle(3, 3)
    bundle.summary.documents.classA += 1
    await writeBundle(dir, bundle, facts, new Map())
    await expect(signBundle(dir, generateKeys().privatePem)).rejects.toThrow('not signed, sums')
    const sound = join(temporary, 'sound')
    await writeBundle(sound, makeBundle(3, 3), facts, new Map())
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
    for (const key of [pem, 'no key', '']) await expect(signBundle(sound, key)).rejects.toThrow('Ed25519')
    expect(readdirSync(sound)).not.toContain('signatures')
  })
})

describe.skipIf(!hasPython)('the Ed25519 of the Python verifier', () => {
  const program = [
    'import json, sys, verify',
    'for key, message, signature in json.load(sys.stdin):',
    '    b = bytes.fromhex',
    '    print(verify.verify_ed25519(b(key), b(message), b(signature)))',
  ].join('\n')

  it('accepts the vectors of RFC 8032 and rejects them after any change', () => {
    const key = '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c'
    const signature =
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00'
    const flip = (hex: string, bit: number): string => {
      const bytes = Buffer.from(hex, 'hex')
      bytes[bit >> 3] ^= 1 << (bit & 7)
      return bytes.toString('hex')
    }
    // S + L: the same signature to a verifier that forgets to bound S
    const order = 2n ** 252n + 27742317777372353535851937790883648493n
    const s = BigInt(`0x${Buffer.from(signature.slice(64), 'hex').reverse().toString('hex')}`) + order
    const malleable =
      signature.slice(0, 64) + Buffer.from(s.toString(16).padStart(64, '0'), 'hex').reverse().toString('hex')
    const flips = fc.sample(fc.nat(511), { seed: 1, numRuns: 40 }).map(bit => [key, '72', flip(signature, bit)])
    const keyFlips = fc.sample(fc.nat(255), { seed: 2, numRuns: 20 }).map(bit => [flip(key, bit), '72', signature])
    const cases = [
      [key, '72', signature],
      [key, '73', signature],
      [key, '72', malleable],
      [key, '72', ''],
      ...flips,
      ...keyFlips,
    ]
    const verdicts = runPython(program, JSON.stringify(cases)).trim().split('\n')
    expect(verdicts).toEqual(['True', ...Array(cases.length - 1).fill('False')])
  })
})
