/**
 * Every way that the tests know to tamper with a bundle, as functions from its files to other files.
 * Naive tampering touches files alone; careful tampering also brings the manifest and the run up to date, so that
 * only the trees, the sums and the signatures can notice it.
 */
import { canonicalise, digestHex } from '../../src/evidence/canonical.ts'
import type { Manifest } from '../../src/evidence/manifest.ts'
import { below } from './synthetic.ts'

export type Files = Map<string, Buffer>

// biome-ignore lint/suspicious/noExplicitAny: what is tampered with is of any shape
type Any = any

/** Files with one random bit of one random byte turned over. */
export function flipBit(files: Files, random: () => number): { path: string; bytes: Buffer; what: string } {
  const paths = [...files.keys()].filter(path => files.get(path)!.length > 0)
  const path = paths[below(random, paths.length)]
  const bytes = Buffer.from(files.get(path)!)
  const at = below(random, bytes.length)
  bytes[at] ^= 1 << below(random, 8)
  return { path, bytes, what: `${path}:${at}` }
}

/** Parsed lines of a file. */
function linesOf(files: Files, path: string): string[] {
  return files.get(path)!.toString().split('\n').slice(0, -1)
}

function withLines(files: Files, path: string, lines: readonly string[]): Files {
  return new Map(files).set(path, Buffer.from(lines.map(line => `${line}\n`).join('')))
}

/** The files with `path` as JSON changed by `edit`. */
function withJson(files: Files, path: string, edit: (value: Any) => void, at = 0): Files {
  const lines = linesOf(files, path)
  const value = JSON.parse(lines[at])
  edit(value)
  lines[at] = canonicalise(value)
  return withLines(files, path, lines)
}

function withManifest(files: Files, edit: (manifest: Manifest) => void): Files {
  return withJson(files, 'manifest.json', edit)
}

/** Brings digests and sizes of the manifest, and the run, up to date with the files. */
export function updateManifest(files: Files): Files {
  const updated = withManifest(files, manifest => {
    for (const file of manifest.files) {
      const bytes = files.get(file.path)
      if (bytes) Object.assign(file, { bytes: bytes.length, sha256: digestHex(bytes) })
    }
    manifest.root = digestHex(canonicalise(manifest.content))
  })
  return updateRun(updated)
}

/** Brings the run up to date with the manifest. */
function updateRun(files: Files): Files {
  return withJson(files, 'run.json', run => {
    const { digest: _digest, ...content } = run
    content.manifest = digestHex(files.get('manifest.json')!)
    Object.assign(run, content, { digest: digestHex(canonicalise(content)) })
  })
}

function swap<T>(items: readonly T[], i: number, j: number): T[] {
  const swapped = [...items]
  swapped[i] = items[j]
  swapped[j] = items[i]
  return swapped
}

const edits: [string, (files: Files) => Files][] = (
  [
    ['findings.jsonl', 'seals.jsonl'],
    ['findings.jsonl', null],
    ['coverage.jsonl', null],
  ] as const
).flatMap(([path, other]): [string, (files: Files) => Files][] => {
  // where seals stand line by line, the matching seal moves with its finding
  const both = (files: Files, edit: (lines: string[]) => string[]): Files => {
    const changed = withLines(files, path, edit(linesOf(files, path)))
    const seals = other === null ? [] : linesOf(files, other)
    if (other === null || seals.length < 2) return changed
    const n = linesOf(files, path).length
    return withLines(changed, other, [seals[0], ...edit(seals.slice(1, 1 + n)), ...seals.slice(1 + n)])
  }
  const name = `${path}${other === null ? '' : ' and its seals'}`
  return [
    [`${name}: first line dropped`, files => both(files, lines => lines.slice(1))],
    [`${name}: last line dropped`, files => both(files, lines => lines.slice(0, -1))],
    [`${name}: all lines dropped`, files => both(files, () => [])],
    [`${name}: a line repeated`, files => both(files, lines => [...lines, lines[lines.length - 1]])],
    [`${name}: first line repeated in place`, files => both(files, lines => [lines[0], ...lines])],
    [`${name}: two lines swapped`, files => both(files, lines => swap(lines, 0, 1))],
    [`${name}: order reversed`, files => both(files, lines => lines.toReversed())],
  ]
})

const findingEdits: [string, (finding: Any) => void][] = [
  ['class raised', finding => (finding.class = finding.class === 'A' ? 'B' : 'A')],
  ['kind', finding => (finding.kind = finding.kind === 'passage' ? 'edited' : 'passage')],
  ['id', finding => (finding.id = 'other')],
  ['record', finding => (finding.suspect.record += 1000)],
  ['file', finding => (finding.reference.file = 'other.jsonl')],
  ['score', finding => (finding.score += 1)],
  ['a measure added', finding => (finding.certainty = 1)],
  ['a measure dropped', finding => delete finding.identity],
  ['an edit dropped', finding => (finding.edits = finding.edits.length > 0 ? finding.edits.slice(1) : [{}])],
  [
    'an edit added',
    finding =>
      finding.edits.push({ op: 'replace', kind: 'wording', from: '', to: '', suspect: [0, 0], reference: [0, 0] }),
  ],
  ['struck out more', finding => (finding.explained = { prompt: [finding.suspect.span] })],
  [
    'struck out beyond the passage',
    finding => (finding.explained = { prompt: [[finding.suspect.span[0], finding.suspect.span[1] + 1]] }),
  ],
  [
    'struck out in no order',
    finding => {
      const [from, to] = finding.suspect.span
      finding.explained = {
        background: [
          [from + 1, to],
          [from, from + 1],
        ],
      }
    },
  ],
  ['struck out for another reason', finding => (finding.explained = { whim: [] })],
  ['struck out by nothing', finding => (finding.explained = null)],
  ['answers to the prompt dropped', finding => delete finding.peers],
  ['alternatives changed', finding => (finding.alternatives[0].evidence = 'against for sure')],
  ['excerpt beside the text', finding => (finding.suspect.excerpt = `${finding.suspect.excerpt ?? ''}x`)],
  ['text changed', finding => (finding.suspect.text = `${finding.suspect.text ?? ''}x`)],
  [
    'text dropped',
    finding =>
      finding.reference.text === undefined ? delete finding.reference.excerpt : delete finding.reference.text,
  ],
  [
    'not a finding',
    finding => {
      for (const key of Object.keys(finding)) delete finding[key]
    },
  ],
]

const jsonEdits: [string, string, (value: Any) => void][] = [
  ['summary.json', 'count of documents', summary => (summary.documents.classA += 1)],
  ['summary.json', 'prevalence', summary => (summary.prevalence = { point: 0, low: 0, high: 0, level: 0.95 })],
  ['summary.json', 'limits', summary => (summary.limits = [])],
  ['summary.json', 'a part added', summary => (summary.verdict = 'guilty')],
  ['summary.json', 'a substitution dropped', summary => summary.substitutions.pop()],
  ['parameters.json', 'a parameter', parameters => (parameters.kmer = 9)],
  ['corpora.json', 'a digest', corpora => (corpora[1].sha256 = 'e'.repeat(64))],
  ['corpora.json', 'a corpus dropped', corpora => corpora.pop()],
  ['preregistration.json', 'a parameter fixed afterwards', plan => (plan.parameters.kmer = 9)],
  ['preregistration.json', 'a parameter no longer fixed', plan => delete plan.parameters.rule],
  ['preregistration.json', 'a corpus exchanged', plan => (plan.corpora[0].sha256 = 'e'.repeat(64))],
  ['preregistration.json', 'a corpus dropped', plan => plan.corpora.pop()],
  ['preregistration.json', 'a part added', plan => (plan.at = '2024-01-01')],
  ['preregistration.json', 'nothing fixed', plan => Object.assign(plan, { parameters: {}, corpora: [] })],
  ['case.json', 'an item of the inventory dropped', file => file.inventory.pop()],
  ['case.json', 'a container left out', file => (file.inventory[0].chain = ['jsonl'])],
  [
    'case.json',
    'said to be fixed beforehand or not',
    file => (file.order[0].preregistered = !file.order[0].preregistered),
  ],
  ['case.json', 'inventory', file => (file.inventory[0].sizeBytes += 1)],
  ['case.json', 'order', file => file.order.reverse()],
  ['case.json', 'custody', file => file.custody.push({ at: '', actor: '', action: '', items: [], previous: null })],
  ['case.json', 'release errors', file => (file.releaseErrors = { falsePositives: 0 })],
]

/** Tampering that leaves the list of files as it is. */
export const contentTampering: [string, (files: Files) => Files][] = [
  ...edits,
  ...findingEdits.map(([what, edit]): [string, (files: Files) => Files] => [
    `findings.jsonl: ${what}`,
    files => withJson(files, 'findings.jsonl', edit, 1),
  ]),
  ...jsonEdits.map(([path, what, edit]): [string, (files: Files) => Files] => [
    `${path}: ${what}`,
    files => withJson(files, path, edit),
  ]),
  ['findings.jsonl: white space', files => replaceText(files, 'findings.jsonl', '{', '{ ')],
  [
    'findings.jsonl: a key twice',
    files => replaceText(files, 'findings.jsonl', '{"alsoMatches":', '{"alsoMatches":0,"alsoMatches":'),
  ],
  ['findings.jsonl: an empty line', files => replaceText(files, 'findings.jsonl', '\n', '\n\n')],
  [
    'findings.jsonl: no last line feed',
    files => new Map(files).set('findings.jsonl', files.get('findings.jsonl')!.subarray(0, -1)),
  ],
  [
    'findings.jsonl: byte order mark',
    files => new Map(files).set('findings.jsonl', Buffer.concat([Buffer.from('\ufeff'), files.get('findings.jsonl')!])),
  ],
  [
    'findings.jsonl: invalid UTF-8',
    files => new Map(files).set('findings.jsonl', Buffer.concat([Buffer.of(0xff), files.get('findings.jsonl')!])),
  ],
  [
    'findings.jsonl: deep nesting',
    files => withLines(files, 'findings.jsonl', [`${'['.repeat(100_000)}${']'.repeat(100_000)}`]),
  ],
  ['findings.jsonl: null', files => withLines(files, 'findings.jsonl', ['null'])],
  ['seals.jsonl: emptied', files => new Map(files).set('seals.jsonl', Buffer.alloc(0))],
  [
    'seals.jsonl: a line added',
    files => withLines(files, 'seals.jsonl', [...linesOf(files, 'seals.jsonl'), '{"of":"problem","texts":[]}']),
  ],
  ['seals.jsonl: a part added', files => withJson(files, 'seals.jsonl', seal => (seal.note = 1))],
  [
    'seals.jsonl: another secret',
    files => withJson(files, 'seals.jsonl', seal => Object.assign(seal, { secret: 'f'.repeat(64) })),
  ],
  ['summary.json: schema true', files => withJson(files, 'summary.json', summary => (summary.schema = true))],
]

function replaceText(files: Files, path: string, from: string, to: string): Files {
  return new Map(files).set(path, Buffer.from(files.get(path)!.toString().replace(from, to)))
}

/** Manifests that lie about the folder, with the run brought up to date. */
export const manifestTampering: [string, (files: Files) => Files][] = (
  [
    ['a path up', manifest => (manifest.files[0].path = '../case.json')],
    ['a path up inside', manifest => (manifest.files[0].path = 'a/../../case.json')],
    ['an absolute path', manifest => (manifest.files[0].path = '/etc/passwd')],
    ['a drive', manifest => (manifest.files[0].path = 'C:\\case.json')],
    ['a backslash', manifest => (manifest.files[0].path = '..\\case.json')],
    ['a URL', manifest => (manifest.files[0].path = 'file:///etc/passwd')],
    ['a null byte', manifest => (manifest.files[0].path = 'case.json\0')],
    ['a trailing slash', manifest => (manifest.files[0].path = 'case.json/')],
    ['a dot', manifest => (manifest.files[0].path = './case.json')],
    ['an empty path', manifest => (manifest.files[0].path = '')],
    ['a path repeated', manifest => manifest.files.splice(1, 0, manifest.files[0])],
    ['a case twin', manifest => manifest.files.unshift({ ...manifest.files[0], path: 'CASE.json' })],
    ['paths out of order', manifest => manifest.files.reverse()],
    [
      'a file not listed',
      manifest =>
        manifest.files.splice(
          manifest.files.findIndex(file => file.path === 'report.md'),
          1,
        ),
    ],
    ['a core file not listed', manifest => manifest.files.shift()],
    ['the manifest listed', manifest => manifest.files.splice(5, 0, { ...manifest.files[0], path: 'manifest.json' })],
    ['a size that is larger', manifest => (manifest.files[0].bytes += 1)],
    ['a size that is huge', manifest => (manifest.files[0].bytes = 2 ** 53 - 1)],
    ['a size that is negative', manifest => (manifest.files[0].bytes = -1)],
    ['a size that is a text', manifest => Object.assign(manifest.files[0], { bytes: '1170' })],
    ['a digest in capitals', manifest => (manifest.files[0].sha256 = manifest.files[0].sha256.toUpperCase())],
    ['another edition', manifest => (manifest.edition = manifest.edition === 'hashes' ? 'full' : 'hashes')],
    ['an unknown edition', manifest => Object.assign(manifest, { edition: 'everything' })],
    ['another schema', manifest => Object.assign(manifest, { schema: 2 })],
    ['another tool', manifest => Object.assign(manifest, { tool: 'palimpsesto' })],
    ['a part added', manifest => Object.assign(manifest, { note: '' })],
    ['no files', manifest => (manifest.files = [])],
    ['files that are no list', manifest => Object.assign(manifest, { files: {} })],
    ['no content', manifest => Object.assign(manifest, { content: null })],
    ['more findings', manifest => (manifest.content.findings.size += 1)],
    [
      'findings and coverage swapped',
      manifest => {
        const { findings, coverage } = manifest.content
        Object.assign(manifest.content, { findings: coverage, coverage: findings })
      },
    ],
  ] as [string, (manifest: Manifest) => void][]
).map(([what, edit]) => [
  `manifest.json: ${what}`,
  files => {
    const edited = withManifest(files, edit)
    return updateRun(what.includes('swapped') || what.includes('more') ? updateManifest(edited) : edited)
  },
])

/** Files that came, went, or were exchanged. */
export const fileTampering: [string, (files: Files) => Files][] = [
  [
    'the preregistration removed, from the manifest too',
    files => {
      const without = withManifest(files, manifest => {
        manifest.files = manifest.files.filter(({ path }) => path !== 'preregistration.json')
        manifest.content.preregistration = null
      })
      return updateManifest(new Map([...without].filter(([name]) => name !== 'preregistration.json')))
    },
  ],
  ['a file added', files => new Map(files).set('extra.txt', Buffer.from('x'))],
  ['a file added in a folder', files => new Map(files).set('notes/extra.txt', Buffer.from('x'))],
  ['a hidden file added', files => new Map(files).set('.hidden', Buffer.from('x'))],
  ['a case twin added', files => new Map(files).set('FINDINGS.jsonl', files.get('findings.jsonl')!)],
  ['a file added as a signature', files => new Map(files).set('signatures/readme.txt', Buffer.from('x'))],
  ['a key beside the signatures', files => new Map(files).set(`signatures/${'a'.repeat(64)}.pem`, Buffer.from('x'))],
  [
    'two files exchanged',
    files =>
      new Map(files).set('summary.json', files.get('corpora.json')!).set('corpora.json', files.get('summary.json')!),
  ],
  ['the run emptied', files => new Map(files).set('run.json', Buffer.alloc(0))],
  ['the run without facts', files => withJson(files, 'run.json', run => delete run.facts)],
  ['the run longer', files => withJson(files, 'run.json', run => (run.facts.wallMs += 1))],
  ...['manifest.json', 'run.json', 'findings.jsonl', 'summary.json', 'verify.py', 'report.html'].map(
    (path): [string, (files: Files) => Files] => [
      `${path} removed`,
      files => new Map([...files].filter(([name]) => name !== path)),
    ],
  ),
]

/** Tampering with the signature of a signed bundle. */
export const signatureTampering: [string, (files: Files) => Files][] = (
  [
    ['another payload type', envelope => (envelope.payloadType = 'application/json')],
    ['no payload type', envelope => delete envelope.payloadType],
    ['payload type in capitals', envelope => (envelope.payloadType = envelope.payloadType.toUpperCase())],
    ['another payload', envelope => (envelope.payload = Buffer.from('{}').toString('base64'))],
    ['another signer', envelope => (envelope.payload = recode(envelope.payload, 'Ann', 'Bob'))],
    [
      'another root',
      envelope => (envelope.payload = recode(envelope.payload, /"[0-9a-f]{64}"/, `"${'0'.repeat(64)}"`)),
    ],
    ['no signature', envelope => (envelope.signatures = [])],
    ['an empty signature', envelope => (envelope.signatures[0].sig = '')],
    ['a signature twice', envelope => envelope.signatures.push(envelope.signatures[0])],
    ['a zero signature', envelope => (envelope.signatures[0].sig = Buffer.alloc(64).toString('base64'))],
    ['URL-safe base64', envelope => (envelope.payload = envelope.payload.replace(/=*$/, ''))],
    ['another key id', envelope => (envelope.signatures[0].keyid = 'b'.repeat(64))],
    ['a part added', envelope => (envelope.note = '')],
  ] as [string, (envelope: Any) => void][]
).map(([what, edit]) => [`signature: ${what}`, files => withJson(files, signaturePath(files), edit)])

function recode(payload: string, from: string | RegExp, to: string): string {
  return Buffer.from(Buffer.from(payload, 'base64').toString().replace(from, to)).toString('base64')
}

/** Path of the one envelope of a signed bundle. */
function signaturePath(files: Files): string {
  return [...files.keys()].find(path => path.endsWith('.dsse.json'))!
}
