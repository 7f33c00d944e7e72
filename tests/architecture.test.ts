/** The shape of the project: who imports whom, who touches files, what the package promises. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { ensureBuilt } from './build.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const rooms = ['read', 'text', 'match', 'explain', 'style', 'weigh', 'evidence', 'report', 'store', 'run', 'cli']
const groundFloor = ['types', 'errors', 'options', 'hash', 'stats']

interface Source {
  /** relative to `src`, without extension */
  name: string
  room: string
  text: string
  /** specifiers of imports; `isType` where the whole statement is of types */
  imports: { from: string; isType: boolean }[]
}

function readSource(file: string): Source {
  const text = readFileSync(path.join(root, 'src', file), 'utf8')
  const statements = text.matchAll(
    /^(?:import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm,
  )
  const imports = [...statements].map(([, type, from, dynamic]) => ({
    from: from ?? dynamic,
    isType: type !== undefined,
  }))
  const room = file.includes('/') ? file.split('/')[0] : ''
  return { name: file.replace(/\.tsx?$/, ''), room, text, imports }
}

const sources = readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .map(file => file.replaceAll('\\', '/'))
  .filter(file => /\.tsx?$/.test(file) && !file.endsWith('.d.ts'))
  .map(readSource)
/** The page is a program of its own, for a browser. */
const program = sources.filter(({ name }) => !name.startsWith('report/page/'))

/** Names of the modules of `src` that a source imports. */
function localImports({ name, imports }: Source, isTypeToo = true): string[] {
  return imports
    .filter(({ from, isType }) => from.startsWith('.') && (isTypeToo || !isType))
    .map(({ from }) => path.posix.join(path.posix.dirname(name), from).replace(/\.tsx?$/, ''))
    .filter(target => !target.startsWith('..') && !target.endsWith('.json'))
}

describe('imports', () => {
  it('were found: the checks below look at something', () => {
    expect(sources.length).toBeGreaterThan(80)
    expect(sources.flatMap(source => localImports(source)).length).toBeGreaterThan(200)
    expect(new Set(sources.map(({ room }) => room))).toEqual(new Set(['', ...rooms]))
  })

  it('go to the left alone', () => {
    const wrong = program.flatMap(source =>
      localImports(source)
        .filter(target => {
          const room = target.includes('/') ? target.split('/')[0] : ''
          if (room === '') return !groundFloor.includes(target)
          if (source.room === '') return source.name !== 'index'
          return rooms.indexOf(room) > rooms.indexOf(source.room)
        })
        .map(target => `${source.name} → ${target}`),
    )
    expect(wrong).toEqual([])
  })

  it('name files that are there, with their extension', () => {
    const wrong = sources.flatMap(({ name, imports }) =>
      imports
        .filter(({ from }) => from.startsWith('.'))
        .filter(({ from }) => {
          const file = path.join(root, 'src', path.dirname(name), from)
          return !existsSync(file) || !statSync(file).isFile()
        })
        .map(({ from }) => `${name}: ${from}`),
    )
    expect(wrong).toEqual([])
  })

  it('make no circle that is left when types are erased', () => {
    const targets = new Map(sources.map(source => [source.name, localImports(source, false)]))
    const done = new Set<string>()
    const circles: string[] = []
    const visit = (name: string, trail: string[]): void => {
      if (trail.includes(name)) circles.push([...trail.slice(trail.indexOf(name)), name].join(' → '))
      if (done.has(name) || trail.includes(name)) return
      for (const target of targets.get(name) ?? []) visit(target, [...trail, name])
      done.add(name)
    }
    for (const { name } of sources) visit(name, [])
    expect(circles).toEqual([])
  })

  it('of packages are dependencies that are declared, and natural is never taken whole', () => {
    const facts = readPackage()
    const bundled = ['natural', 'preact']
    const wrong = program.flatMap(({ name, imports }) =>
      imports
        .filter(({ from }) => !from.startsWith('.') && !from.startsWith('node:'))
        .filter(({ from }) => {
          const parts = from.split('/')
          const owner = from.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0]
          return from === 'natural' || !(owner in facts.dependencies || bundled.includes(owner))
        })
        .map(({ from }) => `${name}: ${from}`),
    )
    expect(wrong).toEqual([])
  })
})

describe('only the rooms that may', () => {
  it('touch the file system', () => {
    const mayTouch =
      /^(read|evidence|report|store|cli)\/|^match\/store$|^run\/(corpora|checkpoints?|plan|prepare|program|partials|work|fetch|gather)$/
    const touching = program.filter(({ imports }) => imports.some(({ from }) => /^(node:)?fs(\/promises)?$/.test(from)))
    expect(touching.length).toBeGreaterThan(5)
    expect(touching.map(({ name }) => name).filter(name => !mayTouch.test(name))).toEqual([])
  })

  it('print or end the process', () => {
    const printing = program.filter(({ text }) =>
      /\bconsole\.\w+\(|process\.(exit\(|exitCode\s*=|stdout\.write|stderr\.write)/.test(text),
    )
    expect(printing.map(({ room }) => room)).toContain('cli')
    expect(printing.filter(({ room }) => room !== 'cli').map(({ name }) => name)).toEqual([])
  })

  it('open the network: one file, which nothing but the fetching of corpora reaches', () => {
    const network = /^(node:)?(https?|http2|net|tls|dgram|dns)(\/promises)?$|^undici$|^node-fetch$/
    const calling = program.filter(
      ({ imports, text }) => imports.some(({ from }) => network.test(from)) || /\bfetch\(|new WebSocket\(/.test(text),
    )
    expect(calling.map(({ name }) => name)).toEqual(['store/download'])
    const reaching = (target: string): string[] =>
      program.filter(source => localImports(source, false).includes(target)).map(({ name }) => name)
    expect(reaching('store/download')).toEqual(['run/acquisition'])
    expect(reaching('run/acquisition')).toEqual(['cli/corpora'])
  })

  it('draw random numbers: none outside keys', () => {
    expect(program.filter(({ text }) => /Math\.random\(/.test(text)).map(({ name }) => name)).toEqual([])
  })
})

describe('dialect', () => {
  it('has named exports only, and neither enums nor namespaces', () => {
    const wrong = program.filter(({ text }) =>
      /^export default |^(export )?(const )?enum |^(export )?namespace /m.test(text),
    )
    expect(wrong.map(({ name }) => name)).toEqual([])
  })

  it('opens every file with a comment that says what it is', () => {
    expect(program.filter(({ text }) => !/^\/\*\*/.test(text)).map(({ name }) => name)).toEqual([])
  })

  it('leaves nothing to be done later', () => {
    expect(
      program.filter(({ text }) => /\b(TODO|FIXME|XXX)\b[:(]|\bHACK\b/.test(text)).map(({ name }) => name),
    ).toEqual([])
  })
})

interface Package {
  version: string
  type: string
  engines: { node: string }
  bin: Record<string, string>
  exports: { '.': { types: string; default: string } }
  scripts: Record<string, string>
  files: string[]
  dependencies: Record<string, string>
  devDependencies: Record<string, string>
}

function readPackage(): Package {
  return JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as Package
}

describe('the package', () => {
  const facts = readPackage()

  it('pins every dependency to one version', () => {
    const loose = Object.entries({ ...facts.dependencies, ...facts.devDependencies }).filter(
      ([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version),
    )
    expect(loose).toEqual([])
  })

  it('runs on Node 20 and newer, as an ES module', () => {
    expect(facts.engines).toEqual({ node: '>=20' })
    expect(facts.type).toBe('module')
  })

  it('runs no script when it is installed from the registry', () => {
    for (const name of ['preinstall', 'install', 'postinstall']) expect(facts.scripts).not.toHaveProperty(name)
  })

  it('has no dependency that runs one', () => {
    const lock = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { hasInstallScript?: boolean; dev?: boolean; optional?: boolean }>
    }
    const running = Object.entries(lock.packages).filter(([, { hasInstallScript, dev }]) => hasInstallScript && !dev)
    expect(running).toEqual([])
  })

  it('locks versions without saying where they came from', () => {
    expect(readFileSync(path.join(root, 'package-lock.json'), 'utf8')).not.toContain('"resolved"')
  })

  it('exports what is built, with the functions that it promises', async () => {
    await ensureBuilt()
    const entry = facts.exports['.']
    const library = (await import(path.join(root, entry.default))) as Record<string, unknown>
    for (const name of ['audit', 'buildIndex', 'compareTexts', 'openIndex', 'writeIndex', 'PalimpsestError'])
      expect(library[name]).toBeTypeOf('function')
    expect(entry.types).toMatch(/^\.\/dist\/types\/.*index\.d\.ts$/)
    expect(readFileSync(path.join(root, facts.bin.palimpsest), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/)
  })
})
