/**
 * Seeded bundles that no audit made: made-up words, every kind of edit, hostile characters here and there.
 * The same seed gives the same bundle. Sums balance and edits say what their texts say, as in a real one.
 */
import { compareCorpora } from '../../src/evidence/order.ts'
import type {
  Bundle,
  Edit,
  Finding,
  FindingClass,
  LedgerFile,
  LedgerProblem,
  RunFacts,
  Span,
  Summary,
} from '../../src/types.ts'

/** A generator of numbers in [0, 1) (mulberry32). */
export function seedRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

/** A whole number in [0, n). */
export function below(random: () => number, n: number): number {
  return Math.floor(random() * n)
}

export const facts: RunFacts = {
  startedAt: '2025-03-01T10:00:00Z',
  finishedAt: '2025-03-01T10:00:09Z',
  node: 'v20.0.0',
  platform: 'linux',
  threads: 2,
  arguments: ['scan', 'vendor'],
  wallMs: 9000,
  peakRssBytes: 123456789,
}

const syllables = ['ba', 'ko', 'ru', 'mi', 'tes', 'lon', 'dar', 'vi', 'ze', 'quo', 'pal', 'im', 'sest', '墨', '😀']
const edited = ['[ORG]', '<PERSON>', '東京', '', 'Acme & Söhne', '=1+1', '<b>x</b>', 'NAME_1']

function makeWord(random: () => number): string {
  let word = ''
  for (let n = 1 + below(random, 3); n > 0; n--) word += syllables[below(random, syllables.length)]
  return word
}

function makeWords(random: () => number, n: number): string[] {
  return Array.from({ length: n }, () => makeWord(random))
}

/** A pair of documents that differ in a few words, with the edits between them. */
function makePair(
  random: () => number,
): Pick<Finding, 'edits'> & { suspect: [string, Span]; reference: [string, Span] } {
  const before = makeWords(random, below(random, 8)).join(' ')
  let suspect = before === '' ? '' : `${before} `
  let reference = ''
  const from = suspect.length
  const edits: Edit[] = []
  for (const word of makeWords(random, 12 + below(random, 40))) {
    const isEdited = random() < 0.15
    const to = isEdited ? edited[below(random, edited.length)] : word
    if (isEdited) {
      edits.push({
        op: to === '' ? 'delete' : 'replace',
        kind: to === '' ? 'deletion' : 'organisation',
        from: word,
        to,
        suspect: [suspect.length, suspect.length + to.length],
        reference: [reference.length, reference.length + word.length],
      })
    }
    suspect += `${to} `
    reference += `${word} `
  }
  const to = suspect.length
  suspect += makeWords(random, below(random, 5)).join(' ')
  return { edits, suspect: [suspect, [from, to]], reference: [reference, [0, reference.length]] }
}

/** A few stretches of a passage, in order. */
function explainSome(random: () => number, [from, to]: Span): NonNullable<Finding['explained']> {
  const cut = (): Span[] => {
    const [a, b, c, d] = Array.from({ length: 4 }, () => from + below(random, to - from + 1)).sort((x, y) => x - y)
    return [
      [a, b],
      [c, d],
    ]
  }
  return random() < 0.3 ? {} : { prompt: cut(), background: cut() }
}

function makeFinding(random: () => number, i: number): Finding {
  const { edits, suspect, reference } = makePair(random)
  const tokens = 10 + below(random, 90)
  const score = random() * 400
  return {
    id: `f${i.toString(36)}`,
    class: (['A', 'B', 'C'] as const)[below(random, 3)],
    kind: edits.length === 0 ? 'verbatim' : 'anonymised',
    suspect: {
      file: `vendor-${below(random, 3)}.jsonl`,
      record: below(random, 40),
      field: 'output',
      id: random() < 0.5 ? null : `row ${makeWords(random, 5).join(' ')}`,
      span: suspect[1],
      text: suspect[0],
    },
    reference: {
      index: 'model.pali',
      record: i,
      id: `r${i}`,
      model: 'model-x',
      file: 'model.jsonl',
      field: 'text',
      span: reference[1],
      text: reference[0],
    },
    tokens,
    distinctiveTokens: below(random, tokens + 1),
    identity: random(),
    suspectContainment: random(),
    referenceContainment: 1,
    explainedByPrompt: random() / 10,
    explainedByBackground: random() / 3,
    score,
    bestCompetitor: score * random(),
    competitor:
      random() < 0.3 ? null : { side: 'background', index: 'human', record: below(random, 99), id: makeWord(random) },
    alsoMatches: below(random, 5),
    peers: below(random, 4),
    edits,
    explained: explainSome(random, suspect[1]),
  }
}

function makeFile(random: () => number, i: number): LedgerFile {
  const scanned = 40 + below(random, 1000)
  const rejected = below(random, 5)
  const skipped = below(random, 5)
  const bytes = [scanned * 700, rejected * 90, 0, skipped * 20]
  return {
    file: `vendor-${i}.jsonl`,
    sizeBytes: 1000 + below(random, 100000),
    sha256: i.toString(16).padStart(64, 'a'),
    chain: ['gzip', 'jsonl'],
    layout: 'alpaca',
    documents: scanned,
    recordsIn: scanned + rejected + skipped,
    scanned,
    rejected,
    limited: 0,
    skipped,
    bytesIn: bytes.reduce((a, b) => a + b),
    bytesScanned: bytes[0],
    bytesRejected: bytes[1],
    bytesLimited: bytes[2],
    bytesSkipped: bytes[3],
  }
}

function makeProblems(random: () => number, files: LedgerFile[]): LedgerProblem[] {
  return files.flatMap(({ file, rejected }) =>
    Array.from({ length: rejected }, (_, i) => ({
      file,
      record: i * 3,
      line: i * 3 + 1,
      outcome: 'rejected' as const,
      code: 'malformed-json',
      reason: `unexpected token in "${makeWords(random, 6).join(' ')}"`,
      bytes: 90,
    })),
  )
}

/** Best class of each suspect document with findings. */
export function countDocuments(findings: readonly Finding[]): Record<FindingClass, number> {
  const best = new Map<string, FindingClass>()
  for (const { suspect, class: findingClass } of findings) {
    const place = JSON.stringify([suspect.file, suspect.record, suspect.field])
    const known = best.get(place)
    if (known === undefined || findingClass < known) best.set(place, findingClass)
  }
  const counts = { A: 0, B: 0, C: 0 }
  for (const findingClass of best.values()) counts[findingClass]++
  return counts
}

function makeSummary(random: () => number, findings: Finding[], files: LedgerFile[]): Summary {
  const sum = (key: keyof LedgerFile): number => files.reduce((total, file) => total + (file[key] as number), 0)
  const { A, B, C } = countDocuments(findings)
  const n = sum('documents')
  const edits = findings.flatMap(finding => finding.edits).filter(edit => edit.op === 'replace')
  return {
    schema: 1,
    coverage: {
      files: files.length,
      documents: n,
      recordsIn: sum('recordsIn'),
      scanned: sum('scanned'),
      rejected: sum('rejected'),
      limited: sum('limited'),
      skipped: sum('skipped'),
      bytesIn: sum('bytesIn'),
      bytesScanned: sum('bytesScanned'),
      bytesRejected: sum('bytesRejected'),
      bytesLimited: sum('bytesLimited'),
      bytesSkipped: sum('bytesSkipped'),
    },
    documents: { n, classA: A, classB: B, classC: C },
    decoy: { documents: 500, classA: 0, classB: 1, classC: 4 },
    prevalence: { point: 0.031, low: 1.5e-7, high: 0.05, level: 0.95, clusters: 40 },
    substitutions: edits
      .slice(0, 5)
      .map(({ from, to, kind }) => ({ from, to, kind, documents: 1 + below(random, 9), consistency: random() })),
    identityEdits: { observed: 0.8, expected: 0.13, pValue: 1e-21 },
    scars: {
      article: {
        count: 7,
        of: 90,
        low: 0.03,
        high: 0.15,
        level: 0.95,
        background: { count: 1, of: 400 },
        examples: [`a ${makeWords(random, 5).join(' ')}`],
      },
    },
    residue: {},
    style: [
      {
        model: 'model-x',
        prevalence: { cannotSay: 'no control corpus' },
        closestConfusable: ['model-y'],
        documents: { n: findings.length, scored: 3, nearest: 1 },
        figures: {
          histogram: { edges: [-1, 0, 1], counts: [2, 1], expected: null },
          tippett: { thresholds: [-1, 1], curves: [{ of: 'model', texts: 9, share: [1, 0.4] }] },
          habits: [{ kind: 'words', habit: makeWords(random, 2).join(' '), documents: 6, strength: 1 }],
          quality: [],
          likeness: { names: ['model-x', 'model-y'], joins: [{ left: 0, right: 1, height: 0.5 }] },
        },
      },
    ],
    references: [{ index: 'model.pali', documents: findings.length, classA: A, classB: B, classC: C }],
    limits: ['no background corpus of the same prompts was given'],
  }
}

/** A bundle of `nFindings` findings. */
export function makeBundle(seed: number, nFindings: number): Bundle {
  const random = seedRandom(seed)
  const findings = Array.from({ length: nFindings }, (_, i) => makeFinding(random, i))
  const files = Array.from({ length: 3 }, (_, i) => makeFile(random, i))
  const corpus = { model: null, documents: 900, tokens: 12345, sha256: 'c'.repeat(64) }
  return {
    findings,
    summary: makeSummary(random, findings, files),
    coverage: { files, problems: makeProblems(random, files) },
    parameters: {
      kmer: 5,
      window: 4,
      rule: 'A: margin ≥ 40 bits',
      minimum: 1e-7,
      versions: { tool: '0.1.0', unicode: '15.0' },
    },
    corpora: [
      { ...corpus, role: 'suspect', name: 'vendor' },
      { ...corpus, role: 'reference', name: 'model.pali', model: 'model-x' },
      { ...corpus, role: 'background', name: 'human' },
    ],
  }
}

/** The items in another order (Fisher–Yates). */
export function shuffle<T>(items: readonly T[], random: () => number): T[] {
  const shuffled = [...items]
  for (let i = shuffled.length - 1; i > 0; i--) {
    const j = below(random, i + 1)
    ;[shuffled[i], shuffled[j]] = [shuffled[j], shuffled[i]]
  }
  return shuffled
}

/** The bundle of an audit whose parameters and references were fixed beforehand. */
export function withPlan(bundle: Bundle): Bundle {
  const { versions: _versions, ...parameters } = bundle.parameters
  const corpora = bundle.corpora.filter(({ role }) => role !== 'suspect').sort(compareCorpora)
  return { ...bundle, preregistration: { schema: 1, parameters, corpora } }
}
