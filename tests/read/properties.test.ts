import fc from 'fast-check'
import { test } from 'vitest'
import { parserProperties } from './properties.ts'

test.each(Object.entries(parserProperties))('any input at all keeps the law of %s', (_, property) => {
  fc.assert(property, { seed: 20, numRuns: 3000 })
})
