/**
 * Makes synthetic bundles of any size: seeded, in English, Chinese, Arabic, Hebrew and code, with edits whose spans
 * are right by construction, and hostile strings where asked. Every text is written here.
 */

import { createRandom } from '../../src/stats.ts'
import type {
  BaselineReading,
  Bundle,
  ClassCounts,
  Edit,
  EditKind,
  EditOp,
  Finding,
  FindingClass,
  FindingKind,
  LedgerCounts,
  LedgerFile,
  Rate,
  StyleCurve,
  StyleFigures,
  Substitution,
} from '../../src/types.ts'

interface Piece {
  op: EditOp
  kind: EditKind
  from: string
  to: string
}

type Script = 'english' | 'chinese' | 'arabic' | 'hebrew' | 'code'

const sentences: Record<Script, string[]> = {
  english: [
    'The {org} survey reached {place} in {year}, and the first maps were drawn by hand.',
    '{person} kept a ledger of every shipment, which is why the losses of that winter are known to the crate.',
    'A slow kettle boils as surely as a fast one; the difference is what you do while you wait.',
    'To prune an old pear tree, begin with what is dead, then with what crosses, and stop before you are satisfied.',
    'The report lists {number} cases, of which the committee of {org} examined about a third.',
    'When the tide turns in the harbour of {place}, the boats swing round as if they had agreed on it.',
    'As {model}, I can explain the steps, but a person should check the measurements before anything is cut.',
    'Write to {contact} if the parcel has not come by {date}; {person} answers most letters within a week.',
    'Bread that is turned out too early keeps its damp heart; leave it {number} minutes under a cloth.',
    'There are three reasons to keep a paper copy, and the least of them is that it does not need power.',
    '**Step one.** Measure the frame twice, at the top and at the bottom, and write both numbers down.',
    'The old road over the pass was closed in {year}; since then the valley has belonged to walkers.',
    'A good index is a courtesy to a reader who has no time, which is to say to every reader.',
  ],
  chinese: [
    '{person}在{place}的档案馆里工作了{number}年，熟悉每一只抽屉的气味。',
    '要修剪一棵老梨树，先去枯枝，再去交叉枝，在你觉得满意之前就要停手。',
    '{org}于{year}年发布了这份报告，其中列出了{number}个案例。',
    '作为{model}，我可以说明步骤，但在动手之前应由人来核对尺寸。',
    '潮水转向的时候，港口里的船会一齐掉头，好像事先商量过一样。',
    '如果包裹在{date}之前没有到，请写信到{contact}询问。',
    '好的索引是对没有时间的读者的礼貌，也就是对所有读者的礼貌。',
  ],
  arabic: [
    'عمل {person} في دار المحفوظات في {place} مدة {number} سنة.',
    'نشرت {org} هذا التقرير في عام {year} وفيه أمثلة كثيرة.',
    'حين ينقلب المد في الميناء تدور القوارب معا كأنها اتفقت على ذلك.',
    'الفهرس الجيد مجاملة لقارئ لا وقت عنده، أي لكل قارئ.',
  ],
  hebrew: [
    '{person} עבד בארכיון של {place} במשך {number} שנים.',
    'כאשר הגאות משתנה בנמל, הסירות מסתובבות יחד כאילו הסכימו על כך.',
    'מפתח טוב הוא נימוס כלפי קורא שאין לו זמן, כלומר כלפי כל קורא.',
  ],
  code: [
    'function measureFrame(frame) {\n  const top = frame.width(0)\n  const bottom = frame.width(1)\n  return Math.min(top, bottom)\n}\n',
    'for (let row = 0; row < {number}; row++) {\n  if (rows[row].length === 0) continue\n  total += rows[row].weight\n}\n',
    '// written for {org}\nconst limit = {number}\n',
  ],
}

const slots: Record<string, { kind: EditKind; from: string[]; to: string[] }> = {
  person: {
    kind: 'person',
    from: ['Marta Venn', 'Osric Hale', 'Ilse Brandt', '林若兰'],
    to: ['Dana Quill', 'Robin Marsh', '[NAME_1]', '周启明'],
  },
  org: { kind: 'organisation', from: ['Halden Labs', 'Corvid Institute'], to: ['Brightwater Group', '[ORG]'] },
  place: {
    kind: 'place',
    from: ['Lisk', 'Port Amber', 'Nordhaven', '青石镇'],
    to: ['Veldt', 'Grey Sound', '<LOCATION>', '白水镇'],
  },
  year: { kind: 'date', from: ['1931', '1987', '2004'], to: ['1932', '1990', '2006'] },
  number: { kind: 'number', from: ['14', '27', '240'], to: ['12', '31', '250'] },
  model: { kind: 'model', from: ['Auricle-3', 'Auricle'], to: ['an assistant', 'Loom'] },
  contact: {
    kind: 'contact',
    from: ['post@halden.example', 'desk@corvid.example'],
    to: ['[EMAIL]', 'mail@bright.example'],
  },
  date: { kind: 'date', from: ['3 May 2021', '14 June 2022'], to: ['4 May 2021', '[DATE]'] },
}

const swaps: Piece[] = [
  { op: 'replace', kind: 'synonym', from: 'begin', to: 'start' },
  { op: 'replace', kind: 'wording', from: 'as if they had agreed on it', to: 'all together' },
  { op: 'delete', kind: 'deletion', from: ', which is to say to every reader', to: '' },
  { op: 'replace', kind: 'format', from: '**Step one.**', to: 'Step one.' },
  { op: 'replace', kind: 'spelling', from: 'harbour', to: 'harbor' },
  { op: 'replace', kind: 'identifier', from: 'measureFrame', to: 'frame_width' },
  { op: 'replace', kind: 'wording', from: '熟悉', to: '了解' },
]

const insertions = [' Of course!', ' In other words,', ' (see below)']

/** How a bundle is to be. */
export interface BundlePlan {
  findings: number
  /** default 1 */
  seed?: number
  /** texts left out, as in the redacted editions; default false */
  redacted?: boolean
  /** put into every field that may hold text of a corpus */
  hostile?: readonly string[]
  /** sentences of a document; default 4 to 12 */
  sentences?: number
  /** default 4 */
  files?: number
  /** default false: sentences repeat; true: words that hardly repeat, as large as real text when it is deflated */
  varied?: boolean
  /** default true: no record rejected or limited */
  complete?: boolean
}

interface Pair {
  suspect: string
  reference: string
  suspectSpan: [number, number]
  referenceSpan: [number, number]
  edits: Edit[]
}

interface PairPlan {
  edited: boolean
  salt: string
  varied: boolean
}

/** A sentence of some 14 words out of a vocabulary of about 40,000. */
function inventSentence(random: () => number): string {
  const syllables = ['ra', 'ne', 'to', 'li', 'mu', 'sa', 'ke', 'vo', 'di', 'pe', 'shu', 'gra', 'lo', 'min']
  const word = (): string => {
    let text = ''
    for (let i = random() < 0.5 ? 2 : 3; i > 0; i--) text += syllables[Math.floor(random() * syllables.length)]
    return text
  }
  return `${Array.from({ length: 14 }, word).join(' ')}. `
}

/** One pair of texts with its edits; `salt` lands in both texts and in one edit. */
function makePair(random: () => number, script: Script, nSentences: number, plan: PairPlan): Pair {
  const { edited, salt, varied } = plan
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]
  const framed = random() < 0.3
  let suspect = framed ? `${pick(sentences[script]).replace(/\{\w+\}/g, '…')} ` : ''
  let reference = ''
  const start = suspect.length
  const edits: Edit[] = []
  const write = (text: string): void => {
    suspect += text
    reference += text
  }
  const edit = ({ op, kind, from, to }: Piece): void => {
    edits.push({
      op,
      kind,
      from,
      to,
      suspect: [suspect.length, suspect.length + to.length],
      reference: [reference.length, reference.length + from.length],
    })
    suspect += to
    reference += from
  }
  for (let i = 0; i < nSentences; i++) {
    if (varied) write(inventSentence(random))
    let sentence = pick(sentences[script])
    const swap = edited ? swaps.find(({ from }) => sentence.includes(from) && random() < 0.5) : undefined
    if (swap) sentence = sentence.replace(swap.from, '{swap}')
    for (const part of sentence.split(/(\{\w+\})/)) {
      const slot = /^\{(\w+)\}$/.exec(part)?.[1]
      if (!slot) write(part)
      else if (slot === 'swap') edit(swap!)
      else {
        const { kind, from, to } = slots[slot]
        const choice = Math.floor(random() * from.length)
        if (edited) {
          const placeholder = /^[[<]/.test(to[choice])
          edit({ op: 'replace', kind: placeholder ? 'placeholder' : kind, from: from[choice], to: to[choice] })
        } else write(from[choice])
      }
    }
    if (edited && random() < 0.08) edit({ op: 'insert', kind: 'insertion', from: '', to: pick(insertions) })
    write(script === 'chinese' ? '' : ' ')
  }
  if (salt) {
    write(salt)
    edit({ op: 'replace', kind: 'wording', from: `f${salt}`, to: `t${salt}` })
    write(' end.')
  }
  const suspectSpan: [number, number] = [start, suspect.length]
  if (framed) suspect += ` ${pick(sentences[script]).replace(/\{\w+\}/g, '…')}`
  return { suspect, reference, suspectSpan, referenceSpan: [0, reference.length], edits }
}

const scripts: Script[] = ['english', 'english', 'english', 'english', 'chinese', 'chinese', 'arabic', 'hebrew', 'code']
const fileNames = ['vendor/chat-0001.jsonl', 'vendor/chat-0002.jsonl.gz', 'vendor/中文问答.jsonl', 'notes/forum.csv']

/** Makes a bundle to plan. Findings are sorted by file and record, as the contract asks. */
export function makeBundle(plan: BundlePlan): Bundle {
  const random = createRandom(plan.seed ?? 1).next
  const hostile = plan.hostile ?? []
  const salt = (i: number): string => (hostile.length > 0 ? hostile[i % hostile.length] : '')
  const nFiles = plan.files ?? 4
  const files = Array.from({ length: nFiles }, (_, i) => (fileNames[i] ?? `vendor/part-${i}.jsonl`) + salt(i)).sort()
  const perFile = Math.ceil(plan.findings / nFiles)
  const findings: Finding[] = []
  let record = 0
  let file = 0
  for (let i = 0; i < plan.findings; i++) {
    if (i > 0 && i % perFile === 0) {
      file++
      record = 0
    }
    // findings cluster in some stretches of a file, as they do in mixed corpora
    record += 1 + Math.floor(random() * (Math.sin(i / 40) > 0 ? 3 : 30))
    findings.push(makeFinding(random, plan, i, files[file], record, salt(i)))
  }
  return finishBundle(plan, findings, files, salt)
}

function makeFinding(
  random: () => number,
  plan: BundlePlan,
  i: number,
  file: string,
  record: number,
  salt: string,
): Finding {
  const script = scripts[Math.floor(random() * scripts.length)]
  const kind: FindingKind = (['verbatim', 'anonymised', 'anonymised', 'edited', 'passage'] as const)[
    Math.floor(random() * 5)
  ]
  const nSentences = plan.sentences ?? 4 + Math.floor(random() * 9)
  const varied = plan.varied ?? false
  const pair = makePair(random, script, nSentences, { edited: kind !== 'verbatim', salt, varied })
  const tokens = Math.round(pair.reference.length / (script === 'chinese' ? 1.2 : 5.5))
  const byPrompt = Math.round(random() * 8) / 100
  const byBackground = Math.round(random() * 15) / 100
  const draw = random()
  const grade: FindingClass = draw < 0.72 ? 'A' : draw < 0.88 ? 'B' : 'C'
  const finding: Finding = {
    id: `${i.toString(16).padStart(6, '0')}${Math.floor(random() * 0xffffffff)
      .toString(16)
      .padStart(8, '0')}`,
    fingerprint: i.toString(16).padStart(32, 'f'),
    class: grade,
    kind,
    suspect: {
      file,
      record,
      field: salt || 'output',
      id: salt || `row-${record}`,
      span: pair.suspectSpan,
      text: pair.suspect,
    },
    reference: {
      index: random() < 0.7 ? `auricle-3.pali${salt}` : 'auricle-2.pali',
      record: i * 3,
      id: salt || null,
      model: salt || 'Auricle-3',
      file: `auricle.jsonl${salt}`,
      field: 'text',
      span: pair.referenceSpan,
      text: pair.reference,
    },
    tokens,
    distinctiveTokens: Math.round(tokens * (1 - byPrompt - byBackground)),
    identity: Math.max(0.4, 1 - pair.edits.length / Math.max(10, tokens)),
    suspectContainment: (pair.suspectSpan[1] - pair.suspectSpan[0]) / Math.max(1, pair.suspect.length),
    referenceContainment: 1,
    explainedByPrompt: byPrompt,
    explainedByBackground: byBackground,
    score: Math.round(tokens * 14) / 10,
    bestCompetitor: Math.round(tokens * random() * 4) / 10,
    competitor: { side: 'background', index: `forum-answers.pali${salt}`, record: i, id: salt || null },
    alsoMatches: Math.floor(random() * 3),
    peers: i % 6,
    edits: pair.edits,
    explained: {
      prompt: [[pair.suspectSpan[0] + 4, pair.suspectSpan[0] + 30]],
      background: [[pair.suspectSpan[0] + 20, pair.suspectSpan[0] + 40]],
    },
    alternatives: [
      { explanation: 'same-prompt', evidence: 'against', measures: { explainedByPrompt: byPrompt } },
      { explanation: 'common-source', evidence: 'not-examined', measures: {} },
      { explanation: 'template', evidence: 'against', measures: { alsoMatches: 1, tokens } },
      { explanation: 'reverse-direction', evidence: 'for', measures: { suspectPlaceholders: 3 } },
    ],
  }
  if (plan.redacted) {
    finding.suspect.excerpt = `${pair.suspect.slice(0, 20)}…`
    delete finding.suspect.text
    delete finding.reference.text
  }
  return finding
}

function gatherSubstitutions(findings: Finding[]): Substitution[] {
  const seen = new Map<string, Substitution>()
  for (const finding of findings) {
    for (const key of new Set(finding.edits.map(e => JSON.stringify([e.from, e.to, e.kind])))) {
      const [from, to, kind] = JSON.parse(key) as [string, string, EditKind]
      if (!from || !to) continue
      const entry = seen.get(key) ?? { from, to, kind, documents: 0, consistency: 0.97 }
      entry.documents++
      entry.consistency = Math.min(1, 0.7 + entry.documents / 1000)
      seen.set(key, entry)
    }
  }
  return [...seen.values()].sort((a, b) => b.documents - a.documents || (a.from < b.from ? -1 : 1)).slice(0, 60)
}

function rate(count: number, of: number, background: [number, number] | null, examples: string[]): Rate {
  const share = count / of
  const half = 1.96 * Math.sqrt((share * (1 - share)) / of) + 1 / of
  return {
    count,
    of,
    low: Math.max(0, share - half),
    high: Math.min(1, share + half),
    level: 0.95,
    background: background && { count: background[0], of: background[1] },
    examples,
  }
}

function makeLedger(file: string, records: number, rejected: number): LedgerFile {
  const bytesIn = records * 1480
  return {
    file,
    recordsIn: records,
    scanned: records - rejected,
    rejected,
    limited: 0,
    skipped: 0,
    bytesIn,
    bytesScanned: bytesIn - rejected * 1480,
    bytesRejected: rejected * 1480,
    bytesLimited: 0,
    bytesSkipped: 0,
    sizeBytes: bytesIn,
    sha256: 'a3f1'.repeat(16),
    chain: file.includes('.gz') ? ['gzip', 'jsonl'] : ['jsonl'],
    layout: 'alpaca',
    documents: records - rejected,
    notes: [{ code: 'invalid-utf8', reason: 'bytes that are not UTF-8 were replaced', records: 2, first: 7 }],
  }
}

/** Every third finding is known and every eleventh expired. */
function makeReading(findings: Finding[]): BaselineReading {
  const none = (): ClassCounts => ({ classA: 0, classB: 0, classC: 0 })
  const reading: BaselineReading = {
    ...{ sha256: 'ba5e'.repeat(16), accepted: findings.length, today: '2026-03-01', absent: 5, states: '' },
    ...{ new: none(), known: none(), expired: none(), documents: none() },
  }
  for (const [i, { class: grade }] of findings.entries()) {
    const state = i % 11 === 3 ? 'expired' : i % 3 === 1 ? 'known' : 'new'
    reading[state][`class${grade}`]++
    reading.states += state[0]
    if (state !== 'known') reading.documents[`class${grade}`]++
  }
  return reading
}

function finishBundle(plan: BundlePlan, findings: Finding[], files: string[], salt: (i: number) => string): Bundle {
  const lastRecord = new Map<string, number>()
  for (const { suspect } of findings) lastRecord.set(suspect.file, suspect.record)
  const ledgers = files.map((file, i) =>
    makeLedger(
      file,
      Math.round(((lastRecord.get(file) ?? 400) + 20) * 1.15),
      plan.complete === false && i === 0 ? 3 : 0,
    ),
  )
  const sums = {} as LedgerCounts
  for (const key of Object.keys(ledgers[0]) as (keyof LedgerFile)[]) {
    if (typeof ledgers[0][key] !== 'number' || key === 'sizeBytes' || key === 'documents') continue
    sums[key as keyof LedgerCounts] = ledgers.reduce((sum, ledger) => sum + (ledger[key] as number), 0)
  }
  const n = sums.scanned
  const best = new Map<string, FindingClass>()
  for (const f of findings) {
    const key = `${f.suspect.file}\0${f.suspect.record}`
    const before = best.get(key)
    if (!before || f.class < before) best.set(key, f.class)
  }
  const tally = (grade: FindingClass): number => [...best.values()].filter(c => c === grade).length
  const documents = { n, classA: tally('A'), classB: tally('B'), classC: tally('C') }
  const share = n > 0 ? (documents.classA + documents.classB) / n : 0
  return {
    findings,
    summary: {
      schema: 1,
      coverage: { ...sums, files: files.length, documents: n, unchanged: 2 },
      documents,
      decoy: { documents: 48_000, classA: 0, classB: findings.length > 100 ? 1 : 0, classC: 6 },
      prevalence:
        n > 0
          ? {
              point: share,
              low: Math.max(0, share - 0.012),
              high: Math.min(1, share + 0.013),
              level: 0.95,
              clusters: Math.ceil(n * 0.9),
            }
          : { cannotSay: 'no document was scanned' },
      substitutions: gatherSubstitutions(findings),
      placeholders: [
        {
          placeholder: `<PERSON>${salt(5)}`,
          dialect: 'angle brackets',
          places: 1204,
          documents: 310,
          replaced: 877,
          kinds: ['person', 'name', 'organisation'],
          examples: [`Ada Quill${salt(6)}`, 'Ines Varga'],
        },
      ],
      identityEdits: { observed: 1412, expected: 296.4, pValue: 4.1e-212, effect: 4.8, clusters: 220 },
      mapping: { observed: 903, expected: 118.2, pValue: 0.0005, effect: 7.6, clusters: 220 },
      scars: {
        articleDisagreement: rate(212, 631, [3, 840], [`an ${salt(0) || 'Brightwater engineer'}`, 'a Auricle answer']),
        danglingComma: rate(38, n || 1, null, [`I am , created by${salt(1)}`]),
      },
      residue: { selfIdentification: rate(54, n || 1, [0, 4000], [`As Auricle-3, I can explain${salt(2)}`]) },
      style: [
        {
          model: `Auricle-3${salt(3)}`,
          prevalence: { point: 0.31, low: 0.27, high: 0.36, level: 0.95 },
          closestConfusable: [`Auricle-2${salt(4)}`, 'Tern-7'],
          documents: { n, scored: Math.floor(n * 0.9), nearest: Math.floor(n * 0.3) },
          figures: drawStyle(salt),
        },
        {
          model: 'Tern-7',
          prevalence: { cannotSay: 'the suspect corpus is unlike the control corpus' },
          closestConfusable: ['Auricle-3'],
        },
      ],
      namedModels: {
        models: [{ model: `Auricle-3${salt(10)}`, documents: Math.ceil(n / 2) }],
        others: 0,
        lackingFiles: 1,
      },
      references: ['auricle-3.pali', 'auricle-2.pali'].map((index, i) => ({
        index: index + (i === 0 ? salt(5) : ''),
        documents: 26_000 - i * 4_000,
        classA: Math.round(documents.classA * (i === 0 ? 0.7 : 0.3)),
        classB: Math.round(documents.classB * (i === 0 ? 0.7 : 0.3)),
        classC: Math.round(documents.classC * (i === 0 ? 0.7 : 0.3)),
      })),
      limits: [
        'Passages of fewer than 25 distinctive tokens are not reported.',
        'Paraphrase that keeps no run of four words is not found.',
      ],
      baseline: makeReading(findings),
    },
    coverage: {
      files: ledgers,
      problems:
        plan.complete === false
          ? [4, 90, 91].map(record => ({
              file: files[0],
              record,
              line: record + 1,
              outcome: 'rejected' as const,
              code: 'malformed-json',
              reason: `unexpected end of input${salt(record)}`,
              bytes: 1480,
            }))
          : [],
    },
    parameters: {
      tool: 'palimpsest 0.1.0',
      unicode: '15.1',
      seedTokens: 4,
      windowTokens: 5,
      rule: 'class A if margin ≥ 96 bits and distinctive tokens ≥ 40; class B if margin ≥ 64 bits',
      hostile: salt(6),
    },
    case: {
      title: `Acceptance of a purchased corpus${salt(7)}`,
      number: 'PA-2041',
      examiner: `R. Quill${salt(8)}`,
      organisation: null,
      purpose: 'Acceptance test before use',
      items: [{ number: `1${salt(10)}`, file: files[0] ?? null, description: `as delivered${salt(11)}` }],
      custody: [{ at: '2026-01-02', actor: `Intake${salt(9)}`, action: 'received', items: [files[0] ?? 'vendor'] }],
    },
    releaseErrors: {
      measuredOn: 'answers whose origin is known',
      recall: [
        { treatment: 'verbatim', words: '100 and more', found: 0.995, of: 1200 },
        { treatment: 'placeholders', words: '50 to 100', found: 0.94, of: 900 },
      ],
    },
    corpora: [
      ...['suspect', 'reference', 'reference', 'background', 'decoy'].map((role, i) => ({
        role: role as Bundle['corpora'][number]['role'],
        name: ['vendor', 'auricle-3.pali', 'auricle-2.pali', 'forum-answers.pali', 'tern-7.pali'][i] + salt(i),
        model: role === 'reference' ? `Auricle-${4 - i}` : null,
        documents: [n, 26_000, 22_000, 31_000, 48_000][i],
        tokens: [n * 260, 7_400_000, 6_100_000, 9_000_000, 12_000_000][i],
        sha256: '0123456789abcdef'.repeat(4),
        ...(i === 1 && {
          terms: {
            owner: `Meridian Labs${salt(1)}`,
            document: 'Conditions of service',
            date: '2025-04-01',
            address: `https://meridian.example/conditions${salt(2)}`,
            summary: `Section 7: outputs may not be used to build a competing service.${salt(3)}`,
            snapshotSha256: null,
          },
        }),
      })),
    ],
  }
}

/** Figures of style with a smooth histogram and three curves. */
function drawStyle(salt: (nth: number) => string): StyleFigures {
  const edges = Array.from({ length: 25 }, (_, i) => Number((-3 + i / 6).toFixed(4)))
  const hill = (i: number, at: number): number => Math.round(40 * Math.exp(-((i - at) ** 2) / 8))
  const thresholds = Array.from({ length: 61 }, (_, i) => Number((-3 + i / 15).toFixed(4)))
  const curve = (of: StyleCurve['of'], at: number): StyleCurve => ({
    of,
    texts: 120,
    share: thresholds.map(t => Number((1 / (1 + Math.exp(3 * (t - at)))).toFixed(4))),
  })
  return {
    histogram: {
      edges,
      counts: edges.slice(1).map((_, i) => hill(i, 7) + hill(i, 20)),
      expected: { model: edges.slice(1).map((_, i) => hill(i, 19)), others: edges.slice(1).map((_, i) => hill(i, 8)) },
    },
    tippett: { thresholds, curves: [curve('model', 0.7), curve('imposters', -1.4), curve('imposters unseen', -0.9)] },
    habits: [
      { kind: 'words', habit: `◆ survey${salt(6)}`, documents: 40, strength: 1 },
      { kind: 'function words', habit: 'which is', documents: 61, strength: 0.6 },
      { kind: 'punctuation', habit: '—', documents: 80, strength: 0.4 },
      { kind: 'layout', habit: 'lines of 6 to 10 words opening with -', documents: 33, strength: 0.2 },
    ],
    quality: [
      { words: 50, nModel: 80, nImposters: 400, accuracy: 0.61, cost: 0.52, costUnseen: 0.63, equalErrorRate: 0.16 },
      { words: 400, nModel: 60, nImposters: 300, accuracy: 0.9, cost: 0.2, costUnseen: null, equalErrorRate: 0.05 },
    ],
    likeness: {
      names: [`Auricle-3${salt(7)}`, 'Auricle-2', 'Tern-7'],
      joins: [
        { left: 0, right: 1, height: 0.2 },
        { left: 3, right: 2, height: 0.7 },
      ],
    },
  }
}
