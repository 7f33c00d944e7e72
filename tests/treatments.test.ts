import { describe, expect, it } from 'vitest'
import { type TreatInput, treat, treatments } from './bench/anonymise.ts'
import { createRandom } from './bench/random.ts'

const english = `Dear Ms. Harrison, thank you for writing to Microsoft about the report of March 3, 2021.

As an AI language model, I don't have feelings, but OpenAI has taught me to be useful. The color of the new center
is important: it shows how the organization wants to grow. Julia Harrison visited Berlin twice, and in Berlin she met
the engineers of Siemens. They talked about 1,250 machines, "quick" deliveries and a large budget... Harrison was happy.

- First, check the invoice that was sent to info@example.org.
- Second, ask the team for help with the delivery.
- Third, keep the documents in a safe place.

However, many problems remain. We can't solve all of them today. It is necessary to begin with the easy ones.`
const chinese =
  '您好，作为一个人工智能语言模型，我建议您先联系王建国先生。他在北京的清华大学工作，非常重视这个问题。首先，您需要准备2021年3月的资料。其次，您可以使用微信与他沟通。最后，请保持耐心，因为结果可能需要一些时间。希望这些方法能够帮助您。'
const code = `# adds prices
def add_prices(prices, tax_rate):
    total = 0  # start at nothing
    for price in prices:
        total = total + price * (1 + tax_rate)
    return total

print(add_prices([1, 2, 3], 0.19))
`
const hosts = ['The morning was cold. Nobody spoke for a while! Then the train came, as it always did. They got on it.']
const zhHosts = ['早晨很冷。没有人说话！后来火车来了，和往常一样。大家都上了车。']

function inputOf(lang: string, seed: string): TreatInput {
  const text = lang === 'zh' ? chinese : lang === 'code' ? code : english
  return {
    text,
    lang,
    random: createRandom(seed),
    hosts: lang === 'zh' ? zhHosts : hosts,
    vocabulary: lang === 'zh' ? ['天气', '石头'] : ['window', 'stone'],
    memory: new Map(),
  }
}

const cases = treatments.flatMap(({ name, applies }) =>
  ['en', 'zh', 'code'].filter(applies).map((lang): [string, string] => [name, lang]),
)

describe('every treatment', () => {
  it.each(cases)('%s (%s) plants its edits where it says, inside the copied part', (name, lang) => {
    for (const seed of ['a', 'b', 'c', 'd', 'e']) {
      const treated = treat(name, inputOf(lang, seed))
      for (const edit of treated.planted) {
        expect(treated.text.slice(...edit.span)).toBe(edit.to)
        expect(edit.span[0]).toBeGreaterThanOrEqual(treated.copied[0])
        expect(edit.span[1]).toBeLessThanOrEqual(treated.copied[1])
      }
      expect(treated.copied[1]).toBeLessThanOrEqual(treated.text.length)
      expect(treated.copied[1]).toBeGreaterThan(treated.copied[0])
    }
  })

  it.each(cases)('%s (%s) gives the same text for the same seed', (name, lang) => {
    expect(treat(name, inputOf(lang, 'seed'))).toEqual(treat(name, inputOf(lang, 'seed')))
  })

  it.each(cases)('%s (%s) says that it changed nothing exactly when the text is the same', (name, lang) => {
    const input = inputOf(lang, 'said')
    const treated = treat(name, input)
    expect(treated.changed).toBe(treated.text !== input.text)
    if (!treated.changed) expect(treated.planted).toEqual([])
  })

  it.each(cases)('%s (%s) does nothing to a text without anything to change', (name, lang) => {
    const treated = treat(name, { ...inputOf(lang, 'none'), text: '' })
    expect(treated.text.includes('undefined')).toBe(false)
  })
})

describe('a treatment that finds nothing', () => {
  const plain = 'it was warm and quiet, and nobody came by'
  it.each([
    'surrogate',
    'placeholder-angle',
    'deletion-tidy',
    'numbers',
    'brands',
    'self-identification',
    'drop-10',
    'passage',
  ])('%s says so', name => {
    const treated = treat(name, { ...inputOf('en', 'plain'), text: plain })
    expect(treated).toEqual({ text: plain, planted: [], copied: [0, plain.length], changed: false })
  })
})

describe('names', () => {
  it('are all found, and none is left by deletion', () => {
    const { text } = treat('deletion-tidy', inputOf('en', 'x'))
    for (const name of ['Harrison', 'Julia', 'Microsoft', 'OpenAI', 'Berlin', 'Siemens'])
      expect(text).not.toContain(name)
    expect(text).toContain('However, many problems remain.')
  })

  it('get one surrogate each within a document, also by family name alone', () => {
    const { planted } = treat('surrogate', inputOf('en', 'x'))
    const cities = planted.filter(edit => edit.from === 'Berlin').map(edit => edit.to)
    expect(cities).toHaveLength(2)
    expect(new Set(cities).size).toBe(1)
    const full = planted.find(edit => edit.from === 'Julia Harrison')!.to
    const short = planted.find(edit => edit.from === 'Harrison')!.to
    expect(full.endsWith(` ${short}`)).toBe(true)
  })

  it('get the same surrogate in every document where the mapping is of the corpus', () => {
    const memory = new Map<string, string>()
    const texts = ['We called Siemens again.', 'The people at Siemens were kind.'].map(
      (text, i) => treat('surrogate-corpus', { ...inputOf('en', `doc ${i}`), text, memory }).planted[0]!.to,
    )
    expect(texts[0]).toBe(texts[1])
  })

  it('are found in Chinese', () => {
    const { planted } = treat('placeholder-bracketed', inputOf('zh', 'x'))
    const found = planted.map(edit => edit.from)
    for (const name of ['王建国', '北京', '清华大学', '微信']) expect(found).toContain(name)
  })
})

describe('names in Chinese text', () => {
  it('end where Latin letters meet Han characters', () => {
    const text = '数据集和DNA包含的信息不同，但是Google提供的工具可以帮助玛丽莲·梦露的读者。'
    const { planted } = treat('deletion-tidy', { ...inputOf('zh', 'x'), text })
    expect(planted.map(edit => edit.from)).toEqual(['Google', '玛丽莲·梦露'])
  })
})

describe('passages', () => {
  it('stand in the host as the copied part, the host around them unchanged', () => {
    const treated = treat('embedded-3', { ...inputOf('en', 'p'), text: english.replaceAll('\n', ' ') })
    const [start, end] = treated.copied
    const outside = (treated.text.slice(0, start) + treated.text.slice(end)).replace(/\s+/g, ' ').trim()
    expect(outside).toBe(hosts[0])
    expect(english.replaceAll('\n', ' ')).toContain(treated.text.slice(start, end).trim())
  })
})

describe('code', () => {
  it('keeps its statements when identifiers are renamed', () => {
    const { text, planted } = treat('code-renamed', inputOf('code', 'r'))
    expect(text).not.toMatch(/add_prices\(|tax_rate/)
    expect(new Set(planted.map(edit => edit.from))).toContain('total')
    expect(text.split('\n')).toHaveLength(code.split('\n').length)
  })

  it('loses its comments and nothing else', () => {
    const { text } = treat('code-uncommented', inputOf('code', 'r'))
    expect(text).not.toContain('#')
    expect(text).toContain('total = 0')
  })
})

describe('shares', () => {
  it.each([5, 10, 20])('synonyms-%i changes about that share of the words', share => {
    const text = english.repeat(4)
    const { planted } = treat(`synonyms-${share}`, { ...inputOf('en', 's'), text })
    const nWords = text.match(/[\p{L}\p{N}]+(?:['-][\p{L}\p{N}]+)*/gu)!.length
    expect(planted.length / nWords).toBeGreaterThan((share / 100) * 0.8)
    expect(planted.length / nWords).toBeLessThan((share / 100) * 1.2)
  })
})
