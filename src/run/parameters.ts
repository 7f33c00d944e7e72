/** run: every tunable with the value that it has, the printed rule, and the versions of program and Unicode. */
import process from 'node:process'
import { indexVersion } from '../match/format.ts'
import { matchDefaults, sketchDefaults } from '../options.ts'
import type { ReadOptions } from '../read/corpus.ts'
import type { Json } from '../types.ts'
import { rule } from '../weigh/rule.ts'
import { version } from './version.ts'

/** All on which findings depend beside the corpora; it stands in `parameters.json`. */
export function describeParameters(read: ReadOptions, level: number): { [key: string]: Json } {
  const { signal: _signal, ...plain } = read
  return {
    schema: 1,
    tool: { name: 'palimpsest', version, indexVersion },
    unicode: process.versions.unicode ?? 'unknown',
    sketch: { ...sketchDefaults },
    match: { ...matchDefaults },
    read: JSON.parse(JSON.stringify(plain)),
    level,
    rule: { ...rule },
  }
}
