/** Downloads from servers that break off, go round in circles, fall silent and lie. */
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import net, { type AddressInfo } from 'node:net'
import path from 'node:path'
import process from 'node:process'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type DownloadRequest, download } from '../../src/store/download.ts'
import { type Answer, digestOf, honest, makeBody, makeScratch, type Server, serve } from './server.ts'

const body = makeBody(20_000)
const sha256 = digestOf(body)

let scratch: ReturnType<typeof makeScratch>
let server: Server | undefined
let file: string

beforeEach(() => {
  scratch = makeScratch()
  file = path.join(scratch.folder, 'corpus.partial')
})

afterEach(async () => {
  await server?.close()
  server = undefined
  scratch.remove()
})

/** Starts the server and asks it, with short patience. */
async function fetchFrom(answer: Answer, known: Partial<DownloadRequest> = {}): ReturnType<typeof download> {
  server ??= await serve(answer)
  return download({
    address: `${server.origin}/data/corpus.jsonl`,
    file,
    sizeBytes: body.length,
    aboutBytes: null,
    sha256,
    env: {},
    stallMs: 300,
    pauseMs: [5, 5],
    ...known,
  })
}

const unknown = { sizeBytes: null, aboutBytes: null, sha256: null }

describe('an honest server', () => {
  test('gives the file, and no note stays beside it', async () => {
    const fetched = await fetchFrom(honest(body))
    expect(fetched).toEqual({
      finalAddress: `${server?.origin}/data/corpus.jsonl`,
      bytes: body.length,
      sha256,
      resumedBytes: 0,
    })
    expect(readFileSync(file).equals(body)).toBe(true)
    expect(readdirSync(scratch.folder)).toEqual(['corpus.partial'])
    expect(server?.asked[0].headers['accept-encoding']).toBe('identity')
  })

  test('gives it also where nothing was published about it', async () => {
    expect((await fetchFrom(honest(body), unknown)).sha256).toBe(sha256)
  })

  test('may redirect, by relative addresses too', async () => {
    const fetched = await fetchFrom((asked, response, nth) => {
      if (asked.url === '/far/away') return honest(body)(asked, response, nth)
      response.writeHead(302, { location: asked.url === '/data/corpus.jsonl' ? '/next' : 'far/away' }).end()
    })
    expect(fetched.finalAddress).toBe(`${server?.origin}/far/away`)
    expect(fetched.bytes).toBe(body.length)
  })

  test('tells how far it is', async () => {
    const seen: [number, number | null][] = []
    await fetchFrom(honest(body), { onProgress: (bytes, total) => seen.push([bytes, total]) })
    expect(seen.at(-1)).toEqual([body.length, body.length])
  })
})

describe('a connection that breaks off', () => {
  test('is taken up again where it stopped', async () => {
    const fetched = await fetchFrom(honest(body, { cutAfter: nth => (nth < 2 ? 100_000 : undefined) }))
    expect(fetched.sha256).toBe(sha256)
    expect(server?.asked.map(({ headers }) => headers.range)).toEqual([undefined, 'bytes=100000-', 'bytes=200000-'])
    expect(server?.asked[1].headers['if-range']).toBe('"v1"')
  })

  test('is taken up again by the next call, after patience had ended', async () => {
    const broken = fetchFrom(honest(body, { cutAfter: nth => (nth < 3 ? 50_000 : undefined) }), unknown)
    await expect(broken).rejects.toThrow(/broke off after 150000 of \d+ bytes; 150000 bytes are kept/)
    expect(readFileSync(file).equals(body.subarray(0, 150_000))).toBe(true)
    const fetched = await fetchFrom(honest(body), unknown)
    expect(fetched).toMatchObject({ sha256, resumedBytes: 150_000 })
    expect(server?.asked.at(-1)?.headers.range).toBe('bytes=150000-')
  })

  test('is begun anew where the file has changed meanwhile', async () => {
    const other = makeBody(9_000)
    const answer: Answer = (asked, response, nth) =>
      nth === 0
        ? honest(body, { etag: '"v1"', cutAfter: () => 50_000 })(asked, response, nth)
        : honest(other, { etag: '"v2"' })(asked, response, nth)
    expect((await fetchFrom(answer, unknown)).sha256).toBe(digestOf(other))
  })

  test('is begun anew where the server sends the rest of another version all the same', async () => {
    const other = makeBody(21_000)
    const answer: Answer = (asked, response, nth) => {
      if (nth === 0) return honest(body, { cutAfter: () => 50_000 })(asked, response, nth)
      const { 'if-range': _ignored, ...headers } = asked.headers
      honest(other, { etag: '"v2"' })({ ...asked, headers }, response, nth)
    }
    expect((await fetchFrom(answer, unknown)).sha256).toBe(digestOf(other))
  })

  test('is begun anew where nothing would tell whether the parts belong together', async () => {
    const answer = honest(body, { etag: null, cutAfter: nth => (nth === 0 ? 50_000 : undefined) })
    expect((await fetchFrom(answer, unknown)).sha256).toBe(sha256)
    expect(server?.asked[1].headers.range).toBeUndefined()
  })

  test('needs no second request where all of it had come', async () => {
    await fetchFrom(honest(body))
    writeFileSync(
      `${file}.json`,
      JSON.stringify({ address: `${server?.origin}/data/corpus.jsonl`, validator: null, totalBytes: null }),
    )
    expect((await fetchFrom(honest(body))).resumedBytes).toBe(body.length)
    expect(server?.asked).toHaveLength(1)
  })

  test('ends with what is missing where the server closes a body of no stated length early', async () => {
    const early: Answer = (_, response) => {
      response.writeHead(200, { etag: '"v1"' })
      response.end(body.subarray(0, 1_000))
    }
    await expect(fetchFrom(early, { sha256: null })).rejects.toThrow(`ended after 1000 of ${body.length} bytes`)
  })
})

describe('a server that fails', () => {
  test('is asked again while it is busy', async () => {
    const answer: Answer = (asked, response, nth) =>
      nth < 2 ? void response.writeHead(503).end('later') : honest(body)(asked, response, nth)
    expect((await fetchFrom(answer)).sha256).toBe(sha256)
  })

  test('and keeps failing is given up with its status', async () => {
    await expect(fetchFrom((_, response) => void response.writeHead(500).end())).rejects.toThrow(
      /answers with status 500$/,
    )
    expect(server?.asked).toHaveLength(3)
  })

  test('and has no such file is told apart', async () => {
    const missing = fetchFrom((_, response) => void response.writeHead(404).end())
    await expect(missing).rejects.toThrow('answers /data/corpus.jsonl with status 404')
    expect(server?.asked).toHaveLength(1)
    expect(existsSync(file)).toBe(false)
  })

  test('by falling silent before it answers is given up', async () => {
    await expect(fetchFrom(() => {})).rejects.toThrow('fell silent for 0.3 s')
  })

  test('by falling silent in the middle is given up, and what came is kept', async () => {
    const stalls: Answer = (_, response) => {
      response.writeHead(200, { 'content-length': body.length, etag: '"v1"' })
      response.write(body.subarray(0, 1_000))
    }
    await expect(fetchFrom(stalls, { pauseMs: [] })).rejects.toThrow('fell silent for 0.3 s; 1000 bytes are kept')
  })

  test('by not being there is given up', async () => {
    const gone = await serve(() => {})
    await gone.close()
    await expect(fetchFrom(() => {}, { address: `${gone.origin}/x`, pauseMs: [] })).rejects.toThrow(
      /cannot be reached \(ECONN/,
    )
  })
})

describe('a server that lies', () => {
  test.each([
    ['about the size: it has more', { 'content-length': body.length + 1 }, `the server has one of ${body.length + 1}`],
    ['about the size: it has less', { 'content-length': 10 }, 'the server has one of 10'],
    ['about the form: it packs the file', { 'content-encoding': 'gzip' }, 'packed as gzip'],
    ['about the kind: it sends a page', { 'content-type': 'text/html; charset=utf-8' }, 'a web page'],
  ])('%s', async (_, headers, message) => {
    const lying = fetchFrom((_asked, response) => {
      response.writeHead(200, headers as http.OutgoingHttpHeaders)
      response.end(body.subarray(0, 10))
    })
    await expect(lying).rejects.toThrow(message)
    expect(existsSync(file)).toBe(false)
  })

  test('about the content: another file of the same size is deleted', async () => {
    const forged = Buffer.from(body)
    forged[5_000] ^= 1
    await expect(fetchFrom(honest(forged))).rejects.toThrow(
      `expected a file with SHA-256 ${sha256}, got ${digestOf(forged)}`,
    )
    expect(readdirSync(scratch.folder)).toEqual([])
  })

  test('about the rest: a first part that fits and a second that does not are deleted', async () => {
    const forged = Buffer.from(body)
    forged[200_000] ^= 1
    const answer: Answer = (asked, response, nth) =>
      honest(nth === 0 ? body : forged, { cutAfter: () => (nth === 0 ? 50_000 : undefined) })(asked, response, nth)
    await expect(fetchFrom(answer)).rejects.toThrow('what came was deleted')
    expect(readdirSync(scratch.folder)).toEqual([])
  })

  test('about the range: the rest from another place is refused', async () => {
    const answer: Answer = (asked, response, nth) => {
      if (nth === 0) return honest(body, { cutAfter: () => 50_000 })(asked, response, nth)
      response.writeHead(206, { etag: '"v1"', 'content-range': `bytes 10-${body.length - 1}/${body.length}` })
      response.end(body.subarray(10))
    }
    await expect(fetchFrom(answer)).rejects.toThrow(/expected the file from byte 50000 on, got the range "bytes 10-/)
  })

  test('by not ending is cut off at the size that was published', async () => {
    const endless: Answer = (_, response) => {
      response.writeHead(200, { etag: '"v1"' })
      const more = (): void => {
        while (!response.destroyed) if (!response.write(body)) return void response.once('drain', more)
      }
      more()
    }
    await expect(fetchFrom(endless)).rejects.toThrow(`expected at most ${body.length} bytes, more came`)
    expect(readdirSync(scratch.folder)).toEqual([])
    await expect(fetchFrom(endless, { ...unknown, aboutBytes: 1_000_000 })).rejects.toThrow(
      'expected at most 1250000 bytes',
    )
    expect(readdirSync(scratch.folder)).toEqual([])
  })

  test('by stating a size beyond any bound is refused before anything is written', async () => {
    const answer: Answer = (_, response) => void response.writeHead(200, { 'content-length': 2 ** 40 }).write('x')
    await expect(fetchFrom(answer, unknown)).rejects.toThrow(
      /expected at most 4294967296 bytes, the server has 1099511627776/,
    )
    expect(existsSync(file)).toBe(false)
  })

  test('by redirecting in a circle is refused', async () => {
    const circle: Answer = ({ url }, response) =>
      void response.writeHead(302, { location: url === '/a' ? '/data/corpus.jsonl' : '/a' }).end()
    await expect(fetchFrom(circle)).rejects.toThrow('in a circle')
    expect(server?.asked).toHaveLength(2)
  })

  test('by redirecting for ever is refused', async () => {
    const answer: Answer = (_, response, nth) => void response.writeHead(307, { location: `/${nth}` }).end()
    await expect(fetchFrom(answer)).rejects.toThrow('expected at most 5 redirections, got one more')
    expect(server?.asked).toHaveLength(6)
  })

  test.each([
    ['a file of this machine', 'file:///etc/hostname', 'expected an https address'],
    ['another machine in the clear', 'http://192.0.2.1/x', 'expected https, as no digest was published'],
    ['nowhere', 'http://[', 'redirects to what is no address'],
  ])('by redirecting to %s is refused', async (_, location, message) => {
    const answer: Answer = (_asked, response) => void response.writeHead(301, { location }).end()
    await expect(fetchFrom(answer, unknown)).rejects.toThrow(message)
  })
})

describe('what is packed small and unpacks large', () => {
  test('is fetched as it is: unpacking is bounded where it is read', async () => {
    const bomb = gzipSync(Buffer.alloc(8 << 20))
    expect((await fetchFrom(honest(bomb), unknown)).bytes).toBe(bomb.length)
  })
})

/** Whether this machine can make a certificate for a test. */
function makeCertificate(folder: string): { key: string; cert: string } | null {
  const key = path.join(folder, 'key.pem')
  const cert = path.join(folder, 'cert.pem')
  try {
    execFileSync(
      'openssl',
      ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=corpus.invalid', '-addext'].concat(
        'subjectAltName=DNS:corpus.invalid',
        '-keyout',
        key,
        '-out',
        cert,
      ),
      { stdio: 'ignore' },
    )
    return { key, cert }
  } catch {
    return null
  }
}

/** A proxy that connects every host to one port of this machine, and keeps what it was asked. */
async function serveProxy(port: number): Promise<{ url: string; asked: string[]; close: () => void }> {
  const asked: string[] = []
  const proxy = http.createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    response.writeHead(200, { 'content-length': body.length }).end(body)
  })
  proxy.on('connect', (request, socket) => {
    asked.push(`CONNECT ${request.url} ${request.headers['proxy-authorization'] ?? ''}`.trim())
    if (port === 0) return void socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
    const inner = net.connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      inner.pipe(socket).pipe(inner)
    })
    for (const end of [inner, socket]) end.on('error', () => {})
  })
  await new Promise<void>(resolve => proxy.listen(0, '127.0.0.1', resolve))
  const url = `http://user:pass@127.0.0.1:${(proxy.address() as AddressInfo).port}`
  return {
    url,
    asked,
    close: () => {
      proxy.closeAllConnections()
      proxy.close()
    },
  }
}

describe('a proxy', () => {
  test('of the environment is asked for plain http as a whole address', async () => {
    const proxy = await serveProxy(0)
    const fetched = await fetchFrom(() => {}, { address: 'http://corpus.invalid/x', env: { HTTP_PROXY: proxy.url } })
    expect(fetched.bytes).toBe(body.length)
    expect(proxy.asked).toEqual(['GET http://corpus.invalid/x'])
    proxy.close()
  })

  test('that refuses a connection is named, without its password', async () => {
    const proxy = await serveProxy(0)
    const refused = fetchFrom(() => {}, {
      address: 'https://corpus.invalid/x',
      env: { https_proxy: proxy.url },
      pauseMs: [],
    })
    await expect(refused).rejects.toThrow(/the proxy 127\.0\.0\.1:\d+ refuses the connection with status 403/)
    await expect(refused).rejects.not.toThrow('pass')
    expect(proxy.asked).toEqual([`CONNECT corpus.invalid:443 Basic ${Buffer.from('user:pass').toString('base64')}`])
    proxy.close()
  })

  test('is left out for hosts of NO_PROXY', async () => {
    const env = { HTTP_PROXY: 'http://127.0.0.1:9', NO_PROXY: 'example.org, 127.0.0.1' }
    expect((await fetchFrom(honest(body), { env })).sha256).toBe(sha256)
  })

  test('carries https, from which no redirection leads to http', async context => {
    const made = makeCertificate(scratch.folder)
    if (made === null) return context.skip('no openssl to make a certificate with')
    const options = { key: readFileSync(made.key), cert: readFileSync(made.cert) }
    const secure = https.createServer(options, (request, response) => {
      if (request.url === '/down') return void response.writeHead(302, { location: 'http://corpus.invalid/x' }).end()
      honest(body)({ method: 'GET', url: '/', headers: request.headers }, response, 0)
    })
    await new Promise<void>(resolve => secure.listen(0, '127.0.0.1', resolve))
    const proxy = await serveProxy((secure.address() as AddressInfo).port)
    // trust in a certificate is settled when a process starts
    const script = `
      import { download } from ${JSON.stringify(path.resolve('src/store/download.ts'))}
      const ask = address => download({ address, file: ${JSON.stringify(file)}, sizeBytes: null, aboutBytes: null, sha256: null, env: process.env, pauseMs: [] })
      const whole = await ask('https://corpus.invalid/x')
      const down = await ask('https://corpus.invalid/down').catch(error => error.message)
      console.log(JSON.stringify({ whole, down }))`
    const child = await runScript(script, scratch.folder, { HTTPS_PROXY: proxy.url, NODE_EXTRA_CA_CERTS: made.cert })
    const untrusting = await runScript(script, scratch.folder, { HTTPS_PROXY: proxy.url })
    expect(JSON.parse(child)).toMatchObject({
      whole: { sha256, bytes: body.length },
      down: 'https://corpus.invalid: redirects from https to http at corpus.invalid; refused',
    })
    expect(untrusting).toMatch(/SELF_SIGNED_CERT|UNABLE_TO_VERIFY/)
    proxy.close()
    secure.close()
  })
})

/** Runs a TypeScript module in a process of its own; gives stdout, or stderr if it failed. */
async function runScript(script: string, folder: string, env: NodeJS.ProcessEnv): Promise<string> {
  const { spawn } = await import('node:child_process')
  const name = path.join(folder, 'script.mts')
  writeFileSync(name, script)
  return new Promise(resolve => {
    const child = spawn(process.execPath, ['--import', 'tsx', name], { env: { ...process.env, ...env } })
    let out = ''
    let err = ''
    child.stdout.on('data', data => (out += data))
    child.stderr.on('data', data => (err += data))
    child.on('close', code => resolve(code === 0 ? out : err))
  })
}
