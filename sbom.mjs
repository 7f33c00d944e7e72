/**
 * Prints the bill of materials of what is shipped, as CycloneDX: the packages that are installed beside the program, and
 * those whose code stands in dist/ itself. It depends on the lock file alone: no time, no serial number.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const root = path.dirname(fileURLToPath(import.meta.url))

/** Packages whose code is bundled; NOTICE holds their licences. */
const bundled = ['natural', 'preact']

const made = execFileSync('npm', ['sbom', '--sbom-format=cyclonedx', '--package-lock-only'], {
  cwd: root,
  encoding: 'utf8',
  maxBuffer: 1 << 28,
  stdio: ['ignore', 'pipe', 'inherit'],
})
const { serialNumber: _serial, metadata, components, dependencies, ...rest } = JSON.parse(made)

const { packages } = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8'))
/** Packages of development; a peer that is optional to a dependency is installed here, but not for a user. */
const isDev = ({ name, version }) =>
  Object.entries(packages).some(
    ([place, { version: locked, dev, devOptional }]) =>
      place.endsWith(`node_modules/${name}`) && locked === version && (dev || devOptional),
  )
const kept = components
  .filter(component => !isDev(component) || bundled.includes(component.name))
  .map(({ properties: _properties, ...component }) => component)
  .sort((a, b) => (a['bom-ref'] < b['bom-ref'] ? -1 : 1))
const component = { ...metadata.component, name: 'palimpsest' }
const refs = new Set([component['bom-ref'], ...kept.map(({ 'bom-ref': ref }) => ref)])
// of a bundled package only some files are taken, and nothing of what it depends on
const isBundled = ref => bundled.some(name => ref.startsWith(`${name}@`))
const tree = dependencies
  .filter(({ ref }) => refs.has(ref))
  .map(({ ref, dependsOn = [] }) => ({
    ref,
    dependsOn: isBundled(ref) ? [] : dependsOn.filter(to => refs.has(to)).sort(),
  }))
  .sort((a, b) => (a.ref < b.ref ? -1 : 1))
process.stdout.write(
  `${JSON.stringify({ ...rest, metadata: { component }, components: kept, dependencies: tree }, null, 2)}\n`,
)
