/**
 * Builds what is shipped: `node build.mjs code` bundles the program into dist/, `node build.mjs types` writes the
 * declarations that the library's entry reaches. The same commit gives the same bytes, wherever it is built.
 */
import { execFileSync } from 'node:child_process'
import { cpSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { build } from 'rolldown'

const root = path.dirname(fileURLToPath(import.meta.url))
const facts = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'))

/** The commit, with `.changed` where tracked files differ from it; empty outside a repository of this project. */
function readCommit() {
  const git = (...args) =>
    execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  try {
    if (path.resolve(git('rev-parse', '--show-toplevel')) !== path.resolve(root)) return ''
    const isChanged = git('status', '--porcelain', '--untracked-files=no') !== ''
    return `${git('rev-parse', '--short=12', 'HEAD')}${isChanged ? '.changed' : ''}`
  } catch {
    return ''
  }
}

/**
 * Bundles the program. The bundler leaves `const` at the top of modules: where another had made it `var`, the engine could
 * not fold tables into its code, and the kernels took a third longer.
 */
async function buildCode() {
  await build({
    cwd: root,
    input: { index: 'src/index.ts', 'cli/main': 'src/cli/main.ts', 'run/worker': 'src/run/worker.ts' },
    platform: 'node',
    external: Object.keys(facts.dependencies).map(name => new RegExp(`^${name}(?:/|$)`)),
    // a node_modules that is a link would put its own place into the names of modules
    resolve: { symlinks: false },
    transform: { target: 'node20', define: { PALIMPSEST_COMMIT: JSON.stringify(readCommit()) } },
    output: { dir: 'dist', format: 'esm', chunkFileNames: 'chunk-[hash].js', hashCharacters: 'hex' },
  })
  cpSync(path.join(root, 'src/evidence/verify.py'), path.join(root, 'dist/verify.py'))
}

/** Files of a folder, in full. */
function listFiles(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => path.join(entry.parentPath, entry.name))
}

function buildTypes() {
  execFileSync(process.execPath, [path.join(root, 'node_modules/typescript/bin/tsc'), '-p', 'src/tsconfig.json'], {
    cwd: root,
    stdio: 'inherit',
  })
  const kept = new Set()
  const keep = file => {
    if (kept.has(file)) return
    kept.add(file)
    for (const [, from] of readFileSync(file, 'utf8').matchAll(/(?:from|import\()\s*['"](\.[^'"]+)['"]/g))
      keep(path.resolve(path.dirname(file), from.replace(/\.ts$/, '.d.ts')))
  }
  keep(path.join(root, facts.exports['.'].types))
  for (const file of listFiles(path.join(root, 'dist/types'))) if (!kept.has(file)) rmSync(file)
}

if (process.argv[2] === 'types') buildTypes()
else await buildCode()
