/**
 * text: the short word lists by which tokens are judged, as sets of folded hashes.
 *
 * Function words, abbreviations and keywords are facts of the languages; the model names are those that
 * their makers published.
 */
import { hashUnits } from '../hash.ts'
import { foldWord } from './fold.ts'

/** A set of word hashes, in a table so thinly filled that one look at it turns most words away. */
export class WordSet {
  /** open addressing by the low bits; 0 where there is none */
  private readonly table: Uint32Array
  private readonly lowBits: number

  /** @param words separated by white space */
  constructor(words: string) {
    const list = words.trim().split(/\s+/)
    this.lowBits = 2 ** Math.ceil(Math.log2(16 * list.length)) - 1
    this.table = new Uint32Array(this.lowBits + 1)
    for (const word of list) {
      const hash = hashUnits(foldWord(word))
      this.table[this.findSlot(hash)] = hash
    }
  }

  /** Is the word with this folded hash in the set? */
  has(hash: number): boolean {
    return this.table[this.findSlot(hash)] === hash
  }

  /** Where a hash stands, or would. */
  private findSlot(hash: number): number {
    const { table, lowBits } = this
    let slot = hash & lowBits
    while (table[slot] !== 0 && table[slot] !== hash) slot = (slot + 1) & lowBits
    return slot
  }
}

/** English words that are seldom part of a name although a sentence may open with them in upper case. */
export const functionWords: WordSet = new WordSet(`
a about above across after again against all almost along also although always am among an and another any are around
as at away back be because been before being below besides best better between both but by can cannot could dear did do
does doing done down during each either else even every everyone everything few finally first for from further
furthermore get give given go had has have having he hello hence her here hers herself hi him himself his how however i
if in indeed instead into is it its itself just keep last lastly least less let like likely make many may maybe me
meanwhile might more moreover most much must my myself near neither never next no nor not nothing now of off often on
once one only onto or other others otherwise our ours out over overall own perhaps please possible quite rather really
remember same second see several shall she should similarly since so some someone something sometimes soon still such
sure take than thank thanks that the their theirs them themselves then there therefore these they thing things third
this those though three through thus to today together too toward towards two under unless until up upon us use used
using very was we well were what whatever when whenever where whereas whether which while who whoever whom whose why
will with within without would yes yet you your yours yourself
don doesn didn won isn aren wasn weren can couldn shouldn wouldn ll re ve dont`)

/** Shortened words whose full stop does not end a sentence. */
export const abbreviations: WordSet = new WordSet(
  'mr mrs ms dr prof st mt sr jr gen sen rep gov col lt sgt rev hon inc vs',
)

/** Known models and their makers: identity-bearing in any case. */
export const modelWords: WordSet = new WordSet(`
openai chatgpt gpt instructgpt davinci codex dalle claude anthropic gemini bard palm lamda deepmind llama alpaca vicuna
koala guanaco wizardlm mistral mixtral qwen tongyi baichuan chatglm glm zhipu ernie deepseek kimi moonshot yi minimax
doubao bytedance skylark grok xai copilot falcon cohere phi nemotron ollama huggingface moss internlm hunyuan pangu sora
`)

/** Words that anonymisers write in the place of an identity, alone in brackets or before a number. */
export const placeholderWords: WordSet = new WordSet(`
name names firstname lastname surname fullname username user person people speaker individual org organisation
organization company corp firm employer brand product model developer creator assistant ai system location loc gpe place
city state country region address street zip zipcode postcode date time datetime year month day age number num phone
telephone tel fax mobile email mail url link website site domain ip id ssn account card iban money amount price currency
percent quantity redacted removed anonymized anonymised masked hidden deleted omitted private confidential entity misc
norp fac event title nationality religion group team school university hospital caps organizationname nrp pii phi
公司 姓名 人名 名字 名称 联系方式 联系人 地名 地点 地址 机构 组织 单位 日期 时间 电话 手机 邮箱 网址 链接 模型 品牌 数字 编号 城市 国家 年龄 用户 产品 学校 医院 已删除 脱敏 匿名 隐去
`)

/** Keywords of the common programming languages: in code they stand for themselves, other words are identifiers. */
export const codeKeywords: WordSet = new WordSet(`
abstract and as assert async await begin boolean break by byte case catch char class const constexpr continue create def
default defer del delete do double drop elif else elseif elsif end enum except exec export extends extern false final
finally float fn for foreach from func function global go goto group having if impl implements import in include inner
insert instanceof int interface into is join lambda let limit local long loop match mod module mut namespace native new
nil none nonlocal not null object of on operator or order outer override package pass private protected pub public
raise readonly ref repeat require rescue return select self set short signed sizeof static string struct super switch
synchronized table template then this throw throws trait true try type typedef typeof undefined union unless unsafe
unsigned until update use using values var virtual void volatile when where while with yield
`)
