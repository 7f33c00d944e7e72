/** A server on this machine that answers as it is told, and keeps what it was asked. */
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'

export interface Asked {
  method: string
  url: string
  headers: http.IncomingHttpHeaders
}

export interface Server {
  origin: string
  asked: Asked[]
  close: () => Promise<void>
}

/** Answers requests; `nth` counts them from 0. */
export type Answer = (request: Asked, response: http.ServerResponse, nth: number) => void

/** Starts a server on the loopback address. */
export async function serve(answer: Answer): Promise<Server> {
  const asked: Asked[] = []
  const server = http.createServer((request, response) => {
    const seen = { method: request.method ?? '', url: request.url ?? '', headers: request.headers }
    asked.push(seen)
    answer(seen, response, asked.length - 1)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${port}`,
    asked,
    close: () =>
      new Promise(resolve => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

export interface Served {
  etag?: string | null
  /** close the connection after so many bytes of the body, in the nth answer */
  cutAfter?: (nth: number) => number | undefined
}

/** Serves one body as an honest server does: ranges, `If-Range`, lengths. */
export function honest(body: Buffer, { etag = '"v1"', cutAfter = () => undefined }: Served = {}): Answer {
  return ({ headers }, response, nth) => {
    const range = /^bytes=(\d+)-$/.exec(headers.range ?? '')
    const isPart = range !== null && (headers['if-range'] === undefined || headers['if-range'] === etag)
    const from = isPart ? Number(range[1]) : 0
    const part = body.subarray(from)
    response.writeHead(isPart ? 206 : 200, {
      'content-length': part.length,
      ...(etag === null ? {} : { etag }),
      ...(isPart && { 'content-range': `bytes ${from}-${body.length - 1}/${body.length}` }),
    })
    const cut = cutAfter(nth)
    if (cut === undefined) response.end(part)
    else response.write(part.subarray(0, cut), () => setTimeout(() => response.destroy(), 20))
  }
}

/** A file that no line of which is like another. */
export function makeBody(lines: number): Buffer {
  return Buffer.from(Array.from({ length: lines }, (_, i) => `line ${i} ${(i * 2_654_435_761) % 1_000_003}\n`).join(''))
}

export function digestOf(data: Buffer): string {
  return createHash('sha256').update(data).digest('hex')
}

/** A folder for one test. */
export function makeScratch(): { folder: string; remove: () => void } {
  const folder = mkdtempSync(path.join(tmpdir(), 'palimpsest-store-'))
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}
