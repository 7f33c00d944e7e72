/**
 * The package as a user gets it: packed twice from fresh checkouts (equal digests), installed from the tarball into an
 * empty folder, run by `npx palimpsest` on Node 20, 22 and 24, imported by a consumer that is type-checked.
 *
 *   npx tsx tests/bench/package.ts [node version...]      default: 20 22 24; needs git, and npm to install from
 *
 * It packs the last commit. Ends with code 1 at the first thing that does not hold.
 */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const scratch = mkdtempSync(path.join(tmpdir(), 'palimpsest-package-'))
const startedMs = Date.now()

function say(what: string): void {
  process.stdout.write(`${((Date.now() - startedMs) / 1000).toFixed(0).padStart(4)} s  ${what}\n`)
}

function demand(holds: boolean, what: string): void {
  if (!holds) throw new Error(what)
}

interface Call {
  cwd: string
  env?: NodeJS.ProcessEnv
  /** exit codes that are right */
  codes?: number[]
}

/** Runs a program; gives stdout. */
function call(command: string, args: string[], { cwd, env = process.env, codes = [0] }: Call): string {
  try {
    const stdout = execFileSync(command, args, {
      cwd,
      env,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    demand(codes.includes(0), `${command} ${args.join(' ')}: expected code ${codes}, got 0`)
    return stdout
  } catch (error) {
    const { status, stdout, stderr } = error as { status?: number; stdout?: string; stderr?: string }
    if (status != null && codes.includes(status)) return stdout ?? ''
    throw new Error(`${command} ${args.join(' ')}: code ${status}\n${stdout}\n${stderr ?? error}`)
  }
}

/** Packs the last commit in a checkout of its own. */
function pack(name: string): string {
  const checkout = path.join(scratch, name)
  call('git', ['clone', '--quiet', '--no-local', root, checkout], { cwd: scratch })
  symlinkSync(path.join(root, 'node_modules'), path.join(checkout, 'node_modules'))
  const out = path.join(scratch, `${name.replaceAll('/', '-')}-out`)
  mkdirSync(out)
  call('npm', ['pack', '--pack-destination', out], { cwd: checkout })
  return path.join(out, readdirSync(out)[0])
}

const digestOf = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex')

function packTwice(): string {
  const tarball = pack('one')
  const second = pack('elsewhere/two')
  demand(digestOf(tarball) === digestOf(second), `packed twice: ${digestOf(tarball)} and ${digestOf(second)}`)
  say(`packed twice with one digest: sha256 ${digestOf(tarball)}, ${readFileSync(tarball).length} bytes`)
  return tarball
}

function install(tarball: string): string {
  const folder = path.join(scratch, 'empty')
  mkdirSync(folder)
  call('npm', ['install', '--no-audit', '--no-fund', tarball], { cwd: folder })
  const lock = JSON.parse(readFileSync(path.join(folder, 'package-lock.json'), 'utf8')) as {
    packages: { [place: string]: { hasInstallScript?: boolean } }
  }
  const running = Object.entries(lock.packages).filter(([, { hasInstallScript }]) => hasInstallScript)
  demand(running.length === 0, `run something when installed: ${running.map(([place]) => place)}`)
  say(`installed into an empty folder: ${Object.keys(lock.packages).length - 1} packages, none of which runs anything`)
  return folder
}

/** The environment in which `node` is of that version, taken from npm where it is not the running one. */
function withNode(version: string): NodeJS.ProcessEnv {
  if (process.version.startsWith(`v${version}.`))
    return { ...process.env, PATH: `${path.dirname(process.execPath)}${path.delimiter}${process.env.PATH}` }
  const prefix = path.join(scratch, `node-${version}`)
  call('npm', ['install', '--prefix', prefix, '--no-save', '--no-audit', '--no-fund', `node@${version}`], {
    cwd: scratch,
  })
  return { ...process.env, PATH: `${path.join(prefix, 'node_modules/node/bin')}${path.delimiter}${process.env.PATH}` }
}

/** What a first user does, on one version of Node. @returns digest of the demo's findings */
function useIt(folder: string, version: string): string {
  const home = path.join(folder, `home-${version}`)
  const env = { ...withNode(version), PALIMPSEST_HOME: home, NO_COLOR: '1' }
  const npx = (args: string[], codes?: number[]): string =>
    call('npx', ['--no-install', 'palimpsest', ...args], { cwd: folder, env, ...(codes && { codes }) })
  const node = call('node', ['--version'], { cwd: folder, env }).trim()
  demand(node.startsWith(`v${version}.`), `expected Node ${version}, got ${node}`)
  const printed = npx(['--version']).trim()
  demand(/^\d+\.\d+\.\d+\+[0-9a-f]{12}$/.test(printed), `--version prints ${printed}`)
  npx(['doctor'])
  npx(['demo', '--out', `demo-${version}`])
  const shipped = path.join(folder, 'node_modules/palimpsest/corpora/demo')
  npx(['corpora', 'add', path.join(shipped, 'reference.jsonl'), '--name', 'mine'])
  npx(['scan', path.join(shipped, 'vendor.jsonl'), '--reference', 'mine', '--out', `audit-${version}`], [1])
  npx(['verify', `audit-${version}`])
  const findings = readFileSync(path.join(folder, `audit-${version}/findings.jsonl`), 'utf8').split('\n').length - 1
  demand(findings > 80, `expected the demo's copies by name, found ${findings}`)
  say(`node ${node}: palimpsest ${printed}; doctor, demo, corpora add, scan by name (${findings} findings), verify`)
  return digestOf(path.join(folder, `demo-${version}/findings.jsonl`))
}

/** A consumer that imports every export, values and types, checked with and without the types of Node's own. */
function checkTypes(folder: string): void {
  const names = call('node', ['-e', "import('palimpsest').then(all => console.log(Object.keys(all).join(' ')))"], {
    cwd: folder,
  })
  const values = names.trim().split(' ')
  const types = [
    'AuditOptions',
    'AuditResult',
    'BuildOptions',
    'BuiltIndex',
    'Bundle',
    'Comparison',
    'Finding',
    'Profile',
    'Summary',
    'Terms',
    'TrainingInput',
  ]
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ type: 'module' }))
  writeFileSync(
    path.join(folder, 'consumer.ts'),
    `import { ${values.join(', ')} } from 'palimpsest'
import type { ${types.join(', ')} } from 'palimpsest'
export const all: unknown[] = [${values.join(', ')}]
export type Every = [${types.join(', ')}]
const options: AuditOptions = { suspects: ['a'], references: ['b'] }
const result: Promise<AuditResult> = audit(options)
export const count: Promise<number> = result.then(({ bundle }) => bundle.summary.documents.classA)
// @ts-expect-error suspects are a list
export const wrong: AuditOptions = { suspects: 'a', references: [] }
`,
  )
  const tsc = path.join(root, 'node_modules/typescript/bin/tsc')
  const flags = ['--noEmit', '--strict', '--skipLibCheck', 'false', '--module', 'nodenext', '--target', 'es2023']
  call(
    'node',
    [tsc, ...flags, '--typeRoots', path.join(root, 'node_modules/@types'), '--types', 'node', 'consumer.ts'],
    { cwd: folder },
  )
  say(`types: ${values.length} values and ${types.length} types imported from the package check`)
}

try {
  const versions = process.argv.length > 2 ? process.argv.slice(2) : ['20', '22', '24']
  demand(existsSync(path.join(root, '.git')), 'expected a git checkout')
  const folder = install(packTwice())
  checkTypes(folder)
  const digests = versions.map(version => useIt(folder, version))
  demand(new Set(digests).size === 1, `the demo's findings differ: ${digests}`)
  say('the demo gives the same findings on each')
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`)
  process.exitCode = 1
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
