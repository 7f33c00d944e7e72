/**
 * Bench: the same words in another dress. Markdown stripped or added, lists to prose and back, case, line layout.
 */
import { type Change, changeDraft, type Draft, findWords, splitSentences } from './draft.ts'
import type { Random } from './random.ts'

function changeMatches(
  draft: Draft,
  rules: readonly [RegExp, string | ((match: RegExpMatchArray) => string)][],
): Draft {
  let next = draft
  for (const [pattern, to] of rules) {
    const changes: Change[] = []
    for (const match of next.text.matchAll(pattern)) {
      const replaced = typeof to === 'string' ? to : to(match)
      changes.push({ start: match.index, end: match.index + match[0].length, to: replaced, kind: 'format' })
    }
    next = changeDraft(next, changes)
  }
  return next
}

/** Takes off headings, emphasis, list marks, fences, links and rules. */
export function stripMarkdown(draft: Draft): Draft {
  return changeMatches(draft, [
    [/^```.*\n?/gm, ''],
    [/^#{1,6} +/gm, ''],
    [/^(?:---+|\*\*\*+|___+)\s*\n/gm, ''],
    [/^[ \t]*(?:[-*+•]|\d+[.)]) +/gm, ''],
    [/\*\*|__|`/g, ''],
    [/(?<=\s|^)\*(?=\S)|(?<=\S)\*(?=[\s.,;:!?]|$)/gm, ''],
    [/^> ?/gm, ''],
    [/\n{2,}/g, '\n'],
  ])
}

/** Adds a heading, emphasis on some words, and bullets or a rule between paragraphs. */
export function addMarkdown(draft: Draft, lang: string, random: Random): Draft {
  const titles =
    lang === 'zh' ? ['回答', '概述', '说明', '要点'] : ['Answer', 'Overview', 'Summary', 'Details', 'Response']
  const changes: Change[] = []
  for (const word of findWords(draft.text)) {
    if (word.text.length < 5 || !random.chance(0.04) || /[*_`]/.test(draft.text.slice(word.start - 1, word.start)))
      continue
    const mark = random.pick(['**', '*', '_', '`'])
    changes.push({ start: word.start, end: word.start, to: mark, kind: 'format' })
    changes.push({ start: word.end, end: word.end, to: mark, kind: 'format' })
  }
  for (const match of draft.text.matchAll(/\n+(?=[\p{Lu}\p{Script=Han}])/gu)) {
    if (random.chance(0.6)) {
      const to = random.pick(['\n\n- ', '\n\n* ', '\n\n---\n\n', '\n\n### ', '\n\n> '])
      changes.push({ start: match.index, end: match.index + match[0].length, to, kind: 'format' })
    }
  }
  const titled = changeDraft(draft, changes)
  const heading = `${'#'.repeat(1 + random.below(3))} ${random.pick(titles)}\n\n`
  return changeDraft(titled, [{ start: 0, end: 0, to: heading, kind: 'format' }])
}

/** Runs list items and lines together into prose. */
export function joinLists(draft: Draft, lang: string, random: Random): Draft {
  const links = lang === 'zh' ? ['', '其次，', '另外，', ''] : ['', 'Also, ', 'Next, ', '', 'Then, ']
  const gap = lang === 'zh' ? '' : ' '
  return changeMatches(draft, [
    [/\n+[ \t]*(?:[-*+•]|\d+[.)]) +/g, () => gap + random.pick(links)],
    [/^[ \t]*(?:[-*+•]|\d+[.)]) +/g, ''],
    [/\*\*|__/g, ''],
    [/(?<=[:：.。!！?？;；,，])\n+/g, gap],
    [/\n+/g, lang === 'zh' ? '。' : '. '],
  ])
}

/** Breaks prose into list items, a sentence or two each. */
export function splitToList(draft: Draft, lang: string, random: Random): Draft {
  const style = random.pick(['- ', '* ', '• ', 'number', 'letter'])
  const changes: Change[] = []
  let item = 0
  splitSentences(draft.text, lang).forEach(([start, end], i) => {
    if (i > 0 && random.chance(0.35)) return
    item++
    const mark =
      style === 'number'
        ? `${item}. `
        : style === 'letter'
          ? `${String.fromCharCode(96 + ((item - 1) % 26) + 1)}) `
          : style
    const before = draft.text.slice(0, start).match(/\s*$/)![0].length
    if (/^\s*(?:[-*+•#>`]|\d+[.)])/.test(draft.text.slice(start, end))) return
    changes.push({ start: start - before, end: start, to: (start === 0 ? '' : '\n') + mark, kind: 'format' })
  })
  return changeDraft(draft, changes)
}

/** Wraps lines at a width, or joins wrapped lines, or doubles spaces: white space only. */
export function relayText(draft: Draft, random: Random): Draft {
  const style = random.pick(['wrap', 'spaces', 'indent'])
  const changes: Change[] = []
  let column = 0
  for (const match of draft.text.matchAll(/\s+|\S+/g)) {
    const [run] = match
    if (/\S/.test(run)) {
      column += run.length
      continue
    }
    const put = (to: string): number =>
      changes.push({ start: match.index, end: match.index + run.length, to, kind: 'format' })
    if (run.includes('\n')) {
      column = 0
      if (style === 'indent') put(`${run}    `)
    } else if (style === 'wrap' && column > 60) {
      put('\n')
      column = 0
    } else if (style === 'spaces' && random.chance(0.3)) put('  ')
  }
  return changeDraft(draft, changes)
}

/** One of the dresses, or two. */
export function reformatText(draft: Draft, lang: string, random: Random): Draft {
  const dresses: ((draft: Draft) => Draft)[] = [
    d => stripMarkdown(d),
    d => addMarkdown(d, lang, random),
    d => joinLists(d, lang, random),
    d => splitToList(d, lang, random),
    d => relayText(stripMarkdown(d), random),
  ]
  const first = random.pick(dresses)(draft)
  return random.chance(0.3) ? relayText(first, random) : first
}

/** Lower, upper or title case of all words. */
export function recaseText(draft: Draft, style: 'lower' | 'upper' | 'title'): Draft {
  const changes = findWords(draft.text).map((word): Change => {
    const low = word.text.toLowerCase()
    const to =
      style === 'lower' ? low : style === 'upper' ? word.text.toUpperCase() : low[0]!.toUpperCase() + low.slice(1)
    return { start: word.start, end: word.end, to, kind: 'format' }
  })
  return changeDraft(draft, changes)
}
