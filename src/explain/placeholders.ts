/**
 * explain: the dialects in which anonymisers write "somebody was here".
 *
 * A dialect is named for its form, so that a report can say which tool or habit left it. Used on single
 * tokens (edits) and by `scars.ts`; every pattern is anchored and sees at most 48 units.
 */

const maxPlaceholderUnits = 48

/** Labels that anonymisers write; other capitals in angle brackets are mostly markup. */
const label =
  '(?:[A-Z]+[ _-])*(?:PERSON|NAME|FIRSTNAME|LASTNAME|SURNAME|FULLNAME|USERNAME|USER|SPEAKER|INDIVIDUAL|ORG|ORGANI[SZ]ATION|COMPANY|CORP|FIRM|EMPLOYER|BRAND|PRODUCT|MODEL|DEVELOPER|CREATOR|ASSISTANT|LOC|LOCATION|GPE|PLACE|CITY|STATE|COUNTRY|REGION|ADDRESS|STREET|ZIP|ZIPCODE|POSTCODE|DATE|TIME|DATETIME|YEAR|MONTH|AGE|NUM|NUMBER|PHONE|TELEPHONE|FAX|EMAIL|MAIL|URL|LINK|WEBSITE|DOMAIN|IP|ID|SSN|PASSPORT|LICEN[SC]E|CARD|IBAN|ACCOUNT|MONEY|AMOUNT|PRICE|CURRENCY|PERCENT|QUANTITY|ENTITY|MISC|NORP|FAC|EVENT|NATIONALITY|RELIGION|GROUP|TEAM|SCHOOL|UNIVERSITY|HOSPITAL|CAPS|PII|PHI|NRP|CONTACT|TITLE|PREFIX)(?:[ _-]?(?:NAME|ADDRESS|NUMBER|NUM|CODE|TIME|ID|NO|LICENSE))*'
const chineseLabel =
  '(?:公司|姓名|人名|名字|地名|地点|地址|机构|组织|单位|日期|时间|电话|手机|手机号|邮箱|网址|链接|模型|品牌|数字|编号|城市|国家|年龄|用户|产品|学校|医院|联系方式|名称)(?:名|名称|号|号码)?'
const removed =
  '(?:REDACTED|REMOVED|ANONYMI[SZ]ED|MASKED|HIDDEN|DELETED|OMITTED|PRIVATE|CONFIDENTIAL|已删除|脱敏|匿名|隐去|已脱敏|已隐去)'
const number = '(?:[ _-]?(?:\\d{1,4}|[A-Z]))'

/** Labels that no markup language has as a tag. */
const plainLabel =
  '(?:person|people|org|organi[sz]ation|company|location|city|country|email|phone|date_time|entity|model)'

/** Dialect → the form of one whole placeholder; the first that fits names it. */
const dialects: [string, RegExp][] = [
  ['redaction word', new RegExp(`^[[<{【(]{1,2}${removed}[\\]>}】)]{1,2}$`, 'i')],
  ['numbered square brackets', new RegExp(`^\\[{1,2}${label}${number}\\]{1,2}$`)],
  ['square brackets', new RegExp(`^\\[{1,2}${label}\\]{1,2}$`)],
  ['capitalised square brackets', new RegExp(`^\\[{1,2}(?=[A-Z][a-z])${label}${number}?\\]{1,2}$`, 'i')],
  ['numbered angle brackets', new RegExp(`^<${label}${number}>$`)],
  ['angle brackets', new RegExp(`^<${label}>$`)],
  ['lower-case angle brackets', new RegExp(`^<(?:${plainLabel}|${label}[_-]?\\d{1,4})>$`, 'i')],
  ['double braces', new RegExp(`^\\{\\{ ?${label}${number}? ?\\}\\}$`, 'i')],
  ['dollar braces', new RegExp(`^\\$\\{${label}${number}?\\}$`)],
  ['braces', new RegExp(`^\\{ ?${label}${number}? ?\\}$`)],
  ['Chinese brackets', new RegExp(`^[【［[{<]{1,2}(?:${chineseLabel}|${label})[_-]?\\d{0,4}[】］\\]}>]{1,2}$`)],
  ['at-sign capitals', /^@[A-Z]{3,}\d{1,3}$/],
  ['bare numbered label', new RegExp(`^(?:${label}[_-]|(?:PERSON|NAME|ORG|LOC|USER))\\d{1,4}$`)],
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
const mark = /^[[<{【［(@$_*#█■○▇×✕某xX]|\d$/

/** Name of the dialect of a placeholder, or null if `text` is none. */
export function nameDialect(text: string): string | null {
  if (text.length > maxPlaceholderUnits || !mark.test(text)) return null
  for (const [name, form] of dialects) if (form.test(text)) return name
  return null
}
