/** The pages of docs/: their links lead somewhere, their examples run, and what is made from the sources is up to date. */
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
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
import type { Command } from 'commander'
import { describe, expect, test } from 'vitest'
import { createProgram } from '../src/cli/program.ts'
import { describeLibrary } from './bench/library.ts'
import { drawPictures } from './bench/pictures.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const pages = readdirSync(path.join(root, 'docs')).filter(name => name.endsWith('.md'))
const read = (name: string): string => readFileSync(path.join(root, name), 'utf8')
/** A page without what stands in code. */
const prose = (name: string): string =>
  read(name)
    .replace(/```[\s\S]*?```/g, '')
    .replace(/`[^`\n]*`/g, '')

/** The anchor that hosts of Markdown give to a heading. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-')
}

function anchors(name: string): string[] {
  return [
    ...read(name)
      .replace(/```[\s\S]*?```/g, '')
      .matchAll(/^#+ (.+)$/gm),
  ].map(([, heading]) => anchorOf(heading))
}

function linksOf(name: string): string[] {
  return [...prose(name).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target)
}

describe.each(pages.map(name => `docs/${name}`))('%s', name => {
  test('links to files and headings that are there', () => {
    for (const target of linksOf(name).filter(link => !/^https:/.test(link))) {
      const [file, anchor] = target.split('#')
      const place = file === '' ? name : path.posix.join(path.posix.dirname(name), file)
      expect(existsSync(path.join(root, place)), target).toBe(true)
      if (anchor !== undefined) expect(anchors(place), target).toContain(anchor)
    }
  })

  test('asks nothing of the network by a picture or a plain address', () => {
    expect(prose(name)).not.toMatch(/!\[[^\]]*\]\(https?:|\]\(http:/)
  })

  test('shows only commands and flags that there are', () => {
    const { commands } = createProgram({ code: 0 })
    for (const [, line] of read(name)
      .replace(/ \\\n\s*/g, ' ')
      .matchAll(/(?:^|[`\s])(?:npx )?palimpsest ([a-z][^`\n#]*)/gm)) {
      // what stands in quotes is another program's
      const words = line
        .trim()
        .replace(/'[^']*'/g, '')
        .split(/\s+/)
      let command: Command | undefined = commands.find(one => one.name() === words[0])
      // prose may go on after the name of the program
      if (command === undefined && !read(name).includes(`npx palimpsest ${words[0]}`)) continue
      command = command?.commands.find(one => one.name() === words[1]) ?? command
      expect(command, line).toBeDefined()
      for (const flag of words.filter(word => /^--[a-z]/.test(word)))
        expect(
          command?.options.map(({ long }) => long),
          line,
        ).toContain(flag)
    }
  })
})

test('every page is reached from the first, and the first from the README', () => {
  const targets = linksOf('docs/README.md').map(link => link.split('#')[0])
  for (const page of pages.filter(name => name !== 'README.md')) expect(targets).toContain(page)
  expect(linksOf('README.md')).toContain('docs/README.md')
})

interface Example {
  code: number
  lines: string
}

/** Blocks marked as runnable: `sh run`, or `sh run exit=N` where the last command ends with N. */
function examplesOf(name: string): Example[] {
  return [...read(name).matchAll(/^```sh run(?: exit=(\d))?\n([\s\S]*?)^```/gm)].map(([, code, lines]) => ({
    code: Number(code ?? 0),
    lines,
  }))
}

const withExamples = pages.map(page => `docs/${page}`).filter(name => examplesOf(name).length > 0)

test.skipIf(process.platform === 'win32').each(withExamples)('the examples of %s run', name => {
  const folder = mkdtempSync(path.join(tmpdir(), 'palimpsest-docs-'))
  try {
    symlinkSync(path.join(root, 'corpora'), path.join(folder, 'corpora'))
    const bin = path.join(folder, '.bin')
    mkdirSync(bin)
    const program = path.join(root, 'bin/palimpsest.js')
    writeFileSync(path.join(bin, 'npx'), `#!/bin/sh\nshift\nexec "${process.execPath}" "${program}" "$@"\n`)
    chmodSync(path.join(bin, 'npx'), 0o755)
    const env = {
      ...process.env,
      PATH: `${bin}:${process.env.PATH}`,
      PALIMPSEST_HOME: path.join(folder, 'home'),
      NO_COLOR: '1',
    }
    for (const { code, lines } of examplesOf(name)) {
      const ended = spawnSync('sh', ['-e', '-c', lines], { cwd: folder, env, encoding: 'utf8' })
      expect(ended.status, `${lines}\n${ended.stdout}\n${ended.stderr}`).toBe(code)
      expect(ended.stdout).not.toBe('')
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
})

describe('what is made from the sources', () => {
  test('is up to date: the reference of the library (npm run docs)', () => {
    expect(read('docs/library.md') === describeLibrary()).toBe(true)
  })

  test('is up to date: the pictures (npm run docs)', () => {
    for (const [name, picture] of Object.entries(drawPictures()))
      expect(read(`docs/pictures/${name}`) === picture, name).toBe(true)
  })

  test('describes every export of the library, each in words', () => {
    const library = read('docs/library.md')
    const described = [...library.matchAll(/^### (\w+)\n([\s\S]*?)(?=^##|$(?![\s\S]))/gm)]
    expect(described.length).toBeGreaterThan(40)
    for (const [, name, text] of described)
      expect(text.replace(/```[\s\S]*?```|^- .*$/gm, '').trim() || /^- .* – /m.exec(text)?.[0], name).toBeTruthy()
  })
})
