/**
 * Bench: the same text in other characters. Quotes, dashes and spaces; look-alike letters; invisible characters;
 * full-width forms; decomposed accents.
 */
import { type Change, changeDraft, type Draft, findWords } from './draft.ts'
import { zhTraditional } from './lexicon/chinese.ts'
import type { Random } from './random.ts'

function changeEach(draft: Draft, pattern: RegExp, to: (text: string, at: number) => string | undefined): Draft {
  const changes: Change[] = []
  for (const match of draft.text.matchAll(pattern)) {
    const put = to(match[0], match.index)
    if (put !== undefined)
      changes.push({ start: match.index, end: match.index + match[0].length, to: put, kind: 'format' })
  }
  return changeDraft(draft, changes)
}

const zhMarks: Record<string, string> = {
  '，': ',',
  '。': '.',
  '！': '!',
  '？': '?',
  '：': ':',
  '；': ';',
  '（': '(',
  '）': ')',
}

/** Quotes, apostrophes, dashes, ellipses and spaces in their other forms. */
export function changeTypography(draft: Draft, lang: string, random: Random): Draft {
  if (lang === 'zh') {
    const half = random.chance(0.5)
    return changeEach(draft, /[，。！？：；（）]|[“”]/g, mark =>
      mark === '“' ? '「' : mark === '”' ? '」' : half ? zhMarks[mark] : undefined,
    )
  }
  let open = false
  return changeEach(draft, /["“”]|['‘’]|\.\.\.|…|--|—|–| - | /g, (mark, at) => {
    if (mark === '"') {
      open = !open
      return open ? '“' : '”'
    }
    if (mark === '“' || mark === '”') return '"'
    if (mark === "'") return /\w/.test(draft.text[at - 1] ?? '') ? '’' : '‘'
    if (mark === '‘' || mark === '’') return "'"
    if (mark === '...') return '…'
    if (mark === '…') return '...'
    if (mark === '--' || mark === '–') return '—'
    if (mark === '—' || mark === ' - ') return ' – '
    return random.chance(0.08) ? '\u00a0' : undefined
  })
}

const lookAlikes: Record<string, string> = {
  a: 'а', c: 'с', e: 'е', i: 'і', j: 'ј', o: 'о', p: 'р', s: 'ѕ', x: 'х', y: 'у', h: 'һ', d: 'ԁ', A: 'А', B: 'В', C: 'С', E: 'Е',
  H: 'Н', I: 'І', K: 'К', M: 'М', O: 'О', P: 'Р', S: 'Ѕ', T: 'Т', X: 'Х', Y: 'У',
} // biome-ignore format: a table reads better packed

/** Cyrillic letters that look Latin, in a tenth of the letters that have one. */
export function plantLookAlikes(draft: Draft, random: Random): Draft {
  return changeEach(draft, /[acdeijopsxyhABCEHIKMOPSTXY]/g, letter =>
    random.chance(0.1) ? lookAlikes[letter] : undefined,
  )
}

/** Zero-width characters and soft hyphens inside words. */
export function plantInvisible(draft: Draft, random: Random): Draft {
  const invisible = ['\u200b', '\u200c', '\u200d', '\u2060', '\ufeff', '\u00ad']
  const changes: Change[] = []
  for (const word of findWords(draft.text)) {
    if (word.text.length < 4 || !random.chance(0.15)) continue
    const at = word.start + 1 + random.below(word.text.length - 2)
    changes.push({ start: at, end: at, to: random.pick(invisible), kind: 'format' })
  }
  return changeDraft(draft, changes)
}

/** Full-width forms of ASCII letters and digits in some words. */
export function widenCharacters(draft: Draft, random: Random): Draft {
  return changeEach(draft, /[A-Za-z0-9]+/g, word =>
    random.chance(0.2) ? [...word].map(c => String.fromCharCode(c.charCodeAt(0) + 0xfee0)).join('') : undefined,
  )
}

/** Frequent simplified characters in their traditional form. */
export function writeTraditional(draft: Draft): Draft {
  const [simple, traditional] = zhTraditional
  return changeEach(draft, new RegExp(`[${simple}]`, 'g'), mark => traditional[simple.indexOf(mark)])
}

/** Misspellings: two neighbouring letters swapped, one left out or doubled. */
export function misspellWords(draft: Draft, share: number, random: Random): Draft {
  const changes: Change[] = []
  for (const word of findWords(draft.text)) {
    if (word.text.length < 5 || !/^[a-z]+$/i.test(word.text) || !random.chance(share)) continue
    const at = 1 + random.below(word.text.length - 2)
    const { text } = word
    const to = random.pick([
      text.slice(0, at) + text[at + 1] + text[at] + text.slice(at + 2),
      text.slice(0, at) + text.slice(at + 1),
      text.slice(0, at) + text[at] + text.slice(at),
    ])
    changes.push({ start: word.start, end: word.end, to, kind: 'spelling' })
  }
  return changeDraft(draft, changes)
}
