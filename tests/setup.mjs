/**
 * Runs before `npm test`, in plain JavaScript because nothing may be installed yet: installs the dependencies where
 * they are missing, and builds where the build is missing or older than a source.
 */
import { execSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const run = command => execSync(command, { cwd: root, stdio: 'inherit' })

/** When a file of the project was last written, in milliseconds; 0 where there is none. */
const writtenMs = name => statSync(path.join(root, name), { throwIfNoEntry: false })?.mtimeMs ?? 0

if (!existsSync(path.join(root, 'node_modules', 'vitest'))) run('npm ci')

// the last step of the build writes the declarations
const sources = readdirSync(path.join(root, 'src'), { recursive: true }).map(name => path.join('src', name))
const newestMs = Math.max(...[...sources, 'package.json', 'tsconfig.json'].map(writtenMs))
if (writtenMs('dist/types/src/index.d.ts') < newestMs) run('npm run build')
