/** The README and the project's papers against the program: commands, flags, links, words, and the library example. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import type { Command } from 'commander'
import { describe, expect, test } from 'vitest'
import { createProgram } from '../src/cli/program.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (name: string): string => readFileSync(path.join(root, name), 'utf8')
const readme = read('README.md')
const pages = readdirSync(path.join(root, 'docs')).filter(name => name.endsWith('.md'))
const papers = ['README.md', 'DESIGN.md', 'CHANGELOG.md', 'corpora/README.md', ...pages.map(name => `docs/${name}`)]
/** The commands that do something, each with its full name: `corpora` by itself is none, `index` and `index merge` are. */
const commands = createProgram({ code: 0 }).commands.flatMap(command => [
  ...(command.commands.length === 0 || command.registeredArguments.length > 0
    ? [{ name: command.name(), command }]
    : []),
  ...command.commands.map(inner => ({ name: `${command.name()} ${inner.name()}`, command: inner })),
])
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }

/** Long flags of a command, `--help` aside. */
function flagsOf(command: Command): string[] {
  return command.options.map(({ long }) => long ?? '').filter(flag => flag !== '--help')
}

/** Rows of the README's table of commands: name → flags. */
const tabled = new Map(
  [...readme.matchAll(/^\| `([a-z]+(?: [a-z]+)?)` \| [^|]* \|([^|]*)\|$/gm)].map(([, name, flags]) => [
    name,
    [...flags.matchAll(/`(--[a-z-]+)`/g)].map(([, flag]) => flag),
  ]),
)

describe('the README', () => {
  test('lists the commands that there are', () => {
    expect([...tabled.keys()].sort()).toEqual(commands.map(({ name }) => name).sort())
  })

  test.each(commands)('lists the flags of $name', ({ name, command }) => {
    expect(tabled.get(name)?.toSorted()).toEqual(flagsOf(command).sort())
  })

  test('shows only command lines that the program understands', () => {
    const blocks = [...readme.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block]) => block.split('\n'))
    const inline = [...readme.matchAll(/`(palimpsest [a-z][^`]*)`/g)].map(([, line]) => line)
    const shown = [...blocks, ...inline].flatMap(line => /\bpalimpsest ([a-z][^#]*)/.exec(line)?.[1] ?? [])
    expect(shown.length).toBeGreaterThan(4)
    for (const line of shown) {
      const name = [...tabled.keys()].find(command => `${line} `.startsWith(`${command} `))
      expect(name, line).toBeDefined()
      for (const [flag] of line.matchAll(/--[a-z-]+/g)) expect(tabled.get(name ?? ''), line).toContain(flag)
    }
  })

  test('names only scripts of the package', () => {
    const named = [...readme.matchAll(/npm run ([a-z:]+)/g)].map(([, script]) => script)
    expect(named.length).toBeGreaterThan(0)
    for (const script of named) expect(Object.keys(scripts)).toContain(script)
  })

  test('gives the exit codes that the help gives', () => {
    const scan = commands.find(({ name }) => name === 'scan')?.command
    const help: string[] = []
    scan?.configureOutput({ writeOut: text => help.push(text) }).outputHelp()
    const codes = [...readme.matchAll(/^\| ([0-9]) \|/gm)].map(([, code]) => code)
    expect(codes).toEqual(['0', '1', '2', '3', '4'])
    for (const code of codes) expect(help.join('')).toMatch(new RegExp(`[:·]\\s+${code} `))
  })

  test('shows a library example that runs', () => {
    const example = /```js\n([\s\S]*?)```/.exec(readme)?.[1] ?? ''
    expect(existsSync(path.join(root, 'dist/index.js')), 'npm run build comes first').toBe(true)
    // inside the package, so that it is found by its own name
    const folder = mkdtempSync(path.join(root, 'dist', 'example-'))
    try {
      symlinkSync(path.join(root, 'corpora'), path.join(folder, 'corpora'))
      writeFileSync(path.join(folder, 'example.mjs'), example)
      const printed = execFileSync(process.execPath, ['example.mjs'], { cwd: folder, encoding: 'utf8' })
      expect(printed).toContain('person: Elena Marsh → Ana Duarte')
      expect(printed).toMatch(/^[1-9]\d* documents at class A, \d+ at class B$/m)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

describe.each(papers)('%s', name => {
  const text = read(name)

  test('links to what is there', () => {
    for (const [, target] of text.matchAll(/\]\((?!https?:)([^)#]*)(?:#[^)]*)?\)/g))
      expect(existsSync(path.join(root, path.dirname(name), target)), target).toBe(true)
  })

  test('says nothing that a report must never say', () => {
    const never =
      /\bstol(e|en)\b|\bviolat\w*|\b(trained|distilled) on\b|\b\d+ ?(%|percent) (likely|sure|certain)\b|\b(AI|machine)[- ](written|generated)\b|\bguilt\w*|court-admissible|\bintent\w*/i
    expect(never.exec(text)?.[0]).toBeUndefined()
  })

  test('names no file of the project that is not there', () => {
    for (const [, file] of text.matchAll(/`((?:src|tests|corpora|schemas|bin)\/[\w./-]*\w)`/g))
      expect(existsSync(path.join(root, file)), file).toBe(true)
  })
})
