/**
 * explain: the dialects in which anonymisers write "somebody was here".
 *
 * A dialect is named for its form, so that a report can say which tool or habit left it. Every pattern is anchored and
 * sees at most 48 units.
 */
import { WordSet } from '../text/words.ts'
import type { Span } from '../types.ts'

const maxPlaceholderUnits = 48

/** What anonymisers and recognisers of entities label; other capitals in angle brackets are mostly markup. */
const labels =
  'PERSON|PER|NAME|SURNAME|USERNAME|USER|SPEAKER|INDIVIDUAL|PATIENT|DOCTOR|CUSTOMER|CLIENT|PARTICIPANT|ORG|ORGANISATION|ORGANIZATION|COMPANY|CORP|FIRM|EMPLOYER|BRAND|PRODUCT|MODEL|DEVELOPER|CREATOR|ASSISTANT|LOC|LOCATION|GPE|PLACE|CITY|STATE|COUNTRY|COUNTY|REGION|ADDRESS|STREET|BUILDING|ZIP|ZIPCODE|POSTCODE|POSTALCODE|DATE|TIME|DATETIME|YEAR|MONTH|BIRTH|DOB|AGE|GENDER|NUM|NUMBER|PHONE|TELEPHONE|FAX|EMAIL|MAIL|URL|LINK|WEBSITE|DOMAIN|IP|ID|SSN|NHS|PASSPORT|LICENSE|LICENCE|CARD|IBAN|ACCOUNT|CRYPTO|CREDENTIAL|PASSWORD|MONEY|AMOUNT|PRICE|CURRENCY|PERCENT|QUANTITY|ENTITY|MISC|NORP|FAC|EVENT|NATIONALITY|RELIGION|GROUP|TEAM|SCHOOL|UNIVERSITY|HOSPITAL|CAPS|PII|PHI|NRP|CONTACT|TITLE|PREFIX|PROFESSION'
/** What such labels are written together with: `GIVENNAME`, `DATE_OF_BIRTH`, `CREDITCARDNUMBER`. */
const firstParts = 'FIRST|LAST|MIDDLE|GIVEN|FULL|NICK|JOB|SOCIAL|CREDIT|DRIVER|TAX'
const lastParts = 'NAME|ADDRESS|NUMBER|NUM|CODE|TIME|ID|NO|LICENSE|CARD|OF|BIRTH'
/** The one expression with all labels: each costs every thread milliseconds to compile. */
const labelForm = new RegExp(`^(?:[A-Z]+[ _-])*(?:${firstParts})?(?:${labels})(?:[ _-]?(?:${lastParts}))*$`)
/** Labels that no markup language has as a tag. */
const plainLabelForm =
  /^(?:person|people|org|organi[sz]ation|company|location|city|country|email|phone|date_time|entity|model)$/i
const chineseLabelForm =
  /^(?:公司|姓名|人名|名字|地名|地点|地址|机构|组织|单位|日期|时间|电话|手机|邮箱|网址|链接|模型|品牌|数字|编号|城市|国家|年龄|用户|产品|学校|医院|身份证|联系方式|名称)(?:名|名称|地址|号|号码)?$/
const removed =
  '(?:REDACTED|REMOVED|ANON(?:YMI[SZ]ED)?|PSEUDONYMI[SZ]ED|MASKED|HIDDEN|DELETED|OMITTED|WITHHELD|CENSORED|PRIVATE|CONFIDENTIAL|已删除|脱敏|匿名|隐去|已脱敏|已隐去)'
const removedForm = new RegExp(`^(?:(.+?)[ :_-]+)?${removed}(?:[ :_-]+(.+))?$`, 'i')
/** A label, and the number or letter that tells it from others like it. */
const numberedForm = /^(.+?)[ _:#-]?(?:\d{1,4}|[A-Z])$/
const maxStarredUnits = 16

type Test = (text: string) => boolean

const isCapitals: Test = text => labelForm.test(text)
const isLabel: Test = text => labelForm.test(text.toUpperCase())
const isNumbered: Test = text => isCapitals(numberedForm.exec(text)?.[1] ?? '')
const isCapitalsOrNumbered: Test = text => isCapitals(text) || isNumbered(text)
const isLabelOrNumbered: Test = text => isCapitalsOrNumbered(text.toUpperCase())
const isRemoved: Test = text => {
  const [, before, behind] = removedForm.exec(text) ?? ['', '', '']
  return [before, behind].every(part => part === undefined || isLabel(part))
}
const isChinese: Test = text => {
  const label = text.replace(/[_-]?(?:\d{1,4}|[A-Z])?$/, '')
  return chineseLabelForm.test(label) || isCapitals(text) || isCapitals(label)
}
/** A label, and up to 16 units of anything. */
const beginsWithLabel: Test = text => {
  for (let end = text.length; end > Math.max(0, text.length - maxStarredUnits - 1); end--)
    if (isLabel(text.slice(0, end))) return true
  return false
}

/** Name, the form of one whole placeholder, and what its last group must be. */
type Dialect = [name: string, form: RegExp, isInside?: Test]

/** The first that fits names a placeholder. */
const dialects: Dialect[] = [
  ['redaction word', /^[[<{【(]{1,2}(.+?)[\]>}】)]{1,2}$/, isRemoved],
  ['redaction word', new RegExp(`^(.+)_${removed}$`, 'i'), isLabel],
  ['hashed label', /^[[<{]{0,2}(.+?)[_:#-](?=\d*[a-f])(?=[a-f]*\d)[\da-f]{4,32}[\]>}]{0,2}$/i, isLabel],
  ['numbered square brackets', /^\[{1,2}(.+?)\]{1,2}$/, isNumbered],
  ['square brackets', /^\[{1,2}(.+?)\]{1,2}$/, isCapitals],
  ['capitalised square brackets', /^\[{1,2}([a-z]{2}.*?)\]{1,2}$/i, isLabelOrNumbered],
  ['starred square brackets', /^\[\*\* ?([^\]]+)\*\*\]$/, beginsWithLabel],
  ['numbered angle brackets', /^<(.+)>$/, isNumbered],
  ['angle brackets', /^<(.+)>$/, isCapitals],
  ['lower-case angle brackets', /^<(.+)>$/, text => plainLabelForm.test(text)],
  ['lower-case angle brackets', /^<(.+?)[_-]?\d{1,4}>$/, isLabel],
  ['double angle brackets', /^<<(.+)>>$/, isCapitalsOrNumbered],
  ['double braces', /^\{\{ ?(.+?) ?\}\}$/, isLabelOrNumbered],
  ['dollar braces', /^\$\{(.+)\}$/, isCapitalsOrNumbered],
  ['braces', /^\{ ?(.+?) ?\}$/, isCapitalsOrNumbered],
  ['marks on either side', /^(@@|##?|%%|\$)(.+)\1$/, isCapitalsOrNumbered],
  ['Chinese brackets', /^[【［[{<〔]{1,2}(.+?)[】］\]}>〕]{1,2}$/, isChinese],
  ['at-sign capitals', /^@[A-Z]{3,}\d{1,3}$/],
  ['bare numbered label', /^(.+)[_-]\d{1,4}$/, isCapitals],
  ['bare numbered label', /^(?:PERSON|NAME|ORG|LOC|USER)\d{1,4}$/],
  [
    'numbered user',
    /^(?:[\d-]+\w*)?(?:User|Person|Name|Org|Loc|Speaker|Participant|Customer|Client|Patient|Company|City|Entity|Organi[sz]ation|Location|Country|Place|Product|Brand)[_-]?\d{1,4}$/,
  ],
  ['run of x', /^(?:[xX]{3,}|XX|[×✕]{2,})$/],
  ['some (某)', /^(?:某某+|某)$/],
  ['blocks', /^(?:█+|[■○▇]{2,})$/],
  ['blanks', /^_{3,}$/],
  ['stars', /^\*{3,}$/],
  ['hashes', /^#{3,}$/],
]

/** What every dialect begins with or ends in; ordinary words are told by it at once. */
const mark = /^[[<{【［〔(@$%_*#█■○▇×✕某xX]|\d[a-f]*$|(?:ED|LD)$/

/** Words with which a label begins that is no token as a whole. */
export const labelWords: WordSet = new WordSet(`${labels}|${firstParts}`.toLowerCase().replaceAll('|', ' '))

/** What stands on either side of a label, and what may stand between it and the marks behind. */
const opensFrame = new Uint8Array(1 << 16)
for (const mark of '[<{【［〔@#%$*') opensFrame[mark.charCodeAt(0)] = 1
const closesFrame = /^[\w :-]{0,16}?(?:[\]>}】］〕@#%$]{1,2}|\*\*\])/
const maxFrameUnits = 24
const maxOpeningMarks = 3

/** Where a placeholder of which only the label is a token begins and ends: `@@NAME@@`, `[**Name 12**]`, `<PERSON:3fa9c1>`. */
export function findFrame(text: string, start: number, end: number): Span | undefined {
  if (start === 0 || opensFrame[text.charCodeAt(start - 1)] === 0) return undefined
  if (text.startsWith('${', start - 1) && nameDialect(text.slice(start - 1, end)) !== null) return [start - 1, end]
  const closing = closesFrame.exec(text.slice(end, end + maxFrameUnits))?.[0].length
  if (closing === undefined) return undefined
  for (let from = start - maxOpeningMarks; from < start; from++)
    for (const to of [end + closing, end + closing - 1])
      if (from >= 0 && nameDialect(text.slice(from, to)) !== null) return [from, to]
  return undefined
}

/** Name of the dialect of a placeholder, or null if `text` is none. */
export function nameDialect(text: string): string | null {
  if (text.length > maxPlaceholderUnits || !mark.test(text)) return null
  return findName(dialects, text)
}

function findName(list: readonly Dialect[], text: string): string | null {
  for (const [name, form, isInside] of list) {
    const match = form.exec(text)
    if (match !== null && (isInside?.(match.at(-1)!) ?? true)) return name
  }
  return null
}

/** Whose letter or number stands for a name. */
const role =
  'Company|Corporation|Firm|Organi[sz]ation|Bank|University|School|Hospital|Brand|City|Country|Place|Person|User|Speaker|Student|Patient|Client|Customer|Character|Professor|Mr\\.?|Mrs\\.?|Ms\\.?|Dr\\.?'
const chineseRole =
  '用户|客户|患者|病人|学生|公司|企业|机构|学校|大学|医院|品牌|产品|模型|城市|国家|地点|人物|同学|先生|女士|小姐|老师|教授|医生'

/** Forms of which templates, formulas and stories are full: a placeholder only where they stand for something of a reference. */
const standIns: Dialect[] = [
  ['lower-case braces', /^\{ ?(.+?) ?\}$/, isLabelOrNumbered],
  ['marks on either side', /^(%|\||__)(.+)\1$/, isLabelOrNumbered],
  ['round brackets', /^\((.+)\)$/, isCapitalsOrNumbered],
  ['round brackets', /^[(（](.+)[)）]$/, text => chineseLabelForm.test(text)],
  ['mask token', /^(?:\[MASK\]|<mask>)$/],
  [
    'role with a letter',
    new RegExp(`^(?:(?:${role}) [A-Z]|(?:${chineseRole})(?:[A-Z甲乙丙丁]|\\d{1,4})|[A-Z](?:${chineseRole}))$`),
  ],
  ['some (某)', new RegExp(`^(?:\\p{Script=Han}某{1,2}|某(?:人|地|${chineseRole}))$`, 'u')],
  ['letter and stars', /^\p{L}\*{2,}$/u],
]

/** Name of the dialect of what took the place of a name: those of `nameDialect`, and forms that only this place tells. */
export function nameStandIn(text: string): string | null {
  if (text.length > maxPlaceholderUnits) return null
  return nameDialect(text) ?? findName(standIns, text)
}

/** Marks on either side of a stand-in of which only the label is a token. */
const openingMarks = /(?:%|\||__|[(（])$/
const closingMarks = /^(?:%|\||__?|[)）]|\*{2,8})/

/** Where a stand-in begins and ends of which the tokens between the given units are a part. */
export function findStandIn(text: string, start: number, end: number): Span | undefined {
  const closing = closingMarks.exec(text.slice(end, end + 8))?.[0].length
  if (closing === undefined) return undefined
  const opening = openingMarks.exec(text.slice(Math.max(0, start - 2), start))?.[0].length ?? 0
  const span: Span = [start - opening, end + closing]
  return nameStandIn(text.slice(...span)) === null ? undefined : span
}
