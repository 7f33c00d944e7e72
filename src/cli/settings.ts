/**
 * cli: the settings of one run of a command: flag > environment > config file > default, each with where it came from.
 * What may be set, and how its text is parsed, is read off the command itself, so a new flag is a new key and a new
 * variable: `--fail-on`, `failOn`, `PALIMPSEST_FAIL_ON`. Errors: `usage`, naming the variable, or the file and its key.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { type Command, InvalidArgumentError, type Option } from 'commander'
import { escapePath, isDynamicPattern } from 'tinyglobby'
import * as v from 'valibot'
import { LineCounter, parseDocument } from 'yaml'
import { PalimpsestError } from '../errors.ts'
import { namePattern } from '../store/catalogue.ts'
import type { Json, RunFacts } from '../types.ts'
import { sayFault } from './faults.ts'

/** Names of a config file, as they are looked for in a folder and those above it. */
export const configNames: readonly string[] = [
  'palimpsest.config.yaml',
  'palimpsest.config.yml',
  'palimpsest.config.json',
]

/** Longer than any config; YAML is parsed by recursion. */
const maxConfigBytes = 64 << 10

/** The key under which the arguments of a command stand. */
const argumentKey = 'corpora'

/** What a command was told, and by whom. */
export interface Settings {
  /** the values of all flags, by their name in camel case */
  values: { [name: string]: unknown }
  corpora: string[]
  /** every value with its source, for `run.json` */
  settings: NonNullable<RunFacts['settings']>
  /** the config file that was used */
  config: string | undefined
}

/** One value as it was given, and by whom. */
interface Given {
  value: unknown
  from: string
}

function refuse(what: string): never {
  throw new PalimpsestError('usage', what)
}

/** Name of the environment variable of a setting: `failOn` → `PALIMPSEST_FAIL_ON`. */
export function variableOf(name: string): string {
  return `PALIMPSEST_${name.replace(/[A-Z]/g, capital => `_${capital}`).toUpperCase()}`
}

/** The options of a command that a config may set. */
function settableOptions(command: Command): Option[] {
  return command.options.filter(option => !['config', 'help'].includes(option.attributeName()))
}

/**
 * Gathers the settings of a command that is about to run.
 *
 * @param args its arguments from the command line
 * @param cwd where the search for a config begins
 * @throws PalimpsestError `usage`
 */
export function gatherSettings(command: Command, args: string[], env: NodeJS.ProcessEnv, cwd: string): Settings {
  const flagged: string | undefined = command.getOptionValue('config') ?? (env[variableOf('config')] || undefined)
  const file = flagged === undefined ? findConfig(cwd) : path.resolve(cwd, flagged)
  const config = file === undefined ? new Map<string, unknown>() : readConfig(file, command, cwd)
  const shown = file === undefined ? undefined : path.relative(cwd, file) || file
  const values: Settings['values'] = {}
  const settings: Settings['settings'] = {}
  const choose = (name: string, given: Given): unknown => {
    if (given.value !== undefined) settings[name] = { value: given.value as Json, from: given.from }
    return given.value
  }
  for (const option of settableOptions(command)) {
    const name = option.attributeName()
    const value = command.getOptionValue(name)
    const variable = variableOf(name)
    const text = env[variable]
    if (command.getOptionValueSource(name) === 'cli') values[name] = choose(name, { value, from: 'flag' })
    else if (text) values[name] = choose(name, { value: readVariable(option, variable, text), from: 'environment' })
    else if (config.has(name)) values[name] = choose(name, { value: config.get(name), from: `config ${shown}` })
    else values[name] = choose(name, { value, from: 'default' })
  }
  const listed = env[variableOf(argumentKey)]
  const corpora =
    args.length > 0
      ? { value: args, from: 'flag' }
      : listed
        ? { value: splitList(listed), from: 'environment' }
        : { value: config.get(argumentKey) ?? [], from: `config ${shown}` }
  return { values, corpora: choose(argumentKey, corpora) as string[], settings, config: shown }
}

/** Lists in a variable: one a line, or divided as the system divides paths. */
function splitList(text: string): string[] {
  return text
    .split(/\r?\n/)
    .flatMap(line => line.split(path.delimiter))
    .map(item => item.trim())
    .filter(Boolean)
}

function readVariable(option: Option, variable: string, text: string): unknown {
  if (option.variadic) return splitList(text)
  if (option.isBoolean() || option.optional) {
    if (/^(1|true|yes)$/i.test(text)) return true
    if (/^(0|false|no)$/i.test(text)) return undefined
    if (option.isBoolean()) refuse(`${variable}: expected true or false, got ${JSON.stringify(text)}`)
  }
  return parseText(option, text, variable)
}

/** The value of a text, by the option's own parser. */
function parseText(option: Option, text: string, where: string): unknown {
  if (option.parseArg === undefined) return text
  try {
    return option.parseArg(text, undefined)
  } catch (error) {
    if (!(error instanceof InvalidArgumentError || error instanceof PalimpsestError)) throw error
    return refuse(`${where}: ${error.message}`)
  }
}

/** The nearest config file in a folder or one above it. */
function findConfig(from: string): string | undefined {
  for (let folder = path.resolve(from); ; folder = path.dirname(folder)) {
    const names = existsSync(folder) ? listNames(folder) : []
    const found = configNames.filter(name => names.includes(name))
    if (found.length > 1)
      refuse(`${folder}: expected one config file, found ${found.join(' and ')}; remove all but one`)
    if (found.length === 1) return path.join(folder, found[0])
    if (folder === path.dirname(folder)) return undefined
  }
}

/** A folder that may not be listed holds no config for us. */
function listNames(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/** Reads and checks a config file; paths in it are relative to its folder. */
function readConfig(file: string, command: Command, cwd: string): Map<string, unknown> {
  const name = path.basename(file)
  const content = parseConfig(file, name)
  const options = new Map(settableOptions(command).map(option => [option.attributeName(), option]))
  const known = [argumentKey, ...options.keys()]
  for (const key of Object.keys(content)) {
    if (known.includes(key)) continue
    const plain = (text: string): string => text.replace(/[-_]/g, '').toLowerCase()
    const near = known.find(candidate => plain(candidate) === plain(key))
    refuse(
      `${name}: ${JSON.stringify(key)}: not a setting; ${near === undefined ? `expected one of ${known.join(', ')}` : `did you mean ${near}?`}`,
    )
  }
  const entries = [...options].map(([key, option]) => [key, v.optional(shapeOf(option))] as const)
  const shape = v.strictObject({ ...Object.fromEntries(entries), [argumentKey]: v.optional(listShape) })
  const checked = v.safeParse(shape, content)
  if (!checked.success) refuse(`${name}: ${sayFault(checked.issues, 'config')}`)
  const settled = new Map<string, unknown>()
  for (const [key, value] of Object.entries<unknown>(checked.output)) {
    const option = options.get(key)
    const place = (text: string): string => rebase(text, path.dirname(file), cwd, option?.variadic === true)
    if (value === undefined || value === false) continue
    if (option === undefined || option.variadic) settled.set(key, (value as string[]).map(place))
    else if (typeof value === 'boolean') settled.set(key, value)
    else if (isPath(option)) settled.set(key, place(String(value)))
    else settled.set(key, parseText(option, String(value), `${name}: ${key}`))
  }
  return settled
}

function parseConfig(file: string, name: string): { [key: string]: unknown } {
  const found = statSync(file, { throwIfNoEntry: false })
  if (!found?.isFile()) refuse(`${file}: expected a config file; palimpsest init writes one`)
  if (found.size > maxConfigBytes) refuse(`${name}: expected at most ${maxConfigBytes} bytes, got ${found.size}`)
  const text = readFileSync(file, 'utf8')
  let content: unknown
  if (name.endsWith('.json')) {
    try {
      content = JSON.parse(text)
    } catch (error) {
      refuse(`${name}: not JSON: ${(error as Error).message}`)
    }
  } else {
    const document = parseDocument(text, { lineCounter: new LineCounter(), logLevel: 'silent', stringKeys: true })
    const [fault] = [...document.errors, ...document.warnings]
    if (fault !== undefined) refuse(`${name}: not YAML: ${fault.message.split('\n')[0]}`)
    try {
      content = document.toJS({ maxAliasCount: 0 })
    } catch (error) {
      refuse(`${name}: not YAML: ${(error as Error).message}`)
    }
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    refuse(`${name}: expected settings by name, got ${describe(content)}`)
  return content as { [key: string]: unknown }
}

function describe(value: unknown): string {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object'
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}

/** A message that says what was expected and what came. */
function expect(what: string): (issue: v.BaseIssue<unknown>) => string {
  return ({ input }) => `expected ${what}, got ${describe(input)}`
}

const listShape = v.pipe(
  v.union([v.string(), v.array(v.string())], expect('a text or a list of texts')),
  v.transform(value => (Array.isArray(value) ? value : [value])),
)

/** What a config may say of an option. */
function shapeOf(option: Option): v.GenericSchema {
  if (option.variadic) return listShape
  if (option.isBoolean()) return v.boolean(expect('true or false'))
  if (option.optional) return v.union([v.boolean(), v.string()], expect('true or a text'))
  if (option.parseArg !== undefined) return v.union([v.string(), v.number()], expect('a text or a number'))
  return v.string(expect('a text'))
}

/** What the help calls a file or a folder is a path; lists of corpora are, too. */
function isPath(option: Option): boolean {
  return /[<[](dir|file)\b/.test(option.flags)
}

/**
 * A path of a config, as seen from the working folder.
 *
 * @param mayBeName a name of the local store stands for itself where no such file is
 */
function rebase(text: string, folder: string, cwd: string, mayBeName: boolean): string {
  if (text === '-' || path.isAbsolute(text)) return text
  const there = path.join(folder, text)
  const isThere = existsSync(there)
  if (mayBeName && !isThere && namePattern.test(text)) return text
  const way = path.relative(cwd, folder)
  if (way === '') return text
  return isThere || !isDynamicPattern(text)
    ? path.join(way, text)
    : `${escapePath(way.replaceAll(path.sep, '/'))}/${text}`
}
