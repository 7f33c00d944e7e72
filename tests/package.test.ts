/** What is shipped: the files of the package, their digest, and what a user of the library can import. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const facts = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { [key: string]: unknown }

let files: string[]

beforeAll(() => {
  // the scripts are left out: other tests use what is built
  const listed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  files = (JSON.parse(listed) as { files: { path: string }[] }[])[0].files.map(file => file.path)
})

/** All that may be shipped, and why. */
const allowed: [why: string, pattern: RegExp][] = [
  ['what npm always takes', /^(package\.json|README\.md|LICENSE)$/],
  ['papers that a user reads', /^(CHANGELOG|DESIGN)\.md$|^NOTICE$|^docs\/([\w-]+\.md|pictures\/[\w-]+\.svg)$/],
  ['the program', /^bin\/palimpsest\.js$|^dist\/(index|cli\/main|run\/worker|chunk-\w+)\.js$/],
  ['the page and the second verifier', /^dist\/(report\/page\.html|verify\.py)$/],
  ['the types of the library', /^dist\/types\/src\/[\w/]+\.d\.ts$/],
  ['what the demo audits', /^corpora\/demo\/(vendor|reference|background|decoy)\.jsonl$|^corpora\/demo\/truth\.json$/],
  ['what the reports and corpora pull read', /^corpora\/(catalogue|release-errors)\.json$|^corpora\/README\.md$/],
  ['what starts the shards of an audit on a cluster', /^cluster\/[\w-]+\.(py|sbatch|sh)$/],
  ['the form of the outputs', /^schemas\/outputs\.schema\.json$/],
]

describe('the package', () => {
  test('holds what is needed, and nothing else', () => {
    expect(files.filter(file => !allowed.some(([, pattern]) => pattern.test(file)))).toEqual([])
    for (const [why, pattern] of allowed.filter(([why]) => !why.startsWith('the types')))
      expect(
        files.some(file => pattern.test(file)),
        why,
      ).toBe(true)
    for (const name of ['vendor.jsonl', 'reference.jsonl', 'background.jsonl', 'decoy.jsonl', 'truth.json'])
      expect(files).toContain(`corpora/demo/${name}`)
  })

  test('runs nothing when it is installed', () => {
    const scripts = facts.scripts as { [name: string]: string }
    // npm runs `prepare` for a checkout and for git dependencies, never for a tarball
    for (const name of ['preinstall', 'install', 'postinstall', 'preprepare', 'postprepare', 'prepublish'])
      expect(scripts).not.toHaveProperty(name)
    expect(files.some(file => /binding\.gyp$/.test(file))).toBe(false)
  })
})

interface Bill {
  metadata: { component: { name: string; version: string } }
  components: { name: string; version: string; 'bom-ref': string; licenses?: unknown[] }[]
  dependencies: { ref: string; dependsOn: string[] }[]
}

describe('the bill of materials', () => {
  const print = (): string =>
    execFileSync(process.execPath, ['sbom.mjs'], { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  const text = print()
  const bill = JSON.parse(text) as Bill
  const names = bill.components.map(({ name }) => name)

  test('is the same each time, and says nothing of time and place', () => {
    expect(print()).toBe(text)
    expect(text).not.toMatch(/timestamp|serialNumber|https?:\/\/(?!cyclonedx\.org)/)
    expect(bill.metadata.component).toMatchObject({ name: 'palimpsest', version: facts.version })
  })

  test('names what is installed beside the program, and what stands in it', () => {
    expect(names).toEqual(expect.arrayContaining(Object.keys(facts.dependencies as object)))
    expect(names).toEqual(expect.arrayContaining(['natural', 'preact']))
    for (const name of ['vitest', 'typescript', 'rolldown', 'mongoose']) expect(names).not.toContain(name)
    for (const { name, licenses } of bill.components) expect(licenses?.length, name).toBeGreaterThan(0)
  })

  test('names every package whose code is bundled', async () => {
    const { build } = await import('rolldown')
    const { output } = await build({
      cwd: root,
      input: ['src/index.ts', 'src/cli/main.ts', 'src/run/worker.ts'],
      write: false,
      platform: 'node',
      external: Object.keys(facts.dependencies as object).map(name => new RegExp(`^${name}(?:/|$)`)),
    })
    const inputs = output.flatMap(chunk => ('moduleIds' in chunk ? chunk.moduleIds : []))
    const taken = inputs.flatMap(input => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1] ?? [])
    expect([...new Set(taken)]).toEqual(['natural'])
  })

  test('holds together', () => {
    const refs = new Set([...bill.components.map(component => component['bom-ref']), `palimpsest@${facts.version}`])
    expect(new Set(bill.dependencies.map(({ ref }) => ref))).toEqual(refs)
    for (const { dependsOn } of bill.dependencies) for (const ref of dependsOn) expect(refs).toContain(ref)
  })
})
