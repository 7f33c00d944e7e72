/** Flags, environment, config file and defaults: who goes first, what paths mean, and what a config may not hold. */
import { mkdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { Command } from 'commander'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createProgram } from '../../src/cli/program.ts'
import { gatherSettings, type Settings, variableOf } from '../../src/cli/settings.ts'
import { ensureBuilt } from '../build.ts'
import { Scratch } from '../read/scratch.ts'
import { run } from './program.ts'

const scratch = new Scratch()
afterAll(() => scratch.remove())

let folders = 0
/** A folder of its own with a config in it. */
function makeFolder(config?: string, name = 'palimpsest.config.yaml'): string {
  const folder = path.join(scratch.folder, `f${folders++}`)
  mkdirSync(folder)
  if (config !== undefined) scratch.write(path.relative(scratch.folder, path.join(folder, name)), config)
  return folder
}

function findScan(): Command {
  return createProgram({ code: 0 }).commands.find(command => command.name() === 'scan')!
}

function gather(args: string[], env: NodeJS.ProcessEnv, cwd: string): Settings {
  const scan = findScan()
  return gatherSettings(scan, scan.parseOptions(args).operands, env, cwd)
}

/** A value for each flag that does not take any text or number. */
const samples: Record<string, string> = { sample: '0.5', failOn: 'C', redact: 'hashes', today: '2026-01-31' }

describe('settings', () => {
  it('come from the flag, else the environment, else the config, else the default', () => {
    const cwd = makeFolder('failOn: B:2\nthreads: 3\nredact: hashes\n')
    const env = { PALIMPSEST_FAIL_ON: 'B:3', PALIMPSEST_THREADS: '4' }
    const { values, settings } = gather(['--fail-on', 'B:4'], env, cwd)
    expect(values).toMatchObject({ failOn: 'B:4', threads: 4, redact: 'hashes', decoy: [] })
    expect(settings).toMatchObject({
      failOn: { value: 'B:4', from: 'flag' },
      threads: { value: 4, from: 'environment' },
      redact: { value: 'hashes', from: 'config palimpsest.config.yaml' },
      decoy: { value: [], from: 'default' },
    })
  })

  it('of every flag may stand in the config and in the environment, under one rule of naming', () => {
    const options = findScan().options.filter(option => option.attributeName() !== 'config')
    expect(options.length).toBeGreaterThan(15)
    for (const option of options) {
      const name = option.attributeName()
      const sample = option.isBoolean() ? 'true' : (samples[name] ?? '7')
      const value = option.isBoolean() ? true : sample
      const cwd = makeFolder(JSON.stringify({ [name]: value }), 'palimpsest.config.json')
      const fromConfig = gather([], {}, cwd)
      expect(fromConfig.settings[name].from, name).toBe('config palimpsest.config.json')
      const fromEnvironment = gather([], { [variableOf(name)]: sample }, makeFolder())
      expect(fromEnvironment.settings[name].from, name).toBe('environment')
      expect(fromEnvironment.values[name], name).toEqual(fromConfig.values[name])
      const variable = `PALIMPSEST_${option.long!.slice(2).replaceAll('-', '_').toUpperCase()}`
      expect(variableOf(name)).toBe(variable)
    }
  })

  it('take lists from a variable, divided by line ends or as PATH is, and an empty variable for none', () => {
    const env = { PALIMPSEST_REFERENCE: `a.pali${path.delimiter}b.pali\nc.pali\n`, PALIMPSEST_DECOY: '' }
    const { values, corpora } = gather([], { ...env, PALIMPSEST_CORPORA: 'x\ny' }, makeFolder())
    expect(values).toMatchObject({ reference: ['a.pali', 'b.pali', 'c.pali'], decoy: [] })
    expect(corpora).toEqual(['x', 'y'])
  })

  it('find the nearest config above, with paths relative to it', () => {
    const top = makeFolder(
      'corpora: [data, "*.jsonl", "-"]\nreference: [r.pali, alpaca, gpt-4.1]\nout: audit\nmaxDepth: 9\n',
    )
    scratch.write(path.relative(scratch.folder, path.join(top, 'r.pali')), '')
    const deep = path.join(top, 'a', 'b')
    mkdirSync(deep, { recursive: true })
    const { values, corpora, config } = gather([], {}, deep)
    expect(corpora).toEqual(['../../data', '../../*.jsonl', '-'])
    // a name of the local store stands for itself
    expect(values).toMatchObject({ reference: ['../../r.pali', 'alpaca', 'gpt-4.1'], out: '../../audit', maxDepth: 9 })
    expect(config).toBe('../../palimpsest.config.yaml')
    scratch.write(path.relative(scratch.folder, path.join(deep, 'palimpsest.config.json')), '{"out":"near"}')
    expect(gather([], {}, deep)).toMatchObject({ values: { out: 'near' }, corpora: [] })
  })

  it('use the file that --config or PALIMPSEST_CONFIG names, and no other', () => {
    const cwd = makeFolder('out: wrong\n')
    scratch.write(path.relative(scratch.folder, path.join(cwd, 'ci', 'x.json')), '{"out":"right"}')
    const right = path.join('ci', 'right')
    expect(gather(['--config', 'ci/x.json'], {}, cwd).values.out).toBe(right)
    expect(gather([], { PALIMPSEST_CONFIG: 'ci/x.json' }, cwd).values.out).toBe(right)
    expect(() => gather(['--config', 'none.yaml'], {}, cwd)).toThrow(/none\.yaml: expected a config file/)
  })

  it('keep a folder whose name reads like a glob apart from the glob', () => {
    const cwd = makeFolder()
    const file = path.relative(scratch.folder, path.join(cwd, 'a[1]', 'palimpsest.config.yaml'))
    scratch.write(file, 'corpora: ["*.jsonl"]\n')
    const { corpora } = gather(['--config', 'a[1]/palimpsest.config.yaml'], {}, cwd)
    expect(corpora).toEqual(['a\\[1\\]/*.jsonl'])
  })
})

describe('a config that is not one is refused in a message that names file and key', () => {
  const json = 'palimpsest.config.json'
  const yaml = 'palimpsest.config.yaml'
  it.each<[string, string, string, RegExp]>([
    ['an unknown key', yaml, 'reverence: [x]', /"reverence": not a setting; expected one of/],
    ['the spelling of the flag', yaml, 'fail-on: A', /"fail-on": not a setting; did you mean failOn\?/],
    ['a prototype key', json, '{"__proto__":{"out":"x"}}', /"__proto__": not a setting/],
    ['a prototype key in YAML', yaml, '__proto__: {out: x}', /"__proto__": not a setting/],
    ['a key of objects', json, '{"constructor":"x","toString":"y"}', /"constructor": not a setting/],
    ['a list for a text', yaml, 'out: [a, b]', /out: expected a text, got a list/],
    ['a text for a switch', yaml, 'resume: "yes"', /resume: expected true or false, got "yes"/],
    ['an object for a list', json, '{"reference":{"a":1}}', /reference: expected a text or a list of texts/],
    ['a number in a list', json, '{"corpora":["a",5]}', /corpora\.1|corpora: expected a text or a list of texts/],
    ['null', json, '{"out":null}', /out: expected a text, got null/],
    ['a fraction of a thread', yaml, 'threads: 1.5', /threads: expected a whole number/],
    ['a condition that is none', yaml, 'failOn: D', /failOn: fail-on: expected never, or conditions/],
    ['a list', json, '[]', /expected settings by name, got a list/],
    ['nothing', yaml, '', /expected settings by name, got null/],
    ['torn JSON', json, '{"out": "a"', /not JSON/],
    ['a key given twice', yaml, 'out: a\nout: b', /not YAML: Map keys must be unique/],
    ['a tag', yaml, 'out: !!js/function "x"', /not YAML: Unresolved tag/],
    ['aliases', yaml, 'corpora: &a [x]\nreference: *a', /not YAML: .*alias/i],
    ['deep nesting', yaml, `out: ${'['.repeat(20_000)}`, /not YAML/],
    ['deep nesting in JSON', json, `{"out":${'['.repeat(20_000)}${']'.repeat(20_000)}}`, /out: expected a text/],
    ['a huge file', yaml, `# ${'x'.repeat(70_000)}\nout: a`, /expected at most 65536 bytes, got 70\d{3}/],
  ])('%s', (_, name, content, message) => {
    const cwd = makeFolder(content, name)
    expect(() => gather([], {}, cwd)).toThrow(expect.objectContaining({ code: 'usage' }))
    expect(() => gather([], {}, cwd)).toThrow(new RegExp(`^${name.replaceAll('.', '\\.')}: (?:${message.source})`, 'i'))
  })

  it('two configs in one folder', () => {
    const cwd = makeFolder('out: a')
    scratch.write(path.relative(scratch.folder, path.join(cwd, json)), '{}')
    expect(() => gather([], {}, cwd)).toThrow(/expected one config file, found/)
  })

  it('a variable of a wrong kind, by its name', () => {
    const cwd = makeFolder()
    expect(() => gather([], { PALIMPSEST_THREADS: 'two' }, cwd)).toThrow(/^PALIMPSEST_THREADS: expected a whole number/)
    expect(() => gather([], { PALIMPSEST_RESUME: 'maybe' }, cwd)).toThrow(/^PALIMPSEST_RESUME: expected true or false/)
  })
})

describe('the program', () => {
  beforeAll(ensureBuilt)

  it('ends with code 2 and one line at a config that is wrong', async () => {
    const cwd = makeFolder('out: 5\u001b[31m\n')
    expect(await run(['scan', 'x.jsonl'], { cwd })).toMatchObject({ code: 2, stdout: '' })
    const { code, stderr } = await run(['scan'], { cwd: makeFolder('threads: 0\n') })
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'palimpsest: palimpsest.config.yaml: threads: expected a whole number of 1 or more, got 0\n',
    })
  })

  it('writes a config with init, from answers or without, and never over another', async () => {
    const cwd = makeFolder()
    mkdirSync(path.join(cwd, 'vendor'))
    const asked = await run(['init'], { cwd, input: 'vendor, more/*.jsonl\nr.pali\n\n\nout/audit\nA,B:0.5%\n' })
    expect(asked.code).toBe(0)
    expect(asked.stderr).toContain('corpora under audit')
    expect(gather([], {}, cwd)).toMatchObject({
      corpora: ['vendor', 'more/*.jsonl'],
      values: { reference: ['r.pali'], background: [], out: 'out/audit', failOn: 'A,B:0.5%' },
    })
    const file = path.join(cwd, 'palimpsest.config.yaml')
    const before = readFileSync(file, 'utf8')
    const again = await run(['init', '--yes'], { cwd })
    expect(again).toMatchObject({ code: 2, stdout: '' })
    expect(again.stderr).toMatch(/palimpsest\.config\.yaml: is there already; --force overwrites it/)
    expect(readFileSync(file, 'utf8')).toBe(before)
    expect((await run(['init', '--yes', '--force'], { cwd })).code).toBe(0)
    expect(gather([], {}, cwd)).toMatchObject({ corpora: ['vendor'], values: { failOn: 'A', out: 'audit' } })
  })

  it('refuses a wrong answer without writing anything', async () => {
    const cwd = makeFolder()
    const ended = await run(['init'], { cwd, input: '\n\n\n\n\nZ\n' })
    expect(ended.code).toBe(2)
    expect(ended.stderr).toMatch(/fail-on: expected never, or conditions/)
    expect(() => readFileSync(path.join(cwd, 'palimpsest.config.yaml'))).toThrow(/ENOENT/)
  })
})
