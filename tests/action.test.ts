/** The action for CI: its steps as a script, with the files that the host would give them; and the example workflow. */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { createProgram } from '../src/cli/program.ts'
import { variableOf } from '../src/cli/settings.ts'
import { verifyBundle } from '../src/evidence/verify.ts'
import { ensureBuilt } from './build.ts'
import { copyRows, makeRows } from './cli/program.ts'
import { Scratch, toLines } from './read/scratch.ts'

interface Step {
  id?: string
  name: string
  if?: string
  shell?: string
  run?: string
  uses?: string
  env?: Record<string, string>
  with?: Record<string, string>
}

interface Action {
  inputs: Record<string, { description: string; default: string }>
  outputs: Record<string, { value: string }>
  runs: { using: string; steps: Step[] }
}

const root = fileURLToPath(new URL('..', import.meta.url))
const action = parse(readFileSync(path.join(root, 'action.yml'), 'utf8')) as Action
const { steps } = action.runs

const scratch = new Scratch()
const reference = makeRows(0, 20)

beforeAll(async () => {
  await ensureBuilt()
  scratch.write('reference.jsonl', toLines(reference))
  scratch.write('data/new.jsonl', toLines([...makeRows(900, 12), ...copyRows(reference.slice(0, 2))]))
  scratch.write('other/quiet.jsonl', toLines(makeRows(900, 12)))
  scratch.write('palimpsest.config.yaml', 'reference: reference.jsonl\n')
})
afterAll(() => scratch.remove())

interface JobResult {
  code: number | null
  outputs: Record<string, string>
  summary: string
  /** actions of others that would have run, with their inputs */
  used: { uses: string; with: Record<string, string> }[]
}

let jobs = 0
/** Runs the steps as the host does: each in a shell of its own, until one fails. */
function runJob(given: Record<string, string>): JobResult {
  const outputFile = scratch.write(`host/output-${++jobs}`, '')
  const summaryFile = scratch.write(`host/summary-${jobs}`, '')
  const inputs: Record<string, string> = { ...given }
  for (const [name, { default: value }] of Object.entries(action.inputs)) inputs[name] ??= String(value)
  const outputs: Record<string, string> = {}
  const fill = (text: string): string =>
    text.replace(/\$\{\{ (inputs|steps\.scan\.outputs)\.([\w-]+) \}\}/g, (_, of, name) =>
      of === 'inputs' ? inputs[name] : (outputs[name] ?? ''),
    )
  const used: JobResult['used'] = []
  for (const step of steps) {
    const isWanted = step.if === undefined || (inputs['upload-sarif'] === 'true' && outputs.sarif !== undefined)
    if (!isWanted) continue
    if (step.uses !== undefined) {
      const filled = Object.entries(step.with ?? {}).map(([key, value]) => [key, fill(String(value))])
      used.push({ uses: step.uses, with: Object.fromEntries(filled) })
      continue
    }
    const env = Object.fromEntries(Object.entries(step.env ?? {}).map(([key, value]) => [key, fill(String(value))]))
    const host = { GITHUB_ACTION_PATH: root, GITHUB_OUTPUT: outputFile, GITHUB_STEP_SUMMARY: summaryFile }
    const { status } = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', step.run ?? ''], {
      cwd: scratch.folder,
      env: { ...process.env, ...host, ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    for (const line of readFileSync(outputFile, 'utf8').split('\n').filter(Boolean)) {
      const at = line.indexOf('=')
      outputs[line.slice(0, at)] = line.slice(at + 1)
    }
    if (status !== 0) return { code: status, outputs, summary: readFileSync(summaryFile, 'utf8'), used }
  }
  return { code: 0, outputs, summary: readFileSync(summaryFile, 'utf8'), used }
}

describe('the action', () => {
  it('is composite, names a shell for each script, and lets no input into a script but through the environment', () => {
    expect(action.runs.using).toBe('composite')
    for (const { run, shell } of steps.filter(({ uses }) => uses === undefined)) {
      expect(shell).toBe('bash')
      expect(run).not.toContain('${{')
    }
  })

  it('hands on settings of scan under their own names', () => {
    const scan = createProgram({ code: 0 }).commands.find(command => command.name() === 'scan')!
    const variables = ['corpora', ...scan.options.map(option => option.attributeName())].map(variableOf)
    const { env = {} } = steps.find(({ id }) => id === 'scan')!
    expect(Object.keys(env).length).toBeGreaterThan(8)
    for (const [variable, value] of Object.entries(env)) {
      expect(variables).toContain(variable)
      const input = /^\$\{\{ inputs\.([\w-]+) \}\}$/.exec(value)?.[1]
      if (input !== undefined) expect(`PALIMPSEST_${input.replaceAll('-', '_').toUpperCase()}`).toBe(variable)
    }
  })

  it('fails on findings, writes the job summary, and offers SARIF', async () => {
    const { code, outputs, summary, used } = runJob({ corpora: 'data', 'upload-sarif': 'true', 'fail-on': 'A,C:9' })
    expect(code).toBe(1)
    expect(outputs).toEqual({ code: '1', out: 'palimpsest-audit', sarif: 'palimpsest-audit/findings.sarif' })
    expect(summary).toMatch(/^## Fail on\n\n- \*\*fails\*\*: `A: 2 documents at class A`\n- holds: `C:9/)
    expect(summary).toContain('# Audit of a corpus against known model outputs')
    expect(used).toEqual([
      {
        uses: 'github/codeql-action/upload-sarif@v3',
        with: { sarif_file: 'palimpsest-audit/findings.sarif', category: 'palimpsest' },
      },
    ])
    const { ok } = await verifyBundle(path.join(scratch.folder, 'palimpsest-audit'))
    expect(ok).toBe(true)
    // texts stay out of what a host keeps, unless somebody asks for them
    const phrase = reference[0].response.split(' ').slice(2, 9).join(' ')
    expect(summary + readFileSync(path.join(scratch.folder, 'palimpsest-audit/report.html'), 'utf8')).not.toContain(
      phrase,
    )
  })

  it('passes where nothing is found, and where what is found was accepted', () => {
    expect(runJob({ corpora: 'other', out: 'quiet' })).toMatchObject({ code: 0, outputs: { code: '0', out: 'quiet' } })
    const cli = (...args: string[]): Buffer =>
      execFileSync(process.execPath, [path.join(root, 'bin/palimpsest.js'), ...args], {
        cwd: scratch.folder,
        stdio: 'pipe',
      })
    cli('scan', 'data', '--out', 'full', '--fail-on', 'never')
    cli('baseline', 'full', '--out', 'accepted.json')
    const { code, summary } = runJob({ corpora: 'data', baseline: 'accepted.json', out: 'accepted' })
    expect(code).toBe(0)
    expect(summary).toContain('0 new, 0 expired, 2 known')
  })

  it('takes several corpora, a line each, and names that a shell would take for more', () => {
    scratch.write('data $(touch owned)/x.jsonl', toLines(makeRows(900, 3)))
    const corpora = 'other\ndata $(touch owned)\n'
    expect(runJob({ corpora, out: 'lines' })).toMatchObject({ code: 0 })
    expect(existsSync(path.join(scratch.folder, 'owned'))).toBe(false)
  })

  it('ends with the code of wrong usage, without an audit', () => {
    const { code, outputs, used } = runJob({ corpora: 'nothing-here', out: 'none', 'upload-sarif': 'true' })
    expect({ code, outputs, used }).toEqual({ code: 2, outputs: { code: '2', out: 'none' }, used: [] })
  })
})

describe('the example workflow', () => {
  const workflow = parse(readFileSync(path.join(root, 'docs/github-workflow.yml'), 'utf8')) as {
    jobs: { audit: { steps: Step[] } }
  }

  it('gives the action inputs that it has, and takes outputs that it has', () => {
    const own = workflow.jobs.audit.steps.find(({ uses }) => uses?.includes('/palimpsest@'))!
    for (const name of Object.keys(own.with ?? {})) expect(Object.keys(action.inputs)).toContain(name)
    const named = JSON.stringify(workflow).matchAll(/steps\.audit\.outputs\.(\w+)/g)
    for (const [, name] of named) expect(Object.keys(action.outputs)).toContain(name)
  })
})
