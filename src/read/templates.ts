/**
 * read: a text that holds a whole conversation in a chat template → its turns, each a slice of the text.
 *
 * `field` gets the place of the slice, `text[120..840]` in UTF-16 units, so that spans can be brought back
 * to the column. Faults: a text that quotes two such marks is cut too; no words of the model's side are
 * lost by it.
 */
import type { Turn } from './turns.ts'

interface Template {
  /** the mark of a turn; group 1 or 2 holds the role if the mark says it */
  mark: RegExp
  /** what ends a turn before the next mark */
  end: RegExp | null
}

const templates: readonly Template[] = [
  { mark: /<\|im_start\|>[ \t]*(system|user|assistant|tool)[ \t]*\r?\n/g, end: /<\|im_end\|>/ },
  {
    mark: /<\|start_header_id\|>[ \t]*(system|user|assistant|ipython)[ \t]*<\|end_header_id\|>\s*/g,
    end: /<\|eot_id\|>/,
  },
  { mark: /<start_of_turn>[ \t]*(user|model)[ \t]*\r?\n/g, end: /<end_of_turn>/ },
  { mark: /<\|(system|user|prompter|assistant)\|>[ \t]*\r?\n?/g, end: /<\/s>|<\|endoftext\|>|<\|end\|>/ },
  {
    mark: /(?:^|\n)#{2,3} ?(Human|Assistant|Instruction|Input|Response|System|User|Question|Answer):?[ \t]*\r?\n?/g,
    end: null,
  },
  { mark: /(?:^|\n\n)(Human|Assistant|H|A): ?/g, end: null },
  { mark: /\[(\/?INST)\][ \t]*/g, end: /<\/s>/ },
  { mark: /(?:^|[\n ])(USER|ASSISTANT): /g, end: /<\/s>/ },
]

const roles: { [name: string]: Turn['side'] } = {
  system: 'system',
  user: 'user',
  human: 'user',
  h: 'user',
  prompter: 'user',
  instruction: 'user',
  input: 'user',
  question: 'user',
  inst: 'user',
  assistant: 'model',
  model: 'model',
  response: 'model',
  answer: 'model',
  a: 'model',
  '/inst': 'model',
  tool: 'tool',
  ipython: 'tool',
}

const hint =
  /<\||<start_of|\[INST\]|# ?(?:Human|Assistant|Instruction|Response|User|Question)|(?:^|\n)(?:Human|H): |USER: /

/** The turns of a text that follows a chat template; null if it follows none. */
export function readTemplate(text: string, field: string): Turn[] | null {
  if (!hint.test(text)) return null
  for (const { mark, end } of templates) {
    const marks = [...text.matchAll(mark)]
    const found = new Set(marks.map(match => roles[match[1].toLowerCase()]))
    if (found.has('model') && found.has('user')) return cutTurns(text, field, marks, end)
  }
  return null
}

function cutTurns(text: string, field: string, marks: RegExpExecArray[], end: RegExp | null): Turn[] {
  const turns: Turn[] = []
  const add = (side: Turn['side'], from: number, to: number): void => {
    const slice = text.slice(from, to)
    const stop = end === null ? -1 : slice.search(end)
    const kept = (stop < 0 ? slice : slice.slice(0, stop)).trimEnd()
    const texts = kept.trim() === '' ? [] : [{ field: `${field}[${from}..${from + kept.length}]`, text: kept }]
    turns.push({ side, texts, model: null })
  }
  if (marks[0].index > 0) add('system', 0, marks[0].index)
  for (const [i, match] of marks.entries()) {
    const to = marks[i + 1]?.index ?? text.length
    add(roles[match[1].toLowerCase()], match.index + match[0].length, to)
  }
  return turns
}
