/** The published schema of the outputs, held against bundles of every edition by a small validator. */

import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { redactBundle } from '../../src/evidence/redact.ts'
import type { Json } from '../../src/types.ts'
import { makeBundle } from './bundle.ts'
import { hostileStrings } from './hostile.ts'

interface Schema {
  $ref?: string
  $defs?: Record<string, Schema>
  type?: string
  const?: Json
  enum?: Json[]
  anyOf?: Schema[]
  properties?: Record<string, Schema>
  additionalProperties?: Schema
  required?: string[]
  items?: Schema | false
  prefixItems?: Schema[]
  minItems?: number
  minimum?: number
  maximum?: number
  pattern?: string
  description?: string
}

const root = JSON.parse(readFileSync(new URL('../../schemas/outputs.schema.json', import.meta.url), 'utf8')) as Schema

/** Keywords that `findFault` knows; another one in the schema would be passed over in silence. */
const known = new Set([
  ...['$ref', 'type', 'const', 'enum', 'anyOf', 'properties', 'additionalProperties', 'required', 'items'],
  ...['prefixItems', 'minItems', 'minimum', 'maximum', 'pattern', 'description'],
])

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  return Number.isInteger(value) ? 'integer' : typeof value
}

/** Where and how a value breaks a schema (2020-12, the keywords above); undefined if it keeps it. */
function findFault(schema: Schema, value: unknown, at: string): string | undefined {
  for (const keyword of Object.keys(schema)) if (!known.has(keyword)) return `${at}: keyword ${keyword} is not known`
  if (schema.$ref) return findFault(root.$defs![schema.$ref.replace('#/$defs/', '')], value, at)
  if (schema.anyOf) {
    const faults = schema.anyOf.map(option => findFault(option, value, at))
    return faults.every(fault => fault !== undefined) ? faults.join(' and ') : undefined
  }
  if ('const' in schema && schema.const !== value) return `${at}: expected ${schema.const}`
  if (schema.enum && !schema.enum.includes(value as Json)) return `${at}: ${value} is not in the list`
  const type = typeOf(value)
  if (schema.type && schema.type !== type && !(schema.type === 'number' && type === 'integer')) {
    return `${at}: expected ${schema.type}, got ${type}`
  }
  if (typeof value === 'number' && (value < (schema.minimum ?? value) || value > (schema.maximum ?? value))) {
    return `${at}: ${value} is out of range`
  }
  if (typeof value === 'string' && schema.pattern && !new RegExp(schema.pattern, 'u').test(value))
    return `${at}: pattern`
  if (Array.isArray(value)) return findFaultInItems(schema, value, at)
  return type === 'object' ? findFaultInProperties(schema, value as Record<string, unknown>, at) : undefined
}

function findFaultInItems(
  { items, prefixItems = [], minItems = 0 }: Schema,
  value: unknown[],
  at: string,
): string | undefined {
  if (value.length < minItems) return `${at}: too short`
  if (items === false && value.length > prefixItems.length) return `${at}: too long`
  for (const [i, item] of value.entries()) {
    const schema = prefixItems[i] ?? (items || {})
    const fault = findFault(schema, item, `${at}[${i}]`)
    if (fault) return fault
  }
  return undefined
}

function findFaultInProperties(schema: Schema, value: Record<string, unknown>, at: string): string | undefined {
  for (const key of schema.required ?? []) if (!Object.hasOwn(value, key)) return `${at}.${key}: missing`
  for (const [key, part] of Object.entries(value)) {
    if (part === undefined) continue
    const known =
      schema.properties && Object.hasOwn(schema.properties, key) ? schema.properties[key] : schema.additionalProperties
    const fault = known && findFault(known, part, `${at}.${key}`)
    if (fault) return fault
  }
  return undefined
}

const def = (name: string): Schema => root.$defs![name]
const bundle = makeBundle({ findings: 100, hostile: hostileStrings, complete: false })

test.each(['full', 'hashes', 'counts'] as const)('findings, summary and coverage of the edition %s keep it', mode => {
  const { findings, summary, coverage } = redactBundle(bundle, { mode })
  for (const [i, finding] of findings.entries())
    expect(findFault(def('finding'), finding, `finding ${i}`)).toBeUndefined()
  expect(findFault(def('summary'), summary, 'summary')).toBeUndefined()
  const lines = [
    ...coverage.files.map(file => ({ entry: 'file', ...file })),
    ...coverage.problems.map(problem => ({ entry: 'problem', ...problem })),
  ]
  for (const line of lines) expect(findFault(def('coverageLine'), line, 'line')).toBeUndefined()
})

test('an empty run keeps it', () => {
  const { summary } = makeBundle({ findings: 0, files: 1 })
  expect(findFault(def('summary'), { ...summary, decoy: null, identityEdits: null }, 'summary')).toBeUndefined()
})

test('a value of another type, a missing part or a fraction above 1 breaks it', () => {
  const [finding] = bundle.findings
  const broken: unknown[] = [
    { ...finding, class: 'D' },
    { ...finding, identity: 1.01 },
    { ...finding, tokens: 1.5 },
    { ...finding, suspect: { ...finding.suspect, span: [1] } },
    { ...finding, suspect: { ...finding.suspect, span: [1, 2, 3] } },
    { ...finding, edits: [{ op: 'replace' }] },
    { ...finding, competitor: undefined, reference: null },
    Object.fromEntries(Object.entries(finding).filter(([key]) => key !== 'bestCompetitor')),
  ]
  for (const value of broken) expect(findFault(def('finding'), value, 'finding')).toBeDefined()
  expect(findFault(def('summary'), { ...bundle.summary, schema: 2 }, 'summary')).toBeDefined()
})

test('names every part that a finding and a summary have', () => {
  expect(Object.keys(def('finding').properties!).sort()).toEqual(Object.keys(bundle.findings[0]).sort())
  expect(Object.keys(def('summary').properties!).sort()).toEqual(Object.keys(bundle.summary).sort())
})
