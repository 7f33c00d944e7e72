/**
 * Invented authors for tests: seeded texts over one vocabulary, told apart by their habits alone
 * (favourite words and openings, sentence length, punctuation, line breaks).
 */
import { createRandom } from '../../src/stats.ts'
import type { StyleDocument } from '../../src/style/train.ts'

const nouns =
  'river lamp garden letter winter harbour engine teacher window mountain story market bridge paper cloud'.split(' ')
const verbs = 'carries follows opens forgets repairs watches measures gathers answers crosses keeps offers'.split(' ')
const adjectives = 'quiet narrow bright early patient distant simple heavy careful open warm plain'.split(' ')
const joints = 'and but while because although so when after before until'.split(' ')
const openings = 'indeed perhaps however often today sometimes still again here thus'.split(' ')
const subjects = '河 灯 花园 信 冬天 港口 机器 老师 窗户 山 故事 市场 桥 纸 云'.split(' ')
const deeds = '带来 跟随 打开 忘记 修理 看着 测量 收集 回答 穿过 留住 给出'.split(' ')

/** A text of about `nWords` words by author `author`, on a prompt that favours some nouns. */
function writeText(author: number, prompt: number, nWords: number, seed: number): string {
  const random = createRandom(author * 7919 + prompt * 104729 + seed)
  const habit = createRandom(author + 1)
  const favourite = Array.from({ length: 8 }, () => habit.integer(1 << 20))
  const sentenceWords = 6 + (favourite[0] % 9)
  const commas = (favourite[1] % 10) / 14
  const pick = (list: string[], salt: number): string => {
    const mine = list[favourite[salt % 8] % list.length]
    return random.next() < 0.22 ? mine : list[random.integer(list.length)]
  }
  const topic = (list: string[]): string => (random.next() < 0.3 ? list[prompt % list.length] : pick(list, 2))
  let text = ''
  let words = 0
  while (words < nWords) {
    const start = pick(openings, 3)
    let sentence = `${start[0].toUpperCase()}${start.slice(1)}${random.next() < commas ? ',' : ''} the`
    for (let w = 2; w < sentenceWords; w += 5) {
      sentence += ` ${pick(adjectives, 4)} ${topic(nouns)} ${pick(verbs, 5)}`
      sentence += `${random.next() < commas ? ',' : ''} ${pick(joints, 6)} the`
      words += 5
    }
    sentence += ` ${topic(nouns)}${random.next() < 0.1 + (favourite[7] % 3) / 6 ? '!' : '.'}`
    text += sentence + (random.next() < 0.15 ? '\n\n' : ' ')
    words += 4
  }
  return text.trim()
}

/** The same in Chinese characters. */
export function writeChinese(author: number, prompt: number, nWords: number, seed: number): string {
  const random = createRandom(author * 7919 + prompt * 104729 + seed)
  const habit = createRandom(author + 1)
  const favourite = Array.from({ length: 4 }, () => habit.integer(1 << 20))
  let text = ''
  while (text.length < nWords) {
    const mine = random.next() < 0.3
    text += `${mine ? subjects[favourite[0] % 15] : subjects[(prompt + random.integer(8)) % 15]}`
    text += `${mine ? deeds[favourite[1] % 12] : deeds[random.integer(12)]}了${subjects[random.integer(15)]}`
    text += random.next() < (favourite[2] % 10) / 12 ? '，所以' : '。'
  }
  return text
}

/** One document for each of `nPrompts` prompts. */
export function writeDocuments(author: number, nPrompts: number, nWords: number, seed = 0, first = 0): StyleDocument[] {
  return Array.from({ length: nPrompts }, (_, i) => ({
    id: `${author}/${first + i}`,
    prompt: `prompt ${first + i}`,
    text: writeText(author, first + i, nWords, seed),
  }))
}
