/** The program as a user starts it, and what every folder that it writes must hold. */
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import { verifyBundle } from '../../src/evidence/verify.ts'
import type { Finding, LedgerFile, LedgerProblem, Summary } from '../../src/types.ts'
import { writeProse } from '../prose.ts'

const program = fileURLToPath(new URL('../../bin/palimpsest.js', import.meta.url))

export interface Ended {
  code: number | null
  stdout: string
  stderr: string
}

/** Runs the program to its end. */
export function run(
  args: string[],
  { cwd, input, env }: { cwd: string; input?: string; env?: NodeJS.ProcessEnv },
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], { cwd, env: { ...process.env, ...env } })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', text => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', text => (stderr += text))
    child.on('error', reject)
    child.on('close', code => resolve({ code, stdout, stderr }))
    child.stdin.end(input ?? '')
  })
}

export interface Row {
  id: string
  prompt: string
  response: string
}

/** Rows with texts of their own; equal numbers give equal rows. */
export function makeRows(from: number, count: number): Row[] {
  return Array.from({ length: count }, (_, i) => ({
    id: `row-${from + i}`,
    prompt: writeProse(50_000 + from + i, 1),
    response: writeProse(from + i),
  }))
}

/** The rows of a reference under other ids and prompts, as a vendor would sell them. */
export function copyRows(rows: readonly Row[], change: (text: string) => string = text => text): Row[] {
  return rows.map((row, i) => ({ id: `sold-${i}`, prompt: writeProse(70_000 + i, 1), response: change(row.response) }))
}

export interface Folder {
  findings: Finding[]
  summary: Summary
  files: LedgerFile[]
  problems: LedgerProblem[]
}

function readLines<T>(file: string): T[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map(line => JSON.parse(line) as T)
}

/** Reads an audit and holds it to what is promised of every one: sums that balance, order, digests that hold. */
export async function readAudit(dir: string): Promise<Folder> {
  const findings = readLines<Finding>(path.join(dir, 'findings.jsonl'))
  const summary = JSON.parse(readFileSync(path.join(dir, 'summary.json'), 'utf8')) as Summary
  const lines = readLines<LedgerFile | LedgerProblem>(path.join(dir, 'coverage.jsonl'))
  const problems = lines.filter((line): line is LedgerProblem => 'outcome' in line)
  const files = lines.filter((line): line is LedgerFile => 'chain' in line)
  const { coverage, documents } = summary
  for (const counts of [coverage, ...files]) {
    expect(counts.recordsIn).toBe(counts.scanned + counts.rejected + counts.limited + counts.skipped)
    expect(counts.bytesIn).toBe(counts.bytesScanned + counts.bytesRejected + counts.bytesLimited + counts.bytesSkipped)
  }
  expect(files.reduce((sum, file) => sum + file.recordsIn, 0)).toBe(coverage.recordsIn)
  expect(files.reduce((sum, file) => sum + file.bytesIn, 0)).toBe(coverage.bytesIn)
  expect(problems.reduce((sum, { records = 1 }) => sum + records, 0)).toBe(
    coverage.rejected + coverage.limited + coverage.skipped,
  )
  expect(documents.classA + documents.classB + documents.classC).toBeLessThanOrEqual(documents.n)
  for (const class_ of ['A', 'B', 'C'] as const)
    expect(new Set(findings.filter(f => f.class === class_).map(placeOf)).size).toBeGreaterThanOrEqual(
      documents[`class${class_}`],
    )
  const places = findings.map(({ suspect }) => `${suspect.file}\0${String(suspect.record).padStart(9, '0')}`)
  expect(places).toEqual([...places].sort())
  expect(new Set(findings.map(({ id }) => id)).size).toBe(findings.length)
  expect((await verifyBundle(dir)).ok).toBe(true)
  return { findings, summary, files, problems }
}

function placeOf({ suspect }: Finding): string {
  return `${suspect.file}:${suspect.record}:${suspect.field}`
}
