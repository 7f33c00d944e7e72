/**
 * Bench of style on real corpora: prints what was asked beside what was measured, with folds and seeds.
 *
 * `npm run bench:style [part …]`, parts: accuracy, distinctive, gpt4, divisions, chinese, human, speed (default: all); BAGS sets the
 * bags of each cell, FOLDS the folds of accuracy. Every profile is trained on some prompts and judged on others; the division is by hash of the
 * prompt, so it is the same everywhere. Times are of the processor, not of the clock.
 */
import { hashUnits } from '../../src/hash.ts'
import { createRandom } from '../../src/stats.ts'
import { estimatePrevalence } from '../../src/style/prevalence.ts'
import { encodeProfile, nFolds, type Profile } from '../../src/style/profile.ts'
import { type MeasuredScore, StyleScorer } from '../../src/style/score.ts'
import { type StyleDocument, trainProfile } from '../../src/style/train.ts'
import { loadRows, type Row } from './data.ts'
import { anonymisers } from './style-anonymisers.ts'

const seed = 1
const nBags = Number(process.env.BAGS ?? 20)
const bagDocuments = 300
const controlDocuments = 100

const place = (prompt: string): number => (hashUnits(prompt) % 1000) / 1000
const toDocument = ({ text, prompt }: Row): StyleDocument => ({ id: null, text, prompt })
const percent = (x: number): string => (100 * x).toFixed(1)

/** Rows of the table that ends the run. */
const judged: string[] = []

/** Prints one figure beside its goal, and whether it meets it. */
function judge(what: string, goal: string, measured: string, met: boolean): void {
  console.log(`  ${met ? 'MET' : 'MISSED'}  ${what}: ${measured} (goal ${goal})`)
  judged.push(`| ${what} | ${goal} | ${measured} | ${met ? 'MET' : 'MISSED'} |`)
}

interface Trial {
  profile: Profile
  scorer: StyleScorer
  /** rows on prompts that the profile never saw */
  unseen: Row[]
  /** of processor, to train it */
  seconds: number
}

/** Trains on the prompts for which `use` holds and keeps the rest. */
function train(rows: Row[], model: string, imposters: string[], use: (prompt: string) => boolean): Trial {
  const start = process.cpuUsage().user
  const of = (name: string): StyleDocument[] =>
    rows.filter(row => row.model === name && use(row.prompt)).map(toDocument)
  const profile = trainProfile({
    model,
    documents: of(model),
    imposters: imposters.map(name => ({ name, documents: of(name) })),
    options: { seed },
  })
  const seconds = (process.cpuUsage().user - start) / 1e6
  const documents = profile.documents.reduce((sum, n) => sum + n, 0)
  const { covered, widening, bags } = profile.intervals
  console.log(`\n## ${model} against ${imposters.length}: ${documents} documents`)
  console.log(`  ${seconds.toFixed(0)} s of processor, ${Math.round(process.resourceUsage().maxRSS / 1024)} MB at most`)
  console.log(`  file ${(encodeProfile(profile).length / 1e6).toFixed(1)} MB, ratios from ${profile.minWords} words`)
  console.log(`  intervals widened ×${widening} covered ${percent(covered)} % of ${bags} on held-out prompts`)
  console.log(`  closest confusable: ${profile.closestConfusable.join(', ')}`)
  for (const q of profile.quality) {
    const costs = `cost ${q.cost.toFixed(3)}, authors unseen ${q.costUnseen?.toFixed(3) ?? '—'}`
    console.log(
      `  held out, ${q.words} words: accuracy ${percent(q.accuracy)}, ${costs}, EER ${percent(q.equalErrorRate)}`,
    )
  }
  return { profile, scorer: new StyleScorer(profile), unseen: rows.filter(row => !use(row.prompt)), seconds }
}

/** The first `n` words of a text, or `n` words from its middle; null if it has fewer. */
function cutText(text: string, n: number, middle: boolean): string | null {
  const words = [...text.matchAll(/\S+/g)]
  if (words.length < n) return null
  const first = middle ? (words.length - n) >> 1 : 0
  const last = words[first + n - 1]
  return text.slice(words[first].index, last.index + last[0].length)
}

/** Divisions of the prompts, each judged by a profile of the others, and how many of them are. */
const nDivisions = 5
const nJudged = Number(process.env.FOLDS ?? nDivisions)

interface Tried {
  text: string
  model: string
  trial: Trial
}

function benchAccuracy(): void {
  const rows = loadRows('creative_prompts_dev')
  const models = [...new Set(rows.map(row => row.model))].sort()
  const others = models.filter(model => model !== 'o3')
  const tried: Tried[] = []
  for (let fold = 0; fold < nJudged; fold++) {
    const trial = train(rows, 'o3', others, prompt => Math.floor(place(prompt) * nDivisions) !== fold)
    for (const { text, model } of trial.unseen) tried.push({ text, model, trial })
  }
  const measure = (change: (text: string) => string | null): number => {
    let right = 0
    let n = 0
    for (const { text, model, trial } of tried) {
      const changed = change(text)
      if (changed === null) continue
      const { classScores } = trial.scorer.rate(changed, null)
      n++
      if (trial.profile.classes[classScores.indexOf(Math.max(...classScores))] === model) right++
    }
    return right / n
  }
  console.log(
    `\n  accuracy among ${models.length} models, ${tried.length} texts of prompts in ${nJudged} of ${nDivisions} folds`,
  )
  for (const [n, goal] of [
    [50, 57],
    [100, 71],
    [200, 82],
    [400, 90],
  ]) {
    const [first, middle] = [false, true].map(inMiddle => measure(text => cutText(text, n, inMiddle)))
    const measured = `${percent(first)} % of the first words, ${percent(middle)} % of words from the middle`
    judge(`${models.length} models, ${n} words`, `${goal} %`, measured, first >= goal / 100)
  }
  const plain = [100, 400].map(n => measure(text => cutText(text, n, false)))
  for (const [name, anonymise] of Object.entries(anonymisers)) {
    const lost = [100, 400].map((n, i) => plain[i] - measure(text => cutText(anonymise(text), n, false)))
    const measured = `${lost.map(percent).join(' and ')} points lost at 100 and 400 words`
    judge(`anonymised by ${name}`, 'at most 2 points', measured, Math.max(...lost) <= 0.02)
  }
}

type Scored = MeasuredScore & { model: string }

function scoreRows(trial: Trial, rows: Row[]): Scored[] {
  return rows.map(({ text, prompt, model }) => ({ ...trial.scorer.score(text, prompt), model }))
}

interface Tally {
  given: number
  covered: number
  error: number
  width: number
}

/** Estimates on bags with a share of the model's documents, the rest drawn from a background. */
function tally(trial: Trial, own: Scored[], background: Scored[], share: number, withControl: boolean): Tally {
  const random = createRandom(hashUnits(`${share}/${background.length}/${withControl}`))
  const result = { given: 0, covered: 0, error: 0, width: 0 }
  for (let b = 0; b < nBags; b++) {
    const shuffled = random.shuffle(background.slice())
    const control = withControl ? shuffled.splice(0, controlDocuments) : null
    const size = Math.min(bagDocuments, shuffled.length, Math.floor(own.length / Math.max(share, 1e-9)))
    const nOwn = Math.round(size * share)
    const bag = [...random.shuffle(own.slice()).slice(0, nOwn), ...shuffled.slice(0, size - nOwn)]
    const { prevalence } = estimatePrevalence(trial.profile, bag, control ? { seed: b, control } : { seed: b })
    if ('cannotSay' in prevalence) continue
    const judged = bag.filter(document => document.refusal === null)
    const truth = judged.filter(document => document.model === trial.profile.model).length / judged.length
    result.given++
    result.error += Math.abs(prevalence.point - truth)
    result.width += prevalence.high - prevalence.low
    if (prevalence.low <= truth && truth <= prevalence.high) result.covered++
  }
  return result
}

const points = (sum: number, n: number): string => (n === 0 ? '—' : ((100 * sum) / n).toFixed(2))
const rate = ([hits, of]: number[]): string => (of === 0 ? 'none given' : `${percent(hits / of)} % of ${of}`)

/** The unseen texts of the model, of the panel, and of strangers, scored. */
function scoreSides(trial: Trial, strangers: string[]): { own: Scored[]; known: Scored[]; strange: Scored[] } {
  const { model, classes } = trial.profile
  const scored = scoreRows(
    trial,
    trial.unseen.filter(row => classes.includes(row.model) || strangers.includes(row.model)),
  )
  const own = scored.filter(document => document.model === model)
  const known = scored.filter(document => document.model !== model && classes.includes(document.model))
  const strange = scored.filter(document => strangers.includes(document.model))
  return { own, known, strange }
}

function benchPrevalence(trial: Trial, strangers: string[], goal: number): void {
  const { model } = trial.profile
  const { own, known, strange } = scoreSides(trial, strangers)
  benchRatios(model, own, known, strange)
  benchKnown(trial, own, known, goal)
  const sums = { clean: [0, 0], control: [0, 0], without: [0, 0] }
  for (const name of [...strangers, 'all of these']) {
    const background = name === 'all of these' ? strange : strange.filter(document => document.model === name)
    const [clean, mixed] = [0, 0.1].map(share => tally(trial, own, background, share, false))
    sums.clean[0] += nBags - clean.given + clean.covered
    sums.clean[1] += nBags
    sums.without[0] += clean.covered + mixed.covered
    sums.without[1] += clean.given + mixed.given
    const line = [
      `clean: refused ${nBags - clean.given}, covered ${clean.covered}`,
      `10 %: refused ${nBags - mixed.given}, covered ${mixed.covered}`,
    ]
    if (background.length >= controlDocuments + 50) {
      for (const share of [0, 0.1, 0.25]) {
        const result = tally(trial, own, background, share, true)
        sums.control[0] += result.covered
        sums.control[1] += result.given
        const error = points(result.error, result.given)
        line.push(`control, ${share}: covered ${result.covered} of ${result.given}, error ${error}`)
      }
    }
    console.log(`  background unseen, ${name} (${nBags} bags each): ${line.join(' · ')}`)
  }
  judgeRate(`${model}: clean bags of unseen background refused or covering`, 95, sums.clean)
  judgeRate(`${model}: intervals that cover, background unseen with control`, 93, sums.control)
  judgeRate(`${model}: intervals that cover, background unseen without control`, 93, sums.without)
}

/** Judges a rate that is to be at least so many percent; where nothing was given, nothing was wrong. */
function judgeRate(what: string, goal: number, hits: number[]): void {
  judge(what, `${goal} %`, rate(hits), hits[1] === 0 || hits[0] / hits[1] >= goal / 100)
}

/** Judges the shares estimated against a background of the panel; returns the sum of their errors, and how many there are. */
function benchKnown(trial: Trial, own: Scored[], known: Scored[], goal: number): { error: number; given: number } {
  const total = { error: 0, given: 0, covered: 0, n: 0 }
  for (const share of [0, 0.01, 0.05, 0.1, 0.25, 0.5]) {
    const { given, covered, error, width } = tally(trial, own, known, share, false)
    const means = `mean error ${points(error, given)}, mean width ${points(width, given)}`
    console.log(`  background known, share ${share}: given ${given} of ${nBags}, covered ${covered}, ${means}`)
    total.error += error
    total.given += given
    total.covered += covered
    total.n += nBags
  }
  const { error, given, covered, n } = total
  const { model } = trial.profile
  const measured = `${points(error, given)} points over ${given} bags`
  judge(`${model}: mean error of the share, background known`, `${goal} points`, measured, error / given <= goal / 100)
  judgeRate(`${model}: intervals that cover, background known`, 93, [covered, given])
  const refused = `${rate([n - given, n])}`
  judge(`${model}: bags of known background refused`, 'at most 10 %', refused, n - given <= n / 10)
  return { error, given }
}

/** Log-likelihood-ratio cost by length on unseen prompts, against known and unseen authors. */
function benchRatios(model: string, own: Scored[], known: Scored[], strange: Scored[]): void {
  const edges = [50, 100, 200, 400, Infinity]
  for (let e = 0; e + 1 < edges.length; e++) {
    const cost = (list: Scored[], side: 1 | -1): { sum: number; n: number } => {
      const band = list.filter(({ words }) => words >= edges[e] && words < edges[e + 1])
      const ratios = band.flatMap(({ log10LikelihoodRatio }) => log10LikelihoodRatio ?? [])
      return { sum: ratios.reduce((sum, ratio) => sum + Math.log2(1 + 10 ** (-side * ratio)), 0), n: ratios.length }
    }
    const mine = cost(own, 1)
    const band = `${edges[e]} to ${edges[e + 1]} words`
    for (const [name, list] of [
      ['known', known],
      ['unseen', strange],
    ] as const) {
      const theirs = cost(list, -1)
      if (mine.n < 5 || theirs.n < 5) continue
      const both = (mine.sum / mine.n + theirs.sum / theirs.n) / 2
      const measured = `${both.toFixed(3)} (${mine.n} and ${theirs.n} texts)`
      judge(`${model}: cost of ratios at ${band}, authors ${name}`, 'below 1', measured, both < 1)
    }
  }
}

function benchDistinctive(): Trial {
  const rows = loadRows('creative_prompts_dev')
  const strangers = ['gemma-3-27b-it', 'mistral-nemo', 'llama-4-maverick', 'qwen3-4b', 'kimi-k2']
  const models = [...new Set(rows.map(row => row.model))].sort().filter(model => !strangers.includes(model))
  const own = 'gemini-2.5-flash'
  const trial = train(
    rows,
    own,
    models.filter(model => model !== own),
    prompt => place(prompt) < 0.55,
  )
  benchPrevalence(trial, strangers, 1)
  return trial
}

const panel =
  `claude-2 claude-2.1 claude-3-opus-20240229 cohere gemini-pro Meta-Llama-3-70B-Instruct llama-2-70b-chat-hf
mistral-medium Mistral-7B-Instruct-v0.3 vicuna-33b-v1.3 wizardlm-13b tulu-2-dpo-13b-ExPO Yi-34B-Chat Qwen1.5-72B-Chat
text_davinci_003 gpt-3.5-turbo-0613 falcon-40b-instruct guanaco-65b zephyr-7b-alpha openchat-v3.1-13b`.split(/\s+/)

/** GPT-4 learned from three fifths of the prompts, taken from a place on and round. */
function trainGpt4(begin: number): Trial {
  return train(loadRows('alpaca_eval_dev'), 'gpt4', panel, prompt => (place(prompt) - begin + 1) % 1 < 0.6)
}

function benchGpt4(): Trial {
  const trial = trainGpt4(0)
  const strangers = `gpt-4o-2024-05-13 phi-2-dpo gemma-7b-it xwinlm-70b-v0.1 LMCocktail-10.7B-v1 oasst-sft-llama-33b
    nous-hermes-13b chatglm2-6b alpaca-7b gpt4_1106_preview`.split(/\s+/)
  benchPrevalence(trial, strangers, 2.5)
  return trial
}

/** The share of GPT-4 on four divisions of the prompts: on one alone, which prompts fell to either side moves it by a point. */
function benchDivisions(): void {
  const total = { error: 0, given: 0 }
  for (const begin of [0, 0.25, 0.5, 0.75]) {
    const trial = trainGpt4(begin)
    const { own, known } = scoreSides(trial, [])
    const { error, given } = benchKnown(trial, own, known, 2.5)
    total.error += error
    total.given += given
  }
  const { error, given } = total
  const measured = `${points(error, given)} points over ${given} bags`
  judge('gpt4: mean error of the share on four divisions', '2.5 points', measured, error / given <= 0.025)
}

const humanSets = `dolly_3k_human lima_human c4_en_human wiki_en_human nltk_human_prose cmrc2018_zhwiki_human
  oasst_zh_sft hc3plus_zh_qa`.split(/\s+/)

/** Human rows of a set, each a cluster where the set has no prompts; one of the sets holds a model's answers too. */
function loadHuman(name: string): Row[] {
  const rows = loadRows(name).filter(row => row.model !== 'chatgpt')
  const hasPrompts = new Set(rows.map(row => row.prompt)).size > rows.length / 10
  return hasPrompts ? rows : rows.map(row => ({ ...row, prompt: '' }))
}

/** Chinese by the same code: one source against four others, two of people, a fifth unseen. */
function benchChinese(): Trial {
  const sources = ['moss003_sft_sample', 'sharegpt_zh_1k', 'huatuo_llama_gpt35', 'hc3plus_zh_qa', 'oasst_zh_sft']
  const rows = sources.flatMap(name =>
    loadRows(name)
      .filter(row => row.lang === 'zh')
      .slice(0, 600)
      // a row without a prompt is told apart by its text
      .map(row => ({ ...row, model: `${name}/${row.model}`, prompt: row.prompt === '' ? row.text : row.prompt })),
  )
  const models = [...new Set(rows.map(row => row.model))].sort()
  const own = models.find(name => name.startsWith('moss')) ?? ''
  const others = models.filter(name => name !== own)
  const trial = train(rows, own, others, prompt => place(prompt) < 0.6)
  const scored = scoreRows(trial, trial.unseen)
  for (const [low, high] of [
    [50, 100],
    [100, 200],
    [200, 400],
    [400, Infinity],
  ]) {
    const band = scored.filter(({ words }) => words >= low && words < high)
    const right = band.filter(
      ({ classScores, model }) => trial.profile.classes[classScores.indexOf(Math.max(...classScores))] === model,
    )
    console.log(
      `  Chinese, ${low} to ${high} characters and words: ${percent(right.length / band.length)} % of ${band.length} unseen texts among ${models.length} classes`,
    )
  }
  const mine = scored.filter(({ model }) => model === own)
  const known = scored.filter(({ model }) => model !== own)
  benchRatios(own, mine, known, [])
  benchKnown(trial, mine, known, 1)
  return trial
}

function benchHuman(trial: Trial): void {
  for (const name of humanSets) {
    const { prevalence } = estimatePrevalence(trial.profile, scoreRows(trial, loadHuman(name)))
    const refused = 'cannotSay' in prevalence
    const said = refused ? `cannot say: ${prevalence.cannotSay}` : `${percent(prevalence.low)} % at least`
    const what = `${trial.profile.model}: lower bound for ${name}`
    judge(what, 'at most 1 %', said, refused || prevalence.low <= 0.01)
  }
}

function benchSpeed(): void {
  const davinci = loadRows('alpaca_davinci003').slice(0, 10_000)
  const others = loadRows('alpaca_eval_dev').filter(row => panel.slice(0, 14).includes(row.model))
  const rows = [...davinci, ...loadRows('halueval_general_chatgpt'), ...others]
  const imposters = [...new Set(rows.map(row => row.model))].filter(model => model !== 'text-davinci-003')
  const { scorer, profile, seconds } = train(rows, 'text-davinci-003', imposters, () => true)
  const megabytes = Math.round(process.resourceUsage().maxRSS / 1024)
  judge(`training on ${rows.length} documents`, '120 s of one core', `${seconds.toFixed(0)} s`, seconds <= 120)
  judge('memory of training at most', '1024 MB', `${megabytes} MB`, megabytes <= 1024)
  for (const name of ['creative_prompts_dev', 'alpaca_eval_dev']) {
    const texts = loadRows(name).slice(0, 3000)
    const bytes = texts.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0)
    // whatever else runs on the machine takes from its caches, so the quickest of some passes tells most
    const measure = (score: (text: string) => unknown): number => {
      const passes = Array.from({ length: 5 }, () => {
        const start = process.cpuUsage().user
        for (const { text } of texts) score(text)
        return process.cpuUsage().user - start
      })
      return bytes / Math.min(...passes)
    }
    const rated = measure(text => scorer.rate(text, null))
    const scored = measure(text => scorer.score(text, null))
    const measured = `${rated.toFixed(1)} MB/s, ${scored.toFixed(1)} with what an estimate samples`
    judge(`scoring ${name} among ${profile.classes.length}`, '10 MB/s a core', measured, rated >= 10)
  }
}

const parts = process.argv.slice(2)
const wants = (part: string): boolean => parts.length === 0 || parts.includes(part)
console.log(
  `style: seed ${seed}, profiles of ${nFolds} folds by prompt, accuracy on ${nJudged} of ${nDivisions} divisions, ${nBags} bags of ${bagDocuments} in each cell`,
)
// first, so that the memory is what training took
if (wants('speed')) benchSpeed()
if (wants('accuracy')) benchAccuracy()
if (wants('divisions')) benchDivisions()
for (const bench of [
  wants('distinctive') ? benchDistinctive : null,
  wants('gpt4') ? benchGpt4 : null,
  wants('chinese') ? benchChinese : null,
]) {
  const trial = bench?.()
  if (trial !== undefined && wants('human')) benchHuman(trial)
}
console.log(`\n| what | goal | measured | |\n| --- | --: | --: | --- |\n${judged.join('\n')}`)
