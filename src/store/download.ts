/**
 * store: address → file. The only code of the program that opens the network, and only `corpora pull` calls it.
 *
 * The file grows beside a note of what it is a part of, so a cut-short download goes on where it stopped
 * (RFC 9110 §14: Range, If-Range). What a server says is held against what was published: size, digest, and its own
 * account of them. Errors: `input` for a server that fails or lies, `usage` for an address that is not asked.
 */
import { createHash, type Hash } from 'node:crypto'
import { createReadStream, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import http from 'node:http'
import https from 'node:https'
import type { Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import tls from 'node:tls'
import { PalimpsestError } from '../errors.ts'
import { checkAddress, findProxy, followRedirect } from './route.ts'

/** Room above a size that is only known roundly. */
const roundMargin = 1.25
/** Bytes taken of a file whose size nobody published. */
const unknownSizeBytes = 4 * 2 ** 30
const defaultStallMs = 30_000
/** Growth between two attempts that starts their count anew. */
const progressBytes = 1 << 20
/** Waits before the further attempts. */
const defaultPauseMs: readonly number[] = [500, 2_000, 8_000]

/** What is to be fetched, and what is known of it. */
export interface DownloadRequest {
  address: string
  /** where it grows; a note of the same name with `.json` stands beside it meanwhile */
  file: string
  /** exact size, if published */
  sizeBytes: number | null
  /** rounded size, if that was published */
  aboutBytes: number | null
  /** lower-case hex, if published */
  sha256: string | null
  /** for the proxy */
  env: NodeJS.ProcessEnv
  /** silence after which a connection is given up, default 30 s */
  stallMs?: number
  /** waits between attempts */
  pauseMs?: readonly number[]
  /** called with the bytes that have come, and the size if it is known */
  onProgress?: (bytes: number, totalBytes: number | null) => void
}

/** What was fetched; it stands in `request.file`. */
export interface Downloaded {
  finalAddress: string
  bytes: number
  /** lower-case hex */
  sha256: string
  /** bytes that an earlier attempt had brought */
  resumedBytes: number
}

/** What the growing file is a part of. */
interface Note {
  address: string
  /** ETag or date that `If-Range` asks for; null if the server gave none that can be relied on */
  validator: string | null
  totalBytes: number | null
}

/** A fault that another attempt may mend. */
class Interrupted extends Error {}

/**
 * Fetches a file, going on from what an earlier attempt left.
 *
 * @throws PalimpsestError `input` if the server fails, stalls, or gives what does not fit what was published; the
 *   file is kept only where going on can make it whole
 */
export async function download(request: DownloadRequest): Promise<Downloaded> {
  const pauses = request.pauseMs ?? defaultPauseMs
  const resumedBytes = sizeOf(request.file)
  for (let attempt = 0; ; attempt++) {
    const before = sizeOf(request.file)
    try {
      return { ...(await attemptOnce(request)), resumedBytes }
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error
      if (sizeOf(request.file) - before >= progressBytes) attempt = 0
      if (attempt >= pauses.length) {
        const have = sizeOf(request.file)
        const rest = have > 0 ? `; ${have} bytes are kept, and the same command goes on from there` : ''
        throw new PalimpsestError('input', `${new URL(request.address).host}: ${error.message}${rest}`)
      }
      await wait(pauses[attempt])
    }
  }
}

function sizeOf(file: string): number {
  return existsSync(file) ? statSync(file).size : 0
}

function discard(file: string): void {
  rmSync(file, { force: true })
  rmSync(`${file}.json`, { force: true })
}

function readNote(file: string): Note | null {
  try {
    return JSON.parse(readFileSync(`${file}.json`, 'utf8')) as Note
  } catch {
    return null
  }
}

async function attemptOnce(request: DownloadRequest): Promise<Omit<Downloaded, 'resumedBytes'>> {
  const { file, address, sizeBytes, sha256 } = request
  const note = readNote(file)
  // without a validator only a published digest tells whether the two parts belong together
  const mayResume = note?.address === address && (note.validator !== null || sha256 !== null)
  if (!mayResume) discard(file)
  const have = sizeOf(file)
  const total = sizeBytes ?? note?.totalBytes ?? null
  if (have > 0 && have === total) return finish(request, await hashFile(file), have, address)
  const { response, url } = await ask(request, have, note?.validator ?? null)
  try {
    const start = readStart(request, response, url, have, note)
    const hash = start.from === 0 ? createHash('sha256') : await hashFile(file)
    const bytes = await receive(request, response, hash, start)
    return finish(request, hash, bytes, url.href)
  } finally {
    response.destroy()
  }
}

async function hashFile(file: string): Promise<Hash> {
  const hash = createHash('sha256')
  for await (const block of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(block as Buffer)
  return hash
}

/** Holds what has come against what was published. */
function finish(
  request: DownloadRequest,
  hash: Hash,
  bytes: number,
  finalAddress: string,
): Omit<Downloaded, 'resumedBytes'> {
  const sha256 = hash.digest('hex')
  const { host } = new URL(finalAddress)
  if (request.sha256 !== null && sha256 !== request.sha256) {
    discard(request.file)
    throw new PalimpsestError(
      'input',
      `${host}: expected a file with SHA-256 ${request.sha256}, got ${sha256}; what came was deleted`,
    )
  }
  rmSync(`${request.file}.json`, { force: true })
  return { finalAddress, bytes, sha256 }
}

/** Asks for the file from `have` on, through redirections. */
async function ask(
  request: DownloadRequest,
  have: number,
  validator: string | null,
): Promise<{ response: http.IncomingMessage; url: URL }> {
  const headers: http.OutgoingHttpHeaders = { 'user-agent': 'palimpsest', 'accept-encoding': 'identity' }
  if (have > 0) headers.range = `bytes=${have}-`
  if (have > 0 && validator !== null) headers['if-range'] = validator
  let url = checkAddress(request.address, request.sha256 !== null)
  const visited = new Set([url.href])
  for (;;) {
    const response = await send(url, headers, request)
    const status = response.statusCode ?? 0
    if (status < 300 || status === 304 || status >= 400) return { response, url }
    response.destroy()
    url = followRedirect(url, response.headers.location, visited, request.sha256 !== null)
    visited.add(url.href)
  }
}

/** Sends one request, through the proxy of the environment if it names one. */
async function send(
  url: URL,
  headers: http.OutgoingHttpHeaders,
  { env, stallMs = defaultStallMs }: DownloadRequest,
): Promise<http.IncomingMessage> {
  const proxy = findProxy(url, env)
  const options: https.RequestOptions = { headers, agent: false }
  let target: URL = url
  if (proxy !== null && url.protocol === 'https:') {
    const socket = await openTunnel(url, proxy, stallMs)
    delete options.agent // it would open a connection of its own
    options.createConnection = () => tls.connect({ socket, servername: url.hostname })
  } else if (proxy !== null) {
    target = proxy
    Object.assign(options, { path: url.href, headers: { ...headers, host: url.host, ...credentialsOf(proxy) } })
  }
  return await new Promise((resolve, reject) => {
    const sent = (target.protocol === 'https:' ? https : http).get(target, options, resolve)
    const silence = setTimeout(() => sent.destroy(new Interrupted(sayStall(stallMs))), stallMs)
    sent.on('response', () => clearTimeout(silence))
    sent.on('error', error => {
      clearTimeout(silence)
      reject(error instanceof Interrupted ? error : new Interrupted(`cannot be reached (${describe(error)})`))
    })
  })
}

function describe(error: Error): string {
  return (error as NodeJS.ErrnoException).code ?? error.message
}

function sayStall(stallMs: number): string {
  return `fell silent for ${stallMs / 1000} s`
}

function credentialsOf({ username, password }: URL): http.OutgoingHttpHeaders {
  if (username === '') return {}
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return { 'proxy-authorization': `Basic ${Buffer.from(pair).toString('base64')}` }
}

/** A connection to the host of `url` through an http proxy (RFC 9110 §9.3.6). */
function openTunnel(url: URL, proxy: URL, stallMs: number): Promise<Socket> {
  const host = `${url.hostname}:${url.port || 443}`
  return new Promise((resolve, reject) => {
    const asked = http.request(proxy, {
      method: 'CONNECT',
      path: host,
      headers: { host, ...credentialsOf(proxy) },
      agent: false,
    })
    const fail = (why: string): void => reject(new Interrupted(`the proxy ${proxy.host} ${why}`))
    asked.setTimeout(stallMs, () => asked.destroy(new Error(sayStall(stallMs))))
    asked.on('connect', (answer, socket) => {
      asked.setTimeout(0)
      if (answer.statusCode === 200) return resolve(socket)
      socket.destroy()
      fail(`refuses the connection with status ${answer.statusCode}`)
    })
    asked.on('response', answer => {
      answer.destroy()
      fail(`gives an answer instead of a connection, status ${answer.statusCode}`)
    })
    asked.on('error', error => fail(`cannot be used (${describe(error)})`))
    asked.end()
  })
}

/** Where the body begins in the file, and where the whole must end. */
interface Start {
  from: number
  /** size of the whole as the server has it; null if it does not say */
  total: number | null
  limit: number
}

/** Reads the head of an answer and refuses what cannot be the file that was asked for. */
function readStart(
  request: DownloadRequest,
  { statusCode: status = 0, headers }: http.IncomingMessage,
  url: URL,
  have: number,
  note: Note | null,
): Start {
  const refuse = (what: string): never => {
    throw new PalimpsestError('input', `${url.host}: ${what}`)
  }
  const startOver = (what: string): never => {
    discard(request.file)
    throw new Interrupted(what)
  }
  if (status === 429 || status >= 500) throw new Interrupted(`answers with status ${status}`)
  if (status === 416 && have > 0) startOver('has no such part of the file any more')
  if (status !== 200 && status !== 206)
    refuse(`answers ${url.pathname} with status ${status}; see whether the file still lies there, or name a --mirror`)
  const { 'content-encoding': encoding = 'identity', 'content-type': type = '' } = headers
  if (encoding !== 'identity') refuse(`sends the file packed as ${encoding}, which was not asked for`)
  if (/^text\/html\b/i.test(type)) refuse('sends a web page where a data file was expected; is a login in the way?')
  const length = headers['content-length'] === undefined ? null : Number(headers['content-length'])
  const validator = validatorOf(headers)
  const from = status === 206 ? have : 0
  let total = length === null ? null : from + length
  if (status === 206) {
    const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers['content-range'] ?? '')
    if (have === 0 || range === null || Number(range[1]) !== have)
      refuse(`expected the file from byte ${have} on, got the range "${headers['content-range'] ?? 'none'}"`)
    else if (range[2] !== '*') total = Number(range[2])
    const isChanged = [
      [note?.totalBytes, total],
      [note?.validator, validator],
    ].some(([was, is]) => was != null && is != null && was !== is)
    if (isChanged) startOver('changed the file in the middle of the download')
  }
  const limit =
    request.sizeBytes ?? (request.aboutBytes === null ? unknownSizeBytes : Math.ceil(request.aboutBytes * roundMargin))
  if (request.sizeBytes !== null && total !== null && total !== request.sizeBytes)
    refuse(`expected a file of ${request.sizeBytes} bytes, the server has one of ${total}`)
  if (total !== null && total > limit) refuse(`expected at most ${limit} bytes, the server has ${total}`)
  const next: Note = { address: request.address, validator, totalBytes: total }
  try {
    writeFileSync(`${request.file}.json`, JSON.stringify(next))
  } catch (error) {
    throw cannotWrite(`${request.file}.json`, error)
  }
  return { from, total, limit }
}

/** A strong ETag, else the date of the last change: what `If-Range` may ask for (RFC 9110 §13.1.5). */
function validatorOf({ etag, 'last-modified': date }: http.IncomingHttpHeaders): string | null {
  if (etag?.startsWith('"')) return etag
  return date ?? null
}

/** Writes the body to the file. @returns bytes of the whole file */
async function receive(
  request: DownloadRequest,
  response: http.IncomingMessage,
  hash: Hash,
  { from, total, limit }: Start,
): Promise<number> {
  const { file, onProgress, stallMs = defaultStallMs } = request
  const out = await openFile(file, from === 0 ? 'w' : 'a')
  let bytes = from
  const expected = request.sizeBytes ?? total
  response.setTimeout(stallMs, () => response.destroy(new Interrupted(sayStall(stallMs))))
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      if (bytes + chunk.length > limit) {
        discard(file)
        throw new PalimpsestError(
          'input',
          `${new URL(request.address).host}: expected at most ${limit} bytes, more came; what came was deleted`,
        )
      }
      await writeAll(out, chunk, file)
      hash.update(chunk)
      bytes += chunk.length
      onProgress?.(bytes, expected)
    }
  } catch (error) {
    if (error instanceof PalimpsestError || error instanceof Interrupted) throw error
    throw new Interrupted(`broke off after ${bytes} of ${expected ?? 'an unknown number of'} bytes`)
  } finally {
    await out.close()
  }
  if (expected !== null && bytes < expected) throw new Interrupted(`ended after ${bytes} of ${expected} bytes`)
  return bytes
}

function cannotWrite(file: string, error: unknown): PalimpsestError {
  return new PalimpsestError(
    'input',
    `${file}: cannot be written (${describe(error as Error)}); is there room on the disk?`,
  )
}

async function openFile(file: string, flags: string): Promise<FileHandle> {
  try {
    return await open(file, flags)
  } catch (error) {
    throw cannotWrite(file, error)
  }
}

async function writeAll(out: FileHandle, chunk: Buffer, file: string): Promise<void> {
  try {
    await out.appendFile(chunk)
  } catch (error) {
    throw cannotWrite(file, error)
  }
}
