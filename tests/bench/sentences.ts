/**
 * Bench: sentences dropped, moved, merged, cut; talk around them; passages set into other documents.
 */
import type { Span } from '../../src/types.ts'
import { composeDraft, countWords, type Draft, type Part, splitSentences } from './draft.ts'
import { zhPrefixes, zhSuffixes } from './lexicon/chinese.ts'
import type { Random } from './random.ts'

/** A place in the text where something was left out. */
const leftOut = (text: string): Part => ({ put: '', from: text, kind: 'deletion' })

/** Leaves out a share of the sentences, at least one if there are three. */
export function dropSentences(draft: Draft, share: number, lang: string, random: Random): Draft {
  const spans = splitSentences(draft.text, lang)
  if (spans.length < 3) return draft
  const nDropped = Math.max(1, Math.round(share * spans.length))
  const dropped = new Set(random.shuffle(spans.map((_, i) => i)).slice(0, nDropped))
  return composeDraft(
    draft,
    spans.map((keep, i) => (dropped.has(i) ? leftOut(draft.text.slice(...keep)) : { keep })),
  )
}

/** Swaps neighbouring sentences with probability `share` each. */
export function swapNeighbours(draft: Draft, share: number, lang: string, random: Random): Draft {
  const spans = splitSentences(draft.text, lang)
  const parts: Part[] = []
  let swapped = false
  for (let i = 0; i < spans.length; i++) {
    const here = spans[i]!
    const next = spans[i + 1]
    const last = i + 2 >= spans.length && !/\s$/.test(draft.text)
    if (next && !last && random.chance(share)) {
      parts.push({ keep: next, moved: true }, { keep: here })
      swapped = true
      i++
    } else parts.push({ keep: here })
  }
  return swapped ? composeDraft(draft, parts) : draft
}

/** All sentences in random order. */
export function shuffleSentences(draft: Draft, lang: string, random: Random): Draft {
  const spans = splitSentences(draft.text, lang)
  if (spans.length < 3) return draft
  const order = random.shuffle(spans)
  const gap: Part = { put: lang === 'zh' ? '' : ' ', from: '', kind: 'format' }
  return composeDraft(
    draft,
    order.flatMap((keep, i): Part[] => {
      const moved = { keep, moved: true } as const
      return i + 1 < order.length && !/\s$/.test(draft.text.slice(...keep)) ? [moved, gap] : [moved]
    }),
  )
}

/** The first or last `share` of the sentences. */
export function truncateText(draft: Draft, share: number, from: 'head' | 'tail', lang: string): Draft {
  const spans = splitSentences(draft.text, lang)
  if (spans.length < 2) return draft
  const n = Math.min(spans.length - 1, Math.max(1, Math.round(share * spans.length)))
  const kept = from === 'head' ? spans.slice(0, n) : spans.slice(-n)
  const keep: Span = [kept[0]![0], kept.at(-1)![1]]
  const before = leftOut(draft.text.slice(0, keep[0]))
  const after = leftOut(draft.text.slice(keep[1]))
  return composeDraft(draft, [before, { keep }, after])
}

/** Another text before or after, as when two answers are merged into one row. */
export function mergeText(draft: Draft, other: string, random: Random): Draft {
  const all: Part = { keep: [0, draft.text.length] }
  const put = (text: string): Part => ({ put: text, from: '', kind: 'insertion', outside: true })
  return composeDraft(draft, random.chance(0.5) ? [put(`${other}\n\n`), all] : [all, put(`\n\n${other}`)])
}

const prefixes = [
  'Sure! ', 'Sure, here you go:\n\n', 'Of course! Here is what I came up with.\n\n', 'Great question! ', 'Certainly. ', 'Happy to help with that!\n\n',
  'Thanks for asking. ', 'Let me walk you through it.\n\n', 'Hi there! ', 'Okay, so here is the thing: ', 'Absolutely! See below.\n\n', 'No problem at all. ',
  'Here is a draft that you can use:\n\n', 'Good morning! I looked into it for you.\n\n', 'Alright, this is what I would say:\n',
] // biome-ignore format: a list reads better packed
const suffixes = [
  '\n\nI hope this helps! Let me know if you have any other questions.', '\n\nFeel free to ask if anything is unclear.', ' Hope that answers it!',
  '\n\nWould you like me to go into more detail?', '\n\nIs there anything else I can do for you today?', '\n\nLet me know what you think!',
  '\n\nPlease reach out if you need a shorter version.', ' Good luck with it!', '\n\nThat is all I have on this. Have a lovely day.', '\n\nCheers!',
] // biome-ignore format: a list reads better packed

/** Talk before and after the answer. */
export function addChat(draft: Draft, where: 'prefix' | 'suffix' | 'both', lang: string, random: Random): Draft {
  const put = (text: string): Part => ({ put: text, from: '', kind: 'insertion', outside: true })
  const parts: Part[] = [{ keep: [0, draft.text.length] }]
  if (where !== 'suffix') parts.unshift(put(random.pick(lang === 'zh' ? zhPrefixes : prefixes)))
  if (where !== 'prefix') parts.push(put(random.pick(lang === 'zh' ? zhSuffixes : suffixes)))
  return composeDraft(draft, parts)
}

/** Cuts `n` neighbouring sentences of at least `minWords` words together; undefined if the text has none. */
export function cutPassage(draft: Draft, n: number, minWords: number, lang: string, random: Random): Draft | undefined {
  const spans = splitSentences(draft.text, lang)
  const fits: Span[] = []
  for (let i = 0; i + n <= spans.length; i++) {
    const span: Span = [spans[i]![0], spans[i + n - 1]![1]]
    if (countWords(draft.text.slice(...span), lang) >= minWords) fits.push(span)
  }
  if (fits.length === 0) return undefined
  return composeDraft(draft, [{ keep: random.pick(fits) }])
}

/** Sets the draft into a host document between two of its sentences. */
export function embedText(draft: Draft, host: string, lang: string, random: Random): Draft {
  const spans = splitSentences(host, lang)
  const at = spans.length < 2 ? host.length : spans[1 + random.below(spans.length - 1)]![0]
  const gap = lang === 'zh' ? '' : ' '
  const put = (text: string): Part => ({ put: text, from: '', kind: 'insertion', outside: true })
  const inner: Span = [0, draft.text.trimEnd().length]
  const before = host.slice(0, at)
  const after = host.slice(at)
  return composeDraft(draft, [put(/\s$/.test(before) ? before : before + gap), { keep: inner }, put(gap + after)])
}
