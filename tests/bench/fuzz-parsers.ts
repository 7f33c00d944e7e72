/**
 * Long fuzzing of every parser and of the terminal's border, in memory: `npm run fuzz:parsers`.
 *
 *     npx tsx tests/bench/fuzz-parsers.ts [cases per parser, default 1000000] [seed, default 1] [name of one parser]
 *
 * The laws stand in `tests/read/properties.ts`; whole files, damaged, are the work of `fuzz-read.ts`.
 */
import fc from 'fast-check'
import { escapeTerminal } from '../../src/report/safe.ts'
import { parserProperties } from '../read/properties.ts'
import { actsInTerminal, hostileStrings } from '../report/hostile.ts'

const nCases = Number(process.argv[2] ?? 1_000_000)
const seed = Number(process.argv[3] ?? 1)
const only = process.argv[4]

/** Pieces of hostile strings, one after the other, among any characters. */
const hostileText = fc
  .array(fc.oneof(fc.constantFrom(...hostileStrings), fc.string({ unit: 'binary', maxLength: 12 })), { maxLength: 3 })
  .map(parts => parts.join(''))

const properties: { [name: string]: fc.IProperty<unknown> } = {
  ...parserProperties,
  terminal: fc.property(hostileText, text => !actsInTerminal(escapeTerminal(text))),
}

let nFaults = 0
for (const [name, property] of Object.entries(properties)) {
  if (only !== undefined && only !== name) continue
  const started = performance.now()
  const { failed, counterexample, counterexamplePath } = fc.check(property, { numRuns: nCases, seed })
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  console.log(`${name}: ${nCases} cases in ${seconds} s${failed ? ', FAILED' : ''}`)
  if (!failed) continue
  nFaults++
  console.log(`  seed ${seed}, path ${counterexamplePath}: ${JSON.stringify(counterexample)}`)
}
console.log(`${nFaults} faults`)
process.exitCode = nFaults > 0 ? 1 : 0
