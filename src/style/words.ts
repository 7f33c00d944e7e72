/**
 * Style: classes of UTF-16 units as the style features see them, and the function words of English and Chinese.
 */

/** Private-use units that stand for a masked name and a masked number. */
export const entityCode = 0xe000
export const numberCode = 0xe001

/** What a unit is to the feature counter. */
export const CodeClass = { letter: 0, space: 1, mark: 2, ideograph: 3, symbol: 4 } as const

const classes: Uint8Array = fillClasses()

function fillClasses(): Uint8Array {
  const table = new Uint8Array(65536).fill(CodeClass.mark)
  let all = ''
  for (let code = 0; code < 0xd800; code++) all += String.fromCharCode(code)
  // numbers are letters here: a digit that survived masking is part of its word
  for (const run of all.matchAll(/[\p{L}\p{M}\p{N}]+/gu)) {
    table.fill(CodeClass.letter, run.index, run.index + run[0].length)
  }
  for (const run of all.matchAll(/\s+/gu)) table.fill(CodeClass.space, run.index, run.index + run[0].length)
  table.fill(CodeClass.ideograph, 0x3040, 0x3100).fill(CodeClass.ideograph, 0x3400, 0xa000)
  table.fill(CodeClass.letter, 0xd800, 0xe000).fill(CodeClass.ideograph, 0xf900, 0xfb00)
  for (const apostrophe of [0x27, 0x2019]) table[apostrophe] = CodeClass.letter
  for (const symbol of [entityCode, numberCode]) table[symbol] = CodeClass.symbol
  return table
}

/** Class of a UTF-16 unit of masked text. */
export function codeClass(code: number): number {
  return classes[code]
}

const english = `a an the this that these those some any no none every each either neither all both half many much more
most few fewer less least several such another other others own same enough i me my mine myself you your yours yourself
he him his himself she her hers herself it its itself we us our ours ourselves they them their theirs themselves one who
whom whose which what where when why how whoever whatever whichever and or but nor so yet for if unless until because
since although though while whereas whether as than then of in on at by to from with without within into onto upon about
above across after against along among around before behind below beneath beside besides between beyond despite down
during except inside like near off out outside over past per through throughout toward towards under underneath up via be
am is are was were been being have has had having do does did doing done will would shall should can could may might must
ought cannot don't doesn't didn't won't wouldn't can't couldn't shouldn't isn't aren't wasn't weren't hasn't haven't
hadn't i'm you're he's she's it's we're they're i've you've we've they've i'd you'd he'd she'd we'd they'd i'll you'll
he'll she'll we'll they'll that's there's let's not never also just only even still already again always often sometimes
perhaps maybe rather quite very too there here now thus hence therefore however moreover furthermore indeed instead
otherwise meanwhile almost ever once twice first last next well back away else yes oh something anything nothing
everything someone anyone everyone somebody nobody somewhere`
const chinese = `的一是不了在有我他这个们中来上大为和国地到以说要就出会可也你对能而子那得于着下自之过后里用道所然都起看还只从想把又关由问很最并被或已与及其因但如若则且因此所以此些么什吗呢吧啊呀嘛哦让给向往跟同比更再才刚曾正将未没无非别每各某另该本她它您咱俩几多少怎哪谁何使令叫当按照根据通过关于至于除以外即便虽然`

/** Hash of a function word as {@link FeatureCounter} folds it: units with bit 5 set. */
function foldHash(word: string): number {
  let h = 0
  for (let i = 0; i < word.length; i++) h = Math.imul(h ^ (word.charCodeAt(i) | 32), 0x01000193)
  return h
}

/** A table of their hashes with room to spare, each behind the places that are taken from `hash % size` on. */
const functionWords: Int32Array = new Int32Array(4096)
for (const hash of [
  ...english.split(/\s+/).map(foldHash),
  ...[...chinese].map(character => Math.imul(character.charCodeAt(0), 0x01000193)),
]) {
  functionWords[placeOf(hash)] = hash
}

/** Where a hash is, or else could be put; no word has hash 0. */
function placeOf(hash: number): number {
  let place = hash & (functionWords.length - 1)
  while (functionWords[place] !== 0 && functionWords[place] !== hash) place = (place + 1) & (functionWords.length - 1)
  return place
}

/** Whether a hash is that of a function word: folded letters of English, or the unit of a Chinese character. */
export function isFunctionWord(hash: number): boolean {
  return hash !== 0 && functionWords[placeOf(hash)] === hash
}
